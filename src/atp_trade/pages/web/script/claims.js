// Statements: the style sheet shows those of a verdict; here words are found in them, and the folds open on what matches.
all(".audit").forEach((audit) => {
  const verdicts = all("[name=verdict]", audit);
  // Without a script an address with a verdict leads to its tile; with one, to the head of the exhibit.
  all(".tile[id]", audit).forEach((tile) => tile.removeAttribute("id"));
  const find = audit.querySelector("#audit-summary [name=find]");
  const claims = all(".statements li", audit);
  // What a statement says, without the words that all of them have.
  const said = (claim) => claim.textContent.replace(/\bLink\b|The report:|The data:|True if|Printed:/g, "").toLowerCase();
  const judged = claims.filter((claim) => claim.id.startsWith("claim-"));
  const choose = () => {
    const words = find.value.trim().toLowerCase();
    const verdict = verdicts.find((one) => one.checked).value;
    const isShown = (claim) => !claim.hidden && (!verdict || claim.dataset.verdict === verdict);
    claims.forEach((claim) => (claim.hidden = !said(claim).includes(words)));
    all(".part", audit).forEach((part) => {
      part.hidden = !all("li", part).some(isShown);
      if (part.matches("details")) part.open = Boolean(words || verdict);
    });
    const shown = judged.filter(isShown);
    audit.querySelector("#audit-summary .found").textContent =
      shown.length < judged.length ? `${shown.length} of ${judged.length}` : "";
  };
  find.addEventListener("input", choose);
  verdicts.forEach((one) => one.addEventListener("change", choose));

  // A statement that is reached opens its fold, and shows whatever is chosen.
  audit.addEventListener("reached", ({ target }) => {
    if (!claims.includes(target)) return;
    const fold = target.closest("details");
    if (fold) fold.open = true;
    if (target.getClientRects().length) return;
    find.value = "";
    verdicts[0].checked = true;
    choose();
    if (fold) fold.open = true;
  });
});

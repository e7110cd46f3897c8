// Statements: the style sheet shows those of a verdict; here words are found in them, and the folds open on what matches.
all(".audit").forEach((audit) => {
  const verdicts = all("[name=verdict]", audit);
  const find = audit.querySelector("#audit-summary [name=find]");
  const claims = all(".statements li", audit);
  const judged = claims.filter((claim) => claim.id.startsWith("claim-"));
  const choose = () => {
    const words = find.value.trim().toLowerCase();
    const verdict = verdicts.find((one) => one.checked).value;
    const isShown = (claim) => !claim.hidden && (!verdict || claim.dataset.verdict === verdict);
    claims.forEach((claim) => (claim.hidden = !claim.textContent.toLowerCase().includes(words)));
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

  // An address that names a statement opens its fold, and shows it whatever is chosen.
  const reveal = () => {
    const claim = claims.find((one) => one.id === location.hash.slice(1).split("?")[0]);
    if (!claim) return;
    const fold = claim.closest("details");
    if (fold) fold.open = true;
    if (!claim.getClientRects().length) {
      find.value = "";
      find.dispatchEvent(new Event("input", { bubbles: true }));
      verdicts[0].checked = true;
      verdicts[0].dispatchEvent(new Event("change", { bubbles: true }));
      if (fold) fold.open = true;
    }
    claim.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
});

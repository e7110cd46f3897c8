// Statements: find words; the verdict is chosen by the style sheet, and counted here.
all(".claims").forEach((table) => {
  const form = table.closest(".exhibit").querySelector("form");
  const claims = all("tr[data-verdict]", table);
  const choose = () => {
    const words = form.elements.find.value.trim().toLowerCase();
    claims.forEach((claim) => (claim.hidden = !claim.textContent.toLowerCase().includes(words)));
    const sections = [...table.tBodies];
    sections.forEach((section) => (section.hidden = false));
    const shown = claims.filter((claim) => claim.getClientRects().length);
    sections.forEach((section) => (section.hidden = !shown.some((claim) => section.contains(claim))));
    form.querySelector(".found").textContent = shown.length < claims.length ? `${shown.length} of ${claims.length}` : "";
  };
  form.elements.find.addEventListener("input", choose);
  all("[name=verdict]").forEach((verdict) => verdict.addEventListener("change", choose));
});

// Small multiples: find, one group, another order.
all(".cells").forEach((list) => {
  const form = list.closest(".exhibit").querySelector("form");
  const found = form.querySelector(".found");
  const cells = all(".cell", list);
  const orders = {
    "": () => 0,
    exports: (one, other) => other.dataset.exports - one.dataset.exports,
    imports: (one, other) => other.dataset.imports - one.dataset.imports,
    surplus: (one, other) => other.dataset.balance - one.dataset.balance,
    deficit: (one, other) => one.dataset.balance - other.dataset.balance,
  };
  form.addEventListener("input", () => {
    const words = form.elements.find.value.trim().toLowerCase();
    const group = form.elements.group.value;
    const shown = cells.filter((cell) => {
      const isIn = !group || (group === "*" ? cell.matches(".is-group") : cell.dataset.group === group);
      cell.hidden = !(isIn && cell.dataset.name.toLowerCase().includes(words));
      return !cell.hidden;
    });
    list.append(...[...cells].sort(orders[form.elements.order.value]));
    found.textContent = shown.length < cells.length ? `${shown.length} of ${cells.length}` : "";
  });
});

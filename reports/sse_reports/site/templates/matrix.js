(() => {
  "use strict";
  const table = document.querySelector(".matrix");
  const form = document.querySelector(".filter");
  if (!table || !form) return;
  const groups = [...table.tBodies].map((body) => ({ body, name: body.dataset.name, rows: [...body.rows].slice(1) }));
  const rows = groups.flatMap((group) => group.rows.map((row) => ({
    row, group: group.name, text: row.cells[0].textContent.toLowerCase(),
    verdicts: [...row.cells].slice(1).map((cell) => cell.className),
  })));
  const { text, group, verdict, column, differing } = form.elements;
  const count = form.querySelector("output");
  const nothing = document.querySelector(".nothing");

  // A cell of a clause that a run says nothing of is no verdict that could differ from another.
  const differ = (all) => new Set(all.filter((one) => one !== "o")).size > 1;

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of rows) {
      const looked = column.value === "" ? one.verdicts : [one.verdicts[Number(column.value)]];
      const fits = (group.value === "" || group.value === one.group)
        && (verdict.value === "" || looked.includes(verdict.value))
        && (!differing.checked || differ(one.verdicts))
        && words.every((word) => one.text.includes(word));
      one.row.hidden = !fits;
      shown += fits;
    }
    for (const one of groups) one.body.hidden = one.rows.every((row) => row.hidden);
    count.value = shown === rows.length ? `${rows.length} clauses` : `${shown} of ${rows.length} clauses`;
    nothing.hidden = shown > 0;
    settle();
  };

  // The filter stands in the address, so that what one sees can be linked to.
  const remember = () => {
    const words = new URLSearchParams();
    for (const field of [text, group, verdict, column]) if (field.value) words.set(field.name, field.value);
    if (differing.checked) words.set(differing.name, "yes");
    history.replaceState(null, "", `#${words.size ? `?${words}` : ""}`);
  };
  const recall = () => {
    if (!location.hash.startsWith("#?")) return;
    const words = new URLSearchParams(location.hash.slice(2));
    for (const field of [text, group, verdict, column]) field.value = words.get(field.name) ?? "";
    for (const field of [group, verdict, column]) if (field.selectedIndex < 0) field.value = "";
    differing.checked = words.has(differing.name);
  };

  // One stop of the Tab key for the whole table; the arrow keys go from cell to cell.
  const link = (cell) => cell?.querySelector("a");
  let stop = null;
  const settle = (next = stop) => {
    if (!next || next.closest("[hidden]")) next = link(rows.find((one) => !one.row.hidden)?.row.cells[0]);
    if (stop && stop !== next) stop.tabIndex = -1;
    if (next) next.tabIndex = 0;
    stop = next ?? null;
  };
  for (const one of table.querySelectorAll("tbody a")) one.tabIndex = -1;
  table.setAttribute("role", "grid");

  const beside = (row, at, step) => {
    for (let i = at + step; i >= 0 && i < row.cells.length; i += step) if (link(row.cells[i])) return link(row.cells[i]);
    return null;
  };
  const below = (row, at, step) => {
    const seen = rows.filter((one) => !one.row.hidden);
    for (let i = seen.findIndex((one) => one.row === row) + step; i >= 0 && i < seen.length; i += step) {
      if (link(seen[i].row.cells[at])) return link(seen[i].row.cells[at]);
    }
    return null;
  };
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody th, tbody td");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cell.parentElement, at = cell.cellIndex;
    const moves = {
      ArrowRight: () => beside(row, at, 1), ArrowLeft: () => beside(row, at, -1),
      ArrowDown: () => below(row, at, 1), ArrowUp: () => below(row, at, -1),
      Home: () => link(row.cells[0]), End: () => beside(row, row.cells.length, -1),
    };
    const next = moves[event.key]?.();
    if (!(event.key in moves)) return;
    event.preventDefault();
    if (!next) return;
    settle(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  table.addEventListener("focusin", (event) => { if (event.target.closest("tbody a")) settle(event.target); });

  form.hidden = false;
  form.addEventListener("input", () => { filter(); remember(); });
  form.addEventListener("reset", () => { setTimeout(() => { filter(); remember(); }); });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => { recall(); filter(); });
  recall();
  filter();
  document.documentElement.dataset.ready = "yes";
})();

(() => {
  "use strict";
  const status = document.querySelector("[role=status]");

  const copied = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      // No clipboard outside a secure page: leave the text selected, so that the keyboard can copy it.
      getSelection().selectAllChildren(code);
      return document.execCommand("copy");
    }
  };

  for (const text of document.querySelectorAll(".code pre")) {
    text.tabIndex = 0; // what scrolls must be in reach of the keyboard
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    text.before(button);
    button.addEventListener("click", async () => {
      const done = await copied(text);
      button.textContent = status.textContent = done ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; status.textContent = ""; }, 2000);
    });
  }

  // A narrow page lays these tables out as blocks, by which some browsers forget that they are tables.
  const roles = { TABLE: "table", TR: "row", TD: "cell" };
  for (const node of document.querySelectorAll(".verdicts, .verdicts tr, .verdicts th, .verdicts td")) {
    node.setAttribute("role", roles[node.tagName] ?? (node.scope === "col" ? "columnheader" : "rowheader"));
  }

  // Browsers of today open a closed <details> around the target of a link by themselves; older ones do not.
  const reveal = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* not encoded: as it stands */ }
    const target = document.getElementById(name);
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();

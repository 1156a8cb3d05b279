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

  for (const box of document.querySelectorAll(".copyable")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    box.prepend(button);
    button.addEventListener("click", async () => {
      const done = await copied(box.querySelector("code"));
      button.textContent = status.textContent = done ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; status.textContent = ""; }, 2000);
    });
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

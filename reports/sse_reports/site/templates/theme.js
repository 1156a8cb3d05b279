(() => {
  "use strict";
  // A page opened from a file may have no storage: the choice then lasts as long as the page.
  const kept = (...value) => {
    try { return value.length ? localStorage.setItem("theme", value[0]) : localStorage.getItem("theme"); } catch { return null; }
  };
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const chosen = kept();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  const button = document.querySelector("#theme");
  const show = () => { button.textContent = dark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    kept(root.dataset.theme);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
})();

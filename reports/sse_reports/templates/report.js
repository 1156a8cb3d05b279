(() => {
  "use strict";
  // Before anything is painted: the theme that the reader chose last time. Pages from a file may have no memory.
  const root = document.documentElement;
  const themes = { "": "as the system", light: "light", dark: "dark" };
  const remembered = () => { try { return localStorage.getItem("theme") ?? ""; } catch { return ""; } };
  const dress = (theme) => { if (theme in themes && theme) root.dataset.theme = theme; else delete root.dataset.theme; };
  dress(remembered());
  root.classList.add("scripted");

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const named = (id) => document.getElementById(id);

  const themeButton = () => {
    const button = named("theme");
    const say = () => { button.textContent = `Theme: ${themes[root.dataset.theme ?? ""]}`; };
    button.hidden = false;
    button.addEventListener("click", () => {
      const order = Object.keys(themes);
      const next = order[(order.indexOf(root.dataset.theme ?? "") + 1) % order.length];
      dress(next);
      try { localStorage.setItem("theme", next); } catch { /* no memory: for this page only */ }
      say();
    });
    say();
  };

  // The programs of all witnesses, which stand in the page compressed: there soon after the page is.
  let programs = [];
  const unpacked = async () => {
    const bytes = Uint8Array.from(atob(named("programs").textContent), (letter) => letter.charCodeAt(0));
    programs = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  };
  const fill = (box) => {
    const code = box.querySelector("code");
    if (box.dataset.at && !code.textContent) code.textContent = programs[box.dataset.at];
    return code;
  };
  const textOf = (box) => {
    const parts = box.dataset.at ? [] : ["base", ...(box.dataset.needs ?? "").split(" ").filter(Boolean)];
    const before = parts.map((part) => document.querySelector(`[data-part="${part}"]`).textContent);
    return before.join("") + fill(box).textContent;
  };
  const copied = async (text, shown) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No clipboard outside a secure page: leave the text selected, so that the keyboard can copy it.
      shown.closest("details").open = true;
      getSelection().selectAllChildren(shown);
      return document.execCommand("copy");
    }
  };
  const made = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const equip = (box) => {
    const inner = box.querySelector("details");
    const what = inner.querySelector("summary").textContent;
    const button = made("button", { type: "button", className: "copy" }, "Copy");
    button.setAttribute("aria-label", `Copy: ${what} of ${box.closest(".divergence").id.slice(2)}`);
    inner.after(button);
    inner.querySelector("pre").tabIndex = 0; // what scrolls must be in reach of the keyboard
    inner.addEventListener("toggle", () => { if (inner.open) fill(box); });
    button.addEventListener("click", async () => {
      const done = await copied(textOf(box), fill(box));
      button.textContent = named("said").textContent = done ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; named("said").textContent = ""; }, 2000);
    });
  };
  const codes = async () => {
    all(".code").forEach(equip);
    for (const text of all("[data-part]")) text.tabIndex = 0;
    try { await unpacked(); } catch { return; } // too old a browser: the programs lie beside the page
    for (const card of all(".divergence")) {
      for (const [name, at] of [["Script for boto3", card.dataset.script], ["Witness as JSON", card.dataset.program]]) {
        if (at === undefined) continue;
        const box = made("div", { className: "code" }, made("details", {}, made("summary", {}, name), made("pre", {}, made("code"))));
        box.dataset.at = at;
        card.append(box);
        equip(box);
      }
    }
  };
  const filter = () => {
    const form = document.querySelector("form.filter");
    if (!form) return () => {};
    const rows = all(".verdicts tbody tr").map((node) => ({
      node, group: node.closest("table").dataset.class, verdict: node.className, level: node.querySelector("p > b").textContent,
    }));
    const cards = all(".divergence").map((node) => ({ node, group: node.dataset.class, verdict: "fail", level: node.dataset.level }));
    for (const one of [...rows, ...cards]) one.text = one.node.textContent.toLowerCase();
    const apply = () => {
      const asked = new FormData(form);
      const words = asked.get("find").toLowerCase().split(/\s+/).filter(Boolean);
      const verdicts = asked.getAll("verdict");
      const one = (name, value) => !asked.get(name) || asked.get(name) === value;
      const fits = ({ node, group, verdict, level, text }) =>
        (!verdicts.length || verdicts.includes(verdict)) && one("class", group) && one("level", level) &&
        one("standing", node.dataset.standing) && words.every((word) => text.includes(word));
      for (const each of [...rows, ...cards]) each.node.hidden = !fits(each);
      for (const list of all("table.verdicts")) list.hidden = !list.querySelector("tbody tr:not([hidden])");
      const count = (list) => list.filter(({ node }) => !node.hidden).length;
      named("shown").textContent = `${count(rows)} of ${rows.length} clauses, ${count(cards)} of ${cards.length} divergences`;
    };
    form.hidden = false;
    // What a link points at must not come to lie below the bar, where the bar stays in sight.
    const measure = () => {
      const height = getComputedStyle(form).position === "sticky" ? form.offsetHeight : 0;
      root.style.setProperty("--bar", `${height}px`);
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    apply();
    measure();
    new ResizeObserver(measure).observe(form);
    return () => { form.reset(); apply(); };
  };

  addEventListener("DOMContentLoaded", () => {
    themeButton();
    codes();
    const showAll = filter();

    for (const bar of all(".all")) {
      bar.hidden = false;
      bar.addEventListener("click", ({ target }) => {
        if (target.dataset.open === undefined) return;
        for (const node of all(".divergence:not([hidden])")) node.open = Boolean(target.dataset.open);
      });
    }

    // A narrow page lays these tables out as blocks, by which some browsers forget that they are tables.
    const roles = { TABLE: "table", TBODY: "rowgroup", THEAD: "rowgroup", TR: "row", TD: "cell" };
    for (const node of all(".verdicts, .steps").flatMap((one) => [one, ...all("thead, tbody, tr, th, td", one)])) {
      node.setAttribute("role", roles[node.tagName] ?? (node.scope === "col" ? "columnheader" : "rowheader"));
    }

    // What a link points at is opened, with all around it, and shown even where the filter would hide it.
    const reveal = () => {
      let name = location.hash.slice(1);
      try { name = decodeURIComponent(name); } catch { /* not encoded: as it stands */ }
      const target = named(name);
      if (!target) return;
      if (target.closest("[hidden]")) showAll();
      for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
      (target.closest("tr, .divergence") ?? target).scrollIntoView();
    };
    addEventListener("hashchange", reveal);
    reveal();
    // Clicking the link that is already in the address changes nothing there, but should still show its target.
    addEventListener("click", ({ target }) => {
      const link = target.closest("a[href^='#']");
      if (link && link.hash === location.hash) setTimeout(reveal);
    });
  });
})();

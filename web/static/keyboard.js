// Keys: ? help, / search, g and a letter for a place, j and k rows, x selects, e opens, and any
// letter that an element carries as data-key. Never in fields, never with Ctrl, Alt or Meta, not
// while a dialog is open, and not at all when the operator has switched them off.
"use strict";
(() => {
  const WITHIN = 1200; // milliseconds from g to its letter
  let wentAt = -Infinity;

  const inField = (element) =>
    element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const row = () => document.activeElement?.closest("[data-row]");

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(row());
    const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
    if (!next) return;
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const goes = { q: "/contacts/opt-in-queue" }; // not in the navigation while it is empty
  const go = (letter) => {
    const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
    const address = link ? link.href : goes[letter];
    if (address) location.assign(address);
    return Boolean(address);
  };
  const keys = {
    "?": () => document.getElementById("keys")?.showModal(),
    // The search of the list that is shown, where there is one, else that of the top.
    "/": () => (document.querySelector("main [data-search]") ?? document.querySelector("[data-search]"))?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: () => row()?.querySelector("[data-select]")?.click(),
    e: () => row()?.querySelector("[data-open]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.shortcuts !== "on" || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (inField(event.target) || document.querySelector("dialog[open]")) return;
    const soon = event.timeStamp - wentAt < WITHIN;
    wentAt = -Infinity;
    if (soon && go(event.key)) {
      event.preventDefault();
    } else if (event.key === "g") {
      wentAt = event.timeStamp;
    } else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    } else {
      const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!marked || marked.disabled) return;
      event.preventDefault();
      marked.click();
    }
  });
})();

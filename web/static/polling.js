// Parts of a page that keep themselves up to date: <section data-poll="5" hx-get="…"
// hx-trigger="poll" hx-swap="morph:outerHTML">. They ask every so many seconds, but not while the
// page is hidden, a request of theirs is under way, or somebody types, selects or decides there.
// data-poll-eager: only a hidden page holds it up (a progress bar).
"use strict";
(() => {
  const EVERY = 250;
  const asked = new WeakMap();

  const typing = () => {
    const field = document.activeElement;
    return Boolean(field && field.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
  };
  const selecting = () => {
    const marked = window.getSelection();
    return Boolean(marked && !marked.isCollapsed)
      || document.querySelector("[data-select]:checked") !== null;
  };
  const deciding = () => document.querySelector("dialog[open]") !== null;
  const quiet = (part) =>
    !document.hidden
    && (part.hasAttribute("data-poll-eager") || !(typing() || selecting() || deciding()));

  const ask = () => {
    const now = performance.now();
    for (const part of document.querySelectorAll("[data-poll]")) {
      if (!asked.has(part)) asked.set(part, now);
      const due = now - asked.get(part) >= Number(part.dataset.poll) * 1000;
      if (!due || !quiet(part) || part.classList.contains("htmx-request")) continue;
      asked.set(part, now);
      window.htmx.trigger(part, "poll");
    }
  };
  if (window.htmx) window.setInterval(ask, EVERY);

  const isPoll = (detail) => Boolean(detail.requestConfig?.headers["X-Poll"]);
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.triggeringEvent?.type === "poll") event.detail.headers["X-Poll"] = "1";
  });
  // An answer that comes while somebody has begun to type or decide is dropped: nothing jumps.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isPoll(event.detail) && !quiet(event.detail.elt)) event.detail.shouldSwap = false;
  });
})();

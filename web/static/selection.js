// Choosing contacts: one by one, a range with Shift, a page, or everybody whom the filter means.
// What is chosen survives paging, and is forgotten when the filter changes. The form that asks
// for an action carries it: marks of this page by themselves, those of other pages as hidden
// fields, "everybody" as the filter and the count that the operator saw.
"use strict";
(() => {
  const STORE = "chosen-contacts";
  const MOST = 1000; // as web/pages/contacts_chosen.py takes them
  const bar = () => document.getElementById("bulk");
  const boxes = () => [...document.querySelectorAll("[data-select]")];
  const number = (many) => many.toLocaleString("en-US");

  let chosen = { list: "", ids: [], all: null };
  let last = null; // the box that a range begins at
  let shift = false;
  let at = { row: null, index: -1 }; // where the keyboard was, for when its row goes

  const keep = () => { sessionStorage.setItem(STORE, JSON.stringify(chosen)); };
  const recall = () => {
    if (!bar()) return; // another place: what was chosen here may still be wanted
    const { list } = bar().dataset;
    const nobody = { list, ids: [], all: null };
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORE));
      chosen = kept && kept.list === list ? kept : nobody;
    } catch {
      chosen = nobody;
    }
    keep();
  };

  const words = () => {
    if (chosen.all !== null) return `All ${number(chosen.all)} matching selected`;
    if (!chosen.ids.length) return "Nobody selected";
    const here = boxes().filter((box) => box.checked).length;
    const elsewhere = chosen.ids.length - here;
    return `${number(chosen.ids.length)} selected${elsewhere ? `, ${number(elsewhere)} on other pages` : ""}`;
  };

  const hidden = (name, value) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    return field;
  };

  // Show on the page what is chosen, and put it into the form.
  const show = () => {
    const form = bar();
    if (!form) return;
    const ids = new Set(chosen.ids);
    const here = boxes();
    for (const box of here) box.checked = chosen.all !== null || ids.has(box.value);
    const page = form.querySelector("[data-page-all]");
    const marked = here.filter((box) => box.checked).length;
    page.checked = here.length > 0 && marked === here.length;
    page.indeterminate = marked > 0 && marked < here.length;
    form.classList.toggle("any", chosen.all !== null || chosen.ids.length > 0);
    const told = form.querySelector("[data-chosen]");
    if (told.textContent !== words()) told.textContent = words();
    const more = document.querySelector("#rows [rel=next], #rows [rel=prev]") !== null;
    form.querySelector("[data-select-all]").hidden = chosen.all !== null || !page.checked || !more;
    form.querySelector("[data-select-none]").hidden = chosen.all === null && !chosen.ids.length;
    const shown = new Set(here.map((box) => box.value));
    const fields = chosen.all !== null
      ? [hidden("all", "1"), hidden("expected", String(chosen.all))]
      : chosen.ids.filter((id) => !shown.has(id)).map((id) => hidden("ids", id));
    form.querySelector("#elsewhere").replaceChildren(...fields);
  };

  const mark = (some, yes) => {
    const ids = new Set(chosen.all === null ? chosen.ids : boxes().map((box) => box.value));
    for (const box of some) yes ? ids.add(box.value) : ids.delete(box.value);
    chosen = { ...chosen, ids: [...ids].slice(0, MOST), all: null };
    if (ids.size > MOST) window.optin.toast(`Up to ${number(MOST)} can be selected one by one. Select all matching instead.`);
    keep();
    show();
    window.optin.say(words());
  };
  const forget = () => {
    chosen = { ...chosen, ids: [], all: null };
    keep();
    show();
  };

  const range = (from, to) => {
    const all = boxes();
    const [a, b] = [all.indexOf(from), all.indexOf(to)].sort((x, y) => x - y);
    return a < 0 ? [to] : all.slice(a, b + 1);
  };

  document.addEventListener("click", (event) => { shift = event.shiftKey; }, true);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-select]")) {
      mark(shift && last?.isConnected ? range(last, box) : [box], box.checked);
      last = box;
    } else if (box.matches("[data-page-all]")) {
      mark(boxes(), box.checked);
    } else if (box.matches("[data-submits]")) {
      box.form.requestSubmit();
    }
  });
  // Shift and click would mark text as well.
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target instanceof Element && event.target.matches("[data-select]")) event.preventDefault();
  });

  const everybody = async (button) => {
    button.disabled = true;
    try {
      const answer = await fetch(`/contacts/count?${bar().dataset.list}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      chosen = { ...chosen, ids: [], all: (await answer.json()).count };
      keep();
      show();
      window.optin.say(words());
    } catch {
      window.optin.toast("They could not be counted. Try again.");
    } finally {
      button.disabled = false;
    }
  };

  const focusedRow = () => document.activeElement?.closest("[data-row]") ?? null;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.matches("[data-select-all]")) everybody(button);
    if (button.matches("[data-select-none]")) forget();
    if (!button.matches("[data-bulk]")) return;
    // A key on a row means that row, where nobody is selected.
    const box = focusedRow()?.querySelector("[data-select]");
    if (box && chosen.all === null && !chosen.ids.length) mark([box], true);
    if (chosen.all === null && !chosen.ids.length) {
      event.preventDefault();
      window.optin.toast("Select at least one contact first.");
    }
  });

  // The question comes from the server; its answer takes it away again.
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.detail.target.id === "dialog-place" ? document.getElementById("bulk-dialog") : null;
    if (dialog) {
      dialog.showModal();
      (dialog.querySelector("[role=alert] ~ .field input, [autofocus]") ?? dialog.querySelector("select, input:not([type=hidden])"))?.focus();
    }
  });
  document.addEventListener("close", (event) => {
    if (event.target.id !== "bulk-dialog") return;
    event.target.remove();
    back();
  }, true);
  document.addEventListener("contacts-asked", () => { forget(); back(); });

  // Where the keyboard was: the same row, or the one that took its place.
  document.addEventListener("focusin", () => {
    const row = focusedRow();
    if (row) at = { row: row.id, index: [...document.querySelectorAll("[data-row]")].indexOf(row) };
  });
  const back = () => {
    if (at.row === null || document.querySelector("dialog[open]")) return;
    const focused = document.activeElement;
    if (focused && focused !== document.body) return;
    const rows = [...document.querySelectorAll("[data-row]")];
    const row = document.getElementById(at.row) ?? rows[Math.min(at.index, rows.length - 1)];
    if (!row?.matches("[data-row]")) return;
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "rows" && event.detail.target?.id !== "rows") return;
    show();
    back();
  });

  recall();
  show();
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    recall();
    show();
  });
})();

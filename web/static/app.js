// What every page does beyond plain HTML. It listens on the document, so that whatever htmx
// brings in later works as well. Pages work without it for the essential.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const find = (selector, within = document) => within.querySelector(selector);
  const closest = (event, selector) =>
    event.target instanceof Element ? event.target.closest(selector) : null;

  // Said aloud by a screen reader. Emptied first: the same words twice are said twice.
  const say = (words) => {
    const live = find("#live");
    live.textContent = "";
    window.setTimeout(() => { live.textContent = words; }, 50);
  };

  const toast = (words) => {
    const line = document.createElement("div");
    line.className = "toast";
    const text = document.createElement("p");
    text.textContent = words;
    const dismiss = document.createElement("button");
    Object.assign(dismiss, { type: "button", className: "button quiet", textContent: "×" });
    dismiss.setAttribute("aria-label", "Dismiss");
    dismiss.dataset.dismiss = "";
    line.append(text, dismiss);
    find("#toasts").append(line);
  };
  window.optin = { say, toast };

  // Dialogs: opened by data-opens, closed by data-closes or Esc; focus goes where autofocus
  // says, which is Cancel where something is destroyed, and back to the opener afterwards.
  const open = (dialog) => {
    if (dialog.open) dialog.close();
    dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const opener = closest(event, "[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      open(dialog);
      return;
    }
    const closer = closest(event, "[data-closes]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });
  // Without JavaScript the server opens a dialog that the address names: make it a modal one.
  document.addEventListener("DOMContentLoaded", () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) open(dialog);
  });
  // A form is sent once, however often its button is clicked.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.addEventListener("htmx:afterRequest", () => { delete form.dataset.sent; }, { once: true });
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Copy buttons. The clipboard of modern browsers is for https only; the old way works anywhere.
  const copyTheOldWay = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden";
    const home = find("dialog[open]") || document.body;
    home.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        // Not allowed in this frame or without focus: the old way may still be.
      }
    }
    return copyTheOldWay(text);
  };
  document.addEventListener("click", async (event) => {
    const button = closest(event, "[data-copies]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copies);
    const done = await copy("value" in source ? source.value : source.textContent);
    button.focus();
    const words = button.dataset.words || button.textContent;
    button.dataset.words = words;
    button.textContent = done ? "Copied" : "Select and copy";
    say(done ? "Copied to the clipboard" : "Copying is not allowed here: select the text");
    window.setTimeout(() => { button.textContent = words; }, 2000);
  });

  // Small switches: toasts, the menu of a narrow page, the theme.
  document.addEventListener("click", (event) => {
    const dismiss = closest(event, "[data-dismiss]");
    if (dismiss) dismiss.closest(".toast").remove();
    const menu = closest(event, "[data-menu]");
    if (menu) {
      const shown = find("#navigation").classList.toggle("open");
      menu.setAttribute("aria-expanded", String(shown));
    }
  });
  document.addEventListener("change", (event) => {
    const choice = closest(event, "[data-theme-switch]");
    if (!choice) return;
    root.dataset.theme = choice.value;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${choice.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  });

  // What the server refused is said with its reason; a switch goes back to what is true.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.headers["X-Poll"]) return;
    let words = "That did not work. Try again.";
    try {
      const problem = JSON.parse(event.detail.xhr.responseText);
      words = `${problem.title} ${problem.detail}`;
    } catch {
      // Not one of our problems: the general words stand.
    }
    toast(words);
    const box = event.detail.elt;
    if (box.matches("input[type=checkbox]")) box.checked = !box.checked;
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig.headers["X-Poll"]) return;
    toast("The service cannot be reached. Try again.");
    const box = event.detail.elt;
    if (box.matches("input[type=checkbox]")) box.checked = !box.checked;
  });
})();

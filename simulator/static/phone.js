// The simulated phone. Asks /_sim/phone once a second and changes only what differs, so that
// nothing typed, focused or scrolled is lost. All that came from outside is set as text.
"use strict";

const EVERY_MS = 1000;
const FAULTS_OFF = {
  latency_ms: 0, mode: "ok", rate: 1, callbacks: "normal",
  callback_ms: 100, list_lag_s: 0, seed: 0, hang_ms: 20000,
};
const find = (selector, root = document) => root.querySelector(selector);
const cards = new Map(); // number of a person -> its card
const dials = find("#faults");
let dialsTouched = false;
let shown = "";

async function refresh() {
  try {
    const query = new URLSearchParams({ q: find("#search").value });
    const answer = await fetch(`/_sim/phone?${query}`);
    const raw = await answer.text();
    if (answer.ok && raw !== shown) {
      const isInOrder = show(JSON.parse(raw));
      shown = isInOrder ? raw : "";
    }
    if (!answer.ok) warn("The simulator answered with an error.");
  } catch {
    shown = "";
    warn("The simulator does not answer. Trying again…");
  }
}

function show(state) {
  find("#total").textContent = `${state.total} text${state.total === 1 ? "" : "s"} so far.`;
  find("#empty").hidden = state.conversations.length > 0;
  showOurNumbers(state.our_numbers);
  showFaults(state.faults);
  return showConversations(state.conversations);
}

function showOurNumbers(numbers) {
  find("#our-numbers").replaceChildren(...numbers.map((number) => new Option(number, number)));
  const to = find("#reply").elements.to;
  if (!to.value && !to.matches(":focus") && numbers.length) to.value = numbers[0];
}

function showConversations(conversations) {
  const wanted = new Set(conversations.map((conversation) => conversation.person));
  for (const [person, card] of cards) {
    if (!wanted.has(person) && !isBeingWritten(card)) {
      card.remove();
      cards.delete(person);
    }
  }
  const list = find("#conversations");
  const order = conversations.map(cardOf);
  // Moving a card would take the focus from it: the order waits until the reply is sent.
  const isWriting = [...cards.values()].some(isBeingWritten);
  if (isWriting) {
    order.filter((card) => !card.isConnected).reverse().forEach((card) => list.prepend(card));
  } else {
    order.forEach((card, place) => {
      if (list.children[place] !== card) list.insertBefore(card, list.children[place] ?? null);
    });
  }
  return !isWriting;
}

function isBeingWritten(card) {
  return card.contains(document.activeElement) || find("input", card).value !== "";
}

function cardOf(conversation) {
  const card = cards.get(conversation.person) ?? newCard(conversation.person);
  const count = conversation.count;
  find(".count", card).textContent = `${count} text${count === 1 ? "" : "s"}`;
  const ours = conversation.texts.map((text) => text.ours).filter(Boolean);
  card.dataset.ours = ours.at(-1) ?? "";
  const list = find(".texts", card);
  const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
  list.replaceChildren(...conversation.texts.map(bubble));
  if (isAtEnd) requestAnimationFrame(() => { list.scrollTop = list.scrollHeight; });
  return card;
}

function newCard(person) {
  const card = find("#conversation").content.firstElementChild.cloneNode(true);
  find(".person", card).textContent = person;
  find("input", card).setAttribute("aria-label", `Reply as ${person}`);
  find("form", card).addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, { from: person, to: card.dataset.ours, body: find("input", card).value });
  });
  cards.set(person, card);
  return card;
}

function bubble(text) {
  const item = find("#text").content.firstElementChild.cloneNode(true);
  item.classList.toggle("inbound", Boolean(text.is_inbound));
  find(".body", item).textContent = text.body;
  const time = new Date(text.at).toLocaleTimeString();
  const status = text.is_inbound ? "" : ` · ${text.status}${text.error_code ? ` (${text.error_code})` : ""}`;
  find(".meta", item).textContent = `${time}${status}${text.via === "twiml" ? " · reply by TwiML" : ""}`;
  return item;
}

function showFaults(faults) {
  const turned = Object.keys(FAULTS_OFF).filter((name) => faults[name] !== FAULTS_OFF[name]);
  const banner = find("#banner");
  banner.hidden = turned.length === 0;
  banner.textContent = `Fault dials are set: ${turned.map((name) => `${name} ${faults[name]}`).join(", ")}.`;
  if (dialsTouched) return;
  for (const [name, value] of Object.entries(faults)) dials.elements[name].value = value;
}

function warn(message) {
  const banner = find("#banner");
  banner.hidden = false;
  banner.textContent = message;
}

async function send(form, text) {
  const said = find("output", form);
  try {
    const [answer, result] = await ask("POST", "/_sim/inbound", text);
    if (!answer.ok) return tell(said, reasons(result), true);
    form.elements.body.value = "";
    const status = result.status;
    if (status === null) tell(said, "The service did not answer.", true);
    else tell(said, status === 200 ? "" : `The service answered ${status}.`, status !== 200);
    await refresh();
  } catch {
    tell(said, "The simulator does not answer.", true);
  }
}

async function turn(changes) {
  const said = find("output", dials);
  try {
    const [answer, result] = await ask("PUT", "/_sim/faults", changes);
    if (!answer.ok) return tell(said, reasons(result), true);
    dialsTouched = false;
    shown = "";
    tell(said, "The dials are set.", false);
    await refresh();
  } catch {
    tell(said, "The simulator does not answer.", true);
  }
}

async function ask(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
  return [answer, await answer.json()];
}

function reasons(result) {
  return result.errors.map((error) => `${error.field}: ${error.detail}`).join(" ");
}

function tell(output, message, isFailure) {
  output.textContent = message;
  output.classList.toggle("failed", isFailure);
}

function dialValues() {
  const values = Object.fromEntries(new FormData(dials));
  for (const name of ["latency_ms", "rate", "callback_ms", "list_lag_s", "seed", "hang_ms"]) {
    values[name] = Number(values[name]);
  }
  return values;
}

find("#reply").addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, Object.fromEntries(new FormData(event.target)));
});
dials.addEventListener("input", () => { dialsTouched = true; });
dials.addEventListener("submit", (event) => {
  event.preventDefault();
  turn(dialValues());
});
find("#faults-off").addEventListener("click", () => turn(FAULTS_OFF));
find("#search").addEventListener("input", refresh);

async function keepRefreshing() {
  if (!document.hidden) await refresh();
  setTimeout(keepRefreshing, EVERY_MS);
}
keepRefreshing();

// The next items of the desk, fetched ahead as the insides of their pages (X-Part: desk), and given back when one leaves.
import * as outbox from "./outbox.js";

const AHEAD = 2;
export const ready = [];
export const frame = () => document.getElementById("desk");
export const formOf = (node) => node?.querySelector("form[data-outbox]");
let filling = null;
export const isFilling = () => filling !== null;

export function itemIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const node = page.getElementById("desk");
  return node && { node: document.adoptNode(node), url: node.dataset.url, title: node.ariaLabel, page };
}

function heldBack() {
  const fields = new URLSearchParams({ way: frame().dataset.way });
  const all = [frame().dataset, ...outbox.pending(), ...ready.map((one) => one.node.dataset)];
  for (const one of all) {
    if (one.slot) fields.append("beside", one.slot);
    if (one.about) fields.append("but", one.about);
  }
  return fields;
}

async function fillUp() {
  while (formOf(frame()) && ready.length < AHEAD && navigator.onLine) {
    const answer = await fetch(`${frame().dataset.next}?${heldBack()}`, { headers: { "X-Part": "desk" } });
    if (answer.status !== 200) return;
    const item = itemIn(await answer.text());
    if (!item || ready.some((one) => one.node.dataset.about === item.node.dataset.about)) return;
    ready.push(item);
  }
}

// Fetches what is missing; `then` is called once that is over.
export function prefetch(then) {
  filling ??= fillUp().catch(() => {}).finally(() => { filling = null; then(); });
  return filling;
}

// What was fetched ahead and not begun goes back to the others.
addEventListener("pagehide", (event) => {
  const slots = ready.map((one) => one.node.dataset.slot).filter(Boolean);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (event.persisted || !slots.length || !token) return;
  navigator.sendBeacon(frame().dataset.leave, new URLSearchParams([["csrfmiddlewaretoken", token], ...slots.map((one) => ["slot", one])]));
});

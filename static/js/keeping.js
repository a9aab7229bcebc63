// What is typed on the desk and not sent yet: kept in this browser at once and on the server a moment later, and filled
// in again when the form comes back, whichever of the two is newer. The server's own comes with the page (#drafted).
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "seal", "then", "skip", "draft", "spent", "way"]);
const FORM = "form[data-outbox][data-draft]";
const SOON = 250;
const LATER = 1500;
const person = document.getElementById("outbox")?.dataset.person;
const timers = new WeakMap();
const before = new WeakMap();
const known = new WeakMap();

const keyOf = (name) => `desk-draft:${person}:${location.pathname.split("/")[2]}:${name}`;

function collect(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) if (!LEFT_OUT.has(name) && typeof value === "string") (fields[name] ??= []).push(value);
  return fields;
}

function save(form) {
  if (!before.has(form)) return null;
  const now = JSON.stringify(collect(form));
  if (known.get(form) === now) return null;
  known.set(form, now);
  const isTyped = now !== before.get(form);
  const name = form.dataset.draft;
  if (isTyped) localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now() / 1000, fields: JSON.parse(now) }));
  else localStorage.removeItem(keyOf(name));
  return { name, fields: isTyped ? JSON.parse(now) : {} };
}

function post(form, draft) {
  const url = form.closest("[data-draft-url]")?.dataset.draftUrl;
  if (!url || !form.isConnected) return;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value };
  fetch(url, { method: "POST", headers, body: JSON.stringify(draft), redirect: "manual" }).catch(() => {});
}

function soon(form) {
  const running = timers.get(form) ?? {};
  clearTimeout(running.soon);
  running.soon = setTimeout(() => {
    const draft = save(form);
    if (!draft) return;
    clearTimeout(running.later);
    running.later = setTimeout(() => post(form, draft), LATER);
  }, SOON);
  timers.set(form, running);
}

// A script that makes fields of its own and comes later than this finds the draft at the form.
function fill(form, fields) {
  form.filledWith = fields;
  form.dispatchEvent(new CustomEvent("draft:restoring", { bubbles: true, detail: { fields } }));
  for (const control of form.elements) {
    const values = fields[control.name];
    if (!control.name || LEFT_OUT.has(control.name)) continue;
    if (control.matches("[type=radio], [type=checkbox]")) control.checked = values?.includes(control.value) ?? control.checked;
    else if (values && control.type !== "hidden" && control.value !== values[0]) {
      control.value = values[0];
      control.closest("details:not([data-span-row] details)")?.setAttribute("open", "");
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

function begin(form) {
  if (before.has(form)) return;
  before.set(form, JSON.stringify(collect(form)));
  known.set(form, before.get(form));
  if (form.querySelector(".errorlist, .notice-error")) return;
  const ours = JSON.parse(localStorage.getItem(keyOf(form.dataset.draft)) ?? "null");
  const theirs = JSON.parse(document.getElementById("drafted")?.textContent ?? "null");
  const newest = ours && theirs ? (ours.at > theirs.at - 5 ? ours : theirs) : ours ?? theirs;
  if (newest) fill(form, newest.fields);
}

// The form was sent: what was kept of it goes, and nothing is kept of it any more.
export function sent(form) {
  const running = timers.get(form);
  clearTimeout(running?.soon);
  clearTimeout(running?.later);
  localStorage.removeItem(keyOf(form.dataset.draft));
  before.delete(form);
}

// The form is on the page again with all that is in it.
export function again(form) {
  before.set(form, "");
  soon(form);
}

// What was refused waits in its own form.
export function keep(name, pairs) {
  const fields = {};
  for (const [field, value] of pairs) if (!LEFT_OUT.has(field)) (fields[field] ??= []).push(value);
  localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now() / 1000 + 60, fields }));
}

const beginAll = (root) => root.querySelectorAll?.(FORM).forEach(begin);
for (const name of ["input", "change", "click", "keyup"]) {
  document.addEventListener(name, (event) => { const form = document.querySelector(`#desk ${FORM}`); if (form && event.target.closest?.("#desk, [popover]")) soon(form); });
}
addEventListener("pagehide", () => document.querySelectorAll(FORM).forEach(save));
document.body.addEventListener("htmx:load", (event) => beginAll(event.detail.elt));
document.body.addEventListener("htmx:beforeSwap", (event) => event.detail.target.querySelectorAll?.(FORM).forEach((form) => { if (event.detail.xhr.status === 200) sent(form); }));
beginAll(document);

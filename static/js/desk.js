// The desk: what is sent goes in the background, the next item is there at once, and undo brings the last one back.
// An item is the inside of its page, fetched ahead by ahead.js and swapped in for #desk.
import { formOf, frame, isFilling, itemIn, prefetch, ready } from "./ahead.js";
import * as keeping from "./keeping.js";
import * as outbox from "./outbox.js";

const PATIENCE = 8;
let past = [];
let isWaiting = false;
let shownAt = performance.now();
const seconds = () => Math.round((performance.now() - shownAt) / 100) / 10;

function shown(node) {
  shownAt = performance.now();
  window.htmx?.process(node);
  node.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: node } }));
  document.dispatchEvent(new CustomEvent("desk:shown", { detail: { elt: node } }));
}

// Each kind of page brings its own styles and scripts: from one kind to another the page is opened as a whole.
const kindOf = (node) => node.dataset.about?.split("-")[0];
const fits = (item) => kindOf(item.node) === kindOf(frame());

function show(item) {
  isWaiting = false;
  if (!fits(item)) {
    location.assign(item.url);
    return frame();
  }
  const left = frame();
  left.replaceWith(item.node);
  document.title = [item.title, ...document.title.split(" · ").slice(-2)].filter(Boolean).join(" · ");
  history.pushState({ desk: true }, "", item.url);
  scrollTo(0, 0);
  item.node.focus({ preventScroll: true });
  shown(item.node);
  return left;
}

function say(name) {
  const place = document.getElementById("receipt");
  const pattern = document.querySelector(`template[data-receipt="${name}"]`);
  if (place && pattern) place.replaceChildren(pattern.content.cloneNode(true));
}

// To the next item; where none is there yet, it is fetched, and what was sent last is on its way meanwhile.
async function goOn() {
  if (ready.length && (navigator.onLine || fits(ready[0]))) return void show(ready.shift());
  isWaiting = true;
  frame().toggleAttribute("data-waiting", true);
  frame().querySelector("[data-waiting-words]")?.removeAttribute("hidden");
  if (isFilling() || !navigator.onLine || outbox.waiting().length) return;
  const answer = await fetch(`${frame().dataset.desk}?way=${frame().dataset.way}`, { headers: { "X-Part": "desk" } }).catch(() => null);
  const item = answer?.ok && itemIn(await answer.text());
  if (!item || !isWaiting) return;
  if (formOf(item.node)) return void show(item);
  const kept = document.querySelector("#receipt [data-submission]")?.dataset.submission;
  location.assign(`${frame().dataset.desk}?way=${frame().dataset.way}${kept ? `&after=${kept}` : ""}`);
}

const goOnIfWaiting = () => { if (isWaiting) goOn(); };

// Whether anything is said at all; what else is missing the server and the form's own rules say.
function says(control) {
  if (control.matches("[type=radio], [type=checkbox]")) return control.checked;
  if (control.dataset.diffFrom) return control.value.trim() !== document.querySelector(control.dataset.diffFrom)?.textContent.trim();
  if (control.matches("textarea, [type=number], [name=failure]")) return control.value.trim() !== "";
  return false;
}

function isSaid(form) {
  if (!form.querySelector("[data-nothing-said]")) return true;
  return form.querySelector("[data-span-row]") !== null || [...form.elements].some((one) => !one.closest(".by-sentence") && says(one));
}

function send(form, submitter, since) {
  const node = frame();
  const fields = [...new FormData(form, submitter)].filter(([, value]) => typeof value === "string");
  fields.push(["spent", `${seconds()}`], ["way", node.dataset.way]);
  const { about, slot } = node.dataset;
  const entry = { url: submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? node.dataset.url, fields, about, slot, page: node.dataset.url, draft: form.dataset.draft };
  const id = outbox.add(entry);
  keeping.sent(form);
  past.push({ id, node, url: node.dataset.url, title: node.ariaLabel });
  past = past.slice(-PATIENCE);
  say(submitter?.name === "skip" ? "skipped" : "sending");
  goOn();
  requestAnimationFrame(() => setTimeout(() => {
    performance.measure("desk:submit-to-paint", { start: since, end: performance.now() });
    outbox.work();
    prefetch(goOnIfWaiting);
  }));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-undo]")) { event.preventDefault(); undo(form); return; }
  if (!form.matches("#desk form[data-outbox]") || event.submitter?.value === "stay") return;
  event.preventDefault();
  const isSkip = event.submitter?.name === "skip";
  const complaint = form.querySelector("[data-nothing-said]");
  if (!isSkip && !isSaid(form)) { complaint.hidden = false; complaint.scrollIntoView({ block: "nearest" }); return; }
  send(form, event.submitter, event.timeStamp);
});

// What has not left yet comes back as it was; what was kept is undone on the server, whose page has the words in it.
async function undo(form) {
  await outbox.settled();
  const last = past.at(-1);
  if (last && outbox.cancel(last.id)) {
    past.pop();
    const left = show(last);
    if (formOf(left)) ready.unshift({ node: left, url: left.dataset.url, title: left.ariaLabel });
    document.getElementById("receipt").replaceChildren();
    return void keeping.again(formOf(last.node));
  }
  past.pop();
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Outbox": "1" } }).catch(() => null);
  const address = answer?.headers.get("X-Page");
  if (!address) return void form.submit();
  const page = await fetch(address);
  const item = page.ok && itemIn(await page.text());
  if (!item || !fits(item)) return void location.assign(address);
  const left = show(item);
  if (formOf(left)) ready.unshift({ node: left, url: left.dataset.url, title: left.ariaLabel });
  for (const id of ["receipt", "desk-line"]) document.getElementById(id).replaceChildren(...item.page.getElementById(id).childNodes);
  window.htmx?.process(document.getElementById("receipt"));
}

document.addEventListener("outbox:sent", ({ detail }) => {
  const place = document.getElementById("receipt");
  if (!place || outbox.waiting().length) return;
  place.innerHTML = detail.html;
  const line = place.querySelector("template[data-line]");
  if (line) document.getElementById("desk-line").replaceChildren(line.content.cloneNode(true));
  window.htmx?.process(place);
  goOnIfWaiting();
});
document.addEventListener("outbox:refused", ({ detail }) => {
  if (detail.entry.draft) keeping.keep(detail.entry.draft, detail.entry.fields);
  if (!outbox.waiting().length) goOnIfWaiting();
});
addEventListener("online", () => prefetch(goOnIfWaiting));
addEventListener("popstate", () => location.reload());
if (frame()) {
  if (formOf(frame())) frame().focus({ preventScroll: true });
  shown(frame());
  (window.requestIdleCallback ?? setTimeout)(() => prefetch(goOnIfWaiting));
}

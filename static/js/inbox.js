// Working through drafts one by one. Links inside data-inbox-go bring a draft into the hand (#hand) without leaving the
// page. What is pressed while the next draft is on its way is kept and done to that one, never to the one before.
const hand = () => document.getElementById("hand");
const lines = () => document.getElementById("lines");
const isBusy = () => hand().getAttribute("aria-busy") === "true";
const OPENS = "er";
let held = [];

// The next draft is fetched ahead, so that it is there when it is asked for. A decision makes what was fetched out of date.
const ahead = new Map();

async function textAt(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

function fetchAhead() {
  const url = hand().querySelector("a[rel=next]")?.href;
  if (url && !ahead.has(url)) ahead.set(url, textAt(url));
}

async function go(url) {
  if (isBusy()) return;
  hand().setAttribute("aria-busy", "true");
  history.replaceState(null, "", url);
  const ready = await ahead.get(url);
  if (ready) window.htmx.swap("#hand", ready, { swapStyle: "outerHTML" });
  else window.htmx.ajax("GET", url, { target: "#hand", swap: "outerHTML", source: hand() });
}

// The line of the draft in hand is marked and stands in the list's window; a list without it is asked for anew.
function markLine() {
  const line = document.getElementById(hand().dataset.line);
  lines().querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  if (!line) {
    if (hand().dataset.line) window.htmx.ajax("GET", location.href, { target: "#lines", swap: "outerHTML" });
    return;
  }
  line.querySelector("a").setAttribute("aria-current", "true");
  const list = lines();
  const top = line.offsetTop - list.offsetTop;
  if (top < list.scrollTop || top + line.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
}

function takeUp() {
  hand().focus({ preventScroll: true });
  if (hand().getBoundingClientRect().top < 0) hand().scrollIntoView({ block: "start" });
  const next = held.shift();
  if (next) hand().querySelector(`[data-key="${next}"]`)?.click();
  if (next && OPENS.includes(next)) hand().querySelector(next === "r" ? "[name=reason]" : ".draft-words textarea")?.focus();
  if (isBusy()) return;
  held = [];
  fetchAhead();
}

document.addEventListener("keys:using", (event) => {
  if (!isBusy() || !hand().contains(event.target)) return;
  event.preventDefault();
  if (!OPENS.includes(held.at(-1) ?? " ")) held.push(event.target.dataset.key);
});
document.addEventListener("click", (event) => {
  if (isBusy() && hand().contains(event.target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const link = event.target.closest("[data-inbox-go] a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.href);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.target.matches("#hand [name=reason]") && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault(); // it would take the first button; the reason may be meant for another
    hand().focus({ preventScroll: true });
  } else if (event.key === "Escape" && hand().contains(event.target)) hand().focus({ preventScroll: true });
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id !== "hand") return;
  hand().setAttribute("aria-busy", "true");
  if (event.detail.requestConfig.verb === "post") ahead.clear();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt?.id === "lines") markLine();
  if (event.detail.elt?.id !== "hand") return;
  markLine();
  takeUp();
});
for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failed, () => { hand().removeAttribute("aria-busy"); held = []; });
}
markLine();
if (hand().dataset.line) fetchAhead();

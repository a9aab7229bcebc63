// What was sent and is not known to be kept yet: in this browser's storage, in order, until the server says so (X-Kept).
// Each form carries its own key, so what is sent twice is stored once. Says how it stands in #outbox; tells the page by
// "outbox:sent" and "outbox:refused" on document.
const box = document.getElementById("outbox");
const KEY = `outbox:${box?.dataset.person}`;
const LONGEST_WAIT = 30000;
const SMALL = 50000;
let working = false;
let inFlight = "";
let wait = 1000;
let timer = 0;
let trouble = "";

function read() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
}

function write(entries) {
  if (entries.length) localStorage.setItem(KEY, JSON.stringify(entries));
  else localStorage.removeItem(KEY);
  show();
}

const change = (id, how) => write(read().map((one) => (one.id === id ? { ...one, ...how } : one)));
const remove = (id) => write(read().filter((one) => one.id !== id));
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`outbox:${name}`, { detail }));

// All that is not kept yet, refused ones too: nobody should be asked about them again meanwhile.
export const pending = () => read();
export const waiting = () => read().filter((one) => !one.why);

export function add(entry) {
  const whole = { ...entry, id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: Date.now() };
  write([...read(), whole]);
  return whole.id;
}

// Takes back what has not left yet. False when it is on its way or was kept.
export function cancel(id) {
  const there = read().some((one) => one.id === id);
  if (!there || inFlight === id) return false;
  remove(id);
  return true;
}

export async function settled() {
  while (inFlight) await new Promise((resolve) => { setTimeout(resolve, 30); });
}

const FACES = { "": "sending", offline: "offline", "signed-out": "signed-out" };

function show() {
  if (!box) return;
  const entries = read();
  const refused = entries.find((one) => one.why);
  const number = entries.filter((one) => !one.why).length;
  const face = number && !navigator.onLine ? "offline" : number ? FACES[trouble] : refused ? "refused" : "";
  box.dataset.state = face;
  box.hidden = !face;
  for (const one of box.querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== face;
  for (const one of box.querySelectorAll("[data-count]")) one.textContent = number;
  if (face !== "refused") return;
  box.querySelector("[data-why]").textContent = refused.why;
  box.querySelector("[data-open]").href = refused.page;
  box.querySelector("[data-drop]").value = refused.id;
}

function whyOf(html) {
  const found = new DOMParser().parseFromString(html, "text/html").querySelector("#desk .notice-error, #desk .error:not([hidden]), [role=alert]:not([hidden]), main p");
  return found?.textContent.trim().replace(/\s+/g, " ") ?? "";
}

// Signing in again in another window makes the page's token worthless: a new one comes with any page.
async function renewToken() {
  const page = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  const token = page?.ok && new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return Boolean(token);
}

// "kept", "refused", or "later" when it should be tried again.
async function send(entry, isAgain = false) {
  const fields = new URLSearchParams(entry.fields);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) fields.set("csrfmiddlewaretoken", token);
  const body = fields.toString();
  let answer;
  try {
    answer = await fetch(entry.url, {
      method: "POST", body, redirect: "manual", keepalive: body.length < SMALL,
      headers: { "X-Outbox": "1", "Content-Type": "application/x-www-form-urlencoded" },
    });
  } catch {
    trouble = "offline";
    return "later";
  }
  trouble = "";
  const kept = answer.headers.get("X-Kept");
  if (kept) {
    const html = await answer.text();
    remove(entry.id);
    tell("sent", { entry, kept, html });
    return "kept";
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) {
    trouble = "signed-out";
    return "later";
  }
  if (answer.status === 403 && !isAgain && await renewToken()) return send(entry, true);
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
    const why = whyOf(await answer.text()) || `${answer.status}`;
    change(entry.id, { why });
    tell("refused", { entry: { ...entry, why } });
    return "refused";
  }
  trouble = "offline";
  return "later";
}

async function workOff() {
  for (let entry = waiting()[0]; entry; entry = waiting()[0]) {
    inFlight = entry.id;
    const outcome = await send(entry).finally(() => { inFlight = ""; });
    if (outcome === "later") return false;
    wait = 1000;
  }
  return true;
}

// Sends what waits, one after the other; one window of several does it where the browser has locks.
export async function work() {
  clearTimeout(timer);
  if (working || !box || !waiting().length) return show();
  working = true;
  const done = await (navigator.locks?.request(KEY, workOff) ?? workOff()).finally(() => { working = false; });
  if (!done) {
    timer = setTimeout(work, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
  return show();
}

addEventListener("online", () => { wait = 1000; work(); });
addEventListener("offline", show);
addEventListener("storage", (event) => { if (event.key === KEY) show(); });
box?.addEventListener("click", (event) => {
  const drop = event.target.closest("[data-drop]");
  if (drop) remove(drop.value);
});
work();

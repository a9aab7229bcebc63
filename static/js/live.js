// The live line: hears the names of what changed and tells the page, as "live:NAME" on the body.
// It holds nothing: whenever the line opens, the first time too, every waiting element asks for its part again,
// for what changed between the page's making and the line's opening was told to nobody.
const FIRST_WAIT = 800;
const LONGEST_WAIT = 30000;
const STRANGER = 4404;
const body = document.body;
let wait = FIRST_WAIT;
let queued = new Set();

function tell(name) {
  body.dispatchEvent(new CustomEvent(`live:${name}`, { detail: { name } }));
}

function namesWaitedFor() {
  const found = new Set();
  for (const element of document.querySelectorAll("[hx-trigger*='live:']")) {
    for (const match of element.getAttribute("hx-trigger").matchAll(/live:([\w-]+)/g)) found.add(match[1]);
  }
  return found;
}

// A run can change many times a second; the page is told of each name at most three times a second.
function soon(name) {
  if (queued.size === 0) setTimeout(() => { const names = queued; queued = new Set(); names.forEach(tell); }, 300);
  queued.add(name);
}

function open(path) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const line = new WebSocket(address);
  line.addEventListener("open", () => {
    wait = FIRST_WAIT;
    body.dataset.live = "on";
    namesWaitedFor().forEach(tell);
  });
  line.addEventListener("message", (event) => soon(JSON.parse(event.data).name));
  line.addEventListener("close", (event) => {
    delete body.dataset.live;
    if (event.code === STRANGER) return;
    setTimeout(() => open(path), wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

// A page that came back from the browser's memory may be old: wake what waits.
addEventListener("pageshow", (event) => { if (event.persisted) namesWaitedFor().forEach(tell); });
if (body.dataset.liveUrl) open(body.dataset.liveUrl);

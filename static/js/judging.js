// The page of one response: scores by digits, from one aspect to the next; the text raw or set; the question kept in
// sight; a slider for long scales; "judge this turn".
const groups = () => [...document.querySelectorAll("#desk [data-keys-group]")];
const isAnswered = (group) => group.querySelector(":checked") !== null || [...group.querySelectorAll("[type=number]")].some((one) => one.value);

function goToNext(group) {
  const open = groups().filter((one) => !isAnswered(one));
  const form = group.closest("form");
  if (open.length) return open[0].querySelector("input").focus({ preventScroll: true });
  if (form.hasAttribute("data-one-key")) return form.requestSubmit(form.querySelector("[data-main]"));
  return null;
}

// The same digit again takes a score back.
document.addEventListener("keys:using", (event) => {
  if (!event.target.matches("[data-rates]:checked")) return;
  event.preventDefault();
  event.target.checked = false;
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("keys:used", (event) => {
  const group = event.target.closest("[data-keys-group]");
  if (group) goToNext(group);
});

let pressed = null;
document.addEventListener("pointerdown", (event) => {
  const input = event.target.closest(".scores label")?.querySelector("[data-rates]");
  pressed = input?.checked ? input : null;
});
document.addEventListener("click", (event) => {
  if (event.target === pressed) { pressed.checked = false; pressed.dispatchEvent(new Event("change", { bubbles: true })); pressed = null; }
  const raw = event.target.closest("[data-raw]");
  if (raw) toggleRaw(raw);
  const turn = event.target.closest("[data-scope]");
  const scope = turn && document.querySelector("#desk [name=scope]");
  if (scope) { scope.value = turn.dataset.scope; scope.focus(); scope.dispatchEvent(new Event("change", { bubbles: true })); }
});

function toggleRaw(button) {
  const answer = button.closest(".desk-answer, .column");
  const isRaw = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", isRaw);
  answer.querySelector(".reading[data-source]").hidden = isRaw;
  answer.querySelector("pre.raw").hidden = !isRaw;
}

document.addEventListener("input", (event) => {
  const { slider, sliderFor } = event.target.dataset ?? {};
  const other = sliderFor ? document.querySelector(`[data-slider="${sliderFor}"]`) : slider && document.querySelector(`[data-slider-for="${slider}"]`);
  if (!other) return;
  other.value = event.target.value;
  const cannot = event.target.closest("fieldset")?.querySelector("[type=checkbox]");
  if (cannot) cannot.checked = false;
  if (sliderFor) other.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form");
  form?.querySelector("[data-nothing-said]")?.setAttribute("hidden", "");
});

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting, boundingClientRect } of entries) {
    const bar = document.querySelector("[data-prompt-bar]");
    if (bar && target.isConnected) bar.hidden = isIntersecting || boundingClientRect.top > 0;
  }
});
function watch() {
  watcher.disconnect();
  document.querySelectorAll("[data-prompt]").forEach((one) => watcher.observe(one));
}
document.addEventListener("desk:shown", watch);
watch();

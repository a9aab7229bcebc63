// Keys for controls that carry data-key="k". Never while somebody types, never with Ctrl, Alt or Meta, so that nothing of
// the browser's or a screen reader's is taken; and they can be turned off. A capital letter is the key with Shift. Where
// several controls have one key, the one in the group one is at is meant, else the first group that is not answered.
// "?" opens the list. Tells "keys:using" (may be prevented) and "keys:used" on the control.
const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=range]), textarea, select, [contenteditable=true]";
const ACTS = "a[href], button, summary, [role=button]";
const OFF = "keys-off";
const sheet = document.querySelector("[data-keys-sheet]");
const opener = document.querySelector("[data-keys-open]");
const onOff = document.querySelector("[data-keys-off]");
const isOff = () => localStorage.getItem(OFF) === "yes";

// A field for numbers takes no letters but "e", so the others are free.
const isTyping = (event) => event.target.matches(TYPING) && !(event.target.matches("[type=number]") && /^[a-df-zA-DF-Z?]$/.test(event.key));

function controls() {
  return [...document.querySelectorAll("[data-key]")].filter((one) => !one.disabled && one.getClientRects().length);
}

function nameOf(control) {
  const text = control.cloneNode(true);
  text.querySelectorAll?.("kbd").forEach((cap) => cap.remove());
  return control.dataset.keyName || control.getAttribute("aria-label") || text.textContent.trim().replace(/\s+/g, " ");
}

function isMeant(key, event) {
  if (/^[A-Z]$/.test(key)) return event.shiftKey && event.key.toUpperCase() === key;
  if (/^[a-z]$/.test(key)) return !event.shiftKey && event.key.toLowerCase() === key;
  return event.key === key;
}

function controlFor(event) {
  const found = controls().filter((one) => isMeant(one.dataset.key, event));
  if (found.length < 2) return found[0];
  const at = document.activeElement?.closest("[data-keys-group]");
  const open = found.find((one) => { const group = one.closest("[data-keys-group]"); return group && !group.querySelector(":checked"); });
  return found.find((one) => at && at.contains(one)) ?? open ?? found[0];
}

function use(control) {
  if (!control.dispatchEvent(new CustomEvent("keys:using", { bubbles: true, cancelable: true }))) return;
  const opens = control.matches("summary") ? control.parentElement.querySelector("textarea") : null;
  if (opens && control.parentElement.open) return void opens.focus();
  if (control.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return void control.focus();
  control.focus({ preventScroll: control.matches("[type=radio]") });
  control.click();
  opens?.focus();
  control.dispatchEvent(new CustomEvent("keys:used", { bubbles: true }));
}

function showSheet() {
  if (!sheet || sheet.open) return;
  const rows = sheet.querySelector("tbody");
  const pattern = sheet.querySelector("template");
  rows.replaceChildren();
  const seen = new Set();
  for (const control of controls()) {
    const { key } = control.dataset;
    if (seen.has(key)) continue;
    seen.add(key);
    const row = pattern.content.cloneNode(true);
    row.querySelector("kbd").textContent = /^[A-Z]$/.test(key) ? `⇧${key}` : key;
    row.querySelector("td:last-child").textContent = nameOf(control);
    rows.append(row);
  }
  if (onOff) onOff.checked = isOff();
  sheet.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.form ?? document.querySelector("#desk form[data-outbox]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-main]") ?? undefined);
    return;
  }
  if (event.key === "Escape" && event.target.matches(TYPING)) return void event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || sheet?.open) return;
  if (event.key === "?") return void showSheet();
  if (isOff() || (event.key === "Enter" && event.target.closest(ACTS))) return;
  const control = controlFor(event);
  if (!control) return;
  event.preventDefault();
  use(control);
});

const offer = () => { if (opener) opener.hidden = !document.querySelector("[data-key]"); };
offer();
document.addEventListener("desk:shown", offer);
opener?.addEventListener("click", showSheet);
onOff?.addEventListener("change", () => localStorage.setItem(OFF, onOff.checked ? "yes" : "no"));

// Keys for controls that carry data-key="k". Never while somebody types, never with Ctrl, Alt or Meta, so that nothing of
// the browser's or a screen reader's is taken. "?" opens the list; the list can also be opened by its button.
const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable=true]";
const sheet = document.querySelector("[data-keys-sheet]");
const opener = document.querySelector("[data-keys-open]");

function controls() {
  return [...document.querySelectorAll("[data-key]")].filter((one) => !one.disabled && one.getClientRects().length);
}

function nameOf(control) {
  const text = control.cloneNode(true);
  text.querySelectorAll?.("kbd").forEach((cap) => cap.remove());
  return control.dataset.keyName || control.getAttribute("aria-label") || text.textContent.trim().replace(/\s+/g, " ");
}

function use(control) {
  if (control.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return control.focus();
  control.focus({ preventScroll: control.matches("[type=radio]") });
  return control.click();
}

function showSheet() {
  if (!sheet || sheet.open) return;
  const rows = sheet.querySelector("tbody");
  const pattern = sheet.querySelector("template");
  rows.replaceChildren();
  for (const control of controls()) {
    const row = pattern.content.cloneNode(true);
    row.querySelector("kbd").textContent = control.dataset.key;
    row.querySelector("td:last-child").textContent = nameOf(control);
    rows.append(row);
  }
  sheet.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && event.target.matches(TYPING)) return void event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPING) || sheet?.open) return;
  if (event.key === "?") return void showSheet();
  const control = controls().find((one) => one.dataset.key.toLowerCase() === event.key.toLowerCase());
  if (!control) return;
  event.preventDefault();
  use(control);
});

if (opener && document.querySelector("[data-key]")) opener.hidden = false;
opener?.addEventListener("click", showSheet);

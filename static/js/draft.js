// Keeps what is typed in forms with data-draft="NAME" (the desk's are kept by keeping.js) in this tab, so that an error or a closed lid loses nothing.
// The server's answer to a form that was taken is another page or another name; then the draft is dropped.
const PREFIX = "draft:";
const KEPT = "textarea[name], input[type=text][name], input:not([type])[name]";
const keyOf = (form) => `${PREFIX}${location.pathname}:${form.dataset.draft}`;

function save(form) {
  const typed = [...form.querySelectorAll(KEPT)].map((field) => [field.name, field.value]);
  if (typed.some(([, value]) => value)) sessionStorage.setItem(keyOf(form), JSON.stringify(typed));
  else sessionStorage.removeItem(keyOf(form));
}

function restore(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept || form.dataset.drafted) return;
  form.dataset.drafted = "yes";
  for (const [name, value] of JSON.parse(kept)) {
    const field = [...form.querySelectorAll(KEPT)].find((one) => one.name === name);
    if (!field || field.value !== field.defaultValue || field.value === value) continue;
    if (field.defaultValue && form.querySelector("[aria-invalid=true], .error, .errorlist")) continue;
    field.value = value;
    field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const restoreAll = (root) => root.querySelectorAll?.("form[data-draft]:not([data-outbox])").forEach(restore);
addEventListener("input", (event) => { const form = event.target.closest?.("form[data-draft]:not([data-outbox])"); if (form) save(form); });
addEventListener("pagehide", () => document.querySelectorAll("form[data-draft]:not([data-outbox])").forEach((form) => {
  if (form.dataset.sent) sessionStorage.setItem(`${PREFIX}sent`, keyOf(form));
}));
addEventListener("submit", (event) => { if (event.target.matches("form[data-draft]:not([data-outbox])")) { save(event.target); event.target.dataset.sent = "yes"; } });
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft]:not([data-outbox])");
  if (form && event.detail.successful) sessionStorage.removeItem(keyOf(form));
});
document.body.addEventListener("htmx:load", (event) => restoreAll(event.detail.elt));

// A form sent the plain way was taken when the page that follows has no form of that name at that place.
const sent = sessionStorage.getItem(`${PREFIX}sent`);
sessionStorage.removeItem(`${PREFIX}sent`);
const refused = document.querySelector("[aria-invalid=true], .error, .errorlist, .notice-error");
if (sent && !refused) sessionStorage.removeItem(sent);
restoreAll(document);

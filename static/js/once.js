// A form is sent once: while it is on its way its buttons rest. The server has the last word by its key.
const REST = 8000;

function rest(form, resting) {
  form.toggleAttribute("data-resting", resting);
  form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", resting));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[data-outbox], [data-undo]")) return;
  if (form.hasAttribute("data-resting")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.matches("[hx-post], [data-hx-post]")) return;
  setTimeout(() => rest(form, true));
  setTimeout(() => rest(form, false), REST);
}, true);

addEventListener("pageshow", () => document.querySelectorAll("form[data-resting]").forEach((form) => rest(form, false)));

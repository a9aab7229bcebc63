// The playground's courtesies: a picked suggestion goes into the field where it can be changed; the drafts beside the
// talk are not fetched anew under somebody's fingers; and what changed in a run is shown or not, as one chose last.
const VIEW = "playground-view";
let late = false;

document.addEventListener("change", (event) => {
  const pick = event.target.closest("[data-pick-words]");
  if (pick) {
    const field = pick.form.querySelector("textarea[name=text]");
    field.value = pick.dataset.pickWords;
    field.focus();
    return;
  }
  if (!event.target.matches("[data-effect-view]")) return;
  localStorage.setItem(VIEW, event.target.checked ? "changes" : "now");
});

function asChosen(root) {
  for (const box of root.querySelectorAll?.("[data-effect-view]") ?? []) box.checked = localStorage.getItem(VIEW) !== "now";
}

// Somebody who writes in a draft keeps it as it is; it is fetched when they leave.
const isWriting = (part) => part.contains(document.activeElement) && document.activeElement.matches("textarea, input");

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target.closest?.("[data-talk-drafts]");
  if (part !== event.target || !part || !isWriting(part)) return;
  late = true;
  event.preventDefault();
});
document.addEventListener("focusout", () => setTimeout(() => {
  const part = document.querySelector("[data-talk-drafts]");
  if (!late || !part || isWriting(part)) return;
  late = false;
  document.body.dispatchEvent(new CustomEvent("live:principles"));
}));

// One goes to a principle or to words on the same page: it takes the focus, so that its keys are at hand. The browser
// tells of it late: somebody who writes in it by then goes on writing.
addEventListener("hashchange", () => {
  const goal = document.getElementById(location.hash.slice(1));
  if (!goal?.contains(document.activeElement)) goal?.focus({ preventScroll: true });
});

document.body.addEventListener("htmx:load", (event) => asChosen(event.detail.elt));
asChosen(document);


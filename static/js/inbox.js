// Working through drafts by keyboard. Buttons with data-inbox-move go to the next or previous draft; the keys on a draft's
// own controls (see keys.js) mean the draft one is at. What is decided gives way to the next draft at once, before the
// answer comes; a refusal comes back to its draft.
const drafts = () => [...document.querySelectorAll(".inbox .draft")];
const at = () => document.activeElement?.closest(".draft") ?? null;
let last = null;

function goTo(draft) {
  if (!draft) return;
  last = draft;
  draft.focus({ preventScroll: true });
  draft.scrollIntoView({ block: "nearest" });
}

function neighbour(step) {
  const all = drafts().filter((one) => one.getAttribute("aria-busy") !== "true");
  const from = at() ?? (last?.isConnected ? last : null);
  if (!from) return all[0];
  const next = all.filter((one) => {
    const place = from.compareDocumentPosition(one);
    return step > 0 ? place & Node.DOCUMENT_POSITION_FOLLOWING : place & Node.DOCUMENT_POSITION_PRECEDING;
  });
  return step > 0 ? next[0] : next.at(-1);
}

let moving = null;
// keys.js puts the focus on a control before it is clicked, so where one was is kept from just before.
document.addEventListener("keys:using", (event) => { if (event.target.matches("[data-inbox-move]")) moving = at() ?? last; });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-inbox-move]");
  if (!button) return;
  if (moving?.isConnected) last = moving;
  moving = null;
  goTo(neighbour(Number(button.dataset.inboxMove)) ?? last);
});
document.addEventListener("focusin", () => { last = at() ?? last; });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest(".draft")) goTo(event.target.closest(".draft"));
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const draft = event.detail.target;
  if (!draft?.matches?.(".inbox .draft")) return;
  const next = neighbour(1) ?? neighbour(-1);
  draft.setAttribute("aria-busy", "true");
  if (draft.contains(document.activeElement) || last === draft) goTo(next);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const draft = event.detail.elt;
  if (draft?.matches?.(".inbox .draft") && draft.querySelector(".error, [role=alert]")) goTo(draft);
});
for (const failed of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failed, (event) => event.detail.target?.removeAttribute?.("aria-busy"));
}

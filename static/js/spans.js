// Marks in the text: selections by mouse, touch or keys become rows of the form, and what is in the form is drawn.
// Looks after every [data-spans] section on the page, also one that is swapped in later.
import { isOwn } from "./placing.js";
import { Spans } from "./section.js";
import { mapOf, markUnder, redraw, supply, textOf } from "./texts.js";

const sections = new Map();
const sectionOf = (root) => [...sections.values()].find((one) => one.owns(root));
let isDown = false;

function begin() {
  for (const [section, one] of sections) if (!section.isConnected) { one.palette.end(); sections.delete(section); }
  const found = [...document.querySelectorAll("[data-spans]")].filter((section) => !sections.has(section));
  for (const section of found) {
    sections.set(section, new Spans(section));
    const draft = section.closest("form")?.filledWith;
    if (draft) sections.get(section).restore(draft);
  }
  if (found.length) redraw();
}

document.addEventListener("draft:restoring", (event) => {
  begin();
  for (const [section, one] of sections) if (event.target.contains(section)) one.restore(event.detail.fields);
});

let waiting = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (!isDown) sections.forEach((one) => one.selected()); }, 120);
});
document.addEventListener("pointerdown", () => { isDown = true; }, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { isDown = false; document.dispatchEvent(new Event("selectionchange")); }, true);
document.addEventListener("click", (event) => {
  const root = textOf(event.target);
  const one = sectionOf(root);
  if (!one || event.target.closest("a, button")) return;
  if (one.mode.isOn && getSelection().rangeCount) {
    const words = one.mode.wordsIn(mapOf(root), getSelection().getRangeAt(0));
    if (words && getSelection().isCollapsed) one.mode.goTo(words, event.shiftKey);
  } else if (getSelection().isCollapsed) {
    const mark = markUnder(event);
    if (mark && isOwn(mark)) one.open(mark.item, false);
  }
});
new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
begin();
supply(() => [...sections.values()].flatMap((one) => one.rows.marks));

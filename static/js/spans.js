// Marks in the text: selections by mouse, touch or keys become rows of the form, and what is in the form is drawn.
// Looks after every [data-spans] section on the page, also one that is swapped in later.
import { point } from "./drawing.js";
import { MarkMode } from "./marking.js";
import { Palette } from "./palette.js";
import { Rows } from "./rows.js";
import { mapOf, markAround, markBeside, markUnder, redraw, supply, textOf, textsOf } from "./texts.js";

const sections = new Map();
let isDown = false;

const isOwn = (mark) => mark.item.matches("[data-span-row]");
const isSame = (mark, place) => mark.start === place.start && mark.end === place.end;
function spanning(ranges) {
  const whole = ranges[0].cloneRange();
  whole.setEnd(ranges.at(-1).endContainer, ranges.at(-1).endOffset);
  return whole;
}

const sectionOf = (root) => [...sections.values()].find((one) => root && (root.dataset.source === one.source || root.dataset.source.startsWith(`${one.source}-turn-`)));

class Spans {
  constructor(section) {
    this.section = section;
    this.source = section.dataset.spans;
    this.said = section.querySelector("[data-spans-said]");
    this.rows = new Rows(section, redraw);
    this.palette = new Palette(section, {
      mark: (category, severity) => this.mark(category, severity), severity: (value) => this.setSeverity(value),
      reach: (how) => this.reach(how), leave: (inside) => this.leave(inside),
    });
    this.words = this.palette.root.dataset;
    this.mode = new MarkMode({ chosen: (range) => this.chosen(range), left: () => this.left(), take: () => this.takeHere(), jump: (by) => this.jump(by) });
    this.button = section.querySelector("[data-mark-mode]");
    this.button.addEventListener("click", () => (this.mode.isOn ? this.mode.leave() : this.enter()));
    textsOf(this.source).forEach((root) => root.setAttribute("aria-details", this.rows.list.id));
    section.querySelector("[data-mark-missing]")?.addEventListener("click", (event) => this.miss(event.currentTarget.dataset.markMissing));
  }

  say(...words) { this.said.textContent = ""; requestAnimationFrame(() => { this.said.textContent = words.filter(Boolean).join(" "); }); }

  enter() {
    const root = textsOf(this.source).find((one) => one.getClientRects().length);
    if (!root) return;
    this.mode.enter(mapOf(root), this.words.sayOn);
    this.button.setAttribute("aria-pressed", this.mode.isOn);
  }

  left() {
    this.button.setAttribute("aria-pressed", false);
    point(null);
    getSelection().removeAllRanges();
    this.palette.hide();
    this.say(this.words.sayOff);
  }

  // Escape: from the palette back to the text, from the text out of the mode.
  leave(inside) {
    if (this.mode.isOn && inside) return this.mode.goOn();
    if (!this.mode.isOn) { getSelection().removeAllRanges(); return this.palette.hide(); }
    this.mode.leave();
    return this.button.focus({ preventScroll: true });
  }

  // What is selected now, in which text.
  get place() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const root = textOf(range.startContainer) ?? textOf(range.endContainer);
    const place = root && sectionOf(root) === this ? mapOf(root).placeOf(range) : null;
    const turn = root?.dataset.source.split("-turn-")[1] ?? "";
    return place && { ...place, turn, root, range };
  }

  // The innermost of one's own marks around a place.
  markAt(place) { return markAround(place.root, place.start, place.end, isOwn); }

  chosen(range) {
    const place = this.place;
    if (!place) return;
    const mark = this.markAt(place);
    point(mark?.item ?? null);
    this.palette.show(range.getBoundingClientRect(), place.text, true);
    this.say(place.text, mark && `${this.words.sayIn} ${this.rows.summaryOf(mark.item)}`);
  }

  // By mouse or finger; keys have their own way above.
  selected() {
    if (this.mode.isOn) return;
    const place = this.place;
    if (!place) return void this.palette.hide();
    const rects = [...place.range.getClientRects()];
    this.palette.show(rects.at(-1) ?? place.range.getBoundingClientRect(), place.text, matchMedia("(pointer: coarse)").matches);
  }

  mark(category, severity) {
    const place = this.place;
    if (!place) return;
    const there = this.markAt(place);
    if (!category && there) return void this.open(there.item, true);
    if (!category) return void this.palette.enter();
    const same = there && isSame(there, place) && this.rows.field(there.item, "category").value === category;
    const row = same ? there.item : this.rows.add(place, category, severity);
    redraw();
    this.rows.showInList(row);
    if (this.mode.isOn) this.mode.goOn();
    else getSelection().removeAllRanges();
    if (this.mode.isOn) this.palette.choose("");
    else this.palette.hide();
    this.say(place.text, this.words.sayMarked, this.rows.summaryOf(row));
  }

  setSeverity(severity) {
    const place = this.place;
    const there = place && this.markAt(place);
    if (!there || !isSame(there, place)) return;
    this.rows.setSeverity(there.item, severity);
    this.palette.choose("");
    this.say(place.text, this.words.sayMarked, this.rows.summaryOf(there.item));
    redraw();
  }

  reach(how) {
    const place = this.place;
    if (place && (this.mode.isOn || this.mode.hold(mapOf(place.root)))) this.mode.reach(how);
  }

  miss(category) {
    this.open(this.rows.add(null, category, ""), true);
    redraw();
  }

  restore(fields) {
    this.rows.restore(fields, ({ start, end, turn }) => {
      const [root] = textsOf(this.source + (turn && `-turn-${turn}`));
      return root ? mapOf(root).wordsAt(start, end) : "";
    });
    requestAnimationFrame(() => { this.rows.all.forEach((row) => this.rows.refresh(row)); redraw(); });
  }

  // To the mark after or before what is chosen.
  jump(by) {
    const place = this.place;
    const mark = place && markBeside(place, by);
    const words = mark && this.mode.wordsIn(mark.map, spanning(mark.ranges));
    if (words) this.mode.chooseAll(words);
  }

  takeHere() {
    const place = this.place;
    const there = place && this.markAt(place);
    if (there) this.take(there.item);
  }

  take(row) {
    this.say(this.words.sayGone, row.querySelector("[data-span-quote]").textContent);
    this.rows.take(row);
    redraw();
  }

  // Shows a row's fields; with the keys in its reason.
  open(row, goes) {
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "nearest" });
    if (goes) row.querySelector("[name$=-reason]").focus();
  }
}

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

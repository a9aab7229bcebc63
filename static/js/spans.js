// Marks in the text: selections of any kind become marks, marks are drawn, the list and the text point at each other.
// Looks after every [data-spans] section on the page, also one that is swapped in later, and draws marks that only stand
// in a list (li[data-span]) over whichever text they are about.
import { draw, kindOf, point } from "./drawing.js";
import { MarkMode } from "./marking.js";
import { SourceMap } from "./offsets.js";
import { Palette } from "./palette.js";
import { Rows } from "./rows.js";

const TEXTS = "[data-source]:not([data-span])";
const maps = new WeakMap();
const sections = new Map();
let drawn = [];
let isDown = false;

function mapOf(root) {
  if (!maps.has(root)) maps.set(root, new SourceMap(root));
  return maps.get(root);
}

const isSame = (mark, place) => mark.start === place.start && mark.end === place.end;
const textOf = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(TEXTS);
const sectionOf = (root) => [...sections.values()].find((one) => root && (root.dataset.source === one.source || root.dataset.source.startsWith(`${one.source}-turn-`)));

function standing() {
  const own = new Set([...document.querySelectorAll("[data-span-row] [name$=-id]")].map((field) => field.value));
  return [...document.querySelectorAll("li[data-span][data-from]")].filter((item) => !own.has(item.dataset.span)).map((item) => ({
    start: Number(item.dataset.from), end: Number(item.dataset.to), source: item.dataset.source, item,
    kind: kindOf(item.dataset.polarity, item.dataset.severity),
  }));
}

function redraw() {
  const marks = [...[...sections.values()].flatMap((one) => one.rows.marks), ...standing()];
  drawn = draw([...document.querySelectorAll(TEXTS)].flatMap((root) => {
    const own = marks.filter((mark) => mark.source === root.dataset.source);
    return own.map((mark) => ({ ...mark, map: mapOf(root) }));
  }));
}

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
    this.mode = new MarkMode({ chosen: (range) => this.chosen(range), left: () => this.left() });
    this.button = section.querySelector("[data-mark-mode]");
    this.button.addEventListener("click", () => (this.mode.isOn ? this.mode.leave() : this.enter()));
    section.querySelector("[data-mark-missing]")?.addEventListener("click", (event) => this.miss(event.currentTarget.dataset.markMissing));
  }

  say(...words) { this.said.textContent = ""; requestAnimationFrame(() => { this.said.textContent = words.filter(Boolean).join(" "); }); }

  enter() {
    const root = [...document.querySelectorAll(TEXTS)].find((one) => sectionOf(one) === this && one.getClientRects().length);
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
  markAt(place) {
    const around = drawn.filter((mark) => mark.map.root === place.root && mark.start <= place.start && mark.end >= place.end && mark.item.matches("[data-span-row]"));
    return around.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  }

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
    row.scrollIntoView({ block: "nearest" });
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
  for (const section of document.querySelectorAll("[data-spans]")) if (!sections.has(section)) sections.set(section, new Spans(section));
}

function under(event) {
  const root = textOf(event.target);
  const at = root ? mapOf(root).placeAt(event.clientX, event.clientY) : null;
  const found = at === null ? [] : drawn.filter((mark) => mark.map.root === root && mark.start <= at && at < mark.end);
  return found.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
}

function pointAt(item) {
  document.querySelectorAll(".is-pointed").forEach((one) => one.classList.toggle("is-pointed", one === item));
  item?.classList.add("is-pointed");
  point(item ?? null);
}

let waiting = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (!isDown) sections.forEach((one) => one.selected()); }, 120);
});
document.addEventListener("pointerdown", () => { isDown = true; }, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { isDown = false; document.dispatchEvent(new Event("selectionchange")); }, true);
document.addEventListener("pointermove", (event) => {
  if (isDown || !drawn.length) return;
  pointAt(event.target.closest?.("[data-span-row], li[data-span]") ?? under(event)?.item);
});
document.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-span-row], li[data-span]");
  if (item) pointAt(item);
});
document.addEventListener("click", (event) => {
  const root = textOf(event.target);
  const one = sectionOf(root);
  if (!one || event.target.closest("a, button")) return;
  if (one.mode.isOn) {
    const words = one.mode.wordsIn(mapOf(root), getSelection().getRangeAt(0));
    if (words && getSelection().isCollapsed) one.mode.goTo(words, event.shiftKey);
  } else if (getSelection().isCollapsed) {
    const mark = under(event);
    if (mark?.item.matches("[data-span-row]")) one.open(mark.item, false);
  }
});
document.addEventListener("keydown", (event) => {
  const one = sectionOf(textOf(event.target));
  if (!one?.mode.isOn || !["Delete", "Backspace"].includes(event.key)) return;
  const there = one.place && one.markAt(one.place);
  if (there) { event.preventDefault(); one.take(there.item); }
});

// Something was swapped in or out. The boxes of the drawing itself do not count.
const isContent = (node) => node.nodeType === 1 && !node.matches(".span-boxes, .span-box");
new MutationObserver((changes) => {
  if (!changes.some((one) => [...one.addedNodes, ...one.removedNodes].some(isContent))) return;
  begin();
  redraw();
}).observe(document.body, { childList: true, subtree: true });
begin();
redraw();

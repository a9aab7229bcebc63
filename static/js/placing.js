// What is chosen in the text of a form of marks, by whatever means, and the palette and the mode that go with it.
import { point } from "./drawing.js";
import { MarkMode } from "./marking.js";
import { Palette } from "./palette.js";
import { Rows } from "./rows.js";
import { mapOf, markAround, redraw, textOf, textsOf } from "./texts.js";

export const isOwn = (mark) => mark.item.matches("[data-span-row]");

export class Placing {
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

  // Whether a text is what this form is about, or a turn before it.
  owns(root) { return Boolean(root) && (root.dataset.source === this.source || root.dataset.source.startsWith(`${this.source}-turn-`)); }

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
    const place = root && this.owns(root) ? mapOf(root).placeOf(range) : null;
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
}

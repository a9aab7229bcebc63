// What becomes of what is chosen: new marks, graded, opened, taken away, brought back with a draft.
import { Placing } from "./placing.js";
import { mapOf, markBeside, redraw, textsOf } from "./texts.js";

const isSame = (mark, place) => mark.start === place.start && mark.end === place.end;

function spanning(ranges) {
  const whole = ranges[0].cloneRange();
  whole.setEnd(ranges.at(-1).endContainer, ranges.at(-1).endOffset);
  return whole;
}

export class Spans extends Placing {
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

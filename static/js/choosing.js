// Choosing words and sentences of a text: from one word to another, moved, stretched and shown as the page's own selection.
// Knows no keys; `chosen` is told of every choice.
export class Choosing {
  constructor(chosen) {
    this.tellChosen = chosen;
    this.map = null;
  }

  // What is selected, as words, so that it can be made longer or shorter; not yet the mode.
  hold(map) {
    const words = this.selected(map);
    if (words) [this.map, this.anchor, this.focus] = [map, ...words];
    return words !== null;
  }

  // In text that runs from right to left the left key goes on.
  isTurned() {
    const range = this.map.rangeOf(...this.map.flow.words[this.focus]);
    return getComputedStyle(range.startContainer.parentElement).direction === "rtl";
  }

  go(word, extends_) {
    this.focus = Math.min(Math.max(word, 0), this.map.flow.words.length - 1);
    if (!extends_) this.anchor = this.focus;
  }

  step(by, extends_) { this.go(this.focus + by, extends_); }

  sentenceOf(word) {
    const { words, sentences } = this.map.flow;
    const [from, to] = sentences.find(([, end]) => end >= words[word][1]);
    const first = words.findIndex(([start]) => start >= from);
    const last = words.findLastIndex(([, end]) => end <= to);
    return first <= last ? [first, last, from, to] : [word, word, ...words[word]];
  }

  // From word to word; whole sentences with the marks that end them.
  reaches() {
    const [low, high] = [Math.min(this.anchor, this.focus), Math.max(this.anchor, this.focus)];
    const [before, after] = [this.sentenceOf(low), this.sentenceOf(high)];
    if (before[0] === low && after[1] === high) return [before[2], after[3]];
    return [this.map.flow.words[low][0], this.map.flow.words[high][1]];
  }

  // Chooses the whole sentence one is in first, then the next one; with Shift it is added.
  sentence(by, extends_) {
    const [low, high] = [Math.min(this.anchor, this.focus), Math.max(this.anchor, this.focus)];
    const [first, last] = this.sentenceOf(this.focus);
    const whole = low <= first && high >= last;
    const [from, to] = whole ? this.sentenceOf(Math.min(Math.max(by > 0 ? last + 1 : first - 1, 0), this.map.flow.words.length - 1)) : [first, last];
    if (!extends_) [this.anchor, this.focus] = [from, to];
    else [this.anchor, this.focus] = by > 0 ? [low, Math.max(to, high)] : [Math.max(high, to), from];
  }

  reach(how) {
    const [low, high] = [Math.min(this.anchor, this.focus), Math.max(this.anchor, this.focus)];
    if (how === "sentence") [this.anchor, this.focus] = [this.sentenceOf(low)[0], this.sentenceOf(high)[1]];
    else [this.anchor, this.focus] = [low, Math.max(low, Math.min(high + (how === "longer" ? 1 : -1), this.map.flow.words.length - 1))];
    this.choose();
  }

  goTo(words, extends_) {
    this.go(words[0], extends_);
    this.choose();
  }

  // To the words of one mark.
  chooseAll(words) {
    [this.anchor, this.focus] = words;
    this.choose();
  }

  choose() {
    const range = this.map.rangeOf(...this.reaches());
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    const rect = this.map.rangeOf(...this.map.flow.words[this.focus]).getBoundingClientRect();
    if (rect.top < 80 || rect.bottom > innerHeight - 200) scrollBy({ top: rect.top - innerHeight / 2.6 });
    this.tellChosen(range);
  }

  selected(map) {
    const selection = getSelection();
    if (selection.isCollapsed || !map.root.contains(selection.anchorNode)) return null;
    return this.wordsIn(map, selection.getRangeAt(0));
  }

  // The first and the last word that a range touches.
  wordsIn(map, range) {
    const touched = map.flow.words.flatMap(([from, to], index) => {
      const word = map.rangeOf(from, to);
      const apart = word.compareBoundaryPoints(Range.START_TO_END, range) <= 0 || word.compareBoundaryPoints(Range.END_TO_START, range) >= 0;
      return apart ? [] : [index];
    });
    return touched.length ? [touched[0], touched.at(-1)] : null;
  }

  firstInSight(map) {
    const seen = map.flow.words.findIndex((word) => map.rangeOf(...word).getBoundingClientRect().top > 0);
    return Math.max(seen, 0);
  }
}

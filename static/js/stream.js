// Plays a stored response as a stream and takes presses of plus and minus: each with the code points shown and the time the
// stream ran. What is not shown yet keeps its place on the page, so that nothing moves. Afterwards the presses are drawn.
import { mapOf, redraw, supply, textsOf } from "./texts.js";

const BEFORE = 36;
const find = (name) => document.querySelector(`[data-${name}]`);
const timeOf = (ms) => `${Math.floor(ms / 60000)}:${((ms / 1000) % 60).toFixed(1).padStart(4, "0")}`;

// The steps of the stream: words with what follows them, each with its place in the source.
function stepsOf(map) {
  const { words, text } = map.flow;
  return words.map(([from], index) => {
    const to = words[index + 1]?.[0] ?? text.trimEnd().length;
    return { from, to, ...map.placeOf(map.rangeOf(from, to)) };
  });
}

// Every element with the place in the flow where its first piece of text begins: it shows when that does.
function beginningsOf(map) {
  return [...map.root.querySelectorAll("*")].map((element) => {
    const isNotBefore = (piece) => element.contains(piece.node) || element.compareDocumentPosition(piece.node) & Node.DOCUMENT_POSITION_FOLLOWING;
    const first = map.pieces.findIndex(isNotBefore);
    return { element, from: first < 0 ? Infinity : map.flow.starts[first] };
  });
}

class Stream {
  constructor(root, map) {
    Object.assign(this, { root, map, steps: stepsOf(map), beginnings: beginningsOf(map) });
    [this.shown, this.reached, this.ran, this.isPlaying, this.presses] = [0, 0, 0, false, []];
    [this.play, this.list, this.says] = [find("stream-play"), find("pulses"), find("stream-says")];
    this.buttons = [...document.querySelectorAll("[data-press]")];
    this.play.addEventListener("click", () => this.run(!this.isPlaying));
    this.buttons.forEach((one) => one.addEventListener("click", () => this.press(Number(one.dataset.press))));
    if (root.hasAttribute("data-watched")) this.shown = this.steps.length;
    this.show();
  }

  get isOver() { return this.shown >= this.steps.length; }

  show() {
    const end = this.isOver ? Infinity : this.steps[this.shown - 1]?.to ?? -1;
    this.beginnings.forEach(({ element, from }) => element.classList.toggle("is-unwritten", from >= end));
    const rest = this.shown && !this.isOver ? [this.map.rangeOf(end, this.map.flow.text.length)] : [];
    if (globalThis.CSS?.highlights) CSS.highlights.set("unwritten", new Highlight(...rest));
    find("stream-progress").value = this.shown / this.steps.length;
    this.buttons.forEach((one) => { one.disabled = this.shown === 0; });
  }

  run(on) {
    if (on && this.isOver) [this.shown, this.reached, this.ran] = [0, 0, 0];
    this.isPlaying = on;
    find("stream-word").textContent = this.play.dataset[on ? "playing" : this.isOver ? "over" : "paused"];
    this.map.root.setAttribute("aria-busy", on);
    if (this.isOver) this.says.textContent = this.says.dataset.end;
    if (on) requestAnimationFrame((now) => { this.last = now; this.tick(now); });
  }

  tick(now) {
    if (!this.isPlaying) return;
    this.ran += now - this.last;
    this.reached += (now - this.last) / 1000 * Number(find("stream-speed").value);
    this.last = now;
    const before = this.shown;
    while (!this.isOver && this.steps[this.shown].from <= this.reached) this.shown += 1;
    if (this.shown !== before) this.show();
    if (this.isOver) this.run(false);
    else requestAnimationFrame((next) => this.tick(next));
  }

  press(direction) {
    const step = this.steps[this.shown - 1];
    if (!step) return;
    this.presses.push([direction, step.end, Math.round(this.ran)]);
    find("presses").value = JSON.stringify(this.presses);
    const words = this.map.flow.text.slice(Math.max(0, step.to - BEFORE), step.to).trim();
    this.add(direction, step.end, words);
    this.says.textContent = `${this.says.dataset[direction > 0 ? "plus" : "minus"]} ${words}`;
  }

  add(direction, at, words) {
    const item = find("pulse-pattern").content.cloneNode(true).querySelector("li");
    Object.assign(item.dataset, { at, direction });
    item.querySelector("[data-pulse-sign]").textContent = direction > 0 ? "+" : "−";
    item.querySelector("[data-pulse-words]").textContent = words;
    item.querySelector("[data-pulse-time]").textContent = timeOf(this.ran);
    this.list.append(item);
    item.scrollIntoView({ block: "nearest" });
    for (const [name, way] of [["plus", 1], ["minus", -1]]) find(`count-${name}`).textContent = this.list.querySelectorAll(`[data-direction="${way}"]`).length;
    redraw();
  }

  // A press is drawn over the word it came after.
  get marks() {
    return [...this.list.children].flatMap((item) => {
      const step = this.steps.find((one) => one.end >= Number(item.dataset.at));
      const kind = item.dataset.direction > 0 ? "kudos" : "critical";
      return step ? [{ start: step.start, end: step.end, source: this.map.root.dataset.source, kind, item }] : [];
    });
  }
}

const root = find("stream");
const text = root && textsOf(root.dataset.stream)[0];
if (text && mapOf(text).flow.words.length) {
  const stream = new Stream(root, mapOf(text));
  supply(() => stream.marks);
  document.addEventListener("keydown", (event) => {
    const one = stream.buttons.find((button) => event.key === button.dataset.also);
    if (one && !event.ctrlKey && !event.metaKey && !event.target.matches("input, textarea, select")) one.click();
  });
}

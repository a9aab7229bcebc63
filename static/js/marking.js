// Mark mode: choosing words by keys alone. Left and right go by word, up and down by sentence, Shift extends, comma and full
// stop go from mark to mark. What is chosen is the page's own selection, so everything else works as with a mouse.
// No letter and no Enter goes on to the page from here: it would rate or send. "?" does, for the list of keys.
import { Choosing } from "./choosing.js";

const OURS = /^([^?]|Enter)$/u;
const NEXT = { ArrowRight: 1, ArrowLeft: -1 };
const HERE = ".is-marking, [data-span-palette]";
const JUMP = { ".": 1, ",": -1 };
const SENTENCE = { ArrowDown: 1, ArrowUp: -1 };

export class MarkMode extends Choosing {
  constructor({ chosen, left, take, jump }) {
    super(chosen);
    this.tell = { left, take, jump };
    this.isOn = false;
    this.key = (event) => this.pressed(event);
    this.gone = () => requestAnimationFrame(() => { if (document.hasFocus() && !document.activeElement.closest(HERE)) this.leave(); });
  }

  // Begins at what is selected, else where it was left, else at the first word in sight.
  enter(map, words) {
    if (!map.flow.words.length) return;
    const place = this.selected(map) ?? map.root.markedAt ?? this.firstInSight(map);
    [this.anchor, this.focus] = Array.isArray(place) ? place : [place, place];
    [this.map, this.isOn] = [map, true];
    this.before = { role: map.root.getAttribute("role"), label: map.root.getAttribute("aria-label") };
    map.root.setAttribute("role", "application");
    map.root.setAttribute("aria-label", words);
    map.root.classList.add("is-marking");
    map.root.focus({ preventScroll: true });
    map.root.addEventListener("keydown", this.key);
    map.root.addEventListener("focusout", this.gone);
    this.choose();
  }

  leave() {
    if (!this.isOn) return;
    const { root } = this.map;
    root.markedAt = this.focus;
    for (const [name, value] of [["role", this.before.role], ["aria-label", this.before.label]]) {
      if (value === null) root.removeAttribute(name); else root.setAttribute(name, value);
    }
    root.classList.remove("is-marking");
    root.removeEventListener("keydown", this.key);
    root.removeEventListener("focusout", this.gone);
    this.isOn = false;
    this.tell.left();
  }

  // Back to the text with what was chosen, so that a number says how bad it is and Delete takes it away.
  goOn() { this.map.root.focus({ preventScroll: true }); this.choose(); }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in JUMP) this.tell.jump(JUMP[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") this.tell.take();
    else if (!this.#moved(event.key, event.shiftKey) && !OURS.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #moved(key, extends_) {
    const { words } = this.map.flow;
    const last = words.length - 1;
    if (key in NEXT) this.step(NEXT[key] * (this.isTurned() ? -1 : 1), extends_);
    else if (key in SENTENCE) this.sentence(SENTENCE[key], extends_);
    else if (key === "Home" || key === "End") this.go(key === "Home" ? 0 : last, extends_);
    else return false;
    this.choose();
    return true;
  }
}

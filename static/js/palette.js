// What selected words can be marked as: shown by the selection, or at the foot of the window when keys or a small screen are
// used. It takes letters only while it is open and nobody types.
const GAP = 10;
const KEYS_OFF = "keys-off";
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";

export class Palette {
  constructor(section, { mark, severity, reach, leave }) {
    this.root = section.querySelector("[data-span-palette]");
    this.words = this.root.querySelector("[data-palette-words]");
    this.buttons = [...this.root.querySelectorAll("button")];
    this.act = { mark, severity, reach, leave };
    this.severity = "";
    this.root.addEventListener("pointerdown", (event) => event.preventDefault());
    this.root.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    this.listening = (event) => this.key(event);
    document.addEventListener("keydown", this.listening, true);
  }

  get isOpen() { return this.root.matches(":popover-open, [data-open]"); }

  show(rect, text, docked) {
    this.words.textContent = text;
    this.root.toggleAttribute("data-docked", docked);
    if (!this.isOpen) { this.root.showPopover?.(); this.root.toggleAttribute("data-open", !this.root.showPopover); }
    if (docked || matchMedia("(width < 40rem)").matches) return this.place("", "");
    const { width, height } = this.root.getBoundingClientRect();
    const below = rect.bottom + GAP + height < innerHeight;
    const left = Math.min(Math.max(GAP, rect.left), innerWidth - width - GAP);
    const top = below ? rect.bottom + GAP : rect.top - GAP - height;
    return this.place(`${left}px`, `${Math.min(Math.max(GAP, top), innerHeight - height - GAP)}px`);
  }

  place(left, top) { Object.assign(this.root.style, { left, top }); }

  hide() {
    if (!this.isOpen) return;
    this.root.hidePopover?.();
    this.root.removeAttribute("data-open");
    this.choose("");
  }

  choose(severity) {
    this.severity = severity;
    this.buttons.filter((one) => one.dataset.severityChoice).forEach((one) => one.setAttribute("aria-pressed", one.dataset.severityChoice === severity));
  }

  pressed(button) {
    if (!button) return;
    const { category, severityChoice, reach } = button.dataset;
    if (category) this.act.mark(category, this.severity);
    if (reach) this.act.reach(reach);
    if (!severityChoice) return;
    this.choose(this.severity === severityChoice ? "" : severityChoice);
    this.act.severity(this.severity);
  }

  // Letters press their buttons, arrows go from one to the next, Enter comes in from the text.
  key(event) {
    if (!this.isOpen || !this.root.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches(TYPING) || document.querySelector("dialog[open]")) return;
    const isHere = document.activeElement?.closest(".is-marking, [data-span-palette]");
    if (!isHere && localStorage.getItem(KEYS_OFF) === "yes") return;
    const at = this.buttons.indexOf(document.activeElement);
    const button = this.buttons.find((one) => one.dataset.letter && one.dataset.letter.toLowerCase() === event.key.toLowerCase());
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (button) this.pressed(button);
    else if (event.key === "Escape") this.act.leave(at >= 0);
    else if (at >= 0 && step) this.buttons.at((at + step) % this.buttons.length).focus();
    else if (event.key === "Enter" && at < 0 && !event.target.closest("button, a, summary")) this.act.mark("", "");
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  enter() { this.buttons[0].focus(); }

  end() { document.removeEventListener("keydown", this.listening, true); }
}

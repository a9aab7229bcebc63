// One's own marks as rows of the form: a row is made by cloning the form's own pattern, and its fields are the only state.
import { kindOf } from "./drawing.js";

const number = (text) => (text === "" || text === undefined ? null : Number(text));

export class Rows {
  constructor(section, changed) {
    this.section = section;
    this.source = section.dataset.spans;
    this.list = section.querySelector("[data-span-rows]");
    this.pattern = section.querySelector("[data-span-pattern]");
    this.total = section.querySelector("[name$=-TOTAL_FORMS]");
    this.kinds = new Map([...section.querySelectorAll("[data-category]")].map((one) => [one.dataset.category, one.dataset]));
    this.list.addEventListener("input", (event) => { this.refresh(event.target.closest("[data-span-row]")); changed(); });
    this.list.addEventListener("toggle", (event) => { if (event.target.open) event.target.closest("li").scrollIntoView({ block: "nearest" }); }, true);
    this.all.forEach((row) => this.refresh(row));
  }

  get all() { return [...this.list.querySelectorAll("[data-span-row]")]; }

  field(row, name) { return row.querySelector(`[name$="-${name}"]:not([type=radio]), [name$="-${name}"]:checked`); }

  isGone(row) { return row.querySelector("[name$=-DELETE]").checked; }

  // A new row for a place { start, end, text, turn }, or for something missing when there is none.
  add(place, category, severity) {
    const index = Number(this.total.value);
    const row = this.pattern.content.cloneNode(true).querySelector("[data-span-row]");
    for (const one of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace("__prefix__", index));
      }
    }
    this.total.value = index + 1;
    for (const [name, value] of [["start", place?.start], ["end", place?.end], ["turn", place?.turn], ["category", category]]) {
      this.field(row, name).value = value ?? "";
    }
    this.#rate(row, severity);
    Object.assign(row.dataset, { from: place?.start ?? "", to: place?.end ?? "", turn: place?.turn ?? "" });
    row.querySelector("[data-span-quote]").textContent = place?.text ?? "";
    this.list.append(row);
    this.refresh(row);
    this.told(row);
    return row;
  }

  // How bad; what is good is not.
  #rate(row, severity) {
    const isKudos = this.kinds.get(this.field(row, "category").value)?.polarity === "kudos";
    const radio = row.querySelector(`[name$=-severity][value="${isKudos ? "" : severity}"]`);
    if (radio) radio.checked = true;
  }

  setSeverity(row, severity) {
    this.#rate(row, severity);
    this.refresh(row);
    this.told(row);
  }

  take(row) {
    row.querySelector("[name$=-DELETE]").checked = true;
    this.refresh(row);
    this.told(row);
  }

  // A draft comes back: the rows it had are made and filled. `wordsAt` reads a place.
  restore(fields, wordsAt) {
    const value = (index, name) => fields[`spans-${index}-${name}`]?.[0] ?? "";
    for (let index = Number(this.total.value); index < Number(fields["spans-TOTAL_FORMS"]?.[0] ?? 0); index += 1) {
      const place = { start: number(value(index, "start")), end: number(value(index, "end")), turn: value(index, "turn") };
      const text = place.start === null ? "" : wordsAt(place);
      const row = this.add({ ...place, text }, value(index, "category"), "");
      for (const field of row.querySelectorAll("[name]")) {
        const values = fields[field.name];
        if (field.matches("[type=radio], [type=checkbox]")) field.checked = values?.includes(field.value) ?? false;
        else if (values) [field.value] = values;
      }
      this.refresh(row);
    }
  }

  // As when somebody had typed: drafts and counts listen to this.
  told(row) { this.total.dispatchEvent(new Event("input", { bubbles: true })); return row; }

  // Where the list scrolls by itself, to the row; the page stays, for there is the text that is read.
  showInList(row) {
    const pane = row.closest(".desk-form");
    if (!pane || pane.scrollHeight <= pane.clientHeight) return;
    const { top, bottom } = row.getBoundingClientRect();
    const box = pane.getBoundingClientRect();
    pane.scrollTop += Math.max(bottom - box.bottom, 0) + Math.min(top - box.top, 0);
  }

  labelOf(row) { return this.kinds.get(this.field(row, "category").value)?.label ?? this.field(row, "category").value; }

  summaryOf(row) { return row.querySelector(".span-kind").textContent.replace(/\s+/g, " ").trim(); }

  refresh(row) {
    if (!row) return;
    const severity = this.field(row, "severity");
    const polarity = this.kinds.get(this.field(row, "category").value)?.polarity ?? "critique";
    row.dataset.kind = kindOf(polarity, severity?.value);
    row.classList.toggle("is-gone", this.isGone(row));
    row.querySelector("[data-span-kind]").textContent = this.labelOf(row);
    const nowhere = row.querySelector("[data-span-nowhere]");
    nowhere.textContent = this.field(row, "reason").value || nowhere.dataset.spanNowhere;
    row.querySelector("[data-span-severity]").textContent = severity?.value ? severity.closest("label").textContent.trim() : "";
    const count = this.all.filter((one) => !this.isGone(one)).length;
    this.section.querySelector("[data-spans-count]").textContent = count || "";
    this.section.toggleAttribute("data-has-marks", this.all.length > 0);
  }

  // The marks that have a place and stand, for drawing and for finding what a place lies in.
  get marks() {
    return this.all.filter((row) => !this.isGone(row) && row.dataset.from !== "").map((row) => ({
      start: number(row.dataset.from), end: number(row.dataset.to), kind: row.dataset.kind, item: row,
      source: row.dataset.turn ? `${this.source}-turn-${row.dataset.turn}` : this.source,
    }));
  }
}

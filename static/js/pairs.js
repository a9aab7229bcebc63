// Two texts beside each other: V puts them side by side or one above the other and remembers it, and while "What differs"
// is open the pieces that only one of the two says are washed in both, without a word inserted into the text.
import { SourceMap } from "./offsets.js";

const A_YEAR = 365 * 24 * 60 * 60;
const canPaint = typeof Highlight === "function" && "highlights" in CSS;

function turn(columns, view) {
  columns.dataset.view = view;
  document.cookie = `pair-view=${view}; path=/; max-age=${A_YEAR}; samesite=lax`;
  for (const label of document.querySelectorAll("[data-view-switch] [data-when]")) label.hidden = label.dataset.when !== view;
}

function rangesIn(text) {
  const map = new SourceMap(text);
  return text.dataset.differs.split(" ").filter(Boolean).flatMap((place) => map.rangesOf(...place.split("-").map(Number)));
}

function paint() {
  if (!canPaint) return;
  CSS.highlights.delete("differs");
  if (!document.querySelector("[data-differences][open]")) return;
  CSS.highlights.set("differs", new Highlight(...[...document.querySelectorAll("[data-differs]")].flatMap(rangesIn)));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-view-switch]");
  const columns = document.querySelector("[data-columns]");
  if (!link || !columns || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  turn(columns, columns.dataset.view === "stacked" ? "columns" : "stacked");
});
document.addEventListener("toggle", (event) => { if (event.target.matches?.("[data-differences]")) paint(); }, true);
document.addEventListener("desk:shown", paint);

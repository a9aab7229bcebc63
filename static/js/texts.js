// The texts on the page that marks are about, and the marks drawn in them: those of lists (li[data-span] with data-source,
// data-from, data-to) and whatever others supply. List and text point at each other. Needs no form; a page that only shows
// marks loads this alone.
import { draw, kindOf, point } from "./drawing.js";
import { SourceMap } from "./offsets.js";

export const TEXTS = "[data-source]:not([data-span], [data-pulse])";
const ITEMS = "[data-span-row], li[data-span], li[data-pulse]";
const maps = new WeakMap();
const suppliers = new Set([standing]);
let drawn = [];

export function mapOf(root) {
  if (!maps.get(root)?.isCurrent) maps.set(root, new SourceMap(root));
  return maps.get(root);
}

export const textOf = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(TEXTS);
export const textsOf = (source) => [...document.querySelectorAll(TEXTS)].filter((root) => root.dataset.source === source);

// What stands in lists, but for one's own marks, which are rows of a form there.
function standing() {
  const own = new Set([...document.querySelectorAll("[data-span-row] [name$=-id]")].map((field) => field.value));
  return [...document.querySelectorAll("li[data-span][data-from]")].filter((item) => item.dataset.from && !own.has(item.dataset.span)).map((item) => ({
    start: Number(item.dataset.from), end: Number(item.dataset.to), source: item.dataset.source, item,
    kind: kindOf(item.dataset.polarity, item.dataset.severity),
  }));
}

// A list made by the server quotes the source; here it says what one reads.
function quote({ item, map, start, end }) {
  const words = item.matches("li[data-span]") && !map.root.matches("pre") && item.querySelector(".span-quote")?.lastChild;
  if (words) words.data = map.wordsAt(start, end) || words.data;
}

export function redraw() {
  const marks = [...suppliers].flatMap((supply) => supply());
  const texts = marks.length ? [...document.querySelectorAll(TEXTS)] : [];
  drawn = draw(texts.flatMap((root) => marks.filter((mark) => mark.source === root.dataset.source).map((mark) => ({ ...mark, map: mapOf(root) }))));
  drawn.forEach(quote);
}

export function supply(marks) { suppliers.add(marks); redraw(); }

// The innermost mark around a place of a text, among those that `fits`.
export function markAround(root, start, end, fits = () => true) {
  const around = drawn.filter((mark) => mark.map.root === root && mark.start <= start && mark.end >= end && fits(mark));
  return around.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
}

// The next mark of a text in its order, or the one before.
export function markBeside({ root, start, end }, by) {
  const marks = drawn.filter((mark) => mark.map.root === root && mark.ranges.length).sort((a, b) => a.start - b.start || b.end - a.end);
  const order = (mark) => mark.start - start || end - mark.end;
  return by > 0 ? marks.find((mark) => order(mark) > 0) : marks.findLast((mark) => order(mark) < 0);
}

export function markUnder(event) {
  const root = textOf(event.target);
  const at = root && drawn.length ? mapOf(root).placeAt(event.clientX, event.clientY) : null;
  return at === null ? undefined : markAround(root, at, at + 1);
}

export function pointAt(item) {
  document.querySelectorAll(".is-pointed").forEach((one) => one.classList.toggle("is-pointed", one === item));
  item?.classList.add("is-pointed");
  point(item ?? null);
}

document.addEventListener("pointermove", (event) => {
  if (drawn.length && !event.buttons) pointAt(event.target.closest?.(ITEMS) ?? markUnder(event)?.item);
});
document.addEventListener("focusin", (event) => {
  const item = event.target.closest(ITEMS);
  if (item) pointAt(item);
});

// A button in a list's item leads to the mark in the text.
document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-span-show]")?.closest(ITEMS);
  const mark = drawn.find((one) => one.item === item && one.map.root.getClientRects().length);
  if (!mark) return;
  event.preventDefault();
  mark.ranges[0]?.startContainer.parentElement.scrollIntoView({ block: "center" });
  mark.map.root.focus({ preventScroll: true });
});

// Something was swapped in or out. Neither the boxes of the drawing itself count nor what has no text or mark in it.
const concerns = `${TEXTS}, ${ITEMS}`;
const touches = (change) => [...change.addedNodes, ...change.removedNodes].some((node) => {
  if (node.nodeType !== 1 || node.matches(".span-boxes, .span-box")) return false;
  return node.matches(concerns) || node.querySelector(concerns) || textOf(change.target);
});
new MutationObserver((changes) => {
  if (changes.some(touches)) redraw();
}).observe(document.body, { childList: true, subtree: true });
redraw();

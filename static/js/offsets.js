// The way between what is seen and the source it was made from. Every run of text copied from the source stands in an
// element with data-at="START-END" (code points, end exclusive); a run of another length than that is one atom.
import { flowOf } from "./flow.js";

const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, th, pre, blockquote, dt, dd, div, [data-source]";

// Where each code point of a text begins, in UTF-16 units; null where they are the same.
function pointsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return null;
  const points = [0];
  for (const one of text) points.push(points.at(-1) + one.length);
  return points;
}

function pieceOf(element) {
  const [start, end] = element.dataset.at.split("-").map(Number);
  const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  if (!node || end <= start) return null;
  const points = pointsOf(node.data);
  const exact = (points ? points.length - 1 : node.data.length) === end - start;
  return { start, end, node, points, exact, block: element.closest(BLOCKS) };
}

export class SourceMap {
  constructor(root) {
    this.root = root;
    this.pieces = [...root.querySelectorAll("[data-at]")].map(pieceOf).filter(Boolean);
  }

  // Whether the page still shows what was mapped.
  get isCurrent() { return this.pieces.length > 0 && this.pieces[0].node.isConnected && this.pieces.at(-1).node.isConnected; }

  // From UTF-16 units in a piece's text to source, outwards where the unit lies within a character or an atom.
  #toSource(piece, unit, isEnd) {
    if (!piece.exact) return isEnd ? (unit > 0 ? piece.end : piece.start) : (unit < piece.node.data.length ? piece.start : piece.end);
    if (!piece.points) return piece.start + unit;
    const point = isEnd ? piece.points.findIndex((at) => at >= unit) : piece.points.findLastIndex((at) => at <= unit);
    return piece.start + point;
  }

  #toUnit(piece, place, isEnd) {
    if (!piece.exact) return (isEnd ? place > piece.start : place >= piece.end) ? piece.node.data.length : 0;
    const point = Math.min(Math.max(place - piece.start, 0), piece.end - piece.start);
    return piece.points ? piece.points[point] : point;
  }

  // The place in the source that a range of the page covers, without white space at its ends; null when nothing is.
  placeOf(range) {
    let [start, end, text, last] = [Infinity, -1, "", null];
    for (const piece of this.pieces) {
      if (!range.intersectsNode(piece.node)) continue;
      let from = piece.node === range.startContainer ? range.startOffset : 0;
      let to = piece.node === range.endContainer ? range.endOffset : piece.node.data.length;
      while (from < to && /\s/.test(piece.node.data[from]) && start === Infinity) from += 1;
      if (from >= to) continue;
      const words = piece.node.data.slice(from, to);
      const trimmed = words.trimEnd().length || words.length;
      start = Math.min(start, this.#toSource(piece, from, false));
      if (words.trim()) end = Math.max(end, this.#toSource(piece, from + trimmed, true));
      text += (last && last.block !== piece.block ? " " : "") + words;
      last = piece;
    }
    return end > start ? { start, end, text: text.trim() } : null;
  }

  // What a place of the source looks like on the page: one range for each run of text.
  rangesOf(start, end) {
    const ranges = [];
    for (const piece of this.pieces) {
      if (piece.end <= start || piece.start >= end) continue;
      const range = document.createRange();
      range.setStart(piece.node, this.#toUnit(piece, start, false));
      range.setEnd(piece.node, this.#toUnit(piece, end, true));
      if (!range.collapsed) ranges.push(range);
    }
    return ranges;
  }

  // What a place reads like.
  wordsAt(start, end) {
    const ranges = this.rangesOf(start, end);
    if (!ranges.length) return "";
    const whole = document.createRange();
    whole.setStart(ranges[0].startContainer, ranges[0].startOffset);
    whole.setEnd(ranges.at(-1).endContainer, ranges.at(-1).endOffset);
    return this.placeOf(whole)?.text ?? "";
  }

  // The source's place under a point of the page.
  placeAt(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y);
    const range = caret ? null : document.caretRangeFromPoint?.(x, y);
    const [node, unit] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
    const piece = this.pieces.find((one) => one.node === node);
    return piece ? this.#toSource(piece, unit, false) : null;
  }

  // The text as it reads; see flow.js.
  get flow() { this.kept ??= flowOf(this.pieces); return this.kept; }

  // A range of the page from a stretch of the flow.
  rangeOf(from, to) {
    const { starts } = this.flow;
    const first = starts.findLastIndex((at) => at <= from);
    const last = starts.findLastIndex((at) => at < to);
    const range = document.createRange();
    range.setStart(this.pieces[first].node, Math.min(from - starts[first], this.pieces[first].node.data.length));
    range.setEnd(this.pieces[last].node, Math.min(to - starts[last], this.pieces[last].node.data.length));
    return range;
  }
}

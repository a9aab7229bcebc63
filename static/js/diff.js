// While somebody rewrites: data-diff="#target" and data-diff-from="#original" on a textarea show what changed, word by word.
// The same marks as the server's own; longest common run of words, between the ends that are alike.
const LIMIT = 1500;
const words = (text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) || [];

function common(a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = a[i] === b[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  return (i, j) => table[i * width + j];
}

function middle(a, b) {
  if (a.length > LIMIT || b.length > LIMIT) return [["del", a.join("")], ["ins", b.join("")]];
  const pieces = [];
  const length = common(a, b);
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { pieces.push(["", a[i]]); i += 1; j += 1; }
    else if (i < a.length && (j >= b.length || length(i + 1, j) >= length(i, j + 1))) { pieces.push(["del", a[i]]); i += 1; }
    else { pieces.push(["ins", b[j]]); j += 1; }
  }
  return pieces;
}

function differences(before, after) {
  const a = words(before);
  const b = words(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [["", a.slice(0, start).join("")], ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)), ["", a.slice(a.length - end).join("")]];
}

// White space alone between two changes belongs to them, as in the server's own marks.
function folded(pieces) {
  const found = [];
  let change = null;
  for (const [kind, text] of pieces) {
    if (!text) continue;
    if (!kind && !(change && !text.trim())) { change = null; found.push([kind, text]); continue; }
    if (!change) { change = { del: ["del", ""], ins: ["ins", ""] }; found.push(change.del, change.ins); }
    if (kind !== "ins") change.del[1] += text;
    if (kind !== "del") change.ins[1] += text;
  }
  return found;
}

function show(field) {
  const target = document.querySelector(field.dataset.diff);
  const original = document.querySelector(field.dataset.diffFrom);
  if (!target || !original) return;
  const before = original.value ?? original.textContent;
  target.replaceChildren();
  if (field.value === before || !field.value.trim()) return;
  let last = null;
  for (const [kind, text] of folded(differences(before, field.value))) {
    if (!text) continue;
    if (last && last.dataset?.kind === kind) { last.append(text); continue; }
    last = document.createElement(kind || "span");
    last.dataset.kind = kind;
    last.append(text);
    target.append(last);
  }
}

let pending = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-diff]")) return;
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => show(event.target));
});
document.querySelectorAll("[data-diff]").forEach(show);
document.body.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("[data-diff]").forEach(show));

// Marks drawn over the text without touching it: the CSS Custom Highlight API, or boxes laid over it where there is none.
// A mark is { start, end, map, kind, item }: a place in a SourceMap's source, how it looks, and its element in a list.
const KINDS = ["kudos", "minor", "major", "critical"];
const LANES = 3;
const registry = globalThis.CSS?.highlights;
let drawn = [];
let active = null;

export const kindOf = (polarity, severity) => (polarity === "kudos" ? "kudos" : severity || "major");

// Each mark gets the topmost line that no mark it overlaps has, so that lines of overlapping marks lie below one another.
function withLanes(marks) {
  const ends = new Map();
  return [...marks].sort((a, b) => a.start - b.start || b.end - a.end).map((mark) => {
    const lanes = ends.get(mark.map) ?? new Array(LANES).fill(-1);
    let lane = lanes.findIndex((end) => end <= mark.start);
    if (lane < 0) lane = lanes.indexOf(Math.min(...lanes));
    lanes[lane] = Math.max(lanes[lane], mark.end);
    ends.set(mark.map, lanes);
    return { ...mark, lane, ranges: mark.map.rangesOf(mark.start, mark.end) };
  });
}

function highlight(name, ranges, priority) {
  if (!ranges.length) return registry.delete(name);
  const one = new Highlight(...ranges);
  one.priority = priority;
  return registry.set(name, one);
}

function paint() {
  for (const kind of KINDS) {
    for (let lane = 0; lane < LANES; lane += 1) {
      const same = drawn.filter((mark) => mark.kind === kind && mark.lane === lane);
      highlight(`span-${kind}-${lane}`, same.flatMap((mark) => mark.ranges), lane);
    }
  }
  highlight("span-active", drawn.filter((mark) => mark.item === active).flatMap((mark) => mark.ranges), 9);
}

function layerOf(root) {
  const there = root.querySelector(":scope > .span-boxes");
  if (there) return there;
  const layer = document.createElement("div");
  layer.className = "span-boxes";
  layer.setAttribute("aria-hidden", "true");
  root.append(layer);
  return layer;
}

function boxes() {
  document.querySelectorAll(".span-boxes").forEach((layer) => layer.replaceChildren());
  for (const mark of drawn) {
    const layer = layerOf(mark.map.root);
    const { left, top } = mark.map.root.getBoundingClientRect();
    for (const rect of mark.ranges.flatMap((range) => [...range.getClientRects()])) {
      const box = document.createElement("i");
      box.className = `span-box is-${mark.kind} is-lane-${mark.lane}${mark.item === active ? " is-active" : ""}`;
      Object.assign(box.style, { left: `${rect.left - left}px`, top: `${rect.top - top}px`, width: `${rect.width}px`, height: `${rect.height}px` });
      layer.append(box);
    }
  }
}

const show = () => (registry ? paint() : boxes());

export function draw(marks) {
  drawn = withLanes(marks);
  show();
  return drawn;
}

export function point(item) {
  if (item === active) return;
  active = item;
  show();
}

if (!registry) {
  let waiting = 0;
  const again = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(boxes); };
  addEventListener("resize", again);
  addEventListener("scroll", again, { capture: true, passive: true });
  document.fonts?.ready.then(again);
}

// A nudge while somebody writes: what was wrong, or also what to do next time? It only chooses between lines the page
// holds already; what is stored is tagged by the server.
const ENOUGH = 3;

function words(field) {
  return (field?.value.match(/[\p{L}\p{N}]{3,}/gu) ?? []).length;
}

function choose(nudge) {
  const form = nudge.closest("form");
  const said = words(form.elements.namedItem("critique"));
  const improve = words(form.elements.namedItem("improve"));
  const state = said + improve === 0 ? "nothing" : improve === 0 ? "back" : said + improve < ENOUGH ? "little" : "enough";
  for (const line of nudge.children) line.hidden = line.dataset.nudgeWhen !== state;
}

document.addEventListener("input", (event) => {
  const nudge = event.target.form?.querySelector("[data-nudge]");
  if (nudge && ["critique", "improve"].includes(event.target.name)) choose(nudge);
});

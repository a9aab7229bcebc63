// Rows that a person has opened stay open when the part of the page they stand in comes anew. A row is known by the id
// of the element around it; within [data-stay-open].
let open = [];

const rowsOf = (part) => part.querySelectorAll("[id] > details[open]");

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  open = part.matches?.("[data-stay-open]") ? [...rowsOf(part)].map((row) => row.parentElement.id) : [];
});

document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.querySelector(":scope > details")?.setAttribute("open", "");
  open = [];
});

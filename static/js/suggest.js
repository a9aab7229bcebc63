// Taking over a suggestion: its words go into the form's fields, where they can be changed, and a hidden field says
// which suggestion they came from. Without this the link loads the page with the fields filled.
function fieldOf(form, name) {
  return form.querySelector(`textarea[name="${name}"], textarea[name$="-${name}"]`);
}

function put(field, words) {
  if (!field || !words) return;
  const before = field.value.trim();
  if (before.includes(words)) return;
  field.value = before ? `${before}\n${words}` : words;
  field.closest("details")?.setAttribute("open", "");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function remember(form, polarity, number) {
  const name = `picked_${polarity}`;
  let field = form.querySelector(`input[name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    Object.assign(field, { type: "hidden", name });
    form.append(field);
  }
  field.value = number;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pick]");
  if (!link) return;
  const form = link.closest("form") ?? document.querySelector("form[data-takes-suggestions]");
  const field = form && fieldOf(form, link.dataset.polarity);
  if (!field) return;
  event.preventDefault();
  put(field, link.dataset.text);
  if (link.dataset.polarity === "critique") put(fieldOf(form, "improve"), link.dataset.improve);
  remember(form, link.dataset.polarity, link.dataset.pick);
  link.setAttribute("aria-disabled", "true");
  link.firstChild.textContent = link.dataset.picked;
  field.focus();
});

// Responses in an order: drag a card by its letter, move it with the arrow keys, tie it with the one above. The places in
// the selects are the truth; the list follows them and they follow the list.
const cardsOf = (form) => [...form.querySelectorAll("[data-card]")];
const selectOf = (card) => card.querySelector("select");
const isTied = (card) => card.hasAttribute("data-tied");

function tie(card, tied) {
  card.toggleAttribute("data-tied", tied);
  card.querySelector("[data-tie]").setAttribute("aria-pressed", tied);
}

// From the list to the places.
function place(form, moved) {
  let at = 0;
  cardsOf(form).forEach((card, index) => {
    if (index === 0) tie(card, false);
    at += isTied(card) ? 0 : 1;
    selectOf(card).value = at;
    card.classList.remove("is-missing");
  });
  form.dispatchEvent(new Event("input", { bubbles: true }));
  if (moved) say(form, moved);
}

function say(form, card) {
  const cards = cardsOf(form);
  const shares = cards.filter((one) => selectOf(one).value === selectOf(card).value).length > 1;
  const words = shares ? form.dataset.saidTied : form.dataset.said;
  form.querySelector("[data-rank-said]").textContent = words
    .replace("LETTER", card.dataset.letter).replace("PLACE", selectOf(card).value).replace("ALL", cards.length);
}

// From the places to the list; cards without a place stay behind.
function arrange(form) {
  const value = (card) => Number(selectOf(card).value) || Infinity;
  const cards = cardsOf(form);
  const sorted = [...cards].sort((one, other) => value(one) - value(other) || cards.indexOf(one) - cards.indexOf(other));
  if (sorted.some((card, index) => card !== cards[index])) form.querySelector("ol").append(...sorted);
  sorted.forEach((card, index) => tie(card, index > 0 && value(card) < Infinity && value(card) === value(sorted[index - 1])));
}

function move(form, card, step) {
  const cards = cardsOf(form);
  const other = cards[cards.indexOf(card) + step];
  if (isTied(card) && step < 0) tie(card, false);
  else if (other) {
    tie(card, false);
    if (step < 0) other.before(card); else other.after(card);
  }
  place(form, card);
  card.querySelector("[data-handle]").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

// The others step aside: a card that is taken out of the page, if only for a moment, would lose the pointer.
function stepAside(form, card, over, isPast) {
  const cards = cardsOf(form);
  const [here, there] = [cards.indexOf(card), cards.indexOf(over)];
  if (there > here) cards.slice(here + 1, isPast ? there + 1 : there).forEach((one) => card.before(one));
  else cards.slice(isPast ? there + 1 : there, here).reverse().forEach((one) => card.after(one));
  return cards.indexOf(card) !== cardsOf(form).indexOf(card);
}

function drag(form, card, event) {
  const handle = event.target.closest("[data-handle]");
  handle.setPointerCapture(event.pointerId);
  card.classList.add("is-held");
  const follow = (at) => {
    const over = cardsOf(form).find((one) => { const box = one.getBoundingClientRect(); return at.clientY >= box.top && at.clientY <= box.bottom; });
    if (!over || over === card) return;
    const box = over.getBoundingClientRect();
    if (!stepAside(form, card, over, at.clientY > box.top + box.height / 2)) return;
    tie(card, false);
    card.dataset.moved = "yes";
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("lostpointercapture", () => {
    handle.removeEventListener("pointermove", follow);
    card.classList.remove("is-held");
    if (card.dataset.moved) place(form, card);
    delete card.dataset.moved;
  }, { once: true });
}

const found = (event, what) => ({ form: event.target.closest?.("[data-ranking]"), card: event.target.closest?.("[data-card]"), hit: event.target.closest?.(what) });

document.addEventListener("pointerdown", (event) => {
  const { form, card, hit } = found(event, "[data-handle]");
  if (form && hit && event.button === 0) drag(form, card, event);
});
document.addEventListener("keydown", (event) => {
  const { form, card, hit } = found(event, "[data-handle]");
  if (!form || !hit || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") move(form, card, event.key === "ArrowUp" ? -1 : 1);
  else if (event.key.toLowerCase() === "t") { tie(card, !isTied(card)); place(form, card); }
  else if (event.key === "Enter") form.querySelector("[data-main]").click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("click", (event) => {
  const { form, card, hit } = found(event, "[data-tie]");
  if (form && hit) { tie(card, !isTied(card)); place(form, card); }
  else if (form && event.target.closest("[data-as-shown]")) place(form);
});
document.addEventListener("change", (event) => {
  const { form, hit } = found(event, "[data-card] select");
  if (form && hit) arrange(form);
});

function begin() {
  for (const form of document.querySelectorAll("[data-ranking]")) {
    form.querySelectorAll("[data-needs-script]").forEach((one) => { one.hidden = false; });
    arrange(form);
  }
}
document.addEventListener("desk:shown", begin);
begin();

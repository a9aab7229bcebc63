// The thread through a spot of the picture: pointing at one, or reaching it by key, shows what it came from and led to.

function thread(picture, key) {
  const paths = [...picture.querySelectorAll("path[data-from]")];
  const near = new Set([key]);
  for (const [there, onwards] of [["from", "to"], ["to", "from"]]) {
    const reached = [key];
    while (reached.length) {
      const at = reached.pop();
      for (const path of paths) {
        const next = path.dataset[onwards];
        if (path.dataset[there] === at && !(near.has(next) && next !== key)) { near.add(next); reached.push(next); }
      }
    }
  }
  return near;
}

function mark(picture, near) {
  picture.classList.toggle("has-near", near !== null);
  for (const spot of picture.querySelectorAll("[data-spot]")) spot.classList.toggle("is-near", Boolean(near?.has(spot.dataset.spot)));
  for (const path of picture.querySelectorAll("path[data-from]"))
    path.classList.toggle("is-near", Boolean(near?.has(path.dataset.from) && near.has(path.dataset.to)));
}

function draw(within) {
  for (const picture of within.querySelectorAll("[data-lineage]")) {
    for (const spot of picture.querySelectorAll("[data-spot]")) {
      for (const event of ["pointerenter", "focusin"]) spot.addEventListener(event, () => mark(picture, thread(picture, spot.dataset.spot)));
      for (const event of ["pointerleave", "focusout"]) spot.addEventListener(event, () => mark(picture, null));
    }
    const scroll = picture.closest(".lineage-scroll");
    if (scroll) scroll.scrollLeft = scroll.scrollWidth; // the row itself stands at the end
  }
}

draw(document);
document.addEventListener("htmx:afterSwap", (event) => draw(event.detail.elt)); // a picture that came after the page

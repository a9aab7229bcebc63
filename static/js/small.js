// Small courtesies: the page one is on in sight in the rail, a choice that is sent as soon as it is made, a link that is selected when touched, and the
// thread between a chip and its source on the same page.
document.documentElement.dataset.script = "on";
const rail = document.querySelector(".rail");
const here = rail?.querySelector("[aria-current]");
if (here && rail.scrollWidth > rail.clientWidth) rail.scrollLeft = here.offsetLeft - rail.clientWidth / 2;
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send-on-change]")) event.target.form.requestSubmit();
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select-all]")) event.target.select();
});

function sourceOf(chip) {
  const [path, id] = chip.dataset.thread.split("#");
  return id && (!path || path === location.pathname) ? document.getElementById(id) : null;
}

function pull(chip, on) {
  const source = sourceOf(chip);
  if (!source) return;
  source.classList.toggle("is-pulled", on);
  chip.classList.toggle("is-pulled", on);
  const line = document.querySelector("[data-thread-line]");
  if (!line) return;
  line.toggleAttribute("hidden", !on);
  if (!on) return;
  const a = chip.getBoundingClientRect();
  const b = source.getBoundingClientRect();
  const turned = document.dir === "rtl";
  const [x1, x2] = turned ? [a.right, b.right + 6] : [a.left, b.left - 6];
  const [y1, y2] = [a.top + a.height / 2, b.top + Math.min(20, b.height / 2)];
  const bend = turned ? Math.max(x1, x2) + 18 : Math.min(x1, x2) - 18;
  line.querySelector("path").setAttribute("d", `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`);
}

for (const [name, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
  document.addEventListener(name, (event) => { const chip = event.target.closest?.("[data-thread]"); if (chip) pull(chip, on); });
}

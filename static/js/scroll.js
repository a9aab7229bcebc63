// Columns with the same data-sync-scroll scroll together, each by its own share of what there is to scroll.
let leading = null;

function follow(leader) {
  const range = leader.scrollHeight - leader.clientHeight;
  const share = range > 0 ? leader.scrollTop / range : 0;
  for (const other of document.querySelectorAll(`[data-sync-scroll="${CSS.escape(leader.dataset.syncScroll)}"]`)) {
    if (other !== leader) other.scrollTop = share * (other.scrollHeight - other.clientHeight);
  }
}

for (const name of ["pointerenter", "focusin", "wheel", "touchstart"]) {
  document.addEventListener(name, (event) => { leading = event.target.closest?.("[data-sync-scroll]") ?? leading; }, { capture: true, passive: true });
}
document.addEventListener("scroll", (event) => { if (event.target === leading) follow(leading); }, { capture: true, passive: true });

// New and changed warnings appear by themselves; a page that was cut off is sent what it missed.
const list = document.getElementById("lines");
const live = document.getElementById("live");
const none = document.getElementById("none");
let arrived = 0;
const feed = new EventSource(list.dataset.stream);
feed.addEventListener("warning", (event) => {
  const holder = document.createElement("template");
  holder.innerHTML = event.data;
  const row = holder.content.firstElementChild;
  const old = document.getElementById(row.id);
  if (!row.dataset.open) {
    old?.remove();
  } else if (old) {
    old.replaceWith(row);
  } else if (!list.dataset.only || list.dataset.only === row.dataset.kind) {
    list.prepend(row);
    none.hidden = true;
    arrived += 1;
    live.textContent = `${arrived} ${live.dataset.new}`;
  }
});
addEventListener("pagehide", () => feed.close());

// The list of orders: counted down for the eye alone (the server computes every limit), and kept up to date by a live feed.
const list = document.getElementById("lines");
const live = document.getElementById("live");
const summary = document.getElementById("summary");
const none = document.getElementById("none");
const begin = Date.parse(list.dataset.now);
const loaded = performance.now();
const here = list.querySelector("[aria-current]")?.closest("li").id;
let arrived = 0;

function countDown() {
  const now = begin + (performance.now() - loaded) * Number(list.dataset.pace);
  for (const due of document.querySelectorAll("time.due")) {
    const left = Math.round((Date.parse(due.dateTime) - now) / 1000);
    const span = Math.abs(left);
    const two = (value) => String(value).padStart(2, "0");
    const minutes = Math.floor(span / 60) % 60;
    const text = span < 3600 ? `${minutes}:${two(span % 60)}` : `${Math.floor(span / 3600)}:${two(minutes)}:${two(span % 60)}`;
    due.textContent = (left < 0 ? list.dataset.late : list.dataset.left).replace("{t}", text);
    due.classList.toggle("late", left < 0);
    due.classList.toggle("soon", left >= 0 && left < 300);
  }
  const count = (kind) => list.querySelectorAll(`.due.${kind}`).length;
  const said = summary.dataset.text.replace("{late}", count("late")).replace("{soon}", count("soon"));
  if (summary.textContent !== said) summary.textContent = said;
}

function put(row) {
  const dueOf = (item) => Date.parse(item.querySelector("time.due")?.dateTime ?? "9999-01-01");
  const after = [...list.children].find((item) => dueOf(item) > dueOf(row));
  list.insertBefore(row, after ?? null);
}

const feed = new EventSource(list.dataset.stream);
feed.addEventListener("order", (event) => {
  const holder = document.createElement("template");
  holder.innerHTML = event.data;
  const row = holder.content.firstElementChild;
  const old = document.getElementById(row.id);
  const focused = old?.contains(document.activeElement);
  if (row.id === here) row.querySelector("a").setAttribute("aria-current", "page");
  old?.remove();
  put(row);
  if (focused) row.querySelector("a").focus();
  if (!old) {
    arrived += 1;
    live.textContent = `${arrived} ${live.dataset.new}`;
  }
  none.hidden = true;
  countDown();
});
feed.addEventListener("gone", (event) => {
  document.getElementById(event.data)?.remove();
  none.hidden = list.children.length > 0;
});
addEventListener("pagehide", () => feed.close());
countDown();
setInterval(countDown, 1000);

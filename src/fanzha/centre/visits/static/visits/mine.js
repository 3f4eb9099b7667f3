// The officer's list: sends what waits, and shows what this phone keeps.
import "./phone.js";
import { keepLooking, say, sendAll, standing } from "./sending.js";
import * as store from "./store.js";

const page = document.getElementById("mine");
const status = document.getElementById("standing");
const user = page.dataset.user;
const english = document.documentElement.lang.startsWith("en");

async function send() {
  const came = await sendAll(user);
  for (const { order_id: orderId } of await store.visits(user)) await standing(orderId);
  const kept = await store.visits(user);
  say(status, came, (await store.waiting(user)).length);
  const section = document.getElementById("kept");
  section.hidden = !kept.length || !("shell" in page.dataset); // with a connection the list above says the same
  section.querySelector("ol").replaceChildren(...kept.map(row));
}

function row(visit) {
  const item = document.createElement("li");
  item.className = `line ${visit.colour}`;
  const link = item.appendChild(document.createElement("a"));
  link.href = `/visits/${visit.order_id}/`;
  const words = { level: visit.level, who: visit.who, kind: visit.place };
  for (const [name, text] of Object.entries(words)) {
    const part = link.appendChild(document.createElement("span"));
    part.className = name;
    part.textContent = typeof text === "string" ? text : english ? text.en : text.zh;
  }
  return item;
}

keepLooking(send);

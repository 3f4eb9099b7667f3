// Sends what waits. A report goes out under the id that the phone gave it, so that sending it twice adds nothing.
import * as store from "./store.js";

const SOON_MS = 10_000; // a connection that came back is used within this
const LATER_MS = 60_000; // an order that closes takes the address off an open page within this
let connected = true;

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";

/** An answer of the server, or null without a connection. A page that asks to sign in is an answer of the type opaqueredirect. */
export async function ask(path, method = "GET", body = undefined) {
  const headers = { "X-CSRFToken": token(), "Content-Type": "application/json" };
  try {
    const answer = await fetch(path, { method, body, headers, redirect: "manual", cache: "no-store" });
    connected = answer.status < 500;
    return answer;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    connected = false;
    return null;
  }
}

/** Sends every report that waits: what came of it, as {sent, over, refused, offline, signIn}. One sending at a time. */
export function sendAll(user) {
  return navigator.locks.request("fanzha-visits", () => send(user));
}

async function send(user) {
  const came = { sent: [], over: [], refused: [], offline: false, signIn: false };
  for (const { order_id: orderId, report } of await store.waiting(user)) {
    const body = JSON.stringify({ ...report, sent_at: new Date().toISOString() });
    const answer = await ask(`/visits/${orderId}/report`, "POST", body);
    if (answer === null || answer.status >= 500) return { ...came, offline: true };
    if (answer.type === "opaqueredirect") return { ...came, signIn: true };
    if (answer.status === 410) {
      await store.wipe(orderId);
      came.over.push(orderId);
    } else if (answer.ok) {
      await store.sent(orderId, report.visit_id);
      if (report.result === "met") await store.wipe(orderId);
      came.sent.push(orderId);
    } else {
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (answer.status === 400) await store.mend(report.visit_id);
      came.refused.push({ orderId, message: told?.error?.message ?? String(answer.status) });
    }
  }
  return came;
}

/** Whether a visit is still in the user's hands; forgets it when it is over. "open", "over", "forbidden", "signIn" or "offline". */
export async function standing(orderId) {
  const answer = await ask(`/visits/${orderId}/state`);
  if (answer === null || answer.status >= 500) return "offline";
  if (answer.type === "opaqueredirect") return "signIn";
  if (answer.status === 204) return "open";
  await store.wipe(orderId);
  return answer.status === 410 ? "over" : "forbidden";
}

/** Calls `look` now and ever again: when the browser says that it is online, which it does not always notice; when the page is seen
 * again; and by the clock, sooner without a connection. Returns what calls it out of turn. */
export function keepLooking(look) {
  let timer = 0;
  const again = async () => {
    try {
      if (!document.hidden) await look();
    } finally {
      clearTimeout(timer);
      timer = setTimeout(again, connected ? LATER_MS : SOON_MS);
    }
  };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  again();
  return again;
}

/** Says in the page's own words what came of a sending; nothing when there was nothing to send. */
export function say(element, came, waiting) {
  const words = element.dataset;
  if (came.signIn) element.textContent = words.signIn;
  else if (came.refused.length) element.textContent = `${words.refused}: ${came.refused[0].message}`;
  else if (waiting) element.textContent = `${words.waiting}: ${waiting}`;
  else if (came.over.length) element.textContent = words.over;
  else if (came.sent.length) element.textContent = words.sent;
  element.dataset.state = waiting ? "waiting" : came.sent.length ? "sent" : "";
}

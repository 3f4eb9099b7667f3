// What a phone keeps of visits: sealed with AES-GCM under one key per visit, which the server gives and nobody can read out again.
// Deleting the key is what makes the rest unreadable; `wipe` deletes both. Nothing but ids and times lies here in the clear.
const NAME = "fanzha-visits";
const STORES = { keys: "order_id", visits: "order_id", drafts: "order_id", reports: "visit_id" };

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Runs `act` on the named stores in one transaction; what it returns is a request, whose result is handed back. */
async function within(stores, mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(stores, mode);
      const request = act(...stores.map((store) => transaction.objectStore(store)));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const read = (store, id) => within([store], "readonly", (rows) => rows.get(id));
const all = (store) => within([store], "readonly", (rows) => rows.getAll());
const write = (store, row) => within([store], "readwrite", (rows) => rows.put(row));

async function seal(key, orderId, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(orderId);
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain) };
}

async function unseal(key, orderId, { iv, sealed }) {
  const additionalData = new TextEncoder().encode(orderId);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

async function keyOf(user, orderId) {
  const row = await read("keys", orderId);
  return row?.user === user ? row.key : null;
}

/** Keeps what the server told of a visit, for as long as it allows. */
export async function begin(user, told) {
  const { key: raw, ...visit } = told;
  const bytes = Uint8Array.from(atob(raw), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  const orderId = visit.order_id;
  await write("keys", { order_id: orderId, user, key });
  const forgetAt = Date.now() + visit.forget_after_s * 1000;
  await write("visits", { order_id: orderId, forget_at: forgetAt, ...(await seal(key, orderId, visit)) });
}

/** What is kept of a visit, or null; the address goes when its time is over, whether there is a connection or not. */
export async function visit(user, orderId) {
  const key = await keyOf(user, orderId);
  const row = key && (await read("visits", orderId));
  if (!row) return null;
  if (row.forget_at <= Date.now()) {
    await within(["visits"], "readwrite", (rows) => rows.delete(orderId));
    return null;
  }
  return unseal(key, orderId, row);
}

/** The visits that are kept for a user. */
export async function visits(user) {
  const found = await Promise.all((await all("visits")).map((row) => visit(user, row.order_id)));
  return found.filter(Boolean);
}

export async function saveDraft(user, orderId, draft) {
  const key = await keyOf(user, orderId);
  if (key) await write("drafts", { order_id: orderId, ...(await seal(key, orderId, draft)) });
}

export async function draft(user, orderId) {
  const key = await keyOf(user, orderId);
  const row = key && (await read("drafts", orderId));
  return row ? unseal(key, orderId, row) : null;
}

/** Puts a finished report with those that wait to be sent; its draft stays until it is. Throws when there is no key any more. */
export async function queue(user, orderId, report) {
  const key = await keyOf(user, orderId);
  if (!key) throw new Error("this visit is not kept on this phone");
  await write("reports", { visit_id: report.visit_id, order_id: orderId, ...(await seal(key, orderId, report)) });
}

/** The reports that wait to be sent for a user. */
export async function waiting(user) {
  const found = [];
  for (const row of await all("reports")) {
    const key = await keyOf(user, row.order_id);
    if (key) found.push({ order_id: row.order_id, report: await unseal(key, row.order_id, row) });
  }
  return found;
}

/** A report that the server has: it goes with its draft. */
export async function sent(orderId, visitId) {
  await within(["reports", "drafts"], "readwrite", (reports, drafts) => {
    reports.delete(visitId);
    drafts.delete(orderId);
  });
}

/** A report that the server found wanting: its draft is there to be mended. */
export const mend = (visitId) => within(["reports"], "readwrite", (rows) => rows.delete(visitId));

/** Forgets everything of one visit. */
export async function wipe(orderId) {
  const mine = (await all("reports")).filter((row) => row.order_id === orderId);
  await within(Object.keys(STORES), "readwrite", (keys, kept, drafts, reports) => {
    for (const rows of [keys, kept, drafts]) rows.delete(orderId);
    for (const row of mine) reports.delete(row.visit_id);
  });
}

/** Forgets everything: at sign-out. */
export async function wipeAll() {
  await within(Object.keys(STORES), "readwrite", (...stores) => {
    for (const rows of stores) rows.clear();
  });
  for (const name of await caches.keys()) await caches.delete(name);
}

// The service worker of /visits/: asks the network first and, without one, answers with pages that hold nothing of anybody.
// What the phone knows of people lies sealed in store.js and never here.
const CACHE = "fanzha-visits-1";
const LIST = "/visits/shell/list/";
const VISIT = "/visits/shell/";
const FILES = [
  "/static/centre/centre.css",
  ...["phone", "store", "sending", "leaving", "mine", "visit", "photo"].map((name) => `/static/visits/${name}.js`),
];
const PATIENCE_MS = 5000; // a weak signal is as good as none

self.addEventListener("install", (event) => event.waitUntil(keep([LIST, VISIT, ...FILES]).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(page(event, path === "/visits/" ? LIST : VISIT));
  else if (path.startsWith("/static/")) event.respondWith(inTime(request).catch(() => kept(path)));
});

async function page(event, shell) {
  try {
    const answer = await inTime(event.request);
    if (answer.status >= 500) return kept(shell); // a proxy before a centre that is down
    if (answer.ok) event.waitUntil(keep([LIST, VISIT])); // in the language that was chosen last
    return answer;
  } catch {
    return kept(shell);
  }
}

function inTime(request) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE_MS));
  return Promise.race([fetch(request), late]);
}

async function kept(path) {
  return (await caches.match(path)) ?? Response.error();
}

/** Keeps what the server answers; never a page that asks to sign in. */
async function keep(paths) {
  const cache = await caches.open(CACHE);
  for (const path of paths) {
    const answer = await fetch(path, { cache: "no-cache" });
    if (answer.ok && !answer.redirected) await cache.put(path, answer);
  }
}

// Makes the pages of visits work without a connection; says when they do.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/visits/worker.js", { scope: "/visits/" });
  navigator.serviceWorker.ready.then(() => (document.documentElement.dataset.offline = "ready"));
}

// Before signing out, what waits is sent, and then the phone forgets everything. With something unsent nobody is signed out.
import { say, sendAll } from "./sending.js";
import * as store from "./store.js";

const form = document.getElementById("sign-out");
form?.addEventListener("submit", async (event) => {
  if (form.dataset.empty) return;
  event.preventDefault();
  const user = form.dataset.user;
  const came = await sendAll(user);
  const left = (await store.waiting(user)).length;
  if (left) {
    const notice = document.getElementById("leaving");
    notice.hidden = false;
    say(notice, came, left);
    return;
  }
  await store.wipeAll();
  form.dataset.empty = "yes";
  form.submit();
});

// The page of one visit: shows whom to meet, keeps what is written as it is written, sends it when it can.
import "./phone.js";
import { picture, shrink } from "./photo.js";
import { ask, keepLooking, say, sendAll, standing } from "./sending.js";
import * as store from "./store.js";

const page = document.getElementById("visit");
const status = document.getElementById("standing");
const form = document.getElementById("form");
const preview = document.getElementById("preview");
const user = page.dataset.user;
const orderId = location.pathname.split("/")[2];
const english = document.documentElement.lang.startsWith("en");
const words = (text) => (english ? text.en : text.zh);
const minute = (instant) => instant.toLocaleString(english ? "en-GB" : "zh-CN", { dateStyle: "short", timeStyle: "short" });
let photo = null;
let place = null;

async function start() {
  if (!isSecureContext) return tell("insecure");
  let kept = await store.visit(user, orderId);
  const came = await sendAll(user);
  const stands = came.offline ? "offline" : await standing(orderId);
  if (stands === "open" && !kept) {
    const answer = await ask(`/visits/${orderId}/open`, "POST");
    if (answer?.ok) {
      await store.begin(user, await answer.json());
      kept = await store.visit(user, orderId);
    }
  }
  if (came.sent.includes(orderId) && stands !== "open") return close("sent");
  if (stands === "over" || stands === "forbidden") return close(stands);
  if (!kept) close("unknown"); // its time on this phone is over; reports that wait are still sent
  const waiting = await waits();
  if (kept) show(kept);
  if (kept && !waiting && form.hidden) await fill(); // a form that is open is being written in
  form.hidden = !kept || waiting > 0;
  document.getElementById("back").hidden = !kept || waiting > 0;
  if (stands === "open" && ["offline", "signIn", "unknown"].includes(status.dataset.state)) tell("");
  if (stands !== "open") tell(stands === "signIn" ? "signIn" : kept ? "offline" : "unknown");
  if (waiting || came.sent.length || came.refused.length) say(status, came, waiting);
}

const waits = async () => (await store.waiting(user)).filter((one) => one.order_id === orderId).length;

function tell(what) {
  status.textContent = status.dataset[what] ?? "";
  status.dataset.state = what;
}

/** Takes everything of the person off the page. */
function close(what) {
  for (const told of page.querySelectorAll("[data-told]")) told.textContent = "";
  for (const part of ["where", "form", "back"]) document.getElementById(part).hidden = true;
  document.getElementById("level").textContent = "";
  form.reset();
  dropPhoto();
  tell(what);
}

function show(told) {
  const shown = {
    who: told.who,
    numbers: told.numbers.join("  "),
    address: told.address || page.querySelector("[data-told=address]").dataset.none,
    place: words(told.place),
    due_at: told.due_at ? minute(new Date(told.due_at)) : "",
    language: words(told.language),
    minor: told.minor ? page.querySelector("[data-told=minor]").dataset.yes : "",
    why: told.why.map(words).join("; "),
  };
  for (const [name, text] of Object.entries(shown)) {
    const cell = page.querySelector(`[data-told=${name}]`);
    cell.textContent = text;
    cell.hidden = cell.previousElementSibling.hidden = !text;
  }
  const level = document.getElementById("level");
  level.textContent = words(told.level);
  page.classList.add(told.colour);
  document.getElementById("back").action = `/visits/${orderId}/back`;
  document.getElementById("where").hidden = false;
}

const fields = () => [...form.elements].filter((field) => field.name && field.type !== "file");

async function fill() {
  const draft = await store.draft(user, orderId);
  form.elements.met_at.value = localMinute(new Date());
  if (draft) {
    for (const field of fields()) {
      if (field.type === "radio") field.checked = draft.values[field.name] === field.value;
      else if (field.type === "checkbox") field.checked = draft.values[field.name] === true;
      else field.value = draft.values[field.name] ?? "";
    }
    place = draft.place;
    showPlace();
    if (draft.photo) await showPhoto(picture(draft.photo));
  }
  follow();
}

function values() {
  const found = {};
  for (const field of fields()) {
    if (field.type === "checkbox") found[field.name] = field.checked;
    else if (field.type !== "radio" || field.checked) found[field.name] = field.value;
  }
  return found;
}

/** What the door asks is asked only when somebody was met there; a photo only with consent. */
function follow() {
  const met = form.elements.result.value === "met";
  const door = document.getElementById("at-the-door");
  door.hidden = !met;
  for (const field of door.querySelectorAll("select, textarea")) field.disabled = !met;
  const agreed = form.elements.consent.checked;
  form.elements.photo.disabled = !agreed;
  if (!agreed) dropPhoto();
}

function dropPhoto() {
  photo = null;
  preview.hidden = true;
  preview.width = preview.height = 0;
  form.elements.photo.value = "";
}

async function showPhoto(file) {
  photo = await shrink(file, preview, Number(page.dataset.longestSide), Number(page.dataset.mostBytes));
  preview.hidden = photo === null;
}

function showPlace() {
  document.getElementById("place").textContent = place ? `${place.latitude}, ${place.longitude}` : "";
}

function localMinute(instant) {
  return new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

let saving = Promise.resolve();

/** Keeps the form as it stands, one after the other, so that an older one never comes last; `data-kept` says whether all is kept. */
function keepDraft() {
  form.dataset.kept = "no";
  const mine = saving
    .then(() => store.saveDraft(user, orderId, { values: values(), place, photo }))
    .then(() => (form.dataset.kept = mine === saving ? "yes" : "no"));
  saving = mine;
  return mine;
}

const part = (found, prefix) =>
  Object.fromEntries(
    Object.entries(found)
      .filter(([name, value]) => name.startsWith(prefix) && value)
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );

function report() {
  const found = values();
  const met = found.result === "met";
  return {
    visit_id: crypto.randomUUID(),
    result: found.result,
    looks: met ? part(found, "look-") : {},
    questions: met ? part(found, "question-") : {},
    protection_wanted: met && found.protection_wanted,
    note: found.note,
    photo: met && photo ? { consent: found.consent, jpeg: photo } : null,
    place,
    met_at: new Date(found.met_at).toISOString(),
    confirmed: found.confirmed,
  };
}

form.addEventListener("input", async (event) => {
  follow();
  if (event.target.name === "photo" && event.target.files.length) await showPhoto(event.target.files[0]);
  await keepDraft();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  document.getElementById("save").disabled = true;
  await keepDraft();
  await store.queue(user, orderId, report());
  form.hidden = true;
  form.reset();
  dropPhoto();
  document.getElementById("save").disabled = false;
  await look();
});

document.getElementById("locate").addEventListener("click", () => {
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      const coarse = (degrees) => Number(degrees.toFixed(Number(page.dataset.decimals)));
      place = { latitude: coarse(coords.latitude), longitude: coarse(coords.longitude) };
      showPlace();
      await keepDraft();
    },
    (error) => (document.getElementById("place").textContent = error.message),
    { enableHighAccuracy: false, timeout: 20_000 },
  );
});

const look = keepLooking(start);

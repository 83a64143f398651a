// Triage without reloading: an act takes its rows away and the focus moves on; what happened is said, with a way back.
import { say, swap } from "./swap.js";

const KEYS = { r: "r", d: "d", w: "w", n: "n", x: "x" };
const rows = () => [...document.querySelectorAll("#triage [data-row]:not([aria-busy=true])")];
let groupNext = false; // g was pressed: the next key is for the whole incident

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select")) return;
  const pressed = event.key.toLowerCase();
  if (pressed === "g") {
    groupNext = true;
    say("For the whole incident: r, d, w or n.");
    return;
  }
  const act = KEYS[pressed];
  if (!act) return;
  const row = event.target.closest("[data-row]") || rows()[0];
  const whole = groupNext || event.shiftKey;
  groupNext = false;
  if (!row) return;
  event.preventDefault();
  const place = (whole && row.closest("[data-group]").querySelector(".group .acts")) || row;
  place.querySelector(`[data-act="${act}"]`)?.click();
});

document.addEventListener("click", (event) => {
  const ask = event.target.closest("[data-ask]");
  if (ask && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openWhy(ask);
  }
  const cancel = event.target.closest("#triage [data-cancel]");
  if (cancel) {
    event.preventDefault();
    const row = cancel.closest("[data-row]") || cancel.closest("section").querySelector("[data-row]");
    cancel.closest("form").remove();
    row?.focus();
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-triage]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

function openWhy(ask) {
  document.querySelector("#triage .why")?.remove();
  const form = document.getElementById("why").content.firstElementChild.cloneNode(true);
  form.querySelector("[name=wont_do]").value = ask.dataset.ask;
  const row = ask.closest("[data-row]");
  if (row) row.append(form);
  else ask.closest("h2, h3").after(form);
  form.querySelector("[name=reason]").focus();
}

async function send(form, button) {
  const body = new FormData(form, button);
  const taken = rowsOf(button);
  const after = rows().filter((row) => !taken.includes(row));
  const last = rows().indexOf(taken.at(-1));
  const next = rows().slice(last + 1).find((row) => after.includes(row)) || after.at(-1);
  for (const row of taken) row.setAttribute("aria-busy", "true");
  next?.focus();
  next?.scrollIntoView({ block: "center" });
  let told;
  try {
    const answer = await fetch("/triage", { method: "POST", body, headers: { Accept: "application/json" } });
    told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
  } catch (error) {
    for (const row of taken) row.removeAttribute("aria-busy");
    taken[0]?.focus();
    tell(error.message || "The server cannot be reached. Nothing was changed; try again.", null);
    return;
  }
  if (form.matches(".why")) form.remove();
  takeAway(told.keys);
  tell(told.text, told.undo);
  if (!rows().length) swap(location.href, {}, document.querySelector("main"));
}

function rowsOf(button) {
  const row = button.closest("[data-row]");
  if (row) return [row];
  const place = button.closest("[data-group]") || button.closest("[data-year]");
  return place ? [...place.querySelectorAll("[data-row]")] : [];
}

function takeAway(keys) {
  for (const key of keys) document.getElementById(key)?.remove();
  for (const row of document.querySelectorAll("#triage [aria-busy=true]")) if (keys.includes(row.id)) row.remove();
  for (const place of document.querySelectorAll("[data-group], [data-year]")) {
    if (!place.querySelector("[data-row]")) place.remove();
  }
  const left = document.getElementById("left");
  left.textContent = Math.max(Number(left.textContent.replace(/\D/g, "")) - keys.length, 0).toLocaleString("en");
}

function tell(text, undo) {
  const box = document.getElementById("undo").content.firstElementChild.cloneNode(true);
  box.querySelector("p").textContent = text;
  if (undo) box.querySelector("form").action = `/undo/${undo}`;
  else {
    box.classList.add("bad");
    box.querySelector("form").remove();
  }
  document.getElementById("said").replaceChildren(box);
  say(text);
}

rows()[0]?.focus({ preventScroll: true });

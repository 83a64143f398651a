// What every page has: keys that press what stands on the page, and acts without a full reload.
//
// data-key="d" on a button, link or field: that key presses (or focuses) it; inside the row that has the focus first.
// data-swap on a form or link: it is fetched, and the new <main> takes the place of the old one. Without scripts it is an
// ordinary form or link.
import { swap } from "./swap.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-swap]")) return;
  event.preventDefault();
  if (lacksReason(form)) return;
  const by = event.submitter;
  const address = by?.getAttribute("formaction") || form.action;
  const body = new FormData(form, by);
  if (form.method === "get") {
    const url = new URL(address);
    url.search = new URLSearchParams(body);
    swap(url, {}, by || form);
  } else {
    swap(address, { method: "POST", body }, by || form);
  }
});

// “Won’t do” needs its reason: that is said beside the field, in the row that is open, before anything is sent.
function lacksReason(form) {
  const { claim, reason } = form.elements;
  if (!reason || claim?.value !== "wont_do" || reason.value.trim()) return false;
  reason.setCustomValidity("Say why it will not be done: whoever reads it next year will ask.");
  form.addEventListener("input", () => reason.setCustomValidity(""), { once: true });
  return !reason.reportValidity();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  swap(link.href, {}, link);
});

const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") leave(event.target);
    return;
  }
  if (event.key === "?") return help(event);
  const name = CSS.escape(event.key);
  const row = event.target.closest("[data-row]");
  const found = row?.querySelector(`[data-key="${name}"]`) || document.querySelector(`:not([data-row] *)[data-key="${name}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.matches("input, select, textarea")) found.focus();
  else found.click();
});

function leave(field) {
  const cancel = field.closest("form")?.querySelector("[data-cancel]");
  if (cancel) cancel.click();
  else field.blur();
}

function help(event) {
  const keys = document.querySelector(".keys");
  if (!keys) return;
  event.preventDefault();
  keys.open = !keys.open;
  if (keys.open) {
    keys.scrollIntoView({ block: "nearest" });
    keys.querySelector("summary").focus();
  }
}

// A menu closes when something else is clicked or Escape is pressed.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open], details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.me[open], details.drop[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// j and k move between rows, wherever a page has some.
document.addEventListener("keydown", (event) => {
  if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  event.preventDefault();
  const here = rows.indexOf(event.target.closest("[data-row]"));
  const next = event.key === "j" ? Math.min(here + 1, rows.length - 1) : Math.max(here - 1, 0);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
});


// What scrolls sideways (code, wide tables of a document) can be scrolled by keyboard, in every browser.
function reachScrollers() {
  for (const box of document.querySelectorAll("main pre, main table")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else if (box.tabIndex === 0) box.removeAttribute("tabindex");
  }
}
addEventListener("resize", reachScrollers);
document.addEventListener("swapped", reachScrollers);
reachScrollers();

// Fetch a page and put its <main> in place of ours, keeping the place: scroll, and the row that had the focus or the next one.

export function say(text) {
  document.getElementById("live").textContent = text;
}

export async function swap(address, options, from) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const row = from.closest("[data-row]") || document.activeElement?.closest("[data-row]");
  const index = rows.indexOf(row);
  const near = row ? [row, ...rows.slice(index + 1), ...rows.slice(0, index).reverse()].map((one) => one.id) : [];
  const known = new Set(rows.map((one) => one.id));
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { Accept: "text/html" } });
  } catch {
    say("The server cannot be reached. Nothing was changed; try again.");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.querySelector("main");
  if (!main) {
    location.assign(answer.url);
    return;
  }
  document.querySelector("main").replaceWith(document.adoptNode(main));
  document.title = page.title;
  const place = answer.ok ? answer.url : answer.headers.get("Content-Location"); // a form sent back says whose page it is on
  if (place && new URL(place, answer.url).href !== location.href) history.replaceState(null, "", place);
  const back = String(address).includes("/undo/") && [...main.querySelectorAll("[data-row]")].find((one) => !known.has(one.id));
  focus(main, back || main.querySelector("[autofocus]") || near.map((id) => document.getElementById(id)).find(Boolean));
  const said = main.querySelector(".said p");
  say(said ? said.textContent : "");
  document.dispatchEvent(new CustomEvent("swapped"));
}

function focus(main, wanted) {
  (wanted || main).focus({ preventScroll: true });
  if (wanted?.matches("input:not([type=date])")) wanted.select();
  wanted?.scrollIntoView({ block: "nearest" });
}

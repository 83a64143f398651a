// Fetch a page and put its <main> in place of ours, keeping the place: scroll, and the row that had the focus or the next one.

export function say(text) {
  document.getElementById("live").textContent = text;
}

export async function swap(address, options, from) {
  const row = from.closest("[data-row]");
  const rows = [...document.querySelectorAll("[data-row]")];
  const index = rows.indexOf(row);
  const near = row ? [row, ...rows.slice(index + 1), ...rows.slice(0, index).reverse()].map((one) => one.id) : [];
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
  if (answer.ok && answer.url !== location.href) history.replaceState(null, "", answer.url);
  focus(main, near);
  const said = main.querySelector(".said p");
  say(said ? said.textContent : "");
  document.dispatchEvent(new CustomEvent("swapped"));
}

function focus(main, near) {
  const wanted = main.querySelector("[autofocus]") || near.map((id) => document.getElementById(id)).find(Boolean);
  if (wanted) wanted.focus({ preventScroll: wanted.matches("[data-row]") });
  else main.focus({ preventScroll: true });
  wanted?.scrollIntoView({ block: "nearest" });
}

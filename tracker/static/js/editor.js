// A draft of what is typed is kept in this browser until it is saved, so that a crash, a lost connection or an ended sign-in
// loses nothing. Without scripts the form works all the same.
const form = document.querySelector("form[data-draft]");
const text = form?.querySelector("textarea");
const name = form && `draft:${form.dataset.draft}`;
const store = {
  get: () => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
  set: (value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* full, or not allowed */ } },
  drop: () => { try { localStorage.removeItem(name); } catch { /* not allowed */ } },
};

if (form) {
  const fresh = !document.querySelector("#preview") && !form.querySelector(".error");
  const kept = store.get();
  if (fresh && kept && Date.now() - kept.at < 30 * 24 * 3600e3 && kept.text !== text.value) offer(kept);
  let waiting;
  const keep = (sent = false) => {
    clearTimeout(waiting);
    waiting = undefined;
    store.set({ text: text.value, at: Date.now(), sent });
  };
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(), 400);
  });
  addEventListener("pagehide", () => waiting && keep());
  form.addEventListener("submit", () => keep(true));
}

// A draft that became the document is what the page shows, and is not offered.
function offer(kept) {
  const box = document.createElement("div");
  box.className = "draft";
  box.setAttribute("role", "status");
  const line = document.createElement("p");
  const when = new Date(kept.at).toLocaleString();
  line.textContent = `This browser kept what you typed here on ${when}${kept.sent ? ", and sent; it may be saved already" : ""}.`;
  const take = button("Take it back", () => { text.value = kept.text; box.remove(); text.focus(); });
  const drop = button("Forget it", () => { store.drop(); box.remove(); });
  box.append(line, take, drop);
  form.before(box);
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

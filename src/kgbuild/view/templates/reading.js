"use strict";
(() => {
  const root = document.documentElement, $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const main = $("text"), all = $("all"), chosen = $("chosen"), selected = $("selected");
  const marks = [...main.querySelectorAll("mark")], byFact = new Map(), facts = new Map();
  for (const li of all.children) facts.set(li.id.slice(1), li);
  for (const m of marks) for (const f of m.dataset.f.split(" ")) {
    if (!byFact.has(f)) byFact.set(f, []);
    byFact.get(f).push(m);
  }
  const hidden = new Set();
  const layerOf = (f) => facts.get(f).classList[1];
  const shown = (m) => m.dataset.f.split(" ").filter((f) => !hidden.has(layerOf(f)));
  const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  const light = (list, on) => {
    for (const f of list) {
      facts.get(f).classList.toggle("lit", on);
      for (const m of byFact.get(f) || []) m.classList.toggle("lit", on);
    }
  };
  let pinned = [];
  const clear = () => { light(pinned, false); pinned = []; chosen.replaceChildren(); selected.classList.remove("has"); };
  const pin = (list) => {
    clear();
    if (!list.length) return;
    pinned = list;
    for (const f of list) {
      const copy = facts.get(f).cloneNode(true);
      copy.removeAttribute("id");
      copy.classList.remove("gone");
      chosen.append(copy);
    }
    light(list, true);
    for (const li of chosen.children) li.classList.remove("lit");
    selected.classList.add("has");
  };
  const over = (on) => (e) => {
    const m = e.target.closest("mark, .fact");
    if (!m) return;
    const list = m.tagName === "MARK" ? shown(m) : [m.querySelector("button").dataset.f];
    light(list.filter((f) => !pinned.includes(f)), on);
  };
  for (const place of [main, all]) {
    place.addEventListener("mouseover", over(true));
    place.addEventListener("mouseout", over(false));
  }
  const nearest = (list) => {
    if (list.length && getComputedStyle(all.closest("aside")).overflowY === "auto")
      facts.get(list[0]).scrollIntoView({ block: "nearest", behavior: smooth });
  };
  main.addEventListener("click", (e) => {
    const m = e.target.closest("mark");
    if (!m) return;
    pin(shown(m));
    nearest(pinned);
  });
  for (const list of [all, chosen]) list.addEventListener("click", (e) => {
    const b = e.target.closest("button");
    if (!b) return;
    const first = byFact.get(b.dataset.f)[0];
    if (list === all) pin([b.dataset.f]);
    first.scrollIntoView({ block: "center", behavior: smooth });
    first.focus({ preventScroll: true });
  });
  $("close").addEventListener("click", clear);

  // keys of the text: the annotations that are shown, one after the other
  main.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (step && !e.altKey && !e.ctrlKey && !e.metaKey) {
      const stops = marks.filter((m) => shown(m).length && m.getClientRects().length);
      const at = stops.indexOf(document.activeElement);
      const next = stops[at < 0 ? (step > 0 ? 0 : stops.length - 1) : at + step];
      if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
      e.preventDefault();
    } else if (e.key === "Enter" && document.activeElement.tagName === "MARK") {
      pin(shown(document.activeElement));
      nearest(pinned);
      e.preventDefault();
    }
  });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") clear(); });

  const layer = (box) => {
    const name = box.dataset.layer;
    box.checked ? hidden.delete(name) : hidden.add(name);
  };
  const paint = () => {
    for (const m of marks) {
      for (const name of ["document", "body", "population", "named", "indicator", "citation", "field", "measure", "correction"])
        if (hidden.has(name)) m.classList.remove(name);
      const list = shown(m);
      for (const f of list) m.classList.add(layerOf(f));
      m.classList.toggle("off", !list.length);
    }
    for (const li of facts.values()) li.classList.toggle("gone", hidden.has(li.classList[1]) || li.dataset.out === "1");
  };
  const boxes = [...document.querySelectorAll("[data-layer]")];
  for (const box of boxes) { layer(box); box.addEventListener("change", () => { layer(box); clear(); paint(); }); }

  const filter = () => {
    const b = $("by-body").value, p = $("by-population").value, on = b !== "" || p !== "";
    const hit = data.items.map((i) => (b === "" || i.b.includes(+b)) && (p === "" || i.p.includes(+p)));
    document.body.classList.toggle("filtering", on);
    for (const row of main.querySelectorAll(".row"))
      row.classList.toggle("hit", on && (row.dataset.a || "").split(" ").some((a) => a !== "" && hit[+a]));
    for (const li of facts.values()) li.dataset.out = on && !(li.dataset.a && hit[+li.dataset.a]) ? "1" : "";
    $("matching").textContent = on ? `${hit.filter(Boolean).length} / ${hit.length}` : "";
    paint();
    const first = main.querySelector(".row.hit");
    if (on && first) first.scrollIntoView({ block: "nearest", behavior: smooth });
  };
  for (const id of ["by-body", "by-population"]) $(id).addEventListener("change", filter);
  $("language").addEventListener("click", () => {
    const ui = root.dataset.ui === "zh" ? "en" : "zh";
    root.dataset.ui = root.lang = ui;
    for (const o of document.querySelectorAll("option[data-zh]")) o.textContent = o.dataset[ui];
  });
  if ($("restore")) $("restore").addEventListener("change", (e) => root.classList.toggle("restoring", e.target.checked));
  const fit = () => root.style.setProperty("--top", `${document.querySelector("header").offsetHeight}px`);
  addEventListener("resize", fit);
  fit();
  paint();
  root.dataset.ready = "1";
})();

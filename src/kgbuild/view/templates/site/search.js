// The search of a site without a server: search-index.js holds what can be found.
"use strict";

const { kinds, words, entries } = window.kgbuildIndex;
const asked = new URLSearchParams(location.search);
const q = (asked.get("q") || "").trim(), only = asked.get("kind") || "";
const MOST = 200;

const fold = (text) => text.normalize("NFKC").toLowerCase();
const wanted = fold(q).split(/\s+/).filter(Boolean);
const element = (tag, name, ...inside) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
};

// The text around the first word, with every word marked. Where folding changes the length, nothing is marked.
const snippet = (text) => {
  const folded = fold(text);
  if (folded.length !== text.length) return [text.slice(0, 160)];
  const places = [];
  for (const word of wanted)
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) places.push([at, at + word.length]);
  places.sort((a, b) => a[0] - b[0]);
  const start = places.length ? Math.max(0, places[0][0] - 40) : 0, end = Math.min(text.length, start + 160);
  const parts = [start ? "…" : ""];
  let at = start;
  for (const [from, to] of places) {
    if (from < at || to > end) continue;
    parts.push(text.slice(at, from), element("mark", "", text.slice(from, to)));
    at = to;
  }
  return [...parts, text.slice(at, end), end < text.length ? "…" : ""];
};

document.querySelector(".find input").value = q;
if (wanted.length) {
  const found = [];
  entries.forEach(([kind, file, text, more], order) => {
    const folded = fold(text), all = `${folded} ${fold(more)}`;
    if (!wanted.every((word) => all.includes(word))) return;
    // What is called so goes first, then what begins with it, then what names it; names before sentences.
    const score = folded === wanted.join(" ") ? 0 : folded.startsWith(wanted[0]) ? 1 : folded.includes(wanted[0]) ? 2 : 3;
    found.push({ kind, file, text, more, score: score * 2 + (kind === "action"), order });
  });
  found.sort((a, b) => a.score - b.score || a.order - b.order);
  const kept = found.filter((hit) => !only || hit.kind === only);
  const count = document.getElementById("count"), list = document.getElementById("hits");
  count.textContent = kept.length ? words.hits.replace("{n}", kept.length) : words.no_hits.replace("{q}", q);
  for (const hit of kept.slice(0, MOST)) {
    const link = element("a", "", ...snippet(hit.text));
    link.href = hit.file;
    const meta = element("p", "meta", element("span", "", kinds[hit.kind]));
    if (hit.more) meta.append(element("span", "", hit.more.length > 90 ? `${hit.more.slice(0, 90)}…` : hit.more));
    list.append(element("li", "", element("p", "snippet", link), meta));
  }
  if (kept.length > MOST) list.append(element("li", "soft", words.more.replace("{n}", kept.length - MOST)));
  list.hidden = !kept.length;
  const counted = new Map();
  for (const hit of found) counted.set(hit.kind, (counted.get(hit.kind) || 0) + 1);
  if (counted.size > 1 || only) {
    const box = document.getElementById("kinds");
    for (const [kind, n] of [...counted].sort((a, b) => b[1] - a[1])) {
      const link = element("a", "", kinds[kind]);
      link.href = `?${new URLSearchParams({ q, ...(kind === only ? {} : { kind }) })}`;
      if (kind === only) link.setAttribute("aria-current", "true");
      box.querySelector("ul").append(element("li", "", link, " ", element("span", "count", String(n))));
    }
    box.hidden = false;
  }
}

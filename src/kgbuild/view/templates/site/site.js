// Everything here is an ease: each page works without it.
"use strict";

document.documentElement.classList.add("scripted");

// A tree shows the branches that hold a text, and opens them.
for (const input of document.querySelectorAll("input[data-browse]"))
  input.addEventListener("input", () => {
    const text = input.value.trim().toLowerCase();
    for (const item of document.querySelectorAll(".browse li")) {
      item.hidden = Boolean(text) && !item.textContent.toLowerCase().includes(text);
      const branch = item.firstElementChild;
      if (branch?.tagName === "DETAILS" && text) branch.open = !item.hidden;
    }
  });

// Where nobody answers, the list of plans is cut down here: by ?year= and ?place=.
const filters = document.querySelector("form.filters");
if (filters && location.search) {
  const asked = new URLSearchParams(location.search);
  let shown = 0;
  for (const item of document.querySelectorAll(".documents li[data-year]")) {
    const fits = ["year", "place"].every((name) => !asked.get(name) || item.dataset[name] === asked.get(name));
    item.hidden = !fits;
    shown += fits;
  }
  for (const name of ["year", "place"]) if (asked.get(name)) filters.elements[name].value = asked.get(name);
  const count = document.getElementById("count");
  if (count) count.textContent = count.textContent.replace(/\d+/, shown);
}

// Tables that came without an order of their own can be sorted by their heads.
for (const table of document.querySelectorAll("table[data-sortable]"))
  table.querySelectorAll("thead th").forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = (row) => row.cells[at].textContent.trim();
      const order = (a, b) => {
        const [x, y] = [text(a), text(b)];
        return x && y && !isNaN(x) && !isNaN(y) ? x - y : x.localeCompare(y, document.documentElement.lang);
      };
      const rows = [...table.tBodies[0].rows].sort(order);
      table.tBodies[0].append(...(down ? rows.reverse() : rows));
    });
  });

// Values of a parameter, looked up while one types.
for (const input of document.querySelectorAll("input[data-values]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let timer, asked = "";
  if (!list) continue;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = input.value.trim();
      if (!text || text === asked) return;
      asked = text;
      const answer = await fetch(`${input.dataset.values}?q=${encodeURIComponent(text)}`);
      if (!answer.ok || asked !== text) return;
      list.replaceChildren(...(await answer.json()).map(({ value, label }) => {
        const option = document.createElement("option");
        option.value = value;
        if (label !== value) option.textContent = label;
        return option;
      }));
    }, 150);
  });
}

// Empty fields stay out of the address.
for (const form of document.querySelectorAll("form[method=get]"))
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value && field.name !== "q") field.disabled = true;
  });
addEventListener("pageshow", () => { for (const field of document.querySelectorAll("form [disabled]")) field.disabled = false; });

// A list is narrowed while one types; groups without an entry go.
for (const field of document.querySelectorAll("input[data-filter]")) {
  const list = document.getElementById(field.dataset.filter);
  if (!list) continue;
  field.hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    const entries = list.matches("table") ? list.tBodies[0].rows : list.querySelectorAll("li");
    for (const entry of entries) entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
    for (const group of list.querySelectorAll("section")) group.hidden = !group.querySelector("li:not([hidden])");
  });
}

// A free query is answered on the page as a table, with its address to pass on; Ctrl-Enter asks.
const editor = document.querySelector("form.sparql");
if (editor) {
  const result = document.getElementById("result");
  const area = editor.elements.query;
  const node = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const counted = (words, n) => words.replace("{n}", n.toLocaleString());
  let known;
  const prefixes = async () => (known ??= (await (await fetch(area.dataset.terms)).json()).prefixes);
  const starts = editor.dataset.starts.split(" ").filter(Boolean);
  const own = (iri) => iri.slice((starts.find((start) => iri.startsWith(start)) ?? iri).length);
  const short = (iri, names) => {
    if (own(iri)) return own(iri);
    for (const [name, start] of Object.entries(names))
      if (iri.startsWith(start) && /^[\w-]+$/.test(iri.slice(start.length))) return `${name}:${iri.slice(start.length)}`;
    return iri;
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.requestSubmit();
  });
  const downloads = (query) => {
    const line = node("p", `${result.dataset.download} `, { className: "downloads" });
    for (const [form, label] of [["csv", "CSV"], ["tsv", "TSV"], ["json", "JSON"], ["xml", "XML"]])
      line.append(node("a", label, { href: `${editor.action}?${new URLSearchParams({ query, format: form })}` }), " ");
    return line;
  };
  const table = (found, names) => {
    const made = document.createElement("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    for (const name of found.head.vars) head.append(node("th", name, { scope: "col" }));
    for (const row of found.results.bindings.slice(0, 1000)) {
      const line = body.insertRow();
      for (const name of found.head.vars) {
        const value = row[name], at = line.insertCell();
        if (value?.type === "uri") {
          const path = own(value.value);
          const to = path ? `/page/${encodeURI(path)}` : `/resource?iri=${encodeURIComponent(value.value)}`;
          const href = `${editor.dataset.root}${to}`;
          at.append(node("a", short(value.value, names), { href, title: value.value }));
        } else at.textContent = value?.value ?? "";
      }
    }
    const box = node("div", "", { className: "scroll result-table", tabIndex: 0 });
    box.append(made);
    return box;
  };
  editor.addEventListener("submit", async (event) => {
    if (editor.elements.format.value !== "html") return;
    event.preventDefault();
    const query = area.value, began = performance.now();
    result.replaceChildren(node("p", "…"));
    const answer = await fetch(editor.action, {
      method: "POST", body: new URLSearchParams({ query }),
      headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" },
    });
    const text = await answer.text();
    area.dispatchEvent(new CustomEvent("wrong", { detail: answer.ok ? "" : text }));
    if (query.length < 6000) history.replaceState(null, "", `${editor.action}?${new URLSearchParams({ query })}`);
    if (!answer.ok) return result.replaceChildren(node("p", text, { className: "warn" }));
    if (!answer.headers.get("content-type").includes("json")) return result.replaceChildren(node("pre", text, { tabIndex: 0 }));
    const found = JSON.parse(text);
    if ("boolean" in found) return result.replaceChildren(node("p", String(found.boolean)));
    const n = found.results.bindings.length, head = node("div", "", { className: "answerhead" });
    const title = node("h2", counted(result.dataset.rows, n));
    title.append(" ", node("span", `${n > 1000 ? `${counted(result.dataset.first, 1000)} · ` : ""}${Math.round(performance.now() - began)} ms`, { className: "soft" }));
    head.append(title, query.length < 6000 ? downloads(query) : "");
    result.replaceChildren(head, table(found, await prefixes()));
  });
}

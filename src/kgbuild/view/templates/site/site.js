// Everything here is an ease: each page works without it.
"use strict";

document.documentElement.classList.add("scripted");

// A tree shows the branches that hold a text, and opens them.
for (const input of document.querySelectorAll("input[data-filter]"))
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

// A free query is answered on the page as a table; Ctrl-Enter asks.
const editor = document.querySelector("form.sparql");
if (editor) {
  const result = document.getElementById("result");
  const area = editor.elements.query;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.requestSubmit();
  });
  const cell = (tag, text) => { const node = document.createElement(tag); node.textContent = text; return node; };
  editor.addEventListener("submit", async (event) => {
    if (editor.elements.format.value !== "html") return;
    event.preventDefault();
    result.replaceChildren(cell("p", "…"));
    const answer = await fetch(editor.action, {
      method: "POST", body: new URLSearchParams({ query: area.value }),
      headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" },
    });
    const text = await answer.text();
    if (!answer.ok) {
      const note = cell("p", text);
      note.className = "warn";
      result.replaceChildren(note);
      return;
    }
    if (!answer.headers.get("content-type").includes("json")) {
      const pre = document.createElement("pre");
      pre.tabIndex = 0;
      pre.textContent = text;
      result.replaceChildren(pre);
      return;
    }
    const found = JSON.parse(text);
    if ("boolean" in found) {
      result.replaceChildren(cell("p", String(found.boolean)));
      return;
    }
    const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const name of found.head.vars) { const th = cell("th", name); th.scope = "col"; head.append(th); }
    for (const row of found.results.bindings.slice(0, 1000)) {
      const line = body.insertRow();
      for (const name of found.head.vars) {
        const value = row[name], at = line.insertCell();
        if (!value) continue;
        if (value.type === "uri") {
          const link = cell("a", value.value);
          link.href = `${editor.dataset.root}/resource?iri=${encodeURIComponent(value.value)}`;
          at.append(link);
        } else at.textContent = value.value;
      }
    }
    const box = document.createElement("div");
    box.className = "scroll result-table";
    box.tabIndex = 0;
    box.append(table);
    result.replaceChildren(cell("p", `${found.results.bindings.length}`), box);
  });
}

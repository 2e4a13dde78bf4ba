// The SPARQL editor: a textarea with `data-editor` becomes one; without this script it stays a textarea.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";

// A strict policy forbids style in attributes, which the library writes, but not style set on an element.
const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  if (name === "style") this.style.cssText = value;
  else setAttribute.call(this, name, value);
};

const KEYWORDS = `SELECT DISTINCT REDUCED WHERE ASK CONSTRUCT DESCRIBE PREFIX FILTER OPTIONAL UNION MINUS VALUES BIND AS
GRAPH EXISTS NOT IN UNDEF GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT BOUND IF
COALESCE STR LANG LANGMATCHES DATATYPE IRI REGEX CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLEN SUBSTR REPLACE CONCAT
LCASE UCASE ROUND CEIL FLOOR ABS YEAR MONTH DAY NOW isIRI isLiteral isBlank`.split(/\s+/);
const NAME = /[\p{Letter}\p{Number}_.-]*/u;

/** What may stand where the cursor is: variables of the query, words of SPARQL, terms, and things by their name. */
function completions(area) {
  let terms = null;
  const asked = () => terms ??= fetch(area.dataset.terms).then((answer) => answer.ok ? answer.json() : { prefixes: {}, terms: [] });
  return async (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const own = new Set(context.state.doc.toString().match(/[?$]\w+/g));
      own.delete(variable.text);
      return { from: variable.from, options: [...own].map((label) => ({ label, type: "variable" })) };
    }
    const word = context.matchBefore(/[\p{Letter}\p{Number}_:.-]+/u);
    if (!word && !context.explicit) return null;
    const text = word?.text ?? "", from = word?.from ?? context.pos;
    const { prefixes, terms: known } = await asked();
    const term = ([curie, label, type, info]) => ({ label: curie, detail: label, type, info: info || undefined });
    if (/\p{Script=Han}/u.test(text)) return { from, filter: false, options: await named(text, known, prefixes, term, area) };
    const options = known.map(term);
    if (!text.includes(":")) {
      options.push(...KEYWORDS.map((label) => ({ label, type: "keyword", boost: 10 })));
      options.push(...Object.entries(prefixes).map(([name, iri]) => ({ label: `${name}:`, detail: iri, type: "namespace" })));
    }
    return { from, options, validFor: /^[\w:.-]*$/ };
  };
}

/** Terms and things whose name holds a text: what people know is the name, what a query needs is the IRI. */
async function named(text, known, prefixes, term, area) {
  const found = known.filter(([, label]) => label.includes(text)).slice(0, 20);
  const options = found.map((entry) => ({ ...term(entry), label: entry[1], detail: entry[0], apply: entry[0] }));
  const answer = await fetch(`${area.dataset.things}?lang=${document.documentElement.lang.slice(0, 2)}&q=${encodeURIComponent(text)}`);
  for (const { iri, label, kind } of answer.ok ? await answer.json() : []) {
    const short = Object.entries(prefixes).find(([, start]) => iri.startsWith(start) && NAME.exec(iri.slice(start.length))[0] === iri.slice(start.length));
    options.push({ label, detail: kind, type: "constant", apply: short ? `${short[0]}:${iri.slice(short[1].length)}` : `<${iri}>` });
  }
  return options;
}

for (const area of document.querySelectorAll("textarea[data-editor]")) {
  const form = area.form;
  const view = new EditorView({
    parent: area.parentElement,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(), foldGutter(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(),
        bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(),
        SparqlLanguage, syntaxHighlighting(classHighlighter), EditorView.lineWrapping,
        autocompletion({ override: [completions(area)], icons: false }),
        EditorView.contentAttributes.of({ "aria-label": area.labels[0]?.textContent ?? "SPARQL", tabindex: "0" }),
        // Tab leaves the editor, as it leaves every field.
        keymap.of([
          { key: "Mod-Enter", run: () => { form.requestSubmit(); return true; } },
          ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap,
          ...completionKeymap, ...lintKeymap,
        ]),
        EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
      ],
    }),
  });
  area.hidden = true;
  area.required = false; // what is hidden cannot be asked for
  area.labels[0]?.addEventListener("click", () => view.focus());
  // Others may set the text, and say where the server found it wrong.
  area.addEventListener("set", (event) => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: event.detail } });
    view.focus();
  });
  area.addEventListener("wrong", (event) => {
    const place = /line (\d+), column (\d+)/.exec(event.detail ?? "");
    let found = [];
    if (place && +place[1] <= view.state.doc.lines) {
      const line = view.state.doc.line(+place[1]);
      const from = Math.min(line.from + +place[2] - 1, line.to);
      found = [{ from, to: Math.min(from + 1, view.state.doc.length), severity: "error", message: event.detail.trim() }];
    }
    view.dispatch(setDiagnostics(view.state, found));
  });
}

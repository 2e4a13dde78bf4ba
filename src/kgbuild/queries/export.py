"""Saved queries for other tools: a reference page, SHACL descriptions (as in the SIB examples), grlc files.

Exports are generated from the `.rq` files, so they never contain more. What grlc does not support is left out by name:
ASK, and several values of one parameter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.queries.catalogue import usage_of
from kgbuild.queries.template import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.queries.template import Param, Template

BASE = "https://w3id.org/gplan/queries"
_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA = "https://schema.org/"

_INTRO = """# Saved queries

<!-- Written by `kgbuild queries export --as md`; edit the .rq files, then write it again. -->

One question, one file, one name; the names are API. Each file is SPARQL 1.1 as it stands and runs unchanged in any
engine; `kgbuild queries` lists them, `kgbuild queries show NAME` prints one in full, `kgbuild query NAME --graph FILE
-p PARAMETER=VALUE` asks. `--cite` adds to every row where the text says it.

`[…]` may be left out, `…` takes several values (`-p` once for each). IRI: an IRI, a CURIE or a label. ITEM: the printed
label or the path of an action, such as `8` or `3/2`; it means all parts of the item. CODE: a code by its notation
or label; `kgbuild queries values NAME PARAMETER --graph FILE` lists what may stand there. LANG: language of labels.
`full` = the answer rests on inferred statements; kgbuild infers them where a file does not hold them.

"""
_OUTRO = """
## Writing one

A folder of your own is added by `--queries DIR`. The header is YAML in `#+` lines, checked by
`src/kgbuild/queries/header.schema.json`: `id` (the name of the file), `question` (zh, en), `params` (type, required,
many, values_from, doc), `returns` (column: meaning, in the order of the query; its first clause heads the column), both
in zh and en or once for both, `graph` (asserted or full), `codes` (optional: for a column and each of its codes the
words that pages show), `chart` (optional: type and, for each channel, a column), `tags`, `since`. Types are iri, item,
code (with `values_from`, the class that lists the values) and string, lang, integer, decimal, date, year. A year is
bound as an `xsd:integer`.

The body declares its prefixes and has named columns, ORDER BY, no LIMIT, GRAPH, FROM or SERVICE, no path of length
zero (`*`, which real endpoints answer in their own ways), and one VALUES block for each parameter, alone on its line:

- required: `VALUES ?item { <an example> }`, and the variable may stand in the patterns;
- optional: `VALUES ?plan { UNDEF }`, and the variable stands only in a guard of the same group:
  `FILTER(!BOUND(?plan) || ?of = ?plan)` or `COALESCE(?lang, "zh")`.

Values are put into these blocks as RDF terms, never as text. A query needs an answer in the tests, counted in the text
by hand, that rdflib gives too. Two traps: an OPTIONAL whose subject may be unbound matches everything; in an OPTIONAL,
rdflib forgets what VALUES gave when nothing matches.
"""


def to_markdown(templates: Iterable[Template]) -> str:
    """Return the reference page of saved queries."""
    listed = list(templates)
    head = "| name | question | parameters | graph |\n|---|---|---|---|\n"
    table = "".join(f"| `{t.id}` | {t.question_en} | {_cell(t)} | {t.graph} |\n" for t in listed)
    return _INTRO + head + table + "".join(map(_section, listed)) + _OUTRO


def _cell(template: Template) -> str:
    return f"`{' '.join(map(usage_of, template.params))}`" if template.params else "none"


def _section(template: Template) -> str:
    lines = ["", f"## {template.id}", "", template.question_zh, "", template.question_en, ""]
    lines += ["| parameter | | |", "|---|---|---|"] if template.params else []
    lines += [f"| `{usage_of(p)}` | {p.doc.en} | {p.doc.zh} |" for p in template.params]
    lines += [""] if template.params else []
    lines += ["| column | | |", "|---|---|---|"]
    lines += [f"| `{column}` | {doc.en} | {doc.zh} |" for column, doc in template.returns]
    lines += ["", f"- Graph: {template.graph}. Tags: {', '.join(template.tags)}."]
    if template.chart:
        channels = ", ".join(f"{channel} = `{column}`" for channel, column in template.chart.channels)
        lines.append(f"- Chart: {template.chart.type} ({channels}).")
    lines += ["", "```sh", example_command(template), "```"]
    return "\n".join(lines) + "\n"


def example_command(template: Template) -> str:
    """Return a command that runs a saved query, with a placeholder for each required parameter."""
    needed = "".join(f" -p {p.name}={p.type.upper()}" for p in template.params if p.required)
    return f"kgbuild query {template.id} --graph plan.trig{needed}"


# -- SIB ----------------------------------------------------------------------------------------------------------
def to_sib(templates: Iterable[Template], *, endpoint: str | None = None) -> str:
    """Return SHACL descriptions in Turtle: `sh:SPARQLExecutable` with question, keywords and query.

    Args:
        templates: The queries.
        endpoint: Endpoint on which they can be run (`schema:target`).
    """
    lines = [f"@prefix sh: <{_SH}> .", f"@prefix schema: <{_SCHEMA}> .", f"@prefix rdfs: <{terms.RDFS}> .", ""]
    for template in templates:
        verb = template.form
        target = f" ;\n  schema:target <{endpoint}>" if endpoint else ""
        lines += [
            f"<{BASE}/{template.id}> a sh:SPARQLExecutable , sh:SPARQL{verb.capitalize()}Executable ;",
            f"  rdfs:label {terms.literal(template.id)} ;",
            f"  rdfs:comment {terms.literal(template.question_zh, lang='zh')} ;",
            f"  rdfs:comment {terms.literal(template.question_en, lang='en')} ;",
            f"  schema:keywords {' , '.join(map(terms.literal, template.tags))}{target} ;",
            f"  sh:{verb.lower()} {terms.literal(body_of(template.text))} .",
            "",
        ]
    return "\n".join(lines)


# -- grlc ---------------------------------------------------------------------------------------------------------
_GRLC_SUFFIX = {
    "iri": "_iri",
    "item": "_iri",
    "code": "_iri",
    "string": "",
    "lang": "",
    "integer": "_integer",
    "year": "_integer",
    "decimal": "_xsd_decimal",
    "date": "_xsd_date",
}


def to_grlc(template: Template, *, endpoint: str | None = None) -> str | None:
    """Return a saved query with grlc decorators; None for an ASK, which grlc does not support.

    grlc parameters are variables with special names (`?_name_iri`, `?__name` if optional): they are renamed and their
    VALUES blocks dropped. grlc inserts values as text, so an export is only as safe as its server.

    Args:
        template: The query.
        endpoint: Endpoint that grlc queries.
    """
    if template.form == "ASK":
        return None
    text = body_of(template.text)
    for param in template.params:
        text = re.sub(rf"(?m)^[ \t]*VALUES \?{param.name} \{{[^{{}}\n]*\}}\n", "", text)
        text = re.sub(rf"\?{param.name}\b", f"?{grlc_name(param)}", text)
    head = [
        f"summary: {_quoted(template.question_en)}",
        f"description: {_quoted(template.question_zh)}",
        "method: GET",
        *([f"endpoint: {endpoint}"] if endpoint else []),
        "tags:",
        *(f"  - {tag}" for tag in template.tags),
    ]
    return "".join(f"#+ {line}\n" for line in head) + "\n" + text


def grlc_name(param: Param) -> str:
    """Return the variable name of a parameter in grlc, without question mark."""
    return f"{'_' if param.required else '__'}{param.name}{_GRLC_SUFFIX[param.type]}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""Saved queries as pages and as data: forms with suggested values, and answers sorted, filtered and paged.

Values from a client are looked up or parsed as terms (`kgbuild.queries`); they are never pasted into a query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from kgbuild import terms
from kgbuild.errors import KgbuildError, Message, UsageError
from kgbuild.queries.catalogue import question
from kgbuild.queries.cite import cited_rows, with_quotes
from kgbuild.queries.lookup import fold, valid_values
from kgbuild.queries.run import bound_query, run_template
from kgbuild.queries.sheet import to_xlsx
from kgbuild.queries.table import render_rows
from kgbuild.queries.template import Bilingual, body_of
from kgbuild.store import Iri, Rows
from kgbuild.translation import told
from kgbuild.view.pages import Pages
from kgbuild.view.pictures import MapDivision, picture
from kgbuild.view.site import short_iri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgbuild.queries.table import Format
    from kgbuild.queries.template import Param, Template
    from kgbuild.store import Queryable, Value

FORMATS: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "excel": "text/csv",
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/sparql-results+xml",
    "md": "text/markdown",
}
"""Media type of each answer format, by the value of `format=`. `excel` is CSV with a byte order mark and with formulas
escaped; `xlsx` is a workbook with labels as column heads."""
PAGE = 100
"""Rows per HTML page."""
_LONGEST_PAGE = 1_000
SHOWN = 300
"""Most values that a form suggests before the user types."""
_POPULATION = f"{terms.GPLAN}TargetPopulation"
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A client's request for an answer.

    Attributes:
        values: Values by parameter of the query.
        sort: Column to sort by, with a leading `-` for descending; '' keeps the order of the query.
        contains: Keep only rows in which a cell contains this text.
        cite: Add the source passages of each row.
        offset: Number of rows to skip.
        limit: Maximum number of rows, None for all.
        words: Language of the words that stand for codes, '' for the codes themselves.
    """

    values: Mapping[str, Sequence[str]]
    sort: str = ""
    contains: str = ""
    cite: bool = False
    offset: int = 0
    limit: int | None = None
    words: str = ""


def answer(template: Template, store: Queryable, wish: Wish, *, seconds: float) -> Rows:
    """Return the rows that a client asked for.

    Raises:
        UsageError: a value, a column or the query is invalid.
        InputError: a query of a user exceeded its limit of time or memory.
    """
    rows = in_words(template, run_template(template, store, wish.values, timeout=seconds), wish.words)
    if wish.cite:
        rows = with_quotes(template, store, wish.values, rows, timeout=seconds)
    return _chosen(rows, wish, template.id)


def in_words(template: Template, rows: Rows, lang: str) -> Rows:
    """Return rows in which the codes of a query are words; with the language '' they stay codes."""
    if not (lang and template.codes):
        return rows
    words = [template.codes.get(column, {}) for column in rows.columns]

    def said(value: Value, known: Mapping[str, Bilingual]) -> Value:
        return known[value].of(lang) if isinstance(value, str) and value in known else value

    return replace(rows, rows=tuple(tuple(map(said, row, words)) for row in rows.rows))


def _chosen(rows: Rows, wish: Wish, name: str) -> Rows:
    places = list(range(len(rows.rows)))
    if wish.contains:
        wanted = fold(wish.contains)
        places = [i for i in places if any(wanted in fold(str(v)) for v in rows.rows[i] if v is not None)]
    if wish.sort:
        column = wish.sort.removeprefix("-")
        if column not in rows.columns:
            cure = Message("use one of: {names}", names=", ".join(rows.columns))
            raise UsageError(Message("has no column {column!r}", column=column[:40]), where=name, cure=cure)
        at = rows.columns.index(column)
        places.sort(key=lambda i: _order(rows.rows[i][at]), reverse=wish.sort.startswith("-"))
    end = None if wish.limit is None else wish.offset + wish.limit
    is_cut = end is not None and len(places) > end
    kept = places[wish.offset : end]
    return replace(
        rows,
        rows=tuple(rows.rows[i] for i in kept),
        terms=tuple(rows.terms[i] for i in kept) if rows.terms else (),
        quotes=tuple(rows.quotes[i] for i in kept) if rows.quotes else (),
        truncated=rows.truncated or is_cut,
    )


def _order(value: Value) -> tuple[int, float, str]:
    """Sort key: numbers before text, empty values last."""
    if value is None:
        return 2, 0.0, ""
    if isinstance(value, bool | int | Decimal):
        return 0, float(value), ""
    return 1, 0.0, str(value)


def render_answer(template: Template, rows: Rows, form: str, *, lang: str = "zh") -> bytes:
    """Return rows in one of `FORMATS`; source passages become columns.

    Args:
        template: The query.
        rows: Its answer.
        form: Name of the format.
        lang: Language of the column heads of a workbook.
    """
    if rows.quotes:
        rows = cited_rows(rows, places=False)
    if form == "xlsx":
        heads = {column: doc.head(lang) for column, doc in template.returns}
        return to_xlsx(rows, [heads.get(column, column) for column in rows.columns])
    is_excel = form == "excel"
    return render_rows(rows, form=cast("Format", "csv" if is_excel else form), excel=is_excel).encode()


# -- the page -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueNames:
    """The names in a store that denote exactly one thing.

    Attributes:
        things: IRI by name, of bodies, populations, plans, initiatives and divisions.
        bodies: Those names that denote bodies.
        places: Division by name.
    """

    things: Mapping[str, str]
    bodies: frozenset[str]
    places: Mapping[str, MapDivision]


_NAMES = """
SELECT ?n ?label ?class ?code {
  VALUES ?class { gplan:Body gplan:BodyGroup gplan:TargetPopulation gplan:Initiative gplan:Plan gplan:TransmittalNotice
                  gplan:AdministrativeDivision }
  ?n a ?class ; skos:prefLabel|rdfs:label ?label . OPTIONAL { ?n gplan:divisionCode ?code }
}
"""


def names_of(store: Queryable) -> UniqueNames:
    """Return the unambiguous names of a store."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for node, label, kind, code in store.select(_NAMES).rows:
        found.setdefault(str(label), {})[str(node)] = (str(kind).rpartition("#")[2], str(code or ""))
    clear = {label: next(iter(nodes.items())) for label, nodes in found.items() if len(nodes) == 1}
    return UniqueNames(
        things={label: node for label, (node, _) in clear.items()},
        bodies=frozenset(label for label, (_, (kind, _)) in clear.items() if kind in ("Body", "BodyGroup")),
        places={
            label: MapDivision(code=code, label=label, iri=node) for label, (node, (_, code)) in clear.items() if code
        },
    )


def query_page(
    template: Template, store: Queryable, wish: Wish, *, lang: str, seconds: float, names: UniqueNames
) -> dict[str, Any]:
    """Return the data for the page of a saved query: form, answer if the form is complete, and SPARQL text.

    Args:
        template: The query.
        store: Where to run it.
        wish: The request; a `limit` of None shows one page of rows.
        lang: Language of the page.
        seconds: Time limit for queries of users.
        names: Names to link in the answer.
    """
    page: dict[str, Any] = {
        "kind": "query", "id": template.id, "question": question(template, lang), "lang": lang,
        "params": [_field(p, store, wish, lang) for p in template.params if p.name != "lang"],
        "columns": [_column(c, doc, wish, lang) for c, doc in template.returns],
        "cite": wish.cite, "contains": wish.contains, "rows": None, "total": 0, "truncated": False,
        "error": "", "is_foreign": False, "sparql": "", "labels": {}, "things": {}, "picture": None,
    }  # fmt: skip
    lacks = [p.name for p in template.params if p.required and not wish.values.get(p.name)]
    try:
        page["sparql"] = body_of(template.text if lacks else bound_query(template, store, wish.values)).strip()
        if lacks:
            return page
        everything = replace(wish, limit=None, offset=0, cite=False, words=lang)
        rows = answer(template, store, everything, seconds=seconds)
        shown = _part(rows, slice(wish.offset, wish.offset + min(wish.limit or PAGE, _LONGEST_PAGE)))
        if wish.cite and template.form == "SELECT":
            shown = with_quotes(template, store, wish.values, shown, timeout=seconds)
    except KgbuildError as e:
        page["error"] = told(e, lang)
        page["is_foreign"] = lang == "zh" and page["error"] == str(e)
        page["sparql"] = page["sparql"] or body_of(template.text).strip()
        return page
    return page | _answered(template, rows, shown, wish, lang=lang, names=names)


def _answered(
    template: Template, rows: Rows, shown: Rows, wish: Wish, *, lang: str, names: UniqueNames
) -> dict[str, Any]:
    """Return what an answer adds to the page of a query.

    Args:
        template: The query.
        rows: The whole answer, without quotes.
        shown: The rows of this page.
        wish: The request.
        lang: Language of the page.
        names: Names to link.
    """
    docs = dict(template.returns)  # a CONSTRUCT query returns triples, whatever columns it declares
    columns = [_column(c, docs.get(c, Bilingual(c, c)), wish, lang) for c in rows.columns]
    for i, column in enumerate(columns):
        found = [row[i] for row in rows.rows if row[i] is not None]
        column["numeric"] = bool(found) and all(isinstance(v, int | Decimal) and v is not True for v in found)
    quotes = shown.quotes or ((),) * len(shown)
    cells = [
        {
            "cells": [v if v is None or isinstance(v, bool | int) else str(v) for v in row],
            "quotes": [{"sentence": q.sentence, "source": q.source, "start": q.start, "item": q.item} for q in own],
        }
        for row, own in zip(shown.rows, quotes, strict=True)
    ]
    texts = {str(v) for row in rows.rows for v in row if isinstance(v, str)}
    return {
        "total": len(rows),
        "truncated": rows.truncated,
        "columns": columns,
        "cite": bool(shown.quotes),
        "rows": cells,
        "labels": {str(v): short_iri(v) for row in shown.rows for v in row if isinstance(v, Iri)},
        "picture": _picture(template, rows, names),
        "things": {text: names.things[text] for text in sorted(texts) if text in names.things},
    }


def _part(rows: Rows, part: slice) -> Rows:
    return replace(rows, rows=rows.rows[part], terms=rows.terms[part])


def _picture(template: Template, rows: Rows, names: UniqueNames) -> dict[str, Any] | None:
    """Return the chart that the query declares; else a map for a column of divisions, a network for two of bodies."""
    if template.chart:
        return picture(template.chart.type, dict(template.chart.channels), list(rows), places=names.places)
    places, bodies, numbers = [], [], []
    for i, column in enumerate(rows.columns):
        found = [row[i] for row in rows.rows if row[i] is not None]
        if len(set(map(str, found))) < 2:
            continue
        if all(str(v) in names.places for v in found):
            places.append(column)
        elif all(str(v) in names.bodies for v in found):
            bodies.append(column)
        elif all(isinstance(v, int) for v in found):
            numbers.append(column)
    if places:
        return picture("map", {"place": places[0]}, list(rows), places=names.places)
    if len(bodies) == 2:
        value = {"value": numbers[0]} if numbers else {}
        return picture("network", {"source": bodies[0], "target": bodies[1], **value}, list(rows))
    return None


def _column(name: str, doc: Bilingual, wish: Wish, lang: str) -> dict[str, Any]:
    order = {name: "ascending", f"-{name}": "descending"}.get(wish.sort, "")
    return {"name": name, "head": doc.head(lang), "doc": doc.of(lang), "numeric": False, "sorted": order}


def _field(param: Param, store: Queryable, wish: Wish, lang: str) -> dict[str, Any]:
    found = choices(param, store, lang=lang)
    return {
        "name": param.name, "type": param.type, "required": param.required, "many": param.many,
        "doc": param.doc.of(lang), "head": param.doc.head(lang),
        "given": list(wish.values.get(param.name, ())),
        "choices": None if found is None else found[:SHOWN],
        "tree": _tree(found or [], store, lang) if param.values_from == _POPULATION else [],
    }  # fmt: skip


def _tree(found: Sequence[Mapping[str, str]], store: Queryable, lang: str) -> list[dict[str, Any]]:
    """Return the population tree, limited to populations that actions or plans mention."""
    values = {c["iri"]: c["value"] for c in found}
    tree = Pages(store, lang=lang).populations()
    return [
        {"value": values[p["iri"]], "label": tree["labels"][p["iri"]], "depth": p["depth"], "actions": p["actions"]}
        for p in tree["tree"]
        if p["iri"] in values
    ]


def choices(param: Param, store: Queryable, *, lang: str, text: str = "") -> list[dict[str, str]] | None:
    """Return the values to suggest for a parameter, None for a literal.

    Args:
        param: The parameter.
        store: Where to look.
        lang: Language of the labels.
        text: Only values whose name contains this text; names that begin with it come first.

    Returns:
        For each value its `value` (as the query accepts it), its `label`, and its `iri`.
    """
    if param.type not in ("iri", "code", "item"):
        return None
    rows = valid_values(store, param).rows
    if param.type == "item":
        named = [([str(path)], f"{path} · {plan or ''}", str(iri)) for path, _, plan, iri in rows]
    else:
        named = [(str(labels).split(" · "), str(labels), str(iri)) for labels, iri in rows]
    counted: dict[str, int] = {}
    for names, _, _ in named:
        for name in dict.fromkeys(names):
            counted[name] = counted.get(name, 0) + 1
    wanted, found = fold(text), []
    for names, label, iri in named:
        if wanted and wanted not in fold(label):
            continue
        first = _preferred(names, lang)
        value = first if counted[first] == 1 else iri
        rest = [name for name in names if name != first]
        shown = label if param.type == "item" else " · ".join([first, *rest[:3]])
        found.append({"value": value, "label": shown if value != iri or not rest else label, "iri": iri})
    if wanted:
        found.sort(key=lambda c: (not fold(c["label"]).startswith(wanted), len(c["label"]), c["label"]))
    return found


def _preferred(names: Sequence[str], lang: str) -> str:
    """Return the longest name in the language of the page; shorter ones are abbreviations."""
    own = [name for name in names if bool(_HAN.search(name)) == (lang == "zh")]
    return max(own or names, key=len)

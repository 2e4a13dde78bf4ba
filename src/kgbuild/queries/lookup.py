"""Resolves names given by a user: bodies, plans and codes by label, actions by printed label or path.

Takes a store and a text. Guarantees: the text never enters a query; candidates are read from the graph and compared
here. The result is unique, or a `UsageError` that lists the candidates.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import Message, UsageError
from kgbuild.queries.values import expand, iri_term, nearest, quoted
from kgbuild.store import Iri, Rows, load_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.queries.template import Param
    from kgbuild.store import Queryable, Value

_SHOWN = 8
_DAY = re.compile(r"\d{4}-\d\d")
_LEAST = 2
"""Characters of a part of a title that is looked for."""

# Data state the most specific class only, and an endpoint may lack the class tree, so the query contains it.
_LABELLED = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?node ?label WHERE {{
  VALUES ?class {{ {classes} }}
  ?node a ?class .
  ?node skos:prefLabel|skos:altLabel|skos:notation|rdfs:label|dcterms:title|<{gplan}documentNumber> ?label .
}} ORDER BY ?node ?label
"""

_WORDED = """
PREFIX gplan: <{gplan}>
SELECT DISTINCT ?node ?label WHERE {{
  VALUES ?class {{ {classes} }}
  ?node a ?class .
  {{ ?statement gplan:assignee ?node }} UNION {{ ?statement gplan:targetedPopulation ?node }}
  ?statement gplan:evidence/gplan:exactText ?label .
}} ORDER BY ?node ?label
"""

_PLAN = f"{terms.GPLAN}Plan"
# Date and number of a plan may be stated on the notice that issues it.
_DAYS = f"""
PREFIX gplan: <{terms.GPLAN}>
SELECT DISTINCT ?node ?day WHERE {{
  ?node a gplan:Plan .
  {{ ?node gplan:documentDate|gplan:periodStart|gplan:periodEnd ?day }}
  UNION {{ ?notice gplan:transmits ?node ; gplan:documentDate|gplan:documentNumber ?day }}
}} ORDER BY ?node ?day
"""

_ITEMS = f"""
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?action ?path ?label ?plan ?title WHERE {{
  ?action a gplan:Action ; gplan:itemPath ?path ; gplan:itemLabel ?label ; gplan:itemOrder ?order .
  ?action gplan:actionOf ?plan .
  OPTIONAL {{ ?plan rdfs:label ?title . FILTER(LANG(?title) = "zh") }}
}} ORDER BY ?title ?order ?action
"""


def fold(text: str) -> str:
    """Normalise a name for comparison: compatibility forms (width) unified, no white space.

    Example:
        >>> fold("二／（三） ")
        '二/(三)'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def find_iri(store: Queryable, text: str, *, cls: str) -> str:
    """Resolve a text to a term: an IRI, a CURIE, or a label of an instance of the class.

    Args:
        store: The store in which labels are looked up.
        text: `<iri>`, `iri`, `gplanv:role-lead`, or a label, alternative label, title or number; if nothing has that
            label, the wording of a statement, which is what a reader of the plan knows. Of a plan, parts of its title
            or number and a year are enough (`2025 数字素养`), if they fit one.
        cls: IRI of the class.

    Raises:
        UsageError: nothing has the label (the nearest are suggested), or several nodes have it (all are listed).
    """
    bare = text.strip()
    if bare.startswith("<") and bare.endswith(">"):
        return iri_term(bare[1:-1])
    if re.match(r"(?:https?|urn):", bare):
        return iri_term(bare)
    if re.fullmatch(r"[a-z]+:[\w.-]+", bare) and bare.partition(":")[0] in terms.PREFIXES:
        return iri_term(expand(bare))
    labels = [(str(n), str(label)) for n, label in store.select(labelled(cls)).rows]
    found = _called(text, labels) or (
        _in_part(store, text, labels) if cls == _PLAN else _called(text, _wordings(store, cls))
    )
    if found:
        return found
    kind = cls.rpartition("#")[2]
    raise UsageError(
        Message("no {kind} in the graph is called {text}", kind=kind, text=quoted(text)),
        cure=nearest(text, dict.fromkeys(label for _, label in labels)),
    )


def _called(text: str, labels: list[tuple[str, str]]) -> str | None:
    for match in (str.__eq__, lambda a, b: fold(a) == fold(b)):
        nodes = {node: label for node, label in labels if match(label, text)}
        if len(nodes) == 1:
            return terms.iri(next(iter(nodes)))
        if nodes:
            raise _ambiguous(text, (f"<{node}> ({label})" for node, label in nodes.items()))
    return None


def _in_part(store: Queryable, text: str, labels: list[tuple[str, str]]) -> str | None:
    """Return the one plan of which each word of a text is a part of a label, or a year."""
    described = [fold(word) for word in text.split()]
    if len("".join(described)) < _LEAST:
        return None
    names: dict[str, list[str]] = {}
    years: dict[str, list[int]] = {}
    for node, label in labels:
        names.setdefault(node, []).append(label)
    for plan, value in store.select(_DAYS).rows:
        day = str(value)
        if _DAY.match(day):
            years.setdefault(str(plan), []).append(int(day[:4]))
        else:
            names.setdefault(str(plan), []).append(day)

    def fits(node: str, word: str) -> bool:
        own = years.get(node, ())
        covered = bool(own) and len(word) == 4 and word.isdigit() and min(own) <= int(word) <= max(own)
        return covered or any(word in fold(name) for name in names[node])

    found = {node: own[0] for node, own in names.items() if all(fits(node, word) for word in described)}
    if len(found) > 1:
        raise _ambiguous(text, (f"<{node}> ({label})" for node, label in found.items()))
    return terms.iri(next(iter(found))) if found else None


def _wordings(store: Queryable, cls: str) -> list[tuple[str, str]]:
    query = _WORDED.format(classes=_classes(cls), gplan=terms.GPLAN)
    return [(str(n), str(label)) for n, label in store.select(query).rows]


def labelled(cls: str) -> str:
    """Return the query for the instances of a class, with the labels by which they may be named."""
    return _LABELLED.format(classes=_classes(cls), gplan=terms.GPLAN)


def _classes(cls: str) -> str:
    return " ".join(terms.iri(c) for c in sorted(load_schema().subclasses(cls)))


def find_items(store: Queryable, text: str, *, plans: Iterable[str] = ()) -> list[str]:
    """Return the terms of the actions that a text stands for: all parts of one item, in reading order.

    Args:
        store: Where to look.
        text: An IRI, a path `二/(三)/2`, or a printed label `8`; brackets and digits of either width.
        plans: Terms of the plans to look in; empty for all.

    Raises:
        UsageError: no such item (the nearest are named), or several items have the label (all are listed).
    """
    bare = text.strip()
    if bare.startswith("<") and bare.endswith(">"):
        return [iri_term(bare[1:-1])]
    if re.match(r"(?:https?|urn):", bare):
        return [iri_term(bare)]
    wanted = set(plans)
    items = [row for row in store.select(_ITEMS).rows if not wanted or f"<{row[3]}>" in wanted]
    for match in (_same_path, _same_label):
        found = [row for row in items if match(row, bare)]
        if len({(row[1], row[3]) for row in found}) > 1:
            raise _ambiguous(text, dict.fromkeys(_describe(row, items) for row in found))
        if found:
            return [f"<{row[0]}>" for row in found]
    paths = dict.fromkeys(str(row[1]) for row in items)
    inside = [path for path in paths if fold(path).startswith(fold(bare) + "/")]
    cure = Message("its items are {names}", names=", ".join(inside[:_SHOWN])) if inside else nearest(text, paths)
    raise UsageError(Message("no action has the label or path {text}", text=quoted(text)), cure=cure)


def _same_path(row: tuple[Value, ...], text: str) -> bool:
    return fold(str(row[1])) == fold(text)


def _same_label(row: tuple[Value, ...], text: str) -> bool:
    return _bare_label(str(row[2])) == _bare_label(text)


def _bare_label(label: str) -> str:
    return fold(label).rstrip(".、,")


def _describe(row: tuple[Value, ...], items: list[tuple[Value, ...]]) -> str:
    several = len({item[3] for item in items}) > 1
    return f"{row[1]} of {row[4] or row[3]}" if several else str(row[1])


def _ambiguous(text: str, candidates: Iterable[str]) -> UsageError:
    names = list(candidates)
    more = Message(" and {count} more", count=len(names) - _SHOWN) if len(names) > _SHOWN else ""
    return UsageError(
        Message("{text} is ambiguous", text=quoted(text)),
        cure=Message("choose one of: {names}{more}", names=", ".join(names[:_SHOWN]), more=more),
    )


def valid_values(store: Queryable, param: Param) -> Rows:
    """Return what may stand for a parameter: nodes with their labels, or actions by path.

    Raises:
        UsageError: the parameter is a literal.
    """
    if param.type == "item":
        items = store.select(_ITEMS)
        rows = tuple((str(r[1]), str(r[2]), r[4], r[0]) for r in items.rows)
        return Rows(columns=("path", "label", "plan", "iri"), rows=rows)
    if param.type not in ("iri", "code"):
        raise UsageError(
            Message("{name} is any {type}", name=param.name, type=param.type),
            where=param.name,
            cure="write a value of that type",
        )
    labels: dict[str, list[str]] = {}
    for node, label in store.select(labelled(param.values_from)).rows:
        known = labels.setdefault(str(node), [])
        if str(label) not in known:
            known.append(str(label))
    named = sorted((" · ".join(names), Iri(node)) for node, names in labels.items())
    return Rows(columns=("labels", "iri"), rows=tuple(named))

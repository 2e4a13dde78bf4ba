"""The passages that support the rows of a saved query: the actions and statements on which each row rests.

The query is run again with the members of its groups instead of aggregates: all variables of its body besides the
non-aggregate columns. Among the resulting nodes, actions, statements and spans are looked up with their texts. Nothing
is inferred from printed values, and a query needs no second text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import UsageError
from kgbuild.graph.facts import no_evidence
from kgbuild.model.lines import line_starts
from kgbuild.queries.free import TIMEOUT
from kgbuild.queries.run import answer_template, bound_query
from kgbuild.queries.table import place_text
from kgbuild.queries.template import body_of
from kgbuild.store import Quote, Rows, text_of
from kgbuild.store.index import offset_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.model import SourceText
    from kgbuild.queries.run import Given
    from kgbuild.queries.template import Template
    from kgbuild.store import Queryable

_SELECT = re.compile(r"^SELECT\s+(?:DISTINCT\s+)?(?P<columns>.*?)\s+WHERE\s+\{$", re.MULTILINE | re.DOTALL)
_WORDS = """
PREFIX gplan: <%s>
PREFIX rdfs: <%s>
SELECT ?node ?item ?document ?quote ?start ?source WHERE {
  VALUES ?node { %s }
  ?node %s ?span .
  ?span gplan:exactText ?quote ; gplan:startOffset ?start ; gplan:inSource/gplan:contentSha256 ?source .
  OPTIONAL { ?node gplan:itemPath ?item ; gplan:actionOf/rdfs:label ?document . FILTER(LANG(?document) = "zh") }
}
"""
_BATCH = 500
_STATEMENT = re.compile(r"/(?:statement|correction|finding)/")


@dataclass(frozen=True, slots=True)
class _Words:
    """The text of a node: of an action, a statement, or a span."""

    item: str | None
    document: str | None
    quote: str
    start: int
    source: str


def with_quotes(
    template: Template,
    store: Queryable,
    values: Mapping[str, Given | Iterable[Given]],
    rows: Rows,
    *,
    timeout: float = TIMEOUT,
) -> Rows:
    """Add the supporting quotes to rows.

    Args:
        template: The query that produced them.
        store: The store on which it ran.
        values: Its parameters.
        rows: The answer.
        timeout: Seconds for a user query.

    Raises:
        UsageError: the query is not a SELECT, or its layout is not supported.
        InputError: the store holds a document without its evidence.
    """
    if template.form != "SELECT":
        raise UsageError("only the rows of a SELECT rest on single places", where=template.id, cure="leave --cite out")
    if store.holds_facts:
        raise no_evidence("--cite")
    keys, query = _ungrouped(template, bound_query(template, store, values))
    answer = answer_template(template, store, query, timeout=timeout)
    at = [rows.columns.index(key) for key in keys]
    asked = [tuple(row[i] for i in at) for row in rows.terms]
    wanted = set(asked)  # a page shows a hundred of thousands of rows
    found = [row for row in answer.rows if row[: len(keys)] in wanted]
    nodes = {t for row in found for t in row if t is not None and t.startswith("<")}
    actions = _words(store, nodes, "gplan:evidence", only="<" + terms.GPLAN + "Action>")
    others = _words(store, nodes - set(actions), "gplan:evidence")
    spans = _spans(store, nodes - set(actions) - set(others))
    quotes: defaultdict[tuple[str | None, ...], set[Quote]] = defaultdict(set)
    for row in found:
        quotes[row[: len(keys)]] |= _quotes(row, actions, others, spans)
    own = (quotes[key] for key in asked)
    ordered = tuple(tuple(sorted(q, key=lambda q: (q.document or "", q.source, q.start, q.item or ""))) for q in own)
    return replace(rows, quotes=ordered)


def _ungrouped(template: Template, query: str) -> tuple[list[str], str]:
    body = body_of(query)
    match = _SELECT.search(body)
    end = re.search(r"^\}(?=[^\n]*\n?\Z)", body, re.MULTILINE)
    if match is None or end is None:
        cure = "write SELECT … WHERE {, and } at the beginning of the last line"
        raise UsageError("is not laid out so that it can be cited", where=template.id, cure=cure)
    keys = re.findall(r"\?(\w+)", re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", match["columns"]))
    inner = body[match.end() : end.start()]
    free = dict.fromkeys(v for v in re.findall(r"\?(\w+)", inner) if v not in keys)
    return keys, f"{body[: match.start()]}SELECT DISTINCT ?{' ?'.join([*keys, *free])} WHERE {{{inner}}}"


def _words(store: Queryable, nodes: Iterable[str], path: str, *, only: str | None = None) -> dict[str, _Words]:
    extra = f"a {only} ; " if only else ""
    found: dict[str, _Words] = {}
    wanted = sorted(nodes)
    for i in range(0, len(wanted), _BATCH):
        block = " ".join(wanted[i : i + _BATCH])
        for node, item, document, quote, start, source in store.select(
            _WORDS % (terms.GPLAN, terms.RDFS, block, extra + path)
        ).rows:
            at = offset_of(str(start))
            if at is None:  # a server, or a file of others, may hold anything there
                continue
            words = _Words(text_of(item), text_of(document), str(quote), at, str(source))
            key = f"<{node}>"
            if key not in found or words.start < found[key].start:
                found[key] = words
    return found


def _spans(store: Queryable, nodes: Iterable[str]) -> dict[str, _Words]:
    found: dict[str, _Words] = {}
    wanted = sorted(nodes)
    for i in range(0, len(wanted), _BATCH):
        query = (
            f"PREFIX gplan: <{terms.GPLAN}> SELECT ?n ?q ?s ?h {{ VALUES ?n {{ {' '.join(wanted[i : i + _BATCH])} }} "
            "?n gplan:exactText ?q ; gplan:startOffset ?s ; gplan:inSource/gplan:contentSha256 ?h }"
        )
        for node, quote, start, source in store.select(query).rows:
            at = offset_of(str(start))
            if at is not None:
                found[f"<{node}>"] = _Words(None, None, str(quote), at, str(source))
    return found


def _quotes(
    row: tuple[str | None, ...],
    actions: Mapping[str, _Words],
    others: Mapping[str, _Words],
    spans: Mapping[str, _Words],
) -> set[Quote]:
    nodes = [t for t in row if t is not None]
    named = [actions[t] for t in nodes if t in actions]
    own = {(a.source, a.start) for a in named}
    # The nearest text: a span of the row, else of the statement, else of the action.
    places = [spans[t] for t in nodes if t in spans and (spans[t].source, spans[t].start) not in own]
    places += [others[t] for t in nodes if t in others and _STATEMENT.search(t)]
    if not named:
        return {_quote(place, place) for place in places[:1]}
    return {_quote(action, places[0] if places and len(named) == 1 else action) for action in named}


def _quote(words: _Words, place: _Words) -> Quote:
    return Quote(document=words.document, item=words.item, sentence=words.quote, start=place.start, source=place.source)


# -- places and rows ----------------------------------------------------------------------------------------------
def locate_quotes(rows: Rows, texts: Mapping[str, SourceText]) -> Rows:
    """Add line and column, or page or paragraph, to quotes whose source is among the texts.

    Args:
        rows: Rows with quotes.
        texts: Read texts by their SHA-256.
    """
    starts = {sha: line_starts(source.text) for sha, source in texts.items()}

    def placed(quote: Quote) -> Quote:
        if quote.source not in starts:
            return quote
        place = texts[quote.source].place_name(quote.start) or place_text(quote.start, starts[quote.source])
        return replace(quote, place=place)

    quotes = tuple(tuple(map(placed, row)) for row in rows.quotes)
    return replace(rows, quotes=quotes)


def cited_rows(rows: Rows, *, places: bool) -> Rows:
    """Return one row for each quote of each row, with the quote in additional columns.

    Args:
        rows: Rows with quotes.
        places: Add the column `citedAt` with line and column.
    """
    columns = (*rows.columns, "citedPlan", "citedItem", "sentence", "offset", *(["citedAt"] if places else []))
    blank = (None,) * (5 if places else 4)
    out = []
    for row, quotes in zip(rows.rows, rows.quotes, strict=True):
        cells = [(q.document, q.item, q.sentence, q.start, q.place)[: len(blank)] for q in quotes]
        out += [(*row, *cell) for cell in cells or [blank]]
    return Rows(columns=columns, rows=tuple(out), truncated=rows.truncated)

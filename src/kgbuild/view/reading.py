"""The reading view: a self-contained page per source, which shows the text with all annotations in place.

The page loads no resources, and its content security policy allows only its own script, by hash. Text and facts link to
each other, and both are readable without the script. The text is split here (`segments`), so that scripts need no
character offsets.
"""

from __future__ import annotations

import base64
import hashlib
import json
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kgbuild.model import FilePlace
from kgbuild.view.facts import Both, Card, Fact, Facts, shown_layers
from kgbuild.view.grids import laid_out, outermost
from kgbuild.view.segments import cut
from kgbuild.view.words import WORDS, layer_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jinja2 import Environment

    from kgbuild.model import Cell, SourceText, Span, Table
    from kgbuild.store import Index
    from kgbuild.view.facts import Heading, Note
    from kgbuild.view.segments import SourceLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A rendered page, with the documents of its source and the number of facts in each layer."""

    name: str
    html: str
    cards: tuple[Card, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the page with its heading, its findings and the actions that begin in it.

    Attributes:
        place: Its place in the file, if the file has pages, paragraphs or tables.
        begins: The page, table or file that begins with this line, None if it is that of the line before.
    """

    line: SourceLine
    heading: Heading | None
    notes: tuple[Note, ...]
    items: tuple[int, ...]
    place: Both | None = None
    begins: Both | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of the page.

    Attributes:
        rows: For each row the actions that begin in it, and its cells with their lines.
        begins: The page, table or file that begins with it.
    """

    rows: list[tuple[tuple[int, ...], list[tuple[Cell, list[Row]]]]]
    begins: Both | None


def reading_page(nodes: Index, text: str, source: SourceText, *, lang: str = "zh", back: str = "") -> Page:
    """Return the page of a source.

    Args:
        nodes: The graph.
        text: Node of the source text.
        source: The source text that the graph was built from.
        lang: Language that is shown first; the page contains both.
        back: Address of the page of the document, '' for none.
    """
    facts = Facts(nodes, text)
    shown = [f.places for f in facts.facts]
    tables = list(outermost(source))
    borders = [b for t in tables for c in t.cells for b in (c.span.start, c.span.end)]
    lines = cut(source.text, [*shown, *(i.places for i in facts.items)], facts.corrected(), borders)
    rows = _with_places([_row(line, facts, len(shown)) for line in lines], source)
    counts = Counter(f.layer for f in facts.facts)
    cards = tuple(facts.cards)
    pages = environment()
    script, style = template_file("reading.js"), template_file("reading.css")
    html = pages.get_template("reading.html.j2").render(
        lang=lang,
        back=back,
        cards=cards,
        source=source,
        blocks=list(_blocks(rows, tables, lambda line: _row(line, facts, len(shown)))),
        facts=facts.facts,
        headings=facts.headings,
        notes=facts.notes,
        loose=[n for n in facts.notes if n.place is None],
        items=facts.items,
        layers=[(layer, layer_names()[layer], counts[layer]) for layer in shown_layers() if counts[layer]],
        bodies=_choices(facts.facts, "body"),
        populations=_choices(facts.facts, "population"),
        corrected=bool(facts.corrected()),
        first=len(shown),
        data=_data(facts, cards),
        style=style,
        script=script,
        script_hash=hash_of(script),
        words=WORDS,
        quote=lambda span: source.text[span.start : span.end],
        place=lambda span: _place(source, span.start),
    )
    name = (source.name.rpartition(".")[0] or source.name) + ".html"
    return Page(name=name, html=html, cards=cards, counts={layer: counts[layer] for layer in shown_layers()})


def index_page(pages: Sequence[Page], *, lang: str = "zh") -> str:
    """Return a page that links to several pages."""
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            lang=lang,
            pages=pages,
            layers=[(x, layer_names()[x]) for x in shown_layers() if any(p.counts.get(x) for p in pages)],
            style=template_file("reading.css"),
            words=WORDS,
        )
    )


def _row(line: SourceLine, facts: Facts, first: int) -> Row:
    inside = line.span
    heading = next((h for h in facts.headings if inside.covers(h.place) and _whole(line, h.place)), None)
    notes = tuple(n for n in facts.notes if n.place and inside.start <= n.place.start <= inside.end)
    items = sorted({m - first for p in line.pieces for m in p.marks if m >= first})
    return Row(line=line, heading=heading, notes=notes, items=tuple(items))


def _blocks(rows: Sequence[Row], tables: Iterable[Table], made: Callable[[SourceLine], Row]) -> Iterator[Row | Grid]:
    """Yield the rows of a page with a grid in place of the rows of each table."""
    starts = [row.line.span.start for row in rows]
    at = 0
    for table in tables:
        begin, end = bisect_right(starts, table.span.start) - 1, bisect_left(starts, table.span.end)
        yield from rows[at:begin]
        found = laid_out(table, [row.line for row in rows[begin:end]])
        cells = [[(c.cell, [made(line) for line in c.lines]) for c in row] for row in found]
        items = [tuple(sorted({i for _, own in row for r in own for i in r.items})) for row in cells]
        begins = next((row.begins for row in rows[begin:end] if row.begins), None)
        yield Grid(rows=list(zip(items, cells, strict=True)), begins=begins)
        at = end
    yield from rows[at:]


def _place(source: SourceText, offset: int) -> Both | None:
    place = source.place_at(offset)
    return Both(place.shown("zh"), place.shown("en")) if place is not None and place.is_printed else None


def _with_places(rows: Sequence[Row], source: SourceText) -> list[Row]:
    """Add the places of lines; a line that begins a page, table or file of several says so."""
    out: list[Row] = []
    before: tuple[str, int | None, int | None] = ("", None, None)
    for row in rows:
        start = row.line.span.start
        found = source.place_at(start) if row.line.pieces else None
        begins = None
        if found is not None and before != (here := (found.member, found.page, found.table)):
            before = here
            outer = FilePlace(member=found.member, page=found.page, table=found.table)
            begins = Both(outer.shown("zh"), outer.shown("en")) if outer.is_printed else None
        out.append(replace(row, place=_place(source, start) if found else None, begins=begins))
    return out


def _whole(line: SourceLine, title: Span) -> bool:
    """Tell whether a line contains only a title, apart from its number and final punctuation."""
    return title.start - line.span.start <= 12 and line.span.end - title.end <= 2


def _choices(facts: Iterable[Fact], layer: str) -> list[tuple[str, Both, int]]:
    """Return the bodies or populations of a document, most frequent first, as (IRI, name, number of actions)."""
    names, items = dict[str, Both](), dict[str, set[int]]()
    for f in facts:
        if f.layer == layer and f.item is not None:
            names[f.thing] = f.name
            items.setdefault(f.thing, set()).add(f.item)
    return [(t, names[t], len(items[t])) for t in sorted(names, key=lambda t: (-len(items[t]), names[t].zh))]


def _data(facts: Facts, cards: Sequence[Card]) -> str:
    """Return the data of the script: for each action the indexes of its bodies and populations in the filter lists."""
    bodies = {t: n for n, (t, _, _) in enumerate(_choices(facts.facts, "body"))}
    populations = {t: n for n, (t, _, _) in enumerate(_choices(facts.facts, "population"))}
    found: list[dict[str, list[int]]] = [{"b": [], "p": []} for _ in facts.items]
    for f in facts.facts:
        for layer, numbers, key in (("body", bodies, "b"), ("population", populations, "p")):
            if f.layer == layer and f.item is not None and numbers[f.thing] not in found[f.item][key]:
                found[f.item][key].append(numbers[f.thing])
    what: dict[str, Any] = {"items": found, "title": cards[0].title if cards else ""}
    return json.dumps(what, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def hash_of(script: str) -> str:
    """Return the source expression for a script in a content security policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def template_file(name: str) -> str:
    """Return the text of a file in the folder of templates."""
    return (files("kgbuild") / "view" / "templates" / name).read_text(encoding="utf-8")


def environment() -> Environment:
    """Return the Jinja environment: everything is escaped, undefined names are errors."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    names = ("reading.html.j2", "index.html.j2", "comparison.html.j2", "statistics.html.j2", "macros.html.j2")
    return Environment(
        loader=DictLoader({name: template_file(name) for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

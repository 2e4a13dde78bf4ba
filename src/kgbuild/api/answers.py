"""Post-processing of answers: places in the text, quotes, charts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.files import read_file
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.queries.table import with_places

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kgbuild.api.graph import Graph
    from kgbuild.store import Rows


def locate(graph: Graph, rows: Rows, source: Path) -> Rows:
    """Add line and column in the source after the column `start`.

    Args:
        graph: The graph that was queried.
        rows: The answer.
        source: The file from which the graph was built.

    Raises:
        UsageError: the rows have no column `start`.
        InputError: the file cannot be read, or is not the text of the graph.
    """
    text = read_file(source)
    hashes = {terms.lexical(o) for _, p, o in graph.triples if p == terms.gplan("contentSha256")}
    if hashes != {text.sha256}:
        what = (
            Message("is one of {count} texts of the graph", count=len(hashes))
            if text.sha256 in hashes
            else "is not the text of the graph"
        )
        raise InputError(what, where=str(source), cure="give the graph of this file alone, or leave --source out")
    return with_places(rows, text.text, text)


def cite_rows(rows: Rows, sources: Iterable[Path]) -> Rows:
    """Add a row for each quote, with line and column if its source is given.

    Args:
        rows: The answer of `query(…, cite=True)`.
        sources: Files from which the graphs were built.

    Raises:
        InputError: a file cannot be read, or is the source of no row.
    """
    from kgbuild.queries.cite import cited_rows, locate_quotes

    texts = {path: read_file(path) for path in sources}
    needed = {quote.source for quotes in rows.quotes for quote in quotes}
    if needed and texts and needed.isdisjoint(text.sha256 for text in texts.values()):
        where = ", ".join(map(str, texts))
        raise InputError("is the text of no row", where=where, cure="give the files that the graphs were built from")
    located = locate_quotes(rows, {text.sha256: text for text in texts.values()})
    return cited_rows(located, places=bool(texts))


def headed(name: str, rows: Rows, *, lang: str, folders: Iterable[Path] = ()) -> Rows:
    """Return an answer with the headings of its columns in a language, in place of their names.

    Args:
        name: Name of the query.
        rows: Its answer; columns that the query does not declare keep their names.
        lang: `zh` or `en`.
        folders: Folders with further saved queries.
    """
    from kgbuild.queries.template import find_template

    heads = {column: doc.head(lang) for column, doc in find_template(name, folders).returns}
    return replace(rows, columns=tuple(heads.get(column, column) for column in rows.columns))


def draw(
    name: str, rows: Rows, suffix: str, *, lang: str = "zh", folders: Iterable[Path] = ()
) -> tuple[bytes, list[str]]:
    """Draw the answer of a saved query as the query declares.

    Args:
        name: Name of the query.
        rows: Its answer.
        suffix: `.svg`, `.png`, or `.json` for the Vega-Lite specification.
        lang: Language of the title.
        folders: Folders of the user with additional queries.

    Returns:
        The picture, and warnings (no font with Chinese characters).

    Raises:
        UsageError: the query declares no chart, or the answer is empty.
        InputError: vl-convert is not installed.
    """
    from kgbuild.queries.catalogue import question
    from kgbuild.queries.template import find_template
    from kgbuild.view import charts

    template = find_template(name, folders)
    if template.chart is None:
        raise UsageError("declares no chart", where=name, cure="choose another query, or add `chart` to its header")
    if not rows.rows:
        raise UsageError("there is nothing to draw", where=name, cure="ask for more")
    drawing = charts.Drawing(
        type=template.chart.type,
        channels=dict(template.chart.channels),
        title=question(template, lang),
        labels={column: doc.head(lang) for column, doc in template.returns},
    )
    return charts.draw(charts.specification(drawing, rows), suffix)

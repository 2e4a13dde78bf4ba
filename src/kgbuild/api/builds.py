"""Comparison of two builds of the same documents: graph files, stores, corpora."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kgbuild import terms
from kgbuild.api.graph import Graph, open_store
from kgbuild.api.graph import open as open_graph
from kgbuild.comparison.builds import BuildDiff, compare_builds, merge
from kgbuild.errors import InputError
from kgbuild.store import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.queries.dataset import Dataset
    from kgbuild.store import Quad

BuildDiffFormat = Literal["table", "csv", "json", "md"]
BUILD_DIFF_FORMATS: tuple[BuildDiffFormat, ...] = ("table", "csv", "json", "md")
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


def diff_graphs(before: str | Path | Dataset, after: str | Path | Dataset) -> BuildDiff:
    """Compare two builds of the same documents, statement by statement.

    Args:
        before: A graph file, the folder of a store or corpus, or an opened graph or store.
        after: Likewise; typically a later build by another version, configuration or vocabulary.

    Raises:
        InputError: one cannot be read.

    Example:
        `kgbuild.diff_graphs("old.trig", "new.trig").counts`
    """
    from kgbuild.view.builds import WORDS

    names = _names() | {terms.gplan(key): (both.zh, both.en) for key, both in WORDS.items()}
    old, new = (_opened(x) for x in (before, after))
    if isinstance(old, Graph) and isinstance(new, Graph):
        return compare_builds(old.quads, new.quads, names=names)
    graphs = [_by_source(x) for x in (old, new)]
    both = sorted(graphs[0].keys() & graphs[1].keys())
    # Sources on one side only are compared together, to find documents whose text has changed.
    rest = [[g for key in sorted(side.keys() - set(both)) for g in side[key]] for side in graphs]
    pairs = [(graphs[0][key], graphs[1][key]) for key in both] + ([(rest[0], rest[1])] if any(rest) else [])
    return merge(compare_builds(_quads(old, mine), _quads(new, theirs), names=names) for mine, theirs in pairs)


def render_build_diff(
    diff: BuildDiff, form: BuildDiffFormat, *, lang: str = "en", width: int | None = None, most: int | None = None
) -> bytes:
    """Render a comparison of two builds.

    Args:
        diff: The comparison.
        form: `table` and `csv`: one row for each change; `json`: also counts by kind; `md`: for reading.
        lang: Language of the words around the data.
        width: Columns of the terminal, for tables.
        most: In Markdown, maximum number of changes shown of each kind; None = all.
    """
    if form in ("table", "csv"):
        from kgbuild.queries.table import render_rows

        return render_rows(diff.rows(lang), form="csv" if form == "csv" else "table", width=width).encode()
    if form == "md":
        from kgbuild.view.builds import builds_markdown

        return builds_markdown(diff, lang=lang, most=most).encode()
    found: dict[str, Any] = {
        "graph_diff_version": "1.0",
        "differs": diff.differs,
        "counts": [{"kind": kind, "change": change, "times": n} for (kind, change), n in diff.counts.items()],
        "changes": list(diff.rows(lang)),
        "statements_aside": diff.aside,
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _opened(source: str | Path | Dataset) -> Dataset:
    if not isinstance(source, str | Path):
        return source
    place = Path(source)
    return open_store(place) if place.is_dir() else open_graph(source)


def _by_source(held: Dataset) -> dict[str, list[str]]:
    """Return the graphs of each source text; graphs of no source are under ''."""
    out: dict[str, list[str]] = {}
    for row in held.store("asserted").answer(_GRAPHS).rows:
        named = terms.read_graph_name(str(row[0]))
        if named is not None:
            out.setdefault(named.key, []).append(str(row[0]))
    if not out:
        raise InputError("holds no graph of a document", where="diff --graph", cure="give what kgbuild built")
    return out


def _quads(held: Dataset, graphs: list[str]) -> Iterator[Quad]:
    asked = held.store("asserted")
    labels = " ".join(f"<{p}>" for p in (f"{terms.SKOS}prefLabel", f"{terms.RDFS}label", terms.TYPE.strip("<>")))
    for g in sorted(graphs):
        rows = asked.answer(f"SELECT ?s ?p ?o {{ GRAPH {g} {{ ?s ?p ?o }} }}").rows
        yield from ((str(s), str(p), str(o), g) for s, p, o in rows)
        # Labels are in the vocabulary graph that all documents share.
        named = (
            f"SELECT DISTINCT ?o ?p ?l {{ GRAPH {g} {{ ?s ?q ?o }} VALUES ?p {{ {labels} }}"
            f" GRAPH <{terms.VOCABULARY_GRAPH}> {{ ?o ?p ?l }} }}"
        )
        yield from ((str(o), str(p), str(v), f"<{terms.VOCABULARY_GRAPH}>") for o, p, v in asked.answer(named).rows)


def _names() -> dict[str, tuple[str, str]]:
    """Return the labels of classes and properties of the ontology, by term."""
    found: dict[str, dict[str, str]] = {}
    for s, p, o in load_schema().triples:
        if p == terms.LABEL:
            found.setdefault(s, {})[o.rpartition("@")[2]] = terms.lexical(o)
    return {s: (names.get("zh", ""), names.get("en", "")) for s, names in found.items()}

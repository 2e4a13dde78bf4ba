"""Comparison of two plans, and of the plans of a series: files, graphs, or plans in a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.api.document import build
from kgbuild.api.graph import open as open_graph
from kgbuild.comparison.changes import Comparison, compare
from kgbuild.comparison.plan import Plan, plans_of_graph
from kgbuild.comparison.series import Series, compare_all, find_series, series_rows
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.graph.facts import no_evidence, refuse_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.queries.dataset import Dataset
    from kgbuild.store import Quad, Queryable

DiffFormat = Literal["table", "csv", "json", "md", "html", "ttl", "nt", "nq", "trig", "jsonld", "xml"]
DIFF_FORMATS: tuple[DiffFormat, ...] = (
    "table",
    "csv",
    "json",
    "md",
    "html",
    "ttl",
    "nt",
    "nq",
    "trig",
    "jsonld",
    "xml",
)
_LABELS = ("prefLabel", "notation")


def diff(
    before: str | Path,
    after: str | Path,
    *,
    store: Dataset | None = None,
    config: Path | None = None,
    decisions: Path | None = None,
) -> Comparison:
    """Compare two plans.

    Args:
        before: A document, a graph (by its suffix) or, with `store`, a plan by IRI or title.
        after: Likewise.
        store: Where plans are looked up; documents and graphs are then not read.
        config: Configuration for documents; None = the nearest kgbuild.toml above each.
        decisions: Folder with completed tables of doubts, for documents.

    Raises:
        InputError: an input cannot be read, or contains no action.
        UsageError: a graph contains several documents, or the store no such plan.

    Example:
        `kgbuild.diff("plan-2024.txt", "plan-2025.txt").counts`
    """
    a, b = (_plan(str(x), store, config, decisions) for x in (before, after))
    return compare(a, b)


def diff_series(
    inputs: Iterable[str | Path],
    *,
    store: Dataset | None = None,
    config: Path | None = None,
    decisions: Path | None = None,
) -> tuple[list[Plan], list[Comparison]]:
    """Compare each plan of a series with the next.

    Args:
        inputs: See `diff`; with a store and a single input, the whole series of that plan.
        store: See `diff`.
        config: See `diff`.
        decisions: See `diff`.

    Returns:
        The plans by year, and the comparisons of adjacent plans.

    Raises:
        InputError: see `diff`.
        UsageError: see `diff`; or there are fewer than two plans, or two plans of one year.
    """
    names = [str(x) for x in inputs]
    plans = [_plan(x, store, config, decisions) for x in names]
    if store is not None and len(plans) == 1:
        plans = next((list(s.plans) for s in series_in(store) if plans[0].node in {p.node for p in s.plans}), plans)
    if len(plans) < 2:
        raise UsageError("is in no series", where=names[0] if names else "", cure="name the plans of the other years")
    plans.sort(key=lambda p: (p.year, p.dated, p.title, p.node))
    years = [p.year for p in plans if p.year]
    if len(set(years)) < len(years):
        raise UsageError("two plans are of one year", where="--series", cure="give one plan a year, or compare the two")
    return plans, compare_all(plans)


def series_in(store: Dataset) -> list[Series[Plan]]:
    """Return the series among the plans of a store; see `kgbuild.comparison.series`."""
    query = f"SELECT DISTINCT ?plan {{ ?action <{terms.GPLAN}actionOf> ?plan }} ORDER BY ?plan"
    asked = store.store("asserted")
    nodes = [str(row[0]) for row in asked.select(query).rows]
    return find_series(stored_plan(asked, f"<{node}>") for node in nodes)


def _plan(name: str, store: Dataset | None, config: Path | None, decisions: Path | None) -> Plan:
    from kgbuild.graph.serialise import FORMATS
    from kgbuild.store import Index

    if store is not None:
        from kgbuild.queries.lookup import find_iri

        asked = store.store("asserted")
        return stored_plan(asked, find_iri(asked, name, cls=f"{terms.GPLAN}Plan"))
    if Path(name).suffix in FORMATS:
        quads = open_graph(name).quads
        refuse_facts(quads, where=name)
        return _only(plans_of_graph(Index(quads)), name)
    built = build(name, config=config, decisions=decisions, validate=False).built
    return _only(plans_of_graph(Index((*t, "") for t in built.asserted | built.graphs.vocabulary)), name)


def _only(plans: list[Plan], name: str) -> Plan:
    """Return the plan of a document; of several in one text, the one with most actions. Several texts are refused."""
    if not plans:
        raise InputError("holds no action", where=name, cure="give a plan with numbered items or named bodies")
    if len({p.text for p in plans}) > 1:
        cure = "load it into a store, and name the plans by IRI or title with --store"
        raise UsageError(Message("holds {count} documents", count=len({p.text for p in plans})), where=name, cure=cure)
    return plans[0]


def stored_plan(asked: Queryable, node: str) -> Plan:
    """Return a plan from a store: its own graph, with the labels of the entities that it mentions.

    Args:
        asked: The store.
        node: The node of the plan.

    Raises:
        InputError: the store has no such plan, or the plan has no action.
    """
    from kgbuild.store import Index

    if asked.holds_facts:
        raise no_evidence(terms.bare(node))
    has_text, transmits = (f"<{terms.GPLAN}{n}>" for n in ("hasSourceText", "transmits"))
    text = f"{{ {node} {has_text} ?t }} UNION {{ ?n {transmits} {node} ; {has_text} ?t }}"
    query = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {text} }} }} ORDER BY ?g"
    graphs = [str(row[0]) for row in asked.answer(query).rows]
    quads: list[Quad] = []
    for graph in graphs:
        rows = asked.answer(f"SELECT ?s ?p ?o {{ GRAPH {graph} {{ ?s ?p ?o }} }}").rows
        quads += [(str(s), str(p), str(o), graph) for s, p, o in rows]
        wanted = " ".join(f"<{terms.SKOS}{n}>" for n in _LABELS)
        labels = f"SELECT DISTINCT ?o ?p ?l {{ GRAPH {graph} {{ ?s ?q ?o }} VALUES ?p {{ {wanted} }} ?o ?p ?l }}"
        quads += [(str(o), str(p), str(v), "") for o, p, v in asked.answer(labels).rows]
    found = [p for p in plans_of_graph(Index(quads)) if p.node == node]
    if not found:
        cure = "name a plan with actions; `kgbuild store list` lists"
        raise InputError("holds no action", where=terms.bare(node), cure=cure)
    return found[0]


# -- output -------------------------------------------------------------------------------------------------------
def render_diff(
    comparison: Comparison, form: DiffFormat, *, lang: str = "en", width: int | None = None, back: str = ""
) -> bytes:
    """Render a comparison.

    Args:
        comparison: The comparison.
        form: `table` and `csv`: one row for each action; `json`: everything; `md`, `html`: for reading; the others:
        RDF, with
            alignment statements in a graph of their own.
        lang: Language of Markdown, and initial language of the page.
        width: Columns of the terminal, for tables.
        back: Link target of the page heading, '' for none.
    """
    if form in ("table", "csv"):
        from kgbuild.comparison.rows import to_rows
        from kgbuild.queries.table import render_rows

        return render_rows(to_rows(comparison), form="csv" if form == "csv" else "table", width=width).encode()
    if form == "json":
        from kgbuild.comparison.rows import to_json

        return (json.dumps(to_json(comparison, words_to_mark()), ensure_ascii=False, indent=1) + "\n").encode()
    if form == "md":
        from kgbuild.view.comparison import comparison_markdown

        return comparison_markdown(comparison, lang=lang, words=words_to_mark()).encode()
    if form == "html":
        from kgbuild.view.comparison import comparison_page

        return comparison_page(comparison, lang=lang, words=words_to_mark(), back=back).encode()
    return _rdf([comparison], form)


def render_series(
    plans: Sequence[Plan],
    comparisons: Sequence[Comparison],
    form: DiffFormat,
    *,
    lang: str = "en",
    width: int | None = None,
) -> bytes:
    """Render a series; see `render_diff`. `table` and `csv` are one table over all years."""
    if form in ("table", "csv"):
        from kgbuild.queries.table import render_rows

        rows = series_rows(plans, comparisons)
        return render_rows(rows, form="csv" if form == "csv" else "table", width=width).encode()
    if form == "json":
        from kgbuild.comparison.rows import to_json

        words = words_to_mark()
        found = {"series": [to_json(c, words) for c in comparisons], "table": list(series_rows(plans, comparisons))}
        return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()
    if form == "md":
        return b"\n".join(render_diff(c, "md", lang=lang) for c in comparisons)
    if form == "html":
        raise UsageError("a series has no page of its own", where="--format", cure="compare two years, or take md")
    return _rdf(comparisons, form)


def _rdf(comparisons: Sequence[Comparison], form: DiffFormat) -> bytes:
    from kgbuild.comparison.triples import graph_of, series_triples, to_triples
    from kgbuild.graph.serialise import serialise
    from kgbuild.version import __version__

    base = terms.bare(comparisons[0].after.text).rpartition("text/")[0]
    graphs: dict[str, Iterable[tuple[str, str, str]]] = {
        graph_of(c.before, c.after, base): to_triples(c, base) for c in comparisons
    }
    last = next(reversed(graphs))
    graphs[last] = set(graphs[last]) | series_triples(comparisons, base)
    used = {o for ts in graphs.values() for _, _, o in ts if o.startswith(f"<{terms.GPLANV}")}
    graphs[terms.VOCABULARY_GRAPH] = _lexicon().slice(map(terms.bare, used))
    header = f"what changed between plans: statements of alignment\nkgbuild {__version__}; licence CC BY 4.0"
    return serialise(graphs, form, base=base, header=header)


def words_to_mark() -> Callable[[str], list[str]]:
    """Return the word segmenter: jieba with our labels added."""
    segmenter = _lexicon().segmenter

    def words(text: str) -> list[str]:
        return [word for word, _, _ in segmenter.words(text)]

    return words


def _lexicon() -> Lexicon:
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon

    return load_lexicon(Settings())

"""The graph files of `verify`, `verify --relocate` and `explain`: proved, relocated to changed sources, explained."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.files import files_in, read_file
from kgbuild.api.graph import Graph, base_of, open  # noqa: A004
from kgbuild.api.proving import prove
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.graph.facts import refuse_facts
from kgbuild.queries.lookup import fold
from kgbuild.store import load_schema
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from collections.abc import Iterable, Set
    from pathlib import Path

    from kgbuild.model import Triple
    from kgbuild.proof.explain import Origin
    from kgbuild.proof.relocate import Relocation
    from kgbuild.proof.verify import VerifyReport
    from kgbuild.store import Quad


def verify_graph(
    path: str,
    sources: Iterable[Path],
    *,
    config: Path | None = None,
    decisions: Path | None = None,
    workers: int = 1,
) -> VerifyReport:
    """Prove a graph file against its sources; arguments and errors as for `Graph.verify`.

    Args:
        path: File of the graph.
        sources: Files from which it was built, or folders with them.
        config: Configuration with which it was built; None = the nearest kgbuild.toml above each source.
        decisions: Folder with the decisions with which it was built.
        workers: Number of processes that rebuild the sources; 1 = this one.
    """
    return prove(open(path).quads, sources, config=config, decisions=decisions, workers=workers, name=path)


def relocate_graph(path: str, sources: Iterable[Path], output: Path) -> tuple[bytes, list[Relocation]]:
    """Relocate a graph to changed sources; see `kgbuild.proof.relocate`.

    Args:
        path: File of the graph.
        sources: The current files, or folders with them.
        output: Name of the file to write; its suffix selects the format.

    Returns:
        The corrected graph, and what was done for each source.

    Raises:
        InputError: a file cannot be read, or a source does not belong to the graph.
    """
    from kgbuild.graph.serialise import FORMATS, NAMED, serialise
    from kgbuild.proof.relocate import relocate
    from kgbuild.proof.spans import match_source
    from kgbuild.store import Index

    quads, texts, done = open(path).quads, list(map(read_file, files_in(sources))), []
    refuse_facts(quads, where=path)
    for text in texts:
        node, _ = match_source(Index(quads), text, [t for t in texts if t is not text])
        if node is None:
            raise InputError(
                "is not a source of the graph", where=text.name, cure="give the sources of this graph only"
            )
        done.append(relocate(quads, node, text))
        quads = done[-1].quads
    form = FORMATS.get(output.suffix, "ttl")
    graphs = _relocated(quads, with_closure=form in NAMED)
    base = base_of((s, p, o) for s, p, o, _ in quads)
    return serialise({name: sorted(triples) for name, triples in graphs.items()}, form, base=base), done


def _relocated(quads: Iterable[Quad], *, with_closure: bool) -> dict[str, Set[Triple]]:
    """Return the relocated graphs by name; inferred statements are recomputed, because nodes were renamed."""
    from kgbuild.graph.reason import close
    from kgbuild.proof.layout import GraphLayout

    layout = GraphLayout(quads)
    graphs = {name.strip("<>"): layout.graph(name) for name in layout.names if not terms.is_inferred(name)}
    flat = graphs.pop("", None)
    texts = layout.texts_in("")
    if flat:
        named = terms.read_graph_name(layout.inferred(texts[0])) if len(texts) == 1 else None
        base = base_of(flat) or terms.ID
        graphs[terms.graph_name(base, named.key if named else "", "asserted")] = flat
    if with_closure:
        vocabulary = graphs.get(terms.VOCABULARY_GRAPH, frozenset())
        for name, triples in list(graphs.items()):
            known = terms.read_graph_name(name)
            if known and known.part == "asserted":
                closed = close(triples | vocabulary, load_schema().rules)
                graphs[str(known._replace(part="inferred"))] = closed
    return graphs


def explain_graph(
    path: str,
    what: tuple[str, str | None, str | None],
    *,
    sources: Iterable[Path] = (),
    form: str = "text",
    lang: str = "en",
    colour: bool = False,
) -> str:
    """Explain why statements are in a graph.

    Args:
        path: File of the graph.
        what: Subject, predicate, object; the last two may be None. Each an IRI, CURIE, label or item path.
        sources: Files from which it was built.
        form: text, json or ttl.
        lang: Language of messages.
        colour: Mark quotes by terminal colours rather than by brackets.

    Raises:
        UsageError: an unknown or ambiguous name, or no such statement.
        InputError: a file cannot be read.
    """
    from kgbuild.graph.trace import Trace
    from kgbuild.proof import render
    from kgbuild.proof.explain import explain
    from kgbuild.proof.places import Places
    from kgbuild.store import Index

    graph = open(path)
    refuse_facts(graph.quads, where=path)
    given = frozenset((s, p, o) for s, p, o, g in graph.quads if not terms.is_inferred(g))
    trace = Trace(given, load_schema().rules)
    texts = list(map(read_file, sources))
    wanted = _statements(graph, given | trace.statements, what)
    found = sorted(explain(wanted, given, Places(Index(graph.quads), texts), trace), key=lambda e: _FIRST[e.origin])
    if form == "json":
        return render.to_json(found)
    if form == "ttl":
        return render.to_turtle(found, base=base_of(given))
    labels = {s: terms.lexical(o) for s, p, o in sorted(given) if p in terms.LABELS and o.endswith("@zh")}
    return render.render_text(found, render.TermLabels(labels), lang=lang, colour=colour)


_FIRST: dict[Origin, int] = {"text": 0, "inferred": 1, "structure": 2, "run": 3, "vocabulary": 4}
"""What the text says comes before what the registers say of the same node."""


_NAMES = (*terms.LABELS, terms.ALT, terms.TITLE, gplan("documentNumber"))


_ITEMS = (gplan("itemPath"), gplan("itemLabel"))


def _statements(graph: Graph, statements: Iterable[Triple], what: tuple[str, str | None, str | None]) -> list[Triple]:
    """Return the statements that a question refers to, asserted ones with the same subject together, sorted."""
    subjects = _nodes(graph, what[0])
    predicate = _predicate(what[1]) if what[1] else None
    objects = _nodes(graph, what[2], values=True) if what[2] else None
    found = sorted(
        t
        for t in statements
        if t[0] in subjects and predicate in (None, t[1]) and (objects is None or _is_object(t[2], objects, what[2]))
    )
    if not found:
        asked = " ".join(w for w in what if w)
        raise UsageError(
            Message("no statement {asked}", asked=asked),
            cure="leave the predicate out to see all statements of the subject",
        )
    return found


def _is_object(term: str, objects: set[str], given: str | None) -> bool:
    return term in objects or (term.startswith('"') and terms.lexical(term) == given)


def _predicate(name: str) -> str:
    if name.startswith(("http:", "https:", "urn:")):
        return terms.iri(name)
    prefix, _, local = name.rpartition(":")
    space = terms.PREFIXES.get(prefix or "gplan")
    if space is None:
        raise UsageError(
            Message("unknown prefix {prefix!r}", prefix=prefix),
            cure=Message("use one of: {names}", names=", ".join(terms.PREFIXES)),
        )
    return terms.iri(space + local)


def _nodes(graph: Graph, name: str, *, values: bool = False) -> set[str]:
    """Return the nodes that a name denotes: IRI, CURIE, any label of a node, printed label or path of an item."""
    if name.startswith(("http:", "https:", "urn:")):
        return {terms.iri(name)}
    prefix, colon, local = name.partition(":")
    if colon and prefix in terms.PREFIXES:
        return {terms.iri(terms.PREFIXES[prefix] + local)}
    wanted = fold(name)
    labelled = {
        s
        for s, p, o in graph.triples
        if (p in _NAMES and fold(terms.lexical(o)) == wanted) or (p in _ITEMS and fold(terms.lexical(o)) == wanted)
    }
    if not labelled and not values:
        known = sorted({terms.lexical(o) for _, p, o in graph.triples if p in _NAMES})
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise UsageError(
            Message("nothing is called {name!r}", name=name),
            cure=Message("try: {names}", names=", ".join(near)) if near else "give its IRI",
        )
    return labelled

"""What follows from a graph, and its inconsistencies with the sentences on which they rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.files import read_file
from kgbuild.api.graph import base_of
from kgbuild.errors import UsageError
from kgbuild.graph.facts import refuse_facts
from kgbuild.store import Index, load_schema, read_quads, sources_of
from kgbuild.validate.asserted import asserted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.graph.reason import Closure, Inconsistency
    from kgbuild.model import Triple
    from kgbuild.pipeline import Reasoner
    from kgbuild.proof.explain import Explanation
    from kgbuild.store import Quad


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """A graph with its closure.

    Attributes:
        graphs: Triples by graph name; inferred and aligned statements are in graphs of their own.
        base: Base IRI of the instances.
        inferred: Inferred statements of all documents.
        aligned: The same facts in foreign vocabularies, of all documents; empty unless requested.
        complete: False if the budget ended the run.
        clashes: Inconsistencies, with the explanation of each statement involved.
    """

    graphs: dict[str, Iterable[Triple]]
    base: str
    inferred: frozenset[Triple]
    aligned: frozenset[Triple]
    complete: bool
    clashes: tuple[tuple[Inconsistency, tuple[Explanation, ...]], ...]

    def serialise(self, form: str) -> bytes:
        """Serialise all graphs; flat formats mix inferred statements with asserted ones."""
        from kgbuild.graph.serialise import serialise

        state = "" if self.complete else "INCOMPLETE: the budget ended the reasoning; "
        header = f"{state}{len(self.inferred)} inferred statements"
        header += f", {len(self.aligned)} in foreign vocabularies" if self.aligned else ""
        return serialise(self.graphs, form, base=self.base, header=header)


def reason_graph(
    path: str,
    *,
    sources: Iterable[Path] = (),
    reasoner: Reasoner = "compiled",
    budget: int | None = None,
    align: bool = False,
) -> Reasoned:
    """Infer what follows from a graph, document by document.

    Args:
        path: File of the asserted graph; `-` is the standard input.
        sources: Files from which it was built, to quote the sentences behind inconsistencies.
        reasoner: `compiled`, or `owlrl` as the reference implementation.
        budget: Maximum number of statements to infer for each document; None = no limit.
        align: Also state the facts in ORG, FOAF, PROV-O, ELI and the other vocabularies of `ontology/alignments.ttl`,
            in a graph of each document whose name ends in `/aligned`.

    Raises:
        InputError: a file cannot be read, or inferred statements are mixed with asserted ones.
        UsageError: a budget for owlrl, which does not support one.
    """
    if reasoner == "owlrl" and budget is not None:
        raise UsageError("owlrl cannot be stopped", where="--budget", cure="use the compiled reasoner")
    quads = [q for q in read_quads("-" if path == "-" else Path(path)) if not terms.is_inferred(q[3])]
    refuse_facts(quads, where=path)
    asserted(quads, where=path)
    close = _closer(reasoner, budget)
    graphs: dict[str, Iterable[Triple]] = {}
    closures: list[Closure] = []
    aligned: set[Triple] = set()
    for name, part in _parts(quads, path):
        given = {t for triples in part.values() for t in triples}
        closure = close(given)
        closures.append(closure)
        graphs |= part
        graphs[name] = closure.new
        if align:
            more = _aligned(given | closure.new)
            graphs[terms.aligned_name(name)] = more
            aligned |= more
    clashes = sorted({c for closure in closures for c in closure.inconsistencies})
    return Reasoned(
        graphs=graphs,
        base=base_of((s, p, o) for s, p, o, _ in quads),
        inferred=frozenset().union(*(closure.new for closure in closures)),
        aligned=frozenset(aligned),
        complete=all(closure.complete for closure in closures),
        clashes=tuple(zip(clashes, _explained(clashes, quads, sources), strict=True)),
    )


def _aligned(closed: set[Triple]) -> frozenset[Triple]:
    """Return what the alignments add to a closed graph."""
    from kgbuild.graph.reason import close

    return frozenset(close(closed, load_schema(aligned=True).rules))


def _closer(reasoner: Reasoner, budget: int | None) -> Callable[[set[Triple]], Closure]:
    from kgbuild.graph.reason import reason

    rules = load_schema().rules
    if reasoner == "compiled":
        return lambda triples: reason(triples, rules, budget=budget)
    from kgbuild.graph.owlrl_reference import reason_owlrl

    return lambda triples: reason_owlrl(triples, load_schema().triples, rules)


def _parts(quads: Sequence[Quad], path: str) -> list[tuple[str, dict[str, Sequence[Triple]]]]:
    """Split a graph into documents, each with the name of its inferred graph; foreign graphs are one document."""
    texts = {s for s, p, o, _ in quads if (p, o) == (terms.TYPE, terms.gplan("SourceText"))}
    is_flat = all(not g for *_, g in quads)
    if len(texts) == 1 or (texts and not is_flat):
        return [(source.name("inferred"), dict(source.graphs)) for source in sources_of(quads, name=path)]
    base = base_of((s, p, o) for s, p, o, _ in quads) or terms.ID
    graphs: dict[str, list[Triple]] = {}
    for s, p, o, g in quads:
        graphs.setdefault(g.strip("<>") or terms.graph_name(base, "", "asserted"), []).append((s, p, o))
    return [(terms.graph_name(base, "", "inferred"), dict(graphs))]


def _explained(
    clashes: Sequence[Inconsistency], quads: Sequence[Quad], sources: Iterable[Path]
) -> list[tuple[Explanation, ...]]:
    """Explain each conflicting statement; tracing is costly, so only inconsistencies are traced."""
    if not clashes:
        return []
    from kgbuild.graph.trace import Trace
    from kgbuild.proof.explain import explain
    from kgbuild.proof.places import Places

    given = frozenset((s, p, o) for s, p, o, _ in quads)
    trace = Trace(given, load_schema().rules)
    places = Places(Index(quads), map(read_file, sources))
    return [tuple(explain(clash.statements, given, places, trace)) for clash in clashes]


_CLASH = {
    "en": {
        "cax-adc": "no node can be of both classes",
        "prp-asyp": "the property cannot hold both ways",
        "prp-irp": "the property cannot relate a node to itself",
        "cls-nothing2": "no node can be of this class",
    },
    "zh": {
        "cax-adc": "同一节点不能同属这些类",
        "prp-asyp": "该属性不能双向成立",
        "prp-irp": "该属性不能由节点指向自身",
        "cls-nothing2": "没有节点能属于这个类",
    },
}


def render_clashes(reasoned: Reasoned, lang: str = "en") -> str:
    """Render inconsistencies: the rule in words, then each statement with the sentence on which it rests."""
    from kgbuild.proof import render

    triples = sorted({t for graph in reasoned.graphs.values() for t in graph})
    labels = {s: terms.lexical(o) for s, p, o in triples if p in terms.LABELS and o.endswith("@zh")}
    head = {"en": "inconsistent", "zh": "矛盾"}[lang]
    out = []
    for clash, why in reasoned.clashes:
        out.append(f"{head} ({clash.rule}): {_CLASH[lang][clash.rule]}\n")
        out.append(
            "".join(
                f"   {line}\n" for line in render.render_text(why, render.TermLabels(labels), lang=lang).splitlines()
            )
        )
    return "".join(out)

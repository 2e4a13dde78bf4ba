"""What can be said against a graph, with its place in the policy text: clashes of reasoning, findings of all kinds.

Composes graph, validate and proof, which do not know each other. Guarantees: what is said of a graph names the
sentence that it rests on wherever the graph has evidence and the source is given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api import base_of, read_file
from kgbuild.api.files import bytes_of
from kgbuild.errors import InputError, UsageError, visible
from kgbuild.proof.places import Place
from kgbuild.report import line_starts
from kgbuild.report import place as line_column
from kgbuild.store import Index, load_schema, read_quads, sources_of
from kgbuild.validate import Finding, Spot, collect, node_lines, validate
from kgbuild.validate.asserted import asserted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kgbuild.graph.reason import Closure, Inconsistency
    from kgbuild.model import Severity, Triple
    from kgbuild.pipeline import Reasoner
    from kgbuild.proof.explain import Explanation
    from kgbuild.store import Quad
    from kgbuild.validate import Engine, Verdict

_LARGEST_BASELINE = 512_000_000


# -- reason -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """A graph with its closure.

    Attributes:
        graphs: Triples by name of their graph, those that were inferred in graphs of their own.
        base: Base of the instances.
        inferred: What was inferred, of all documents.
        complete: False where the budget ended the run.
        clashes: Statements that cannot all be true, and why each is in the graph.
    """

    graphs: dict[str, Iterable[Triple]]
    base: str
    inferred: frozenset[Triple]
    complete: bool
    clashes: tuple[tuple[Inconsistency, tuple[Explanation, ...]], ...]


def reason_graph(
    path: str, *, sources: Iterable[Path] = (), reasoner: Reasoner = "compiled", budget: int | None = None
) -> Reasoned:
    """Infer what follows from a graph, document by document.

    Args:
        path: File of the asserted graph; `-` is the standard input.
        sources: Files that it was built from, for the sentences behind statements that clash.
        reasoner: `compiled`, or `owlrl` as reference.
        budget: Most statements to infer of one document; None = no limit.

    Raises:
        InputError: a file cannot be read, or inferred statements stand among the asserted ones.
        UsageError: a budget for owlrl, which knows none.
    """
    if reasoner == "owlrl" and budget is not None:
        raise UsageError("owlrl cannot be stopped", where="--budget", cure="use the compiled reasoner")
    quads = [q for q in read_quads("-" if path == "-" else Path(path)) if not terms.is_inferred(q[3])]
    asserted(quads, where=path)
    close = _closer(reasoner, budget)
    graphs: dict[str, Iterable[Triple]] = {}
    closures = []
    for name, part in _parts(quads, path):
        closure = close({t for triples in part.values() for t in triples})
        closures.append(closure)
        graphs |= part
        graphs[name] = closure.new
    clashes = sorted({c for closure in closures for c in closure.inconsistencies})
    return Reasoned(
        graphs=graphs,
        base=base_of((s, p, o) for s, p, o, _ in quads),
        inferred=frozenset().union(*(closure.new for closure in closures)),
        complete=all(closure.complete for closure in closures),
        clashes=tuple(zip(clashes, _explained(clashes, quads, sources), strict=True)),
    )


def _closer(reasoner: Reasoner, budget: int | None) -> Callable[[set[Triple]], Closure]:
    from kgbuild.graph.reason import reason

    rules = load_schema().rules
    if reasoner == "compiled":
        return lambda triples: reason(triples, rules, budget=budget)
    from kgbuild.graph.owlrl_reference import reason_owlrl

    return lambda triples: reason_owlrl(triples, load_schema().triples, rules)


def _parts(quads: Sequence[Quad], path: str) -> list[tuple[str, dict[str, Sequence[Triple]]]]:
    """The documents of a graph, each with the name of its inferred graph; a graph of other makers is one document."""
    texts = {s for s, p, o, _ in quads if (p, o) == (f"<{terms.RDF}type>", terms.gplan("SourceText"))}
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
    """Why each clashing statement is there: tracing costs a few times what closing costs, so only clashes pay."""
    if not clashes:
        return []
    from kgbuild.graph.trace import Trace
    from kgbuild.proof.explain import explain
    from kgbuild.proof.places import Places

    given = frozenset((s, p, o) for s, p, o, _ in quads)
    trace = Trace(given, load_schema().rules)
    places = Places(Index(quads), [(text.sha256, text.text) for text in map(read_file, sources)])
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
    """Return the clashes for a person: the rule in words, then each statement with the sentence that it rests on."""
    from kgbuild.proof import render

    triples = sorted({t for graph in reasoned.graphs.values() for t in graph})
    labels = {s: terms.lexical(o) for s, p, o in triples if p in _LABELS and o.endswith("@zh")}
    head = {"en": "inconsistent", "zh": "矛盾"}[lang]
    out = []
    for clash, why in reasoned.clashes:
        out.append(f"{head} ({clash.rule}): {_CLASH[lang][clash.rule]}\n")
        out.append(
            "".join(f"   {line}\n" for line in render.render_text(why, render.Words(labels), lang=lang).splitlines())
        )
    return "".join(out)


_LABELS = (f"<{terms.RDFS}label>", f"<{terms.SKOS}prefLabel>")


# -- findings -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How graphs are judged.

    Attributes:
        shapes: Files of rules in place of ours; none for ours.
        sources: Files that the graphs were built from.
        fail_on: The mildest severity that counts.
        known: Fingerprints of findings that do not count.
        engine: Engine of the rules.
    """

    shapes: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = ()
    fail_on: Severity = "violation"
    known: frozenset[str] = frozenset()
    engine: Engine = "compiled"


def judge_file(path: str, asked: Asked = Asked()) -> Verdict:
    """Return all that can be said against a graph file, by the builder and by the rules.

    Args:
        path: The file; `-` is the standard input.
        asked: Rules, sources, what counts.

    Raises:
        InputError: a file cannot be read; inferred statements stand among the asserted ones; a source is the text of
            no graph.
    """
    quads = read_quads("-" if path == "-" else Path(path))
    if not asked.shapes and _is_vocabulary(quads):
        cure = f"kgbuild vocab check {path}"
        raise InputError("holds a vocabulary, not the graph of a document", where=path, cure=cure)
    triples = {q[:3] for q in quads} if asked.shapes else asserted(quads, where=path)
    return judge_graph(triples, asked, name=path, lines=_lines_of(path))


def judge_graph(
    triples: Iterable[Triple],
    asked: Asked = Asked(),
    *,
    name: str,
    lines: Mapping[str, int] | None = None,
) -> Verdict:
    """Return all that can be said against a graph.

    Args:
        triples: The asserted statements with their slice of the vocabularies.
        asked: Rules, sources, what counts.
        name: Name of the graph.
        lines: Lines of the nodes in its file.

    Raises:
        InputError: the rules or a source cannot be used.
    """
    graph = set(triples)
    report = validate(graph, shapes=asked.shapes or None, fail_on=asked.fail_on, engine=asked.engine)
    index = Index((*t, "") for t in graph)
    spots = _Spots(index, asked.sources)
    verdict = collect(report, index, name=visible(name), place=spots.of, lines=lines, known=asked.known)
    if not report.is_empty:
        return verdict
    return replace(verdict, findings=(replace(_NOTHING_CHECKED, subject=visible(name)), *verdict.findings))


_NOTHING_CHECKED = Finding(
    rule="nothing-checked",
    origin="check",
    severity="violation",
    node="",
    subject="",
    messages=(
        ("en", "The shapes look at no node of the graph, so that nothing was checked."),
        ("zh", "规则不涉及图中的任何节点，什么也没有检查。"),
    ),
    cures=(
        ("en", "Give a graph written by kgbuild build, or the shapes for this one with --shapes."),
        ("zh", "请给出 kgbuild build 所写的图，或用 --shapes 指明适用的规则。"),
    ),
    fingerprint=terms.h("nothing-checked"),
)


def _is_vocabulary(quads: Iterable[Quad]) -> bool:
    """Tell whether a file describes entries of registers alone."""
    registers = tuple(f"<{terms.ID}{kind}/" for kind in ("division", "body", "body-kind", "population", "initiative"))
    nodes = {s for s, *_ in quads}
    return bool(nodes) and all(node.startswith((*registers, f"<{terms.GPLANV}")) for node in nodes)


def _lines_of(path: str) -> dict[str, int]:
    """The lines of the nodes of a file that has lines."""
    if Path(path).suffix.lower() not in (".ttl", ".nt", ".nq", ".trig"):
        return {}
    return node_lines(Path(path).read_text(encoding="utf-8-sig"))


class _Spots:
    """Where the nodes of a graph stand in the policy text."""

    def __init__(self, index: Index, sources: Iterable[Path]) -> None:
        from kgbuild.proof.places import Places

        texts = [(path, read_file(path)) for path in sources]
        known = {terms.lexical(o): s for s, o in index.pairs("contentSha256")}
        # Several graphs may be judged with the sources of all of them, so that a source of another is no error.
        self.texts = {known[text.sha256][1:-1]: (path, text) for path, text in texts if text.sha256 in known}
        self.places = Places(index, [(text.sha256, text.text) for _, text in texts])
        self.starts = {node: line_starts(text.text) for node, (_, text) in self.texts.items()}

    def of(self, node: str) -> Spot | None:
        """The evidence of a node, else of its mentions, else of what it belongs to; the first in the text."""
        span = self.places.at(node)
        found = [span] if span else self.places.of(node)
        index = self.places.index
        owners = [s for s, p in index.owners(node) if p not in _VOCABULARY]
        for others in (index.mentions(node), owners):
            found = found or sorted(place for other in others for place in self.places.of(other))
        return self._spot(found[0]) if found else self._start(node)

    def _start(self, node: str) -> Spot | None:
        """The start of the only source, for what a document lacks."""
        if not self.places.index.first(node, "hasSourceText") or len(self.texts) != 1:
            return None
        (key, _), *_ = self.texts.items()
        return self._spot(Place(start=0, end=1, quote="", text=key, span=""))

    def _spot(self, place: Place) -> Spot:
        bare = Spot(start=place.start, end=place.end, quote=place.quote)
        if place.text not in self.texts:
            return bare
        path, text = self.texts[place.text]
        if text.reader.partition("/")[0] != "text":
            return replace(bare, file=visible(str(path)))
        line, column = line_column(self.starts[place.text], place.start)
        end_line, end_column = line_column(self.starts[place.text], place.end)
        return replace(
            bare, file=visible(str(path)), line=line, column=column, end_line=end_line, end_column=end_column
        )


_VOCABULARY = {f"<{terms.RDF}type>", f"<{terms.SKOS}broader>", f"<{terms.SKOS}inScheme>"}


def read_baseline(path: Path) -> frozenset[str]:
    """Return the fingerprints of a baseline: what `validate --format json` or `--format sarif` wrote.

    Raises:
        InputError: the file cannot be read, or is neither.
    """
    try:
        text = bytes_of(str(path), _LARGEST_BASELINE).decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise InputError("cannot be read as UTF-8", where=str(path), cure="check --baseline") from e
    try:
        if '"runs"' in text:
            results = [r for run in json.loads(text)["runs"] for r in run["results"]]
            return frozenset(str(r["partialFingerprints"]["kgbuild/v1"]) for r in results)
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
        return frozenset(str(f["fingerprint"]) for record in records for f in record["findings"])
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        cure = "give what kgbuild validate --format json wrote"
        raise InputError("is no baseline", where=str(path), cure=cure) from e

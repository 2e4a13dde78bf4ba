"""Findings on a graph, from the builder and the shapes, each located in the policy text.

Composes validate and proof, which do not depend on each other. Guarantees: a finding quotes the sentence on which it
rests, if the graph has evidence and the source is given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.files import bytes_of, read_file
from kgbuild.errors import InputError, Message, visible
from kgbuild.graph.facts import refuse_facts
from kgbuild.graph.triples import triples_of
from kgbuild.model.lines import line_column, line_starts
from kgbuild.proof.places import SourcePlace
from kgbuild.store import index_of, read_triples
from kgbuild.validate import GraphFinding, Spot, collect, node_lines, validate
from kgbuild.validate.asserted import refuse_inferred

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence, Set

    from kgbuild.model import Severity, Triple
    from kgbuild.store import Index
    from kgbuild.validate import Engine, Verdict

_LARGEST_BASELINE = 512_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How graphs are judged.

    Attributes:
        shapes: Shape files used instead of ours; empty for ours.
        sources: Files from which the graphs were built.
        fail_on: The lowest severity that counts.
        known: Fingerprints of findings that do not count.
        engine: Validation engine.
    """

    shapes: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = ()
    fail_on: Severity = "violation"
    known: frozenset[str] = frozenset()
    engine: Engine = "compiled"


def judge_file(path: str, judging: Judging = Judging()) -> Verdict:
    """Return all findings on a graph file, from the builder and the shapes.

    Args:
        path: The file; `-` is the standard input.
        judging: Shapes, sources, threshold, baseline.

    Raises:
        InputError: a file cannot be read; inferred statements are mixed with asserted ones; a source belongs to no
            graph.
    """
    triples, inferred = read_triples("-" if path == "-" else Path(path))
    if not judging.shapes and _is_vocabulary(chain(triples.subjects(), inferred.subjects())):
        cure = Message("kgbuild vocab check {path}", path=path)
        raise InputError("holds a vocabulary, not the graph of a document", where=path, cure=cure)
    if not judging.shapes:
        refuse_facts(chain(triples, inferred), where=path)
        refuse_inferred(triples.columns.keys(), where=path)
    elif inferred:
        triples |= inferred
    verdict = judge_graph(triples, judging, name=path)
    lines = _lines_of(path, {f.node for f in verdict.findings})
    return replace(verdict, findings=tuple(replace(f, graph_line=lines.get(f.node)) for f in verdict.findings))


def judge_graph(
    triples: Iterable[Triple],
    judging: Judging = Judging(),
    *,
    name: str,
) -> Verdict:
    """Return all findings on a graph.

    Args:
        triples: The asserted statements with their slice of the vocabularies.
        judging: Shapes, sources, threshold, baseline.
        name: Name of the graph, for messages.

    Raises:
        InputError: the shapes or a source cannot be used.
    """
    graph = triples_of(triples)
    report = validate(graph, shapes=judging.shapes or None, fail_on=judging.fail_on, engine=judging.engine)
    index = index_of(graph)
    spots = _Spots(index, judging.sources)
    verdict = collect(report, index, name=visible(name), place=spots.of, known=judging.known)
    if not report.is_empty:
        return verdict
    en = "Give a graph written by kgbuild build, or the shapes for this one with --shapes."
    zh = "请给出 kgbuild build 所写的图，或用 --shapes 指明适用的规则。"
    return replace(verdict, findings=(nothing_checked(name, en=en, zh=zh), *verdict.findings))


def nothing_checked(name: str, *, en: str, zh: str) -> GraphFinding:
    """Return the finding that no node of a file was looked at.

    Args:
        name: The file.
        en: What to do about it, in English.
        zh: The same in Chinese.
    """
    return GraphFinding(
        rule="nothing-checked",
        origin="check",
        severity="violation",
        node="",
        subject=visible(name),
        messages=(
            ("en", "The shapes look at no node of the graph, so that nothing was checked."),
            ("zh", "规则不涉及图中的任何节点，什么也没有检查。"),
        ),
        cures=(("en", en), ("zh", zh)),
        fingerprint=terms.h("nothing-checked"),
    )


def _is_vocabulary(nodes: Iterable[str]) -> bool:
    """Tell whether a file only describes register entries."""
    registers = tuple(f"<{terms.ID}{kind}/" for kind in ("division", "body", "body-kind", "population", "initiative"))
    return all(node.startswith((*registers, f"<{terms.GPLANV}")) for node in nodes)


def _lines_of(path: str, nodes: Set[str]) -> dict[str, int]:
    """Return the line numbers of nodes in a file, if the format has lines."""
    if Path(path).suffix.lower() not in (".ttl", ".nt", ".nq", ".trig"):
        return {}
    with Path(path).open(encoding="utf-8-sig") as lines:
        return node_lines(lines, nodes)


class _Spots:
    """Locates nodes of a graph in the policy text."""

    def __init__(self, index: Index, sources: Iterable[Path]) -> None:
        from kgbuild.proof.places import Places

        texts = [(path, read_file(path)) for path in sources]
        known = {terms.lexical(o): s for s, o in index.pairs("contentSha256") if o.startswith('"')}
        # Several graphs may be judged with the sources of all, so a source of another graph is no error.
        self.texts = {known[text.sha256][1:-1]: (path, text) for path, text in texts if text.sha256 in known}
        self.places = Places(index, [text for _, text in texts])
        self.starts = {node: line_starts(text.text) for node, (_, text) in self.texts.items()}

    def of(self, node: str) -> Spot | None:
        """Return the evidence of a node, else of its mentions, else of what it belongs to; the first in the text."""
        span = self.places.at(node)
        found = [span] if span else self.places.of(node)
        index = self.places.index
        owners = [s for s, p in index.owners(node) if p not in _VOCABULARY]
        for others in (index.mentions(node), owners):
            found = found or sorted(place for other in others for place in self.places.of(other))
        return self._spot(found[0]) if found else self._start(node)

    def _start(self, node: str) -> Spot | None:
        """Return the start of the only source, for findings about something that a document lacks."""
        if not self.places.index.first(node, "hasSourceText") or len(self.texts) != 1:
            return None
        (key, _), *_ = self.texts.items()
        return self._spot(SourcePlace(start=0, end=1, quote="", text=key, span=""))

    def _spot(self, place: SourcePlace) -> Spot:
        bare = Spot(start=place.start, end=place.end, quote=place.quote)
        if place.text not in self.texts:
            return bare
        path, text = self.texts[place.text]
        if text.anchors:
            in_file = text.place_at(place.start)
            return replace(bare, file=visible(str(path)), in_file=in_file)
        line, column = line_column(self.starts[place.text], place.start)
        end_line, end_column = line_column(self.starts[place.text], place.end)
        return replace(
            bare, file=visible(str(path)), line=line, column=column, end_line=end_line, end_column=end_column
        )


_VOCABULARY = {terms.TYPE, terms.BROADER, terms.SCHEME}


def read_baseline(path: Path) -> frozenset[str]:
    """Return the fingerprints in a baseline written by `validate --format json` or `--format sarif`.

    Raises:
        InputError: the file cannot be read, or has neither format.
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
        raise InputError("is not a baseline", where=str(path), cure=cure) from e


def render_verdicts(verdicts: Sequence[Verdict], form: str, lang: str = "en", *, has_baseline: bool = False) -> str:
    """Render verdicts as one document; JSON as one line for each.

    Args:
        verdicts: The verdicts.
        form: `text`, `json`, `sarif`, `junit`, `github`, `markdown`; `ttl` for the W3C validation report, `raw` for
            that of the engine.
        lang: Language of messages.
        has_baseline: Whether known findings were excluded, which SARIF states.
    """
    from kgbuild import validate as room

    forms: dict[str, Callable[[], str]] = {
        "text": lambda: "".join(room.render_text(v, lang) for v in verdicts),
        "json": lambda: "".join(map(room.render_json, verdicts)),
        "sarif": lambda: room.render_sarif(verdicts, lang, baseline=has_baseline),
        "junit": lambda: room.render_junit(verdicts, lang),
        "github": lambda: room.render_github(verdicts, lang),
        "markdown": lambda: room.render_markdown(verdicts, lang),
        "ttl": lambda: "\n".join(room.report_turtle(v.report) for v in verdicts),
        "raw": lambda: "".join(room.report_text(v.report) for v in verdicts),
    }
    return forms[form]()

"""Third level of proof: the document built again, and its asserted graph compared statement by statement.

Takes the graph and the graphs as built now. Two graphs are compared only where their runs are the same one: the same
version, configuration, vocabularies, decisions and reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.serialise import ontology_header
from kgbuild.proof.report import Rebuild
from kgbuild.store import Index
from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.graph.emit import Graphs
    from kgbuild.model import Triple

_OWN = ("action", "correction", "finding", "measure", "mention", "section", "span", "statement", "text")
"""Types of node that belong to one document alone."""
_RUN = (
    ("toolVersion", "kgbuild"),
    ("readerName", "reader"),
    ("configDigest", "configuration"),
    ("vocabularyDigest", "vocabularies"),
)
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A document as built now.

    Attributes:
        sha256: Hash of its read text.
        base: Base of its instances.
        graphs: Its asserted graph and the slice of the vocabularies.
    """

    sha256: str
    base: str
    graphs: Graphs

    @property
    def text(self) -> str:
        """Node of the source text."""
        return f"<{self.base}text/{self.sha256[:16]}>"

    @property
    def statements(self) -> frozenset[Triple]:
        """All that a file of the asserted graph holds."""
        return self.graphs.asserted | self.graphs.vocabulary | ontology_header(self.base, self.sha256[:16])


def compare(quads: Iterable[tuple[str, str, str, str]], fresh: Sequence[Fresh]) -> dict[str, Rebuild]:
    """Compare a graph with documents built again.

    Args:
        quads: The graph; inferred graphs are left out.
        fresh: Each document of a source that is at hand.

    Returns:
        The third level by the SHA-256 of the source. A foreign statement is named at the document whose node it is
        about, else at the first. Where a document of the graph has no source at hand, statements about what several
        documents share are not called foreign.
    """
    quads = [q for q in quads if not terms.is_inferred(q[3])]
    nodes, given = Index(quads), {(s, p, o) for s, p, o, _ in quads}
    runs = {f.sha256: _run(nodes, f) for f in fresh}
    same = [f for f in fresh if runs[f.sha256] is None]
    known = {t for f in same for t in f.statements}
    whole = len(same) == len(nodes.of_type("SourceText"))
    foreign = [t for t in sorted(given - known) if whole or _is_own(t[0], same)]
    out = {sha: state for sha, state in runs.items() if state is not None}
    for n, f in enumerate(same):
        mine = {s for s, _, _ in f.graphs.asserted}
        rest = [t for t in foreign if t[0] in mine or n == len(same) - 1]
        foreign = [t for t in foreign if t not in set(rest)]
        missing = tuple(sorted(f.statements - given))
        out[f.sha256] = Rebuild(state="differs" if rest or missing else "equal", foreign=tuple(rest), missing=missing)
    return out


def _is_own(node: str, fresh: Sequence[Fresh]) -> bool:
    """Tell whether a node belongs to one of the documents alone."""
    keys = {f"<{f.base}{kind}/{key}" for f in fresh for kind in _OWN for key in _keys(f)}
    return any(node.startswith((f"{k}.", f"{k}>")) for k in keys)


def _keys(f: Fresh) -> set[str]:
    """Keys of the source and of the documents that it holds."""
    start = f"<{f.base}document/"
    return {
        f.sha256[:16],
        *(s[len(start) : -1] for s, p, _ in f.graphs.asserted if s.startswith(start) and "hasSourceText" in p),
    }


def _run(nodes: Index, f: Fresh) -> Rebuild | None:
    """Return why a document cannot be compared, None where it can."""
    said = nodes.values(f.text, "generatedBy")
    if not said:
        return Rebuild(state="not compared", made_by=f"no run is stated for {bare(f.text)}")
    about = {f.text, *(o for s, p, o in f.graphs.asserted if s == f.text)}
    now = Index((*t, "") for t in f.graphs.asserted if t[0] in about)
    if said == now.values(f.text, "generatedBy"):
        return None
    return Rebuild(
        state="not re-derivable",
        made_by="made by " + (_differences(nodes, said[0], now, f) or "a run on another text, or with other decisions"),
    )


def _differences(nodes: Index, run: str, now: Index, f: Fresh) -> str:
    mine = now.values(f.text, "generatedBy")[0]
    out = []
    for name, word in _RUN:
        was, is_now = nodes.text(run, name) or "unknown", now.text(mine, name) or "unknown"
        if was != is_now:
            out.append(f"{word} {was[:_SHORT]} (now {is_now[:_SHORT]})")
    return ", ".join(out)

"""Third level of proof: every graph of the file is compared with the rebuilt documents.

Two graphs are compared only if their runs agree in version, configuration, vocabularies, decisions and reader. Inferred
statements are recomputed from the rebuilt document or, if it could not be rebuilt, from what the file asserts.
Guarantees: a statement of the file is either reproduced or reported: as foreign in a graph of ours, as not compared if
it may belong to an unavailable source, or as foreign by the name of its graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from kgbuild.errors import Message
from kgbuild.graph.reason import axioms_among, close
from kgbuild.graph.serialise import ontology_header
from kgbuild.proof.layout import VOCABULARY, GraphLayout
from kgbuild.proof.report import Rebuild
from kgbuild.proof.spans import RUN_VALUES
from kgbuild.store import Index, load_schema
from kgbuild.terms import TYPES, aligned_name, bare, gplan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from kgbuild.graph.emit import Graphs
    from kgbuild.model import Triple
    from kgbuild.store import Quad

_SHARED = frozenset({"body", "document", "initiative", "run"})
_OWN = tuple(kind for kind in TYPES if kind not in _SHARED)
"""Types of nodes that belong to a single document."""
_RUN_WORDS = ("kgbuild", Message("reader"), Message("configuration"), Message("vocabularies"))
_SHORT = 12


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A rebuilt document.

    Attributes:
        sha256: Hash of its read text.
        base: Base IRI of its instances.
        graphs: Its asserted graph and the slice of the vocabularies.
        given: Metadata stated by the user, taken from the graph.
    """

    sha256: str
    base: str
    graphs: Graphs
    given: frozenset[Triple] = frozenset()

    @property
    def text(self) -> str:
        """Node of the source text."""
        return f"<{self.base}text/{self.sha256[:16]}>"

    @cached_property
    def asserted(self) -> frozenset[Triple]:
        """The asserted graph with its header."""
        return frozenset((*self.graphs.asserted, *ontology_header(self.base, self.sha256[:16])))

    @cached_property
    def vocabulary(self) -> frozenset[Triple]:
        """The slice of the vocabularies."""
        return frozenset(self.graphs.vocabulary)

    @property
    def statements(self) -> frozenset[Triple]:
        """All that a flat file of the asserted graph holds."""
        return self.asserted | self.vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildComparison:
    """A file compared with the rebuilt documents; all tuples are sorted.

    Attributes:
        rebuilds: Result for each source, by the SHA-256 of its text.
        foreign: Statements in graphs of ours that neither a document nor a rule yields.
        missing: Statements that the rules yield and an inferred graph lacks, for documents that could not be rebuilt.
        others: Statements in graphs with foreign names, which were not examined.
        not_given: Source texts of the file that were not rebuilt, for no other reason.
        not_compared: Number of statements that may belong to them.
        follows: Number of inferred statements that follow.
    """

    rebuilds: dict[str, Rebuild] = field(default_factory=dict)
    foreign: tuple[Quad, ...] = ()
    missing: tuple[Quad, ...] = ()
    others: tuple[Quad, ...] = ()
    not_given: tuple[str, ...] = ()
    not_compared: int = 0
    follows: int = 0


def compare(layout: GraphLayout, fresh: Sequence[Fresh]) -> RebuildComparison:
    """Compare a file with rebuilt documents.

    Args:
        layout: The graphs of the file.
        fresh: The rebuilt document of each available source.
    """
    return _Comparer(layout, fresh).result()


class _Comparer:
    """One comparison of what each graph should contain with what it contains."""

    def __init__(self, layout: GraphLayout, fresh: Sequence[Fresh]) -> None:
        self.layout = layout
        self.states = {f.sha256: _made_otherwise(layout, f) for f in fresh}
        self.fresh = {f.text: f for f in fresh if self.states[f.sha256] is None}
        self.tried = {f.text for f in fresh}
        self.missing: dict[str, set[Quad]] = {text: set() for text in self.fresh}
        self.foreign: set[Quad] = set()
        self.unmade: set[Quad] = set()
        self.not_compared = 0
        self.follows = 0
        self.is_own = _Owned(self.fresh.values())

    def result(self) -> RebuildComparison:
        """Compare every graph."""
        layout, others = self.layout, []
        homes = set(layout.homes.values())
        closures: dict[str, list[str]] = {}
        for text in layout.homes:
            closures.setdefault(layout.inferred(text), []).append(text)
        alignments = {aligned_name(name): texts for name, texts in closures.items()}
        for name in layout.names:
            if name in homes or name in closures or name in alignments or name == VOCABULARY:
                continue
            found = [(*t, name) for t in sorted(layout.graph(name))]
            if layout.is_of_relations(name):
                # What is between documents follows from no single one; nothing else may stand there.
                others += [q for q in found if layout.is_relation(q[0])]
                self.foreign.update(q for q in found if not layout.is_relation(q[0]))
            elif layout.is_ours(name):
                self.foreign.update(found)
            else:
                others += found
        for home in sorted(homes):
            self._home(home)
        self._vocabulary()
        for name, texts in sorted(closures.items()):
            self._closure(name, texts)
        for name, texts in sorted(alignments.items()):
            self._alignment(name, texts)
        return RebuildComparison(
            rebuilds={sha: state or self._state(sha) for sha, state in self.states.items()},
            foreign=tuple(sorted(self.foreign)),
            missing=tuple(sorted(self.unmade)),
            others=tuple(others),
            not_given=tuple(bare(t) for t in layout.homes if t not in self.tried),
            not_compared=self.not_compared,
            follows=self.follows,
        )

    def _state(self, sha: str) -> Rebuild:
        text = next(t for t, f in self.fresh.items() if f.sha256 == sha)
        graphs = {self.layout.homes[text], self.layout.inferred(text)}
        missing = tuple(sorted(self.missing[text]))
        is_equal = not missing and not any(q[3] in graphs for q in self.foreign)
        return Rebuild(state="equal" if is_equal else "differs", missing=missing)

    def _is_joined(self, f: Fresh) -> bool:
        """Tell whether the vocabulary slice is in the home graph, as in a flat file."""
        home = self.layout.graph(self.layout.homes[f.text])
        return not self.layout.graph(VOCABULARY) or f.vocabulary <= home

    def _expected(self, f: Fresh) -> frozenset[Triple]:
        return f.statements if self._is_joined(f) else f.asserted

    def _home(self, home: str) -> None:
        given, texts = self.layout.graph(home), self.layout.texts_in(home)
        known: set[Triple] = set()
        for text in texts:
            if text in self.fresh:
                expected = self._expected(self.fresh[text])
                known |= expected
                self.missing[text].update((*t, home) for t in expected - given)
        self._extra(home, given - known, is_whole=all(t in self.fresh for t in texts))

    def _vocabulary(self) -> None:
        given = self.layout.graph(VOCABULARY)
        known = {t for f in self.fresh.values() for t in f.vocabulary}
        for text, f in self.fresh.items():
            if not self._is_joined(f):
                self.missing[text].update((*t, VOCABULARY) for t in f.vocabulary - given)
        self._extra(VOCABULARY, given - known, is_whole=self._is_whole)

    @property
    def _is_whole(self) -> bool:
        return all(text in self.fresh for text in self.layout.homes)

    def _extra(self, graph: str, extra: Set[Triple], *, is_whole: bool) -> None:
        """Report extra statements as foreign; if sources are missing, only those about nodes of rebuilt documents."""
        foreign = {t for t in extra if is_whole or self.is_own(t[0])} | axioms_among(extra)
        self.foreign.update((*t, graph) for t in foreign)
        self.not_compared += len(extra) - len(foreign)

    def _closure(self, name: str, texts: list[str]) -> None:
        """Compare an inferred graph with the recomputed closure."""
        layout, given = self.layout, self.layout.graph(name)
        if not given and not any(map(layout.needs_closure, texts)):
            return
        made = [self.fresh[t] for t in texts if t in self.fresh]
        if len(made) == len(texts):
            most = least = _closed(t for f in made for t in f.statements)
        else:
            stated = {t for text in texts for t in layout.graph(layout.homes[text])}
            most = _closed(stated | layout.graph(VOCABULARY))
            # The slices of other documents yield statements stored with those documents.
            least = most if len(layout.homes) == len(texts) else _closed(stated)
        self.follows += len(given & most)
        self.foreign.update((*t, name) for t in given - most)
        missing = {(*t, name) for t in least - given}
        if len(made) == len(texts):
            self.missing[texts[0]].update(missing)
        else:
            self.unmade.update(missing)

    def _alignment(self, name: str, texts: list[str]) -> None:
        """Compare an aligned graph, if present, with what the alignments yield."""
        given = self.layout.graph(name)
        if not given:
            return
        stated = {t for text in texts for t in self.layout.graph(self.layout.homes[text])}
        stated |= self.layout.graph(VOCABULARY)
        expected = _closed(stated, aligned=True) - _closed(stated)
        self.follows += len(given & expected)
        self.foreign.update((*t, name) for t in given - expected)
        self.unmade.update((*t, name) for t in expected - given)


def _closed(triples: Iterable[Triple], *, aligned: bool = False) -> frozenset[Triple]:
    data = set(triples)
    return frozenset(close(data - axioms_among(data), load_schema(aligned=aligned).rules))  # axioms are foreign


class _Owned:
    """Tells whether a node belongs to one of some documents alone."""

    def __init__(self, fresh: Iterable[Fresh]) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._nodes: set[str] = set()
        for f in fresh:
            start = f"<{f.base}document/"
            keys = {
                s[len(start) : -1]
                for s, p, _ in f.graphs.asserted
                if p == gplan("hasSourceText") and s.startswith(start)
            }
            self._keys |= {(f.base, key) for key in (f.sha256[:16], *keys)}
            self._nodes |= {o for s, p, o in f.graphs.asserted if p == gplan("generatedBy")}

    def __call__(self, node: str) -> bool:
        match = _KEYED.match(node)
        return node in self._nodes or (match is not None and (match[1], match[2]) in self._keys)


_KEYED = re.compile(rf"<(.*?)(?:{'|'.join(_OWN)})/([^/.>]+)[.>]")


def _made_otherwise(layout: GraphLayout, f: Fresh) -> Rebuild | None:
    """Return why a document cannot be compared, None if it can."""
    index = layout.index
    if f.text not in layout.homes:
        sha = f'"{f.sha256}"'
        known = [t for t in layout.homes if index.has(t, "contentSha256", sha)]
        why = (
            Message("its text is {text} here, not {expected}", text=bare(known[0]), expected=bare(f.text))
            if known
            else Message("the graph is of another text, not {expected}", expected=bare(f.text))
        )
        return Rebuild(state="not compared", made_by=why)
    recorded = index.values(f.text, "generatedBy")
    about = {f.text, *(o for s, p, o in f.graphs.asserted if s == f.text)}
    now = Index((*t, "") for t in f.graphs.asserted if t[0] in about)
    if recorded == now.values(f.text, "generatedBy"):
        return None
    if not recorded:
        return Rebuild(state="not compared", made_by=Message("no run is stated for {text}", text=bare(f.text)))
    made = _differences(index, recorded[0], now, f) or Message("a run on another text, or with other decisions")
    return Rebuild(state="not re-derivable", made_by=Message("made by {run}", run=made))


def _differences(index: Index, run: str, now: Index, f: Fresh) -> str:
    mine = now.values(f.text, "generatedBy")[0]
    out: list[str] = []
    for name, word in zip(RUN_VALUES, _RUN_WORDS, strict=True):
        was, is_now = index.text(run, name) or "unknown", now.text(mine, name) or "unknown"
        if was != is_now:
            out.append(Message("{what} {was} (now {now})", what=word, was=was[:_SHORT], now=is_now[:_SHORT]))
    return reduce(_listed, out) if out else ""


def _listed(one: str, other: str) -> str:
    return Message("{one}, {other}", one=one, other=other)

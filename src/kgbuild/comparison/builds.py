"""Comparison of two builds of the same documents, by different versions, vocabularies or configurations.

Keys are permanent, so a statement in both builds has the same IRI. Statements in one build only are matched by place
and wording: two that rest on the same words are one statement that changed. Changes are reported by kind of statement,
with place and content; for evidence, mentions and vocabularies only counts are reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.comparison.changes import KINDS, FactChangeKind, compare
from kgbuild.comparison.plan import plans_of_graph
from kgbuild.model.layers import LAYERS
from kgbuild.store import Index, Rows
from kgbuild.terms import COMMENT, LABEL, PREF, TITLE, TYPE, gplan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.store import Quad, Value

_TITLE, _LABEL, _RDFS_LABEL = TITLE, PREF, LABEL
_NAMES = (_TITLE, _LABEL, _RDFS_LABEL)
_EVIDENCE, _GENERATED, _TEXT = gplan("evidence"), gplan("generatedBy"), gplan("hasSourceText")
_SPAN, _MENTION, _RUN, _SOURCE = "SourceSpan", "Mention", "ExtractionRun", "SourceText"
_COUNTED = {gplan(n) for n in (
    "confidence", "extractionRule", "linkMethod", "listPosition", "measureOrder", "itemOrder", "sectionOrder",
    "roleBasis",
)}  # fmt: skip
"""Properties about how a statement was read, or that follow from others: counted rather than listed."""
_GRADES = {gplan(n) for n in ("confidence", "extractionRule", "linkMethod")}
_NO_WORDS = {TYPE, _EVIDENCE, *_COUNTED, COMMENT, gplan("findingNode")}
_PLACED = {"Action", "Section"}
_STATEMENTS = {layer.cls for layer in LAYERS.values()}
_VOCABULARY, _INFERRED = "vocabulary", "inferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildChange:
    """A difference between two builds.

    Attributes:
        kind: Local name of the class of what changed; `vocabulary` for vocabulary entries, `inferred` for inferred
            statements.
        change: `gained` or `lost`: present only in the later or earlier build; `changed`: present in both.
        prop: The property whose value changed, as a term; '' if the whole was gained, lost or changed.
        document: Title of the document, '' for what belongs to none or several.
        where: Path of the action or section, '' if there is none.
        before: Content in the earlier build, as terms; () if absent.
        after: Content in the later build, as terms; () if absent.
        times: Number of identical changes; if greater than 1, no place is given.
    """

    kind: str
    change: FactChangeKind
    prop: str = ""
    document: str = ""
    where: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildDiff:
    """The differences between two builds.

    Attributes:
        changes: The changes: documents first, then their content, then how it was read.
        labels: Chinese and English labels of the terms in the changes.
        differs: Whether any statement differs, including spans and mentions.
        aside: Number of differing statements that are not reported: spans, and consequences of reported changes.
    """

    changes: tuple[BuildChange, ...]
    labels: Mapping[str, tuple[str, str]] = field(repr=False)
    differs: bool
    aside: int

    @property
    def counts(self) -> dict[tuple[str, FactChangeKind], int]:
        """Number of changes by kind and change, in order."""
        found: Counter[tuple[str, FactChangeKind]] = Counter()
        for c in self.changes:
            found[c.kind, c.change] += c.times
        return dict(found)

    def words(self, term: str, lang: str) -> str:
        """Return a term in words: its label, the lexical form of a literal, otherwise the last segment of its IRI."""
        return _words(self.labels, term, lang)

    def in_words(self, parts: Sequence[str], lang: str) -> str:
        """Return one side of a change in words, '' if it is absent."""
        return ", ".join(dict.fromkeys(self.words(p, lang) for p in parts))

    def rows(self, lang: str = "en") -> Rows:
        """Return one row for each change."""
        columns = ("kind", "change", "times", "document", "where", "property", "before", "after")
        return Rows(columns=columns, rows=tuple(self._row(c, lang) for c in self.changes))

    def _row(self, c: BuildChange, lang: str) -> tuple[Value, ...]:
        return (
            self.words(gplan(c.kind), lang),
            c.change,
            c.times,
            c.document or None,
            c.where or None,
            self.words(c.prop, lang) if c.prop else None,
            self.in_words(c.before, lang) or None,
            self.in_words(c.after, lang) or None,
        )


def compare_builds(
    before: Iterable[Quad], after: Iterable[Quad], *, names: Mapping[str, tuple[str, str]] | None = None
) -> BuildDiff:
    """Compare two builds of the same documents.

    Args:
        before: Quads of the earlier build, with graph names as in `kgbuild.terms`; each build has one base IRI.
        after: Quads of the later build.
        names: Chinese and English labels of ontology terms, by term.
    """
    new = set(after)
    old = _rebased(set(before), new)
    a, b = _Build(old), _Build(new)
    labels = {**(names or {}), **a.labels, **b.labels}
    found = _Finder(a, b)
    changes = _together([*found.documents(), *found.statements(), *found.counted(), *found.inferred()])
    aside = len({q[:3] for q in old} ^ {q[:3] for q in new}) - sum(c.times for c in changes)
    return BuildDiff(changes=changes, labels=labels, differs=old != new, aside=max(0, aside))


def merge(diffs: Iterable[BuildDiff]) -> BuildDiff:
    """Merge comparisons, such as those of the documents of a store."""
    changes, labels, differs, aside = list[BuildChange](), dict[str, tuple[str, str]](), False, 0
    for diff in diffs:
        changes += diff.changes
        labels.update(diff.labels)
        differs, aside = differs or diff.differs, aside + diff.aside
    return BuildDiff(changes=_together(changes), labels=labels, differs=differs, aside=aside)


def _together(changes: Iterable[BuildChange]) -> tuple[BuildChange, ...]:
    """Return the changes in order, with identical ones counted together."""
    counted: Counter[BuildChange] = Counter()
    for c in changes:
        counted[replace(c, times=1)] += c.times
    return tuple(replace(c, times=n) for c, n in sorted(counted.items(), key=lambda item: _rank(item[0])))


_LATE = {_MENTION: 2, _VOCABULARY: 3, _INFERRED: 4}


def _rank(c: BuildChange) -> tuple[object, ...]:
    first = 0 if c.kind in (_RUN, _SOURCE) else _LATE.get(c.kind, 1)
    is_number = not (c.document or c.where)
    return first, c.kind, is_number, c.document, _steps(c.where), c.prop, c.change, c.before, c.after


def _steps(path: str) -> tuple[tuple[int, str], ...]:
    return tuple((len(step), step) for step in path.split("/"))


def _rebased(old: set[Quad], new: set[Quad]) -> set[Quad]:
    """Move the earlier build to the base IRI of the later one, if each has one."""
    first, second = (_bases(quads) for quads in (old, new))
    if first == second or len(first) != 1 or len(second) != 1:
        return old
    mine, theirs = f"<{first.pop()}", f"<{second.pop()}"

    def moved(term: str) -> str:
        return theirs + term[len(mine) :] if term.startswith(mine) else term

    return {(moved(s), moved(p), moved(o), moved(g)) for s, p, o, g in old}


def _bases(quads: set[Quad]) -> set[str]:
    return {s[1:].rpartition("text/")[0] for s, p, o, _ in quads if p == TYPE and o == gplan(_SOURCE)}


def _words(labels: Mapping[str, tuple[str, str]], term: str, lang: str) -> str:
    zh, en = labels.get(term, ("", ""))
    if name := (zh or en) if lang == "zh" else (en or zh):
        return name
    if term.startswith('"'):
        return terms.lexical(term)
    return terms.bare(term).rpartition("#")[2].rpartition("/")[2]


class _Build:
    """One build, indexed by node."""

    def __init__(self, quads: set[Quad]) -> None:
        self.nodes = Index(quads)
        self.inferred = {q[:3] for q in quads if terms.is_inferred(q[3])}
        self.props: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
        for s, p, o, g in quads:
            if not terms.is_inferred(g):
                self.props[s].setdefault(p, set()).add(o)
        self.cls = {s: self._class(ps[TYPE]) for s, ps in self.props.items() if TYPE in ps}
        self.owner = {o: s for s, c in sorted(self.cls.items()) if c in _PLACED for os in self.props[s].values()
                      for o in os if self.cls.get(o) in _STATEMENTS}  # fmt: skip
        self.titles = dict[str, str]()
        for document, props in sorted(self.props.items()):
            for text in props.get(_TEXT, ()):
                # The carried document is what people refer to.
                carries = gplan("transmits") in props
                self.titles[text] = self.titles.get(text, "") if carries else self._title(document)
        for text, title in self.titles.items():
            self.titles[text] = title or next(map(self._title, self.nodes.subjects("hasSourceText", text)), "")

    @property
    def labels(self) -> dict[str, tuple[str, str]]:
        """Labels of the nodes that have one."""
        out = {}
        for node, props in self.props.items():
            names = sorted(v for p in _NAMES for v in props.get(p, ()))
            zh = next((terms.lexical(v) for v in names if v.endswith("@zh")), "")
            en = next((terms.lexical(v) for v in names if v.endswith("@en")), "")
            if zh or en:
                out[node] = (zh, en)
        return out

    def _class(self, types: set[str]) -> str:
        return min(t.rpartition("#")[2].rpartition("/")[2].rstrip(">") for t in types)

    def _title(self, document: str) -> str:
        return self.nodes.first(document, _TITLE) or self.nodes.first(document, _RDFS_LABEL)

    def name(self, node: str) -> str:
        """Return the label of a node, '' if it has none."""
        return self.nodes.first(node, _LABEL) or self._title(node)

    def source(self, node: str) -> str:
        """Return the source text from which a node was read, '' if there is none."""
        if self.cls.get(node) == _SOURCE:
            return node
        for span in sorted(self.props[node].get(_EVIDENCE, ())):
            for text in self.nodes.values(span, "inSource"):
                return text
        return next(iter(self.nodes.values(node, "inSource") or self.nodes.values(node, "hasSourceText")), "")

    def where(self, node: str) -> str:
        """Return the path of the action or section of a node, with its opening words."""
        for _ in range(3):
            if self.cls.get(node) in _PLACED:
                return self.nodes.first(node, "itemPath")
            node = self.owner.get(node, "")
        return ""

    def quotes(self, node: str) -> list[str]:
        """Return the evidence of a node as wordings, in reading order."""
        spans = self.props[node].get(_EVIDENCE, set())
        placed = sorted((place.start, s) for s in spans if (place := self.nodes.place(s)) is not None)
        return [v for _, s in placed for v in self.nodes.values(s, "exactText")]

    def described(self, node: str) -> tuple[str, ...]:
        """Return the content of a node, as terms: its label, or its evidence and what it is linked to."""
        props = self.props[node]
        for name in _NAMES:
            if found := sorted(props.get(name, ()), key=lambda v: (not v.endswith("@zh"), v)):
                return (found[0],)
        told = [o for p in sorted(props) if p not in _NO_WORDS for o in sorted(props[p])]
        return (*self.quotes(node)[:1], *(o for o in told if self.cls.get(o) not in (_SPAN, _MENTION)))

    def is_vocabulary(self, node: str) -> bool:
        """Tell whether a node comes from the vocabularies rather than from the text."""
        return node.startswith((f"<{terms.ID}", f"<{terms.GPLANV}", f"<{terms.GPLAN}"))

    def is_told(self, node: str) -> bool:
        """Tell whether a node is reported by itself: documents, sections, actions, statements, findings, corrections.

        Unregistered names are reported through the statements that refer to them.
        """
        cls = self.cls[node]
        is_said = cls in _STATEMENTS or cls in _PLACED or cls in ("Finding", "TextCorrection")
        return is_said or _TEXT in self.props[node]


class _Finder:
    """Finds the differences between two builds."""

    def __init__(self, a: _Build, b: _Build) -> None:
        self.a, self.b = a, b
        texts = {s for s, c in a.cls.items() if c == _SOURCE}, {s for s, c in b.cls.items() if c == _SOURCE}
        self.lost_texts, self.new_texts = texts[0] - texts[1], texts[1] - texts[0]
        self.lost = [n for n in sorted(a.cls.keys() - b.cls.keys()) if a.source(n) not in self.lost_texts]
        self.gained = [n for n in sorted(b.cls.keys() - a.cls.keys()) if b.source(n) not in self.new_texts]
        self.both = sorted(a.cls.keys() & b.cls.keys())

    # -- documents, and who built them
    def documents(self) -> Iterator[BuildChange]:
        """Yield differences in provenance, and documents added, removed, or with another text."""
        runs = [[n for n, c in x.cls.items() if c == _RUN] for x in (self.a, self.b)]
        for prop in sorted({p for x, ns in zip((self.a, self.b), runs, strict=True) for n in ns for p in x.props[n]}):
            values = [sorted({v for n in ns for v in x.props[n].get(prop, ())})
                      for x, ns in zip((self.a, self.b), runs, strict=True)]  # fmt: skip
            if values[0] != values[1]:
                yield BuildChange(
                    kind=_RUN, change="changed", prop=prop, before=tuple(values[0]), after=tuple(values[1])
                )
        old = {p.node: p for p in plans_of_graph(self.a.nodes) if p.text in self.lost_texts}
        new = {p.node: p for p in plans_of_graph(self.b.nodes) if p.text in self.new_texts}
        again = {old[n].text for n in old.keys() & new.keys()}, {new[n].text for n in old.keys() & new.keys()}
        for node in sorted(old.keys() & new.keys()):
            counts = compare(old[node], new[node]).counts
            told = tuple(terms.literal(f"{kind} {counts[kind]}") for kind in KINDS if counts[kind])
            yield BuildChange(kind=_SOURCE, change="changed", document=new[node].title, after=told)
        for text in sorted(self.lost_texts - again[0]):
            yield BuildChange(kind=_SOURCE, change="lost", document=self.a.titles.get(text, ""))
        for text in sorted(self.new_texts - again[1]):
            yield BuildChange(kind=_SOURCE, change="gained", document=self.b.titles.get(text, ""))

    # -- what the documents say
    def statements(self) -> Iterator[BuildChange]:
        """Yield differences in the content of documents, sections and actions, and in findings."""
        lost, gained = ([n for n in ns if x.is_told(n)] for x, ns in ((self.a, self.lost), (self.b, self.gained)))
        pairs = self._same(lost, gained)
        for x, y in pairs:
            yield from self._changed(x, y)
        paired = {n for pair in pairs for n in pair}
        yield from (self._whole(self.a, n, "lost") for n in lost if n not in paired)
        yield from (self._whole(self.b, n, "gained") for n in gained if n not in paired)
        for node in self.both:
            if self.b.cls[node] not in (_SPAN, _MENTION, _RUN, _SOURCE):
                yield from self._properties(node)

    def _same(self, lost: list[str], gained: list[str]) -> list[tuple[str, str]]:
        """Pair statements of one class that rest on the same words under different keys, each in one pair."""
        at: defaultdict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for n in gained:
            for p in self.b.nodes.places(n, self.b.source(n)):
                at[self.b.cls[n], self.b.source(n)].append((p.start, p.end, n))
        pairs, taken = [], set[str]()
        for n in lost:
            text = self.a.source(n)
            for p in self.a.nodes.places(n, text):
                near = [(min(p.end, end) - max(p.start, start), m) for start, end, m in at[self.a.cls[n], text]]
                shared, other = max(((s, m) for s, m in near if m not in taken), default=(0, ""))
                if shared > 0:
                    pairs.append((n, other))
                    taken.add(other)
                    break
        return pairs

    def _whole(self, x: _Build, node: str, change: FactChangeKind) -> BuildChange:
        parts = x.described(node)
        return BuildChange(
            kind=x.cls[node],
            change=change,
            document=x.titles.get(x.source(node), ""),
            where=x.where(node),
            before=parts if change == "lost" else (),
            after=parts if change == "gained" else (),
        )

    def _changed(self, x: str, y: str) -> Iterator[BuildChange]:
        before, after = self.a.described(x), self.b.described(y)
        if before == after:
            before, after = (tuple(side.quotes(n)) for side, n in ((self.a, x), (self.b, y)))
        kind = self.b.cls[y]
        if before == after:
            yield BuildChange(kind=kind, change="changed", prop=_EVIDENCE)
            return
        title = self.b.titles.get(self.b.source(y), "")
        yield BuildChange(
            kind=kind, change="changed", document=title, where=self.b.where(y), before=before, after=after
        )

    def _properties(self, node: str) -> Iterator[BuildChange]:
        old, new = self.a.props[node], self.b.props[node]
        kind = _VOCABULARY if self.b.is_vocabulary(node) else self.b.cls[node]
        for prop in sorted(old.keys() | new.keys()):
            gone, come = old.get(prop, set()) - new.get(prop, set()), new.get(prop, set()) - old.get(prop, set())
            if prop in _COUNTED and (gone or come):
                # Grade and rule are worth showing with their values; the position in a list is not.
                is_told = prop in _GRADES
                before, after = (tuple(sorted(side)) if is_told else () for side in (gone, come))
                yield BuildChange(kind=kind, change="changed", prop=prop, before=before, after=after)
                continue
            if prop == _EVIDENCE and (gone or come):
                quotes = self.a.quotes(node), self.b.quotes(node)
                if quotes[0] == quotes[1] or kind not in _PLACED | _STATEMENTS:
                    yield BuildChange(kind=kind, change="changed", prop=prop)
                    continue
                gone, come = set(quotes[0]), set(quotes[1])
            gone, come = ({o for o in side if not self._follows(o)} for side in (gone, come))
            if gone or come:
                x = self.b if self.b.source(node) else self.a
                yield BuildChange(
                    kind=kind, change="changed", prop=prop, document=x.titles.get(x.source(node), ""),
                    where=x.where(node) or (self.b.name(node) if kind == _VOCABULARY else ""),
                    before=tuple(sorted(gone)), after=tuple(sorted(come)),
                )  # fmt: skip

    def _follows(self, value: str) -> bool:
        """Tell whether a value is a node reported by itself: a statement, a section, a span, a run."""
        kinds = {self.a.cls.get(value), self.b.cls.get(value)} - {None}
        return bool(kinds & {_SPAN, _MENTION, _RUN, _SOURCE, *_PLACED, *_STATEMENTS})

    # -- what is named, or merely counted
    def counted(self) -> Iterator[BuildChange]:
        """Yield names that only one build has, and counts of mentions and vocabulary entries that differ.

        A name that both have under different identifiers is told by the statements that refer to it.
        """
        lost, gained = ({(x.cls[n], x.name(n)) for n in ns} for x, ns in ((self.a, self.lost), (self.b, self.gained)))
        sides: tuple[tuple[_Build, list[str], FactChangeKind], ...] = (
            (self.a, self.lost, "lost"),
            (self.b, self.gained, "gained"),
        )
        for x, nodes, change in sides:
            for n in nodes:
                if x.cls[n] == _MENTION:
                    proved = x.nodes.values(n, "proves") or [""]
                    yield from (BuildChange(kind=_MENTION, change=change, prop=prop) for prop in proved)
                elif x.is_vocabulary(n):
                    yield BuildChange(kind=_VOCABULARY, change=change)
                elif x.cls[n] in (_SPAN, _RUN, _SOURCE) or x.is_told(n):
                    continue
                elif not (name := x.name(n)):
                    yield BuildChange(kind=x.cls[n], change=change)
                elif (x.cls[n], name) not in lost & gained:
                    yield replace(self._whole(x, n, change), document="")
        for n in self.both:
            if self.b.cls[n] == _MENTION and self.a.props[n] != self.b.props[n]:
                yield BuildChange(kind=_MENTION, change="changed")

    def inferred(self) -> Iterator[BuildChange]:
        """Yield counts of inferred statements that were added and removed, by property."""
        yield from (BuildChange(kind=_INFERRED, change="lost", prop=p) for _, p, _ in self.a.inferred - self.b.inferred)
        yield from (
            BuildChange(kind=_INFERRED, change="gained", prop=p) for _, p, _ in self.b.inferred - self.a.inferred
        )

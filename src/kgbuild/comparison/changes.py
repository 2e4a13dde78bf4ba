"""The changes between two plans: actions, their facts, headings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kgbuild.comparison.alignment import Link, align, office
from kgbuild.comparison.vectors import NOTHING, letters, pairs_of, vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.comparison.plan import FactKind, Plan, PlanAction, PlanFact, PlanHeading
    from kgbuild.model import Grade

ActionKind = Literal["kept", "reworded", "split", "merged", "new", "dropped"]
KINDS: tuple[ActionKind, ...] = ("kept", "reworded", "split", "merged", "new", "dropped")
FactChangeKind = Literal["gained", "lost", "changed"]
HeadingKind = Literal["kept", "renamed", "new", "dropped"]
_TITLES_ALIKE = 0.5
_RENAMED = 0.2
_THIRD = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact that was gained, lost, or has another value; the side without it is None."""

    kind: FactKind
    change: FactChangeKind
    before: PlanFact | None
    after: PlanFact | None

    @property
    def fact(self) -> PlanFact:
        """The later side if present, otherwise the earlier one."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one side is always there
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An action and what became of it.

    Attributes:
        kind: `kept` (same letters), `reworded`, `split` (into several), `merged` (one of several that became one),
            `new`, `dropped`.
        before: The earlier action; None if it is new.
        after: The later action; None if it was dropped.
        grade: Certainty of the pair; `context` without a pair, since nothing similar was found.
        likeness: Similarity of the pair, 0 without one.
        moved: Whether it left the actions with which it shared a heading.
        facts: Facts gained, lost or changed; for split and merged actions relative to all their partners.
    """

    kind: ActionKind
    before: PlanAction | None
    after: PlanAction | None
    grade: Grade
    likeness: float = 0.0
    moved: bool = False
    facts: tuple[FactChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingChange:
    """A heading and what became of it; the side without it is None."""

    kind: HeadingKind
    before: PlanHeading | None
    after: PlanHeading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two plans with their changes in the order of the later plan (dropped ones last), and facts of the whole plans."""

    before: Plan
    after: Plan
    changes: tuple[Change, ...]
    headings: tuple[HeadingChange, ...]
    facts: tuple[FactChange, ...]

    def __repr__(self) -> str:
        """Return the plans and the number of changes of each kind."""
        return f"<Comparison {self.before.title!r} → {self.after.title!r}: {self.counts}>"

    @property
    def counts(self) -> dict[str, int]:
        """Number of actions by kind of change; split actions count once, as do actions merged into one."""
        out: dict[str, int] = dict.fromkeys(KINDS, 0)
        seen = set[tuple[str, str]]()
        for c in self.changes:
            whole = {"split": c.before, "merged": c.after}.get(c.kind, c.after or c.before)
            assert whole is not None  # noqa: S101 - see Change
            if (c.kind, whole.node) not in seen:
                seen.add((c.kind, whole.node))
                out[c.kind] += 1
        return {**out, "moved": sum(c.moved for c in self.changes)}

    @property
    def differs(self) -> bool:
        """Whether any difference was found."""
        return (
            any(c.kind != "kept" or c.moved or c.facts for c in self.changes)
            or any(h.kind != "kept" for h in self.headings)
            or bool(self.facts)
        )


class _Partners:
    """Later actions of each earlier action and vice versa; both sides may be the same plan."""

    def __init__(self) -> None:
        self.later: dict[str, list[PlanAction]] = defaultdict(list)
        self.earlier: dict[str, list[PlanAction]] = defaultdict(list)

    def is_first(self, kind: ActionKind, a: PlanAction, b: PlanAction) -> bool:
        """Tell whether a pair is the first of those of a split or merged action."""
        return self.later[a.node][0] == b if kind == "split" else self.earlier[b.node][0] == a


def compare(before: Plan, after: Plan) -> Comparison:
    """Return the changes from one plan to another: of two years, of two places, or of a plan and its model."""
    links = align(before, after)
    across = bool(before.place and after.place and before.place != after.place)
    headings = _Headings(before, after, links)
    partners = _Partners()
    for link in links:
        a, b = before.actions[link.before], after.actions[link.after]
        partners.later[a.node].append(b)
        partners.earlier[b.node].append(a)
    changes = [
        *_pairs(before, after, links, partners, headings, across=across),
        *(
            Change(kind="new", before=None, after=a, grade="context")
            for a in after.actions
            if a.node not in partners.earlier
        ),
        *(
            Change(kind="dropped", before=a, after=None, grade="context")
            for a in before.actions
            if a.node not in partners.later
        ),
    ]
    facts = fact_changes(_all_facts(before), _all_facts(after), across=across, whole=True)
    return Comparison(
        before=before,
        after=after,
        changes=tuple(sorted(changes, key=_order)),
        headings=tuple(headings.changes()),
        facts=tuple(facts),
    )


def _order(change: Change) -> tuple[bool, object, object]:
    nowhere = change.after is None
    first = change.before if change.after is None else change.after
    assert first is not None  # noqa: S101 - see Change
    return nowhere, first.span, change.before.span if change.before else first.span


def _pairs(
    before: Plan,
    after: Plan,
    links: Sequence[Link],
    partners: _Partners,
    headings: _Headings,
    *,
    across: bool,
) -> Iterator[Change]:
    for link in links:
        a, b = before.actions[link.before], after.actions[link.after]
        kind = _kind(a, b, partners)
        earlier = [f for p in (partners.earlier[b.node] if kind == "merged" else [a]) for f in p.facts]
        later = [f for p in (partners.later[a.node] if kind == "split" else [b]) for f in p.facts]
        yield Change(
            kind=kind,
            before=a,
            after=b,
            grade=link.grade,
            likeness=link.likeness,
            moved=headings.is_moved(link),
            facts=tuple(
                f
                for f in fact_changes(earlier, later, across=across)
                if _belongs(f, kind, a, b, first=partners.is_first(kind, a, b))
            ),
        )


def _belongs(fact: FactChange, kind: ActionKind, a: PlanAction, b: PlanAction, *, first: bool) -> bool:
    """Tell whether a change of the whole of a split or merged action is that of the part a → b.

    A fact of one part only is listed with that part; what concerns none of them alone, with the first.
    """
    if kind == "split" and fact.after is not None:
        return fact.after in b.facts
    if kind == "merged" and fact.before is not None:
        return fact.before in a.facts
    return kind not in ("split", "merged") or first


def _kind(a: PlanAction, b: PlanAction, partners: _Partners) -> ActionKind:
    into, of = len(partners.later[a.node]), len(partners.earlier[b.node])
    if into > 1 and into >= of:
        return "split"
    if of > 1:
        return "merged"
    return "kept" if letters(a.text) == letters(b.text) else "reworded"


# -- facts --------------------------------------------------------------------------------------------------------
def _all_facts(plan: Plan) -> list[PlanFact]:
    return [*plan.facts, *(f for a in plan.actions for f in a.facts if f.kind != "deadline")]


def fact_changes(
    before: Iterable[PlanFact], after: Iterable[PlanFact], *, across: bool, whole: bool = False
) -> Iterator[FactChange]:
    """Yield facts that only one side has, and changed values; a body with one role on either side has changed it.

    Args:
        before: Facts of the earlier side.
        after: Facts of the later side.
        across: Whether the plans are of different places; bodies then match by kind (省科技厅, 市科技局).
        whole: Whether the sides are whole plans, in which a body is not lost if it keeps its role somewhere.
    """
    old, new = _by_key(before, across=across), _by_key(after, across=across)
    values: tuple[FactKind, ...] = ("indicator", "deadline")
    roles = _other_roles(old, new)
    for key in sorted({*old, *new} - set(roles.values())):
        mine, theirs = old.get(key, []), new.get(key, [])
        if key in roles:
            yield FactChange(kind="body", change="changed", before=mine[0], after=new[roles[key]][0])
            continue
        kind: FactKind = (mine or theirs)[0].kind
        if mine and theirs:
            if kind in values and {_value(f) for f in mine} != {_value(f) for f in theirs}:
                yield FactChange(kind=kind, change="changed", before=mine[0], after=theirs[0])
        elif theirs:
            yield FactChange(kind=kind, change="gained", before=None, after=theirs[0])
        else:
            yield FactChange(kind=kind, change="lost", before=mine[0], after=None)


_Key = tuple[str, str, str]


def _other_roles(old: Iterable[_Key], new: Iterable[_Key]) -> dict[_Key, _Key]:
    """Return the earlier key → the later one of bodies that have one role on either side, but another."""
    before, after = defaultdict[str, list[_Key]](list), defaultdict[str, list[_Key]](list)
    for keys, sides in ((old, before), (new, after)):
        for key in keys:
            if key[0] == "body":
                sides[key[1]].append(key)
    both = ((before[name], after[name]) for name in before.keys() & after.keys())
    return {mine[0]: theirs[0] for mine, theirs in both if len(mine) == len(theirs) == 1 and mine != theirs}


def _value(fact: PlanFact) -> tuple[str, str]:
    return fact.role, fact.value


def _by_key(facts: Iterable[PlanFact], *, across: bool) -> dict[_Key, list[PlanFact]]:
    out: dict[_Key, list[PlanFact]] = defaultdict(list)
    for f in facts:
        key = letters(f.key) if f.kind == "indicator" else office(f.key) if f.kind == "body" and across else f.key
        out[f.kind, key, f.role if f.kind == "body" else ""].append(f)
    return out


# -- headings -----------------------------------------------------------------------------------------------------
class _Headings:
    """Matches the headings of two plans by title and by where their actions went."""

    def __init__(self, before: Plan, after: Plan, links: Sequence[Link]) -> None:
        self.before, self.after = before, after
        self.homes = [(before.actions[k.before].home, after.actions[k.after].home) for k in links]
        self.links = {id(k): n for n, k in enumerate(links)}
        self.votes = Counter(self.homes)
        self.leaving = Counter(a for a, _ in self.homes)
        self.coming = Counter(b for _, b in self.homes)
        self.titles = self._titles()
        self.pairs = self._pairs()

    def _titles(self) -> dict[tuple[str, str], float]:
        olds, news = self.before.headings, self.after.headings
        found = vectors([pairs_of(h.title) for h in (*olds, *news)])
        return {
            (a.node, b.node): shared.cosine
            for a, v in zip(olds, found, strict=False)
            for b, w in zip(news, found[len(olds) :], strict=True)
            if (shared := v.shared(w)) is not NOTHING
        }

    def is_moved(self, link: Link) -> bool:
        """Tell whether an action left its heading: no other action of either heading went where it went."""
        a, b = self.homes[self.links[id(link)]]
        alike = self.titles.get((a, b), 0.0)
        if not a or not b or alike >= _TITLES_ALIKE or (alike >= _RENAMED and self.pairs.get(b) == a):
            return False
        together = self.votes[a, b] - 1
        others = [n for n in (self.leaving[a] - 1, self.coming[b] - 1) if n]
        return bool(others) and all(together < _THIRD * n for n in others)

    def changes(self) -> Iterator[HeadingChange]:
        """Yield the changes of headings above units or actions, in the order of the later plan, dropped ones last."""
        pairs = self.pairs
        olds = {h.node: h for h in self.before.headings}
        for h in self._kept(self.after):
            old = olds.get(pairs.get(h.node, ""))
            if old is None:
                yield HeadingChange(kind="new", before=None, after=h)
            else:
                same = letters(old.title) == letters(h.title)
                yield HeadingChange(kind="kept" if same else "renamed", before=old, after=h)
        gone = set(pairs.values())
        for h in self._kept(self.before):
            if h.node not in gone:
                yield HeadingChange(kind="dropped", before=h, after=None)

    @staticmethod
    def _kept(plan: Plan) -> list[PlanHeading]:
        """Return the headings that are not items themselves; changes of items are reported as actions."""
        items = {a.path for a in plan.actions}
        return [h for h in plan.headings if h.title and h.path not in items]

    def _pairs(self) -> dict[str, str]:
        """Return heading of the later plan → heading of the earlier one of the same depth, best match first."""
        scores = []
        for a in self._kept(self.before):
            for b in self._kept(self.after):
                votes = self._votes(a, b)
                score = self.titles.get((a.node, b.node), 0.0) + votes
                if score >= _TITLES_ALIKE and a.path.count("/") == b.path.count("/"):
                    scores.append((-score, a.path, b.path, a.node, b.node))
        used, out = set[str](), dict[str, str]()
        for _, _, _, a_node, b_node in sorted(scores):
            if a_node not in used and b_node not in out:
                used.add(a_node)
                out[b_node] = a_node
        return out

    def _votes(self, a: PlanHeading, b: PlanHeading) -> float:
        """Return the share of actions under two headings that are paired with each other, from 0 to 1."""
        inside_a = {h.node for h in self.before.headings if _within(h, a)}
        inside_b = {h.node for h in self.after.headings if _within(h, b)}
        both = sum(n for (x, y), n in self.votes.items() if x in inside_a and y in inside_b)
        either = sum(n for (x, y), n in self.votes.items() if x in inside_a or y in inside_b)
        return both / either if either else 0.0


def _within(inner: PlanHeading, outer: PlanHeading) -> bool:
    return inner.path == outer.path or inner.path.startswith(outer.path + "/")

"""Which action of one plan is which of the other.

Two actions are likened by text (pairs of letters, weighted by how rare they are in both plans), heading, opening words,
bodies, and place: neighbours of a pair that is sure are likelier a pair. The best pairs are taken one after the other,
each action once; an action that is left over then joins the one that holds a good share of it, which makes splits and
merges. Nothing is forced: below a likeness, an action stays alone.

An assignment solver (lapx, the Jonker-Volgenant algorithm) gave the same pairs as taking the best first on all plans
that were aligned by hand, so its 60 MB of numpy are not asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.comparison.vectors import NOTHING, Shared, letters, pairs_of, vectors
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.comparison.plan import Plan, PlanAction
    from kgbuild.model import Grade

# Weights of the evidence beside the text's own likeness, and the likeness that a pair needs. Chosen on plans that
# were aligned by hand (tests/data/diff_gold.json); the figures of tests/test_diff_gold.py say what they reach.
_WITHIN, _CHAIN, _OPENING, _BODIES, _NEIGHBOURS = 0.25, 0.12, 0.15, 0.15, 0.1
_SOME_TEXT = 0.09
_MUCH_TEXT = 0.15
_PAIR = 0.25
_SHARE = 0.29
_LEAST_SHARE = 0.15
_WHOLE_SHARE, _WHOLE_COSINE = 0.45, 0.2
_NEAR_BEST = 0.6
_SURE, _LIKELY = 0.6, 0.36

_SENTENCE = re.compile(r"[^。；;！!？?]{2,60}")
_MARK = re.compile(rf"^\s*(?:[（(][^）)]{{1,4}}[)）]|[\d{TO_TEN}]{{1,3}}[.．、])\s*")

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two actions that are one.

    Attributes:
        before: Its number in the earlier plan, from 0.
        after: Its number in the later plan, from 0.
        likeness: From 0; of pairs that were taken, at least 0.25.
        grade: `exact` for the same wording; `rule`, `context`, `doubtful` by likeness.
    """

    before: int
    after: int
    likeness: float
    grade: Grade


def align(before: Plan, after: Plan) -> list[Link]:
    """Return the pairs of actions, in the order of the earlier plan; an action may stand in several."""
    evidence = _Evidence(before, after)
    likeness = evidence.likeness()
    best = _Best(likeness)
    chosen = _best_first(likeness, best)
    near = {p: s + _NEIGHBOURS * _around(p, chosen) / 2 for p, s in likeness.items()}
    best = _Best(near)
    chosen = _best_first(near, best)
    chosen |= {p for p, s in near.items() if p not in chosen and _joins(p, s, best, chosen, evidence.text)}
    return [
        Link(before=i, after=j, likeness=round(near[i, j], 3), grade=evidence.grade(i, j, near[i, j]))
        for i, j in sorted(chosen)
    ]


class _Best:
    """The highest likeness of each action."""

    def __init__(self, likeness: Mapping[Pair, float]) -> None:
        self.before: dict[int, float] = {}
        self.after: dict[int, float] = {}
        for (i, j), s in likeness.items():
            self.before[i] = max(s, self.before.get(i, 0.0))
            self.after[j] = max(s, self.after.get(j, 0.0))


def _best_first(likeness: Mapping[Pair, float], best: _Best) -> set[Pair]:
    """The pairs of which each action stands in one, the likest first.

    A pair that is far less like than another of the same action is not taken: 「优化兑现专题」, whose text went into an
    action that has a better partner, would else be given to a stranger.
    """
    chosen, before, after = set[Pair](), set[int](), set[int]()
    for (i, j), s in sorted(likeness.items(), key=lambda item: (-item[1], item[0])):
        if s < _PAIR:
            break
        if i not in before and j not in after and s >= _NEAR_BEST * max(best.before[i], best.after[j]):
            chosen.add((i, j))
            before.add(i)
            after.add(j)
    return chosen


def _around(pair: Pair, chosen: set[Pair]) -> int:
    i, j = pair
    return ((i - 1, j - 1) in chosen) + ((i + 1, j + 1) in chosen)


def _joins(pair: Pair, likeness: float, best: _Best, chosen: set[Pair], text: Mapping[Pair, Shared]) -> bool:
    """Tell whether a pair is the rest of a split or a merge: one action left over, or one within the other."""
    i, j = pair
    shared = text.get(pair, NOTHING)
    if shared.most >= _WHOLE_SHARE and shared.cosine >= _WHOLE_COSINE:
        return True
    alone_before = likeness >= best.before[i] and all(i != b for b, _ in chosen)
    alone_after = likeness >= best.after[j] and all(j != a for _, a in chosen)
    return (alone_before or alone_after) and likeness >= _SHARE and shared.most >= _LEAST_SHARE


class _Evidence:
    """What speaks for pairs of actions of two plans."""

    def __init__(self, before: Plan, after: Plan) -> None:
        self.actions = (*before.actions, *after.actions)
        self.first = len(before.actions)
        self.text = self._compare([pairs_of(a.text) for a in self.actions])
        self.chains = self._compare([pairs_of("".join(a.titles)) for a in self.actions])
        self.openings = self._compare([pairs_of(_opening(a)) for a in self.actions])
        self.bodies = self._compare([body_keys(a) for a in self.actions])

    def likeness(self) -> dict[Pair, float]:
        """Return the likeness of the pairs that have any text in common."""
        out = {}
        for pair in sorted({*self.text, *self.openings}):
            text = self.text.get(pair, NOTHING)
            alike = text.cosine + _WITHIN * text.most
            opening = self.openings.get(pair, NOTHING).cosine
            if alike < _SOME_TEXT and opening < 0.5:
                continue
            # One office answers for many actions: bodies say little where the texts say nothing.
            bodies = self.bodies.get(pair, NOTHING).cosine * min(1.0, alike / _MUCH_TEXT)
            chain = self.chains.get(pair, NOTHING).cosine
            out[pair] = alike + _CHAIN * chain + _OPENING * opening + _BODIES * bodies
        return out

    def grade(self, before: int, after: int, likeness: float) -> Grade:
        """Return how sure a pair is."""
        if letters(self.actions[before].text) == letters(self.actions[self.first + after].text):
            return "exact"
        return "rule" if likeness >= _SURE else "context" if likeness >= _LIKELY else "doubtful"

    def _compare(self, bags: list[list[str]]) -> dict[Pair, Shared]:
        found = vectors(bags)
        out = {}
        for i, a in enumerate(found[: self.first]):
            for j, b in enumerate(found[self.first :]):
                if (shared := a.shared(b)) is not NOTHING:
                    out[i, j] = shared
        return out


def _opening(action: PlanAction) -> str:
    """The title of an action: its own heading and its first sentence, which often is one."""
    sentence = _SENTENCE.search(_MARK.sub("", "".join(action.text.split())))
    return (action.titles[-1] if action.titles else "") + (sentence[0] if sentence else "")


def body_keys(action: PlanAction) -> list[str]:
    """Return the bodies of an action by what they are in any place; see `office`."""
    return list(Counter(office(f.key) for f in action.facts if f.kind == "body"))


_REGISTERED = re.compile(r"/(?:body|authority)/\d{6}-([a-z0-9-]+)>$")


def office(body: str) -> str:
    """Return what a body is, whatever its place: the key of its kind in the register, else its IRI.

    Example:
        >>> office("<https://w3id.org/gplan/id/body/530000-kjt>")
        'kjt'
    """
    found = _REGISTERED.search(body)
    return found[1] if found else body

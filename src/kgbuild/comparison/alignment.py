"""Alignment of the actions of two plans.

The similarity of two actions rests on text (character bigrams weighted by rarity in both plans), headings, opening
words, bodies, and position: neighbours of a certain pair are more likely pairs. The best pairs are chosen greedily,
each action once, a weak pair only if neither of its actions is nearly as like any other; a remaining action then joins
a pair of which it contains a substantial share, which yields splits and merges. Nothing is forced: below a threshold an
action stays unaligned.

Two places that write of one subject in words of their own share few sentences but its terms. Where hardly any action of
two plans is surely one of the other, runs of letters that both have (重大行政决策事项目录) count more, a weak pair may
stand out on one side, and a remaining action joins the one that it is far more like than any other.

An assignment solver (lapx, the Jonker-Volgenant algorithm) gave the same pairs as the greedy choice on all manually
aligned plans, so its 60 MB of numpy are not required.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.comparison.vectors import NOTHING, Shared, letters, pairs_of, runs_of, vectors
from kgbuild.read.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbuild.comparison.plan import Plan, PlanAction
    from kgbuild.model import Grade

# Weights of the evidence besides text similarity, and the similarity required for a pair. Chosen on manually aligned
# plans (tests/data/diff_gold.json); tests/test_diff_gold.py states what they achieve.
_WITHIN, _CHAIN, _TITLE, _OPENING, _BODIES, _NEIGHBOURS = 0.25, 0.12, 0.3, 0.15, 0.15, 0.1
_SOME_TEXT = 0.09
_MUCH_TEXT = 0.15
_PAIR, _WEAK_PAIR = 0.25, 0.18
_SHARE = 0.29
_LEAST_SHARE = 0.15
_WHOLE_SHARE, _WHOLE_COSINE = 0.45, 0.2
_NEAR_BEST = 0.6
_SURE, _LIKELY = 0.6, 0.36
_FEW_SURE = 1 / 8
_RUN, _RUNS = 4, 0.4
_FAR_BEST = 0.2
_SAME = 0.8
"""Cosine from which a pair says the same, so that neither of its actions has text left for a third."""

_SENTENCE = re.compile(r"[^。；;！!？?]{2,60}")
_MARK = re.compile(rf"^\s*(?:[（(][^）)]{{1,4}}[)）]|[\d{TO_TEN}]{{1,3}}[.．、])\s*")

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two corresponding actions.

    Attributes:
        before: Index in the earlier plan.
        after: Index in the later plan.
        likeness: Similarity of wording, heading and neighbours, from 0.18 to 1; what they give beyond 1 is cut off.
        grade: `exact` for equal wording; `rule`, `context` or `doubtful` by similarity.
    """

    before: int
    after: int
    likeness: float
    grade: Grade


def align(before: Plan, after: Plan) -> list[Link]:
    """Align the actions of two plans; pairs are in the order of the earlier plan, and an action may be in several."""
    evidence = _Evidence(before, after)
    likeness = evidence.likeness()
    best = _Best(likeness, is_lenient=evidence.in_own_words)
    chosen = _best_first(likeness, best)
    near = {p: s + _NEIGHBOURS * _around(p, chosen) / 2 for p, s in likeness.items()}
    best = _Best(near, is_lenient=evidence.in_own_words)
    chosen = _best_first(near, best)
    said = [p for p in chosen if evidence.text.get(p, NOTHING).cosine >= _SAME]
    said_before, said_after = {i for i, _ in said}, {j for _, j in said}
    chosen |= {
        (i, j)
        for (i, j), s in near.items()
        if (i, j) not in chosen
        and (evidence.contains(i, j) or not (i in said_before or j in said_after))
        and _joins((i, j), s, best, chosen, evidence)
    }
    return [
        Link(before=i, after=j, likeness=min(1.0, round(near[i, j], 3)), grade=evidence.grade(i, j, near[i, j]))
        for i, j in sorted(chosen)
    ]


class _Best:
    """The highest similarity of each action, and the next one; a lenient one lets a pair stand out on one side."""

    def __init__(self, likeness: Mapping[Pair, float], *, is_lenient: bool) -> None:
        self._enough = any if is_lenient else all
        self.before: dict[int, float] = {}
        self.after: dict[int, float] = {}
        self._next: dict[tuple[str, int], float] = {}
        for (i, j), s in sorted(likeness.items(), key=lambda item: (-item[1], item[0])):
            for best, side, n in ((self.before, "before", i), (self.after, "after", j)):
                if n in best:
                    self._next.setdefault((side, n), s)
                else:
                    best[n] = s

    def stands_out(self, i: int, j: int, likeness: float) -> bool:
        """Tell whether the actions of a pair are far less like any other than they are like each other."""
        is_best = likeness == self.before[i] == self.after[j]
        return is_best and self._enough((self.is_far("before", i, likeness), self.is_far("after", j, likeness)))

    def is_far(self, side: str, n: int, likeness: float) -> bool:
        """Tell whether an action is far less like any but the one that it is most like."""
        return self._next.get((side, n), 0.0) <= _NEAR_BEST * likeness


def _best_first(likeness: Mapping[Pair, float], best: _Best) -> set[Pair]:
    """Choose pairs greedily by similarity, each action at most once.

    A pair much less similar than another one of the same action is rejected. Otherwise 「优化兑现专题」, whose text was
    merged into an action with a better partner, would be paired with an unrelated action. A weak pair needs more: two
    provinces write of 政策解读 in other words each, and nothing else in either plan is like it.
    """
    chosen, before, after = set[Pair](), set[int](), set[int]()
    for (i, j), s in sorted(likeness.items(), key=lambda item: (-item[1], item[0])):
        if s < _WEAK_PAIR:
            break
        if s < _PAIR and not best.stands_out(i, j, s):
            continue
        if i not in before and j not in after and s >= _NEAR_BEST * max(best.before[i], best.after[j]):
            chosen.add((i, j))
            before.add(i)
            after.add(j)
    return chosen


def _around(pair: Pair, chosen: set[Pair]) -> int:
    i, j = pair
    return ((i - 1, j - 1) in chosen) + ((i + 1, j + 1) in chosen)


def _joins(pair: Pair, likeness: float, best: _Best, chosen: set[Pair], evidence: _Evidence) -> bool:
    """Tell whether a pair completes a split or a merge: one action is left over, or one contains the other."""
    i, j = pair
    shared = evidence.text.get(pair, NOTHING)
    if evidence.contains(i, j):
        return True
    alone_before = likeness >= best.before[i] and all(i != b for b, _ in chosen)
    alone_after = likeness >= best.after[j] and all(j != a for _, a in chosen)
    if shared.most < _LEAST_SHARE or not (alone_before or alone_after):
        return False
    is_far = (alone_before and best.is_far("before", i, likeness)) or (
        alone_after and best.is_far("after", j, likeness)
    )
    return likeness >= _SHARE or (evidence.in_own_words and is_far and likeness >= _FAR_BEST)


class _Evidence:
    """The evidence for pairs of actions of two plans."""

    def __init__(self, before: Plan, after: Plan) -> None:
        self.actions = (*before.actions, *after.actions)
        self.in_own_words = False
        self.first = len(before.actions)
        self.text = self._compare([pairs_of(a.text) for a in self.actions])
        self.chains = self._compare([pairs_of("".join(a.titles)) for a in self.actions])
        self.titles = self._compare([pairs_of(t) for p in (before, after) for t in _own_titles(p)])
        self.openings = self._compare([pairs_of(_opening(a)) for a in self.actions])
        self.bodies = self._compare([body_keys(a) for a in self.actions])

    def likeness(self) -> dict[Pair, float]:
        """Return the similarity of all pairs that share any text."""
        out = {}
        for pair in sorted({*self.text, *self.titles, *self.openings}):
            text = self.text.get(pair, NOTHING)
            alike = text.cosine + _WITHIN * text.most
            opening = self.openings.get(pair, NOTHING).cosine
            title = self.titles.get(pair, NOTHING).cosine
            if alike < _SOME_TEXT and max(opening, title) < 0.5:
                continue
            # One office is responsible for many actions, so bodies mean little if the texts share nothing.
            bodies = self.bodies.get(pair, NOTHING).cosine * min(1.0, alike / _MUCH_TEXT)
            chain = self.chains.get(pair, NOTHING).cosine
            out[pair] = alike + _CHAIN * chain + _TITLE * title + _OPENING * opening + _BODIES * bodies
        sure = {i for (i, _), likeness in out.items() if likeness >= _SURE}
        self.in_own_words = len(sure) < _FEW_SURE * min(self.first, len(self.actions) - self.first)
        if self.in_own_words:
            runs = self._compare([runs_of(a.text, _RUN) for a in self.actions])
            out = {pair: likeness + _RUNS * runs.get(pair, NOTHING).most for pair, likeness in out.items()}
        return out

    def contains(self, before: int, after: int) -> bool:
        """Tell whether one action of a pair holds much of the other."""
        shared = self.text.get((before, after), NOTHING)
        return shared.most >= _WHOLE_SHARE and shared.cosine >= _WHOLE_COSINE

    def grade(self, before: int, after: int, likeness: float) -> Grade:
        """Return the grade of a pair."""
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


def _own_titles(plan: Plan) -> Iterator[str]:
    """Yield the nearest heading of each action, '' where several actions share it: then it names none of them."""
    shared = Counter(a.titles for a in plan.actions)
    for action in plan.actions:
        yield action.titles[-1] if action.titles and shared[action.titles] == 1 else ""


def _opening(action: PlanAction) -> str:
    """Return the title of an action: its own heading and its first sentence, which often serves as one."""
    sentence = _SENTENCE.search(_MARK.sub("", "".join(action.text.split())))
    return (action.titles[-1] if action.titles else "") + (sentence[0] if sentence else "")


def body_keys(action: PlanAction) -> list[str]:
    """Return the bodies of an action, independent of their places; see `office`."""
    return list(Counter(office(f.key) for f in action.facts if f.kind == "body"))


_REGISTERED = re.compile(r"/(?:body|authority)/\d{6}-([a-z0-9-]+)>$")


def office(body: str) -> str:
    """Return the identity of a body independent of its place: the key of its kind in the register, otherwise its IRI.

    Example:
        >>> office("<https://w3id.org/gplan/id/body/530000-kjt>")
        'kjt'
    """
    found = _REGISTERED.search(body)
    return found[1] if found else body

"""What alignment reaches on plans that were aligned by hand, before anything aligned them.

tests/data/diff_gold.json holds identifiers and offsets alone. In `pairs` an entry is start and end of the earlier
action, of the later one, the kinds of change that a reader would accept, and whether it stands under another heading
(null where readers would differ). Pairs on which readers may differ stand in `optional` and count neither way;
`aside_b` is what is no action. The weights were chosen with four of the pairs of plans in view: their figures are
in-sample, floors against going back; the fifth was kept out.

When the fifth was aligned, its later plan was read in pieces: an action ended in the brackets of its bodies, and many
were not read at all. A place of the gold is therefore taken without the brackets that end it, and `later` holds the
pairs of actions that were not read then. These were judged by eye with the output in view, so figures that count them
are no longer of a plan kept out; those without them are.

Two pairs of `round` 2 were aligned by hand later, again before anything aligned them. A city and its province write of
one list of tasks (n195, n200): nothing was changed after it. Two cities write of one subject in words of their own
(n051, n033): 4 of its 14 pairs were found, and what was learnt from it made it 7. A third pair, of PDF files whose
reading may change (n340, n342), was aligned after that and is not kept here: 4 of 10 found before, then 7, and 2 wrong.

Three pairs of `round` 3, each of two places with words of their own, were aligned by hand before they were run. Of two
(n090-n072, n382-n210) 7 of 27 pairs were found, with what they taught 15, and 1 wrong. The third (n012-n240) was run
once after that: 4 of 8, and 3 that were not in it, where 1 of 8 was found before; its long actions had been read by
their openings only, and each of the three shares a task further down, so its `optional` is short of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import SHARED, needs_shared

from kgbuild import api
from kgbuild.comparison.changes import Change, compare
from kgbuild.comparison.plan import Plan, plans_of_graph
from kgbuild.store import Index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Span

GOLD: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "diff_gold.json").read_text("utf-8"))
FIRST = [g for g in GOLD if "round" not in g]
DOCS = SHARED / "corpus2" / "docs"
BODIES = re.compile(r"〔[^〔〕]*(?:〕|$)|（(?:牵头|责任)")
Place = tuple[int, int, int, int]


@dataclass(frozen=True)
class Figures:
    """Counts of pairs: right, wrong, in the gold; right kinds and moves among the right pairs."""

    right: int = 0
    wrong: int = 0
    gold: int = 0
    kinds: int = 0
    moves: int = 0
    judged: int = 0
    sure: int = 0
    sure_wrong: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / self.gold


@cache
def plan(name: str) -> Plan:
    built = api.build(DOCS / f"{name}.txt", validate=False).built
    return plans_of_graph(Index((*t, "") for t in built.asserted | built.graphs.vocabulary))[0]


def nearest(span: Span, places: Iterable[tuple[int, ...]]) -> tuple[int, int]:
    """The place of the gold that a span shares most characters with, half of the shorter at least; else the span.

    Where an action ends is a matter of reading, which gets better; the gold says which actions are one.
    """
    start, end, best = span.start, span.end, 0
    for a, b in places:
        shared = min(b, span.end) - max(a, span.start)
        if shared > best and 2 * shared >= min(b - a, len(span)):
            start, end, best = a, b, shared
    return start, end


def without_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without the bodies that stand in brackets behind the wording; all of it where nothing is left."""
    cut = BODIES.search(text, start, end)
    return (start, cut.start()) if cut and cut.start() > start else (start, end)


def trimmed(gold: dict[str, Any], pair: list[Any]) -> Place:
    return (*without_brackets(text_of(gold["a"]), *pair[:2]), *without_brackets(text_of(gold["b"]), *pair[2:4]))


@cache
def text_of(name: str) -> str:
    return api.read_file(DOCS / f"{name}.txt").text


def score(gold: dict[str, Any], *, later: bool = False) -> Figures:
    """Count pairs; `later` counts those too that were judged with the output in view."""
    pairs = [*gold["pairs"], *(gold.get("later", ()) if later else ())]
    wanted = {trimmed(gold, p): p for p in pairs}
    optional = {trimmed(gold, p) for p in gold["optional"]}
    if not later:  # of what was not read when it was aligned the gold says nothing
        optional |= {trimmed(gold, p) for p in gold.get("later", ())}
    aside = {tuple(p) for p in gold["aside_b"]}
    places = {*wanted, *optional}
    earlier, latter = {p[:2] for p in places}, {p[2:] for p in places} | aside
    found: dict[Place, Change] = {}
    for c in compare(plan(gold["a"]), plan(gold["b"])).changes:
        if c.before and c.after and (after := nearest(c.after.span, latter)) not in aside:
            found[(*nearest(c.before.span, earlier), *after)] = c
    right = [p for p in found if p in wanted]
    wrong = [p for p in found if p not in wanted and p not in optional]
    judged = [p for p in right if wanted[p][5] is not None]
    sure = {p for p, c in found.items() if c.grade != "doubtful"}
    return Figures(
        right=len(right),
        wrong=len(wrong),
        gold=len(wanted),
        kinds=sum(found[p].kind in wanted[p][4] for p in right),
        moves=sum(found[p].moved == wanted[p][5] for p in judged),
        judged=len(judged),
        sure=len(sure.intersection(right)),
        sure_wrong=len(sure.intersection(wrong)),
    )


@needs_shared
@pytest.mark.parametrize("gold", GOLD, ids=[f"{g['a']}-{g['b']}" for g in GOLD])
def test_the_gold_counts_in_the_texts_that_are_read(gold: dict[str, Any]) -> None:
    for side in "ab":
        text = api.read_file(DOCS / f"{gold[side]}.txt").text
        assert hashlib.sha256(text.encode()).hexdigest() == gold[f"{side}_sha256"]


@needs_shared
def test_actions_are_aligned_as_by_hand_where_the_weights_were_chosen() -> None:
    seen = sum((score(g) for g in FIRST if not g["held_out"]), Figures())
    assert seen.gold == 131
    assert seen.precision >= 0.935
    assert seen.recall >= 0.93
    assert seen.kinds / seen.right >= 0.94
    assert seen.moves / seen.judged >= 0.96
    assert seen.sure / (seen.sure + seen.sure_wrong) >= 0.97


@needs_shared
def test_actions_are_aligned_as_by_hand_on_plans_kept_out() -> None:
    (unseen,) = (score(g) for g in FIRST if g["held_out"])
    # When it was aligned: .946, .981, .943. Of these, recall still is of a plan kept out.
    assert unseen.precision >= 0.95
    assert unseen.recall >= 0.98
    assert unseen.kinds / unseen.right >= 0.88


@needs_shared
def test_no_pair_of_the_plans_kept_out_is_wrong_to_a_reader_of_all_of_them() -> None:
    (read,) = (score(g, later=True) for g in FIRST if g["held_out"])
    assert read.precision >= 0.97
    assert read.recall >= 0.97


@needs_shared
def test_tasks_of_one_list_are_found_and_texts_of_their_own_at_least_by_title() -> None:
    list_of_tasks, own_words = (score(g) for g in GOLD if g.get("round") == 2)
    assert list_of_tasks.right >= 43
    assert list_of_tasks.wrong == own_words.wrong == 0
    assert own_words.right >= 10


@needs_shared
def test_runs_that_both_have_lead_to_more_pairs_of_texts_in_words_of_their_own() -> None:
    one, two, unseen = (score(g) for g in GOLD if g.get("round") == 3)
    assert (one + two).right >= 15
    assert (one + two).wrong <= 1
    assert (unseen.right >= 4, unseen.wrong <= 3) == (True, True)

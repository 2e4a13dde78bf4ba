"""A figure in its clause, and what more than one rule asks of it.

Takes a match of a number with its unit. The text beside it is without the blanks of broken lines; places are given back
in the text as written.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.indicators.amounts import LARGE, Units, is_rough
from kgbuild.extract.indicators.wordings import (
    BEFORE_VERB,
    BROKEN,
    COVERED,
    HELD_WITHIN,
    MAKE,
    NEAR,
    OF_WHOLE,
    PART_OF_WHOLE,
    REDUCES,
)
from kgbuild.model import Direction, Span
from kgbuild.text.normalise import HANZI

if TYPE_CHECKING:
    import re

    from kgbuild.lexicon import Lexicon


_LONGEST_GROUP = 9


class Seen(NamedTuple):
    """A number with its unit and its context in the clause."""

    match: re.Match[str]
    kind: str
    before: str
    after: str
    word: re.Match[str] | None
    written: str
    """The context before the figure with the blanks of broken lines."""
    acts: bool = False

    @property
    def post(self) -> str:
        """The words behind the figure that make it a bound or no exact one."""
        return (self.match["post"] or "").replace(" ", "")  # a line may be broken within 以上

    @property
    def is_rough(self) -> bool:
        """Whether the figure itself says that it is approximate: 10余个, 90%左右."""
        m = self.match
        return bool(m["about"] or m["more"] or (m["unit"] and is_rough(m["unit"])))

    def place(self, word: re.Match[str] | None) -> Span | None:
        """Return the span of a word found in `before`; a line may be broken within it."""
        if word is None:
            return None
        blanks = {m.start() for m in BROKEN.finditer(self.written)}
        kept = [i for i in range(len(self.written) + 1) if i not in blanks]
        start = self.match.start() - len(self.written)
        return Span(start + kept[word.start()], start + kept[max(word.start(), word.end() - 1)] + (len(word[0]) > 0))


@lru_cache(maxsize=8)
def _kinds(units: Units) -> dict[str, str]:
    return dict(units)


class Context:
    """The clause of a figure, and what is known of the sentence around it.

    Attributes:
        norm: Normalised text.
        clause: The clause.
        words: Word classes.
        kinds: Kind of each unit.
        serial: Whether an earlier clause of the sentence has a target.
        dated: Whether the clause is under a deadline.
        given: Whether the sentence grants money.
    """

    def __init__(self, norm: str, clause: Span, lexicon: Lexicon, *, serial: bool, dated: bool, given: bool) -> None:
        self.norm, self.clause = norm, clause
        self.kinds, self.words = _kinds(lexicon.units), lexicon.words
        self._groups = lexicon.population_of
        self.serial, self.dated, self.given = serial, dated, given

    def reduces(self, seen: Seen) -> re.Match[str] | None:
        """Return the verb at the head of the clause that makes less of what stands before the figure."""
        verb = self.words[REDUCES].search(seen.before)
        if verb is None or self.words[MAKE].search(seen.before, verb.end()):
            return None
        return verb if self.words[BEFORE_VERB].fullmatch(seen.before, 0, verb.start()) else None

    def of_share(self, seen: Seen) -> re.Match[str] | None:
        """Return the words that state a share which no word at the figure states: 达到总量的20%, 覆盖50%以上的社区."""
        if seen.kind != "share":
            return None
        found = self.words[OF_WHOLE].search(seen.before)
        if found is None and seen.post:
            found = self.words[HELD_WITHIN].search(seen.before)
        if found is None and seen.post:
            found = self.words[COVERED].search(seen.before)
        if found is None and (seen.post or self.dated or self.serial) and not HANZI.match(seen.after):
            found = self.words[PART_OF_WHOLE].search(seen.before)
        return found

    def counts_people(self, unit: str, after: str) -> bool:
        """Tell whether the name of a group follows a large number without a counter: 80万|渔民."""
        return unit in LARGE and any(after[:n] in self._groups for n in range(2, _LONGEST_GROUP))

    def begins_making(self, seen: Seen) -> bool:
        """Tell whether the clause starts with a verb of creation: 实施云岭、清河等6个工程."""
        near = min(self.clause.start + NEAR, seen.match.start())
        return self.words[MAKE].search(self.norm, self.clause.start, near) is not None


def bound_of(post: str) -> Direction | None:
    """Return the comparator that the words behind a figure state by themselves: 以上, 以内."""
    if post.endswith(("以下", "内")):
        return "<="
    return ">=" if post.endswith("以上") else None

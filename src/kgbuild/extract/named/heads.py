"""Head words and places in a passage, and what may precede and follow a head.

Takes the masked text of a passage. A head counts only if the word ends there: 工程 in 工程师 does not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.named.text import BRACKETED
from kgbuild.lexicon.initiatives import type_of
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.initiatives import Head, Initiatives
    from kgbuild.lexicon.words import Words
    from kgbuild.model import NamedType

# Heads of one character and 专项 must end the name, unless quotes precede it.
_SPECIAL = "专项"
_QUOTES_BEFORE = re.compile("”(?:重点)?$")
_STRICT_ROWS = frozenset({"listed", "spot"})
_PLACES_IN_BRACKETS = re.compile("[东南西北中]{1,2}(?:片区|[部方])?|[A-Z] ?型")
_BORDER = r"$|[^\u4e00-\u9fffA-Za-z0-9ｑ]|{name-ends}|当[天日]"
# What may follow a head that is still the head of its phrase.
_FOLLOW = r"$|[^\u4e00-\u9fffA-Za-z0-9]|{head-followers}|当[天日]"
_QUOTED_ENDS = "{quoted-ends}"
_WEAK = "的了将把该是且在□着+"
# What no name contains. The lookahead goes first, so that the alternatives are tried only where one can begin.
_NEVER_INSIDE = (
    rf"(?=[{_WEAK}{TO_TEN}两0-9支引级{{^indefinite-words}}{{^clause-openers}}])(?:"
    rf"[{_WEAK}]|[{TO_TEN}两]类|[{TO_TEN[1:]}两]大|"
    r"{indefinite-words}|[0-9]+(?:个|家|项|座|处|类|种)|(?:{clause-openers}|(?:支持|"
    r"引导)(?!$))|(?<![超等升瓦吨亩元])级(?=[\u4e00-\u9fff]))"
)
NATION = "(?=[{^nation-words}])(?<![A-Za-z]){nation-words}"
_LATIN = re.compile(r"[A-Z][A-Za-z0-9]{2,}|[A-Z]{2,}")
_PREPOSED = r"(?:[经在与由向从对于至到赴为及和同]|{preposed-verbs})$"
_PRAISE = "{praise-words}"
MAX_PREFIX = 6
WINDOW = 60
"""Characters before a head in which the start of its name is searched for; longer than any name."""
_ACTORS = r"{actor-nouns}|[局厅委会者人]$"
_COMMON_NETS = re.compile(r"(?:[联电路管官外内光水热气专入上并农]|骨干|政府)网$|[水仓智国金车书文]库$")
_AWARDING = "{awarding-verbs}$"
_COMPANY = "{company-words}"
SEVERAL = (
    rf"(?=[{{^several-words}}0-9{TO_TEN}两百若])"
    rf"(?:{{several-words}}|(?:[0-9]+|[{TO_TEN}百两]+|若干)(?:余|多)?[个家项座处类])[ “]?$"
)
"""Quantifiers: what follows them is a class rather than a definite thing."""
_BEFORE = frozenset("经在由向从至到赴")
_BRACKET = re.compile(r"\(ｂ{1,5}\)")


class HeadMatch(NamedTuple):
    """A head word at its position."""

    start: int
    end: int
    word: str
    type: NamedType
    row: str


class Landmarks(NamedTuple):
    """Heads and places of one passage, in order."""

    source: str
    """The text of the passage."""
    text: str
    """The same, masked."""
    words: Words
    finder: Initiatives
    heads: tuple[HeadMatch, ...]
    ends: tuple[int, ...]
    """The ends of the heads, to search by position."""
    regions: tuple[tuple[int, int, bool], ...]
    """Start and end of each place, and whether it is uncertain (a short name that is also a word)."""
    starts: tuple[int, ...]
    """The starts of the places, to search by position."""

    @property
    def table(self) -> Mapping[str, Head]:
        """Head word → type and row."""
        return self.finder.heads

    @property
    def closing_types(self) -> dict[str, NamedType]:
        """Class word that closes a list → type of its members."""
        return {word: type_of(concept) for word, concept in self.words.meanings("closing-types").items()}

    def heads_in(self, start: int, end: int) -> Iterator[HeadMatch]:
        """Yield the heads that end in a stretch, last first."""
        i = bisect_left(self.ends, end + 1) - 1
        while i >= 0 and self.ends[i] > start:
            if self.heads[i].start >= start:
                yield self.heads[i]
            i -= 1

    def holds(self, start: int, end: int) -> bool:
        """Tell whether a stretch contains a head or quotes, without which only known names are possible."""
        i = bisect_left(self.ends, start + 1)
        return (i < len(self.ends) and self.ends[i] <= end) or self.text.find("“", start, end) >= 0

    def ends_head(self, at: int) -> bool:
        """Tell whether a name may end at an offset: at a head, a closing quote or a bracket."""
        i = bisect_left(self.ends, at)
        return (i < len(self.ends) and self.ends[i] == at) or (at > 0 and self.text[at - 1] in "”)")

    def region_behind_and(self, region: tuple[int, int], end: int) -> tuple[int, int]:
        """Return the last place before `end` that follows 和 or 及, where a name starts; otherwise the given place."""
        for i in range(bisect_left(self.starts, region[1]), bisect_left(self.starts, end)):
            left, right, _ = self.regions[i]
            if right <= end and self.text[left - 1] in "和及与":
                region = left, right
        return region

    def places(self, text: str) -> bool:
        """Tell whether a text outside the passage, such as the inside of quotes, names a place."""
        return any(not r.weak or r.start == 0 for r in self.finder.regions(text))

    def place_at(self, at: int) -> bool:
        """Tell whether the name of a place starts at an offset."""
        i = bisect_left(self.starts, at)
        return i < len(self.starts) and self.starts[i] == at

    def place_before(self, at: int) -> int | None:
        """Return the start of the place that ends at an offset, None if none does."""
        for i in range(bisect_left(self.starts, at) - 1, max(-1, bisect_left(self.starts, at - MAX_PREFIX) - 1), -1):
            if self.regions[i][1] == at:
                return self.regions[i][0]
        return None

    def bracketed(self, end: int, limit: int) -> int:
        """Return the end of a bracket after a name if it contains a place or direction, else the end of the name."""
        bracket = _BRACKET.match(self.text, end, limit)
        if not bracket:
            return end
        inner = self.source[end + 1 : bracket.end() - 1]
        return bracket.end() if self.places(inner) or _PLACES_IN_BRACKETS.fullmatch(inner) else end

    def region_in(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first place in a stretch; an uncertain one only at its start."""
        for i in range(bisect_left(self.starts, start), len(self.starts)):
            left, right, weak = self.regions[i]
            if left >= end:
                break
            if right <= end and (not weak or left == start or self.text[left - 1] in _BEFORE):
                return left, right
        return None


def landmarks_of(source: str, masked: str, lexicon: Lexicon) -> Landmarks:
    """Locate the heads and places of a passage (`source`), given also in masked form."""
    table = lexicon.initiatives
    longest: dict[int, tuple[int, str]] = {}
    for start, end, word in table.head_words(masked):
        if end not in longest or start < longest[end][0]:
            longest[end] = (start, word)
    heads = tuple(
        HeadMatch(start, end, word, table.heads[word].type, table.heads[word].row)
        for end, (start, word) in sorted(longest.items())
        if _is_head(masked, end, word, table.heads[word], lexicon.words)
    )
    # In 平台|山东 no place starts inside the head (台山)
    pieces, at = [], 0
    for h in heads:
        if len(h.word) > 1 and h.start >= at:
            pieces += [masked[at : h.start], BRACKETED * len(h.word)]
            at = h.end
    bare = "".join([*pieces, masked[at:]]) if pieces else masked
    regions = sorted(
        [
            *((r.start, r.end, r.weak) for r in table.regions(bare)),
            *((*m.span(), False) for m in lexicon.words[NATION].finditer(masked)),
        ]
    )
    return Landmarks(
        source,
        masked,
        lexicon.words,
        table,
        heads,
        tuple(h.end for h in heads),
        tuple(regions),
        tuple(r[0] for r in regions),
    )


def _is_head(masked: str, end: int, word: str, head: Head, words: Words) -> bool:
    """Tell whether a head word is one here, not part of a longer word (工程 in 工程师) or of a common noun (水库)."""
    if (masked.startswith(head.longer, end) and not _ends_quoted(masked, end, word, words)) or (
        len(word) == 1 and head.row == "title" and words[_AWARDING].search(masked, max(0, end - 2), end - 1)
    ):
        return False
    if (word in {"网", "库"} and _COMMON_NETS.search(masked, max(0, end - 3), end)) or words[_COMPANY].match(
        masked, end
    ):
        return False
    if word == _SPECIAL and _QUOTES_BEFORE.search(masked, 0, end - len(word)):
        return True  # “茶香”重点专项申报
    if head.row in _STRICT_ROWS or (len(word) == 1 and head.row != "title") or word == _SPECIAL:
        return words[_BORDER].match(masked, end) is not None
    return True


def _ends_quoted(masked: str, end: int, word: str, words: Words) -> bool:
    """Tell whether quotes and head form a name though the head alone is part of a longer word: “好差评”制度|建设."""
    return masked.startswith("”", end - len(word) - 1) and words[_QUOTED_ENDS].match(masked, end) is not None


def follows(masked: str, end: int, words: Words) -> bool:
    """Tell whether the text after a head leaves it the head of its phrase."""
    return words[_FOLLOW].match(masked, end) is not None


def start_of(masked: str, start: int, end: int, words: Words) -> tuple[int, str]:
    """Return the earliest start of a name that ends before `end`, and the reason.

    The reason is "" at the start of the phrase, "的" after a modifier, and "cut" after a word that no name contains or
    at the limit of the window.
    """
    far = max(start, end - WINDOW)
    last = None
    for found in words[_NEVER_INSIDE].finditer(masked, far, end):
        last = found
    if last is None:
        return far, "cut" if far > start else ""
    return last.end(), "的" if last[0] in {"的", "级"} else "cut"


def is_latin(text: str) -> bool:
    """Tell whether a text contains a Latin label."""
    return _LATIN.search(text) is not None


def is_prefix(text: str, row: str, words: Words) -> bool:
    """Tell whether the text before a place belongs to the name: it is short and ends in no verb or preposition."""
    return (
        row != "gateway"
        and len(text) <= MAX_PREFIX
        and not words[_PRAISE].match(text)
        and not words[_PREPOSED].search(text)
        and not re.search("[. ]", text)
        and not words[_ACTORS].search(text)
    )

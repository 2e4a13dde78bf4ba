"""Word borders: whether characters that spell a name are only the end of one word and the beginning of the next.

Chinese is written without blanks: 推行人力资源 contains 行人, 养老机构建设 contains 构建. The dictionary of jieba,
cut down to usual words of two to four characters, says what may stand beside the parts of a name. The name is no word
where one of these ends inside it, another starts there, and both reach beyond it. A word that reaches beyond it on one
side says nothing (人才|培养 and 人才培养 are both words); what must not stand there is a guard of the vocabulary.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import InternalError
from kgbuild.lazy import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import ahocorasick_rs

LEAST = 50
"""A usual word has this many occurrences in the dictionary; rarer ones, such as 合住, are accidents themselves."""
SHARE = 0.3
"""A neighbour has at least this share of the occurrences of the name: 中国人民法院 is not read as 国人|民法."""
LONGEST = 4
"""Maximum length of a neighbour in characters."""
REACH = 64
"""Maximum length of a name in characters."""
_ENTRY = lazy_pattern(rf"^([\u4e00-\u9fff]{{2,{LONGEST}}}) (\d+)", re.MULTILINE)
_COUNTED = re.compile(r"(\D+)(\d+)")


def dictionary() -> Path:
    """Return the dictionary file of jieba, without importing it.

    Raises:
        InternalError: jieba, a dependency of kgbuild, is not installed.
    """
    found = find_spec("jieba")
    if not found or not found.origin:
        raise InternalError("jieba, on which kgbuild depends, is not installed")
    return Path(found.origin).parent / "dict.txt"


def usual_words() -> dict[str, int]:
    """Return the usual words of the dictionary → their occurrences in the corpus that jieba was made from.

    Raises:
        InternalError: jieba is not installed.
    """
    text = dictionary().read_text(encoding="utf-8")
    return {word: n for word, count in _ENTRY.findall(text) if (n := int(count)) >= LEAST}


def compile_borders(names: Iterable[str], words: Mapping[str, int]) -> dict[str, dict[str, str] | dict[str, int]]:
    """Return what can stand beside the parts of the names.

    Args:
        names: Names that may be read across a border of words.
        words: As returned by `usual_words`.

    Returns:
        `before`: first part of a name → what precedes it in words that end with it, with the occurrences of each
        (构 → "机19209结14200"); `after`: the same for last parts; `counts`: occurrences of the names themselves.

    Example:
        >>> compile_borders(["构建"], {"机构": 90, "建设": 80, "构建": 60, "群众": 70})
        {'before': {'构': '机90'}, 'after': {'建': '设80'}, 'counts': {'构建': 60}}
    """
    names = sorted({name for name in names if len(name) > 1})
    first = {name[:cut] for name in names for cut in range(1, min(len(name), LONGEST))}
    last = {name[-cut:] for name in names for cut in range(1, min(len(name), LONGEST))}
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for word, count in sorted(words.items()):
        for cut in range(1, len(word)):
            if word[cut:] in first:
                before.setdefault(word[cut:], []).append(f"{word[:cut]}{count}")
            if word[:cut] in last:
                after.setdefault(word[:cut], []).append(f"{word[cut:]}{count}")
    return {
        "before": {part: "".join(found) for part, found in sorted(before.items())},
        "after": {part: "".join(found) for part, found in sorted(after.items())},
        "counts": {name: words[name] for name in names if name in words},
    }


class _Cut:
    """A place where a name may be split: what stands before its first part and after its last part in other words."""

    def __init__(self, before: frozenset[str], after: frozenset[str]) -> None:
        self._before, self._last = before, frozenset(part[-1] for part in before)
        self._after, self._first = after, frozenset(part[0] for part in after)

    def divides(self, text: str, start: int, end: int) -> bool:
        """Tell whether words reach beyond the name on both sides; a name at either end of the text is not asked for."""
        # single characters are looked at first, since they settle nearly every case
        return (
            text[end] in self._first
            and text[start - 1] in self._last
            and any(text[end : end + n] in self._after for n in range(1, LONGEST))
            and any(text[start - n : start] in self._before for n in range(1, min(start, LONGEST - 1) + 1))
        )


class Borders:
    """Tells a name from an accident at the border of two words. What may stand beside a name is looked up once."""

    def __init__(self, table: Mapping[str, Mapping[str, object]]) -> None:
        """Take the table of `compile_borders`."""
        self._before, self._after, self._counts = table["before"], table["after"], table["counts"]
        self._cuts: dict[str, tuple[_Cut, ...]] = {}

    def straddled(self, text: str, start: int, end: int) -> bool:
        """Tell whether `text[start:end]` consists of the end of one word and the beginning of the next.

        Example:
            >>> borders = Borders(compile_borders(["构建"], {"机构": 90, "建设": 80}))
            >>> borders.straddled("机构建设", 1, 3), borders.straddled("机构构建设施", 2, 4)
            (True, False)
        """
        name = text[start:end]
        cuts = self._cuts.get(name)
        if cuts is None:
            cuts = self._cuts[name] = tuple(self._neighbours(name))
        return bool(cuts) and start > 0 and end < len(text) and any(cut.divides(text, start, end) for cut in cuts)

    def find(self, automaton: ahocorasick_rs.AhoCorasick, text: str) -> list[tuple[int, int, int]]:
        """Return the matches of an automaton, leftmost-longest, without those that are no words.

        Args:
            automaton: Of the kind `MATCHKIND_LEFTMOST_LONGEST`.
            text: The text.

        Returns:
            Pattern, start and end of each match.
        """
        out: list[tuple[int, int, int]] = []
        done = 0
        cuts, straddled = self._cuts, self.straddled
        for match in automaton.find_matches_as_indexes(text):
            _, start, end = match
            if start >= done and (cuts.get(text[start:end]) == () or not straddled(text, start, end)):
                out.append(match)
                done = end
                continue
            # a word may start inside what is none: 推[行人]力资源 | 人力资源
            at = max(start + (start >= done), done)
            while at < end and (inner := _first(automaton, text, at, end)):
                if self.straddled(text, *inner[1:]):
                    at = inner[1] + 1
                else:
                    out.append(inner)
                    at = done = inner[2]
        return out

    def _neighbours(self, name: str) -> Iterator[_Cut]:
        count = self._counts.get(name, 0)
        least = SHARE * (count if isinstance(count, int) else 0)
        for cut in range(1, len(name)):
            before = _usual(self._before.get(name[:cut], ""), least)
            after = _usual(self._after.get(name[cut:], ""), least)
            if before and after:
                yield _Cut(before, after)


def _first(automaton: ahocorasick_rs.AhoCorasick, text: str, low: int, high: int) -> tuple[int, int, int] | None:
    """Return the first match from an offset on that starts before another offset."""
    found = automaton.find_matches_as_indexes(text[low : high + REACH])
    return next(((which, low + s, low + e) for which, s, e in found if low + s < high), None)


def _usual(counted: object, least: float) -> frozenset[str]:
    return frozenset(word for word, count in _COUNTED.findall(str(counted)) if int(count) >= least)

"""Names that differ from a registered one in a single two-character word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.lexicon.words import Words

WORD = 2
_DEICTIC = r"^(?:[省市]直|{government-places})(?=.{4})"


class NearNames:
    """Names indexed by what remains without one pair of characters, by first and by third remaining character."""

    def __init__(self, names: Iterable[str], words: Words) -> None:
        self._words = words
        self._alike: dict[tuple[int, str, str], list[str]] = {}
        for name in set(names):
            # The last word is the suffix, which is not varied: 厅 for 局 is a slip of its own.
            if len(name) >= 2 * WORD:
                for place in (0, WORD):
                    self._alike.setdefault((place, name[place], name[-1]), []).append(name)

    def find(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield the words that would make a registered name, and their offsets.

        A leading reference to the place (省) is ignored.
        """
        pointer = self._words[_DEICTIC].match(name)
        offset = pointer.end() if pointer else 0
        core = name[offset:]
        if len(core) < 2 * WORD:
            return
        near = {n for place in (0, WORD) for n in self._alike.get((place, core[place], core[-1]), ())} - {core}
        found = {(i, n[i : i + WORD]) for n in near if len(n) == len(core) for i in _exchanged(core, n)}
        for i, word in sorted(found):
            yield word, offset + i


def _exchanged(one: str, other: str) -> Iterator[int]:
    """Yield the offset of the one word in which two names of equal length differ."""
    first = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    for i in range(max(first - WORD + 1, 0), first + 1):
        if i < len(one) - WORD and one[i + WORD :] == other[i + WORD :]:
            yield i

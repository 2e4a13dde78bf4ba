"""Names that are in the register but for one word of two characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORD = 2
_DEICTIC = re.compile(r"^(?:自治区|省直|市直|省|市|州|县|区|旗|盟)(?=.{4})")


class NearNames:
    """An index of names with each pair of characters left out in turn."""

    def __init__(self, names: Iterable[str]) -> None:
        self._words: dict[tuple[str, str], set[str]] = {}
        for name in names:
            for i in range(len(name) - WORD):  # the last word is the suffix: 厅 for 局 is a slip of its own
                if len(name) - WORD >= WORD:
                    self._words.setdefault((name[:i], name[i + WORD :]), set()).add(name[i : i + WORD])

    def find(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield the words that would make a registered name, and where each would stand.

        A pointer to the place (省) before the name is left aside.
        """
        pointer = _DEICTIC.match(name)
        offset = pointer.end() if pointer else 0
        core = name[offset:]
        for i in range(len(core) - WORD):
            for word in sorted(self._words.get((core[:i], core[i + WORD :]), ())):
                if word != core[i : i + WORD]:
                    yield word, offset + i

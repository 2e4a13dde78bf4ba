"""Texts as weighted vectors: a feature counts less the more actions of the two plans contain it.

「做好……信息公开」 in every action does not distinguish any of them; 「口袋公园」 in one action does.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence


class Shared(NamedTuple):
    """The overlap of two vectors.

    Attributes:
        cosine: Cosine similarity, from 0 to 1.
        before: Share of the first vector contained in the second.
        after: Share of the second vector contained in the first.
    """

    cosine: float
    before: float
    after: float

    @property
    def most(self) -> float:
        """The larger share: near 1 if one text contains the other."""
        return max(self.before, self.after)


NOTHING = Shared(0.0, 0.0, 0.0)


class Vector:
    """Weights by feature."""

    __slots__ = ("length", "mass", "weights")

    def __init__(self, weights: Mapping[Hashable, float]) -> None:
        self.weights = weights
        self.mass = math.fsum(weights.values())
        self.length = math.sqrt(math.fsum(w * w for w in weights.values()))

    def shared(self, other: Vector) -> Shared:
        """Return the overlap with another vector."""
        few, many = (self, other) if len(self.weights) <= len(other.weights) else (other, self)
        common = [(w, v) for f, w in few.weights.items() if (v := many.weights.get(f)) is not None]
        if not common or not self.length or not other.length:
            return NOTHING
        overlap = math.fsum(min(w, v) for w, v in common)
        cosine = math.fsum(w * v for w, v in common) / (self.length * other.length)
        return Shared(cosine, overlap / self.mass, overlap / other.mass)


def vectors(bags: Sequence[Iterable[Hashable]]) -> list[Vector]:
    """Return the vectors of bags of features, weighted by frequency in the bag and rarity across bags."""
    counts = [Counter(bag) for bag in bags]
    known: Counter[Hashable] = Counter()
    for count in counts:
        known.update(count.keys())
    rarity = {f: math.log((len(bags) + 1) / (n + 0.5)) for f, n in known.items()}
    return [Vector({f: (1 + math.log(n)) * rarity[f] for f, n in count.items()}) for count in counts]


def letters(text: str) -> str:
    """Return the letters and digits of a text in normal form, without blanks and punctuation.

    Example:
        >>> letters("（一）办好 “５Ｇ” 应用。")
        '一办好5G应用'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def pairs_of(text: str) -> list[str]:
    """Return the character bigrams of a text: cheap and effective features for Chinese, which has no word spaces."""
    return runs_of(text, 2)


def runs_of(text: str, length: int) -> list[str]:
    """Return the runs of so many letters of a text.

    Example:
        >>> runs_of("办好“口袋公园”", 4)
        ['办好口袋', '好口袋公', '口袋公园']
    """
    found = letters(text)
    return [found[i : i + length] for i in range(len(found) - length + 1)]

"""Counts of hits, misses and false predictions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

Key = tuple[Any, ...]


@dataclass(slots=True)
class LayerScore:
    """Hits, misses and false predictions; `half` items are correct if predicted and not missed if not."""

    hits: list[Key] = field(default_factory=list)
    missed: list[Key] = field(default_factory=list)
    spurious: list[Key] = field(default_factory=list)
    half: list[Key] = field(default_factory=list)
    documents: int = 1

    @property
    def gold(self) -> int:
        """Number of items in the gold that count."""
        return len(self.hits) + len(self.missed)

    @property
    def predicted(self) -> int:
        """Number of predictions that count."""
        return len(self.hits) + len(self.half) + len(self.spurious)

    @property
    def precision(self) -> float:
        """Share of predictions that are correct; 1 if nothing was expected or predicted."""
        return (len(self.hits) + len(self.half)) / self.predicted if self.predicted else float(self.gold == 0)

    @property
    def recall(self) -> float:
        """Share of gold items that were found; 1 if there were none."""
        return len(self.hits) / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def with_value(self, value: object) -> LayerScore:
        """Return the part whose keys end in a value."""
        hits, missed, spurious = (
            [k for k in keys if k[-1] == value] for keys in (self.hits, self.missed, self.spurious)
        )
        return LayerScore(hits, missed, spurious)


def compare(
    gold: Iterable[Sequence[Key]],
    predicted: Iterable[Key],
    *,
    ignore: Collection[Key] = (),
    half: Collection[Key] = (),
) -> LayerScore:
    """Count one layer.

    Args:
        gold: The accepted keys of each item, preferred key first.
        predicted: The predicted keys.
        ignore: Predictions that are not counted.
        half: Predictions that are correct but not required.

    Example:
        >>> layer = compare([[(0, 4)], [(5, 7), (5, 8)]], [(5, 8), (9, 12)])
        >>> layer.hits, layer.missed, layer.spurious
        ([(5, 7)], [(0, 4)], [(9, 12)])
    """
    out, left = LayerScore(), Counter(predicted)
    for accepted in gold:
        found = next((k for k in accepted if left[k]), None)
        if found is None:
            out.missed.append(accepted[0])
        else:
            out.hits.append(accepted[0])
            left[found] -= 1
    for key, count in left.items():
        allowed = min(count, 1) if key in half else 0
        out.half += [key] * allowed
        if key not in ignore:
            out.spurious += [key] * (count - allowed)
    return out


def total(layers: Sequence[LayerScore]) -> LayerScore:
    """Return the sum over documents."""
    out = LayerScore(documents=len(layers))
    for x in layers:
        out.hits += x.hits
        out.missed += x.missed
        out.spurious += x.spurious
        out.half += x.half
    return out

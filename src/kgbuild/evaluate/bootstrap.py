"""Confidence intervals of scores, by resampling documents."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.evaluate.counting import LayerScore
    from kgbuild.evaluate.score import Scored

DRAWS, SEED, LEVEL = 1_000, 0, 0.95


def intervals(documents: Sequence[Scored]) -> dict[str, tuple[float, float]]:
    """Return layer → bounds of F1 in 95 of 100 resamples.

    Documents rather than items are drawn with replacement, because an error in a document often recurs throughout it.
    The draws are seeded, so the same documents yield the same bounds.
    """
    out: dict[str, tuple[float, float]] = {}
    for name in dict.fromkeys(layer for d in documents for layer in d.layers):
        counts = [_counts(d.layers[name]) for d in documents if name in d.layers]
        draw = random.Random(SEED)  # noqa: S311 - statistics, no secret
        values = sorted(_f1(draw.choices(counts, k=len(counts))) for _ in range(DRAWS))
        cut = round(DRAWS * (1 - LEVEL) / 2)
        out[name] = (values[cut], values[-cut - 1])
    return out


def _counts(layer: LayerScore) -> tuple[int, int, int, int]:
    return len(layer.hits), len(layer.half), layer.predicted, layer.gold


def _f1(drawn: Sequence[tuple[int, int, int, int]]) -> float:
    hits, half, predicted, gold = (sum(c[i] for c in drawn) for i in range(4))
    precision = (hits + half) / predicted if predicted else float(gold == 0)
    recall = hits / gold if gold else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

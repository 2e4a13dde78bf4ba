"""Precision, recall and F1 of a prediction against a gold annotation of the same text, layer by layer.

Takes two objects after extract.schema.json. Guarantees: spans count strictly; each gold item can be found once, and
the same item predicted twice is wrong once; counts are summed over documents (micro average); the figures are those
of the scoring script that the gold was published with. What counts neither way: items that the gold calls optional
or ambiguous; values that the gold leaves open; `clause` statements and what is predicted inside them; populations,
named things and measures outside the action texts of the gold; citations outside its plan.
"""

from kgbuild.evaluate.alignment import align
from kgbuild.evaluate.bootstrap import intervals
from kgbuild.evaluate.counting import LayerScore, compare, total
from kgbuild.evaluate.layers import LAYERS
from kgbuild.evaluate.score import GOLD_VERSIONS, MACRO, Scored, figures, overall, score

__all__ = [
    "GOLD_VERSIONS",
    "LAYERS",
    "MACRO",
    "LayerScore",
    "Scored",
    "align",
    "compare",
    "figures",
    "intervals",
    "overall",
    "score",
    "total",
]

"""Precision, recall and F1 of a prediction against a gold annotation of the same text, layer by layer.

Takes two objects that conform to extract.schema.json. Guarantees: spans must match exactly; each gold item can be found
once, and a repeated prediction counts as one error; counts are summed over documents (micro average); the figures equal
those of the scoring script published with the gold. Not counted: items that the gold marks optional or ambiguous;
values that the gold leaves open; `clause` statements and predictions inside them; populations, named things and
measures outside the action texts of the gold; citations outside its plan.
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

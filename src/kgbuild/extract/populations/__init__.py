"""Groups of persons: those for whom a plan acts, and those who act in it.

Takes passages and returns mentions with concept and role. `word` is the label or head of a candidate, `before` and
`behind` are the text of its clause beside it, as far as a rule may look.
"""

from kgbuild.extract.populations.find import find_heading_populations, find_populations

__all__ = ["find_heading_populations", "find_populations"]

"""Groups of persons: those for whom a plan acts, and those who act in it.

Takes passages and returns mentions with concept and role.
"""

from kgbuild.extract.populations.find import find_heading_populations, find_populations

__all__ = ["find_heading_populations", "find_populations"]

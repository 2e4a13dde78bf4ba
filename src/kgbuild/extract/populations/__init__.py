"""Groups of persons: for whom a plan acts, and who acts in it.

Takes passages and gives mentions with their concept and the part that they play.
"""

from kgbuild.extract.populations.find import find_heading_populations, find_populations

__all__ = ["find_heading_populations", "find_populations"]

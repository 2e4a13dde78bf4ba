"""Named things: programmes, campaigns, competitions and platforms by their proper names.

Takes passages and gives mentions in reading order that do not overlap.
"""

from kgbuild.extract.named.find import find_all_named, find_named

__all__ = ["find_all_named", "find_named"]

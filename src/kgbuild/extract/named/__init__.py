"""Named things: programmes, campaigns, competitions and platforms by their proper names.

Takes passages and returns disjoint mentions in reading order.
"""

from kgbuild.extract.named.find import find_all_named, find_named

__all__ = ["find_all_named", "find_named"]

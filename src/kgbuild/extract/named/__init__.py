"""Named things: programmes, campaigns, competitions and platforms by their proper names.

Takes passages and returns disjoint mentions in reading order. `text` is the text of a passage and `masked` the same,
of the same length, with titles and what is in quotes and brackets made opaque (`text.mask`); offsets count in both.
`marks` are the heads and places found there, `member` is one name of a list (培训、展览 in 开展培训、展览).
"""

from kgbuild.extract.named.find import find_all_named, find_named

__all__ = ["find_all_named", "find_named"]

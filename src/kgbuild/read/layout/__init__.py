"""Runs of characters at places on pages → lines → paragraphs, table cells, running heads → blocks.

Shared by the formats that say where characters stand and not what belongs together: PDF and OFD give `Sheet`s,
`blocks_of` gives blocks in reading order. Nothing here knows a format, and every step is linear, or nearly, in what
stands on a page.
"""

from kgbuild.read.layout.blocks import blocks_of
from kgbuild.read.layout.sheet import Rule, Sheet, TextRun, unmapped

__all__ = ["Rule", "Sheet", "TextRun", "blocks_of", "unmapped"]

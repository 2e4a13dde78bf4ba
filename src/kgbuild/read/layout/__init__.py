"""From positioned runs of characters to lines, paragraphs, table cells, running heads, and blocks.

Shared by formats that specify positions but no structure: PDF and OFD provide `Sheet`s, `blocks_of` returns blocks in
reading order. Nothing here depends on a format, and every step is linear or nearly linear in the content of a page.
"""

from kgbuild.read.layout.blocks import blocks_of
from kgbuild.read.layout.sheet import Rule, Sheet, TextRun, unmapped

__all__ = ["Rule", "Sheet", "TextRun", "blocks_of", "unmapped"]

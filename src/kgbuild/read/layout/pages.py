"""What the readers of printed pages (PDF, OFD) tell alike of pages: which are scans, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.read.blocks import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_SECONDS = 0.02
"""Seconds that each page adds to the time limit of a reader."""
_SCAN_CHARS = 20
_SCAN_SHARE = 0.5
_MOST_NAMED = 20


def is_scan(n_chars: int, image_share: float) -> bool:
    """Tell whether a page is a picture of text.

    Args:
        n_chars: Number of its characters; a scanner may print a line of its own.
        image_share: Share of its area that images cover.
    """
    return n_chars < _SCAN_CHARS and image_share > _SCAN_SHARE


def page_notices(*, scans: Sequence[int], broken: Sequence[int], n_unmapped: int) -> list[Notice]:
    """Return the notices about pages whose text is lost in whole or in part.

    Args:
        scans: Numbers of the scanned pages.
        broken: Numbers of the damaged pages.
        n_unmapped: Number of characters that the file does not map to Unicode.
    """
    found = []
    if scans:
        found.append(Notice("scanned-pages", (("pages", named(scans)),), "warning"))
    if broken:
        found.append(Notice("damaged-pages", (("pages", named(broken)),), "warning"))
    if n_unmapped:
        found.append(Notice("unmapped-characters", (("count", str(n_unmapped)),), "warning"))
    return found


def named(things: Sequence[object]) -> str:
    """Return items as a list for a message; beyond a limit they are abbreviated to `…`."""
    shown = [str(thing) for thing in things[:_MOST_NAMED]]
    return ", ".join([*shown, "…"] if len(things) > _MOST_NAMED else shown)

"""One comparable form of a text, character by character.

Takes the read text. Guarantees: 1. the result has the same length, so that every offset holds in both; 2. it is
idempotent; 3. newlines stay where they are. Length-preserving translation is the whole offset map: forms that NFKC
would expand (㈠, ①) stay, and the numbering grammar knows them.
"""

from __future__ import annotations

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x09, 0x0B, 0x0C, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x3000, 0xFEFF), 0x20)
_DOTS = {
    0xFE52: 0x2E,
    0x2024: 0x2E,
    0xFF61: 0x3002,
    0x30FB: 0xB7,
    0x2022: 0xB7,
    0x2027: 0xB7,
    0xFE55: 0x3A,
    0xFE14: 0x3B,
}
_BRACKETS = {0xFE59: 0x28, 0xFE5A: 0x29, 0x2768: 0x28, 0x2769: 0x29, 0x3014: 0x3014, 0xFE5D: 0x3014, 0xFE5E: 0x3015}
_DASHES = {
    0x2010: 0x2D,
    0x2011: 0x2D,
    0x2012: 0x2D,
    0x2013: 0x2D,
    0x2212: 0x2D,
    0x2500: 0x2014,
    0x2015: 0x2014,
    0xE010: 0x2D,
}
_BREAKS = {0x85: 0x0A, 0x2028: 0x0A, 0x2029: 0x0A}
_TABLE = {**_FULL_WIDTH, **_SPACES, **_DOTS, **_BRACKETS, **_DASHES, **_BREAKS}


def normalise(text: str) -> str:
    """Return the text with full-width ASCII, odd blanks, dots, dashes and brackets in one form each.

    Example:
        >>> normalise("（一）１．促进：Ａ")
        '(一)1.促进:A'
    """
    return text.translate(_TABLE)

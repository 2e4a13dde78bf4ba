"""Characters whose look says what they are: those of symbol fonts (w:sym), and raised figures."""

from __future__ import annotations

import re


def _table(entries: str) -> dict[int, str]:
    return {int(entry[:2], 16): entry[2] for entry in entries.split()}


# Wingdings, Wingdings 2 and Symbol: what plans use of them (boxes, ticks, bullets, stars, arrows, arithmetic signs).
_WINGDINGS = (
    _table("6C● 6D❍ 6E■ 6F□ 71❑ 72❒ 75◆ 76❖ 77⬥ A7▪ A8◻ AB★ B5✪ D8➢ E0→ E8➔ F0⇨ FB✗ FC✓ FD☒ FE☑ 28☎ 2A✉ 46☞")
    | {0x81 + i: chr(0x2460 + i) for i in range(10)}
    | {0x8C + i: chr(0x2776 + i) for i in range(10)}
)
_WINGDINGS_2 = _table("50✓ 51☒ 52☑ 53☒ 54☒ A3□ 97● A2■")
_SYMBOL = _table("B7• B3≥ A3≤ B1± B4× B8÷ B0° A5∞ B9≠ BB≈ AE→ AC← DE⇒ 6Dμ 57Ω 44Δ 53∑ 25% 61α 62β 67γ 64δ 2D− 2B+ 3D=")
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(text: str) -> str:
    """Return what is printed raised: figures (a power, the mark of a note) are no figures of the text.

    Example:
        >>> raised("2"), raised("[2]")
        ('²', '[2]')
    """
    return text.translate(_SUPERSCRIPT) if text.isascii() and text.strip().isdecimal() else text


def symbol(font: str, code: str) -> str:
    """Return the character of a symbol font; unknown ones stay in the private use area, where they are reported as odd.

    Args:
        font: Name of the font.
        code: Code in hexadecimal digits, as it stands or from F000.

    Example:
        >>> symbol("Wingdings", "F0FE"), symbol("SimSun", "4E00")
        ('☑', '一')
    """
    if not re.fullmatch(r"[0-9A-Fa-f]{1,6}", code):
        return "\ufffd"
    number = int(code, 16)
    known = _FONTS.get(font.lower(), {}).get(number - 0xF000 if number >= 0xF000 else number)
    if known is not None:
        return known
    return chr(number) if 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"

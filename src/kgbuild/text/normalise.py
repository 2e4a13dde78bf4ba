"""A canonical form of a text, character by character.

Takes the read text. Guarantees: 1. the result has the same length, so offsets are valid in both; 2. it is idempotent;
3. newlines stay in place. Because lengths are preserved, no offset map is needed; characters that NFKC would expand
(㈠, ①) are kept, and the numbering grammar recognises them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_pattern
from kgbuild.text.traditional import is_traditional, simplified

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Span

_VISIBLE = re.compile(r"[^\n\r]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x09, 0x0B, 0x0C, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x3000, 0xFEFF), 0x20)
_DOTS = {
    0xFE52: 0x2E,
    0x2024: 0x2E,
    0xFF61: 0x3002,
    0xFF64: 0x3001,
    0xFF65: 0xB7,
    0x30FB: 0xB7,
    0x2022: 0xB7,
    0x2027: 0xB7,
    0xFE55: 0x3A,
    0x2236: 0x3A,
    0xA789: 0x3A,
    0xFE30: 0x3A,
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
# Vertical presentation forms and small forms of CJK punctuation
_FORMS = str.maketrans("\ufe10\ufe11\ufe12\ufe13\ufe15\ufe16\ufe50\ufe51\ufe54\ufe56\ufe57\ufe6a", ",、。:!?,、;?!%")
# Radicals used in place of whole characters, without a compatibility mapping (Unicode, EquivalentUnifiedIdeograph)
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰", "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙"
)
_LOOKALIKES = {
    code: ord(plain)
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0x1D7CE, 0x1D800), *range(0x2F800, 0x2FA20))
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and plain != chr(code)
}
# Format characters (Cf), variation selectors, fillers: all invisible; and accents, which no hanzi has. Each becomes a
# blank, because the length must not change and names and dates are matched across blanks.
_UNSEEN = dict.fromkeys(
    (
        *(0xAD, 0x61C, 0x6DD, 0x70F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xE0001, *range(0x300, 0x370)),
        *(*range(0x600, 0x606), *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F)),
        *(*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), *range(0xFFF9, 0xFFFC)),
        *(*range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0)),
    ),
    0x20,
)
# A page mark that a converter left on a line of its own, or a printed page number (— 3 —, GB/T 9704-2012, 7.5); it
# belongs to no sentence that continues after it.
_PAGE = re.compile(r"^ *(?:#{1,6} Page \d{1,5} ?:?|[-—]{1,2} ?\d{1,4} ?[-—]{1,2}) *\r?$", re.MULTILINE)
# Bars that a converted table left behind the only cell of a line, or alone on it
_BARS = re.compile(r"^(?P<cell>[^|\n]*)(?P<bars>\|[ |]*)$", re.MULTILINE)
# 〔省教育厅负责〕 and 各市〔州〕 are variants of round brackets; 〔2025〕 belongs to a number, [责任单位] is a label
_SQUARE = r"〔(?! *(?:19|20)\d\d *〕)[^〔〕]{1,400}〕|\[(?! *(?:19|20)\d\d *\])[^\[\]]{1,400}\](?=[。;\n]|\Z)"
_BRACKETED = lazy_pattern(_SQUARE)
_BRACKETED_ODDLY = lazy_pattern(
    rf"{_SQUARE}|〈[\u4e00-\u9fff、]{{1,3}}〉|(?<=[区县市州府])〈(?=[^〉]*、)[\u4e00-\u9fff、]{{4,16}}〉"
    r"|(?:〖[^〖〗\n]{2,400}〗|〈(?=[^〉]*[、:])[^〈〉\n]{4,400}〉|<[\u4e00-\u9fff、,:; ]{4,400}>)(?=[。;\n]|\Z)"
)
_ODD_BRACKETS = frozenset("〈〖<")
HANZI = lazy_pattern("[\u4e00-\u9fff]")
TWO_HANZI = lazy_pattern("[\u4e00-\u9fff]{2}")
"""What holds none is no word; here for all, since each pattern with this range takes `re` 20,000 steps to compile."""
_TONED, _TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "\u0300\u0301\u0304\u030c"
_TONE = f"[{_TONED}]|[aeiouü]\u0308?[{_TONES}]"
_ANY_TONE = re.compile(f"[{_TONED}{_TONED.upper()}{_TONES}]")
"""One is in each syllable, and in few texts: looking for them is faster than for syllables."""
_PINYIN = lazy_pattern(
    rf"(?<=[\u4e00-\u9fff])[(（]? ?(?:[bpmfdtnlgkhjqxzcsrwy]h?)?[aeiouü]{{0,2}}(?:{_TONE})[aeiou]{{0,2}}(?:ng?)?",
    re.IGNORECASE,
)
MIN_PINYIN = 5
"""A character that few can read is glossed once or twice."""
_BRACKETED_SOUND = lazy_pattern(
    rf"(?<=[\u4e00-\u9fff])\((?=[^()]{{0,6}}[{_TONED}{_TONES}])[a-zü{_TONED}\u0308{_TONES}]{{1,8}}\)", re.IGNORECASE
)
SEPARATOR = "\x1f"
"""In place of a sound: white space for names, which are matched across it, but no blank that parts paragraphs."""
_TABLE = {
    **_FORMS,
    **_LOOKALIKES,
    **_RADICALS,
    **_UNSEEN,
    **_FULL_WIDTH,
    **_SPACES,
    **_DOTS,
    **_BRACKETS,
    **_DASHES,
    **_BREAKS,
}

_PLAIN = {chr(odd): chr(plain) for odd, plain in _TABLE.items() if odd != plain}
_LIKE_OTHERS = frozenset(map(chr, (*_LOOKALIKES, *_RADICALS, *_UNSEEN)))
_PRIVATE = "\ue000"
"""The first private-use character."""


def normalise(text: str) -> str:
    """Return the text with one form each for full-width ASCII, blanks, dots, dashes and brackets.

    Example:
        >>> normalise("（一）１．促进：Ａ")
        '(一)1.促进:A'
    """
    out = text
    for odd in set(text) & _PLAIN.keys():  # a text has some dozen: replacing them is faster than translating it
        out = out.replace(odd, _PLAIN[odd])
    out = _PAGE.sub(_blank, out)
    out = _BARS.sub(_without_bars, out) if "|" in out else out
    bracketed = _BRACKETED if _ODD_BRACKETS.isdisjoint(out) else _BRACKETED_ODDLY
    while (rounded := bracketed.sub(_round, out)) != out:  # nested brackets
        out = rounded
    return out


def _without_bars(m: re.Match[str]) -> str:
    return m["cell"] + " " * len(m["bars"])


def _blank(m: re.Match[str]) -> str:
    return " " * len(m[0])


def _separator(m: re.Match[str]) -> str:
    return SEPARATOR * len(m[0])


def _round(m: re.Match[str]) -> str:
    return f"({m[0][1:-1]})" if HANZI.search(m[0]) else m[0]


def comparable(text: str, left_out: Iterable[Span] = ()) -> str:
    r"""Normalise a read text, with blanks in place of spans that do not belong to the plan.

    Running heads, page numbers and notes become blank lines: offsets remain valid, and no stage reads them. A text in
    traditional characters is read as if it stood in simplified ones.

    Args:
        text: The read text.
        left_out: Spans that do not belong to the plan.

    Example:
        >>> from kgbuild.model import Span
        >>> comparable("（一）目标\n— 3 —\n", [Span(6, 11)])
        '(一)目标\n     \n'
    """
    norm, at, parts = normalise(text), 0, []
    norm = simplified(norm) if is_traditional(text) else norm
    norm = _BRACKETED_SOUND.sub(_separator, norm) if sounds(norm) else norm  # 产(chǎn)业
    for span in left_out:
        parts += [norm[at : span.start], _VISIBLE.sub(" ", norm[span.start : span.end])]
        at = span.end
    return "".join((*parts, norm[at:]))


def sounds(text: str) -> list[re.Match[str]]:
    """Return the sounds that a copy has put behind characters all over (产(chǎn)业, 发fā); [] for a few glosses."""
    found = [*_PINYIN.finditer(text)] if len(_ANY_TONE.findall(text)) >= MIN_PINYIN else []
    return found if len(found) >= MIN_PINYIN else []


def odd_characters(text: str) -> dict[str, list[int]]:
    """Return the invisible, private-use and look-alike characters of a text with their offsets.

    Example:
        >>> odd_characters("⼈⺠政府")
        {'⺠': [1], '⼈': [0]}
    """
    chars = set(text)
    odd = {char for char in chars if char >= _PRIVATE and unicodedata.category(char) == "Co"} | (chars & _LIKE_OTHERS)
    return {char: [m.start() for m in re.finditer(re.escape(char), text)] for char in sorted(odd)}

"""The numbering styles of official documents: 一、 (一) 1. (1) ① 第一条 专栏 (GB/T 9704-2012, 7.3.3).

Takes normalised text. A style is recognised by its form alone; its level is decided when the tree is built. Some forms
(1.1, "1,") may also start a sentence: they count as numbers only in a series (`counted_marks`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from kgbuild.read.numerals import LEGAL, STEMS
from kgbuild.text.numerals import HAN, SHORT_TENS, TO_TEN, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.model import ListItem, Span

Style = Literal[
    "part",
    "chapter",
    "section",
    "article",
    "box",
    "han",
    "han_paren",
    "arabic",
    "arabic_paren",
    "circle",
    "decimal2",
    "decimal3",
    "decimal4",
    "list1",
    "list2",
    "list3",
    "letter",
    "roman",
    "stem",
    "named",
]

KEY_LETTER: dict[Style, str] = {
    "part": "p",
    "chapter": "h",
    "section": "s",
    "article": "a",
    "box": "b",
    "han": "",
    "han_paren": "",
    "arabic": "",
    "arabic_paren": "c",
    "circle": "c",
    "decimal2": "",
    "decimal3": "",
    "decimal4": "",
    "list1": "",
    "list2": "",
    "list3": "",
    "letter": "l",
    "roman": "r",
    "stem": "g",
    "named": "t",
}
"""Style letter of a key step. Permanent, because keys are."""

RANK: dict[Style, int] = {"part": 0, "chapter": 1, "section": 2}
"""编, 章 and 节 have a fixed order, regardless of which levels are open."""


class Mark(NamedTuple):
    """A number at the start of a unit; `label` as printed, in half-width characters without the closing 、 or dot."""

    start: int
    end: int
    style: Style
    number: int
    label: str


_PROSE = re.compile("[,。;:]")
LETTER = r"[^\W\d_a-zA-Z]"
"""A letter, but no Latin one. Not the range of Han: `re` takes 20,000 steps to compile that, each time it is named."""
_N = f"[{HAN}{''.join(SHORT_TENS)}]{{1,5}}"
_CIRCLES = "①-⑳㉑-㉟㊱-㊿❶-❿➀-➓⓫-⓴⓵-⓾㊀-㊉㈠-㈩⑴-⒇"
_STARS = "*★☆※▲△"
"""Behind a number they point to a note: 1*.开展…, where * marks the new items."""
_COUNTED = r"\.(?=\d+[GgDd维家个大类])(?!\d{1,2}(?:[.、]|\d))"
_DATED = (
    r"\.(?=(?:(?:19|20)\d\d ?|[2-4]\d)年|(?:19|20)\d\d ?[-/.—–~至到] ?\d|\d{1,2} ?月|\d{1,2}/\d|20\d{6}(?!\d)"
    r"|\d{2,3} ?周?岁)"
)
"""1.2025年底前, 5.2月底前, 1.80周岁以上: the item starts with a year, a month or an age; this is not a decimal."""
_NTH = "第 ?"
_FORMS: tuple[tuple[Style, str], ...] = (
    ("part", rf"{_NTH}(?P<part>{_N}|\d{{1,3}}) ?(?:编|部分)(?=[\s:、]|$)[\s:、]*"),
    ("chapter", rf"{_NTH}(?P<chapter>{_N}|\d{{1,3}}) ?章(?=[\s:、]|[^节条款])[\s:、]*"),
    ("section", rf"{_NTH}(?P<section>{_N}|\d{{1,3}}) ?节(?=[\s:、]|$)[\s:、]*"),
    ("article", rf"{_NTH}(?P<article>{_N}|\d{{1,3}}) ?条(?=[\s:、]|[^款第例规]|$)[\s:、]*"),
    ("box", rf"专 ?栏 ?(?P<box>\d{{1,3}}|{_N})(?=[\s:.、]|[^\d])[\s:.、]*"),
    ("han", rf"(?P<han>{_N}) ?(?:、|\.(?!\d))(?!{_N}(?:、|是|产|级|次))\s*"),
    ("han_paren", rf"(?:\( ?(?P<han_paren>{_N}) ?|(?P<han_half>{_N}))\)[、.]?\s*"),
    ("arabic", rf"(?P<arabic>\d{{1,3}}) ?(?:[{_STARS}] ?)?(?:[.、](?![\d.])|{_COUNTED}|{_DATED})\s*"),
    ("arabic_paren", r"(?:\( ?(?P<arabic_paren>\d{1,3}) ?\)|(?P<arabic_half>\d{1,2})\))[、.]?\s*"),
    ("circle", rf"(?P<circle>[{_CIRCLES}])[、.]?\s*"),
    ("arabic", r"(?P<dotted>[⒈-⒛])\s*"),
)
_FIRST = rf"(?=[{_NTH[0]}专{HAN}{''.join(SHORT_TENS)}(\d{_CIRCLES}⒈-⒛])"
"""How a form begins: most lines begin otherwise, and are not tried eleven times."""
_ANY = re.compile(f"{_FIRST}(?:{'|'.join(f'(?P<_{i}>{form})' for i, (_, form) in enumerate(_FORMS))})")
_PATH = rf"(?P<above>(?:\d{{1,2}}\.){{1,3}})(?P<last>\d{{1,2}})(?![\d.]*\d)[、.]?\s*(?={LETTER}|[《“(])"
_COMMA = rf"(?P<comma>\d{{1,2}}|{_N}) ?,\s*(?=\D)"
_BARE = rf"(?P<bare>\d{{1,2}}) +(?={LETTER})"
_MAYBE = re.compile(f"{_PATH}|{_COMMA}|{_BARE}")
_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_LATIN_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_VALUE: dict[Style, dict[str, int]] = {
    "roman": {sign: n for n, sign in enumerate(_ROMAN, 1)} | {sign: n for n, sign in enumerate(_LATIN_ROMAN, 1)},
    "letter": {chr(ord("A") + n): n + 1 for n in range(26)},
    "stem": {sign: n for n, sign in enumerate(STEMS, 1)},
}
_SIGN = f"[{_ROMAN}{_ROMAN.lower()}]|[IVX]{{1,4}}|[ivx]{{1,4}}|[A-Za-z]|[{STEMS}]"
_SIGNED = re.compile(
    rf"(?:(?P<open>\() ?)?(?P<sign>{_SIGN}) ?(?(open)\)[、.]?|[.、)])\s*(?={LETTER}|[《“])"
    r"|(?P<enclosed>[⒜-⒵Ⓐ-ⓩ])\s*"
)
"""A. Ⅰ、 (甲) ⒜: as common at the start of a line as the names of options and parties; they count, or are none."""
_FORMAL_DIGITS = str.maketrans(LEGAL[1:11], TO_TEN)
_FORMAL = f"[{''.join(map(chr, _FORMAL_DIGITS))}]{{1,3}}"
_COUNTED_BY_NAME = re.compile(
    r"[\u4e00-\u9fff]{0,4}[任措行事举工项要步][务施动项措程目作点骤]"
    rf"(?P<n>\d{{1,2}}|{_N})(?: ?[:.、]\s*| +(?={LETTER}))"
    rf"|[第其](?P<n2>{_N}) ?[,、]\s*|[\[【〔](?P<n3>\d{{1,2}})[\]】〕]\s*"
    rf"|(?P<n4>\d{{1,2}}|{_N}) ?[:。·]\s*(?={LETTER})"
    rf"|\d{{1,2}}-(?P<n5>\d{{1,2}})[ 、.]\s*(?={LETTER})"
    rf"|\( ?(?P<n6>\d{{1,2}})[.、] ?\)\s*|(?:(?i:no)\.?|[№#]) ?(?P<n7>\d{{1,2}})(?: ?[:.、]|(?= ))\s*"
    rf"|\( ?(?P<n8>{_FORMAL}) ?\)\s*|(?P<n9>{_FORMAL}) ?、\s*"
)
"""任务1: 行动一、 第一, [1] 1: 1-1 (1.) No.1 壹、: of a name or form that is no numbering style of its own."""


def mark_at(norm: str, start: int, end: int) -> Mark | None:
    """Return the mark at `start`, None if no unit starts there.

    Args:
        norm: Normalised text.
        start: Offset to look at.
        end: End of the paragraph.

    Example:
        >>> mark_at("(十二)促进", 0, 6)
        Mark(start=0, end=4, style='han_paren', number=12, label='(十二)')
        >>> mark_at("2020年", 0, 5), mark_at("一、二、三产业融合", 0, 9)
        (None, None)
        >>> [mark_at(t, 0, len(t)).label for t in ("1.2026年底前", "5.2月底前", "1.80周岁以上", "2*.推进")]
        ['1', '5', '1', '2']
    """
    m = _ANY.match(norm, start, end)
    if m is None:
        return None
    style = next(style for i, (style, _) in enumerate(_FORMS) if m[f"_{i}"] is not None)
    digits = m["dotted"] or m["arabic_half"] or m["han_half"] or m[style]
    enclosed = style == "circle" or m["dotted"] is not None
    value = int(unicodedata.numeric(digits)) if enclosed else number(digits)
    if not value:
        return None
    shown = m[0].rstrip()
    if style == "circle" and digits in "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩":
        style = "han_paren"
    return Mark(m.start(), m.end(), style, value, _label(style, shown))


def maybe_mark_at(norm: str, start: int, end: int) -> Mark | None:
    """Return the mark at `start` if it could be one, given others that continue it: 1.1, "1,", "1 " above 1.1.

    Example:
        >>> maybe_mark_at("1.2健全机制", 0, 7), maybe_mark_at("1.5%", 0, 4)
        (Mark(start=0, end=3, style='decimal2', number=2, label='1.2'), None)
    """
    m = _MAYBE.match(norm, start, end)
    if m is None:
        return _sign_at(norm, start, end) or _named_at(norm, start, end)
    shown = m["comma"] or m["bare"]
    if shown:
        value = number(shown)
        style: Style = "arabic" if shown.isdigit() else "han"
        return Mark(m.start(), m.end(), style, value, shown) if value else None
    depth: tuple[Style, ...] = ("decimal2", "decimal3", "decimal4")
    style = depth[m["above"].count(".") - 1]
    return Mark(m.start(), m.end(), style, int(m["last"]), m["above"] + m["last"]) if int(m["last"]) else None


def _sign_at(norm: str, start: int, end: int) -> Mark | None:
    m = _SIGNED.match(norm, start, end)
    if m is None:
        return None
    sign = unicodedata.normalize("NFKC", m["enclosed"] or "").strip("()") or m["sign"]
    for style, values in _VALUE.items():
        if value := values.get(sign) or values.get(sign.upper()):
            return Mark(m.start(), m.end(), style, value, _label(style, m[0]))
    return None


def _named_at(norm: str, start: int, end: int) -> Mark | None:
    m = _COUNTED_BY_NAME.match(norm, start, end)
    if m is None:
        return None
    value = number(next(filter(None, m.groups())).translate(_FORMAL_DIGITS))
    shown = m[0].rstrip(" ,:.。·、\n\r\t").replace(" ", "")
    return Mark(m.start(), m.end(), "named", value, shown) if value else None


def _series_of(mark: Mark) -> str:
    """What the marks of a series share: the number above, the word before, the style and its brackets."""
    if mark.style == "named":
        return "named " + re.sub(rf"(?:\d+|{_N}|{_FORMAL})(?=\D{{0,2}}$)", "", mark.label)
    if mark.style in _VALUE:
        return f"{mark.style} {mark.label[0]}" if mark.label.startswith("(") else mark.style
    return mark.label.rpartition(".")[0]


def counted_marks(norm: str, found: Iterable[Mark]) -> set[Mark]:
    """Return the possible marks that form a series (1, 2 … under the same prefix), and bare numbers above their 1.1.

    Args:
        norm: Normalised text.
        found: Results of `maybe_mark_at` at the starts of paragraphs, in reading order.
    """
    runs: dict[str, list[Mark]] = {}
    bare: list[Mark] = []
    sure: set[Mark] = set()
    for mark in found:
        above = _series_of(mark)
        if not above and "," not in norm[mark.start : mark.end]:
            bare.append(mark)
            continue
        run = runs.setdefault(above or mark.style, [])
        if mark.number == 1:
            run.clear()
        if mark.number == len(run) + 1:
            run.append(mark)
            sure |= set(run) if len(run) > 1 else set()
    parents = {mark.label.partition(".")[0] for mark in sure if mark.style.startswith("decimal")}
    return sure | {mark for mark in bare if mark.label in parents}


def listed(norm: str, items: Sequence[ListItem], paras: Sequence[Span]) -> dict[int, Mark]:
    """Return offset → mark for each item of the numbered HTML lists that contain sentences.

    The marks are empty because the browser renders the number. A list without punctuation is a breadcrumb or a menu.
    """
    ends = {para.start: para.end for para in paras}
    own = [item for item in items if item.start in ends]
    prose = {item.within for item in own if _PROSE.search(norm, item.start, ends[item.start])}
    styles: tuple[Style, ...] = ("list1", "list2", "list3")
    return {
        i.start: Mark(i.start, i.start, styles[min(i.depth, len(styles)) - 1], i.number, i.label)
        for i in reversed(own)
        if i.within in prose
    }


def _label(style: Style, shown: str) -> str:
    if style == "box":
        return re.sub(r"[\s:.、]+$", "", shown)
    bare = re.sub(rf"[\s、.:{_STARS}]+$", "", shown).replace(" ", "")
    if "⒈" <= bare <= "⒛":
        return str(int(unicodedata.numeric(bare)))
    return bare.removesuffix(")") if not bare.startswith("(") else bare

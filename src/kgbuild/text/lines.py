"""The paragraphs of a text, however its lines are broken.

Takes normalised text. Guarantees: spans are trimmed, ordered and disjoint, and cover every visible character except
Markdown syntax at the ends of lines.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_pattern
from kgbuild.model import Span
from kgbuild.text.normalise import SEPARATOR
from kgbuild.text.numbering import mark_at
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# A lost paragraph break leaves the indent, two ideographic spaces, after the end of a sentence or heading; a page
# number left by a PDF conversion (— 5 —) separates two paragraphs.
_LOST_BREAK = re.compile(
    r"(?=[ —-])(?:(?<=[。:;!?)”》]) {2,}(?=\S)|(?<=\S) {4,}(?=\S)"
    rf"|(?<=\S) {{2,}}(?=\([{TO_TEN}]+\)|[{TO_TEN}]+、|\d{{1,2}}[.、]|第[{TO_TEN}百\d]+[章节条])"
    r"|(?<!\S)[-—] ?\d{1,3} ?[-—](?=\S|$) *)"
)
_PAGE = re.compile(r"[-—] ?\d")
# Markdown syntax around a line: heading (# …) or strong text (** … **)
_MARKDOWN = re.compile(r"(?:#{1,6} +)?(?:\*\*)?")
_MARKDOWN_END = re.compile(r"(?<!\*)\*\*$")
_NARROW = re.compile("[\0-\u2000]+")
_LINE = re.compile(r"[^\n\r]+")
_WRAP = re.compile(r" ?\r?\n")
# A label (责任单位:), a list marker or a table bar: such a line starts a paragraph.
_OWN_BEGIN = re.compile(r"[\u4e00-\u9fff ]{2,8}:|[-*+|>#·●■◆▲]|附 *件")
MIN_WIDTH, MIN_LINES, SLACK = 40, 8, 3
"""A text is hard-wrapped if this many lines, this wide and of nearly equal width, end in the middle of a sentence."""
MAX_TAIL, MAX_OPEN = 8, 300
INDENT, SHORT, PIECES = 4, 6, 14
"""Of a printed line: columns of indent, columns it may fall short of the width, pieces it may consist of."""
RARE = 30
_LONGEST_MARK = 8
MAX_SIGNED = 2
"""Number of printed lines that a signature may occupy."""
# The gap at a page break, whose mark `normalise` has blanked out
_WRAP_OR_PAGE = re.compile(r" ?\r?\n(?:\s*\n {8,}\r?\n)?")
# A number at the end of a line within a sentence, whose unit opens the next one
_NUMBER_END = re.compile(r"[,、;][^,、;。]*[\u4e00-\u9fff] ?\d[\d.]*$")
_UNIT_BEGIN = re.compile(r"[\u4e00-\u9fff%‰][^\n:]*[,、;。]")
_STOPS, _CLOSES, _GOES_ON = "。!?;:", ")”》", ",、"
_NO_BEGIN, _POINTS = ",。;:、!?)”》", ",。;:、"
_OF_YEAR = re.compile(r"[〔\[](?:19|20)\d\d[〕\]]")
# A label at the end of a line (…负责。责任单位:⏎), not the last words of a longer phrase
_LABEL_END = lazy_pattern(r"[。;]\s*[\u4e00-\u9fff]{2,6}\s*[\u4e00-\u9fff]{0,4}:$")
_OPENS = re.compile(r"[“(《,。;:、!?)”》]")
# Lines that stand alone in every document: a date, a 发文字号, a remark in brackets. They continue no line, and no line
# continues them.
_DAY = r"(?:19|20)\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日?"
DAY_BEHIND = rf"\({_DAY}\s?\)$"
"""The date that collections print after the title of a document: (2025年3月1日)."""
_DATE_LINE = re.compile(f"{_DAY}$")
_NUMBER_LINE = lazy_pattern(r"[\u4e00-\u9fffA-Z]{2,16} ?[〔\[(](?:19|20)\d\d[〕\])]\D{0,3}\d{1,5} ?[\u4e00-\u9fff]$")
_REMARK = re.compile(r"\([^()〔]{5,}\)$")
_DATED_TITLE = re.compile(DAY_BEHIND)


def paragraphs(norm: str) -> list[Span]:
    r"""Return the paragraphs: lines, with hard-wrapped lines joined and lines split where an indent stands inside them.

    Example:
        >>> paragraphs("题目\n  一、要求  做好。  (一)目标")
        [Span(start=0, end=2), Span(start=5, end=14), Span(start=16, end=21)]
    """
    parts = [s for line in _LINE.finditer(norm) for s in _parts(norm, line.start(), line.end())]
    width = _width(norm, parts)
    if width is not None:
        return _printed(norm, parts, width)
    out: list[Span] = []
    for part in parts:
        if out and _goes_on(norm, out[-1], part, None):
            out[-1] = Span(out[-1].start, part.end)
        else:
            out.append(part)
    return out


def _printed(norm: str, parts: Sequence[Span], width: int) -> list[Span]:
    """Join the lines of a text that breaks wherever a printed line was full.

    A justified line may arrive in pieces that end or start at punctuation (推进改革,⏎加强监管,⏎优化).
    """
    out: list[Span] = []
    filled = 0
    numbered = False  # above the first number, a colon ends the addressee rather than a label
    for i, part in enumerate(parts):
        numbered = numbered or mark_at(norm, part.start, part.end) is not None
        if out and (
            _goes_on(norm, out[-1], part, width)
            or _flows(norm, out[-1], parts[i - 1 : i + PIECES], filled, width, labels=numbered)
        ):
            out[-1] = Span(out[-1].start, part.end)
            whole = filled >= width - SHORT or filled + _columns(norm, part) > width + 1
            filled = 0 if whole else filled
        else:
            out.append(part)
            filled = INDENT
        filled += _columns(norm, part)
    return out


def _flows(norm: str, above: Span, pieces: Sequence[Span], filled: int, width: int, *, labels: bool) -> bool:
    """Tell whether a printed line continues the paragraph above; `pieces` are the previous line, this one, the next."""
    last, part = pieces[0], pieces[1]
    end, full = norm[above.end - 1], filled >= width - SHORT
    if (
        not _WRAP_OR_PAGE.fullmatch(norm, last.end, part.start)
        or mark_at(norm, part.start, part.end) is not None
        or _is_done(norm, above)
        or (end not in "(,、《" and _stands_alone(norm, part))
        or (end in _STOPS and _is_signature(norm, pieces[1:]))
    ):
        return False
    # (责⏎任单位:甲)
    opened = norm[above.start] == "(" and ")" not in norm[above.start : above.end]
    closes = opened and ")" in norm[part.start : part.end]
    has_point = norm[above.start] == "《" or any(c in _POINTS for c in norm[above.start : above.end])
    full_line = full and end not in _STOPS + _GOES_ON and (has_point or end not in _CLOSES)
    if closes or full_line or _is_mark(norm, above):
        return True
    if _OWN_BEGIN.match(norm, part.start, part.end):
        return False
    if end in _GOES_ON or norm[part.start] in _NO_BEGIN:
        return True
    if (
        end == ":"
        and labels
        and (_begins_with_label(norm, above, last) or _LABEL_END.search(norm, above.start, above.end))
    ):
        return norm[part.end - 1] != ":"
    # 发文字号 and 主送机关 stand alone
    head = end == ":" or norm[part.end - 1] == ":" or _OF_YEAR.search(norm, part.start, part.end) is not None
    return not full and not head and has_point and _fills(norm, pieces, filled, width)


def _stands_alone(norm: str, part: Span) -> bool:
    """Tell whether a line is a date or a document number, which stand alone."""
    return any(form.match(norm, part.start, part.end) for form in (_DATE_LINE, _NUMBER_LINE))


def _is_done(norm: str, para: Span) -> bool:
    """Tell whether a paragraph is a date, a number, a remark in brackets, or ends in a title with its date."""
    if norm[para.end - 1] != ")":
        return _stands_alone(norm, para)
    tail = max(para.start, para.end - 20)
    return bool(_REMARK.match(norm, para.start, para.end) or _DATED_TITLE.search(norm, tail, para.end))


def _is_signature(norm: str, pieces: Sequence[Span]) -> bool:
    """Tell whether a line, or it and the next, is a name above a date, as at the end of a notice."""
    for i, piece in enumerate(pieces[: MAX_SIGNED + 1]):
        if _DATE_LINE.match(norm, piece.start, piece.end):
            return i > 0
        if any(c in _POINTS for c in norm[piece.start : piece.end].removesuffix(")")):
            return False
    return False


def _begins_with_label(norm: str, above: Span, last: Span) -> bool:
    """Tell whether a line consists of a label only: 责任单位:⏎."""
    begun = last.start == above.start or norm[above.start : last.start].rstrip()[-1] in "。;"
    return len(last) <= MAX_TAIL and begun


def _is_mark(norm: str, para: Span) -> bool:
    """Tell whether a paragraph consists of a number only."""
    mark = mark_at(norm, para.start, para.end)
    return mark is not None and mark.end >= para.end


def _fills(norm: str, pieces: Sequence[Span], filled: int, width: int) -> bool:
    """Tell whether the next pieces complete the printed line that has begun."""
    for piece, after in itertools.pairwise((*pieces, None)):
        if piece is None or piece is pieces[0]:
            continue
        if mark_at(norm, piece.start, piece.end) is not None or _stands_alone(norm, piece):
            return False
        filled += _columns(norm, piece)
        if filled >= width - SHORT:
            return filled <= width + 1
        if norm[piece.end - 1] not in _STOPS + _CLOSES + _GOES_ON and not (
            after is not None and _OPENS.match(norm, after.start)
        ):
            return False
    return False


def _width(norm: str, parts: Sequence[Span]) -> int | None:
    """Return the width at which a text is wrapped: the usual width of lines that end in mid-sentence, if frequent.

    Printed lines vary by a few columns and hardly any is longer; text with one line per paragraph has long lines.
    """
    lengths = Counter(_columns(norm, part) for part in parts if _is_cut(norm, part))
    around = {n: sum(lengths[m] for m in range(n - SHORT, n + 1)) for n in lengths}
    usual = max((n for n in lengths if n >= MIN_WIDTH), key=lambda n: (around[n], n), default=0)
    if not usual or around[usual] < MIN_LINES:
        return None
    longer = sum(_columns(norm, part) > usual + SHORT for part in parts)
    return usual if longer * RARE <= len(parts) or lengths[usual] >= MIN_LINES else None


def _goes_on(norm: str, above: Span, part: Span, width: int | None) -> bool:
    """Tell whether a line continues the sentence of the line above, in a text saved with hard line breaks.

    A line that is only a number goes on in the next. Any other line follows directly, without indent, number or label,
    and meets one of four conditions: it closes a bracket or title (（省教育厅、⏎省科技厅负责）), it is too short for a
    paragraph (…高质⏎量发展。), it opens with the unit of a number that ends the line above, or that line is as wide as
    the lines of this text.
    """
    gap = norm[above.end : part.start]
    if len(above) <= _LONGEST_MARK and gap.isspace() and _is_mark(norm, above):  # 第一条⏎本细则适用于…
        return mark_at(norm, part.start, part.end) is None
    if not _is_cut(norm, above) or not _WRAP.fullmatch(gap) or _OWN_BEGIN.match(norm, part.start, part.end):
        return False
    if mark_at(norm, part.start, part.end) is not None:
        return False
    text = norm[part.start : part.end]
    last = norm[max(above.start, above.end - MAX_OPEN) : above.end]
    if any(last.rfind(a) > last.rfind(b) and 0 <= text.find(b) < (text + a).find(a) for a, b in ("()", "《》")):
        return True
    if len(text) <= MAX_TAIL:
        return text.endswith("。") and "," in norm[above.start : above.end]
    is_full = width is not None and abs(_columns(norm, above) - width) <= SLACK
    # …不少于3⏎家、县级不少于5家
    return is_full or (_NUMBER_END.search(last) is not None and _UNIT_BEGIN.match(text) is not None)


def _is_cut(norm: str, part: Span) -> bool:
    """Tell whether a line ends in the middle of a sentence."""
    return norm[part.end - 1] not in "。;:!?)”》…" if len(part) else False


def _columns(norm: str, part: Span) -> int:
    """Return the width in columns of the line on which a paragraph ends, with indent; hanzi count as two columns."""
    line = norm[norm.rfind("\n", 0, part.end) + 1 : part.end]
    return 2 * len(line) - sum(map(len, _NARROW.findall(line)))


def _parts(norm: str, start: int, end: int) -> Iterator[Span]:
    at = start
    if norm.find("  ", start, end) >= 0 or _PAGE.search(norm, start, end):
        for gap in _LOST_BREAK.finditer(norm, start, end):
            before = trim(norm, at, gap.start())
            if len(before) and _is_mark(norm, before):
                continue  # (一)   目标: blanks set the number apart from its text
            yield from _trimmed(norm, at, gap.start())
            at = gap.end()
    yield from _trimmed(norm, at, end)


def _trimmed(norm: str, start: int, end: int) -> Iterator[Span]:
    """Yield the part without surrounding blanks and Markdown syntax."""
    span = trim(norm, start, end)
    if not len(span):
        return
    if norm[span.start] not in "#*" and norm[span.end - 1] != "*":
        yield span
        return
    opened = _MARKDOWN.match(norm, span.start, span.end)
    at = opened.end() if opened else span.start
    closed = _MARKDOWN_END.search(norm, at, span.end)
    inner = trim(norm, at, closed.start() if closed else span.end)
    yield inner if len(inner) else span


def outside(paras: Sequence[Span], skip: Iterable[Span]) -> list[Span]:
    """Return the paragraphs that lie in none of the stretches.

    Args:
        paras: Paragraphs in the order of the text.
        skip: Stretches, in any order.

    Example:
        >>> outside([Span(0, 2), Span(3, 5), Span(6, 9)], [Span(3, 6)])
        [Span(start=0, end=2), Span(start=6, end=9)]
    """
    ordered = sorted(skip)
    found, reach, at = [], -1, 0
    for para in paras:
        while at < len(ordered) and ordered[at].start <= para.start:
            reach = max(reach, ordered[at].end)
            at += 1
        if reach < para.end:
            found.append(para)
    return found


def trim(norm: str, start: int, end: int) -> Span:
    """Return the span without surrounding blanks; an empty span at `start` if nothing is left.

    A sound that a copy has put behind the last letter stays: 机构(gòu).
    """
    end = max(start, end)
    while start < end and norm[start].isspace():
        start += 1
    while start < end and norm[end - 1].isspace() and norm[end - 1] != SEPARATOR:
        end -= 1
    return Span(start, end)


_BLANKS = re.compile(r"\s+")
_UNCOMPARED = re.compile(r"[\s《》〈〉“”\"'‘’]+")
_DASHES = re.compile("[—-]+")
_SQUEEZED = re.compile(r"[\s《》〈〉“”\"'‘’—-]")


def joined(text: str) -> str:
    r"""Join wrapped lines; blanks within a line stay.

    Example:
        >>> joined("省级 预算\n　　管理")
        '省级 预算管理'
    """
    return _BLANKS.sub(lambda m: "" if "\n" in m[0] or "\r" in m[0] else m[0], text)


def squeeze(text: str) -> str:
    """Return a title in the form used for comparison: without blanks, 《》 and quotes, with one kind of dash.

    Example:
        >>> squeeze("《云岭省 工作要点》(2020—2022年)")
        '云岭省工作要点(2020-2022年)'
    """
    if _SQUEEZED.search(text) is None:
        return text
    return _DASHES.sub("-", _UNCOMPARED.sub("", text))

"""Which printed lines form one paragraph.

A line continues the previous one if that is full: its first word would not have fitted. It must start at the margin of
its column (Chinese paragraphs are indented by two characters), or aligned with the text after a number. The lines of a
title are centred one below the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from kgbuild.read.layout.sheet import advance, is_wide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.read.layout.sheet import Line

_SIZE = 1.17  # lines whose sizes differ more are not one paragraph
_NARROWEST = 0.5  # em of a character
_SLACK = 0.6  # em that a full line may lack beside what would not have fitted
_INDENT = 0.8  # em: a line that begins farther in begins a paragraph
_DEEPEST = 5.0  # em: the deepest first line
_GAP = 1.6  # of the usual distance of lines
_LEAST_PITCH = 1.3  # of the size of a line: small print around it may stand closer
_TITLE_GAP = 2.4  # of the size of a title
_LEADERS = re.compile(r"(?:[.·…‥．]\s?){3,}\s*\d{0,4}$")
_LEADER_DOTS = ".·…‥．"
_ANNEX = re.compile(r"附件\d{0,2}[:：]?")  # heads the page that it stands on
_STOPS = "。；：！？;:!?"
_ENDS = _STOPS + "）)〕］】》”"
_OPENING = "（(〔［[【《〈“‘「『"
_BULLETS = "●•■□◆◇▪★※○"
_ORDINAL = "第"
_NUMBERED = "、.．"


@dataclass(frozen=True, slots=True)
class ColumnFrame:
    """The position of the text of a column on a page, in points.

    Attributes:
        left: Its left edge.
        right: Its right edge.
        pitch: Usual distance between baselines.
        body: Font size of the body text of the document.
        indents: Whether the first lines of paragraphs are indented.
    """

    left: float
    right: float
    pitch: float
    body: float
    indents: bool = True


def body_size(lines: Iterable[Line]) -> float:
    """Return the font size of most of the text."""
    own: Counter[float] = Counter()
    for line in lines:
        own[line.size] += len(line.text)
    counts: Counter[float] = Counter()
    for size, n in own.items():
        counts[round(size * 2) / 2] += n
    return max(counts.items(), key=lambda item: (item[1], item[0]))[0] if counts else 12.0


def frames(columns: Sequence[tuple[Sequence[Line], float]], body: float) -> list[ColumnFrame]:
    """Return the frame of each column; a column with few full lines takes the edges of the others around it.

    Args:
        columns: The lines of each column, with the width of their page.
        body: Font size of the body text.
    """
    own = [_edges(lines, body) for lines, _ in columns]
    usual = _usual([edges for edges, sure in own if sure])
    found = []
    indented = plain = 0
    for (lines, width), (edges, sure) in zip(columns, own, strict=True):
        left, right = edges
        fitting = [e for e in usual if e[0] - body <= (left + right) / 2 <= e[1] + body]
        if not sure and not fitting and left < 0.4 * width:
            right = max(right, width - left)  # only short lines: assume symmetrical margins
        if lines and fitting and not sure:  # a page of short lines does not show its right edge
            left = min(left, fitting[0][0]) if left > fitting[0][0] - 3 * body else left
            right = max(right, fitting[0][1])
        found.append(ColumnFrame(left, right, _pitch(lines), body))
        indented += sum(1.4 * body < ln.x - left < _DEEPEST * body for ln in lines)
        plain += sum(ln.x - left < 0.5 * body for ln in lines)
    indents = indented > 0.04 * (indented + plain)
    return [ColumnFrame(f.left, f.right, f.pitch, f.body, indents) for f in found]


def _edges(lines: Sequence[Line], body: float) -> tuple[tuple[float, float], bool]:
    """Return the edges that many lines share, and whether enough do to be certain."""
    if not lines:
        return (0.0, 0.0), False
    text = [line for line in lines if abs(line.size / body - 1) < 0.25] or list(lines)
    left, _ = _shared([line.x for line in text], 0.6 * body)
    right, n_right = _shared([-line.end for line in text], 0.6 * body)
    return (left, -right), n_right >= max(3, 0.5 * len(text))


def _shared(values: Sequence[float], near: float) -> tuple[float, int]:
    """Return the smallest value shared by at least a quarter as many lines as the most frequent one, and how many."""
    ordered = sorted(values)
    groups: list[list[float]] = []
    for value in ordered:
        if groups and value - groups[-1][0] <= near:
            groups[-1].append(value)
        else:
            groups.append([value])
    need = max(min(2, len(ordered)), 0.25 * max(map(len, groups)))
    group = next((group for group in groups if len(group) >= need), groups[0])
    return group[0], len(group)


def _usual(edges: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the usual edges of columns, most frequent first."""
    counts = Counter((round(left / 4), round(right / 4)) for left, right in edges)
    order = [key for key, _ in counts.most_common()]
    return [next(e for e in edges if (round(e[0] / 4), round(e[1] / 4)) == key) for key in order]


def _pitch(lines: Sequence[Line]) -> float:
    steps = [b.y - a.y for a, b in pairwise(lines) if 0.8 * a.size < b.y - a.y < 4 * a.size]
    return median(steps) if steps else 0.0


def continues(para: Sequence[Line], line: Line, before: ColumnFrame, here: ColumnFrame) -> bool:
    """Tell whether a line continues a paragraph.

    Args:
        para: The lines of the paragraph so far.
        line: The next line in reading order.
        before: Frame of the last line of the paragraph.
        here: Frame of the next line.
    """
    last = para[-1]
    if max(last.size, line.size) > _SIZE * min(last.size, line.size) or _has_leaders(last.text):
        return False
    if line.page != last.page and _ANNEX.fullmatch("".join(line.text.split())):
        return False
    if before is here and last.page == line.page and not _is_below(last, line, here):
        return False
    return _is_title(para, line, before, here) or _is_text(para, line, before, here)


def _has_leaders(text: str) -> bool:
    """Tell whether a line ends in dots that lead to a page number."""
    end = text[-1]
    return (end.isdigit() or end.isspace() or end in _LEADER_DOTS) and _LEADERS.search(text) is not None


def _is_text(para: Sequence[Line], line: Line, before: ColumnFrame, here: ColumnFrame) -> bool:
    """Tell whether a line continues a paragraph of running text."""
    last = para[-1]
    offset = (line.x - here.left) / line.size
    if offset <= _INDENT and unicodedata.category(line.text[0]) in ("Po", "Pe", "Pf") and line.text[0] not in _OPENING:
        return True  # no paragraph starts with a comma
    if not is_full(last.text, before.right - last.end, line.text, last.size):
        return here.indents and abs(offset) < 0.45 and _is_unfinished(para, line, before)
    if offset > _INDENT:
        return _hangs(para, line)
    begins = is_marked(line.text) and (not here.indents or last.text[-1] in _STOPS)
    return not begins and not _stands_alone(para, before)


def is_full(text: str, room: float, following: str, size: float) -> bool:
    """Tell whether the following text would not have fitted on a line.

    Args:
        text: The line.
        room: Free space after it in points.
        following: The next line.
        size: Font size in points.
    """
    if text and text[-1] in _OPENING:
        return True
    if room > 4 * size and following and is_wide(following[0]) and following[0] not in _OPENING:
        return False
    if following and room < size * (_NARROWEST + _SLACK):  # no word would have fitted
        return True
    word = first_word(following)
    return room < size * (sum(map(advance, word)) + _SLACK)


def between(last: str, first: str) -> str:
    """Return the separator at a line break: a blank between words of letters, otherwise nothing."""
    words = last.isascii() and first.isascii() and first.isalpha() and (last.isalnum() or last in ",.;:)")
    return " " if words else ""


def first_word(text: str) -> str:
    """Return the unbreakable start of a line: a hanzi with its marks, a word, a number.

    Example:
        >>> first_word("“十四五”期间"), first_word("2025年"), first_word("省，")
        ('“十', '2025', '省，')
    """
    i = 0
    while i < len(text) - 1 and text[i] in _OPENING:
        i += 1
    start = i
    while i < len(text) and not is_wide(text[i]) and not text[i].isspace():
        i += 1
    i += i == start
    while i < len(text) and unicodedata.category(text[i]) in ("Po", "Pe", "Pf") and text[i] not in _OPENING:
        i += 1
    return text[:i]


def is_marked(text: str) -> bool:
    """Tell whether a line starts with an item number or a bullet.

    Example:
        >>> [is_marked(t) for t in ("一、目标", "（二）任务", "3.推广", "3.5亿元", "①省级", "——坚持", "一是推广")]
        [True, True, True, False, True, True, False]
    """
    first = text[:1]
    if not first or (first.isalpha() and first != _ORDINAL and unicodedata.numeric(first, None) is None):
        return False  # the common case
    head = text[:8].replace(" ", "")
    if first in _BULLETS or head.startswith("——") or unicodedata.category(first) == "No":
        return True
    opened = head[0] in "（(〔"
    i = start = 1 if opened or head[0] == _ORDINAL else 0
    while i < len(head) and unicodedata.numeric(head[i], None) is not None:
        i += 1
    if not 0 < i - start <= 4 or i == len(head):
        return False
    if opened:
        return head[i] in "）)〕"
    if start:
        return text.find(" ") == i + 1 or len(text) <= 20
    return i - start <= 3 and head[i] in _NUMBERED and not (head[i] != "、" and head[i + 1 : i + 2].isdigit())


def _stands_alone(para: Sequence[Line], frame: ColumnFrame) -> bool:
    """Tell whether a full-width line is a title or signature rather than the start of a paragraph."""
    last = para[-1]
    offset = (last.x - frame.left) / last.size
    if len(para) > 1 or -0.45 < offset < 0.45:
        return False
    return offset > 6 or (offset < 1.4 and abs(last.middle - (frame.left + frame.right) / 2) < 0.6 * last.size)


def _is_unfinished(para: Sequence[Line], line: Line, frame: ColumnFrame) -> bool:
    """Tell whether an indented paragraph has not ended its sentence and a line at the margin follows.

    Lines may end before the edge if each was set by itself.
    """
    first, last = para[0], para[-1]
    offset = (first.x - frame.left) / first.size
    begun = 1.4 < offset < _DEEPEST and (len(para) > 1 or last.width > 0.5 * (frame.right - frame.left))
    return begun and last.text[-1] not in _ENDS and not is_marked(line.text)


def _is_below(last: Line, line: Line, frame: ColumnFrame) -> bool:
    """Tell whether a line is at the usual distance below another, or as close as the lines of a title."""
    step = line.y - last.y
    if step < 0.5 * min(line.size, last.size):
        return False
    usual = max(frame.pitch, _LEAST_PITCH * line.size) if frame.pitch else 1.6 * line.size
    if line.size > 1.12 * frame.body:
        usual = max(usual, _TITLE_GAP / _GAP * line.size)
    return step <= _GAP * usual + 1


def _is_title(para: Sequence[Line], line: Line, before: ColumnFrame, here: ColumnFrame) -> bool:
    """Tell whether a line continues a centred title."""
    last = para[-1]
    large = line.size > 1.12 * here.body
    if not _is_centred(line, here, large=large) and not (large and _is_whole(line, here)):
        return False
    is_issuer = last.is_red and line.is_red and line.size > 1.5 * here.body  # joint issuers are separate lines
    if is_issuer or last.page != line.page or abs(last.size - line.size) > 0.08 * line.size or is_marked(line.text):
        return False
    if not (_is_centred(last, before, large=large) or (large and _is_whole(last, before))):
        whole = len(para) == 1 and _is_whole(last, before) and last.text[-1] not in _ENDS
        return whole and _begins_free(line, here) and not large
    if any(_NUMBERS_ONLY.fullmatch(text) for text in (line.text, last.text)):
        return False
    if large:
        return True
    return (
        abs(line.middle - last.middle) < 0.4 * line.size  # list items share their left edge instead
        and "：" not in last.text + line.text
        and _begins_free(line, here)
        and _begins_free(last, before)
        and last.width > 8 * last.size
    )


_NUMBERS_ONLY = re.compile(r"[^〔［\[【]{1,12}[〔［\[【]\d{4}[〕］\]】].{1,8}|[\d\s年月日.:：-]+")


def _begins_free(line: Line, frame: ColumnFrame) -> bool:
    """Tell whether a line starts neither at the margin nor at the paragraph indent."""
    offset = (line.x - frame.left) / line.size
    return offset > 2.6


def _is_whole(line: Line, frame: ColumnFrame) -> bool:
    return line.end > frame.right - 1.5 * line.size and line.x < frame.left + 1.5 * line.size


def _is_centred(line: Line, frame: ColumnFrame, *, large: bool = False) -> bool:
    inside = line.x > frame.left + 1.2 * line.size and line.end < frame.right - 0.8 * line.size
    return (large or inside) and abs(line.middle - (frame.left + frame.right) / 2) < 1.3 * line.size


def _hangs(para: Sequence[Line], line: Line) -> bool:
    """Tell whether a line is aligned with the text after a number or label, or with lines that are."""
    first = para[0]
    if is_marked(line.text) or line.page != para[-1].page or line.x < first.x + 0.8 * line.size:
        return False
    if len(para) > 1:
        return abs(line.x - para[-1].x) < 0.5 * line.size
    behind = _HANGING.match(first.text)
    if not behind or (behind[0].rstrip()[-1] in _NUMBERED and not is_marked(first.text)):  # 各省、各市 is no number
        return False
    return abs(line.x - first.x - first.size * sum(map(advance, behind[0]))) < 1.1 * line.size


_HANGING = re.compile(r"[^，。；：]{1,8}：|[（(]?\w{1,3}[）)、.．]\s*|[●•■□◆◇▪★※○]\s*")

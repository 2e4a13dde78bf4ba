"""The table of data that a portal prints around a document: 索引号, 主题分类, 发文机关, 成文日期, 发文字号.

Takes normalised text and its paragraphs: a cell is a line of the read text, whatever the page makes the table of
(cells, items of a list, lines with a colon), so that the label and its value are in one line or in two; or cells have
run together in a line (发文机构云岭省教育厅发文字号岭教发〔2031〕1号). One label alone is no table.
What the document itself says is never replaced; its absent elements are taken from here.
Source of the labels: 《政府信息公开目录系统实施指引（试行）》 of the General Office of the State Council, 2009.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import PageField, Span
from kgbuild.text import numerals
from kgbuild.text.document_number import find_number
from kgbuild.text.header import issuers_of_title
from kgbuild.text.labels import MAX_LABEL
from kgbuild.text.lines import squeeze, trim
from kgbuild.text.signature import issuers_of_line
from kgbuild.text.title_lines import HEAD_LINES, MAX_TITLE_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Header
    from kgbuild.model.document import PageFieldKey

_CLASSES: dict[str, PageFieldKey] = {
    "page-index": "index",
    "page-topic": "topic",
    "page-issuer": "issuer",
    "page-publisher": "publisher",
    "page-number": "number",
    "page-title": "title",
    "page-signed": "signed",
    "page-published": "published",
    "page-validity": "validity",
}
_LEAST = 2
_LONGEST = 200
"""Characters of a line of cells that ran together; a longer one is prose."""
_MARKS = re.compile(r"[:\s*|]*")
# what closes a label in bold of Markdown: **发文字号:** …
_STRONG = re.compile(r"[\s*]*")
_BULLET = re.compile(r"[\s•·●■◆]*")
_LINE = re.compile(r"\S[^\n]*(?<=\S)")
_SITE = "{site-endings}$"
_LISTED = re.compile("[^、,;]+")


def find_page_fields(norm: str, paras: Sequence[Span], words: Words) -> tuple[PageField, ...]:
    """Return the fields of the table above a text that have a value, in order; () where there is no table.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        words: The classes of words.
    """
    labels = {word: key for name, key in _CLASSES.items() for word in words.of(name)}
    others = words.of("page-labels")
    known = frozenset(labels) | others
    cells = [cell for line in _lines(norm, paras[:HEAD_LINES]) for cell in _cells(norm, line, known)]
    found = tuple(_fields(norm, cells, labels, known))
    return found if len({field.key for field in found}) >= _LEAST else ()


class _Cell(NamedTuple):
    """A line, or a part of one that begins with a label.

    Attributes:
        span: All of it.
        label: What stands before its colon, or the label that it begins with.
        rest: What stands behind that.
        is_alone: Whether the line holds nothing else, so that its value may stand on the next.
    """

    span: Span
    label: Span
    rest: Span
    is_alone: bool = True


def _lines(norm: str, paras: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield the paragraphs by printed line: 文　　　号 holds a gap that parts them."""
    line: list[Span] = []
    for para in paras:
        if line and "\n" in norm[line[-1].end : para.start]:
            yield line
            line = []
        line.append(para)
    if line:
        yield line


def _cells(norm: str, parts: Sequence[Span], known: frozenset[str]) -> Iterator[_Cell]:
    """Yield the cells of a line, its parts where it does not begin with a label and hold another."""
    line = Span(parts[0].start, parts[-1].end)
    found = list(_pattern(known).finditer(norm, line.start, line.end)) if len(line) <= _LONGEST else []
    if found and len(found) < _LEAST and not norm[found[0].end() : found[0].end() + 1].isdigit():
        found = []  # 成文日期2031年1月7日 is a cell, 标题页 is none
    if not found or norm[line.start : found[0].start()].strip(" *|•·●■◆"):
        for part in parts:
            yield _Cell(part, *_parts(norm, part))
        return
    for label, after in zip_longest(found, found[1:]):
        end = after.start() if after else line.end
        value = _MARKS.match(norm, label.end(), end)
        start = value.end() if value else label.end()
        rest = trim(norm, start, end)
        rest = _unbarred(norm, rest) if norm.endswith("|", start, rest.end) else rest
        yield _Cell(Span(label.start(), end), Span(*label.span()), rest, is_alone=False)


@cache
def _pattern(labels: frozenset[str]) -> re.Pattern[str]:
    return re.compile(
        "|".join(" *".join(map(re.escape, label)) for label in sorted(labels, key=lambda x: (-len(x), x)))
    )


def _fields(
    norm: str, cells: Sequence[_Cell], labels: Mapping[str, PageFieldKey], known: frozenset[str]
) -> Iterator[PageField]:
    for cell, below in zip_longest(cells, cells[1:]):
        key = labels.get(squeeze(norm[cell.label.start : cell.label.end]))
        if key is None:
            continue
        value = cell.rest
        if not len(value) and below is not None and cell.is_alone:
            value = value if squeeze(norm[below.label.start : below.label.end]) in known else below.span
        if len(value):
            yield PageField(key=key, label=cell.label, value=value)


def _parts(norm: str, para: Span) -> tuple[Span, Span]:
    """A line as a label before its colon and what stands behind it."""
    colon = norm.find(":", para.start, min(para.end, para.start + MAX_LABEL))
    end = colon if colon >= 0 else para.end
    value = _STRONG.match(norm, min(end + 1, para.end), para.end)
    bullet = _BULLET.match(norm, para.start, end)
    label = trim(norm, bullet.end() if bullet else para.start, end)
    rest = _unbarred(norm, trim(norm, value.end() if value else para.end, para.end))
    return label, rest


def _unbarred(norm: str, span: Span) -> Span:
    """A cell without the bars of a converted table around it: | 关于印发…的通知 | ||."""
    text = norm[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip("| "))
    return Span(start, max(start, span.start + len(text.rstrip("| "))))


def completed(header: Header, fields: Sequence[PageField], norm: str, lexicon: Lexicon) -> Header:
    """Return the header with what the text does not say, but the table of the page does.

    Who publishes a page need not have issued the document: 发布机构 signs nothing.
    """
    value = {field.key: field.value for field in reversed(fields)}
    number, signed, published = header.number, header.signed, header.published
    if number is None and (at := value.get("number")) and (found := find_number(norm[at.start : at.end])):
        number = replace(found, span=Span(at.start + found.span.start, at.start + found.span.end))
    if at := value.get("signed"):
        day = next(numerals.find_dates(norm, at.start, at.end), None)
        signed = signed or (replace(day, iso=day.iso[:10]) if day else None)  # a document has a day, a page a time
    if published and any(f.key == "signed" and f.value.covers(published.span) for f in fields):
        published = None  # 发文日期 is that of the document, not of the page
    if at := value.get("published"):
        published = next(numerals.find_dates(norm, at.start, at.end), published)  # only the page can say it
    issuers = header.issuers
    cells = (value.get("issuer"), value.get("publisher") if issuers else None)
    if fuller := next((at for at in cells if at and _lacks_place(issuers, at, norm)), None):
        issuers = _named(fuller, norm, lexicon) or issuers
    title = _whole(header.title, value["title"], norm) if "title" in value else header.title
    issuers = issuers or (issuers_of_title(norm, title, lexicon) if title != header.title else ())
    return replace(header, title=title, number=number, issuers=issuers, signed=signed, published=published)


def _lacks_place(issuers: Sequence[Span], cell: Span, norm: str) -> bool:
    """Tell whether the text names no issuer, or one without the place that the table adds: 县政府办公室."""
    stated = squeeze(norm[cell.start : cell.end])
    return all(stated.endswith(squeeze(norm[i.start : i.end])) for i in issuers)


def _whole(title: Span | None, cell: Span, norm: str) -> Span:
    """Return the title of the text, from the line on that makes it the one in the table; the cell where it has none.

    A title over several lines need not show where it starts: 云岭省人民政府对省人大⏎三次会议建议的答复.
    """
    if title is None:
        return cell
    stated, found = squeeze(norm[cell.start : cell.end]), squeeze(norm[title.start : title.end])
    if stated not in found and (below := _line_of(stated, norm, cell.end)):
        return below
    lines = norm[cell.end : title.start].rstrip().splitlines(keepends=True)
    for count in range(1, min(len(lines), MAX_TITLE_LINES) + 1):
        above = "".join(lines[-count:])
        if stated == squeeze(above) + found != found:
            start = norm.rindex(above.strip(), cell.end, title.start)
            return Span(start, title.end)
    return title


def _line_of(stated: str, norm: str, start: int) -> Span | None:
    """Return the first line from an offset on that says nothing but this; None if there is none."""
    return next((Span(*m.span()) for m in _LINE.finditer(norm, start) if squeeze(m[0]) == stated), None)


def _named(value: Span, norm: str, lexicon: Lexicon) -> tuple[Span, ...]:
    """Return the bodies that the cell of the issuer lists; () where something in it is not a body."""
    found: list[Span] = []
    for part in _LISTED.finditer(norm, value.start, value.end):
        names = issuers_of_line(Span(*part.span()), part[0], lexicon)
        if not names or lexicon.words[_SITE].search(part[0]):
            return ()
        found += names
    return tuple(found)

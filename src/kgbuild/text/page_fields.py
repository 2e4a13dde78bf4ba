"""The table of data that a portal prints around a document: 索引号, 主题分类, 发文机关, 成文日期, 发文字号.

Takes normalised text and its paragraphs: a cell is a line of the read text, whatever the page makes the table of
(cells, items of a list, lines with a colon), so that the label and its value are in one line or in two. One label
alone is no table. What the document itself says is never replaced; its absent elements are taken from here.
Source of the labels: 《政府信息公开目录系统实施指引（试行）》 of the General Office of the State Council, 2009.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from kgbuild.model import PageField, Span
from kgbuild.text import numerals
from kgbuild.text.header import HEAD_LINES, MAX_LABEL, MAX_TITLE_LINES, find_number
from kgbuild.text.lines import squeeze, trim
from kgbuild.text.signature import issuers_of_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Header
    from kgbuild.model.document import FieldKey

_CLASSES: dict[str, FieldKey] = {
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
# what closes a label in bold of Markdown: **发文字号:** …
_STRONG = re.compile(r"[\s*]*")
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
    found = tuple(_fields(norm, paras[:HEAD_LINES], labels, frozenset(labels) | others))
    return found if len({field.key for field in found}) >= _LEAST else ()


def _fields(
    norm: str, paras: Sequence[Span], labels: Mapping[str, FieldKey], known: frozenset[str]
) -> Iterator[PageField]:
    for para, below in zip_longest(paras, paras[1:]):
        label, rest = _parts(norm, para)
        key = labels.get(squeeze(norm[label.start : label.end]))
        if key is None:
            continue
        value = rest
        if not len(rest) and below is not None:
            under, _ = _parts(norm, below)
            value = rest if squeeze(norm[under.start : under.end]) in known else below
        if len(value):
            yield PageField(key=key, label=label, value=value)


def _parts(norm: str, para: Span) -> tuple[Span, Span]:
    """A line as a label before its colon and what stands behind it."""
    colon = norm.find(":", para.start, min(para.end, para.start + MAX_LABEL))
    end = colon if colon >= 0 else para.end
    value = _STRONG.match(norm, min(end + 1, para.end), para.end)
    return trim(norm, para.start, end), trim(norm, value.end() if value else para.end, para.end)


def completed(header: Header, fields: Sequence[PageField], norm: str, lexicon: Lexicon) -> Header:
    """Return the header with what the text does not say, but the table of the page does.

    Who publishes a page need not have issued the document: 发布机构 signs nothing.
    """
    value = {field.key: field.value for field in reversed(fields)}
    number, signed, published = header.number, header.signed, header.published
    if number is None and (at := value.get("number")) and (found := find_number(norm[at.start : at.end])):
        number = replace(found, span=Span(at.start + found.span.start, at.start + found.span.end))
    if at := value.get("signed"):
        signed = signed or next(numerals.find_dates(norm, at.start, at.end), None)
    if at := value.get("published"):
        published = next(numerals.find_dates(norm, at.start, at.end), published)  # only the page can say it
    issuers = header.issuers
    if not issuers and (at := value.get("issuer")):
        issuers = _named(at, norm, lexicon)
    title = _whole(header.title, value["title"], norm) if "title" in value else header.title
    return replace(header, title=title, number=number, issuers=issuers, signed=signed, published=published)


def _whole(title: Span | None, cell: Span, norm: str) -> Span:
    """Return the title of the text, from the line on that makes it the one in the table; the cell where it has none.

    A title over several lines need not show where it starts: 云岭省人民政府对省人大⏎三次会议建议的答复.
    """
    if title is None:
        return cell
    stated, found = squeeze(norm[cell.start : cell.end]), squeeze(norm[title.start : title.end])
    lines = norm[cell.end : title.start].rstrip().splitlines(keepends=True)
    for count in range(1, min(len(lines), MAX_TITLE_LINES) + 1):
        above = "".join(lines[-count:])
        if stated == squeeze(above) + found != found:
            start = norm.rindex(above.strip(), cell.end, title.start)
            return Span(start, title.end)
    return title


def _named(value: Span, norm: str, lexicon: Lexicon) -> tuple[Span, ...]:
    """Return the bodies that the cell of the issuer lists; () where something in it is not a body."""
    found: list[Span] = []
    for part in _LISTED.finditer(norm, value.start, value.end):
        names = issuers_of_line(Span(*part.span()), part[0], lexicon)
        if not names:
            return ()
        found += names
    return tuple(found)

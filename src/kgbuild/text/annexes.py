"""What a document says is attached to it (附件说明): `附件：1.…方案` and the numbered lines below.

Takes normalised text and its paragraphs. The numbers of such a list are none of units, and its names are titles of what
follows the signature. Source: GB/T 9704-2012, 7.3.4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Span
from kgbuild.text.lines import squeeze, trim
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon.words import Words

_MAX_LABEL = 8  # 附　　件:
_NUMBERED = re.compile(r"(\d{1,2}) ?[.、] ?")
_SUFFIX = re.compile(r"\.[A-Za-z]{3,4}$")
_MAX_NAME = 80
_WRAPPED = 3  # printed lines of one name


_ANNEX_HEAD = re.compile(rf"(?:附 *件?|附) ?(?:\d{{1,2}}|[{TO_TEN}])? ?:?")


class AnnexList(NamedTuple):
    """A list of what is attached: its extent and the names, without blanks."""

    span: Span
    names: tuple[str, ...]


def is_annex_head(line: str) -> bool:
    """Tell whether a line says no more than that what follows is attached.

    Example:
        >>> is_annex_head("附件2"), is_annex_head("附件:任务分工表")
        (True, False)
    """
    return _ANNEX_HEAD.fullmatch(line) is not None


def annex_lists(norm: str, paras: Sequence[Span], words: Words) -> list[AnnexList]:
    """Return the lists of attachments, in order; text below a heading is not a list of names, and left out.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        words: The classes of words.
    """
    labels = words.of("annex-labels")
    found = []
    for i, para in enumerate(paras):
        colon = norm.find(":", para.start, min(para.end, para.start + _MAX_LABEL))
        if colon < 0 or squeeze(norm[para.start : colon]) not in labels:
            continue
        lines = list(_lines(norm, paras, i, trim(norm, colon + 1, para.end).start))
        names = tuple(_SUFFIX.sub("", squeeze(name)) for _, own in lines for name in own)
        if names and all(name and len(name) <= _MAX_NAME and not re.search("[。;]", name) for name in names):
            found.append(AnnexList(Span(para.start, lines[-1][0].end), names))
    return found


def _lines(norm: str, paras: Sequence[Span], i: int, start: int) -> list[tuple[Span, list[str]]]:
    """The paragraphs of a list with their names: one name without a number, or such as count on from 1."""
    first = Span(start, paras[i].end)
    if len(first) and not _NUMBERED.match(norm, first.start, first.end):
        return [(first, [norm[first.start : first.end]])]
    rest = [first, *paras[i + 1 :]] if len(first) else paras[i + 1 :]
    found: list[tuple[Span, list[str]]] = []
    count = 0
    for k, line in enumerate(rest):
        mark = _NUMBERED.match(norm, line.start, line.end)
        if mark is None and found and any(_number(norm, p) == count + 1 for p in rest[k + 1 : k + _WRAPPED]):
            names = found[-1][1]  # a printed line broke the name
            found.append((line, [names.pop() + norm[line.start : line.end]]))
            continue
        if mark is None or int(mark[1]) != count + 1:
            break
        names, at = [], mark.end()
        count += 1
        # 附件：1.…方案 2.…分工表 on one line
        while following := re.compile(rf"(?<!\d){count + 1} ?[.、](?!\d)").search(norm, at, line.end):
            names.append(norm[at : following.start()])
            count, at = count + 1, following.end()
        found.append((line, [*names, norm[at : line.end]]))
    return found


def _number(norm: str, para: Span) -> int | None:
    """Return the number that a paragraph starts with."""
    mark = _NUMBERED.match(norm, para.start, para.end)
    return int(mark[1]) if mark else None

"""Where the running text of a document ends: behind it stand closing terms, a signature, links, the foot of a page."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.text.labels import NOISE
from kgbuild.text.numbering import mark_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.numbering import Mark

_CONTACT = r"^\(?(?:{contact-labels}):"
_ASIDE = re.compile(r"\([^()]*\)")
_STOPS = ("。", ";", "!", ")", "”")
_LINES_OF_A_SENTENCE = 6
_OWN = "{label-only}|牵头"
_OWN_LABEL = rf"(?:{{label-heads}})?(?:{_OWN})(?:{{role-units}}) ?:(?P<names>[^。:]+)$"
_MORE_LABEL = rf"(?:(?:{{label-heads}})?(?:{_OWN}|{{role-cooperating}})(?:{{role-units}})|{{deadline-labels}}) ?:(?=.)"
"""A line that names further bodies of an item, or until when it is due (完成时限:6月底前)."""
_DUTY_LABEL = r"[\u4e00-\u9fff]{2,6}(?:{duty-nouns}|{people-units}) ?:(?=.)"


# 本措施自2031年2月1日起施行,有效期3年。 本方案由省茶业厅负责解释。
_CLOSING = (
    r"(?<=[。;)])\s*\n\s*(?P<terms>{closing-heads}[^,。;:]{1,14}?(?:{since-words})[^。;]{0,40}?(?:{closing-acts}))"
)


def find_closings(
    norm: str, paras: Sequence[Span], marks: Sequence[Mark], plans: Sequence[Span], words: Words
) -> list[Span]:
    """Return the paragraphs behind the last item of a plan that say since when it is in force, or who explains it.

    They are of the plan as a whole, and of none of its items. One with a number of its own is an item.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        marks: Marks of units.
        plans: The plans.
        words: The classes of words.
    """
    found: list[Span] = []
    for plan in plans:
        last = max((m.start for m in marks if plan.start <= m.start < plan.end), default=plan.end)
        # a paragraph joined of printed lines may hold the end of the last item too
        for terms in words[_CLOSING].finditer(norm, last, plan.end):
            start = terms.start("terms")
            if found and start < found[-1].end:
                continue
            para = paras[bisect_right(paras, start, key=lambda p: p.start) - 1]
            found.append(Span(start, max(para.end, terms.end())))
    return found


def content_end(
    paras: Sequence[Span], text: Sequence[str], tables_end: int, heads: Mapping[int, Mark], lexicon: Lexicon
) -> int:
    """Return the offset at which the last paragraph of running text ends: below it come signatures, links, footers.

    Args:
        paras: The paragraphs.
        text: Their texts.
        tables_end: Offset at which the last table of responsibilities ends, 0 without one; tables are text of the plan.
        heads: Offset of a paragraph → the mark of the unit that it starts.
        lexicon: Knows what names of bodies look like.
    """
    words = lexicon.words
    last = next(
        (
            i
            for i in reversed(range(len(text)))
            if _is_running(text[i], words) or (i and paras[i - 1].start in heads and _gives_duty(text, i, lexicon))
        ),
        len(text) - 1,
    )
    last = _end_of_sentence(text, last, words)
    numbers = {m.style: m.number for p in paras[: last + 1] if (m := heads.get(p.start))}
    # A label that lines above use too (责任单位:) stands in the text; the label of a footer is unique.
    labels = {_label_in_front(line) for line in text[: last + 1]}
    for i in range(last + 1, len(text)):
        # An item without a full stop counts if its number continues the one above.
        mark = heads.get(paras[i].start)
        counts = mark is not None and numbers.get(mark.style) == mark.number - 1 and not words[NOISE].search(text[i])
        is_sentence = text[i].endswith("。") and not _is_outside(text[i], words)
        label = words[_DUTY_LABEL].match(text[i])
        in_use = label is not None and label[0] in labels
        goes_on = words[_MORE_LABEL].match(text[last]) and words[_MORE_LABEL].match(text[i])
        if not (counts or is_sentence or in_use or goes_on or _gives_duty(text, i, lexicon)):
            break
        last = i
        labels.add(_label_in_front(text[i]))
        if mark is not None:
            numbers[mark.style] = mark.number
    return max(paras[last].end if paras else 0, tables_end)


def _end_of_sentence(text: Sequence[str], last: int, words: Words) -> int:
    """Return the line that ends the sentence of a line, if one of the next few does (打造云岭⏎“⏎易办⏎”⏎服务品牌。)."""
    if not 0 <= last < len(text) or text[last].endswith(_STOPS):
        return last
    for i in range(last + 1, min(last + 1 + _LINES_OF_A_SENTENCE, len(text))):
        if _is_outside(text[i], words):
            break
        if text[i].endswith("。"):
            return i
    return last


def _is_outside(line: str, words: Words) -> bool:
    return bool(words[NOISE].search(line) or words[_CONTACT].match(line))


def _is_running(line: str, words: Words) -> bool:
    if _is_outside(line, words):
        return False
    if len(line) < 8:
        return line.endswith(("。", ")")) and mark_at(line, 0, len(line)) is not None
    if re.search(r"[。;)”!]$", line) and re.search(r"[,。;、]", line):
        return True
    if line.startswith("(") and line.endswith(")"):  # (省教育厅负责), (责任⏎单位:各部门)
        inside = "".join(line[1:-1].split())
        if words["{roles}$"].search(inside) or words[_DUTY_LABEL].match(inside):
            return True
    return len(line) >= 40 and len(re.findall(r"[,。;、]", line)) >= 2 and not re.search(r"邮编|备案|ICP|版权", line)


def _gives_duty(text: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """Tell whether a line directly below an item names its bodies (责任单位:…).

    Above the label of a footer (主办单位:…) such a line belongs to the footer.
    """
    line, below = text[i], text[i + 1] if i + 1 < len(text) else ""
    label = lexicon.words[_OWN_LABEL].match(line)
    if re.match(r"\w{2,8}:", below) and not lexicon.words[_MORE_LABEL].match(below):
        return False
    listed = _ASIDE.sub("", label["names"]).strip() if label and not lexicon.words[NOISE].search(line) else ""
    names = re.split(r"[、,; ]+", listed) if listed else []
    return bool(names) and all(lexicon.is_party(name) for name in names)


def _label_in_front(line: str) -> str:
    """Return what stands before the first colon of a line, with the colon; '' if there is none."""
    return line[: line.find(":") + 1]

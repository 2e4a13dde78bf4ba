"""The plans of an official document: the one that it is, or those that it carries or collects.

Takes the paragraphs of the normalised text and what heads it. A notice says what it carries in its title, in 《》
and in its list of annexes; a plan begins where such a title stands alone on its lines.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbuild.model import Header, PlanPart, Span
from kgbuild.text import numerals
from kgbuild.text.annexes import annex_lists, is_annex_head
from kgbuild.text.labels import NOISE, is_label
from kgbuild.text.lines import squeeze, trim
from kgbuild.text.signature import date_line
from kgbuild.text.title_lines import BOOK, MAX_TITLE, MIN_TITLE, NOTICE_END, TITLE_TAIL, is_title_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.text.numbering import Mark, Style

_TOP: frozenset[Style] = frozenset({"han", "chapter", "part", "arabic"})
_PLAN_END = "(?:{plan-titles})" + TITLE_TAIL + "$"
_ISSUED = "{issuing-acts}(.+?)的?(?:通知|公告|函)$"
_NOTICE = r"(?:{issuing-acts})"
_NOTE = re.compile(r"(?<=.)\([^()]{1,12}\)$")
"""What a plan adds to the title that the notice gives it: …分工方案(共121项)."""


def plan_starts(
    norm: str, paras: Sequence[Span], text: Sequence[str], title: tuple[int, int] | None, body_from: int, words: Words
) -> list[tuple[int, int]]:
    """Return the first and last paragraph of the title of each plan that a notice carries.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        text: Their texts.
        title: Indices of the first and the last paragraph of the title of the notice; None without a title.
        body_from: Index of the first paragraph below the head of the notice.
        words: The classes of words.
    """
    whole_title = "".join(text[title[0] : title[1] + 1]) if title else ""
    named = _named_plans(norm, paras, whole_title, body_from, words)
    is_notice = not whole_title or _is_notice(whole_title, words)
    if is_notice and (annexes := annex_lists(norm, paras, words)):
        named += [name for name in annexes[0].names if _is_plan(name, words) and name not in named]
    found = _lines_named(text, named, body_from, bare=True) or _lines_named(text, named, body_from, bare=False)
    if found:
        return found
    if not is_notice:
        return []
    if annexed := _annexed(paras, text, named, body_from, words):
        return annexed
    return _title_behind_signature(paras, text, body_from, words)


def further_titles(
    paras: Sequence[Span], text: Sequence[str], title: int, heads: Mapping[int, Mark], words: Words
) -> list[int]:
    """Return the paragraphs that head further plans in a text without a notice, as a file that collects plans has them.

    Such a line ends as titles of plans do, has no number, and stands between units that were counted and units that
    are counted anew in the same style: 二、重点任务 … 云岭省青少年科学素质行动方案 … 一、总体要求.

    Args:
        paras: The paragraphs.
        text: Their texts.
        title: Index of the last paragraph of the title of the document.
        heads: Offset of a paragraph → the mark of the unit that it starts.
        words: The classes of words.
    """
    marks = [(i, mark) for i, para in enumerate(paras) if i > title and (mark := heads.get(para.start))]
    if not marks or marks[0][1].style not in _TOP:
        return []
    style = marks[0][1].style
    top = [(i, mark.number) for i, mark in marks if mark.style == style]
    found = []
    for (_, before), (restart, number) in pairwise(top):
        if number != 1 or before < 2:
            continue
        last = max((i for i, _ in marks if i < restart), default=title)
        heading = next((i for i in range(restart - 1, last, -1) if _heads_plan(text[i], words)), None)
        if heading is not None:
            found.append(heading)
    return found


def _heads_plan(line: str, words: Words) -> bool:
    end = words[_PLAN_END].search(squeeze(line))
    return end is not None and is_title_end(line, words) and ":" not in line and "," not in line


def _is_notice(title: str, words: Words) -> bool:
    return bool(words[_NOTICE].search(title) or NOTICE_END.search(squeeze(title)))


def _is_plan(name: str, words: Words) -> bool:
    """Tell whether what is attached is a document of its own, or a table of tasks; no form to be filled in."""
    return is_title_end(name, words) or words["{task-lists}$"].search(name) is not None


def titles_carried(norm: str, paras: Sequence[Span], header: Header, first_unit: int, words: Words) -> list[str]:
    """Return the titles of what a notice says that it carries: in its title, as attached, or as 《…》 that it issues.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        header: Its header.
        first_unit: Where its first numbered unit begins, or its end.
        words: The classes of words.
    """
    title = norm[header.title.start : header.title.end] if header.title else ""
    if not _is_notice(title, words):
        return []
    names = _named_plans(norm, (), title, 0, words)
    for book in BOOK.finditer(norm, 0, first_unit):
        behind = re.compile("[^。;《]*").match(norm, book.end(), first_unit)
        if behind and words[_NOTICE].search(behind[0]):
            names.append(squeeze(book[1]))
    names += [name for annexes in annex_lists(norm, paras, words)[:1] for name in annexes.names]
    return list(dict.fromkeys(name for name in names if len(name) >= MIN_TITLE))


def _named_plans(norm: str, paras: Sequence[Span], title: str, body_from: int, words: Words) -> list[str]:
    """Return the titles that the notice names: in 《》 in its title and text, or after 印发 in its title."""
    names = [m[1] for m in BOOK.finditer(title)]
    if m := words[_ISSUED].search(squeeze(title)):
        names.append(m[1])
    head = paras[body_from : body_from + 12]
    if head:
        names += [m[1] for m in BOOK.finditer(norm, head[0].start, head[-1].end)]
    return [squeeze(n) for n in names if len(squeeze(n)) >= 4]


def _lines_named(text: Sequence[str], named: Sequence[str], body_from: int, *, bare: bool) -> list[tuple[int, int]]:
    """Return the lines that consist of one of these titles; `bare`: without 《》, as the plan itself prints it."""
    found: list[tuple[int, int]] = []
    if not named:
        return []
    heads = tuple({name[:2] for name in named})
    for i in range(body_from, len(text)):
        if not squeeze(text[i][:8]).startswith(heads) or (bare and text[i].startswith("《")):
            continue
        if not bare and i + 1 < len(text) and re.match(r"[(,。、;:]", text[i + 1]):
            continue  # a printed line within a sentence: 落实⏎《…方案》⏎(云政发〔2025〕3号)要求
        if (found and i <= found[-1][1]) or len(text[i]) > MAX_TITLE or re.search(r"[。;]|^附件?.*:", text[i]):
            continue
        for last in range(i, min(i + 3, len(text))):
            joined = squeeze("".join(text[i : last + 1]))
            if not {joined, f"{joined})", _NOTE.sub("", joined)}.isdisjoint(named) and not any(
                joined == squeeze("".join(text[a : b + 1])) for a, b in found
            ):
                found.append((i, last))
                break
    return found


def _annexed(
    paras: Sequence[Span], text: Sequence[str], named: Sequence[str], body_from: int, words: Words
) -> list[tuple[int, int]]:
    """Find a plan that the label of its annex heads, on the line of its title: 附件:云岭省科普工作方案."""
    dated = next((i for i in range(body_from, len(text)) if date_line(paras, text, i, words) is not None), len(text))
    lines = range(dated + 1, len(text) - 1)  # of an annex that is named last the file holds nothing
    return [(i, i) for i in lines if is_label(text[i], "annex-labels", words) and _behind_colon(text[i]) in named][:1]


def _behind_colon(line: str) -> str:
    return squeeze(line[line.find(":") + 1 :])


def _title_behind_signature(
    paras: Sequence[Span], text: Sequence[str], body_from: int, words: Words
) -> list[tuple[int, int]]:
    """Find a plan whose title the notice does not spell out: the first title-like line after the date of the notice."""
    for i in range(body_from, min(body_from + 40, len(text))):
        if date_line(paras, text, i, words) is None:
            continue
        for j in range(i + 1, min(i + 8, len(text))):
            if is_annex_head(text[j]) or words[NOISE].match(text[j]):
                continue
            two = "".join(text[j : j + 2])  # 《政府工作报告》重点工作⏎任务分解方案
            last = j if is_title_end(text[j], words) else j + 1 if is_title_end(two, words) else None
            return [(j, last)] if last is not None and last < len(text) else []
    return []


def plans_of(
    norm: str,
    paras: Sequence[Span],
    lines: Sequence[tuple[Span, int]],
    title: Span | None,
    end: int,
    signature_at: int | None,
) -> tuple[PlanPart, ...]:
    """Return the extent of each plan: from its title to the title of the next one, the last one to the signature.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        lines: Title and first paragraph of each plan; empty where the document itself is the plan.
        title: The title of the document.
        end: Where the running text ends.
        signature_at: Where the signature of the document begins; above 200 characters of text it is one of a notice.
    """
    if not lines:
        start = title.start if title else (paras[0].start if paras else 0)
        stop = min(end, signature_at) if signature_at is not None and signature_at > start + 200 else end
        return (_plan(norm, None, title, trim(norm, start, max(stop, start))),)
    out = []
    for n, (first, _) in enumerate(lines):
        stop = paras[lines[n + 1][1]].start if n + 1 < len(lines) else max(end, first.end)
        out.append(_plan(norm, first, first, trim(norm, first.start, stop)))
    return tuple(out)


def _plan(norm: str, own: Span | None, named: Span | None, span: Span) -> PlanPart:
    period = numerals.find_period(norm[named.start : named.end]) if named else None
    if period is None or named is None:
        return PlanPart(title=own, span=span)
    at = Span(named.start + period[2], named.start + period[3])
    return PlanPart(title=own, span=span, period=(period[0], period[1]), period_span=at)

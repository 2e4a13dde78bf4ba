"""The tree of a plan: numbered units with their headings, regardless of line breaks.

Takes normalised text, its paragraphs and the frame. Total: every text yields a tree. Guarantees: units are in reading
order; the `own` text of a unit starts with its number and ends where the next unit starts; its `span` covers all units
below; paths are unique unless the text repeats a label, and steps (the keys) are always unique.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Finding, PlanPart, Span, Unit
from kgbuild.text.annexes import is_annex_head
from kgbuild.text.lines import outside, squeeze, trim
from kgbuild.text.numbering import KEY_LETTER, RANK, Mark, Style, counted_marks, listed, mark_at, maybe_mark_at
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from kgbuild.model import ListItem
    from kgbuild.text.header import Frame
    from kgbuild.text.tables import PlanRow

MAX_HEADING = 80
MAX_RUN_IN = 45
MAX_ABOVE = 25
"""Length of a first sentence above other units that is a heading whatever the text behind it says."""
MAX_STATEMENT = 300
_MAX_ANNEX_HEAD = 10
_OUTSIDE_BOXES: frozenset[Style] = frozenset({"han", "han_paren"})
"""Sections do not stand in a box: 专栏1 … （一）. Its own items count in digits."""
TITLED_SHARE = 0.75
LONG_GROUP = 4
"""From so many siblings on, lines without a stop must recur to be headings."""
BROKEN_SHARE = 0.3
"""The share of such siblings; below it a printed line broke their first sentence (observed in gazettes)."""
# What may follow the only sentence of an item: brackets, and a labelled line (责任单位：…)
_WITHOUT_TEXT = re.compile(r"\([^()\n]*\)|[^。:\n]{2,12}:[^。\n]*$", re.MULTILINE)


_FIRST_SENTENCE = re.compile(r"[^。!?]*[。!?]?")
_LABELLED = re.compile(r"([^。:,;]{2,30}):(?=.{8})")
# (共3项) counts, (Systematization) translates, (场所) is too short for a body; any other bracket may hold bodies
_HARMLESS_BRACKET = re.compile(r"\((?:[^()]{1,2}|(?:共|[^()]{0,12}\d)[^()]*|[A-Za-z][A-Za-z ,.&'’-]*)\)$")
_PARTED = re.compile(r"[;:](?![^“]*”)")


class _Node(NamedTuple):
    """A unit while the tree is built."""

    mark: Mark
    level: int
    parent: int | None
    plan: int
    prefix: str = ""


def find_marks(norm: str, paras: Sequence[Span], skip: Sequence[Span], items: Sequence[ListItem] = ()) -> list[Mark]:
    """Return the marks of units in reading order.

    A mark stands at the start of a paragraph. Inside a paragraph it must continue a count directly after the end of a
    sentence or statement.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        skip: Stretches without units (tables of contents).
        items: Items of numbered HTML lists.
    """
    marks: list[Mark] = []
    last: dict[str, int] = {}
    own = outside(paras, skip)
    maybe = [mark for para in own if (mark := maybe_mark_at(norm, para.start, para.end))]
    counted = listed(norm, items, own) | {mark.start: mark for mark in counted_marks(norm, maybe)}
    for para in own:
        mark = mark_at(norm, para.start, para.end) or counted.get(para.start)
        if mark is not None and mark.end < para.end:
            marks.append(mark)
            last[mark.style] = mark.number
        if last:
            marks += _within(norm, mark.end if mark else para.start, para.end, last)
    return marks


_SECOND = 2
_BEHIND = re.compile(rf"[。)] *(?=[(\d第①-⑳㈠-㈩⒈-⒛{TO_TEN}])")


def _within(norm: str, start: int, end: int, last: dict[str, int]) -> list[Mark]:
    out = []
    gaps = [(gap, mark_at(norm, gap.end(), end)) for gap in _BEHIND.finditer(norm, start, end)]
    seconds = {mark.style for gap, mark in gaps if mark and mark.number == _SECOND and norm[gap.start()] == ")"}
    for gap, mark in gaps:
        # 1.深化改革。(1)简化登记。(甲负责)(2)优化流程。(乙负责): they count from 1 in the paragraph
        begins = mark is not None and mark.number == 1 and mark.style == "arabic_paren" and mark.style in seconds
        if mark is None or mark.style == "circle" or not (begins or last.get(mark.style) == mark.number - 1):
            continue
        if norm[gap.start()] == ")" and not _ends_statement(norm, start, gap.start()):
            continue
        out.append(mark)
        last[mark.style] = mark.number
    return out


_DUTY = "负责|牵头"
_OF_A_LIST = re.compile(rf"[、,;:]|{_DUTY}|配合")
# 二、用电（牵头单位：市能源局）: a heading with the duty for what follows
_DUTY_BEHIND_TITLE = re.compile(rf"\((?=[^()]*(?::|{_DUTY}))(?:[^()]|\([^()]*\)){{4,}}\)$")


def _ends_statement(norm: str, start: int, close: int) -> bool:
    """Tell whether a number after a bracket may start a unit: the bracket must contain a list or a role word."""
    opened = norm.rfind("(", max(0, min(start, close - MAX_STATEMENT)), close)
    return opened >= 0 and bool(_OF_A_LIST.search(norm, opened, close))


def build_units(
    norm: str,
    paras: Sequence[Span],
    frame: Frame,
    rows: Sequence[PlanRow],
    marks: Sequence[Mark],
    listed: Sequence[Span] = (),
) -> tuple[Unit, ...]:
    """Build the units of the notice (plan 0) and of each plan (from 1).

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        frame: Header and plans.
        rows: Rows of responsibility tables; each becomes a unit.
        marks: Marks of units outside these tables.
        listed: The lists of attachments; what follows one belongs to no unit above it.
    """
    annexes = sorted([*_annex_heads(norm, paras), *(span.start for span in listed)])
    zones = [(0, frame.notice)] if frame.notice else []
    zones += [(n, p.span) for n, p in enumerate(frame.plans, 1)]
    units: list[Unit] = []
    inner_notice = frame.notice is not None and any(frame.notice.start <= m.start < frame.notice.end for m in marks)
    for n, zone in zones:
        own = [m for m in marks if zone.start <= m.start < zone.end]
        table = [r for r in rows if zone.start <= r.row.span.start < zone.end]
        prefix = f"u{n}" if inner_notice and n else ""
        of_table = {r.mark.start: r for r in table}
        nodes = _tree([*own, *(r.mark for r in table)], n, prefix, annexes, of_table)
        units += _finish(norm, paras, nodes, [*annexes, zone.end], of_table, offset=len(units))
    return tuple(units)


def _annex_heads(norm: str, paras: Sequence[Span]) -> list[int]:
    """Return the offsets of the lines that head an attachment."""
    short = (p for p in paras if p.end - p.start <= _MAX_ANNEX_HEAD)
    return [p.start for p in short if is_annex_head(norm[p.start : p.end])]


def _tree(marks: Sequence[Mark], plan: int, prefix: str, annexes: Sequence[int], rows: Container[int]) -> list[_Node]:
    """Nest the marks: a style that is open continues its level, any other opens a level below.

    What is attached below a plan belongs to none of its units: there the levels begin anew. The rows of a table belong
    to the unit that it stands in, and nothing behind the table belongs to a row.
    """
    nodes: list[_Node] = []
    stack: list[int] = []
    for mark in sorted(marks, key=lambda m: m.start):
        if stack and bisect_right(annexes, mark.start) > bisect_right(annexes, nodes[stack[-1]].mark.start):
            stack.clear()
        is_row = mark.start in rows
        while stack and not is_row and nodes[stack[-1]].mark.start in rows:
            stack.pop()
        if mark.style in _OUTSIDE_BOXES:
            stack = list(takewhile(lambda i: nodes[i].mark.style != "box", stack))
        _close(stack, nodes, mark, {nodes[i].mark.style for i in stack if (nodes[i].mark.start in rows) == is_row})
        nodes.append(_Node(mark, len(stack) + 1, stack[-1] if stack else None, plan, prefix))
        stack.append(len(nodes) - 1)
    return _nest_counts(nodes, rows)


def _close(stack: list[int], nodes: Sequence[_Node], mark: Mark, open_styles: Container[str]) -> None:
    """Take off the stack what a mark ends: its own level and those below."""
    rank = RANK.get(mark.style)
    if rank is not None:
        while stack and RANK.get(nodes[stack[-1]].mark.style, 9) >= rank:
            stack.pop()
    elif mark.style in open_styles:
        while nodes[stack.pop()].mark.style != mark.style:
            pass
    elif mark.style == "han_paren" and mark.number > 1 and "han" in open_styles:
        while nodes[stack[-1]].mark.style == "arabic":  # 一、 1. (二): the heading (一) was lost
            stack.pop()


def _nest_counts(nodes: Sequence[_Node], rows: Container[int]) -> list[_Node]:
    """Put a count that begins anew between two numbers of another below the first: 1. [1. 2.] 2. are two items.

    Lists of a word processor are numbered so where only their indent tells them apart.
    """
    siblings: dict[tuple[int | None, str], list[int]] = {}
    for i, node in enumerate(nodes):
        if node.mark.start not in rows:
            siblings.setdefault((node.parent, node.mark.style), []).append(i)
    below: dict[int, int] = {}
    for group in siblings.values():
        numbers = [nodes[i].mark.number for i in group]
        outer, at = 0, 1
        while at < len(group):
            n = _count_between(numbers, outer, at)
            below |= dict.fromkeys(group[at : at + n], group[outer])
            outer = at + n if n or numbers[at] == numbers[outer] + 1 else outer
            at += n + 1
    if not below:
        return list(nodes)
    out: list[_Node] = []
    for i, node in enumerate(nodes):
        parent = below.get(i, node.parent)
        out.append(node._replace(parent=parent, level=1 if parent is None else out[parent].level + 1))
    return out


def _count_between(numbers: Sequence[int], outer: int, at: int) -> int:
    """Return the length of the count that begins at `at`, if the count of `outer` goes on behind it; 0 if not.

    A single number is none: 1. 1. 2. is a slip, or a printed line that begins so.
    """
    if numbers[at] != 1:
        return 0
    n = 1
    while at + n < len(numbers) and numbers[at + n] == n + 1:
        n += 1
    return n if n > 1 and numbers[at + n : at + n + 1] == [numbers[outer] + 1] else 0


def _finish(
    norm: str,
    paras: Sequence[Span],
    nodes: Sequence[_Node],
    heads: Sequence[int],
    rows: dict[int, PlanRow],
    offset: int,
) -> list[Unit]:
    """Return the units of a zone; none goes on over a line that heads an attachment (附件1) or lists them.

    `heads` are the offsets of such lines, and last the end of the zone.
    """
    *annexes, last = heads
    limits = [min(heads[bisect_right(annexes, n.mark.start)], last) for n in nodes]
    following = [*(n.mark.start for n in nodes[1:]), last]
    stops = [min(stop, limit) for limit, stop in zip(limits, following, strict=False)]
    parents = {n.parent for n in nodes}
    titles = _titles(norm, paras, nodes, stops, rows)
    units: list[Unit] = []
    used: dict[tuple[str, ...], int] = {}
    for i, node in enumerate(nodes):
        above = units[node.parent] if node.parent is not None else None
        base = above.steps if above else ((f"{node.prefix}",) if node.prefix else ())
        path = f"{above.path}/{node.mark.label}" if above else "/".join(filter(None, (node.prefix, node.mark.label)))
        title, run_in = titles[i]
        units.append(
            Unit(
                path=path,
                label=node.mark.label,
                steps=_step(base, node.mark, used),
                level=node.level,
                plan=node.plan,
                parent=None if node.parent is None else node.parent + offset,
                mark=Span(node.mark.start, node.mark.end),
                title=title,
                run_in=run_in,
                own=trim(norm, node.mark.start, stops[i]),
                span=trim(norm, node.mark.start, min(_end_of(nodes, i, last), limits[i])),
                style=node.mark.style,
                has_children=i in parents,
            )
        )
    return units


def _step(base: tuple[str, ...], mark: Mark, used: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    steps = (*base, f"{KEY_LETTER[mark.style]}{mark.number}")
    used[steps] = used.get(steps, 0) + 1
    return steps if used[steps] == 1 else (*base, f"{steps[-1]}.x{used[steps]}")


def _end_of(nodes: Sequence[_Node], i: int, end: int) -> int:
    return next((n.mark.start for n in nodes[i + 1 :] if n.level <= nodes[i].level), end)


# -- headings ---------------------------------------------------------------------------------------------------
Title = tuple[Span | None, bool]


class _Candidate(NamedTuple):
    """A possible title of a unit.

    Attributes:
        run_in: Whether text follows on the same line.
        alone: Whether the unit contains nothing else except a responsibility statement.
        loose: Whether it ends like a sentence and may therefore be the first sentence of the text.
    """

    title: Span | None
    run_in: bool = False
    alone: bool = False
    loose: bool = False


def _titles(
    norm: str, paras: Sequence[Span], nodes: Sequence[_Node], stops: Sequence[int], rows: dict[int, PlanRow]
) -> list[Title]:
    """Return the title of each unit, and whether text follows it on the same line.

    A line of its own above other units is a heading. A first sentence is a heading if its siblings of the same style
    start likewise: 完善体系。… in nineteen of twenty items is a heading, in three of forty it is a short sentence.
    """
    starts = {p.start: p for p in paras}
    candidates = [_candidate(norm, starts, n, stops[i], rows) for i, n in enumerate(nodes)]
    groups: dict[tuple[int, str], list[int]] = {}
    for i, node in enumerate(nodes):
        groups.setdefault((node.level, node.mark.style), []).append(i)
    parents = {n.parent for n in nodes}
    alike = {key: _begin_alike([(candidates[i], i in parents) for i in members]) for key, members in groups.items()}
    lines = {key: _stand_alike([candidates[i] for i in members if i not in parents]) for key, members in groups.items()}
    for members in groups.values():
        _end_alike(norm, candidates, members)
    out: list[Title] = []
    for i, node in enumerate(nodes):
        c = candidates[i]
        # 一、加强领导,压实责任。 with nothing behind it is an item, not the heading of one
        is_sentence = c.alone and c.loose
        above = i in parents or (node.mark.style in {"han", "part", "chapter", "section"} and not is_sentence)
        group = (node.level, node.mark.style)
        sure = not c.run_in and (above or (lines[group] and not (c.alone or c.loose)))
        keep = c.title is not None and (sure or alike[group])
        out.append((c.title, c.run_in) if keep else (None, False))
    return out


def _begin_alike(group: Sequence[tuple[_Candidate, bool]]) -> bool:
    """Tell whether most units of a group start with a possible title, and most such titles are followed by text.

    Sentences not followed by text are the items themselves; units with units below them are not considered, unless all
    are such: (一)便利准入。简化程序。 above 1. and 2. is a heading.
    """
    titled = sum(c.title is not None for c, _ in group)
    loose = [c for c, is_parent in group if c.loose and not is_parent]
    if all(is_parent for _, is_parent in group):
        short = sum(c.title is not None and len(c.title) <= MAX_ABOVE for c, _ in group)
        return short >= TITLED_SHARE * len(group)
    return titled >= TITLED_SHARE * len(group) and 2 * sum(not c.alone for c in loose) > len(loose)


def _end_alike(norm: str, candidates: list[_Candidate], group: Sequence[int]) -> None:
    """Give a first sentence that ends with its printed line what most of its group are: headings on their own lines.

    Where lines were joined to paragraphs, 5.统筹监管。 may have lost the break that 3.增强动能。 and 4.公正监管。 kept.
    """
    titled = [i for i in group if candidates[i].title is not None]
    own = sum(not candidates[i].run_in for i in titled)
    for i in titled if own * 2 > len(titled) else ():
        title = candidates[i].title
        if candidates[i].run_in and title and norm[title.end : title.end + 3].lstrip("。 ").startswith("\n"):
            candidates[i] = candidates[i]._replace(run_in=False)


def _stand_alike(group: Sequence[_Candidate]) -> bool:
    """Tell whether lines without a stop are headings: a single one in a long group is a broken sentence."""
    lines = sum(c.title is not None and not (c.run_in or c.alone or c.loose) for c in group)
    return len(group) < LONG_GROUP or lines >= BROKEN_SHARE * len(group)


def _candidate(norm: str, starts: dict[int, Span], node: _Node, stop: int, rows: dict[int, PlanRow]) -> _Candidate:
    """Return the line or first sentence of a unit if it could be a title."""
    mark = node.mark
    if mark.start in rows:
        return _Candidate(rows[mark.start].title)
    line_end = _line_end(norm, starts, mark, stop)
    line = norm[mark.end : line_end]
    sentence = _FIRST_SENTENCE.match(line)
    first = sentence[0] if sentence else ""
    body = _DUTY_BEHIND_TITLE.sub("", first.rstrip("。 ")) if first.rstrip().endswith(")") else first.rstrip("。 ")
    title = trim(norm, mark.end, mark.end + len(body))
    if len(first.rstrip()) == len(line.rstrip()) and _is_heading(body, MAX_HEADING):
        below = norm[line_end:stop]
        loose = first.rstrip().endswith("。")
        alone = _is_alone(below) if loose else not below.strip()
        return _Candidate(title, alone=alone, loose=loose)
    if (colon := _LABELLED.match(line)) and "(" not in colon[1] and _is_heading(colon[1], 30):
        return _Candidate(trim(norm, mark.end, mark.end + colon.end(1)), run_in=True, loose=True)
    if first.endswith("。") and _is_heading(body, MAX_RUN_IN):
        rest = norm[mark.end + len(first) : stop]
        return _Candidate(title, run_in=True, alone=_is_alone(rest), loose=True)
    return _Candidate(None)


def _is_alone(behind: str) -> bool:
    """Tell whether no text stands behind a sentence."""
    if "(" in behind or ":" in behind:
        behind = _WITHOUT_TEXT.sub("", behind)
    return not behind.strip()


def _line_end(norm: str, starts: dict[int, Span], mark: Mark, stop: int) -> int:
    """Return the end of the paragraph that contains the mark, cut at the next unit."""
    if mark.start in starts:
        return min(starts[mark.start].end, stop)
    end = norm.find("\n", mark.start, stop)
    return stop if end < 0 else end


def _is_heading(text: str, limit: int) -> bool:
    bare = text.strip()
    return (
        2 <= len(bare) <= limit
        and not bare.endswith((":", ";", ",", "、"))
        and (not bare.endswith(")") or _HARMLESS_BRACKET.search(bare) is not None)
        and not _PARTED.search(bare)
        and bare.count(",") <= 2
    )


def introduction(norm: str, unit: Unit) -> Span | None:
    """Return the text between a heading and the first unit below it; None if there is none."""
    if unit.title is None or not unit.has_children:
        return None
    start = unit.title.end
    while start < unit.own.end and (norm[start] in "。:：" or norm[start].isspace()):
        start += 1
    return Span(start, unit.own.end) if norm[start : unit.own.end].strip() else None


def skip_contents(norm: str, paras: Sequence[Span]) -> list[Span]:
    """Return the extent of a table of contents: from 目录 to the line before its first entry recurs."""
    for i, p in enumerate(paras):
        if squeeze(norm[p.start : p.end]) not in {"目录", "目次"}:
            continue
        entries = [re.sub(r"[.…·\s\-]*\d*$", "", squeeze(norm[q.start : q.end])) for q in paras[i + 1 : i + 200]]
        for k in range(1, len(entries)):
            if entries and entries[k] == entries[0] and entries[0]:
                return [Span(p.start, paras[i + 1 + k].start - 1)]
    return []


def repeated_labels(units: Sequence[Unit]) -> list[Finding]:
    """Return a finding for each path that occurs twice; rows without a printed number repeat no label."""
    seen: dict[tuple[int, str], Unit] = {}
    out = []
    for u in units:
        if not len(u.mark):
            continue
        if (u.plan, u.path) in seen:
            out.append(
                Finding(code="repeated-item-label", severity="warning", span=u.mark, detail=(("text", u.label),))
            )
        seen.setdefault((u.plan, u.path), u)
    return out


def whole_plan_unit(norm: str, plan: PlanPart, index: int, title: Span | None) -> Unit:
    """Return the unit `u1`, which represents a plan without any numbers.

    Args:
        norm: Normalised text.
        plan: The plan.
        index: Its index.
        title: Title of the document.
    """
    start = title.end if title and plan.span.covers(title) else plan.span.start
    span = trim(norm, min(start, plan.span.end), plan.span.end)
    return Unit(
        path="u1",
        label="",
        steps=("u1",),
        level=1,
        plan=index,
        parent=None,
        mark=Span(span.start, span.start),
        title=None,
        run_in=False,
        own=span,
        span=span,
        style="none",
    )


def with_preambles(norm: str, plans: Sequence[PlanPart], units: Sequence[Unit]) -> tuple[PlanPart, ...]:
    """Return the plans with the text between title and first unit as their preamble."""
    out = []
    for n, plan in enumerate(plans, 1):
        first = next((u.own.start for u in units if u.plan == n), plan.span.end)
        start = plan.title.end if plan.title else plan.span.start
        pre = trim(norm, start, first)
        out.append(replace(plan, preamble=pre if len(pre) else None))
    return tuple(out)

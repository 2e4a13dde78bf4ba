"""Series: plans on the same subject and for the same place in different years.

Plans belong to a series if their titles are equal except for the year, and their places are equal; the issuing body may
change (省政务公开办公室 after 省政务服务局). Two plans of one year do not form a series.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeVar

from kgbuild.comparison.changes import Comparison, compare
from kgbuild.comparison.plan import PlanHead
from kgbuild.comparison.vectors import letters
from kgbuild.store import Rows
from kgbuild.terms import bare, h

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.comparison.plan import Plan

_YEARS = re.compile(
    r"[(（]?(?:19|20)\d\d(?:[-—–~～至](?:(?:19|20)\d\d)?)?(?:年度?)?[)）]?|[一二]〇[〇一二三四五六七八九○零]{2}年度?"
)


Head = TypeVar("Head", bound=PlanHead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Generic[Head]):
    """A series.

    Attributes:
        key: Its key, derived from title and place.
        title: What the titles share, as the last plan has it.
        plans: Its plans, or their heads, by year.
    """

    key: str
    title: str
    plans: tuple[Head, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years in ascending order."""
        return tuple(p.year for p in self.plans)


def title_without_year(title: str) -> str:
    """Return the part that the titles of a series share.

    Example:
        >>> title_without_year("云岭省2024年科普工作要点")
        '云岭省科普工作要点'
        >>> title_without_year("青川市数字经济行动计划（2023—2025年）")
        '青川市数字经济行动计划'
    """
    return _YEARS.sub("", "".join(title.split()))


def series_key(plan: PlanHead) -> str:
    """Return the key of the series of a plan: its title without years, and its place."""
    return h(letters(title_without_year(plan.title)), bare(plan.place))


def find_series(plans: Iterable[Head]) -> list[Series[Head]]:
    """Return the series among plans, by title.

    Plans without a title or a year, and those of a year with several plans, are excluded.
    """
    groups: dict[str, list[Head]] = {}
    for plan in plans:
        if plan.year and plan.is_titled:
            groups.setdefault(series_key(plan), []).append(plan)
    out = []
    for key, group in groups.items():
        years = [p.year for p in group]
        once = sorted((p for p in group if years.count(p.year) == 1), key=lambda p: p.year)
        if len(once) > 1:
            out.append(Series(key=key, title=title_without_year(once[-1].title), plans=tuple(once)))
    return sorted(out, key=lambda s: (s.title, s.key))


def compare_all(plans: Sequence[Plan]) -> list[Comparison]:
    """Compare each plan with the next one."""
    return [compare(a, b) for a, b in pairwise(plans)]


def series_rows(plans: Sequence[Plan], comparisons: Sequence[Comparison]) -> Rows:
    """Return one table over all plans: one row for each action, followed from plan to plan.

    The columns are the years (or titles if years are missing): the path of the action in that plan and, after the first
    year, what became of it; `text` is its latest wording. A row follows the most similar pair; each further part of a
    split has a row of its own.
    """
    follows: dict[str, tuple[str, str]] = {}
    for comparison in comparisons:
        pairs = [c for c in comparison.changes if c.before and c.after]
        taken = set[str]()
        for c in sorted(pairs, key=lambda c: -c.likeness):
            if c.before and c.after and c.before.node not in taken and c.after.node not in follows:
                taken.add(c.before.node)
                follows[c.after.node] = (c.before.node, c.kind + (", moved" if c.moved else ""))
    rows: dict[str, list[str | None]] = {}
    row_of: dict[str, str] = {}
    for n, plan in enumerate(plans):
        for action in plan.actions:
            before, how = follows.get(action.node, ("", "new"))
            first = row_of.get(before, action.node)
            row_of[action.node] = first
            row = rows.setdefault(first, [None] * (len(plans) + 1))
            row[n] = action.path + (f" ({how})" if n else "")
            row[-1] = "".join(action.text.split())
    return Rows(columns=(*_names(plans), "text"), rows=tuple(map(tuple, rows.values())))


def _names(plans: Sequence[Plan]) -> tuple[str, ...]:
    years = [str(p.year) for p in plans]
    if all(p.year for p in plans) and len(set(years)) == len(years):
        return tuple(years)
    return tuple(f"{n} {p.title}" for n, p in enumerate(plans, 1))

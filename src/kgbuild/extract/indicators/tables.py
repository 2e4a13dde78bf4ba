"""Tables of indicators (指标 | 单位 | 2030年 | 2035年 | 属性): a target for each figure below a head of target values.

Takes the tables of the reader. A table counts if one head names indicators and another a year or a target; what stands
below a year before the plan, or below 现状, is the baseline. The value, its unit, the day by which it is due, the
baseline and the status each have the cell or head that proves it. A figure without a unit, or with a unit other than
that of its row, is reported and gives no value. A column of growth is read where its figures name their unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from kgbuild.extract.indicators.amounts import DIGITS, POST, TO, read_number, unit_of
from kgbuild.extract.indicators.find import days_of
from kgbuild.extract.indicators.seen import bound_of
from kgbuild.extract.indicators.wordings import DOWN, END, FIVE, GROWN, LEVEL_DOWN, LEVEL_UP, UP, YEAR
from kgbuild.model import IndicatorMention, Span
from kgbuild.text.columns import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from kgbuild.lexicon.words import Words
    from kgbuild.model import Cell, Direction, Table, TargetStatus

Kind = Literal["name", "unit", "base", "aim", "growth", "status"]

_HEAD_ROWS = 3
_NAME_HEAD = r"(?:{indicator-heads})(?:\([^()]*\))?$"
_BASE_HEAD, _AIM_HEAD, _GROWTH_HEAD = "{base-heads}", "{aim-heads}", "{growth-heads}"
_KINDS: tuple[tuple[Kind | Literal["comparing"], str], ...] = (
    ("unit", "^(?:{unit-heads})$"),
    ("status", "^(?:{status-heads})$"),
    ("comparing", "^(?:{comparing-heads})"),  # 较目标值增加: neither a level nor a target
    ("growth", _GROWTH_HEAD),
    ("base", _BASE_HEAD),
    ("aim", _AIM_HEAD),
)
_YEAR = re.compile(rf"(?<!\d){YEAR}{END}|(?<!\d)(?:19|20)\d\d(?!\d)|{FIVE}{END}")
_PERCENT = "%"
_NUMBERED = re.compile(r"^(?:\d{1,3}[.、]|[(（]\d{1,3}[)）]|[①-⑳])")
_UNIT_IN_NAME = re.compile(r"\(([^()\d]{1,16}|[^()]{0,8}/[^()]{1,10})\)$")
_OPEN, _CLOSE = r"[\[〔(【]", r"[\]〕)】]"
_VALUE = (
    rf"(?P<open>{_OPEN})?\s*(?:(?P<up>{LEVEL_UP}|>)|(?P<down>{LEVEL_DOWN}|<)|(?P<near>{{words-of-approximation}}))?\s*"
    rf"(?P<n>(?:{DIGITS})(?:%?{TO}\d+(?:\.\d+)?)?)\s*(?P<unit>[^\d\s()\[\]〔〕]{{0,8}}?){POST}?\s*(?:{_CLOSE})?\*?\s*"
    r"(?:\([^()\d]*\)\s*)?"
)
_DIGIT = re.compile(r"\d")
_MOST_MERGED = 3


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that is read: what stands below its head, and the day that the head names."""

    index: int
    kind: Kind
    day: str | None = None
    day_span: Span | None = None
    percent: Span | None = None


class _Heads(NamedTuple):
    """The columns of a table, by index, and the first row below the heads."""

    columns: dict[int, _Column]
    first: int
    width: int

    def of(self, *kinds: Kind) -> list[_Column]:
        return [c for _, c in sorted(self.columns.items()) if c.kind in kinds]


class _Value(NamedTuple):
    """The figure of a cell."""

    number: Decimal
    most: Decimal | None
    span: Span
    unit: Span | None
    direction: Direction | None
    approximate: bool
    bracketed: bool


class Read(NamedTuple):
    """What a table states: its targets, and the cells with figures from which no value could be read."""

    targets: list[IndicatorMention]
    unread: list[Span]


def read_indicator_tables(norm: str, tables: Sequence[Table], words: Words, *, since: int | None) -> Read:
    """Return the targets in tables of indicators in reading order.

    Args:
        norm: Normalised text.
        tables: The tables of a plan.
        words: The classes of words.
        since: The first year of the plan: values of years before it are baselines.
    """
    out = Read([], [])
    before: tuple[Table, _Heads] | None = None
    for table in tables:
        heads = _heads(norm, table, words, since)
        if heads is None and before is not None and _goes_on(norm, before, table):
            heads = before[1]._replace(first=0)
        before = (table, heads) if heads else None
        if heads:
            rows = _Rows(norm, heads, words)
            for found in rows.read(table):
                out.targets.extend(found.targets)
                out.unread.extend(found.unread)
    return out


# -- heads --------------------------------------------------------------------------------------------------------
def _heads(norm: str, table: Table, words: Words, since: int | None) -> _Heads | None:
    """Return the columns of a table of indicators; None for any other table."""
    top = [c for c in table.cells if c.row < _HEAD_ROWS + 1]
    for row in range(_HEAD_ROWS):
        cells = [c for c in top if c.row == row]
        names = [c for c in cells if words[_NAME_HEAD].search(squeezed(norm, c.span))]
        if len(cells) < 2 or not names:
            continue
        below = _below(norm, cells, [c for c in top if c.row == row + 1], words)
        columns = _columns(norm, cells, below, words, since)
        columns[names[-1].column + names[-1].colspan - 1] = _Column(names[-1].column + names[-1].colspan - 1, "name")
        heads = _Heads(columns, row + 1 + bool(below), max(c.column + c.colspan for c in cells))
        return heads if heads.of("aim") else None
    return None


def _below(norm: str, heads: Sequence[Cell], cells: Sequence[Cell], words: Words) -> list[Cell]:
    """Return the second row of heads, which divides merged ones: 2030年 and 2035年 below 目标值."""
    split = {column for c in heads if c.colspan > 1 for column in range(c.column, c.column + c.colspan)}
    filled = [c for c in cells if len(c.span)]
    if not split or not filled or not all(c.column in split for c in filled):
        return []
    texts = [squeezed(norm, c.span) for c in filled]
    named = [
        t for t in texts if _YEAR.match(t) or any(words[f].search(t) for f in (_BASE_HEAD, _AIM_HEAD, _GROWTH_HEAD))
    ]
    return filled if named else []


def _columns(
    norm: str, cells: Sequence[Cell], below: Sequence[Cell], words: Words, since: int | None
) -> dict[int, _Column]:
    out: dict[int, _Column] = {}
    lower = {c.column: c for c in below}
    for head in cells:
        for index in range(head.column, head.column + head.colspan):
            parts = [head.span, *([lower[index].span] if index in lower else [])]
            found = _column(norm, index, parts, words)
            if found and index not in out:
                out[index] = found
    return _told_apart(out, since)


def _column(norm: str, index: int, parts: Sequence[Span], words: Words) -> _Column | None:
    """Return what stands below a head, `aim` for a year alone; None if nothing is known of it."""
    text = "".join(squeezed(norm, part) for part in parts)
    kind = next((kind for kind, form in _KINDS if words[form].search(text)), None)
    if kind == "comparing":
        return None
    day, place = _day(norm, parts)
    if kind is None and place is not None and len(text) <= 2 * len(place) + 4:  # a long head is a sentence
        kind = "aim"
    if kind == "growth":
        at = next((norm.find(_PERCENT, p.start, p.end) for p in parts if _PERCENT in norm[p.start : p.end]), -1)
        return _Column(index, kind, percent=Span(at, at + 1) if at >= 0 else None)
    return _Column(index, kind, day, place) if kind else None


def _day(norm: str, parts: Sequence[Span]) -> tuple[str | None, Span | None]:
    """Return the last day that a head names, and where."""
    for part in reversed(parts):
        years = list(_YEAR.finditer(norm, part.start, part.end))
        if not years:
            continue
        span = Span(years[0].start(), years[-1].end())
        days = days_of(norm[span.start : span.end], None)
        return (days[-1] if days else None), span
    return None, None


def _told_apart(columns: dict[int, _Column], since: int | None) -> dict[int, _Column]:
    """Return the columns with the years before the plan as baselines.

    Where the first year of the plan is unknown, the first of two years is the baseline of the other.
    """
    dated = [c for c in columns.values() if c.kind == "aim" and c.day]
    if since is None and len(dated) == 2:
        since = max(int(c.day[:4]) for c in dated if c.day)
    return {
        i: replace(c, kind="base") if c in dated and since and c.day and int(c.day[:4]) < since else c
        for i, c in columns.items()
    }


def _goes_on(norm: str, before: tuple[Table, _Heads], table: Table) -> bool:
    """Tell whether a headless table continues the previous one: it follows directly and has the same width."""
    above, heads = before
    width = max(c.column + c.colspan for c in table.cells)
    return width == heads.width and not norm[above.span.end : table.span.start].strip()


# -- rows ---------------------------------------------------------------------------------------------------------
class _Rows:
    """The rows of one table."""

    def __init__(self, norm: str, heads: _Heads, words: Words) -> None:
        self._norm, self._heads, self._words = norm, heads, words
        self._held: dict[int, tuple[Cell, int]] = {}
        self._first = {kind: next(iter(heads.of(kind)), None) for kind in ("name", "unit", "status")}
        self._aims, self._bases = heads.of("aim", "growth"), heads.of("base")
        dated = [c for c in self._aims if c.kind == "aim" and c.day]
        self._last = max(dated, key=lambda c: c.day or "", default=None)
        self._statuses = cast("dict[str, TargetStatus]", words.codes("target-statuses"))

    def read(self, table: Table) -> Iterator[Read]:
        rows: dict[int, list[Cell]] = {}
        for cell in table.cells:
            if cell.row >= self._heads.first:
                rows.setdefault(cell.row, []).append(cell)
        for number, cells in sorted(rows.items()):
            yield self._row(number, cells)

    def _row(self, row: int, cells: Sequence[Cell]) -> Read:
        own = {column: c for c in cells for column in self._read_of(c)}
        name = self._at("name", row, own)
        out = Read([], [])
        if name is None or self._words[_NAME_HEAD].search(squeezed(self._norm, name.span)):
            return out
        stated, unit = self._name_of(name.span)
        cell = self._at("unit", row, own)
        if cell is not None and re.search(r"[^\s\-—–/]", self._norm[cell.span.start : cell.span.end]):
            unit = cell.span
        base, base_column = self._baseline(own)
        whole = self._extent(cells, name.span)
        for column in self._aims:
            target = own.get(column.index)
            if (
                target is None
                or target.column != column.index
                or not _DIGIT.search(self._norm, target.span.start, target.span.end)
            ):
                continue
            found = self._value(target.span)
            of = self._unit(stated, found, unit, column) if found else None
            if found is None or of is None:
                out.unread.append(target.span)
                continue
            mention = self._mention(whole, name.span, stated, found, of, column)
            if base and base_column and self._comparable(base, found, of, column):
                mention = replace(
                    mention,
                    baseline=base.number,
                    baseline_span=base.span,
                    baseline_date=base_column.day,
                    baseline_date_span=base_column.day_span if base_column.day else None,
                )
            out.targets.append(self._with_status(mention, self._at("status", row, own)))
        return out

    def _read_of(self, cell: Cell) -> Iterator[int]:
        """Yield the columns under a cell that are read; one that is merged over many states nothing."""
        end = cell.column + min(cell.colspan, _MOST_MERGED)
        return (column for column in range(cell.column, end) if column in self._heads.columns)

    def _at(self, kind: Kind, row: int, own: dict[int, Cell]) -> Cell | None:
        """Return the cell of a kind in a row, or the merged cell above that reaches down to it."""
        column = self._first[kind]
        cell = own.get(column.index) if column else None
        if column is None or (cell is not None and len(cell.span)):
            if column and cell and cell.rowspan > 1:
                self._held[column.index] = cell, row + cell.rowspan
            return cell
        held = self._held.get(column.index)
        return held[0] if held and row < held[1] else None

    def _name_of(self, span: Span) -> tuple[str, Span | None]:
        """Return a name without its number and the unit in brackets behind it, and where that unit stands."""
        text = _NUMBERED.sub("", squeezed(self._norm, span))
        found = _UNIT_IN_NAME.search(text)
        if not found:
            return text, None
        at = self._norm.rfind("(", span.start, span.end)
        end = self._norm.rfind(")", span.start, span.end)
        return text[: found.start()], Span(at + 1, end)

    def _value(self, span: Span) -> _Value | None:
        m = self._words[_VALUE].fullmatch(self._norm, span.start, span.end)
        number = read_number(m["n"]) if m else None
        if m is None or number is None:
            return None
        direction: Direction | None = ">=" if m["up"] else "<=" if m["down"] else bound_of(m["post"] or "")
        return _Value(
            number=number[0],
            most=number[1],
            span=Span(*m.span("n")),
            unit=Span(*m.span("unit")) if m["unit"] else None,
            direction=direction,
            approximate=bool(m["near"] or m["about"]),
            bracketed=m["open"] is not None,
        )

    def _unit(self, name: str, found: _Value, unit: Span | None, column: _Column) -> Span | None:
        """Return where the unit of a figure stands; None if it has none, or another one than its row.

        Growth is in percent where the cell, the head or a name that is a change itself (产值增长, %) says so.
        """
        if column.kind == "growth" and not found.bracketed:
            if found.unit and self._said(found.unit) == _PERCENT:
                return found.unit
            is_change = unit and self._said(unit) == _PERCENT and self._words[f"(?:{UP}|{DOWN})$"].search(name)
            return column.percent or (unit if is_change else None)
        if found.unit and unit and self._said(found.unit) != self._said(unit):
            return None
        return unit or found.unit

    def _said(self, span: Span) -> str:
        return unit_of("".join(self._norm[span.start : span.end].split()))

    def _baseline(self, own: dict[int, Cell]) -> tuple[_Value | None, _Column | None]:
        """Return the last value of the row that stands below a baseline."""
        for column in reversed(self._bases):
            cell = own.get(column.index)
            found = self._value(cell.span) if cell is not None and len(cell.span) else None
            if found and found.most is None:
                return found, column
        return None, None

    def _comparable(self, base: _Value, found: _Value, unit: Span, column: _Column) -> bool:
        """Tell whether a target starts from a baseline: both are levels in one unit."""
        if column.kind == "growth" or base.bracketed or found.bracketed or base.direction:
            return False
        return base.unit is None or self._said(base.unit) == self._said(unit)

    def _direction(self, name: str, found: _Value, column: _Column) -> Direction:
        """Return the comparator of a figure: as written, else by the change that the name or the head states."""
        if found.direction:
            return found.direction
        if self._words[f"(?:{DOWN})$"].search(name):
            return "decrease_by"
        if column.kind == "growth":
            return "increase_by"
        grows = self._words[f"(?:{UP})$"].search(name) or (found.bracketed and self._words[GROWN].search(name))
        return "increase_by" if grows else "="

    def _extent(self, cells: Sequence[Cell], name: Span) -> Span:
        """Return the stretch of a row from its name on; of a row below a merged name, its own cells."""
        inside = [c.span for c in cells if len(c.span)]
        start = name.start if name in inside else min(s.start for s in inside)
        return Span(start, max(s.end for s in inside))

    def _mention(
        self, whole: Span, name: Span, stated: str, found: _Value, unit: Span, column: _Column
    ) -> IndicatorMention:
        due = self._last if column.kind == "growth" else column  # growth is due when the last of the years is
        day, place = (due.day, due.day_span) if due else (None, None)
        return IndicatorMention(
            span=whole,
            name=stated or None,
            name_span=name,
            value=found.number,
            value_span=found.span,
            unit=self._said(unit),
            unit_span=unit,
            direction=self._direction(stated, found, column),
            value_max=found.most,
            approximate=found.approximate,
            deadline=day,
            deadline_span=place if day else None,
            rule="indicator-table",
        )

    def _with_status(self, mention: IndicatorMention, cell: Cell | None) -> IndicatorMention:
        status = self._statuses.get(squeezed(self._norm, cell.span)) if cell else None
        return replace(mention, status=status, status_span=cell.span) if cell and status else mention

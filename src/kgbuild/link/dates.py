"""Which of several names was in use on a date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE = timedelta(days=365)
"""Old names linger in texts, and reforms reach some places earlier or later than their official window."""

State = Literal["current", "past", "future"]


class Era(NamedTuple):
    """A key with the first and last day on which its name was in use."""

    key: str
    since: str | None
    until: str | None


def at_date(eras: Sequence[Era], day: str | None, *, is_sure: bool = True) -> tuple[tuple[str, ...], State]:
    """Return the keys that fit a date best, and whether they were in use on it.

    Preferred are those in use; then those within a year of it; then the last one that ended; then the next one to come.
    Without a date all count as in use.

    Args:
        eras: Names with their periods.
        day: ISO date, or a year or month; None for any time.
        is_sure: Whether it is the date; where it is only a guess, the names themselves know better and are in use.
    """
    keys = tuple(era.key for era in eras)
    if not day:
        return keys, "current"
    first, last = _bounds(day)
    for slack in (timedelta(0), GRACE):
        now = tuple(era.key for era in eras if _lives(era, first, last, slack))
        if now:
            return now, "current"
    past = [era for era in eras if era.until and date.fromisoformat(era.until) < first]
    if past:
        latest = max(era.until or "" for era in past)
        return tuple(era.key for era in past if era.until == latest), "past" if is_sure else "current"
    earliest = min(era.since or "" for era in eras)
    return tuple(era.key for era in eras if (era.since or "") == earliest), "future" if is_sure else "current"


def _lives(era: Era, first: date, last: date, slack: timedelta) -> bool:
    began = not era.since or date.fromisoformat(era.since) - slack <= last
    return began and (not era.until or date.fromisoformat(era.until) + slack >= first)


def _bounds(day: str) -> tuple[date, date]:
    year, month, number = ([int(part) for part in day[:10].split("-")] + [0, 0])[:3]
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if not number:
        return date(year, month, 1), date(year, month, 28)
    exact = date(year, month, number)
    return exact, exact

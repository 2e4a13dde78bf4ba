"""What every row of the table is made of: two pieces of work, how they are timed, and what is aimed at."""

from __future__ import annotations

import math
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONG = 10.0
"""A reference that takes more seconds than this runs once."""
SHORT = 0.02
"""A work that takes fewer seconds than this is measured several times at once."""
PYTHON = sys.executable
KGBUILD = (PYTHON, "-c", "from kgbuild.cli import main; main()")

Ours = TypeVar("Ours")
Theirs = TypeVar("Theirs")
Clock = Literal["cpu", "wall"]


class DifferError(Exception):
    """The two sides did not do the same: there is nothing to compare."""


class LacksError(Exception):
    """The row needs something that is not here; the message says what."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of both sides on one piece of material."""

    of: str
    ours: float
    theirs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the ratios of a row have to reach.

    Attributes:
        faster: The ratio is how many times as fast we are; else how many times their time we take.
        mean: Bound on the mean over the material: the median where `faster`, else the geometric mean. None = no bound.
        each: Bound on every ratio. None = no bound.
    """

    faster: bool
    mean: float | None = None
    each: float | None = None

    def ratio(self, pair: Pair) -> float:
        """Return the ratio that the aim speaks of."""
        return pair.theirs / pair.ours if self.faster else pair.ours / pair.theirs

    def middle(self, ratios: Sequence[float]) -> float:
        """Return the mean of the ratios."""
        return statistics.median(ratios) if self.faster else math.exp(statistics.fmean(map(math.log, ratios)))

    def worst(self, ratios: Sequence[float]) -> float:
        """Return the ratio that is farthest from the aim."""
        return min(ratios) if self.faster else max(ratios)

    def is_met(self, ratios: Sequence[float]) -> bool:
        """Tell whether the ratios reach the aim."""
        bounds = ((self.middle(ratios), self.mean), (self.worst(ratios), self.each))
        return all(b is None or (got >= b if self.faster else got <= b) for got, b in bounds)

    def __str__(self) -> str:
        sign = "≥" if self.faster else "≤"
        parts = [f"{sign} {self.mean:g} ×"] if self.mean is not None else []
        parts += [f"each {sign} {self.each:g} ×"] if self.each is not None and parts else []
        parts += [f"{sign} {self.each:g} ×"] if self.each is not None and not parts else []
        return ", ".join(parts)


def at_least(each: float) -> Aim:
    """As fast as that many times the reference, on everything."""
    return Aim(faster=True, each=each)


def at_most(each: float) -> Aim:
    """That many times the time of the reference, on everything."""
    return Aim(faster=False, each=each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How a run was asked for: repetitions of our side, and whether rows take all their material."""

    runs: int = 5
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table, declared once.

    Attributes:
        name: By which it is asked for.
        work: What we do.
        beside: What the reference does.
        aim: What is aimed at.
        measure: Returns the seconds, one pair for each piece of material. It raises DifferError where the results of
            the two sides differ, and LacksError where it cannot run.
        clock: Seconds of the processor, or of the clock on the wall where work is spread over cores.
    """

    name: str
    work: str
    beside: str
    aim: Aim
    measure: Callable[[Given], list[Pair]]
    clock: Clock = "cpu"


def seconds(work: Callable[[], object], clock: Clock = "cpu", times: int = 1) -> float:
    """Return the seconds that a piece of work takes, its child processes counted: the mean of so many times."""
    begin = _now(clock)
    for _ in range(times):
        work()
    return (_now(clock) - begin) / times


def _now(clock: Clock) -> float:
    if clock == "wall":
        return time.perf_counter()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def beside(
    of: str,
    ours: Callable[[], Ours],
    theirs: Callable[[], Theirs],
    given: Given,
    *,
    alike: Callable[[Ours, Theirs], bool] | None,
    clock: Clock = "cpu",
) -> Pair:
    """Return the median seconds of two works, run in turn, so that a busy minute of the machine meets both.

    A reference over `LONG` seconds runs once.

    Args:
        of: Name of the material.
        ours: Our work.
        theirs: The reference.
        given: How the run was asked for.
        alike: Whether the results of both say the same; None where the two do different things.
        clock: Seconds of the processor or of the wall.

    Raises:
        DifferError: the results are not alike.
    """
    result = ours()
    begin = _now(clock)
    reference = theirs()
    first = _now(clock) - begin
    if alike is not None and not alike(result, reference):
        raise DifferError(of)
    del result, reference
    is_long = first > LONG
    times = 1 if clock == "wall" else max(1, min(50, round(SHORT / max(first, 1e-6))))
    mine: list[float] = []
    other = [first] if is_long else []
    for _ in range(given.runs):
        mine.append(seconds(ours, clock, times))
        other += [] if is_long else [seconds(theirs, clock, times)]
    return Pair(of, statistics.median(mine), statistics.median(other))


def process(*command: str) -> Callable[[], None]:
    """Return a function that runs a command to its end; what it says is dropped unless it fails."""
    # Compiled modules are kept, as they are for whoever calls a program twice: those of the libraries are there anyway.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        done = subprocess.run(command, check=False, capture_output=True, env=env)
        if done.returncode:
            sys.stderr.buffer.write(done.stderr)
            raise LacksError(f"{' '.join(command[3:5])} ended with exit code {done.returncode}")

    return run


def table(rows: Iterable[Row], given: Given) -> Iterable[tuple[bool, str]]:
    """Measure rows; yield for each whether its two sides agreed, and its line in Markdown."""
    head = ("work", "beside", "ours", "reference", "ratio", "worst", "aim", "met")
    yield True, f"| {' | '.join(head)} |\n|{'---|' * len(head)}"
    for row in rows:
        cells: tuple[str, ...]
        agreed = True
        try:
            pairs = row.measure(given)
        except LacksError as e:
            cells = ("", "", "", "", str(row.aim), f"left out: {e}")
        except DifferError as e:
            agreed, cells = False, ("", "", "", "", str(row.aim), f"RESULTS DIFFER: {e}")
        else:
            cells = _cells(row, pairs)
        yield agreed, f"| {' | '.join((row.work, row.beside, *cells))} |"


def _cells(row: Row, pairs: Sequence[Pair]) -> tuple[str, ...]:
    ratios = [row.aim.ratio(p) for p in pairs]
    worst = row.aim.worst(ratios)
    of = next(p.of for p, r in zip(pairs, ratios, strict=True) if r == worst)
    unit = " s wall" if row.clock == "wall" else " s"
    ours, theirs = (statistics.median(x) for x in zip(*((p.ours, p.theirs) for p in pairs), strict=True))
    return (
        f"{ours:.4g}{unit}",
        f"{theirs:.4g}{unit}",
        f"{row.aim.middle(ratios):.3g} ×",
        f"{worst:.3g} × {of}" if len(pairs) > 1 else of,
        str(row.aim),
        "met" if row.aim.is_met(ratios) else "not met",
    )

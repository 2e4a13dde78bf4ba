"""The same work for many inputs in a command: a progress bar on a terminal, a line for each input that fails."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

import click

from kgbuild.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kgbuild.errors import KgbuildError

Item = TypeVar("Item")
Value = TypeVar("Value")


def for_each(
    work: Callable[[Item], Value],
    items: Sequence[Item],
    *,
    workers: int | None,
    then: Callable[[Value], int],
    failed: Callable[[Item, KgbuildError], object] | None = None,
    quiet: bool = False,
) -> int:
    """Do the work for every input, reporting failures; return the highest exit code.

    Args:
        work: See `kgbuild.api.many.each`.
        items: The inputs.
        workers: Number of processes; None = one for each core.
        then: Called in this process with each value, in the order of the inputs; returns the exit code.
        failed: Called for each input that failed, after its error was printed.
        quiet: Show no progress bar.
    """
    from kgbuild.api.many import cores, each

    worst = 0
    with closing(each(work, items, workers=workers or cores())) as outcomes:
        for outcome in progress(outcomes, len(items), quiet=quiet):
            if outcome.error is not None:
                say(outcome.error)
                if failed is not None:
                    failed(outcome.item, outcome.error)
                worst = max(worst, outcome.error.exit_code)
            elif outcome.value is not None:
                worst = max(worst, then(outcome.value))
    return worst


def progress(done: Iterable[Value], length: int, *, quiet: bool = False) -> Iterator[Value]:
    """Yield items as they are finished, with a progress bar below all messages on a terminal."""
    if quiet or length < 2 or not sys.stderr.isatty():
        yield from done
        return
    with click.progressbar(length=length, show_pos=True, file=sys.stderr) as bar:
        for one in done:
            click.echo("\r\x1b[K", nl=False, err=True)  # its messages replace the bar
            yield one
            bar.update(1)

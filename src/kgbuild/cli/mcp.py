"""The command mcp: a store for assistants, over the Model Context Protocol."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbuild.cli.options import SECONDS, lang_option
from kgbuild.cli.output import discard_output
from kgbuild.errors import extra_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 65_536


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="STORE|GRAPH...")
@click.option(
    "--queries",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Further saved questions; repeat.",
)
@click.option("--no-sparql", is_flag=True, help="Saved queries only.")
@click.option("--timeout", type=SECONDS, default=30.0, show_default=True, metavar="SECONDS", help="For a request.")
@lang_option
def mcp(places: tuple[str, ...], *, folders: tuple[Path, ...], no_sparql: bool, timeout: float, lang: str) -> None:
    """Answer an assistant that speaks the Model Context Protocol, over the standard input and output.

    \b
    Example:
      kgbuild mcp plans.store
    """  # noqa: D301 - click reads the \b
    try:
        from kgbuild.web import ServerOptions, mcp_server

        options = ServerOptions(is_free=not no_sparql, folders=folders, timeout=timeout, workers=1)
        server = mcp_server(*places, options=options, lang=lang)
    except ImportError as e:
        raise extra_missing(e, "mcp", where="mcp") from e
    try:
        with _input_that_ends():
            server.run()
    except* BrokenPipeError:  # the assistant has gone without waiting for its answers
        discard_output()


@contextlib.contextmanager
def _input_that_ends() -> Iterator[None]:
    """Let a signal end the standard input, during a block, and take effect after it.

    The library reads in a thread that nothing can interrupt: while an assistant keeps its end open, neither Ctrl-C nor
    a supervisor would end the server. So it reads a pipe that is fed with the input, and a signal closes that.
    """
    outside, (inside, feed) = os.dup(0), os.pipe()
    came: list[int] = []

    def end(number: int, _: object) -> None:
        if not came:
            os.close(feed)
        came.append(number)

    def copy() -> None:
        with contextlib.suppress(OSError):  # the pipe is closed
            while data := os.read(outside, _PIECE):
                while data:
                    data = data[os.write(feed, data) :]
        if not came:
            os.close(feed)

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    ends = [number for name in names if (number := getattr(signal, name, None)) is not None]
    before = {n: signal.signal(n, end) for n in ends if signal.getsignal(n) is not signal.SIG_IGN}
    os.dup2(inside, 0)
    os.close(inside)
    threading.Thread(target=copy, daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)

"""The command serve: a store or graphs in a browser, and over the protocols that tools speak."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import sys
from pathlib import Path
from typing import Any

import click

from kgbuild.cli.options import COUNT, SECONDS
from kgbuild.cli.output import say
from kgbuild.errors import InputError, Message, extra_missing

_PATH = click.Path(path_type=Path)
_LINES = 200
"""Lines of the log that are held back at most."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Lines(logging.handlers.BufferingHandler):
    """Writes the lines of a second, or up to an error, together: each alone would cost a part of a small answer."""

    def shouldFlush(self, record: logging.LogRecord) -> bool:  # noqa: N802 - as logging has it
        """Tell whether a line must not wait."""
        return record.levelno >= logging.WARNING or super().shouldFlush(record)

    def flush(self) -> None:
        """Write the lines that are held; a standard error that is closed ends nothing."""
        with self.lock or contextlib.nullcontext():
            held, self.buffer = self.buffer, []
        if held:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write("".join(f"{self.format(record)}\n" for record in held))
                sys.stderr.flush()


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="STORE|CORPUS|GRAPH...")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 = a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address; 0.0.0.0 opens it to the network.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="Name under which it may be asked; repeat.")
@click.option("--token", envvar="KGBUILD_TOKEN", default="", metavar="TEXT", help="What a client must show.")
@click.option(
    "--rate", type=click.IntRange(0), default=0, metavar="N", help="Requests a minute from one address; 0 = any."
)
@click.option("--base-path", default="", metavar="/PATH", help="Path under which a proxy shows it.")
@click.option("--title", default="", metavar="TEXT", help="Name of the collection.")
@click.option(
    "--sources", multiple=True, type=_PATH, metavar="PATH", help="Source texts, to be read; a corpus has its own."
)
@click.option("--queries", "folders", multiple=True, type=_PATH, metavar="DIR", help="Further saved questions; repeat.")
@click.option("--no-sparql", is_flag=True, help="Saved queries only.")
@click.option("--timeout", type=SECONDS, default=30.0, show_default=True, metavar="SECONDS", help="For a request.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Queries at once; default: one for each core.")
@click.option(
    "--cache",
    type=click.IntRange(0),
    default=64,
    show_default=True,
    metavar="MB",
    help="Memory for answers given before; 0 = none is kept.",
)
@click.option("--limit", "most_rows", type=COUNT, default=1_000_000, show_default=True, help="Rows of an answer.")
def serve(places: tuple[str, ...], *, no_sparql: bool, workers: int | None, cache: int, **given: Any) -> None:  # noqa: ANN401 - options
    """Serve a store or graphs: pages to read, saved queries, SPARQL. Nothing can be changed through it.

    \b
    Example:
      kgbuild serve examples.store
    """  # noqa: D301 - click reads the \b
    try:
        from kgbuild.web import ServerOptions, run
        from kgbuild.web import serve as make
    except ImportError as e:
        raise extra_missing(e, "web", where="serve") from e
    if workers:
        given["workers"] = workers
    options = ServerOptions(is_free=not no_sparql, cache=1_000_000 * cache, **given)
    app = make(*places, options=options)
    if options.host not in _LOOPBACK:
        say(
            Message("{host} lets everybody in who reaches this machine", host=options.host)
            if options.token
            else Message(
                "{host} lets everybody in who reaches this machine, without a token (--token)", host=options.host
            )
        )
    log = logging.getLogger("kgbuild.web")
    handler = _Lines(_LINES)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # nobody asks what no line shows
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    if not run(app, options.host, options.port):
        raise InputError("could not be started", where=f"{options.host}:{options.port}", cure="choose another --port")

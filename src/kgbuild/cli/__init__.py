"""The command line: parses, calls one function, prints, sets the exit code.

Exit codes: 0 ok; 1 ran, but the result does not hold; 2 usage; 3 input, configuration, resource; 4 internal.
Commands are imported when they are called, so that `--help` costs no more than click.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import logging
import os
import sys
from gettext import gettext
from typing import ClassVar

import click

from kgbuild.cli.ending import ended_by_signals
from kgbuild.cli.language import choose_language, in_language
from kgbuild.errors import InputError, InternalError, KgbuildError, Message, refused, shown
from kgbuild.version import __version__

GC_THRESHOLD = 300_000
"""Objects made between two searches for cycles: a build makes many objects and hardly a cycle, so that a tenth of its
time went into the search. Here, not in the rooms below: in a program of others it is theirs to say."""

COMMANDS: dict[str, tuple[str, str]] = {
    "read": ("kgbuild.cli.extract", "Print the text of a document exactly as it was read."),
    "extract": ("kgbuild.cli.extract", "Print what is read in a document as JSON."),
    "build": ("kgbuild.cli.build", "Turn documents into graphs, reasoned and validated."),
    "review": ("kgbuild.cli.review", "Write the open doubts as a table that a person fills in."),
    "bodies": ("kgbuild.cli.bodies", "Look up bodies in the register: names over time, many at once."),
    "validate": ("kgbuild.cli.validate", "Check graphs against SHACL shapes."),
    "verify": ("kgbuild.cli.verify", "Prove that every fact points at its characters."),
    "explain": ("kgbuild.cli.explain", "Say why a statement is there."),
    "reason": ("kgbuild.cli.reason", "Infer what follows, in a graph of its own."),
    "view": ("kgbuild.cli.view", "Write the text with its annotations as one page."),
    "diagram": ("kgbuild.cli.view", "Draw the outline, a matrix or a network."),
    "query": ("kgbuild.cli.ask", "Ask a saved query."),
    "queries": ("kgbuild.cli.ask", "List the saved queries."),
    "sparql": ("kgbuild.cli.ask", "Ask a query of your own."),
    "search": ("kgbuild.cli.search", "Find words in actions, headings and names."),
    "diff": ("kgbuild.cli.diff", "Say what changed from one plan to another."),
    "store": ("kgbuild.cli.store", "Keep many documents and ask them together."),
    "serve": ("kgbuild.cli.serve", "Serve a store or graphs: pages, saved queries, SPARQL."),
    "mcp": ("kgbuild.cli.mcp", "Answer assistants that speak the Model Context Protocol."),
    "corpus": ("kgbuild.cli.corpus", "Build many documents, and again only what changed."),
    "publish": ("kgbuild.cli.publish", "Turn built graphs into a release: dumps, tables, descriptions."),
    "vocab": ("kgbuild.cli.vocab", "Check vocabularies of one's own."),
    "evaluate": ("kgbuild.cli.evaluate", "Score what is read against annotations by hand."),
    "check": ("kgbuild.cli.check", "Build, validate, verify and ask a folder of plans."),
    "doctor": ("kgbuild.cli.doctor", "Check versions, data files and configuration."),
}
"""Name → module and one line of help, in the order of the work."""
_LEAST_MEMORY = 800_000_000


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        _check_memory()
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        return in_language(command) if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, gettext(text)) for name, (_, text) in COMMANDS.items()])


def _keep_language(context: click.Context, option: click.Parameter, lang: str | None) -> None:
    """Set the language given before the name of a command, for it and for the processes that it starts."""
    if lang:
        os.environ["KGBUILD_LANG"] = lang


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, prog_name="kgbuild", message="%(prog)s %(version)s (ontology %(version)s, schema 2.1)"
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    envvar="KGBUILD_LANG",
    expose_value=False,
    callback=_keep_language,
    help="Language of help and messages, before the command or behind it.",
)
def cli() -> None:
    """Turn Chinese government plans into RDF graphs in which every fact points at its characters.

    \b
    Example:
      kgbuild build examples/yunling-2025.txt -o plan.ttl
      kgbuild query bodies-of-action --graph plan.ttl -p item=8
    """  # noqa: D301 - click reads the \b


def main() -> None:
    """Run the command line; errors of ours become one line and their exit code."""
    gc.set_threshold(GC_THRESHOLD)
    # At its end Python searches all objects for cycles, a tenth of the time of a build. Memory goes back to the system
    # anyway, and what has to be closed or removed is closed by its block: only what is not frozen is searched.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    choose_language(sys.argv[1:])
    _tell_configuration()
    try:
        with ended_by_signals():
            in_language(cli)(standalone_mode=False)
    except KgbuildError as e:
        _fail(e)
    except click.ClickException as e:
        _show(e)
        sys.exit(2 if isinstance(e, click.UsageError) else 3)
    except (click.Abort, KeyboardInterrupt) as e:
        if isinstance(e.__cause__, EOFError):  # click takes it for the end of an answer, but we ask nothing
            _fail(InternalError.of(e.__cause__))
        _end(Message("stopped"), 130)
    except MemoryError:
        _fail(InputError("out of memory", cure="give a smaller input or raise the limit"))
    except OSError as e:  # of a file, a folder or a limit of the system that no code of ours has put into words
        from kgbuild.cli.output import discard_output

        discard_output()
        _fail(refused(e))
    except Exception as e:  # the last resort: a bug of ours is exit code 4, whatever it raises
        if os.environ.get("KGBUILD_DEBUG"):
            raise
        _fail(InternalError.of(e))


def _check_memory() -> None:
    """Refuse to begin where the engine of queries, which ends the process when it gets no memory, cannot work.

    Raises:
        InputError: the system allows too little.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY and allowed < _LEAST_MEMORY:
        what = Message("allows {allowed} MB of address space", allowed=allowed // 1000000)
        cure = Message("allow {least} MB or more, as by `ulimit -v`", least=_LEAST_MEMORY // 1000000)
        raise InputError(what, where="the system", cure=cure)


def _show(error: click.ClickException) -> None:
    lines = io.StringIO()
    error.show(lines)
    click.echo("\n".join(map(shown, lines.getvalue().expandtabs(4).rstrip().split("\n"))), err=True)


def _tell_configuration() -> None:
    """Name on the standard error, once, a configuration that was found above the input."""

    class Told(logging.Handler):
        printed: ClassVar[set[str]] = set()

        def emit(self, record: logging.LogRecord) -> None:
            from kgbuild.cli.output import say

            message = record.getMessage()
            if message not in self.printed:
                self.printed.add(message)
                say(message)

    log = logging.getLogger("kgbuild.config")
    log.handlers, log.propagate = [Told()], False
    log.setLevel(logging.INFO)


def _fail(error: KgbuildError) -> None:
    _end(error, error.exit_code)


def _end(message: object, code: int) -> None:
    from kgbuild.cli.output import say

    say(message)
    sys.exit(code)

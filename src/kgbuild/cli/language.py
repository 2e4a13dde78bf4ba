"""The language of help and of errors: English, or Chinese where `--lang zh` or `KGBUILD_LANG=zh` asks for it.

The words stand in the catalogue of `kgbuild.translation`, a message for each paragraph of help; click takes its own
from there too, by gettext.
"""

from __future__ import annotations

import contextlib
import copy
import gettext
import os
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kgbuild.errors import KgbuildError
from kgbuild.lazy import lazy_pattern
from kgbuild.translation import DOMAIN, LOCALE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    AnyCommand = TypeVar("AnyCommand", bound=click.Command)

_EXAMPLE = "\b\n"
"""What tells click to keep the lines of a paragraph."""
_PIECES = lazy_pattern(
    r"""
      [（《“]* (?: [\u2e80-\ufe1f\uff21-\uff9d] | [^\s（《“\u2e80-\ufe1f\uff21-\uff9d]+ )  # a wide character, or a word
      [，。；：、！？）》”]*                                                           # and what may begin no line
    | \s+ | .
    """,
    re.VERBOSE,
)


def choose_language(arguments: Sequence[str]) -> None:
    """Let help and errors of usage be Chinese where the call, the environment or the configuration says so.

    It looks before anything is parsed, since errors of parsing are told in the language too; the last `--lang` holds.
    The locale says nothing. Of libraries only click has messages in this domain.

    Args:
        arguments: The words of the call, without the name of the program.
    """
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    chosen = _value_of("--lang", options) or os.environ.get("KGBUILD_LANG")
    if not chosen and (chosen := _configured(options)):
        os.environ["KGBUILD_LANG"] = chosen  # for `--lang` of the command
    if chosen == "zh":
        os.environ["LANGUAGE"] = "zh"  # gettext asks nothing else
        gettext.bindtextdomain(DOMAIN, str(LOCALE))
        gettext.textdomain(DOMAIN)


def language() -> str:
    """Return the language that was chosen: `zh` or `en`."""
    return "zh" if gettext.textdomain() == DOMAIN else "en"


def _value_of(option: str, words: Sequence[str]) -> str:
    """Return the last value of an option among the words of a call, "" where it is not given."""
    values = [w.partition("=")[2] or after for w, after in pairwise([*words, ""]) if w.partition("=")[0] == option]
    return values[-1] if values else ""


def _configured(words: Sequence[str]) -> str:
    """Return the language that the configuration of the first input names; what is wrong with it, its command says."""
    read = [Path(word) for before, word in pairwise(["", *words]) if before not in ("-o", "--output")]
    with contextlib.suppress(KgbuildError, OSError, RuntimeError, ValueError):
        given = _value_of("--config", words)
        start = next((path for path in read if path.exists()), Path.cwd()).resolve()
        nearest = next((c for f in (start, *start.parents) if (c := f / "kgbuild.toml").exists()), None)
        if given or nearest:
            from kgbuild.config import load_settings  # costs half as much as click

            # Whose file it is, the command looks at, and says it.
            return load_settings(Path(given) if given else nearest).lang
    return ""


def in_language(command: AnyCommand) -> AnyCommand:
    """Return a command with its help, and that of its commands, in the language that was chosen.

    Example:
        >>> in_language(click.Command("read", help="Read.")).help
        'Read.'
    """
    if language() != "zh":
        return command
    twin = copy.copy(command)
    twin.context_class = _Context
    twin.help = _whole(command.help or "")
    twin.short_help = re.split("(?<=。)", twin.help)[0].rstrip("。")
    twin.options_metavar = gettext.gettext(command.options_metavar or "")
    twin.params = [_parameter(parameter) for parameter in command.params]
    if isinstance(twin, click.Group) and isinstance(command, click.Group):
        twin.subcommand_metavar = gettext.gettext(command.subcommand_metavar)
        twin.commands = {name: in_language(part) for name, part in command.commands.items()}
    return twin


def messages_of(command: click.Command) -> Iterator[str]:
    """Return what `in_language` looks up of a command and its commands: a message for each paragraph and option."""
    texts = [command.help or "", *(getattr(p, "help", None) or "" for p in command.params)]
    for paragraph in (p for text in texts for p in _paragraphs(text)):
        yield paragraph.removeprefix(_EXAMPLE).split("\n")[0]
    yield command.options_metavar or ""
    if isinstance(command, click.Group):
        yield command.subcommand_metavar
        for part in command.commands.values():
            yield from messages_of(part)


def _parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    twin = copy.copy(parameter)
    twin.help = _whole(parameter.help)
    return twin


def _paragraphs(text: str) -> Iterator[str]:
    """Return the paragraphs of a help text, each on one line, but examples with their lines."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in paragraph.strip(" \n").split("\n")]
        is_example = lines[0] == "\b"
        if paragraph:
            yield _EXAMPLE + "\n  ".join(lines[1:]) if is_example else " ".join(lines)


def _whole(text: str) -> str:
    """Translate a help text paragraph by paragraph; of an example its head alone."""
    found = []
    for paragraph in _paragraphs(text):
        mark = _EXAMPLE if paragraph.startswith(_EXAMPLE) else ""
        head, *lines = paragraph.removeprefix(mark).split("\n")
        found.append(mark + "\n".join([gettext.gettext(head), *lines]))
    return "\n\n".join(found)


# -- columns: a hanzi takes two, and a line may end behind any ----------------------------------------------------
class _Formatter(click.HelpFormatter):
    """Help whose lines are as wide as they look."""

    def write_text(self, text: str) -> None:
        """Write paragraphs; those that say so with their lines."""
        indent = " " * self.current_indent
        written = []
        for paragraph in text.split("\n\n"):
            kept = paragraph.removeprefix(_EXAMPLE)
            lines = _wrapped(paragraph, self.width - self.current_indent) if kept == paragraph else kept.split("\n")
            written.append("".join(f"{indent}{line}\n" for line in lines))
        self.write("\n".join(written))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms with their explanations in a second column."""
        rows = list(rows)
        column = min(max(_columns(term) for term, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in rows:
            lines = _wrapped(text, max(self.width - column - self.current_indent, 10))
            fits = _columns(term) <= column - col_spacing
            first = term + " " * (column - _columns(term)) + lines.pop(0) if fits and lines else term
            self.write(f"{indent}{first}\n" + "".join(f"{indent}{' ' * column}{line}\n" for line in lines))


class _Context(click.Context):
    formatter_class = _Formatter


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of so many columns.

    Example:
        >>> _wrapped("把计划变成图谱（RDF）。", 10)
        ['把计划变成', '图谱', '（RDF）。']
    """
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(text):
        if line and _columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)

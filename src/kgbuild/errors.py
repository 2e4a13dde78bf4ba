"""The exceptions of kgbuild and their exit codes.

::

    KgbuildError
    ├── UsageError       2  the call is invalid: wrong option, unknown name, bad parameter
    ├── InputError       3  a file, a configuration or a resource is unusable
    │   └── AwayError    3  a server is unreachable, busy, failing, or refuses access
    ├── OntologyError    3  one of our files under ontology/, shapes/ or queries/ is broken or missing
    ├── MissingError     3  a server has nothing under a name
    ├── NonConformance   1  completed, but the result does not hold: shapes, proof, minimum
    ├── NotCoveredError  4  the compiled engine defers to the reference engine; never shown to users
    └── InternalError    4  a bug in kgbuild

A message says where, what, and how to fix it. It is English; one with values is a `Message`, which can be told in
another language (`kgbuild.translation`). Failures of one document among many are reported and processing continues; the
highest exit code wins.
"""

from __future__ import annotations

import os
import re
from typing import Any, ClassVar, Self


def visible(text: str) -> str:
    r"""Escape the control characters of a text, which could steer a terminal or forge a line.

    Example:
        >>> visible("a\x1b[2J科\n")
        'a\\u001b[2J科\\u000a'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\u3000" else _written_out(c) for c in text)


def shown(text: str) -> str:
    """Return a text as safe for a message: without control characters and without credentials in addresses.

    Example:
        >>> shown("ftp://user:secret@example.org/a")
        'ftp://…@example.org/a'
    """
    return visible(_SECRET.sub(r"\1…@", text))


_SECRET = re.compile(r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{0,30}:/{1,2})[^\s<>\"']*@")


def _written_out(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


class Message(str):
    """An English text that keeps the template and the values that it was made of, so that it can be translated.

    Args:
        template: The text, with the names of the values in braces as `str.format` has them.
        values: The values; what is neither a text nor a number is replaced by its text, so that errors can go from
            process to process.

    Example:
        >>> found = Message("holds {count:,} plans, limit {limit}", count=2000, limit=1)
        >>> found, found.template
        ('holds 2,000 plans, limit 1', 'holds {count:,} plans, limit {limit}')
    """

    template: str
    values: dict[str, str | int | float]

    def __new__(cls, template: str, /, **values: object) -> Self:  # noqa: D102 - the class says it
        plain = {name: v if isinstance(v, str | int | float) else str(v) for name, v in values.items()}
        text = super().__new__(cls, template.format(**plain))
        text.template, text.values = template, plain
        return text

    def with_values(self, **values: object) -> Self:
        """Return the message with other values."""
        return type(self)(self.template, **values)

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str | int | float]]:
        """Return what makes the same message in another process."""
        return (self.template,), self.values


def packed(text: str | None) -> object:
    """Return a text as plain values for JSON, from which `unpacked` makes it again."""
    if not isinstance(text, Message):
        return text
    return [text.template, {name: packed(v) if isinstance(v, str) else v for name, v in text.values.items()}]


def unpacked(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return the text that `packed` made plain; what it left alone, as it is.

    Example:
        >>> unpacked(packed(Message("limit {limit}", limit=3))).template
        'limit {limit}'
    """
    if not isinstance(value, list):
        return value
    return Message(value[0], **{name: unpacked(v) for name, v in value[1].items()})


class KgbuildError(Exception):
    """Base class of all exceptions that kgbuild raises deliberately.

    Args:
        what: What is wrong.
        where: File, option or place; shown first.
        cure: How to fix it; shown last.

    Example:
        >>> str(InputError("no such file", where="plan.txt", cure="check the path"))
        'plan.txt: no such file; check the path'
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, *, where: str | None = None, cure: str | None = None) -> None:
        self.what = what
        self.where = where
        self.cure = cure
        super().__init__(shown((f"{where}: " if where else "") + what + (f"; {cure}" if cure else "")))


class UsageError(KgbuildError):
    """The call is invalid."""

    exit_code = 2


class InputError(KgbuildError):
    """A source, a configuration or a resource is unusable."""

    exit_code = 3


class AwayError(InputError):
    """A server is unreachable, busy, failing, or refuses access; other requests would fail alike."""


class OntologyError(KgbuildError):
    """One of our own data files is broken, missing, or uses an unsupported axiom."""

    exit_code = 3


class NonConformance(KgbuildError):  # noqa: N818 - the W3C term, and not an error of the program
    """The run completed, but its result does not hold."""

    exit_code = 1


class NotCoveredError(KgbuildError):
    """Shapes or data require something that the compiled engine does not implement."""


class InternalError(KgbuildError):
    """A bug: two facts that exclude each other."""

    exit_code = 4

    @classmethod
    def of(cls, error: Exception, *, where: str | None = None) -> Self:
        """Wrap an unexpected exception as a bug.

        Args:
            error: The exception.
            where: The input that triggers it.
        """
        cure = Message("a bug: set KGBUILD_DEBUG=1 for the traceback, and report it with the input")
        what = Message("internal error ({type}: {reason})", type=type(error).__name__, reason=str(error)[:500])
        return cls(what, where=where, cure=cure)


def refused(error: OSError, *, where: str | None = None) -> InputError:
    """Return the error for what the system refuses: a full disk, a folder without leave.

    Args:
        error: The exception; the file that it names comes before `where`.
        where: The input that was worked on.
    """
    named = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else where
    what = Message("{reason}", reason=error.strerror or str(error))
    return InputError(what, where=named, cure="check the path, and what the system allows")


def extra_missing(error: ImportError, extra: str, *, where: str) -> InputError:
    """Return the error for a missing library of an optional extra.

    Example:
        >>> str(extra_missing(ModuleNotFoundError("", name="uvicorn"), "web", where="serve"))
        "serve: uvicorn is not installed; in the checkout: pip install '.[web]'"
    """
    what = Message("{name} is not installed", name=error.name)
    return InputError(what, where=where, cure=Message("in the checkout: pip install '.[{extra}]'", extra=extra))

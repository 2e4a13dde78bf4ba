"""The exceptions of kgbuild and the exit code that each becomes.

::

    KgbuildError
    ├── UsageError       2  the call makes no sense: wrong option, unknown name, bad parameter
    ├── InputError       3  a file, a configuration or a resource cannot be used
    │   └── AwayError    3  a server cannot be reached, stays busy, fails, or does not know us
    ├── OntologyError    3  a file of ours under ontology/, shapes/ or queries/ is broken or missing
    ├── MissingError     3  the server has nothing under a name
    ├── NonConformance   1  ran, but the result does not hold: shapes, proof, minimum
    ├── NotCoveredError  4  the compiled engine leaves something to the reference; no user ever sees it
    └── InternalError    4  a bug of ours

A message says where, what, and what to do about it. Expected failures of one document of many are reported and the
rest goes on; the highest code wins.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self


def visible(text: str) -> str:
    r"""Return a text with its control characters written out; they could steer a terminal, or forge a line.

    Example:
        >>> visible("a\x1b[2J科\n")
        'a\\u001b[2J科\\u000a'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\u3000" else _written_out(c) for c in text)


def shown(text: str) -> str:
    """Return a text as a message may show it: no control characters, and nothing that stands before @ in an address.

    Example:
        >>> shown("ftp://user:secret@example.org/a")
        'ftp://…@example.org/a'
    """
    return visible(_SECRET.sub(r"\1…@", text))


_SECRET = re.compile(r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{0,30}:/{1,2})[^\s<>\"']*@")


def _written_out(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


class KgbuildError(Exception):
    """Base of everything that kgbuild raises on purpose.

    Args:
        what: What was found.
        where: File, option or place; shown first.
        cure: What to do about it; shown last.

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
    """The call makes no sense as it stands."""

    exit_code = 2


class InputError(KgbuildError):
    """A source, a configuration or a resource cannot be used."""

    exit_code = 3


class AwayError(InputError):
    """A server cannot be reached, stays busy, fails, or does not know us: no other request will do better."""


class OntologyError(KgbuildError):
    """One of our own data files is broken, missing, or uses an axiom that is not covered."""

    exit_code = 3


class NonConformance(KgbuildError):  # noqa: N818 - it is the W3C word, and not an error of the program
    """The run went through and its result does not hold."""

    exit_code = 1


class NotCoveredError(KgbuildError):
    """Shapes, or the data that they meet, need what the compiled engine does not do."""


class InternalError(KgbuildError):
    """A bug: two things that can never both be true."""

    exit_code = 4

    @classmethod
    def of(cls, error: Exception, *, where: str | None = None) -> Self:
        """Return the bug that an unexpected exception is.

        Args:
            error: What was raised.
            where: The input that shows it.
        """
        cure = "a bug: set KGBUILD_DEBUG=1 for the traceback, and report it with the input"
        return cls(f"internal error ({type(error).__name__}: {str(error)[:500]})", where=where, cure=cure)


def extra_missing(error: ImportError, extra: str, *, where: str) -> InputError:
    """Return what to say where a library of an extra is not installed.

    Example:
        >>> str(extra_missing(ModuleNotFoundError("", name="uvicorn"), "web", where="serve"))
        "serve: uvicorn is not installed; in the checkout: pip install '.[web]'"
    """
    what = f"{error.name} is not installed"
    return InputError(what, where=where, cure=f"in the checkout: pip install '.[{extra}]'")

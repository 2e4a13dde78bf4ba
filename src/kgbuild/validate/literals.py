"""Literals in SHACL: datatype, lexical form, language, order.

Literals are strings in N-Triples syntax. Source: SPARQL 1.1, 17.3 (operators); XML Schema Definition
Language 1.1 Part 2 (lexical spaces); RFC 4647 (basic filtering of language tags).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import NotCoveredError

if TYPE_CHECKING:
    from collections.abc import Callable

XSD = terms.XSD
_STRING = f"{XSD}string"
_LANG_STRING = f"{terms.RDF}langString"


def datatype(term: str) -> str:
    """Return the datatype of a literal, '' for any other term.

    Example:
        >>> datatype('"a"')
        'http://www.w3.org/2001/XMLSchema#string'
    """
    if not term.startswith('"'):
        return ""
    if term.endswith('"'):
        return _STRING
    tail = term[term.rindex('"') + 1 :]
    return _LANG_STRING if tail.startswith("@") else tail[3:-1]


def language(term: str) -> str:
    """Return the language tag of a literal in lower case, '' if it has none."""
    if not term.startswith('"') or term.endswith('"'):
        return ""
    tail = term[term.rindex('"') + 1 :]
    return tail[1:].lower() if tail.startswith("@") else ""


def matches_language(tag: str, wanted: str) -> bool:
    """Tell whether a language tag matches a language range, `*` for any.

    Example:
        >>> matches_language("zh-cn", "zh")
        True
    """
    wanted = wanted.lower()
    return bool(tag) and (wanted in ("*", tag) or tag.startswith(f"{wanted}-"))


_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DURATION = r"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_REAL = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN)"
_FORMS = {
    "boolean": r"true|false|0|1",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "integer": r"[+-]?\d+",
    "float": _REAL,
    "double": _REAL,
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}",
    "time": rf"{_TIME}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": rf"--{_MONTH}{_ZONE}",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}",
    "duration": _DURATION,
    "dayTimeDuration": r"-?P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "base64Binary": r"(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}(?:[A-Za-z0-9+/] ?)?={1,2})?",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
_PLAIN = frozenset(_FORMS) - {"date", "dateTime", "dateTimeStamp"}
"""Datatypes whose lexical space is defined by a pattern alone."""
_LONGEST = 4000
"""Maximum number of digits that Python converts without a special setting."""


@lru_cache(maxsize=64)
def _form(name: str) -> re.Pattern[str] | None:
    form = _FORMS.get("integer" if name in _RANGES else name)
    return re.compile(form, re.ASCII) if form else None


def is_well_formed(term: str) -> bool:
    """Tell whether a literal is in the lexical space of its datatype; always true for an unknown datatype."""
    name = datatype(term).removeprefix(XSD)
    pattern = _form(name)
    if pattern is None:
        return True
    text = terms.lexical(term).strip(" \t\n\r")
    if not pattern.fullmatch(text):
        return False
    if name in _RANGES:
        return len(text) < _LONGEST and _in_range(int(text), *_RANGES[name])
    return name not in ("date", "dateTime", "dateTimeStamp") or _is_day(text)


@lru_cache(maxsize=64)
def checker(wanted: str) -> Callable[[str], object]:
    """Return a test for well-formed literals of a datatype.

    Args:
        wanted: IRI of the datatype.
    """
    tail = f"^^<{wanted}>"
    if wanted == _STRING:
        return lambda term: term[0] == '"' == term[-1]
    if wanted == _LANG_STRING:
        return lambda term: bool(language(term))
    name = wanted.removeprefix(XSD)
    if name in _PLAIN:
        return re.compile(rf'"[ \t]*(?:{_FORMS[name]})[ \t]*"{re.escape(tail)}', re.ASCII).fullmatch
    return lambda term: term[0] == '"' and term.endswith(f'"{tail}') and is_well_formed(term)


def _in_range(value: int, least: int | None, most: int | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _is_day(text: str) -> bool:
    year, month, day = text[1:].split("-", 2)
    # The calendar repeats every 400 years, and Python's ends with the year 9999.
    cycle = int((text[0] + year)[-4:] if text[0] != "-" else year[-4:]) % 400 + 400
    try:
        date(cycle, int(month), int(day[:2]))
    except ValueError:
        return False
    return True


def characters(term: str) -> str | None:
    """Return what SPARQL's STR yields; None for a blank node."""
    if term[0] == term[-1] == '"' and "\\" not in term:
        return term[1:-1]
    if term.startswith("_:"):
        return None
    return term[1:-1] if term.startswith("<") else terms.lexical(term)


@lru_cache(maxsize=256)
def regex(pattern: str, flags: str) -> re.Pattern[str]:
    """Convert an XPath pattern to Python.

    Raises:
        NotCoveredError: it uses a construct that the two interpret differently.
    """
    if set(flags) - set("ims") or re.search(r"\\[pPiIcC]|-\[|\(\?|\\\d", pattern):
        raise NotCoveredError(f"the pattern {pattern!r} with flags {flags!r} is read by XPath in its own way")
    marks = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
    if "m" not in flags:
        # `$` in XPath matches only at the end; in Python also before a final newline.
        pattern = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", lambda m: r"\Z" if m[0] == "$" else m[0], pattern)
    try:
        return re.compile(pattern, sum((marks[f] for f in set(flags)), re.NOFLAG))
    except re.error as e:
        raise NotCoveredError(f"the pattern {pattern!r} is none of Python ({e})") from e


_INTEGER = f'"^^<{XSD}integer>'
_PLAIN_DAY = re.compile(rf'"(\d{{4}}-{_MONTH}-{_DAY})"\^\^<{re.escape(XSD)}date>')


# Offsets are compared with the bounds of their spans and with each other.
@lru_cache(maxsize=8192)
def whole(term: str) -> int | None:
    """Return an integer, the most common case; oxigraph has none beyond 64 bits."""
    if term.endswith(_INTEGER):
        text = term[1 : -len(_INTEGER)]
        digits = text.removeprefix("-")
        if len(digits) < _LONGEST and digits.isdecimal() and digits.isascii():
            return int(text)
    return None


def compare(left: str, right: str) -> tuple[bool, bool]:
    """Return whether SPARQL's `left < right` and `left <= right` are true; an error counts as not true.

    Args:
        left: A term in N-Triples syntax.
        right: Another term.
    """
    a, b = whole(left), whole(right)
    if a is not None and b is not None:
        return a < b, a <= b
    day, other = _PLAIN_DAY.fullmatch(left), _PLAIN_DAY.fullmatch(right)
    if day and other and is_well_formed(left) and is_well_formed(right):
        return day[1] < other[1], day[1] <= other[1]
    return _compared(left, right)


@lru_cache(maxsize=4096)
def _compared(left: str, right: str) -> tuple[bool, bool]:
    """Compare any two literals as oxigraph does."""
    import pyoxigraph as ox

    literals = left.startswith('"') and right.startswith('"')
    # oxigraph does not check the ranges of the smaller integer types and accepts "300"^^xsd:byte.
    if not literals or not (is_well_formed(left) and is_well_formed(right)):
        return False, False
    less, equal = (bool(ox.Store().query(f"ASK {{ FILTER({left} {sign} {right}) }}")) for sign in ("<", "<="))
    return less, equal

"""Expressions of planned queries: JSON → a function of a row.

An expression is a column, or `[function, argument, …]`. Its kind is known before it is evaluated: `term` (N-Triples),
`iri`, `text`, `number` (an integer) or `test`; operands of other kinds than a function takes are not planned.

Source: SPARQL 1.1, 17.2 (errors in tests), 17.3 and 17.4 (operators and functions).
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.errors import NotCoveredError
from kgbuild.validate.literals import characters, datatype, regex, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    Evaluator = Callable[["Row"], Any]
    Typed = tuple[str, Evaluator]

Row = tuple[Any, ...]
"""Terms by column, None for a variable that is unbound."""


class NotPlannedError(Exception):
    """The query uses something that plans do not cover."""


class NoValueError(Exception):
    """An expression has an error in the sense of SPARQL: a test of it is not true."""


class UnsureError(Exception):
    """A value that only the store compares as SPARQL does, such as a number that is not a plain integer."""


def evaluator(expression: Any) -> Typed:  # noqa: ANN401 - JSON
    """Return the kind of an expression and the function that evaluates it for a row.

    Args:
        expression: A column, or `[function, argument, …]`.

    Raises:
        NotPlannedError: a function or its operands are not covered. The evaluator raises `NoValueError`, `UnsureError`.
    """
    if isinstance(expression, int):
        return "term", operator.itemgetter(expression)
    name, *given = expression
    if name in ("term", "iri", "text", "number"):
        (value,) = given
        return name, lambda _row: value
    if name in _COMPARED:
        return _compared(name, *map(evaluator, given))
    if name in ("regex", "replace", "substr"):
        (kind, text), constants = evaluator(given[0]), [_constant(each) for each in given[1:]]
        require(kind == "text")
        return _OF_CONSTANTS[name](text, *constants)
    if name == "-":
        first, second = (_number(evaluator(each)) for each in given)
        return "number", lambda row: first(row) - second(row)
    require(name in _FUNCTIONS)
    wanted, made, make = _FUNCTIONS[name]
    operands = [evaluator(each) for each in given]
    require({kind for kind, _ in operands} == {wanted})
    return made, make(*(evaluate for _, evaluate in operands))


def require(holds: object) -> None:
    """Leave a query to the store unless something holds."""
    if not holds:
        raise NotPlannedError


def _constant(expression: Any) -> Any:  # noqa: ANN401 - JSON
    require(isinstance(expression, list) and expression[0] in ("text", "number"))
    return expression[1]


# -- comparisons -------------------------------------------------------------------------------------------------
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compared(name: str, left: Typed, right: Typed) -> Typed:
    compare, (kind, a), (other, b) = _COMPARED[name], left, right
    if kind == other == "text":
        return "test", lambda row: compare(a(row), b(row))
    if "iri" in (kind, other):
        require(name in ("=", "!=") and {kind, other} <= {"iri", "term"})
        return "test", lambda row: compare(a(row), b(row))
    if name in ("=", "!=") and kind == other == "term":
        return "test", lambda row: compare(_comparable(a(row), b(row)), _comparable(b(row), a(row)))
    first, second = _number(left), _number(right)
    return "test", lambda row: compare(first(row), second(row))


def _comparable(term: str, other: str) -> str | int:
    """Return a term so that it equals another where SPARQL's `=` says so."""
    return term if '"' not in (term[0], other[0]) else _value(term)


def _number(operand: Typed) -> Evaluator:
    kind, evaluate = operand
    require(kind in ("number", "term"))
    return evaluate if kind == "number" else lambda row: _value(evaluate(row))


def _value(term: str) -> int:
    value = whole(term)
    if value is None:
        raise UnsureError(term)
    return value


# -- functions ---------------------------------------------------------------------------------------------------
def _str(term: Evaluator) -> Evaluator:
    def evaluate(row: Row) -> str:
        text = characters(term(row))
        if text is None:
            raise NoValueError
        return text

    return evaluate


def _datatype(term: Evaluator) -> Evaluator:
    def evaluate(row: Row) -> str:
        name = datatype(term(row))
        if not name:
            raise NoValueError
        return f"<{name}>"

    return evaluate


def _is_numeric(term: Evaluator) -> Evaluator:
    def evaluate(row: Row) -> bool:
        known = term(row)
        if whole(known) is not None:
            return True
        if datatype(known).startswith(terms.XSD) and not known.endswith('"'):
            raise UnsureError(known)
        return False

    return evaluate


def _and(*tests: Evaluator) -> Evaluator:
    return _first(tests, decides=False)


def _or(*tests: Evaluator) -> Evaluator:
    return _first(tests, decides=True)


def _first(tests: tuple[Evaluator, ...], *, decides: bool) -> Evaluator:
    """Return the value that decides if any test has it; an error of another test counts only if none has."""

    def evaluate(row: Row) -> bool:
        failed = False
        for test in tests:
            try:
                if test(row) == decides:
                    return decides
            except NoValueError:
                failed = True
        if failed:
            raise NoValueError
        return not decides

    return evaluate


def _coalesce(first: Evaluator, second: Evaluator) -> Evaluator:
    return lambda row: second(row) if first(row) is None else first(row)


_FUNCTIONS: dict[str, tuple[str, str, Callable[..., Evaluator]]] = {
    "str": ("term", "text", _str),
    "datatype": ("term", "iri", _datatype),
    "isnumeric": ("term", "test", _is_numeric),
    "coalesce": ("term", "term", _coalesce),
    "strlen": ("text", "number", lambda text: lambda row: len(text(row))),
    "contains": ("text", "test", lambda text, part: lambda row: part(row) in text(row)),
    "strstarts": ("text", "test", lambda text, start: lambda row: text(row).startswith(start(row))),
    "concat": ("text", "text", lambda *texts: lambda row: "".join(text(row) for text in texts)),
    "not": ("test", "test", lambda test: lambda row: not test(row)),
    "and": ("test", "test", _and),
    "or": ("test", "test", _or),
}
"""Function → kind of its operands, kind of its value, and a factory of its evaluator."""


# -- functions of constants --------------------------------------------------------------------------------------
def _regex(text: Evaluator, pattern: str, flags: str = "") -> Typed:
    search = _pattern(pattern, flags).search
    return "test", lambda row: search(text(row)) is not None


def _replace(text: Evaluator, pattern: str, replacement: str, flags: str = "") -> Typed:
    compiled = _pattern(pattern, flags)
    require(not compiled.match("") and not set(replacement) & set("$\\"))
    return "text", lambda row: compiled.sub(replacement, text(row))


def _pattern(pattern: str, flags: str) -> Any:  # noqa: ANN401 - re.Pattern
    try:
        return regex(pattern, flags)
    except NotCoveredError:
        raise NotPlannedError from None


def _substr(text: Evaluator, start: int, length: int | None = None) -> Typed:
    require(start >= 1)
    end = None if length is None else start - 1 + length
    return "text", lambda row: text(row)[start - 1 : end]


_OF_CONSTANTS: dict[str, Callable[..., Typed]] = {"regex": _regex, "replace": _replace, "substr": _substr}

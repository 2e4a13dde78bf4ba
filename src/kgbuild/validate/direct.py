"""Plans of queries (`plan.py`) answered from the index of a graph: all rows of a step at once.

Guarantee: the solutions are those of SPARQL. Where a value decides that `expressions.py` does not compare, the store
has to be asked.
"""

from __future__ import annotations

from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kgbuild.validate.expressions import NoValueError, evaluator
from kgbuild.validate.paths import walk
from kgbuild.validate.plan import ANY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kgbuild.validate.data import Data
    from kgbuild.validate.expressions import Row
    from kgbuild.validate.plan import Place, Plan, Step

_AT_ONCE = 5_000
"""Number of statements of a large graph whose rows are in memory at once."""


def solve(plan: Plan, bindings: Mapping[str, str], data: Data) -> list[dict[str, str]]:
    """Return the solutions of a query, each once, without unbound variables.

    Args:
        plan: The plan of the query.
        bindings: The pre-bound variables with their terms.
        data: The graph.

    Raises:
        UnsureError: a value occurs that only the store compares.
    """
    start: Row = tuple(term for _, term in sorted(bindings.items()))
    parts = _parts(plan.steps, [start], data)
    found = {tuple(row[column] for _, column in plan.columns) for rows in parts for row in rows}
    names = [name for name, _ in plan.columns]
    return [{n: term for n, term in zip(names, row, strict=True) if term is not None} for row in found]


def _run(steps: Sequence[Step], rows: list[Row], data: Data) -> list[Row]:
    return list(chain.from_iterable(_parts(steps, rows, data)))


def _parts(steps: Sequence[Step], rows: list[Row], data: Data) -> Iterator[list[Row]]:
    """Yield the rows that steps end with; where all statements of a property of a large graph come in, part by part."""
    for number, (operation, *given) in enumerate(steps):
        if not rows:
            return
        if data.is_large and operation == "match" and given[0] is given[2] is None:
            after = steps[number + 1 :]
            counted = next((n for n, step in enumerate(after) if step[0] == "count"), len(after))
            parts = _joined(rows, data.pairs(given[1]))
            done = chain.from_iterable(_parts(after[:counted], part, data) for part in parts)
            yield from _parts(after[counted:], list(chain.from_iterable(done)), data) if after[counted:] else done
            return
        rows = _STEPS[operation](rows, data, *given)
    yield rows


def _joined(rows: list[Row], pairs: Iterator[tuple[str, str]]) -> Iterator[list[Row]]:
    while some := list(islice(pairs, _AT_ONCE)):
        yield [(*row, s, o) for row in rows for s, o in some]


# -- patterns ----------------------------------------------------------------------------------------------------
def _match(rows: list[Row], data: Data, subject: Place, path: Any, end: Place) -> list[Row]:  # noqa: ANN401 - JSON
    """Join rows with a triple pattern; new columns are those of its new ends."""
    if subject is None and end is None:
        pairs = [(s, o) for s, objects in data.forward(path).items() for o in objects]
        return [(*row, s, o) for row in rows for s, o in pairs]
    if {subject, end} == {None, ANY}:
        nodes = list(data.forward(path) if end == ANY else data.backward(path))
        return [(*row, node) for row in rows for node in nodes]
    if subject not in (None, ANY) and end not in (None, ANY):
        holds, s, o = _holding(path, data), _reader(subject), _reader(end)
        return [row for row in rows if holds(row, s(row), o(row))]
    is_backward = subject is None or subject == ANY
    reached = _reached(path, data, _reader(end if is_backward else subject), is_backward=is_backward)
    if ANY in (subject, end):
        return [row for row in rows if reached(row)]
    return [(*row, node) for row in rows for node in reached(row)]


def _reader(place: Place) -> Callable[[Row], str]:
    return itemgetter(place) if isinstance(place, int) else lambda _row: str(place)


def _reached(
    path: Any,  # noqa: ANN401 - JSON
    data: Data,
    near: Callable[[Row], str],
    *,
    is_backward: bool,
) -> Callable[[Row], Iterable[str]]:
    """Return row → nodes at the other end of a path."""
    tables = data.backward if is_backward else data.forward
    if isinstance(path, int):
        return lambda row: tables(row[path]).get(near(row), ())
    if isinstance(path, str):
        values = tables(path).get
        return lambda row: values(near(row), ())
    nodes = cache(lambda node: walk(path, (node,), data, backward=is_backward))
    return lambda row: nodes(near(row))


def _holding(path: Any, data: Data) -> Callable[[Row, str, str], bool]:  # noqa: ANN401 - JSON
    """Return a test whether a path leads from one node to another."""
    if isinstance(path, int):
        return lambda row, s, o: data.holds(s, row[path], o)
    if isinstance(path, str):
        return lambda _row, s, o: data.holds(s, path, o)
    nodes = cache(lambda node: walk(path, (node,), data))
    return lambda _row, s, o: o in nodes(s)


def _predicates(rows: list[Row], data: Data) -> list[Row]:
    return [(*row, predicate) for row in rows for predicate in data.predicates]


# -- groups ------------------------------------------------------------------------------------------------------
def _sub(rows: list[Row], data: Data, width: int, branches: list[Any], shared: list[int]) -> list[Row]:
    """Join rows with the solutions of groups that are solved by themselves.

    Args:
        rows: The rows so far.
        data: The graph.
        width: Number of pre-bound columns, which each branch starts with.
        branches: Steps of each branch, and its columns: first those that are shared, then new ones.
        shared: The shared columns of the rows.
    """
    start = rows[0][:width]
    found = {
        tuple(r[c] for c in columns)
        for steps, columns in branches
        for rows_of in _parts(steps, [start], data)
        for r in rows_of
    }
    table: dict[Row, list[Row]] = {}
    for each in found:
        table.setdefault(each[: len(shared)], []).append(each[len(shared) :])
    return [row + rest for row in rows for rest in table.get(tuple(row[c] for c in shared), ())]


def _count(rows: list[Row], _data: Data, width: int, keys: list[int], counted: int, least: int) -> list[Row]:
    """Group rows, and keep the groups in which more than `least` different terms are counted."""
    groups: dict[Row, set[str]] = {}
    for row in rows:
        groups.setdefault((*row[:width], *(row[key] for key in keys)), set()).add(row[counted])
    return [group for group, members in groups.items() if len(members) > least]


def _optional(rows: list[Row], data: Data, new: int, steps: list[Step]) -> list[Row]:
    width = len(rows[0])
    more = _run(steps, rows, data)
    known = {row[:width] for row in more}
    return more + [row + (None,) * new for row in rows if row not in known]


def _exists(rows: list[Row], data: Data, wanted: bool, width: int, steps: list[Step]) -> list[Row]:  # noqa: FBT001
    found = {row[:width] for row in _run(steps, rows, data)}
    return [row for row in rows if (row in found) == wanted]


def _bind(rows: list[Row], _data: Data, expression: Any) -> list[Row]:  # noqa: ANN401 - JSON
    _, value = evaluator(expression)
    return [(*row, value(row)) for row in rows]


def _filter(rows: list[Row], _data: Data, expression: Any) -> list[Row]:  # noqa: ANN401 - JSON
    _, test = evaluator(expression)
    try:
        return [row for row in rows if test(row)]
    except NoValueError:
        return [row for row in rows if _is_true(test, row)]


def _is_true(test: Callable[[Row], Any], row: Row) -> bool:
    try:
        return bool(test(row))
    except NoValueError:
        return False


_STEPS: dict[str, Callable[..., list[Row]]] = {
    "match": _match,
    "predicates": _predicates,
    "sub": _sub,
    "count": _count,
    "optional": _optional,
    "exists": _exists,
    "bind": _bind,
    "filter": _filter,
}

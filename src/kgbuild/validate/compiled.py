"""The compiled engine: shapes as records, applied to a graph indexed by predicate.

Each constraint component of SHACL Core is one function that checks all focus nodes of a shape at once; SPARQL
constraints are answered by their plans or, what is not planned, by oxigraph. Guarantees: results follow the
Recommendation (verified by the W3C test suite) and agree with pyshacl (verified by tests); whatever the engine does not
support raises `NotCoveredError` and never passes.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import NotCoveredError
from kgbuild.store.reading import term_text
from kgbuild.validate.direct import solve
from kgbuild.validate.expressions import UnsureError
from kgbuild.validate.literals import characters, checker, compare, language, matches_language, regex
from kgbuild.validate.paths import walk
from kgbuild.validate.shapes import SH, sh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kgbuild.validate.data import Data
    from kgbuild.validate.needs import Needs
    from kgbuild.validate.paths import Path
    from kgbuild.validate.query import Query
    from kgbuild.validate.shapes import Custom, Shape, Shapes

    Pairs = Sequence[tuple[str, Sequence[str]]]
    """Focus nodes with their value nodes."""

    Solutions = list[tuple[str, dict[str, str]]]
    """Focus node and the variables of a solution with their terms."""

    Found = Iterator[tuple[str, str | None]]
    """Focus node and offending value."""


_AT_ONCE = 20_000
"""Number of focus nodes that are judged together; of more, the values and rows would not be in memory at once."""


class Violation(NamedTuple):
    """A validation result (`sh:ValidationResult`), terms in N-Triples syntax.

    Attributes:
        focus: The focus node.
        shape: The violated shape.
        component: Local name of the constraint component.
        path: The result path; None for a node shape.
        value: The value node; None if a value is missing.
        constraint: The SPARQL constraint, '' for a Core component.
        bindings: Variables of the SPARQL solution with their terms, sorted.
        messages: (language, text) of the SPARQL constraint itself.
    """

    focus: str
    shape: str
    component: str
    path: Path | None
    value: str | None
    constraint: str = ""
    bindings: tuple[tuple[str, str], ...] = ()
    messages: tuple[tuple[str, str], ...] = ()


def run(shapes: Shapes, data: Data) -> list[Violation]:
    """Return the violations of the shapes by a graph, in no particular order.

    Args:
        shapes: The compiled shapes.
        data: The graph with the schema of the ontology.

    Raises:
        NotCoveredError: the graph requires something that only pyshacl supports.
    """
    engine = _Run(shapes, data)
    found: list[Violation] = []
    for shape in shapes.targeted:
        foci = iter(engine.focus_nodes(shape))
        while some := dict.fromkeys(islice(foci, _AT_ONCE)):
            found += engine.results(shape, some)
            if data.is_large:
                engine.judged.clear()
    return found


def any_focus(shapes: Shapes, data: Data) -> bool:
    """Tell whether the shapes apply to any node that the graph itself describes."""
    engine = _Run(shapes, data)
    return any(data.speaks_of(node) for s in shapes.targeted for node in engine.focus_nodes(s))


class _Run:
    """One validation: the shapes, the graph, and intermediate results about nodes."""

    def __init__(self, shapes: Shapes, data: Data) -> None:
        self.shapes = shapes
        self.data = data
        self._stores: dict[Needs, ox.Store] = {}
        self.judged: dict[str, dict[str, bool]] = {}

    def store(self, query: Query) -> ox.Store:
        """The triples that a query needs, in oxigraph; of a large graph those of one query at a time."""
        needs = query.needs if self.data.is_large else self.shapes.needs_beside(query)
        if needs not in self._stores:
            if self.data.is_large:
                self._stores.clear()
            self._stores[needs] = self.data.store(needs)
        return self._stores[needs]

    def focus_nodes(self, shape: Shape) -> Iterable[str]:
        """The focus nodes of a shape, each once."""
        if all(name == "targetClass" for name, _ in shape.targets):
            return self.data.instances(*(cls for _, cls in shape.targets))
        found: dict[str, None] = {}
        for name, value in shape.targets:
            if name == "targetNode":
                found[value] = None
            elif name == "targetClass":
                found |= dict.fromkeys(self.data.instances(value))
            elif name == "targetSubjectsOf":
                found |= dict.fromkeys(self.data.forward(value))
            else:
                found |= dict.fromkeys(self.data.backward(value))
        return found

    def results(self, shape: Shape, foci: Iterable[str]) -> Iterator[Violation]:
        """Yield the violations of a shape by nodes."""
        if shape.deactivated:
            return
        pairs = self.pairs(shape, foci)
        if not pairs:
            return
        for component, parameter in shape.constraints:
            if component == "Property":
                inner = self.shapes.by_node[parameter]
                # A node reached twice is reported twice (W3C test validation-reports/shared).
                values = [value for _, found in pairs for value in found]
                many = Counter(values) if len(values) != len(set(values)) else None
                for violation in self.results(inner, dict.fromkeys(values)):
                    yield from [violation] * (many[violation.focus] if many else 1)
            elif component in _OWN_RESULTS:
                yield from _OWN_RESULTS[component](self, shape, parameter, pairs)
            else:
                name = f"{component}ConstraintComponent"
                for focus, value in _COMPONENTS[component](self, parameter, pairs):
                    yield Violation(focus=focus, shape=shape.node, component=name, path=shape.path, value=value)

    def pairs(self, shape: Shape, foci: Iterable[str]) -> list[tuple[str, Sequence[str]]]:
        """Return focus nodes with their value nodes."""
        path = shape.path
        if path is None:
            return [(focus, (focus,)) for focus in foci]
        if isinstance(path, str):
            values = self.data.forward(path).get
            return [(focus, values(focus, ())) for focus in foci]
        if path[0] == "inverse" and isinstance(path[1], str):
            values = self.data.backward(path[1]).get
            return [(focus, values(focus, ())) for focus in foci]
        return [(focus, tuple(walk(path, (focus,), self.data))) for focus in foci]

    def breaking(self, node: str, foci: Iterable[str]) -> dict[str, bool]:
        """Tell which nodes violate a shape.

        Returns:
            True for nodes that do; may contain other nodes from earlier calls.
        """
        judged = self.judged.setdefault(node, {})
        fresh = {focus: False for focus in foci if focus not in judged}
        shape = self.shapes.by_node[node]
        if fresh:
            judged |= fresh
            if not shape.deactivated:
                judged |= dict.fromkeys(self._broken(shape, fresh), True)
        return judged

    def _broken(self, shape: Shape, foci: Iterable[str]) -> Iterator[str]:
        """Return those of some nodes that violate a shape, in any order."""
        pairs = self.pairs(shape, foci)
        for component, parameter in shape.constraints:
            if component == "Property":
                broken = self.breaking(parameter, _values(pairs))
                yield from (f for f, values in pairs if any(broken[v] for v in values))
            elif component in _OWN_RESULTS:
                yield from (v.focus for v in _OWN_RESULTS[component](self, shape, parameter, pairs))
            else:
                yield from (f for f, _ in _COMPONENTS[component](self, parameter, pairs))


def _values(pairs: Pairs) -> dict[str, None]:
    return {value: None for _, values in pairs for value in values}


# -- value types --------------------------------------------------------------------------------------
def _class(run: _Run, cls: str, pairs: Pairs) -> Found:
    instances = run.data.instances(cls)
    return ((f, v) for f, values in pairs for v in values if v not in instances)


def _datatype(_run: _Run, wanted: str, pairs: Pairs) -> Found:
    is_good = checker(wanted[1:-1])
    return ((f, v) for f, values in pairs for v in values if not is_good(v))


_KINDS: dict[str, tuple[str, ...]] = {
    sh("IRI"): ("<",),
    sh("BlankNode"): ("_",),
    sh("Literal"): ('"',),
    sh("BlankNodeOrIRI"): ("_", "<"),
    sh("BlankNodeOrLiteral"): ("_", '"'),
    sh("IRIOrLiteral"): ("<", '"'),
}


def _node_kind(_run: _Run, kind: str, pairs: Pairs) -> Found:
    starts = _KINDS.get(kind)
    if starts is None:
        raise NotCoveredError(f"{kind} is no kind of node")
    return ((f, v) for f, values in pairs for v in values if v[0] not in starts)


# -- cardinality --------------------------------------------------------------------------------------
def _min_count(_run: _Run, least: int, pairs: Pairs) -> Found:
    return ((f, None) for f, values in pairs if len(values) < least)


def _max_count(_run: _Run, most: int, pairs: Pairs) -> Found:
    return ((f, None) for f, values in pairs if len(values) > most)


# -- value ranges -------------------------------------------------------------------------------------
def _range(holds: Callable[[str, str], bool]) -> Callable[[_Run, str, Pairs], Found]:
    def check(_run: _Run, limit: str, pairs: Pairs) -> Found:
        return ((f, v) for f, values in pairs for v in values if not holds(limit, v))

    return check


# -- strings ------------------------------------------------------------------------------------------
def _min_length(_run: _Run, least: int, pairs: Pairs) -> Found:
    for f, values in pairs:
        for v in values:
            text = characters(v)
            if text is None or len(text) < least:
                yield f, v


def _max_length(_run: _Run, most: int, pairs: Pairs) -> Found:
    for f, values in pairs:
        for v in values:
            text = characters(v)
            if text is None or len(text) > most:
                yield f, v


def _pattern(_run: _Run, parameter: list[str], pairs: Pairs) -> Found:
    search = regex(*parameter).search
    for f, values in pairs:
        for v in values:
            text = characters(v)
            if text is None or not search(text):
                yield f, v


def _language_in(_run: _Run, wanted: list[str], pairs: Pairs) -> Found:
    ranges = [terms.lexical(each) for each in wanted]
    exactly = tuple(f'"@{each}' for each in ranges)
    for f, values in pairs:
        for v in values:
            if v.endswith(exactly):
                continue  # nearly always
            tag = language(v)
            if not any(matches_language(tag, each) for each in ranges):
                yield f, v


def _unique_lang(_run: _Run, _on: object, pairs: Pairs) -> Found:
    for f, values in pairs:
        if len(values) > 1:
            tags = Counter(map(language, values))
            yield from ((f, None) for tag, times in tags.items() if tag and times > 1)


# -- pairs of properties ------------------------------------------------------------------------------
def _equals(run: _Run, predicate: str, pairs: Pairs) -> Found:
    others = run.data.forward(predicate).get
    for f, values in pairs:
        other = others(f, ())
        yield from ((f, v) for v in values if v not in other)
        yield from ((f, v) for v in other if v not in values)


def _disjoint(run: _Run, predicate: str, pairs: Pairs) -> Found:
    others = run.data.forward(predicate).get
    return ((f, v) for f, values in pairs if (other := others(f, ())) for v in values if v in other)


def _ordered(position: int) -> Callable[[_Run, str, Pairs], Found]:
    def check(run: _Run, predicate: str, pairs: Pairs) -> Found:
        others = run.data.forward(predicate).get
        return (
            (f, v) for f, values in pairs for v in values for other in others(f, ()) if not compare(v, other)[position]
        )

    return check


# -- logic and shapes ---------------------------------------------------------------------------------
def _not(run: _Run, shape: str, pairs: Pairs) -> Found:
    broken = run.breaking(shape, _values(pairs))
    return ((f, v) for f, values in pairs for v in values if not broken[v])


def _node(run: _Run, shape: str, pairs: Pairs) -> Found:
    broken = run.breaking(shape, _values(pairs))
    return ((f, v) for f, values in pairs for v in values if broken[v])


def _logic(holds: Callable[[int, int], bool]) -> Callable[[_Run, list[str], Pairs], Found]:
    """Return a constraint on how many of some shapes a value conforms to."""

    def check(run: _Run, shapes: list[str], pairs: Pairs) -> Found:
        nodes = _values(pairs)
        tables = [run.breaking(shape, nodes) for shape in shapes]
        good = {node: sum(not broken[node] for broken in tables) for node in nodes}
        return ((f, v) for f, values in pairs for v in values if not holds(good[v], len(shapes)))

    return check


def _has_value(_run: _Run, wanted: str, pairs: Pairs) -> Found:
    return ((f, None) for f, values in pairs if wanted not in values)


def _in(_run: _Run, members: list[str], pairs: Pairs) -> Found:
    allowed = frozenset(members)
    return ((f, v) for f, values in pairs for v in values if v not in allowed)


_COMPONENTS: dict[str, Callable[[_Run, Any, Any], Any]] = {
    "Class": _class,
    "Datatype": _datatype,
    "NodeKind": _node_kind,
    "MinCount": _min_count,
    "MaxCount": _max_count,
    "MinExclusive": _range(lambda limit, v: compare(limit, v)[0]),
    "MinInclusive": _range(lambda limit, v: compare(limit, v)[1]),
    "MaxExclusive": _range(lambda limit, v: compare(v, limit)[0]),
    "MaxInclusive": _range(lambda limit, v: compare(v, limit)[1]),
    "MinLength": _min_length,
    "MaxLength": _max_length,
    "Pattern": _pattern,
    "LanguageIn": _language_in,
    "UniqueLang": _unique_lang,
    "Equals": _equals,
    "Disjoint": _disjoint,
    "LessThan": _ordered(0),
    "LessThanOrEquals": _ordered(1),
    "Not": _not,
    "And": _logic(lambda good, of: good == of),
    "Or": _logic(lambda good, _of: good > 0),
    "Xone": _logic(lambda good, _of: good == 1),
    "Node": _node,
    "HasValue": _has_value,
    "In": _in,
}
"""Functions that yield the focus nodes violating a constraint, with the offending value."""


# -- components with results of their own form --------------------------------------------------------
def _closed(run: _Run, shape: Shape, allowed: list[str], pairs: Pairs) -> Iterator[Violation]:
    known = frozenset(allowed)
    for focus, values in pairs:
        for value in values:
            for predicate, o in run.data.statements.get(value, ()):
                if predicate not in known:
                    yield Violation(
                        focus=focus,
                        shape=shape.node,
                        component="ClosedConstraintComponent",
                        path=predicate,
                        value=o,
                    )


def _qualified(run: _Run, shape: Shape, parameter: dict[str, Any], pairs: Pairs) -> Iterator[Violation]:
    nodes = _values(pairs)
    broken = run.breaking(parameter["shape"], nodes)
    others = [run.breaking(sibling, nodes) for sibling in parameter["siblings"]]
    for focus, values in pairs:
        count = sum(not broken[v] and all(other[v] for other in others) for v in values)
        for name, is_broken in (
            ("Min", parameter["min"] is not None and count < parameter["min"]),
            ("Max", parameter["max"] is not None and count > parameter["max"]),
        ):
            if is_broken:
                yield Violation(
                    focus=focus,
                    shape=shape.node,
                    component=f"Qualified{name}CountConstraintComponent",
                    path=shape.path,
                    value=None,
                )


_ENOUGH = 16
"""Number of focus nodes from which a query is evaluated for all of them at once, if possible."""


def _sparql(run: _Run, shape: Shape, query: Query, pairs: Pairs) -> Iterator[Violation]:
    foci = [focus for focus, _ in pairs]
    found = _solved(run, query, foci)
    yield from _of_solutions(run, shape, query, _asked(run, query, foci) if found is None else found)


def _solved(run: _Run, query: Query, foci: Sequence[str]) -> Solutions | None:
    """Return the solutions for some nodes by the plan of a query; None if the store has to be asked."""
    if query.plan is None:
        return None
    try:
        return [(focus, row) for focus in foci for row in solve(query.plan, {"this": focus}, run.data)]
    except UnsureError:
        return None


def _asked(run: _Run, query: Query, foci: Sequence[str]) -> Solutions:
    """Return the solutions for some nodes from the store."""
    if query.flat and len(foci) >= _ENOUGH:
        wanted = set(foci)
        rows = ((row.pop("this", ""), row) for row in _rows(run, query.flat, query))
        return [(focus, row) for focus, row in rows if focus in wanted]
    return [(focus, row) for focus in foci for row in _rows_of(run, query, focus)]


def _custom(run: _Run, shape: Shape, custom: Custom, pairs: Pairs) -> Iterator[Violation]:
    component, query, given = custom.component[1:-1], custom.query, dict(custom.parameters)
    if not custom.is_ask:
        found = [(f, row) for f, _ in pairs for row in _solutions(run, query, {"this": f} | given)]
        yield from _of_solutions(run, shape, query, found, custom)
        return
    for focus, values in pairs:
        for value in values:
            if not _holds(run, query, {"this": focus, "value": value} | given):
                yield Violation(
                    focus=focus,
                    shape=shape.node,
                    component=component,
                    path=shape.path,
                    value=value,
                    constraint=query.node,
                    bindings=custom.parameters,
                    messages=query.messages,
                )


def _of_solutions(
    run: _Run,
    shape: Shape,
    query: Query,
    found: Iterable[tuple[str, dict[str, str]]],
    custom: Custom | None = None,
) -> Iterator[Violation]:
    """Yield one result for each distinct solution of a SELECT query."""
    component = custom.component[1:-1] if custom else "SPARQLConstraintComponent"
    given = custom.parameters if custom else ()
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for focus, row in found:
        bindings = tuple(sorted(row.items()))
        if "failure" in row:
            raise NotCoveredError(f"the query of {query.node} reports a failure")
        if (focus, bindings) in seen:
            continue
        seen.add((focus, bindings))
        value, path = row.get("value"), row.get("path")
        # oxigraph stores numbers by value: "07" comes back as "7".
        if value and value.startswith('"') and value not in run.data.literals:
            raise NotCoveredError(f"the query of {query.node} gives {value}, which the graph does not hold")
        yield Violation(
            focus=focus,
            shape=shape.node,
            component=component,
            path=path if path and path.startswith("<") else shape.path,
            value=value or (focus if shape.path is None else None),
            constraint=query.node,
            bindings=tuple(sorted({*bindings, *given})),
            messages=query.messages,
        )


def _rows_of(run: _Run, query: Query, focus: str) -> list[dict[str, str]]:
    if focus.startswith("_:") and query.flat:
        return [row for row in _rows(run, query.flat, query) if row.pop("this", "") == focus]
    return _solutions(run, query, {"this": focus})


def _solutions(run: _Run, query: Query, bindings: dict[str, str]) -> list[dict[str, str]]:
    rows = _rows(run, _filled(query, bindings), query)
    return [{k: v for k, v in row.items() if not k.startswith("bound_")} for row in rows]


def _filled(query: Query, bindings: dict[str, str]) -> str:
    if any(term.startswith("_:") for term in bindings.values()):
        raise NotCoveredError(f"the query of {query.node} is asked of a blank node")
    return query.of(bindings)


def _rows(run: _Run, text: str, query: Query) -> list[dict[str, str]]:
    """Return the solutions of a query, without unbound variables."""
    solutions = _answer(run, text, query)
    if not isinstance(solutions, ox.QuerySolutions):
        raise NotCoveredError(f"{query.node} is no SELECT query")
    names = [variable.value for variable in solutions.variables]
    return [
        {name: term_text(cell) for name, cell in zip(names, row, strict=True) if cell is not None} for row in solutions
    ]


def _holds(run: _Run, query: Query, bindings: dict[str, str]) -> bool:
    return bool(_answer(run, _filled(query, bindings), query))


def _answer(run: _Run, text: str, query: Query) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        return run.store(query).query(text, base_iri=SH)
    except (SyntaxError, ValueError) as e:
        raise NotCoveredError(f"oxigraph cannot read the query of {query.node} ({e})") from e


_OWN_RESULTS: dict[str, Callable[[_Run, Shape, Any, Any], Iterator[Violation]]] = {
    "Closed": _closed,
    "Qualified": _qualified,
    "SPARQL": _sparql,
    "Custom": _custom,
}
"""Functions that build results themselves, because these have a path or component of their own."""

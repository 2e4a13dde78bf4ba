"""Queries of constraints as plans: which triples are joined in which order, and what is tested when.

A plan is JSON, made once when the shapes are compiled, and answered from the index of a graph (`direct.py`). Most
constraints are a few triple patterns with tests; for these, filling a store takes longer than the answer. What is not
planned here is asked of the store; no query is planned in part.

Source: SPARQL 1.1, 18.2.2 (groups, filters, sub-queries). Solutions are sets, as SHACL reports each of them once.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild.validate.expressions import evaluator, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rdflib.plugins.sparql.parserutils import CompValue

    from kgbuild.validate.paths import Path

Place = int | str | None
"""One end of a pattern: a column of the rows so far, a term in N-Triples syntax, or None for a new column."""

ANY = -1
"""The end of a pattern whose variable occurs nowhere else, so that any node fits."""

Step = list[Any]
"""`[operation, …]`, see `direct.py`."""


class Plan(NamedTuple):
    """A planned query.

    Attributes:
        steps: What is done, in order. The first columns of each row are the pre-bound variables, sorted by name.
        columns: The variables that are selected, with their columns.
    """

    steps: list[Step]
    columns: list[tuple[str, int]]


def plan_of(query: str, bound: Iterable[str]) -> Plan | None:
    """Return the plan of a SELECT query; None if it has to be asked of a store.

    Args:
        query: The query with its prologue.
        bound: Variables that are pre-bound.
    """
    try:
        tree = _parsed(query)
        if tree.name != "SelectQuery":
            return None
        times = Counter(_variables(tree))
        known = {name: column for column, name in enumerate(sorted(bound))}
        rows = _Group(times, known).select(tree)
    except Exception:  # the parser raises whatever its parts raise; oxigraph will report why
        return None
    return Plan(rows.steps, [(name, column) for name, column in sorted(rows.columns.items()) if name not in known])


def _parsed(query: str) -> CompValue:
    """Parse a query and resolve its names and paths, as rdflib does before it translates the query."""
    from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
    from rdflib.plugins.sparql.parser import parseQuery

    prologue, tree = parseQuery(query)
    names = translatePrologue(prologue, None, None, None)
    tree = traverse(tree, visitPost=partial(translatePName, prologue=names))
    resolved: CompValue = traverse(tree, visitPost=translatePath)
    return resolved


def _variables(node: object) -> Iterator[str]:
    """Yield the name of each variable as often as it occurs."""
    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import Variable

    if isinstance(node, Variable):
        yield str(node)
    elif isinstance(node, CompValue):
        for value in node.values():
            yield from _variables(value)
    elif not isinstance(node, str) and hasattr(node, "__iter__"):
        for each in node:
            yield from _variables(each)


class _Rows(NamedTuple):
    """Steps, and the columns of the variables that can be seen from outside."""

    steps: list[Step]
    columns: dict[str, int]


class _Pattern(NamedTuple):
    """A triple pattern: terms, variables as `?name`; the path is a variable, an IRI or a record."""

    subject: str
    path: Path
    object: str

    @property
    def ends(self) -> tuple[str, str]:
        return self.subject, self.object


class _Group:
    """One group of patterns while it is planned.

    Args:
        times: How often each variable occurs in the whole query.
        columns: Variables that are known before the group starts, with their columns.
        width: Number of columns before the group starts, where its rows go on from those of the group around it;
            None = it is solved by itself, from the pre-bound variables alone.
    """

    def __init__(self, times: Counter[str], columns: Mapping[str, int], width: int | None = None) -> None:
        self.times = times
        self.known = dict(columns)
        self.is_joined = width is not None
        self.columns = dict(columns)
        self.width = len(columns) if width is None else width
        self.steps: list[Step] = []
        self.patterns: list[_Pattern] = []
        self.tests: list[tuple[set[str], Any]] = []
        self.maybe: set[str] = set()

    # -- a query and its groups ------------------------------------------------------------------------
    def select(self, query: CompValue) -> _Rows:
        """Plan a SELECT query or sub-query."""
        require(not set(query.keys()) - _SELECT)
        wanted = [str(_only(item, "var")) for item in query.projection]
        if "groupby" in query:
            return self._counted(query, wanted)
        require("having" not in query)
        is_nested = query.where.name == "SubSelect"
        inner = _Group(self.times, self.known).nested(query.where) if is_nested else self.group(query.where)
        require(set(wanted) <= inner.columns.keys() - self.maybe)
        return _Rows(inner.steps, {name: inner.columns[name] for name in wanted} | self.known)

    def nested(self, query: CompValue) -> _Rows:
        """Plan a sub-query; in one that does not select a pre-bound variable, its name is that of another."""
        require(self.known.keys() <= {str(_only(item, "var")) for item in query.projection})
        return self.select(query)

    def _counted(self, query: CompValue, wanted: Sequence[str]) -> _Rows:
        """Plan `SELECT ?k … GROUP BY ?k … HAVING(COUNT(DISTINCT ?x) > n)`."""
        keys = [str(key) for key in query.groupby.condition]
        (having,) = query.having.condition
        having = _unwrapped(having)
        counted, least = _unwrapped(having.expr), _unwrapped(having.other)
        require(having.op == ">" and counted.name == "Aggregate_Count" and counted.distinct == "DISTINCT")
        inner = self.group(query.where)
        of = inner.columns[str(_unwrapped(counted.vars))]
        require(set(wanted) == set(keys) and self.known.keys() <= set(keys) and not {*keys} & self.maybe)
        new = [key for key in keys if key not in self.known]
        steps = [*inner.steps, ["count", len(self.known), [inner.columns[key] for key in new], of, int(least)]]
        return _Rows(steps, self.known | {key: len(self.known) + n for n, key in enumerate(new)})

    def group(self, group: CompValue) -> _Rows:
        """Plan a group: its patterns as they join, each test as soon as its variables are known."""
        parts = list(group.part) if "part" in group else []
        require(group.name == "GroupGraphPatternSub")
        inner = [part for part in parts if part.name == "GroupOrUnionGraphPattern"]
        late = [part for part in parts if part.name in _LATE]
        # What follows an OPTIONAL or a BIND would join what they have bound.
        in_order = [part for part in parts if part.name != "Filter"]
        require(in_order[len(in_order) - len(late) :] == late)
        filters = [part.expr for part in parts if part.name == "Filter"]
        for part in parts:
            require(part.name in _PARTS)
            if part.name == "TriplesBlock":
                self.patterns += [p for flat in part.triples for p in self._patterns(flat)]
        for each in (part for test in filters for part in _conjuncts(_unwrapped(test))):
            self.tests.append((set(_variables(each)), each))
        self._join()
        for part in inner:
            self._sub(part.graph)
        for part in late:
            self._late(part)
        self._test(last=True)
        return _Rows(self.steps, self.columns)

    def _late(self, part: CompValue) -> None:
        if part.name == "Bind":
            name = str(part.var)
            require(name not in self.columns)
            expression = self._expression(part.expr)
            require(evaluator(expression)[0] in ("term", "iri"))
            self.steps.append(["bind", expression])
            self._add(name)
            return
        inner = _Group(self.times, self.columns, self.width)
        rows = inner.group(part.graph)
        self.steps.append(["optional", inner.width - self.width, rows.steps])
        self.maybe |= rows.columns.keys() - self.columns.keys()
        self.columns, self.width = rows.columns, inner.width

    def _sub(self, branches: Sequence[CompValue]) -> None:
        """Plan a sub-query, or a union of groups: answered by itself, and joined by the variables that it shares."""
        require(not self.is_joined)
        found = []
        for branch in branches:
            inner = _Group(self.times, self.known)
            if "part" in branch and [part.name for part in branch.part] == ["SubSelect"]:
                branch = branch.part[0]  # noqa: PLW2901 - braces around a sub-query
            rows = inner.nested(branch) if branch.name == "SubSelect" else inner.group(branch)
            found.append(_Rows(rows.steps, {n: c for n, c in rows.columns.items() if n not in inner.maybe}))
        names = set.intersection(*(set(rows.columns) for rows in found)) - self.known.keys()
        # A variable of one branch alone is unbound in the rows of the others: nothing outside may use it.
        inside = Counter(_variables(branches))
        partly = {n for rows in found for n in rows.columns} - names - self.known.keys()
        require(not names & self.maybe and all(inside[n] == self.times[n] for n in partly))
        shared = sorted(names & self.columns.keys())
        fresh = sorted(names - self.columns.keys())
        parts = [[rows.steps, [rows.columns[n] for n in (*shared, *fresh)]] for rows in found]
        self.steps.append(["sub", len(self.known), parts, [self.columns[n] for n in shared]])
        for name in fresh:
            self._add(name)

    # -- patterns --------------------------------------------------------------------------------------
    def _patterns(self, flat: Sequence[object]) -> Iterator[_Pattern]:
        from rdflib.paths import SequencePath

        for n in range(0, len(flat), 3):
            subject, path, end = _term(flat[n]), flat[n + 1], _term(flat[n + 2])
            if not isinstance(path, SequencePath):
                yield _Pattern(subject, _path(path), end)
                continue
            for number, part in enumerate(path.args):
                after = end if number == len(path.args) - 1 else self._between()
                yield _Pattern(subject, _path(part), after)
                subject = after

    def _between(self) -> str:
        """Return a variable that the query does not have, for the middle of a path."""
        name = f"{len(self.times)} between"
        self.times[name] = 2
        return f"?{name}"

    def _join(self) -> None:
        self._test()
        left = list(self.patterns)
        while left:
            # Of those with most ends known the first: authors write the selective patterns first.
            best = max(left, key=self._known)
            require(self._known(best) >= 0)
            left.remove(best)
            self._match(best)
            self._test()

    def _known(self, pattern: _Pattern) -> int:
        """Return how many ends of a pattern are known; -1 if it cannot be joined yet."""
        known = sum(not end.startswith("?") or end[1:] in self.columns for end in pattern.ends)
        path = pattern.path
        if isinstance(path, str) and path.startswith("?") and path[1:] not in self.columns:
            return 0 if self._is_open(pattern) else -1
        return known if known or (isinstance(path, str) and path.startswith("<")) else -1

    def _is_open(self, pattern: _Pattern) -> bool:
        """Tell whether a pattern asks for the predicates of the graph: `?s ?p ?o`, where ?s and ?o stand once."""
        return all(end.startswith("?") and self._is_anything(end[1:]) for end in pattern.ends)

    def _is_anything(self, name: str) -> bool:
        return name not in self.columns and self.times[name] == 1

    def _match(self, pattern: _Pattern) -> None:
        path = pattern.path
        if isinstance(path, str) and path.startswith("?"):
            if path[1:] not in self.columns:
                self.steps.append(["predicates"])
                self._add(path[1:])
                return
            path = self.columns[path[1:]]  # type: ignore[assignment]
        places: list[Place] = []
        fresh = []
        for end in pattern.ends:
            name = end[1:] if end.startswith("?") else ""
            if not name:
                places.append(end)
            elif name in self.columns:
                require(name not in self.maybe)
                places.append(self.columns[name])
            else:
                places.append(None)
                fresh.append(name)
        require(len(fresh) < 2 or fresh[0] != fresh[1])
        # ?s a ?class, where nobody asks for ?s: each class is one row, not each node
        if fresh and self._is_anything(fresh[0]):
            places[places.index(None)] = ANY
            del fresh[0]
        elif len(fresh) > 1 and self._is_anything(fresh[1]):
            places[1] = ANY
            del fresh[1]
        self.steps.append(["match", places[0], path, places[1]])
        for name in fresh:
            self._add(name)

    def _add(self, name: str) -> None:
        self.columns[name] = self.width
        self.width += 1

    # -- tests -----------------------------------------------------------------------------------------
    def _test(self, *, last: bool = False) -> None:
        """Plan the tests whose variables are known; at the end all must be."""
        waiting = []
        for names, test in self.tests:
            is_exists = test.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS")
            if is_exists and last:
                inner = _Group(self.times, self.columns, self.width)
                require(not names & self.maybe)
                self.steps.append(["exists", test.name == "Builtin_EXISTS", self.width, inner.group(test.graph).steps])
            elif not is_exists and names <= self.columns.keys():
                expression = self._expression(test)
                require(evaluator(expression)[0] == "test")
                self.steps.append(["filter", expression])
            else:
                require(not last)
                waiting.append((names, test))
        self.tests = waiting

    def _expression(self, node: Any) -> Any:  # noqa: ANN401 - a node of a parse tree
        """Return an expression as JSON; see `expressions.py`."""
        from rdflib.term import Identifier

        node = _unwrapped(node)
        if isinstance(node, Identifier):
            return self._leaf(node)
        name = node.name
        if name in _OPERATORS:
            operation = _OPERATORS[name] or node.op
            others = node.other if "other" in node else []
            others = others if isinstance(others, list) else [others]
            require(operation != "-" or list(node.op) == ["-"])
            return [operation, *map(self._expression, (node.expr, *others))]
        if name == "Builtin_COALESCE":
            first, second = map(_unwrapped, node.arg)
            require(str(first) in self.columns)
            otherwise = _term(second)
            require(not otherwise.startswith("?"))
            return ["coalesce", self.columns[str(first)], ["term", otherwise]]
        require(name in _FUNCTIONS)
        given = node.arg if name == "Builtin_CONCAT" else [node[key] for key in _FUNCTIONS[name] if key in node]
        return [name.removeprefix("Builtin_").lower(), *map(self._expression, given)]

    def _leaf(self, term: Any) -> Any:  # noqa: ANN401 - a term of rdflib
        from rdflib.term import Literal, URIRef

        if isinstance(term, URIRef):
            return ["iri", term.n3()]
        if isinstance(term, Literal):
            require(term.language is None and (term.datatype is None or type(term.value) is int))
            return ["text", str(term)] if term.datatype is None else ["number", term.value]
        require(str(term) in self.columns and str(term) not in self.maybe)
        return self.columns[str(term)]


_SELECT = frozenset({"modifier", "projection", "where", "groupby", "having"})
_LATE = frozenset({"OptionalGraphPattern", "Bind"})
_PARTS = _LATE | {"TriplesBlock", "Filter", "GroupOrUnionGraphPattern"}
_OPERATORS = {
    "ConditionalAndExpression": "and",
    "ConditionalOrExpression": "or",
    "RelationalExpression": "",
    "AdditiveExpression": "-",
    "UnaryNot": "not",
}
"""Nodes of the parse tree with their operation, '' where the node says it."""
_FUNCTIONS = {
    "Builtin_STR": ("arg",),
    "Builtin_STRLEN": ("arg",),
    "Builtin_DATATYPE": ("arg",),
    "Builtin_isNUMERIC": ("arg",),
    "Builtin_CONCAT": (),
    "Builtin_CONTAINS": ("arg1", "arg2"),
    "Builtin_STRSTARTS": ("arg1", "arg2"),
    "Builtin_REGEX": ("text", "pattern", "flags"),
    "Builtin_REPLACE": ("arg", "pattern", "replacement", "flags"),
    "Builtin_SUBSTR": ("arg", "start", "length"),
}
"""Functions with the names of their arguments in the parse tree."""


def _only(item: CompValue, key: str) -> object:
    require(set(item.keys()) == {key})
    return item[key]


def _unwrapped(node: Any) -> Any:  # noqa: ANN401 - a node of a parse tree
    """Remove the layers that the grammar puts around every operand of an expression."""
    while hasattr(node, "name") and node.name in _LAYERS and set(node.keys()) == {"expr"}:
        node = node.expr
    return node


_LAYERS = frozenset(
    {
        "ConditionalOrExpression",
        "ConditionalAndExpression",
        "RelationalExpression",
        "AdditiveExpression",
        "MultiplicativeExpression",
    }
)


def _conjuncts(node: Any) -> Iterator[Any]:  # noqa: ANN401 - a node of a parse tree
    """Yield the operands of a conjunction, or the test itself."""
    if node.name == "ConditionalAndExpression":
        for each in (node.expr, *node.other):
            yield from _conjuncts(_unwrapped(each))
    else:
        yield node


def _term(term: object) -> str:
    from rdflib.term import BNode, Literal, URIRef, Variable

    if isinstance(term, Variable):
        return f"?{term}"
    if isinstance(term, BNode):
        return f"?_:{term}"
    # Language tags are equal in whatever case, and escapes are written in several ways.
    require(isinstance(term, URIRef) or (isinstance(term, Literal) and not term.language and "\\" not in term.n3()))
    return str(term.n3())  # type: ignore[attr-defined]


def _path(path: object) -> Path:
    """Return a predicate, a variable as `?name`, or the record of a path."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
    from rdflib.term import URIRef, Variable

    if isinstance(path, Variable):
        return f"?{path}"
    if isinstance(path, URIRef):
        return path.n3()
    if isinstance(path, AlternativePath):
        return ["alternative", *map(_path, path.args)]
    if isinstance(path, SequencePath):
        return ["sequence", *map(_path, path.args)]
    if isinstance(path, InvPath):
        return ["inverse", _path(path.arg)]
    require(isinstance(path, MulPath))
    return [{"*": "zeroOrMore", "+": "oneOrMore", "?": "zeroOrOne"}[path.mod], _path(path.path)]  # type: ignore[attr-defined]

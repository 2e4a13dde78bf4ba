"""A shapes graph compiled to plain records: targets, path, constraints and messages of every shape.

Takes triples and returns `Shapes`, which serialise to JSON for the cache. Guarantees: everything that a shapes graph
states is either in the records or named in a `NotCoveredError`; nothing is skipped silently. Terms are strings in
N-Triples syntax.

Source: W3C, Shapes Constraint Language (SHACL), Recommendation of 20 July 2017.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild import terms
from kgbuild.errors import NotCoveredError
from kgbuild.terms import SUBCLASS, TYPE
from kgbuild.validate.literals import language
from kgbuild.validate.needs import Needs
from kgbuild.validate.paths import Path, list_items, parse_path
from kgbuild.validate.query import ConstraintQuery, Query, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kgbuild.model import Triple

SH = "http://www.w3.org/ns/shacl#"
_CODE = terms.GPLANV + "finding-"
_NUMBER = re.compile(r"[A-Z]\d{3}(?=-)")


def sh(name: str) -> str:
    """Return a SHACL term in N-Triples syntax."""
    return f"<{SH}{name}>"


Constraint = tuple[str, Any]
"""Name of the constraint component without its suffix, and its parameters as JSON."""

Targets = tuple[tuple[str, str], ...]
"""Local name of the target property (`targetClass` …), and its value."""


class Custom(NamedTuple):
    """A constraint of a component declared in the shapes graph (`sh:ConstraintComponent`).

    Attributes:
        component: IRI of the component.
        query: Its validator: an ASK that is true for valid values, or a SELECT of violations.
        is_ask: Whether the validator is an ASK.
        parameters: (variable, term), sorted.
    """

    component: str
    query: Query
    is_ask: bool
    parameters: tuple[tuple[str, str], ...]

    def to_json(self) -> list[Any]:
        """Return the record as JSON."""
        return [self.component, self.query.to_json(), self.is_ask, self.parameters]

    @classmethod
    def from_json(cls, record: Iterable[Any]) -> Custom:
        """Return what `to_json` was called on."""
        component, query, is_ask, parameters = record
        return cls(
            component=component,
            query=Query.from_json(query),
            is_ask=is_ask,
            parameters=_pairs(parameters),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape.

    Attributes:
        node: The shape, an IRI or a blank node.
        path: Its path; None for a node shape.
        severity: IRI of its severity.
        targets: Its targets; () if it is only referenced by other shapes.
        constraints: Its constraints, ordered by name.
        messages: (language, text), sorted; '' is the language of a message without a language tag.
        codes: Codes of equivalent builder findings (`rdfs:seeAlso`).
        deactivated: Whether every node conforms to it.
    """

    node: str
    path: Path | None
    severity: str
    targets: Targets = ()
    constraints: tuple[Constraint, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    deactivated: bool = False

    @property
    def number(self) -> str:
        """The number of the rule (`S012`), '' for a shape without one."""
        match = _NUMBER.search(self.node)
        return match[0] if match and self.node.startswith("<") else ""


@dataclass(frozen=True)
class Shapes:
    """A compiled shapes graph.

    Attributes:
        by_node: All shapes reachable from a target, by node.
    """

    by_node: dict[str, Shape]

    def about(self, node: str) -> Shape:
        """Return a shape by its node."""
        return self.by_node[node]

    def needs_beside(self, query: Query) -> Needs:
        """Return the needs of a query and of the others that share its store.

        A query for which a sample of the triples suffices has a store of its own: in a full store it would scan all
        triples.
        """
        return query.needs if query.needs.is_sample else self._needs_together

    @cached_property
    def _needs_together(self) -> Needs:
        total = Needs()
        for shape in self.by_node.values():
            for name, parameter in shape.constraints:
                if name in ("SPARQL", "Custom"):
                    needs = (parameter if name == "SPARQL" else parameter.query).needs
                    total |= Needs() if needs.is_sample else needs
        return total

    @property
    def targeted(self) -> tuple[Shape, ...]:
        """The shapes with targets of their own, sorted by node."""
        return tuple(s for _, s in sorted(self.by_node.items()) if s.targets)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the records as JSON."""
        return [
            {
                "node": s.node,
                "path": s.path,
                "severity": s.severity,
                "targets": s.targets,
                "constraints": [[n, p.to_json() if isinstance(p, Query | Custom) else p] for n, p in s.constraints],
                "messages": s.messages,
                "codes": s.codes,
                "deactivated": s.deactivated,
            }
            for s in self.by_node.values()
        ]

    @classmethod
    def from_json(cls, records: Iterable[Mapping[str, Any]]) -> Shapes:
        """Restore shapes from JSON.

        Raises:
            KeyError, TypeError, ValueError: the records are not what `to_json` gives.
        """
        if not isinstance(records, list) or not records:
            raise ValueError("no records of shapes")
        shapes = (
            Shape(
                node=r["node"],
                path=r["path"],
                severity=r["severity"],
                targets=_pairs(r["targets"]),
                constraints=tuple((str(n), _READERS[n](p) if n in _READERS else p) for n, p in r["constraints"]),
                messages=_pairs(r["messages"]),
                codes=tuple(map(str, r["codes"])),
                deactivated=bool(r["deactivated"]),
            )
            for r in records
        )
        return cls({shape.node: shape for shape in shapes})


_READERS: dict[str, Callable[[list[Any]], Any]] = {"SPARQL": Query.from_json, "Custom": Custom.from_json}


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(a), str(b)) for a, b in rows)


_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_SINGLE = {
    "datatype": "Datatype",
    "nodeKind": "NodeKind",
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "minLength": "MinLength",
    "maxLength": "MaxLength",
}
"""Parameters with at most one value."""
_MANY = {
    "class": "Class",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "maxExclusive": "MaxExclusive",
    "maxInclusive": "MaxInclusive",
    "equals": "Equals",
    "disjoint": "Disjoint",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "hasValue": "HasValue",
    "not": "Not",
    "node": "Node",
    "property": "Property",
}
"""Parameters whose values are constraints of their own."""
_SHAPES_EXPECTED = ("Not", "Node", "Property")
_LISTS = {"languageIn": "LanguageIn", "in": "In", "and": "And", "or": "Or", "xone": "Xone"}
_SHAPE_LISTS = ("And", "Or", "Xone")
_COUNTS = ("MinCount", "MaxCount", "MinLength", "MaxLength")
_OTHERS = (
    "uniqueLang", "closed", "ignoredProperties", "pattern", "flags", "sparql",
    "qualifiedValueShape", "qualifiedValueShapesDisjoint", "qualifiedMinCount", "qualifiedMaxCount",
)  # fmt: skip
_SAID = (
    "path", "severity", "message", "deactivated", "name", "description", "order", "group",
    "defaultValue", "select", "prefixes", "declare", "nodeShape",
)  # fmt: skip
"""Properties that are not constraints; `select` and `prefixes` if a shape is itself a SPARQL constraint."""
_KNOWN = frozenset(map(sh, (*_TARGETS, *_SINGLE, *_MANY, *_LISTS, *_OTHERS, *_SAID)))
_MAX_DEPTH = 64


def compile_shapes(triples: Iterable[Triple]) -> Shapes:
    """Compile the shapes with targets in a shapes graph, and the shapes to which they refer.

    Args:
        triples: The shapes graph.

    Raises:
        NotCoveredError: it contains something that the compiled engine does not support, named in the message.
    """
    return _Compiler(triples).compile()


class _Compiler:
    """Compiles one shapes graph."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.graph: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for s, p, o in dict.fromkeys(triples):
            self.graph[s].setdefault(p, []).append(o)
        self.components: dict[str, dict[str, tuple[str, bool]]] = {}
        self.made: dict[str, Shape] = {}
        self.open: list[str] = []

    def compile(self) -> Shapes:
        for node, properties in self.graph.items():
            if sh("entailment") in properties:
                raise NotCoveredError("sh:entailment asks for inference")
            if sh("parameter") in properties:
                self.components[node] = self._parameters(node)
        for node in list(self.graph):
            if self._targets(node):
                self.shape(node)
        return Shapes(self.made)

    def _targets(self, node: str) -> Targets:
        stated = [(name, value) for name in _TARGETS for value in self.values(node, name)]
        if self._is_class(node) and self._is_shape(node):
            stated.append(("targetClass", node))
        return tuple(sorted(set(stated)))

    def _is_shape(self, node: str) -> bool:
        """Tell whether a node is a shape: by its type, by a path, or by any constraint parameter."""
        properties = self.graph[node]
        types = {sh("NodeShape"), sh("PropertyShape")}
        return bool(types & set(properties.get(TYPE, ()))) or any(p in _KNOWN for p in properties)

    def _is_class(self, node: str) -> bool:
        above, todo = set(), list(self.graph[node].get(TYPE, ()))
        while todo:
            cls = todo.pop()
            if cls not in above:
                above.add(cls)
                todo += self.graph.get(cls, {}).get(SUBCLASS, ())
        return f"<{terms.RDFS}Class>" in above

    def values(self, node: str, name: str) -> list[str]:
        """Return the values of a SHACL property."""
        return self.graph.get(node, {}).get(sh(name), [])

    def one(self, node: str, name: str) -> str | None:
        """Return the only value of a SHACL property, None if there is none."""
        found = self.values(node, name)
        if len(found) > 1:
            raise NotCoveredError(f"{node} has {len(found)} values of sh:{name}, and one is allowed")
        return found[0] if found else None

    def shape(self, node: str) -> str:
        """Compile a shape and the shapes to which it refers; return its node."""
        if node in self.open:
            raise NotCoveredError(f"{node} refers to itself, and SHACL leaves recursion open")
        if node in self.made:
            return node
        if len(self.open) > _MAX_DEPTH:
            raise NotCoveredError(f"shapes are nested deeper than {_MAX_DEPTH}")
        self.open.append(node)
        properties = self.graph.get(node, {})
        foreign = sorted(p for p in properties if p.startswith(f"<{SH}") and p not in _KNOWN)
        if foreign:
            raise NotCoveredError(f"{node} uses {foreign[0]}")
        path = self.one(node, "path")
        self.one(node, "severity")
        self.made[node] = replace(
            about_shape(node, self.graph),
            path=None if path is None else parse_path(path, self.graph),
            targets=self._targets(node),
            constraints=tuple(self._constraints(node)),
            deactivated=self.truth(node, "deactivated"),
        )
        self.open.pop()
        return node

    def truth(self, node: str, name: str) -> bool:
        """Return a boolean parameter."""
        value = self.one(node, name)
        if value is None:
            return False
        if value.endswith(f"^^<{terms.XSD}boolean>"):
            return terms.lexical(value) in ("true", "1")
        raise NotCoveredError(f"sh:{name} of {node} is no boolean")

    def count(self, node: str, name: str) -> int | None:
        """Return an integer parameter."""
        value = self.one(node, name)
        if value is None:
            return None
        if value.endswith(f"^^<{terms.XSD}integer>") and re.fullmatch(r'"\+?\d{1,18}".*', value):
            return int(terms.lexical(value))
        raise NotCoveredError(f"sh:{name} of {node} is no count")

    def _constraints(self, node: str) -> Iterable[Constraint]:
        for name, component in _SINGLE.items():
            if component in _COUNTS:
                number = self.count(node, name)
                if number is not None:
                    yield component, number
            elif (value := self.one(node, name)) is not None:
                yield component, value
        for name, component in _MANY.items():
            for value in self.values(node, name):
                yield component, self.shape(value) if component in _SHAPES_EXPECTED else value
        for name, component in _LISTS.items():
            if component not in _SHAPE_LISTS and len(self.values(node, name)) > 1:
                raise NotCoveredError(f"{node} has several lists of sh:{name}")
            for head in self.values(node, name):
                members = list_items(head, self.graph)
                yield component, [*map(self.shape, members)] if component in _SHAPE_LISTS else members
        yield from self._special(node)

    def _special(self, node: str) -> Iterable[Constraint]:
        flags = self.one(node, "flags")
        for pattern in self.values(node, "pattern"):
            yield "Pattern", [terms.lexical(pattern), terms.lexical(flags) if flags else ""]
        # The Recommendation requires the literal true, not "1" (W3C test uniqueLang-002).
        if self.truth(node, "uniqueLang") and terms.lexical(self.values(node, "uniqueLang")[0]) == "true":
            yield "UniqueLang", True
        if self.truth(node, "closed"):
            paths = (self.one(p, "path") for p in self.values(node, "property"))
            ignored = self.one(node, "ignoredProperties")
            allowed = {p for p in paths if p and p.startswith("<")}
            allowed.update(list_items(ignored, self.graph) if ignored else ())
            yield "Closed", sorted(allowed)
        if (qualified := self.one(node, "qualifiedValueShape")) is not None:
            yield "Qualified", self._qualified(node, qualified)
        for query in sorted(self.values(node, "sparql")):
            if (prepared := self._query(node, query)) is not None:
                yield "SPARQL", prepared
        yield from self._custom(node)

    def _qualified(self, node: str, shape: str) -> dict[str, Any]:
        siblings: set[str] = set()
        if self.truth(node, "qualifiedValueShapesDisjoint"):
            for properties in self.graph.values():
                if node in properties.get(sh("property"), ()):
                    for other in properties[sh("property")]:
                        siblings |= set(self.values(other, "qualifiedValueShape"))
        return {
            "shape": self.shape(shape),
            "min": self.count(node, "qualifiedMinCount"),
            "max": self.count(node, "qualifiedMaxCount"),
            "siblings": sorted(map(self.shape, siblings - {shape})),
        }

    def _query(self, shape: str, node: str) -> Query | None:
        if self.truth(node, "deactivated") and node != shape:
            return None
        select = self.one(node, "select")
        if select is None:
            raise NotCoveredError(f"{node} has no sh:select")
        return prepare(self._source(shape, node, select))

    def _source(self, shape: str, node: str, text: str, bound: Iterable[str] = ("this",)) -> ConstraintQuery:
        path = self.one(shape, "path")
        return ConstraintQuery(
            node=node,
            text=terms.lexical(text),
            prefixes=self._prefixes(node),
            path=None if path is None else parse_path(path, self.graph),
            messages=about_shape(node, self.graph).messages,
            bound=frozenset(bound),
        )

    def _parameters(self, component: str) -> dict[str, tuple[str, bool]]:
        """Return the parameters of a declared component: variable → property, and whether it is optional."""
        found = {}
        for node in self.values(component, "parameter"):
            path = self.one(node, "path")
            if path is None or not path.startswith("<"):
                raise NotCoveredError(f"a parameter of {component} has no property")
            name = re.split(r"[#/]", path[1:-1])[-1]
            found[name] = (path, self.truth(node, "optional"))
        if all(optional for _, optional in found.values()):
            raise NotCoveredError(f"{component} has no parameter that must be given")
        return found

    def _custom(self, shape: str) -> Iterable[Constraint]:
        """Yield the constraints of declared components."""
        properties = self.graph.get(shape, {})
        for component, parameters in sorted(self.components.items()):
            given = {name: properties[path] for name, (path, _) in parameters.items() if path in properties}
            if any(not optional and name not in given for name, (_, optional) in parameters.items()):
                continue
            if len(parameters) > 1 and any(len(values) > 1 for values in given.values()):
                raise NotCoveredError(f"{shape} has several values for a parameter of {component}")
            names = sorted(given)
            for chosen in zip(*(given[name] for name in names), strict=True):
                bindings = tuple(zip(names, chosen, strict=True))
                yield "Custom", self._validator(shape, component, bindings)

    def _validator(self, shape: str, component: str, bindings: tuple[tuple[str, str], ...]) -> Custom:
        own = "nodeValidator" if self.one(shape, "path") is None else "propertyValidator"
        found = self.values(component, own) or self.values(component, "validator")
        asks = [(node, name, text) for node in found for name in ("ask", "select") for text in self.values(node, name)]
        if len(asks) != 1:
            raise NotCoveredError(f"{component} has {len(asks)} queries for {shape}")
        ((node, name, text),) = asks
        bound = {"this", *(variable for variable, _ in bindings)} | ({"value"} if name == "ask" else set())
        query = prepare(self._source(shape, node, text, bound))
        return Custom(component=component, query=query, is_ask=name == "ask", parameters=bindings)

    def _prefixes(self, node: str) -> dict[str, str]:
        """Return the prefixes declared for a query: by the nodes that it names, and by what these import."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        todo = list(self.values(node, "prefixes"))
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            todo += self.graph.get(here, {}).get(f"<{terms.OWL}imports>", ())
            for declaration in self.values(here, "declare"):
                prefix, namespace = self.one(declaration, "prefix"), self.one(declaration, "namespace")
                if prefix is None or namespace is None:
                    raise NotCoveredError(f"{here} declares a prefix without name or namespace")
                name, value = terms.lexical(prefix), terms.lexical(namespace)
                if found.setdefault(name, value) != value:
                    raise NotCoveredError(f"the prefix {name}: is declared twice")
        return found


def about_shape(node: str, graph: Mapping[str, Mapping[str, list[str]]]) -> Shape:
    """Return the metadata of a shape or SPARQL constraint: severity, messages, codes.

    Args:
        node: The shape or constraint.
        graph: The shapes graph: subject → predicate → objects.
    """
    properties = graph.get(node, {})
    see = properties.get(f"<{terms.RDFS}seeAlso>", ())
    messages = properties.get(sh("message"), ())
    return Shape(
        node=node,
        path=None,
        severity=next(iter(properties.get(sh("severity"), ())), sh("Violation")),
        messages=tuple(sorted((language(m), terms.lexical(m)) for m in messages)),
        codes=tuple(sorted(o[1:-1].removeprefix(_CODE) for o in see if _CODE in o)),
    )

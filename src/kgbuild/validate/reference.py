"""pyshacl with the records of the compiled engine: the reference, and the fallback."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kgbuild.errors import InputError, Message, NotCoveredError
from kgbuild.graph.interchange import from_rdflib, text, to_rdflib
from kgbuild.lexicon.turtle import stamps_of
from kgbuild.store import read_quads
from kgbuild.validate.compiled import Violation
from kgbuild.validate.paths import parse_path
from kgbuild.validate.report import Report, results_of
from kgbuild.validate.shapes import SH, Shape, about_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rdflib import Graph
    from rdflib.term import Node

    from kgbuild.lexicon.turtle import Stamp
    from kgbuild.model import Severity, Triple
    from kgbuild.validate import paths as shacl
    from kgbuild.validate.data import Data

BySubject = dict[str, dict[str, list[str]]]
"""Subject → predicate → objects."""


def validate_with_pyshacl(
    triples: Iterable[Triple],
    data: Data,
    shapes: tuple[Path, ...],
    ontology: tuple[Path, ...],
    fail_on: Severity,
) -> Report:
    """Validate a graph with pyshacl.

    Args:
        triples: The graph.
        data: The same as tables, for the words of the report.
        shapes: Shape files.
        ontology: Files with the classes and properties.
        fail_on: The lowest severity that counts against the graph.

    Raises:
        InputError: pyshacl rejects the shapes.
    """
    import pyshacl
    from rdflib import Graph

    rules = _load(shapes, stamps_of(shapes))
    try:
        conforms, found, message = pyshacl.validate(
            to_rdflib(triples),
            shacl_graph=rules,
            ont_graph=_load(ontology, stamps_of(ontology)),
            inference="none",
            # The graph was created for this call only; copying it would take a third of the time.
            inplace=True,
            allow_warnings=fail_on == "violation",
            allow_infos=fail_on != "info",
        )
    except Exception as e:  # pyshacl raises whatever its parts raise, such as ValueError and KeyError
        raise _unusable(shapes, e) from e
    if not isinstance(found, Graph):
        raise _unusable(shapes, message)
    by_subject = _by_subject(from_rdflib(rules))

    def about(node: str) -> Shape:
        return about_shape(node, by_subject)

    results = results_of(_violations(found, by_subject), about, data)
    return Report(conforms=bool(conforms), fail_on=fail_on, results=results, text=str(message))


@lru_cache(maxsize=8)
def _load(paths: tuple[Path, ...], _stamps: tuple[Stamp, ...]) -> Graph:
    return to_rdflib(quad[:3] for path in paths for quad in read_quads(path))


def _unusable(shapes: Iterable[Path], why: object) -> InputError:
    where = ", ".join(map(str, shapes))
    return InputError(
        Message("pyshacl cannot use the shapes ({reason})", reason=str(why).strip()),
        where=where,
        cure="mend the shapes",
    )


def _by_subject(triples: Iterable[Triple]) -> BySubject:
    by_subject: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for s, p, o in sorted(triples):
        by_subject[s].setdefault(p, []).append(o)
    return dict(by_subject)


def _violations(found: Graph, shapes: Mapping[str, Mapping[str, list[str]]]) -> Iterator[Violation]:
    from rdflib import Namespace

    ns = Namespace(SH)
    report = _by_subject(from_rdflib(found))
    # Results referenced by `sh:detail` are not results of the report.
    for node in found.objects(None, ns.result):
        one: Any = lambda name, node=node: _term(found.value(node, ns[name]))  # noqa: E731
        shape, constraint = one("sourceShape") or "", one("sourceConstraint") or ""
        component = one("sourceConstraintComponent")[1:-1].removeprefix(SH)
        yield Violation(
            focus=one("focusNode") or "",
            shape=shape,
            component=component,
            path=_path(one("resultPath"), shapes, report),
            value=one("value"),
            constraint=constraint,
            messages=about_shape(constraint, shapes).messages if constraint else (),
        )


def _term(node: Node | None) -> str | None:
    return None if node is None else text(node)


def _path(node: str | None, *graphs: Mapping[str, Mapping[str, list[str]]]) -> shacl.Path | None:
    """Return the path of a result; pyshacl refers to the shapes graph, or to a copy in its report."""
    if node is None:
        return None
    for graph in graphs:
        try:
            return parse_path(node, graph)
        except NotCoveredError:
            continue
    return None

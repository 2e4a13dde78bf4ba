"""Validation of a graph: by the compiled engine, with pyshacl as reference and fallback.

Guarantees: both engines yield the same results (verified by tests); whatever the compiled engine does not support is
validated by pyshacl, and the report says so; nothing is inferred or fetched; messages come from the shapes in all their
languages.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from kgbuild.config import data_dir
from kgbuild.errors import InputError, NotCoveredError
from kgbuild.graph.triples import Triples, triples_of
from kgbuild.lexicon import cache
from kgbuild.lexicon.turtle import digest_of, stamps_of
from kgbuild.store.reading import read_quads
from kgbuild.terms import lexical
from kgbuild.validate.compiled import any_focus, run
from kgbuild.validate.data import Data, schema_of
from kgbuild.validate.query import reaches_out
from kgbuild.validate.report import Report, conforms, results_of
from kgbuild.validate.shapes import Shapes, compile_shapes, sh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.lexicon.turtle import Stamp
    from kgbuild.model import Severity, Triple

Engine = Literal["compiled", "pyshacl"]
T = TypeVar("T")
_TARGETS = frozenset(map(sh, ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")))
_QUERIES = frozenset(map(sh, ("select", "ask", "construct", "update")))
_COMPILER = tuple(sorted(Path(__file__).parent.glob("*.py")))
"""The code that compiles: a change of it invalidates stored records, as a change of shapes does."""


def default_shapes() -> tuple[Path, ...]:
    """Return the shape files for document graphs."""
    return (data_dir("shapes") / "gplan.ttl",)


def validate(
    triples: Iterable[Triple],
    *,
    vocabulary: Iterable[Triple] = (),
    shapes: Sequence[Path] | None = None,
    ontology: Sequence[Path] | None = None,
    fail_on: Severity = "violation",
    engine: Engine = "compiled",
) -> Report:
    """Validate a graph.

    Args:
        triples: The asserted statements with the slice of the vocabularies that they use; `Triples` are not copied.
        vocabulary: The slice, where it is not among them.
        shapes: Shape files; None = the shapes for document graphs.
        ontology: Files with the classes and properties; None = our ontology.
        fail_on: The lowest severity that counts against the graph.
        engine: `compiled`, which falls back to pyshacl, or `pyshacl`.

    Raises:
        InputError: a file cannot be read, contains no shape with a target, or contains shapes that the engine rejects.
    """
    rules = tuple(default_shapes() if shapes is None else shapes)
    terms = tuple((data_dir("ontology") / "gplan.ttl",) if ontology is None else ontology)
    compiled = _compiled(rules, stamps_of(rules))
    graph = triples_of(triples)
    data = Data(graph, _schema(terms, stamps_of(terms)), vocabulary=vocabulary)
    reason = compiled if isinstance(compiled, str) else ""
    if engine == "compiled" and isinstance(compiled, Shapes):
        try:
            found = run(compiled, data)
        except (NotCoveredError, RecursionError) as e:
            reason = str(e)
        else:
            results = results_of(found, compiled.about, data)
            return Report(
                conforms=conforms(results, fail_on),
                fail_on=fail_on,
                results=results,
                is_empty=not any_focus(compiled, data),
            )
    from kgbuild.validate.reference import validate_with_pyshacl

    report = validate_with_pyshacl(graph | vocabulary, data, rules, terms, fail_on)
    if isinstance(compiled, Shapes):
        report = replace(report, is_empty=not any_focus(compiled, data))
    return report.left_to_pyshacl(reason) if engine == "compiled" else report


@lru_cache(maxsize=8)
def _compiled(paths: tuple[Path, ...], _stamps: tuple[Stamp, ...]) -> Shapes | str:
    """Return the compiled shapes, or why they are left to pyshacl.

    Raises:
        InputError: a file cannot be read, or contains no shape with a target.
    """

    def compile_files() -> list[dict[str, Any]] | str:
        triples = [quad[:3] for path in paths for quad in read_quads(path)]
        _require_usable(triples, paths)
        try:
            compiled = compile_shapes(_named(triples))
        except NotCoveredError as e:
            return str(e)
        if not compiled.by_node:
            raise _without_target(paths)
        return compiled.to_json()

    return _cached("shapes", paths, compile_files, lambda r: r if isinstance(r, str) else Shapes.from_json(r))


@lru_cache(maxsize=8)
def _schema(paths: tuple[Path, ...], _stamps: tuple[Stamp, ...]) -> Triples:
    """Return the classes and properties of the ontology."""

    def read() -> list[Triple]:
        return schema_of(_named([quad[:3] for path in paths for quad in read_quads(path)]))

    return _cached("schema", paths, read, triples_of) if paths else Triples({})


def _cached(kind: str, paths: Sequence[Path], make: Callable[[], Any], load: Callable[[Any], T]) -> T:
    """Return what was compiled from files, from the cache if possible."""
    name = f"{kind}-{digest_of(_COMPILER)}-{digest_of(paths)}"
    stored = cache.load(name)
    if stored is not None:
        try:
            return load(stored)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
    made = make()
    cache.store(name, made)
    return load(made)


def _named(triples: Iterable[Triple]) -> list[Triple]:
    """Rename blank nodes by order of appearance, deterministically."""
    names: dict[str, str] = {}

    def name(term: str) -> str:
        return names.setdefault(term, f"_:b{len(names)}") if term.startswith("_:") else term

    return [(name(s), p, name(o)) for s, p, o in triples]


def _require_usable(triples: Sequence[Triple], paths: Sequence[Path]) -> None:
    """Reject shapes that apply to nothing, and queries that access other data."""
    classes = {"<http://www.w3.org/2000/01/rdf-schema#Class>", "<http://www.w3.org/2002/07/owl#Class>"}
    if not any(p in _TARGETS or o in classes for _, p, o in triples):
        raise _without_target(paths)
    for s, p, o in triples:
        if p in _QUERIES and o.startswith('"') and reaches_out(lexical(o)):
            cure = "take SERVICE, FROM and LOAD out of it"
            raise InputError("the query reads files or the network", where=s, cure=cure)


def _without_target(paths: Sequence[Path]) -> InputError:
    where = ", ".join(map(str, paths))
    what = "holds no shape with a target, so every graph would conform"
    return InputError(what, where=where, cure="check --shapes")

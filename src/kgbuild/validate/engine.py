"""pyshacl behind one function, or the engine in Rust that speaks as it does.

Guarantees: the verdict is the engine's own, and pyshacl's unless the other is asked for; nothing is inferred and
nothing fetched; messages come from the shapes in all their languages, where pyshacl reports some constraints in one
language only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.errors import InputError, UsageError
from kgbuild.graph.interchange import text, to_rdflib
from kgbuild.store import read_quads
from kgbuild.validate.raw import report_turtle
from kgbuild.validate.report import SEVERITIES, Report, Result
from kgbuild.validate.words import path_text, subject_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rdflib import Graph
    from rdflib.term import Node

    from kgbuild.model import Severity, Triple

Engine = Literal["pyshacl", "fast"]
_SH = "http://www.w3.org/ns/shacl#"
_CODE = terms.GPLANV + "finding-"
_QUERY = "SPARQLConstraintComponent"
_NUMBER = re.compile(r"[A-Z]\d{3}(?=-)")
_TARGETS = tuple(f"<{_SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))


def default_shapes() -> tuple[Path, ...]:
    """Return the rules for the graph of a document."""
    return (data_dir("shapes") / "gplan.ttl",)


def fastest() -> Engine:
    """Return the fast engine where it is installed."""
    return "fast" if find_spec("pyshacl_turbo") else "pyshacl"


def validate(
    triples: Iterable[Triple],
    *,
    shapes: Sequence[Path] | None = None,
    ontology: Sequence[Path] | None = None,
    fail_on: Severity = "violation",
    engine: Engine = "pyshacl",
) -> Report:
    """Return what a graph breaks of the rules.

    Args:
        triples: The asserted statements with the slice of the vocabularies that they use.
        shapes: Files of shapes; None = the rules for the graph of a document.
        ontology: Files of classes and properties beside the data; None = our ontology.
        fail_on: The mildest severity that counts against the graph.
        engine: `pyshacl`, the judge; `fast` = pyshacl-turbo, which the tests hold equal to it.

    Raises:
        InputError: a file cannot be read, holds no shapes, or holds shapes that the engine refuses.
        UsageError: the engine is not installed.
    """
    from rdflib import Graph

    judge = _judge(engine)
    rules = _load(tuple(default_shapes() if shapes is None else shapes))
    if not any(p in _TARGETS for p in {text(p) for p in rules.predicates()}):
        where = ", ".join(str(path) for path in shapes or ())
        raise InputError(
            "holds no shape with a target, so every graph would conform", where=where, cure="check --shapes"
        )
    data = to_rdflib(triples)
    try:
        conforms, found, message = judge(
            data,
            shacl_graph=rules,
            ont_graph=_load(tuple((data_dir("ontology") / "gplan.ttl",) if ontology is None else ontology)),
            inference="none",
            # The graph was made for this call alone; a copy of it would cost a third of the time.
            inplace=True,
            allow_warnings=fail_on == "violation",
            allow_infos=fail_on != "info",
        )
    except Exception as e:  # pyshacl raises what its parts raise, among them plain ValueError and KeyError
        raise _unusable(shapes, e) from e
    if not isinstance(found, Graph):
        raise _unusable(shapes, message)
    results = sorted(_results(found, rules, data), key=_order)
    return Report(
        conforms=bool(conforms), fail_on=fail_on, results=tuple(results), raw=str(message), turtle=report_turtle(found)
    )


def _judge(engine: Engine) -> Callable[..., tuple[Any, ...]]:
    if engine == "fast":
        try:
            import pyshacl_turbo
        except ImportError as e:
            cure = "pip install 'kgbuild[fast]', or leave --engine out"
            raise UsageError("pyshacl-turbo is not installed", where="--engine fast", cure=cure) from e
        return pyshacl_turbo.validate  # type: ignore[no-any-return]
    import pyshacl

    return pyshacl.validate


def _unusable(shapes: Sequence[Path] | None, why: object) -> InputError:
    where = ", ".join(str(path) for path in (default_shapes() if shapes is None else shapes))
    return InputError(f"pyshacl cannot use the shapes ({str(why).strip()})", where=where, cure="mend the shapes")


def _load(paths: tuple[Path, ...]) -> Graph:
    # A file that was edited in between is another file: the stamp is part of the key.
    return _load_at(paths, tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths))


@lru_cache(maxsize=8)
def _load_at(paths: tuple[Path, ...], _stamps: tuple[int, ...]) -> Graph:
    return to_rdflib(quad[:3] for path in paths for quad in read_quads(path))


def _order(result: Result) -> tuple[int, str, str, str, str, str]:
    return (
        SEVERITIES.index(result.severity),
        result.number,
        result.focus,
        result.path,
        result.value,
        result.shape,
    )


def _results(found: Graph, rules: Graph, data: Graph) -> Iterable[Result]:
    from rdflib import RDF, RDFS, Namespace

    sh = Namespace(_SH)
    for node in found.subjects(RDF.type, sh.ValidationResult):

        def one(name: str, node: Node = node) -> Node | None:
            return found.value(node, sh[name])

        shape, focus, value = one("sourceShape"), one("focusNode"), one("value")
        component = str(one("sourceConstraintComponent")).removeprefix(_SH)
        # A query over the whole graph has the ontology as its focus and the node as its value.
        if component == _QUERY and value is not None and str(focus) == terms.ONTOLOGY:
            focus, value = value, None
        severity = str(one("resultSeverity")).removeprefix(_SH).lower()
        yield Result(
            number=_number(shape),
            shape=text(shape) if shape is not None else "",
            severity=next((known for known in SEVERITIES if known == severity), "violation"),
            focus=text(focus) if focus is not None else "",
            subject=subject_words(data, focus) if focus is not None else "",
            path=path_text(rules, rules.value(shape, sh.path)),
            value=text(value) if value is not None else "",
            component=component,
            messages=_messages(found, rules, node, (one("sourceConstraint"), shape)),
            codes=tuple(sorted(o[len(_CODE) :] for o in map(str, rules.objects(shape, RDFS.seeAlso)) if _CODE in o)),
        )


def _number(shape: Node | None) -> str:
    match = _NUMBER.search(str(shape or ""))
    return match[0] if match else ""


def _messages(found: Graph, rules: Graph, node: Node, sources: tuple[Node | None, ...]) -> tuple[tuple[str, str], ...]:
    """Return the messages of the constraint, else of the shape, else those that the engine made up."""
    from rdflib import Literal, Namespace

    sh = Namespace(_SH)
    stated = [list(rules.objects(source, sh.message)) for source in sources if source is not None]
    chosen = next((each for each in stated if each), list(found.objects(node, sh.resultMessage)))
    return tuple(sorted((each.language or "", str(each)) for each in chosen if isinstance(each, Literal)))

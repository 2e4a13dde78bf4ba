"""Every rule of shapes/gplan.ttl against planted errors: what fires, where, how grave, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH, Namespace
from tests.support import IS_FULL

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.errors import InputError
from kgbuild.graph.interchange import from_rdflib
from kgbuild.store.reading import parse_quads, read_quads
from kgbuild.validate import validate

if TYPE_CHECKING:
    from kgbuild.model import Triple
    from kgbuild.validate import ValidationResult

HERE = Path(__file__).parent / "planted"
GPSH = Namespace("https://w3id.org/gplan/shapes#")
SUITES = ("gplan", "vocab", "meta")
ONTOLOGY: dict[str, tuple[Path, ...] | None] = {"gplan": None, "vocab": None, "meta": ()}
OURS = "https://w3id.org/gplan/"
SEVERITY = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


@dataclass(frozen=True)
class Planted:
    """A graph with one planted error, and the (rule, node) pairs that it must give."""

    name: str
    turtle: str
    expected: tuple[tuple[str, str], ...]


def read_mutations(suite: str) -> list[Planted]:
    valid = (HERE / f"{suite}.ttl").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", (HERE / f"{suite}.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = []
    for number, block in enumerate(re.split(r"\n\n+", text.strip())):
        head, *edits = block.split("\n")
        assert head.startswith("="), block
        expected = tuple((word.split("@")[0], word.split("@")[1]) for word in head[1:].split())
        turtle, old = valid, None
        for edit in edits:
            if edit.startswith("- "):
                old = edit[2:]
                assert old in turtle, f"{suite} {number}: {old}"
            elif old is None:
                turtle += edit[2:] + "\n"
            else:
                turtle, old = turtle.replace(old, edit[2:], 1), None
        found.append(Planted(f"{suite}-{number}-{head[1:].strip() or 'right'}", turtle, expected))
    return found


MUTATIONS = {suite: read_mutations(suite) for suite in SUITES}
CASES = [(suite, number) for suite, planted in MUTATIONS.items() for number in range(len(planted))]


@lru_cache
def codes() -> frozenset[Triple]:
    graph = rdflib.Graph()
    for name in ("codes", "findings"):
        graph.parse(data_dir("ontology") / "vocab" / f"{name}.ttl")
    return frozenset(t for t in from_rdflib(graph) if t[0] != f"<{terms.VOCAB}>")


def with_codes(triples: set[Triple]) -> set[Triple]:
    """Add the codes that the graph uses, with their schemes, as the builder does."""
    used = {o for _, _, o in triples if o.startswith(f"<{terms.GPLANV}")}
    added = {t for t in codes() if t[0] in used}
    return triples | added | {t for t in codes() if t[0] in {o for _, _, o in added}}


def parse(planted: Planted, number: int) -> set[Triple]:
    """The graph under IRIs of its own, so that many can be validated in one run."""
    turtle = planted.turtle.replace("https://example.org/gplan/id/", f"https://example.org/gplan/id/m{number}/")
    turtle = turtle.replace("https://w3id.org/gplan/id/", f"https://w3id.org/gplan/id/m{number}/")
    try:
        return {quad[:3] for quad in parse_quads(turtle.encode(), name=planted.name, suffix=".ttl")}
    except InputError as e:
        pytest.fail(f"{planted.name}: {e}")


def rule_of(result: ValidationResult) -> str:
    return result.shape.removeprefix(f"<{GPSH}").rstrip(">").split("-", 1)[-1]


@lru_cache
def fired(suite: str) -> dict[int, list[tuple[str, str, str]]]:
    """Rule, node and severity of each result, by number of the mutation."""
    planted = MUTATIONS[suite]
    results: dict[int, list[tuple[str, str, str]]] = {number: [] for number in range(len(planted))}
    shared = {node: n for n, m in enumerate(planted) for _, node in m.expected if node == "_" or "#" in node}
    # Terms of an ontology and codes of divisions cannot be told apart by IRI: those graphs go one by one.
    size = 40 if suite == "gplan" else 1
    for start in range(0, len(planted), size):
        batch = range(start, min(start + size, len(planted)))
        triples = with_codes(set().union(*(parse(planted[number], number) for number in batch)))
        for result in validate(triples, shapes=[data_dir("shapes") / f"{suite}.ttl"], ontology=ONTOLOGY[suite]).results:
            match = re.search(r"/id/m(\d+)/(.*)>$", result.focus)
            node = match[2] if match else result.focus[1:-1].removeprefix(OURS)
            node = "_" if result.focus.startswith("_:") else node
            number = int(match[1]) if match else start if size == 1 else shared[node]
            results[number].append((rule_of(result), node, result.severity))
    return results


@lru_cache
def rules(suite: str) -> dict[str, str]:
    """Name and severity of every rule."""
    graph = rdflib.Graph().parse(data_dir("shapes") / f"{suite}.ttl")
    return {
        str(shape).removeprefix(str(GPSH)).split("-", 1)[1]: SEVERITY[severity]
        for shape, severity in graph.subject_objects(SH.severity)
        if isinstance(severity, rdflib.URIRef)
    }


@pytest.mark.parametrize(("suite", "number"), CASES, ids=[MUTATIONS[s][n].name for s, n in CASES])
def test_planted_error(suite: str, number: int) -> None:
    expected = [(rule, node, rules(suite)[rule]) for rule, node in MUTATIONS[suite][number].expected]
    assert sorted(fired(suite)[number]) == sorted(expected)


@pytest.mark.parametrize("suite", SUITES)
def test_every_rule_fires_somewhere(suite: str) -> None:
    seen = {rule for results in fired(suite).values() for rule, _, _ in results}
    assert set(rules(suite)) - seen == set()


@pytest.mark.parametrize("suite", SUITES)
def test_nothing_is_said_of_the_valid_graph(suite: str) -> None:
    data = parse(Planted(suite, (HERE / f"{suite}.ttl").read_text(encoding="utf-8"), ()), 0)
    data |= set() if suite == "meta" else codes()
    report = validate(data, shapes=[data_dir("shapes") / f"{suite}.ttl"], ontology=ONTOLOGY[suite], fail_on="info")
    assert report.results == ()
    assert report.conforms


def test_the_ontology_keeps_to_its_rules() -> None:
    data = from_rdflib(rdflib.Graph().parse(data_dir("ontology") / "gplan.ttl"))
    report = validate(data, shapes=[data_dir("shapes") / "meta.ttl"], ontology=(), fail_on="info")
    assert report.results == ()


def test_the_vocabularies_keep_to_their_rules() -> None:
    triples: set[Triple] = set()
    for path in sorted((data_dir("ontology") / "vocab").glob("*.ttl")):
        triples |= {quad[:3] for quad in read_quads(path)}
    report = validate(triples, shapes=[data_dir("shapes") / "vocab.ttl"], fail_on="warning")
    assert [r for r in report.results if r.severity != "info"] == []


def test_every_class_of_the_ontology_has_a_rule() -> None:
    ontology = rdflib.Graph().parse(data_dir("ontology") / "gplan.ttl")
    shapes = rdflib.Graph().parse(data_dir("shapes") / "gplan.ttl")
    targets = set(shapes.objects(None, SH.targetClass))
    declared = {c for c in ontology.subjects(RDF.type, rdflib.OWL.Class) if str(c).startswith(terms.GPLAN)}
    inherited = {terms.GPLAN + name for name in ("LeadAssignment", "CooperatingAssignment")}  # rules by property
    register = {
        terms.GPLAN + name for name in ("BodyKind", "NamingRule")
    }  # in no graph of a document: shapes/vocab.ttl
    assert {str(c) for c in declared - targets} == inherited | register


def test_every_property_with_codes_has_a_rule_that_asks_for_their_class() -> None:
    """So a code that no list declares is found without looking at every statement of the graph."""
    ontology = rdflib.Graph().parse(data_dir("ontology") / "gplan.ttl")
    # What stands in registers alone (divisionKind, marksKind) is looked at there.
    shapes = rdflib.Graph().parse(data_dir("shapes") / "gplan.ttl").parse(data_dir("shapes") / "vocab.ttl")
    asked = {
        (path, cls) for shape, cls in shapes.subject_objects(SH["class"]) for path in shapes.objects(shape, SH.path)
    }
    code_classes = {rdflib.URIRef(o[1:-1]) for _, p, o in codes() if p == f"<{RDF.type}>" and terms.GPLAN in o}
    expected = {(p, c) for p, c in ontology.subject_objects(rdflib.RDFS.range) if c in code_classes}
    assert {cls for _, cls in expected} == code_classes
    assert expected <= asked


def test_every_class_of_codes_has_its_vocabulary_rules() -> None:
    shapes = rdflib.Graph().parse(data_dir("shapes") / "vocab.ttl")
    code_classes = {o[1:-1] for _, p, o in codes() if p == f"<{RDF.type}>" and terms.GPLAN in o}
    assert code_classes <= {str(target) for target in shapes.objects(None, SH.targetClass)}


@pytest.mark.parametrize("name", SUITES)
def test_shapes_are_in_house_style(name: str) -> None:
    graph = rdflib.Graph().parse(data_dir("shapes") / f"{name}.ttl")
    numbers = []
    for shape in graph.subjects(SH.severity):
        assert isinstance(shape, rdflib.URIRef)
        number = re.fullmatch(r"([SVM]\d{3})-\w+", str(shape).removeprefix(str(GPSH)))
        assert number, shape
        numbers.append(number[1])
        messages = {m.language: str(m) for m in graph.objects(shape, SH.message)}  # type: ignore[attr-defined]
        assert set(messages) == {"zh", "en"}, shape
        assert all(text.startswith(number[1] + " ") for text in messages.values()), shape
        assert "；" in messages["zh"], f"{shape}: no cure"
        assert "; " in messages["en"], f"{shape}: no cure"
        assert (shape, rdflib.RDFS.seeAlso, None) in graph, shape
    assert len(numbers) == len(set(numbers))
    constrained = {s for s in graph.subjects(SH.path) if isinstance(s, rdflib.URIRef)}
    assert constrained <= set(graph.subjects(SH.severity))


@pytest.mark.parametrize("name", SUITES)
def test_every_query_and_subquery_projects_the_focus(name: str) -> None:
    """SHACL asks for it where a variable is bound beforehand; pyshacl does not mind, other engines refuse."""
    text = (data_dir("shapes") / f"{name}.ttl").read_text(encoding="utf-8")
    selects = re.findall(r"SELECT (?:DISTINCT )?(\S+)", text)
    assert selects
    assert set(selects) == {"$this"}


@pytest.mark.parametrize("name", SUITES if IS_FULL else ["meta", "vocab"])  # that of gplan takes half a minute
def test_shapes_are_valid_shacl(name: str) -> None:
    conforms, _, text = pyshacl.validate(
        rdflib.Graph(), shacl_graph=str(data_dir("shapes") / f"{name}.ttl"), meta_shacl=True
    )
    assert conforms, text


@pytest.mark.parametrize("name", SUITES)
def test_shapes_use_declared_terms_only(name: str) -> None:
    known = rdflib.Graph()
    for path in (data_dir("ontology")).rglob("*.ttl"):
        if path.stem in ("gplan", "codes", "findings"):
            known.parse(path)
    text = (data_dir("shapes") / f"{name}.ttl").read_text(encoding="utf-8")
    text = re.sub(r'rdfs:seeAlso|"(?:[^"\\\n]|\\.)*"@(?:zh|en)', "", text)
    for prefix, namespace in (("gplan", terms.GPLAN), ("gplanv", terms.GPLANV)):
        for local in set(re.findall(rf"\b{prefix}:([A-Za-z][\w-]*)", text)):
            assert (rdflib.URIRef(namespace + local), None, None) in known, f"{prefix}:{local}"

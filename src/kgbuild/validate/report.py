"""The records of a validation: a `ValidationResult` for each violation, collected in a `Report`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.validate.paths import write_path
from kgbuild.validate.shapes import SH
from kgbuild.validate.words import bare_characters, short_term, subject_words

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from kgbuild.model import Severity
    from kgbuild.validate.compiled import Violation
    from kgbuild.validate.data import Data
    from kgbuild.validate.paths import Path
    from kgbuild.validate.shapes import Shape

SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""Most severe first."""
_QUERY = "SPARQLConstraintComponent"
Text = tuple[tuple[str, str], ...]
"""(language, text), sorted."""


_WHOLE_GRAPH = "<https://w3id.org/gplan/ontology>"
"""Focus of the shapes that compare all nodes of a graph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """A violation of a rule by a node. Terms are strings in N-Triples syntax.

    Attributes:
        number: Number of the rule (`S012`), '' for a shape without one.
        shape: The violated shape.
        severity: Its severity; severities unknown to SHACL count as violations.
        focus: The offending node.
        subject: The node in words from the graph, '' if there are none.
        path: The path in SPARQL syntax, '' for a rule about the node itself.
        value: The offending value, '' if a value is missing.
        component: Local name of the constraint component; the IRI if SHACL does not define it.
        messages: (language, text), sorted; '' is the language of a message without a language tag.
        codes: Codes of equivalent builder findings (`rdfs:seeAlso` of the shape).
        node: The focus node as reported by the engine: for a query over the whole graph, the ontology.
        found: The value as reported by the engine.
        severity_node: The severity as given by the shape.
        steps: The path as a record.
        constraint: The SPARQL constraint or validator, '' for a Core component.
    """

    number: str
    shape: str
    severity: Severity
    focus: str
    subject: str
    path: str
    value: str
    component: str
    messages: Text
    codes: tuple[str, ...] = ()
    node: str = ""
    found: str = ""
    severity_node: str = f"<{SH}Violation>"
    steps: Path | None = None
    constraint: str = ""

    def message(self, lang: str) -> str:
        """Return the message in a language, or in another one if it is missing."""
        texts = dict(self.messages)
        return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of a validation.

    Attributes:
        conforms: Whether nothing is as severe as `fail_on`, or more.
        fail_on: The lowest severity that counts against the graph.
        results: Sorted by severity, number, focus, path, value.
        text: pyshacl's own text report, '' if the compiled engine was used.
        is_empty: Whether no node of the graph is a target of the shapes, so that nothing was checked.
        left: Why the compiled engine deferred to pyshacl, '' if it did not.
    """

    conforms: bool
    fail_on: Severity
    results: tuple[ValidationResult, ...]
    text: str = ""
    is_empty: bool = False
    left: str = ""

    def __repr__(self) -> str:
        """Return the verdict and the number of results of each severity."""
        return f"<Report {_verdict(self.conforms)}, {_numbers(self.counts)}>"

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of results of each severity, most severe first."""
        found = Counter(result.severity for result in self.results)
        return {severity: found[severity] for severity in SEVERITIES}

    def of_nodes(self, nodes: Container[str]) -> Report:
        """Return the results about some nodes only: the focus, or the value where a rule looks at the whole graph."""
        kept = tuple(r for r in self.results if (r.value if r.focus == _WHOLE_GRAPH else r.focus) in nodes)
        return replace(self, results=kept, conforms=conforms(kept, self.fail_on), text="")

    def left_to_pyshacl(self, why: str) -> Report:
        """Return this report of pyshacl with the reason for using pyshacl."""
        return replace(self, left=why)


def _verdict(holds: bool) -> str:  # noqa: FBT001 - a word for either
    return "conforms" if holds else "does not conform"


def _numbers(counts: Mapping[Severity, int]) -> str:
    return ", ".join(f"{number} {severity}" for severity, number in counts.items())


def conforms(results: Iterable[ValidationResult], fail_on: Severity) -> bool:
    """Tell whether no result is as severe as `fail_on`, or more."""
    limit = SEVERITIES.index(fail_on)
    return all(SEVERITIES.index(result.severity) > limit for result in results)


def results_of(
    violations: Iterable[Violation], about: Callable[[str], Shape], data: Data
) -> tuple[ValidationResult, ...]:
    """Convert the violations of an engine to sorted results with words.

    Args:
        violations: The violations.
        about: Returns the metadata of a shape: path, severity, messages.
        data: The graph, for the words of its nodes.
    """
    found = list(violations)
    owners = data.owners({node for v in found for node in (v.focus, v.value) if node})
    return tuple(sorted((_result(v, about(v.shape), data, owners) for v in found), key=_order))


def _order(result: ValidationResult) -> tuple[int, str, str, str, str, str]:
    return (
        SEVERITIES.index(result.severity),
        result.number,
        result.focus,
        result.path,
        result.value,
        result.shape,
    )


def _result(found: Violation, shape: Shape, data: Data, owners: Mapping[str, Sequence[str]]) -> ValidationResult:
    focus, value = found.focus, found.value
    # A query over the whole graph has the ontology as its focus node and reports the node as value.
    if found.component == _QUERY and value is not None and focus == f"<{terms.ONTOLOGY}>":
        focus, value = value, None
    known = shape.severity[1:-1].removeprefix(SH).lower()
    path = "" if found.path is None else write_path(found.path, short_term)
    return ValidationResult(
        number=shape.number,
        shape=found.shape,
        severity=next((s for s in SEVERITIES if s == known), "violation"),
        focus=focus,
        subject=subject_words(data, focus, owners.get(focus, ())),
        path=path,
        value=value or "",
        component=found.component,
        messages=_messages(found, shape, path),
        codes=shape.codes,
        node=found.focus,
        found=found.value or "",
        severity_node=shape.severity,
        steps=found.path,
        constraint=found.constraint,
    )


_PLACE = re.compile(r"\{[?$](\w+)\}")


def _messages(found: Violation, shape: Shape, path: str) -> Text:
    """Return the messages of the constraint, else of the shape, else defaults, with values filled in."""
    stated = found.messages or shape.messages or _unsaid(found, path)
    given = {"this": found.focus, "path": path} | ({"value": found.value} if found.value else {})
    given |= dict(found.bindings)

    def fill(place: re.Match[str]) -> str:
        term = given.get(place[1])
        return place[0] if term is None else bare_characters(term)

    return tuple(sorted((lang, _PLACE.sub(fill, text)) for lang, text in stated))


_UNSAID = {
    "Class": ("值不属于所要求的类", "The value is not of the class asked for"),
    "Datatype": ("值的数据类型不符，或其写法不合该类型", "The value has another datatype, or is ill-formed for it"),
    "NodeKind": ("节点的种类不符", "The node is of another kind"),
    "MinCount": ("值太少", "There are too few values"),
    "MaxCount": ("值太多", "There are too many values"),
    "MinExclusive": ("值不大于下限", "The value is not above the limit"),
    "MinInclusive": ("值小于下限", "The value is below the limit"),
    "MaxExclusive": ("值不小于上限", "The value is not below the limit"),
    "MaxInclusive": ("值大于上限", "The value is above the limit"),
    "MinLength": ("值太短", "The value is too short"),
    "MaxLength": ("值太长", "The value is too long"),
    "Pattern": ("值不合所要求的格式", "The value does not match the pattern"),
    "LanguageIn": ("值的语言不在所列之中", "The language of the value is not among those listed"),
    "UniqueLang": ("同一语言有多个值", "Several values have the same language"),
    "Equals": ("两个属性的值不同", "The values of the two properties differ"),
    "Disjoint": ("两个属性有相同的值", "The two properties share a value"),
    "LessThan": ("值不小于另一属性的值", "The value is not less than that of the other property"),
    "LessThanOrEquals": ("值大于另一属性的值", "The value is greater than that of the other property"),
    "Not": ("节点符合不应符合的形状", "The node conforms to a shape that it must not conform to"),
    "And": ("节点不符合全部形状", "The node does not conform to all of the shapes"),
    "Or": ("节点不符合任何一个形状", "The node conforms to none of the shapes"),
    "Xone": ("节点应恰好符合一个形状", "The node does not conform to exactly one of the shapes"),
    "Node": ("节点不符合所要求的形状", "The node does not conform to the shape"),
    "Closed": ("节点有形状未列出的属性", "The node has a property that the closed shape does not list"),
    "HasValue": ("缺少所要求的值", "The value asked for is missing"),
    "In": ("值不在所列之中", "The value is not among those listed"),
    "QualifiedMinCount": ("符合形状的值太少", "Too few values conform to the shape"),
    "QualifiedMaxCount": ("符合形状的值太多", "Too many values conform to the shape"),
}
"""Defaults for shapes without messages; engines differ in their wording here."""


def _unsaid(found: Violation, path: str) -> Text:
    name = found.component.removesuffix("ConstraintComponent")
    zh, en = _UNSAID.get(name, ("不符合约束", "The constraint does not hold"))
    at = path or "sh:this"
    return (("en", f"{en} ({at})."), ("zh", f"{zh}（{at}）。"))

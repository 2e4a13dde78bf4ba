"""The records of a validation: one `ValidationResult` a broken rule and place, gathered in a `Report`."""

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
    from collections.abc import Callable, Container, Iterable, Mapping

    from kgbuild.model import Severity
    from kgbuild.validate.compiled import Violation
    from kgbuild.validate.data import Data
    from kgbuild.validate.paths import Path
    from kgbuild.validate.shapes import Shape

SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""The gravest first."""
_QUERY = "SPARQLConstraintComponent"
Text = tuple[tuple[str, str], ...]
"""(language, text), sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """One broken rule at one place. Terms are strings of N-Triples.

    Attributes:
        number: Number of the rule (`S012`), '' for a shape without one.
        shape: The shape that was broken.
        severity: How grave it is; a severity that SHACL does not know counts as a violation.
        focus: The node that breaks the rule.
        subject: Words for the node from the graph, '' where it has none.
        path: The path as SPARQL writes it, '' for a rule on the node itself.
        value: The value that breaks the rule, '' where a value is missing.
        component: Local name of the constraint component, an IRI for one that SHACL does not know.
        messages: Text by language, sorted; '' is the language of a message without one.
        codes: Codes of the builder's findings that say the same (`rdfs:seeAlso` of the shape).
        node: The focus node as the engine has it: for a query over the whole graph, the ontology.
        found: The value as the engine has it.
        severity_node: The severity as the shape names it.
        steps: The path as a record.
        constraint: The SPARQL constraint or validator, '' for a component of Core.
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
        """Return the message in a language, or in another where it has none in that."""
        texts = dict(self.messages)
        return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the engine found.

    Attributes:
        conforms: The verdict of the engine: nothing as grave as `fail_on`, or graver.
        fail_on: The mildest severity that counts against the graph.
        results: Sorted by severity, number, focus, path, value.
        said: pyshacl's own report as text, '' where the compiled engine answered.
        is_empty: No node of the graph is a target of the shapes, so that nothing was looked at.
        left: Why the compiled engine left the shapes to pyshacl, '' where it did not.
    """

    conforms: bool
    fail_on: Severity
    results: tuple[ValidationResult, ...]
    said: str = ""
    is_empty: bool = False
    left: str = ""

    def __repr__(self) -> str:
        """The verdict, and how many results there are of each severity."""
        return f"<Report {_verdict(self.conforms)}, {_numbers(self.counts)}>"

    @property
    def counts(self) -> dict[Severity, int]:
        """How many results of each severity there are, the gravest first."""
        found = Counter(result.severity for result in self.results)
        return {severity: found[severity] for severity in SEVERITIES}

    def of_nodes(self, nodes: Container[str]) -> Report:
        """Return what was found of some nodes."""
        kept = tuple(result for result in self.results if result.focus in nodes)
        return replace(self, results=kept, conforms=conforms(kept, self.fail_on), said="")

    @property
    def raw(self) -> str:
        """The report as text, pyshacl's own where that was asked."""
        from kgbuild.validate.raw import report_text

        return self.said or report_text(self)

    @property
    def turtle(self) -> str:
        """The report as the W3C has it, in Turtle."""
        from kgbuild.validate.raw import report_turtle

        return report_turtle(self)

    def left_to_pyshacl(self, why: str) -> Report:
        """Return the report of pyshacl, saying why it was asked."""
        return replace(self, left=why)


def _verdict(holds: bool) -> str:  # noqa: FBT001 - a word for either
    return "conforms" if holds else "does not conform"


def _numbers(counts: Mapping[Severity, int]) -> str:
    return ", ".join(f"{number} {severity}" for severity, number in counts.items())


def conforms(results: Iterable[ValidationResult], fail_on: Severity) -> bool:
    """Tell whether nothing as grave as `fail_on` was found."""
    limit = SEVERITIES.index(fail_on)
    return all(SEVERITIES.index(result.severity) > limit for result in results)


def results_of(
    violations: Iterable[Violation], about: Callable[[str], Shape], data: Data
) -> tuple[ValidationResult, ...]:
    """Return the results of an engine in words and in order.

    Args:
        violations: What the engine found.
        about: Gives what a shape says of itself: path, severity, messages.
        data: The graph, for the words of its nodes.
    """
    return tuple(sorted((_result(v, about(v.shape), data) for v in violations), key=_order))


def _order(result: ValidationResult) -> tuple[int, str, str, str, str, str]:
    return (
        SEVERITIES.index(result.severity),
        result.number,
        result.focus,
        result.path,
        result.value,
        result.shape,
    )


def _result(found: Violation, shape: Shape, data: Data) -> ValidationResult:
    focus, value = found.focus, found.value
    # A query over the whole graph has the ontology as its focus and the node as its value.
    if found.component == _QUERY and value is not None and focus == f"<{terms.ONTOLOGY}>":
        focus, value = value, None
    known = shape.severity[1:-1].removeprefix(SH).lower()
    path = "" if found.path is None else write_path(found.path, short_term)
    return ValidationResult(
        number=shape.number,
        shape=found.shape,
        severity=next((s for s in SEVERITIES if s == known), "violation"),
        focus=focus,
        subject=subject_words(data, focus),
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
    """The messages of the constraint, else of the shape, else words of our own, with values filled in."""
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
"""What is said where a shape has no message of its own; the wording of engines differs here."""


def _unsaid(found: Violation, path: str) -> Text:
    name = found.component.removesuffix("ConstraintComponent")
    zh, en = _UNSAID.get(name, ("不符合约束", "The constraint does not hold"))
    at = path or "sh:this"
    return (("en", f"{en} ({at})."), ("zh", f"{zh}（{at}）。"))

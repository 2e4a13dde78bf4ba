"""The records of a validation: one `Result` a broken rule and place, gathered in a `Report`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.model import Severity

SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""The gravest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One broken rule at one place. Terms are strings of N-Triples.

    Attributes:
        number: Number of the rule (`S012`), '' for a shape without one.
        shape: The shape that was broken.
        severity: How grave it is.
        focus: The node that breaks the rule.
        subject: Words for the node from the graph, '' where it has none.
        path: The path as SPARQL writes it, '' for a rule on the node itself.
        value: The value that breaks the rule, '' where a value is missing.
        component: The constraint component of SHACL.
        messages: Text by language, sorted; '' is the language of a message without one.
        codes: Codes of the builder's findings that say the same (`rdfs:seeAlso` of the shape).
    """

    number: str
    shape: str
    severity: Severity
    focus: str
    subject: str
    path: str
    value: str
    component: str
    messages: tuple[tuple[str, str], ...]
    codes: tuple[str, ...] = ()

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
        raw: The engine's own report as text.
        turtle: The engine's own report as the W3C has it, in Turtle.
    """

    conforms: bool
    fail_on: Severity
    results: tuple[Result, ...]
    raw: str = ""
    turtle: str = ""

    @property
    def counts(self) -> dict[Severity, int]:
        """How many results of each severity there are, the gravest first."""
        found = Counter(result.severity for result in self.results)
        return {severity: found[severity] for severity in SEVERITIES}

"""The W3C validation report in Turtle, and a text report for terminals.

Guarantees: equal results yield equal bytes, whichever engine produced them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.validate.shapes import SH
from kgbuild.validate.words import short_term

if TYPE_CHECKING:
    from kgbuild.validate.paths import Path
    from kgbuild.validate.report import Report, ValidationResult

_PREFIXES = {"sh": SH, "gpsh": "https://w3id.org/gplan/shapes#", **terms.PREFIXES}
_OPERATORS = {
    "inverse": "inversePath",
    "zeroOrMore": "zeroOrMorePath",
    "oneOrMore": "oneOrMorePath",
    "zeroOrOne": "zeroOrOnePath",
}


def report_turtle(report: Report) -> str:
    """Return a validation report in Turtle with sorted results."""
    head = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in sorted(_PREFIXES.items()))
    parts = ["a sh:ValidationReport", f"sh:conforms {str(report.conforms).lower()}"]
    parts += sorted(f"sh:result {_result(r)}" for r in report.results)
    return f"{head}\n[\n" + " ;\n".join(f"  {line}" for line in parts) + "\n] .\n"


def _result(result: ValidationResult) -> str:
    component = result.component
    lines = [
        "a sh:ValidationResult",
        f"sh:focusNode {_term(result.node)}",
        f"sh:resultSeverity {_term(result.severity_node)}",
        f"sh:sourceConstraintComponent {_term(f'<{SH}{component}>' if component.isalpha() else f'<{component}>')}",
        f"sh:sourceShape {_term(result.shape)}",
    ]
    lines += [f"sh:resultMessage {terms.literal(text, lang=lang or None)}" for lang, text in result.messages]
    lines += [f"sh:resultPath {_path(result.steps)}"] if result.steps is not None else []
    lines += [f"sh:sourceConstraint {_term(result.constraint)}"] if result.constraint else []
    lines += [f"sh:value {_term(result.found)}"] if result.found else []
    return "[\n" + " ;\n".join(f"    {line}" for line in sorted(lines)) + "\n  ]"


def _term(term: str) -> str:
    # A blank node has no identity outside its file.
    return "[]" if term.startswith("_:") else short_term(term, _PREFIXES)


def _path(path: Path) -> str:
    if isinstance(path, str):
        return _term(path)
    operator, *inner = path
    members = " ".join(map(_path, inner))
    if operator == "sequence":
        return f"( {members} )"
    if operator == "alternative":
        return f"[ sh:alternativePath ( {members} ) ]"
    return f"[ sh:{_OPERATORS[operator]} {members} ]"


def report_text(report: Report) -> str:
    """Return a validation report as text: pyshacl's own if pyshacl was used, otherwise in its style."""
    if report.text:
        return report.text
    out = ["Validation Report", f"Conforms: {report.conforms}"]
    out += [f"Results ({len(report.results)}):"] if report.results else []
    for r in report.results:
        kind = "Constraint Violation" if r.severity == "violation" else "Validation Result"
        component = f"{SH}{r.component}" if r.component.isalpha() else r.component
        out += [
            f"{kind} in {r.component} ({component}):",
            f"\tSeverity: {short_term(r.severity_node, _PREFIXES)}",
            f"\tSource Shape: {short_term(r.shape, _PREFIXES)}",
            f"\tFocus Node: {short_term(r.node, _PREFIXES)}",
        ]
        out += [f"\tValue Node: {short_term(r.found, _PREFIXES)}"] if r.found else []
        out += [f"\tResult Path: {r.path}"] if r.path else []
        out += [f"\tMessage: {text}" for _, text in r.messages]
    return "\n".join(out) + "\n"

"""Shapes → findings: whether a graph conforms to the rules under shapes/, and how to fix it where it does not.

Each module is loaded when one of its names is first used, so a build does not load the report formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_names

if TYPE_CHECKING:
    from kgbuild.validate.engine import Engine, validate
    from kgbuild.validate.findings import GraphFinding, Spot, Verdict, collect
    from kgbuild.validate.formats import render_github, render_junit, render_sarif
    from kgbuild.validate.lines import node_lines
    from kgbuild.validate.raw import report_text, report_turtle
    from kgbuild.validate.render import render_json, render_markdown, render_text
    from kgbuild.validate.report import Report, ValidationResult

__all__ = [
    "Engine",
    "GraphFinding",
    "Report",
    "Spot",
    "ValidationResult",
    "Verdict",
    "collect",
    "node_lines",
    "render_github",
    "render_json",
    "render_junit",
    "render_markdown",
    "render_sarif",
    "render_text",
    "report_text",
    "report_turtle",
    "validate",
]

_HOMES = {
    "engine": "Engine validate",
    "findings": "GraphFinding Spot Verdict collect",
    "formats": "render_github render_junit render_sarif",
    "lines": "node_lines",
    "raw": "report_text report_turtle",
    "render": "render_json render_markdown render_text",
    "report": "Report ValidationResult",
}
__getattr__, __dir__ = lazy_names(__name__, _HOMES)

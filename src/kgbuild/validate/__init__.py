"""Shapes → findings: does a graph keep to the rules under shapes/, and where not, what to do."""

from kgbuild.validate.asserted import asserted
from kgbuild.validate.engine import Engine, validate
from kgbuild.validate.findings import Finding, Spot, Verdict, collect
from kgbuild.validate.formats import render_github, render_junit, render_sarif
from kgbuild.validate.lines import node_lines
from kgbuild.validate.render import render_json, render_markdown, render_text
from kgbuild.validate.report import Report, Result

__all__ = [
    "Engine",
    "Finding",
    "Report",
    "Result",
    "Spot",
    "Verdict",
    "asserted",
    "collect",
    "node_lines",
    "render_github",
    "render_json",
    "render_junit",
    "render_markdown",
    "render_sarif",
    "render_text",
    "validate",
]

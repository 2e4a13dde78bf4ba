"""Shapes → findings: does a graph keep to the rules under shapes/, and where not, what to do."""

from kgbuild.validate.asserted import asserted
from kgbuild.validate.engine import validate
from kgbuild.validate.render import render_json, render_text
from kgbuild.validate.report import Report, Result

__all__ = ["Report", "Result", "asserted", "render_json", "render_text", "validate"]

"""Mentions → parties of the register: which body a wording denotes in this document, by what method, how certain.

Nothing is guessed: a place that the document does not state stays unstated, and of two candidates both are listed.
"""

from kgbuild.link.context import document_context
from kgbuild.link.resolve import resolve

__all__ = ["document_context", "resolve"]

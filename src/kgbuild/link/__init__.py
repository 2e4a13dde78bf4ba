"""Mentions → parties of the register: which body a wording means in this document, how that is known, how surely.

Nothing is guessed: a place that the document does not say stays unsaid, two candidates are both listed.
"""

from kgbuild.link.context import document_context
from kgbuild.link.resolve import resolve

__all__ = ["document_context", "resolve"]

"""Responsibility statements: who leads, who cooperates, and for what.

Takes a document and returns its statements in reading order, each with the bodies as written.
"""

from kgbuild.extract.responsibility.statements import find_statements, text_start

__all__ = ["find_statements", "text_start"]

"""Statements of responsibility: who leads, who cooperates, and for what.

Takes a document and gives its statements in reading order, each with the bodies that it names as they are written.
"""

from kgbuild.extract.responsibility.statements import find_statements, text_start

__all__ = ["find_statements", "text_start"]

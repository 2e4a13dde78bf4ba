"""The line of a graph file that describes a node, in line-based formats: Turtle, TriG, N-Triples, N-Quads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_PREFIX = re.compile(r"\s*@?prefix\s+([\w.-]*):\s*<([^>\s]*)>", re.IGNORECASE)
_SUBJECT = re.compile(r"\s*(?:<([^>\s]*)>|([\w.-]*):((?:[^\s;,.<>\"\\]|\.(?=\S)|\\.)*))(?=\s)")
_COMMENT = re.compile(r"\s+#(?:\s.*)?$|^\s*#.*$")
_ENDS = (".", "{", "}")


def node_lines(lines: Iterable[str], wanted: Container[str] | None = None) -> dict[str, int]:
    r"""Return the line, from 1, where the description of each node starts.

    Args:
        lines: The lines of a graph file. Multi-line literals can contain anything, so a line counts only if the
            previous statement has ended.
        wanted: The nodes that are asked for; None for all.

    Example:
        >>> node_lines('@prefix : <urn:> .\n:a a :B ;\n  :p :c .\n:c :q 1 .\n'.splitlines())
        {'<urn:a>': 2, '<urn:c>': 4}
    """
    prefixes: dict[str, str] = {}
    found: dict[str, int] = {}
    is_free, is_quoted = True, False
    for number, ended in enumerate(lines, start=1):
        line = ended.removesuffix("\n")
        turns = line.count('"""') % 2
        was_quoted, is_quoted = is_quoted, is_quoted != bool(turns)
        code = line.rstrip() if is_quoted or was_quoted else _COMMENT.sub("", line).rstrip()
        if was_quoted:
            is_free = not is_quoted and code.endswith(_ENDS)
            continue
        if not code:
            continue
        if declared := _PREFIX.match(code):
            prefixes[declared[1]] = declared[2]
        elif is_free and (subject := _SUBJECT.match(code)):
            iri = subject[1] if subject[1] is not None else _expand(prefixes, subject[2], subject[3])
            if iri is not None and (wanted is None or f"<{iri}>" in wanted):
                found.setdefault(f"<{iri}>", number)
        is_free = not is_quoted and (code.endswith(_ENDS) or bool(declared))
    return found


def _expand(prefixes: dict[str, str], prefix: str, local: str) -> str | None:
    namespace = prefixes.get(prefix)
    return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)

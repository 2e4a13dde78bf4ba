"""What a reader of the code may count on: functions of a page, and no function twice."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import kgbuild

SOURCES = Path(kgbuild.__file__).parent
LONGEST = 50
"""Lines of a function, with its signature and docstring."""
LEAST = 150
"""Length of a parsed body below which two functions may be the same by chance."""
ALONE = {"read/pdfium.py"}
"""Modules that another process starts by path, and that can therefore import nothing of ours."""


class Function(NamedTuple):
    """A function: where it stands, its number of lines, its parsed body."""

    file: str
    name: str
    lines: int
    body: str


@cache
def functions() -> list[Function]:
    found = []
    for path in sorted(SOURCES.rglob("*.py")):
        for f in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef):
                body = ast.dump(ast.Module(f.body[1:] if ast.get_docstring(f) else f.body, []))
                lines = (f.end_lineno or f.lineno) - f.lineno + 1
                found.append(Function(str(path.relative_to(SOURCES)), f.name, lines, body))
    return found


def test_every_function_fits_on_a_page() -> None:
    assert {(f.file, f.name): f.lines for f in functions() if f.lines > LONGEST} == {}


def test_no_two_functions_have_the_same_body() -> None:
    bodies: defaultdict[str, list[str]] = defaultdict(list)
    for f in functions():
        if len(f.body) > LEAST and f.file not in ALONE:
            bodies[f.body].append(f"{f.file}: {f.name}")
    assert [twins for twins in bodies.values() if len(twins) > 1] == []

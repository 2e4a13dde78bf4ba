"""What a reader of the code may count on: functions of a page, and no function twice."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import kgbuild

SOURCES = Path(kgbuild.__file__).parent
LONGEST = 50
"""Lines of a function, with its signature and docstring."""
LEAST = 150
"""Length of a parsed body below which two functions may be the same by chance."""
ALONE = {"read/pdfium.py"}
"""Modules that another process starts by path, and that can therefore import nothing of ours."""


def functions() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (str(path.relative_to(SOURCES)), node)
        for path in sorted(SOURCES.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_every_function_fits_on_a_page() -> None:
    lengths = {(file, f.name): (f.end_lineno or f.lineno) - f.lineno + 1 for file, f in functions()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_two_functions_have_the_same_body() -> None:
    bodies: defaultdict[str, list[str]] = defaultdict(list)
    for file, f in functions():
        body = f.body[1:] if ast.get_docstring(f) else f.body
        key = ast.dump(ast.Module(body, []))
        if len(key) > LEAST and file not in ALONE:
            bodies[key].append(f"{file}: {f.name}")
    assert [twins for twins in bodies.values() if len(twins) > 1] == []

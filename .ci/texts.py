"""What the errors of kgbuild say: the texts that a user can meet, for the catalogue of translations.

Reads the code. A text is the template of a `Message`, or a plain string where an error takes what is wrong, where, or
how to mend it, also by way of a variable, a table, or a function that returns an error. An f-string there is a fault,
since nothing can translate it. What the compiled engine leaves to pyshacl (`NotCoveredError`) no user sees.
"""

from __future__ import annotations

import ast
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).resolve().parent.parent / "src" / "kgbuild"
ERRORS = {"UsageError", "InputError", "AwayError", "OntologyError", "MissingError", "NonConformance", "TaskError"}
MESSAGE = "Message"
SYSTEM = (
    "No such file or directory",
    "Permission denied",
    "Is a directory",
    "Not a directory",
    "File exists",
    "File name too long",
    "No space left on device",
    "Read-only file system",
    "Too many levels of symbolic links",
    "Input/output error",
    "Broken pipe",
    "Too many open files",
    "Address already in use",
    "Connection refused",
    "Disk quota exceeded",
    "Operation not permitted",
    "Bad file descriptor",
    "Invalid argument",
    "Cannot allocate memory",
    "Stale file handle",
    "embedded null byte",
)
"""What the system says of files, as the values of our messages have it."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Text(NamedTuple):
    """A text, or an expression from which none can be read, at its line."""

    text: str
    place: str
    is_readable: bool = True


@cache
def error_texts(source: Path = SOURCE) -> tuple[Text, ...]:
    """Return the texts of all errors in reading order, with repetitions."""
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(source.rglob("*.py"))}
    nodes = (node for tree in modules.values() for node in ast.walk(tree))
    makers = {node.name for node in nodes if isinstance(node, Function) and _makes_error(node)}
    found = (_Module(path.relative_to(source).as_posix(), tree, makers).texts() for path, tree in modules.items())
    return tuple(chain.from_iterable(found))


def _makes_error(function: Function) -> bool:
    named = {n.id for n in ast.walk(function.returns) if isinstance(n, ast.Name)} if function.returns else set()
    return bool(named & (ERRORS | {"KgbuildError"}))


class _Module:
    """The errors of one module."""

    def __init__(self, name: str, tree: ast.Module, makers: set[str]) -> None:
        self.name, self.tree, self.makers = name, tree, makers

    def texts(self) -> Iterator[Text]:
        for scope, call in _calls(self.tree, self.tree):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == MESSAGE:
                yield from self._of_message(call, scope)
            elif name in ERRORS:
                own = call.args[1:2] if name == "TaskError" else call.args[:1]
                own += [k.value for k in call.keywords if k.arg == "cure"]
                yield from self._of(own, scope)
                yield from self._places(call)
            elif name in self.makers:
                yield from self._of([*call.args, *(k.value for k in call.keywords)], scope, strict=False)

    def _of_message(self, call: ast.Call, scope: ast.AST) -> Iterator[Text]:
        template = call.args[0]
        if isinstance(template, ast.Constant):
            yield Text(template.value, f"{self.name}:{template.lineno}")
        elif self.name != "errors.py":  # which makes them again of what another process sent
            yield Text(ast.unparse(template), f"{self.name}:{template.lineno}", is_readable=False)
        yield from self._of([k.value for k in call.keywords], scope, strict=False)

    def _places(self, call: ast.Call) -> Iterator[Text]:
        """Yield where an error is, if words say so: "standard input", but not the name of an option or a command."""
        for keyword in call.keywords:
            where = keyword.value
            if keyword.arg == "where" and isinstance(where, ast.Constant) and " " in where.value.strip("-"):
                yield Text(where.value, f"{self.name}:{where.lineno}")

    def _of(self, given: list[ast.expr], scope: ast.AST, *, strict: bool = True) -> Iterator[Text]:
        """Yield the texts that expressions may be; `strict`: what is none, too."""
        for expression in given:
            for leaf in self._leaves(expression, scope, set()):
                place = f"{self.name}:{leaf.lineno}"
                if isinstance(leaf, ast.Constant):
                    if isinstance(leaf.value, str) and " " in leaf.value:
                        yield Text(leaf.value, place)
                elif isinstance(leaf, ast.JoinedStr | ast.BinOp) and strict:
                    yield Text(ast.unparse(leaf), place, is_readable=False)

    def _leaves(self, node: ast.expr, scope: ast.AST, seen: set[str]) -> Iterator[ast.expr]:
        """Yield the ends of an expression: through branches, variables and tables of its function and module."""
        if isinstance(node, ast.Name):
            if node.id not in seen:
                for value in _bound(node.id, scope) or _bound(node.id, self.tree):
                    yield from self._leaves(value, scope, seen | {node.id})
            return
        parts = _parts(node)
        if parts is None:
            yield node
        for part in parts or ():
            yield from self._leaves(part, scope, seen)


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """Return the expressions one of which an expression is, or which it holds; None if it is an end."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp() | ast.Dict():
            return node.values
        case ast.Tuple() | ast.List():
            return node.elts
        case ast.Subscript():
            return [node.value]
        case ast.Call(func=ast.Attribute(attr="get" | "items") as method):
            return [method.value, *node.args[1:]]
        case _:
            return None


def _calls(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield scope, child
        yield from _calls(child, child if isinstance(child, Function) else scope)


def _bound(name: str, scope: ast.AST) -> list[ast.expr]:
    """Return what is assigned to a name in a function, or at the top of a module."""
    found: list[ast.expr] = []
    for node in ast.walk(scope) if isinstance(scope, Function) else ast.iter_child_nodes(scope):
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.For):
            pairs = [(node.target, node.iter)]
        else:
            continue
        found += [value for target, value in pairs if _names(target, name)]
    return found


def _names(target: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))

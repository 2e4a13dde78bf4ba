"""Chinese words in the code: grammar alone may speak Chinese there, and the number of its words may only fall.

Words of an open class belong in the vocabularies, where a user can add to them.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import kgbuild

SOURCES = Path(kgbuild.__file__).parent
HAN = re.compile(r"[\u4e00-\u9fff]+")

# What people read on a screen or in a report, in two languages; no reading of a document rests on it.
SHOWN = {
    *("api/folder.py", "api/judge.py", "api/reason.py", "model/layers.py", "model/place.py"),
    *("publish/parts.py", "publish/words.py"),
    *("api/summary.py", "view", "validate/render.py", "validate/report.py", "proof/render.py", "graph/turtle.py"),
}
MOST = 1500
"""Words outside of what is shown; this number only falls."""


def literals(tree: ast.AST) -> list[str]:
    """Return the strings of a module without those that stand alone: docstrings and remarks on a constant."""
    alone = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    strings = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in alone]
    return [n.value for n in strings if isinstance(n.value, str)]


@cache
def strings(path: Path) -> list[str]:
    """Return the strings of a module; see `literals`."""
    return literals(ast.parse(path.read_text(encoding="utf-8")))


def words_in(path: Path) -> int:
    """Count the runs of Han characters in the strings of a module; a pattern is split at all its marks."""
    return sum(len(HAN.findall(text)) for text in strings(path))


@cache
def counts() -> dict[str, int]:
    found = {str(p.relative_to(SOURCES)): words_in(p) for p in sorted(SOURCES.rglob("*.py"))}
    return {name: n for name, n in found.items() if n and not {name, name.split("/", maxsplit=1)[0]} & SHOWN}


def test_words_are_counted_as_runs_of_han_characters(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""文档。"""\n_A = r"推进|推动(?:好|了)?[和与]x"\n"""说明"""\n', encoding="utf-8")
    assert words_in(module) == 5


def test_the_code_holds_no_more_chinese_words_than_the_grammar_needs() -> None:
    found = counts()
    worst = sorted(found.items(), key=lambda item: -item[1])[:10]
    assert sum(found.values()) <= MOST, worst


def test_no_pattern_is_a_dictionary() -> None:
    """A long list of words would hide behind a small sum; the longest pattern of the grammar has 29."""
    judged = counts()
    long = {
        (str(path.relative_to(SOURCES)), text[:40]): words
        for path in sorted(SOURCES.rglob("*.py"))
        if str(path.relative_to(SOURCES)) in judged
        for text in strings(path)
        if (words := len(HAN.findall(text))) > 29
    }
    assert long == {}

"""The documentation: every command and query in it is run, both languages say the same, no link is dead.

`console`, `python`, `turtle` and `text` blocks are those of tests/test_readme.py; all pages run in one folder, the
tutorial first, and a command that several pages show is run once. `sparql` blocks are asked of the plan, and `answer`
blocks hold what comes out. `make readme` writes the output of today into all pages.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.support import whole
from tests.test_readme import READMES, blocks, rewrite, run, run_steps, squeezed, tidy

import kgbuild
from kgbuild import api

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh")
ORDER = ("tutorial", "index", "researcher", "portal", "ci", "names", "cookbook", "model", "peers", "api")
PAGES = [DOCS / lang / f"{name}.md" for lang in LANGUAGES for name in ORDER]
EXAMPLE = ROOT / "examples" / "yunling-2025.txt"
PREFIXES = """
@prefix gplan: <https://w3id.org/gplan/ontology#> . @prefix gplanv: <https://w3id.org/gplan/vocab#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix body: <https://w3id.org/gplan/id/body/> .
@prefix division: <https://w3id.org/gplan/id/division/> . @prefix population: <https://w3id.org/gplan/id/population/> .
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "examples", place / "examples")
    return place


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[Path, list[tuple[str, str, str]]]:
    """Command, shown and real output of every step by page, all run in one order."""
    ran: dict[str, str] = {}
    return {page: run_steps(page, folder, ran) for page in PAGES}


@cache
def printed(code: str, folder: Path) -> str:
    """What Python prints; the same in both languages."""
    return run(f"python -c {shlex.quote(code)}", folder)


@whole("runs every command of the documentation")
@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_page_shows_what_comes_out(page: Path, folder: Path, outputs: dict[Path, list[tuple[str, str, str]]]) -> None:
    for command, shown, real in outputs[page]:
        assert "[exit code" not in real, f"{command}\n{real}"
        assert squeezed(real) == squeezed(shown), f"{command}: run `make readme`, and read what changed"
    for block in blocks(page, "python"):
        expected = [line.split("# ", 1)[1] for line in block.body.splitlines() if line.startswith("print(")]
        assert squeezed(printed(block.body, folder)) == expected
    source = EXAMPLE.read_text(encoding="utf-8")
    assert [line for b in blocks(page, "text") for line in b.body.splitlines() if line.strip() not in source] == []


@whole("runs every command of the documentation")
def test_what_is_shown_of_the_graph_stands_there(folder: Path, outputs: dict[Path, list[tuple[str, str, str]]]) -> None:
    assert outputs
    graph = (folder / "plan.ttl").read_text(encoding="utf-8")
    for lang in LANGUAGES:
        found = blocks(DOCS / lang / "model.md", "turtle")
        shown = [piece for b in found for piece in re.split(r"^ *…\n", b.body, flags=re.MULTILINE)]
        assert shown
        assert [piece for piece in shown if piece.strip("\n") not in graph] == []


def test_the_entries_that_are_shown_pass_the_check(tmp_path: Path) -> None:
    en, zh = (blocks(DOCS / lang / "names.md", "turtle") for lang in LANGUAGES)
    assert en == zh
    shown = "\n".join(b.body for b in en)
    place = (ROOT / "examples" / "vocab" / "yunling.ttl").read_text(encoding="utf-8")
    (tmp_path / "mine.ttl").write_text(f"{PREFIXES}{place}\n{shown}", encoding="utf-8")
    assert [v for v in api.check_vocabularies([tmp_path / "mine.ttl"]) if not v.conforms] == []


# -- the cookbook -------------------------------------------------------------------------------------------------
QUESTION = re.compile(r"^```sparql\n(?P<query>.*?)^```\n\n```answer\n(?P<answer>.*?)^```$", re.MULTILINE | re.DOTALL)


def questions(lang: str) -> list[tuple[str, str]]:
    """Query and answer of each question as the page shows them."""
    return QUESTION.findall((DOCS / lang / "cookbook.md").read_text(encoding="utf-8"))


def asked(graph: kgbuild.Graph, query: str) -> str:
    return tidy(api.render_rows(graph.sparql(query), form="table"))


def graph_of(folder: Path) -> kgbuild.Graph:
    file = folder / "plan.trig"
    if not file.is_file():
        file.write_bytes(kgbuild.build(EXAMPLE, validate=False).serialise("trig"))
    return kgbuild.open(file)


@whole("asks every question of the documentation")
def test_the_questions_of_the_cookbook_have_these_answers(folder: Path) -> None:
    graph = graph_of(folder)
    assert questions("en") == questions("zh")
    assert len(questions("en")) == 20
    for query, shown in questions("en"):
        real = asked(graph, query)
        assert shown == real, "run `make readme`, and read what changed"
        assert real.count("\n") > 2, "a question without an answer shows nothing"


# -- both languages, links ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ORDER)
def test_both_languages_have_the_same_parts(name: str) -> None:
    en, zh = ((DOCS / lang / f"{name}.md").read_text(encoding="utf-8") for lang in LANGUAGES)
    for pattern in (r"^(#+) ", r"^```(\S+)$", r"\]\((?!#)([^)]+)\)", r"^\$ (\w+ ?\w*)", r"^(\|---.*)$"):
        assert sorted(re.findall(pattern, en, re.MULTILINE)) == sorted(re.findall(pattern, zh, re.MULTILINE)), pattern


def test_pages_lead_to_files_and_sections_of_the_repository() -> None:
    assert {p.stem for lang in LANGUAGES for p in (DOCS / lang).glob("*.md")} == set(ORDER)
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"


@whole("builds a site for each language")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_documentation_is_built_without_a_warning_and_no_link_is_dead(lang: str, tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_parser")
    pytest.importorskip("furo")
    # In a process of its own: Sphinx changes warnings, locale and signals of the one it runs in.
    out = tmp_path / lang
    language = "-D language=zh_CN" if lang == "zh" else ""
    said = run(f"python -m sphinx -q -W --keep-going {language} -c docs -d {tmp_path}/tree docs/{lang} {out}", ROOT)
    assert said == ""
    pages = {p.relative_to(out).as_posix(): p.read_text(encoding="utf-8") for p in out.rglob("*.html")}
    ids = {path: set(re.findall(r'\sid="([^"]*)"', html)) for path, html in pages.items()}
    dead = []
    for path, html in pages.items():
        for link in re.findall(r'\s(?:href|src)="([^"]*)"', html):
            if re.match(r"(https?:|mailto:|data:)", link):
                continue
            to, _, part = link.partition("#")
            target = os.path.normpath(Path(path).parent / unquote(to.partition("?")[0])) if to else path
            if target.startswith(".."):  # the same page in the other language
                other = Path(target).parts
                assert (DOCS / other[1] / Path(*other[2:])).with_suffix(".md").is_file() or other[2] in GENERATED, link
            elif not (out / target).exists() or (part and target in ids and unquote(part) not in ids[target]):
                dead.append(f"{path}: {link}")
    assert dead == []
    assert f'lang="{lang}' in pages["index.html"]


GENERATED = {"genindex.html", "search.html", "py-modindex.html"}


def rewrite_all() -> None:
    """Write the output of today into all pages and both READMEs."""
    rewrite(*READMES.values())
    rewrite(*PAGES)
    with tempfile.TemporaryDirectory() as name:
        graph = graph_of(Path(name))
        for lang in LANGUAGES:
            page = DOCS / lang / "cookbook.md"
            text = page.read_text(encoding="utf-8")
            fresh = QUESTION.sub(
                lambda m: f"```sparql\n{m['query']}```\n\n```answer\n{asked(graph, m['query'])}```", text
            )
            page.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    rewrite_all()

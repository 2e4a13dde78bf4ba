"""Every command of the README, in English and in Chinese, is run, and what it shows is what comes out.

`console` blocks are run in order in one folder that holds a copy of examples/; `text` and `turtle` blocks are pieces of
the example and of its graph (`…` leaves lines out); `python` blocks are run; `sh` blocks set up a machine, which
`.ci/run` does. A command that both show is run once. `make readme` writes the output of today into them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from kgbuild.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
# The whole vocabulary of commands: one that exists is one of these.
VOCABULARY = [
    *("read", "extract", "build", "validate", "verify", "explain", "reason", "query", "queries", "sparql", "search"),
    *("store", "view", "diagram", "review", "bodies", "vocab", "evaluate", "check", "publish", "diff", "corpus"),
    *("serve", "mcp", "doctor"),
]
SHARED = Path(os.environ.get("KGBUILD_SHARED") or ROOT.parent / "shared")
IS_REQUIRED = "shared" in os.environ.get("KGBUILD_REQUIRE", "").split(",")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
IS_CHECKOUT = (ROOT / ".ci" / "run").is_file()


@dataclass(frozen=True)
class Block:
    """A fenced block of the README."""

    kind: str
    body: str


def blocks(page: Path, kind: str) -> list[Block]:
    found = [Block(m["kind"], m["body"]) for m in BLOCK.finditer(page.read_text(encoding="utf-8"))]
    return [block for block in found if block.kind == kind]


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown behind it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def run(command: str, folder: Path) -> str:
    """What a command prints on both channels; the commands of this very installation are used."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    quiet = {name: value for name, value in os.environ.items() if name not in {"KGBUILD_LANG", "COLUMNS"}}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**quiet, "PATH": path, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return done.stdout + (f"[exit code {done.returncode}]\n" if done.returncode else "")


def squeezed(text: str) -> list[str]:
    """Lines without the blanks at their ends, where tables are padded."""
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", place / "examples")
    return place


@pytest.fixture(scope="module", params=list(READMES))
def page(request: pytest.FixtureRequest) -> Path:
    return READMES[str(request.param)]


@pytest.fixture(scope="module")
def ran() -> dict[str, str]:
    """Output by command: the same command in the same folder says the same."""
    return {}


def run_steps(page: Path, folder: Path, ran: dict[str, str]) -> list[tuple[str, str, str]]:
    """Command, shown and real output of every step of a page, run in order."""
    found = []
    for block in blocks(page, "console"):
        for command, shown in steps(block.body):
            if command not in ran:
                ran[command] = run(command, folder)
            found.append((command, shown, ran[command]))
    return found


@pytest.fixture(scope="module")
def outputs(page: Path, folder: Path, ran: dict[str, str]) -> list[tuple[str, str, str]]:
    return run_steps(page, folder, ran)


def test_every_command_prints_what_the_readme_shows(outputs: list[tuple[str, str, str]]) -> None:
    assert len(outputs) > 5
    for command, shown, real in outputs:
        assert "[exit code" not in real, f"{command}\n{real}"
        assert squeezed(real) == squeezed(shown), f"{command}: run `make readme`, and read what changed"


def test_what_is_shown_of_the_source_stands_in_the_example(page: Path) -> None:
    source = (ROOT / "examples" / "yunling-2025.txt").read_text(encoding="utf-8")
    shown = [line.strip() for b in blocks(page, "text") for line in b.body.splitlines() if line.strip()]
    assert shown
    assert [line for line in shown if line not in source] == []


def test_what_is_shown_of_the_graph_stands_in_the_graph(
    page: Path, folder: Path, outputs: list[tuple[str, str, str]]
) -> None:
    assert outputs
    graph = (folder / "plan.ttl").read_text(encoding="utf-8")
    pieces = [piece for b in blocks(page, "turtle") for piece in re.split(r"^ *…\n", b.body, flags=re.MULTILINE)]
    assert pieces
    assert [piece for piece in pieces if piece.strip("\n") not in graph] == []


def test_the_python_of_the_readme_runs(page: Path, folder: Path, outputs: list[tuple[str, str, str]]) -> None:
    assert outputs
    code = [b.body for b in blocks(page, "python")]
    assert code
    for body in code:
        printed = run(f"python -c {shlex.quote(body)}", folder)
        expected = [line.split("# ", 1)[1] for line in body.splitlines() if line.startswith("print(")]
        assert squeezed(printed) == expected


@pytest.mark.skipif(not IS_CHECKOUT, reason="no checkout: .ci/run is not here")
def test_the_set_up_commands_are_those_that_ci_runs(page: Path) -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = [line.split("#")[0].strip() for b in blocks(page, "sh") for line in b.body.splitlines() if line.strip()]
    assert "make run" in commands
    assert "make test" in commands
    for command in commands:
        name = command.split()[1]
        assert re.search(rf"^{name}:", targets, re.MULTILINE), command
    assert all(re.search(rf"^{name} ", ci, re.MULTILINE) for name in ("make run", "make test"))


def test_readme_help_and_vocabulary_name_the_same_commands(page: Path, folder: Path) -> None:
    text = page.read_text(encoding="utf-8")
    table = re.findall(r"^\|[^|]+\| `kgbuild ([a-z]+)", text, re.MULTILINE)
    help_text = run("kgbuild --help", folder)
    listed = re.findall(r"^  ([a-z]+) ", help_text.split("Commands:")[1], re.MULTILINE)
    assert listed == list(COMMANDS)
    assert sorted(set(table)) == sorted(COMMANDS)
    assert set(COMMANDS) <= set(VOCABULARY)


@pytest.mark.skipif(not SHARED.is_dir() and not IS_REQUIRED, reason="shared material not found (KGBUILD_SHARED)")
def test_the_vocabulary_of_commands_is_that_of_the_design() -> None:
    design = (SHARED / "DESIGN.md").read_text(encoding="utf-8")
    listed = design.split("**Commands**")[1].split(". `--version`")[0]
    assert re.findall(r"`([a-z]+)`", listed) == VOCABULARY


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_an_example(command: str, folder: Path) -> None:
    text = run(f"kgbuild {command} --help", folder)
    assert re.search(rf"Example:\n +kgbuild {command}\b", text), text


def test_the_first_screen_leads_from_source_to_answer(page: Path) -> None:
    first = "\n".join(page.read_text(encoding="utf-8").splitlines()[:75])
    for part in ("```text", "```turtle", "kgbuild build", "kgbuild query", "make run", "make test"):
        assert part in first, part


def test_links_lead_to_files(page: Path) -> None:
    if not IS_CHECKOUT:
        pytest.skip("no checkout: the files are not here")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_readmes_show_the_same() -> None:
    """The Chinese one is no summary: the same commands and tables, the headings in the same order."""
    texts = [READMES[lang].read_text(encoding="utf-8") for lang in ("en", "zh")]
    for pattern in (r"^(#+) ", r"^```(\w+)$", r"^\|[^|]+\| `(kgbuild [a-z]+)", r"^(\|---.*)$", r"^\$ kgbuild (\w+)"):
        en, zh = (re.findall(pattern, text, re.MULTILINE) for text in texts)
        assert en == zh, pattern


def rewrite(*pages: Path) -> None:
    """Write the output of today behind every command of pages, run in order in one folder."""
    ran: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copytree(ROOT / "examples", place / "examples")

        def fresh(match: re.Match[str]) -> str:
            if match["kind"] != "console":
                return match[0]
            done = ""
            for command, _ in steps(match["body"]):
                if command not in ran:
                    ran[command] = run(command, place)
                done += f"$ {command}\n{tidy(ran[command])}"
            return f"```console\n{done}```"

        for page in pages:
            page.write_text(BLOCK.sub(fresh, page.read_text(encoding="utf-8")), encoding="utf-8")


def tidy(text: str) -> str:
    return "".join(line + "\n" for line in squeezed(text)) if text.strip() else ""


if __name__ == "__main__":
    rewrite(*READMES.values())

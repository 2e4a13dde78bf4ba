"""What goes wrong outside of us: one clear line with a cure, its exit code, no traceback, nothing half-written."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

import kgbuild.cli.extract
from kgbuild import errors
from kgbuild.cli import main

PLAN = "云岭省科普工作方案\n一、任务\n1.组织开展科普服务，推动优质资源下沉。（省教育厅）\n"
BINARY = bytes(range(256)) * 8
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: bytes
    err: str


class Run(Protocol):
    def __call__(self, *args: str | Path, stdin: bytes = b"") -> Done: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str | Path, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["kgbuild", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main()
        except SystemExit as e:
            code = int(e.code or 0)
        captured = capfdbinary.readouterr()
        return Done(code, captured.out, captured.err.decode())

    return call


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


def listing(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "<x/>")
    return buffer.getvalue()


# -- inputs -------------------------------------------------------------------------------------------------------
INPUTS: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "kgbuild: {path}: cannot be read (No such file or directory); check the path"),
    "blank": (" \n\t\u3000\r\n".encode(), "kgbuild: {name}: holds no visible character; give a file that has a text"),
    "empty": (b"", "kgbuild: {name}: holds no visible character; give a file that has a text"),
    "binary": (BINARY, "kgbuild: {name}: is not a text (binary data); give a text or HTML file"),
    "docx": (zipped("word/document.xml"), "kgbuild: {name}: holds no visible character; give a file that has a text"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "kgbuild: {name}: is damaged: it cannot be opened as PDF; get the file"),
    "ofd": (zipped("OFD.xml"), "kgbuild: {name}: is an OFD file without a page; open it in its program"),
}
COMMANDS = ("read", "extract", "build")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("case", INPUTS)
def test_inputs_that_cannot_be_used(command: str, case: str, run: Run, tmp_path: Path) -> None:
    data, expected = INPUTS[case]
    path = tmp_path / f"input.{case}"
    if data is not None:
        path.write_bytes(data)
    before = listing(tmp_path)
    done = run(command, path, "-o", tmp_path / ("out.ttl" if command == "build" else "out.txt"))
    assert done.code == 3
    assert done.out == b""
    assert done.err.startswith(expected.format(path=path, name=path.name))
    assert done.err.count("\n") == 1
    assert "; " in done.err
    assert listing(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_without_documents_is_no_input(command: str, run: Run, tmp_path: Path) -> None:
    done = run(command, tmp_path)
    assert (done.code, done.out) == (3, b"")
    what = "cannot be read (Is a directory)" if command == "read" else "holds no document"
    assert done.err.startswith(f"kgbuild: {tmp_path}: {what}")


@pytest.mark.parametrize("command", COMMANDS)
def test_inputs_that_are_too_large(command: str, run: Run, plan: Path) -> None:
    done = run(command, plan, "--max-bytes", "20")
    assert (done.code, done.out) == (3, b"")
    assert done.err == f"kgbuild: {plan}: is larger than allowed (20 bytes); split it or raise --max-bytes\n"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
def test_an_input_without_end_is_refused(run: Run) -> None:
    done = run("read", "/dev/zero", "--max-bytes", "1000")
    assert (done.code, done.err) == (
        3,
        "kgbuild: /dev/zero: is larger than allowed (1,000 bytes); split it or raise --max-bytes\n",
    )


def test_an_encoding_that_nobody_knows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(b"\xff\xff\xff\xfe\x81" * 40)
    done = run("read", path)
    assert done.code == 3
    assert done.err.startswith("kgbuild: plan.txt: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_the_standard_input_is_an_input(command: str, run: Run, plan: Path) -> None:
    options = ["--no-validate", "-q"] if command == "build" else []
    piped, named = run(command, "-", *options, stdin=PLAN.encode()), run(command, plan, *options)
    assert (piped.code, piped.err) == (0, "")
    assert piped.out.replace(b'"file": "stdin"', b'"file": "plan.txt"') == named.out
    blank = run(command, "-", *options, stdin=b" \n")
    assert (blank.code, blank.out) == (3, b"")
    assert blank.err.startswith("kgbuild: stdin: holds no visible character")


# -- usage --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["build", "plan.txt", "other.txt", "-o", "out.ttl"], "out.ttl: several inputs, and the output names a file"),
        (["extract", "plan.txt", "other.txt", "-o", "out.json"], "several inputs, and the output names a file"),
        (["build", "plan.txt", "other.txt", "-o", "plan.txt", "--format", "ttl"], "several inputs, and the output is"),
        (["build", "plan.txt", "other.txt"], "-o: several inputs need a folder; give -o FOLDER"),
        (["build", "plan.txt", "sub/plan.txt", "-o", "out"], "out: two inputs have the same name"),
        (["build", "plan.txt", "-o", "out.docx"], "out.docx: no format for the suffix '.docx'; use .ttl .nt"),
        (["build", "plan.txt", "--format", "docx"], "Invalid value for '--format'"),
        (["build"], "Missing argument"),
        (["build", "plan.txt", "--max-bytes", "0"], "Invalid value for '--max-bytes'"),
        (["build", "plan.txt", "--nothing"], "No such option"),
        (["nothing"], "No such command"),
    ],
)
def test_calls_that_make_no_sense(args: list[str], message: str, run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "plan.txt").write_text(PLAN, encoding="utf-8")
    before = listing(tmp_path)
    done = run(*args)
    assert (done.code, done.out) == (2, b"")
    assert message in done.err
    assert "Traceback" not in done.err
    assert listing(tmp_path) == before
    assert plan.read_text(encoding="utf-8") == PLAN


# -- configuration ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("basis = 'x'\n", "kgbuild.toml: unknown key 'basis'; use one of: base"),
        ("max-bytes = 'many'\n", "kgbuild.toml: max_bytes must be a whole number; mend the value"),
        ("base = 'no iri'\n", "kgbuild.toml: base 'no iri' is not a namespace"),
        ("base = 'https://example.org/%zz/'\n", "kgbuild.toml: base 'https://example.org/%zz/' is not a namespace"),
        ("base = 'https://example.org/#a#'\n", "kgbuild.toml: base 'https://example.org/#a#' is not a namespace"),
        ("max-bytes = 9\nmax_bytes = 8\n", "kgbuild.toml: max-bytes is given twice, with - and with _; remove one"),
        ("vocab = ['kgbuild.toml']\n", "is not a folder; create it or mend the path"),
        ("lang = 'fr'\n", "kgbuild.toml: lang is 'fr'; use zh or en"),
        ("vocab = ['nowhere']\n", "kgbuild.toml: vocab folder "),
        ("= broken", "kgbuild.toml: is not valid TOML"),
    ],
)
def test_configurations_that_are_wrong(text: str, message: str, run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "kgbuild.toml").write_text(text, encoding="utf-8")
    done = run("build", plan, "-o", "out.ttl")
    assert (done.code, done.out) == (3, b"")
    assert message in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out.ttl").exists()


def test_an_empty_name_is_no_file(run: Run) -> None:
    done = run("build", "")
    assert (done.code, done.err) == (3, "kgbuild: '': is not a file name; give a file, a folder or an archive\n")


def test_choices_that_are_missing_stand_below_each_other(run: Run) -> None:
    done = run("diagram", "plan.ttl")
    assert done.code == 2
    assert done.err.splitlines()[-4:] == [
        "Error: Missing option '--kind'. Choose from:",
        "    outline,",
        "    matrix,",
        "    network",
    ]


def test_a_configuration_that_is_not_there(run: Run, plan: Path) -> None:
    done = run("build", plan, "--config", "other.toml")
    assert done.code == 3
    assert done.err == "kgbuild: other.toml: cannot be read (No such file or directory); check the path\n"


# -- outputs ------------------------------------------------------------------------------------------------------
def test_an_output_in_a_folder_that_is_not_there(run: Run, plan: Path, tmp_path: Path) -> None:
    done = run("build", plan, "-q", "-o", "no/such/out.ttl")
    assert done.code == 3
    assert done.err.startswith("kgbuild: no/such/out.ttl: cannot be written (No such file or directory); choose")
    assert listing(tmp_path) == {"plan.txt"}


def test_a_folder_of_outputs_that_cannot_be_made(run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "b.txt").write_text(PLAN, encoding="utf-8")
    done = run("build", plan, "b.txt", "-o", "file/out")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert done.err.startswith("kgbuild: file/out: cannot be made (")


@pytest.mark.parametrize("folder", ["out/", "out.d/", "a/b.c/"])
@pytest.mark.parametrize(
    ("command", "made"),
    [
        (["build", "-q", "--no-validate"], {"plan.ttl"}),
        (["extract"], {"plan.json"}),
        (["view"], {"plan.html", "index.html"}),
    ],
)
def test_an_output_that_ends_in_a_slash_is_a_folder(
    command: list[str], made: set[str], folder: str, run: Run, plan: Path, tmp_path: Path
) -> None:
    for _ in range(2):  # not there yet, and there
        assert run(*command, plan.name, "-o", folder).code == 0
        assert listing(tmp_path / folder) == made
    assert run(*command, plan.name, "-o", folder.removesuffix("/")).code == 0  # a dot makes no file of a folder
    assert listing(tmp_path / folder) == made


@pytest.mark.parametrize("command", [["read", "plan.txt"], ["diff", "plan.txt", "plan.txt"], ["check", "."]])
def test_a_command_that_writes_one_file_refuses_a_folder(
    command: list[str], run: Run, plan: Path, tmp_path: Path
) -> None:
    done = run(*command, "-o", "out.d/")
    assert (done.code, done.err) == (2, "kgbuild: out.d/: is a folder, and one file is written; give -o FILE\n")
    assert listing(tmp_path) == {"plan.txt"}


def test_a_file_is_no_folder_for_the_slash_behind_it(run: Run, plan: Path) -> None:
    done = run("extract", plan, "-o", "plan.txt/")
    assert (done.code, plan.read_text(encoding="utf-8")) == (3, PLAN)
    assert done.err.startswith("kgbuild: plan.txt: cannot be made (")


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_folder_without_leave_to_write(run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    done = run("build", plan, "-q", "-o", "shut/out.ttl")
    assert done.code == 3
    assert "cannot be written (Permission denied)" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_no_bug(plan: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from kgbuild.cli import main; main()", "read", plan],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.decode().startswith("kgbuild: standard output: cannot be written (No space left on device)")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null")
def test_a_device_stays_a_device(run: Run, plan: Path) -> None:
    assert run("read", plan, "-o", "/dev/null").code == 0
    assert not Path("/dev/null").is_file()


def test_a_link_stays_a_link(run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("real.txt")
    assert run("read", plan, "-o", "link.txt").code == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == PLAN


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("bug")])
def test_an_interrupted_write_leaves_the_old_output(
    error: BaseException, run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")

    def fail(handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    done = run("read", plan, "-o", target)
    assert done.code == {"OSError": 3, "KeyboardInterrupt": 130, "RuntimeError": 4}[type(error).__name__]
    assert done.err.strip().count("\n") == 0
    assert target.read_text(encoding="utf-8") == "old"
    assert listing(tmp_path) == {"plan.txt", "out.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_a_stopped_run_says_so(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom kgbuild.cli import main\n"
        "class Input:\n    @property\n    def buffer(self):\n        print('up', flush=True)\n"
        "        return sys.__stdin__.buffer\n"
        "sys.stdin = Input()\nmain()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "read", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"  # it is about to wait for its input
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.decode().strip()) == (130, "kgbuild: stopped")


# -- several inputs -----------------------------------------------------------------------------------------------
def test_one_bad_input_of_several_costs_only_itself(run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(BINARY)
    done = run("build", "bad.txt", plan, "missing.txt", "-q", "--no-validate", "-o", "out", "--report", "report.json")
    assert done.code == 3
    assert [line.split(":")[1].strip() for line in done.err.splitlines()] == ["bad.txt", "missing.txt"]
    assert listing(tmp_path / "out") == {"plan.ttl"}
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [d["file"] for d in report["documents"]] == ["plan.txt"]
    assert [d["file"] for d in report["failed"]] == ["bad.txt", "missing.txt"]
    assert all(d["error"] and d["cure"] for d in report["failed"])


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (errors.InputError("x"), 3),
        (errors.NonConformance("x"), 1),
        (RuntimeError("x"), 4),
        (errors.InternalError("x"), 4),
    ],
)
def test_the_highest_code_wins(
    raised: Exception, code: int, run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.txt").write_text(PLAN, encoding="utf-8")
    written: list[Path | None] = []

    def write(data: bytes, path: Path | None) -> None:
        written.append(path)
        if path and path.stem == "other":
            raise raised

    monkeypatch.setattr(kgbuild.cli.extract, "write_output", write)
    done = run("extract", "other.txt", plan, "-o", "out", "--workers", "1")  # a patch holds in this process only
    assert done.code == code
    assert [p.stem for p in written if p] == ["other", "plan"]


# -- exceptions ---------------------------------------------------------------------------------------------------
def subclasses(of: type[errors.KgbuildError]) -> set[type[errors.KgbuildError]]:
    return {x for c in of.__subclasses__() for x in (c, *subclasses(c))}


def test_every_exception_has_a_documented_exit_code() -> None:
    for package in ("kgbuild.api", "kgbuild.store", "kgbuild.evaluate", "kgbuild.validate", "kgbuild.web.desk"):
        __import__(package)
    documented = {name: int(code) for name, code in re.findall(r"[├└]── (\w+) +(\d)", errors.__doc__ or "")}
    assert {c.__name__: c.exit_code for c in subclasses(errors.KgbuildError)} == documented
    assert set(documented.values()) == {1, 2, 3, 4}


KINDS = [errors.UsageError, errors.InputError, errors.OntologyError, errors.NonConformance, errors.InternalError]


@pytest.mark.parametrize("kind", KINDS)
def test_every_exception_becomes_one_line_and_its_code(
    kind: type[errors.KgbuildError], run: Run, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes, path: Path | None) -> None:
        raise kind("is wrong", where="here", cure="do that")

    monkeypatch.setattr(kgbuild.cli.extract, "write_output", fail)
    done = run("read", plan)
    assert (done.code, done.out, done.err) == (kind.exit_code, b"", "kgbuild: here: is wrong; do that\n")


@pytest.mark.parametrize("bug", [ZeroDivisionError("too small"), EOFError("too short")])  # click aborts at the latter
def test_a_bug_is_one_line_and_code_4(run: Run, plan: Path, monkeypatch: pytest.MonkeyPatch, bug: Exception) -> None:
    def fail(data: bytes, path: Path | None) -> None:
        raise bug

    monkeypatch.delenv("KGBUILD_DEBUG", raising=False)
    monkeypatch.setattr(kgbuild.cli.extract, "write_output", fail)
    done = run("read", plan)
    assert done.code == 4
    assert done.err.lstrip().startswith(f"kgbuild: internal error ({type(bug).__name__}: {bug})")
    assert done.err.strip().count("\n") == 0

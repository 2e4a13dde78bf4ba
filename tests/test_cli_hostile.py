"""Files, names, limits and outputs that are odd or hostile: one line, the right code, nothing overwritten or told."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support import Run, runner

from kgbuild.cli.output import check_target
from kgbuild.errors import InputError, UsageError, visible
from kgbuild.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parent / "data"
MINI = DATA / "mini.ttl"
PLAN = "云岭省科普工作方案\n\n一、主要任务\n1.组织开展科普服务。（省教育厅牵头，省科协配合）\n"
BUILD = ["build", "plan.txt", "-q", "--no-validate"]
posix = pytest.mark.skipif(os.name != "posix", reason="needs files of POSIX")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(monkeypatch, capfdbinary)


def is_one_line(err: str) -> bool:
    return err.count("\n") == 1 and err.rstrip("\n").isprintable() and len(err) < 1200


# -- numbers ------------------------------------------------------------------------------------------------------
NUMBERS = [
    *(("--limit", value) for value in ("1e30", "1" + "0" * 30, "0", "-1", "9" * 5000)),
    *(("--timeout", value) for value in ("inf", "-inf", "nan", "1e400", "1e300", "0", "-1")),
]


@pytest.mark.parametrize(("option", "value"), NUMBERS)
def test_numbers_that_no_system_has_are_usage(option: str, value: str, run: Run) -> None:
    for command in (["sparql", "ASK {}"], ["query", "coverage"], ["search", "科普"]):
        code, out, err = run(*command, "--graph", MINI, option, value)
        assert (code, out) == (2, "")
        assert "Traceback" not in err


@pytest.mark.parametrize("value", ["1" + "0" * 20, "9" * 5000, "0", "-5", "1e3"])
def test_a_size_that_is_none_is_usage_and_a_large_one_takes_no_memory(value: str, run: Run) -> None:
    assert run("read", "plan.txt", "--max-bytes", value)[0] == 2
    assert run("read", "plan.txt", "--max-bytes", 2**53)[:2] == (0, PLAN)


# -- configuration ------------------------------------------------------------------------------------------------
CONFIGURATIONS: dict[str, bytes] = {
    "a deep array": b"vocab = " + b"[" * 5000 + b"]" * 5000,
    "a long number": b"max-bytes = " + b"9" * 6000,
    "a large number": b"max-bytes = " + b"9" * 40,
    "a negative number": b"max-bytes = -5",
    "no number": b"max-bytes = 0",
    "a list of lists": b"vocab = [['a']]",
    "a list of numbers": b"vocab = [1]",
    "a zero byte in a name": b'vocab = ["\\u0000"]',
    "a long name": b'vocab = ["' + b"a" * 5000 + b'"]',
    "a list for a text": b"lang = ['zh']",
    "control characters in a base": b'base = "http://x\\u0007/"',
    "a blank in a base": b'base = "http://x y/"',
    "a long base": b'base = "http://x/' + b"a" * 100_000 + b'/"',
    "a bracket in a base": b'base = "http://x/<>/"',
    "a key of control characters": b'"\\u001b[2J" = 1',
    "no UTF-8": b"lang = '\xff'",
    "a zero byte": b"lang\x00",
    "a large file": b"#" * 1_000_001,
}


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_an_odd_configuration_is_an_error_of_input(case: str, run: Run, folder: Path) -> None:
    (folder / "kgbuild.toml").write_bytes(CONFIGURATIONS[case])
    code, out, err = run(*BUILD)
    assert (code, out) == (3, "")
    assert is_one_line(err)
    assert "kgbuild.toml" in err


def test_a_folder_of_vocabularies_that_changes_while_it_is_read_is_an_error_of_input(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "words").mkdir()
    (folder / "kgbuild.toml").write_text("vocab = ['words']", encoding="utf-8")
    listed = Path.rglob

    def rglob(self: Path, pattern: str) -> Iterator[Path]:  # /proc, whose folders come and go
        if self.name == "words":
            raise FileNotFoundError(2, "No such file or directory", "words/1")
        return listed(self, pattern)

    monkeypatch.setattr(Path, "rglob", rglob)
    code, out, err = run(*BUILD)
    assert (code, out) == (3, "")
    assert is_one_line(err)


def test_a_byte_order_mark_is_no_part_of_a_configuration(run: Run, folder: Path) -> None:
    (folder / "kgbuild.toml").write_bytes(b"\xef\xbb\xbflang = 'zh'\n")
    assert run(*BUILD)[0] == 0


def test_a_configuration_above_the_input_is_named_once(run: Run, folder: Path) -> None:
    (folder / "sub").mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / "sub" / name).write_text(f"{name}\n{PLAN}", encoding="utf-8")
    (folder / "kgbuild.toml").write_text("lang = 'zh'\n", encoding="utf-8")
    code, _, err = run("build", "sub/a.txt", "sub/b.txt", "-q", "--no-validate", "-o", "out")
    assert (code, err) == (0, f"kgbuild: using {folder / 'kgbuild.toml'}\n")
    assert run(*BUILD)[2] == ""


@posix
def test_a_configuration_of_another_user_is_refused_unless_it_is_given(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "kgbuild.toml"
    path.write_text("lang = 'zh'\n", encoding="utf-8")
    # Only root may give a file away, so the user is another one.
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    for command in (BUILD, ["read", "plan.txt"], ["check", "."]):
        code, _, err = run(*command)
        assert code == 3
        assert "属于另一个用户" in err  # the language that it asks for is harmless
    assert run(*BUILD, "--config", path)[0] == 0


# -- files --------------------------------------------------------------------------------------------------------
def as_pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


def for_vocabularies(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def made(folder: Path) -> object:
        (folder / "kgbuild.toml").write_text("vocab = ['v']\n", encoding="utf-8")
        return make(folder)

    return made


HEADER = "quote,before,after,decision,value\n"
OddFile = tuple[list[str], Callable[[Path], object]]
FILES: dict[str, OddFile] = {
    "a pipe for a configuration": ([*BUILD, "--config", "f"], lambda d: as_pipe(d / "f")),
    "a pipe for a vocabulary": (BUILD, for_vocabularies(lambda d: as_pipe(d / "v" / "a.ttl"))),
    "a pipe for vocabularies": (BUILD, for_vocabularies(lambda d: as_pipe(d / "v"))),
    "a loop for vocabularies": (BUILD, for_vocabularies(lambda d: (d / "v").symlink_to("v"))),
    "a pipe for a decision": ([*BUILD, "--decisions", "d"], lambda d: as_pipe(d / "d" / "a.csv")),
    "a pipe for decisions": ([*BUILD, "--decisions", "d"], lambda d: as_pipe(d / "d")),
    "a field too large": ([*BUILD, "--decisions", "d"], lambda d: put(d / "d" / "a.csv", HEADER + "x" * 200_000)),
    "no columns": ([*BUILD, "--decisions", "d"], lambda d: put(d / "d" / "a.csv", "")),
    "a deep baseline": (["validate", str(MINI), "--baseline", "b"], lambda d: put(d / "b", "[" * 200_000)),
    "a deep log": (["validate", str(MINI), "--baseline", "b"], lambda d: put(d / "b", '{"runs":' * 200_000)),
    "a baseline of numbers": (["validate", str(MINI), "--baseline", "b"], lambda d: put(d / "b", '{"findings": 1}')),
    "a deep gold": (["evaluate", "plan.txt", "b"], lambda d: put(d / "b", '{"a":' * 200_000)),
    "a deep prediction": (["evaluate", "b.json", "b.json"], lambda d: put(d / "b.json", "[" * 200_000)),
    "a loop for a plan": (["build", "l"], lambda d: (d / "l").symlink_to("l")),
    "a loop for a graph": (["validate", "l.ttl"], lambda d: (d / "l.ttl").symlink_to("l.ttl")),
    "a loop for an output": ([*BUILD, "-o", "l.ttl"], lambda d: (d / "l.ttl").symlink_to("l.ttl")),
    "a loop for a folder": (["check", "l"], lambda d: (d / "l").symlink_to("l")),
    "a loop for a store": (["store", "list", "l"], lambda d: (d / "l").symlink_to("l")),
    "a long name": (["build", "n" * 5000], lambda d: None),
    "a long name of a graph": (["query", "coverage", "--graph", "n" * 5000], lambda d: None),
    "a long name of a store": (["store", "list", "n" * 5000], lambda d: None),
    "a long name of an output": ([*BUILD, "-o", "n" * 5000 + ".ttl"], lambda d: None),
    "a zero byte in a query file": (["sparql", "a\0.rq", "--graph", str(MINI)], lambda d: None),
    "a file for a folder": ([*BUILD, "-o", "plan.txt/x.ttl"], lambda d: None),
    "names without end": (["bodies", "--file", "/dev/zero"], lambda d: None),
    "a query without end": (["sparql", "z.rq", "--graph", str(MINI)], lambda d: (d / "z.rq").symlink_to("/dev/zero")),
}


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@posix
@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_none_or_odd_is_an_error_of_input(case: str, run: Run, folder: Path) -> None:
    command, make = FILES[case]
    make(folder)
    code, out, err = run(*command)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert err.rstrip("\n").isprintable()


def test_a_row_that_is_short_is_a_row_without_decision(run: Run, folder: Path) -> None:
    put(folder / "d" / "a.csv", "decision,quote,before,after,value\naccept\n,a\n")
    assert run(*BUILD, "--decisions", "d")[0] == 0


@posix
def test_a_pipe_in_the_cache_is_passed_over(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kgbuild.lexicon import cache

    monkeypatch.setenv("KGBUILD_CACHE", str(folder / "cache"))
    as_pipe(folder / "cache" / "tables.json")
    assert cache.load("tables") is None


EXPECTED = {
    "a field too large": "a," + "x" * 200_000 + "\n",
    "no UTF-8": "\udcff",
    "a pipe": None,
}


@posix
@pytest.mark.parametrize("case", EXPECTED)
def test_an_odd_expected_answer_is_an_error_of_its_plan(case: str, run: Run, folder: Path) -> None:
    file, text = folder / "expected" / "plan.coverage.csv", EXPECTED[case]
    file.parent.mkdir()
    if text is None:
        os.mkfifo(file)
    else:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    code, _, err = run("check", ".")
    assert code == 3
    assert err.splitlines()[-1].startswith("kgbuild: expected/plan.coverage.csv: ")


# -- graphs -------------------------------------------------------------------------------------------------------
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(10))
GRAPHS = {
    "laughs.rdf": f'<!DOCTYPE r [{LAUGHS}]><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="http://x/a">'
    "<rdf:value>&a9;</rdf:value></rdf:Description></rdf:RDF>",
    "passwd.xml": f'<!DOCTYPE r [<!ENTITY p SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="{RDF}"/>',
    "late.rdf": f'<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE r>\n<rdf:RDF xmlns:rdf="{RDF}"/>',
    "deep.rdf": f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:x="http://x/">' + "<rdf:Description><x:p>" * 4000,
    "deep.jsonld": '{"http://x/p":' * 6000 + '"a"' + "}" * 6000,
    "list.jsonld": '{"@id":"http://x/a","http://x/p":' + "[" * 50_000 + "]" * 50_000 + "}",
    "sniffed": '{"@id": "http://x/a", "http://x/p": ' + "[" * 50_000,
    "deep.ttl": "<http://x/a> <http://x/p> " + "<<( <http://x/a> <http://x/p> " * 20_000,
    "deep.nq": "<<( " * 20_000,
}
GRAPH_COMMANDS = [
    ["validate", "G"],
    ["verify", "G", "--source", "plan.txt"],
    ["explain", "G", "省科协"],
    ["reason", "G"],
    ["query", "coverage", "--graph", "G"],
    ["sparql", "ASK {}", "--graph", "G"],
    ["search", "科普", "--graph", "G"],
    ["store", "load", "store", "G"],
    ["diagram", "G", "--kind", "outline", "-o", "o.svg"],
    ["queries", "values", "actions-of-body", "body", "--graph", "G"],
    ["queries", "show", "coverage", "--graph", "G"],
]


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_that_would_end_the_process_is_refused_before_it_is_read(name: str, run: Run, folder: Path) -> None:
    (folder / name).write_text(GRAPHS[name], encoding="utf-8")
    for command in GRAPH_COMMANDS if name == "laughs.rdf" else GRAPH_COMMANDS[4:6]:
        code, out, err = run(*[name if word == "G" else word for word in command])
        assert (code, out) == (3, "")
        assert is_one_line(err)
        assert "has a document type" in err or "is nested more than 100 deep" in err


def test_what_is_nested_as_ours_is_read(run: Run, folder: Path) -> None:
    for suffix in ("rdf", "jsonld", "ttl"):
        assert run("build", "plan.txt", "-q", "--no-validate", "-o", f"plan.{suffix}")[0] == 0
        assert run("query", "coverage", "--graph", f"plan.{suffix}", "--format", "csv")[0] == 0


# -- outputs ------------------------------------------------------------------------------------------------------
OVERWRITING = [
    (["view", "plan.html", "-o", "plan.html"], "plan.html"),
    (["build", "plan.txt", "--format", "ttl", "-o", "plan.txt"], "plan.txt"),
    (["build", "plan.txt", "-q", "--no-validate", "--report", "plan.txt"], "plan.txt"),
    (["read", "plan.txt", "-o", "link"], "plan.txt"),
    (["read", "plan.txt", "-o", "hard"], "plan.txt"),
    (["extract", "plan.json", "plan.txt", "-o", "."], "plan.json"),
    (["review", "plan.txt", "-o", "./plan.txt"], "plan.txt"),
    (["view", "plan.html", "other.html", "-o", "."], "plan.html"),
    (["reason", "mini.ttl", "--inferred", "-o", "mini.ttl"], "mini.ttl"),
    (["diagram", "mini.ttl", "--kind", "outline", "-o", "mini.ttl"], "mini.ttl"),
    (["validate", "mini.ttl", "-o", "mini.ttl"], "mini.ttl"),
    (["bodies", "--file", "plan.txt", "-o", "plan.txt"], "plan.txt"),
    (["check", ".", "-o", "plan.txt"], "plan.txt"),
    (["check", ".", "--write", "json=plan.txt"], "plan.txt"),
]


@posix
@pytest.mark.parametrize(("command", "kept"), OVERWRITING, ids=[" ".join(c) for c, _ in OVERWRITING])
def test_what_is_read_is_not_overwritten(command: list[str], kept: str, run: Run, folder: Path) -> None:
    for name in ("plan.html", "other.html", "plan.json"):
        (folder / name).write_text(f"<p>{PLAN}", encoding="utf-8")
    shutil.copy(MINI, folder / "mini.ttl")
    (folder / "link").symlink_to("plan.txt")
    os.link(folder / "plan.txt", folder / "hard")
    if command[0] == "check":
        (folder / "plan.html").unlink()
    before = (folder / kept).read_bytes()
    code, _, err = run(*command)
    assert code == 2
    assert err.splitlines()[-1].startswith("kgbuild: ")
    assert (folder / kept).read_bytes() == before


def test_a_page_named_index_and_the_index_are_not_one(run: Run, folder: Path) -> None:
    (folder / "index.txt").write_text(PLAN, encoding="utf-8")
    code, _, err = run("view", "index.txt", "plan.txt", "-o", "out")
    assert code == 2
    assert "two pages have the same name" in err


def test_what_is_not_there_and_the_standard_streams_are_no_inputs(tmp_path: Path) -> None:
    check_target(None, ["-"])
    check_target(tmp_path / "a", [tmp_path / "a", "-", "n" * 5000, "\0"])
    (tmp_path / "a").touch()
    with pytest.raises(UsageError, match="is also an input"):
        check_target(tmp_path / "a", ["-", tmp_path / "." / "a"])


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_an_output_keeps_its_mode(mode: int, run: Run, folder: Path) -> None:
    (folder / "out.txt").write_text("x", encoding="utf-8")
    (folder / "out.txt").chmod(mode)
    assert run("read", "plan.txt", "-o", "out.txt")[0] == 0
    assert (folder / "out.txt").stat().st_mode & 0o777 == mode


@posix
def test_an_output_may_have_the_longest_name(run: Run, folder: Path) -> None:
    name = "n" * 255
    assert run("read", "plan.txt", "-o", name)[0] == 0
    assert run("read", name, "-o", "back.txt")[0] == 0
    assert (folder / "back.txt").read_text(encoding="utf-8") == PLAN


@posix
@pytest.mark.parametrize("link", ["file", "folder"])
def test_an_update_writes_through_no_link(link: str, run: Run, folder: Path) -> None:
    plans = folder / "plans"
    put(plans / "plan.txt", PLAN)
    outside = folder / "outside" / "plan.coverage.csv"
    put(outside, "mine")
    if link == "file":
        (plans / "expected").mkdir()
        (plans / "expected" / outside.name).symlink_to(outside)
    else:
        (plans / "expected").symlink_to(outside.parent)
    code, _, err = run("check", "plans", "--update")
    assert code == 3
    assert "is a link, or lies behind one" in err
    assert outside.read_text(encoding="utf-8") == "mine"


def test_an_update_on_a_full_disk_leaves_the_old_answer(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "expected" / "plan.coverage.csv", "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("check", ".", "--update")
    assert code == 3
    assert "cannot be written (No space left on device)" in err
    assert [p.read_text(encoding="utf-8") for p in (folder / "expected").iterdir()] == ["old"]


@posix
def test_a_plan_that_leads_out_of_the_folder_is_not_quoted(run: Run, folder: Path) -> None:
    plans = folder / "plans"
    put(plans / "plan.txt", PLAN)
    put(folder / "secret.txt", f"秘密{PLAN}")
    (plans / "linked.txt").symlink_to(folder / "secret.txt")
    code, out, err = run("check", "plans", "--format", "json", "--fail-on", "info")
    assert code == 3
    assert "is a link that leaves the folder" in err
    assert "秘密" not in out + err


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    replace_file(path, b"old")

    def stop(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]


# -- names and terminals ------------------------------------------------------------------------------------------
NAMES = ["a\n::error::forged.txt", "a\r\nb.txt", "a\x1b[2Jb.txt", os.fsdecode(b"\xff\xfe.txt"), "a\u202eb.txt"]


@posix
@pytest.mark.parametrize("name", NAMES)
def test_a_name_forges_no_line_and_steers_no_terminal(name: str, run: Run, folder: Path) -> None:
    (folder / "plan.txt").rename(folder / name)
    for command in (
        ["build", name, "--no-validate", "-o", "out.ttl"],
        ["extract", name],
        ["read", name, "--max-bytes", "3"],
        ["verify", "out.ttl", "--source", name],
        *(["check", ".", "--format", form] for form in ("github", "text")),
    ):
        code, out, err = run(*command)
        assert code in (0, 1, 3), err
        for line in (out + err).splitlines():
            assert not line.startswith("::error::forged")
        assert not any(c in out + err for c in "\x1b\u202e\r")


@pytest.mark.skipif(not hasattr(pty, "openpty"), reason="no terminals")
def test_a_terminal_gets_no_control_characters_and_a_pipe_gets_the_text_as_it_is(folder: Path) -> None:
    text = PLAN.replace("科普服务", "科普\u202e服务\u2066")
    (folder / "plan.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", "from kgbuild.cli import main; main()", "read", "plan.txt"]
    piped = subprocess.run(command, capture_output=True, check=True)
    assert piped.stdout.decode() == text
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        shown = b"".join(_all_of(ours)).decode()
        assert process.wait() == 0
    assert "科普\\u202e服务\\u2066" in shown
    assert all(c in "\r\n" or c == visible(c) for c in shown)


def _all_of(handle: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(handle, 65_536)
        except OSError:  # what Linux says when the other end is closed
            break
        if not data:
            break
        yield data
    os.close(handle)


def test_a_message_of_any_kind_is_one_line() -> None:
    for text in ("a\nb", "a\x1b[2J", "a\u202e", "\udcff"):
        assert visible(str(InputError(text, where=text, cure=text))) == str(InputError(text, where=text, cure=text))


# -- streams and limits -------------------------------------------------------------------------------------------
STREAMS = [
    (["read", "plan.txt"], ">&-", 3),
    (["read", "plan.txt"], ">/dev/full", 3),
    (["queries"], ">&-", 3),
    (["queries"], ">/dev/full", 3),
    (["doctor"], ">/dev/full", 3),
    (["read", "-"], "<&-", 3),
    (["sparql", "-", "--graph", str(MINI)], "<&-", 3),
    (["validate", "-"], "<&-", 3),
    (["read", "missing.txt"], "2>&-", 3),
    (["read", "missing.txt"], "2>/dev/full", 3),
    (["read", "plan.txt"], "2>&-", 0),
    (["read", "plan.txt"], "| true", 0),
    (["queries", "export", "--as", "md"], "| true", 0),
    (["verify", str(MINI), "--source", str(DATA / "later.txt")], "| true", 1),
]


@pytest.mark.skipif(shutil.which("bash") is None or not Path("/dev/full").exists(), reason="needs bash and /dev/full")
@pytest.mark.parametrize(("command", "how", "code"), STREAMS, ids=[f"{c[0]} {h}" for c, h, _ in STREAMS])
def test_streams_that_are_closed_full_or_left(command: list[str], how: str, code: int, folder: Path) -> None:
    call = [sys.executable, "-c", "from kgbuild.cli import main; main()", *command]
    script = f'"$@" {how}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", script, "x", *call], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.count("\n") <= 1
    assert "Traceback" not in done.stderr


@posix
@pytest.mark.parametrize("limit", ["RLIMIT_NOFILE, (4, 4)", "RLIMIT_AS, (300_000_000,) * 2"])
def test_few_handles_and_little_memory_end_in_one_line(limit: str, folder: Path) -> None:
    for command in (["query", "coverage", "--graph", str(MINI)], BUILD, ["sparql", "ASK {}", "--graph", str(MINI)]):
        code = f"import resource as r; from kgbuild.cli import main; r.setrlimit(r.{limit}); main()"
        done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=False)
        if done.returncode == 0 and "NOFILE" in limit:
            continue  # what needs no more handles than it has goes on
        assert (done.returncode, done.stdout) == (3, "")
        assert is_one_line(done.stderr)


@posix
def test_a_working_folder_that_was_deleted_is_told(tmp_path: Path) -> None:
    code = "import os, sys; os.rmdir(os.getcwd()); from kgbuild.cli import main; main()"
    for i, command in enumerate((["read", "plan.txt"], ["bodies", "省科协"], ["store", "list", "s"])):
        gone = tmp_path / str(i)
        gone.mkdir()
        call = [sys.executable, "-P", "-c", code, *command]
        done = subprocess.run(call, cwd=gone, capture_output=True, text=True, check=False)
        assert done.returncode == 3
        assert is_one_line(done.stderr)


# -- answers that are cut -----------------------------------------------------------------------------------------
def test_an_answer_is_cut_aloud(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    query = ["sparql", "CONSTRUCT WHERE { ?s ?p ?o }", "--graph", MINI, "--format", "csv"]
    code, out, err = run(*query, "--limit", "5")
    assert (code, out.count("\r\n"), err) == (0, 6, "only the first 5 rows; --limit gives more\n")
    monkeypatch.setattr("kgbuild.cli.ask.LIMIT", 5)
    code, out, err = run(*query)
    assert (code, out.count("\r\n")) == (1, 6)
    assert err.splitlines()[-1] == "kgbuild: answer: is cut; add --all, or say how many rows you want by --limit"
    code, out, err = run(*query, "--all")
    assert (code, err) == (0, "")
    assert out.count("\r\n") > 100
    assert run(*query, "--all", "--limit", "5")[0] == 2


def test_numbers_and_terms_that_have_no_value_are_no_bug(run: Run) -> None:
    odd = ["sNaN", "NaN", "Infinity", "1_000", "１２", "1e5", "", "9" * 5000]
    literals = " ".join(
        f'"{text}"^^<http://www.w3.org/2001/XMLSchema#{t}>' for text in odd for t in ("decimal", "integer")
    )
    for form in ("json", "csv", "table", "tsv", "xml", "md"):
        code, out, _ = run("sparql", f"SELECT ?x {{ VALUES ?x {{ {literals} }} }}", "--graph", MINI, "--format", form)
        assert code == 0
        if form == "json":
            assert {row["x"] for row in json.loads(out)} >= {"sNaN", "1_000", "１２", "Infinity"}
    code, out, err = run("sparql", "SELECT ?x { BIND(TRIPLE(<http://x/a>, <http://x/b>, 1) AS ?x) }", "--graph", MINI)
    assert (code, out) == (3, "")
    assert "RDF 1.2 triple term" in err

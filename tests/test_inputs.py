"""Folders, archives and duplicates: what is found in them, where results go, and what is told."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.docx import docx, p

from kgbuild.api import Graph, find_inputs
from kgbuild.errors import InputError

if TYPE_CHECKING:
    from tests.support import Run

PLAN = """云岭省人民政府办公厅关于印发云岭省科普工作方案的通知
岭政办发〔2031〕{number}号
各市（州）人民政府：
一、重点任务
（一）建设科普书屋。（责任单位：省教育厅）{more}
云岭省人民政府办公厅
2031年3月1日
"""


def plan(number: int, more: str = "") -> bytes:
    return PLAN.format(number=number, more=more).encode()


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plans"
    (made / "sub").mkdir(parents=True)
    (made / ".git").mkdir()
    for name, data in {
        "a.txt": plan(1),
        "a.docx": docx(p("一、任务") + p("（一）建书屋。（责任单位：省科协）")),
        "~$a.docx": b"lock",
        ".hidden.txt": plan(9),
        ".git/x.txt": plan(9),
        "photo.png": b"\x89PNG",
        "sub/b.html": b"<p>\xe4\xb8\x80\xe3\x80\x81\xe7\x94\xb2</p>",
        "more.zip": zipped(
            ("x/方案.txt", plan(2)), ("../../evil.md", plan(3)), ("a.png", b"x"), ("__MACOSX/y.txt", b"y")
        ),
    }.items():
        (made / name).write_bytes(data)
    return made


def test_a_folder_is_walked_and_what_is_left_out_is_counted(folder: Path) -> None:
    found = find_inputs([str(folder)])
    assert {Path(f).relative_to(folder).as_posix(): str(place) for f, place in found.places.items()} == {
        "a.docx": "a.docx",
        "a.txt": "a.txt",
        "more.zip!/../../evil.md": "more/evil",
        "more.zip!/x/方案.txt": "more/x/方案",
        "sub/b.html": "sub/b",
    }
    assert found.skipped == {".png": 2, "hidden": 3, "lock": 1}


def test_names_of_old_archives_are_in_the_encoding_of_their_machine(tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    path.write_bytes(zipped(("QQQQ.txt", plan(1))).replace(b"QQQQ", "方案".encode("gb18030")))
    (name,) = find_inputs([str(path)]).files
    assert name.endswith("old.zip!/方案.txt")


def test_a_word_file_is_no_archive_of_documents(tmp_path: Path) -> None:
    path = tmp_path / "plan.zip"
    path.write_bytes(docx(p("甲")))
    assert find_inputs([str(path)]).files == (str(path),)


def test_the_table_has_a_line_for_each_file_and_tells_apart_those_of_one_name(run: Run, tmp_path: Path) -> None:
    folder, report = tmp_path / "plans", tmp_path / "all.csv"
    (folder / "sub").mkdir(parents=True)
    for name, data in {"plan.txt": plan(1), "sub/plan.txt": plan(2), "empty.txt": b" ", "old.doc": b"x"}.items():
        (folder / name).write_bytes(data)
    code, _, told = run("build", folder, "-o", tmp_path / "out", "--report", report, "--workers", "1", "--no-validate")
    assert code == 3
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8"))))
    assert {row["file"]: row["actions"] for row in rows} == {
        "empty.txt": "",
        str(folder / "plan.txt"): "1",
        str(folder / "sub" / "plan.txt"): "1",
    }
    assert next(row["title"] for row in rows if row["file"] == "empty.txt") == "holds no visible character"
    assert "skipped: .doc (convert it: soffice --headless --convert-to docx) 1" in told


def test_an_archive_in_an_archive_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plans.zip"
    path.write_bytes(zipped(("plan.txt", plan(1)), ("more.zip", zipped(("plan.txt", plan(2))))))
    code, _, told = run("build", path, "-o", tmp_path / "out", "--no-validate")
    assert code == 0
    assert "skipped: zip inside a zip (unpack it and give that) 1" in told


def test_an_archive_of_one_document_may_be_built_into_a_file(run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "plans.zip", tmp_path / "plan.ttl"
    path.write_bytes(zipped(("plan.txt", plan(1))))
    assert run("build", path, "-o", out, "--no-validate")[0] == 0
    assert out.is_file()
    path.write_bytes(zipped(("plan.txt", plan(1)), ("other.txt", plan(2))))
    code, _, told = run("build", path, "-o", out, "--no-validate")
    assert (code, "several inputs" in told) == (2, True)


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no document"):
        find_inputs([str(tmp_path)])


def test_build_of_a_folder_gives_a_file_for_each_and_one_table(run: Run, folder: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out", tmp_path / "all.csv"
    code, _, told = run("build", folder, "-o", out, "--report", report, "--workers", "1", "--no-validate")
    assert code == 0, told
    made = sorted(f.relative_to(out).as_posix() for f in out.rglob("*.ttl"))
    assert made == ["a.docx.ttl", "a.txt.ttl", "more/evil.ttl", "more/x/方案.ttl", "sub/b.ttl"]
    assert sorted(f.name for f in tmp_path.iterdir()) == ["all.csv", "out", "plans"]
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8"))))
    assert [(row["file"], row["actions"]) for row in rows][:2] == [("a.docx", "1"), ("a.txt", "1")]
    assert "seconds" not in rows[0]
    assert "skipped: .png 2, hidden 3, lock 1" in told
    assert "seconds" not in told, "times are for a terminal: what is written is the same on every machine"


def test_a_document_in_an_archive_is_proved_from_there(run: Run, folder: Path, tmp_path: Path) -> None:
    source = f"{folder / 'more.zip'}!/x/方案.txt"
    assert run("build", source, "-o", tmp_path / "one.ttl", "-q")[0] == 0
    assert run("verify", tmp_path / "one.ttl", "--source", source)[0] == 0
    assert run("read", source)[1] == plan(2).decode()
    code, _, told = run("read", f"{folder / 'more.zip'}!/no.txt")
    assert (code, "is not in the archive" in told) == (3, True)


def test_of_two_files_of_one_document_one_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(plan(1))
    (tmp_path / "two.txt").write_bytes(plan(1, "（二）讲坛。"))
    args = ("build", tmp_path / "one.txt", tmp_path / "two.txt", "--no-validate", "--workers", "1", "-o")
    code, _, told = run(*args, tmp_path / "out")
    assert code == 0, told
    assert "is the same document as" in told
    assert "its graph was not kept" in told
    assert len(list((tmp_path / "out").iterdir())) == 1
    _, _, told = run(*args, tmp_path / "both", "--keep-duplicates")
    assert "both graphs were kept" in told
    assert len(list((tmp_path / "both").iterdir())) == 2


def test_python_builds_a_document_in_an_archive(folder: Path) -> None:
    from kgbuild.api import build

    built = build(f"{folder / 'more.zip'}!/x/方案.txt", validate=False)
    assert isinstance(built.graph(), Graph)
    assert built.built.source.name == "方案.txt"
    assert len(built.documents) >= 1

"""Files that are one document: a notice with what is attached to it, and the pages of one document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.docx import docx, p
from tests.test_inputs import zipped

from kgbuild.api import build, find_inputs, read_source
from kgbuild.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Run

NOTICE = """云岭省人民政府办公厅关于印发云岭省科普工作方案的通知
岭政办发〔2031〕5号
各市（州）人民政府：
现将方案印发给你们，请认真贯彻执行。
附件：1.云岭省科普工作方案
2.任务分工表
云岭省人民政府办公厅
2031年3月1日
"""
PLAN = docx(p("云岭省科普工作方案") + p("一、重点任务") + p("（一）建设科普书屋。（责任单位：省教育厅）"))
TASKS = "任务分工表\n序号\t任务\t责任单位\n1\t建设科普书屋\t省教育厅\n2\t举办讲坛\t省科协\n".encode()
OTHER = "云岭省体育工作方案\n一、重点任务\n（一）修建球场。（责任单位：省体育局）\n".encode()
PAGE = """<html><head><title>云岭省科普工作方案</title></head><body><div>首页 要闻 公开</div>
<div><p>{}</p></div><div>上一页 下一页</div></body></html>"""
PARTS = (
    "云岭省科普工作方案</p><p>一、重点任务，分步落实。</p><p>（一）建设科普书屋，方便群众。（责任单位：省教育厅）",
    "（二）举办讲坛，每年不少于十场。（责任单位：省科协）</p><p>（三）培训人员，提升能力。（责任单位：省科技厅）",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in {
        "notice.txt": NOTICE.encode(),
        "plan.docx": PLAN,
        "tasks.txt": TASKS,
        "page.html": PAGE.format(PARTS[0]).encode(),
        "page_2.html": PAGE.format(PARTS[1]).encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_notice_and_its_attachments_become_one_proved_document(run: Run, folder: Path) -> None:
    out = folder / "one.ttl"
    args = ("build", "--attach", folder / "notice.txt", folder / "plan.docx", folder / "tasks.txt", "-o", out)
    code, _, told = run(*args)
    assert code == 0, told
    assert "notice.txt + plan.docx + tasks.txt" in told
    together = "!+".join(str(folder / name) for name in ("notice.txt", "plan.docx", "tasks.txt"))
    code, said, _ = run("verify", out, "--source", together)
    assert (code, said.splitlines()[-1]) == (0, "proved")
    built = build(together, validate=False)
    doc = built.built.annotations.document
    titles = [doc.norm[plan.title.start : plan.title.end] for plan in doc.plans if plan.title]
    assert titles == ["云岭省科普工作方案", "任务分工表"]
    assert len(built.documents) == 3
    same = build(folder / "notice.txt", attached=[folder / "plan.docx", folder / "tasks.txt"], validate=False)
    assert same.built.asserted == built.built.asserted
    place = doc.source.place_at(doc.source.text.index("建设科普书屋"))
    assert place is not None
    assert place.shown("zh") == "plan.docx 第3段"


@pytest.mark.parametrize("name", ["方案.docx", "附件1.云岭省科普工作方案.docx", "1-云岭省科普工作方案（定稿）.docx"])
def test_an_archive_that_holds_a_notice_and_what_it_names_is_one_document(tmp_path: Path, name: str, run: Run) -> None:
    path = tmp_path / "all.zip"
    members = [("x/通知.txt", NOTICE.encode()), (f"x/{name}", PLAN), ("x/附件2：任务分工表.txt", TASKS)]
    path.write_bytes(zipped(*members, ("x/体育.txt", OTHER), ("y/云岭省科普工作方案.txt", OTHER)))
    found = find_inputs([str(path)])
    assert sorted(file.replace(f"{path}!/", "") for file in found.files) == [
        "x/体育.txt",
        f"x/通知.txt!+x/{name}!+x/附件2：任务分工表.txt",
        "y/云岭省科普工作方案.txt",
    ]
    together = next(f for f in found.files if "!+" in f)
    assert str(found.places[together]) == "all/x/通知"
    out = tmp_path / "out"
    assert run("build", path, "-o", out, "-q", "--no-validate", "--workers", "1")[0] == 0
    code, said, _ = run("verify", out / "all" / "x" / "通知.ttl", "--source", together)
    assert (code, said.splitlines()[-1]) == (0, "proved")


def test_what_two_notices_name_or_one_merely_cites_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    other = NOTICE.replace("5号", "6号")
    path.write_bytes(zipped(("a.txt", NOTICE.encode()), ("b.txt", other.encode()), ("p.docx", PLAN)))
    assert len(find_inputs([str(path)]).files) == 3
    cites = (
        "云岭省教育厅关于做好培训的通知\n各市（州）教育局：\n根据《云岭省科普工作方案》，现就培训通知如下。\n一、培训。"
    )
    path.write_bytes(zipped(("a.txt", cites.encode()), ("p.docx", PLAN)))
    assert len(find_inputs([str(path)]).files) == 2


def test_pages_of_one_document_are_one_and_what_surrounds_them_is_out(folder: Path) -> None:
    pages = [str(folder / "page.html"), str(folder / "page_2.html")]
    (together,) = find_inputs(pages).files
    assert together == "!+".join(pages)
    built = build(together, validate=False)
    doc, text = built.built.annotations.document, built.built.source.text
    assert [(u.path, u.plan) for u in doc.units] == [("一", 1), ("一/(一)", 1), ("一/(二)", 1), ("一/(三)", 1)]
    left_out = ["".join(text[s.start : s.end].split()) for s in built.built.source.left_out]
    assert left_out == ["上一页下一页", "首页要闻公开"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("云岭省科普工作方案", "云岭省体育工作方案"), ("", "")],
    ids=["other title", "no title"],
)
def test_pages_of_other_titles_are_documents_of_their_own(tmp_path: Path, first: str, second: str) -> None:
    for name, title in (("page.html", first), ("page_2.html", second)):
        text = PAGE.format(PARTS[0]).replace("<title>云岭省科普工作方案", f"<title>{title}")
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(find_inputs([str(tmp_path)]).files) == 2


def test_a_part_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "bad.docx").write_bytes(PLAN[:300])
    with pytest.raises(InputError):
        read_source(f"{folder / 'notice.txt'}!+{folder / 'bad.docx'}")
    with pytest.raises(InputError, match="cannot be read"):
        read_source(f"{folder / 'notice.txt'}!+{folder / 'none.docx'}")

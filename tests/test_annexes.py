"""What a notice says is attached to it: the names are titles of plans, the numbers are none of units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, annotate, build_document

if TYPE_CHECKING:
    from kgbuild.model import Document, Span

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
NOTICE = """云岭省人民政府办公厅关于印发科普工作两个文件的通知
岭政办发〔2031〕5号
各市（州）人民政府：
现将有关文件印发给你们，请认真贯彻执行。
{annexes}
云岭省人民政府办公厅
2031年3月1日
"""
BEHIND = """附件1
云岭省科普工作方案
一、重点任务
（一）建设科普书屋。（责任单位：省教育厅）
（二）举办讲坛。（责任单位：省科协）
附件2
{second}
"""
PLAN = "云岭省书屋建设计划\n一、建设任务\n（一）维修农家书屋。（责任单位：省文化和旅游厅）"
TABLE = "重点任务分工表\n序号\t任务\t责任单位\n1\t建设科普书屋\t省教育厅\n2\t举办讲坛\t省科协"


def document(text: str) -> Document:
    return annotate(text.encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON).document


def words(doc: Document, span: Span | None) -> str:
    return doc.norm[span.start : span.end] if span else ""


def items(doc: Document) -> list[tuple[int, str]]:
    return [(u.plan, u.path) for u in doc.units]


@pytest.mark.parametrize(
    "annexes",
    [
        "附件：1.云岭省科普工作方案\n2.云岭省书屋建设计划",
        "附件：\n1.云岭省科普工作方案\n2.云岭省书屋建设计划",
        "附件：1.云岭省科普工作方案 2.云岭省书屋建设计划",
        "附　件：1．云岭省科普工作方案.docx\n2．云岭省书屋建设计划.docx",
        "附：1、云岭省科普工作方案\n2、云岭省书屋建设计划",
    ],
)
def test_each_plan_of_the_list_is_a_plan_and_no_number_of_the_list_an_item(annexes: str) -> None:
    doc = document(NOTICE.format(annexes=annexes) + BEHIND.format(second=PLAN))
    assert doc.carried
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案", "云岭省书屋建设计划"]
    assert items(doc) == [(1, "一"), (1, "一/(一)"), (1, "一/(二)"), (2, "一"), (2, "一/(一)")]


def test_a_table_of_tasks_that_is_attached_stands_on_its_own() -> None:
    annexes = "附件：1.云岭省科普工作方案\n2.重点任务分工表"
    text = NOTICE.format(annexes=annexes) + BEHIND.format(second=TABLE)
    options = Options(version="t")
    built = build_document(text.encode(), name="a", settings=SETTINGS, lexicon=LEXICON, options=options)
    doc = built.annotations.document
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案", "重点任务分工表"]
    assert items(doc)[-2:] == [(2, "1"), (2, "2")]
    bodies = [[b.surface for b in a.statement.bodies] for a in built.annotations.actions if a.statement]
    assert bodies == [["省教育厅"], ["省科协"]] * 2


def test_a_table_below_a_plan_belongs_to_none_of_its_sections() -> None:
    text = "云岭省科普工作方案\n一、重点任务\n（一）建设科普书屋。（责任单位：省教育厅）\n附件\n" + TABLE
    assert items(document(text)) == [(1, "一"), (1, "一/(一)"), (1, "1"), (1, "2")]


@pytest.mark.parametrize("form", ["报名回执", "联系人名单"])
def test_a_form_to_be_filled_in_is_no_plan(form: str) -> None:
    annexes = f"附件：1.云岭省科普工作方案\n2.{form}"
    doc = document(NOTICE.format(annexes=annexes) + BEHIND.format(second=f"{form}\n姓名\t单位"))
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案"]
    assert (0, "2") not in items(doc)


def test_items_below_a_heading_are_no_list_of_attachments() -> None:
    text = "云岭省科普工作方案\n一、重点任务\n附件：\n1.开展科普培训。\n2.举办科普讲坛。\n"
    assert {"1", "2"} <= {path for _, path in items(document(text))}


def test_what_a_plan_says_is_attached_makes_no_notice_of_it() -> None:
    text = BEHIND.format(second=TABLE).removeprefix("附件1\n")
    text = text.replace("附件2\n", "附件：1.重点任务分工表\n2.联系人名单\n附件1\n")
    doc = document(text)
    assert not doc.carried
    assert items(doc) == [(1, "一"), (1, "一/(一)"), (1, "一/(二)"), (1, "1"), (1, "2")]

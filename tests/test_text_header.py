"""The head and foot of official documents after GB/T 9704-2012: title, number, addressee, signature, dates, plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.read import read_bytes
from kgbuild.text import parse_document

if TYPE_CHECKING:
    from kgbuild.model import Document, Span

LEXICON = load_lexicon(Settings())
PLAN = (
    "云岭省科普工作方案\n一、工作目标\n1.组织开展科普服务，推动优质资源下沉，做到有计划、有步骤。（省教育厅、省科协）\n"
)
NOTICE = (
    "云岭省人民政府办公厅关于印发云岭省科普工作方案的通知\n云政办发〔2025〕3号\n各市、县人民政府，省政府各部门：\n"
    "现将《云岭省科普工作方案》发给你们，请按分工办理。\n云岭省人民政府办公厅\n2025年3月1日\n"
)


def parse(text: str) -> Document:
    return parse_document(read_bytes(text.encode(), name="plan.txt", max_bytes=1_000_000), LEXICON)


def words(doc: Document, span: Span | None) -> str | None:
    return doc.source.text[span.start : span.end] if span else None


def test_a_notice_that_carries_a_plan() -> None:
    doc = parse(NOTICE + PLAN)
    header = doc.header
    assert words(doc, header.title) == "云岭省人民政府办公厅关于印发云岭省科普工作方案的通知"
    assert header.number is not None
    assert (header.number.normal, header.number.code, header.number.year, header.number.serial) == (
        "云政办发〔2025〕3号",
        "云政办发",
        2025,
        3,
    )
    assert words(doc, header.addressee) == "各市、县人民政府，省政府各部门"
    assert [words(doc, s) for s in header.issuers] == ["云岭省人民政府办公厅"]
    assert header.signed is not None
    assert (words(doc, header.signed.span), header.signed.iso) == ("2025年3月1日", "2025-03-01")
    assert header.published is None
    assert doc.carried
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案"]
    assert words(doc, doc.plans[0].span) == PLAN.strip()
    assert doc.findings == ()


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("云政办发〔2025〕3号", "云政办发〔2025〕3号"),
        ("云政办发[2025]3号", "云政办发〔2025〕3号"),
        ("云政办发［2025］3号", "云政办发〔2025〕3号"),
        ("云政办发(2025)3号", "云政办发〔2025〕3号"),
        ("云政办发（2025）3号", "云政办发〔2025〕3号"),
        ("云政办发【2025】3号", "云政办发〔2025〕3号"),
        ("云政办发〔2025〕第3号", "云政办发〔2025〕3号"),
        ("云政办发 〔２０２５〕 ３ 号", "云政办发〔2025〕3号"),
        ("发文字号：云政办发〔2025〕3号", "云政办发〔2025〕3号"),
        ("（云政办发〔2025〕3号）", "云政办发〔2025〕3号"),
        ("云科协发普字〔2025〕118号", "云科协发普字〔2025〕118号"),
    ],
)
def test_numbers_in_every_bracket(printed: str, normal: str) -> None:
    doc = parse(NOTICE.replace("云政办发〔2025〕3号", printed) + PLAN)
    assert doc.header.number is not None
    assert doc.header.number.normal == normal
    assert (words(doc, doc.header.number.span) or "").startswith("云")


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2025年3月1日", "2025-03-01"),
        ("2025 年 3 月 1 日", "2025-03-01"),
        ("二〇二五年三月一日", "2025-03-01"),
        ("二○二五年十二月三十一日", "2025-12-31"),
        ("２０２５年３月１日", "2025-03-01"),
    ],
)
def test_dates_of_signature(printed: str, iso: str) -> None:
    doc = parse(NOTICE.replace("2025年3月1日", printed) + PLAN)
    assert doc.header.signed is not None
    assert (words(doc, doc.header.signed.span), doc.header.signed.iso) == (printed, iso)


def test_an_impossible_date_is_none_and_a_finding() -> None:
    doc = parse(NOTICE.replace("2025年3月1日", "2025年2月30日") + PLAN)
    assert doc.header.signed is None
    assert "missing-date" in {f.code for f in doc.findings}


@pytest.mark.parametrize(
    "printed",
    [
        "云岭省教育厅\n云岭省科学技术厅\n云岭省财政厅",
        "云岭省教育厅 云岭省科学技术厅 云岭省财政厅",
        "云岭省教育厅\u3000\u3000云岭省科学技术厅\n云岭省财政厅",
    ],
    ids=["lines", "one-line", "mixed"],
)
def test_several_issuers(printed: str) -> None:
    doc = parse(NOTICE.replace("办理。\n云岭省人民政府办公厅", f"办理。\n{printed}") + PLAN)
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省教育厅", "云岭省科学技术厅", "云岭省财政厅"]


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("云岭省人民政府办公厅\n关于印发云岭省科普工作方案的通知", 2),
        ("云岭省人民政府办公厅关于印发\n云岭省科普工作方案的通知", 2),
        ("云岭省人民政府办公厅\n关于印发云岭省科普工作\n方案的通知", 3),
    ],
)
def test_titles_over_lines(printed: str, parts: int) -> None:
    doc = parse(NOTICE.replace("云岭省人民政府办公厅关于印发云岭省科普工作方案的通知", printed) + PLAN)
    assert words(doc, doc.header.title) == printed
    assert printed.count("\n") == parts - 1


def test_letter_spaced_titles() -> None:
    text = PLAN.replace("云岭省科普工作方案", "云 岭 省 科 普 工 作 方 案")
    doc = parse(text)
    assert words(doc, doc.header.title) == "云 岭 省 科 普 工 作 方 案"
    assert not doc.carried


def test_a_plan_of_its_own_signed_at_the_end() -> None:
    doc = parse(PLAN + "云岭省科学技术协会\n2025年4月2日\n")
    assert words(doc, doc.header.title) == "云岭省科普工作方案"
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省科学技术协会"]
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2025-04-02"
    assert not doc.carried
    assert doc.plans[0].title is None


@pytest.mark.parametrize(
    ("tail", "last"),
    [
        ("培训院长。\n", "培训院长。"),
        (f"持续{'宣传政策，' * 8}全力打造云岭\n“\n易办\n”\n服务品牌。\n", "服务品牌。"),
        ("特此通知。\n", "2.培训讲师。(省教育厅)"),
        ("抄送:省科协。\n", "2.培训讲师。(省教育厅)"),
    ],
)
def test_a_plan_ends_where_its_last_sentence_does(tail: str, last: str) -> None:
    doc = parse(f"云岭省阅读行动方案\n\n一、主要任务\n1.建设书屋。(省教育厅)\n2.培训讲师。(省教育厅)\n{tail}")
    assert doc.norm[: doc.plans[0].span.end].endswith(last)


def test_missing_elements_are_findings_not_guesses() -> None:
    doc = parse("一、工作目标\n1.组织开展科普服务，推动优质资源下沉。（省教育厅）")
    assert doc.header.title is None
    assert {f.code for f in doc.findings} == {"missing-title", "missing-number", "missing-date", "missing-issuer"}
    assert {f.severity for f in doc.findings} == {"info"}


def test_the_time_of_the_page_is_no_date_of_signature() -> None:
    page = "首页 > 政务公开\n云岭省科普工作方案\n发布时间：2025-03-09 16:47 来源：云岭省科协 字体：大 中 小\n"
    doc = parse(page + PLAN.split("\n", 1)[1])
    assert doc.header.published is not None
    assert doc.header.published.iso == "2025-03-09T16:47:00+08:00"
    assert words(doc, doc.header.site) == "云岭省科协"
    assert doc.header.signed is None


def test_dates_in_the_text_are_no_date_of_signature() -> None:
    doc = parse(PLAN + "2.总结经验，2025年6月1日前报省科协，做到有计划、有步骤。（省文联）\n")
    assert doc.header.signed is None


def test_a_document_on_one_line() -> None:
    doc = parse(NOTICE.replace("\n", "\u3000\u3000\u3000\u3000") + PLAN.replace("\n", "\u3000\u3000"))
    assert words(doc, doc.header.title) == "云岭省人民政府办公厅关于印发云岭省科普工作方案的通知"
    assert doc.header.number is not None
    assert [u.path for u in doc.units] == ["一", "一/1"]


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("云岭省科普工作方案（2025—2027年）", ("2025-01-01", "2027-12-31")),
        ("云岭省“十四五”科普规划", ("2021-01-01", "2025-12-31")),
        ("云岭省2025年科普工作要点", ("2025-01-01", "2025-12-31")),
        ("云岭省科普工作要点", None),
    ],
)
def test_the_period_of_a_plan(title: str, period: tuple[str, str] | None) -> None:
    doc = parse(PLAN.replace("云岭省科普工作方案", title))
    assert words(doc, doc.header.title) == title
    assert doc.plans[0].period == period


def test_the_plan_is_found_behind_the_notice_without_book_marks() -> None:
    doc = parse(NOTICE.replace("《云岭省科普工作方案》已经省人民政府同意，现", "现将方案") + "附件\n" + PLAN)
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案"]
    assert doc.header.signed is not None
    assert doc.plans[0].span.start > doc.header.signed.span.end


def test_the_day_behind_a_title_is_no_part_of_it() -> None:
    title = "云岭省人民政府办公厅关于印发云岭省科普工作方案的通知"
    doc = parse(NOTICE.replace(title, f"{title}（2025 年3 月\n1 日）") + PLAN)
    assert words(doc, doc.header.title) == title


def test_a_title_over_lines_that_end_in_a_year_or_in_quotes() -> None:
    lines = "云岭省教育厅关于开展2025 年\n“青年夜校\n行动”的通知"
    doc = parse(f"{lines}\n岭教发〔2025〕3号\n各市教育局：\n现通知如下。\n一、任务\n做好工作。\n")
    assert words(doc, doc.header.title) == lines


@pytest.mark.parametrize("between", ["  ", "\n"])
def test_a_title_begins_with_those_who_issue_it_on_lines_of_their_own(between: str) -> None:
    title = f"中共云岭市委办公室{between}云岭市人民政府办公室\n印发《关于推进全民阅读的实施方案》的通知"
    doc = parse(f"{title}\n\n云党办发〔2031〕2号\n\n各县委、县政府：\n现印发给你们。\n2031年5月8日\n")
    assert words(doc, doc.header.title) == title


@pytest.mark.parametrize("number_first", [True, False])
def test_a_title_begins_with_all_of_its_issuers_above_and_below_the_number(*, number_first: bool) -> None:
    title = "中共云岭市委组织部\n云岭市民政局\n云岭市财政局\n关于印发《社区工作者培训实施方案》的通知"
    head = ("云组发〔2031〕3号", title) if number_first else (title, "云组发〔2031〕3号")
    doc = parse("\n".join(head) + "\n各县委组织部：\n现印发给你们。\n2031年3月5日\n")
    assert words(doc, doc.header.title) == title


def test_the_label_of_a_title_is_none_of_it() -> None:
    title = "关于印发云岭区2031年教育工作要点的通知"
    doc = parse(f"发文标题：{title}\n发文文号：云区教〔2031〕4号\n各学校：\n现印发给你们。\n一、任务\n做好工作。\n")
    assert words(doc, doc.header.title) == title


def test_the_quoted_title_in_a_notice_is_not_the_plan() -> None:
    quoted = NOTICE.replace("《云岭省科普工作方案》已经", "《云岭省科普工作方案》\n已经")
    doc = parse(quoted + PLAN)
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省人民政府办公厅"]
    assert doc.header.signed is not None
    assert doc.plans[0].title is not None
    assert doc.plans[0].title.start > doc.header.signed.span.end


def test_a_title_goes_on_over_what_it_quotes() -> None:
    lines = "云岭省科普工作领导小组关于印发\n《关于深化科普改革的实施意见》的通知"
    doc = parse(f"{lines}\n岭科普〔2025〕1号\n各有关单位：\n现印发给你们。\n一、任务\n做好工作。\n")
    assert words(doc, doc.header.title) == lines


@pytest.mark.parametrize(
    ("head", "title", "number"),
    [
        (
            "云岭省人民政府文件\n云政发〔2025〕3号\n云岭省人民政府关于加强科普工作的通知\n各市人民政府：\n",
            "云岭省人民政府关于加强科普工作的通知",
            "云政发〔2025〕3号",
        ),
        (
            "云岭省科协关于加强科普工作的通知 云科协〔2025〕3号\n各市科协：\n",
            "云岭省科协关于加强科普工作的通知",
            "云科协〔2025〕3号",
        ),
        (
            "云岭省人民政府关于加强科普工作的通知（2025年3月1）\n云政发〔2025〕3号\n各市人民政府：\n",
            "云岭省人民政府关于加强科普工作的通知",
            "云政发〔2025〕3号",
        ),
        (
            "中共云岭市委\n云岭市人民政府关于加强科普工作的通知\n云发〔2025〕3号\n各县委、县人民政府：\n",
            "中共云岭市委\n云岭市人民政府关于加强科普工作的通知",
            "云发〔2025〕3号",
        ),
        (
            "云岭市落实优化营商环境降低经营主体制度性交易成本工作\n方案的通知\n云政发〔2025〕3号\n为落实部署，制定本方案。\n",
            "云岭市落实优化营商环境降低经营主体制度性交易成本工作\n方案的通知",
            "云政发〔2025〕3号",
        ),
        (
            "云岭省人民政府关于加强科普工作的通知（云政发〔2025〕3号）\n各市人民政府：\n",
            "云岭省人民政府关于加强科普工作的通知",
            "云政发〔2025〕3号",
        ),
        (
            "文号\n云政发〔2025〕3号\n发布机构\n省政府\n公开方式\n主动公开\n云岭省政府关于加强科普工作的通知\n各市人民政府：\n",
            "云岭省政府关于加强科普工作的通知",
            "云政发〔2025〕3号",
        ),
        (
            "云岭省人民政府关于加强科普工作的通\n知（2025年3月1日）\n云政发〔2025〕3号\n各市人民政府：\n",
            "云岭省人民政府关于加强科普工作的通\n知",
            "云政发〔2025〕3号",
        ),
    ],
)
def test_where_title_and_number_may_stand(head: str, title: str, number: str) -> None:
    doc = parse(f"{head}现通知如下。\n一、任务\n做好科普工作，做到有计划、有步骤。\n")
    assert words(doc, doc.header.title) == title
    assert doc.header.number is not None
    assert doc.header.number.normal == number


def test_a_quoted_title_on_a_line_below_the_number_is_no_title() -> None:
    doc = parse(
        "云政发〔2025〕3号\n为贯彻落实\n《云岭省科普工作方案》\n（云政发〔2024〕1号），提出意见。\n一、任务\n做好工作。\n"
    )
    assert doc.header.title is None


@pytest.mark.parametrize(
    ("signed", "issuers"),
    [
        ("云岭省政务公开领导小组办公室\n（云岭省政务服务局代章）\n2025年3月1日\n", ["云岭省政务公开领导小组办公室"]),
        ("云岭省政务公开领导小组办公室（代章）\n2025年3月1日\n", ["云岭省政务公开领导小组办公室"]),
        (
            "云岭省工程建设项目审批\n制度改革领导小组办公室\n2025年3月1日\n",
            ["云岭省工程建设项目审批\n制度改革领导小组办公室"],
        ),
        ("云岭省教育厅\n国家税务总局云岭省税务局\n2025年3月1日\n", ["云岭省教育厅", "国家税务总局云岭省税务局"]),
        # run together, one below the other, or cut by the printer
        ("中共贵州省委贵州省人民政府\n2025年3月1日\n", ["中共贵州省委", "贵州省人民政府"]),
        ("人民银行贵阳分行贵州证监局\n2025年3月1日\n", ["人民银行贵阳分行", "贵州证监局"]),
        ("国家统计局贵州调查总队\n2025年3月1日\n", ["国家统计局贵州调查总队"]),
        ("国家数据局综合司\n国家医保局办公室\n2025年3月1日\n", ["国家数据局综合司", "国家医保局办公室"]),
        ("国家金融监督管理总局\n贵州监管局\n2025年3月1日\n", ["国家金融监督管理总局\n贵州监管局"]),
        ("2025年3月1日\n", ["云岭省人民政府办公厅"]),  # who issues it stands in the title alone
        ("贵州省 贵州省\n教育厅 财政厅\n2025年3月1日\n", ["云岭省人民政府办公厅"]),  # columns of names are no names
    ],
)
def test_who_signs_a_notice(signed: str, issuers: list[str]) -> None:
    doc = parse(NOTICE.replace("云岭省人民政府办公厅\n2025年3月1日\n", signed) + PLAN)
    assert [words(doc, s) for s in doc.header.issuers] == issuers
    assert doc.header.signed is not None


def test_a_title_that_begins_with_no_body_names_no_issuer() -> None:
    doc = parse("云岭省科普规划关于农村的部分的通知\n各市人民政府：\n现通知如下。\n一、任务\n做好工作，有计划。\n")
    assert doc.header.issuers == ()


def test_a_notice_signed_above_a_text_without_title() -> None:
    doc = parse(NOTICE + PLAN.split("\n", 1)[1])
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省人民政府办公厅"]
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2025-03-01"


def test_an_addressee_that_a_break_has_cut() -> None:
    cut = NOTICE.replace("各市、县人民政府，省政府各部门：", "各市、县人民政府，省政府各部\n门，各有关单位：")
    doc = parse(cut + PLAN)
    assert words(doc, doc.header.addressee) == "各市、县人民政府，省政府各部\n门，各有关单位"


def test_an_addressee_that_ran_into_the_text() -> None:
    doc = parse(NOTICE.replace("各部门：\n现将《云岭省科普工作方案》", "各部门：《云岭省科普工作方案》现") + PLAN)
    assert words(doc, doc.header.addressee) == "各市、县人民政府，省政府各部门"
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案"]
    doc = parse(NOTICE.replace("各部门：\n现将", "各部门：为推进科普工作，现将") + PLAN)
    assert words(doc, doc.header.addressee) == "各市、县人民政府，省政府各部门"
    # not in the middle of a text, below no number or title
    doc = parse(PLAN + "2.各市人民政府：《云岭省讲堂办法》要落实到位，做到有计划、有步骤。\n")
    assert doc.header.addressee is None


def test_an_imprint_signs_nothing() -> None:
    doc = parse(PLAN + "抄送：省委各部门。\n云岭省人民政府办公厅　2025年3月1日印发\n")
    assert doc.header.issuers == ()
    assert doc.header.signed is None


def test_the_title_above_a_plan_that_it_quotes() -> None:
    head = "关于《云岭省科普工作方案》的公示\n现将《云岭省科普工作方案》公示如下，如有异议请反映。\n"
    doc = parse(f"{head}云岭省科协\n2025年3月1日\n{PLAN}")
    assert words(doc, doc.header.title) == "关于《云岭省科普工作方案》的公示"
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省科协"]
    assert [words(doc, p.title) for p in doc.plans] == ["云岭省科普工作方案"]


def test_a_signature_above_another_document_in_the_file() -> None:
    head = "云岭省科协关于加强科普工作的通知\n各市科协：\n现通知如下。\n一、任务\n做好工作，有计划。\n"
    doc = parse(f"{head}云岭省科协\n2025年3月1日\n云岭市2024年工作清单\n一、目标\n做好工作，做到有计划、有步骤。\n")
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2025-03-01"


@pytest.mark.parametrize(
    "behind", ["（2025年3月1日）", "（2025 年3 月1\n日）", "\n（征求意见稿）（2025年3月1日）", "\n（2025年 3月1日）"]
)
def test_the_day_behind_a_title_is_that_of_a_document_without_signature(behind: str) -> None:
    title = "云岭省科协关于加强科普工作的实施方案"
    body = "为加强科普工作，制定本方案。\n一、任务\n做好工作，做到有计划、有步骤。\n"
    doc = parse(f"{title}{behind}\n{body}")
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2025-03-01"
    assert words(doc, doc.header.title) == title
    # the signature says it better, and no such day is none
    assert (signed := parse(f"{title}{behind}\n{body}云岭省科协\n2025年3月5日\n").header.signed)
    assert signed.iso == "2025-03-05"
    assert parse(f"{title}{behind.replace('3', '13', 1)}\n{body}").header.signed is None


@pytest.mark.parametrize(
    "title",
    [
        "云岭省教育厅云岭省财政厅关于\n印发《云岭省科普工作方案》的通知",
        "云岭省人民政府办公厅关于深化科普领域\n“放\n管服”改革若干措施的通知",
        "云岭省人民政府办公厅关于印发《云岭省科普工作方案》的通知知",
        "云岭省人民政府办公厅关于印发\n《云岭省科\n普工作方案》\n的通知",
    ],
)
def test_titles_that_the_printer_cuts_or_doubles(title: str) -> None:
    doc = parse(
        f"{title}\n云政办发〔2025〕3号\n各市人民政府：\n现通知如下。\n一、任务\n做好工作，做到有计划、有步骤。\n"
    )
    assert words(doc, doc.header.title) == title


def test_what_stands_around_a_title_on_a_page_is_none_of_it() -> None:
    title = "云岭省科协关于印发《云岭省科普工作方案》的通知"
    for text in (f"{title}\n政策\n发布部门：云岭省科协\n", f"“政务公开” {title}\n"):
        doc = parse(f"{text}现通知如下。\n一、任务\n做好工作，做到有计划、有步骤。\n")
        assert words(doc, doc.header.title) == title
        assert [words(doc, issuer) for issuer in doc.header.issuers] == ["云岭省科协"]


def test_a_title_that_names_its_plan_with_the_years_on_a_line_below() -> None:
    title = "云岭省科协印发《云岭省“书香”三年行动计划（2028—2030年）》的通知"
    doc = parse(f"{title}\n云岭省“书香”\n三年行动计划\n（2028—2030年）\n一、任务\n做好工作，做到有计划、有步骤。\n")
    assert words(doc, doc.header.title) == title


def test_a_number_on_a_line_of_its_own_may_have_lost_its_sign() -> None:
    doc = parse(NOTICE.replace("3号", "3") + PLAN)
    assert doc.header.number is not None
    assert (words(doc, doc.header.number.span), doc.header.number.normal) == (
        "云政办发〔2025〕3",
        "云政办发〔2025〕3号",
    )
    assert parse(PLAN.replace("一、", "根据云政办发〔2025〕3办理。\n一、")).header.number is None


@pytest.mark.parametrize(
    "line", ["云岭省科普工作方案（共12项）", "附件：云岭省科普工作方案", "附件1：云岭省科普工作方案"]
)
def test_how_a_plan_may_print_the_title_that_its_notice_names(line: str) -> None:
    doc = parse(NOTICE + PLAN.replace("云岭省科普工作方案", line))
    assert [words(doc, plan.title) for plan in doc.plans] == [line.removeprefix("附件：").removeprefix("附件1：")]
    assert doc.header.signed is not None


def test_a_notice_without_a_title_may_say_what_is_attached() -> None:
    title = "云岭市2031年政务公开任务清单"
    notice = f"各县人民政府，市政府各部门：\n现将任务清单印发给你们。\n附件：{title}\n云岭市人民政府\n2031年7月25日\n"
    doc = parse(f"{notice}{title}\n一、公开规划\n1.公开规划纲要，做到及时、准确。（市教育局）\n")
    assert [words(doc, plan.title) for plan in doc.plans] == [title]


def test_a_plan_whose_title_goes_over_two_lines_behind_a_date_that_a_converter_spoiled() -> None:
    title = "《政府工作报告》重点工作\n及民生实事任务分解方案"
    notice = NOTICE.replace("2025年3月1日", "2025年3月1日????").replace("《云岭省科普工作方案》", "有关任务")
    notice = notice.replace("关于印发云岭省科普工作方案", "关于分解落实工作任务")
    doc = parse(notice + PLAN.replace("云岭省科普工作方案", title))
    assert doc.header.signed is not None
    assert [words(doc, plan.title) for plan in doc.plans] == [title]


def test_bars_of_a_converted_table_are_no_text() -> None:
    title = "石桥县人民政府办公室关于印发重点工作责任分解的通知"
    doc = parse(f"{title} |\n||\n|\n各镇人民政府：\n现印发给你们。\n一、任务\n做好工作，做到有计划。\n")
    assert words(doc, doc.header.title) == title
    table = parse("索引号 | 113/2031-1 | 公开方式 | 主动公开 |\n发布单位 | 区政府 | 发文日期 | 2031-07-14 |\n")
    assert table.header.title is None
    assert table.header.signed is not None


def test_what_signs_a_notice_is_no_text_of_its_last_item() -> None:
    notice = NOTICE.replace("请按分工办理。", "并通知如下：\n一、各单位要制订方案。\n二、各单位要抓好落实。")
    doc = parse(notice + PLAN)
    (last,) = [u for u in doc.units if u.plan == 0 and u.label == "二"]
    assert words(doc, last.own) == "二、各单位要抓好落实。"


def test_the_last_item_keeps_all_of_its_labelled_lines() -> None:
    tail = "牵头领导：副区长\n主要责任单位：省教育厅\n协办单位：省科协、各县\n完成时限：2025年12月"
    doc = parse(f"{NOTICE}云岭省科普工作方案\n一、目标\n1.建书屋，办讲坛。\n{tail}\n2.建场馆，办展览。\n{tail}\n")
    assert (words(doc, doc.units[-1].span) or "").endswith(tail)


@pytest.mark.parametrize("title", ["《政府工作报告》重点工作责任分解", "2025年重点工作任务分解", "科普实事分解表"])
def test_a_plan_that_divides_the_work_below_the_date_of_its_notice(title: str) -> None:
    head = NOTICE.replace("云岭省人民政府办公厅\n2025", "2025").replace("《云岭省科普工作方案》", "有关任务")
    head = head.replace("关于印发云岭省科普工作方案", "关于分解落实工作任务")
    doc = parse(head + PLAN.replace("云岭省科普工作方案", title))
    assert [words(doc, plan.title) for plan in doc.plans] == [title]
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2025-03-01"


@pytest.mark.parametrize(
    ("tail", "bodies"),
    [
        ("（一）新建书屋50所\n责任单位：省科协\n（二）培训工匠30名\n责任单位：省教育厅\n", ["省科协", "省教育厅"]),
        ("（一）新建书屋50所\n牵头单位：省科协\n责任单位：省教育厅\n完成时限：2025年6月底前\n", ["省科协", "省教育厅"]),
        ("（一）新建书屋50所\n责任单位：省科协\n配合单位：省教育厅\n\n相关链接\n1.一图读懂\n", ["省科协", "省教育厅"]),
    ],
)
def test_a_plan_of_items_without_full_stops_ends_behind_the_bodies_of_the_last(tail: str, bodies: list[str]) -> None:
    notice = NOTICE.replace("请按分工办理。", "并通知如下：\n一、各单位要制订方案，报办公厅备案。")
    doc = parse(f"{notice}云岭省科普工作方案\n一、预期目标\n{tail}")
    plan = doc.plans[0].span
    inside = doc.source.text[plan.start : plan.end]
    assert [body for body in bodies if body in inside] == bodies
    assert "一图读懂" not in inside
    assert [u.path for u in doc.units if u.plan][:2] == ["u1/一", "u1/一/(一)"]


def test_the_title_above_a_plan_whose_own_title_goes_over_two_lines() -> None:
    head = "云岭省科协关于公开征求\n《云岭省加强科普工作\n实施意见》意见的公告\n现公开征求意见，可向省科协反映。\n"
    doc = parse(f"{head}云岭省加强科普工作\n实施意见\n一、任务\n做好工作，做到有计划、有步骤。\n")
    assert words(doc, doc.header.title) == head.rpartition("\n现")[0]


def test_an_article_is_no_addressee_and_links_of_a_page_sign_nothing() -> None:
    doc = parse("云岭省科普条例\n第一条 各级人民政府应当做好下列工作：\n（一）组织科普活动；\n（二）推动资源下沉。\n")
    assert doc.header.addressee is None
    doc = parse(PLAN + "相关附件\n相关新闻\n版权所有\n")
    assert doc.header.issuers == ()


def test_a_signature_in_emphasis() -> None:
    doc = parse(
        "# 云岭省科普规定\n\n**第一条** 做好科普工作，做到有计划、有步骤。\n\n---\n\n*云岭省科协*\n*2025年3月1日*\n"
    )
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省科协"]
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2025-03-01"


def test_the_issuer_of_a_numbered_announcement() -> None:
    doc = parse("云岭省林业局公告（2025年第9号）（良种名录）\n\n现将良种名录予以公告，请有关单位遵照执行，做好推广。\n")
    assert [words(doc, s) for s in doc.header.issuers] == ["云岭省林业局"]


def test_who_is_greeted_is_not_written_to() -> None:
    doc = parse(
        "政府工作报告\n各位代表：\n现在，我向大会报告工作，请予审议。\n一、工作回顾\n做好工作，有计划、有步骤。\n"
    )
    assert doc.header.addressee is None
    assert words(doc, doc.header.title) == "政府工作报告"


def test_contacts_below_the_date_are_no_text() -> None:
    tail = ["特此通知", "附件：进展情况表", "2031年2月21日", "（联系人：王某某，联系电话：8812822）"]
    head = ["云岭省教育厅关于做好科普工作的通知", "各市教育局：", "现就有关事项通知如下。"]
    doc = parse("\n".join([*head, "一、各单位要加强领导，按时报送。", *tail]))
    assert doc.header.signed is not None
    assert doc.header.signed.iso == "2031-02-21"


def test_the_column_of_a_site_is_no_part_of_the_title() -> None:
    title = "关于印发云岭省科普方案的通 知"
    doc = parse(f"首页 > 民生实事\n【优享】{title}\n各市教育局：\n现印发给你们。\n一、任务\n建设书屋，选好书。")
    assert words(doc, doc.header.title) == title


def test_the_day_behind_a_number_and_a_note_above_the_addressee() -> None:
    text = (
        "云政办发〔2031〕38号 2031年9月27日\n\n某网提示:根据《云岭省清理结果》规定,继续有效\n\n"
        "各市、县人民政府,省政府各部门:\n为办好书屋,提出以下意见。\n一、任务\n1.建设书屋。(省教育厅)\n"
    )
    doc = parse_document(read_bytes(text.encode(), name="a.txt", max_bytes=1_000_000), load_lexicon(Settings()))
    header = doc.header
    assert header.number is not None
    assert header.signed is not None
    assert header.addressee is not None
    assert (header.number.normal, header.signed.iso) == ("云政办发〔2031〕38号", "2031-09-27")
    assert doc.norm[header.addressee.start : header.addressee.end] == "各市、县人民政府,省政府各部门"

"""Several plans in one file, with and without notices: a document each, one source, one set of graphs."""

from __future__ import annotations

import pytest

from kgbuild.api.summary import summary
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.terms import gplan, lexical, literal
from kgbuild.validate import validate

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)


def plan(whom: str, day: str = "") -> str:
    signed = f"\n云岭省科协\n{day}\n" if day else ""
    return (
        f"云岭省{whom}科学素质行动方案\n\n一、总体要求\n提高{whom}的科学素质。\n二、重点任务\n"
        f"（一）建设书屋。（省教育厅）\n（二）举办讲坛。（省科协）\n{signed}\n"
    )


FARMERS, YOUTH = plan("农民"), plan("青少年")


def build(text: str) -> Built:
    built = build_document(
        text.encode(), name="plans.txt", settings=SETTINGS, lexicon=LEXICON, options=Options(version="t")
    )
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    report = verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh])
    assert report.level == "proved", (report.mismatches, report.unproved)
    wrong = [r for r in validate(built.asserted | built.graphs.vocabulary).results if r.severity == "violation"]
    assert not wrong
    return built


def titles(built: Built) -> list[str | None]:
    doc = built.annotations.document
    return [doc.norm[p.title.start : p.title.end] if p.title else None for p in doc.plans]


@pytest.mark.parametrize("between", ["", "附件2\n\n"])
def test_each_plan_of_a_file_is_a_document_with_its_own_actions(between: str) -> None:
    built = build(FARMERS + between + YOUTH)
    assert titles(built) == ["云岭省农民科学素质行动方案", "云岭省青少年科学素质行动方案"]
    plans = {s for s, p, o in built.asserted if p.endswith("#type>") and o == gplan("Plan")}
    assert len(plans) == 2
    of = [o for s, p, o in built.asserted if p == gplan("actionOf")]
    assert sorted(of.count(node) for node in plans) == [3, 3]
    assert not [t for t in built.asserted if t[1] == gplan("transmits")]
    assert len({o for _, p, o in built.asserted if p == gplan("hasSourceText")}) == 1
    assert "repeated-item-label" not in {f.code for f in built.annotations.findings}


def test_the_date_of_a_document_is_that_below_its_own_plan() -> None:
    built = build(plan("农民", "2031年3月1日") + plan("青少年", "2031年5月9日"))
    signed = built.annotations.document.header.signed
    assert signed is not None
    assert signed.iso == "2031-03-01"


@pytest.mark.parametrize(
    "text",
    [
        FARMERS,
        FARMERS + "附件\n农民科学素质考核细则\n一、考核对象\n各市科协。\n二、考核办法\n按年考核。\n",
        FARMERS + "三、工作要求\n落实《云岭省青少年科学素质行动方案》\n一、二产业要融合。\n",
        "云岭省农民科学素质行动方案\n\n一、总体要求\n落实各项工作方案\n（一）建设书屋。（省教育厅）\n",
    ],
)
def test_a_plan_with_what_belongs_to_it_is_one(text: str) -> None:
    assert len(build(text).annotations.document.plans) == 1


def notice(title: str, number: str, addressee: str, text: str, issuer: str, day: str) -> str:
    return f"{title}\n{number}\n\n{addressee}：\n{text}\n\n{issuer}\n{day}\n\n"


PROVINCE = notice(
    "云岭省人民政府办公厅关于印发云岭省农民科学素质行动方案的通知",
    "云政办发〔2031〕12号",
    "各市、州人民政府，省政府各部门",
    "现将《云岭省农民科学素质行动方案》印发给你们，请认真组织实施。",
    "云岭省人民政府办公厅",
    "2031年3月5日",
)
CITY = notice(
    "青岩市人民政府关于印发青岩市青少年科学素质行动方案的通知",
    "青政发〔2033〕7号",
    "各县、区人民政府，市政府各部门",
    "现将《青岩市青少年科学素质行动方案》印发给你们。",
    "青岩市人民政府",
    "2033年5月9日",
)
CITY_PLAN = (
    "青岩市青少年科学素质行动方案\n\n一、总体要求\n提高青少年的科学素质。\n二、重点任务\n"
    "（一）建设书屋。（牵头单位：市教育局；完成时限：年底前）\n\n"
)
ALONE = notice(
    "云岭省人民政府办公厅关于做好秋季防火工作的通知",
    "云政办发〔2031〕15号",
    "各市、州人民政府",
    "为做好秋季防火工作，现通知如下：\n一、加强巡查。（省林业局负责）\n二、加强宣传。（省应急管理厅负责）",
    "云岭省人民政府办公厅",
    "2031年9月1日",
)


def test_each_official_document_of_a_file_has_its_own_head() -> None:
    built = build(PROVINCE + FARMERS + CITY + CITY_PLAN + ALONE)
    said = {p: {s: o for s, q, o in built.asserted if q == p} for p in map(gplan, ("documentNumber", "documentDate"))}
    numbers, dates = said.values()
    node = {lexical(number): at for at, number in numbers.items()}
    assert set(node) == {"云政办发〔2031〕12号", "青政发〔2033〕7号", "云政办发〔2031〕15号"}
    assert [lexical(dates[at]) for at in node.values()] == [
        {"云政办发〔2031〕12号": "2031-03-05", "青政发〔2033〕7号": "2033-05-09", "云政办发〔2031〕15号": "2031-09-01"}[
            n
        ]
        for n in node
    ]
    carried = {s: o for s, p, o in built.asserted if p == gplan("transmits")}
    assert set(carried) == {node["云政办发〔2031〕12号"], node["青政发〔2033〕7号"]}
    of = [o for _, p, o in built.asserted if p == gplan("actionOf")]
    assert [of.count(at) for at in (*carried.values(), node["云政办发〔2031〕15号"])].count(2) == 2
    assert literal("青岩市人民政府") in {o for s, _, o in built.asserted if s == node["青政发〔2033〕7号"]}


def test_the_number_of_a_digest_is_no_unit_of_the_document_below_it() -> None:
    built = build(f"1. {PROVINCE}{FARMERS}2. {ALONE.replace('做好秋季', '做好⏎秋季').replace('⏎', chr(10))}")
    doc = built.annotations.document
    further = doc.plans[-1]
    assert further.title is not None
    assert doc.source.text[further.title.start : further.title.end].startswith("云岭省人民政府办公厅关于")
    assert [u.path for u in doc.units if u.plan == 2] == ["一", "二"]


def test_a_time_without_a_year_is_read_in_the_year_of_its_own_document() -> None:
    built = build(PROVINCE + FARMERS + CITY + CITY_PLAN)
    days = [f.iso for a in built.annotations.actions if a.statement for f in a.statement.fields if f.key == "deadline"]
    assert days == ["2033-12-31"]
    assert "further-document" in {f.code for f in built.annotations.findings}
    assert summary(built, None).splitlines()[0].endswith(" (+1 in the same file)")


REPORT = "省科协关于农民科学素质工作情况的报告\n云科〔2031〕3号\n\n省人民政府：\n一、开展讲座。\n二、建设书屋。\n"


@pytest.mark.parametrize(
    "text",
    [
        PROVINCE + FARMERS + "附件\n" + CITY + CITY_PLAN,  # a specimen
        PROVINCE.replace("农民科学素质行动方案", "科协关于农民科学素质工作情况的报告")
        + REPORT.replace("省科协", "云岭省科协"),
        PROVINCE + FARMERS + CITY.replace("青政发〔2033〕7号\n", ""),  # no number
        f"成文日期：\n2031年3月5日\n标题：\n{PROVINCE}附件1\n关于农民科学素质工作情况的报告\n省人民政府：\n一、开展讲座。\n",
    ],
)
def test_what_a_document_attaches_or_carries_is_no_further_one(text: str) -> None:
    assert not [p for p in build(text).annotations.document.plans if p.header]

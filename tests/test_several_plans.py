"""Several plans in one file without a notice: a document each, one source, one set of graphs."""

from __future__ import annotations

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.terms import gplan
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

"""What stands outside of all actions is doubted aloud."""

from __future__ import annotations

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import annotate

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
PLAN = """云岭省2026年工作要点

一、服务老年人
{before}1.建设书屋50个。
2.建设统一平台。
{behind}
云岭省人民政府
2026年1月20日
"""
RULES = """云岭省工作细则

第一条 按月为残疾人提供上门服务，建立服务台账，并对服务情况进行评估，完善服务制度。
（一）建设书屋。
（二）建设平台。
"""


def doubts(before: str = "", behind: str = "") -> list[tuple[str, str, str]]:
    text = PLAN.format(before=before, behind=behind)
    found = annotate(text.encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON)
    codes = ("text-outside-actions", "text-behind-plan")
    return [
        (f.code, text[f.span.start : f.span.end], f.detail[0][1]) for f in found.findings if f.code in codes and f.span
    ]


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("到2027年底，建成覆盖城乡的服务网络。\n", "2027年底"),
        ("为残疾人提供上门服务。\n", "残疾人"),
        ("到2027年底，实现以下目标：\n", "2027年底"),
    ],
)
def test_a_day_or_group_above_the_items_is_doubted(before: str, shown: str) -> None:
    assert doubts(before) == [("text-outside-actions", before.strip(), shown)]


@pytest.mark.parametrize("before", ["", "坚持以人为本，完善服务体系。\n", "对残疾人家庭按下列标准补贴：\n"])
def test_what_introduces_is_no_doubt(before: str) -> None:
    assert doubts(before) == []


def test_a_numbered_sentence_above_its_points_is_doubted_too() -> None:
    found = annotate(RULES.encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON)
    assert [f.detail[0][1] for f in found.findings if f.code == "text-outside-actions"] == ["残疾人"]


def test_a_numbered_sentence_that_says_something_else_is_doubted_as_it_stands() -> None:
    rules = RULES.replace("残疾人", "书屋")
    found = annotate(rules.encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON)
    shown = [f.detail[0][1] for f in found.findings if f.code == "text-outside-actions"]
    assert shown == ["按月为书屋提供上门服务，建立服务台账，并对服务情况进行评估，完善服务制度。"]


def test_lines_behind_a_plan_that_order_something_are_doubted() -> None:
    behind = "加强组织领导，落实工作责任\n强化督查考核，定期通报情况\n"
    assert [(code, text) for code, text, _ in doubts(behind=behind)] == [
        ("text-behind-plan", line) for line in behind.splitlines()
    ]


@pytest.mark.parametrize(
    "behind",
    [
        "打印本页\n",
        "联系电话：0000-1234567\n",
        "推进会\n",
        "公开方式：主动公开政府信息\n",
        "关于推进社区书屋建设的通知\n",
    ],
)
def test_the_foot_of_a_page_is_no_doubt(behind: str) -> None:
    assert doubts(behind=behind) == []


TERMS = """云岭省茶业若干措施

一、支持建厂
（一）支持新建茶厂。（责任单位：省茶业厅）
（二）支持修缮古桥。加强养护。{behind}
"""


def closing(behind: str) -> tuple[list[str], list[str]]:
    """The texts of the actions, and the closing terms told by findings."""
    found = annotate(TERMS.format(behind=behind).encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON)
    norm = found.document.norm
    return (
        [norm[a.text.start : a.text.end] for a in found.actions],
        [f.detail[0][1] for f in found.findings if f.code == "closing-terms"],
    )


ITEMS = ["支持新建茶厂。", "支持修缮古桥。加强养护。"]


@pytest.mark.parametrize(
    "terms",
    [
        "本措施自2031年2月1日起施行，有效期3年。",
        "本措施由省茶业厅负责解释，自印发之日起实施。",
        "本政策措施自发布之日起施行。此前规定与本措施不一致的，以本措施为准。",
    ],
)
def test_closing_terms_are_of_no_item(terms: str) -> None:
    assert closing(f"\n{terms}") == (ITEMS, [terms])


def test_terms_with_a_number_of_their_own_are_an_item() -> None:
    texts, told = closing("\n（三）本措施自印发之日起施行。")
    assert (texts, told) == ([*ITEMS, "本措施自印发之日起施行。"], [])


def test_what_an_item_itself_says_of_its_force_stays_with_it() -> None:
    texts, told = closing("本项政策自2031年2月1日起执行。")
    assert (texts[1], told) == (f"{ITEMS[1]}本项政策自2031年2月1日起执行。", [])

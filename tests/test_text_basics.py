"""Numerals, dates, periods, deadlines, numbering marks, paragraphs, and the normal form of a text."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.text.lines import paragraphs, squeeze, trim
from kgbuild.text.normalise import normalise, odd_characters
from kgbuild.text.numbering import KEY_LETTER, mark_at
from kgbuild.text.numerals import find_dates, find_period, from_han, last_day, number, to_han
from kgbuild.text.times import last_day_of

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)


# -- numerals -----------------------------------------------------------------------------------------------------
@given(st.integers(1, 9999))
def test_numerals_go_to_chinese_and_back(value: int) -> None:
    assert from_han(to_han(value)) == value
    assert number(to_han(value)) == number(str(value)) == value


@given(st.integers(1000, 9999))
def test_rows_of_digits_are_read_as_years(value: int) -> None:
    row = "".join("〇一二三四五六七八九"[int(c)] for c in str(value))
    assert from_han(row) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("一十", 10),
        ("二十", 20),
        ("一百一十", 110),
        ("一百零三", 103),
        ("一千零一", 1001),
        ("两千零二十", 2020),
        ("三千", 3000),
        ("二○二○", 2020),
        ("二零二零", 2020),
        ("零", 0),
        ("", None),
        ("科", None),
        ("十科", None),
    ],
)
def test_chinese_numerals(text: str, value: int | None) -> None:
    assert from_han(text) == value


# -- dates --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2020年5月28日", ["2020-05-28"]),
        ("2020 年 05 月 08 日", ["2020-05-08"]),
        ("二〇二〇年五月二十八日", ["2020-05-28"]),
        ("二○二○年十月一日", ["2020-10-01"]),
        ("二零一九年十二月三十一日", ["2019-12-31"]),
        ("2020-06-10 16:47", ["2020-06-10T16:47:00+08:00"]),
        ("2020-06-10T16:47:05", ["2020-06-10T16:47:05+08:00"]),
        ("2020/6/1", ["2020-06-01"]),
        ("2020.06.01", ["2020-06-01"]),
        ("2020年5月28日 09:01", ["2020-05-28T09:01:00+08:00"]),
        ("2020-06-10 25:99", ["2020-06-10"]),
        ("2024年2月29日", ["2024-02-29"]),
        ("2023年2月29日", []),
        ("2020年13月1日", []),
        ("2020年4月31日", []),
        ("2020-00-10", []),
        ("2020-06/10", []),
        ("12020-06-10", []),
        ("1.2020.06.01.3", []),
        ("2020年5月", []),
        ("〇〇〇〇年五月一日", []),
        ("2020年5月1日至2021年6月2日", ["2020-05-01", "2021-06-02"]),
    ],
)
def test_dates(text: str, dates: list[str]) -> None:
    found = list(find_dates(normalise(text)))
    assert [d.iso for d in found] == dates
    assert all(text[d.span.start].isdigit() or text[d.span.start] in "二一" for d in found)


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_every_day_is_read_in_every_form(day: dt.date) -> None:
    han = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    forms = (
        f"{day.year}年{day.month}月{day.day}日",
        f"{han}年{to_han(day.month)}月{to_han(day.day)}日",
        day.isoformat(),
        day.strftime("%Y.%m.%d"),
        f"{day.year}/{day.month}/{day.day}",
    )
    for form in forms:
        assert [(d.iso, len(d.span)) for d in find_dates(f"印发,{form}。", 3)] == [(day.isoformat(), len(form))], form


@given(st.integers(1900, 2099), st.integers(1, 12), st.integers(1, 31))
def test_the_last_day_of_a_month_exists(year: int, month: int, day: int) -> None:
    iso = last_day(year, month, day)
    assert iso[:8] == f"{year:04}-{month:02}-"
    assert int(iso[8:]) == min(day, calendar.monthrange(year, month)[1])


@pytest.mark.parametrize(
    ("text", "year", "iso"),
    [
        ("2025年6月底前完成", None, "2025-06-30"),
        ("到2025年", None, "2025-12-31"),
        ("2025年10月15日前", None, "2025-10-15"),
        ("2025年2月30日前", None, None),
        ("2025年13月", None, None),
        ("“十四五”末", None, "2025-12-31"),
        ("十三五期末", None, "2020-12-31"),
        ("年底前", 2021, "2021-12-31"),
        ("6月底前完成", 2021, "2021-06-30"),
        ("13月底前完成", 2021, None),
        ("年底前", None, None),
        ("持续推进", 2021, None),
        ("", 2021, None),
    ],
)
def test_deadlines(text: str, year: int | None, iso: str | None) -> None:
    assert last_day_of(text, year, load_lexicon(Settings()).words)[0] == iso


@pytest.mark.parametrize(
    ("title", "period", "words"),
    [
        ("云岭省科普行动计划(2024-2026年)", ("2024-01-01", "2026-12-31"), "2024-2026年"),
        ("云岭省科普行动计划(2024—2026年)", ("2024-01-01", "2026-12-31"), "2024—2026年"),
        ("云岭省2024年至2026年工作方案", ("2024-01-01", "2026-12-31"), "2024年至2026年"),
        ("云岭省“十四五”科普规划", ("2021-01-01", "2025-12-31"), "“十四五”"),
        ("云岭省“十五五”开局之年科普工作方案", ("2026-01-01", "2026-12-31"), "“十五五”开局"),
        ("云岭省“十四五”收官之年科普工作方案", ("2025-01-01", "2025-12-31"), "“十四五”收官"),
        ("云岭省“十四五”规划中期评估工作方案", None, None),
        ("云岭省2025年工作要点", ("2025-01-01", "2025-12-31"), "2025年"),
        ("云岭省2026-2024年工作要点", None, None),
        ("云岭省工作要点", None, None),
    ],
)
def test_periods_of_titles(title: str, period: tuple[str, str] | None, words: str | None) -> None:
    found = find_period(title)
    assert (found and found[:2]) == period
    assert (title[found[2] : found[3]] if found else None) == words


# -- numbering ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "style", "value", "label"),
    [
        ("第一编 总则", "part", 1, "第一编"),
        ("第二部分 任务", "part", 2, "第二部分"),
        ("第十二章 附则", "chapter", 12, "第十二章"),
        ("第三节 保障", "section", 3, "第三节"),
        ("第五条 各地应当", "article", 5, "第五条"),
        ("第12条 各地应当", "article", 12, "第12条"),
        ("专栏1 重点工程", "box", 1, "专栏1"),
        ("专栏二:重点工程", "box", 2, "专栏二"),
        ("一、总体要求", "han", 1, "一"),
        ("十二、保障措施", "han", 12, "十二"),
        ("(三)工作目标", "han_paren", 3, "(三)"),
        ("（二十一）工作目标", "han_paren", 21, "(二十一)"),
        ("( 三 )工作目标", "han_paren", 3, "(三)"),
        ("㈠工作目标", "han_paren", 1, "㈠"),
        ("1.做好工作", "arabic", 1, "1"),
        ("40.做好工作", "arabic", 40, "40"),
        ("１．做好工作", "arabic", 1, "1"),
        ("1﹒做好工作", "arabic", 1, "1"),
        ("2、做好工作", "arabic", 2, "2"),
        ("1﹐做好工作", None, 0, ""),
        ("(4)做好工作", "arabic_paren", 4, "(4)"),
        ("4)做好工作", "arabic_paren", 4, "4"),
        ("①做好工作", "circle", 1, "①"),
        ("⑳做好工作", "circle", 20, "⑳"),
        ("⑴做好工作", "circle", 1, "⑴"),
        ("㉑做好工作", "circle", 21, "㉑"),
        ("㊿做好工作", "circle", 50, "㊿"),
        ("❶做好工作", "circle", 1, "❶"),
        ("➂做好工作", "circle", 3, "➂"),
        ("⓫做好工作", "circle", 11, "⓫"),
        ("㊀做好工作", "circle", 1, "㊀"),
        ("⒈做好工作", "arabic", 1, "1"),
        ("⒛ 做好工作", "arabic", 20, "20"),
        ("廿一、做好工作", "han", 21, "廿一"),
        ("(卅二)做好工作", "han_paren", 32, "(卅二)"),
        ("一)做好工作", "han_paren", 1, "一"),
        ("十二）做好工作", "han_paren", 12, "十二"),
        ("1.1做好工作", None, 0, ""),
        ("1，做好工作", None, 0, ""),
        ("2020年工作", None, 0, ""),
        ("2020.05.28", None, 0, ""),
        ("6.5%以上", None, 0, ""),
        ("一、二、三产业融合", None, 0, ""),
        ("一是做好", None, 0, ""),
        ("一级响应", None, 0, ""),
        ("第一条款", None, 0, ""),
        ("第一章节", None, 0, ""),
        ("十九大精神", None, 0, ""),
        ("(2020年)", None, 0, ""),
        ("0.做好", None, 0, ""),
        ("专栏作家", None, 0, ""),
        ("", None, 0, ""),
    ],
)
def test_numbering_marks(text: str, style: str | None, value: int, label: str) -> None:
    norm = normalise(text)
    mark = mark_at(norm, 0, len(norm))
    assert (mark and (mark.style, mark.number, mark.label)) == (style and (style, value, label))


@given(st.integers(1, 99))
def test_every_number_is_a_mark_in_every_style(value: int) -> None:
    han = to_han(value)
    forms = {
        "article": f"第{han}条 ",
        "chapter": f"第{han}章 ",
        "han": f"{han}、",
        "han_paren": f"({han})",
        "arabic": f"{value}.",
        "arabic_paren": f"({value})",
    }
    for style, form in forms.items():
        mark = mark_at(form + "推进", 0, len(form) + 2)
        assert mark is not None
        assert (mark.style, mark.number, mark.end) == (style, value, len(form))
        assert mark.style in KEY_LETTER


# -- normal form and paragraphs -----------------------------------------------------------------------------------
@given(TEXT)
def test_normalising_keeps_the_length_and_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert len(once) == len(text)
    assert normalise(once) == once
    assert all(once[i] == c for i, c in enumerate(text) if c in "\r\n")


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("云岭省⼈⺠政府", "云岭省人民政府"),
        ("⼀、⼯作", "一、工作"),
        ("⻓期、部⻔、⻋辆、⻢路", "长期、部门、车辆、马路"),
        ("\uf9f4业、\uf92c岸", "林业、郎岸"),
        ("\U0002f800", "丽"),
        ("省教\u200c育厅", "省教 育厅"),
        ("省教\u2060育厅", "省教 育厅"),
        ("省教\u00ad育厅", "省教 育厅"),
        ("葛\ufe00市", "葛 市"),
        ("葛\U000e0100市", "葛 市"),
        ("5\u202e月", "5 月"),
        ("甲\ufe10乙\ufe12", "甲,乙。"),
        ("90\ufe6a", "90%"),
        ("甲﹑乙﹔", "甲、乙;"),
        ("〔省教育厅、各市〔州〕负责〕", "(省教育厅、各市(州)负责)"),
        ("各县〈市〉区，〈云岭纲要〉", "各县(市)区,〈云岭纲要〉"),
        ("[市教育局牵头]。[责任单位]局、[网页](a)", "(市教育局牵头)。[责任单位]局、[网页](a)"),
        ("岭政发〔2025〕3号、[2025]3号", "岭政发〔2025〕3号、[2025]3号"),
        ("各开\n# Page 12:\n发区", "各开\n          \n发区"),
        ("\ue000", "\ue000"),
    ],
)
def test_characters_that_look_alike_or_are_not_seen_have_one_form(odd: str, plain: str) -> None:
    assert normalise(odd) == plain


def test_odd_characters_are_told_with_their_places() -> None:
    assert odd_characters("厅\u0301\u2800𝟐") == {"\u0301": [1], "\u2800": [2], "𝟐": [3]}
    assert normalise("一､厅\u0301（𝟐𝟎𝟐𝟓年）\n— 3 —\n-12-\n3—5\n") == "一、厅 (2025年)\n     \n    \n3—5\n"
    assert odd_characters("⼈民⼈\u200c\ue000①（") == {"\u200c": [3], "⼈": [0, 2], "\ue000": [4]}
    assert odd_characters("云岭省人民政府（2025年）①、　“”") == {}


MIXTURE = st.lists(
    st.sampled_from(
        ["一、目标", "做好。", "（一）", "**", "# ", "\u3000\u3000", "\u2003", "  ", "\n", "\r\n", "：", "1."]
    )
).map("".join)


@given(TEXT | MIXTURE)
def test_paragraphs_hold_every_visible_character_once(text: str) -> None:
    norm = normalise(text)
    spans = paragraphs(norm)
    assert spans == sorted(spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    held = {i for s in spans for i in range(s.start, s.end)}
    assert {i for i, c in enumerate(norm) if not c.isspace() and c not in "#*"} <= held
    assert all(s == trim(norm, s.start, s.end) and len(s) for s in spans)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("一、要求\u3000\u3000做好工作。\u3000\u3000（一）目标", ["一、要求  做好工作。", "(一)目标"]),
        ("做好。\u2003\u2003再做。", ["做好。", "再做。"]),
        ("云岭省 教育厅", ["云岭省 教育厅"]),
        ("一\r\n二\r三\n四", ["一", "二", "三", "四"]),
        (" \n\t\n", []),
        ("# 云岭省工作方案\n**一、任务**\n## **二、保障**", ["云岭省工作方案", "一、任务", "二、保障"]),
        ("*\n**\n#\n#1楼要修缮*", ["*", "**", "#", "#1楼要修缮*"]),
    ],
)
def test_lost_breaks_are_found_by_their_indent(text: str, parts: list[str]) -> None:
    norm = normalise(text)
    assert [norm[s.start : s.end] for s in paragraphs(norm)] == parts


@given(st.text(alphabet="-—《》“”\"' 年2"))
def test_squeezing_is_idempotent(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)


# -- hard line breaks --------------------------------------------------------------------------------------------------
def lines_of(text: str) -> list[str]:
    norm = normalise(text)
    return [norm[p.start : p.end] for p in paragraphs(norm)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1.开展培训，促进高质\n量发展。", 1),
        ("1.开展培训。（省教育厅、\n省科技厅负责）", 1),
        ("1.开展培训。（省教育厅、\r\n省科技厅负责）", 1),
        # a number has its unit on the next line; that of a telephone has none
        ("1.省级联系茶厂不少于2家、市级不少于3\n家、县级不少于5家。", 1),
        ("1.联系茶厂，电话2\n各地要结合实际抓好落实", 2),
        # a heading and its text, two items, a label, an indent, an empty line: each a paragraph of its own
        ("1.加强领导，落实责任\n各地要结合实际抓好落实。", 2),
        ("1.加强领导\n抓好落实。", 2),
        ("1.办好茶园，\n2.办好花园。", 2),
        ("1.办好茶园，做好采摘\n责任单位：省教育厅", 2),
        ("1.办好茶园，做好采摘\n  抓好落实。", 2),
        ("1.办好茶园，做好采摘\n\n抓好落实。", 2),
        ("1.办好茶园（一期\n2.办好花园（二期）", 2),
    ],
)
def test_a_line_that_goes_on_with_a_sentence_is_no_paragraph(text: str, count: int) -> None:
    assert len(lines_of(text)) == count


SENTENCE = (
    "充分利用各类公共文化场馆的空间和时间，面向广大青年开设内容丰富、形式多样的夜间课程，推动优质资源向基层延伸。"
)
PARAGRAPHS = (
    f"坚持以需求为导向，{SENTENCE * 5}",
    f"（一）办好课程。{SENTENCE * 4}（责任单位：团省委、省文化和旅游厅）",
    f"（二）建设场地。{SENTENCE * 4}",
)


def printed(paragraph: str) -> str:
    """Break a paragraph at lines of forty characters, its indent lost."""
    return "\n".join([paragraph[:38], *(paragraph[i : i + 40] for i in range(38, len(paragraph), 40))])


def test_lines_of_a_printed_page_are_joined_over_pieces_and_pages() -> None:
    head = "云岭省人民政府办公厅关于做好青年夜校工作的通知\n各市人民政府：\n一、总体要求\n"
    text = head + "\n".join(printed(p) for p in PARAGRAPHS)
    text = text.replace("（一）办好课程。", "（一）\n办好课程。").replace(
        "，面", "，\n面", 2
    )  # lines that were spaced out
    at = text.rindex("\n")
    lines = [line.replace("\n", "") for line in lines_of(f"{text[:at]}\n\n# Page 3:{text[at:]}")]
    assert lines[:3] == ["云岭省人民政府办公厅关于做好青年夜校工作的通知", "各市人民政府:", "一、总体要求"]
    assert [line.replace(" ", "") for line in lines[3:]] == [normalise(p) for p in PARAGRAPHS]


def test_a_date_a_number_and_an_addressee_stay_alone_on_a_printed_page() -> None:
    head = "云岭省科协关于印发《云岭省科普\n方案》的通知（2025 年3 月1 日）\n云科协〔2025〕3号\n各有关单位：\n"
    text = head + "\n".join(printed(p) for p in PARAGRAPHS) + "\n云岭省科协\n2025 年3 月1 日\n（此件公开发布）\n附表略"
    lines = lines_of(text)
    assert lines[1:3] == ["云科协〔2025〕3号", "各有关单位:"]
    assert lines[-4:] == ["云岭省科协", "2025 年3 月1 日", "(此件公开发布)", "附表略"]


def test_a_text_whose_lines_are_all_as_long_is_joined() -> None:
    line = "推进茶园建设和茶叶加工提升全省茶业发展水平"
    wrapped = "\n".join([line] * 12 + ["做好茶叶销售等各项工作的组织实施。"])
    assert len(lines_of(wrapped)) == 1
    assert len(lines_of("\n".join([line] * 3))) == 3

"""The tree of a plan: numbering of every kind, headings, whatever the line breaks do; and no text at which it fails."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.config import Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Document, Span, Unit
from kgbuild.read import read_bytes
from kgbuild.text import normalise, parse_document

LEXICON = load_lexicon(Settings())
HEAD = "云岭省科普工作要点\n"
SHORT = "加强科普队伍建设"
LONG = "组织科技人员深入基层开展形式多样的科普服务，推动优质资源下沉，做到有计划、有步骤，落到实处，抓出成效"


def parse(text: str, name: str = "plan.txt") -> Document:
    return parse_document(read_bytes(text.encode(), name=name, max_bytes=1_000_000), LEXICON)


def outline(text: str, name: str = "plan.txt") -> list[str]:
    """One line for each unit: path, heading if it has one, `>` before one that runs on into its text."""
    doc = parse(text, name)

    def line(u: Unit) -> str:
        title = doc.norm[u.title.start : u.title.end] if u.title else ""
        return f"{u.path} {'>' if u.run_in else ''}{title}".rstrip()

    return [line(u) for u in doc.units]


# -- cases --------------------------------------------------------------------------------------------------------
CASES = {
    "decimal paths": (
        f"{HEAD}1 总则\n1.1 编制目的\n{LONG}。\n1.2 适用范围\n{LONG}。\n2 任务\n2.1{LONG}。\n2.2{LONG}。",
        ["1 总则", "1/1.1 编制目的", "1/1.2 适用范围", "2 任务", "2/2.1", "2/2.2"],
    ),
    "decimal paths below numbers with a dot": (
        f"{HEAD}1.总体要求\n1.1{LONG}。\n1.2{LONG}。\n2.任务\n2.1.1{LONG}。\n2.1.2{LONG}。",
        ["1 总体要求", "1/1.1", "1/1.2", "2 任务", "2/2.1.1", "2/2.1.2"],
    ),
    "a decimal alone is a figure": (f"{HEAD}一、任务\n1.5万人参加{LONG}。", ["一 任务"]),
    "decimals that do not count are figures": (
        f"{HEAD}一、任务\n3.5万人参加{LONG}。\n3.8万人参加{LONG}。",
        ["一 任务"],
    ),
    "numbers with a comma": (
        f"{HEAD}一、任务\n1，{LONG}。\n2，{LONG}。\n3，{LONG}。",
        ["一 任务", "一/1", "一/2", "一/3"],
    ),
    "a count within a count": (
        f"{HEAD}一、任务\n1.{LONG}。\n1.{LONG}。\n2.{LONG}。\n2.{LONG}。\n1.{LONG}。\n2.{LONG}。\n3.{LONG}。\n3.{LONG}。",
        ["一 任务", "一/1", "一/1/1", "一/1/2", "一/2", "一/2/1", "一/2/2", "一/2/3", "一/3"],
    ),
    "a box holds no section": (
        f"{HEAD}一、任务\n专栏1 阅读\n1.{LONG}。\n（一）{SHORT}\n1.{LONG}。\n专栏2 讲坛\n{LONG}。\n二、保障\n{LONG}。",
        [
            "一 任务",
            "一/专栏1 阅读",
            "一/专栏1/1",
            f"一/(一) {SHORT}",
            "一/(一)/1",
            "一/(一)/1/专栏2 讲坛",
            "二 保障",
        ],
    ),
    "a slip is no count": (f"{HEAD}一、任务\n1.{LONG}。\n1.{LONG}。\n2.{LONG}。", ["一 任务", "一/1", "一/1", "一/2"]),
    "two counts one after the other": (
        f"{HEAD}一、任务\n1.{LONG}。\n2.{LONG}。\n1.{LONG}。\n2.{LONG}。\n3.{LONG}。",
        ["一 任务", "一/1", "一/2", "一/1", "一/2", "一/3"],
    ),
    "a number with a comma that no other follows": (f"{HEAD}一、任务\n1，{LONG}。\n{LONG}。", ["一 任务"]),
    "numbers with thousands": (f"{HEAD}一、任务\n1,200人参加。\n2,300人参加。", ["一 任务"]),
    "numbers of one character with their dot": (
        f"{HEAD}一、任务\n⒈{LONG}。⒉{LONG}。\n⒊{LONG}。",
        ["一 任务", "一/1", "一/2", "一/3"],
    ),
    "black circles": (f"{HEAD}一、任务\n❶{LONG}。\n❷{LONG}。", ["一 任务", "一/❶", "一/❷"]),
    "letters": (f"{HEAD}一、任务\nA.{LONG}。\nB.{LONG}。", ["一 任务", "一/A", "一/B"]),
    "letters with 、": (f"{HEAD}一、任务\na、{LONG}。\nb、{LONG}。", ["一 任务", "一/a", "一/b"]),
    "letters in brackets": (f"{HEAD}一、任务\n（A）{LONG}。\n（B）{LONG}。", ["一 任务", "一/(A)", "一/(B)"]),
    "letters enclosed": (f"{HEAD}一、任务\n⒜{LONG}。\n⒝{LONG}。", ["一 任务", "一/⒜", "一/⒝"]),
    "Roman numbers": (f"{HEAD}一、任务\nⅠ.{LONG}。\nⅡ.{LONG}。", ["一 任务", "一/Ⅰ", "一/Ⅱ"]),
    "Roman numbers of Latin letters": (f"{HEAD}一、任务\nI.{LONG}。\nII.{LONG}。", ["一 任务", "一/I", "一/II"]),
    "small Roman numbers": (f"{HEAD}一、任务\n（i）{LONG}。\n（ii）{LONG}。", ["一 任务", "一/(i)", "一/(ii)"]),
    "stems": (f"{HEAD}一、任务\n甲、{LONG}。\n乙、{LONG}。", ["一 任务", "一/甲", "一/乙"]),
    "tasks": (f"{HEAD}一、任务\n任务1：{LONG}。\n任务2：{LONG}。", ["一 任务", "一/任务1", "一/任务2"]),
    "measures": (
        f"{HEAD}一、任务\n重点措施一、{LONG}。\n重点措施二、{LONG}。",
        ["一 任务", "一/重点措施一", "一/重点措施二"],
    ),
    "actions and a blank": (f"{HEAD}一、任务\n行动1 {LONG}。\n行动2 {LONG}。", ["一 任务", "一/行动1", "一/行动2"]),
    "第一": (f"{HEAD}一、任务\n第一，{LONG}。\n第二，{LONG}。", ["一 任务", "一/第一", "一/第二"]),
    "其一": (f"{HEAD}一、任务\n其一，{LONG}。\n其二，{LONG}。", ["一 任务", "一/其一", "一/其二"]),
    "square brackets": (f"{HEAD}一、任务\n[1]{LONG}。\n[2]{LONG}。", ["一 任务", "一/[1]", "一/[2]"]),
    "lenticular brackets": (f"{HEAD}一、任务\n【1】{LONG}。\n【2】{LONG}。", ["一 任务", "一/【1】", "一/【2】"]),
    "a colon": (f"{HEAD}一、任务\n1：{LONG}。\n2：{LONG}。", ["一 任务", "一/1", "一/2"]),
    "formal numerals": (f"{HEAD}一、任务\n壹、{LONG}。\n贰、{LONG}。", ["一 任务", "一/壹", "一/贰"]),
    "formal numerals in brackets": (
        f"{HEAD}一、任务\n（壹）{LONG}。\n（贰）{LONG}。",
        ["一 任务", "一/(壹)", "一/(贰)"],
    ),
    "No.": (f"{HEAD}一、任务\nNo. 1 {LONG}。\nNo. 2 {LONG}。", ["一 任务", "一/No.1", "一/No.2"]),
    "hanzi and colon": (f"{HEAD}一、任务\n一：{LONG}。\n二：{LONG}。", ["一 任务", "一/一", "一/二"]),
    "by the name of work": (
        f"{HEAD}一、任务\n工作一、{LONG}。\n工作二、{LONG}。",
        ["一 任务", "一/工作一", "一/工作二"],
    ),
    "ordinals": (f"{HEAD}一、任务\n第一、{LONG}。\n第二、{LONG}。", ["一 任务", "一/第一", "一/第二"]),
    "pairs": (f"{HEAD}一、任务\n1-1 {LONG}。\n1-2 {LONG}。", ["一 任务", "一/1-1", "一/1-2"]),
    "a dot in brackets": (f"{HEAD}一、任务\n（1.）{LONG}。\n（2.）{LONG}。", ["一 任务", "一/(1.)", "一/(2.)"]),
    "a letter that no other follows": (f"{HEAD}一、任务\nA.{LONG}。\n{LONG}。", ["一 任务"]),
    "names of annexes": (f"{HEAD}一、任务\n{LONG}。\n附件1：{LONG}。\n附件2：{LONG}。", ["一 任务"]),
    "a party to a contract": (f"{HEAD}一、任务\n甲方{LONG}。\n乙方{LONG}。", ["一 任务"]),
    "tens in one character": (f"{HEAD}廿、任务\n{LONG}。\n廿一、保障\n{LONG}。", ["廿 任务", "廿一 保障"]),
    "half brackets": (f"{HEAD}一、任务\n一）{LONG}。\n二）{LONG}。", ["一 任务", "一/一", "一/二"]),
    "a number above nothing": (f"{HEAD}一、任务\n1 号楼{LONG}。\n2 号楼{LONG}。", ["一 任务"]),
    "four levels": (
        f"{HEAD}一、总体要求\n（一）工作目标\n1.{SHORT}。\n（1）{LONG}。\n（2）{LONG}。\n2.{LONG}。\n二、保障措施\n（一）{LONG}。",
        [
            "一 总体要求",
            "一/(一) 工作目标",
            f"一/(一)/1 {SHORT}",
            "一/(一)/1/(1)",
            "一/(一)/1/(2)",
            "一/(一)/2",
            "二 保障措施",
            "二/(一)",
        ],
    ),
    "chapters and articles": (
        f"云岭省科普办法\n第一章 总则\n第一条 {LONG}。\n第二条 {LONG}。\n第二章 附则\n第三条 {LONG}。",
        ["第一章 总则", "第一章/第一条", "第一章/第二条", "第二章 附则", "第二章/第三条"],
    ),
    "counters that run through": (
        f"{HEAD}一、农民\n1.{LONG}。\n2.{LONG}。\n二、青少年\n3.{LONG}。\n4.{LONG}。",
        ["一 农民", "一/1", "一/2", "二 青少年", "二/3", "二/4"],
    ),
    "counters that restart": (
        f"{HEAD}一、农民\n1.{LONG}。\n2.{LONG}。\n二、青少年\n1.{LONG}。\n2.{LONG}。",
        ["一 农民", "一/1", "一/2", "二 青少年", "二/1", "二/2"],
    ),
    "items above which no section stands": (f"{HEAD}1.{LONG}。\n2.{LONG}。", ["1", "2"]),
    "run-in headings": (
        f"{HEAD}一、重点任务\n（一）拓展两个市场。{LONG}。\n（二）建设三类基地。{LONG}。\n（三）培育四支队伍。{LONG}。",
        ["一 重点任务", "一/(一) >拓展两个市场", "一/(二) >建设三类基地", "一/(三) >培育四支队伍"],
    ),
    "short first sentences are no headings": (
        f"{HEAD}一、重点任务\n1.{LONG}，{LONG}。\n2.{LONG}，{LONG}。\n3.{LONG}，{LONG}。\n4.加强宣传。{LONG}。",
        ["一 重点任务", "一/1", "一/2", "一/3", "一/4"],
    ),
    "headings with a colon": (
        f"{HEAD}一、重点任务\n1.科普进校园：{LONG}。\n2.科普进社区：{LONG}。",
        ["一 重点任务", "一/1 >科普进校园", "一/2 >科普进社区"],
    ),
    "heading that ends in a full stop": (
        f"{HEAD}一、总体要求。\n（一）工作目标。\n1.{LONG}。\n2.{LONG}。",
        ["一 总体要求", "一/(一) 工作目标", "一/(一)/1", "一/(一)/2"],
    ),
    "several items on a line": (
        f"{HEAD}一、重点任务\n1.{LONG}。（省教育厅、省科技厅）2.{LONG}。（省科协、省文联）3.{LONG}。",
        ["一 重点任务", "一/1", "一/2", "一/3"],
    ),
    "paragraphs of one sentence are no headings": (
        f"云岭省科普办法\n第一条 科普是公益事业。\n各级都要支持。\n第二条 {LONG}。\n第三条 {LONG}。\n第四条 {LONG}。",
        ["第一条", "第二条", "第三条", "第四条"],
    ),
    "lines of one sentence are headings where all have text below": (
        f"{HEAD}一、任务\n（一）建设平台。\n{LONG}。\n（二）建设队伍。\n{LONG}。\n（三）建设基地。\n{LONG}。",
        ["一 任务", "一/(一) 建设平台", "一/(二) 建设队伍", "一/(三) 建设基地"],
    ),
    "an item over paragraphs": (
        f"{HEAD}一、重点任务\n1.{LONG}。\n{LONG}。\n还要做好总结。（省教育厅）\n2.{LONG}。",
        ["一 重点任务", "一/1", "一/2"],
    ),
    "a box between items": (
        f"{HEAD}一、重点任务\n1.{LONG}。\n专栏1 重点工程\n（1）{LONG}。\n（2）{LONG}。\n二、保障措施\n1.{LONG}。",
        ["一 重点任务", "一/1", "一/1/专栏1 重点工程", "一/1/专栏1/(1)", "一/1/专栏1/(2)", "二 保障措施", "二/1"],
    ),
    "full-width digits": (f"{HEAD}一、任务\n１．{LONG}。\n２．{LONG}。", ["一 任务", "一/1", "一/2"]),
    "odd dots and indents": (
        f"{HEAD}\u2003\u2003一、任务\n\u2003\u20031﹒{LONG}。\n\u3000\u30002﹒{LONG}。",
        ["一 任务", "一/1", "一/2"],
    ),
    "circled numbers": (f"{HEAD}一、任务\n1.{LONG}。\n①{LONG}。\n②{LONG}。", ["一 任务", "一/1", "一/1/①", "一/1/②"]),
    "one line": (
        f"云岭省科普工作要点\u3000\u3000一、任务\u3000\u30001.{LONG}。（省教育厅）\u3000\u30002.{LONG}。（省科协）\u3000\u3000二、保障\u3000\u30003.{LONG}。",
        ["一 任务", "一/1", "一/2", "二 保障", "二/3"],
    ),
    "one line without any break": (
        (
            f"云岭省人民政府关于科普工作的实施意见岭政发〔2025〕8号各市人民政府，各有关单位：现提出以下意见。"
            f"一、总体要求坚持{LONG}。二、重点任务（一）办好课程。{LONG * 4}。（省教育厅）（二）建设基地。{LONG * 4}。"
            f"三、保障措施{LONG * 2}。云岭省人民政府2025年3月8日（此件公开发布）"
        ),
        ["一 总体要求", "二 重点任务", "二/(一) >办好课程", "二/(二) >建设基地", "三 保障措施"],
    ),
    "a heading (一) that was lost": (
        f"{HEAD}一、任务\n1.{LONG}。\n（二）建设基地。\n2.{LONG}。\n3.{LONG}。\n二、保障\n4.{LONG}。",
        ["一 任务", "一/1", "一/(二) 建设基地", "一/(二)/2", "一/(二)/3", "二 保障", "二/4"],
    ),
    "chapters that are sentences": (
        f"{HEAD}一、各地要加强领导，压实责任。\n二、各地要加强督查，抓好落实。\n三、各地要按时报告。",
        ["一", "二", "三"],
    ),
    "a notice and its plan on one line of a page": (
        (
            "石桥县人民政府办公室关于印发重点工作责任分解的通知 |\n||\n|\n||\n"
            "各镇人民政府： 《重点工作责任分解》已经县政府同意，现印发给你们。 石桥县人民政府办公室 2031年4月18日 "
            f"（此件公开发布） 重点工作责任分解 一、李县长牵头重点工作 1.{LONG}。 责任单位：县教育局、县财政局 "
            f"2.{LONG}。 责任单位：县科协 二、王副县长牵头重点工作 1.{LONG}。 责任单位：县司法局"
        ),
        ["一 李县长牵头重点工作", "一/1", "一/2", "二 王副县长牵头重点工作", "二/1"],
    ),
    "one line of two chapters": (
        (
            "石桥县快递进村工作方案 为推进快递进村，制定本方案。 一、任务 （一）建设站点。每村一个。（县商务局负责）"
            " （二）培训人员。（县人社局负责） 二、保障措施 （一）加强领导。成立专班。 （二）强化督导。定期通报。"
        ),
        [
            "一 任务",
            "一/(一) >建设站点",
            "一/(二) >培训人员",
            "二 保障措施",
            "二/(一) >加强领导",
            "二/(二) >强化督导",
        ],
    ),
    "table of contents": (
        f"{HEAD}目录\n一、农民……1\n二、青少年……2\n\n一、农民\n1.{LONG}。\n二、青少年\n2.{LONG}。",
        ["一 农民", "一/1", "二 青少年", "二/2"],
    ),
    "numbers that begin no unit": (
        f"{HEAD}一、任务\n1.{LONG}。\n2025年要更好。\n6.5%以上的农民受益。\n一、二、三产业融合发展。\n2.{LONG}。",
        ["一 任务", "一/1", "一/2"],
    ),
    "page noise": (
        (
            f"首页\n政务公开\n发布时间：2025-03-02 来源：省科协\n{HEAD}一、任务\n"
            f"1.{LONG}，{LONG}。（省教育厅）\n打印本页\n主办单位：云岭省科协\n版权所有"
        ),
        ["一 任务", "一/1"],
    ),
    "items that a star marks": (
        f"{HEAD}一、任务(Mission)\n1* .{LONG}。\n2*.{LONG}。",
        ["一 任务(Mission)", "一/1", "一/2"],
    ),
    "first sentences above other units": (
        f"{HEAD}一、任务\n（一）便利准入。（市市场监管局牵头）\n1.{LONG}。\n2.{LONG}。",
        ["一 任务", "一/(一) >便利准入", "一/(一)/1", "一/(一)/2"],
    ),
    "a long first sentence above others": (
        f"{HEAD}一、任务\n（一）各学校要在开学之前对教室门窗和电路逐一检查维修并做好记录。{LONG}。\n1.{LONG}。\n2.{LONG}。",
        ["一 任务", "一/(一)", "一/(一)/1", "一/(一)/2"],
    ),
    "a duty behind a heading, with a bracket": (
        f"{HEAD}一、任务\n（一）扩大贸易（牵头单位：市商务局（自贸委）、石桥海关）\n1.{LONG}。\n2.{LONG}。",
        ["一 任务", "一/(一) 扩大贸易", "一/(一)/1", "一/(一)/2"],
    ),
    "counts inside a paragraph": (
        f"{HEAD}一、任务\n1.深化改革。(1)简化登记。{LONG}。(市教育局牵头负责)(2)优化流程。{LONG}。(市科协负责)\n2.培训人员。{LONG}。",
        ["一 任务", "一/1 深化改革", "一/1/(1) >简化登记", "一/1/(2) >优化流程", "一/2 >培训人员"],
    ),
    "a title that ends in a short bracket": (
        f"{HEAD}一、任务\n1.制定清单。{LONG}。\n2.整治企业(场所)。{LONG}。",
        ["一 任务", "一/1 >制定清单", "一/2 >整治企业(场所)"],
    ),
    "without any number": (f"{HEAD}{LONG}。\n{LONG}。", ["u1"]),
}


def test_the_head_of_a_text_on_one_line() -> None:
    doc = parse(CASES["one line without any break"][0])
    head = doc.header
    assert head.title is not None
    assert head.number is not None
    assert head.signed is not None
    assert doc.norm[head.title.start : head.title.end] == "云岭省人民政府关于科普工作的实施意见"
    assert (head.number.code, head.number.serial) == ("岭政发", 8)
    assert [doc.norm[s.start : s.end] for s in head.issuers] == ["云岭省人民政府"]
    assert head.signed.iso == "2025-03-08"


ONE_LINE = (
    "各市人民政府：《关于科普改革的实施意见》已经省政府同意，现印发给你们。云岭省人民政府办公厅2025年3月8日"
    f"关于科普改革的实施意见为推进科普，提出意见。一、完善机制（一）加强领导。{LONG}。（二）强化协同。1.建立制度。{LONG}。"
    f"（省科协）2．压实责任。{LONG}，投入2.5亿元。二、办好活动（三）丰富内容。{LONG}。（省教育厅）三、抓好落实{LONG}。"
    f"{f'{LONG}。' * 12}"
)


def test_a_notice_and_its_plan_on_one_line() -> None:
    doc = parse(ONE_LINE)
    shown = [doc.norm[s.start : s.end] for s in doc.header.issuers]
    assert (shown, doc.header.signed and doc.header.signed.iso) == (["云岭省人民政府办公厅"], "2025-03-08")
    assert [doc.norm[p.title.start : p.title.end] for p in doc.plans if p.title] == ["关于科普改革的实施意见"]
    assert [u.path for u in doc.units] == ["一", "一/(一)", "一/(二)", "一/(二)/1", "一/(二)/2", "二", "二/(三)", "三"]


def test_a_date_in_a_sentence_of_a_text_on_one_line_is_no_signature() -> None:
    doc = parse(ONE_LINE.replace("2025年3月8日关于", "2025年3月8日发布的关于"))
    assert doc.header.signed is None


def test_two_sets_of_articles_on_one_line() -> None:
    articles = f"第一章　总则第一条　{LONG}。第二条　{LONG}，按照第一条办理。第二章　附则第三条　{LONG}。"
    doc = parse(
        "各市人民政府：《云岭省科普办法》《云岭省讲堂办法》现印发给你们。云岭省人民政府2025年3月8日云岭省科普办法"
        f"{articles}云岭省讲堂办法{articles}{f'{LONG}。' * 12}"
    )
    paths = ["第一章", "第一章/第一条", "第一章/第二条", "第二章", "第二章/第三条"]
    assert [(u.plan, u.path) for u in doc.units] == [(n, path) for n in (1, 2) for path in paths]


def test_the_names_of_attachments_may_run_over_printed_lines() -> None:
    doc = parse(
        "云岭省人民政府办公室关于印发茶业方案的通知\n各市人民政府：\n现将方案印发给你们，请认真贯彻执行。\n"
        "附件：1.全省深化茶业审批制度改革提\n升“办理茶事”营商环境工作方案\n2.全省茶业任\n务台账\n3.评分细则\n"
        "云岭省人民政府办公室\n2025年3月15日\n附件1\n全省深化茶业审批制度改革提升“办理茶事”营商环境工作方案\n"
        f"一、总体要求\n{LONG}。\n二、主要任务\n{LONG}。"
    )
    assert [u.path for u in doc.units if u.label in {"2", "3"}] == []


def test_a_sentence_broken_by_a_printed_line_is_no_title() -> None:
    items = (
        "1.编制合规手册，开展全过程指导。",
        "2.制定《指导茶农安全生产规则》\n《茶农合规指导清单》，指导茶农提升管理水平。",
        "3.拓展数据应用场景，实现现场自查。",
        "4.组织分级评定，提升安全管理水平。",
        "5.健全信用指引，提高修复效率。",
    )
    doc = parse("云岭省服务茶农政策措施\n一、加强指导\n" + "\n".join(items))
    assert [u.title for u in doc.units[1:]] == [None] * 5


def test_a_title_that_lost_its_break_is_read_like_its_siblings() -> None:
    printed = (
        "加强各级各类科普场馆和科普队伍建设，完善科普服务标准规范，促进优质科普资源向基层下\n沉，\n"
        "做到有计划、有步骤、有成效。（省教育厅负责）\n"
    ) * 3
    joined = (
        "统筹提升各级各类科普场馆和队伍服务能力。\n完善各级科普场馆服务标准。\n深入贯彻\n"
        "《关于加强新时代科普工作深入推进科普惠民的实施\n意见》，完善基础制度。（省科协负责）\n"
    )
    items = (f"1．增强动能。\n{printed}", f"2．提升水平。\n{printed}", f"3．{joined}", f"4．完善机制。\n{printed}")
    doc = parse(f"{HEAD}一、工作任务\n{''.join(items)}")
    assert "服务能力。\n完善" in "".join(doc.norm[p.start : p.end] for p in doc.paragraphs)
    assert [u.run_in for u in doc.units[1:]] == [False] * 4


def test_lines_of_their_own_are_titles_where_most_siblings_have_them() -> None:
    items = (
        f"（{n}）{title}\n{LONG}，{LONG}。"
        for n, title in zip("一二三四", ("培育", "推广", "监测", "服务"), strict=True)
    )
    doc = parse("云岭省茶业行动方案\n一、主要任务\n" + "\n".join(items))
    assert [u.title is not None for u in doc.units[1:]] == [True] * 4


@pytest.mark.parametrize("case", CASES)
def test_outline(case: str) -> None:
    text, expected = CASES[case]
    assert outline(text) == expected


@pytest.mark.parametrize(
    ("html", "paths"),
    [
        (f"<ol><li>{LONG}。</li><li>{LONG}。</li></ol>", ["一", "一/1", "一/2"]),
        (f"<ol start=7><li>{LONG}。</li><li>{SHORT}</li></ol>", ["一", "一/7", "一/8"]),
        (f"<p>（一）目标</p><ol><li>{LONG}。</li></ol><p>（二）任务</p>", ["一", "一/(一)", "一/(一)/1", "一/(二)"]),
        (f"<p>1.目标</p><ol><li>{LONG}。</li></ol><p>2.任务</p>", ["一", "一/1", "一/1/1", "一/2"]),
        (f"<ol><li>{LONG}：<ol><li>{LONG}。</li></ol></li><li>{LONG}。</li></ol>", ["一", "一/1", "一/1/1", "一/2"]),
        (f"<ol><li>（一）{LONG}。</li><li>（二）{LONG}。</li></ol>", ["一", "一/(一)", "一/(二)"]),
        (f"<ul><li>{LONG}。</li><li>{LONG}。</li></ul>", ["一"]),
        ("<ol><li>首页</li><li>政务公开</li></ol>", ["一"]),
    ],
)
def test_items_of_numbered_lists_are_units(html: str, paths: list[str]) -> None:
    doc = parse(f"<h1>云岭省科普工作要点</h1><p>一、任务</p>{html}", "plan.html")
    assert [u.path for u in doc.units] == paths
    check_tree(doc)


FOOT = "\n\n云岭省人民政府办公厅\n2025年3月27日"


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        ("2.开展读书活动，方便群众", True),
        ("2.开展读书活动", True),
        ("2.开展读书活动，方便群众\n3.总结推广", True),
        ("2.开展读书活动，方便群众\n（1）发放图书", False),  # a new style might be the list of attachments
        ("❷开展读书活动", False),
        ("2.开展活动，方便群众。\n责任单位：省教育厅", True),
        ("2.开展活动，方便群众。\n责任单位：省教育厅、省民政厅", True),
        ("2.开展活动，方便群众。\n牵头单位：省教育厅", True),
        ("2.开展读书活动\n责任单位：省教育厅", True),
        ("2.开展活动，方便群众。\n（责任单位：省教育厅）", True),
        ("2.开展活动，方便群众。\n主办单位：云岭省人民政府办公厅", False),
        ("2.开展活动，方便群众。\n责任编辑：小云", False),
        ("2.开展活动，方便群众。\n5.相关链接", False),
    ],
)
def test_the_last_item_needs_no_full_stop(last: str, kept: object) -> None:
    doc = parse(f"{HEAD}一、任务\n1.修订制度，注重实效。\n{last}{FOOT}")
    plan = doc.plans[0].span
    assert doc.norm[plan.start : plan.end].endswith(normalise(last)) is kept
    assert "2025年3月" not in doc.norm[plan.start : plan.end]
    assert doc.header.signed is not None


def test_an_item_holds_its_paragraphs_and_no_noise() -> None:
    text, _ = CASES["an item over paragraphs"]
    doc = parse(text)
    assert doc.norm[doc.units[1].own.start : doc.units[1].own.end].endswith("还要做好总结。(省教育厅)")
    text, _ = CASES["page noise"]
    doc = parse(text)
    assert doc.norm[doc.plans[0].span.start : doc.plans[0].span.end].endswith("(省教育厅)")
    assert doc.units[-1].own.end == doc.plans[0].span.end


def test_repeated_labels_are_findings_and_their_keys_differ() -> None:
    doc = parse(f"{HEAD}一、任务\n1.{LONG}。\n2.{LONG}。\n2.{LONG}。")
    assert [u.steps for u in doc.units] == [("1",), ("1", "1"), ("1", "2"), ("1", "2.x2")]
    repeated = [f for f in doc.findings if f.code == "repeated-item-label"]
    assert [(f.span, f.severity) for f in repeated] == [(doc.units[3].mark, "warning")]
    assert LEXICON.message(repeated[0], "en") == "The label “2” stands more than once under one unit."


def test_two_plans_under_one_notice_have_their_own_paths() -> None:
    text = (
        "云岭省人民政府办公厅关于印发《云岭省科普方案》和《云岭省科普要点》的通知\n云政办发〔2025〕3号\n各市、县人民政府：\n"
        "现将《云岭省科普方案》和《云岭省科普要点》印发给你们，请认真贯彻执行。\n云岭省人民政府办公厅\n2025年3月1日\n"
        f"云岭省科普方案\n一、农民\n1.{LONG}。\n云岭省科普要点\n一、青少年\n1.{LONG}。"
    )
    doc = parse(text)
    assert doc.carried
    assert [(u.plan, u.path) for u in doc.units] == [(1, "一"), (1, "一/1"), (2, "一"), (2, "一/1")]
    assert [doc.norm[p.title.start : p.title.end] for p in doc.plans if p.title] == ["云岭省科普方案", "云岭省科普要点"]
    assert not [f for f in doc.findings if f.code == "repeated-item-label"]


def test_rows_of_tables_are_units() -> None:
    row = "<tr><td>{}</td><td>{}</td><td>省教育厅、省科协</td><td>2025年6月底</td></tr>"
    head = "<tr><th>序号</th><th>重点任务</th><th>责任单位</th><th>完成时限</th></tr>"
    body = f"<p>各单位要抓好落实。</p><table>{head}{row.format(1, LONG)}{row.format(2, LONG)}</table>"
    page = f"<html><body><h1>云岭省科普任务分工</h1>{body}</body></html>"
    doc = parse(page, "plan.html")
    assert [u.path for u in doc.units] == ["1", "2"]
    assert all(doc.norm[u.own.start : u.own.end].endswith("2025年6月底") for u in doc.units)


def test_rows_without_printed_numbers_repeat_none() -> None:
    """The rows of each table are counted from 1: what no one printed is neither twice there nor leaves a gap."""
    row = f"<tr><td>{LONG}</td><td>省教育厅</td></tr>"
    table = f"<table><tr><th>重点任务</th><th>责任单位</th></tr>{row * 2}</table>"
    page = f"<html><body><h1>云岭省科普任务分工</h1><p>一、任务</p>{table}<p>附表如下。</p>{table}</body></html>"
    doc = parse(page, "plan.html")
    assert [u.path for u in doc.units] == ["一", "一/1", "一/2", "一/1", "一/2"]
    assert not [f.code for f in doc.findings if f.code in ("repeated-item-label", "numbering-gap")]


def test_a_table_that_assigns_nothing_is_text() -> None:
    rows = "<tr><th>单位</th><th>地址</th></tr><tr><td>省教育厅</td><td>云岭路1号</td></tr>"
    page = f"<html><body><h1>云岭省科普要点</h1><table>{rows}</table></body></html>"
    assert outline(page, "plan.html") == ["u1"]


# -- any text -----------------------------------------------------------------------------------------------------
WORDS = """
第一章 第二节 第三条 一、 二、 三、 （一） （二） (3) 1. 2. 3、 ４． ① ② 专栏1 专栏二
责任单位： 牵头单位： 配合单位： 完成时限： 《 》 〈 〉 （ ） ( ) 【 】 [ ] % 。 ， 、 ； ：
省教育厅 省科协 各成员单位 等 牵头 负责 下同 列第一位者为牵头单位，下同 ” “ | 999 😀
云岭省人民政府 关于印发 的通知 工作方案 各市、县人民政府： 云政办发〔2020〕3号
2020年5月28日 二〇二〇年五月二十八日 2020-13-45
目录 附件 到2025年 达到 6.5% 万 以上 农民 培训 以下简称《
"""
KEYWORDS = [*WORDS.split(), "\u202e", "\u2028", "\u3000\u3000", "\n", "\n\n", "\r\n", "\t", " "]
MIXTURE = st.lists(st.sampled_from(KEYWORDS), max_size=80).map("".join)
ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


def check_tree(doc: Document) -> None:
    """What holds for every document."""
    norm, units = doc.norm, doc.units
    assert len(norm) == len(doc.source.text)
    assert [u.own.start for u in units] == sorted(u.own.start for u in units)
    keys = [(u.plan, u.steps) for u in units]
    assert len(set(keys)) == len(keys)
    for i, u in enumerate(units):
        assert 0 <= u.span.start <= u.span.end <= len(norm)
        assert u.span.covers(u.own)
        assert u.own.start == u.mark.start
        assert u.path
        if u.title is not None:
            assert u.own.covers(u.title)
            assert norm[u.title.start : u.title.end].strip()
        if u.parent is not None:
            assert u.parent < i
            assert units[u.parent].span.covers(u.span)
            assert u.level == units[u.parent].level + 1
            assert u.steps[:-1] == units[u.parent].steps
    assert all(a.own.end <= b.own.start for a, b in itertools.pairwise(units))


def check_tiles(doc: Document) -> None:
    """Title, preamble and units hold every visible character of a plan."""
    for n, plan in enumerate(doc.plans, 1):
        parts = [u.own for u in doc.units if u.plan == n]
        parts += [s for s in (plan.title, plan.preamble, doc.header.title) if s]
        held = {i for s in parts for i in range(s.start, s.end)}
        shown = {i for i in range(plan.span.start, plan.span.end) if not doc.norm[i].isspace()}
        assert shown <= held, doc.norm[min(shown - held) :][:40]


@given(ANY | MIXTURE)
@settings(max_examples=300, deadline=None)
def test_every_text_has_a_tree_that_tiles_its_plans(text: str) -> None:
    try:
        doc = parse(text)
    except InputError:  # nothing visible, or binary data: refused by the reader
        return
    check_tree(doc)
    check_tiles(doc)
    for finding in doc.findings:
        assert LEXICON.message(finding, "zh")
        assert finding.span is None or Span(0, len(doc.norm)).covers(finding.span)


@given(st.permutations(list(CASES)))
@settings(max_examples=20, deadline=None)
def test_documents_behind_one_another_have_a_tree(order: list[str]) -> None:
    doc = parse("\n".join(CASES[c][0] for c in order[:4]))
    check_tree(doc)
    check_tiles(doc)


@pytest.mark.parametrize("blanks", [" ", "   ", "\u00a0\u00a0\u00a0", "\u3000\u3000", "\t"])
def test_blanks_behind_a_number_set_it_apart_from_its_text_only(blanks: str) -> None:
    """Lists pasted from Word have them."""
    items = f"（一）{blanks}建设书屋。（省教育厅）\n（二）{blanks}举办讲坛。（省科协）\n"
    assert [line.split()[0] for line in outline(f"{HEAD}一、{blanks}总体要求\n{items}")] == ["一", "一/(一)", "一/(二)"]


def test_no_item_goes_on_over_the_head_of_an_attachment() -> None:
    doc = parse(
        f"{HEAD}一、建设书屋。\n二、举办讲坛。\n附件1\n领导小组名单\n组长：李明\n附件2\n考核细则\n一、考核对象。\n"
    )
    assert [doc.norm[u.own.start : u.own.end] for u in doc.units] == [
        "一、建设书屋。",
        "二、举办讲坛。",
        "一、考核对象。",
    ]
    assert [doc.norm[u.span.start : u.span.end] for u in doc.units][1] == "二、举办讲坛。"


def test_a_number_on_a_line_of_its_own_belongs_to_the_next() -> None:
    articles = "第一章　总则\n第一条\n为规范书屋管理，制定本办法。\n\n第二条\n\n省教育厅负责选书。\n"
    doc = parse(HEAD + articles)
    own = {u.path: doc.norm[u.mark.end : u.own.end].strip() for u in doc.units if not u.has_children}
    assert own == {"第一章/第一条": "为规范书屋管理,制定本办法。", "第一章/第二条": "省教育厅负责选书。"}
    items = parse(f"{HEAD}一、\n{SHORT}\n（一）\n建设书屋、\n培训管理员。\n（二）\n开展评选。\n")
    assert [u.path for u in items.units] == ["一", "一/(一)", "一/(二)"]
    assert [u.title is not None for u in items.units] == [True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "云岭市阅读工作方案（2028—2030年）",
        "各县人民政府：为推进全民阅读，现就有关事项通知如下。",
    ],
)
def test_a_short_text_that_arrived_as_one_line_is_taken_apart(text: str) -> None:
    text += "一、总体要求坚持以人民为中心，推动全民阅读。二、重点任务（一）建设书屋。完善借阅服务，延长开放时间。"
    text += "（二）开展活动。举办阅读节，打造阅读品牌。三、保障措施加强领导，落实责任。"
    assert [u.path for u in parse(text).units if u.label] == ["一", "二", "二/(一)", "二/(二)", "三"]

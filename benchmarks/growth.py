"""Row: how building grows with hostile text. Eight times the text should take eight times the time.

Tests count the steps of Python for the same; here what regular expressions do inside one step counts too.
"""

from __future__ import annotations

import gc
from functools import partial

from benchmarks.harness import Aim, Given, Pair, Row, beside

SIZE, FACTOR = 10_000, 8
PIECES = {
    "plan": "(一)培训农民、青年。到2027年覆盖率达到90%。(省教育厅牵头,省科协、各市人民政府配合)\n",
    "citations": "按照《茶业规划》(以下简称《规划》)和《纲要》,",
    "open brackets": "((省教育厅、",
    "open quotes": "“到2027年达到",
    "figures": "1,000,达到3,由5%",
    "names": "实施三大工程建设等",
    "quoted names": "“茶农”计划",
    "facilities": "贵阳基地、",
    "parties": "省教育厅、省科协、",
    "helpers": "会同",
    "populations": "和企业老年人、农村人才组织",
    "measures": "深入开展茶艺在对的围绕",
    "dates": "2025年1月1日",
    "numbers": "一、(一)1.(1)①\n",
    "tags": "<div><b><span>字",
    "attributes": "<p a=1 b c='>'>字",
    "spanning cells": "<table><tr><td rowspan=65534 colspan=1000>甲<tr><td>乙",
    "lines": "一\n",
    "open lenticular brackets": "【省教育厅、",
    "open square brackets": "[省教育厅;",
    "open brackets of years": "〔2025〕〔",
    "open titles": "《",
    "empty titles": "《》",
    "titles with short names": "《条例》(以下简称《条例》)",
    "quotes": "“",
    "nested lists": "一、甲(一)乙1.丙(1)丁①戊",
    "marks of lists": "①",
    "commas": "、",
    "semicolons": ";",
    "full stops": "。",
    "and so on": "等",
    "dashes": "—",
    "digits": "1",
    "numerals": "一",
    "year, month, day": "年月日",
    "periods": "2025年1月至2026年2月",
    "shares": "达到90%",
    "document numbers": "岭政办发〔2025〕16号",
    "labels": "牵头单位:",
    "labels with a body": "牵头单位:省教育厅",
    "lines of labels": "牵头单位:省教育厅\n",
    "duties": "由省教育厅牵头,",
    "annexes": "附件1\n",
    "recipients": "各市人民政府,",
    "indents": "　　甲\n",
    "tables of one cell": "<table><tr><td>甲</td></tr></table>",
    "open lists of HTML": "<ul><li>甲",
    "comments of HTML": "<!-- 甲 -->乙",
    "Markdown pipes": "|",
    "Markdown rows": "|1|开展培训|省教育厅|\n",
    "Markdown headings": "# 甲\n",
    "Markdown emphasis": "**甲",
    "documents in a file": (
        "云岭省人民政府办公厅关于印发云岭省科普工作方案的通知\n岭政办发〔2025〕16号\n各市（州）人民政府：\n"
        "一、加强培训。（省教育厅牵头）\n云岭省人民政府办公厅\n2025年3月27日\n"
    ),
    "tables copied cell by cell": "序号\n任务\n责任单位\n1\n开展培训\n省教育厅\n2\n建设书屋\n省科协\n",
    "cells behind one head": "1\n开展培训\n省教育厅\n",
    "columns of a matrix": "<tr><td>培训</td>" + "<td>√</td>" * 30 + "</tr>",
    "titles in lenticular brackets": "【责任单位】省教育厅\n",
    "pinyin": "guānyú yìnfā ",
    "quotes that are not closed": "‘云“岭",
    "statements in one item": "（责任单位：省教育厅、省科技厅）",
    "names and figures of one clause": "建成基地30个、书屋20家，分别达到",
}


def growth(given: Given) -> list[Pair]:
    """Each text repeated to its length and to eight times its length."""
    from kgbuild.annotations import to_json
    from kgbuild.cli import GC_THRESHOLD
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import Options, assert_document

    gc.set_threshold(GC_THRESHOLD)  # as the commands do: what is collected each time is what grows
    settings = Settings()
    lexicon = load_lexicon(settings)

    def read(piece: str, length: int) -> object:
        data = (piece * (length // len(piece) + 1)).encode()
        name = "hostile.html" if "<" in piece else "hostile.md" if piece[0] in "|#*" else "hostile.txt"
        found, _ = assert_document(data, name=name, settings=settings, lexicon=lexicon, options=Options(version="0"))
        return to_json(found, lexicon)

    few = Given(runs=min(given.runs, 3))
    return [
        beside(name, partial(read, piece, FACTOR * SIZE), partial(read, piece, SIZE), few, alike=None)
        for name, piece in PIECES.items()
    ]


ROWS = [
    Row(
        name="growth",
        work=f"building {FACTOR * SIZE} characters",
        beside=f"building {SIZE} of the same",
        aim=Aim(faster=False, mean=10, each=16),
        measure=growth,
    )
]

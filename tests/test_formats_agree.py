"""The bundled example in other formats: the same actions, bodies, roles and indicators, whatever the file."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.docx import docx, lists, lvl, p, r, tbl, tc, tr
from tests.made_files import Sheet, ofd, pdf

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document

if TYPE_CHECKING:
    from kgbuild.model import Span

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
LINES = EXAMPLE.read_text(encoding="utf-8").splitlines()
SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
LEVELS = lists(lvl(0, "chineseCounting", "%1、") + lvl(1, "chineseCounting", "（%2）") + lvl(2, "decimal", "%3."))
MARKS = (r"[一二三四五六七八九十]+、", r"（[一二三四五六七八九十]+）", r"\d+\.")


def automatic(line: str) -> str:
    """Return a paragraph whose number is counted by the program."""
    for depth, mark in enumerate(MARKS):
        if m := re.match(mark, line):
            return p(line[m.end() :], num=(1, depth))
    return p(line)


def printed() -> list[Sheet]:
    """Return the pages of a print."""
    sheets, y = [Sheet()], 110.0
    for line in LINES:
        if y > 700:
            sheets[-1].centred(810, f"— {len(sheets)} —", 14)
            sheets.append(Sheet())
            y = 110.0
        y = sheets[-1].para(y, line) if line.strip() else y
    return sheets


FORMS = {
    "html": "".join(f"<p>{escape(line)}</p>" for line in LINES).encode(),
    "docx": docx("".join(map(p, LINES))),
    "docx, counted": docx("".join(map(automatic, LINES)), parts={"numbering": LEVELS}),
    "md": EXAMPLE.read_bytes(),
    "pdf": pdf(*printed()),
    "ofd": ofd(*printed()),
    "eml": b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    + EXAMPLE.read_bytes(),
}


def said(built: Built) -> tuple[Any, ...]:
    """What a document says, without offsets."""
    found, text = built.annotations, built.source.text

    def words(span: Span | None) -> str:
        return "".join(text[span.start : span.end].split()) if span else ""

    actions = [
        (
            found.document.units[a.unit].path,
            words(a.text),
            [(b.surface, b.role) for b in a.statement.bodies] if a.statement else [],
            [(m.concept, m.role) for m in a.populations],
            [n.name for n in a.named],
        )
        for a in found.actions
    ]
    indicators = [(i.name, i.value, i.unit, i.direction, i.deadline) for i, _ in found.indicators]
    header = found.document.header
    return actions, indicators, words(header.title), header.number and header.number.normal, len(found.document.plans)


def build(name: str, data: bytes) -> Built:
    options = Options(version="t")
    return build_document(data, name=name, settings=SETTINGS, lexicon=LEXICON, options=options)


@pytest.fixture(scope="module")
def wanted() -> tuple[Any, ...]:
    return said(build("a.txt", EXAMPLE.read_bytes()))


@pytest.mark.parametrize("form", FORMS)
def test_the_format_changes_nothing_of_what_is_said(form: str, wanted: tuple[Any, ...]) -> None:
    built = build(f"a.{form[:4]}".rstrip(","), FORMS[form])
    assert said(built) == wanted
    if form == "docx, counted":
        generated = [s for a in built.source.anchors for s in a.generated]
        assert len(generated) > 5


# -- a plan with a table, a merged cell and a raised figure -----------------------------------------------------------
TEXT = (
    "云岭省人民政府办公厅关于印发云岭省农家书屋提升行动方案的通知",
    "云政办发〔2031〕8号",
    "各州、市人民政府，省直各委、办、厅、局：",
    "《云岭省农家书屋提升行动方案》经研究同意，现印发各地，请抓紧组织改造书屋。",
    "云岭省人民政府办公厅",
    "2031年3月4日",
    "云岭省农家书屋提升行动方案",
    "一、总体目标",
    "到2033年，全省建成农家书屋1200家，服务覆盖5000km²，居民综合阅读率达到85%以上。",
    "二、重点任务",
    "（一）完善设施网络。为视力障碍者、老年人配备有声读物。（省委宣传部牵头，省财政厅、省残联配合）",
    "（二）丰富阅读活动。每年举办阅读活动不少于300场。（省教育厅、团省委按职责分工负责）",
    "附件",
    "农家书屋提升行动任务分工表",
)
ROWS = (
    ("序号", "重点任务", "工作内容", "牵头单位", "配合单位", "完成时限"),
    ("1", "完善设施网络", "改造乡镇书屋600家", "省委宣传部", "省财政厅、省残联", "2032年底前"),
    ("2", "", "配备盲文读物", "省残联", "省财政厅", "2031年底前"),
    ("3", "丰富阅读活动", "举办“云岭书香”系列活动", "省教育厅", "团省委\n省妇联", "长期坚持"),
)
MERGED = {(1, 1): "restart", (2, 1): "continue"}


def word_line(line: str) -> str:
    before, _, behind = line.partition("²")
    return p(r(before) + r("2", '<w:vertAlign w:val="superscript"/>') + r(behind)) if behind else automatic(line)


def word_table() -> str:
    rows = [
        tr(*(tc(*cell.split("\n"), merge=MERGED.get((i, j), "")) for j, cell in enumerate(row)))
        for i, row in enumerate(ROWS)
    ]
    return tbl(*rows)


def page_table() -> str:
    rows = []
    for i, row in enumerate(ROWS):
        cells = [
            f"<td{' rowspan=2' if (i, j) in MERGED else ''}>{cell}</td>".replace("\n", "<br>")
            for j, cell in enumerate(row)
            if MERGED.get((i, j)) != "continue"
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def printed_table() -> list[Sheet]:
    """Return the pages of a print, the table on the last one."""
    sheets, y = [Sheet()], 110.0
    for line in TEXT[:-2]:
        y = sheets[-1].para(y, line)
    last = Sheet().text(90, 110, TEXT[-2]).centred(150, TEXT[-1])
    xs, ys = [60, 95, 170, 300, 375, 460, 540], [180 + 40 * i for i in range(len(ROWS) + 1)]
    for i, at in enumerate(ys):
        for start, end in [(xs[0], xs[1]), (xs[2], xs[-1])] if i == 2 else [(xs[0], xs[-1])]:
            last.rule(start, at, end, at)
    for x in xs:
        last.rule(x, ys[0], x, ys[-1])
    for row, top in zip(ROWS, ys, strict=False):
        for cell, left, right in zip(row, xs, xs[1:], strict=False):
            width = (right - left - 8) // 10
            pieces = [part[at : at + width] for part in cell.split("\n") for at in range(0, len(part), width)]
            for n, piece in enumerate(pieces):
                last.text(left + 4, top + 13 + 12 * n, piece, 10)
    return [*sheets, last]


def marked() -> str:
    """Return the plan as Markdown."""
    rows = "\n".join(f"| {' | '.join(row)} |".replace("\n", "<br>") for row in (ROWS[0], ["---"] * 6, *ROWS[1:]))
    return "\n\n".join((*TEXT, rows))


TABLED: dict[str, bytes] = {
    "md": marked().encode(),
    "docx": docx("".join(map(word_line, TEXT)) + word_table(), parts={"numbering": LEVELS}),
    "pdf": pdf(*printed_table()),
    "ofd": ofd(*printed_table()),
}


@pytest.mark.parametrize("form", TABLED)
def test_a_table_says_the_same_in_every_format(form: str) -> None:
    page = "".join(f"<p>{line.replace('²', '<sup>2</sup>')}</p>" for line in TEXT) + page_table()
    wanted = said(build("a.html", page.encode()))
    actions, indicators, *_ = wanted
    assert [action[0] for action in actions] == ["一", "二/(一)", "二/(二)", "1", "2", "3"]
    assert actions[3][2] == [("省委宣传部", "lead"), ("省财政厅", "cooperating"), ("省残联", "cooperating")]
    assert ("乡镇书屋", 600, "家") in [indicator[:3] for indicator in indicators]
    assert said(build(f"a.{form}", TABLED[form])) == wanted

"""Invented, mutated and random documents, each built and proved: nothing may crash, nothing may be rejected.

Seeded: the same number gives the same document on every machine. `make fuzz` tries 20,000 and more
with the shapes; the suite tries a thousand without them (`test_fuzz.py`).
"""

from __future__ import annotations

import os
import random
import re
import sys
import traceback
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import get_args

from tests import docx

from kgbuild.config import Settings, find_config, load_settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Metadata
from kgbuild.pipeline import Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.read.bundle import pack
from kgbuild.text.decisions import EVERYWHERE, Decision, Verdict
from kgbuild.validate import validate

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
SHARED = Path(os.environ.get("KGBUILD_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SETTINGS = Settings()
OPTIONS = Options(version="fuzz")
BODIES = (
    *("省教育厅", "省科技厅", "省科协", "云岭省农业农村厅", "各市（州）人民政府"),
    *("省委宣传部", "海关", "团省委", "省直有关部门"),
)
LINES = (
    "云岭省2025年科普工作要点",
    "关于印发云岭省科普工作方案的通知",
    "云岭省科普工作方案",
    "岭政办发〔2025〕16号",
    "各市（州）人民政府，省直各部门：",
    "现将《云岭省科普工作方案》印发给你们，请认真贯彻执行。",
    "云岭省人民政府办公厅",
    "2025年3月27日",
    "一、总体要求",
    "二、重点任务",
    "（一）加强队伍建设。",
    "1.面向老年人、农村妇女开展数字技能培训。",
    "2.到2025年底，建成科普基地30个，覆盖率达到90%以上。（省科协牵头，省教育厅、省科技厅配合）",
    "3.实施“微光”行动，2025年6月底前完成。（责任单位：省教育厅）",
    "（1）办好云岭科普讲坛。",
    "①建立台账。",
    "第一条 本方案适用于云岭省。",
    "牵头单位：省教育厅（省科技厅配合）",
    "责任单位：省科协、省民政厅等部门；完成时限：2025年12月",
    "【责任单位】省教育厅、省科技厅",
    "按照《云岭省科学技术普及条例》和《关于加强科普工作的意见》（岭发〔2024〕3号）要求，推进落实。",
    "由省科协牵头，会同省教育厅制定办法。",
    "—1—",
    "附件：任务分工表",
    "联系人：李明，电话：0000-1234567",
    "（此件公开发布）",
    "建设乡村书屋，由省教育厅牵头，省科协、省妇联配合，日常管理由省财政厅负责。",
    "本条由省科技厅牵头。以上任务由省教育厅负责。",
    "由省教育厅牵头会同省科协，各市（州）人民政府具体落实。",
    "4.推行“岭读通”平台，每季度开展一次检查，2026年第三季度前完成。（省教育厅·省科协）",
    "云岭省基层阅读推广方案（2025—2027年）",
    "附件1",
    "附件2：云岭省基层阅读推广方案",
    "领取补贴的签约牧民达到2/3，培训骨干两三千人，比上年增长5个百分点左右。",
    "索引号：YL000/2025-00007　发文机关：云岭省教育厅　成文日期：2025年03月01日",
)
WORDS = (
    "云岭省",
    "云岭省教育厅",
    "岭教发〔2025〕7号",
    "\u202e省",
    "《方案》",
    "甲\n乙",
    "https://yunling.example/?a=1&b=<2>",
)
PIECES = (
    *("（省教育厅牵头）", "牵头单位：", "责任单位：", "（海关配合）", "；", "。", "\n", "\n\n", "（", "）"),
    *("【", "】", "一、", "（一）", "1.", "⒈", "2025年底前", "2月30日", "—1—", "•", "‐", "\u200b", "\u2028"),
    *("《", "》", "附件", "关于印发", "的通知", "〔2025〕3号", "等", "到2025年", "达到10%", "三四万", "\r\n"),
    *("\u3000", "\x00", "分别", "𠮷", "e\u0301", "<td>", "</p>", "&amp;", "“", "”", "9" * 30, "省", "各"),
)


@dataclass(frozen=True)
class Case:
    """A document to try, and what it is built with: its name says what it was made from."""

    name: str
    data: bytes
    settings: Settings = SETTINGS
    options: Options = OPTIONS


def case(seed: int, number: int) -> Case:
    """Return one document; one in four is built with words, decisions or statements of a user."""
    rnd = random.Random(f"{seed}-{number}")  # noqa: S311 - no secret
    made = _document(rnd, f"{seed}-{number}")
    if rnd.random() < 0.1:
        made = replace(made, settings=own_vocabulary())
    if rnd.random() < 0.1:
        made = replace(made, options=replace(made.options, decisions=_decisions(rnd, made.data), decisions_digest="x"))
    if rnd.random() < 0.1:
        made = replace(made, options=replace(made.options, metadata=_metadata(rnd)))
    return made


def _document(rnd: random.Random, name: str) -> Case:
    kind = rnd.choice(("lines", "lines", "example", "table", "corpus", "word", "page", "together"))
    if kind == "corpus" and corpus():
        file = rnd.choice(corpus())
        return Case(f"{name}-{file.name}", _mutated(_text(file), rnd).encode("utf-8", "replace"))
    make, suffix = {
        "example": (_example, ".txt"),
        "table": (_table, ".html"),
        "word": (_word, ".docx"),
        "page": (_page, ".html"),
        "together": (_together, ""),
    }.get(kind, (_lines, ".txt"))
    return Case(f"{name}-{kind}{suffix}", make(rnd))


def _example(rnd: random.Random) -> bytes:
    return _mutated(_text(EXAMPLE), rnd).encode("utf-8", "replace")


def _together(rnd: random.Random) -> bytes:
    """A notice with what it carries, or the pages of one document."""
    parts = [_lines(rnd) if rnd.random() < 0.7 else _word(rnd) for _ in range(rnd.randrange(2, 5))]
    return pack([(f"{n}.{'docx' if part.startswith(b'PK') else 'txt'}", part) for n, part in enumerate(parts)])


def _lines(rnd: random.Random) -> bytes:
    return _mutated("\n".join(rnd.choices(LINES, k=rnd.randrange(1, 18))), rnd).encode("utf-8", "replace")


@cache
def own_vocabulary() -> Settings:
    """The settings of the example: a province, a base and words of its own."""
    return load_settings(find_config(EXAMPLE))


def _decisions(rnd: random.Random, data: bytes) -> tuple[Decision, ...]:
    """Decisions on stretches of a text and on names, some of which fit nowhere or contradict each other."""
    text = "".join(data.decode("utf-8", "ignore").split())
    made = []
    for _ in range(rnd.randrange(1, 5)):
        i = rnd.randrange(len(text) + 1)
        j = i + rnd.randrange(1, 9)
        quote, before, after = text[i:j] or "省", text[max(0, i - 12) : i], text[j : j + 12]
        if rnd.random() < 0.5:
            quote, before, after = rnd.choice(BODIES), EVERYWHERE, EVERYWHERE
        value = rnd.choice((*BODIES, *WORDS, "330000", "body-x", ""))
        verdict = rnd.choice(tuple(get_args(Verdict)))
        made.append(Decision(quote=quote, before=before, after=after, verdict=verdict, value=value))
    return tuple(made)


def _metadata(rnd: random.Random) -> Metadata:
    """What a user may state beside the text; the command has checked no more than the day."""
    names = rnd.sample(("title", "number", "issuer", "place", "source_url", "name"), rnd.randrange(1, 6))
    day = rnd.choice((None, "2025-03-27", "2024-02-29"))
    return Metadata(**{name: rnd.choice(WORDS) for name in names}, date=day)


def _page(rnd: random.Random) -> bytes:
    """A page of a portal: a table of what it says of the document, its address, and lines in paragraphs."""
    heads = ("索引号", "发文机关", "发文字号", "成文日期", "发布日期", "标题", "主题分类", "有效性")
    values = ("YL000/2025-00007", "云岭省教育厅", "岭教发〔2025〕7号", "2025年03月01日", "2025-02-30", "", *LINES[:6])
    cells = [f"<td>{h}：</td><td>{escape(rnd.choice(values))}</td>" for h in rnd.sample(heads, rnd.randrange(1, 7))]
    rows = "".join(f"<tr>{''.join(cells[n : n + 2])}</tr>" for n in range(0, len(cells), 2))
    address = rnd.choice(("", '<link rel="canonical" href="https://www.yunling.example/zc/77.html">'))
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in rnd.choices(LINES, k=rnd.randrange(1, 14)))
    page = f"<html><head>{address}</head><body><table>{rows}</table>{paragraphs}</body></html>"
    return _mutated(page, rnd).encode("utf-8", "replace")


@cache
def corpus() -> list[Path]:
    """The real documents, where they are at hand."""
    folders = (SHARED / "corpus" / "docs", SHARED / "corpus2" / "docs")
    return [f for folder in folders if folder.is_dir() for f in sorted(folder.iterdir()) if f.suffix in _READ]


_READ = {".txt", ".html", ".md"}


@cache
def _text(file: Path) -> str:
    data = file.read_bytes()[:60_000]
    try:
        return data.decode("utf-8-sig", "ignore")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _mutated(text: str, rnd: random.Random) -> str:
    """A stretch of a text with a few things put in, taken out, doubled or turned round."""
    at = rnd.randrange(max(1, len(text))) if len(text) > 800 else 0
    text = text[at : at + rnd.choice((60, 250, 700, 1500))]
    for _ in range(rnd.randrange(8)):
        i = rnd.randrange(len(text) + 1)
        j = min(len(text), i + rnd.randrange(1, 40))
        how = rnd.randrange(7)
        if how <= 2:
            text = text[:i] + rnd.choice(PIECES) + text[i:]
        elif how == 3:
            text = text[:i] + text[j:]
        elif how == 4:
            text = text[:j] + text[i:j] * rnd.randrange(1, 3) + text[j:]
        elif how == 5:
            text = text[:i] + text[i:j][::-1] + text[j:]
        else:
            text = text[:i] + rnd.choice(LINES) + text[i:]
    return text


def _table(rnd: random.Random) -> bytes:
    """A page with a table of tasks: any columns in any order, cells empty, merged or missing."""
    heads = ("序号", "任务", "主要内容", "责任单位", "牵头单位", "配合单位", "完成时限", "范围", "备注")
    columns = rnd.sample(heads, rnd.randrange(1, len(heads)))
    fill = {"序号": ("1", "2.", "（3）", "", "一"), "完成时限": ("2025年6月", "年底前", "", "长期")}
    rows = [f"<tr>{''.join(f'<th>{c}</th>' for c in columns)}</tr>"] if rnd.random() < 0.95 else []
    for _ in range(rnd.randrange(6)):
        cells = []
        for column in columns:
            words = BODIES if "单位" in column else fill.get(column, (*LINES[9:16], "", "办好讲坛"))
            text = "、".join(rnd.choices(words, k=rnd.randrange(3)))
            span = rnd.choice(("", "", "", ' rowspan="2"', ' colspan="3"', ' colspan="9"'))
            cells.append(f"<td{span}>{escape(text)}</td>" if rnd.random() < 0.95 else "")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    title = rnd.choice(("<h1>云岭省2025年科普工作要点</h1>", "", "<p>任务分工表</p>"))
    foot = rnd.choice(("", "<p>一、保障措施</p>"))
    return f"<html><body>{title}<table>{''.join(rows)}</table>{foot}</body></html>".encode()


def _word(rnd: random.Random) -> bytes:
    """A Word file with numbers, a table and a text box, its XML or its bytes changed in a few places."""
    form, pick = rnd.choice(("chineseCounting", "decimal", "decimalEnclosedCircle")), rnd.choice
    body = "".join(
        docx.p(pick(LINES), num=(1, rnd.randrange(3)) if rnd.random() < 0.5 else None) for _ in range(rnd.randrange(9))
    )
    rows = [docx.tr("任务", "责任单位", "完成时限")]
    for _ in range(rnd.randrange(5)):
        cells = [docx.tc(pick((*LINES, *BODIES, "")), merge=pick(("", "", "restart", "continue"))) for _ in range(3)]
        rows.append(docx.tr(*cells[: rnd.randrange(1, 4)]))
    xml = body + docx.tbl(*rows) + docx.p(pick(LINES))
    if rnd.random() < 0.5:  # the tree of elements is turned round, and stays well-formed
        pieces = re.split(r"(?=<w:(?:p|tbl|tr|tc)>)", xml)
        i, j = rnd.randrange(len(pieces)), rnd.randrange(len(pieces))
        pieces[i], pieces[j] = pieces[j], pieces[i]
        xml = "".join(pieces)
    levels = "".join(docx.lvl(i, form, f"%{i + 1}、") for i in range(3))
    data = bytearray(docx.docx(xml, parts={"numbering": docx.lists(levels)}))
    for _ in range(pick((0, 0, 1, 3))):
        data[rnd.randrange(len(data))] = rnd.randrange(256)
    return bytes(data[: rnd.randrange(len(data))] if rnd.random() < 0.1 else data)


def faults(tried: Case, *, shapes: bool = False) -> list[str]:
    """Return what is wrong with a document: a crash, a graph that proof or shapes reject; [] for nothing."""
    settings = tried.settings
    lexicon = load_lexicon(settings)
    try:
        built = build_document(tried.data, name=tried.name, settings=settings, lexicon=lexicon, options=tried.options)
        statements = built.asserted | built.graphs.vocabulary
        fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
        report = verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh])
        found = (
            []
            if report.level == "proved"
            else [report.verdict, *map(str, report.mismatches[:3]), *report.without_evidence]
        )
        found += [" ".join(map(str, u)) for u in report.unproved]
        found += [str(clash) for clash in built.inconsistencies]
        if shapes:
            results = validate(statements).results
            found += [f"{r.number} {r.focus} {r.value}" for r in results if r.severity == "violation"]
    except InputError:  # nothing that can be read
        return []
    except Exception as e:
        last = traceback.extract_tb(e.__traceback__)[-1]
        return [f"{type(e).__name__}: {e} at {Path(last.filename).name}:{last.lineno}"]
    return found


def main() -> None:
    """Try many documents, and write those at fault into the working folder."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    every = int(os.environ.get("KGBUILD_FUZZ_SHAPES", "20"))
    wrong = 0
    for number in range(count):
        tried = case(seed, number)
        found = faults(tried, shapes=number % every == 0)
        if found:
            wrong += 1
            Path(f"fuzz-{tried.name}").write_bytes(tried.data)
            sys.stdout.write(f"{tried.name}: {'; '.join(found)}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} documents, {wrong} at fault\n")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

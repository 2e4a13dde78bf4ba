"""Pages in traditional characters: read as simplified ones, quoted as they stand."""

from __future__ import annotations

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.text.traditional import is_traditional, simplified
from kgbuild.validate import validate

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
TEXT = """雲嶺省人民政府辦公廳關於印發雲嶺省科普工作方案的通知
嶺政辦發〔2031〕5號
各市（州）人民政府，省政府各部門：
現將《雲嶺省科普工作方案》印發給你們，請認真貫徹執行。
雲嶺省人民政府辦公廳
2031年3月1日
雲嶺省科普工作方案
一、重點任務
（一）建設科普書屋。2031年6月底前，建成書屋30個。（責任單位：省教育廳、省發展改革委）
（二）面向老年人、農村婦女開展數字技能培訓，推廣「安心碼」。（省民政廳牽頭，省婦聯配合）
"""


def build(text: str) -> Built:
    options = Options(version="t")
    return build_document(text.encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON, options=options)


def said(built: Built) -> list[object]:
    found = built.annotations
    doc = found.document
    actions = [
        (
            doc.units[a.unit].path,
            [(simplified(b.surface), b.role) for b in a.statement.bodies] if a.statement else [],
            [m.concept for m in a.populations],
        )
        for a in found.actions
    ]
    return [*actions, *((i.value, i.unit, i.deadline) for i, _ in found.indicators), len(doc.plans)]


def test_a_page_in_traditional_characters_says_what_the_simplified_one_says() -> None:
    built, plain = build(TEXT), build(simplified(TEXT))
    assert said(built) == said(plain)
    assert len(said(built)) > 3
    assert "省教育廳" in built.source.text
    assert "traditional-text" in {f.code for f in built.annotations.findings}
    assert "traditional-text" not in {f.code for f in plain.annotations.findings}


def test_its_graph_conforms_and_is_proved_from_the_text_as_it_stands() -> None:
    built = build(TEXT)
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    report = verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh])
    assert (report.level, report.mismatches, report.unproved) == ("proved", (), ())
    quotes = {o for _, p, o in built.asserted if p.endswith("exactText>")}
    assert '"省教育廳"' in quotes
    wrong = [r for r in validate(built.asserted | built.graphs.vocabulary).results if r.severity == "violation"]
    assert not wrong


def test_single_characters_of_names_make_no_traditional_text() -> None:
    text = "云岭省乾县、於潜镇著名科普场馆建设方案，由“後山”书屋、鍾山街道、國華公司参与。" * 3
    assert not is_traditional(text)

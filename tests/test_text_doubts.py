"""Remarks on the form of a text."""

from __future__ import annotations

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import annotate

HEAD = "云岭省茶业工作要点\n\n一、任务\n\n"


def remarks(text: str) -> list[tuple[str, str]]:
    """Code and quoted words of each remark on the form."""
    settings = Settings()
    found = annotate(text.encode(), name="t.txt", settings=settings, lexicon=load_lexicon(settings))
    return [
        (f.code, dict(f.detail).get("text", ""))
        for f in found.findings
        if not f.code.startswith(("missing-", "unresolved"))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.种茶，选好苗。\n\n2.采茶，分好级。\n\n3.制茶，控好火。\n", []),
        ("1.种茶，选好苗。\n\n4.采茶，分好级。\n", [("numbering-gap", "4")]),
        ("1.种茶，选好苗。\n\n二、保障\n\n2.采茶，分好级。\n", []),
        ("1.种茶，选好苗。\n\n二、保障\n\n1.采茶，分好级。\n", []),
        ("1.种茶(含夏茶），选好苗。\n", [("mixed-brackets", "(含夏茶）")]),
        ("1.种茶，选好苗。\n\n二、保障措施\n\n三、其他\n\n1.采茶，分好级。\n", [("heading-without-item", "保障措施")]),
        (
            "1.种茶，选好苗，管好水，看好山，护好林，修好路，建好渠，办好社，育好人，带好头，开好会，记好账，用好钱\n",
            [
                (
                    "truncated-text",
                    "林，修好路，建好渠，办好社，育好人，带好头，开好会，记好账，用好钱",
                )
            ],
        ),
    ],
    ids=["whole", "gap", "runs on", "restarts", "brackets", "empty heading", "broken end"],
)
def test_remarks(text: str, expected: list[tuple[str, str]]) -> None:
    got = remarks(HEAD + text)
    if expected and expected[0][0] == "truncated-text":
        assert [code for code, _ in got] == ["truncated-text"]
        assert got[0][1].endswith("记好账，用好钱")
    else:
        assert got == expected


def test_an_article_behind_its_chapter_on_one_line_and_a_page_number_lose_no_item() -> None:
    text = "云岭省茶业办法\n\n第一章　总则　　第一条　种茶应当选好苗。\n— 1 —第二条　采茶应当分好级。\n"
    assert remarks(text) == []


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1.种茶，5158年选好苗，5152年底前管好水，5159年护好林。\n", ["5158、5152、5159"]),
        ("1.种茶，5158年选好苗，2025年底前管好水，5159年护好林，2026年采茶，5152年制茶，2027年收茶。\n", []),
        ("1.种茶，1368年已有茶山，2025年管好水。\n", []),
    ],
)
def test_years_that_no_plan_speaks_of_are_one_remark(text: str, years: list[str]) -> None:
    assert [shown for code, shown in remarks(HEAD + text) if code == "impossible-years"] == years


def test_odd_characters_are_one_remark() -> None:
    got = remarks(f"{HEAD}1.种茶，选好⼯具。（省⺠政厅）\n\n2.采\u200b茶，用好⼯具。\n")
    assert got == [("odd-characters", "U+200B U+2EA0 U+2F2F")]


def test_invisible_characters_between_all_letters_are_more_than_a_remark() -> None:
    text = "\u200b".join(f"{HEAD}1.种茶，选好苗。（省茶业局）\n")
    found = annotate(text.encode(), name="a.txt", settings=Settings(), lexicon=load_lexicon(Settings())).findings
    assert [f.severity for f in found if f.code == "odd-characters"] == ["warning"]


@pytest.mark.parametrize("form", ["{}({})", "{}（{}）", "{}{}"])
@pytest.mark.parametrize("sound", ["chá", "YÈ", "lu\u0308\u030c", "lǜ", "a\u0300n", "zhuāng", "jiǔ"])
def test_sounds_behind_letters_all_over_are_one_remark(form: str, sound: str) -> None:
    text = f"{HEAD}1.种{form.format('茶', sound)}，选好苗。\n"
    assert "sounds-behind-letters" not in dict(remarks(text))
    assert "sounds-behind-letters" in dict(remarks(text + "2.采{}，分好级。\n".format(form.format("茶", sound)) * 4))


def test_names_are_read_across_sounds_in_brackets() -> None:
    text = (
        "雲嶺省2031年茶業(yè)工作方案\n一、發(fā)展茶業(yè)\n1.發(fā)展茶園,辦好茶機構(gòu)。"
        "(省農(nóng)業(yè)農(nóng)村廳負責,省發(fā)展改革委配合)\n"
    )
    found = annotate(text.encode(), name="a.txt", settings=Settings(), lexicon=load_lexicon(Settings()))
    (action,) = found.actions
    assert action.statement is not None
    bodies = [(text[b.span.start : b.span.end], b.role) for b in action.statement.bodies]
    assert bodies == [("省農(nóng)業(yè)農(nóng)村廳", "responsible"), ("省發(fā)展改革委", "cooperating")]
    assert text[action.text.start : action.text.end] == "發(fā)展茶園,辦好茶機構(gòu)。"


def test_foreign_words_are_no_sounds() -> None:
    text = "1.办café和WiFi，建5G基站，用APP（含H5）管茶，学AI。\n" * 8
    assert "sounds-behind-letters" not in dict(remarks(HEAD + text))


def test_rows_and_lines_under_a_label_end_without_a_mark() -> None:
    for end in ("2.采茶，分好级。\n责任单位：省茶业局\n", "| 任务 | 单位 |\n|---|---|\n| 采茶，分级 | 茶业局 |\n"):
        assert "truncated-text" not in {code for code, _ in remarks(f"{HEAD}1.种茶，选好苗。\n\n{end}")}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("misread", ["latin-1", "cp1252"])
def test_a_text_saved_as_it_was_misread_says_so(encoding: str, misread: str) -> None:
    settings, text = Settings(), HEAD + "1.种茶，选好苗。（省农业农村厅负责）\n2.采茶，分好级。\n"
    for said, codes in ((text, []), (text.encode(encoding).decode(misread, "replace"), ["misread-text"])):
        found = annotate(said.encode(), name="t.txt", settings=settings, lexicon=load_lexicon(settings)).findings
        assert [f.code for f in found if f.code == "misread-text"] == codes


def test_words_of_another_language_are_not_misread() -> None:
    assert "misread-text" not in [code for code, _ in remarks("Système d'évaluation à créer; où ça? " * 20)]


def test_a_sentence_is_no_heading_without_items() -> None:
    assert remarks(f"{HEAD}1.种茶，选好苗。\n\n2.采茶。\n") == []

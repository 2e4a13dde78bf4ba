"""One document, one pure function: the same twice, every span slices, the share not understood means something."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import whole

from kgbuild.annotations import to_json
from kgbuild.api.report import count_visible, counts, findings_of
from kgbuild.config import Settings, load_settings
from kgbuild.errors import InputError
from kgbuild.extract.coverage import gaps
from kgbuild.graph.emit import Graphs
from kgbuild.graph.triples import Triples
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.model.lines import line_column, line_starts
from kgbuild.pipeline import Built, Options, annotate, build_document, closure
from kgbuild.terms import graph_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.model import Annotations

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
EXAMPLE = EXAMPLES / "yunling-2025.txt"
SETTINGS = load_settings(EXAMPLES / "kgbuild.toml")
LEXICON = load_lexicon(SETTINGS)
DO = "组织开展科普服务，推动优质资源下沉，做到有计划、有步骤"


def build(data: bytes, name: str = "plan.txt", **options: Any) -> Built:
    chosen = Options(version="1", **options)
    return build_document(data, name=name, settings=SETTINGS, lexicon=LEXICON, options=chosen)


def read(text: str, name: str = "plan.txt") -> Annotations:
    return annotate(text.encode(), name=name, settings=SETTINGS, lexicon=LEXICON)


@pytest.fixture(scope="module")
def built() -> Built:
    return build(EXAMPLE.read_bytes())


# -- purity -------------------------------------------------------------------------------------------------------
def test_the_same_bytes_give_the_same_twice(built: Built) -> None:
    again = build(EXAMPLE.read_bytes())
    assert again == built
    assert again.asserted == built.asserted
    assert again.inferred == built.inferred


def test_the_name_of_the_file_enters_no_triple(built: Built) -> None:
    other = build(EXAMPLE.read_bytes(), name="other.txt")
    assert other.graphs == built.graphs
    assert (other.source.name, built.source.name) == ("other.txt", "plan.txt")


def test_an_encoding_changes_the_hash_of_the_file_and_no_other_triple(built: Built) -> None:
    other = build(EXAMPLE.read_bytes().decode().encode("gb18030"))
    differing = {t[1].rsplit("#", 1)[-1] for t in other.asserted ^ built.asserted}
    assert differing == {"fileSha256>"}
    assert other.source.sha256 == built.source.sha256


def test_another_base_moves_every_instance_and_nothing_else(built: Built) -> None:
    settings_ = Settings(base="https://other.org/", vocab=SETTINGS.vocab)
    assert settings_.digest != SETTINGS.digest
    data = EXAMPLE.read_bytes()
    other = build_document(data, name="x", settings=settings_, lexicon=LEXICON, options=Options(version="1"))
    assert len(other.asserted) == len(built.asserted)
    assert not [t for t in other.asserted if SETTINGS.base in "".join(t)]
    assert graph_name(other.base, other.source.key, "run").startswith("https://other.org/graph/")


@whole("asks owlrl, which is slow")
def test_the_two_reasoners_agree() -> None:
    data = f"云岭省科普工作方案\n一、任务\n1.{DO}，培训农民。（省教育厅牵头，省科协配合）\n".encode()
    compiled, reference = build(data), build(data, reasoner="owlrl")
    assert compiled.asserted == reference.asserted
    assert compiled.inferred == reference.inferred
    assert len(compiled.inferred) > 20


def test_the_closure_is_closed(built: Built) -> None:
    close = closure(LEXICON)
    everything = built.asserted | built.graphs.vocabulary | built.inferred
    assert close(Graphs(everything, Triples({}))).new - everything == set()


# -- spans --------------------------------------------------------------------------------------------------------
def spans(x: Any) -> Iterator[dict[str, Any]]:
    if isinstance(x, dict):
        if isinstance(x.get("start"), int):
            yield x
        for v in x.values():
            yield from spans(v)
    elif isinstance(x, list):
        for v in x:
            yield from spans(v)


def test_every_span_of_the_annotations_slices(built: Built) -> None:
    found = to_json(built.annotations, LEXICON)
    text = built.source.text
    assert found["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert found["length"] == len(text)
    every = list(spans(found))
    assert len(every) > 200
    for x in every:
        assert 0 <= x["start"] < x["end"] <= len(text)
        if "surface" in x:
            assert x["surface"] == text[x["start"] : x["end"]]
            assert x["surface"] == x["surface"].strip()


def test_actions_and_items_of_the_annotations_are_the_actions_of_the_graph(built: Built) -> None:
    found = to_json(built.annotations, LEXICON)
    in_graph = {s for s, p, o in built.asserted if p.endswith("#type>") and o.endswith("#Action>")}
    assert len(found["actions"]) + len(found["unassigned_items"]) == len(in_graph)
    assert [a["ordinal"] for a in found["actions"]] == list(range(1, len(found["actions"]) + 1))


PIECES = """
《 》 （ ） ( ) 、 ； ： 。 ， “ ” 1. （1） 2. 省教育厅 省科协 牵头 配合 责任单位： 等部门
农民 培训 达到 15% 到2027年 行动计划 关于印发 的通知 云岭省人民政府 2025年3月1日
二〇二五年三月一日 第一条 专栏1 目录 习大大 以下简称《意见》 岭政发〔2025〕1号
"""
BREAKS = ["一、任务\n", "\n", "\r\n", "\u3000\u3000", "\x00", "😀"]
MIXTURE = st.lists(st.sampled_from([*PIECES.split(), *BREAKS]), max_size=60)


@given(MIXTURE.map("".join) | st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_every_text_with_a_visible_character_gives_a_whole_result(text: str) -> None:
    try:
        found = build(text.encode(errors="surrogatepass"))
    except InputError:
        return
    out = to_json(found.annotations, LEXICON)
    for x in spans(out):
        if "surface" in x:
            assert x["surface"] == found.source.text[x["start"] : x["end"]]
    json.dumps(out)
    figures = counts(found.annotations)
    assert 0 <= figures["unparsed_characters"] <= figures["plan_characters"] <= figures["characters"]
    assert figures["actions"] == len(out["actions"]) + len(out["unassigned_items"])


# -- the share not understood -------------------------------------------------------------------------------------
HEAD = "云岭省科普工作方案\n"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (f"{HEAD}一、任务\n1.{DO}。（省教育厅）\n2.{DO}。", []),
        (f"{HEAD}为做好工作，制定本方案。\n一、任务\n1.{DO}。", []),
        (f"{HEAD}一、任务\n1.{DO}。（省教育厅）\n还有一段话。\n2.{DO}。", []),
        (f"{HEAD}一、任务\n这段话是本章的引言。\n1.{DO}。", []),
        (f"{HEAD}{DO}。\n{DO}。", [f"{DO}。\n{DO}。"]),
        (f"{HEAD}{DO}。（省教育厅）\n没有编号的一段话。", ["没有编号的一段话。"]),
    ],
    ids=["items", "preamble", "paragraph-of-item", "introduction-of-a-section", "no-number", "behind-a-statement"],
)
def test_what_was_not_understood_is_said(text: str, lost: list[str]) -> None:
    found = read(text)
    source = found.document.source.text
    assert [source[g.start : g.end].strip() for g in gaps(found)] == lost
    places = [f for f in found.findings if f.code == "unparsed-text"]
    assert len(places) == len(lost)
    figures = counts(found)
    total = sum(not c.isspace() for c in text)
    assert figures["plan_characters"] == total
    assert figures["unparsed_characters"] == sum(len("".join(x.split())) for x in lost)
    assert figures["unparsed_share"] == round(figures["unparsed_characters"] / total, 4)
    parts = [figures[f"{part}_characters"] for part in ("understood", "introductory", "not_understood")]
    assert sum(parts) == total


def test_text_of_an_item_in_which_nothing_is_stated_is_not_understood() -> None:
    """It has its place, and is no fact."""
    dull = "话说天下大势如此这般云云。"
    intro = "这段话是本章的引言。"
    figures = counts(read(f"{HEAD}一、任务\n{intro}\n1.{DO}。（省教育厅）\n2.{dull}"))
    assert figures["unparsed_characters"] == 0
    assert figures["introductory_characters"] == len(intro)
    assert len(dull) <= figures["not_understood_characters"] < len(dull) + len(DO)


def test_counts_are_counts() -> None:
    text = (
        f"{HEAD}一、任务\n1.{DO}，落实《云岭省科普条例》。（省教育厅牵头，省科协、省教育厅配合）\n"
        f"2.到2027年，公民具备科学素质的比例达到15%。\n3.{DO}。（省科协）\n"
    )
    figures = counts(read(text))
    expected = {"plans": 1, "sections": 1, "actions": 3, "statements": 2, "body_mentions": 4, "bodies": 2}
    assert {k: figures[k] for k in expected} == expected
    assert (figures["citations"], figures["indicators"], figures["corrections"]) == (1, 1, 0)
    assert figures["characters"] == len(text)


def test_characters_are_counted_once() -> None:
    assert count_visible("一 二\n三", [Span(0, 3), Span(0, 5), Span(2, 3)]) == 3


def test_findings_have_line_and_column() -> None:
    found = read(f"{HEAD}一、任务\r\n1.{DO}。（省教育厅、省教育厅）\r\n")
    listed = [f for f in findings_of(found) if f["code"] == "duplicate-body"]
    assert [(f["line"], f["quote"]) for f in listed] == [(3, "省教育厅")]
    assert listed[0]["column"] == f"1.{DO}。（省教育厅、省教育厅）".rindex("省教育厅") + 1


@given(st.text(alphabet="一\n\r😀a", max_size=40))
def test_places_lead_back_to_their_offset(text: str) -> None:
    starts = line_starts(text)
    for offset in range(len(text)):
        line, column = line_column(starts, offset)
        assert starts[line - 1] + column - 1 == offset
        assert starts[line - 1] == len("".join(text.splitlines(keepends=True)[: line - 1]))

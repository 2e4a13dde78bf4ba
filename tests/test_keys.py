"""The keys of DESIGN.md, spelled out: a change of any of them would break every graph that was ever published."""

from __future__ import annotations

import hashlib
import string
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kgbuild import terms
from kgbuild.config import Settings
from kgbuild.errors import InternalError
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.terms import graph_name

SETTINGS = Settings()
BASE = SETTINGS.base
LEXICON = load_lexicon(SETTINGS)
DO = "组织开展科普服务，推动优质资源下沉，做到有计划、有步骤"
TEXT = f"""云岭省人民政府办公厅关于印发云岭省科普工作方案的通知
岭政办发［2025］3 号
各市、县人民政府：
现将《云岭省科普工作方案》印发给你们，请认真贯彻执行。
云岭省人民政府办公厅
2025年3月1日
云岭省科普 工作方案
一、工作任务
1.{DO}。（省教育厅、省融媒体研究院）加强督促检查，确保取得实效。（各成员单位）
2.{DO}：
（1）{DO}。（省科协）
（2）{DO}。
2.{DO}。（省文联）
专栏1 重点工程
①{DO}。
二、保障措施
3.落实《云岭省科普条例》，{DO}。
"""


def built(text: str = TEXT) -> Built:
    return build_document(
        text.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON, options=Options(version="1")
    )


@cache
def nodes() -> frozenset[str]:
    graph = built().asserted
    assert all(t[0].startswith("<") for t in graph)
    return frozenset(t[0][1:-1].removeprefix(BASE) for t in graph if t[0].startswith(f"<{BASE}"))


def of(kind: str) -> set[str]:
    return {n for n in nodes() if n.startswith(f"{kind}/")}


NOTICE, PLAN, CITED = "ed296a9c1022d0f7", "67ae74228106e621", "b80a067c77a6692f"
SOURCE = hashlib.sha256(TEXT.encode()).hexdigest()[:16]


def at(words: str, start: int = 0) -> int:
    return TEXT.index(words, start)


def test_documents() -> None:
    # h(number of the notice, title): number with 〔〕, both without white space, after NFKC
    assert of("document") == {f"document/{NOTICE}", f"document/{PLAN}", f"document/{CITED}"}
    assert of("text") == {f"text/{SOURCE}"}


def test_sections_and_actions() -> None:
    assert of("section") == {f"section/{PLAN}.{path}" for path in ("1", "1.2.x2.b1", "2")}
    paths = ("1.1", "1.1.p2", "1.2.c1", "1.2.c2", "1.2.x2", "1.2.x2.b1.c1", "2.3")
    assert of("action") == {f"action/{PLAN}.{path}" for path in paths}


def test_statements() -> None:
    found = {n for n in of("statement") if n.split(".")[-1][0] in "rc"}
    assert found == {
        f"statement/{SOURCE}.1.1.r{at('省教育厅')}",
        f"statement/{SOURCE}.1.1.r{at('省融媒体研究院')}",
        f"statement/{SOURCE}.1.1.r{at('各成员单位')}",
        f"statement/{SOURCE}.1.2.c1.r{at('省科协')}",
        f"statement/{SOURCE}.1.2.x2.r{at('省文联')}",
        f"statement/{SOURCE}.2.3.c{at('《云岭省科普条例》')}",
        f"statement/{SOURCE}.c{at('《云岭省科普工作方案》')}",
    }


def test_parties_of_the_document() -> None:
    # an unregistered body: h(wording, division or nothing); a collective: key of its plan, h(wording)
    wording = hashlib.sha256("各成员单位".encode()).hexdigest()[:16]
    assert "body/95bc2b80de299f93" in of("body")
    assert f"group/{PLAN}.{wording}" in of("group")


def test_spans_and_mentions() -> None:
    start = at("省教育厅")
    assert f"span/{SOURCE}.{start}-{start + 4}" in of("span")
    mark = at("1.组织")
    assert {n for n in of("mention") if n.startswith(f"mention/{SOURCE}.{mark}-")} == {
        f"mention/{SOURCE}.{mark}-{mark + 2}.l",
        f"mention/{SOURCE}.{mark}-{mark + 2}.l.2",
    }


def test_the_run_is_stated_once() -> None:
    graph = built().asserted
    assert len(of("run")) == 1
    run = next(iter(of("run")))
    assert [t for t in graph if t[2] == f"<{BASE}{run}>"] == [
        (f"<{BASE}text/{SOURCE}>", terms.gplan("generatedBy"), f"<{BASE}{run}>")
    ]


def test_graph_names() -> None:
    assert graph_name(BASE, SOURCE, "asserted") == f"{BASE}graph/{SOURCE}/asserted"
    assert terms.VOCABULARY_GRAPH == "https://w3id.org/gplan/id/graph/vocabulary"


def test_every_key_is_ascii_and_of_a_known_kind() -> None:
    allowed = set(string.ascii_letters + string.digits + "./-_")
    assert all(set(n) <= allowed for n in nodes())
    assert {n.split("/")[0] for n in nodes()} <= set(terms.TYPES)


@pytest.mark.parametrize(
    ("mark", "step"),
    [
        ("一、", "1"),
        ("（三）", "3"),
        ("7.", "7"),
        ("(4)", "c4"),
        ("⑤", "c5"),
        ("第六条 ", "a6"),
        ("专栏2 ", "b2"),
        ("第三章 ", "h3"),
        ("第四节 ", "s4"),
        ("第二编 ", "p2"),
    ],
)
def test_steps_of_a_path(mark: str, step: str) -> None:
    doc = built(f"云岭省科普办法\n{mark}{DO}。").annotations.document
    assert [u.steps for u in doc.units] == [(step,)]


@pytest.mark.parametrize(
    ("given_", "key"),
    [
        ({"number": "岭政办发 [2025] 3号", "title": "云岭省科普\n工作方案"}, PLAN),
        ({"number": "岭政办发（2025）3号", "title": "云岭省科普　工作方案"}, PLAN),
        (
            {"title": "云岭省科普工作方案", "signature": "云岭省科学技术协会", "signed": "2025-04-02"},
            "0fe188779dbf5f8e",
        ),
        ({"text": "做好工作。"}, "e0796cbdca35624f"),
        ({"title": "云岭省科普工作方案", "text": "做好工作。"}, "e0796cbdca35624f"),
        ({"title": "云岭省科普工作方案", "signed": "2025-04-02", "text": "做好工作。"}, "e0796cbdca35624f"),
    ],
)
def test_keys_of_documents(given_: dict[str, str], key: str) -> None:
    full = dict.fromkeys(("number", "title", "signature", "signed")) | {"text": ""} | given_
    assert terms.document_key(**full) == key  # type: ignore[arg-type]


def test_a_cited_document_meets_the_document_itself() -> None:
    number, title = "岭政办发〔2025〕3号", "云岭省科普工作方案"
    own = terms.document_key(number=number, title=title, signature=None, signed=None, text="")
    assert terms.cited_key(number=number, title=title) == own == PLAN
    assert terms.cited_key(number=None, title="云岭省科普条例") == CITED


def test_what_better_knowledge_changes_is_in_no_key() -> None:
    longer = TEXT.replace("省融媒体研究院", "省教育厅")
    kept = built(longer).asserted
    sections = {s for s, _, _ in kept if "/section/" in s or "/action/" in s}
    assert {s[1:-1].removeprefix(BASE) for s in sections} == of("section") | of("action")


# -- minting ------------------------------------------------------------------------------------------------------
def test_two_things_under_one_key_are_an_internal_error_that_names_both() -> None:
    minter = terms.Minter(BASE)
    first = minter.mint("body", "00", ("甲", ""))
    assert minter.mint("body", "00", ("甲", "")) == first
    with pytest.raises(InternalError, match=r"甲.*乙") as raised:
        minter.mint("body", "00", ("乙", ""))
    assert raised.value.exit_code == 4


@given(st.lists(st.tuples(st.integers(0, 499), st.integers(500, 999)), unique=True, min_size=2))
def test_spans_have_one_key_each(places: list[tuple[int, int]]) -> None:
    minter = terms.Minter(BASE)
    assert len({minter.span(SOURCE, Span(*p)) for p in places}) == len(places)


WORDS = st.text(alphabet="甲乙丙丁 Ａa", max_size=6)


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_keys_of_numbered_documents_are_injective(a: tuple[str, str], b: tuple[str, str]) -> None:
    assume(a[0] and b[0])
    keys = [terms.document_key(number=n, title=t, signature=None, signed=None, text="") for n, t in (a, b)]
    same = [terms.key_text(x) for x in a] == [terms.key_text(x) for x in b]
    assert (keys[0] == keys[1]) == same


@given(st.text(max_size=40))
def test_parts_of_keys_are_settled(text: str) -> None:
    once = terms.key_text(text)
    assert terms.key_text(once) == once
    assert not any(c.isspace() for c in once)

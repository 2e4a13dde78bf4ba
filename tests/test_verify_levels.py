"""Three levels of proof against a table of mutations: each is found, and what is broken is named."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild import __version__, api, terms
from kgbuild.cli import cli
from kgbuild.config import find_config, load_settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, assert_document
from kgbuild.proof.readings import OF_ITS_OWN, READERS, RELATIONS
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.relocate import relocate, render_relocation
from kgbuild.proof.report import VerifyReport, describe, to_json
from kgbuild.proof.verify import verify
from kgbuild.read import read_bytes
from kgbuild.store import Index
from kgbuild.terms import code, date, decimal, gplan, integer, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.model import SourceText
    from kgbuild.store import Quad

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLAN = EXAMPLES / "yunling-2025.txt"
DATA = PLAN.read_bytes()
SETTINGS = load_settings(find_config(PLAN))
OPTIONS = Options(version=__version__)
OTHER = """云岭省科学技术协会2024年科普工作要点

一、总体要求
深入实施全民科学素质行动。
二、重点任务
1．到2024年底，建成科普基地30个。（省科协牵头，省教育厅、省科技厅配合）
2．办好云岭科普讲坛。（省科协等部门）
"""


def source_of(data: bytes) -> SourceText:
    return read_bytes(data, name="plan.txt", max_bytes=SETTINGS.max_bytes)


@cache
def fresh_of(data: bytes, options: Options = OPTIONS) -> Fresh:
    lexicon = load_lexicon(SETTINGS)
    found, graphs = assert_document(data, name="plan.txt", settings=SETTINGS, lexicon=lexicon, options=options)
    return Fresh(sha256=found.document.source.sha256, base=SETTINGS.base, graphs=graphs)


def quads_of(data: bytes) -> list[Quad]:
    return sorted((*t, "") for t in fresh_of(data).statements)


QUADS = quads_of(DATA)
SOURCE = source_of(DATA)
NODES = Index(QUADS)
TEXT = f"<{SETTINGS.base}text/{SOURCE.key}>"


def prove(quads: list[Quad], *files: bytes) -> VerifyReport:
    """All three levels."""
    files = files or (DATA,)
    return verify(quads, [source_of(f) for f in files], fresh=[fresh_of(f) for f in files])


def node(kind: str, name: str, value: str) -> str:
    """The first node of a class with a value."""
    return min(set(NODES.subjects(name, value)) & NODES.of_type(kind))


def put(subject: str, name: str, value: str) -> list[Quad]:
    """The graph with another value of a property."""
    prop = name if name.startswith("<") else gplan(name)
    rest = [q for q in QUADS if q[:2] != (subject, prop)]
    assert len(rest) < len(QUADS)
    return [*rest, (subject, prop, value, "")]


def without(subject: str, name: str) -> list[Quad]:
    rest = [q for q in QUADS if q[:2] != (subject, gplan(name))]
    assert len(rest) < len(QUADS)
    return rest


NOTICE = node("TransmittalNotice", "documentNumber", literal("岭政办发〔2025〕16号"))
PLAN_NODE = NODES.values(NOTICE, "transmits")[0]
SPAN = min(NODES.of_type("SourceSpan"))
LEAD = node("Assignment", "role", code("role-lead"))
PLAIN = node("Assignment", "role", code("role-responsible"))
TARGET = min(NODES.of_type("IndicatorTarget"))
SECTION = min(NODES.of_type("Section"))
ACTION = min(NODES.subjects("itemLabel", literal("2")))
PROVING = min(m for m in NODES.subjects("proves", gplan("documentDate")))


# -- what holds -------------------------------------------------------------------------------------------------
def test_the_graph_of_its_own_source_is_proved_on_all_levels() -> None:
    report = prove(QUADS)
    assert report.level == "proved"
    (check,) = report.sources
    assert check.spans == check.matching == len(NODES.of_type("SourceSpan")) > 200
    assert check.values == check.derived > 100
    assert check.rebuild is not None
    assert check.rebuild.state == "equal"
    assert (report.without_evidence, report.unproved, report.unused, report.mismatches) == ((), (), (), ())


def test_every_property_that_a_text_gives_has_a_proof_of_its_own() -> None:
    shown = {p for p in (*READERS, *RELATIONS) if NODES.pairs(p)}
    assert len(shown) >= 18
    for name in shown:
        for subject, value in NODES.pairs(name):
            of = set(NODES.subjects("mentionOf", subject)) | (
                set(NODES.subjects("mentionOf", value)) & set(NODES.subjects("mentionIn", subject))
            )
            proofs = of & set(NODES.subjects("proves", name))
            own = any(name == p and subject in NODES.of_type(kind) for p, kind in OF_ITS_OWN)
            assert proofs or own, (subject, name)


def test_two_documents_in_one_graph_are_proved_by_both_sources() -> None:
    other = OTHER.encode()
    both = sorted({*QUADS, *quads_of(other)})
    assert prove(both, DATA, other).level == "proved"
    alone = prove(both)
    assert alone.level == "consistent"
    assert len(alone.other_sources) == len(Index(quads_of(other)).of_type("SourceSpan"))
    foreign = (ACTION, gplan("itemOrder"), integer(99), "")
    assert foreign in prove([*both, foreign]).foreign


# -- what does not ----------------------------------------------------------------------------------------------
Mutation = tuple[str, "Callable[[], list[Quad]]", str, str]
LITERALS: tuple[tuple[str, str, str, str], ...] = (
    (NOTICE, "documentNumber", literal("岭政办发〔2025〕17号"), "documentNumber"),
    (NOTICE, "issuerCode", literal("岭政发"), "issuerCode"),
    (NOTICE, "issueYear", integer(2024), "issueYear"),
    (NOTICE, "issueSerial", integer(61), "issueSerial"),
    (NOTICE, "documentDate", date("2025-03-28"), "documentDate"),
    (NOTICE, "issuerSignature", literal("云岭省人民政府"), "issuerSignature"),
    (NOTICE, f"<{terms.DCTERMS}title>", literal("关于印发方案的通知", lang="zh"), "title"),
    (PLAN_NODE, "periodStart", date("2024-01-01"), "periodStart"),
    (PLAN_NODE, "periodEnd", date("2028-12-31"), "periodEnd"),
    (TEXT, "webPublishedAt", date("2025-04-02T09:31:00+08:00"), "webPublishedAt"),
    (TEXT, "publisherAsFound", literal("云岭日报"), "publisherAsFound"),
    (SECTION, f"<{terms.DCTERMS}title>", literal("总体目标", lang="zh"), "title"),
    (SECTION, "sectionLabel", literal("九"), "sectionLabel"),
    (SECTION, "sectionLevel", integer(3), "sectionLevel"),
    (ACTION, "itemLabel", literal("22"), "itemLabel"),
    (TARGET, "targetValue", decimal(4711), "targetValue"),
    (TARGET, "unitText", literal("万亿元"), "unitText"),
    (TARGET, "indicatorName", literal("卫星发射次数"), "indicatorName"),
    (min(NODES.of_type("Measure")), "policyVerb", literal("歼灭"), "policyVerb"),
    (TARGET, "deadline", date("2035-12-31"), "deadline"),
)


@pytest.mark.parametrize(("subject", "name", "value", "what"), LITERALS, ids=[x[3] + x[0][-6:-1] for x in LITERALS])
def test_a_literal_that_does_not_follow_from_its_quote_is_named(subject: str, name: str, value: str, what: str) -> None:
    quads = put(subject, name, value)
    second = verify(quads, [SOURCE])
    assert (subject[1:-1], what) in {(m.node, m.what) for m in second.mismatches}
    assert second.matching == second.spans
    assert second.level == "broken"
    third = prove(quads)
    full = name if name.startswith("<") else gplan(name)
    assert (subject, full, value, "") in third.foreign
    assert any(t[:2] == (subject, full) for t in third.rebuilds[0].missing)


@pytest.mark.parametrize(
    ("subject", "role"),
    [(LEAD, "cooperating"), (LEAD, "responsible"), (PLAIN, "lead"), (PLAIN, "guiding")],
)
def test_a_role_that_its_word_does_not_give_is_named(subject: str, role: str) -> None:
    report = verify(put(subject, "role", code(f"role-{role}")), [SOURCE])
    assert [(m.node, m.what) for m in report.mismatches] == [(subject[1:-1], "role")]


def test_a_role_without_the_word_that_gave_it_is_named() -> None:
    report = verify(without(LEAD, "roleBasis"), [SOURCE])
    assert (LEAD[1:-1], "role") in {(m.node, m.what) for m in report.mismatches}


def test_a_shifted_offset_and_a_changed_quote_are_named() -> None:
    start = NODES.number(SPAN, "startOffset") or 0
    for quads in (put(SPAN, "startOffset", integer(start + 1)), put(SPAN, "exactText", literal("别的字"))):
        assert SPAN[1:-1] in {m.node for m in verify(quads, [SOURCE]).mismatches}


def test_wrong_hash_and_length_are_named() -> None:
    for name, value in (("contentSha256", literal("0" * 64)), ("contentLength", integer(7))):
        report = prove(put(TEXT, name, value))
        assert (TEXT[1:-1], name) in {(m.node, m.what) for m in report.mismatches}


@pytest.mark.parametrize("subject", [ACTION, LEAD, TARGET, SECTION, NOTICE, PROVING], ids=lambda s: s.split("/")[-2])
def test_removed_evidence_is_named(subject: str) -> None:
    report = verify(without(subject, "evidence"), [SOURCE])
    assert subject[1:-1] in report.without_evidence
    assert report.level == "broken"


@pytest.mark.parametrize("name", ["documentDate", "issueYear", "issuedBy"])
def test_a_value_whose_proof_was_taken_away_is_named(name: str) -> None:
    proof = min(set(NODES.subjects("proves", gplan(name))))
    report = verify([q for q in QUADS if q[:2] != (proof, gplan("proves"))], [SOURCE])
    assert [u[:2] for u in report.unproved] == [(NOTICE[1:-1], name)]
    assert report.level == "broken"


FOREIGN: tuple[tuple[str, str, str], ...] = (
    (ACTION, f"<{terms.DCTERMS}subject>", literal("外来")),
    (ACTION, gplan("hasAssignment"), LEAD.replace("r", "x")),
    (NOTICE, gplan("jurisdiction"), f"<{terms.register('division', '110000')}>"),
    ("<http://x/s>", f"<{terms.RDFS}label>", literal("外来")),
    (f"<{terms.register('division', '990000')}>", f"<{terms.SKOS}altLabel>", literal("云岭国", lang="zh")),
)


@pytest.mark.parametrize("triple", FOREIGN, ids=[str(i) for i in range(len(FOREIGN))])
def test_a_foreign_statement_is_named(triple: tuple[str, str, str]) -> None:
    report = prove([*QUADS, (*triple, "")])
    assert report.foreign == ((*triple, ""),)
    assert report.level == "broken"
    assert " ".join(triple) in describe(report)


def test_a_second_value_beside_the_right_one_is_named() -> None:
    report = verify([*QUADS, (NOTICE, gplan("documentDate"), date("2030-01-01"), "")], [SOURCE])
    assert [(m.node, m.what, m.expected) for m in report.mismatches] == [(NOTICE[1:-1], "documentDate", "2030-01-01")]


def test_a_statement_taken_away_is_named() -> None:
    gone = (ACTION, gplan("hasAssignment"), NODES.values(ACTION, "hasAssignment")[0])
    report = prove([q for q in QUADS if q[:3] != gone])
    assert report.rebuilds[0].missing == ((*gone, ""),)


def test_a_span_that_nothing_rests_on_is_named() -> None:
    span = f"<{SETTINGS.base}span/{SOURCE.key}.0-3>"
    told = {"inSource": TEXT, "startOffset": integer(0), "endOffset": integer(3)}
    more = [(span, gplan(k), v, "") for k, v in told.items()]
    more += [(span, f"<{terms.RDF}type>", gplan("SourceSpan"), "")]
    more += [(span, gplan("exactText"), literal(SOURCE.text[:3]), "")]
    report = verify([*QUADS, *more], [SOURCE])
    assert report.unused == (span[1:-1],)


SOURCES: dict[str, bytes] = {
    "flipped character": DATA.decode().replace("省科协", "省科办", 1).encode(),
    "truncated": DATA[: len(DATA) // 2 - len(DATA) // 2 % 3].decode(errors="ignore").encode(),
    "CRLF": DATA.decode().replace("\n", "\r\n").encode(),
    "one blank more": b" " + DATA,
    "graph of another document": OTHER.encode(),
}


@pytest.mark.parametrize("name", SOURCES)
def test_another_source_is_told_and_what_no_longer_stands_there(name: str) -> None:
    data = SOURCES[name]
    report = prove(QUADS, data)
    wrong = {(m.node, m.what) for m in report.mismatches}
    assert (TEXT[1:-1], "contentSha256") in wrong
    now = source_of(data).text
    places = {s: p for s in NODES.of_type("SourceSpan") if (p := NODES.place(s))}
    moved = {s[1:-1] for s, p in places.items() if now[p.start : p.end] != NODES.text(s, "exactText")}
    assert moved
    assert moved <= {node for node, what in wrong if what in {"exactText", "offsets"}}
    assert report.rebuilds[0].state == "not compared"
    assert report.level == "broken"


@given(st.integers(0, len(SOURCE.text) - 1), st.sampled_from("科a\n"))
@settings(max_examples=40, deadline=None)
def test_any_flipped_character_is_found(at: int, char: str) -> None:
    text = SOURCE.text[:at] + char + SOURCE.text[at + 1 :]
    report = verify(QUADS, [replace(SOURCE, text=text, sha256="f" * 64)], values=False)
    hit = {s[1:-1] for s in NODES.of_type("SourceSpan") if (p := NODES.place(s)) and p.start <= at < p.end}
    broken = {m.node for m in report.mismatches if m.what == "exactText"}
    assert broken == (hit if text != SOURCE.text else set())
    assert report.level == "broken"


def test_what_another_run_made_is_not_compared_and_says_so() -> None:
    old = fresh_of(DATA, replace(OPTIONS, version="0.0.9"))
    quads = sorted((*t, "") for t in old.statements)
    report = prove(quads)
    (rebuild,) = report.rebuilds
    assert rebuild.state == "not re-derivable"
    assert rebuild.made_by == f"made by kgbuild 0.0.9 (now {__version__})"
    assert report.level == "consistent"
    decided = fresh_of(DATA, replace(OPTIONS, decisions_digest="d" * 64))
    assert "other decisions" in prove(sorted((*t, "") for t in decided.statements)).rebuilds[0].made_by


def test_the_report_is_json() -> None:
    fields = json.loads(to_json(prove(put(TARGET, "unitText", literal("元")))))
    assert (fields["level"], fields["broken"]) == ("broken", 3)
    assert fields["mismatches"][0]["what"] == "unitText"
    assert fields["sources"][0]["rebuild"]["state"] == "differs"


# -- relocation -------------------------------------------------------------------------------------------------
MOVED: dict[str, str] = {
    "CRLF": SOURCE.text.replace("\n", "\r\n"),
    "a line above": "云岭省人民政府公报\n\n" + SOURCE.text,
    "indents": "\n".join("　　" + line for line in SOURCE.text.split("\n")),
    "a paragraph more": SOURCE.text.replace("二、", "本段为后来所加，与任务无关。\n二、", 1),
    "an emoji": "🌱" + SOURCE.text,
}


@pytest.mark.parametrize("name", MOVED)
def test_all_spans_are_found_in_a_source_that_only_moved(name: str) -> None:
    source = source_of(MOVED[name].encode())
    done = relocate(QUADS, TEXT, source)
    assert done.lost == ()
    assert done.moved + done.kept == len(NODES.of_type("SourceSpan"))
    assert verify(done.quads, [source]).level == "consistent"


def test_a_relocated_graph_is_the_one_that_a_build_of_the_source_gives() -> None:
    data = MOVED["CRLF"].encode()
    run = f"<{SETTINGS.base}run/"
    relocated = {q[:3] for q in relocate(QUADS, TEXT, source_of(data)).quads}
    built = set(fresh_of(data).statements)
    assert {t for t in relocated ^ built if run not in t[0] and run not in t[2]} == set()


def test_what_cannot_be_found_again_stays_with_the_old_text_and_is_told() -> None:
    source = source_of(SOURCE.text.replace("云岭省人民政府办公厅\n2025年3月27日", "2025年3月28日").encode())
    done = relocate(QUADS, TEXT, source)
    lost = {quote for _, quote in done.lost}
    assert "2025年3月27日" in lost
    assert all(f"lost       {iri}" in render_relocation(done) for iri, _ in done.lost)
    report = verify(done.quads, [source])
    assert {span for span, _ in report.other_sources} == {iri for iri, _ in done.lost}
    assert {p for _, p, _, _ in done.quads} == {p for _, p, _, _ in QUADS}
    assert report.matching == report.spans == len(NODES.of_type("SourceSpan")) - len(done.lost)


def test_a_text_that_shares_nothing_gives_no_place() -> None:
    done = relocate(QUADS, TEXT, source_of("完全无关的文字。".encode()))
    assert (done.moved, done.kept) == (0, 0)
    assert len(done.lost) == len(NODES.of_type("SourceSpan"))
    kept = {q for q in done.quads if SOURCE.key in q[0] and "/span/" in q[0]}
    assert kept == {q for q in QUADS if "/span/" in q[0]}


# -- the command ------------------------------------------------------------------------------------------------
CONFIG = ("--config", str(EXAMPLES / "kgbuild.toml"))


def exit_code(*args: str) -> int:
    """0, or the exit code that the error stands for."""
    result = CliRunner().invoke(cli, ["verify", *args], standalone_mode=False)
    return getattr(result.exception, "exit_code", 0 if result.exception is None else 4)


def test_exit_codes_and_relocation(tmp_path: Path) -> None:
    graph, moved, fitted = tmp_path / "plan.ttl", tmp_path / "moved.txt", tmp_path / "fitted.nq"
    graph.write_bytes(api.build(PLAN, validate=False).serialise("ttl"))
    moved.write_text(MOVED["a line above"], encoding="utf-8")
    assert exit_code(str(graph), "--source", str(PLAN)) == 0
    assert exit_code(str(graph), "--source", str(moved), *CONFIG) == 1
    assert exit_code(str(graph), "--source", str(moved), "--relocate") == 2
    assert exit_code(str(graph), "--source", str(moved), "--relocate", "-o", str(fitted)) == 0
    assert exit_code(str(fitted), "--source", str(moved), *CONFIG) == 1
    assert exit_code(str(fitted), "--source", str(moved), *CONFIG, "--level", "consistent") == 0
    assert exit_code(str(fitted), "--source", str(tmp_path / "none.txt")) == 3


def test_a_file_with_inferred_statements_is_refused(tmp_path: Path) -> None:
    graph = tmp_path / "plan.ttl"
    graph.write_bytes(api.build(PLAN, validate=False).serialise("ttl", inferred=True))
    with pytest.raises(InputError, match="inferred"):
        api.verify_graph(str(graph), [PLAN])

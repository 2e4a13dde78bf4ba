"""proof.verify: every span is cut out of the source again; what does not hold is named."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgbuild.proof.verify as levels
from kgbuild.proof.report import Mismatch, VerifyReport, describe, to_json
from kgbuild.proof.spans import evidenced
from kgbuild.read import read_bytes
from kgbuild.store import Quad, read_quads
from kgbuild.terms import gplan, integer, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import SourceText

DATA = Path(__file__).parent / "data"
QUADS = read_quads(DATA / "mini.ttl")
SOURCE = read_bytes((DATA / "mini.txt").read_bytes(), name="mini.txt", max_bytes=10_000)
KEY = SOURCE.key
BASE = "https://example.org/gplan/id/"
SPAN = f"<{BASE}span/{KEY}.141-145>"
SPANS = sorted({s for s, p, o, _ in QUADS if o == gplan("SourceSpan")})


def verify(quads: Iterable[Quad], source: SourceText) -> VerifyReport:
    """The first level alone."""
    return levels.verify(quads, [source], values=False)


def changed(subject: str, name: str, value: str | None) -> list[Quad]:
    """The graph with another value of a property, or without it."""
    rest = [q for q in QUADS if q[:2] != (subject, gplan(name))]
    assert len(rest) < len(QUADS)
    return rest if value is None else [*rest, (subject, gplan(name), value, "")]


def test_the_graph_of_its_own_text_holds() -> None:
    report = verify(QUADS, SOURCE)
    assert report.level == "consistent"
    assert (report.spans, report.matching) == (len(SPANS), len(SPANS))
    assert report.nodes == len({s for s, p, o, _ in QUADS if o in map(gplan, evidenced())})
    assert (report.mismatches, report.other_sources, report.without_evidence) == ((), (), ())


@pytest.mark.parametrize(
    ("name", "value", "mismatch"),
    [
        ("startOffset", integer(140), ("exactText", "省通信局", "：省通信局")),
        ("endOffset", integer(144), ("exactText", "省通信局", "省通信")),
        ("exactText", literal("省通讯局"), ("exactText", "省通讯局", "省通信局")),
        ("exactText", None, ("exactText", "None", "省通信局")),
        ("endOffset", integer(100_000), ("offsets", f"within 0-{len(SOURCE.text)}", "141-100000")),
        ("endOffset", integer(141), ("offsets", f"within 0-{len(SOURCE.text)}", "141-141")),
        ("startOffset", integer(-1), ("offsets", f"within 0-{len(SOURCE.text)}", "?-145")),
        ("startOffset", literal("x"), ("offsets", f"within 0-{len(SOURCE.text)}", "?-145")),
        ("startOffset", None, ("offsets", f"within 0-{len(SOURCE.text)}", "?-145")),
        ("inSource", None, ("inSource", "one source text", "none")),
    ],
)
def test_a_span_that_does_not_hold_is_named(name: str, value: str | None, mismatch: tuple[str, str, str]) -> None:
    report = verify(changed(SPAN, name, value), SOURCE)
    what, expected, found = mismatch
    assert report.mismatches == (Mismatch(node=SPAN[1:-1], what=what, expected=expected, found=found),)
    assert (report.matching, report.level) == (len(SPANS) - 1, "broken")


def test_two_values_of_one_offset_do_not_hold() -> None:
    report = verify([*QUADS, (SPAN, gplan("startOffset"), integer(140), "")], SOURCE)
    assert [m.what for m in report.mismatches] == ["offsets"]


@given(st.integers(0, len(SOURCE.text) - 1), st.sampled_from("科a\n"))
def test_exactly_the_spans_over_a_changed_character_do_not_hold(at: int, char: str) -> None:
    text = SOURCE.text[:at] + char + SOURCE.text[at + 1 :]
    report = verify(QUADS, replace(SOURCE, text=text))
    offsets = {span: tuple(map(int, re.findall(r"\d+", span.rpartition(".")[2]))) for span in SPANS}
    hit = sorted(s[1:-1] for s, (start, end) in offsets.items() if start <= at < end and text != SOURCE.text)
    assert [m.node for m in report.mismatches] == hit


def test_another_text_shows_hash_length_and_what_changed() -> None:
    other = read_bytes((SOURCE.text + "\n附件").encode(), name="other.txt", max_bytes=10_000)
    report = verify(QUADS, other)
    assert [(m.what, m.found) for m in report.mismatches] == [
        ("contentLength", str(len(other.text))),
        ("contentSha256", other.sha256),
    ]
    assert report.matching == len(SPANS)
    assert report.level == "broken"


def _two_sources() -> list[Quad]:
    other = [tuple(t.replace(KEY, "f" * 16) for t in q) for q in QUADS]
    lines = [(s, p, literal("f" * 64) if p == gplan("contentSha256") else o, g) for s, p, o, g in other]
    return [*QUADS, *lines]


def test_spans_of_another_source_are_listed_and_not_compared() -> None:
    report = verify(_two_sources(), SOURCE)
    assert report.level == "consistent"
    assert report.spans == len(report.other_sources) == len(SPANS)
    assert report.other_sources[0][1] == f"{BASE}text/{'f' * 16}"


def test_a_source_that_the_graph_does_not_know_is_told() -> None:
    stranger: SourceText = replace(SOURCE, sha256="0" * 64, name="x.txt")
    report = verify(_two_sources(), stranger)
    assert [m.what for m in report.mismatches] == ["contentSha256"]
    assert (report.spans, report.level) == (0, "broken")


@pytest.mark.parametrize("name", sorted({t for t in evidenced() if any(o == gplan(t) for *_, o, _ in QUADS)}))
def test_a_node_without_evidence_is_named(name: str) -> None:
    node = min(s for s, p, o, _ in QUADS if o == gplan(name))
    report = verify(changed(node, "evidence", None), SOURCE)
    assert report.without_evidence == (node[1:-1],)
    assert report.level == "broken"


def test_evidence_that_is_not_described_is_named() -> None:
    action = f"<{BASE}action/plan0000000000aa.1.1>"
    report = verify(changed(action, "evidence", "<http://x/span>"), SOURCE)
    assert [(m.node, m.what) for m in report.mismatches] == [(action[1:-1], "evidence")]


def test_a_graph_without_spans_proves_nothing() -> None:
    assert verify([q for q in QUADS if q[0] not in SPANS and q[1] != gplan("evidence")], SOURCE).level == "broken"
    assert verify([], SOURCE).level == "broken"


def test_inferred_graphs_are_left_out() -> None:
    inferred = ("<http://x/s>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", gplan("Action"))
    named = [(s, p, o, f"<{BASE}graph/{KEY}/asserted>") for s, p, o, _ in QUADS]
    assert verify([*named, (*inferred, f"<{BASE}graph/{KEY}/inferred>")], SOURCE).level == "consistent"
    assert verify([*named, (*inferred, f"<{BASE}graph/{KEY}/asserted>")], SOURCE).level == "broken"


def test_the_report_reads_well_and_is_json() -> None:
    report = verify(changed(SPAN, "exactText", literal("省通讯局")), SOURCE)
    assert f"{SPAN[1:-1]} exactText: expected '省通讯局', found '省通信局'" in describe(report)
    assert describe(report).endswith("\ndoes not hold: 1 thing\n")
    assert describe(verify(QUADS, SOURCE)).endswith("\nconsistent, not rebuilt: the documents were not built again\n")
    fields = json.loads(to_json(report))
    assert (fields["level"], fields["mismatches"][0]["found"]) == ("broken", "省通信局")


def test_a_report_for_people_shows_the_first_of_each_kind_and_counts_the_others() -> None:
    many = tuple(Mismatch(node=f"urn:span:{n:02}", what="exactText", expected="甲", found="乙") for n in range(25))
    report = replace(verify(QUADS, SOURCE), mismatches=many)
    lines = [line for line in describe(report).splitlines() if line.startswith("mismatch")]
    assert len(lines) == 21
    assert lines[-1] == "mismatch   … and 5 more; --format json has all of them"
    assert len(json.loads(to_json(report))["mismatches"]) == 25

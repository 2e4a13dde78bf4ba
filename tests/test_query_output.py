"""What answers are written as, read back by other programs; exports; hints; data frames."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import whole

from kgbuild import api, terms
from kgbuild.cli import cli
from kgbuild.errors import InputError, UsageError
from kgbuild.queries.export import grlc_name, to_grlc, to_sib
from kgbuild.queries.hints import hints
from kgbuild.queries.table import render_rows
from kgbuild.queries.template import load_templates
from kgbuild.store import Rows, typed, value_of
from kgbuild.store.memory import collect
from kgbuild.store.values import Answer

DATA = Path(__file__).parent / "data"
MINI = str(DATA / "mini.ttl")
FILES = ["--graph", MINI, "--graph", str(DATA / "later.ttl")]
TERMS = [None, "<http://x/科>", '"科\\"\\\\\\n\t|"@zh', terms.decimal("6.5"), '"a"', "_:b1", terms.date("2024-03-08")]


@pytest.fixture(scope="module")
def graph() -> api.Graph:
    return api.open_graphs([MINI, DATA / "later.ttl"])


def invoke(*args: str) -> str:
    result = CliRunner().invoke(cli, args, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.stdout_bytes.decode()


# -- formats ------------------------------------------------------------------------------------------------------
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
cells = st.sampled_from(TERMS) | texts.map(terms.literal) | texts.map(lambda t: terms.literal(t, lang="zh"))


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_the_formats_of_sparql_give_the_terms_back(rows: list[tuple[str | None, ...]]) -> None:
    answer = Answer(columns=("a", "b"), rows=tuple(rows))
    data = render_rows(typed(answer), form="tsv").encode()
    assert collect(ox.parse_query_results(data, format=ox.QueryResultsFormat.TSV), limit=None).rows == answer.rows
    # XML 1.0 has no place for control characters, and oxigraph's reader drops white space at the ends of a text.
    words = [terms.lexical(t) for row in rows for t in row if t and t.startswith('"')]
    if all(w == w.strip() for w in words) and not re.search("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "".join(words)):
        xml = render_rows(typed(answer), form="xml").encode()
        assert collect(ox.parse_query_results(xml, format=ox.QueryResultsFormat.XML), limit=None).rows == answer.rows


def test_an_ask_is_a_boolean_in_xml(graph: api.Graph) -> None:
    xml = render_rows(graph.query("every-action-has-a-body"), form="xml").encode()
    assert not ox.parse_query_results(xml, format=ox.QueryResultsFormat.XML)


def test_a_construct_is_turtle_and_nothing_else_is(graph: api.Graph) -> None:
    rows = graph.query("body-population-network")
    read = rdflib.Graph().parse(data=render_rows(rows, form="ttl"), format="turtle")
    assert len(read) == len(rows) == 32
    with pytest.raises(UsageError, match="for CONSTRUCT"):
        render_rows(graph.query("outline"), form="ttl")


def test_markdown_keeps_its_columns() -> None:
    rows = Rows(columns=("a", "b"), rows=(("x|y\n*z*", 1), (None, "[科](b)")))
    lines = render_rows(rows, form="md").splitlines()
    assert lines[2:] == ["| x\\|y\\\\u000a\\*z\\* | 1 |", "|  | \\[科\\](b) |"]


def test_spreadsheets_are_given_no_formula() -> None:
    rows = Rows(columns=("a", "b"), rows=(("=HYPERLINK(1)", -5), ("@x", "省科协"), ("+1", None)))
    data = render_rows(rows, form="csv", excel=True)
    assert list(csv.reader(io.StringIO(data.removeprefix("\ufeff"), newline="")))[1:] == [
        ["'=HYPERLINK(1)", "-5"],
        ["'@x", "省科协"],
        ["'+1", ""],
    ]
    assert "'" not in render_rows(rows, form="csv")


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "xml", "md"])
def test_every_query_is_written_in_every_format(form: Any, graph: api.Graph) -> None:
    for name, template in load_templates().items():
        if not any(p.required for p in template.params):
            assert render_rows(graph.query(name), form=form).endswith("\n")


@whole("asks rdflib, which is slow")
# -- exports ------------------------------------------------------------------------------------------------------
def test_what_sib_is_given_runs_and_answers_questions_about_queries(graph: api.Graph) -> None:
    data = rdflib.Graph().parse(data=to_sib(load_templates().values(), endpoint="http://x/sparql"), format="turtle")
    sh = "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX schema: <https://schema.org/> "
    found = data.query(sh + "SELECT ?q ?text { ?q a sh:SPARQLExecutable ; sh:select|sh:ask|sh:construct ?text }")
    assert len(found) == len(load_templates())
    for node, text in found:  # type: ignore[misc]
        name = str(node).rpartition("/")[2]
        template = load_templates()[name]
        assert (
            graph.store(template.graph).answer(str(text)).rows == graph.store(template.graph).answer(template.text).rows
        )
    about = sh + 'SELECT ?q { ?q schema:keywords "comparison" ; schema:target <http://x/sparql> } ORDER BY ?q'
    compared = sorted(name for name, template in load_templates().items() if "comparison" in template.tags)
    assert {"compare-plans", "equal-actions"} < set(compared)
    assert [str(row[0]).rpartition("/")[2] for row in data.query(about)] == compared  # type: ignore[index]


def test_what_grlc_is_given_is_the_same_query_with_its_parameters(graph: api.Graph) -> None:
    """grlc puts the value of a parameter where its variable stands, and leaves an optional one that is not given."""
    template = load_templates()["actions-of-body"]
    text = to_grlc(template, endpoint="http://x/sparql") or ""
    assert text.startswith('#+ summary: "Which actions')
    assert "VALUES" not in text
    assert [grlc_name(p) for p in template.params] == ["_body_iri", "__plan_iri", "__role_iri", "__lang"]
    bound = re.sub(r"\?_body_iri\b", "<https://w3id.org/gplan/id/body/990000-jyt>", text)
    assert graph.store("asserted").select(bound).rows == graph.query("actions-of-body", body="省教育厅").rows
    asks = [name for name, t in load_templates().items() if to_grlc(t) is None]
    assert asks == [name for name, t in load_templates().items() if t.form == "ASK"]


def test_exports_are_written(tmp_path: Path) -> None:
    invoke("queries", "export", "--as", "sib", "-o", str(tmp_path / "q.ttl"))
    assert rdflib.Graph().parse(tmp_path / "q.ttl")
    invoke("queries", "export", "--as", "grlc", "-o", str(tmp_path))
    assert len(list(tmp_path.glob("*.rq"))) == len(load_templates()) - 1
    assert invoke("queries", "export", "--as", "md").startswith("# Saved queries")
    with pytest.raises(UsageError, match="needs a folder"):
        invoke("queries", "export", "--as", "grlc")


# -- hints and folders --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "wrong", "near"),
    [
        ("ASK { ?a a gplan:Acton }", "gplan:Acton is no term of the ontology", "gplan:Action"),
        ("ASK { ?a gplan:role gplanv:role-leed }", "gplanv:role-leed is no term of the code lists", "gplanv:role-lead"),
        (f"ASK {{ ?a <{terms.GPLAN}asignee> ?b }}", "gplan:asignee is no term of the ontology", "gplan:assignee"),
    ],
)
def test_terms_that_are_not_ours_are_told_with_the_nearest(query: str, wrong: str, near: str) -> None:
    (line,) = hints(query)
    assert line.startswith(f"{wrong}; use one of: {near}")


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?a a gplan:Action ; gplan:role gplanv:role-lead }",
        "ASK { ?gplan:x a ?b . ?a ?p 'gplan:Acton' } # gplan:Nothing",
        "ASK { ?a ex:Acton ?b }",
    ],
)
def test_what_is_declared_or_not_ours_is_passed_over(query: str) -> None:
    assert hints(query) == []


def test_sparql_answers_every_form_and_hints(tmp_path: Path) -> None:
    out = CliRunner().invoke(cli, ["sparql", "SELECT ?a { ?a a gplan:Acton }", *FILES], standalone_mode=False)
    assert "gplan:Acton is no term" in out.stderr
    text = "DESCRIBE <https://example.org/gplan/id/action/plan0000000000aa.1.1>"
    described = rdflib.Graph().parse(data=invoke("sparql", text, *FILES, "--format", "ttl"), format="turtle")
    assert len(described) == 15  # as the file says of this action
    with pytest.raises(UsageError, match="--allow-remote"):
        invoke("sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", *FILES)
    with pytest.raises(InputError):
        invoke("sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", *FILES, "--allow-remote")
    with pytest.raises(UsageError, match="is an update"):
        invoke("sparql", "LOAD <http://127.0.0.1:1/>", *FILES, "--allow-remote")


def test_a_folder_of_ones_own_adds_queries(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    text = load_templates()["outline"].text.replace("id: outline", "id: my-outline")
    (own / "my-outline.rq").write_text(text, encoding="utf-8")
    assert "夯实基础" in invoke("query", "my-outline", "--queries", str(own), "--graph", MINI)
    assert "my-outline" in invoke("queries", "--queries", str(own))
    (own / "outline.rq").write_text(load_templates()["outline"].text, encoding="utf-8")
    with pytest.raises(InputError, match="a saved query outline already"):
        invoke("queries", "--queries", str(own))
    with pytest.raises(InputError, match="is not a folder"):
        invoke("queries", "--queries", str(tmp_path / "none"))


# -- commands -----------------------------------------------------------------------------------------------------
def test_values_are_listed_for_what_can_be_looked_up() -> None:
    rows = json.loads(invoke("queries", "values", "actions-of-body", "role", *FILES, "--format", "json"))
    assert rows[0] == {"labels": "cooperating · cooperating body · 配合单位", "iri": terms.GPLANV + "role-cooperating"}
    items = json.loads(invoke("queries", "values", "bodies-of-action", "item", *FILES, "--format", "json"))
    assert len(items) == 12
    with pytest.raises(UsageError, match="lang is any lang"):
        invoke("queries", "values", "bodies-of-action", "lang", *FILES)


def test_every_query_is_shown_with_an_answer() -> None:
    for name in load_templates():
        shown = invoke("queries", "show", name, *FILES)
        assert f"kgbuild query {name} --graph plan.trig" in shown
        assert "-----" in shown
    compared = invoke("queries", "show", "compare-plans", *FILES)
    assert "残疾人" in compared or "明水市" in compared or "各市人民政府" in compared


def test_exactly_one_thing_is_asked(tmp_path: Path) -> None:
    for where in ([], ["--graph", MINI, "--store", str(tmp_path)]):
        with pytest.raises(UsageError, match="give --graph, --store or --endpoint"):
            invoke("query", "outline", *where)


def test_query_cites_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    chart = tmp_path / "c.svg"
    args = ["query", "workload-by-kind", *FILES, "--cite", "--format", "csv", "--chart", str(chart)]
    out = invoke(*args, "--source", str(DATA / "mini.txt"), "--source", str(DATA / "later.txt"))
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["citedAt"] for row in rows if row["kind"] == "事业单位"] == ["18:25"]
    assert chart.read_text(encoding="utf-8").startswith("<svg")


def test_store_commands(tmp_path: Path) -> None:
    place = str(tmp_path / "s")
    assert invoke("store", "load", place, MINI, FILES[3]).split() == ["7ad32c73228f6792", "e3b3c9cf3c6b266f"]
    assert invoke("query", "coverage", "--store", place) == invoke("query", "coverage", *FILES)
    assert invoke("sparql", "ASK { ?a a gplan:Action }", "--store", place).split()[-1] == "true"
    invoke("store", "drop", place, "e3b3c9cf3c6b266f")
    assert [r["key"] for r in json.loads(invoke("store", "list", place, "--format", "json"))] == ["7ad32c73228f6792"]


# -- Python -------------------------------------------------------------------------------------------------------
def test_rows_become_data_frames_with_types(graph: api.Graph) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    rows = graph.query("deadlines")
    frame = rows.to_pandas()
    assert list(frame.columns) == list(rows.columns)
    assert frame["start"].sum() == 166 + 113 + 47
    assert isinstance(frame, pandas.DataFrame)
    table = rows.to_polars()
    assert table.schema["deadline"] == polars.Date
    assert table["start"].to_list() == [166, 113, 47]
    assert graph.query("indicator-targets").to_polars()["value"].to_list() == [
        value_of(terms.decimal(v)) for v in (95, 2)
    ]


def test_a_missing_library_is_told(graph: api.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(UsageError, match="pip install pandas"):
        graph.query("outline").to_pandas()


def test_notebooks_are_given_a_table_that_runs_nothing() -> None:
    html = Rows(columns=("<a>",), rows=(("<script>alert(1)</script>",), (None,), (True,)), truncated=True)._repr_html_()
    assert "<script>" not in html
    assert html.count("<tr>") == 4
    assert html.endswith("<p>…</p>")

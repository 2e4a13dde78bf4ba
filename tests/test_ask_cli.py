"""The commands query, queries, sparql, verify; and the tables that they print."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.cli.ask import queries, query, sparql
from kgbuild.cli.verify import verify
from kgbuild.errors import InputError, UsageError
from kgbuild.queries.table import render_rows, text_width, to_csv, to_json, to_table, with_places
from kgbuild.store import Iri, Rows

DATA = Path(__file__).parent / "data"
MINI, SOURCE = str(DATA / "mini.ttl"), str(DATA / "mini.txt")


def run(command: click.Command, *args: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(command, args, input=stdin, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


# -- query --------------------------------------------------------------------------------------------------------
def test_query_prints_a_table_of_the_answer() -> None:
    out = run(query, "bodies-of-action", "--graph", MINI, "-p", "item=3").stdout
    assert out.splitlines() == [
        "path       part  position  asFound   canonical     role      start",
        "---------  ----  --------  --------  ------------  --------  -----",
        "二/(二)/3               1  省商务厅  云岭省商务厅  责任单位    275",
        "二/(二)/3               2  省供销社                责任单位    280",
    ]


@pytest.mark.parametrize(("form", "chinese"), [("table", True), ("md", True), ("csv", False), ("json", False)])
def test_tables_in_chinese_have_chinese_headings(form: str, *, chinese: bool) -> None:
    args = ("bodies-of-action", "--graph", MINI, "-p", "item=3", "--lang", "zh", "--format", form)
    out = run(query, *args).stdout
    assert ("单位的角色" in out, "role" in out) == (chinese, not chinese)


def test_query_writes_csv_for_spreadsheets_with_places() -> None:
    result = run(query, "action-table", "--graph", MINI, "--excel", "--source", SOURCE, "-p", "item=一/1")
    data = result.stdout_bytes
    assert data.startswith(b"\xef\xbb\xbfdocument,path,text,asFound,")
    assert data.count(b"\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    text = Path(SOURCE).read_text(encoding="utf-8")
    for row in rows:
        line, column = map(int, row["lineColumn"].split(":"))
        assert text.splitlines()[line - 1][column - 1 :].startswith(row["asFound"])
        assert text[int(row["start"]) :].startswith(row["asFound"])


def test_query_writes_json_and_labels_in_the_language_asked_for() -> None:
    out = run(query, "workload-of-bodies", "--graph", MINI, "--format", "json", "--lang", "en", "--limit", "1")
    assert json.loads(out.stdout) == [
        {
            "name": "云岭省农业农村厅",
            "kind": "government department",
            "byName": 3,
            "lead": 0,
            "cooperating": 1,
            "byExpansion": 0,
        }
    ]
    assert "only the first 1 rows" in out.stderr


def test_graphs_come_from_stdin_and_from_several_files() -> None:
    data = Path(MINI).read_text(encoding="utf-8")
    once = run(query, "outline", "--graph", "-", stdin=data).stdout
    assert once == run(query, "outline", "--graph", MINI, "--graph", MINI).stdout
    assert once.count("\n") == 6


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        (["outlines", "--graph", MINI], UsageError, "use one of: outline"),
        (["outline", "--graph", MINI, "-p", "plan"], UsageError, "write -p NAME=VALUE"),
        (["outline", "--graph", "none.ttl"], InputError, "none.ttl: cannot be read"),
        (["outline", "--graph", SOURCE], InputError, "mini.txt:1:1: is not TriG"),
        (["outline", "--graph", MINI, "--source", SOURCE], UsageError, "no column start"),
        (["action-table", "--graph", MINI, "--source", MINI], InputError, "is not the text of the graph"),
        (["action-table", "--graph", MINI, "--source", "none.txt"], InputError, "none.txt: cannot be read"),
        (["outline", "--graph", MINI, "--format", "json", "--excel"], UsageError, "--excel: is CSV"),
        (["outline"], UsageError, "give --graph, --store or --endpoint"),
        (["outline", "--graph", MINI, "--limit", "0"], click.UsageError, "range"),
    ],
)
def test_mistakes_are_errors_of_ours(args: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        run(query, *args)
    assert message in str(caught.value)


# -- queries ------------------------------------------------------------------------------------------------------
def test_queries_lists_by_tag_and_language() -> None:
    out = json.loads(run(queries, "--format", "json", "--tag", "responsibility", "--lang", "zh").stdout)
    row = next(row for row in out if row["name"] == "bodies-of-action")
    assert row["question"].startswith("某条行动由哪些单位负责？")
    assert row["params"] == "item=ITEM… [plan=IRI…] [lang=LANG]"
    assert all("responsibility" in row["tags"].split() for row in out)
    assert 5 < len(out) < len(json.loads(run(queries, "--format", "json").stdout))
    with pytest.raises(UsageError, match="use one of: responsibility"):
        run(queries, "--tag", "responsability")


def test_queries_shows_one_in_full() -> None:
    out = run(queries, "show", "outline").stdout
    assert out.startswith("outline\nWhat is the outline of a plan, ")
    assert "  heading: heading without its number\n" in out
    assert "SELECT ?order ?level" in out
    assert "#+" not in out


# -- sparql -------------------------------------------------------------------------------------------------------
def test_sparql_runs_a_query_of_ones_own(tmp_path: Path) -> None:
    text = "SELECT ?p { ?a gplan:targets/skos:prefLabel ?p FILTER(LANG(?p) = 'zh') } ORDER BY ?p"
    file = tmp_path / "q.rq"
    file.write_text(text, encoding="utf-8")
    inferred = ["--graph", MINI, "--inferred", "--format", "csv"]
    assert run(sparql, text, "--graph", MINI, "--format", "csv").stdout_bytes == b"p\r\n"
    assert run(sparql, text, *inferred).stdout_bytes == "p\r\n乡村教师\r\n返乡青年\r\n".encode()
    assert run(sparql, str(file), *inferred).stdout == run(sparql, "-", *inferred, stdin=text).stdout
    with pytest.raises(InputError, match=r"none\.rq: cannot be read"):
        run(sparql, "none.rq", *inferred)


def test_sparql_ends_at_its_deadline() -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l) }"
    with pytest.raises(InputError, match=r"stopped after 0\.5 s"):
        run(sparql, endless, "--graph", MINI, "--timeout", "0.5")


@pytest.mark.parametrize("command", [query, queries, queries.commands["show"], sparql, verify])
def test_help_has_one_example_and_ascii_metavars(command: click.Command) -> None:
    out = CliRunner().invoke(command, ["--help"]).stdout
    assert out.count("Example:\n    kgbuild ") == 1
    assert out.isascii()


# -- tables -------------------------------------------------------------------------------------------------------
cells = st.one_of(st.none(), st.integers(), st.text(max_size=30), st.text("科协（）：ab　", max_size=30))
tables = st.lists(st.tuples(cells, cells, cells), max_size=6).map(
    lambda rows: Rows(columns=("a", "b", "c"), rows=tuple(rows))
)


@given(tables, st.integers(min_value=40, max_value=120))
def test_a_table_fits_and_loses_nothing(rows: Rows, width: int) -> None:
    narrow, wide = to_table(rows, width=width).splitlines(), to_table(rows).splitlines()
    assert max(map(text_width, narrow)) <= width
    del narrow[1], wide[1]  # the rule under the heads
    assert Counter("".join("".join(narrow).split())) == Counter("".join("".join(wide).split()))
    for row, line in zip(rows.rows, wide[1:], strict=True):
        for value in row:
            text = "" if value is None else str(value)
            assert text.rstrip() in line or not text.isprintable()


@given(tables)
def test_columns_line_up(rows: Rows) -> None:
    head, rule, *body = to_table(rows).splitlines()
    edges = [i for i, c in enumerate(rule) if c == " "]
    assert text_width(rule) == len(rule)
    assert len(body) == len(rows)
    for line in (head, *body):
        columns = "".join(c if text_width(c) == 1 else c + "\x00" for c in line if text_width(c))
        assert all(columns[i : i + 1] in (" ", "") for i in edges)


@given(tables)
def test_csv_gives_the_cells_back(rows: Rows) -> None:
    head, *body = csv.reader(io.StringIO(to_csv(rows), newline=""))
    assert head == list(rows.columns)
    assert body == [["" if v is None else str(v) for v in row] for row in rows.rows]


def test_values_are_written_by_type() -> None:
    rows = Rows(
        columns=("i", "d", "n", "b", "u", "x"),
        rows=(
            (Iri("https://w3id.org/gplan/vocab#role-lead"), date(2024, 3, 8), Decimal("0.70"), True, None, "\x1b[1m"),
        ),
    )
    line = "https://w3id.org/gplan/vocab#role-lead,2024-03-08,0.70,true,,\x1b[1m\r\n"
    assert render_rows(rows, form="csv") == "i,d,n,b,u,x\r\n" + line
    assert json.loads(to_json(rows)) == [
        {
            "i": "https://w3id.org/gplan/vocab#role-lead",
            "d": "2024-03-08",
            "n": 0.7,
            "b": True,
            "u": None,
            "x": "\x1b[1m",
        }
    ]
    assert to_table(rows).splitlines()[-1].split() == ["gplanv:role-lead", "2024-03-08", "0.70", "true", "\\u001b[1m"]


def test_a_decimal_that_json_readers_would_round_keeps_its_digits() -> None:
    exact = "12345678901234567890.12345"
    assert json.loads(to_json(Rows(columns=("n",), rows=((Decimal(exact),),)))) == [{"n": exact}]


@pytest.mark.parametrize(("end", "starts"), [("\n", (3, 6)), ("\r\n", (4, 8)), ("\r", (3, 6))])
def test_places_count_lines_of_every_kind(end: str, starts: tuple[int, int]) -> None:
    text = end.join(("甲乙", "丙丁", "\u2028戊"))
    rows = Rows(columns=("start", "x"), rows=((1, "a"), (starts[0], "b"), (starts[1] + 1, "c"), (None, "d")))
    placed = with_places(rows, text)
    assert placed.columns == ("start", "lineColumn", "x")
    assert [row[1] for row in placed.rows] == ["1:2", "2:1", "3:2", None]

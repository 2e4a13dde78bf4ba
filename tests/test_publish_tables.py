"""Tables and networks of a release, read by other libraries: they say what the graph says."""

from __future__ import annotations

import csv
import re
import sqlite3
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import csvw
import networkx as nx
import polars as pl
import pytest
import rdflib
from tests.releases import CONFIG, DAY, graph_of
from tests.support import whole

from kgbuild import api, terms
from kgbuild.errors import InputError
from kgbuild.publish.tables import tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.api import Release


def as_text(value: Any) -> str:
    if hasattr(value, "unsplit"):  # an IRI
        return str(value.unsplit())
    if isinstance(value, datetime) and value.tzinfo is None:  # csvw reads a day as its midnight
        return value.date().isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


@whole("asks csvw, which is slow")
def test_csv_on_the_web_gives_the_triples_of_the_graph(release: Release) -> None:
    group = csvw.TableGroup.from_file(release.folder / "tables" / "metadata.json")
    assert group.check_referential_integrity()
    graph, found, nodes = graph_of(release), set(), set()
    for table in group.tables:
        assert table.check_primary_key()
        columns = {c.name: c for c in table.tableSchema.columns}
        for row in table.iterdicts(log=None, strict=True):
            node = rdflib.URIRef(as_text(row["id"]))
            nodes.add(node)
            for name, cell in row.items():
                for value in cell if isinstance(cell, list) else [cell]:
                    if value is not None and name not in ("id", "type"):
                        found.add((node, str(columns[name].propertyUrl), as_text(value), _lang(columns[name])))
    expected = {
        (s, str(p), _plain(o), getattr(o, "language", None) or "")
        for s, p, o in graph
        if s in nodes and p != rdflib.RDF.type
    }
    assert {(s, p, _number(o), lang) for s, p, o, lang in found} == expected
    ours = {s for s, o in graph.subject_objects(rdflib.RDF.type) if str(o).startswith(terms.GPLAN)}
    assert nodes == ours


def _lang(column: Any) -> str:
    return "" if column.lang in (None, "und") else str(column.lang)


def _number(text: str) -> str:
    return text.removesuffix(".0").removesuffix("0") if text.replace(".", "").isdigit() and "." in text else text


def _plain(term: Any) -> str:
    if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.dateTime:
        return str(term.toPython())
    return _number(str(term))


def test_parquet_and_sqlite_hold_what_csv_holds(release: Release) -> None:
    folder = release.folder / "tables"
    db = sqlite3.connect(f"file:{folder / 'plans.sqlite'}?mode=ro&immutable=1", uri=True)
    group = csvw.TableGroup.from_file(folder / "metadata.json")
    for table in group.tables:
        name = str(table.url).removesuffix(".csv")
        frame = pl.read_parquet(folder / f"{name}.parquet")
        rows = list(table.iterdicts(log=None, strict=True))
        lists = {c.name for c in table.tableSchema.columns if c.separator and c.name != "type"}
        single = [c for c in frame.columns if c not in lists]
        columns = ", ".join(f'"{c}"' for c in single)
        of_sql = db.execute(f'SELECT {columns} FROM "{name}"').fetchall()  # noqa: S608
        assert [r[0] for r in of_sql] == list(frame["id"]) == [as_text(row["id"]) for row in rows]
        for at, column in enumerate(single):
            if column != "type":
                assert [r[at] for r in of_sql] == [None if v is None else v for v in frame[column].to_list()], column
        for column in lists:
            pairs = {(as_text(row["id"]), as_text(v)) for row in rows for v in row[column] or ()}
            of_list = db.execute(f'SELECT id, value FROM "{name}_{column}"').fetchall()  # noqa: S608
            assert {(i, as_text(v)) for i, v in of_list} == pairs, (name, column)
            nested = zip(frame["id"].to_list(), frame[column].to_list(), strict=True)
            assert {(i, as_text(v)) for i, values in nested for v in values or ()} == pairs
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_question_in_sql(facts: Release) -> None:
    db = sqlite3.connect(facts.folder / "tables" / "plans.sqlite")
    found = db.execute(
        "SELECT b.prefLabel_zh FROM Action a JOIN Action_assignedTo r ON r.id = a.id JOIN Body b ON b.id = r.value "
        "WHERE a.itemPath = '二/(二)/7' ORDER BY 1"
    ).fetchall()
    assert found == [("云岭省残疾人联合会",), ("云岭省民政厅",)]
    said = db.execute("SELECT label_zh, label_en FROM about_columns WHERE column = 'assignedTo'").fetchone()
    assert said[1] == "assigned to"


def test_odd_values_keep_their_words_and_their_columns() -> None:
    thing, action = "<https://example.org/id/action/1>", terms.gplan("Action")
    odd = [
        (thing, terms.TYPE, action),
        (thing, "<http://purl.org/dc/terms/type>", '"a|b"'),
        (thing, "<http://purl.org/dc/terms/type>", '"c"'),
        (thing, terms.gplan("itemOrder"), terms.literal("9" * 40, datatype=f"{terms.XSD}integer")),
        (thing, terms.gplan("itemPath"), terms.literal('x,"y"\nz')),
        (thing, "<http://example.org/itempath>", '"other"'),
    ]
    (table,) = tables_of(odd)
    assert [(c.kind, c.is_list) for c in table.columns if c.name == "itemOrder"] == [("string", False)]
    assert len({c.name.casefold() for c in table.columns}) == len(table.columns) == 4
    assert not {"id", "type"} & {c.name for c in table.columns}


NEO4J_FIELD = re.compile(r"[A-Za-z_]\w*:(?P<type>string|long|double|boolean|date)(?P<list>\[\])?")
NEO4J_VALUES = {
    "string": re.compile(r".*", re.DOTALL),
    "long": re.compile(r"-?\d+"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
}
"""Headers and values as the manual of `neo4j-admin database import` has them."""


def test_the_network_is_the_direct_relations(facts: Release) -> None:
    graph = graph_of(facts)
    network = nx.read_graphml(facts.folder / "network" / "plans.graphml", force_multigraph=True)
    kinds = set(nx.get_node_attributes(network, "kind").values())
    assert {"Action", "Body", "TargetPopulation", "OfficialDocument", "Initiative"} <= kinds
    edges = {(a, terms.GPLAN + data["relation"], b) for a, b, data in network.edges(data=True)}
    triples = {(str(s), str(p), str(o)) for s, p, o in graph}
    skos = {(a, p.replace(terms.GPLAN, terms.SKOS), b) for a, p, b in edges - triples}
    assert skos <= triples
    assert {p for _, p, _ in skos} == {f"{terms.SKOS}broader"}
    with (facts.folder / "network" / "neo4j" / "relations.csv").open(encoding="utf-8", newline="") as f:
        head, *rows = csv.reader(f)
    assert head == [":START_ID", ":END_ID", ":TYPE"]
    assert {(a, terms.GPLAN + r, b) for a, b, r in rows} == edges
    nodes = set()
    for file in sorted((facts.folder / "network" / "neo4j").glob("[A-Z]*.csv")):
        with file.open(encoding="utf-8", newline="") as f:
            head, *rows = csv.reader(f)
        assert (head[0], head[-1]) == ("iri:ID", ":LABEL")
        assert all(len(row) == len(head) for row in rows)
        for n, field in enumerate(head[1:-1], 1):
            kind = NEO4J_FIELD.fullmatch(field)
            assert kind, field
            values = [v for row in rows for v in (row[n].split("\x1f") if kind["list"] else [row[n]]) if v]
            assert all(map(NEO4J_VALUES[kind["type"]].fullmatch, values)), field
        assert all(re.fullmatch(r"[A-Za-z]+(\x1f[A-Za-z]+)*", row[-1]) for row in rows)
        nodes |= {row[0] for row in rows}
    assert {n for a, _, b in edges for n in (a, b)} <= nodes == set(network)


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch, graphs: Path, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install '.\[publish\]'"):
        api.publish([graphs], tmp_path / "a", day=DAY, config=CONFIG)
    assert list(tmp_path.iterdir()) == []

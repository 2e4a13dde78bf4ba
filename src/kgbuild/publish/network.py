"""The data set as a network: GraphML for Gephi and similar tools, CSV for import into Neo4j.

Nodes are documents, sections, actions, bodies, populations, initiatives and divisions; edges are the direct relations
between them in the graph of facts.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import extra_missing
from kgbuild.graph.serialise import NOT_XML
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.tables import ClassTable, Column, tables_of
from kgbuild.publish.words import NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material

_NODES = (
    *("OfficialDocument", "Section", "Action", "Body", "BodyGroup", "TargetPopulation", "Initiative"),
    *("AdministrativeDivision", "IndicatorTarget"),
)
_NEO4J_TYPES = {"integer": "long", "decimal": "double", "boolean": "boolean", "date": "date"}
_INSIDE = "\x1f"
"""Separates the values of a list for Neo4j (see `import.sh`); no document contains this control character."""


def make(material: Material, _written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the GraphML file and the files for Neo4j.

    Raises:
        InputError: networkx is not installed.
    """
    tables = [t for t in tables_of(material.all_facts) if t.name in _NODES]
    yield ReleaseFile(
        path="network/plans.graphml", data=graphml_of(tables), media="application/graphml+xml",
        title=NETWORKS["graphml"], is_data=True,
    )  # fmt: skip
    for table in tables:
        yield ReleaseFile(path=f"network/neo4j/{table.name}.csv", data=neo4j_nodes(table), media="text/csv")
    yield ReleaseFile(path="network/neo4j/relations.csv", data=neo4j_relations(tables), media="text/csv")
    yield ReleaseFile(
        path="network/neo4j/import.sh", data=neo4j_import(tables).encode(), media="text/x-shellscript",
        title=NETWORKS["neo4j"],
    )  # fmt: skip


def edges_of(tables: Iterable[ClassTable]) -> list[tuple[str, str, str]]:
    """Return the edges between the things of some tables: source, target, local name of the property; sorted."""
    tables = list(tables)
    nodes = {node for table in tables for node in table.rows}
    return sorted(
        (node, to, column.name)
        for table in tables
        for column in table.columns
        if column.kind == "iri"
        for node, row in table.rows.items()
        for to in row.get(column.name, ())
        if to in nodes
    )


def graphml_of(tables: Iterable[ClassTable]) -> bytes:
    """Return the network as GraphML; nodes have `label`, `label_en` and `kind`, edges have `relation`.

    Raises:
        InputError: networkx is not installed.
    """
    try:
        import networkx as nx
    except ImportError as e:
        raise extra_missing(e, "publish", where="publish (or --without network)") from e
    graph = nx.MultiDiGraph()
    tables = list(tables)
    for table in tables:
        for node, row in table.rows.items():
            names = {lang: NOT_XML.sub("\ufffd", _name(row, lang)) for lang in ("zh", "en")}
            label = names["zh"] or names["en"] or node.rpartition("/")[2]
            graph.add_node(node, label=label, label_en=names["en"] or label, kind=table.name)
    for start, end, relation in edges_of(tables):
        graph.add_edge(start, end, key=relation, relation=relation)
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def _name(row: object, lang: str) -> str:
    values = row if isinstance(row, dict) else {}
    for column in (f"prefLabel_{lang}", f"label_{lang}", f"title_{lang}", "indicatorName"):
        if found := values.get(column):
            return str(found[0])
    return ""


def neo4j_nodes(table: ClassTable) -> bytes:
    """Return a table as CSV of nodes for `neo4j-admin database import`; the edges are in a separate file."""
    columns = [c for c in table.columns if c.kind != "iri"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["iri:ID", *(_head(c) for c in columns), ":LABEL"])
    for node, row in table.rows.items():
        labels = _INSIDE.join(sorted({table.name, *table.types[node]}))
        writer.writerow([node, *(_INSIDE.join(row.get(c.name, ())) for c in columns), labels])
    return out.getvalue().encode()


def _head(column: Column) -> str:
    return f"{column.name}:{_NEO4J_TYPES.get(column.kind, 'string')}{'[]' if column.is_list else ''}"


def neo4j_relations(tables: Iterable[ClassTable]) -> bytes:
    """Return the edges as CSV for `neo4j-admin database import`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([":START_ID", ":END_ID", ":TYPE"])
    writer.writerows(edges_of(tables))
    return out.getvalue().encode()


def neo4j_import(tables: Iterable[ClassTable]) -> str:
    """Return a shell script that imports the files into an empty database."""
    nodes = " ".join(f"--nodes={table.name}.csv" for table in tables)
    return (
        "#!/bin/sh\n# Imports the files beside this one into the empty database that is named, or into `neo4j`.\n"
        f'cd "$(dirname "$0")" && exec neo4j-admin database import full {nodes} --relationships=relations.csv '
        '--array-delimiter=U+001F --multiline-fields=true "${1:-neo4j}"\n'
        f"# kgbuild; the IRIs begin with {terms.ID} for registers\n"
    )

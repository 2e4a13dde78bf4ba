"""The data set as tables, one for each class: CSV with CSVW metadata, Parquet, and one SQLite database.

Rows are instances, columns are properties, with a column per language for language-tagged text. Tables are lossless:
a property with several values is a list, in SQLite a table of its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.errors import extra_missing
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.words import TABLES
from kgbuild.store import load_schema
from kgbuild.terms import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.model import Triple
    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material

_GROUPING = frozenset({"QualifiedStatement", "ResponsibleParty"})
"""Classes whose subclasses have tables of their own; other classes share one table with their subclasses."""
_SUBCLASS, _LABEL, _COMMENT = (f"<{terms.RDFS}{n}>" for n in ("subClassOf", "label", "comment"))
_XSD = f"^^<{terms.XSD}"
_NUMBERS = {
    "integer": re.compile(r"[+-]?\d{1,18}"),
    "decimal": re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?"),
    "boolean": re.compile("true|false"),
}
_SEPARATORS = ("|", "¦", "‖", "\u241f", "\x1f")
_MEDIA = {
    "csv": "text/csv",
    "csvw": "application/csvm+json",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a class table.

    Attributes:
        name: Column name, ending in the language for language-tagged text (`label_zh`).
        property: IRI of the property.
        kind: `iri` or the local name of an XML Schema datatype; `string` if the values have several types.
        lang: Language tag, '' for none.
        is_list: Whether any instance has more than one value.
    """

    name: str
    property: str
    kind: str
    lang: str = ""
    is_list: bool = False


@dataclass(frozen=True, kw_only=True)
class ClassTable:
    """The instances of a class.

    Attributes:
        name: Local name of the class.
        columns: The columns after `id` and `type`.
        rows: Sorted values by column, by IRI of the instance.
        types: Local names of the most specific classes of each instance, by its IRI.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Mapping[str, Mapping[str, Sequence[str]]]
    types: Mapping[str, Sequence[str]]


def tables_of(triples: Iterable[Triple]) -> list[ClassTable]:
    """Return the tables of a graph, sorted by name.

    Args:
        triples: The graph; nodes without a class of the kgbuild ontology are left out.
    """
    tree = _Tree(load_schema().class_tree)
    by_subject: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for s, p, o in triples:
        if p == TYPE and o.startswith(f"<{terms.GPLAN}"):
            classes[s].add(o[1 + len(terms.GPLAN) : -1])
        elif p != TYPE:
            by_subject[s].append((p, o))
    members: defaultdict[str, list[str]] = defaultdict(list)
    for s, its in classes.items():
        for table in {tree.table(c) for c in its} - {""}:
            members[table].append(s)
    return [
        _table(name, sorted(nodes, key=terms.bare), by_subject, {s: sorted(tree.lowest(classes[s])) for s in nodes})
        for name, nodes in sorted(members.items())
    ]


class _Tree:
    """The class hierarchy of the ontology by local name."""

    def __init__(self, class_tree: Iterable[Triple]) -> None:
        ours = f"<{terms.GPLAN}"
        cut = len(ours)
        self._above = {s[cut:-1]: o[cut:-1] for s, _, o in class_tree if s.startswith(ours) and o.startswith(ours)}

    def table(self, cls: str) -> str:
        """Return the class that names the table of a class, '' for none."""
        if cls in _GROUPING:
            return ""
        above = self._above.get(cls)
        return cls if above is None or above in _GROUPING else self.table(above)

    def lowest(self, classes: set[str]) -> set[str]:
        """Return the classes of a set that have no subclass in it."""
        above: set[str] = set()
        for cls in classes:
            while (parent := self._above.get(cls)) is not None:
                above.add(parent)
                cls = parent  # noqa: PLW2901 - walking up
        return classes - above


def _table(
    name: str,
    nodes: Sequence[str],
    by_subject: Mapping[str, list[tuple[str, str]]],
    types: dict[str, list[str]],
) -> ClassTable:
    rows: dict[str, dict[str, list[str]]] = {}
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    made: dict[str, tuple[str, str]] = {}
    names = _names({p for s in nodes for p, _ in by_subject.get(s, ())})
    for s in nodes:
        row: defaultdict[str, list[str]] = defaultdict(list)
        for p, o in by_subject.get(s, ()):
            value, kind, lang = _parts(o)
            column = names[p] + (f"_{lang}" if lang else "")
            made[column] = (p, lang)
            kinds[column].add(kind)
            row[column].append(value)
        rows[terms.bare(s)] = {column: sorted(values) for column, values in row.items()}
    columns = tuple(
        Column(
            name=column,
            property=terms.bare(p),
            kind=min(kinds[column]) if len(kinds[column]) == 1 else "string",
            lang=lang,
            is_list=any(len(row.get(column, ())) > 1 for row in rows.values()),
        )
        for column, (p, lang) in sorted(made.items(), key=lambda item: _order(item[0]))
    )
    return ClassTable(name=name, columns=columns, rows=rows, types={terms.bare(s): its for s, its in types.items()})


def _names(predicates: Iterable[str]) -> dict[str, str]:
    """Return a column name for each property; names of our ontology take precedence, since SQL ignores case."""
    taken, names = {"id", "type"}, {}
    for p in sorted(predicates, key=lambda p: (not p.startswith(f"<{terms.GPLAN}"), p)):
        name = _local(p)
        if name.casefold() in taken or not name.isidentifier():
            name = f"p{terms.h(p)}"
        taken.add(name.casefold())
        names[p] = name
    return names


_FIRST = ("label", "prefLabel", "title", "altLabel", "definition", "comment")


def _order(column: str) -> tuple[int, str]:
    stem = column.partition("_")[0]
    return (_FIRST.index(stem) if stem in _FIRST else len(_FIRST), column)


def _local(predicate: str) -> str:
    return predicate[max(predicate.rfind("#"), predicate.rfind("/")) + 1 : -1]


def _parts(term: str) -> tuple[str, str, str]:
    """Return value, kind and language of an object."""
    if not term.startswith('"'):
        return terms.bare(term), "iri", ""
    behind = term[term.rindex('"') + 1 :]
    if behind.startswith("@"):
        return terms.lexical(term), "string", behind[1:]
    kind = behind[len(_XSD) : -1] if behind.startswith(_XSD) else "string"
    text = terms.lexical(term)
    # A literal that is not a valid number of its datatype is kept as text.
    return text, kind if kind not in _NUMBERS or _NUMBERS[kind].fullmatch(text) else "string", ""


# -- the part -----------------------------------------------------------------------------------------------------
def make(material: Material, _written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the CSV files with their metadata, the Parquet files and the SQLite database.

    Raises:
        InputError: pyarrow is not installed.
    """
    tables = tables_of(material.triples)
    words = _words()
    described = []
    for table in tables:
        data, described_as = csv_of(table, tables, words)
        described.append(described_as)
        yield ReleaseFile(path=f"tables/{table.name}.csv", data=data, media=_MEDIA["csv"])
    about = material.about
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": about.title.en,
        "dc:license": {"@id": about.licence},
        "dc:issued": {"@value": about.date, "@type": "xsd:date"},
        "tables": described,
    }
    text = json.dumps(metadata, ensure_ascii=False, indent=1) + "\n"
    yield ReleaseFile(
        path="tables/metadata.json", data=text.encode(), media=_MEDIA["csvw"], title=TABLES["csvw"],
        standard="http://www.w3.org/TR/tabular-metadata/", is_data=True,
    )  # fmt: skip
    yield ReleaseFile(
        path="tables/plans.sqlite", data=sqlite_of(tables, words), media=_MEDIA["sqlite"], title=TABLES["sqlite"],
        is_data=True,
    )  # fmt: skip
    for table in tables:
        yield ReleaseFile(path=f"tables/{table.name}.parquet", data=parquet_of(table), media=_MEDIA["parquet"])


def _words() -> dict[tuple[str, str], str]:
    """Return labels and comments of the terms of the ontology, by IRI and `label_zh`, `label_en`, `comment_zh`, …."""
    found = {}
    for s, p, o in load_schema().triples:
        if p in (_LABEL, _COMMENT) and "@" in o[-3:]:
            found[terms.bare(s), f"{_local(p)}_{o[-2:]}"] = terms.lexical(o)
    return found


# -- CSV ----------------------------------------------------------------------------------------------------------
def csv_of(
    table: ClassTable, tables: Iterable[ClassTable], words: Mapping[tuple[str, str], str]
) -> tuple[bytes, dict[str, Any]]:
    """Return a table as CSV and its CSVW metadata.

    Args:
        table: The table.
        tables: All tables, for the foreign keys.
        words: Labels and comments of the terms by IRI and key.
    """
    separators = {c.name: _separator(table, c) for c in table.columns if c.is_list}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["id", "type", *(c.name for c in table.columns)])
    for node, row in table.rows.items():
        cells = [separators.get(c.name, "").join(row.get(c.name, ())) for c in table.columns]
        writer.writerow([node, " ".join(table.types[node]), *cells])
    owners = {node: t.name for t in tables for node in t.rows}
    keys = []
    for c in table.columns:
        if c.kind == "iri" and not c.is_list:
            targets = {owners.get(v) for row in table.rows.values() for v in row.get(c.name, ())}
            if len(targets) == 1 and (target := targets.pop()):
                reference = {"resource": f"{target}.csv", "columnReference": "id"}
                keys.append({"columnReference": c.name, "reference": reference})
    schema: dict[str, Any] = {
        "aboutUrl": "{+id}",
        "primaryKey": "id",
        "columns": [
            {"name": "id", "titles": "id", "datatype": "anyURI", "required": True, "suppressOutput": True},
            {
                "name": "type", "titles": "type", "separator": " ", "propertyUrl": "rdf:type",
                "valueUrl": f"{terms.GPLAN}{{+type}}",
            },
            *(_column(c, separators.get(c.name, ""), words) for c in table.columns),
        ],
    }  # fmt: skip
    if keys:
        schema["foreignKeys"] = keys
    return out.getvalue().encode(), {
        "url": f"{table.name}.csv",
        **_labelled(f"{terms.GPLAN}{table.name}", words),
        "tableSchema": schema,
    }


def _column(column: Column, separator: str, words: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    described_as: dict[str, Any] = {"name": column.name, "titles": column.name, "propertyUrl": column.property}
    if column.kind == "iri":
        described_as |= {"datatype": "anyURI", "valueUrl": f"{{+{column.name}}}"}
    else:
        described_as["datatype"] = column.kind
    if column.lang:
        described_as["lang"] = column.lang
    if separator:
        described_as["separator"] = separator
    return described_as | _labelled(column.property, words)


def _labelled(iri: str, words: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    described_as = {}
    for name, key in (("rdfs:label", "label"), ("dc:description", "comment")):
        both = [{"@value": words[iri, f"{key}_{lang}"], "@language": lang}
                for lang in ("zh", "en") if (iri, f"{key}_{lang}") in words]  # fmt: skip
        if both:
            described_as[name] = both
    return described_as


def _separator(table: ClassTable, column: Column) -> str:
    """Return a separator for list values that occurs in none of the values."""
    if column.kind == "iri":
        return " "
    values = "".join(v for row in table.rows.values() for v in row.get(column.name, ()))
    return next((s for s in _SEPARATORS if s not in values), _SEPARATORS[-1])


# -- Parquet ------------------------------------------------------------------------------------------------------
def parquet_of(table: ClassTable) -> bytes:
    """Return a table as Parquet: lists, integers, decimals and booleans have native types, all else is text.

    Raises:
        InputError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as e:
        raise extra_missing(e, "publish", where="publish (or --without tables)") from e
    types = {"integer": pa.int64(), "decimal": pa.float64(), "boolean": pa.bool_()}
    arrays = {"id": pa.array(list(table.rows)), "type": pa.array([list(table.types[n]) for n in table.rows])}
    for c in table.columns:
        kind = types.get(c.kind, pa.string())
        cells = [[value(v, c.kind) for v in row.get(c.name, ())] for row in table.rows.values()]
        if c.is_list:
            arrays[c.name] = pa.array(cells, pa.list_(kind))
        else:
            arrays[c.name] = pa.array([cell[0] if cell else None for cell in cells], kind)
    out = io.BytesIO()
    parquet.write_table(pa.table(arrays), out, compression="zstd")
    return out.getvalue()


def value(text: str, kind: str) -> str | int | float | bool:
    """Convert the text of a cell to the Python type of its kind."""
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return float(text)
    return text == "true" if kind == "boolean" else text


# -- SQLite -------------------------------------------------------------------------------------------------------
_SQL_TYPES = {"integer": "INTEGER", "decimal": "REAL", "boolean": "INTEGER"}


def sqlite_of(tables: Iterable[ClassTable], words: Mapping[tuple[str, str], str]) -> bytes:
    """Return the tables as one SQLite database; a list column becomes a table `Class_property` of pairs.

    Args:
        tables: The tables.
        words: Labels and comments of the terms, stored in the table `about_columns`.
    """
    with sqlite3.connect(":memory:") as db:
        db.execute("PRAGMA page_size = 4096")
        described = []
        for table in tables:
            single = [c for c in table.columns if not c.is_list]
            columns = ", ".join(f'"{c.name}" {_SQL_TYPES.get(c.kind, "TEXT")}' for c in single)
            db.execute(
                f'CREATE TABLE "{table.name}" (id TEXT PRIMARY KEY, type TEXT{", " if columns else ""}{columns}) '
                "WITHOUT ROWID"
            )
            marks = ", ".join("?" * (2 + len(single)))
            db.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', _sql_rows(table, single))  # noqa: S608 - names of ours
            for c in table.columns:
                if c.is_list:
                    _sql_list(db, table, c)
                described.append((table.name, c.name, c.property, *(words.get((c.property, f"{key}_{lang}"))
                                  for key in ("label", "comment") for lang in ("zh", "en"))))  # fmt: skip
        db.execute(
            "CREATE TABLE about_columns (class TEXT, column TEXT, property TEXT, label_zh TEXT, label_en TEXT, "
            "definition_zh TEXT, definition_en TEXT)"
        )
        db.executemany("INSERT INTO about_columns VALUES (?, ?, ?, ?, ?, ?, ?)", described)
        db.commit()
        db.execute("VACUUM")
        return bytes(db.serialize())


def _sql_rows(table: ClassTable, columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    for node, row in table.rows.items():
        cells = (row.get(c.name) for c in columns)
        values = (value(cell[0], c.kind) if cell else None for c, cell in zip(columns, cells, strict=True))
        yield (node, " ".join(table.types[node]), *values)


def _sql_list(db: sqlite3.Connection, table: ClassTable, column: Column) -> None:
    name = f"{table.name}_{column.name}"
    db.execute(
        f'CREATE TABLE "{name}" (id TEXT REFERENCES "{table.name}" (id), value {_SQL_TYPES.get(column.kind, "TEXT")}, '
        "PRIMARY KEY (id, value)) WITHOUT ROWID"
    )
    db.executemany(
        f'INSERT INTO "{name}" VALUES (?, ?)',  # noqa: S608 - names of ours
        ((node, value(v, column.kind)) for node, row in table.rows.items() for v in row.get(column.name, ())),
    )
    db.execute(f'CREATE INDEX "{name}_value" ON "{name}" (value)')

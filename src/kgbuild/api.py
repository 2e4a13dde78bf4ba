"""The facade for Python users: `kgbuild.open(path).query("outline")`.

Composes the rooms below; holds no logic of its own.
"""

from __future__ import annotations

import difflib
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.config import data_dir, find_config, load_settings
from kgbuild.errors import InputError, UsageError
from kgbuild.queries.dataset import Dataset, Held
from kgbuild.queries.lookup import fold
from kgbuild.queries.table import with_places
from kgbuild.store import DiskStore, Iri, Rows, Store, read_quads, sources_of
from kgbuild.terms import gplan
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import rdflib

    from kgbuild.config import Settings
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import SourceText, Triple
    from kgbuild.pipeline import Built, Reasoner
    from kgbuild.proof.relocate import Relocation
    from kgbuild.proof.verify import VerifyReport
    from kgbuild.queries.run import Given
    from kgbuild.queries.template import GraphNeed
    from kgbuild.search import Index
    from kgbuild.store import Asked, Quad, Source
    from kgbuild.validate import Report
    from kgbuild.view.reading import Page

__all__ = [
    "Graph",
    "Result",
    "annotations_of",
    "bodies_named",
    "body_over_time",
    "build",
    "cite_rows",
    "connect",
    "doubts_of",
    "draw",
    "draw_diagram",
    "drop_from_store",
    "explain_graph",
    "find_text",
    "list_store",
    "load_store",
    "locate",
    "ontology",
    "open",
    "open_graphs",
    "open_store",
    "read_file",
    "read_query",
    "read_source",
    "relocate_graph",
    "verify_graph",
    "view_pages",
]

_SUBCLASS = f"<{terms.RDFS}subClassOf>"
_DOCUMENTS = f"""
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <{terms.RDFS}>
SELECT ?key ?number ?title WHERE {{
  ?document gplan:hasSourceText ?text ; rdfs:label ?title .
  FILTER(LANG(?title) = "zh")
  FILTER NOT EXISTS {{ ?notice gplan:transmits ?document }}
  OPTIONAL {{ ?document gplan:documentNumber ?number }}
  BIND(REPLACE(STR(?text), "^.*/text/", "") AS ?key)
}} ORDER BY ?number ?title ?key
"""


class Graph(Dataset):
    """A graph in memory.

    Args:
        quads: Quads as `kgbuild.store.read_quads` gives them.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads: tuple[Quad, ...] = tuple(quads)

    def __len__(self) -> int:
        return len(self.triples)

    @cached_property
    def triples(self) -> frozenset[Triple]:
        """The union of all graphs, inferred statements only as far as they were given."""
        return frozenset((s, p, o) for s, p, o, _ in self.quads)

    def store(self, graph: GraphNeed) -> Store:
        """Return the store that saved queries run on, with the class tree of the ontology beside the data.

        Args:
            graph: `asserted` for the graph as given, `full` for its closure.
        """
        return self._full if graph == "full" else self._asserted

    def free_store(self, *, inferred: bool) -> Store:
        """Return the store that free queries run on: as given, or with closure and class tree."""
        return self._full if inferred else Store(self.quads)

    def verify(self, *sources: SourceText) -> VerifyReport:
        """Compare every evidence span and every value with the sources; see `kgbuild.proof.verify`."""
        from kgbuild.proof.verify import verify

        return verify(self.quads, sources)

    def to_rdflib(self) -> rdflib.Graph:
        """Return the union of all graphs as an rdflib graph."""
        from kgbuild.graph.interchange import to_rdflib

        return to_rdflib(sorted(self.triples))

    @cached_property
    def _asserted(self) -> Store:
        store = Store(self.quads)
        store.add((*t, "") for t in ontology() if t[1] == _SUBCLASS)
        return store

    @cached_property
    def _full(self) -> Store:
        from kgbuild.graph.reason import close, compile_rules

        # Closing what is closed already adds nothing, so a file with inferred statements needs no case of its own.
        store = Store(self.quads)
        store.add((*t, "") for t in close(self.triples, compile_rules(ontology())))
        store.add((*t, "") for t in ontology() if t[1] == _SUBCLASS)
        return store


def ontology() -> list[Triple]:
    """Return the statements of our ontology."""
    return [(s, p, o) for s, p, o, _ in read_quads(data_dir("ontology") / "gplan.ttl")]


def open(path: str | Path) -> Graph:  # noqa: A001 - used as kgbuild.open, like gzip.open
    """Open a graph file of any format that we write; `-` is the standard input.

    Raises:
        InputError: the file cannot be read, or is not RDF.
    """
    return open_graphs([path])


def open_store(path: Path) -> Held:
    """Open a store that `kgbuild store load` filled, for reading.

    Raises:
        InputError: there is none.
    """
    return Held(DiskStore(path))


def connect(url: str, *, timeout: float = 60.0) -> Held:
    """Return an endpoint to be asked; see `kgbuild.store.endpoint`.

    Raises:
        UsageError: that is no address.
    """
    from kgbuild.store.endpoint import Endpoint

    return Held(Endpoint(url, timeout=timeout))


def load_store(place: str, files: Iterable[str | Path]) -> list[str]:
    """Load graph files into a store, each in place of what was loaded of its source; inferred graphs are made.

    Args:
        place: The folder of the store, or the http(s) address of a graph store.
        files: Graph files.

    Returns:
        The keys of the sources that were loaded.

    Raises:
        InputError: a file cannot be read, or its document is another than the store has under its key.
    """
    from kgbuild.store.endpoint import Endpoint

    remote = place.startswith(("http://", "https://"))
    target = Endpoint(place) if remote else DiskStore(Path(place), write=True)
    keys = []
    for file in files:
        for source in sources_of(read_quads("-" if str(file) == "-" else Path(file)), name=str(file)):
            whole = _with_closure(source)
            if isinstance(target, DiskStore):
                target.load(whole, [t for t in ontology() if t[1] == _SUBCLASS])
            else:
                for name, triples in whole.graphs.items():
                    target.put_graph(name, triples)
            keys.append(source.key)
    if isinstance(target, DiskStore):
        target.flush()
    return keys


def drop_from_store(place: str, keys: Iterable[str], *, base: str) -> None:
    """Drop sources from a store.

    Args:
        place: As for `load_store`.
        keys: Keys of the sources.
        base: Base of their graphs, which a graph store needs.

    Raises:
        InputError: there is no such source.
    """
    from kgbuild.store.disk import PARTS
    from kgbuild.store.endpoint import Endpoint

    if place.startswith(("http://", "https://")):
        endpoint = Endpoint(place)
        for key in keys:
            for part in PARTS:
                endpoint.delete_graph(f"{base}graph/{key}/{part}")
        return
    store = DiskStore(Path(place), write=True)
    for key in keys:
        store.drop(key)


def list_store(place: str) -> Rows:
    """Return the documents of a store or of an endpoint: key of the source, number, title.

    Raises:
        InputError: there is no store, or the endpoint does not answer.
    """
    held = connect(place) if place.startswith(("http://", "https://")) else open_store(Path(place))
    return held.store("asserted").select(_DOCUMENTS)


def _with_closure(source: Source) -> Source:
    from kgbuild.graph.reason import close, compile_rules

    name = source.name("inferred")
    if name in source.graphs:
        return source
    triples = {t for ts in source.graphs.values() for t in ts}
    inferred = sorted(close(triples, compile_rules(ontology())) - triples)
    return replace(source, graphs={**source.graphs, name: inferred})


def open_graphs(paths: Iterable[str | Path]) -> Graph:
    """Open several graph files as one graph.

    Raises:
        InputError: a file cannot be read, or is not RDF.
    """
    places: list[Path | Literal["-"]] = ["-" if str(path) == "-" else Path(path) for path in paths]
    return Graph(quad for place in places for quad in read_quads(place))


def locate(graph: Graph, rows: Rows, source: Path) -> Rows:
    """Return rows with line and column in the source behind their column `start`.

    Args:
        graph: The graph that was asked.
        rows: The answer.
        source: The file that the graph was built from.

    Raises:
        UsageError: the rows have no column `start`.
        InputError: the file cannot be read, or its text is not the one of the graph.
    """
    text = read_file(source)
    hashes = {terms.lexical(o) for _, p, o in graph.triples if p == terms.gplan("contentSha256")}
    if hashes != {text.sha256}:
        what = (
            f"is one of {len(hashes)} texts of the graph" if text.sha256 in hashes else "is not the text of the graph"
        )
        raise InputError(what, where=str(source), cure="give the graph of this file alone, or leave --source out")
    return with_places(rows, text.text)


def cite_rows(rows: Rows, sources: Iterable[Path]) -> Rows:
    """Return rows with a row for each quote, line and column where the source is among those given.

    Args:
        rows: The answer of `query(…, cite=True)`.
        sources: Files that the graphs were built from.

    Raises:
        InputError: a file cannot be read, or no row rests on it.
    """
    from kgbuild.queries.cite import cited_rows, locate_quotes

    texts = {path: read_file(path) for path in sources}
    needed = {quote.source for quotes in rows.quotes for quote in quotes}
    if needed and texts and needed.isdisjoint(text.sha256 for text in texts.values()):
        where = ", ".join(map(str, texts))
        raise InputError("is the text of no row", where=where, cure="give the files that the graphs were built from")
    located = locate_quotes(rows, {text.sha256: text.text for text in texts.values()})
    return cited_rows(located, places=bool(texts))


def find_text(
    asked: Dataset, keywords: Sequence[str], *, kinds: Iterable[str] = (), sources: Iterable[Path] = (), limit: int
) -> Rows:
    """Return the actions, headings and names that hold all keywords, the best first.

    Args:
        asked: Where to look.
        keywords: The words.
        kinds: Only these kinds of passage; none for all.
        sources: Files that the graphs were built from, for line and column.
        limit: Most rows to return.

    Raises:
        UsageError: a keyword holds no letter.
        InputError: a source cannot be read.
    """
    from kgbuild.queries.table import line_column, line_starts

    index = _index(asked.store("full"))
    try:
        hits = index.search(keywords, kinds=kinds, limit=limit + 1)
    finally:
        index.close()
    lines = {text.sha256: line_starts(text.text) for text in map(read_file, sources)}
    rows = []
    for hit in hits[:limit]:
        p = hit.passage
        offset = None if p.start is None else p.start + hit.offset
        place = line_column(offset, lines[p.source]) if p.source in lines else None
        rows.append((p.kind, hit.snippet, p.document, p.item, offset, *([place] if lines else []), Iri(p.node)))
    columns = ("kind", "snippet", "document", "item", "offset", *(["lineColumn"] if lines else []), "node")
    return Rows(columns=columns, rows=tuple(rows), truncated=len(hits) > limit)


def _index(store: Asked) -> Index:
    """The index of a store; beside a store on disk it is kept in a file until something is loaded or dropped."""
    from kgbuild.lexicon import load_lexicon
    from kgbuild.search import Index, passages_of

    lexicon = load_lexicon(load_settings(find_config(Path.cwd())))
    kept = store.path.with_name(f"{store.path.name}.search") if isinstance(store, DiskStore) else None
    stamp = f"{__version__} {lexicon.digest} {store.stamp()}" if isinstance(store, DiskStore) else ""
    if kept is not None and (index := Index.open(kept, stamp=stamp)):
        return index
    segmenter = lexicon.segmenter

    def words(text: str) -> Iterator[str]:
        return (word for word, _, _ in segmenter.words(text))

    index = Index(passages_of(store), words)
    if kept is not None:
        with suppress(OSError):  # a store may lie where nothing can be written
            index.write(kept, stamp=stamp)
    return index


def draw(
    name: str, rows: Rows, suffix: str, *, lang: str = "zh", folders: Iterable[Path] = ()
) -> tuple[bytes, list[str]]:
    """Draw the answer of a saved query as it declares.

    Args:
        name: The query.
        rows: Its answer.
        suffix: `.svg`, `.png`, or `.json` for the Vega-Lite specification.
        lang: Language of the title.
        folders: Folders of a user with further queries.

    Returns:
        The picture, and warnings: no font for Chinese.

    Raises:
        UsageError: the query declares no chart, the answer is empty, or vl-convert is not installed.
    """
    from kgbuild.queries.catalogue import question
    from kgbuild.queries.template import find_template
    from kgbuild.view import charts

    template = find_template(name, folders)
    if template.chart is None:
        raise UsageError("declares no chart", where=name, cure="choose another query, or add `chart` to its header")
    if not rows.rows:
        raise UsageError("there is nothing to draw", where=name, cure="ask for more")
    drawing = charts.Drawing(
        type=template.chart.type,
        channels=dict(template.chart.channels),
        title=question(template, lang),
        labels={} if lang == "zh" else dict(template.returns),
    )
    return charts.draw(charts.specification(drawing, rows), suffix)


def read_file(path: Path) -> SourceText:
    """Read a file as `kgbuild read` does, with the settings of the nearest kgbuild.toml.

    Raises:
        InputError: the file cannot be read.
    """
    from kgbuild.read import read_bytes

    limit = load_settings(find_config(path)).max_bytes
    return read_bytes(_bytes_of(str(path), limit), name=path.name, max_bytes=limit)


def read_query(text: str) -> str:
    """Return a query: the text itself, or what stands in a file `*.rq` or, for `-`, in the standard input.

    Raises:
        InputError: the file cannot be read.
    """
    if text == "-":
        return sys.stdin.read()
    if not text.endswith(".rq"):
        return text
    try:
        return Path(text).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("cannot be read as UTF-8", where=text, cure="check the path") from e


# -- build ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Result:
    """A document as built, and what the shapes say of its graph (None where it was not validated)."""

    built: Built
    validation: Report | None

    @property
    def conforms(self) -> bool:
        """Tell whether no statements clash and no rule is broken; a graph that was not validated breaks none."""
        return not self.built.inconsistencies and (self.validation is None or self.validation.conforms)

    def graphs(self, *, inferred: bool = True) -> dict[str, Iterable[Triple]]:
        """Return the triples by name of their graph."""
        return graphs_of(self.built, inferred=inferred)

    def serialise(self, form: str, *, inferred: bool = False) -> bytes:
        """Return the graph in a format; formats with named graphs always hold the inferred one."""
        from kgbuild.graph.serialise import NAMED, serialise

        named = form in NAMED
        header = header_of(self.built, inferred=inferred or named)
        return serialise(self.graphs(inferred=inferred or named), form, base=self.built.base, header=header)

    def graph(self) -> Graph:
        """Return the graph to be asked."""
        return Graph((*t, f"<{name}>") for name, triples in self.graphs().items() for t in triples)

    def query(
        self, name: str, /, *, limit: int | None = None, cite: bool = False, **params: Given | Iterable[Given]
    ) -> Rows:
        """Run a saved query on the graph; see `Dataset.query`."""
        return self.graph().query(name, limit=limit, cite=cite, **params)

    def to_rdflib(self) -> rdflib.Graph:
        """Return the asserted graph with its slice of the vocabularies as an rdflib graph."""
        from kgbuild.graph.interchange import to_rdflib

        return to_rdflib(sorted(self.built.asserted | self.built.graphs.vocabulary))


def read_source(file: str, *, config: Path | None = None, max_bytes: int | None = None) -> SourceText:
    """Read a document as text; `-` is the standard input.

    Raises:
        InputError: it cannot be read.
    """
    from kgbuild.read import read_bytes

    limit = _settings(file, config, max_bytes).max_bytes
    return read_bytes(_bytes_of(file, limit), name=_name_of(file), max_bytes=limit)


def annotations_of(
    file: str, *, config: Path | None = None, max_bytes: int | None = None, topics: bool = False
) -> dict[str, object]:
    """Return what is read in a document, after extract.schema.json.

    Args:
        file: Path of the document; `-` is the standard input.
        config: Configuration; None = the nearest kgbuild.toml above the file.
        max_bytes: Larger inputs are refused; None = as configured.
        topics: Also rank the keywords of each action.

    Raises:
        InputError: it cannot be read.
    """
    from kgbuild.annotations import to_json, topics_of
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import annotate

    settings = _settings(file, config, max_bytes)
    lexicon = load_lexicon(settings)
    data = _bytes_of(file, settings.max_bytes)
    found = annotate(data, name=_name_of(file), settings=settings, lexicon=lexicon)
    return to_json(found, lexicon) | ({"topics": topics_of(found, lexicon)} if topics else {})


def doubts_of(
    files: Iterable[str], *, config: Path | None = None, max_bytes: int | None = None, lang: str = "en"
) -> bytes:
    """Return the open doubts of documents as one table (CSV); see `kgbuild.review`.

    Raises:
        InputError: a document cannot be read.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import annotate
    from kgbuild.review import doubts, to_csv

    rows: list[dict[str, str]] = []
    for file in files:
        settings = _settings(file, config, max_bytes)
        lexicon = load_lexicon(settings)
        data = _bytes_of(file, settings.max_bytes)
        found = annotate(data, name=_name_of(file), settings=settings, lexicon=lexicon)
        rows += doubts(found, lexicon, lang)
    return to_csv(rows)


def bodies_named(
    names: Iterable[str], *, place: str | None = None, date: str | None = None, config: Path | None = None
) -> list[dict[str, object]]:
    """Return what the register says of each name: its body, how that is known, or the candidates.

    Args:
        names: Names as texts write them.
        place: Where they are meant: name or code of a division; None where the names say it themselves.
        date: When they are meant: year, month or day; None for any time.
        config: Configuration; None = the nearest kgbuild.toml above the working directory.

    Raises:
        UsageError: the place is unknown or ambiguous, or the date is none.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.link import resolve
    from kgbuild.link.lookup import context_at, record

    lexicon = load_lexicon(_settings("-", config, None))
    context = context_at(place, date, lexicon)
    return [record(name, resolve(name, context, lexicon), lexicon) for name in names]


def body_over_time(
    name: str, *, place: str | None = None, date: str | None = None, config: Path | None = None
) -> list[dict[str, object]]:
    """Return the body that a name means, with those before and after it; arguments as for `bodies_named`.

    A name that is open gives one entry, with its candidates.

    Raises:
        UsageError: the place is unknown or ambiguous, or the date is none.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.link import resolve
    from kgbuild.link.lookup import context_at, history

    lexicon = load_lexicon(_settings("-", config, None))
    return history(name, resolve(name, context_at(place, date, lexicon), lexicon), lexicon)


def build(
    file: str | Path,
    *,
    config: Path | None = None,
    max_bytes: int | None = None,
    reasoner: Reasoner = "compiled",
    decisions: Path | None = None,
    validate: bool = True,
) -> Result:
    """Build the graph of a document, reasoned and validated.

    Args:
        file: Path of the document; `-` is the standard input.
        config: Configuration; None = the nearest kgbuild.toml above the file.
        max_bytes: Larger inputs are refused; None = as configured.
        reasoner: `compiled`, or `owlrl` as reference.
        decisions: Folder with filled-in tables of doubts.
        validate: Check the graph against the shapes.

    Raises:
        InputError: the document, the configuration or the decisions cannot be read.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import Options, build_document
    from kgbuild.review import digest_of, read_decisions

    decided = read_decisions(decisions) if decisions else ()
    name = str(file)
    settings = _settings(name, config, max_bytes)
    built = build_document(
        _bytes_of(name, settings.max_bytes),
        name=_name_of(name),
        settings=settings,
        lexicon=load_lexicon(settings),
        options=Options(version=__version__, reasoner=reasoner, decisions=decided, decisions_digest=digest_of(decided)),
    )
    return Result(built=built, validation=_validated(built) if validate else None)


def _validated(built: Built) -> Report:
    from kgbuild.validate import validate

    return validate(built.asserted | built.graphs.vocabulary)


def graphs_of(built: Built, *, inferred: bool = True) -> dict[str, Iterable[Triple]]:
    """Return the triples of a document by name of their graph."""
    from kgbuild.graph.serialise import graph_name, ontology_header

    key = built.source.key
    asserted = built.asserted | ontology_header(built.base, key)
    out: dict[str, Iterable[Triple]] = {
        graph_name(built.base, key, "asserted"): asserted,
        terms.VOCABULARY_GRAPH: built.graphs.vocabulary,
    }
    if inferred:
        out[graph_name(built.base, key, "inferred")] = built.inferred
    return out


def header_of(built: Built, *, inferred: bool) -> str:
    """Return the comment at the top of a file: what it holds, and nothing that changes from run to run."""
    part = "asserted and inferred statements" if inferred else "asserted statements"
    return f"{part}, with the slice of the vocabularies that they use\nkgbuild {__version__}; licence CC BY 4.0"


# -- verify -----------------------------------------------------------------------------------------------------
def verify_graph(
    path: str, sources: Iterable[Path], *, config: Path | None = None, decisions: Path | None = None
) -> VerifyReport:
    """Compare a graph with its sources on all three levels; see `kgbuild.proof.verify`.

    Args:
        path: File of the asserted graph.
        sources: Files that it was built from, or folders with them.
        config: Configuration that it was built with; None = the nearest kgbuild.toml above each source.
        decisions: Folder with the decisions that it was built with.

    Raises:
        InputError: a file cannot be read, or the file holds inferred statements among the asserted ones.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import Options, assert_document
    from kgbuild.proof.rebuild import Fresh, compare
    from kgbuild.proof.verify import verify
    from kgbuild.review import digest_of, read_decisions
    from kgbuild.validate.asserted import asserted

    graph = open(path)
    asserted(graph.quads, where=path)
    decided = read_decisions(decisions) if decisions else ()
    options = Options(version=__version__, decisions=decided, decisions_digest=digest_of(decided))
    texts, fresh = [], []
    lexicons: dict[Settings, Lexicon] = {}
    for file in _files_in(sources):
        settings = _settings(str(file), config, None)
        lexicon = lexicons.get(settings) or lexicons.setdefault(settings, load_lexicon(settings))
        data = _bytes_of(str(file), settings.max_bytes)
        found, graphs = assert_document(data, name=file.name, settings=settings, lexicon=lexicon, options=options)
        texts.append(found.document.source)
        fresh.append(Fresh(sha256=texts[-1].sha256, base=settings.base, graphs=graphs))
    return verify(graph.quads, texts, rebuilds=compare(graph.quads, fresh))


def _files_in(places: Iterable[Path]) -> list[Path]:
    """The files themselves, and the files in the folders."""
    return [f for p in places for f in (sorted(x for x in p.iterdir() if x.is_file()) if p.is_dir() else [p])]


def relocate_graph(path: str, sources: Iterable[Path], output: Path) -> tuple[bytes, list[Relocation]]:
    """Fit a graph to sources that have moved; see `kgbuild.proof.relocate`.

    Args:
        path: File of the graph.
        sources: Files as they are now, or folders with them.
        output: Name of the file to be written: its suffix says the format.

    Returns:
        The corrected graph, and what was done for each source.

    Raises:
        InputError: a file cannot be read, or a source is none that the graph could know.
    """
    from kgbuild.graph.serialise import FORMATS, serialise
    from kgbuild.proof.nodes import Nodes
    from kgbuild.proof.relocate import relocate
    from kgbuild.proof.spans import match_source

    quads, texts, done = open(path).quads, list(map(read_file, _files_in(sources))), []
    for text in texts:
        node, _ = match_source(Nodes(quads), text, [t for t in texts if t is not text])
        if node is None:
            raise InputError("is no source of the graph", where=text.name, cure="give the sources of this graph only")
        done.append(relocate(quads, node, text))
        quads = done[-1].quads
    base = base_of((s, p, o) for s, p, o, _ in quads)
    graphs: dict[str, set[Triple]] = {}
    for s, p, o, g in quads:
        graphs.setdefault(g.strip("<>") or f"{base}graph/asserted", set()).add((s, p, o))
    form = FORMATS.get(output.suffix, "ttl")
    return serialise({name: sorted(triples) for name, triples in graphs.items()}, form, base=base), done


# -- view -------------------------------------------------------------------------------------------------------
def view_pages(
    inputs: Iterable[str],
    *,
    sources: Iterable[Path] = (),
    config: Path | None = None,
    decisions: Path | None = None,
    lang: str = "zh",
) -> list[Page]:
    """Return the reading view of documents, one page for each source text; see `kgbuild.view.reading`.

    Args:
        inputs: Documents, graphs (by their suffix) or folders of documents.
        sources: Sources of the graphs.
        config: Configuration; None = the nearest kgbuild.toml above each document.
        decisions: Folder with filled-in tables of doubts.
        lang: Language in which the pages open.

    Raises:
        InputError: a file cannot be read, or the source of a graph is not at hand.
    """
    from kgbuild.graph.serialise import FORMATS
    from kgbuild.proof.nodes import Nodes
    from kgbuild.view.reading import reading_page

    pages: list[Page] = []
    for file in (f for i in inputs for f in ([Path(i)] if i == "-" else _files_in([Path(i)]))):
        if file.suffix in FORMATS:
            pages += _graph_pages(file, sources, lang)
            continue
        built = build(file, config=config, decisions=decisions, validate=False).built
        nodes = Nodes((*t, "") for t in built.asserted | built.graphs.vocabulary)
        pages.append(reading_page(nodes, f"<{built.base}text/{built.source.key}>", built.source, lang=lang))
    return pages


def _graph_pages(file: Path, sources: Iterable[Path], lang: str) -> Iterator[Page]:
    from kgbuild.proof.nodes import Nodes
    from kgbuild.view.reading import reading_page

    nodes = Nodes(open(file).quads)
    known = {nodes.text(n, "contentSha256"): n for n in nodes.of_type("SourceText")}
    found = [(known[t.sha256], t) for t in map(read_file, _files_in(sources)) if t.sha256 in known]
    if not found:
        raise InputError("the source of this graph is not at hand", where=str(file), cure="give --source FILE")
    for node, text in found:
        yield reading_page(nodes, node, text, lang=lang)


def draw_diagram(path: str, kind: str, suffix: str, *, lang: str = "zh") -> tuple[bytes, list[str]]:
    """Draw a plan.

    Args:
        path: File of the graph.
        kind: `outline`; `matrix` of bodies and populations; `network` of bodies that work together.
        suffix: `.svg`, `.png`, or `.json` for the specification.
        lang: Language of titles.

    Returns:
        The picture, and warnings: no font for Chinese.

    Raises:
        UsageError: there is nothing to draw, or vl-convert is not installed.
        InputError: the graph cannot be read.
    """
    graph = open(path)
    query = {"matrix": "body-population-matrix", "network": "joint-work"}.get(kind)
    if query:
        return draw(query, graph.query(query), suffix, lang=lang)
    from kgbuild.proof.nodes import Nodes
    from kgbuild.view import charts
    from kgbuild.view.diagrams import outline

    spec = outline(Nodes(graph.quads))
    if not spec["data"][0]["values"]:
        raise UsageError("there is no plan to draw", where=path, cure="give a graph that kgbuild build wrote")
    return charts.draw(spec, suffix)


# -- explain ----------------------------------------------------------------------------------------------------
def explain_graph(
    path: str,
    what: tuple[str, str | None, str | None],
    *,
    sources: Iterable[Path] = (),
    form: str = "text",
    lang: str = "en",
    colour: bool = False,
) -> str:
    """Return why statements of a graph are there.

    Args:
        path: File of the graph.
        what: Subject, predicate, object; the last two may be None. IRI, CURIE, label or item path.
        sources: Files that it was built from.
        form: text, json or ttl.
        lang: Language of messages.
        colour: Mark quotes by terminal codes, not by brackets.

    Raises:
        UsageError: an unknown or ambiguous name, or no such statement.
        InputError: a file cannot be read.
    """
    from kgbuild.graph.reason import compile_rules
    from kgbuild.graph.trace import Trace
    from kgbuild.proof import render
    from kgbuild.proof.explain import explain
    from kgbuild.proof.places import Places

    graph = open(path)
    given = frozenset((s, p, o) for s, p, o, g in graph.quads if not g.endswith("/inferred>"))
    trace = Trace(given, compile_rules(ontology()))
    texts = [(t.sha256, t.text) for t in map(read_file, sources)]
    wanted = _statements(graph, given | trace.statements, what)
    found = list(explain(wanted, given, Places(graph.quads, texts), trace))
    if form == "json":
        return render.to_json(found)
    if form == "ttl":
        return render.to_turtle(found, base=base_of(given))
    labels = {s: terms.lexical(o) for s, p, o in sorted(given) if p in _LABELS and o.endswith("@zh")}
    return render.render_text(found, render.Words(labels), lang=lang, colour=colour)


_LABELS = (f"<{terms.RDFS}label>", f"<{terms.SKOS}prefLabel>")


def base_of(triples: Iterable[Triple]) -> str:
    """Return the base of the instances of a graph, from the IRI of its source text."""
    kind = gplan("SourceText")
    found = sorted(s[1:-1].rpartition("text/")[0] for s, _, o in triples if o == kind)
    return found[0] if found else ""


def _statements(graph: Graph, statements: Iterable[Triple], what: tuple[str, str | None, str | None]) -> list[Triple]:
    """The statements that a question means, asserted ones of the same subject together, sorted."""
    subjects = _nodes(graph, what[0])
    predicate = _predicate(what[1]) if what[1] else None
    objects = _nodes(graph, what[2], values=True) if what[2] else None
    found = sorted(
        t
        for t in statements
        if t[0] in subjects and predicate in (None, t[1]) and (objects is None or _is_object(t[2], objects, what[2]))
    )
    if not found:
        asked = " ".join(w for w in what if w)
        raise UsageError(f"no statement {asked}", cure="leave the predicate out to see all statements of the subject")
    return found


def _is_object(term: str, objects: set[str], given: str | None) -> bool:
    return term in objects or (term.startswith('"') and terms.lexical(term) == given)


def _predicate(name: str) -> str:
    if name.startswith(("http:", "https:", "urn:")):
        return terms.iri(name)
    prefix, _, local = name.rpartition(":")
    space = terms.PREFIXES.get(prefix or "gplan")
    if space is None:
        raise UsageError(f"unknown prefix {prefix!r}", cure=f"use one of: {', '.join(terms.PREFIXES)}")
    return terms.iri(space + local)


def _nodes(graph: Graph, name: str, *, values: bool = False) -> set[str]:
    """The nodes that a name means: IRI, CURIE, any label of any node, printed label or path of an item."""
    if name.startswith(("http:", "https:", "urn:")):
        return {terms.iri(name)}
    prefix, colon, local = name.partition(":")
    if colon and prefix in terms.PREFIXES:
        return {terms.iri(terms.PREFIXES[prefix] + local)}
    wanted = fold(name)
    labelled = {
        s
        for s, p, o in graph.triples
        if (p in _NAMES and fold(terms.lexical(o)) == wanted) or (p in _ITEMS and fold(terms.lexical(o)) == wanted)
    }
    if not labelled and not values:
        known = sorted({terms.lexical(o) for _, p, o in graph.triples if p in _NAMES})
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise UsageError(f"nothing is called {name!r}", cure=f"try: {', '.join(near)}" if near else "give its IRI")
    return labelled


_NAMES = (*_LABELS, f"<{terms.SKOS}altLabel>", f"<{terms.DCTERMS}title>", gplan("documentNumber"))
_ITEMS = (gplan("itemPath"), gplan("itemLabel"))


def _settings(file: str, config: Path | None, max_bytes: int | None) -> Settings:
    start = Path.cwd() if file == "-" else Path(file)
    settings = load_settings(config or find_config(start))
    return settings if max_bytes is None else replace(settings, max_bytes=max_bytes)


def _name_of(file: str) -> str:
    return "stdin" if file == "-" else Path(file).name


def _bytes_of(file: str, limit: int) -> bytes:
    """The bytes of an input; one that is larger than allowed is not read to its end, which it may not have."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(file).open("rb") as f:
                data = f.read(limit + 1)
    except OSError as e:
        raise InputError(f"cannot be read ({e.strerror})", where=file, cure="check the path") from e
    if len(data) > limit:
        raise InputError(f"is larger than allowed ({limit:,} bytes)", where=file, cure="split it or raise --max-bytes")
    return data

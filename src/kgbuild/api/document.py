"""One document: its annotations, its doubts, its graph."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.api.collector import rarely_collecting
from kgbuild.api.files import bytes_of, name_of, settings_of
from kgbuild.api.inputs import TOGETHER, parts_of
from kgbuild.api.metadata import metadata_of, over
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import rdflib

    from kgbuild.api.graph import Graph
    from kgbuild.config import Settings
    from kgbuild.graph.facts import Profile
    from kgbuild.model import Metadata, Triple
    from kgbuild.pipeline import Built, Reasoner
    from kgbuild.queries.run import Given
    from kgbuild.store import Rows
    from kgbuild.validate import Report


@dataclass(frozen=True, kw_only=True)
class Result:
    """A built document, with the validation report of its graph (None if it was not validated)."""

    built: Built
    validation: Report | None

    def __repr__(self) -> str:
        """Return the document, what was read in it, and the verdict."""
        return f"<Result {self._title!r}: {', '.join(text for _, text in self._facts)}>"

    def _repr_html_(self) -> str:
        """Return the same as a small table, for notebooks."""
        rows = "".join(f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in self._facts)
        return f"<table><caption>{escape(self._title)}</caption>{rows}</table>"

    @property
    def _title(self) -> str:
        doc = self.built.annotations.document
        title = doc.title
        return doc.norm[title.start : title.end] if title else doc.source.name

    @property
    def _facts(self) -> tuple[tuple[str, str], ...]:
        built = self.built
        assigned = sum(a.statement is not None for a in built.annotations.actions)
        verdict = "not validated" if self.validation is None else "conforms" if self.conforms else "does not conform"
        return (
            ("actions", f"{len(built.annotations.actions)} actions, {assigned} assigned"),
            ("bodies", f"{len(built.annotations.parties)} mentions of bodies"),
            ("statements", f"{len(built.asserted)} asserted + {len(built.inferred)} inferred statements"),
            ("verdict", verdict),
        )

    @property
    def conforms(self) -> bool:
        """Tell whether there are neither inconsistencies nor violations; an unvalidated graph has no violations."""
        from kgbuild.api.report import conforms

        return conforms(self.built, self.validation)

    def report(self) -> dict[str, Any]:
        """Return what was counted, skipped, restored and doubted, conforming to report.schema.json."""
        from kgbuild.api.report import report_of

        return report_of(self.built, self.validation)

    def summary(self, lang: str = "en", target: Path | None = None) -> str:
        """Return the essentials about the document in a few lines.

        Args:
            lang: `en` or `zh`.
            target: Where the graph was written, to be named in the last line.
        """
        from kgbuild.api.summary import summary

        return summary(self.built, self.validation, lang, target)

    @property
    def documents(self) -> tuple[str, ...]:
        """The IRIs of the documents in the text: its plan, or a notice and what it carries."""
        of_text = terms.gplan("hasSourceText")
        return tuple(sorted({s[1:-1] for s, p, _ in self.built.asserted if p == of_text}))

    def row(self) -> Rows:
        """Return the row of this document in a table of documents; see `summary.COLUMNS`."""
        from kgbuild.api.summary import row_of

        return row_of(self.built, self.validation)

    def graphs(self, *, inferred: bool = True) -> dict[str, Iterable[Triple]]:
        """Return the triples by graph name.

        Args:
            inferred: Include the graph of inferred statements.
        """
        return graphs_of(self.built, inferred=inferred)

    def facts(self) -> dict[str, Iterable[Triple]]:
        """Return the content of the profile `facts` as one graph, by its name; see `kgbuild.graph.facts`."""
        from kgbuild.graph.facts import facts_header, facts_of

        base, key = self.built.base, self.built.source.key
        kept = facts_of(t for triples in self.graphs().values() for t in triples)
        return {terms.graph_name(base, key, "facts"): kept | facts_header(base, key)}

    def serialise(self, form: str, *, inferred: bool = False, profile: Profile = "full") -> bytes:
        """Serialise the graph.

        Args:
            form: A format of `kgbuild.graph.serialise`.
            inferred: Include inferred statements in a flat format; formats with named graphs always contain them.
            profile: `full`; or `facts`: direct relations without evidence.
        """
        return b"".join(self.serialised(form, inferred=inferred, profile=profile))

    def serialised(self, form: str, *, inferred: bool = False, profile: Profile = "full") -> Iterator[bytes]:
        """Serialise the graph in pieces; arguments as for `serialise`."""
        from kgbuild.graph.serialise import NAMED, serialised

        if profile == "facts":
            return serialised(self.facts(), form, base=self.built.base, header=_FACTS_HEADER)
        named = form in NAMED
        header = header_of(self.built, inferred=inferred or named)
        return serialised(self.graphs(inferred=inferred or named), form, base=self.built.base, header=header)

    def graph(self) -> Graph:
        """Return the graph for querying."""
        from kgbuild.api.graph import Graph

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


def annotations_of(
    file: str, *, config: Path | None = None, max_bytes: int | None = None, topics: bool = False
) -> dict[str, object]:
    """Return the annotations of a document, conforming to extract.schema.json.

    Args:
        file: Path of the document; `-` is the standard input.
        config: Configuration; None = the nearest kgbuild.toml above the file.
        max_bytes: Maximum size of the file; None = as configured.
        topics: Also rank the keywords of each action.

    Raises:
        InputError: the document cannot be read.
    """
    from kgbuild.annotations import to_json, topics_of
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import annotate

    settings = settings_of(file, config, max_bytes)
    lexicon = load_lexicon(settings)
    data = bytes_of(file, settings.max_bytes)
    found = annotate(data, name=name_of(file), settings=settings, lexicon=lexicon)
    return to_json(found, lexicon) | ({"topics": topics_of(found, lexicon)} if topics else {})


def doubts_of(
    files: Iterable[str], *, config: Path | None = None, max_bytes: int | None = None, lang: str = "en"
) -> bytes:
    """Return the open doubts of documents as one CSV table; see `kgbuild.review`.

    Args:
        files: Paths of the documents; `-` is the standard input.
        config: Configuration; None = the nearest kgbuild.toml above each file.
        max_bytes: Maximum size of a file; None = as configured.
        lang: Language of the messages.

    Raises:
        InputError: a document cannot be read.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import annotate
    from kgbuild.review import doubts, to_csv

    rows: list[dict[str, str]] = []
    for file in files:
        settings = settings_of(file, config, max_bytes)
        lexicon = load_lexicon(settings)
        data = bytes_of(file, settings.max_bytes)
        found = annotate(data, name=name_of(file), settings=settings, lexicon=lexicon)
        rows += doubts(found, lexicon, lang)
    return to_csv(rows)


@rarely_collecting()
def build(  # noqa: PLR0913 - each is a choice of its own, by its name
    file: str | Path,
    *,
    attached: Iterable[str | Path] = (),
    config: Path | None = None,
    max_bytes: int | None = None,
    reasoner: Reasoner = "compiled",
    decisions: Path | None = None,
    validate: bool = True,
    metadata: Metadata | None = None,
) -> Result:
    """Build the graph of a document, with inferred statements and validation.

    Args:
        file: Path of the document, a document in a zip (`a.zip!/plan.docx`), or `-` for the standard input.
        attached: Files that the document carries: a notice and its plans, or the further pages of one. They are one
            document with it.
        config: Configuration; None = the nearest kgbuild.toml above the file.
        max_bytes: Maximum size of the file; None = as configured.
        reasoner: `compiled`, or `owlrl` as the reference implementation.
        decisions: Folder with completed tables of doubts.
        validate: Check the graph against the shapes.
        metadata: What you state about the document beyond its text; takes precedence over kgbuild.toml.

    Raises:
        InputError: the document, the configuration or the decisions cannot be read.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import Options, build_document
    from kgbuild.review import digest_of_decisions, read_decisions

    decided = read_decisions(decisions) if decisions else ()
    name = TOGETHER.join(map(str, (file, *attached)))
    settings = settings_of(name, config, max_bytes)
    built = build_document(
        bytes_of(name, settings.max_bytes),
        name=name_of(name),
        settings=settings,
        lexicon=load_lexicon(settings),
        options=Options(
            version=__version__,
            reasoner=reasoner,
            decisions=decided,
            decisions_digest=digest_of_decisions(decided),
            metadata=over(_configured(name, settings), metadata),
        ),
    )
    return Result(built=built, validation=_validated(built) if validate else None)


def _configured(file: str, settings: Settings) -> Metadata | None:
    """Return what the configuration states about a file: `[documents."plans/plan.txt"]`, relative to its folder."""
    if not settings.documents or settings.source is None or file == "-":
        return None
    folder = settings.source.resolve().parent
    path = Path(parts_of(file)[0]).resolve()
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    given = settings.documents.get(name)
    return metadata_of(given, f"{settings.source}: documents.{name}") if given else None


def _validated(built: Built) -> Report:
    from kgbuild.validate import validate

    return validate(built.asserted, vocabulary=built.graphs.vocabulary)


def graphs_of(built: Built, *, inferred: bool = True) -> dict[str, Iterable[Triple]]:
    """Return the triples of a document by graph name."""
    from kgbuild.graph.serialise import ontology_header

    key = built.source.key
    asserted = built.asserted | ontology_header(built.base, key)
    out: dict[str, Iterable[Triple]] = {
        terms.graph_name(built.base, key, "asserted"): asserted,
        terms.VOCABULARY_GRAPH: built.graphs.vocabulary,
    }
    if inferred:
        out[terms.graph_name(built.base, key, "inferred")] = built.inferred
    return out


_FACTS_HEADER = (
    "profile facts: direct relations, asserted and inferred, without their evidence\n"
    f"what needs evidence takes the profile full of the same IRIs\nkgbuild {__version__}; licence CC BY 4.0"
)


def header_of(built: Built, *, inferred: bool) -> str:
    """Return the comment at the top of a file: its content, without anything that varies between runs."""
    part = "asserted and inferred statements" if inferred else "asserted statements"
    return f"{part}, with the slice of the vocabularies that they use\nkgbuild {__version__}; licence CC BY 4.0"

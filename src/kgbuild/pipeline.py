"""One document as one pure function: bytes → text → tree → mentions → parties → triples → closure.

No file, clock, network or global state is touched: the same bytes with the same settings and vocabularies yield the
same result on every machine. Validation is a separate step.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

from kgbuild.extract import extract
from kgbuild.extract.coverage import unparsed
from kgbuild.graph.emit import Graphs, Run, emit
from kgbuild.graph.given import given_statements
from kgbuild.graph.reason import compile_rules, reason
from kgbuild.link.document import link_document
from kgbuild.model.packed import packed
from kgbuild.read import read_bytes
from kgbuild.text import parse_document
from kgbuild.text.reading import reading_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from kgbuild.config import Settings
    from kgbuild.graph.axioms import Rules
    from kgbuild.graph.reason import Closure, Inconsistency
    from kgbuild.graph.triples import Triples
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Annotations, Metadata, SourceText, Triple
    from kgbuild.text.decisions import Decision

log = logging.getLogger(__name__)

Reasoner = Literal["compiled", "owlrl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A document as built.

    Attributes:
        source: The text as read.
        annotations: Everything that was found in it, linked.
        graphs: The asserted graph and the slice of the vocabularies that it uses.
        inferred: Statements that follow from them.
        base: Base IRI of the instances.
        inconsistencies: Statements that cannot all be true.
    """

    source: SourceText
    annotations: Annotations
    graphs: Graphs
    inferred: Set[Triple]
    base: str
    inconsistencies: tuple[Inconsistency, ...] = ()

    def __repr__(self) -> str:
        """Return what was built, in counts."""
        sizes = f"{len(self.asserted)} asserted + {len(self.inferred)} inferred statements"
        return f"<Built {self.source.name!r}, {len(self.annotations.actions)} actions, {sizes}>"

    @property
    def asserted(self) -> Triples:
        """The asserted graph."""
        return self.graphs.asserted


def annotate(
    data: bytes, *, name: str, settings: Settings, lexicon: Lexicon, decisions: Sequence[Decision] = ()
) -> Annotations:
    """Read a document, extract its mentions and link them.

    Args:
        data: The bytes of the file.
        name: File name, for messages.
        settings: Limits of the readers.
        lexicon: Compiled vocabularies.
        decisions: Decisions of reviewers.

    Raises:
        InputError: the bytes cannot be read as a text.
    """
    source = read_bytes(data, name=name, max_bytes=settings.max_bytes, limits=settings.limits)
    reading = reading_of(parse_document(source, lexicon), lexicon, decisions)
    return packed(unparsed(link_document(reading, extract(reading, lexicon), lexicon)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a document is built, apart from its settings.

    Attributes:
        version: Version of the tool, stated in the description of the run.
        reasoner: `compiled`, or `owlrl` as the reference implementation.
        decisions: Decisions of reviewers.
        decisions_digest: Their digest, '' if there are none; stated in the description of the run.
        metadata: What the user states about the document beyond its text.
    """

    version: str
    reasoner: Reasoner = "compiled"
    decisions: tuple[Decision, ...] = ()
    decisions_digest: str = ""
    metadata: Metadata | None = None


def build_document(data: bytes, *, name: str, settings: Settings, lexicon: Lexicon, options: Options) -> Built:
    """Build the graphs of a document.

    Args:
        data: The bytes of the file.
        name: File name, for messages; it enters no key and no triple.
        settings: Base IRI, limits, language.
        lexicon: The compiled vocabularies.
        options: Version, reasoner, decisions.

    Raises:
        InputError: the bytes cannot be read as a text.
    """
    found, graphs = assert_document(data, name=name, settings=settings, lexicon=lexicon, options=options)
    closed = closure(lexicon, options.reasoner)(graphs)
    log.debug("%s: %d asserted, %d inferred", name, len(graphs.asserted), len(closed.new))
    return Built(
        source=found.document.source,
        annotations=found,
        graphs=graphs,
        inferred=closed.new,
        base=settings.base,
        inconsistencies=closed.inconsistencies,
    )


def assert_document(
    data: bytes, *, name: str, settings: Settings, lexicon: Lexicon, options: Options
) -> tuple[Annotations, Graphs]:
    """Return the annotations and the asserted graph of a document, without reasoning; arguments as `build_document`.

    Raises:
        InputError: the bytes cannot be read as a text.
    """
    found = annotate(data, name=name, settings=settings, lexicon=lexicon, decisions=options.decisions)
    run = Run(options.version, settings.digest, lexicon.digest, options.decisions_digest)
    graphs = emit(found, lexicon, run, settings.base)
    given = given_statements(f"<{settings.base}text/{found.document.source.key}>", options.metadata)
    return found, replace(graphs, asserted=graphs.asserted | given) if given else graphs


def closure(lexicon: Lexicon, reasoner: Reasoner = "compiled") -> Callable[[Graphs], Closure]:
    """Return the function that computes the inferred triples of a document and its inconsistencies.

    Args:
        lexicon: Compiled vocabularies, with the ontology.
        reasoner: `compiled`, or `owlrl` as the reference implementation.
    """
    rules = _rules(lexicon)
    if reasoner == "compiled":
        return lambda graphs: reason(graphs.asserted, rules, vocabulary=graphs.vocabulary)

    from kgbuild.graph.owlrl_reference import reason_owlrl

    return lambda graphs: reason_owlrl(chain(graphs.asserted, graphs.vocabulary), lexicon.ontology, rules)


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon) -> Rules:
    """Compile the rules of the ontology, once for each lexicon."""
    return compile_rules(lexicon.ontology)

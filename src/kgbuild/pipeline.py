"""One document, one pure function: bytes → text → tree → mentions → parties → triples → closure.

No file, clock, network or global state is touched; the same bytes with the same settings and vocabularies give the
same result on every machine. Validation is not part of it.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from kgbuild.extract import extract
from kgbuild.extract.coverage import unparsed
from kgbuild.graph.emit import Graphs, Run, emit
from kgbuild.graph.given import given_statements
from kgbuild.graph.reason import compile_rules, reason
from kgbuild.link.document import link_document
from kgbuild.read import read_bytes
from kgbuild.text import parse_document
from kgbuild.text.reading import reading_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.config import Settings
    from kgbuild.graph.axioms import Rules
    from kgbuild.graph.reason import Closure, Inconsistency
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Annotations, Metadata, SourceText, Triple
    from kgbuild.text.decisions import Decision

log = logging.getLogger(__name__)

Reasoner = Literal["compiled", "owlrl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A document as built: its text, what was read in it, its graphs, and statements that cannot all be true."""

    source: SourceText
    annotations: Annotations
    graphs: Graphs
    inferred: frozenset[Triple]
    base: str
    inconsistencies: tuple[Inconsistency, ...] = ()

    def __repr__(self) -> str:
        """What was built, counted."""
        sizes = f"{len(self.asserted)} asserted + {len(self.inferred)} inferred statements"
        return f"<Built {self.source.name!r}, {len(self.annotations.actions)} actions, {sizes}>"

    @property
    def asserted(self) -> frozenset[Triple]:
        """The asserted graph."""
        return self.graphs.asserted


def annotate(
    data: bytes, *, name: str, settings: Settings, lexicon: Lexicon, decisions: Sequence[Decision] = ()
) -> Annotations:
    """Return what is read in a document, linked.

    Raises:
        InputError: the bytes are no text that can be read.
    """
    source = read_bytes(data, name=name, max_bytes=settings.max_bytes, limits=settings.limits)
    reading = reading_of(parse_document(source, lexicon), lexicon, decisions)
    return unparsed(link_document(reading, extract(reading, lexicon), lexicon))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a document is built, beside its settings.

    Attributes:
        version: Version of the tool, which the run states.
        reasoner: `compiled`, or `owlrl` as reference.
        decisions: What reviewers decided.
        decisions_digest: Its digest, '' without any; it stands on the run.
        metadata: What the user says of the document beside its text.
    """

    version: str
    reasoner: Reasoner = "compiled"
    decisions: tuple[Decision, ...] = ()
    decisions_digest: str = ""
    metadata: Metadata | None = None


def build_document(data: bytes, *, name: str, settings: Settings, lexicon: Lexicon, options: Options) -> Built:
    """Return the graphs of a document.

    Args:
        data: The bytes of the file.
        name: Its name, for findings; it enters no key and no triple.
        settings: Base, limits, language.
        lexicon: The compiled vocabularies.
        options: Version, reasoner, decisions.

    Raises:
        InputError: the bytes are no text that can be read.
    """
    found, graphs = assert_document(data, name=name, settings=settings, lexicon=lexicon, options=options)
    closed = closure(lexicon, options.reasoner)(graphs.asserted | graphs.vocabulary)
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
    """Return what is read in a document and its asserted graph, without what follows; arguments as build_document.

    Raises:
        InputError: the bytes are no text that can be read.
    """
    found = annotate(data, name=name, settings=settings, lexicon=lexicon, decisions=options.decisions)
    run = Run(options.version, digest_of_settings(settings), lexicon.digest, options.decisions_digest)
    graphs = emit(found, lexicon, run, settings.base)
    given = given_statements(f"<{settings.base}text/{found.document.source.key}>", options.metadata)
    return found, replace(graphs, asserted=graphs.asserted | given)


def closure(
    lexicon: Lexicon, reasoner: Reasoner = "compiled", *, budget: int | None = None
) -> Callable[[Iterable[Triple]], Closure]:
    """Return the function that gives the new triples of a graph, and the statements that clash.

    Args:
        lexicon: The compiled vocabularies, with the ontology.
        reasoner: `compiled`, or `owlrl` as reference.
        budget: Most statements to infer before stopping; of the compiled reasoner only.
    """
    rules = _rules(lexicon)
    if reasoner == "compiled":
        return lambda triples: reason(triples, rules, budget=budget)

    from kgbuild.graph.owlrl_reference import reason_owlrl

    return lambda triples: reason_owlrl(triples, lexicon.ontology, rules)


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon) -> Rules:
    """The rules of the ontology, compiled once for a lexicon."""
    return compile_rules(lexicon.ontology)


def digest_of_settings(settings: Settings) -> str:
    """Return the digest of the settings that touch the graph."""
    return hashlib.sha256(settings.base.encode()).hexdigest()

"""What a release is made of, and what it gives: graphs and what is said of them in, files out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.facts import facts_header, facts_of
from kgbuild.view.facts import Both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kgbuild.graph.facts import Profile
    from kgbuild.model import SourceText, Triple
    from kgbuild.store import Source

UNNAMED = Both("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a release says of itself.

    Attributes:
        title: Name of the data set.
        description: What it is.
        keywords: Words to find it by, those in Chinese first.
        publisher: Name of who publishes it.
        publisher_url: Their IRI or home page, '' for none.
        contact: Mail address or page for questions, '' for none.
        url: Where the release stands on the web; ends in a slash.
        version: Version of the data.
        date: Day of the release, YYYY-MM-DD.
        licence: IRI of the licence of the data.
        doi: DOI, '' for none.
        base: Base of the instances.
    """

    title: Both
    description: Both
    keywords: tuple[str, ...]
    publisher: str
    publisher_url: str
    contact: str
    url: str
    version: str
    date: str
    licence: str
    doi: str
    base: str

    def address(self, path: str) -> str:
        """Return the versioned address of a file of the release."""
        return f"{self.url}{self.version}/{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    """A file of a release.

    Attributes:
        path: Its place in the release, with `/`.
        data: What it holds.
        media: Media type, of what is inside where it is packed.
        title: What it is; where it is empty, the catalogue does not name the file: it belongs to another.
        standard: IRI of a standard that it keeps, '' for none.
        is_data: Whether it holds the data set (a distribution), or says something of it.
    """

    path: str
    data: bytes
    media: str
    title: Both = UNNAMED
    standard: str = ""
    is_data: bool = False

    @property
    def is_packed(self) -> bool:
        """Tell whether the file is compressed by gzip."""
        return self.path.endswith(".gz")


@dataclass(frozen=True, kw_only=True)
class Material:
    """Graphs, and what is said of them.

    Attributes:
        about: What the release says of itself.
        profile: `full`, or `facts` alone.
        sources: The source texts with their graphs, sorted by key; the slices of the vocabularies in none of them.
        vocabulary: The slices of the vocabularies of all.
        texts: Source texts by key, as far as they were given: for pages that show the text.
        before: Folder of an older release to say what changed since, None for none.
        warnings: What a part could not do, for the person who publishes.
    """

    about: About
    profile: Profile
    sources: tuple[Source, ...]
    vocabulary: frozenset[Triple]
    texts: Mapping[str, SourceText] = field(default_factory=dict)
    before: Path | None = None
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def graphs(self) -> dict[str, list[Triple]]:
        """The triples of the profile by name of their graph, all sorted."""
        if self.profile == "facts":
            return {s.name("facts"): sorted(self.facts[s.key]) for s in self.sources}
        found: dict[str, list[Triple]] = {terms.VOCABULARY_GRAPH: sorted(self.vocabulary)}
        for source in self.sources:
            found |= {name: sorted(triples) for name, triples in source.graphs.items()}
        return dict(sorted(found.items()))

    @cached_property
    def triples(self) -> list[Triple]:
        """The union of all graphs of the profile, sorted."""
        return sorted({t for triples in self.graphs.values() for t in triples})

    @cached_property
    def facts(self) -> dict[str, set[Triple]]:
        """The facts of each source text by its key, with what its graph of facts says of itself."""
        slices = _Slices(self.vocabulary)
        found = {}
        for source in self.sources:
            if source.name("facts") in source.graphs:  # all that was given of it
                found[source.key] = set(source.graphs[source.name("facts")])
                continue
            own = [t for name, ts in source.graphs.items() if terms.part_of(name) != "aligned" for t in ts]
            kept = facts_of([*own, *slices.of(own)])
            # The full graph has a header of its own; it describes no fact.
            found[source.key] = kept | facts_header(source.base, source.key)
        return found

    @cached_property
    def all_facts(self) -> list[Triple]:
        """The facts of all source texts, sorted."""
        return sorted({t for triples in self.facts.values() for t in triples})


class _Slices:
    """The vocabularies by subject, to find what one document uses of them."""

    def __init__(self, vocabulary: frozenset[Triple]) -> None:
        self._by_subject: defaultdict[str, list[Triple]] = defaultdict(list)
        for triple in vocabulary:
            self._by_subject[triple[0]].append(triple)

    def of(self, triples: list[Triple]) -> Iterator[Triple]:
        """Yield what is said of the terms that a document names, and of those that are named there."""
        pending = list({o for _, _, o in triples if o in self._by_subject})
        seen = set(pending)
        while pending:
            for triple in self._by_subject[pending.pop()]:
                yield triple
                if triple[2] in self._by_subject and triple[2] not in seen:
                    seen.add(triple[2])
                    pending.append(triple[2])

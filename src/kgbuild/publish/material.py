"""The input and output of the parts of a release: graphs with their metadata in, files out."""

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
    """The metadata of a release.

    Attributes:
        title: Name of the data set.
        description: One paragraph about it.
        keywords: Keywords, the Chinese ones first.
        publisher: Name of the publisher.
        publisher_url: IRI or home page of the publisher, '' for none.
        contact: E-mail address or web page for questions, '' for none.
        url: Address of the folder of releases; ends in a slash.
        version: Version of the data.
        date: Date of the release, YYYY-MM-DD.
        licence: IRI of the licence of the data.
        doi: DOI, '' for none.
        base: Base IRI of the instances.
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
        """Return the address of a file of this version of the release."""
        return f"{self.url}{self.version}/{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    """A file of a release.

    Attributes:
        path: Path within the release, with `/`.
        data: Its content.
        media: Media type, for compressed files that of the uncompressed content.
        title: Title in the catalogue; if empty, the file is part of another and not listed.
        standard: IRI of the standard it conforms to, '' for none.
        is_data: Whether it contains the data set (a distribution) or describes it.
    """

    path: str
    data: bytes
    media: str
    title: Both = UNNAMED
    standard: str = ""
    is_data: bool = False

    @property
    def is_packed(self) -> bool:
        """Tell whether the file is compressed with gzip."""
        return self.path.endswith(".gz")


@dataclass(frozen=True, kw_only=True)
class Material:
    """The graphs of a release and its metadata.

    Attributes:
        about: The metadata.
        profile: `full` (facts and evidence) or `facts`.
        sources: The source texts with their graphs, sorted by key, without the extracts of vocabularies.
        vocabulary: The extracts of vocabularies that any of the graphs uses.
        shared: Graphs that belong to no one document, by name: relations between documents, comparisons of plans.
        texts: The source texts that were given, by key; pages of the site show them.
        before: Folder of the older release to compare with, None for none.
        warnings: Filled by the parts: what could not be done, for the publisher.
    """

    about: About
    profile: Profile
    sources: tuple[Source, ...]
    vocabulary: frozenset[Triple]
    shared: Mapping[str, frozenset[Triple]] = field(default_factory=dict)
    texts: Mapping[str, SourceText] = field(default_factory=dict)
    before: Path | None = None
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def graphs(self) -> dict[str, list[Triple]]:
        """The triples of the profile by name of their graph, sorted."""
        if self.profile == "facts":
            return {s.name("facts"): sorted(self.facts[s.key]) for s in self.sources}
        found: dict[str, list[Triple]] = {terms.VOCABULARY_GRAPH: sorted(self.vocabulary)}
        for source in self.sources:
            found |= {name: sorted(triples) for name, triples in source.graphs.items()}
        found |= {name: sorted(triples) for name, triples in self.shared.items()}
        return dict(sorted(found.items()))

    @cached_property
    def triples(self) -> list[Triple]:
        """The union of all graphs of the profile, sorted."""
        return sorted({t for triples in self.graphs.values() for t in triples})

    @cached_property
    def facts(self) -> dict[str, set[Triple]]:
        """The facts of each source text by its key, with the metadata of its graph of facts."""
        slices = _Slices(self.vocabulary)
        found = {}
        for source in self.sources:
            if source.name("facts") in source.graphs:  # built with the profile `facts`: it has no other graph
                found[source.key] = set(source.graphs[source.name("facts")])
                continue
            own = [t for name, ts in source.graphs.items() if terms.part_of(name) != "aligned" for t in ts]
            kept = facts_of([*own, *slices.of(own)])
            # The header of the full graph describes statements, not facts.
            found[source.key] = kept | facts_header(source.base, source.key)
        return found

    @cached_property
    def all_facts(self) -> list[Triple]:
        """The facts of all source texts, sorted."""
        return sorted({t for triples in self.facts.values() for t in triples})


class _Slices:
    """The vocabularies indexed by subject, to find the part that one document uses."""

    def __init__(self, vocabulary: frozenset[Triple]) -> None:
        self._by_subject: defaultdict[str, list[Triple]] = defaultdict(list)
        for triple in vocabulary:
            self._by_subject[triple[0]].append(triple)

    def of(self, triples: list[Triple]) -> Iterator[Triple]:
        """Yield the triples about the terms that some triples use, and about the terms that these refer to."""
        pending = list({o for _, _, o in triples if o in self._by_subject})
        seen = set(pending)
        while pending:
            for triple in self._by_subject[pending.pop()]:
                yield triple
                if triple[2] in self._by_subject and triple[2] not in seen:
                    seen.add(triple[2])
                    pending.append(triple[2])

"""Unregistered names of bodies over all documents of a corpus, most frequent first, with candidates.

A reviewer's decision in this table applies wherever the name occurs; see `corpus build --decisions FOLDER`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.corpus.build import recipe_of
from kgbuild.api.corpus.layout import Layout
from kgbuild.api.files import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import LinkContext

# By the wording, which decisions quote: the label of a body that no register knows may have its place before it.
_NAMES = f"""
PREFIX gplan: <{terms.GPLAN}>
SELECT ?name ?place (COUNT(DISTINCT ?span) AS ?times) (COUNT(DISTINCT ?of) AS ?documents) (MIN(?words) AS ?example) {{
  ?party gplan:registrationStatus <{terms.GPLANV}status-unregistered> .
  ?statement gplan:assignee ?party ; gplan:evidence ?span .
  ?span gplan:exactText ?name .
  ?action gplan:hasAssignment ?statement ; gplan:actionOf ?of ; gplan:evidence/gplan:exactText ?words .
  OPTIONAL {{ {{ ?of gplan:jurisdiction ?place }} UNION {{ ?n gplan:transmits ?of ; gplan:jurisdiction ?place }} }}
}} GROUP BY ?name ?place ORDER BY DESC(?times) ?name ?place
"""
_MOST = 3
_ALIKE = 75.0
_SHORTEST = 3
_QUOTED = 80


@dataclass(slots=True)
class _Name:
    """A name over all divisions; `place` is the division with most occurrences."""

    name: str
    place: str
    example: str
    times: int = 0
    documents: int = 0
    places: set[str] = field(default_factory=set)


def review_corpus(place: Path, *, least: int = 1) -> bytes:
    """Return the unregistered names of a corpus as one CSV table for a reviewer.

    Args:
        place: Folder of the corpus.
        least: Minimum number of occurrences.

    Raises:
        InputError: there is no corpus.
    """
    from kgbuild.api.graph import open_store
    from kgbuild.lexicon import load_lexicon
    from kgbuild.review import NAME_COLUMNS, to_csv

    layout, settings = Layout.of(place)
    lexicon = load_lexicon(settings_of(str(place / "x"), recipe_of(settings).config, None))
    rows = open_store(layout.store).store("asserted").select(_NAMES).rows
    names = [n for n in _together(rows) if n.times >= least]
    return to_csv((_row(n, lexicon) for n in names), NAME_COLUMNS)


def _together(rows: Iterable[tuple[object, ...]]) -> list[_Name]:
    found: dict[str, _Name] = {}
    for name, place, times, documents, example in rows:
        one = found.setdefault(str(name), _Name(str(name), str(place or ""), str(example)))
        one.times += int(str(times))
        one.documents += int(str(documents))
    return sorted(found.values(), key=lambda n: (-n.times, -n.documents, n.name))


def _row(n: _Name, lexicon: Lexicon) -> dict[str, str]:
    from kgbuild.review import BETWEEN
    from kgbuild.text.decisions import EVERYWHERE

    division = lexicon.division(n.place.strip("<>").rpartition("/")[2]) if n.place else None
    words = [word for word, _, _ in lexicon.segmenter.words(n.name)]
    example = " ".join(n.example.split())
    return {
        "quote": n.name,
        "before": EVERYWHERE,
        "after": EVERYWHERE,
        "times": str(n.times),
        "documents": str(n.documents),
        "place": division.name if division else "",
        "example": example if len(example) <= _QUOTED else f"{example[:_QUOTED]}…",
        "words": " ".join(words),
        "candidates": BETWEEN.join(_candidates(n.name, words, _context(division.code if division else None), lexicon)),
        "decision": "",
        "value": "",
    }


def _context(division: str | None) -> LinkContext:
    from kgbuild.model import LinkContext

    return LinkContext(division=division, date=None)


def _candidates(name: str, words: list[str], context: LinkContext, lexicon: Lexicon) -> list[str]:
    """Return registered bodies that a name may denote: those within its words, then those with similar names."""
    from kgbuild.link import resolve

    found: dict[str, str] = {}
    for form in (*_within(words), *_like(name, words, lexicon)):
        party = resolve(form, context, lexicon)
        if party.iri and party.canonical and party.iri not in found:
            found[party.iri] = party.canonical
        if len(found) == _MOST:
            break
    return list(found.values())


def _within(words: list[str]) -> Iterator[str]:
    """Yield prefixes and suffixes of a name, split between words, longest first: 省科协 | 推广部.

    Less than half of the name may be its place or a common ending.
    """
    least = max(_SHORTEST, len("".join(words)) / 2)
    for n in range(len(words) - 1, 0, -1):
        for form in ("".join(words[:n]), "".join(words[-n:])):
            if len(form) >= least:
                yield form


def _like(name: str, words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """Yield similar names of the register, each after the place that precedes the rest of the name."""
    from rapidfuzz import fuzz, process

    for n in range(min(3, len(words))):
        before, rest = "".join(words[:n]), "".join(words[n:])
        choices = lexicon.tables["cores"] if n else lexicon.body_forms
        for form, _, _ in process.extract(rest, list(choices), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_MOST):
            yield before + form

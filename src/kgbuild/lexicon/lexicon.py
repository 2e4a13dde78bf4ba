"""The compiled vocabularies and the lookups on them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ahocorasick_rs

from kgbuild.config import Settings, data_dir
from kgbuild.lexicon import (
    bodies,
    borders,
    cache,
    groups,
    initiatives,
    messages,
    places,
    populations,
    skos,
    slices,
    turtle,
    words,
)
from kgbuild.lexicon.borders import Borders
from kgbuild.lexicon.initiatives import Initiatives
from kgbuild.lexicon.names import Names
from kgbuild.lexicon.near import NearNames
from kgbuild.lexicon.records import BodyKind, Core, Division, Group, Match, Population, Records, RegisteredBody, frozen
from kgbuild.lexicon.segment import Segmenter
from kgbuild.lexicon.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kgbuild.model import Finding, Triple

_COMPILER = tuple(sorted(Path(__file__).parent.glob("*.py")))
"""The code that compiles: a change of it invalidates stored tables, as a change of a vocabulary does."""


def load_lexicon(settings: Settings) -> Lexicon:
    """Return the lexicon of the project's and the user's vocabularies, from the cache if possible.

    Raises:
        OntologyError: a vocabulary of the project is broken or missing.
        InputError: a vocabulary of the user is broken.
    """
    files = turtle.vocabulary_files(settings)
    return _lexicon(files, _digest(files, turtle.stamps_of(files)))


def lexicon_digest(settings: Settings) -> str:
    """Return the digest of the lexicon for these settings, without loading it.

    Raises:
        OntologyError: a vocabulary of the project is missing.
        InputError: a vocabulary of the user cannot be read.
    """
    files = turtle.vocabulary_files(settings)
    return _digest(files, turtle.stamps_of(files))


# A file that has not been written to since is not read again for each document.
@lru_cache(maxsize=4)
def _digest(files: tuple[Path, ...], _stamps: tuple[turtle.Stamp, ...]) -> str:
    return _digest_now(files)


def _digest_now(files: tuple[Path, ...]) -> str:
    """Return the digest of the vocabularies and of the dictionary that borders of words come from.

    The dictionary has no version of its own, and hashing it would take longer than loading the tables: its size stands
    for it.
    """
    made_of = f"{turtle.digest_of(files)} {borders.dictionary().stat().st_size}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def compile_lexicon(settings: Settings) -> Lexicon:
    """Compile the same lexicon in this process, without reading the cache.

    Raises:
        OntologyError: a vocabulary of the project is broken or missing.
        InputError: a vocabulary of the user is broken.
    """
    files = turtle.vocabulary_files(settings)
    return _compiled(files, _digest_now(files))


# Shared by all documents of a process; an edited vocabulary has another digest.
@lru_cache(maxsize=4)
def _lexicon(files: tuple[Path, ...], digest: str) -> Lexicon:
    tables = _cached("lexicon", digest, lambda: compile_tables(files))
    return Lexicon(digest=digest, tables=tables, files=files)


@lru_cache(maxsize=4)
def _compiled(files: tuple[Path, ...], digest: str) -> Lexicon:
    return Lexicon(digest=digest, tables=compile_tables(files), files=files, reads_cache=False)


def _cached(kind: str, digest: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - as `make` says
    name = _cache_name(kind, digest)
    found = cache.load(name)
    is_tables = isinstance(found, dict) and found.keys() == TABLES
    if is_tables if kind == "lexicon" else isinstance(found, list):
        return found
    made = make()
    cache.store(name, made)
    return made


def _cache_name(kind: str, digest: str) -> str:
    return f"{kind}-{_compiler()}-{digest}"


@lru_cache(maxsize=1)
def _compiler() -> str:
    return turtle.digest_of(_COMPILER)


TABLES = frozenset(
    (
        *("divisions", "places", "plain", "counties", "kinds", "cores", "departments", "patterns", "bodies", "groups"),
        *(
            "populations",
            "messages",
            "phrases",
            "restorations",
            "initiatives",
            "units",
            "verbs",
            "words",
            "expressions",
        ),
        "borders",
    )
)
"""Names of the tables."""


def compile_tables(files: Iterable[Path]) -> dict[str, Any]:
    """Compile the vocabularies to plain lists and dictionaries."""
    nodes = turtle.by_subject(_triples(files))
    classes = words.compile_words(nodes)
    divisions = places.compile_divisions(nodes, Words(classes))
    named = initiatives.compile_initiatives(nodes)
    everyday = {word for (word,) in named["everyday"]}
    kinds = bodies.compile_kinds(nodes)
    registered = bodies.compile_bodies(nodes)
    named_places = places.compile_places(divisions, nodes, Words(classes), everyday)
    cores = bodies.compile_cores(nodes, Words(classes))
    compiled = {
        "divisions": divisions,
        "places": named_places,
        "plain": places.plain_places(named_places, divisions),
        "counties": places.short_counties(named_places, divisions),
        "kinds": kinds,
        "cores": cores,
        "departments": bodies.departments(cores, kinds),
        "patterns": bodies.compile_patterns(kinds),
        "bodies": registered,
        "groups": groups.compile_groups(nodes, {"divisions": divisions, "kinds": kinds, "bodies": registered}),
        "populations": populations.compile_populations(nodes),
        "messages": messages.compile_messages(nodes),
        "phrases": skos.compile_phrases(nodes),
        "restorations": skos.compile_restorations(nodes),
        "initiatives": named,
        "units": skos.compile_units(nodes),
        "verbs": skos.compile_verbs(nodes),
        "words": classes,
        "expressions": words.compile_expressions(classes),
    }
    return compiled | {"borders": borders.compile_borders(_words_in_text(compiled), borders.usual_words())}


def _words_in_text(tables: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is looked for in running text word by word: names, labels, and the words of clauses."""
    for row in tables["populations"].values():
        yield from (row.label, *row.other)
    for record in tables["bodies"].values():
        yield from (record.name, *record.forms)
    yield from (*tables["cores"], *tables["places"])
    for name in words.TABLES:
        yield from (row if isinstance(row, str) else row[0] for row in tables["words"][name])


def _triples(files: Iterable[Path]) -> Iterator[Triple]:
    return (triple for path in files for triple in turtle.parse_file(path))


def _by_length(form: str) -> tuple[int, str]:
    return len(form), form


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Names of places, bodies and populations. Read-only; equal vocabularies yield equal answers."""

    digest: str
    tables: dict[str, Any] = field(repr=False)
    files: tuple[Path, ...] = field(repr=False)
    reads_cache: bool = field(default=True, repr=False)

    # -- divisions ------------------------------------------------------------------------------------------------
    @cached_property
    def divisions(self) -> Mapping[str, Division]:
        """Code → division."""
        return Records(self.tables["divisions"], Division._make)

    def division(self, code: str) -> Division | None:
        """Return the division with a GB/T 2260 code, None if there is none."""
        return self.divisions.get(code)

    def places(self, surface: str) -> tuple[str, ...]:
        """Return the codes of the divisions that a full or short name may denote; () if none, several if ambiguous."""
        return tuple(self.tables["places"].get(surface, ()))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return a code and the codes of the divisions above it, up to 100000."""
        return places.ancestors(code, self.divisions)

    def divisions_in(self, code: str, kinds: frozenset[str]) -> tuple[str, ...]:
        """Return the codes of the divisions of some kinds below a division, at any depth, sorted."""
        found = (division.code for division in self.divisions.values() if division.kind in kinds)
        return tuple(sorted(member for member in found if member != code and code in self.ancestors(member)))

    @cached_property
    def by_abbreviation(self) -> dict[str, tuple[str, ...]]:
        """One-character name of a division (黔) → codes, provinces first."""
        table: dict[str, list[str]] = {}
        for code, division in self.divisions.items():
            for character in division.abbreviations:
                table.setdefault(character, []).append(code)
        return {character: tuple(sorted(codes, key=self._rank)) for character, codes in table.items()}

    def _rank(self, code: str) -> tuple[int, str]:
        return len(self.ancestors(code)), code

    # -- bodies ---------------------------------------------------------------------------------------------------
    @cached_property
    def kinds(self) -> dict[str, BodyKind]:
        """Key → kind of body."""
        return {key: BodyKind(*frozen(row)) for key, row in self.tables["kinds"].items()}

    @cached_property
    def bodies(self) -> dict[str, RegisteredBody]:
        """Key (last part of the IRI) → registered body."""
        return {key: RegisteredBody(*frozen(row)) for key, row in self.tables["bodies"].items()}

    def kind(self, key: str) -> BodyKind:
        """Return a kind of body."""
        return self.kinds[key]

    def cores(self, form: str) -> tuple[Core, ...]:
        """Return what a name without its place may denote: kinds of bodies and levels."""
        return tuple(Core(*row) for row in self.tables["cores"].get(form, ()))

    def body(self, key: str) -> RegisteredBody | None:
        """Return the registered body with the key (last part of the IRI)."""
        return self.bodies.get(key)

    @cached_property
    def body_forms(self) -> dict[str, tuple[str, ...]]:
        """Wording → keys of the registered bodies that it denotes."""
        table: dict[str, list[str]] = {}
        for key, body in self.bodies.items():
            for form in (body.name, *body.forms):
                table.setdefault(form, []).append(key)
        return {form: tuple(dict.fromkeys(keys)) for form, keys in table.items()}

    @cached_property
    def own_names(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(division, kind of body) → keys of the registered bodies that represent the kind there."""
        table: dict[tuple[str, str], list[str]] = {}
        for key, body in self.bodies.items():
            if body.kind:
                table.setdefault((body.division, body.kind), []).append(key)
        return {pair: tuple(keys) for pair, keys in table.items()}

    @cached_property
    def forms_of(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(kind, level) → the wordings of its names without their place, shortest first."""
        table: dict[tuple[str, str], set[str]] = {}
        for form, meanings in self.tables["cores"].items():
            for kind, level, *_ in meanings:
                table.setdefault((kind, level), set()).add(form)
        return {key: tuple(sorted(forms, key=_by_length)) for key, forms in table.items()}

    def group(self, wording: str, division: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the basis and the member keys of a group that a user has listed for a division."""
        return self._groups.get((wording, division))

    @cached_property
    def _groups(self) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
        groups_ = (Group(*row) for row in self.tables["groups"])
        return {(form, g.division): (g.basis, tuple(g.members)) for g in groups_ for form in g.wordings}

    @cached_property
    def patterns(self) -> dict[str, tuple[tuple[str, str, str], ...]]:
        """Prefix before the place in an official name → (kind, level, pattern)."""
        return {prefix: tuple(tuple(row) for row in rows) for prefix, rows in self.tables["patterns"].items()}

    @cached_property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """Prefix before the place as written (人民银行) → as in the official name (中国人民银行); longest first."""
        found: dict[str, str] = {}
        for official in self.patterns:
            bodies_ = [self.body(key) for key in self.body_forms.get(official, ())]
            for written in (official, *(form for body in bodies_ if body for form in body.forms)):
                found.setdefault(written, official)
        return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item)))

    @cached_property
    def names(self) -> Names:
        """The parser of single names and of names in running text."""
        return Names(
            words=self.words,
            divisions=self.divisions,
            places=self.tables["places"],
            plain=frozenset(self.tables["plain"]),
            departments=frozenset(self.tables["departments"]),
            cores=self.tables["cores"],
            registered=self.body_forms,
            borders=self.borders,
            everyday=frozenset(self.initiatives.everyday),
        )

    def find_parties(self, text: str) -> list[Match]:
        """Return the names of bodies in running text, leftmost-longest, including a preceding place."""
        return self.names.find(text)

    def opening_party(self, text: str) -> int:
        """Return the end of the name of a body with which a text starts, 0 if it starts with none."""
        return self.names.opening(text)

    def is_party(self, surface: str) -> bool:
        """Tell whether the whole string is probably the name of a party: registered, or of the form of one."""
        return self.names.is_party(surface)

    def is_registered(self, surface: str) -> bool:
        """Tell whether the whole string is a registered name: of a body, or of a kind of body with its place."""
        return self.names.is_registered(surface)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Set phrases of the genre, in which no word can be replaced."""
        return tuple(self.tables["phrases"])

    @property
    def restorations(self) -> tuple[tuple[str, str], ...]:
        """Known replacements as (wrong wording, right wording)."""
        return tuple((wrong, right) for wrong, right in self.tables["restorations"])

    @cached_property
    def units(self) -> tuple[tuple[str, str], ...]:
        """Units as written in texts, longest first, each with its kind: share, money, quantity, count."""
        return tuple(self.tables["units"].items())

    @cached_property
    def verbs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Verbs of measures, longest first, each with its kinds (ontology/vocab/verbs.ttl)."""
        return tuple((verb, tuple(kinds)) for verb, kinds in self.tables["verbs"].items())

    @cached_property
    def final_characters(self) -> frozenset[str]:
        """Last characters of registered names, such as 厅, 局, 委."""
        return frozenset(name[-1] for name in (*self.tables["cores"], *self.body_forms))

    @cached_property
    def _near_names(self) -> NearNames:
        return NearNames((*self.tables["cores"], *self.body_forms), self.words)

    def nearly_registered(self, name: str) -> list[tuple[str, int]]:
        """Return the words, with their offsets, that would turn a name into a registered one."""
        return list(self._near_names.find(name))

    # -- words ----------------------------------------------------------------------------------------------------
    @cached_property
    def words(self) -> Words:
        """The word classes of the grammar, as sets and patterns."""
        return Words(self.tables["words"], self.borders, self.tables["expressions"])

    @cached_property
    def borders(self) -> Borders:
        """The test whether a name is only the end of one word and the beginning of the next."""
        return Borders(self.tables["borders"])

    @cached_property
    def segmenter(self) -> Segmenter:
        """The word segmenter with our labels in its dictionary; loaded on first use."""
        labels = [label for concept in self.populations for label in self.population_labels(concept)]
        return Segmenter((*labels, *self.tables["cores"], *self.body_forms))

    def concept_of(self, label: str) -> str | None:
        """Return the id of the population with exactly this label, None if there is none."""
        return self.population_of.get(label)

    # -- findings -------------------------------------------------------------------------------------------------
    def message(self, finding: Finding, lang: str) -> str:
        """Return the message of a finding in a language, `zh` or `en`."""
        return messages.message(self.tables["messages"], finding, lang)

    # -- populations ----------------------------------------------------------------------------------------------
    @cached_property
    def _population_labels(self) -> tuple[list[str], list[str]]:
        table = populations.label_table({id_: Population(*row) for id_, row in self.tables["populations"].items()})
        return list(table), list(table.values())

    @cached_property
    def _population_automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(
            self._population_labels[0], matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST, store_patterns=False
        )

    def find_populations(self, text: str) -> list[Match]:
        """Return the labels of populations in a text, leftmost-longest, with the ids of their concepts."""
        concepts = self._population_labels[1]
        found = self.borders.find(self._population_automaton, text)
        return [Match(start, end, concepts[index]) for index, start, end in found]

    @cached_property
    def population_of(self) -> dict[str, str]:
        """Label → id of the population."""
        return dict(zip(*self._population_labels, strict=True))

    def population_labels(self, concept: str) -> tuple[str, ...]:
        """Return the Chinese labels of a population, preferred label first; () for an unknown id."""
        row = self.tables["populations"].get(concept)
        return (Population(*row).label, *Population(*row).other) if row else ()

    @property
    def populations(self) -> tuple[str, ...]:
        """Ids of all populations, sorted."""
        return tuple(sorted(self.tables["populations"]))

    # -- initiatives ----------------------------------------------------------------------------------------------
    @cached_property
    def initiatives(self) -> Initiatives:
        """Head words of initiatives, national initiatives, and places in running text."""
        short = frozenset(self.tables["counties"])
        return Initiatives(self.tables["initiatives"], {p: p in short for p in self.tables["places"]}, self.borders)

    # -- triples --------------------------------------------------------------------------------------------------
    @cached_property
    def ontology(self) -> tuple[Triple, ...]:
        """Triples of ontology/gplan.ttl."""
        path = data_dir("ontology") / "gplan.ttl"
        if not self.reads_cache:
            return turtle.parse_file(path)
        made = _cached("ontology", self.digest, lambda: turtle.parse_file(path))
        return tuple((s, p, o) for s, p, o in made)

    @cached_property
    def nodes(self) -> Mapping[str, turtle.Node]:
        """Subject → predicate → objects of the vocabularies; each node is read on access.

        The project's word classes are left out, because none of them enters a graph.
        """
        grammar = data_dir("ontology") / "vocab" / words.FILE
        files = [path for path in self.files if path != grammar]
        if not self.reads_cache:
            return turtle.by_subject(_triples(files))
        name = _cache_name("nodes", self.digest)
        found = cache.load_lines(name)
        return cache.store_lines(name, turtle.by_subject(_triples(files))) if found is None else found

    def slice(self, iris: Iterable[str]) -> set[Triple]:
        """Return the vocabulary triples that a graph using these IRIs (without angle brackets) needs.

        Divisions include the divisions above them, populations the broader ones, codes their scheme. Unknown IRIs yield
        nothing.
        """
        return slices.slice_of(self.nodes, iris)

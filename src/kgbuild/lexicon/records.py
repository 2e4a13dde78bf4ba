"""What the lexicon answers with: frozen records without behaviour.

Those that are named tuples are rows of the compiled tables: the cache keeps them as lists in the order of their fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.model import PartyKind


def frozen(row: Iterable[Any]) -> Iterator[Any]:
    """Yield the fields of a row of a table, its lists as tuples: what is read from the cache has none."""
    return (tuple(value) if isinstance(value, list) else value for value in row)


class Match(NamedTuple):
    """A place in a text where a name of the vocabularies stands.

    Attributes:
        start: Offset of the first character.
        end: Offset behind the last one.
        concept: Id of the population, or the wording itself for a party.
    """

    start: int
    end: int
    concept: str


class Division(NamedTuple):
    """An administrative division.

    Attributes:
        code: GB/T 2260 code; the country is 100000.
        name: Official name.
        parent: Code of the division above, None for the country.
        level: country, province, prefecture or county.
        kind: municipality, autonomous_prefecture, banner …
        short: Name without its generic part (贵州, 恩施州).
        label_en: English name, None where none is known.
        abbreviations: One-character names of document numbers (黔, 贵).
        capital_of: Code of the province whose seat it is.
    """

    code: str
    name: str
    parent: str | None
    level: str
    kind: str
    short: str
    label_en: str | None
    abbreviations: tuple[str, ...] = ()
    capital_of: str | None = None


class Core(NamedTuple):
    """A name of a kind of body without its place: 教育厅, 委宣传部, 科协.

    Attributes:
        kind: Key of the kind of body.
        level: province, municipality, prefecture or county.
        pattern: Official name at that level: behind the full name of the place, or with {place} and the like.
        official: The form is the official name itself.
        assumed: No name of the kind at that level has the words of the form: they are those of another level.
    """

    kind: str
    level: str
    pattern: str
    official: bool
    assumed: bool = False


class BodyKind(NamedTuple):
    """A kind of body: a function that every division has.

    Attributes:
        key: Key in the IRI of its bodies.
        party: Kind of party.
        label: Chinese label.
        english: The function in English.
        names: Level → official names, the usual ones first.
        since: First day below the national level.
        until: Last day.
        successors: Keys of the kinds that took over.
        usual: Level → how many of its names are usual; the places vary where there are several.
    """

    key: str
    party: PartyKind
    label: str
    english: str
    names: Mapping[str, Sequence[str]]
    since: str | None
    until: str | None
    successors: tuple[str, ...]
    usual: Mapping[str, int]


class RegisteredBody(NamedTuple):
    """A body with an entry of its own.

    Attributes:
        key: Last part of its IRI.
        party: Kind of party.
        name: Official name.
        label_en: English label.
        forms: Other wordings.
        division: Code of its division.
        kind: Key of its kind of body.
        parent: Key of the body it belongs to.
        since: First day under the name.
        until: Last day.
        successors: Keys of the bodies that took over.
    """

    key: str
    party: PartyKind
    name: str
    label_en: str | None
    forms: tuple[str, ...]
    division: str
    kind: str | None
    parent: str | None
    since: str | None
    until: str | None
    successors: tuple[str, ...]


class Population(NamedTuple):
    """A group of persons.

    Attributes:
        label: Chinese label.
        label_en: English label, None where none is known.
        other: Other Chinese labels.
        broader: Ids of the groups right above it.
    """

    label: str
    label_en: str | None
    other: tuple[str, ...]
    broader: tuple[str, ...]


class Group(NamedTuple):
    """A group of bodies whose members a user has listed.

    Attributes:
        wordings: How texts name it.
        division: Code of the division whose documents it holds for.
        basis: How its members are known.
        members: Keys of the bodies.
    """

    wordings: tuple[str, ...]
    division: str
    basis: str
    members: tuple[str, ...]


class Name(NamedTuple):
    """A wording taken apart: what it says about the place, and the rest.

    Attributes:
        place: The part that names a place or points at one (贵州省, 省, 本市, empty).
        codes: Divisions that a named place may be; several where the name is ambiguous.
        marker: 省, 市, 自治区 … where the wording only points at a place.
        core: The rest.
        unknown: The wording names a place that is not in the register.
    """

    place: str
    codes: tuple[str, ...]
    marker: str | None
    core: str
    unknown: bool = False

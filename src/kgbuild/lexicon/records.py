"""The records that lookups in the lexicon return: frozen, without behaviour.

Named tuples are also rows of the compiled tables, which the cache stores as lists in field order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kgbuild.model import PartyKind


def frozen(row: Iterable[Any]) -> Iterator[Any]:
    """Yield the fields of a row with lists converted to tuples, as rows read from the cache contain lists."""
    return (tuple(value) if isinstance(value, list) else value for value in row)


R = TypeVar("R")


class Records(Mapping[str, R]):
    """The rows of a table as records, each made on first access: a document needs a dozen out of thousands.

    Example:
        >>> Records({"520000": ["520000", "贵州省"], "530000": ["530000", "云南省"]}, Match._make)
        <Records of 2 rows>
    """

    def __init__(self, rows: Mapping[str, Iterable[Any]], make: Callable[[Iterable[Any]], R]) -> None:
        """Take the rows of a table, and a function from a row to a record (`_make` of a named tuple)."""
        self._rows, self._make = rows, make
        self._made: dict[str, R] = {}

    def __getitem__(self, key: str) -> R:
        """Return the record with a key."""
        if key not in self._made:
            self._made[key] = self._make(frozen(self._rows[key]))
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        """Yield the keys."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<Records of {len(self)} rows>"


class Match(NamedTuple):
    """An occurrence of a name of the vocabularies in a text.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
        concept: Id of the population, or the wording itself for a party.
    """

    start: int
    end: int
    concept: str


class Division(NamedTuple):
    """An administrative division.

    Attributes:
        code: GB/T 2260 code; 100000 for the country.
        name: Official name.
        parent: Code of the division above; None for the country.
        level: country, province, prefecture or county.
        kind: municipality, autonomous_prefecture, banner …
        short: Name without its generic part (贵州, 恩施州).
        label_en: English name, None if unknown.
        abbreviations: One-character names used in document numbers (黔, 贵).
        capital_of: Code of the province of which it is the seat.
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
        pattern: Official name at that level: what follows the full name of the place, or with placeholders such as
            {place}.
        official: Whether the form is the official name itself.
        assumed: Whether no name of the kind at that level has the words of the form: they are those of another level.
    """

    kind: str
    level: str
    pattern: str
    official: bool
    assumed: bool = False


class BodyKind(NamedTuple):
    """A kind of body: a function that every division has.

    Attributes:
        key: Key in the IRIs of its bodies.
        party: Kind of party.
        label: Chinese label.
        english: The function in English.
        names: Level → official names, the usual ones first.
        since: First day on which it existed below the national level (YYYY-MM-DD).
        until: Last day on which it existed.
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
        key: Last segment of its IRI.
        party: Kind of party.
        name: Official name.
        label_en: English label.
        forms: Other wordings.
        division: Code of its division.
        kind: Key of its kind of body.
        parent: Key of the body above it.
        since: First day on which it bore the name (YYYY-MM-DD).
        until: Last day on which it bore the name.
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
        label_en: English label, None if unknown.
        other: Other Chinese labels.
        broader: Ids of the directly broader groups.
    """

    label: str
    label_en: str | None
    other: tuple[str, ...]
    broader: tuple[str, ...]


class Group(NamedTuple):
    """A group of bodies with members listed by a user.

    Attributes:
        wordings: Wordings that denote it.
        division: Code of the division in whose documents it applies.
        basis: Source of the list.
        members: Keys of the bodies.
    """

    wordings: tuple[str, ...]
    division: str
    basis: str
    members: tuple[str, ...]


class Name(NamedTuple):
    """A parsed name: what it says about the place, and the rest.

    Attributes:
        place: The part that names a place or refers to one (贵州省, 省, 本市, or empty).
        codes: Divisions that the place may be; several if it is ambiguous.
        marker: 省, 市, 自治区 … if the wording only refers to a place.
        core: The rest.
        unknown: Whether the wording names an unregistered place.
    """

    place: str
    codes: tuple[str, ...]
    marker: str | None
    core: str
    unknown: bool = False

"""Names of parties: parsed into place and rest, and found in running text.

A name is a place or a word that refers to one (省, 本市) followed by the name of a kind of body; or the wording of a
registered body; or an unknown string of the form of a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import ahocorasick_rs

from kgbuild.lexicon.places import ancestors
from kgbuild.lexicon.records import Match, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set

    from kgbuild.lexicon.borders import Borders
    from kgbuild.lexicon.records import Division
    from kgbuild.lexicon.words import Words

REMEMBERED = 4096
"""Size of the answer caches: parts of a list are looked up repeatedly, and documents name the same bodies."""
LONGEST = 60
"""Maximum length of the name of a party in characters."""
MAX_PLACE = 15
"""Maximum length of the name of a place in characters."""
STEM_SUFFIXES = ("委员会", "厅", "局", "委")
_DEICTIC = "^(?:中共|本|我|全)?(?P<marker>[省市][级直]|{division-markers})(?P<core>.+)$"
_UNKNOWN_PLACE = r"^(?P<place>(?:[\u4e00-\u9fff]{2,7}?(?:{government-places}))+)(?P<core>.{2,})$"
_PREFIX = re.compile(r"^(?:中国共产党|中共|中华人民共和国)(?=.)")
COLLECTIVE = (
    r"^(?:(?:省|市|州|县|区|自治区|国务院|中央)?(?:直|级)?(?:各级?|有关|相关|其他|其它)"
    r"|[^，,；;。：:]{0,30}(?:成员单位|牵头单位|责任单位|(?:有关|相关|各)(?:{collective-members}))$"
    r"|.{0,12}(?:等部门|等单位)$|(?:各|有关).*(?:部门|单位|地区|政府)$)"
)
_SHAPE = (
    r"^[\u4e00-\u9fff（）()“”\"·0-9A-Za-z]{1,40}?(?:{party-endings}|{formal-endings}|"
    r"{enterprise-endings}|{organisation-endings}|{group-endings})$"
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Names:
    """Parses names.

    Attributes:
        words: Word classes.
        divisions: Code → division.
        places: Wording → codes of the divisions that it may denote.
        plain: The wordings of places that are more than a short form that may be another word; see `places.is_plain`.
        cores: Names of kinds of bodies without their place.
        departments: The subset that denotes departments of a government.
        registered: Wordings of registered bodies.
        borders: Rejects what is only the end of one word and the beginning of the next.
        everyday: Names of places that are also everyday words.
    """

    words: Words = field(repr=False)
    divisions: Mapping[str, Division] = field(repr=False)
    places: Mapping[str, Sequence[str]] = field(repr=False)
    plain: Set[str] = field(repr=False)
    cores: Collection[str] = field(repr=False)
    departments: Set[str] = field(repr=False)
    registered: Mapping[str, object] = field(repr=False)
    borders: Borders = field(repr=False)
    everyday: Set[str] = field(repr=False)

    # -- one name ---------------------------------------------------------------------------------------------------
    def readings(self, surface: str) -> Iterator[Name]:
        """Yield the parses of a name: longest known place first, then a reference to a place, then the bare name."""
        stripped = _PREFIX.sub("", surface)
        placed = list(self._placed(stripped))
        yield from (name for name in placed if self.is_plain_place(name.place))
        deictic = self.words[_DEICTIC].match(stripped)
        if deictic:
            marker = deictic["marker"].rstrip("级直")
            yield Name(stripped[: deictic.start("core")], (), marker, deictic["core"])
        yield Name("", (), None, stripped)
        yield from (name for name in placed if not self.is_plain_place(name.place))
        unknown = self.words[_UNKNOWN_PLACE].match(stripped)
        if unknown:
            yield Name(unknown["place"], (), None, unknown["core"], unknown=True)

    def _placed(self, surface: str) -> Iterator[Name]:
        for end in range(min(len(surface) - 1, MAX_PLACE), 1, -1):
            codes = self.places.get(surface[:end])
            if not codes:
                continue
            for inner in self._placed(surface[end:]):
                if not self.is_plain_place(inner.place):
                    continue
                inside = tuple(code for code in inner.codes if set(ancestors(code, self.divisions)) & set(codes))
                if inside:
                    yield Name(surface[:end] + inner.place, inside, None, inner.core)
            yield Name(surface[:end], tuple(codes), None, surface[end:])

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(
            stem
            for form in self.departments
            for suffix in STEM_SUFFIXES
            if len(stem := form.removesuffix(suffix)) > 1 and stem != form
        )

    def composed(self, core: str) -> tuple[str, ...]:
        """Return the functions of which the name of a merged department is composed; () if it is not composed.

        Example: 教育和科学技术局 → 教育, 科学技术.
        """
        for suffix in STEM_SUFFIXES:
            if core.endswith(suffix) and len(core) > len(suffix):
                return self._split(core.removesuffix(suffix)) or ()
        return ()

    def _split(self, words: str) -> tuple[str, ...] | None:
        if not words:
            return ()
        for end in range(len(words), 1, -1):
            if words[:end] in self._stems:
                rest = self._split(words[end:].lstrip("和与、及"))
                if rest is not None:
                    return (words[:end], *rest)
        return None

    def is_party(self, surface: str) -> bool:
        """Tell whether the whole string is probably the name of a party."""
        surface = surface.strip()
        return len(surface) <= LONGEST and self._looks_like_party(surface)

    def _party_anew(self, surface: str) -> bool:
        if len(surface) < 2 or surface in self.words.of("no-names"):
            return False
        if surface in self.places or self.is_registered(surface) or surface in self.words.of("place-classes"):
            return True
        return bool(self.words[COLLECTIVE].match(surface) or self.words[_SHAPE].match(surface))

    def is_registered(self, surface: str) -> bool:
        """Tell whether the whole string is a registered name, with or without its place."""
        return (self._stands_in_register if len(surface) <= LONGEST else self._registered_anew)(surface)

    def opening(self, text: str) -> int:
        """Return the end of the name of a body with which a text starts, 0 if it starts with none."""
        return (self._first_name if len(text) <= LONGEST else self._opening_anew)(text)

    def _opening_anew(self, text: str) -> int:
        found = self.find(text)
        return found[0].end if found and not found[0].start else 0

    def _registered_anew(self, surface: str) -> bool:
        return surface in self.registered or any(r.core in self.cores for r in self.readings(surface))

    @cached_property
    def _looks_like_party(self) -> Callable[[str], bool]:
        return lru_cache(maxsize=REMEMBERED)(self._party_anew)

    @cached_property
    def _stands_in_register(self) -> Callable[[str], bool]:
        return lru_cache(maxsize=REMEMBERED)(self._registered_anew)

    @cached_property
    def _first_name(self) -> Callable[[str], int]:
        return lru_cache(maxsize=REMEMBERED)(self._opening_anew)

    # -- running text -----------------------------------------------------------------------------------------------
    @cached_property
    def _bodies(self) -> ahocorasick_rs.AhoCorasick:
        forms = {form for form in self.cores if len(form) > 1} | set(self.registered)
        # 团省委: the only name that encloses the reference to its place
        return _automaton(tuple(sorted(forms | {f"团{marker}委" for marker in self.words.of("division-markers")})))

    @cached_property
    def _place_names(self) -> ahocorasick_rs.AhoCorasick:
        return _automaton(tuple(self.places))

    def find_places(self, text: str) -> list[Match]:
        """Return the unambiguous places named in a text, with the codes of their divisions."""
        return [
            Match(start, end, codes[0])
            for _, start, end in self.borders.find(self._place_names, text)
            if len(codes := self.places[text[start:end]]) == 1 and self.is_plain_place(text[start:end])
        ]

    def find(self, text: str) -> list[Match]:
        """Return the names of bodies in a text, leftmost-longest, extended to the left over places and references."""
        found: list[Match] = []
        done = 0
        for _, start, end in self.borders.find(self._bodies, text):
            name = text[start:end]
            left = self._extended(text, start) if name in self.cores else start
            if left == start and len(name) < 3 and name not in self.registered:
                continue
            left = max(left, done)
            done = end
            found.append(Match(left, end, text[left:end]))
        return found

    def _extended(self, text: str, start: int) -> int:
        left = start
        while (place := self._place_before(text, left)) < left:
            left = place
        if left == start:
            for marker in self._markers.get(text[start - 1 : start], ()):
                if text.startswith(marker, max(start - len(marker), 0), start):
                    left = start - len(marker)
                    break
        if left < start and text[left - 1 : left] == "各":
            left -= 1
        if text[max(left - 2, 0) : left] == "中共":
            left -= 2
        return left

    def _place_before(self, text: str, end: int) -> int:
        """Return the start of the longest place that ends here; names are few, so only their lengths are tried."""
        for length in self._place_lengths.get(text[end - 1 : end], ()):
            if length <= end and text[end - length : end] in self.plain:
                return end - length
        return end

    @cached_property
    def _markers(self) -> dict[str, tuple[str, ...]]:
        """Last character of a division word → the division words that end in it, longest first."""
        markers = [word.text for word in self.words.rows("division-markers")]
        return {end: tuple(m for m in markers if m[-1] == end) for end in {m[-1] for m in markers}}

    def leading_place(self, text: str) -> int:
        """Return the length of the place with which a text starts, 0 if that is uncertain."""
        for end in range(min(len(text), MAX_PLACE), 1, -1):
            if text[:end] in self.plain and text[:end] not in self.everyday:
                return end
        return 0

    @cached_property
    def _place_lengths(self) -> dict[str, tuple[int, ...]]:
        """Last character of a place → lengths of the places that end in it, longest first."""
        lengths: dict[str, set[int]] = {}
        for place in self.plain:
            lengths.setdefault(place[-1], set()).add(len(place))
        return {last: tuple(sorted(found, reverse=True)) for last, found in lengths.items()}

    def is_plain_place(self, surface: str) -> bool:
        """Tell whether a wording is more than a short form that may be another word; see `places.is_plain`."""
        return surface in self.plain or surface not in self.places


@lru_cache(maxsize=8)
def _automaton(patterns: tuple[str, ...]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(
        patterns, matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST, store_patterns=False
    )

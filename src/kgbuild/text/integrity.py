"""Words that were replaced after publication: detected by evidence, undone only where certain.

A mirror site that swaps words leaves three traces: registered names and set phrases broken in the same way, and the
absence of the original word from a long text. A replacement is proven by names of bodies, or by a vocabulary that lists
it; set phrases count as evidence only in a text where one is proven. The original word is then restored in the names
and phrases that the replacement broke; elsewhere only where names prove it, because 引导, 支撑, 常识 are ordinary
words. The text is not modified: corrections are spans with the original reading and a grade.
"""

from __future__ import annotations

import re
from collections import defaultdict
from operator import add
from typing import TYPE_CHECKING

from kgbuild.model import Correction, Span
from kgbuild.text.normalise import TWO_HANZI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Document

WORD = 2
"""Length of a replaced word in characters."""
MIN_LENGTH = 1500
"""Characters below which the absence of a word from a text means nothing."""
MIN_SUPPORT = 2
"""Number of different names or phrases that one replacement must have broken."""
MIN_EXPLAINED = 0.25
"""Share of the occurrences of the wrong word that must break something: an original word mostly breaks nothing."""

MIN_ALONE = 3
MIN_PHRASE_ALONE = 5
"""One long phrase suffices if it is broken this often and the wrong word occurs nowhere else."""

_ITEM = re.compile(r"[(、,;:](?P<name>[\u4e00-\u9fff]{4,14})(?=[)、,;])")
Evidence = dict[tuple[str, str], dict[str, set[int]]]
"""(wrong, right) → name or phrase in its original form → offsets of the wrong word."""


def find_corrections(doc: Document, lexicon: Lexicon) -> tuple[Correction, ...]:
    """Return the corrections of a document in reading order, without overlaps.

    Args:
        doc: The parsed document.
        lexicon: Registered names, set phrases, known replacements.
    """
    norm = doc.norm
    found = list(_known(norm, lexicon))
    if len(norm) >= MIN_LENGTH:
        for wrong, right, places in _accepted(norm, lexicon, mangled=bool(found)):
            for start in places:
                span = Span(start, start + len(wrong))
                if not any(c.span.overlaps(span) for c in found):
                    found.append(Correction(span=span, original=right, certainty="certain", rule="exchanged-word"))
    return tuple(sorted(found, key=lambda c: c.span))


def _known(norm: str, lexicon: Lexicon) -> Iterator[Correction]:
    """Yield replacements that a vocabulary lists."""
    for wrong, right in lexicon.restorations:
        for m in re.finditer(re.escape(wrong), norm):
            yield Correction(span=Span(*m.span()), original=right, certainty="certain", rule="known-replacement")


def _names(norm: str, lexicon: Lexicon) -> Evidence:
    """Collect list members that equal a registered name except for one word."""
    out: Evidence = defaultdict(lambda: defaultdict(set))
    places: dict[str, list[int]] = defaultdict(list)
    for m in _ITEM.finditer(norm):
        if m["name"][-1] in lexicon.final_characters:
            places[m["name"]].append(m.start("name"))
    for name, starts in places.items():
        if lexicon.is_registered(name):
            continue
        for fixed, windows in _nearest(name, lexicon).items():
            # If one character differs, two words might be the replaced one: neither may occur elsewhere.
            if any(fixed[at : at + WORD] in norm for at in windows):
                continue
            for at in windows:
                out[(name[at : at + WORD], fixed[at : at + WORD])][fixed].update(start + at for start in starts)
    return out


def _nearest(name: str, lexicon: Lexicon) -> dict[str, list[int]]:
    """Return the registered names that differ in the fewest characters → offsets of the word that may be replaced."""
    near: dict[str, list[int]] = defaultdict(list)
    for right, at in lexicon.nearly_registered(name):
        near[name[:at] + right + name[at + len(right) :]].append(at)
    distance = {fixed: sum(a != b for a, b in zip(name, fixed, strict=True)) for fixed in near}
    return {fixed: at for fixed, at in near.items() if distance[fixed] == min(distance.values())}


def _phrases(norm: str, lexicon: Lexicon) -> Evidence:
    """Collect set phrases that do not occur in the text, found with two characters exchanged."""
    present = set(map(add, norm, norm[1:]))
    out: Evidence = defaultdict(lambda: defaultdict(set))
    for phrase in lexicon.phrases:
        for at in range(len(phrase) - 1):
            right = phrase[at : at + 2]
            if right not in present and len(phrase) - 2 >= 2:
                _broken(norm, phrase, at, right, out)
    return out


def _broken(norm: str, phrase: str, at: int, right: str, out: Evidence) -> None:
    """Add the places where a phrase occurs but for two characters, located by its longest unbroken part."""
    head, tail = phrase[:at], phrase[at + WORD :]
    part, lead = (head, 0) if len(head) >= len(tail) else (tail, at + WORD)
    place = norm.find(part)
    while place >= 0:
        start, end = place - lead + at, place - lead + at + WORD
        wrong = norm[max(start, 0) : end]
        if start >= at and TWO_HANZI.fullmatch(wrong) and norm.endswith(head, 0, start) and norm.startswith(tail, end):
            out[(wrong, right)][phrase].add(start)
            place = norm.find(part, place + len(phrase))
        else:
            place = norm.find(part, place + 1)


def _accepted(norm: str, lexicon: Lexicon, *, mangled: bool) -> Iterator[tuple[str, str, list[int]]]:
    """Yield the hypotheses that hold, with the offsets to restore: the best-supported one for each wrong word.

    Args:
        norm: Normalised text.
        lexicon: Names and set phrases.
        mangled: Whether a known replacement occurs in the text.
    """
    names = _names(norm, lexicon)
    if not names and not mangled:
        return
    phrases = _phrases(norm, lexicon)
    held: dict[str, list[tuple[int, str, list[int]]]] = defaultdict(list)
    for pair in sorted({*names, *phrases}):
        named, phrased = names.get(pair, {}), phrases.get(pair, {})
        support, places = _evidence(norm, pair, named, phrased)
        if support and (named or mangled or any(_holds(norm, p, names, phrases) for p in names)):
            held[pair[0]].append((support, pair[1], places))
    best = {wrong: max(readings) for wrong, readings in held.items() if _is_decided(readings)}
    # Overlapping windows compete: the word that explains more, or occurs more often, comes first.
    for wrong in sorted(best, key=lambda w: (-best[w][0], -norm.count(w), best[w][2])):
        yield wrong, best[wrong][1], best[wrong][2]


def _is_decided(readings: list[tuple[int, str, list[int]]]) -> bool:
    """Tell whether one reading of a word has strictly more support than every other."""
    ranks = sorted((support for support, _, _ in readings), reverse=True)
    return len(ranks) == 1 or ranks[0] > ranks[1]


def _holds(norm: str, pair: tuple[str, str], names: Evidence, phrases: Evidence) -> bool:
    return bool(_evidence(norm, pair, names.get(pair, {}), phrases.get(pair, {}))[0])


def _evidence(
    norm: str, pair: tuple[str, str], named: dict[str, set[int]], phrased: dict[str, set[int]]
) -> tuple[int, list[int]]:
    """Return the support of a hypothesis (0 if it does not hold) and the offsets to restore."""
    wrong, right = pair
    places = sorted({i for group in (named, phrased) for offsets in group.values() for i in offsets})
    count = norm.count(wrong)
    if right in norm or len(places) < MIN_EXPLAINED * count:
        return 0, []
    support = _independent([*named, *phrased])
    often = len(places) == count >= MIN_ALONE and any(len(p) >= MIN_PHRASE_ALONE for p in phrased)
    if support < MIN_SUPPORT and not often:
        return 0, []
    if named and support > MIN_SUPPORT:
        places = [m.start() for m in re.finditer(re.escape(wrong), norm)]
    return max(support, 1), places


def _independent(forms: list[str]) -> int:
    """Count the forms that do not contain another form."""
    return sum(not any(other != f and other in f for other in forms) for f in forms)

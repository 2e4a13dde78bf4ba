"""Words that were exchanged after publication: found by evidence, undone only where certain.

A mirror that swaps words leaves three traces: registered names and set phrases broken in the same way, and the word
itself nowhere in a long text. A hypothesis *wrong for right* needs all three. Then the wrong word is undone inside
the names and phrases that it broke; elsewhere only where names of bodies prove it, since 引导, 支撑, 常识 are ordinary
words. Nothing is changed in the text: corrections are spans with the right reading and a grade.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from kgbuild.model import Correction, Span
from kgbuild.text.lines import paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Document

MIN_LENGTH = 1500
"""In a shorter text the absence of a word says nothing."""
MIN_SUPPORT = 2
"""Different names or phrases that one exchange must have broken."""

_ITEM = re.compile(r"(?<=[(、,;:])[\u4e00-\u9fff]{4,14}(?=[)、,;])")
Evidence = dict[tuple[str, str], dict[str, set[int]]]
"""(wrong, right) → name or phrase as it should read → offsets of the wrong word."""


def find_corrections(doc: Document, lexicon: Lexicon) -> tuple[Correction, ...]:
    """Return the corrections of a document in reading order, without overlaps."""
    norm = doc.norm
    found = {c.span: c for c in _known(norm, lexicon)}
    if len(norm) >= MIN_LENGTH:
        names, phrases = _names(norm, lexicon), _phrases(norm, lexicon)
        for wrong, right in sorted({*names, *phrases}):
            for c in _judge(norm, wrong, right, names.get((wrong, right), {}), phrases.get((wrong, right), {})):
                found.setdefault(c.span, c)
    return tuple(found[s] for s in sorted(found))


def _known(norm: str, lexicon: Lexicon) -> Iterator[Correction]:
    """Replacements that a vocabulary lists."""
    for wrong, right in lexicon.restorations:
        for m in re.finditer(re.escape(wrong), norm):
            yield Correction(span=Span(*m.span()), original=right, certainty="certain", rule="known-replacement")


def _names(norm: str, lexicon: Lexicon) -> Evidence:
    """Members of lists that are a registered name but for one word."""
    out: Evidence = defaultdict(lambda: defaultdict(set))
    for p in paragraphs(norm):
        for m in _ITEM.finditer(norm, p.start, p.end):
            name = m[0]
            if lexicon.is_registered(name):
                continue
            for right, at in lexicon.nearly_registered(name):
                wrong = name[at : at + len(right)]
                fixed = name[:at] + right + name[at + len(right) :]
                out[(wrong, right)][fixed].add(m.start() + at)
    return out


def _phrases(norm: str, lexicon: Lexicon) -> Evidence:
    """Set phrases with two characters exchanged that occur nowhere in the text."""
    present = {norm[i : i + 2] for i in range(len(norm) - 1)}
    out: Evidence = defaultdict(lambda: defaultdict(set))
    for phrase in lexicon.phrases:
        for at in range(len(phrase) - 1):
            right = phrase[at : at + 2]
            if right not in present and len(phrase) - 2 >= 2:
                _broken(norm, phrase, at, right, out)
    return out


def _broken(norm: str, phrase: str, at: int, right: str, out: Evidence) -> None:
    form = re.escape(phrase[:at]) + r"([\u4e00-\u9fff]{2})" + re.escape(phrase[at + 2 :])
    for m in re.finditer(form, norm):
        out[(m[1], right)][phrase].add(m.start(1))


def _judge(
    norm: str, wrong: str, right: str, names: dict[str, set[int]], phrases: dict[str, set[int]]
) -> Iterator[Correction]:
    """Accept or drop one hypothesis and yield what follows from it."""
    if right in norm:
        return
    support = _independent([*names, *phrases])
    if support < MIN_SUPPORT:
        return
    proven = _independent(list(names)) >= 1 and support >= MIN_SUPPORT + 1
    places = {i for group in (names, phrases) for offsets in group.values() for i in offsets}
    if proven:
        places |= {m.start() for m in re.finditer(re.escape(wrong), norm)}
    for start in sorted(places):
        yield Correction(
            span=Span(start, start + len(wrong)), original=right, certainty="certain", rule="exchanged-word"
        )


def _independent(forms: list[str]) -> int:
    """Count the forms of which none holds another."""
    return sum(not any(other != f and other in f for other in forms) for f in forms)

"""What a document says outside of its actions, doubted aloud so that it is not lost in silence.

Takes a document and its actions. The text between a heading, or a numbered sentence, and the first item below it is no
action, since it mostly introduces; where it sets a day, names whom the work is for or is a numbered sentence of its
own, a finding says so. So it does for lines behind a plan that order something: at the end of a page a task without a
full stop looks like its foot.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.populations import find_populations
from kgbuild.model import Finding, Span
from kgbuild.text import trim
from kgbuild.text.labels import NOISE
from kgbuild.text.normalise import HANZI
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Action, Document, Unit
    from kgbuild.text.reading import Reading

_ORDERS = "{policy-verbs}"
_LABELLED = re.compile(r"[^,。;:]{2,8}:")
SHOWN = 40
LEAST, MOST = 8, 60
"""Hanzi in a line that orders something: a link is shorter, a paragraph longer."""


def find_left_out(
    reading: Reading,
    actions: Sequence[Action],
    titles: Sequence[Span],
    lexicon: Lexicon,
    *,
    times: Callable[[int, Span], list[Span]],
) -> Iterator[Finding]:
    """Yield the doubts about text of a document that is in none of its actions.

    Args:
        reading: The document with its corrections.
        actions: Its actions.
        titles: Places of the documents that it cites.
        lexicon: Compiled vocabularies.
        times: Gives the deadlines that a text of a unit sets.
    """
    doc = reading.document
    taken = {a.unit for a in actions}
    for index, unit in enumerate(doc.units):
        text = _before_items(doc, unit) if index not in taken else None
        if text is None:
            continue
        told = [*times(index, text), *_groups(reading, text, titles, lexicon)]
        if not told and unit.title is None and doc.norm.startswith("。", text.end - 1):
            told = [Span(text.start, min(text.end, text.start + SHOWN))]  # 第四条 对首次上榜的企业给予奖励。(一)…
        if told:
            shown = "、".join(dict.fromkeys("".join(doc.source.text[s.start : s.end].split()) for s in told))
            yield Finding(code="text-outside-actions", severity="info", span=text, detail=(("text", shown),))
    for line in _behind(doc, lexicon.words):
        shown = doc.source.text[line.start : line.end].strip()
        yield Finding(code="text-behind-plan", severity="info", span=line, detail=(("text", shown),))


def _before_items(doc: Document, unit: Unit) -> Span | None:
    """Return what a unit says before the items below it."""
    if not unit.has_children:
        return None
    span = introduction(doc.norm, unit) if unit.title else Span(unit.mark.end, unit.own.end)
    text = trim(doc.norm, span.start, span.end) if span else Span(0, 0)
    return text if len(text) else None


def _groups(reading: Reading, text: Span, titles: Sequence[Span], lexicon: Lexicon) -> Iterator[Span]:
    """Yield the groups of persons that a text is for, unless it only leads in to its items (…如下:)."""
    if not reading.document.norm.startswith(":", text.end - 1):
        own = [t for t in titles if t.overlaps(text)]
        found = find_populations(reading.passage(text), lexicon, names=(), titles=own)
        yield from (g.span for g in found if g.role == "target")


def _behind(doc: Document, words: Words) -> Iterator[Span]:
    """Yield the lines directly behind the last plan that begin with a verb of policy and are no sentence."""
    end = doc.plans[-1].span.end if doc.plans else len(doc.norm)
    for line in (p for p in doc.paragraphs if p.start >= end):
        text = doc.norm[line.start : line.end].strip()
        is_long = LEAST <= len(HANZI.findall(text)) <= MOST
        if not is_long or _LABELLED.match(text) or words[NOISE].search(text) or not words[_ORDERS].match(text):
            return
        yield line

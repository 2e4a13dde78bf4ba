"""Keywords of an action, ranked by weight, for readers who search by subject.

Takes the passage of an action. A keyword has at least two characters and is not a number, a policy verb or the name of
a body; if it is the label of a concept, the concept is given. Off by default, because loading the dictionary takes 0.6
s.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from kgbuild.model import TopicMention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.text.passage import Passage

TOP = 8
_WORD = re.compile(r"^[\u4e00-\u9fff]{2,8}$")
_ORDER = r"^(?:{stop-topics})$"


def find_topics(passage: Passage, lexicon: Lexicon) -> Iterator[TopicMention]:
    """Yield the keywords of a passage by descending weight, each at its first occurrence; ties in reading order."""
    segmenter = lexicon.segmenter
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    words = segmenter.words(passage.text)
    for word, start, end in words:
        if _WORD.match(word) and not lexicon.words[_ORDER].match(word) and not segmenter.is_stop(word):
            places[word].append((start, end))
    weights = {w: round(segmenter.weight(w, len(at), len(words)), 6) for w, at in places.items()}
    for word in sorted(places, key=lambda w: (-weights[w], places[w][0]))[:TOP]:
        start, end = places[word][0]
        yield TopicMention(
            span=passage.span(start, end), word=word, weight=weights[word], concept=lexicon.concept_of(word)
        )

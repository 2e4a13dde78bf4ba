"""Word segmentation by jieba, and the ranking of words by weight.

Loading the dictionary takes about 0.6 s, so it happens on first use; labels of our vocabularies are added to it. The
weights take as long again, and only topics ask for them.
Segmentation never decides where an entity starts or ends.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kgbuild.lexicon.cache import private_dir

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_LABEL, MAX_LABEL = 2, 8


class Segmenter:
    """A private tokenizer, so that other users of jieba in the process cannot change results."""

    def __init__(self, labels: Iterable[str]) -> None:
        """Load the dictionary and add labels to it.

        Args:
            labels: Words that must stay whole.
        """
        with warnings.catch_warnings():
            # jieba contains invalid escapes, about which Python 3.12 warns, and leaves its files to the collector
            warnings.simplefilter("ignore")
            import jieba

            jieba.setLogLevel(60)
            self._tokenizer: Any = jieba.Tokenizer()
            # jieba caches its dictionary with Python's marshal: keep that with our own tables or in a private folder,
            # never in a folder shared by all users.
            with private_dir() as folder:
                self._tokenizer.tmp_dir = str(folder)
                self._tokenizer.initialize()
        for label in sorted(set(labels)):
            if MIN_LABEL <= len(label) <= MAX_LABEL:
                self._tokenizer.add_word(label)

    @cached_property
    def _ranker(self) -> Any:  # noqa: ANN401 - jieba states no types
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba.analyse

            return jieba.analyse.TFIDF()

    def words(self, text: str) -> list[tuple[str, int, int]]:
        """Return the words of a text with their offsets, in reading order."""
        return [(w, start, end) for w, start, end in self._tokenizer.tokenize(text)]

    def weight(self, word: str, count: int, total: int) -> float:
        """Return the TF-IDF weight of a word that occurs `count` times among `total` words."""
        usual: float = self._ranker.median_idf
        return count / total * float(self._ranker.idf_freq.get(word, usual))

    def is_stop(self, word: str) -> bool:
        """Tell whether a word is a stop word."""
        return word.lower() in self._ranker.stop_words

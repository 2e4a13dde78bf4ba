"""Word segmentation by jieba, and the ranking of words by weight.

Loading the dictionary takes about 0.6 s, so it happens on first use; labels of our vocabularies are added to it.
Segmentation never decides where an entity starts or ends.
"""

from __future__ import annotations

import warnings
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
            import jieba.analyse

            jieba.setLogLevel(60)
            self._tokenizer: Any = jieba.Tokenizer()
            # jieba caches its dictionary with Python's marshal: keep that with our own tables or in a private folder,
            # never in a folder shared by all users.
            with private_dir() as folder:
                self._tokenizer.tmp_dir = str(folder)
                self._tokenizer.initialize()
            ranker = jieba.analyse.TFIDF()
        for label in sorted(set(labels)):
            if MIN_LABEL <= len(label) <= MAX_LABEL:
                self._tokenizer.add_word(label)
        self._idf: dict[str, float] = ranker.idf_freq
        self._usual: float = ranker.median_idf
        self._stop: frozenset[str] = frozenset(ranker.stop_words)

    def words(self, text: str) -> list[tuple[str, int, int]]:
        """Return the words of a text with their offsets, in reading order."""
        return [(w, start, end) for w, start, end in self._tokenizer.tokenize(text)]

    def weight(self, word: str, count: int, total: int) -> float:
        """Return the TF-IDF weight of a word that occurs `count` times among `total` words."""
        return count / total * self._idf.get(word, self._usual)

    def is_stop(self, word: str) -> bool:
        """Tell whether a word is a stop word."""
        return word.lower() in self._stop

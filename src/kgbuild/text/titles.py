"""The kind of a document (文种) as its title expresses it.

Source: 党政机关公文处理工作条例 (2012), article 8, for the fifteen kinds of official document; the kinds of laws,
plans and standards by usage. The words are the labels of `gplanv:document-kinds`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words

_BEHIND = re.compile(r"(?:\([^()]*\)|（[^（）]*）|[》〉”])+$")
_DRAFT = re.compile(r"(?:修订|修正)?草案$")


def kind_of_title(title: str, words: Words) -> str | None:
    """Return the kind of document named at the end of a title, ignoring brackets and 草案; None if no word names one.

    Args:
        title: The title without 《》.
        words: Word classes; the longest matching ending decides (办法 before 法).

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> kind_of_title("云岭省科学普及条例(修订草案)", words), kind_of_title("诉讼要素表", words)
        ('regulation', None)
    """
    bare = _DRAFT.sub("", bare_title(title.strip()))
    return next((kind for word, kind in words.codes("document-kinds").items() if bare.endswith(word)), None)


def bare_title(title: str) -> str:
    """Return a title without trailing brackets and closing marks."""
    return _BEHIND.sub("", title)

"""What the title of a document says of its kind.

Source: 党政机关公文处理工作条例 (2012), article 8, for the fifteen kinds of official document; the kinds of laws,
plans and standards by their usage. The words are the labels of `gplanv:document-kinds`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words

_BEHIND = re.compile(r"(?:\([^()]*\)|（[^（）]*）|[》〉”])+$")
_DRAFT = re.compile(r"(?:修订|修正)?草案$")


def kind_of_title(title: str, words: Words) -> str | None:
    """Return the kind of document that a title ends with, brackets and 草案 left aside; None where no word shows it.

    Args:
        title: The title as found, without its marks.
        words: Knows the kinds; the longest ending decides (办法 before 法).

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
    """Return a title without the brackets and closing marks at its end."""
    return _BEHIND.sub("", title)

"""Words of a text as a page shows them: on one line, as long as there is room."""

from __future__ import annotations

import re

_BREAK = re.compile(r"[^\S\r\n]*[\r\n]\s*")
_NAME = 40
"""Characters of the words that stand for a name."""
_ENDS = "。！？；"


def flat(text: str) -> str:
    r"""Return words as one line; where a printed line ends within a Chinese sentence, nothing parts its characters.

    Example:
        >>> flat("推进资源整\n合。\n　　做好5G\n基站建设")
        '推进资源整合。 做好5G基站建设'
    """

    def gap(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        # A printed indent (　　) begins a paragraph; words of Latin letters need their blank.
        is_paragraph = "\u3000" in found[0] or before in _ENDS
        return " " if is_paragraph or (before.isascii() and after.isascii()) else ""

    return " ".join(_BREAK.sub(gap, text.strip()).split())


def shortened(words: str) -> str:
    """Return words in quotation marks that stand for a name.

    Example:
        >>> shortened("加强科普基地建设")
        '“加强科普基地建设”'
    """
    line = flat(words)
    return f"“{line[:_NAME]}…”" if len(line) > _NAME else f"“{line}”"

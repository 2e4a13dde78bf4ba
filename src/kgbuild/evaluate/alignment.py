"""Transfers a prediction between two readings of a document, such as from a web page to its plain text."""

from __future__ import annotations

import difflib
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgbuild.evaluate.items import Json


def align(predicted: Json, read: str, text: str) -> Json:
    """Transfer a prediction from one reading of a document to another.

    White space is ignored, as is text in only one of the readings. A span whose ends have no counterpart is dropped
    with its item; hash, length and surfaces are those of the new text.

    Args:
        predicted: A prediction whose offsets refer to `read`.
        read: The text as it was read.
        text: The text of the gold.
    """
    places = _counterparts(read, text)
    moved: Json = _moved(predicted, places, read, text)
    return moved | {"sha256": hashlib.sha256(text.encode()).hexdigest(), "length": len(text)}


def _counterparts(read: str, text: str) -> dict[int, int]:
    """Map each visible character of one text to its position in the other."""
    here = [i for i, c in enumerate(read) if not c.isspace()]
    there = [i for i, c in enumerate(text) if not c.isspace()]
    blocks = difflib.SequenceMatcher(
        None, [read[i] for i in here], [text[i] for i in there], autojunk=False
    ).get_matching_blocks()
    return {here[b.a + k]: there[b.b + k] for b in blocks for k in range(b.size)}


def _moved(x: Any, places: dict[int, int], read: str, text: str) -> Any:  # noqa: ANN401 - walks JSON
    if isinstance(x, list):
        return [y for y in (_moved(y, places, read, text) for y in x) if y is not None]
    if not isinstance(x, dict):
        return x
    out = {k: v if k in ("start", "end") else _moved(v, places, read, text) for k, v in x.items()}
    if isinstance(x.get("start"), int):
        span = _moved_span(x["start"], x["end"], places, read)
        if span is None:
            return None
        out["start"], out["end"] = span
        if "surface" in x:
            out["surface"] = text[span[0] : span[1]]
    lost = any(k in x and out.get(k) is None for k in ("text", "responsibility_span", "heading"))
    return None if lost else out


def _moved_span(start: int, end: int, places: dict[int, int], read: str) -> tuple[int, int] | None:
    while start < end and read[start].isspace():
        start += 1
    while start < end and read[end - 1].isspace():
        end -= 1
    if start >= end or start not in places or end - 1 not in places or places[end - 1] < places[start]:
        return None
    return places[start], places[end - 1] + 1

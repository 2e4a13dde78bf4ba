"""Limits the nesting depth of a file before it reaches a recursive library that might crash.

None of our files is nested more than ten deep. RDF/XML must not have a document type: entities can make a kilobyte
fill all memory.
"""

from __future__ import annotations

import re
from itertools import accumulate
from xml.parsers import expat

from kgbuild.errors import InputError, Message

DEEPEST = 100
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"{}[]")))
_STEPS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_TERM = re.compile(rb"<<|>>")


def check_nesting(data: bytes, *, name: str, is_xml: bool = False, is_json: bool = False) -> None:
    """Refuse deeply nested input, and XML with a document type.

    Args:
        data: The bytes of an RDF or results file.
        name: Name of the file, for messages.
        is_xml: Whether it is XML.
        is_json: Whether it is JSON; otherwise it is of the Turtle family.

    Raises:
        InputError: it is nested too deeply, or is not well-formed XML.
    """
    if is_xml:
        _check_xml(data, name)
        return
    if is_json:
        deepest = max(accumulate(map(_STEPS.__getitem__, data.translate(None, _NO_BRACKETS))), default=0)
    else:
        deepest = max(accumulate(1 if m[0] == b"<<" else -1 for m in _TERM.finditer(data)), default=0)
    if deepest > DEEPEST:
        raise _too_deep(name)


def _check_xml(data: bytes, name: str) -> None:
    parser, depth = expat.ParserCreate(), 0

    def doctype(*_: object) -> None:
        cure = "write the file without <!DOCTYPE and its entities"
        raise InputError("has a document type", where=f"{name}:{parser.CurrentLineNumber}", cure=cure)

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _too_deep(f"{name}:{parser.CurrentLineNumber}")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler, parser.StartElementHandler, parser.EndElementHandler = doctype, start, end
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no names
    except expat.ExpatError as e:
        where, what = f"{name}:{e.lineno}:{e.offset + 1}", expat.ErrorString(e.code)
        raise InputError(
            Message("is not RDF/XML: {reason}", reason=what),
            where=where,
            cure="give a graph written by kgbuild build",
        ) from e


def _too_deep(where: str) -> InputError:
    return InputError(
        Message("is nested more than {limit} deep", limit=DEEPEST), where=where, cure="write it flat, as N-Triples"
    )

"""How deeply a file is nested, before a library sees it that descends and may end the process.

No file of ours is nested more than ten deep. RDF/XML has no document type here: its entities can make a kilobyte fill
all memory.
"""

from __future__ import annotations

import re
from itertools import accumulate
from xml.parsers import expat

from kgbuild.errors import InputError

DEEPEST = 100
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"{}[]")))
_STEPS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_TERM = re.compile(rb"<<|>>")


def check_nesting(data: bytes, *, name: str, is_xml: bool = False, is_json: bool = False) -> None:
    """Refuse what is nested too deeply, and XML with a document type.

    Args:
        data: The bytes of a file of RDF, or of results.
        name: What messages call it.
        is_xml: It is XML.
        is_json: It is JSON; else it is of the family of Turtle.

    Raises:
        InputError: it is, or is no XML.
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
        raise InputError(f"is not RDF/XML: {what}", where=where, cure="give a graph written by kgbuild build") from e


def _too_deep(where: str) -> InputError:
    return InputError(f"is nested more than {DEEPEST} deep", where=where, cure="write it flat, as N-Triples")

"""What a query may not do: leave the graphs given, or change them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOKEN = re.compile(
    r"""\s+ | \#[^\n\r]*
      | <[^<>"{}|^`\\\x00-\x20]*>
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
      | [?$]\w+ | @[A-Za-z][\w-]*
      | (?P<prefix>[^\W\d_][\w.-]*)? :(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*
      | (?P<word>[^\W\d_]\w*)
      | .""",
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_REACH = ("SERVICE", "FROM", "GRAPH")
_UNICODE_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


def check_query(query: str, *, remote: bool = False) -> None:
    """Refuse what leaves the loaded graph or would change it.

    This gives the clear message. It is no wall: where `<` compares and where it opens an IRI only a parser knows. The
    wall is the process of `kgbuild.queries.free`, which can open neither file nor socket.

    Args:
        query: The query.
        remote: Let SERVICE and FROM pass; an update never passes.

    Raises:
        UsageError: SERVICE, FROM or an update, with line and column.
    """
    for text in _readings(query):
        for match in () if remote or not _holds(text, _REACH) else _words(text):
            _refuse_reach((match["word"] or match["prefix"]).upper(), _place(text, match.start()))
        form = _form(_words(text)) if _holds(text, _UPDATES) else None
        if form is not None and form["word"].upper() in _UPDATES:
            what = f"{form['word'].upper()} is an update and graphs are read-only"
            cure = "write SELECT, ASK, CONSTRUCT or DESCRIBE"
            raise UsageError(what, where=_place(text, form.start()), cure=cure)


def names_graphs(query: str) -> bool:
    """Tell whether a query may look into named graphs; true for some that do not.

    Example:
        >>> names_graphs("SELECT * { GRAPH ?g { ?s ?p ?o } }"), names_graphs("SELECT ?graph { ?s ?p 'GRAPH' }")
        (True, False)
    """
    return any(
        any(word in (m["word"] or m["prefix"]).upper() for word in ("GRAPH", "FROM"))
        for text in _readings(query)
        if _holds(text, _REACH)
        for m in _words(text)
    )


def form_of(query: str) -> str:
    r"""Return the word that says what a query is: SELECT, ASK, CONSTRUCT, DESCRIBE; '' where there is none.

    Example:
        >>> form_of("PREFIX ask: <http://x/> # ASK\nselect * {}")
        'SELECT'
    """
    form = _form(_words(query))
    return form["word"].upper() if form else ""


def _readings(query: str) -> tuple[str, ...]:
    # The engine decodes \\u escapes before it reads, and so may hide or show a keyword.
    if "\\" not in query:
        return (query,)
    decoded = _UNICODE_ESCAPE.sub(lambda m: chr(min(int(m[1] or m[2], 16), 0x10FFFF)), query)
    return tuple(dict.fromkeys((query, decoded)))


def _holds(text: str, words: Iterable[str]) -> bool:
    """Tell whether it is worth while to look for keywords: a saved query has none, and reading it took longer."""
    start = 0
    while text.startswith("#", start):  # the header is a comment, and names its graph
        start = text.find("\n", start) + 1 or len(text)
    upper = text[start:].upper()
    return any(word in upper for word in words)


def _words(text: str) -> Iterator[re.Match[str]]:
    return (m for m in _TOKEN.finditer(text) if m["word"] or m["prefix"])


def _form(matches: Iterable[re.Match[str]]) -> re.Match[str] | None:
    return next((m for m in matches if m["word"] and m["word"].upper() not in ("PREFIX", "BASE")), None)


def _refuse_reach(word: str, place: str) -> None:
    # The engine needs no blank after a keyword (`SERVICEex:a {…}`, `trueSERVICE<…>{…}`): look inside words.
    if "SERVICE" in word:
        raise UsageError(
            "SERVICE is refused: a query reaches no other endpoint",
            where=place,
            cure="remove it, or add --allow-remote",
        )
    if "FROM" in word:
        raise UsageError("FROM is refused: a query runs over the graphs given", where=place, cure="use --graph")


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"query, line {line}, column {offset - text.rfind(chr(10), 0, offset)}"

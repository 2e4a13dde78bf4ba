"""What a query may not do: leave the graphs given, change them, or end the process by its depth.

Whether a word is a keyword only a parser knows, and the one that counts is the engine's own. So it is asked twice: a
text that it takes, and takes no more when each SERVICE in it is misspelled, has a SERVICE. Nothing is evaluated.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST = 100
"""Most brackets inside each other; an engine that descends into 20,000 of them ends the process."""
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_BRACKET = re.compile(r"(?P<open>[(\[{]|<<)|[)\]}]|>>")
_PROLOGUE = re.compile(r"(?:\s|#[^\n\r]*|PREFIX\s+[^\s:<]*:\s*<[^>]*>|BASE\s*<[^>]*>)*+(?P<form>[A-Z]*)", re.IGNORECASE)
_ABSENT = ox.Variable("kgbuildParsesOnly")
_BASE = "http://localhost/"
"""Whether a query may hold relative IRIs, who evaluates it knows."""
_CURES = {
    "SERVICE": ("SERVICE is refused: a query reaches no other endpoint", "remove it, or add --allow-remote"),
    "FROM": ("FROM is refused: a query runs over the graphs given", "use --graph"),
}


def check_query(query: str, *, remote: bool = False, graphs: bool = False) -> None:
    """Refuse what leaves the loaded graph, would change it, or is nested too deeply.

    The engine's parser may take long over a hostile text, or end the process; `kgbuild.queries.free` has another
    process for that.

    Args:
        query: The query.
        remote: Let SERVICE and FROM pass; an update never passes.
        graphs: Let FROM pass alone: a store of oxigraph takes it for one of its own graphs and fetches nothing.

    Raises:
        UsageError: SERVICE, FROM, an update or too many brackets, with line and column; a syntax error in a query that
            holds one of these words.
    """
    check_depth(query)
    form = _PROLOGUE.match(query)
    if form is not None and form["form"].upper() in _UPDATES:
        what = f"{form['form'].upper()} is an update and graphs are read-only"
        raise UsageError(what, where=_place(query, form.start("form")), cure="write SELECT, ASK, CONSTRUCT or DESCRIBE")
    if remote:
        return
    for word, (what, cure) in _CURES.items():
        if graphs and word == "FROM":
            continue
        start = _keyword(query, word)
        if start is not None:
            raise UsageError(what, where=_place(query, start), cure=cure)


def check_depth(query: str) -> None:
    """Refuse a query with too many brackets inside each other, whatever they are.

    Raises:
        UsageError: there are, with line and column.
    """
    depth = 0
    for bracket in _BRACKET.finditer(query):
        depth = depth + 1 if bracket["open"] else max(depth - 1, 0)
        if depth > DEEPEST:
            where, what = _place(query, bracket.start()), f"has more than {DEEPEST} brackets inside each other"
            raise UsageError(what, where=where, cure="nest less deeply, or ask in several queries")


def names_graphs(query: str) -> bool:
    """Tell whether a query may look into named graphs; true for some that do not.

    Example:
        >>> names_graphs("SELECT * { GRAPH ?g { ?s ?p ?o } }"), names_graphs("SELECT ?text { ?s ?p ?text }")
        (True, False)
    """
    return _holds(query, ("GRAPH", "FROM", "\\\\U"))


def form_of(query: str) -> str:
    r"""Return the word that says what a query is: SELECT, ASK, CONSTRUCT, DESCRIBE; '' where there is none.

    Example:
        >>> form_of("PREFIX ask: <http://x/> # ASK\nselect * {}")
        'SELECT'
    """
    form = _PROLOGUE.match(query)
    return form["form"].upper() if form else ""


def syntax_error(error: SyntaxError) -> UsageError:
    """Return what is to be raised for a query that the engine cannot parse."""
    match = re.match(r"error at (\d+):(\d+): (.*)", error.msg, re.DOTALL)
    place, what = (f"query, line {match[1]}, column {match[2]}", match[3]) if match else ("query", error.msg)
    short = " ".join(what.split())
    short = short if len(short) <= 160 else short[:159] + "…"
    return UsageError(f"syntax error, {short}", where=place, cure="mend the query")


def _holds(text: str, words: Iterable[str]) -> bool:
    """Tell whether it is worth while to look for keywords: a saved query has none."""
    start = 0
    while text.startswith("#", start):  # the header is a comment, and names its graph
        start = text.find("\n", start) + 1 or len(text)
    upper = text[start:].upper()
    return any(word in upper for word in words)


def _keyword(query: str, word: str) -> int | None:
    """Where a word first stands as a keyword, by the parser of the engine; None where it does not."""
    spelling = _spelling(word)
    if not spelling.search(query):
        return None
    _parse(query)
    wrong = f"{word[:-1]}X"
    if _parses(spelling.sub(wrong, query)):
        return None
    # The first one without which the rest is no query; where it takes two of them, the first of all.
    for match in islice(spelling.finditer(query), 20):
        if not _parses(query[: match.start()] + wrong + query[match.end() :]):
            return match.start()
    return next(spelling.finditer(query)).start()


@cache
def _spelling(word: str) -> re.Pattern[str]:
    # Older engines decode \\u escapes before they read.
    letters = (rf"(?:{c}|\\u00(?:{ord(c):02x}|{ord(c.lower()):02x})|\\U000000(?:{ord(c):02x}|{ord(c.lower()):02x}))"
               for c in word)  # fmt: skip
    return re.compile("".join(letters), re.IGNORECASE | re.ASCII)


def _parse(query: str) -> None:
    try:
        # A value for a variable that is not there is refused behind the parser and before anything is evaluated.
        ox.Store().query(query, base_iri=_BASE, prefixes=terms.PREFIXES, substitutions={_ABSENT: ox.NamedNode("urn:x")})
    except SyntaxError as e:
        raise syntax_error(e) from e
    except (RuntimeError, ValueError):
        return


def _parses(query: str) -> bool:
    try:
        _parse(query)
    except UsageError:
        return False
    return True


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"query, line {line}, column {offset - text.rfind(chr(10), 0, offset)}"

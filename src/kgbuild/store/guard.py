"""What queries must not do: access other graphs, modify data, or crash the process by deep nesting.

Only a parser can tell whether a word is a keyword, and the engine's own parser is the one that counts. So it is asked
twice: if it accepts a text but rejects it with every SERVICE misspelled, the text contains SERVICE. Nothing is
evaluated.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import Message, UsageError

DEEPEST = 100
"""Maximum nesting depth of brackets; an engine that recurses into 20,000 of them crashes."""
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_BRACKET = re.compile(r"(?P<open>[(\[{]|<<)|[)\]}]|>>")
_OPENING = ("(", "[", "{", "<<")
_ESCAPE = re.compile(r"\\[uU]")
_PROLOGUE = re.compile(r"(?:\s|#[^\n\r]*|PREFIX\s+[^\s:<]*:\s*<[^>]*>|BASE\s*<[^>]*>)*+(?P<form>[A-Z]*)", re.IGNORECASE)
_HEADER = re.compile(r"(?:#[^\n\r\\]*[\n\r]+)*+")
"""Comments before a query, such as the header of a saved one; not those in which an escape might end the line."""
_CHANGING = re.compile(r"\\[uU]|\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
"""Functions whose value is new each time, or an escape in which one might be written."""
_IRI, _NAME = r"<[^<>\"{}|^`\\\s]{0,2000}>", r"[A-Za-z][\w-]*+:[\w-]*+"
_TERM = rf"(?:{_IRI}|{_NAME})"
_LOOKUP = re.compile(
    rf"""\s*+ (?: PREFIX \s++ [A-Za-z][\w-]*+: \s*+ {_IRI} \s*+ )*+
    (?: SELECT \s*+ (?: \* | (?: \?\w++ \s*+ )++ ) | ASK ) \s*+ (?: WHERE \s*+ )?
    \{{ \s*+ {_TERM} \s++ (?: a(?=\s) | {_TERM} | \?(?P<p>\w++) ) \s++ (?: {_TERM} | \?(?P<o>\w++) ) \s*+ \.? \s*+ \}}
    \s*+ (?: LIMIT \s++ \d++ )? \s*+""",
    re.IGNORECASE | re.VERBOSE,
)
"""One triple pattern with a given subject."""
_LONGEST_LOOKUP = 4_000
_SHORT_REASON = 60
"""Maximum length of the engine's reason for a syntax error in a message."""
_ABSENT = ox.Variable("kgbuildParsesOnly")
_BASE = "http://localhost/"
"""Whether a query may contain relative IRIs is decided by its evaluator."""
_CURES = {
    "SERVICE": ("SERVICE is refused: a query reaches no other endpoint", "remove it, or add --allow-remote"),
    "FROM": ("FROM is refused: a query runs over the graphs given", "use --graph"),
}


def check_query(query: str, *, remote: bool = False, graphs: bool = False) -> None:
    """Refuse a query that accesses anything but the loaded graph, modifies it, or is nested too deeply.

    The engine's parser may be slow on hostile texts, or crash; `kgbuild.queries.free` runs it in a separate process.

    Args:
        query: The query.
        remote: Allow SERVICE and FROM; updates are never allowed.
        graphs: Allow FROM only: oxigraph interprets it as one of its own graphs and fetches nothing.

    Raises:
        UsageError: SERVICE, FROM, an update or too many brackets, with line and column; a syntax error in a query that
            contains one of these words.
    """
    check_depth(query)
    form = _PROLOGUE.match(query)
    if form is not None and form["form"].upper() in _UPDATES:
        refused = Message("{form} is an update and graphs are read-only", form=form["form"].upper())
        raise UsageError(
            refused, where=_place(query, form.start("form")), cure="write SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    if remote:
        return
    body = _body(query)
    for word, (what, cure) in _CURES.items():
        if (graphs and word == "FROM") or not _occurs(body, word):
            continue
        start = _keyword(query, word)
        if start is not None:
            raise UsageError(what, where=_place(query, start), cure=cure)


def check_depth(query: str) -> None:
    """Refuse a query with too deeply nested brackets of any kind.

    Raises:
        UsageError: it is nested too deeply; with line and column.
    """
    if sum(map(query.count, _OPENING)) <= DEEPEST:  # whatever closes
        return
    depth = 0
    for bracket in _BRACKET.finditer(query):
        depth = depth + 1 if bracket["open"] else max(depth - 1, 0)
        if depth > DEEPEST:
            what = Message("has more than {limit} brackets inside each other", limit=DEEPEST)
            where = _place(query, bracket.start())
            raise UsageError(what, where=where, cure="nest less deeply, or ask in several queries")


def names_graphs(query: str) -> bool:
    """Tell whether a query may access named graphs; may be true for some that do not.

    Example:
        >>> names_graphs("SELECT * { GRAPH ?g { ?s ?p ?o } }"), names_graphs("SELECT ?text { ?s ?p ?text }")
        (True, False)
    """
    body = _body(query)
    return _occurs(body, "GRAPH") or _occurs(body, "FROM")


def form_of(query: str) -> str:
    r"""Return the form of a query: SELECT, ASK, CONSTRUCT, DESCRIBE; '' if it has none.

    Example:
        >>> form_of("PREFIX ask: <http://x/> # ASK\nselect * {}")
        'SELECT'
    """
    form = _PROLOGUE.match(query)
    return form["form"].upper() if form else ""


def is_lookup(query: str) -> bool:
    """Tell whether a query reads one triple pattern with a given subject, so that each row costs one step in an index.

    Example:
        >>> is_lookup("SELECT ?l { <urn:x> rdfs:label ?l }"), is_lookup("SELECT ?l { ?x rdfs:label ?l }")
        (True, False)
    """
    found = _LOOKUP.fullmatch(query) if len(query) <= _LONGEST_LOOKUP else None
    # `<urn:x> ?y ?y` may read all triples of its subject without giving a row.
    return found is not None and (found["p"] is None or found["p"] != found["o"])


def is_steady(query: str) -> bool:
    """Tell whether a query has the same answer as long as the graph is the same; may be false for some that have.

    Example:
        >>> is_steady("SELECT ?a { ?a ?p 1 }"), is_steady("SELECT (now() AS ?t) {}")
        (True, False)
    """
    return not _CHANGING.search(query)


def syntax_error(error: SyntaxError) -> UsageError:
    """Return the error for a query that the engine cannot parse."""
    match = re.match(r"error at (\d+):(\d+): (.*)", error.msg, re.DOTALL)
    place, what = (f"query, line {match[1]}, column {match[2]}", match[3]) if match else ("query", error.msg)
    short = " ".join(what.split())
    # A list of all characters that might follow helps nobody.
    said = Message("syntax error, {reason}", reason=short) if len(short) <= _SHORT_REASON else "syntax error"
    return UsageError(said, where=place, cure="mend the query")


def _keyword(query: str, word: str) -> int | None:
    """Return where a word first occurs as a keyword according to the engine's parser; None if it does not."""
    spelling = _spelling(word)
    _parse(query)
    wrong = f"{word[:-1]}X"
    if _parses(spelling.sub(wrong, query)):
        return None
    # The first one whose misspelling makes the query invalid; if it takes two, the first of all.
    for match in islice(spelling.finditer(query), 20):
        if not _parses(query[: match.start()] + wrong + query[match.end() :]):
            return match.start()
    return next(spelling.finditer(query)).start()


def _occurs(body: str, word: str) -> bool:
    """Tell whether a word stands outside variables and local names, which every parser reads to their end.

    Only then need the parser be asked; `?from` and `gplan:relationFrom` are frequent in good queries.
    """
    if word not in body.upper() and not _ESCAPE.search(body):
        return False
    return any(match["word"] for match in _outside_names(word).finditer(body))


def _body(query: str) -> str:
    """Return a query without its header, which is long in a saved one."""
    header = _HEADER.match(query)
    return query[header.end() :] if header else query


@cache
def _outside_names(word: str) -> re.Pattern[str]:
    return re.compile(rf"[?$:]\w*+|(?P<word>{_spelling(word).pattern})", re.IGNORECASE | re.ASCII)


@cache
def _spelling(word: str) -> re.Pattern[str]:
    # Older engines decode \\u escapes before parsing.
    letters = (rf"(?:{c}|\\u00(?:{ord(c):02x}|{ord(c.lower()):02x})|\\U000000(?:{ord(c):02x}|{ord(c.lower()):02x}))"
               for c in word)  # fmt: skip
    return re.compile("".join(letters), re.IGNORECASE | re.ASCII)


def _parse(query: str) -> None:
    try:
        # A value for an absent variable is refused after parsing and before evaluation.
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

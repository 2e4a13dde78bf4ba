"""HTTP content negotiation: media types, languages, entity tags. Pure functions."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
"""Media types for answers to SELECT and ASK, by the value of `format=`."""
GRAPHS: dict[str, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
"""Media types for graphs."""
DATASETS: dict[str, str] = {"trig": "application/trig", "nq": "application/n-quads"}
"""Media types for data sets (all graphs at once)."""
ALSO: dict[str, tuple[str, ...]] = {
    "json": ("application/json",),
    "xml": ("application/xml", "text/xml"),
    "ttl": ("application/x-turtle", "text/n3"),
    "nt": ("text/plain",),
    "rdf": ("application/xml",),
}
"""Alternative media types that clients may ask for; the response has the type of the first table."""
CALLED = {
    **dict.fromkeys(("turtle", "n3"), "ttl"),
    **dict.fromkeys(("ntriples", "n-triples"), "nt"),
    **dict.fromkeys(("json-ld", "json"), "jsonld"),
    **dict.fromkeys(("rdf+xml", "rdf/xml", "xml"), "rdf"),
}
"""Alternative names of graph formats in `format=`; the names above take precedence."""
_ENTRY = re.compile(r"\s*([^\s;,]+)\s*((?:;[^,]*)?)(?:,|$)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_LONGEST = 2_000


def accepted(header: str) -> list[tuple[str, float]]:
    """Return the entries of an `Accept` header with their quality, in order; invalid entries are skipped.

    Example:
        >>> accepted("text/csv;q=0.5, */*;q=0.1")
        [('text/csv', 0.5), ('*/*', 0.1)]
    """
    found = []
    for match in _ENTRY.finditer(header[:_LONGEST]):
        quality = _QUALITY.search(match[2])
        found.append((match[1].lower(), float(quality[1]) if quality else 1.0))
    return found


@lru_cache(maxsize=200)
def best(header: str, offers: tuple[tuple[str, str], ...]) -> str | None:
    """Return the name of the offer that fits an `Accept` header best, None if none fits.

    Args:
        header: The header, '' for none.
        offers: (name, media type) of what can be served, preferred first; a name may occur several times.

    Example:
        >>> best("text/csv, application/json;q=0.9", (("json", "application/json"), ("csv", "text/csv")))
        'csv'
    """
    entries = accepted(header) or [("*/*", 1.0)]
    found: list[tuple[float, int, str]] = []
    for place, (name, media) in enumerate(offers):
        quality = _quality(entries, media)
        if quality > 0:
            found.append((-quality, place, name))
    return min(found)[2] if found else None


def _quality(entries: Iterable[tuple[str, float]], media: str) -> float:
    """Return the quality of the most specific entry that matches a media type, 0 if none does."""
    kind = media.partition("/")[0]
    ranks = {media: 3, f"{kind}/*": 2, "*/*": 1}
    fits = [(ranks[entry], quality) for entry, quality in entries if entry in ranks]
    return max(fits)[1] if fits else 0.0


def offers(formats: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the formats of a table as offers for `best`, followed by their alternative media types."""
    return (*formats.items(), *((n, m) for n in formats for m in ALSO.get(n, ())))


def language(header: str, asked: str | None, cookie: str | None) -> str:
    """Return `zh` or `en`: from the query string, else the cookie, else the preference of the browser.

    Args:
        header: The `Accept-Language` header, '' for none.
        asked: The language in the query string.
        cookie: The language in the cookie.

    Example:
        >>> language("en-GB,en;q=0.9,zh;q=0.5", None, None), language("fr", None, None), language("en", "zh", None)
        ('en', 'zh', 'zh')
    """
    for choice in (asked, cookie):
        if choice in ("zh", "en"):
            return str(choice)
    wanted = sorted(accepted(header), key=lambda entry: -entry[1])
    return next((code[:2] for code, quality in wanted if quality > 0 and code[:2] in ("zh", "en")), "zh")


def etag(*parts: str) -> str:
    """Return a weak entity tag for everything that an answer depends on."""
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:20]}"'


def is_held(header: str, tag: str) -> bool:
    """Tell whether an `If-None-Match` header contains an entity tag.

    Example:
        >>> is_held('W/"a", "b"', 'W/"b"'), is_held('"c"', 'W/"b"')
        (True, False)
    """
    held = [entry.strip().removeprefix("W/") for entry in header[:_LONGEST].split(",")]
    return "*" in held or tag.removeprefix("W/") in held

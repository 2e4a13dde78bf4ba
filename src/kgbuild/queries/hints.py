"""Terms in a query that our ontology does not define: the usual cause of an empty answer."""

from __future__ import annotations

import re

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.errors import Message
from kgbuild.queries.values import nearest, quoted
from kgbuild.store import load_schema, read_quads

_OURS = {"gplan": terms.GPLAN, "gplanv": terms.GPLANV}
_SKIPPED = re.compile(r"""(?P<iri><[^<>\s]*>)|\#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
_TERM = re.compile(
    rf"<(?:{re.escape(terms.GPLAN)}|{re.escape(terms.GPLANV)})(?P<local>[^<>\s]*)>"
    r"|(?<![\w:?$<])(?P<prefix>gplanv?):(?P<name>[A-Za-z][\w-]*)"
)


def hints(query: str) -> list[str]:
    """Return a line for each undeclared term of our namespaces, with the nearest declared one.

    Args:
        query: A valid query; comments and literals are ignored.

    Example:
        >>> hints("ASK { ?a a gplan:Acton }")[0].partition("; use one of: ")[0]
        'gplan:Acton is no term of the ontology'
    """
    masked = _SKIPPED.sub(lambda m: m[0] if m["iri"] else " " * len(m[0]), query)
    named = []
    for match in _TERM.finditer(masked):
        prefix = match["prefix"] or ("gplan" if match[0].startswith(f"<{terms.GPLAN}") else "gplanv")
        named.append((prefix, match["name"] or match["local"]))
    wanted = dict.fromkeys(named)
    if not wanted:
        return []
    known = declared()
    found: list[str] = []
    for prefix, local in wanted:
        if f"{prefix}:{local}" not in known:
            term, cure = f"{prefix}:{quoted(local)[1:-1]}", nearest(f"{prefix}:{local}", sorted(known))
            found.append(
                Message("{term} is no term of the ontology; {cure}", term=term, cure=cure)
                if prefix == "gplan"
                else Message("{term} is no term of the code lists; {cure}", term=term, cure=cure)
            )
    return found


def declared() -> set[str]:
    """Return the terms of the ontology and the code lists as CURIEs."""
    folder = data_dir("ontology")
    files = [folder / "vocab" / name for name in ("codes.ttl", "findings.ttl")]
    subjects = {s[1:-1] for path in files for s, *_ in read_quads(path)}
    subjects |= {s[1:-1] for s, *_ in load_schema().triples}
    return {
        f"{prefix}:{iri[len(namespace) :]}"
        for iri in subjects
        for prefix, namespace in _OURS.items()
        if iri.startswith(namespace)
    }

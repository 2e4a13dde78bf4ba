"""Turtle and TriG that are made to be read.

Takes sorted triples without blank nodes. Guarantees: the same bytes for the same set of triples; subjects grouped by
what they are and in reading order; own prefixes first; a comment with the label behind an IRI that says nothing.
Written here because the serialisers of the libraries group by subject at best, name no label, and order by hash or
insertion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.writer import LABEL, PREF, A

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.model import Triple

_REGISTERS = ("division", "body", "population")
_REGISTER_PREFIX = {"division": "division", "body": "authority", "population": "population"}
_FIRST = (
    A,
    f"<{terms.RDFS}label>",
    PREF,
    f"<{terms.DCTERMS}title>",
    *(
        terms.gplan(n)
        for n in (
            "documentKind",
            "documentNumber",
            "issuerCode",
            "issueYear",
            "issueSerial",
            "documentDate",
            "issuerSignature",
            "issuedBy",
            "mainRecipient",
            "jurisdiction",
            "periodStart",
            "periodEnd",
            "transmits",
            "sectionLabel",
            "itemLabel",
            "itemPath",
            "itemPart",
            "sectionLevel",
            "sectionOrder",
            "itemOrder",
            "parentSection",
            "sectionOf",
            "inSection",
            "actionOf",
            "assignee",
            "role",
            "roleBasis",
            "listPosition",
            "measureOrder",
            "measureRole",
        )
    ),
)
_RANK = {p: i for i, p in enumerate(_FIRST)}
_GROUPS = (
    ("documents", "公文", ("document",)),
    ("source text and run", "来源文本与运行", ("text", "run")),
    ("sections", "章节", ("section",)),
    ("actions", "行动", ("action",)),
    ("measures", "措施", ("measure",)),
    ("statements", "陈述", ("statement",)),
    ("parties and initiatives of this document", "本文的单位与事项", ("group", "body", "initiative")),
    ("mentions and corrections", "提及与订正", ("mention", "correction")),
    ("findings", "发现", ("finding",)),
    ("spans", "原文片段", ("span",)),
)
MAX_COMMENT = 84
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What ends a comment or turns its direction."""
_LOCAL = re.compile(r"^[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?$")
_SHORT_LITERAL = re.compile(
    rf'^"(-?\d+)"\^\^<{re.escape(terms.XSD)}integer>$|^"(-?\d+\.\d+)"\^\^<{re.escape(terms.XSD)}decimal>$|^"(true|false)"\^\^<{re.escape(terms.XSD)}boolean>$'
)


class _Names:
    """Prefixed names and labels for one file."""

    def __init__(self, base: str, triples: Iterable[Triple]) -> None:
        self.prefixes = dict(terms.PREFIXES)
        self.prefixes |= {kind: f"{base}{kind}/" for kind in terms.TYPES}
        self.prefixes |= {_REGISTER_PREFIX[r]: f"{terms.ID}{r}/" for r in _REGISTERS}
        self._by_space = sorted(((ns, p) for p, ns in self.prefixes.items()), key=lambda x: -len(x[0]))
        self.labels: dict[str, str] = {}
        for s, p, o in triples:
            if p in (PREF, LABEL) and o.endswith("@zh"):
                self.labels[s] = min(o, self.labels.get(s, o))
        self.used: set[str] = set()

    def term(self, term: str) -> str:
        """Return a term as Turtle writes it."""
        if not term.startswith("<"):
            return self._literal(term)
        value = term[1:-1]
        for space, prefix in self._by_space:
            if value.startswith(space):
                local = value[len(space) :]
                if _LOCAL.match(local):
                    self.used.add(prefix)
                    return f"{prefix}:{local}"
                break
        return term

    def _literal(self, term: str) -> str:
        if m := _SHORT_LITERAL.match(term):
            return m[1] or m[2] or m[3]
        if term.endswith(">") and "^^<" in term:
            at = term.rindex("^^<")
            return f"{term[: at + 2]}{self.term(term[at + 2 :])}"
        return term

    def label(self, term: str) -> str:
        """Return a comment with the label of an IRI whose own name says nothing."""
        if not term.startswith("<") or f"<{terms.GPLAN}" in term:
            return ""
        label = terms.lexical(self.labels[term]) if term in self.labels else ""
        return f"  # {label}" if 0 < len(label) <= MAX_COMMENT and not _UNSHOWN.search(label) else ""


def natural(term: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which numbers count by value, so that .9 comes before .10.

    Example:
        >>> sorted(["a.10", "a.9"], key=natural)
        ['a.9', 'a.10']
    """
    return tuple((0, int(x), "") if x.isdigit() else (1, 0, x) for x in re.findall(r"\d+|\D+", term.rstrip(">")))


def write_turtle(triples: Iterable[Triple], *, base: str, header: str = "") -> str:
    """Return triples as a Turtle file."""
    data = sorted(set(triples))
    names = _Names(base, data)
    body = "\n".join(_grouped(data, names, base, ""))
    return f"{_comment(header)}{_prefixes(names)}\n{body}"


def write_trig(graphs: dict[str, Iterable[Triple]], *, base: str, header: str = "") -> str:
    """Return named graphs as a TriG file; the graphs in the order of their names."""
    data = {g: sorted(set(ts)) for g, ts in sorted(graphs.items())}
    names = _Names(base, (t for ts in data.values() for t in ts))
    parts = []
    for graph, triples in data.items():
        inner = "\n".join(_grouped(triples, names, base, "  "))
        parts.append(f"<{graph}> {{\n{inner}}}\n")
    body = "\n".join(parts)
    return f"{_comment(header)}{_prefixes(names)}\n{body}"


def _comment(header: str) -> str:
    return "".join(f"# {line}\n" for line in header.splitlines()) + ("\n" if header else "")


def _prefixes(names: _Names) -> str:
    used = [p for p in names.prefixes if p in names.used]
    return "".join(f"@prefix {p}: <{names.prefixes[p]}> .\n" for p in used)


def _grouped(data: list[Triple], names: _Names, base: str, indent: str) -> Iterator[str]:
    """Yield the blocks of the subjects under a heading for each group."""
    by_subject: dict[str, list[Triple]] = {}
    for t in data:
        by_subject.setdefault(t[0], []).append(t)
    groups: dict[int, list[str]] = {}
    for s in by_subject:
        groups.setdefault(_group(s, base), []).append(s)
    for rank in sorted(groups):
        if title := _heading(rank):
            yield f"{indent}# ---- {title}\n"
        for s in sorted(groups[rank], key=natural):
            yield _block(s, by_subject[s], names, indent)


def _group(subject: str, base: str) -> int:
    if subject.startswith(f"<{base}"):
        kind = subject[1 + len(base) :].partition("/")[0]
        for i, (_, _, kinds) in enumerate(_GROUPS):
            if kind in kinds:
                return i
        return -1
    return len(_GROUPS)


def _heading(rank: int) -> str:
    if rank < 0:
        return ""
    if rank == len(_GROUPS):
        return "registers and code lists  词表"
    return f"{_GROUPS[rank][0]}  {_GROUPS[rank][1]}"


def _block(subject: str, triples: list[Triple], names: _Names, indent: str) -> str:
    by_predicate: dict[str, list[str]] = {}
    for _, p, o in triples:
        by_predicate.setdefault(p, []).append(o)
    order = sorted(by_predicate, key=lambda p: (_RANK.get(p, len(_RANK)), p))
    lines = []
    for n, p in enumerate(order):
        last = n == len(order) - 1
        lines += _predicate(p, sorted(by_predicate[p], key=natural), names, indent + "  ", " ." if last else " ;")
    return f"{indent}{names.term(subject)} {lines[0].lstrip()}" + "".join(lines[1:])


def _predicate(predicate: str, objects: list[str], names: _Names, indent: str, end: str) -> list[str]:
    name = "a" if predicate == A else names.term(predicate)
    comments = [names.label(o) for o in objects]
    if not any(comments):
        return [f"{indent}{name} {' , '.join(names.term(o) for o in objects)}{end}\n"]
    out = []
    for i, (o, comment) in enumerate(zip(objects, comments, strict=True)):
        stop = end if i == len(objects) - 1 else " ,"
        lead = f"{indent}{name} " if i == 0 else f"{indent}  "
        out.append(f"{lead}{names.term(o)}{stop}{comment}\n")
    return out

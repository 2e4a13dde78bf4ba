"""Turtle and TriG written to be read.

Takes triples without blank nodes. Guarantees: the same set of triples yields the same bytes; subjects are grouped by
type and in reading order; our prefixes come first; opaque IRIs are followed by a comment with their label. Library
serialisers group by subject at best, show no labels, and order by hash or insertion.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.triples import triples_of
from kgbuild.terms import LABEL, PREF, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.graph.triples import Triples
    from kgbuild.model import Triple

_REGISTERS = ("division", "body", "population")
_REGISTER_PREFIX = {"division": "division", "body": "authority", "population": "population"}
_FIRST = (
    TYPE,
    terms.LABEL,
    PREF,
    terms.TITLE,
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
_NUMBER = re.compile(r"([0-9]+)")
_DIGITS = 20
"""Numbers of up to this many digits sort by value; texts may contain longer ones."""
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
_GROUP_OF = {kind: rank for rank, (_, _, kinds) in enumerate(_GROUPS) for kind in kinds}
MAX_COMMENT = 84
_KNOWN_TERMS = 20_000
"""Number of terms whose form is kept; a large file has many more, most of them in few statements."""
_AT_ONCE = 10_000
"""Number of subjects whose statements are gathered together."""
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that end a comment or change its direction."""
_LOCAL = re.compile(r"^[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?$")
_SHORT_LITERAL = re.compile(
    rf'^"(-?\d+)"\^\^<{re.escape(terms.XSD)}integer>$|^"(-?\d+\.\d+)"\^\^<{re.escape(terms.XSD)}decimal>$|^"(true|false)"\^\^<{re.escape(terms.XSD)}boolean>$'
)


class _Names:
    """Prefixed names and labels of one file. The form of a term is kept: most occur in many triples."""

    def __init__(self, base: str, graphs: Sequence[Triples]) -> None:
        self.prefixes = dict(terms.PREFIXES)
        self.prefixes |= {kind: f"{base}{kind}/" for kind in terms.TYPES}
        self.prefixes |= {_REGISTER_PREFIX[r]: f"{terms.ID}{r}/" for r in _REGISTERS}
        self._by_space: dict[str, str] = {}
        for prefix, space in self.prefixes.items():
            self._by_space.setdefault(space, prefix)
        self.labels: dict[str, str] = {}
        for s, o in _labels(graphs):
            self.labels[s] = min(o, self.labels.get(s, o))
        self.used: set[str] = set()
        self._comments: dict[str, str] = {}
        self.term = lru_cache(maxsize=_KNOWN_TERMS)(self._term)
        # the prefixes in use stand at the top, before the first block is written
        for name, (subjects, objects) in chain.from_iterable(graph.columns.items() for graph in graphs):
            for at in range(0, len(subjects), _KNOWN_TERMS):
                part = slice(at, at + _KNOWN_TERMS)
                for term in {*subjects[part], *objects[part], *((name,) if name != TYPE else ())}:
                    self.term(term)

    def _term(self, term: str) -> str:
        """Return a term in Turtle syntax."""
        return self._name(term) if term.startswith("<") else self._literal(term)

    def _name(self, term: str) -> str:
        # every namespace ends in / or #, and no local name that we write contains either
        cut = max(term.rfind("/"), term.rfind("#")) + 1
        prefix, local = self._by_space.get(term[1:cut]), term[cut:-1]
        if prefix is None or not _LOCAL.match(local):
            return term
        self.used.add(prefix)
        return f"{prefix}:{local}"

    def _literal(self, term: str) -> str:
        if not term.endswith(">"):
            return term
        if m := _SHORT_LITERAL.match(term):
            return m[1] or m[2] or m[3]
        at = term.rindex("^^<") + 2
        return f"{term[:at]}{self.term(term[at:])}"

    def comment(self, term: str) -> str:
        """Return a comment with the label of an opaque IRI."""
        if term not in self.labels:
            return ""
        known = self._comments.get(term)
        if known is None:
            label = "" if term.startswith(f"<{terms.GPLAN}") else terms.lexical(self.labels[term])
            known = f"  # {label}" if 0 < len(label) <= MAX_COMMENT and not _UNSHOWN.search(label) else ""
            self._comments[term] = known
        return known


def natural(term: str) -> list[str]:
    """Return a sort key in which numbers count by value, so that .9 precedes .10.

    Example:
        >>> sorted(["a.10", "a.9"], key=natural)
        ['a.9', 'a.10']
    """
    parts = _NUMBER.split(term.rstrip(">"))
    parts[1::2] = [number.zfill(_DIGITS) for number in parts[1::2]]
    return parts


def natural_text(term: str) -> str:
    """Return the key of `natural` as one string, which takes less memory."""
    return "\0".join(natural(term))  # no term contains U+0000, and nothing sorts before it


def write_turtle(triples: Iterable[Triple], *, base: str, header: str = "") -> str:
    """Return triples as a Turtle file: blocks by subject, with prefixes for what occurs.

    Args:
        triples: Terms in canonical N-Triples, in any order.
        base: Namespace of the data, which gets a prefix of its own.
        header: Lines of a comment at the top.
    """
    return "".join(turtle_pieces(triples, base=base, header=header))


def turtle_pieces(triples: Iterable[Triple], *, base: str, header: str = "") -> Iterator[str]:
    """Yield a Turtle file block by block, so that a large one need not be in memory as a whole; see `write_turtle`."""
    data = triples_of(triples)
    names = _Names(base, [data])
    yield f"{_comment(header)}{_prefixes(names)}\n"
    yield from _separated(_grouped(data, names, base, ""), "\n")


def write_trig(graphs: dict[str, Iterable[Triple]], *, base: str, header: str = "") -> str:
    """Return named graphs (name without angle brackets → triples) as TriG, ordered by name; see `write_turtle`."""
    return "".join(trig_pieces(graphs, base=base, header=header))


def trig_pieces(graphs: dict[str, Iterable[Triple]], *, base: str, header: str = "") -> Iterator[str]:
    """Yield a TriG file block by block; see `turtle_pieces`."""
    data = {g: triples_of(ts) for g, ts in sorted(graphs.items())}
    names = _Names(base, list(data.values()))
    yield f"{_comment(header)}{_prefixes(names)}\n"
    for number, (graph, triples) in enumerate(data.items()):
        yield "\n" if number else ""
        yield f"<{graph}> {{\n"
        yield from _separated(_grouped(triples, names, base, "  "), "\n")
        yield "}\n"


def _labels(graphs: Iterable[Triples]) -> Iterator[tuple[str, str]]:
    """Yield the Chinese labels of graphs."""
    for graph in graphs:
        for name in (PREF, LABEL):
            if name in graph.columns:
                yield from ((s, o) for s, o in zip(*graph.columns[name], strict=True) if o.endswith("@zh"))


def _separated(blocks: Iterable[str], by: str) -> Iterator[str]:
    for number, block in enumerate(blocks):
        yield by + block if number else block


def _comment(header: str) -> str:
    return "".join(f"# {line}\n" for line in header.splitlines()) + ("\n" if header else "")


def _prefixes(names: _Names) -> str:
    used = [p for p in names.prefixes if p in names.used]
    return "".join(f"@prefix {p}: <{names.prefixes[p]}> .\n" for p in used)


def _grouped(data: Triples, names: _Names, base: str, indent: str) -> Iterator[str]:
    """Yield the blocks of subjects under a heading for each group."""
    groups: dict[int, dict[str, list[str]]] = {}
    for s in sorted(set(data.subjects())):
        rank, kind = _group(s, base)
        groups.setdefault(rank, {}).setdefault(kind, []).append(s)
    for rank in sorted(groups):
        if title := _heading(rank):
            yield f"{indent}# ---- {title}\n"
        kinds = groups.pop(rank)
        for kind in list(kinds):  # in order: their names stand at one place of the IRIs
            subjects = _in_natural_order(kinds.pop(kind))
            for at in range(0, len(subjects), _AT_ONCE):
                own = data.about(sorted(subjects[at : at + _AT_ONCE]))
                yield from (_block(s, own.pop(s), names, indent) for s in subjects[at : at + _AT_ONCE])


def _in_natural_order(subjects: list[str]) -> list[str]:
    """Return subjects, which are sorted as texts, so that numbers in them count by value; see `natural`."""
    # What all begin with need not stand in their keys, which are longer than the subjects; a number stays whole.
    pairs = zip(subjects[0], subjects[-1], strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), 0)
    start = len(subjects[0][:same].rstrip("0123456789"))
    return sorted(subjects, key=lambda subject: natural_text(subject[start:]))


def _group(subject: str, base: str) -> tuple[int, str]:
    """Return the group of a subject, and the kind of its node where that is one of several of the group."""
    if subject.startswith(base, 1):
        kind = subject[1 + len(base) :].partition("/")[0]
        return (_GROUP_OF[kind], kind) if kind in _GROUP_OF else (-1, "")
    return len(_GROUPS), ""


def _heading(rank: int) -> str:
    if rank < 0:
        return ""
    if rank == len(_GROUPS):
        return "registers and code lists  词表"
    return f"{_GROUPS[rank][0]}  {_GROUPS[rank][1]}"


def _block(subject: str, own: Iterable[tuple[str, str]], names: _Names, indent: str) -> str:
    by_predicate: dict[str, list[str]] = {}
    for p, o in own:
        by_predicate.setdefault(p, []).append(o)
    order = sorted(by_predicate, key=_rank)  # predicates without a rank remain in alphabetical order
    term, labels, last = names.term, names.labels, order[-1]
    lead, out = f"{indent}{term(subject)} ", []
    for p in order:
        name, objects, end = "a" if p == TYPE else term(p), by_predicate[p], " ." if p == last else " ;"
        if len(objects) == 1 and objects[0] not in labels:  # nine of ten
            out.append(f"{lead}{name} {term(objects[0])}{end}\n")
        else:
            out.append(lead + _predicate(name, objects, names, indent, end))
        lead = f"{indent}  "
    return "".join(out)


def _rank(predicate: str) -> int:
    return _RANK.get(predicate, len(_RANK))


def _predicate(name: str, objects: list[str], names: _Names, indent: str, end: str) -> str:
    """Return a predicate with its objects, on one line unless one of several has a comment."""
    if len(objects) == 1:
        return f"{name} {names.term(objects[0])}{end}{names.comment(objects[0])}\n"
    objects.sort(key=natural)
    comments = [names.comment(o) for o in objects]
    if not any(comments):
        return f"{name} {' , '.join(map(names.term, objects))}{end}\n"
    stops = [" ,"] * (len(objects) - 1) + [end]
    lines = [f"{names.term(o)}{stop}{c}\n" for o, stop, c in zip(objects, stops, comments, strict=True)]
    return f"{name} " + f"{indent}    ".join(lines)

"""Relations between documents of a corpus: mirrors, forwarded notices, near-duplicates.

Documents are not merged: a relation is a statement of its own with rule, grade and evidence in both texts. Similarity
is estimated by MinHash (rensa) over 5-grams of letters; 128 hashes give a standard error of about 0.04.
"""

from __future__ import annotations

import base64
import struct
from collections import Counter, defaultdict
from dataclasses import dataclass
from operator import eq
from typing import TYPE_CHECKING, Any, Literal

from kgbuild import terms
from kgbuild.api.corpus.layout import RELATION_FILE, RELATIONS, vocabulary_name
from kgbuild.api.corpus.series import heads_of, series_among
from kgbuild.comparison.changes import KINDS
from kgbuild.comparison.triples import triples_of_series
from kgbuild.comparison.vectors import letters
from kgbuild.model import CONFIDENCE
from kgbuild.terms import TITLE, TYPE, code, decimal, gplan, h, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.api.corpus.layout import Layout, Record
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Grade, Triple
    from kgbuild.pipeline import Built
    from kgbuild.store import Index

RelationKind = Literal["mirror", "forwarded", "near-duplicate"]
_HASHES, _ROWS, _SEED, _RUN = 128, 8, 1, 5
_ALIKE, _VERY_ALIKE = 0.8, 0.95
_CONTAINED = 0.7
_BUCKET = 20
"""Of many near-identical texts, each is compared with this many of the first ones rather than with all."""
_NEAREST = 3
"""A text is related to so many of those before it: a form filled in by a hundred places would else make 5,000 pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation between two texts.

    Attributes:
        kind: `mirror`: the same document; `forwarded`: the first passes on the second; `near-duplicate`: similar texts.
        first: The later document of a forwarding, otherwise the first by path.
        second: The other document.
        rule: Rule that found it.
        grade: How certain it is.
        likeness: Estimated Jaccard similarity of the 5-grams of letters.
        evidence: IRIs of the spans in both texts on which it rests.
    """

    kind: RelationKind
    first: Record
    second: Record
    rule: str
    grade: Grade
    likeness: float
    evidence: tuple[str, ...]


# -- what is kept of each document --------------------------------------------------------------------------------
def traits_of(built: Built, nodes: Index, lexicon: Lexicon) -> dict[str, Any]:
    """Return what relations are derived from, as JSON of bounded size.

    Args:
        built: The built document.
        nodes: Its graph.
        lexicon: Word classes: verbs of forwarding.
    """
    text = f"<{built.base}text/{built.source.key}>"
    carriers = sorted(nodes.subjects("hasSourceText", text))
    spans = sorted(s for c in carriers for s in nodes.values(c, "evidence"))
    notices = [c for c in carriers if nodes.values(c, "transmits")]
    title = next((t for c in notices or carriers if (t := nodes.first(c, TITLE))), "")
    forwards = bool(lexicon.words["{forwarding-verbs}"].search(title))
    cites = [_cited(nodes, *pair) for pair in nodes.pairs("citedDocument")] if forwards else []
    found = letters(built.source.text)
    return {
        "base": built.base,
        "evidence": [terms.bare(s) for s in spans],
        "heading": title,
        "numbers": sorted({n for c in carriers if (n := nodes.first(c, "documentNumber"))}),
        "titles": sorted({t for c in carriers if (t := nodes.first(c, TITLE))}),
        # Only what the title names is forwarded, not everything that is cited.
        "cites": sorted(c for c in cites if c[0] and c[1] and _folded(c[1]) in _folded(title)),
        "plans": heads_of(nodes),
        "runs": max(0, len({found[i : i + _RUN] for i in range(len(found) - _RUN + 1)})),
        "sketch": sketch(found),
    }


def _cited(nodes: Index, statement: str, node: str) -> list[Any]:
    spans = [terms.bare(s) for s in nodes.values(statement, "evidence")]
    return [nodes.first(node, "documentNumber"), nodes.first(node, TITLE), spans]


def sketch(text: str) -> str:
    """Return the MinHash of the letters of a text, '' if the text is too short.

    Example:
        >>> sketch("短文")
        ''
    """
    from rensa import RMinHash

    runs = sorted({text[i : i + _RUN] for i in range(len(text) - _RUN + 1)})
    if len(runs) < _HASHES:
        return ""
    made = RMinHash(num_perm=_HASHES, seed=_SEED)
    made.update(runs)
    return base64.b64encode(struct.pack(f"<{_HASHES}I", *made.digest())).decode()


# -- relations ----------------------------------------------------------------------------------------------------
def find_relations(records: Iterable[Record]) -> list[Relation]:
    """Return the relations between the documents in the graphs, sorted."""
    built = sorted((r for r in records if r.state == "built" and r.traits), key=lambda r: r.path)
    hashes = {r.key: _hashes(r) for r in built}
    forwarded = list(_forwarded(built, hashes))
    told = {frozenset((x.first.key, x.second.key)) for x in forwarded}
    mirrors = list(_mirrors(built, hashes))
    told |= {frozenset((a.key, b.key)) for group in _groups(built) for a in group for b in group}
    alike = [x for x in _alike(built, hashes) if frozenset((x.first.key, x.second.key)) not in told]
    return sorted([*mirrors, *forwarded, *alike], key=lambda x: (x.kind, x.first.path, x.second.path))


def _hashes(record: Record) -> tuple[int, ...]:
    data = base64.b64decode(record.traits.get("sketch", ""))
    return struct.unpack(f"<{len(data) // 4}I", data)


def _likeness(a: Sequence[int], b: Sequence[int]) -> float:
    return sum(map(eq, a, b)) / len(a) if a and b else 0.0


def _groups(built: Iterable[Record]) -> list[list[Record]]:
    groups: dict[str, list[Record]] = {}
    for r in built:
        if r.document:
            groups.setdefault(r.document, []).append(r)
    return [group for group in groups.values() if len(group) > 1]


def _mirrors(built: Iterable[Record], hashes: dict[str, tuple[int, ...]]) -> Iterator[Relation]:
    """Yield texts of the same document: equal number and title, or equal title, signature and day."""
    for first, *others in _groups(built):
        for other in others:
            numbered = bool(set(first.traits["numbers"]) & set(other.traits["numbers"]))
            yield Relation(
                kind="mirror", first=first, second=other,
                rule="number-and-title" if numbered else "title-signature-date",
                grade="exact" if numbered else "rule",
                likeness=_likeness(hashes[first.key], hashes[other.key]), evidence=_evidence(first, other),
            )  # fmt: skip


def _folded(title: str) -> str:
    """Return a title in a form that can be found within another title, whose brackets may differ."""
    return letters(title)


def _forwarded(built: Sequence[Record], hashes: dict[str, tuple[int, ...]]) -> Iterator[Relation]:
    """Yield notices that forward another document: their titles say so, and they cite it by number and title."""
    by_number: dict[str, list[Record]] = defaultdict(list)
    for r in built:
        for number in r.traits["numbers"]:
            by_number[terms.key_text(number)].append(r)
    for r in built:
        seen = set[str]()
        for number, title, spans in r.traits["cites"]:
            for other in by_number.get(terms.key_text(number), ()):
                if other.document == r.document or other.key in seen or not _has_title(other, title):
                    continue
                seen.add(other.key)
                likeness = _likeness(hashes[r.key], hashes[other.key])
                holds = _contained(likeness, other.traits["runs"], r.traits["runs"]) >= _CONTAINED
                rule = "cited-and-contained" if holds else "cited-by-number-and-title"
                evidence = tuple(sorted({*spans, *other.traits["evidence"]}))
                yield Relation(
                    kind="forwarded", first=r, second=other, rule=rule, grade="exact" if holds else "rule",
                    likeness=likeness, evidence=evidence,
                )  # fmt: skip


def _has_title(record: Record, title: str) -> bool:
    return any(_folded(t) == _folded(title) for t in record.traits["titles"])


def _contained(likeness: float, part: int, whole: int) -> float:
    """Return the share of one text contained in another, from their similarity and sizes.

    Example:
        >>> round(_contained(0.5, 100, 200), 2)
        1.0
    """
    return likeness * (part + whole) / (1 + likeness) / part if part else 0.0


def _alike(built: Sequence[Record], hashes: dict[str, tuple[int, ...]]) -> Iterator[Relation]:
    """Yield near-identical texts, each with the likest of those before it; candidates share a band of hashes."""
    buckets: dict[tuple[int, tuple[int, ...]], list[Record]] = defaultdict(list)
    for r in built:
        found = hashes[r.key]
        for at in range(0, len(found), _ROWS):
            buckets[at, found[at : at + _ROWS]].append(r)
    pairs = {
        (a.path, b.path): (a, b)
        for bucket in buckets.values()
        for n, b in enumerate(bucket)
        for a in bucket[: min(n, _BUCKET)]
    }
    nearest: dict[str, list[tuple[float, str, Record, Record]]] = defaultdict(list)
    for a, b in pairs.values():
        if (likeness := _likeness(hashes[a.key], hashes[b.key])) >= _ALIKE:
            nearest[b.path].append((-likeness, a.path, a, b))
    for before in nearest.values():
        for less, _, a, b in sorted(before, key=lambda x: x[:2])[:_NEAREST]:
            yield Relation(
                kind="near-duplicate", first=a, second=b, rule=f"minhash-{_HASHES}",
                grade="rule" if -less >= _VERY_ALIKE else "context", likeness=-less, evidence=_evidence(a, b),
            )  # fmt: skip


def _evidence(a: Record, b: Record) -> tuple[str, ...]:
    return tuple(sorted({*a.traits["evidence"], *b.traits["evidence"]}))


# -- as RDF -------------------------------------------------------------------------------------------------------
def relation_graph(records: Iterable[Record]) -> dict[str, list[Triple]]:
    """Return the relations and series of documents as sorted statements by graph name; {} if there are none."""
    records = list(records)
    relations, series = find_relations(records), series_among(records)
    bases = Counter(x.first.traits["base"] for x in relations)
    bases.update(s.plans[0].record.traits["base"] for s in series)
    if not bases:
        return {}
    base = min(bases, key=lambda b: (-bases[b], b))
    triples = {t for x in relations for t in _triples(x, base)}
    triples |= {t for s in series for t in triples_of_series(s, base)}
    return {f"{base}graph/relations": sorted(triples)}


def _triples(x: Relation, base: str) -> Iterator[Triple]:
    first, second = (f"<{r.traits['base']}text/{r.key}>" for r in (x.first, x.second))
    node = f"<{base}relation/{h(x.kind, terms.bare(first), terms.bare(second))}>"
    yield node, TYPE, gplan("DocumentRelation")
    yield node, gplan("relationKind"), code(f"relation-{x.kind}")
    yield node, gplan("relationFrom"), first
    yield node, gplan("relationTo"), second
    yield node, gplan("extractionRule"), literal(x.rule)
    yield node, gplan("confidence"), decimal(CONFIDENCE[x.grade])
    if x.first.traits["sketch"] and x.second.traits["sketch"]:
        yield node, gplan("textLikeness"), decimal(f"{x.likeness:.2f}")
    yield from ((node, gplan("evidence"), f"<{span}>") for span in x.evidence)


def relation_lines(graphs: dict[str, list[Triple]]) -> bytes:
    """Return a graph of relations as sorted N-Quads."""
    return "".join(sorted(f"{s} {p} {o} <{g}> .\n" for g, triples in graphs.items() for s, p, o in triples)).encode()


def files_of(graphs: dict[str, list[Triple]]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files of relations: their quads, and what they use of the vocabularies."""
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon

    triples = [t for ts in graphs.values() for t in ts]
    used = {terms.bare(o) for _, _, o in triples if o.startswith(f"<{terms.GPLANV}")}
    if any(o == gplan("PlanSeries") for _, _, o in triples):  # their comparisons say how actions changed
        used |= {terms.bare(code(f"change-{kind}")) for kind in KINDS}
    words = load_lexicon(Settings()).slice(used) if used else ()
    yield RELATION_FILE, relation_lines(graphs)
    yield vocabulary_name(RELATIONS), "".join(sorted(f"{s} {p} {o} .\n" for s, p, o in words)).encode()


def write_relations(layout: Layout, records: Iterable[Record]) -> dict[str, list[Triple]]:
    """Write the relations between the documents of a corpus, and return them as graphs.

    Raises:
        OSError: they cannot be written.
    """
    graphs = relation_graph(records)
    for name, data in files_of(graphs):
        if not data:
            layout.depot.delete(name)
        elif not layout.depot.has(name) or layout.depot.read(name) != data:
            layout.depot.write(name, data)
    return graphs

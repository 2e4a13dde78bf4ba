"""The changes since an older release: as prose for people, Activity Streams for harvesters, and triples for machines.

Only the facts of both releases are compared, whatever their profiles, by the IRIs of documents, actions, bodies and
other things. `kgbuild diff --graph` compares the wording of sentences.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.facts import facts_of
from kgbuild.model.layers import LAYERS
from kgbuild.publish.dumps import packed
from kgbuild.publish.folder import read_mark
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.words import CHANGE_FILES, CHANGES, KINDS
from kgbuild.store import read_quads
from kgbuild.terms import TYPE, iri, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kgbuild.model import Triple
    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material

_AS = "https://www.w3.org/ns/activitystreams#"
_CLASSES = ("OfficialDocument", "Action", "Body", "BodyGroup", "TargetPopulation", "Initiative", "IndicatorTarget")
_ACTIVITIES = {"new": "Create", "changed": "Update", "gone": "Delete"}
_MOST = 50
"""Most things per class that the prose lists; the activities list all."""
_STATEMENTS = frozenset(terms.gplan(layer.cls) for layer in LAYERS.values())
_OF_THE_TEXT = frozenset(map(terms.gplan, ("SourceText", "ExtractionRun")))
_CONFIDENCE, _SOURCE = terms.gplan("confidence"), terms.gplan("hasSourceText")
_TARGET = tuple(map(terms.gplan, ("indicatorName", "targetValue", "unitText")))
_LABELS = tuple(f"<{space}{n}>" for space, n in ((terms.RDFS, "label"), (terms.SKOS, "prefLabel")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The difference between two sets of facts.

    Attributes:
        things: Sorted IRIs by class and by `new`, `gone` or `changed`.
        names: Label of each thing, Chinese if there is one, else English.
        added: Triples only in the newer set.
        removed: Triples only in the older set.
    """

    things: Mapping[tuple[str, str], Sequence[str]]
    names: Mapping[str, str]
    added: Sequence[Triple]
    removed: Sequence[Triple]


def changes_between(before: Iterable[Triple], after: Iterable[Triple]) -> Changes:
    """Compare two sets of facts.

    Args:
        before: Facts of the older release.
        after: Facts of the newer release.
    """
    old, new = (_without_headers(ts) for ts in (before, after))
    sides = [_by_content(triples) for triples in (old, new)]
    touched = {s for s, _, _ in sides[0].triples ^ sides[1].triples}
    things: dict[tuple[str, str], list[str]] = {}
    for cls in _CLASSES:
        was, now = (side.members(cls) for side in sides)
        groups = {"new": now - was, "gone": was - now, "changed": was & now & touched}
        for kind, nodes in groups.items():
            side = sides[0 if kind == "gone" else 1]
            if nodes:
                things[cls, kind] = sorted(side.nodes.get(node, node) for node in nodes)
    return Changes(things=things, names=_names(old) | _names(new), added=sorted(new - old), removed=sorted(old - new))


@dataclass(frozen=True, slots=True)
class _Contents:
    """Facts in which targets, limits and fields are identified by their content instead of by their place in a text.

    Attributes:
        triples: The facts without the source texts and extraction runs.
        nodes: The original IRI of each renamed node, by its new name.
    """

    triples: set[Triple]
    nodes: dict[str, str]

    def members(self, cls: str) -> set[str]:
        """Return the instances of a class."""
        wanted = terms.gplan(cls)
        return {s for s, p, o in self.triples if p == TYPE and o == wanted}


def _by_content(triples: set[Triple]) -> _Contents:
    statements = {s for s, p, o in triples if p == TYPE and o in _STATEMENTS}
    apart = {s for s, p, o in triples if p == TYPE and o in _OF_THE_TEXT} | statements
    own: dict[str, list[str]] = {}
    for s, p, o in triples:
        if s in statements and p != _CONFIDENCE:
            own.setdefault(s, []).append(f"{p} {o}")
    names = {s: f"<urn:x:{terms.h(*sorted(content))}>" for s, content in own.items()}
    kept = {(s, p, names.get(o, o)) for s, p, o in triples if s not in apart and p != _SOURCE}
    kept |= {(names[s], p, o) for s, p, o in triples if s in statements and p == TYPE}
    return _Contents(kept, {name: s for s, name in sorted(names.items())})


def _names(triples: Iterable[Triple]) -> dict[str, str]:
    """Return the label of each thing, Chinese before English; a target is labelled by indicator, value and unit."""
    named: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for s, p, o in sorted(triples):
        if p in _LABELS and (o.endswith("@zh") or s not in named):
            named[s] = terms.lexical(o)
        elif p in _TARGET:
            values.setdefault(s, {})[p] = terms.lexical(o)
    return named | {s: " ".join(its[p] for p in _TARGET if p in its) for s, its in values.items()}


def _without_headers(triples: Iterable[Triple]) -> set[Triple]:
    return {t for t in triples if terms.part_of(t[0]) is None or terms.read_graph_name(t[0]) is None}


def facts_in(release: Path) -> set[Triple]:
    """Return the facts of a release, whatever its profile.

    Raises:
        InputError: the folder holds no release, or the release has no N-Triples dump.
    """
    profile = read_mark(release)["profile"]
    triples = [(s, p, o) for s, p, o, _ in read_quads(release / "data" / f"{profile}.nt.gz")]
    return set(triples) if profile == "facts" else facts_of(triples)


def make(material: Material, _written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the files about changes since the older release; none if no older release was given.

    Raises:
        InputError: the older release cannot be read.
    """
    if material.before is None:
        return
    old = read_mark(material.before)
    found = changes_between(facts_in(material.before), material.all_facts)
    for lang in ("zh", "en"):
        text = in_words(found, lang, old=str(old["version"]), new=material.about.version)
        yield ReleaseFile(
            path=f"changes.{lang}.md", data=text.encode(), media="text/markdown", title=CHANGE_FILES[lang]
        )  # fmt: skip
    yield ReleaseFile(
        path="changes.ttl", data=activities(found, material, str(old["version"])).encode(), media="text/turtle",
        title=CHANGE_FILES["activities"], standard="https://www.w3.org/TR/activitystreams-vocabulary/",
    )  # fmt: skip
    for name, triples in (("added", found.added), ("removed", found.removed)):
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
        yield ReleaseFile(
            path=f"data/{name}.nt.gz", data=packed(lines.encode()), media="application/n-triples",
            title=CHANGE_FILES[name],
        )  # fmt: skip


def in_words(changes: Changes, lang: str, *, old: str, new: str) -> str:
    """Return the changes as a Markdown page.

    Args:
        changes: The changes.
        lang: `zh` or `en`.
        old: Version of the older release.
        new: Version of the newer release.
    """
    words, at = CHANGES[lang], 0 if lang == "zh" else 1
    counts = words["counts"].format(added=len(changes.added), removed=len(changes.removed))
    lines = [f"# {words['title'].format(old=old, new=new)}", "", counts, ""]
    if not changes.things:
        lines += [words["nothing"], ""]
    for cls in _CLASSES:
        for kind in _ACTIVITIES:
            nodes = changes.things.get((cls, kind), ())
            if not nodes:
                continue
            head = words[kind].format(what=KINDS[cls][at], n=len(nodes))
            lines += [f"## {head[0].upper()}{head[1:]}", ""]
            lines += [f"- [{_shown(changes.names.get(n, terms.bare(n)))}]({terms.bare(n)})" for n in nodes[:_MOST]]
            if len(nodes) > _MOST:
                lines.append(f"- {words['more'].format(n=len(nodes) - _MOST)}")
            lines.append("")
    return "\n".join(lines)


def _shown(text: str) -> str:
    return " ".join(text.split()).replace("[", "［").replace("]", "］")


def activities(changes: Changes, material: Material, old: str) -> str:
    """Return the changes as an Activity Streams collection: a Create, Update or Delete for each thing."""
    about = material.about
    here = about.address("changes.ttl")
    published = f'as:published "{about.date}T00:00:00Z"^^xsd:dateTime'
    counted = Counter(kind for (_, kind), nodes in changes.things.items() for _ in nodes)
    lines = [
        f"@prefix as: <{_AS}> .", f"@prefix dcterms: <{terms.DCTERMS}> .", f"@prefix xsd: <{terms.XSD}> .", "",
        f"<{here}> a as:Collection ;",
        f"  dcterms:isVersionOf <{about.url}catalog#dataset> ;",
        f"  as:summary {literal(', '.join(f'{k} {n}' for k, n in sorted(counted.items())) or 'nothing', lang='en')} ;",
        f"  dcterms:description {literal(f'{old} → {about.version}')} ;",
        f"  as:totalItems {sum(counted.values())} .", "",
    ]  # fmt: skip
    for (cls, kind), nodes in sorted(changes.things.items()):
        for node in nodes:
            me = iri(f"{here}#{kind}-{terms.h(cls, node)}")
            lines += [
                f"{me} a as:{_ACTIVITIES[kind]} ; as:object {node} ; {published} .",
                f"<{here}> as:items {me} .",
                f"{node} a {terms.gplan(cls)} .",
            ]  # fmt: skip
    return "\n".join([*lines, ""])

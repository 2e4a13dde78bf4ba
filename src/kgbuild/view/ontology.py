"""The reference documentation of the ontology as a page per language.

Generated from `ontology/gplan.ttl`, its alignments, the shapes that constrain a term and the saved queries that use it.
IRIs remain IRIs; `page["labels"]` has their labels.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.queries.catalogue import question
from kgbuild.queries.template import load_templates
from kgbuild.store import load_schema, read_quads
from kgbuild.view.modelling import Box, class_diagram, overview_diagram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.model import Triple

_OWL, _RDFS, _SKOS, _SH = terms.OWL, terms.RDFS, terms.SKOS, "http://www.w3.org/ns/shacl#"
_VERSION = f"<{_OWL}versionInfo>"
_LABELS = (f"<{_SKOS}prefLabel>", f"<{_RDFS}label>", terms.TITLE)
_TEXTS = (f"<{_SKOS}definition>", f"<{_RDFS}comment>", f"<{_SKOS}scopeNote>")
_FIRST, _REST = (f"<{terms.RDF}{name}>" for name in ("first", "rest"))
_KINDS = {
    f"<{_OWL}Class>": "class",
    f"<{_OWL}ObjectProperty>": "object",
    f"<{_OWL}DatatypeProperty>": "datatype",
    f"<{_OWL}AnnotationProperty>": "annotation",
}
_TRAITS = {
    f"<{_OWL}{name}Property>": name.lower()
    for name in ("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Irreflexive")
}
_MATCHES = (
    "subClassOf",
    "subPropertyOf",
    "equivalentClass",
    "equivalentProperty",
    "closeMatch",
    "exactMatch",
    "seeAlso",
)
_SECTION = re.compile(r"^#{20,}\n# (?P<zh>\S+)  (?P<en>.+)\n#{20,}$", re.MULTILINE)
_DECLARED = re.compile(r"^gplan:(\w+) a owl:", re.MULTILINE)
_USED = re.compile(r"\bgplan:(\w+)")
_NUMBER = re.compile(r"shapes#([SV]\d+)-\w+>$")


class TripleView:
    """Access to triples by subject and predicate, with texts in one language.

    Args:
        triples: Triples of N-Triples terms.
        lang: Preferred language, `zh` or `en`.
    """

    def __init__(self, triples: Iterable[Triple], lang: str) -> None:
        self.properties: dict[str, dict[str, list[str]]] = {}
        self.lang = lang
        for s, p, o in triples:
            self.properties.setdefault(s, {}).setdefault(p, []).append(o)

    def all(self, term: str, name: str) -> list[str]:
        """Return the values of a property, sorted."""
        return sorted(self.properties.get(term, {}).get(name, ()))

    def iris(self, term: str, name: str) -> list[str]:
        """Return the IRI values of a property without angle brackets, sorted."""
        return [terms.bare(o) for o in self.all(term, name) if o.startswith("<")]

    def text(self, term: str, names: Iterable[str], lang: str = "") -> str:
        """Return a text about a term: in the language of the page, else Chinese, else any; '' if there is none.

        Args:
            term: The term.
            names: Properties in order of preference.
            lang: If given, only this language.
        """
        found = [value for name in names for value in self.all(term, name) if value.startswith('"')]
        for wanted in (lang,) if lang else (self.lang, "zh", "en", ""):
            for value in found:
                if value.endswith(f'"@{wanted}' if wanted else '"'):
                    return terms.lexical(value)
        return ""

    def label(self, term: str, lang: str = "") -> str:
        """Return the label of a term, or its prefixed name if it has none."""
        return self.text(term, _LABELS, lang) or ("" if lang else terms.curie(terms.bare(term)))

    def listed(self, node: str) -> list[str]:
        """Return the members of an RDF list."""
        found = []
        while node in self.properties and _FIRST in self.properties[node]:
            found += self.properties[node][_FIRST]
            node = self.properties[node][_REST][0]
        return found


@cache
def ontology_page(lang: str) -> dict[str, Any]:
    """Return the page of the classes and properties of the ontology.

    Args:
        lang: `zh` or `en`.
    """
    return _Documentation(lang).page()


class _Documentation:
    def __init__(self, lang: str) -> None:
        own = load_schema().triples
        codes = ((s, p, o) for s, p, o, _ in read_quads(data_dir("ontology") / "vocab" / "codes.ttl"))
        self.lang = lang
        self.known = TripleView((*own, *codes), lang)
        self.matches = _matches(set(load_schema(aligned=True).triples) - set(own))
        self.shapes = _shapes(lang)
        self.queries = _queries(lang)
        self.kinds: dict[str, str] = {}
        for term, properties in self.known.properties.items():
            kinds = {_KINDS[o] for o in properties.get(terms.TYPE, ()) if o in _KINDS}
            if term.startswith(f"<{terms.GPLAN}") and kinds:
                self.kinds[term] = min(kinds)
        self.linked: set[str] = set()

    def page(self) -> dict[str, Any]:
        me = terms.iri(terms.GPLAN.rstrip("#"))
        groups = []
        for title, names in self._groups():
            inside = [terms.gplan(name) for name in names if terms.gplan(name) in self.kinds]
            entries = {kind: [self._entry(t) for t in inside if (self.kinds[t] == "class") == (kind == "classes")]
                       for kind in ("classes", "properties")}  # fmt: skip
            if inside:
                groups.append({"title": title, **entries})
        dc = {name: f"<{terms.DCTERMS}{name}>" for name in ("title", "description", "modified", "license")}
        about = {
            "title": self.known.text(me, (dc["title"],)),
            "description": self.known.text(me, (dc["description"],)),
            "version": self.known.text(me, (_VERSION,)),
            "versionIri": next(iter(self.known.iris(me, f"<{_OWL}versionIRI>")), ""),
            "licence": next(iter(self.known.iris(me, dc["license"])), ""),
            "modified": terms.lexical(next(iter(self.known.all(me, dc["modified"])), '""')),
        }
        kinds = [kind for term, kind in self.kinds.items() if term not in load_schema().former]
        counts = {"classes": kinds.count("class"), "properties": len(kinds) - kinds.count("class")}
        tree = list(self._tree())
        labels = {iri: self.known.label(terms.iri(iri)) for iri in sorted(self.linked)}
        return {
            "kind": "ontology", "iri": terms.ONTOLOGY, "title": about["title"], "lang": self.lang, "labels": labels,
            "about": about, "counts": counts, "tree": tree, "groups": groups,
            "diagram": overview_diagram(lambda name: self.known.label(terms.gplan(name))),
        }  # fmt: skip

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the sections of the ontology file with their terms, in file order; the headings are comments in it."""
        text = (data_dir("ontology") / "gplan.ttl").read_text(encoding="utf-8")
        heads = list(_SECTION.finditer(text))
        for n, head in enumerate(heads):
            end = heads[n + 1].start() if n + 1 < len(heads) else len(text)
            start = head.end() if n else 0  # the first section includes what is before its heading
            yield head[self.lang], _DECLARED.findall(text, start, end)

    def _link(self, iris: Iterable[str]) -> list[str]:
        found = list(dict.fromkeys(iris))
        self.linked.update(found)
        return found

    def _near(self, term: str, name: str) -> list[str]:
        return self._link(self.known.iris(term, f"<{_RDFS}{name}>"))

    def _pointing(self, term: str, name: str) -> list[str]:
        wanted = f"<{_RDFS}{name}>"
        return self._link(terms.bare(t) for t in self.kinds if term in self.known.properties[t].get(wanted, ()))

    def _entry(self, term: str) -> dict[str, Any]:
        iri, kind, known = terms.bare(term), self.kinds[term], self.known
        name = iri.rpartition("#")[2]
        other = "en" if self.lang == "zh" else "zh"
        sources = known.all(term, f"<{terms.DCTERMS}source>")
        entry: dict[str, Any] = {
            "id": name, "iri": iri, "curie": terms.curie(iri), "kind": kind, "label": known.label(term),
            "other": known.label(term, other), "text": known.text(term, _TEXTS),
            "derivation": known.text(term, (terms.gplan("derivation"),)),
            "examples": [terms.lexical(o) for o in known.all(term, f"<{_SKOS}example>") if o.startswith('"')],
            "sources": [terms.bare(o) for o in sources if o.startswith("<")],
            "sourceText": known.text(term, (f"<{terms.DCTERMS}source>",)),
            "matches": self.matches.get(term, []),
            "replaced": self._link(known.iris(term, terms.REPLACED_BY)),
            "shapes": self.shapes.get(iri, []), "queries": self.queries.get(name, []),
        }  # fmt: skip
        return entry | (self._class(term) if kind == "class" else self._property(term))

    def _class(self, term: str) -> dict[str, Any]:
        into = self._pointing(term, "range")
        of = self._pointing(term, "domain")
        above = self._near(term, "subClassOf")
        conditions = [
            self._link([*self.known.iris(node, f"<{_OWL}onProperty>"), *self.known.iris(node, f"<{_OWL}hasValue>")])
            for node in self.known.all(term, f"<{_OWL}equivalentClass>")
        ]
        # A query about what a property points to also uses the class in its range, even if it does not name it.
        asked = [q for p in into for q in self.queries.get(p.rpartition("#")[2], [])]
        own = self.queries.get(terms.bare(term).rpartition("#")[2], [])
        return {
            "queries": list({q["id"]: q for q in [*own, *asked]}.values()),
            "above": above, "below": self._pointing(term, "subClassOf"), "of": of, "into": into,
            "disjoint": self._link(self.known.iris(term, f"<{_OWL}disjointWith>")),
            "conditions": [c for c in conditions if len(c) == 2],
            "diagram": class_diagram(self._box(term, of, into, above)) if of or into else "",
        }  # fmt: skip

    def _box(self, term: str, of: list[str], into: list[str], above: list[str]) -> Box:
        def ends(prop: str, name: str) -> str:
            found = self.known.iris(terms.iri(prop), f"<{_RDFS}{name}>")
            return self.known.label(terms.iri(found[0])) if found else ""

        def label(iri: str) -> str:
            return self.known.label(terms.iri(iri))

        is_object = {p: self.kinds[terms.iri(p)] == "object" for p in {*of, *into}}
        return Box(
            label=self.known.label(term),
            name=terms.bare(term).rpartition("#")[2],
            above=tuple(map(label, above)),
            values=tuple((label(p), ends(p, "range")) for p in of if not is_object[p]),
            out=tuple((label(p), ends(p, "range")) for p in of if is_object[p]),
            into=tuple((label(p), ends(p, "domain")) for p in into if is_object[p]),
        )

    def _property(self, term: str) -> dict[str, Any]:
        properties = self.known.properties[term]
        chains = [self.known.listed(node) for node in properties.get(f"<{_OWL}propertyChainAxiom>", ())]
        inverse = [*self.known.iris(term, f"<{_OWL}inverseOf>"), *(
            terms.bare(t) for t in self.kinds if term in self.known.properties[t].get(f"<{_OWL}inverseOf>", ())
        )]  # fmt: skip
        return {
            "domain": self._near(term, "domain"), "range": self._near(term, "range"),
            "above": self._near(term, "subPropertyOf"), "below": self._pointing(term, "subPropertyOf"),
            "inverse": self._link(inverse),
            "traits": sorted(_TRAITS[o] for o in properties[terms.TYPE] if o in _TRAITS),
            "chains": sorted(self._link(map(terms.bare, chain)) for chain in chains),
        }  # fmt: skip

    def _tree(self) -> Iterator[dict[str, Any]]:
        """Yield the class tree; a class with several superclasses is below the first one of our ontology."""
        below: defaultdict[str, list[str]] = defaultdict(list)
        for term, kind in self.kinds.items():
            if kind == "class":
                own = [a for a in self.known.iris(term, f"<{_RDFS}subClassOf>") if terms.iri(a) in self.kinds]
                below[terms.iri(own[0]) if own else ""].append(term)

        def walk(parent: str, depth: int) -> Iterator[dict[str, Any]]:
            for term in sorted(below[parent], key=terms.bare):
                (iri,) = self._link([terms.bare(term)])
                yield {"iri": iri, "depth": depth, "curie": terms.curie(iri)}
                yield from walk(term, depth + 1)

        return walk("", 0)


def _matches(triples: Iterable[Triple]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for s, p, o in sorted(triples):
        relation = terms.bare(p).rpartition("#")[2]
        if o.startswith("<") and relation in _MATCHES:
            found.setdefault(s, []).append({"relation": terms.curie(terms.bare(p)), "iri": terms.bare(o)})
    return found


def _queries(lang: str) -> dict[str, list[dict[str, str]]]:
    """Return the saved queries by local name of a term that they use."""
    found: dict[str, list[dict[str, str]]] = {}
    for template in load_templates().values():
        for name in dict.fromkeys(_USED.findall(template.text)):
            found.setdefault(name, []).append({"id": template.id, "question": question(template, lang)})
    return found


def _shapes(lang: str) -> dict[str, list[dict[str, str]]]:
    """Return the numbered shapes by IRI of a term in their path, target, condition or query."""
    quads = [quad for name in ("gplan.ttl", "vocab.ttl") for quad in read_quads(data_dir("shapes") / name)]
    known = TripleView(((s, p, o) for s, p, o, _ in quads), lang)
    message, severity, classes = f"<{_SH}message>", f"<{_SH}severity>", _targets(known)
    found: dict[str, dict[str, dict[str, str]]] = {}
    for node in known.properties:
        number = _NUMBER.search(node)
        if number and message in known.properties[node]:
            words = known.text(node, (message,)).removeprefix(number[1]).strip()
            level = terms.bare(known.all(node, severity)[0]).rpartition("#")[2].lower()
            shape = {"number": number[1], "severity": level, "message": words}
            for iri in {*_constrained(known, node, {node}), *classes[node]}:
                found.setdefault(iri, {})[number[1]] = shape
    return {iri: [own[n] for n in sorted(own)] for iri, own in found.items()}


def _targets(known: TripleView) -> defaultdict[str, set[str]]:
    """Return the target classes of node shapes, by property shape."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node, properties in known.properties.items():
        for shape in properties.get(f"<{_SH}property>", ()):
            found[shape].update(known.iris(node, f"<{_SH}targetClass>"))
    return found


def _constrained(known: TripleView, node: str, seen: set[str]) -> Iterator[str]:
    """Yield our terms in the definition of a shape, including its blank nodes and query."""
    for p, values in known.properties.get(node, {}).items():
        for o in values:
            if o.startswith(f"<{terms.GPLAN}") and p != f"<{_RDFS}seeAlso>":
                yield terms.bare(o)
            elif p == f"<{_SH}select>":
                yield from (f"{terms.GPLAN}{name}" for name in _USED.findall(o))
            elif (o.startswith("_:") or o.endswith("-query>")) and o not in seen:
                seen.add(o)
                yield from _constrained(known, o, seen)

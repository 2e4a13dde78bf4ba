"""JSON-LD with a context of its own: short names, and lossless, so that parsing it gives the same graph.

The context is generated from the ontology, with a name for each class and property and the type of its values. It is
embedded in each file and also published as a file of its own, so that readers need no network access.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kgbuild import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.model import Triple

_RDFS, _SKOS, _OWL, _PROV, _DCTERMS = (terms.PREFIXES[p] for p in ("rdfs", "skos", "owl", "prov", "dcterms"))
_IN_WORDS = {"@container": "@language"}
_NODE = {"@type": "@id"}
_FOREIGN: dict[str, dict[str, str]] = {
    "label": {"@id": "rdfs:label", **_IN_WORDS},
    "comment": {"@id": "rdfs:comment", **_IN_WORDS},
    "seeAlso": {"@id": "rdfs:seeAlso", **_NODE},
    "title": {"@id": "dcterms:title", **_IN_WORDS},
    "conformsTo": {"@id": "dcterms:conformsTo", **_NODE},
    "replaces": {"@id": "dcterms:replaces", **_NODE},
    "imports": {"@id": "owl:imports", **_NODE},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", **_NODE},
    "prefLabel": {"@id": "skos:prefLabel", **_IN_WORDS},
    "altLabel": {"@id": "skos:altLabel", **_IN_WORDS},
    "hiddenLabel": {"@id": "skos:hiddenLabel", **_IN_WORDS},
    "definition": {"@id": "skos:definition", **_IN_WORDS},
    "broader": {"@id": "skos:broader", **_NODE},
    "inScheme": {"@id": "skos:inScheme", **_NODE},
    "topConceptOf": {"@id": "skos:topConceptOf", **_NODE},
    "notation": {"@id": "skos:notation"},
}
_REGISTERS = {"division": "division", "authority": "body", "population": "population"}
_CLASS, _OBJECT, _DATA = (f"<{_OWL}{n}>" for n in ("Class", "ObjectProperty", "DatatypeProperty"))
_RANGE = f"<{_RDFS}range>"
_INTEGER = re.compile(r"0|-?[1-9]\d{0,14}")
_NATIVE = {"xsd:integer": _INTEGER, "xsd:boolean": re.compile("true|false")}


def jsonld_context(ontology: Iterable[Triple], base: str) -> dict[str, Any]:
    """Return the value of `@context`.

    Args:
        ontology: The triples of the ontology.
        base: Base IRI of the instances; their kinds become prefixes.

    Example:
        >>> jsonld_context([], "https://example.org/id/")["action"]
        'https://example.org/id/action/'
    """
    context: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    context |= terms.PREFIXES
    context |= {kind: f"{base}{kind}/" for kind in terms.TYPES}
    context |= {prefix: f"{terms.ID}{kind}/" for prefix, kind in _REGISTERS.items()}
    context |= _FOREIGN
    context |= {"Concept": "skos:Concept", "ConceptScheme": "skos:ConceptScheme", "Ontology": "owl:Ontology"}
    named = list(ontology)
    ranges = {s: terms.bare(o) for s, p, o in named if p == _RANGE}
    former = {s for s, p, _ in named if p == f"<{terms.OWL}deprecated>"}
    for s, p, o in sorted(named):
        if p != terms.TYPE or not s.startswith(f"<{terms.GPLAN}") or s in former:
            continue
        name = s[1 + len(terms.GPLAN) : -1]
        if o == _CLASS:
            context[name] = f"gplan:{name}"
        elif o == _OBJECT:
            context[name] = {"@id": f"gplan:{name}", **_NODE}
        elif o == _DATA:
            # Dates have no range in the ontology, since xsd:date is not a datatype of OWL 2 RL.
            kind = ranges.get(s, f"{terms.XSD}date").replace(terms.XSD, "xsd:")
            is_text = kind in ("xsd:string", f"{terms.RDF}PlainLiteral")
            context[name] = {"@id": f"gplan:{name}"} if is_text else {"@id": f"gplan:{name}", "@type": kind}
    return context


class _Compact:
    """Converts N-Triples terms to JSON-LD values under a context."""

    def __init__(self, context: dict[str, Any]) -> None:
        self._spaces = {v: k for k, v in context.items() if isinstance(v, str) and v.endswith(("/", "#"))}
        self._names: dict[str, str] = {}
        self.defined: dict[str, dict[str, str]] = {}
        for name, definition in context.items():
            whole = definition["@id"] if isinstance(definition, dict) else definition
            if not isinstance(whole, str) or whole.startswith("@") or whole in self._spaces:
                continue
            prefix, _, local = whole.partition(":")
            if prefix in context:
                self._names[f"<{context[prefix]}{local}>"] = name
                self.defined[name] = definition if isinstance(definition, dict) else {}
        self._known: dict[str, str] = {}

    def iri(self, term: str) -> str:
        """Return an IRI in compact form."""
        known = self._known.get(term)
        if known is None:
            whole = term[1:-1]
            cut = max(whole.rfind("/"), whole.rfind("#")) + 1
            prefix = self._spaces.get(whole[:cut])
            known = self._known[term] = whole if prefix is None or cut == len(whole) else f"{prefix}:{whole[cut:]}"
        return known

    def name(self, term: str) -> str:
        """Return the name of a class or property."""
        return self._names.get(term) or self.iri(term)

    def value(self, term: str, kind: str) -> Any:  # noqa: ANN401 - JSON
        """Return an object as JSON; `kind` is the type that the context gives its property, '' for none."""
        if not term.startswith('"'):
            return self.iri(term) if kind == "@id" else {"@id": self.iri(term)}
        text, language, datatype = terms.lexical(term), "", ""
        if not term.endswith('"'):
            behind = term[term.rindex('"') + 1 :]
            language, datatype = (behind[1:], "") if behind[0] == "@" else ("", self.iri(behind[2:]))
        if language:
            return {"@language": language, "@value": text}
        if datatype and datatype == kind:
            native = _NATIVE.get(kind)
            return json.loads(text) if native is not None and native.fullmatch(text) else text
        if datatype:
            return {"@type": datatype, "@value": text}
        return {"@value": text} if kind else text


def write_jsonld(triples: Iterable[Triple], context: dict[str, Any]) -> bytes:
    """Return triples as JSON-LD, one node per line.

    Args:
        triples: Triples without blank nodes.
        context: The result of `jsonld_context`.
    """
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes_of(triples, context))
    head = json.dumps(context, ensure_ascii=False, indent=1)
    return f'{{"@context": {head},\n"@graph": [\n{lines}\n]}}\n'.encode()


def nodes_of(triples: Iterable[Triple], context: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a node object for each subject, sorted by subject; for the arguments see `write_jsonld`."""
    compact = _Compact(context)
    by_subject: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for s, p, o in sorted(triples):
        by_subject[s][p].append(o)
    for s, by_predicate in by_subject.items():
        node: dict[str, Any] = {"id": compact.iri(s)}
        if classes := by_predicate.pop(terms.TYPE, None):
            node["type"] = _one_or_all([compact.name(c) for c in classes])
        for p, objects in by_predicate.items():
            name = compact.name(p)
            definition = compact.defined.get(name, {})
            if definition.get("@container"):
                node[name] = _in_words(objects)
            else:
                node[name] = _one_or_all([compact.value(o, definition.get("@type", "")) for o in objects])
        yield node


def _one_or_all(values: list[Any]) -> Any:  # noqa: ANN401 - JSON
    return values[0] if len(values) == 1 else values


def _in_words(objects: Iterable[str]) -> dict[str, Any]:
    """Return a language map; values without a language are under `@none`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for term in objects:
        found[term[term.rindex('"') + 2 :] or "@none"].append(terms.lexical(term))
    return {language: _one_or_all(texts) for language, texts in sorted(found.items())}

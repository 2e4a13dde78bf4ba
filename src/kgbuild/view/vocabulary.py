"""The ontology and the code lists as pages: what each term means, in both languages, with links between them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.store import load_schema, read_quads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

_LABELS = (f"<{terms.SKOS}prefLabel>", f"<{terms.RDFS}label>")
_TEXTS = (f"<{terms.SKOS}definition>", f"<{terms.RDFS}comment>", f"<{terms.SKOS}scopeNote>")
_KINDS = {f"<{terms.OWL}Class>": "classes", f"<{terms.OWL}ObjectProperty>": "properties",
          f"<{terms.OWL}DatatypeProperty>": "properties"}  # fmt: skip
_LINKS = {
    f"<{terms.RDFS}subClassOf>": "above",
    f"<{terms.RDFS}subPropertyOf>": "above",
    f"<{terms.RDFS}domain>": "domain",
    f"<{terms.RDFS}range>": "range",
    f"<{terms.SKOS}broader>": "above",
}
_SCHEME, _ALSO = f"<{terms.SKOS}inScheme>", f"<{terms.SKOS}altLabel>"


class _Terms:
    """Terms by IRI, with what is said of them."""

    def __init__(self, triples: Iterable[Triple], lang: str, root: str) -> None:
        self.said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._lang, self._root = lang, root
        for s, p, o in triples:
            self.said[s][p].append(o)

    def text(self, term: str, names: Iterable[str]) -> str:
        """What is said of a term in the language of the page, else in Chinese."""
        for lang in (self._lang, "zh", "en"):
            for name in names:
                for value in sorted(self.said[term][name] if term in self.said else ()):
                    if value.endswith(f'"@{lang}'):
                        return terms.lexical(value)
        return ""

    def entry(self, term: str) -> dict[str, Any]:
        """A term as the page shows it."""
        links: dict[str, list[dict[str, str]]] = {}
        for name, word in _LINKS.items():
            for other in sorted(self.said[term].get(name, ())):
                if other.startswith("<"):
                    links.setdefault(word, []).append({"label": self.label(other), "href": self._href(other)})
        also = [terms.lexical(v) for v in sorted(self.said[term].get(_ALSO, ())) if v.endswith('"@zh')]
        return {
            "id": terms.bare(term).rpartition("#")[2], "label": self.label(term), "curie": _curie(term),
            "text": self.text(term, _TEXTS), "links": list(links.items()), "also": "、".join(also[:12]),
        }  # fmt: skip

    def label(self, term: str) -> str:
        """The name of a term."""
        return self.text(term, _LABELS) or _curie(term)

    def _href(self, term: str) -> str:
        iri = terms.bare(term)
        for namespace, page in ((terms.GPLAN, "/ontology"), (terms.GPLANV, "/vocab")):
            if iri.startswith(namespace):
                return f"{self._root}{page}#{iri[len(namespace) :]}"
        return iri


def _curie(term: str) -> str:
    iri = terms.bare(term)
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


@cache
def ontology_page(lang: str, root: str = "") -> dict[str, Any]:
    """Return the page of the classes and properties of the ontology.

    Args:
        lang: `zh` or `en`.
        root: What stands before every path.
    """
    known = _Terms(load_schema().triples, lang, root)
    sections: dict[str, list[dict[str, Any]]] = {"classes": [], "properties": []}
    for term in known.said:
        kinds = {_KINDS[o] for o in known.said[term].get(terms.TYPE, ()) if o in _KINDS}
        if term.startswith(f"<{terms.GPLAN}") and kinds:
            sections[min(kinds)].append(known.entry(term))
    shown = [{"title": title, "terms": found} for title, found in sections.items()]
    return {"kind": "ontology", "iri": terms.ONTOLOGY, "title": "", "lang": lang, "labels": {}, "sections": shown}


@cache
def completions(lang: str) -> dict[str, Any]:
    """Return what an editor of queries offers: our prefixes, and for each term its short form, name, kind, meaning.

    Args:
        lang: `zh` or `en`.
    """
    found: list[list[str]] = []
    for page in (ontology_page(lang), vocabulary_page(lang)):
        for section in page["sections"]:
            kind = {"classes": "class", "properties": "property"}.get(section["title"], "constant")
            found += [[t["curie"], t["label"], kind, t["text"]] for t in section["terms"]]
    return {"prefixes": dict(terms.PREFIXES), "terms": sorted(found)}


@cache
def vocabulary_page(lang: str, root: str = "") -> dict[str, Any]:
    """Return the page of the code lists; arguments as in `ontology_page`."""
    folder = data_dir("ontology") / "vocab"
    quads = [q for name in ("codes.ttl", "findings.ttl") for q in read_quads(folder / name)]
    known = _Terms(((s, p, o) for s, p, o, _ in quads), lang, root)
    schemes: defaultdict[str, list[str]] = defaultdict(list)
    for term in known.said:
        for scheme in known.said[term].get(_SCHEME, ()):
            schemes[scheme].append(term)
    shown = [
        {"title": known.label(scheme), "terms": [known.entry(term) for term in found]}
        for scheme, found in sorted(schemes.items(), key=lambda item: known.label(item[0]))
    ]
    return {"kind": "schemes", "iri": terms.VOCAB, "title": "", "lang": lang, "labels": {}, "sections": shown}

"""The code lists and registers as pages, with entries and definitions as collapsible trees.

A register is a file in `ontology/vocab/`; the properties that form its tree differ by register.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.store import load_schema, read_quads
from kgbuild.view.ontology import TripleView, ontology_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import Triple

_SKOS = terms.SKOS
_PREF, _ALT, _HIDDEN, _SCHEME, _BROADER, _MEMBER, _NOTATION, _DEFINITION = (
    f"<{_SKOS}{name}>"
    for name in ("prefLabel", "altLabel", "hiddenLabel", "inScheme", "broader", "member", "notation", "definition")
)
_TITLE, _DESCRIPTION = terms.TITLE, f"<{terms.DCTERMS}description>"
_NOTES = (_DEFINITION, f"<{_SKOS}scopeNote>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """How a register is displayed.

    Attributes:
        file: Name of its file without suffix.
        up: Properties to the parent entry; the first one that an entry has is used.
        heads: Properties to the group of entries without a parent.
        shown: Further properties to show; names of our ontology.
        linked: Prefixes of the local names of its codes in our vocabulary, empty if its IRIs are not codes.
    """

    file: str
    up: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


REGISTERS: dict[str, Register] = {
    "populations": Register(file="populations", up=(_BROADER,)),
    "bodies": Register(
        file="bodies", up=(terms.gplan("unitOf"),), heads=(terms.gplan("inDivision"),),
        shown=("partyKind", "validFrom", "validUntil", "succeededBy"),
    ),
    "kinds": Register(
        file="body-kinds", heads=(terms.gplan("partyKind"),),
        shown=("shortForm", "shortStem", "kindValidFrom", "kindValidUntil", "kindSucceededBy"),
    ),
    "divisions": Register(
        file="divisions", up=(terms.gplan("partOfDivision"),),
        shown=("divisionCode", "abbreviation", "shortName", "subprovincial"),
    ),
    "initiatives": Register(
        file="initiatives", up=(_MEMBER,), heads=(_SCHEME,), linked=("head", "heads", "initiative", "region")
    ),
    "verbs": Register(file="verbs", up=(_BROADER,), linked=("verb",)),
    "units": Register(file="units", up=(_BROADER,), linked=("unit",)),
    "restorations": Register(file="restorations", heads=(_SCHEME,)),
    "words": Register(file="words", up=(_MEMBER,)),
}  # fmt: skip
"""The registers by the last segment of the address of their page."""
_HOMES = {start: name for name, register in REGISTERS.items() for start in register.linked}


def home_of(name: str) -> str:
    """Return the path of the page that lists a code of our vocabulary.

    Args:
        name: Local name of the code.

    Example:
        >>> home_of("verb-kaizhan"), home_of("role-lead")
        ('/vocab/verbs', '/vocab')
    """
    home = _HOMES.get(name.partition("-")[0])
    return f"/vocab/{home}" if home else "/vocab"


@cache
def _file(name: str) -> tuple[Triple, ...]:
    return tuple((s, p, o) for s, p, o, _ in read_quads(data_dir("ontology") / "vocab" / f"{name}.ttl"))


@cache
def _names(lang: str) -> TripleView:
    """Return the labels of what entries of any register refer to: codes and places."""
    return TripleView((t for name in ("codes", "divisions") for t in _file(name) if t[1] in (_PREF, _TITLE)), lang)


@cache
def vocabulary_page(lang: str) -> dict[str, Any]:
    """Return the page of the code lists and the list of registers.

    Args:
        lang: `zh` or `en`.
    """
    known = TripleView((*_file("codes"), *_file("findings")), lang)
    schemes: defaultdict[str, list[str]] = defaultdict(list)
    for term in known.properties:
        for scheme in known.properties[term].get(_SCHEME, ()):
            schemes[scheme].append(term)
    shown = [
        {"title": known.label(scheme), "curie": terms.curie(terms.bare(scheme)),
         "id": terms.bare(scheme).rpartition("#")[2],
         "text": known.text(scheme, (_DESCRIPTION, _DEFINITION)), "terms": [_code(known, term) for term in found]}
        for scheme, found in sorted(schemes.items(), key=lambda item: known.label(item[0]))
    ]  # fmt: skip
    registers = [{"name": name, **_about(name, lang)} for name in REGISTERS]
    return {"kind": "schemes", "iri": terms.VOCAB, "title": "", "lang": lang, "labels": {}, "sections": shown,
            "registers": registers}  # fmt: skip


def _code(known: TripleView, term: str) -> dict[str, Any]:
    other = "en" if known.lang == "zh" else "zh"
    return {
        "id": terms.bare(term).rpartition("#")[2], "curie": terms.curie(terms.bare(term)), "label": known.label(term),
        "other": known.label(term, other), "text": known.text(term, _NOTES),
        "notation": "、".join(map(terms.lexical, known.all(term, _NOTATION))),
        "also": [terms.lexical(v) for v in known.all(term, _ALT) if v.endswith('"@zh')],
        "cure": known.text(term, (terms.gplan("cure"),)),
    }  # fmt: skip


@cache
def _register(name: str, lang: str) -> tuple[TripleView, str]:
    triples = _file(REGISTERS[name].file)
    head = next(s for s, p, o in triples if p == terms.TYPE and o == f"<{terms.OWL}Ontology>")
    return TripleView(triples, lang), head


@cache
def _about(name: str, lang: str) -> dict[str, Any]:
    known, head = _register(name, lang)
    entries = sum(_PREF in values for values in known.properties.values())
    return {"title": known.text(head, (_TITLE,)), "text": known.text(head, (_DESCRIPTION,)), "entries": entries}


@cache
def names_of_terms(lang: str) -> dict[str, str]:
    """Return the label of each term of the ontology and of each code, by IRI."""
    prefixes = {"gplan": terms.GPLAN, "gplanv": terms.GPLANV}
    found = completions(lang)["terms"]
    return {
        prefixes[prefix] + rest: label
        for curie, label, _, _ in found
        for prefix, _, rest in [curie.partition(":")]
        if prefix in prefixes
    }


@cache
def completions(lang: str) -> dict[str, Any]:
    """Return completions for the query editor: prefixes, and terms with prefixed name, label, kind and definition.

    Args:
        lang: `zh` or `en`.
    """
    kinds = {"classes": "class", "properties": "property"}
    groups = ontology_page(lang)["groups"]
    found = [
        [t["curie"], t["label"], word, t["text"]]
        for g in groups
        for part, word in kinds.items()
        for t in g[part]
        if not t["replaced"]
    ]
    codes = (t for section in vocabulary_page(lang)["sections"] for t in section["terms"])
    found += [[t["curie"], t["label"], "constant", t["text"]] for t in codes]
    return {"prefixes": dict(terms.PREFIXES), "terms": sorted(found)}


@cache
def register_page(name: str, lang: str) -> dict[str, Any]:
    """Return the page of a register.

    Args:
        name: Key in `REGISTERS`.
        lang: `zh` or `en`.

    Raises:
        KeyError: there is no such register.
    """
    register = REGISTERS[name]
    known, head = _register(name, lang)
    words = TripleView(load_schema().triples, lang)
    below = _below(known, register)
    seen: set[str] = set()

    def node(term: str, depth: int) -> dict[str, Any]:
        is_first = term not in seen
        seen.add(term)
        inside = [node(t, depth + 1) for t in below.get(term, ()) if depth < 12]
        return {**_entry(known, words, register, term), "first": is_first, "below": inside}

    roots = [t for t in below.get("", ()) if t != head]
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for term in roots:
        found = [o for prop in register.heads for o in known.all(term, prop)]
        groups[found[0] if found else ""].append(node(term, 0))
    shown = [{"title": _label(known, key) if key else "", "nodes": groups[key]} for key in sorted(groups)]
    about = _about(name, lang)
    return {"kind": "register", "iri": terms.bare(head), "lang": lang, "labels": {}, "name": name, **about,
            "groups": shown, "file": register.file}  # fmt: skip


def _below(known: TripleView, register: Register) -> dict[str, list[str]]:
    """Return the children of each entry; those without a parent are under ''."""
    above: defaultdict[str, list[str]] = defaultdict(list)
    for term, values in known.properties.items():
        if _MEMBER in register.up:
            for member in values.get(_MEMBER, ()):
                above[member].append(term)
    entries = [term for term, values in known.properties.items() if _PREF in values]
    below: defaultdict[str, list[str]] = defaultdict(list)
    inside = set(entries)
    for term in entries:
        own = above[term] or [
            o for prop in register.up if prop != _MEMBER for o in known.properties[term].get(prop, ())
        ]
        for parent in [p for p in own if p in inside] or [""]:
            below[parent].append(term)
    return below


def _entry(known: TripleView, words: TripleView, register: Register, term: str) -> dict[str, Any]:
    iri = terms.bare(term)
    other = "en" if known.lang == "zh" else "zh"
    facts = list(_names_by_level(known, term))
    for name in register.shown:
        values = [
            _label(known, o) if o.startswith("<") else terms.lexical(o) for o in known.all(term, terms.gplan(name))
        ]
        if values:
            facts.append({"name": words.label(terms.gplan(name)), "values": values})
    return {
        "id": (iri.rpartition("#")[2] if "#" in iri else iri.rpartition("/")[2]), "iri": iri,
        "label": known.label(term), "other": known.label(term, other), "text": known.text(term, _NOTES),
        "also": _wordings(known, term), "facts": facts,
    }  # fmt: skip


def _names_by_level(known: TripleView, term: str) -> Iterator[dict[str, Any]]:
    """Yield the names of bodies of a kind at each level, official names before variants."""
    for rule in known.properties[term].get(terms.gplan("hasNamingRule"), ()):
        names = [
            o for name in ("officialName", "variantName") for o in known.properties[rule].get(terms.gplan(name), ())
        ]
        for level in known.all(rule, terms.gplan("atLevel")):
            yield {"name": _label(known, level), "values": list(map(terms.lexical, names))}


def _label(known: TripleView, term: str) -> str:
    """Return the label of an entry of this register, or of a code or place that it refers to."""
    return known.label(term) if term in known.properties else _names(known.lang).label(term)


def _wordings(known: TripleView, term: str) -> Sequence[str]:
    found = [terms.lexical(v) for name in (_ALT, _HIDDEN) for v in known.all(term, name) if v.endswith('"@zh')]
    return list(dict.fromkeys(found))

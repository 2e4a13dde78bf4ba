"""Write the generated tables of ontology/README.md and shapes/README.md; with --check, fail where one is stale.

A table stands between `<!-- table: name -->` and `<!-- end -->`. Run: `python .ci/tables.py [--check]`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rdflib
from rdflib import OWL, RDF, RDFS, SH, SKOS
from rdflib.collection import Collection

from kgbuild import terms
from kgbuild.graph.owlrl_reference import TRIVIAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rdflib.term import Node

ROOT = Path(__file__).resolve().parent.parent
GPLAN = rdflib.Namespace(terms.GPLAN)
BLOCK = re.compile(r"(<!-- table: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def load(*paths: str) -> rdflib.Graph:
    """Return the files as one graph."""
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(ROOT / path)
    return graph


def short(term: Node | None) -> str:
    """Return an IRI as it is written in our files, ours without prefix."""
    text = str(term or "")
    for prefix, namespace in (("", terms.GPLAN), *terms.PREFIXES.items()):
        if text.startswith(namespace):
            return (f"{prefix}:" if prefix and namespace != terms.GPLAN else "") + text.removeprefix(namespace)
    return text


def words(graph: rdflib.Graph, node: Node, name: Node, lang: str) -> str:
    """Return the text of a property in a language."""
    found = [o for o in graph.objects(node, name) if getattr(o, "language", None) == lang]
    return str(found[0]).replace("|", "\\|") if found else ""


def table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table of Markdown."""
    columns = head.split(" | ")
    lines = [f"| {head} |", "|" + "---|" * len(columns), *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


def properties(derivation: str) -> str:
    """Return the table of the asserted or of the inferred properties, in the order of the file."""
    graph = load("ontology/gplan.ttl")
    order = re.findall(r"^gplan:(\w+) a ", (ROOT / "ontology/gplan.ttl").read_text(encoding="utf-8"), re.MULTILINE)
    chosen = [
        GPLAN[name]
        for name in order
        if str(graph.value(GPLAN[name], GPLAN.derivation)) == derivation
        and (GPLAN[name], OWL.deprecated, None) not in graph
    ]
    head = "property | from | to | 中文" + (" | follows from" if derivation == "inferred" else "")
    rows = []
    for term in chosen:
        ends = [
            f"`{short(graph.value(term, p))}`" if (term, p, None) in graph else "" for p in (RDFS.domain, RDFS.range)
        ]
        row = (f"`{short(term)}`", *ends, words(graph, term, RDFS.label, "zh"))
        rows.append((*row, reasons(graph, term)) if derivation == "inferred" else row)
    return table(head, rows)


def reasons(graph: rdflib.Graph, term: Node) -> str:
    """Return the axioms that infer a property."""
    chains = [
        " ∘ ".join(f"`{short(p)}`" for p in Collection(graph, c)) for c in graph.objects(term, OWL.propertyChainAxiom)
    ]
    subs = [f"sub-property `{short(s)}`" for s in graph.subjects(RDFS.subPropertyOf, term)]
    inverse = [f"inverse of `{short(o)}`" for o in graph.objects(term, OWL.inverseOf)]
    kinds = {OWL.SymmetricProperty: "symmetric", OWL.TransitiveProperty: "transitive"}
    marks = [word for kind, word in kinds.items() if (term, RDF.type, kind) in graph]
    return "; ".join([*sorted(chains), *sorted(subs), *inverse, *marks])


def codes() -> str:
    """Return the table of all codes: value of `kgbuild extract`, code, labels."""
    graph = load("ontology/gplan.ttl", "ontology/vocab/codes.ttl", "ontology/vocab/findings.ttl")
    rows = []
    classes = {str(c) for s in graph.subjects(SKOS.inScheme) for c in graph.objects(s, RDF.type) if c != SKOS.Concept}
    for cls in map(rdflib.URIRef, sorted(classes)):
        members = sorted((str(n), s) for s in graph.subjects(RDF.type, cls) for n in graph.objects(s, SKOS.notation))
        for value, code in members:
            labels = [words(graph, code, SKOS.prefLabel, lang) for lang in ("zh", "en")]
            rows.append((f"`{short(cls)}`", f"`{value}`", f"`{short(code)}`", *labels))
    return table("class | value | code | 中文 | English", rows)


def trivial() -> str:
    """Return the patterns of owlrl's triples that are left out."""
    return table("pattern | why it says nothing", [(f"`{name}`", reason) for name, (reason, _) in TRIVIAL.items()])


def rules(name: str) -> str:
    """Return the rules of a file of shapes."""
    graph = load(f"shapes/{name}.ttl")
    rows = []
    for shape, severity in graph.subject_objects(SH.severity):
        messages = [words(graph, shape, SH.message, lang).split(" ", 1)[1] for lang in ("en", "zh")]
        rows.append((str(shape).rsplit("#", 1)[1].split("-")[0], str(severity).rsplit("#", 1)[1], *messages))
    return table("rule | severity | message | 消息", sorted(rows))


TABLES: dict[str, Callable[[], str]] = {
    "asserted": lambda: properties("asserted"),
    "inferred": lambda: properties("inferred"),
    "codes": codes,
    "trivial": trivial,
    "gplan": lambda: rules("gplan"),
    "vocab": lambda: rules("vocab"),
    "meta": lambda: rules("meta"),
}


def fresh(text: str) -> str:
    """Return a README with its tables made anew."""
    return BLOCK.sub(lambda m: m[1] + TABLES[m[2]]() + m[3], text)


def main(arguments: list[str]) -> int:
    """Write the tables, or check them."""
    stale = 0
    for name in ("ontology/README.md", "shapes/README.md"):
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = fresh(old)
        if "--check" not in arguments:
            path.write_text(new, encoding="utf-8")
        elif new != old:
            sys.stderr.write(f"{name}: a table is stale; run python .ci/tables.py\n")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""One file for each document and each source text, to which the IRIs of their nodes redirect.

`data/document/KEY.ttl` and `.jsonld` hold the facts of the document and the register entries that it uses;
`data/text/KEY.ttl` holds all statements about a source text with their evidence (profile `full` only).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.turtle import write_turtle
from kgbuild.publish.jsonld import jsonld_context, write_jsonld
from kgbuild.publish.material import ReleaseFile
from kgbuild.store import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material


def make(material: Material, _written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the files of all documents and source texts."""
    base = material.about.base
    context = jsonld_context(load_schema().triples, base)
    for source in material.sources:
        facts = material.facts[source.key]
        turtle = write_turtle(facts, base=base).encode()
        jsonld = write_jsonld(facts, context)
        for s, p, _ in sorted(facts):
            if p == terms.gplan("hasSourceText") and s.startswith(f"<{base}document/"):
                path = f"data/document/{s.rpartition('/')[2][:-1]}"
                yield ReleaseFile(path=f"{path}.ttl", data=turtle, media="text/turtle")
                yield ReleaseFile(path=f"{path}.jsonld", data=jsonld, media="application/ld+json")
        if material.profile == "full":
            whole = {t for ts in source.graphs.values() for t in ts}
            yield ReleaseFile(
                path=f"data/text/{source.key}.ttl", data=write_turtle(whole, base=base).encode(), media="text/turtle"
            )

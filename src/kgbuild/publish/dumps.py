"""The data set in each RDF format, compressed reproducibly.

HDT is left out: the only PyPI library that writes it (hdtkit) does not support all Python versions that kgbuild does,
and the maintained libraries are read-only. `rdf2hdt` converts the N-Triples dump.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from kgbuild.errors import InputError
from kgbuild.graph.serialise import NAMED, serialise
from kgbuild.publish.jsonld import jsonld_context, write_jsonld
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.words import CONTEXT, DUMPS, FORMATS
from kgbuild.store import load_schema
from kgbuild.version import __version__
from kgbuild.view.facts import Both

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import Material

MEDIA = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
"""Media type of each format, by file suffix."""


def packed(data: bytes) -> bytes:
    """Compress data with gzip; the header has no time and no name, so that equal data gives equal bytes."""
    return gzip.compress(data, compresslevel=6, mtime=0)


def make(material: Material, _written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the dumps: triple formats hold the union of all graphs, N-Quads and TriG the named graphs."""
    context = jsonld_context(load_schema().triples, material.about.base)
    for suffix, media in MEDIA.items():
        try:
            data = _dump(material, suffix, context)
        except InputError as e:
            # RDF/XML cannot express some characters and property names; the other formats hold all triples.
            material.warnings.append(f"{material.profile}.{suffix} is left out: the data set {e}")
            continue
        yield ReleaseFile(
            path=f"data/{material.profile}.{suffix}.gz",
            data=packed(data),
            media=media,
            title=Both(*(words.format(FORMATS[suffix]) for words in DUMPS[material.profile])),
            is_data=True,
        )
    text = json.dumps({"@context": context}, ensure_ascii=False, indent=1) + "\n"
    yield ReleaseFile(path="context.jsonld", data=text.encode(), media=MEDIA["jsonld"], title=CONTEXT)


def _dump(material: Material, suffix: str, context: dict[str, Any]) -> bytes:
    if suffix == "jsonld":
        return write_jsonld(material.triples, context)
    graphs = material.graphs if suffix in NAMED else {"": material.triples}
    form = {"rdf": "xml"}.get(suffix, suffix)
    return serialise(dict(graphs), form, base=material.about.base, header=dump_header(material))


def dump_header(material: Material) -> str:
    """Return the comment at the top of a Turtle or TriG dump."""
    about = material.about
    held = {
        "full": "asserted and inferred statements with their evidence, and the vocabularies that they use",
        "facts": "facts without their evidence; what needs it takes the profile full of the same release",
    }[material.profile]
    return (
        f"{about.title.zh}  {about.title.en}, {about.version}\nprofile {material.profile}: {held}\n"
        f"kgbuild {__version__}; licence {about.licence}"
    )

"""The metadata of a release: DCAT-AP for portals, VoID for machines, citations and a README for people, checksums.

The catalogue follows DCAT 3 in the profile DCAT-AP 3.0.1. The IRIs of the catalogue and the data set are the same for
every release, because harvesters identify them by these; the addresses of files contain the version.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.publish.folder import MARK, read_mark
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.void import FORMATS, VOID, counts_of, dataset_triples, partition_triples
from kgbuild.publish.words import CONCEPTS, DESCRIPTIONS, PROFILES, README, TOTAL
from kgbuild.store import write_triples
from kgbuild.terms import TYPE, iri, literal
from kgbuild.version import __version__
from kgbuild.view.structured import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.model import Triple
    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import About, Material
    from kgbuild.view.facts import Both

_SPACES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": terms.DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prof": "http://www.w3.org/ns/dx/prof/",
    "prov": terms.PROV,
    "rdfs": terms.RDFS,
    "skos": terms.SKOS,
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": VOID,
    "xsd": terms.XSD,
}
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_FILE_TYPES = {
    "text/turtle": "RDF_TURTLE",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "application/ld+json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "application/csvm+json": "CSV",
    "application/vnd.apache.parquet": "PARQUET",
    "application/vnd.sqlite3": "SQLITE3",
    "application/graphml+xml": "XML",
    "application/zip": "ZIP",
}
"""File types in the EU authority table by media type; portals filter by them."""
_VOID_FORMATS = {
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}
_LICENCES = {LICENCE: ("CC-BY-4.0", "CC BY 4.0")}
"""SPDX identifier and display name of a licence, by its IRI."""


def make(material: Material, written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the metadata files; checksums and the README come last because they list the other files."""
    about = material.about
    items = [
        ReleaseFile(
            path="catalog.ttl",
            data=_turtle(catalogue_triples(material, written)),
            media="text/turtle",
            title=DESCRIPTIONS["catalog"],
            standard="https://semiceu.github.io/DCAT-AP/releases/3.0.1/",
        ),
        ReleaseFile(
            path="void.ttl",
            data=_turtle(release_void(material, written)),
            media="text/turtle",
            title=DESCRIPTIONS["void"],
            standard="http://www.w3.org/TR/void/",
        ),
        ReleaseFile(
            path="provenance.ttl",
            data=_turtle(provenance_triples(material)),
            media="text/turtle",
            title=DESCRIPTIONS["provenance"],
            standard="http://www.w3.org/TR/prov-o/",
        ),
        ReleaseFile(path="CITATION.cff", data=citation(about), media="application/yaml", title=DESCRIPTIONS["cff"]),
        ReleaseFile(
            path="datacite.json", data=_json(datacite(material, written)), media="application/json",
            title=DESCRIPTIONS["datacite"],
        ),
    ]  # fmt: skip
    yield from items
    yield ReleaseFile(
        path="README.md", data=readme(material, written), media="text/markdown", title=DESCRIPTIONS["readme"]
    )
    # The caller appends each yielded file to `written`, so the checksums cover all files but themselves and the mark.
    sums = "".join(f"{w.sha256}  {w.item.path}\n" for w in sorted(written, key=lambda w: w.item.path))
    yield ReleaseFile(path="SHA256SUMS", data=sums.encode(), media="text/plain", title=DESCRIPTIONS["sums"])


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _turtle(triples: Iterable[Triple]) -> bytes:
    out = BytesIO()
    # Resources that describe the whole come before the files, whose addresses contain a version.
    ordered = sorted(set(triples), key=lambda t: ("catalog#" not in t[0], t))
    write_triples(ordered, out, "ttl", prefixes={**_SPACES, "gplan": terms.GPLAN})
    return out.getvalue()


def _t(name: str) -> str:
    """Return the term for a prefixed name."""
    prefix, _, local = name.partition(":")
    return f"<{_SPACES[prefix]}{local}>"


def _both(words: Both) -> list[str]:
    return [literal(words.zh, lang="zh"), literal(words.en, lang="en")]


def _words(words: Iterable[str]) -> list[str]:
    return [literal(word, lang="en" if word.isascii() else "zh") for word in words]


_CLASSES = {
    _t("dct:language"): "dct:LinguisticSystem",
    _t("dct:license"): "dct:LicenseDocument",
    _t("dct:conformsTo"): "dct:Standard",
    _t("dct:format"): "dct:MediaTypeOrExtent",
    _t("dct:accessRights"): "dct:RightsStatement",
    _t("dct:accrualPeriodicity"): "dct:Frequency",
    _t("dcat:mediaType"): "dct:MediaType",
    _t("dcat:compressFormat"): "dct:MediaType",
    _t("dcat:landingPage"): "foaf:Document",
    _t("foaf:homepage"): "foaf:Document",
    _t("foaf:page"): "foaf:Document",
    _t("prov:wasGeneratedBy"): "prov:Activity",
    _t("spdx:algorithm"): "spdx:ChecksumAlgorithm",
}
_CONCEPTS = {_t("dcat:theme"), _t("dcatap:availability"), _t("adms:status")}


# -- DCAT ---------------------------------------------------------------------------------------------------------
def catalogue_triples(material: Material, written: Iterable[Written]) -> list[Triple]:
    """Return the catalogue: one data set with one distribution for each file that contains it."""
    about = material.about
    catalogue, data = (iri(f"{about.url}catalog#{name}") for name in ("catalog", "dataset"))
    found = [
        (catalogue, TYPE, _t("dcat:Catalog")),
        *_said(catalogue, about),
        (catalogue, _t("foaf:homepage"), iri(about.url)),
        (catalogue, _t("dcat:themeTaxonomy"), iri(f"{_AUTHORITY}data-theme")),
        (catalogue, _t("dcat:dataset"), data),
        (data, TYPE, _t("dcat:Dataset")),
        *_said(data, about),
        (data, _t("dct:identifier"), literal(f"https://doi.org/{about.doi}" if about.doi else terms.bare(data))),
        *((data, _t("dcat:keyword"), word) for word in _words(about.keywords)),
        (data, _t("dcat:theme"), iri(f"{_AUTHORITY}data-theme/GOVE")),
        (data, _t("dct:accrualPeriodicity"), iri(f"{_AUTHORITY}frequency/IRREG")),
        (data, _t("dct:accessRights"), iri(f"{_AUTHORITY}access-right/PUBLIC")),
        (data, _t("dct:conformsTo"), iri(terms.ONTOLOGY)),
        (data, _t("dct:conformsTo"), iri(f"{terms.PROFILE}{material.profile}")),
        (data, _t("dcat:version"), literal(about.version)),
        *((data, _t("adms:versionNotes"), words) for words in _both(PROFILES[material.profile])),
        (data, _t("foaf:page"), iri(about.address("README.md"))),
        (data, _t("dcat:landingPage"), iri(about.url)),
        (data, _t("prov:wasGeneratedBy"), iri(f"{about.address('provenance.ttl')}#release")),
        *_contact(data, about),
        *_coverage(data, material),
    ]
    if material.before is not None:
        old = read_mark(material.before)
        found.append((data, _t("dcat:previousVersion"), iri(f"{old['url']}{old['version']}/")))
    for w in written:
        if w.item.is_data:
            found += _distribution(data, w, about)
    found += [(catalogue, p, o) for s, p, o in found if s == data and p == _t("dct:spatial")]
    return found + [typed for triple in found for typed in _typed(triple)]


def _typed(triple: Triple) -> Iterator[Triple]:
    """Yield the class of the object of a triple, with labels of concepts: an offline validator cannot look them up."""
    _, p, o = triple
    if p in _CLASSES:
        yield o, TYPE, _t(_CLASSES[p])
    if p in _CONCEPTS:
        yield o, TYPE, _t("skos:Concept")
        for words in _both(CONCEPTS[terms.bare(o).rpartition("/")[2]]):
            yield o, _t("skos:prefLabel"), words
    if p == _t("dcat:themeTaxonomy"):
        yield o, TYPE, _t("skos:ConceptScheme")
        yield o, _t("dct:title"), literal("Data theme", lang="en")


def _said(node: str, about: About) -> list[Triple]:
    publisher = iri(about.publisher_url or f"{about.url}catalog#publisher")
    day = terms.date(about.date)
    return [
        *((node, _t("dct:title"), words) for words in _both(about.title)),
        *((node, _t("dct:description"), words) for words in _both(about.description)),
        (node, _t("dct:publisher"), publisher),
        (publisher, TYPE, _t("foaf:Agent")),
        (publisher, _t("foaf:name"), literal(about.publisher)),
        (node, _t("dct:language"), iri(f"{_AUTHORITY}language/ZHO")),
        (node, _t("dct:language"), iri(f"{_AUTHORITY}language/ENG")),
        (node, _t("dct:license"), iri(about.licence)),
        (node, _t("dct:issued"), day),
        (node, _t("dct:modified"), day),
    ]


def _contact(data: str, about: About) -> list[Triple]:
    node = iri(f"{about.url}catalog#contact")
    found = [
        (data, _t("dcat:contactPoint"), node),
        (node, TYPE, _t("vcard:Kind")),
        (node, _t("vcard:fn"), literal(about.publisher)),
    ]
    if "@" in about.contact:
        return [*found, (node, _t("vcard:hasEmail"), iri(f"mailto:{about.contact}"))]
    return [*found, (node, _t("vcard:hasURL"), iri(about.contact or about.publisher_url or about.url))]


def _coverage(data: str, material: Material) -> Iterator[Triple]:
    """Yield the places and years that the plans cover."""
    values: dict[str, set[str]] = {}
    for _, p, o in material.all_facts:
        values.setdefault(p, set()).add(o)
    names = {s: o for s, p, o in material.vocabulary if p == _t("skos:prefLabel") and o.endswith("@zh")}
    english = {s: o for s, p, o in material.vocabulary if p == _t("skos:prefLabel") and o.endswith("@en")}
    for place in sorted(values.get(terms.gplan("jurisdiction"), ())):
        yield data, _t("dct:spatial"), place
        yield place, TYPE, _t("dct:Location")
        yield place, _t("dct:identifier"), literal(terms.bare(place).rpartition("/")[2])
        for name in (names.get(place), english.get(place)):
            if name:
                yield place, _t("skos:prefLabel"), name
    starts, ends = (sorted(values.get(terms.gplan(n), ())) for n in ("periodStart", "periodEnd"))
    if starts or ends:
        node = iri(f"{material.about.url}catalog#period")
        yield data, _t("dct:temporal"), node
        yield node, TYPE, _t("dct:PeriodOfTime")
        if starts:
            yield node, _t("dcat:startDate"), starts[0]
        if ends:
            yield node, _t("dcat:endDate"), ends[-1]


def _distribution(data: str, w: Written, about: About) -> Iterator[Triple]:
    address = about.address(w.item.path)
    node, checksum = iri(f"{address}#distribution"), iri(f"{address}#checksum")
    day = terms.date(about.date)
    yield from (
        (data, _t("dcat:distribution"), node),
        (node, TYPE, _t("dcat:Distribution")),
        *((node, _t("dct:title"), words) for words in _both(w.item.title)),
        *((node, _t("dct:description"), words) for words in _both(w.item.title)),
        (node, _t("dcat:accessURL"), iri(address)),
        (node, _t("dcat:downloadURL"), iri(address)),
        (node, _t("dcat:mediaType"), iri(f"http://www.iana.org/assignments/media-types/{w.item.media}")),
        (node, _t("dct:license"), iri(about.licence)),
        (node, _t("dct:issued"), day),
        (node, _t("dct:modified"), day),
        (node, _t("dct:language"), iri(f"{_AUTHORITY}language/ZHO")),
        (node, _t("dcatap:availability"), iri(f"{_AUTHORITY}planned-availability/STABLE")),
        (node, _t("adms:status"), iri("http://purl.org/adms/status/Completed")),
        (node, _t("dcat:byteSize"), literal(str(w.size), datatype=f"{terms.XSD}nonNegativeInteger")),
        (node, _t("spdx:checksum"), checksum),
        (checksum, TYPE, _t("spdx:Checksum")),
        (checksum, _t("spdx:algorithm"), _t("spdx:checksumAlgorithm_sha256")),
        (checksum, _t("spdx:checksumValue"), literal(w.sha256, datatype=f"{terms.XSD}hexBinary")),
    )
    if kind := _FILE_TYPES.get(w.item.media):
        yield node, _t("dct:format"), iri(f"{_AUTHORITY}file-type/{kind}")
    if w.item.is_packed:
        zipped = "http://www.iana.org/assignments/media-types/application/gzip"
        yield node, _t("dcat:compressFormat"), iri(zipped)
    if w.item.standard:
        yield node, _t("dct:conformsTo"), iri(w.item.standard)


# -- VoID, PROV ---------------------------------------------------------------------------------------------------
def release_void(material: Material, written: Iterable[Written]) -> list[Triple]:
    """Return the VoID description: counts, partitions, dumps and example resources."""
    about = material.about
    node, description = f"{about.url}catalog#dataset", iri(f"{about.address('void.ttl')}#description")
    dumps = [w for w in written if w.item.is_data and w.item.media in _VOID_FORMATS]
    documents = sorted(s for s, p, _ in material.all_facts if p == terms.gplan("hasSourceText"))
    actions = sorted(s for s, p, o in material.all_facts if (p, o) == (TYPE, terms.gplan("Action")))
    found = [
        (description, TYPE, _t("void:DatasetDescription")),
        (description, _t("foaf:primaryTopic"), iri(node)),
        *dataset_triples(
            node,
            base=about.base,
            titles=_both(about.title),
            counts=counts_of(material.triples),
            licence=about.licence,
            dumps=[about.address(w.item.path) for w in dumps],
        ),
        *((iri(node), _t("void:feature"), iri(FORMATS + _VOID_FORMATS[w.item.media])) for w in dumps),
        *((iri(node), _t("void:rootResource"), document) for document in documents),
        *((iri(node), _t("void:exampleResource"), action) for action in actions[:1]),
    ]
    partitions = partition_triples(f"{about.address('void.ttl')}#x", material.triples)
    me = iri(f"{about.address('void.ttl')}#x")
    return found + [(iri(node) if s == me else s, p, o) for s, p, o in partitions]


def provenance_triples(material: Material) -> list[Triple]:
    """Return the provenance of the release: the tool, the source texts with their hashes, the extraction runs."""
    about = material.about
    here = about.address("provenance.ttl")
    release, tool, data = iri(f"{here}#release"), iri(f"{here}#kgbuild"), iri(f"{about.url}catalog#dataset")
    found = [
        (release, TYPE, _t("prov:Activity")),
        *((release, _t("rdfs:label"), words) for words in _both(DESCRIPTIONS["release"])),
        (release, _t("prov:wasAssociatedWith"), tool),
        (tool, TYPE, _t("prov:SoftwareAgent")),
        (tool, _t("rdfs:label"), literal(f"kgbuild {__version__}")),
        (data, TYPE, _t("prov:Entity")),
        (data, _t("prov:wasGeneratedBy"), release),
    ]
    shown = {terms.gplan(n) for n in ("contentSha256", "generatedBy", "toolVersion", "configDigest", "readerName",
                                      "vocabularyDigest", "givenUrl")}  # fmt: skip
    for s, p, o in material.all_facts:
        if p in shown:
            found.append((s, p, o))
        if p == terms.gplan("generatedBy"):
            found += [
                (release, _t("prov:used"), s),
                (s, TYPE, _t("prov:Entity")),
                (release, _t("prov:wasInformedBy"), o),
                (o, TYPE, _t("prov:Activity")),
                (o, _t("prov:used"), s),
            ]
    return found


# -- citation -----------------------------------------------------------------------------------------------------
def citation(about: About) -> bytes:
    """Return the `CITATION.cff` of the data set."""
    import yaml

    record: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": about.title.en,
        "abstract": f"{about.description.en} {about.description.zh}",
        "authors": [{"name": about.publisher} | ({"website": about.publisher_url} if about.publisher_url else {})],
        "version": about.version,
        "date-released": about.date,
        "url": about.url,
        "keywords": list(about.keywords),
    }
    if about.licence in _LICENCES:
        record["license"] = _LICENCES[about.licence][0]
    else:
        record["license-url"] = about.licence
    if about.doi:
        record["doi"] = about.doi
    return yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=10_000).encode()


def datacite(material: Material, written: Iterable[Written]) -> dict[str, Any]:
    """Return the metadata record for registering a DOI with DataCite (schema 4.5)."""
    about = material.about
    name = _LICENCES.get(about.licence)
    rights = {"rightsUri": about.licence, "rights": name[1] if name else about.licence}
    if name:
        rights |= {"rightsIdentifier": name[0], "rightsIdentifierScheme": "SPDX"}
    record: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": [{"name": about.publisher, "nameType": "Organizational"}],
        "titles": [{"title": about.title.en, "lang": "en"}, {"title": about.title.zh, "lang": "zh"}],
        "publisher": {"name": about.publisher},
        "publicationYear": about.date[:4],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "subjects": [{"subject": word} for word in about.keywords],
        "dates": [{"date": about.date, "dateType": "Issued"}],
        "language": "zh",
        "formats": sorted({w.item.media for w in written if w.item.is_data}),
        "sizes": [f"{len(material.sources)} documents", f"{len(material.triples)} triples"],
        "version": about.version,
        "rightsList": [rights],
        "descriptions": [
            {"description": about.description.en, "descriptionType": "Abstract", "lang": "en"},
            {"description": about.description.zh, "descriptionType": "Abstract", "lang": "zh"},
        ],
        "relatedIdentifiers": [
            {"relatedIdentifier": terms.ONTOLOGY, "relatedIdentifierType": "URL", "relationType": "IsDescribedBy"}
        ],
        "url": about.url,
    }
    return record | ({"doi": about.doi} if about.doi else {})


# -- for people ---------------------------------------------------------------------------------------------------
def readme(material: Material, written: Sequence[Written]) -> bytes:
    """Return the README in both languages: what the release contains, with a table of sizes."""
    about = material.about
    sizes: dict[str, int] = {}
    for w in written:
        sizes[w.part] = sizes.get(w.part, 0) + w.size
    own = len(material.triples)
    of_profile = {"full": own if material.profile == "full" else None, "facts": len(material.all_facts)}
    by_part = ", ".join(f"{part} {size:,}" for part, size in sizes.items())
    lines = []
    for at, lang in enumerate(("zh", "en")):
        words = README[lang]
        held = {name: PROFILES[name][at] for name in PROFILES}
        lines += [
            f"# {about.title[at]} {about.version}", "", about.description[at], "",
            words["profile"].format(name=material.profile, what=held[material.profile]),
            words["counts"].format(documents=len(material.sources), triples=f"{own:,}"),
            words["licence"].format(licence=about.licence, publisher=about.publisher), "",
            words["profiles"], "|---|---|---|",
            *(f"| `{name}` | {held[name]} | {'–' if n is None else f'{n:,}'} |" for name, n in of_profile.items()), "",
            words["files"], "|---|---|---:|",
            *(f"| [{w.item.path}]({w.item.path}) | {w.item.title[at]} | {w.size:,} |"
              for w in sorted(written, key=lambda w: w.item.path) if w.item.title[at]),
            f"| {TOTAL[at]} | {by_part} | {sum(sizes.values()):,} |", "",
            words["check"].format(mark=MARK), "",
        ]  # fmt: skip
    return "\n".join(lines).encode()

"""The files published alongside the data: ontology, vocabularies, shapes, queries, mappings and redirect rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.words import BESIDE
from kgbuild.queries.export import to_sib
from kgbuild.queries.template import load_templates
from kgbuild.store import load_schema, read_quads
from kgbuild.version import __version__
from kgbuild.view.vocabulary import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.publish.folder import Written
    from kgbuild.publish.material import About, Material

_MAPPINGS = {
    terms.SUBCLASS: "rdfs:subClassOf",
    f"<{terms.RDFS}subPropertyOf>": "rdfs:subPropertyOf",
    f"<{terms.RDFS}seeAlso>": "rdfs:seeAlso",
}
_FOREIGN = {
    "cv": "http://data.europa.eu/m8g/",
    "dcterms": terms.DCTERMS,
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": terms.ORG,
    "p-plan": "http://purl.org/net/p-plan#",
    "prov": terms.PROV,
    "qb": "http://purl.org/linked-data/cube#",
    "schema": "https://schema.org/",
    "skos": terms.SKOS,
}


def make(material: Material, written: Sequence[Written]) -> Iterator[ReleaseFile]:
    """Yield the files of this part."""
    ontology = data_dir("ontology")
    for file in (*sorted(ontology.glob("*.ttl")), *sorted((ontology / "vocab").glob("*.ttl"))):
        path = file.relative_to(ontology).as_posix()
        title = BESIDE.get(file.stem, BESIDE["vocab"])
        yield ReleaseFile(path=f"ontology/{path}", data=file.read_bytes(), media="text/turtle", title=title)
    for file in sorted(data_dir("shapes").glob("*.ttl")):
        yield ReleaseFile(
            path=f"shapes/{file.name}", data=file.read_bytes(), media="text/turtle", title=BESIDE["shapes"]
        )
    templates = load_templates()
    for name, template in templates.items():
        yield ReleaseFile(path=f"queries/{name}.rq", data=template.text.encode(), media="application/sparql-query")
    yield ReleaseFile(
        path="queries/queries.ttl", data=to_sib(templates.values()).encode(), media="text/turtle",
        title=BESIDE["queries"],
    )  # fmt: skip
    yield ReleaseFile(
        path="ontology/alignments.sssom.tsv", data=sssom(material.about).encode(), media="text/tab-separated-values",
        title=BESIDE["sssom"], standard="https://w3id.org/sssom/",
    )  # fmt: skip
    yield ReleaseFile(
        path="redirects/data.htaccess",
        data=redirects(material, written).encode(),
        media="text/plain",
        title=BESIDE["htaccess"],
    )
    yield ReleaseFile(
        path="redirects/w3id.htaccess", data=w3id(material.about, written).encode(), media="text/plain",
        title=BESIDE["w3id"],
    )  # fmt: skip


# -- mappings -----------------------------------------------------------------------------------------------------
def sssom(about: About) -> str:
    """Return the links from the ontology to foreign vocabularies as an SSSOM table (TSV)."""
    quads = read_quads(data_dir("ontology") / "alignments.ttl")
    labels = {s: terms.lexical(o) for s, p, o in load_schema().triples if p == terms.LABEL and "@en" in o}
    spaces = {"gplan": terms.GPLAN, **_FOREIGN}
    rows = sorted(
        (_curie(s, spaces), labels.get(s, ""), _MAPPINGS[p], _curie(o, spaces))
        for s, p, o, _ in quads
        if p in _MAPPINGS and s.startswith(f"<{terms.GPLAN}")
    )
    used = {curie.partition(":")[0] for s, _, _, o in rows for curie in (s, o)}
    head = [
        "#curie_map:",
        *(f"#  {prefix}: {space}" for prefix, space in spaces.items() if prefix in used),
        f"#  rdfs: {terms.RDFS}",
        "#  semapv: https://w3id.org/semapv/vocab/",
        "#mapping_set_id: https://w3id.org/gplan/alignments",
        f'#mapping_set_version: "{__version__}"',
        '#mapping_set_title: "Alignments of the Government Plan Ontology"',
        f'#license: "{about.licence}"',
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification",
    ]
    return "\n".join([*head, *("\t".join((*row, "semapv:ManualMappingCuration")) for row in rows)]) + "\n"


def _curie(term: str, spaces: dict[str, str]) -> str:
    iri = terms.bare(term)
    for prefix, space in spaces.items():
        if iri.startswith(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


# -- redirects ----------------------------------------------------------------------------------------------------
_HEAD = """# {what}
# Written by kgbuild {version} for Apache 2.4 with mod_rewrite, mod_mime and mod_headers.
Options -MultiViews
AddType text/turtle .ttl
AddType application/n-triples .nt
AddType application/n-quads .nq
AddType application/trig .trig
AddType application/ld+json .jsonld
AddType application/rdf+xml .rdf
AddType application/vnd.sqlite3 .sqlite
AddType application/vnd.apache.parquet .parquet
AddType application/csvm+json metadata.json
AddCharset utf-8 .ttl .csv .md .nt
AddEncoding gzip .gz
<IfModule mod_headers.c>
Header set Access-Control-Allow-Origin "*"
Header merge Vary "Accept, Accept-Language"
</IfModule>
RewriteEngine on
"""
_OF_DOCUMENT = "document|section|action|group"
_OF_TEXT = "text|measure|statement|mention|span|correction|finding"
"""Kinds of instance whose keys begin with the key of their document or of their source text."""
_SEES_PAGES = r"RewriteCond %{HTTP_ACCEPT} (text/html|application/xhtml\+xml)"
_ENGLISH = r"RewriteCond %{HTTP:Accept-Language} ^en"
_REGISTERS = {
    "division": "divisions", "body": "bodies", "body-kind": "body-kinds", "population": "populations",
    "initiative": "initiatives",
}  # fmt: skip
"""Register file that describes the IRIs under `id/`, by the first segment of their path."""
_PAGES_OF_REGISTERS = {register.file: name for name, register in REGISTERS.items()}


def redirects(material: Material, written: Sequence[Written]) -> str:
    """Return the `.htaccess` of the folder that holds all releases, redirecting each IRI to the file that describes it.

    Args:
        material: The release.
        written: The files written so far, including the pages of the site if there are any.
    """
    about = material.about
    root = urlsplit(about.address("")).path
    own = re.escape(about.base.removeprefix(about.url)) if about.base.startswith(about.url) else "id/"
    pages, found = _pages(written)
    start = f"{pages}index.html" if pages is not None else "README.md"
    what = f".htaccess of {about.url}, in which this release is the folder {about.version}/"
    lines = [
        _HEAD.format(what=what, version=__version__),
        *(_to_pages(material, own, root, pages, found) if pages is not None else ()),
        *_to_data(material, own, root),
        "# the release of today",
        f"RewriteRule ^catalog(\\.ttl)?$ {root}catalog.ttl [R=303,L]",
        f"RewriteRule ^(\\.well-known/)?void$ {root}void.ttl [R=303,L]",
        f"RewriteRule ^$ {root}{start} [R=303,L]",
        "",
    ]
    return "\n".join(lines)


def _to_pages(material: Material, own: str, root: str, pages: str, found: Sequence[str]) -> list[str]:
    """Return the rules that lead people to the page of a thing, or to its place in the page of a register."""
    shown = "|".join(sorted({rest.partition("/")[0] for rest in found} & {*terms.TYPES}))
    lines = [
        "# people",
        *_both_languages(f"{own}({shown})/([^/]+)", f"{root}{pages}", "page/$1/$2.html"),
        "# entries of registers that the data do not speak of have no page of their own",
    ]
    at = re.escape(f"{material.about.version}/{pages}")
    for kind, file in _REGISTERS.items():
        to = f"{root}{pages}$1/vocab/{_PAGES_OF_REGISTERS[file]}.html#$2"
        lines += [
            "RewriteCond %{REQUEST_FILENAME} !-f",
            rf"RewriteRule ^{at}(zh|en)/page/{kind}/([^/]+)\.html$ {to} [R=303,L,NE]",
        ]
    return lines


def _to_data(material: Material, own: str, root: str) -> list[str]:
    """Return the rules that lead programs to the file of a document or source text, otherwise to all data."""
    of_document, of_text = (rf"^{own}({kinds})/([0-9a-f]{{16}})(\..*)?$" for kinds in (_OF_DOCUMENT, _OF_TEXT))
    lines = [
        "# machines: the file of the document, of the source text, or all data",
        r"RewriteCond %{HTTP_ACCEPT} application/ld\+json",
        f"RewriteRule {of_document} {root}data/document/$2.jsonld [R=303,L]",
        f"RewriteRule {of_document} {root}data/document/$2.ttl [R=303,L]",
    ]
    if material.profile == "full":
        lines.append(f"RewriteRule {of_text} {root}data/text/$2.ttl [R=303,L]")
    anything, dump = f"^{own}({'|'.join(terms.TYPES)})/.+$", f"{root}data/{material.profile}"
    for accept, suffix in (
        (r"application/ld\+json", "jsonld"), (r"application/rdf\+xml", "rdf"), ("application/n-triples", "nt"),
        ("application/n-quads", "nq"), ("application/trig", "trig"),
    ):  # fmt: skip
        lines += [f"RewriteCond %{{HTTP_ACCEPT}} {accept}", f"RewriteRule {anything} {dump}.{suffix}.gz [R=303,L]"]
    return [*lines, f"RewriteRule {anything} {dump}.ttl.gz [R=303,L]"]


def _pages(written: Sequence[Written]) -> tuple[str | None, list[str]]:
    """Return the folder of the site of a release (None without a site), and the paths of things within it."""
    found = [(before, rest) for w in written for before, cut, rest in (w.item.path.partition("zh/page/"),) if cut]
    return (found[0][0] if found else None), [rest for _, rest in found]


def _both_languages(path: str, site: str, page: str) -> list[str]:
    """Return the rules that redirect a browser to a page in its language.

    Args:
        path: Pattern for the requested path.
        site: Address of the folder of the site.
        page: Path of the page below the folder of a language.
    """
    return [
        *(_SEES_PAGES, _ENGLISH, f"RewriteRule ^{path}$ {site}en/{page} [R=303,L]"),
        *(_SEES_PAGES, f"RewriteRule ^{path}$ {site}zh/{page} [R=303,L]"),
    ]


def w3id(about: About, written: Sequence[Written]) -> str:
    """Return the `.htaccess` for the folder `gplan` at w3id.org, redirecting terms and register entries to the release.

    Args:
        about: The metadata of the release.
        written: The files written so far, including the pages of the site if there are any.
    """
    root, (pages, _) = about.address(""), _pages(written)
    ontology = data_dir("ontology")
    vocabularies = "|".join(sorted(f.stem for f in (ontology / "vocab").glob("*.ttl")))
    version = re.escape(__version__)
    shown = []
    if pages is not None:
        at = f"{root}{pages}"
        shown = [
            "# people",
            *_both_languages("ontology", at, "ontology.html"),
            *_both_languages("vocab", at, "vocab.html"),
            *(line for file, name in _PAGES_OF_REGISTERS.items()
              for line in _both_languages(f"vocab/{file}", at, f"vocab/{name}.html")),
            *_both_languages("queries", at, "q.html"),
            *_both_languages("queries/([a-z-]+)", at, "q/$1.html"),
            *_both_languages(f"id/({'|'.join(_REGISTERS)})/([^/]+)", at, "page/$1/$2.html"),
            "# machines",
        ]  # fmt: skip
    lines = [
        _HEAD.format(what=".htaccess of the folder gplan of https://github.com/perma-id/w3id.org", version=__version__),
        *shown,
        f"RewriteRule ^ontology(/{version})?$ {root}ontology/gplan.ttl [R=303,L]",
        f"RewriteRule ^alignments(/{version})?$ {root}ontology/alignments.ttl [R=303,L]",
        f"RewriteRule ^vocab(/{version})?$ {root}ontology/vocab/codes.ttl [R=303,L]",
        f"RewriteRule ^vocab/({vocabularies})(/{version})?$ {root}ontology/vocab/$1.ttl [R=303,L]",
        f"RewriteRule ^shapes(/{version})?$ {root}shapes/gplan.ttl [R=303,L]",
        f"RewriteRule ^shapes/(meta|vocab)(/{version})?$ {root}shapes/$1.ttl [R=303,L]",
        f"RewriteRule ^queries$ {root}queries/queries.ttl [R=303,L]",
        f"RewriteRule ^queries/([a-z-]+)$ {root}queries/$1.rq [R=303,L]",
        *(f"RewriteRule ^id/{kind}/.+$ {root}ontology/vocab/{file}.ttl [R=303,L]"
          for kind, file in _REGISTERS.items()),
        "",
    ]  # fmt: skip
    return "\n".join(lines)

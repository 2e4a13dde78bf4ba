"""A release under tools that are not ours: shapes of DCAT-AP, CKAN's harvester, VoID, SSSOM, SKOS, a web server."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
import rdflib.void
import yaml
from datacite.schema45 import validator as datacite_schema
from rdflib import DCAT, DCTERMS, RDF, SH, VOID
from tests import servers
from tests.releases import DAY, LEAN, content, graph_of
from tests.support import ROOT, SHARED, needs_shared, whole

import kgbuild
from kgbuild import api, terms
from kgbuild.publish.beside import redirects, w3id
from kgbuild.publish.folder import Written
from kgbuild.publish.material import Material, ReleaseFile
from kgbuild.queries.template import load_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.api import Release

RECOMMENDED = {"http://purl.org/dc/terms/type", "http://www.w3.org/ns/dcat#bbox", "http://www.w3.org/ns/dcat#centroid"}
"""What DCAT-AP recommends and nobody here knows: the kind of publisher, the outline of a province."""

KNOWN_FAULTS = {
    # Comunica 4.5 leaves a COUNT unbound where a row of the group does not bind what is counted; SPARQL 1.1 (18.5.1.2)
    # and the others leave such rows out.
    *(("comunica", name) for name in ("collective-actions", "coverage", "workload-of-bodies")),
}


# -- catalogue ----------------------------------------------------------------------------------------------------
@needs_shared
def test_the_catalogue_keeps_the_official_shapes_of_dcat_ap(release: Release) -> None:
    shapes = rdflib.Graph()
    for name in ("shapes", "range", "shapes_recommended"):
        shapes.parse(SHARED / "dcat-ap" / f"{name}.ttl")
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(release.folder / "catalog.ttl"), shacl_graph=shapes, advanced=True
    )
    assert isinstance(report, rdflib.Graph)
    found = list(report.subjects(RDF.type, SH.ValidationResult))
    assert {str(report.value(r, SH.resultPath)) for r in found} <= RECOMMENDED
    assert {report.value(r, SH.resultSeverity) for r in found} == {SH.Warning}


def test_the_catalogue_says_what_is_configured_and_what_stands_in_the_folder(graphs: Path, tmp_path: Path) -> None:
    config = tmp_path / "kgbuild.toml"
    config.write_text(
        '[release]\nurl = "https://data.yunling.gov/plans/"\nversion = "1.2"\ncontact = "data@yunling.gov"\n'
        'publisher = "云岭省数据局"\npublisher-url = "https://data.yunling.gov/"\ndoi = "10.5072/yunling"\n'
        'title = { zh = "云岭计划", en = "Plans of Yunling" }\nkeywords = ["计划", "plan"]\n',
        encoding="utf-8",
    )
    made = api.publish([graphs], tmp_path / "release", day=DAY, config=config, without=LEAN)
    g = rdflib.Graph().parse(made.folder / "catalog.ttl")
    data = rdflib.URIRef("https://data.yunling.gov/plans/catalog#dataset")
    assert set(g.objects(data, DCTERMS.title)) == {
        rdflib.Literal("云岭计划", lang="zh"),
        rdflib.Literal("Plans of Yunling", lang="en"),
    }
    assert str(g.value(data, rdflib.URIRef(f"{DCAT}version"))) == "1.2"
    assert [str(o) for o in g.objects(data, DCTERMS.temporal / DCAT.endDate)] == ["2027-12-31"]
    for node in g.objects(data, DCAT.distribution):
        path = str(g.value(node, DCAT.downloadURL)).removeprefix("https://data.yunling.gov/plans/1.2/")
        assert (made.folder / path).stat().st_size == int(str(g.value(node, DCAT.byteSize)))
    cff = yaml.safe_load((made.folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cff["version"], cff["license"], cff["doi"]) == ("1.2", "CC-BY-4.0", "10.5072/yunling")
    record = json.loads((made.folder / "datacite.json").read_text(encoding="utf-8"))
    assert (record["doi"], record["publicationYear"]) == ("10.5072/yunling", "2025")
    assert list(datacite_schema.iter_errors(record)) == []
    assert {w for w in made.warnings if "nobody can own" in w} == {w for w in made.warnings if "base" in w}


HARVEST = """
import json, sys
from ckanext.dcat.processors import RDFParser
parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(open(sys.argv[1], encoding="utf-8").read(), _format="turtle")
print(json.dumps(list(parser.datasets())))
"""


def test_ckan_harvests_the_catalogue_into_its_fields(full: Release) -> None:
    python = servers.find("ckan")
    done = subprocess.run(
        [python, "-c", HARVEST, str(full.folder / "catalog.ttl")], capture_output=True, encoding="utf-8", check=True
    )
    (dataset,) = json.loads(done.stdout.splitlines()[-1])
    extras = {e["key"]: e["value"] for e in dataset["extras"]}
    assert dataset["title"] in full.about.title
    assert dataset["version"] == DAY
    assert {t["name"] for t in dataset["tags"]} == set(full.about.keywords)
    assert extras["uri"] == "https://example.org/yunling/catalog#dataset"
    assert (extras["temporal_start"], extras["temporal_end"]) == ("2025-01-01", "2027-12-31")
    assert extras["spatial_uri"] == "https://w3id.org/gplan/id/division/990000"
    assert extras["publisher_name"] == "kgbuild contributors"
    data = {w.item.path: w for w in full.files if w.item.is_data}
    resources = {r["url"].removeprefix(f"https://example.org/yunling/{DAY}/"): r for r in dataset["resources"]}
    assert resources.keys() == data.keys()
    for path, resource in resources.items():
        assert (resource["size"], resource["hash"]) == (data[path].size, data[path].sha256)
        assert resource["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert resource["name"]


# -- VoID, sums ---------------------------------------------------------------------------------------------------
def test_void_counts_what_rdflib_counts(release: Release) -> None:
    graph = graph_of(release)
    wanted, node = rdflib.void.generateVoID(graph, dataset=rdflib.URIRef("urn:d"))
    found = rdflib.Graph().parse(release.folder / "void.ttl")
    me = rdflib.URIRef("https://example.org/yunling/catalog#dataset")
    for prop in (VOID.triples, VOID.classes, VOID.properties, VOID.distinctSubjects, VOID.distinctObjects):
        assert int(str(found.value(me, prop))) == int(str(wanted.value(node, prop))), prop
    for kind, key, number in (
        (VOID.classPartition, VOID["class"], VOID.entities),
        (VOID.propertyPartition, VOID.property, VOID.triples),
    ):
        both = [
            {g.value(part, key): int(str(g.value(part, number))) for part in g.objects(of, kind)}
            for g, of in ((found, me), (wanted, node))
        ]
        assert both[0] == {k: v for k, v in both[1].items() if k is not None}


def test_the_sums_hold_for_sha256sum(release: Release) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=release.folder, check=False
    )
    assert done.returncode == 0


# -- mappings, vocabularies ---------------------------------------------------------------------------------------
def test_the_alignments_are_mappings_after_sssom(full: Release) -> None:
    import sssom_pydantic

    mappings, converter, described = sssom_pydantic.read(full.folder / "ontology" / "alignments.sssom.tsv")
    alignments = rdflib.Graph().parse(ROOT / "ontology" / "alignments.ttl")
    links = (rdflib.RDFS.subClassOf, rdflib.RDFS.subPropertyOf, rdflib.RDFS.seeAlso)
    wanted = {(s, p, o) for p in links for s, o in alignments.subject_objects(p) if str(s).startswith(terms.GPLAN)}
    found = {
        tuple(rdflib.URIRef(converter.expand_pair(r.prefix, r.identifier)) for r in (m.subject, m.predicate, m.object))
        for m in mappings
    }
    assert found == wanted
    assert described.version == kgbuild.__version__


@pytest.mark.parametrize("name", ["codes", "populations"])
def test_skosify_finds_the_vocabularies_sound(name: str) -> None:
    import skosify

    before = rdflib.Graph().parse(ROOT / "ontology" / "vocab" / f"{name}.ttl")
    graph = rdflib.Graph()
    graph += before
    for check in (skosify.check.hierarchy_cycles, skosify.check.disjoint_relations, skosify.check.label_overlap):
        check(graph, fix=False)
    skosify.check.preflabel_uniqueness(graph, "shortest")
    assert set(graph) == set(before)  # each of these mends what it finds


# -- redirects ----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def site(full: Release) -> Iterator[str]:
    """The release on a web server, at the address that it says, and the folder of w3id.org beside."""
    # Not in a folder of pytest: the server runs as a user who may not look into these.
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        root, work = Path(place) / "www", Path(place) / "apache"
        work.mkdir()
        shutil.copytree(full.folder, root / "yunling" / DAY)
        # Pages as the site of a release has them; the release of the tests is without.
        names = (
            "page/action/95b2a8d6e624a117.2.1.1",
            "page/division/990000",
            "vocab/divisions",
            "ontology",
            "q/outline",
        )
        pages = [f"site/{lang}/{name}.html" for lang in ("zh", "en") for name in names]
        for page in pages:
            (root / "yunling" / DAY / page).parent.mkdir(parents=True, exist_ok=True)
            (root / "yunling" / DAY / page).write_text(page, encoding="utf-8")
        shown = [
            Written(item=ReleaseFile(path=p, data=b"", media="text/html"), size=0, sha256="", part="site")
            for p in pages
        ]
        material = Material(about=full.about, profile="full", sources=(), vocabulary=frozenset())
        (root / "yunling" / ".htaccess").write_text(redirects(material, shown), encoding="utf-8")
        (root / "gplan").mkdir()
        (root / "ready").write_text("yes", encoding="utf-8")
        with servers.apache(work, root) as base:
            text = w3id(full.about, shown)
            (root / "gplan" / ".htaccess").write_text(text.replace("https://example.org", base), encoding="utf-8")
            yield base


def get(address: str, accept: str = "*/*", lang: str = "zh") -> tuple[str, str, bytes, str]:
    """Where a request ends, media type, body and encoding."""
    headers = {"Accept": accept, "Accept-Encoding": "gzip", "Accept-Language": lang}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        kind = answer.headers.get_content_type()
        return answer.url, kind, answer.read(), answer.headers.get("Content-Encoding", "")


@pytest.mark.parametrize(
    ("path", "accept", "target", "kind"),
    [
        ("action/95b2a8d6e624a117.2.1.1", "text/turtle", "data/document/95b2a8d6e624a117.ttl", "text/turtle"),
        ("document/95b2a8d6e624a117", "*/*", "data/document/95b2a8d6e624a117.ttl", "text/turtle"),
        (
            "section/95b2a8d6e624a117.2",
            "application/ld+json",
            "data/document/95b2a8d6e624a117.jsonld",
            "application/ld+json",
        ),
        ("span/f4e9a4b18bb3bc50.28-74", "text/turtle", "data/text/f4e9a4b18bb3bc50.ttl", "text/turtle"),
        ("body/49d3ef6c1a17ef6d", "application/rdf+xml", "data/full.rdf.gz", "application/rdf+xml"),
        ("body/49d3ef6c1a17ef6d", "application/n-triples", "data/full.nt.gz", "application/n-triples"),
        ("body/49d3ef6c1a17ef6d", "text/turtle", "data/full.ttl.gz", "text/turtle"),
        ("catalog", "text/turtle", "catalog.ttl", "text/turtle"),
        (".well-known/void", "text/turtle", "void.ttl", "text/turtle"),
    ],
)
def test_an_iri_leads_to_what_is_said_of_it(
    site: str, full: Release, path: str, accept: str, target: str, kind: str
) -> None:
    url, found, body, encoding = get(f"{site}/yunling/{path}", accept)
    assert url == f"{site}/yunling/{DAY}/{target}"
    assert found == kind
    assert body == (full.folder / target).read_bytes()
    assert encoding == ("gzip" if target.endswith(".gz") else "")


def test_a_browser_gets_a_page_in_its_language_and_data_where_there_is_none(site: str) -> None:
    html, key = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "95b2a8d6e624a117.2.1.1"
    for lang, folder in (("en-GB,en;q=0.9", "en"), ("zh-CN", "zh"), ("fr", "zh")):
        _, _, body, _ = get(f"{site}/yunling/action/{key}", html, lang)
        assert body.decode() == f"site/{folder}/page/action/{key}.html"
    url, kind, _, _ = get(f"{site}/yunling/span/f4e9a4b18bb3bc50.28-74", html)
    assert (url.rpartition("/")[2], kind) == ("f4e9a4b18bb3bc50.ttl", "text/turtle")


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("ontology", "ontology.html"),
        ("queries/outline", "q/outline.html"),
        ("vocab/divisions", "vocab/divisions.html"),
        ("id/division/990000", "page/division/990000.html"),
        ("id/division/530000", "vocab/divisions.html#530000"),  # the data do not speak of it
    ],
)
def test_a_browser_gets_the_pages_of_terms_and_of_entries_of_registers(site: str, path: str, page: str) -> None:
    for lang in ("zh", "en"):
        url, _, body, _ = get(f"{site}/gplan/{path}", "text/html", lang)
        assert url == f"{site}/yunling/{DAY}/site/{lang}/{page}"
        assert body.decode() == f"site/{lang}/{page.partition('#')[0]}"


def test_the_file_of_redirects_in_a_release_without_pages_names_none(full: Release) -> None:
    text = (full.folder / "redirects" / "data.htaccess").read_text(encoding="utf-8")
    assert "text/html" not in text
    assert "text/html" not in (full.folder / "redirects" / "w3id.htaccess").read_text(encoding="utf-8")
    assert f"/yunling/{DAY}/README.md" in text


def test_a_node_is_in_the_file_that_its_iri_leads_to(site: str, full: Release) -> None:
    nodes = {str(s) for s in graph_of(full).subjects() if str(s).startswith(f"{full.about.base}")}
    kinds = {n.removeprefix(full.about.base).partition("/")[0]: n for n in sorted(nodes) if "/graph/" not in n}
    assert len(kinds) >= 10
    for kind, node in kinds.items():
        if kind == "action" or kind in ("mention", "statement", "measure", "section", "text"):
            _, _, body, _ = get(node.replace("https://example.org", site), "text/turtle")
            assert any(rdflib.Graph().parse(data=body, format="turtle").triples((rdflib.URIRef(node), None, None))), (
                node
            )


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("ontology", "ontology/gplan.ttl"),
        ("ontology/0.1.0", "ontology/gplan.ttl"),
        ("vocab", "ontology/vocab/codes.ttl"),
        ("vocab/populations/0.1.0", "ontology/vocab/populations.ttl"),
        ("shapes", "shapes/gplan.ttl"),
        ("queries/outline", "queries/outline.rq"),
        ("id/division/520000", "ontology/vocab/divisions.ttl"),
    ],
)
def test_the_terms_lead_to_their_files(site: str, full: Release, path: str, target: str) -> None:
    url, _, body, _ = get(f"{site}/gplan/{path}")
    assert url == f"{site}/yunling/{DAY}/{target}"
    assert body == (full.folder / target).read_bytes()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{site}/gplan/nothing")


# -- other engines ------------------------------------------------------------------------------------------------
@whole("asks engines of others")
@pytest.mark.parametrize("engine", ["oxigraph", "virtuoso", "comunica"])
def test_other_engines_answer_from_the_dumps_as_the_embedded_store(engine: str, full: Release, tmp_path: Path) -> None:
    if engine == "comunica" and not os.environ.get("KGBUILD_COMUNICA"):
        pytest.skip("takes 20 seconds of CPU: asked for by KGBUILD_COMUNICA, the path of comunica-sparql-file-http")
    dump = full.folder / "data" / "full.nq.gz"
    here = api.open(dump)
    with contextlib.ExitStack() as stack:
        if engine == "comunica":
            file = tmp_path / "full.nt"
            file.write_bytes(content(full.folder, "data/full.nt.gz"))
            server = stack.enter_context(servers.comunica(tmp_path, file))
        else:
            servers.find({"oxigraph": "oxigraph", "virtuoso": "virtuoso-t"}[engine])
            server = stack.enter_context(getattr(servers, engine)(tmp_path))
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            for name, value in server.environ.items():
                patch.setenv(name, value)
            api.load_store(server.graphs, [dump])
        there = api.connect(server.query, timeout=120)
        differs = {}
        for name, template in load_templates().items():
            if not any(p.required for p in template.params):
                rows, wanted = (sorted(map(_as_values, asked.query(name).rows)) for asked in (there, here))
                if rows != wanted:
                    differs[name] = [rows[:3], wanted[:3]]
        assert differs.keys() == {name for server, name in KNOWN_FAULTS if server == engine}, differs


def _as_values(row: Sequence[object]) -> str:
    """A row by its values: engines write 72 and 72.0 for one number."""
    return repr([value.normalize() if isinstance(value, Decimal) else value for value in row])

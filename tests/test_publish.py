"""A release: what goes in, what comes out, that it is whole, and the same bytes for the same graphs."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pyld.jsonld
import pytest
import rdflib
from tests.releases import CONFIG, DAY, LEAN, built, content, digest
from tests.support import PLAN, Run, whole

import kgbuild
from kgbuild import api, terms
from kgbuild.errors import InputError, InternalError, UsageError
from kgbuild.graph.facts import NOT_IN_FACTS
from kgbuild.publish.changes import facts_in
from kgbuild.publish.folder import writing
from kgbuild.publish.material import ReleaseFile
from kgbuild.publish.parts import PARTS
from kgbuild.queries.template import load_templates

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.api import Release

RDFLIB = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}


# -- the folder ---------------------------------------------------------------------------------------------------
def test_the_mark_lists_every_file_with_size_and_hash(full: Release) -> None:
    mark = json.loads((full.folder / "release.json").read_text(encoding="utf-8"))
    found = digest(full.folder)
    del found["release.json"]
    assert {path: said["sha256"] for path, said in mark["files"].items()} == found
    assert all((full.folder / path).stat().st_size == said["bytes"] for path, said in mark["files"].items())
    assert (mark["version"], mark["date"], mark["documents"]) == (DAY, DAY, 1)


def test_a_second_build_is_the_same_bytes_and_takes_the_place_of_the_first(full: Release, graphs: Path) -> None:
    before = digest(full.folder)
    (full.folder / "data" / "stray").write_text("x", encoding="utf-8")
    api.publish([graphs], full.folder, day=DAY, config=CONFIG, without=LEAN)
    assert digest(full.folder) == before
    assert [p.name for p in full.folder.parent.iterdir()] == [full.folder.name]


@whole("makes whole releases")
@pytest.mark.parametrize("form", ["ttl", "nq", "jsonld", "store"])
def test_how_the_graphs_were_stored_changes_nothing(full: Release, tmp_path: Path, form: str) -> None:
    given = tmp_path / f"plan.{form}"
    if form == "store":
        (tmp_path / "plan.ttl").write_bytes(built().serialise("ttl"))
        api.load_store(str(given), [tmp_path / "plan.ttl"])
    else:
        given.write_bytes(built().serialise(form))
    made = api.publish(
        [given], tmp_path / "release", day=DAY, config=CONFIG, without=PARTS.keys() - {"dumps", "documents"}
    )
    assert digest(made.folder / "data") == digest(full.folder / "data")


def test_a_folder_of_others_is_refused_and_left_alone(graphs: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    code, _, err = run("publish", graphs, "-o", tmp_path)
    assert code == 3
    assert "holds something other than a release of kgbuild" in err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    assert run("publish", graphs, "-o", tmp_path / "mine.txt")[0] == 3


def test_what_fails_leaves_the_release_that_was_there(
    full: Release, graphs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(full.folder)

    def no_room(*_: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kgbuild.publish.folder.ReleaseWriter.finish", no_room)
    with pytest.raises(InputError, match=r"cannot be written \(No space left on device\); make room"):
        api.publish([graphs], full.folder, day=DAY, config=CONFIG, without=LEAN)
    assert digest(full.folder) == before
    assert [p.name for p in full.folder.parent.iterdir()] == [full.folder.name]


def test_what_a_killed_process_left_is_cleared_away_or_put_back(full: Release, graphs: Path, tmp_path: Path) -> None:
    folder, half = tmp_path / "release", tmp_path / ".release.kgbuild-half"
    (half / "data").mkdir(parents=True)
    # Killed between the two steps that put a release in place: the older one stands aside, whole.
    shutil.copytree(full.folder, tmp_path / ".release.kgbuild-old")
    other = tmp_path / "other.nt"
    other.write_bytes(built().serialise("nt").replace(b"example.org/yunling", b"example.org/other"))
    with pytest.raises(InputError, match="give each document once"):
        api.publish([graphs, other], folder, day=DAY, config=CONFIG)
    assert half.is_dir()
    with writing(folder):
        assert digest(folder) == digest(full.folder)
        assert sorted(p.name.partition("kgbuild-")[0] for p in tmp_path.iterdir()) == [
            ".release.",
            "other.nt",
            "release",
        ]


def test_two_at_once_do_not_clear_away_each_other(tmp_path: Path) -> None:
    with writing(tmp_path / "release") as one:
        one.add(ReleaseFile(path="a", data=b"1", media="text/plain"), "x")
        with writing(tmp_path / "release") as two:
            two.add(ReleaseFile(path="a", data=b"2", media="text/plain"), "x")
            two.finish({})
        one.finish({})
    assert (tmp_path / "release" / "a").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir()] == ["release"]
    with pytest.raises(InternalError, match="or it leads out of it"), writing(tmp_path / "release") as three:
        three.add(ReleaseFile(path="../b", data=b"", media="text/plain"), "x")


def test_a_wrong_call_is_named(graphs: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no part 'surplus'; use one of: dumps"):
        api.publish([graphs], tmp_path / "a", without=["surplus"])
    with pytest.raises(UsageError, match="is not a date; write YYYY-MM-DD"):
        api.publish([graphs], tmp_path / "a", day="yesterday")
    with pytest.raises(InputError, match="something other than a release"):
        api.publish([graphs], tmp_path / "a", changelog=graphs)


def test_the_day_is_given_configured_of_the_build_or_of_the_documents(
    graphs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def day(**options: Any) -> tuple[str, str]:
        made = api.publish([graphs], tmp_path / "release", without=PARTS, **options)
        return made.about.date, " ".join(made.warnings)

    assert day() == ("2025-04-02", day()[1])
    assert "no date was given" in day()[1]
    assert "which nobody can own" in day()[1]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    assert day()[0] == "2025-06-15"
    config = tmp_path / "kgbuild.toml"
    config.write_text('[release]\ndate = "2025-07-01"\nurl = "https://data.gov/x/"\n', encoding="utf-8")
    assert day(config=config)[0] == "2025-07-01"
    assert day(config=config, day="2025-08-01")[0] == "2025-08-01"


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ('date = "2025-02-30"', "write YYYY-MM-DD"),
        ('url = "data.gov"', r"an http\(s\) address that ends in /"),
        ('title = "x"', "write title = { zh"),
        ('colour = "red"', "unknown key 'colour' in release"),
        ("keywords = [1]", "give a list of words"),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(graphs: Path, tmp_path: Path, line: str, cure: str) -> None:
    config = tmp_path / "kgbuild.toml"
    config.write_text(f"[release]\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=cure):
        api.publish([graphs], tmp_path / "release", config=config)


# -- dumps --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", RDFLIB)
def test_every_dump_is_the_same_graph_for_another_library(full: Release, suffix: str) -> None:
    data = content(full.folder, f"data/full.{suffix}.gz")
    found = rdflib.Dataset(default_union=True)
    found.parse(data=data, format=RDFLIB[suffix])
    wanted = rdflib.Graph().parse(data=content(full.folder, "data/full.nt.gz"), format="nt")
    assert {(s, p, o) for s, p, o, _ in found.quads()} == set(wanted)
    assert len(wanted) == full.triples


def test_what_xml_cannot_hold_is_left_out_aloud_and_the_rest_is_there(tmp_path: Path) -> None:
    text = built().serialise("nt").decode().replace("举办手机课堂", "举办\\u000B手机课堂")
    (tmp_path / "odd.nt").write_text(text, encoding="utf-8")
    made = api.publish([tmp_path / "odd.nt"], tmp_path / "r", day=DAY, config=CONFIG, without=LEAN)
    assert [w for w in made.warnings if w.startswith("full.rdf is left out: the data set cannot be written as xml")]
    assert not (made.folder / "data" / "full.rdf.gz").exists()
    labels = [str(n.get("label")) for n in json.loads(content(made.folder, "data/full.jsonld.gz"))["@graph"]]
    assert any("举办\\x0b手机课堂" in label for label in labels)
    assert "举办\ufffd手机课堂" in content(made.folder, "network/plans.graphml").decode()


@pytest.mark.parametrize("profile", ["full", "facts"])
def test_json_ld_is_the_same_graph_for_its_own_processor_and_reads_well(
    full: Release, facts: Release, profile: str
) -> None:
    folder = {"full": full, "facts": facts}[profile].folder
    document = json.loads(content(folder, f"data/{profile}.jsonld.gz"))
    found = pyld.jsonld.to_rdf(document, {"format": "application/n-quads"})
    lines = content(folder, f"data/{profile}.nt.gz").decode().splitlines()
    assert sorted(found.splitlines()) == sorted(lines)
    assert json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))["@context"] == document["@context"]
    nodes = {node["id"]: node for node in document["@graph"]}
    action = next(n for n in nodes.values() if n.get("itemPath") == "二/(一)/1" and n["type"] == "Action")
    assert action["itemOrder"] == 2
    assert action["actionOf"] in nodes
    assert set(action["label"]) == {"zh"}
    # Nothing but literals of another type than their property has needs a value object.
    odd = [v for n in nodes.values() for k, v in n.items() if k not in ("label", "comment") and "@value" in str(v)]
    assert len(odd) < len(nodes) / 20


# -- what changed -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def later(full: Release, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The example a month later: one number is another, and a second plan has come."""
    folder = tmp_path_factory.mktemp("later")
    text = (
        PLAN.read_text(encoding="utf-8").replace("3000名", "3500名").replace("省残联、省民政厅", "省财政厅、省民政厅")
    )
    (folder / "plan.txt").write_text(text, encoding="utf-8")
    (folder / "second.txt").write_text(SECOND, encoding="utf-8")
    for name in ("plan", "second"):
        made = kgbuild.build(folder / f"{name}.txt", config=CONFIG, validate=False)
        (folder / f"{name}.trig").write_bytes(made.serialise("trig"))
    return api.publish(
        [folder], folder / "release", day="2025-07-30", config=CONFIG, changelog=full.folder, without=LEAN
    )


SECOND = """云岭省2025年书香社区工作要点

一、建设书香社区
1.在各县建设书香社区。（省文化和旅游厅负责）
"""


def test_what_changed_is_said_in_words(later: Release) -> None:
    text = content(later.folder, "changes.en.md").decode()
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads[:3] == [
        f"# Changes from {DAY} to 2025-07-30",
        "## New documents (1)",
        "## New actions (1)",
    ]
    # The numbers of the targets that are read as before are no change, though their places in the text are others.
    assert "- [农村电商带头人 3500.0 名/年]" in text.partition("## New indicator targets (1)")[2]
    assert "- [农村电商带头人 3000.0 名/年]" in text.partition("## Indicator targets that are gone (1)")[2]
    assert "## 新增的文件（1）" in content(later.folder, "changes.zh.md").decode()


def test_what_changed_is_said_to_harvesters_and_machines(full: Release, later: Release) -> None:
    stream = rdflib.Namespace("https://www.w3.org/ns/activitystreams#")
    graph = rdflib.Graph().parse(data=content(later.folder, "changes.ttl"), format="turtle")
    created = {graph.value(a, stream.object) for a in graph.subjects(rdflib.RDF.type, stream.Create)}
    plans = {o for o in created if (o, rdflib.RDF.type, rdflib.URIRef(f"{terms.GPLAN}OfficialDocument")) in graph}
    assert len(plans) == 1
    catalogue = rdflib.Graph().parse(data=content(later.folder, "catalog.ttl"), format="turtle")
    assert rdflib.URIRef(f"https://example.org/yunling/{DAY}/") in set(catalogue.objects())
    old, new = (facts_in(r.folder) for r in (full, later))
    added, removed = (
        {line.removesuffix(" .") for line in content(later.folder, f"data/{name}.nt.gz").decode().splitlines()}
        for name in ("added", "removed")
    )
    assert {" ".join(t) for t in old} - removed | added == {" ".join(t) for t in new}


def test_nothing_changed_and_profiles_are_no_matter(full: Release, graphs: Path, tmp_path: Path) -> None:
    made = api.publish([graphs], tmp_path / "r", day=DAY, config=CONFIG, profile="facts", changelog=full.folder)
    assert "No document, action or body changed." in content(made.folder, "changes.en.md").decode()


# -- facts --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session", params=["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def facts_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of the example as `build --profile facts` writes them."""
    path = tmp_path_factory.mktemp("facts") / f"plan.{request.param}"
    path.write_bytes(built().serialise({"rdf": "xml"}.get(request.param, request.param), profile="facts"))
    return path


def names(graph: rdflib.Graph) -> set[str]:
    return {str(term).removeprefix(terms.GPLAN) for triple in graph for term in triple}


def test_facts_are_a_subset_of_the_full_graph_under_the_same_iris(full: Release, facts: Release) -> None:
    whole, kept = (
        rdflib.Graph().parse(data=content(r.folder, f"data/{r.profile}.nt.gz"), format="nt") for r in (full, facts)
    )
    own = {t for t in kept if str(t[0]).endswith("/facts")}
    assert set(kept) - own < set(whole)
    assert len(own) == 6
    assert names(kept) & NOT_IN_FACTS == set()
    assert {"assignedTo", "ledBy", "targets", "usesInitiative", "cites", "IndicatorTarget", "deadline"} < names(kept)
    # What a fact speaks of has its name here.
    labels = {rdflib.RDFS.label, rdflib.SKOS.prefLabel}
    spoken = {o for _, p, o in kept if str(p).removeprefix(terms.GPLAN) in ("assignedTo", "targets", "usesInitiative")}
    assert [o for o in spoken if not any(p in labels for _, p, _ in kept.triples((o, None, None)))] == []


def test_no_graph_of_facts_holds_what_the_list_says_it_lacks() -> None:
    (graph,) = built().facts().values()
    held = {term[1:-1].removeprefix(terms.GPLAN) for triple in graph for term in triple}
    assert held & NOT_IN_FACTS == set()
    declared = {s[1:-1].removeprefix(terms.GPLAN) for s, *_ in api.ontology()}
    assert declared >= NOT_IN_FACTS


def test_the_facts_of_a_release_are_those_of_build(facts: Release) -> None:
    wanted = built().serialise("nt", profile="facts")
    assert content(facts.folder, "data/facts.nt.gz") == wanted


def test_a_release_of_facts_is_made_of_facts_and_a_full_one_is_not(
    facts: Release, facts_file: Path, tmp_path: Path
) -> None:
    dumps = PARTS.keys() - {"dumps", "documents"}
    made = api.publish([facts_file], tmp_path / "a", day=DAY, config=CONFIG, profile="facts", without=dumps)
    assert digest(made.folder / "data") == digest(facts.folder / "data")
    with pytest.raises(InputError, match="give the graphs of the profile full"):
        api.publish([facts_file], tmp_path / "b", day=DAY, config=CONFIG)


def test_what_needs_evidence_ends_with_3_and_names_full(facts_file: Path, run: Run) -> None:
    for words in (
        ["verify", facts_file, "--source", PLAN],
        ["explain", facts_file, "二/(一)/1"],
        ["view", facts_file, "--source", PLAN, "-o", facts_file.with_suffix(".html")],
        ["validate", facts_file],
        ["reason", facts_file],
        ["diff", facts_file, facts_file],
        ["search", "手机", "--graph", facts_file],
        ["query", "bodies-of-action", "--graph", facts_file, "-p", "item=1"],
        ["query", "document-card", "--graph", facts_file, "--cite"],
    ):
        code, _, err = run(*words)
        assert (code, "profile full" in err) == (3, True), (words, err)


def test_no_server_shows_facts_without_their_evidence(facts: Release) -> None:
    with pytest.raises(InputError, match="profile full"):
        kgbuild.serve(facts.folder / "data" / "facts.nt.gz")


@whole("makes whole releases")
def test_what_needs_none_answers_as_on_the_full_graph(facts_file: Path, tmp_path: Path) -> None:
    whole, kept = built().graph(), api.open(facts_file)
    answered = []
    for name, template in load_templates().items():
        if any(p.required for p in template.params):
            continue
        try:
            rows = kept.query(name)
        except InputError:
            continue
        answered.append(name)
        assert sorted(map(repr, rows.rows)) == sorted(map(repr, whole.query(name).rows)), name
    assert {"document-card", "series-of-plan"} <= set(answered)
    store = tmp_path / "store"
    api.load_store(str(store), [facts_file])
    held = api.open_store(store)
    assert [row[1] for row in api.list_store(str(store)).rows] == [row[1] for row in listed_in_full(tmp_path)]
    assert held.query("document-card").rows == kept.query("document-card").rows
    with pytest.raises(InputError, match="profile full"):
        held.query("joint-work")
    (key,) = [row[0] for row in api.list_store(str(store)).rows]
    api.drop_from_store(str(store), [str(key)], base="")
    assert api.list_store(str(store)).rows == ()


def listed_in_full(tmp_path: Path) -> Any:
    place = tmp_path / "whole"
    (tmp_path / "whole.nt").write_bytes(built().serialise("nt"))
    api.load_store(str(place), [tmp_path / "whole.nt"])
    return api.list_store(str(place)).rows


# -- the site -----------------------------------------------------------------------------------------------------
@whole("makes whole releases")
def test_a_release_holds_a_site_that_leads_to_its_data(graphs: Path, tmp_path: Path) -> None:
    made = api.publish(
        [graphs], tmp_path / "release", day=DAY, config=CONFIG, sources=[PLAN], without=PARTS.keys() - {"dumps", "site"}
    )
    start = (made.folder / "site" / "index.html").read_text(encoding="utf-8")
    dumps = re.findall(r'href="(\.\./data/[^"]+)"', start)
    assert dumps
    assert all((made.folder / "site" / dump).is_file() for dump in dumps)
    assert "编程体验课" in next((made.folder / "site" / "zh" / "text").iterdir()).read_text(encoding="utf-8")

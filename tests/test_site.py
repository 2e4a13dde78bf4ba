"""The site of files: every link leads to a file, nothing is fetched, search and data stand beside the pages."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
import rdflib
from tests.support import IS_FULL, PLAN, runner

from kgbuild import api, terms
from kgbuild.view.modelling import overview_terms
from kgbuild.view.ontology import ontology_page
from kgbuild.view.static import files_by_path
from kgbuild.view.vocabulary import REGISTERS, completions, home_of, register_page, vocabulary_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://plans.example.org/yunling/"


@pytest.fixture(scope="module")
def site() -> dict[str, bytes]:
    return files_by_path(api.collection_site([str(PLAN)], title="云岭计划", url=URL.rstrip("/")))


@pytest.fixture(scope="module")
def pages(site: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in site.items() if path.endswith(".html")}


def links(html: str) -> Iterator[str]:
    for _, value in re.findall(r'\s(href|src|action)="([^"]*)"', html):
        yield value.replace("&amp;", "&")


def is_reading(path: str) -> bool:
    """The reading view brings its style and script along, and names them by hash."""
    return "/text/" in f"/{path}"


# -- links, markup ------------------------------------------------------------------------------------------------
def test_no_link_is_dead(site: dict[str, bytes], pages: dict[str, str]) -> None:
    ids = {path: set(re.findall(r'\sid="([^"]*)"', html)) for path, html in pages.items()}
    dead, followed = [], 0
    for path, html in pages.items():
        for link in links(html):
            to = urlsplit(link)
            if to.scheme or to.netloc:
                assert to.scheme in ("https", "http"), link
                continue
            assert not to.path.startswith("/"), f"{path}: {link} is not relative"
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(to.path))) if to.path else path
            followed += 1
            if target not in site or (to.fragment and target in ids and unquote(to.fragment) not in ids[target]):
                dead.append(f"{path}: {link}")
    assert dead == []
    assert followed > 10_000


def test_every_page_can_be_reached_from_the_start(pages: dict[str, str]) -> None:
    seen, pending = {"index.html"}, ["index.html"]
    while pending:
        path = pending.pop()
        for link in links(pages[path]):
            to = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(urlsplit(link).path)))
            if not urlsplit(link).scheme and to in pages and to not in seen:
                seen.add(to)
                pending.append(to)
    assert set(pages) - seen == set()


def test_pages_fetch_nothing_and_hold_no_script_or_style(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        found = re.findall(r'\sid="([^"]*)"', html)
        assert len(found) == len(set(found)), path
        assert len(re.findall("<h1", html)) == 1, path
        if is_reading(path):
            continue
        assert not re.search(r'<style|\sstyle="|\son\w+="', html), path
        scripts = re.findall(r"<script([^>]*)>", html)
        assert all("src=" in attrs or "application/ld+json" in attrs for attrs in scripts), path
        assert all(not urlsplit(link).scheme for link in re.findall(r'<(?:script|img)[^>]*src="([^"]*)"', html)), path


def test_both_languages_have_the_same_pages_and_lead_to_each_other(pages: dict[str, str]) -> None:
    zh, en = ({p[3:] for p in pages if p.startswith(f"{lang}/")} for lang in ("zh", "en"))
    assert zh == en
    assert len(zh) > 150
    for path in zh:
        for lang, other in (("zh", "en"), ("en", "zh")):
            html = pages[f"{lang}/{path}"]
            assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}"' in html or is_reading(path)
            if not is_reading(path):
                assert f'{other}/{path}" lang="{other}" hreflang="{other}"' in html
    assert "Yunling" in pages["en/bodies.html"]


def test_an_action_leads_to_its_line_and_a_query_to_its_sentence(pages: dict[str, str]) -> None:
    (action,) = [h for p, h in pages.items() if p.startswith("zh/page/action/") and "编程体验课" in h.split("</h1>")[0]]
    to = next(link for link in links(action) if "/text/" in link)
    target, _, line = posixpath.normpath(posixpath.join("zh/page/action", to)).partition("#")
    row = pages[target].split(f'id="{line}"')[1].split("</div>")[0]
    assert "编程体验课" in re.sub("<[^>]+>", "", row)
    answer = pages["en/q/bodies-of-action.html"]
    assert "kgbuild query bodies-of-action" in answer
    assert re.search(r'<td class="q"><p class="clamp"><a href="\.\./\.\./en/text/\w+\.html#l\d+">', answer)


# -- data beside the pages ----------------------------------------------------------------------------------------
def test_the_data_of_a_thing_are_its_statements(site: dict[str, bytes], pages: dict[str, str]) -> None:
    path = "zh/page/body/990000-jyt.html"
    (link,) = re.findall(r'<link rel="alternate" type="text/turtle" href="([^"]+)"', pages[path])
    data = site[posixpath.normpath(posixpath.join(posixpath.dirname(path), link))]
    graph = rdflib.Graph().parse(data=data, format="turtle")
    me = rdflib.URIRef("https://w3id.org/gplan/id/body/990000-jyt")
    assert len(list(graph.predicate_objects(me))) > 3
    assert len(list(graph.subjects(None, me))) > 3


def structured(html: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return dict(json.loads(found[0])) if found else {}


def words_of(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Types and properties of a description, each with which of them it is."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "@type":
                yield "type", inner
            elif not name.startswith("@"):
                yield "property", name
            yield from words_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner, key)


def test_pages_say_what_they_are_about_in_words_of_schema_org(pages: dict[str, str]) -> None:
    # rdflib brings the names that schema.org has.
    known = {str(term).removeprefix("https://schema.org/") for term in dir(rdflib.SDO)}
    types = set()
    for path, html in pages.items():
        found = structured(html)
        if found:
            assert found["@context"] == "https://schema.org"
            assert found["url"].startswith(URL)
            unknown = {name for _, name in words_of(found)} - known
            assert unknown == set(), path
            types.add(found["@type"])
    assert {"CreativeWork", "Dataset", "DefinedTerm", "DefinedTermSet", "GovernmentOrganization", "Project"} <= types
    document = next(structured(h) for p, h in pages.items() if "zh/page/document" in p and "岭政办发〔2025〕16号" in h)
    assert document["identifier"] == "岭政办发〔2025〕16号"
    assert document["datePublished"] == "2025-03-27"


def test_the_sitemap_names_every_page_under_its_address(site: dict[str, bytes], pages: dict[str, str]) -> None:
    found = re.findall("<loc>([^<]+)</loc>", site["sitemap.xml"].decode())
    assert sorted(u.removeprefix(URL) for u in found) == sorted(p for p in pages if p != "index.html")
    assert f"Sitemap: {URL}sitemap.xml" in site["robots.txt"].decode()
    assert f'<link rel="canonical" href="{URL}zh/bodies.html">' in pages["zh/bodies.html"]


def test_the_index_of_the_search_leads_to_pages(site: dict[str, bytes], pages: dict[str, str]) -> None:
    for lang in ("zh", "en"):
        text = site[f"{lang}/search-index.js"].decode().removeprefix("window.kgbuildIndex=").removesuffix(";\n")
        index = json.loads(text)
        assert {kind for kind, *_ in index["entries"]} == set(index["kinds"])
        assert [file for _, file, *_ in index["entries"] if f"{lang}/{file}" not in pages] == []
        assert any("教师" in text for _, _, text, _ in index["entries"])


def test_the_same_plan_gives_the_same_bytes(site: dict[str, bytes]) -> None:
    if not IS_FULL:
        pytest.skip("builds a second time: KGBUILD_FULL=1")
    again = files_by_path(api.collection_site([str(PLAN)], title="云岭计划", url=URL))
    assert {p for p in {*site, *again} if site.get(p) != again.get(p)} == set()


def test_mistakes_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for code, words in (
        (3, ["--site", "-o", str(tmp_path / "file")]),
        (2, ["--site", "--url", "plans", "-o", str(tmp_path / "s")]),
        (2, ["--title", "x", "-o", str(tmp_path / "s")]),
    ):
        assert runner(monkeypatch, capfdbinary, "view")(PLAN, *words)[0] == code, words


# -- the documentation of the ontology ----------------------------------------------------------------------------
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_term_of_the_ontology_is_documented(lang: str) -> None:
    page = ontology_page(lang)
    entries = {e["id"]: e for g in page["groups"] for kind in ("classes", "properties") for e in g[kind]}
    gplan = "https://w3id.org/gplan/ontology#"
    declared = {
        s[len(gplan) + 1 : -1] for s, p, o in api.ontology() if s.startswith(f"<{gplan}") and p.endswith("#label>")
    }
    assert set(entries) == declared
    assert overview_terms() <= declared
    for entry in entries.values():
        assert all(entry[part] for part in ("label", "other", "text", "examples")), entry["id"]
        assert entry["sourceText"] or entry["sources"], entry["id"]
    assignment = entries["Assignment"]
    assert "S063" in {s["number"] for s in assignment["shapes"]}
    assert "bodies-of-action" in {q["id"] for q in assignment["queries"]}
    assert "<svg" in assignment["diagram"]
    assert entries["ledBy"]["derivation"] == "inferred"
    assert entries["ledBy"]["chains"] == [[f"{gplan}hasLeadAssignment", f"{gplan}assignee"]]


def test_the_registers_are_trees_with_every_entry() -> None:
    def count(nodes: list[dict[str, Any]]) -> int:
        return sum(node["first"] + count(node["below"]) for node in nodes)

    for name in REGISTERS:
        page = register_page(name, "zh")
        assert sum(count(g["nodes"]) for g in page["groups"]) == page["entries"], name
        assert page["title"]
    codes = {t["id"] for s in vocabulary_page("en")["sections"] for t in s["terms"]}
    assert {"role-lead", "finding-unread-deadline"} <= codes
    assert home_of("role-lead") == "/vocab"


def test_a_kind_of_body_says_its_names_level_by_level() -> None:
    page = register_page("kinds", "zh")
    (kind,) = [n for g in page["groups"] for n in g["nodes"] if n["id"] == "fgw"]
    named = {fact["name"]: fact["values"] for fact in kind["facts"]}
    assert named["省级"] == ["发展和改革委员会"]
    assert named["地级"] == ["发展和改革委员会", "发展和改革局"]
    assert list(named)[:4] == ["省级", "直辖市级", "地级", "县级"]


def test_a_former_term_leads_to_what_replaced_it_and_is_not_offered() -> None:
    page = ontology_page("en")
    former = {t["id"]: t for g in page["groups"] for t in g["properties"] if t["replaced"]}
    assert former["divisionLevel"]["replaced"] == [f"{terms.GPLAN}atLevel"]
    offered = {curie for curie, *_ in completions("en")["terms"]}
    assert "gplan:atLevel" in offered
    assert not offered & {t["curie"] for t in former.values()}
    shown = sum(len(g["properties"]) for g in page["groups"])
    assert page["counts"]["properties"] == shown - len(former)

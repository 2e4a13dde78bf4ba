"""`kgbuild serve`: pages in two languages, entities by content negotiation, saved queries as data, search, safety."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
import rdflib
from tests.support import IS_FULL, PLAN, whole

import kgbuild
from kgbuild import api
from kgbuild.api import build_corpus
from kgbuild.api.cluster import Crew
from kgbuild.api.corpus.status import corpus_texts
from kgbuild.api.store import quads_to_serve
from kgbuild.store import Store
from kgbuild.view.pages import Pages
from kgbuild.view.things import page_of

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from kgbuild.web import ServerOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCAL = "http://localhost:8000"
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
BASE = "https://example.org/yunling/"
MINORS = "https://w3id.org/gplan/id/population/minors"


@pytest.fixture(scope="module")
def client(graph: Path) -> Iterator[TestClient]:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, sources=(PLAN,)))
    with TestClient(app, base_url=LOCAL) as client:
        yield client


class Links(HTMLParser):
    """The addresses of a page, its ids, and everything that a strict policy forbids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.forbidden: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name == "style" or name.startswith("on"):
                self.forbidden.append(f"{tag} {name}")
        is_data = dict(attrs).get("type") == "application/ld+json"  # nothing runs it
        if tag == "style" or (tag == "script" and "src" not in dict(attrs) and not is_data):
            self.forbidden.append(tag)


@pytest.fixture(autouse=True)
def forget_the_language(client: TestClient) -> None:
    """A language that one test chose is kept in a cookie; the next one, in whatever order, begins without."""
    client.cookies.clear()


def page(client: TestClient, path: str, status: int = 200, **more: Any) -> str:
    answer = client.get(path, headers=HTML, **more)
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def documents(client: TestClient) -> str:
    found = client.get("/sparql", params={"query": "SELECT ?p { ?p a gplan:Plan }", "format": "csv"}).text
    return found.splitlines()[1]


# -- pages --------------------------------------------------------------------------------------------------------
def crawl(client: TestClient, start: str, *, most: int) -> tuple[dict[str, str], list[str]]:
    """The pages that can be reached, and the addresses that lead nowhere."""
    pages: dict[str, str] = {}
    seen, pending, dead = {start}, [start], []
    while pending and len(pages) < most:
        path = pending.pop(0)
        answer = client.get(path, headers=HTML)
        if answer.status_code != 200:
            dead.append(f"{answer.status_code} {path}")
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        pages[path] = answer.text
        for link in Links(answer.text).links:
            to = urlsplit(urljoin(f"{LOCAL}{path}", link))
            if to.netloc != "localhost:8000":
                continue
            local = to.path + (f"?{to.query}" if to.query else "")
            if local not in seen:
                seen.add(local)
                pending.append(local)
    return pages, dead


def test_robots_are_kept_from_what_grows_with_the_triples(client: TestClient) -> None:
    rules = re.findall(r"^Disallow: (\S+)$", client.get("/robots.txt").text, re.MULTILINE)
    out = re.compile("|".join(re.escape(r).replace(r"\*", ".*").replace(r"\$", "$") for r in rules))
    assert not [p for p in ("/", "/plans", "/page/document/1f", "/page/action/1f.8", "/text/1f", "/q/coverage", "/q")
                if out.match(p)]  # fmt: skip
    for path in ("/q/coverage?sort=plan", "/page/body/a.ttl", "/page/span/1f.0-9", "/text/1f?at=7", "/sparql?query=x"):
        assert out.match(path), path


@whole("follows every link")
def test_no_link_of_the_site_is_dead_and_no_page_holds_script_or_style(client: TestClient) -> None:
    pages, dead = crawl(client, "/", most=700 if IS_FULL else 250)
    assert dead == []
    assert len(pages) > 200
    for path, html in pages.items():
        if path.startswith("/text/"):
            continue  # names its script and style by hash
        found = Links(html)
        assert found.forbidden == [], path
        assert len(found.ids) == len(set(found.ids)), path
        assert len(re.findall("<h1", html)) == 1, path


def test_anchors_lead_to_something(client: TestClient) -> None:
    ids = {at: set(Links(page(client, at)).ids) for at in ("/ontology", "/vocab")}
    plan = page(client, f"/page/{documents(client).removeprefix(BASE)}")
    for html in (page(client, "/ontology"), page(client, "/vocab"), plan):
        for link in Links(html).links:
            at, _, anchor = link.partition("#")
            if at in ids and anchor:
                assert anchor in ids[at], link


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("/", "最近的文件", "Newest"),
        ("/plans", "岭政办发〔2025〕16号", "16"),
        ("/bodies", "云岭省教育厅", "Education Department of Yunling Province"),
        ("/populations", "未成年人", "minors"),
        ("/initiatives", "短视频大赛", "platform"),
        ("/q", "某单位负责哪些行动", "Which actions is a body responsible for"),
        ("/q/deadlines", "2026-06-30", "last day"),
        ("/sparql", "只读", "Read only"),
        ("/ontology", "责任分工", "assignment"),
        ("/vocab", "牵头单位", "lead body"),
        ("/search?q=教师", "乡村<mark>教师</mark>", "hits"),
        ("/page/population/minors", "引导未成年人健康上网", "minors"),
        ("/page/body/990000-jyt", "省教育厅", "Education Department"),
        ("/page/division/990000", "云岭省", "Yunling Province"),
    ],
)
def test_pages_speak_both_languages(client: TestClient, path: str, zh: str, en: str) -> None:
    for lang, word, code in (("zh", zh, "zh-CN"), ("en", en, "en")):
        html = page(client, f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert word in html
        assert f'<html lang="{code}">' in html
    client.cookies.clear()
    assert en in client.get(path, headers={**HTML, "Accept-Language": "en-GB,en;q=0.8"}).text
    assert zh in client.get(path, headers={**HTML, "Accept-Language": "zh-TW,zh;q=0.8,en;q=0.5"}).text


def test_the_language_that_was_chosen_is_kept(client: TestClient) -> None:
    page(client, "/?lang=en")
    assert "Newest" in page(client, "/")
    client.cookies.clear()
    assert "最近的文件" in page(client, "/")


def test_the_page_of_a_plan_has_all_its_actions(client: TestClient, graph: Path) -> None:
    html = page(client, f"/page/{documents(client).removeprefix(BASE)}")
    rows = api.open(graph).query("action-table").rows
    for text in {str(row[2]) for row in rows}:
        assert text.replace('"', "&#34;") in html
    for word in ("岭政办发〔2025〕16号", "云岭省人民政府办公厅", "2025-03-27", "2027-12-31"):
        assert word in html


def test_groups_of_one_name_are_counted_together(tmp_path: Path) -> None:
    graphs = []
    for year in (2024, 2025):
        file = tmp_path / f"{year}.txt"
        file.write_text(
            f"贵州省{year}年科普工作要点\n一、任务\n1.举办科普展览。（省科协、各市政府负责）\n贵州省人民政府\n{year}年3月8日\n",
            encoding="utf-8",
        )
        graphs.append(file.with_suffix(".nq"))
        graphs[-1].write_bytes(api.build(file, validate=False).serialise("nq"))
    pages = Pages(Store(quads_to_serve(graphs)))
    page = page_of(pages, "https://w3id.org/gplan/id/body/520000-kx")
    assert page is not None
    assert [(page["labels"][str(p["iri"])], p["actions"]) for p in page["partners"]] == [("各市政府", 2)]


def test_the_page_of_an_action_shows_its_proof(client: TestClient) -> None:
    found = client.get("/sparql", params={"query": 'SELECT ?a { ?a gplan:itemLabel "10" }', "format": "csv"}).text
    action = found.splitlines()[1]
    html = page(client, f"/page/{action.removeprefix(BASE)}")
    for word in ("省委网信办", "中共云岭省委网络安全和信息化委员会办公室", "未成年人", "bracket-statement/list"):
        assert word in html
    (read, *_) = [link for link in Links(html).links if link.startswith("/text/")]
    to = client.get(read, follow_redirects=False).headers["location"]
    at, _, line = to.partition("#")
    text = page(client, at)
    assert f'id="{line}"' in text
    row = re.search(rf'id="{line}".*?</div>', text, re.DOTALL)
    assert row is not None
    assert "引导" in re.sub("<[^>]*>", "", row[0])


def test_a_thing_without_a_name_is_called_by_its_words(client: TestClient) -> None:
    query = """SELECT ?s ?e ?words { ?s a gplan:IndicatorTarget ; gplan:evidence ?e . ?e gplan:exactText ?words }
        ORDER BY ?words LIMIT 1"""
    found = client.get("/sparql", params={"query": query, "format": "csv"}).text
    statement, span, words = next(csv.reader(found.splitlines()[1:]))
    for iri in (statement, span):
        html = page(client, f"/page/{iri.removeprefix(BASE)}")
        assert f"<h1>“{words[:10]}" in html
        assert "&lt;details" not in html
        assert '<details class="raw" open>' in html
        assert re.search(r'class="button" href="/text/[0-9a-f]{16}\?at=\d+"', html)


def test_addresses_name_plans_and_places_by_their_keys(client: TestClient) -> None:
    home = page(client, "/plans?place=990000&year=")
    assert '<option value="990000" selected>' in home
    assert home.count('<a class="name"') == 1
    assert '<a class="name"' not in page(client, "/plans?place=980000&year=")
    found = page(client, "/sparql?format=html&query=" + quote("SELECT ?p { ?p a gplan:Plan }"))
    key = documents(client).rpartition("/")[2]
    assert f'<a href="/page/document/{key}" title="{BASE}document/{key}">document/{key}</a>' in found
    assert f'<option value="{key}" selected>' in page(client, f"/compare?after={key}")


def test_pages_tell_the_deadlines_that_stand_in_sentences(client: TestClient, graph: Path) -> None:
    (row,) = api.open(graph).query("coverage").rows
    plan = page(client, f"/page/{documents(client).removeprefix(BASE)}?lang=en")
    assert f"<b>{row[4]}</b> state a deadline" in plan
    assert row[4] == 4
    found = client.get("/sparql", params={"query": 'SELECT ?a { ?a gplan:itemPath "三/15" }', "format": "csv"}).text
    html = page(client, f"/page/{found.splitlines()[1].removeprefix(BASE)}?lang=en")
    assert "2025年底前" in html
    assert "2025-12-31" in html
    assert "deadline" in html


def test_the_reading_view_keeps_a_strict_policy(client: TestClient) -> None:
    key = documents_text(client)
    answer = client.get(f"/text/{key}", headers=HTML)
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def documents_text(client: TestClient) -> str:
    found = client.get("/sparql", params={"query": "SELECT ?t { ?t a gplan:SourceText }", "format": "csv"}).text
    return found.splitlines()[1].rpartition("/")[2]


@whole("starts a server of its own")
def test_a_corpus_brings_its_texts_along_until_they_change(tmp_path: Path) -> None:
    source = tmp_path / "plans" / "plan.txt"
    source.parent.mkdir()
    source.write_bytes(PLAN.read_bytes())
    build_corpus([source.parent], tmp_path / "corpus", recipe=api.Recipe(), crew=Crew(workers=1))
    (key,) = corpus_texts(tmp_path / "corpus")
    with TestClient(kgbuild.serve(tmp_path / "corpus", options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        assert client.get(f"/text/{key}", headers=HTML).status_code == 200
        source.write_text("别的文字。", encoding="utf-8")
        assert client.get(f"/text/{key}", headers=HTML).status_code == 404
    source.unlink()
    assert corpus_texts(tmp_path / "corpus") == {}


@whole("starts a server of its own")
def test_without_its_source_a_text_is_said_to_be_missing(graph: Path) -> None:
    with TestClient(kgbuild.serve(graph, options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        assert "--sources" in page(client, f"/text/{documents_text(client)}", 404)


@whole("starts a server of its own")
def test_an_empty_collection_has_pages(tmp_path: Path) -> None:
    file = tmp_path / "one.ttl"
    file.write_text("<http://a.example/a> <http://a.example/b> 1 .", encoding="utf-8")
    with TestClient(kgbuild.serve(file, options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        for path in ("/", "/plans", "/bodies", "/populations", "/initiatives", "/q", "/search?q=x", "/search"):
            page(client, path)
        assert "http%3A%2F%2Fa.example%2Fb" in page(client, "/resource?iri=http%3A%2F%2Fa.example%2Fa")


# -- entities by content negotiation ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("accept", "to"),
    [
        ("text/html", "/page/population/minors"),
        ("text/turtle", "/page/population/minors.ttl"),
        ("application/ld+json", "/page/population/minors.jsonld"),
        ("application/rdf+xml;q=0.9, application/n-triples", "/page/population/minors.nt"),
        ("*/*", "/page/population/minors"),
    ],
)
def test_a_name_leads_to_a_page_or_to_data(client: TestClient, accept: str, to: str) -> None:
    answer = client.get("/id/population/minors", headers={"Accept": accept}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, to)
    assert "Accept" in answer.headers["vary"]
    assert client.get(to, headers={"Accept": accept}).status_code == 200


def test_the_data_of_a_thing_are_what_the_store_says_of_it(client: TestClient) -> None:
    kinds = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
    sizes = set()
    for suffix, kind in kinds.items():
        found = rdflib.Graph().parse(data=client.get(f"/page/population/minors.{suffix}").text, format=kind)
        me = rdflib.URIRef(MINORS)
        assert {str(t) for t in found.objects(me, rdflib.SKOS.prefLabel)} >= {"未成年人", "minors"}
        assert all(me in (s, o) for s, _, o in found)
        sizes.add(len(found))
    assert len(sizes) == 1
    other = client.get("/resource", params={"iri": MINORS}, headers={"Accept": "text/turtle"})
    assert other.headers["content-type"] == "text/turtle; charset=utf-8"
    html = client.get("/page/population/minors", headers=HTML)
    assert 'rel="alternate"; type="text/turtle"' in html.headers["link"]
    assert f"/resource?iri={quote(MINORS, safe='')}" not in html.text


@pytest.mark.parametrize(
    "path", ["/id/population/none", "/page/nothing/at-all", "/page/population/none.ttl", "/resource?iri=urn:x:none",
             "/q/nothing", "/text/0000", "/no/such/page", "/static/site.html", "/static/../pyproject.toml"],
)  # fmt: skip
def test_what_is_not_there_is_404_for_people_and_for_programs(client: TestClient, path: str) -> None:
    assert "404" in page(client, path, 404)
    answer = client.get(path, headers={"Accept": "text/turtle, application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "status", "zh", "en"),
    [
        ("/page/nothing", 404, "没有找到", "Not found"),
        ("/page/population/none", 404, "检索名称", "Search for a name"),
        ("/sparql?query=SELECT&format=html", 400, "请求有误", "cannot be understood"),
        ("/q/deadlines?nothing=1", 400, "请求有误", "cannot be understood"),
        ("/store", 406, "没有这种格式", "Not available in this format"),
    ],
)
def test_what_went_wrong_is_said_in_both_languages(
    client: TestClient, path: str, status: int, zh: str, en: str
) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": lang})
        assert (answer.status_code, words in answer.text) == (status, True)


# -- saved queries ------------------------------------------------------------------------------------------------
def test_a_saved_query_answers_as_the_command_does(client: TestClient, graph: Path) -> None:
    expected = api.open(graph).query("bodies-of-action", item="8")
    found = client.get("/q/bodies-of-action", params={"item": "8"}).json()
    assert found == json.loads(json.dumps(list(expected), default=str))
    text = client.get("/q/bodies-of-action.csv?item=8").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["asFound"] for row in rows] == [row["asFound"] for row in found]
    excel = client.get("/q/bodies-of-action?item=8&format=excel").content
    assert excel.startswith(b"\xef\xbb\xbf")


def test_rows_are_sorted_filtered_and_cut(client: TestClient) -> None:
    everything = client.get("/q/workload-of-bodies").json()
    assert len(everything) > 20
    down = client.get("/q/workload-of-bodies?sort=-byName&limit=3").json()
    assert [r["byName"] for r in down] == sorted((r["byName"] for r in everything), reverse=True)[:3]
    assert client.get("/q/workload-of-bodies?sort=-byName&limit=2&offset=1").json() == down[1:]
    held = client.get("/q/workload-of-bodies", params={"contains": "教育"}).json()
    assert held
    assert all("教育" in json.dumps(row, ensure_ascii=False) for row in held)


def test_several_values_and_names_of_people(client: TestClient) -> None:
    by_name = client.get("/q/actions-of-body", params={"body": ["云岭省教育厅", "云岭省科学技术厅"]})
    assert by_name.status_code == 200, by_name.text
    assert {row["name"] for row in by_name.json()} <= {"云岭省教育厅", "云岭省科学技术厅"}
    cited = client.get("/q/actions-of-body", params={"body": "云岭省教育厅", "cite": "1"}).json()
    assert {"sentence", "citedItem", "offset"} <= cited[0].keys()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("/q/bodies-of-action", "needs item"), ("/q/bodies-of-action?item=999", "no action has"),
        ("/q/deadlines?since=soon", "is not a valid date"), ("/q/deadlines?begin=2020-01-01", "since, plan, until"),
        ("/q/deadlines?since=2020-01-01&since=2021-01-01", "takes one value"),
        ("/q/deadlines?limit=-1", "not a number"), ("/q/deadlines?sort=nothing", "has no column"),
        ("/q/deadlines?format=exe", "not a format"),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_is_refused_with_words(client: TestClient, query: str, words: str) -> None:
    answer = client.get(query)
    assert (answer.status_code, words in answer.text) == (400, True), answer.text


def test_the_page_of_a_query_shows_form_answer_and_sparql(client: TestClient) -> None:
    empty = page(client, "/q/bodies-of-action")
    assert "填好必填项" in empty
    html = page(client, "/q/bodies-of-action?item=8&cite=1&sort=-start")
    for word in ("省教育厅", "SELECT DISTINCT ?path", 'aria-sort="descending"', "format=csv", "curl", "/text/"):
        assert word in html
    assert "VALUES ?item { &lt;https://example.org/yunling/action/" in html
    assert "没有编号或路径为" in page(client, "/q/bodies-of-action?item=999")


def test_each_row_opens_its_sentence_unless_one_asks_for_none(client: TestClient) -> None:
    html = page(client, "/q/deadlines")
    place = re.search(r'href="(/text/\w+\?at=\d+)"', html)
    assert place is not None
    assert client.get(place[1], headers=HTML).status_code == 200
    assert "/text/" not in page(client, "/q/deadlines?cite=0")
    assert "cite=1" in page(client, "/q/deadlines?cite=0")
    assert re.search(r"<summary>\d+ 处</summary>", page(client, "/q/workload-of-bodies"))


def test_names_in_an_answer_lead_to_their_pages(client: TestClient) -> None:
    html = page(client, "/q/actions-of-body?body=云岭省教育厅")
    assert '<a href="/page/body/990000-jyt">云岭省教育厅</a>' in html
    assert "<code>roleName</code>" in html
    assert ">单位的角色</a>" in html


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("workload-of-bodies", 'class="barline'),
        ("deadlines", 'class="strip"'),
        ("body-population-matrix", 'class="matrix"'),
        ("joint-work", 'class="net"'),
        ("plans-by-place", 'class="tiles"'),
        ("partners-of-body?body=云岭省教育厅", None),
    ],
)
def test_an_answer_has_a_picture(client: TestClient, query: str, seen: str | None) -> None:
    html = page(client, f"/q/{query}")
    assert ("<figure" in html) is bool(seen)
    assert seen is None or seen in html


def test_a_workbook_has_heads_in_words_and_no_formula(client: TestClient) -> None:
    answer = client.get("/q/coverage?format=xlsx&lang=zh")
    assert 'filename="coverage.xlsx"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        texts = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/sharedStrings.xml").decode())
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert texts[:3] == ["计划标题", "行动数", "其中写明责任单位的"]
    assert ("<v>23</v>" in sheet, "<f>" in sheet) == (True, False)
    assert client.get("/q/coverage.xlsx?lang=zh").content == answer.content


def test_codes_are_words_for_people_and_codes_for_programs(client: TestClient) -> None:
    def cells(query: str, lang: str) -> list[str]:
        answer = client.get(f"/q/{query}", headers={**HTML, "Accept-Language": lang})
        return re.findall(r"<td[^>]*>([^<]*)</td>", answer.text)

    assert "规则" in cells("action-table", "zh")
    assert "rule" not in cells("action-table", "zh")
    assert "by a rule" in cells("action-table", "en")
    assert "rule" in {row["grade"] for row in client.get("/q/action-table").json()}
    narrowed = client.get("/q/action-table", params={"contains": "规则"}, headers={**HTML, "Accept-Language": "zh"})
    assert "规则" in narrowed.text.partition("<tbody>")[2]
    book = client.get("/q/action-table?format=xlsx&lang=zh").content
    with zipfile.ZipFile(io.BytesIO(book)) as held:
        assert "规则" in re.findall(r"<t[^>]*>([^<]*)</t>", held.read("xl/sharedStrings.xml").decode())


def test_populations_are_offered_as_a_tree(client: TestClient) -> None:
    html = page(client, "/q/actions-for-population")
    depths = dict(
        re.findall(r'<li class="d(\d)[^>]*><label><input type="checkbox" name="population" value="([^"]+)"', html)
    )
    assert len(depths) > 2
    assert client.get("/q/actions-for-population?population=教师&population=").json()


def test_values_are_looked_up(client: TestClient) -> None:
    found = client.get("/q/actions-of-body/values/body", params={"q": "教育"}).json()
    assert found[0]["value"] == "云岭省教育厅"
    assert client.get("/q/actions-of-body", params={"body": found[0]["value"]}).json()
    assert client.get("/q/actions-of-body/values/nobody").status_code == 400


@whole("starts a server of its own")
def test_a_folder_of_queries_is_served_too(tmp_path: Path, graph: Path) -> None:
    text = (kgbuild.config.data_dir("queries") / "coverage.rq").read_text(encoding="utf-8")
    (tmp_path / "mine.rq").write_text(text.replace("#+ id: coverage", "#+ id: mine"), encoding="utf-8")
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, folders=(tmp_path,)))
    with TestClient(app, base_url=LOCAL) as client:
        assert client.get("/q/mine").json() == client.get("/q/coverage").json()
        assert "/q/mine" in client.get("/openapi.json").json()["paths"]


def test_the_interface_is_described_and_valid(client: TestClient) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    found = client.get("/openapi.json").json()
    validator.validate(found)
    assert found["openapi"] == "3.1.0"
    names = {path.rpartition("/")[2] for path in found["paths"] if path.startswith("/q/")}
    assert names == {q["id"] for q in client.get("/q").json()}
    item = next(p for p in found["paths"]["/q/bodies-of-action"]["get"]["parameters"] if p["name"] == "item")
    assert (item["required"], item["schema"]["type"]) == (True, "array")


# -- search, editor -----------------------------------------------------------------------------------------------
def test_search_finds_marks_and_counts(client: TestClient) -> None:
    html = page(client, "/search?q=教师")
    assert "<mark>教师</mark>" in html
    found = client.get("/search?q=教师&format=json").json()
    assert found["total"] == len(found["hits"]) > 2
    kinds = {hit["kind"] for hit in found["hits"]}
    for kind in kinds:
        only = client.get(f"/search?q=教师&format=json&kind={kind}").json()
        assert {hit["kind"] for hit in only["hits"]} == {kind}
    assert "没有找到" in page(client, "/search?q=无此字样")
    assert client.get("/search?q=%21&format=json").status_code == 400


def test_a_thing_is_found_once_under_any_of_its_names(client: TestClient) -> None:
    found = client.get("/search?q=教育厅&format=json").json()["hits"]
    (body,) = [hit for hit in found if hit["node"].endswith("/body/990000-jyt")]
    assert (body["name"], body["actions"] > 3) == ("云岭省教育厅", True)
    alias = page(client, "/search?q=省科协")
    assert re.search(r'<a href="[^"]*/body/990000-kx">云岭省科学技术协会</a>', alias)
    assert alias.count('/body/990000-kx"') == 1
    assert "又称" in alias
    plan = next(h for h in client.get("/search?q=数字素养&format=json").json()["hits"] if h["kind"] == "document")
    assert plan["actions"] == 23


def test_the_editor_is_told_terms_and_names(client: TestClient) -> None:
    told = {lang: client.get(f"/terms.json?lang={lang}").json() for lang in ("zh", "en")}
    assert told["zh"]["prefixes"]["gplan"] == "https://w3id.org/gplan/ontology#"
    names = {lang: {t[0]: t[1:3] for t in found["terms"]} for lang, found in told.items()}
    assert names["en"]["gplan:TargetPopulation"] == ["target population", "class"]
    assert names["zh"]["gplanv:role-lead"][1] == "constant"
    assert names["zh"].keys() == names["en"].keys()
    found = client.get("/things?q=教育厅&lang=zh").json()
    assert found[0] == {
        "iri": "https://w3id.org/gplan/id/body/990000-jyt",
        "label": "云岭省教育厅",
        "kind": "责任单位",
    }
    assert client.get("/things?q=").json() == client.get("/things?q=%00").json() == []


def test_the_editor_works_without_a_script(client: TestClient) -> None:
    assert "textarea" in page(client, "/sparql?example=coverage")
    query = "SELECT ?a ?t { ?a a gplan:Action ; rdfs:label ?t }"
    html = client.post("/sparql", data={"query": query, "format": "html"}, headers=HTML).text
    assert html.count("/page/action/") == 23
    wrong = client.post("/sparql", data={"query": "ASK {", "format": "html"}, headers=HTML)
    assert (wrong.status_code, "语法错误" in wrong.text) == (400, True)

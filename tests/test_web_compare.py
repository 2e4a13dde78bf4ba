"""`kgbuild serve`: two plans compared, a series over years, and what a search is narrowed by."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import kgbuild
from kgbuild import api

pytest.importorskip("starlette")
from starlette.testclient import TestClient
from tests.support import whole

from kgbuild.comparison.series import series_rows
from kgbuild.web import ServerOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = whole("starts a server and a worker for comparisons")
DATA = Path(__file__).parent / "data"
CONFIG = Path(__file__).parents[1] / "examples" / "kgbuild.toml"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("years")
    # The register knows the place of one, the vocabulary of the example that of another, nobody those of the others.
    known = folder / "known.txt"
    known.write_text(
        "贵阳市2024年科学工作要点\n1.帮助农民建设书屋。（市科学技术局）\n贵阳市人民政府\n2024年3月1日\n", "utf-8"
    )
    for file in (DATA / "series-2023.txt", DATA / "series-2024.txt", DATA / "mini.txt", known):
        built = api.build(file, config=CONFIG, validate=False)
        (folder / f"{file.stem}.trig").write_bytes(built.serialise("trig"))
    with TestClient(
        kgbuild.serve(folder, options=ServerOptions(workers=1)), base_url="http://localhost:8000", headers=HTML
    ) as client:
        yield client


@pytest.fixture(scope="module")
def plans(client: TestClient) -> list[str]:
    query = 'SELECT ?p { ?p a gplan:Plan ; rdfs:label ?t FILTER STRSTARTS(?t, "青川市") } ORDER BY ?t'
    found = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1:]
    assert len(found) == 2
    return found


def test_two_plans_are_compared_side_by_side(client: TestClient, plans: list[str]) -> None:
    before, after = plans
    answer = client.get("/compare", params={"before": before, "after": after, "lang": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'lang="en"' in answer.text
    assert '<a href="/compare">' in answer.text
    assert "sha256-" in answer.headers["content-security-policy"]
    comparison = api.diff(DATA / "series-2023.txt", DATA / "series-2024.txt")
    assert answer.text.count('<article class="change') == len(comparison.changes)


@pytest.mark.parametrize("given", [{"before": "https://example.org/none"}, {"after": "x y"}, {"before": "<>"}])
def test_what_is_no_plan_is_not_compared(client: TestClient, plans: list[str], given: dict[str, str]) -> None:
    answer = client.get("/compare", params={"before": plans[0], "after": plans[1], **given})
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text


def test_plans_and_their_series_are_offered(client: TestClient, plans: list[str]) -> None:
    html = client.get(f"/compare?after={quote(plans[1], safe='')}").text
    assert f'<option value="{plans[1].rpartition("/")[2]}" selected>' in html
    assert "青川市科学普及工作要点" in html
    links = re.findall(r'href="(/compare\?[^"]+)"', html)
    assert len(links) == 3  # the other language, what changed, all years
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_series_follows_each_action_through_the_years(client: TestClient, plans: list[str]) -> None:
    html = client.get("/compare", params={"plan": plans[::-1], "lang": "zh"}).text
    assert re.findall(r'<th scope="col">(\d{4})</th>', html) == ["2023", "2024"]
    for word in ("保留", "改写", "新增", "取消"):
        assert word in html
    found, comparisons = api.diff_series([DATA / "series-2023.txt", DATA / "series-2024.txt"])
    rows = series_rows(found, comparisons)
    assert html.count('<p class="clamp">') == len(rows)


def test_a_search_is_narrowed_by_place_kind_of_body_and_population(client: TestClient) -> None:
    seen = set()
    for words in ("科学", "农民"):
        html = client.get("/search", params={"q": words, "lang": "zh"}).text
        whole = client.get("/search", params={"q": words, "format": "json"}).json()["total"]
        facets = re.findall(
            r'<a href="(/search\?[^"]*?&amp;(\w+)=[^"]*)"[^>]*>[^<]*</a> <span class="count">(\d+)', html
        )
        seen |= {name for _, name, _ in facets}
        for link, _, n in facets:
            total = client.get(f"{link.replace('&amp;', '&')}&format=json").json()["total"]
            assert total == int(n) <= whole, link
    assert seen == {"kind", "year", "place", "bodyKind", "population", "document"}


def test_a_body_tells_its_work_by_year_and_role(client: TestClient) -> None:
    query = """SELECT ?b { ?a gplan:hasAssignment/gplan:assignee ?b ; gplan:actionOf ?p . ?b a gplan:Body }
               GROUP BY ?b HAVING(COUNT(DISTINCT ?p) = 2) ORDER BY ?b LIMIT 1"""
    body = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1]
    html = client.get("/resource", params={"iri": body, "lang": "zh"}).text
    table = re.search(r'<table class="grid years">.*?</table>', html, re.DOTALL)
    assert table is not None
    years = re.findall(r'<th scope="row">(\d{4})</th><td class="n">(\d+)</td>', table[0])
    assert [year for year, _ in years] == ["2024", "2023"]
    total = re.search(r"<b>(\d+)</b> 项行动", html)
    assert total is not None
    assert sum(int(n) for _, n in years) == int(total[1])


def test_pages_say_what_they_are_about_for_machines(client: TestClient, plans: list[str]) -> None:
    kinds = {"/": "Dataset", f"/resource?iri={quote(plans[0], safe='')}": "CreativeWork", "/q/coverage": "Dataset"}
    for path, kind in kinds.items():
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.DOTALL)
        assert found is not None, path
        about = json.loads(found[1])
        assert (about["@context"], about["@type"]) == ("https://schema.org", kind)

"""The pages of `kgbuild serve` in a headless Chromium: no error, axe finds nothing, nothing is wider than a phone.

Needs what tests/test_view_browser.py needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support import PLAN, whole
from tests.test_view_browser import AXE, browser, keys, log, run, until
from tests.web import Live

from kgbuild import api

pytest.importorskip("starlette")

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = whole("starts a browser")

__all__ = ["browser"]

PAGES = (
    *("/", "/plans", "/bodies", "/populations", "/initiatives", "/q", "/sparql", "/ontology", "/vocab"),
    *(
        "/search?q=教师",
        "/search?q=无此字样",
        "/q/deadlines",
        "/q/bodies-of-action?item=8&cite=1",
        "/q/body-population-matrix",
        "/q/joint-work",
        "/q/plans-by-place",
        "/compare",
        "/q/bodies-of-action",
    ),
    *("/page/population/teachers", "/page/body/990000-jyt", "/page/division/990000", "/page/nothing", "PLAN", "ACTION"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    file = tmp_path_factory.mktemp("browser") / "plan.trig"
    file.write_bytes(api.build(PLAN, validate=False).serialise("trig"))
    with Live([str(file), "--workers", "2", "--timeout", "10", "--sources", str(PLAN)]) as live:
        import httpx

        httpx.get(f"{live.url}/things?q=教育", timeout=60)  # the index of names takes seconds, once
        yield live


def address(server: Live, page: str) -> str:
    import httpx

    known = {"PLAN": "?s a gplan:Plan", "ACTION": '?s a gplan:Action ; gplan:itemLabel "8"'}
    if page in known:
        query = f"SELECT ?s {{ {known[page]} }}"
        found = httpx.get(f"{server.url}/sparql", params={"query": query, "format": "csv"}, timeout=60).text
        page = f"/page/{found.splitlines()[1].partition('yunling/')[2]}"
    return f"{server.url}{page}"


def show(browser: Chrome, url: str, *, width: int, lang: str, dark: bool = False) -> None:
    media = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    log(browser)
    browser.get(f"{url}{'&' if '?' in url else '?'}lang={lang}")


def check(browser: Chrome, url: str, *, width: int, lang: str, dark: bool, status: int = 200) -> None:
    """A page logs nothing but its status, fits its window, says its language, and axe finds nothing."""
    show(browser, url, width=width, lang=lang, dark=dark)
    said = [str(m["message"]) for m in log(browser)]
    assert [m for m in said if status == 200 or f"status of {status}" not in m] == []
    assert run(browser, "document.documentElement.scrollWidth <= innerWidth")
    assert run(browser, "document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en")
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.refresh()
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
    found = browser.execute_async_script(
        f"axe.run(document, {{runOnly: {rules}}}).then(r => arguments[0](r.violations.map(v => "
        "[v.id, v.nodes.map(n => n.html.slice(0, 200))])))"
    )
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    log(browser)
    assert found == [], (url, width, lang)


VIEWS = ((1280, "zh", False), (360, "en", True), (360, "zh", False), (1280, "en", True))
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core; KGBUILD_AXE names it")


@needs_axe
@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_error_fits_and_is_accessible(browser: Chrome, server: Live, page: str) -> None:
    url, status = address(server, page), 404 if page == "/page/nothing" else 200
    for width, lang, dark in VIEWS:
        check(browser, url, width=width, lang=lang, dark=dark, status=status)


@needs_axe
def test_an_empty_collection_is_told_well(browser: Chrome, tmp_path: Path) -> None:
    (tmp_path / "nothing.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n")
    with Live([str(tmp_path / "nothing.ttl"), "--workers", "1"]) as live:
        for page in ("/", "/plans", "/bodies", "/populations", "/initiatives", "/compare", "/q/deadlines"):
            for width, lang, dark in VIEWS[:2]:
                check(browser, f"{live.url}{page}", width=width, lang=lang, dark=dark)
                if page not in ("/", "/compare", "/populations"):
                    assert run(browser, "document.querySelector('.empty') !== null"), page


@needs_axe
def test_what_cannot_be_done_is_told_well(browser: Chrome, server: Live) -> None:
    runaway = "/sparql?format=html&query=SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    cases = [("/plans/none", 404, "没有找到"), ("/q/deadlines?nothing=1", 400, "请求有误"),
             ("/sparql?format=html&query=ASK {", 400, "语法"), (runaway, 503, "服务器正忙")]  # fmt: skip
    for page, status, words in cases:
        for width, lang, dark in VIEWS[1:3]:
            check(browser, f"{server.url}{page}", width=width, lang=lang, dark=dark, status=status)
        assert words in str(run(browser, "document.querySelector('main').textContent")), page


def test_the_keyboard_reaches_search_and_content(browser: Chrome, server: Live) -> None:
    show(browser, f"{server.url}/", width=1280, lang="zh")
    seen = []
    here = "document.activeElement.closest('.skip, .find, nav, main, .switch, .brand')"
    for _ in range(18):
        keys(browser, "TAB")
        seen.append(str(run(browser, f"({here} || document.body).classList[0] || {here}?.tagName")))
    assert seen[0] == "skip"
    assert [s for n, s in enumerate(seen) if s not in seen[:n]] == ["skip", "brand", "find", "switch", "NAV", "wide"]
    show(browser, f"{server.url}/", width=1280, lang="zh")
    keys(browser, "TAB", "ENTER")
    assert run(browser, "location.hash") == "#main"


def test_values_are_looked_up_while_one_types(browser: Chrome, server: Live) -> None:
    show(browser, f"{server.url}/q/actions-of-body", width=1280, lang="zh")
    run(
        browser,
        """(i => { i.value = '教育'; i.dispatchEvent(new Event('input')); })(document.getElementById('p-body'))""",
    )
    until(browser, "document.querySelector('#l-body option')?.value === '云岭省教育厅'")
    run(browser, "document.getElementById('p-body').value = '云岭省教育厅'")
    run(browser, "document.querySelector('form.ask').requestSubmit()")
    until(browser, "document.querySelectorAll('table.answer tbody tr').length > 3")
    assert "plan=" not in str(run(browser, "location.search"))


def write(browser: Chrome, text: str) -> None:
    """Put a text into the editor."""
    browser.execute_script(
        "document.getElementById('query').dispatchEvent(new CustomEvent('set', {detail: arguments[0]}))", text
    )


def test_the_editor_answers_on_the_page(browser: Chrome, server: Live) -> None:
    show(browser, f"{server.url}/sparql", width=1280, lang="en")
    until(browser, "document.querySelector('.cm-content') !== null")
    run(browser, "document.querySelector('form.sparql').requestSubmit()")
    until(browser, "document.querySelectorAll('#result tbody tr').length === 1")
    assert run(browser, "new URL(location).searchParams.get('query').startsWith('SELECT ?plan')")
    assert run(browser, "document.querySelector('#result .downloads a').href.includes('format=csv')")
    write(browser, "ASK {")
    run(browser, "document.querySelector('form.sparql').requestSubmit()")
    until(browser, "document.querySelector('#result .warn')?.textContent.includes('syntax error')")
    until(browser, "document.querySelector('.cm-lintRange-error, .cm-lintPoint-error') !== null")
    write(browser, "SELECT ?t { <https://w3id.org/gplan/id/population/minors> a ?t }")
    run(browser, "document.querySelector('form.sparql').requestSubmit()")
    until(browser, "document.querySelector('#result td a')?.textContent === 'gplan:TargetPopulation'")


def test_the_editor_completes_terms_and_names(browser: Chrome, server: Live) -> None:
    show(browser, f"{server.url}/", width=1280, lang="en")  # what was read before does not choose the names
    show(browser, f"{server.url}/sparql", width=1280, lang="zh")
    until(browser, "document.querySelector('.cm-content') !== null")

    def offered(text: str, wanted: str) -> None:
        write(browser, "SELECT * { ?a ?b ")
        keys(browser, "END")
        browser.execute_cdp_cmd("Input.insertText", {"text": text[:-1]})
        browser.execute_cdp_cmd("Input.insertText", {"text": text[-1]})
        until(browser, f"document.querySelector('.cm-tooltip-autocomplete')?.textContent.includes('{wanted}')")

    offered("gplan:hasAssi", "gplan:hasAssignment")
    offered("人群", "gplan:TargetPopulation")
    offered("省教育", "云岭省教育厅")
    run(
        browser,
        """document.querySelector('.cm-tooltip-autocomplete li')
           .dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))""",
    )
    until(browser, "document.getElementById('query').value.includes('<https://w3id.org/gplan/id/body/990000-jyt>')")
    assert log(browser) == []


def test_questions_are_narrowed_while_one_types(browser: Chrome, server: Live) -> None:
    show(browser, f"{server.url}/q", width=1280, lang="en")
    run(
        browser,
        "(i => { i.value = 'deadline'; i.dispatchEvent(new Event('input')); })(document.querySelector('.narrow'))",
    )
    until(browser, "0 < document.querySelectorAll('#questions li:not([hidden])').length")
    assert run(browser, "document.querySelectorAll('#questions li:not([hidden])').length") < 12
    assert run(browser, "document.querySelectorAll('#questions section[hidden]').length") > 3

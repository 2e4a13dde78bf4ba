"""The site of files in a headless Chromium, opened from disk: no error, axe finds nothing, search and filters work.

Needs what tests/test_view_browser.py needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support import PLAN, whole
from tests.test_view_browser import AXE, browser, log, run, until

from kgbuild import api

if TYPE_CHECKING:
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = whole("starts a browser")

__all__ = ["browser"]

PAGES = ("index", "plans", "bodies", "populations", "q", "ontology", "vocab", "vocab/populations", "search", "DOCUMENT",
         "ACTION", "page/body/990000-jyt", "page/population/teachers", "q/bodies-of-action", "q/deadlines")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for file in api.collection_site([str(PLAN)]):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.data)
    return folder


def show(browser: Chrome, site: Path, page: str, *, width: int, dark: bool = False) -> None:
    media = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    log(browser)
    path, _, asked = page.partition("?")
    browser.get(f"{(site / path).as_uri()}.html{'?' + asked if asked else ''}")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_from_disk_fits_and_is_accessible(browser: Chrome, site: Path, page: str) -> None:
    if not AXE.is_file():
        pytest.skip("needs axe-core; KGBUILD_AXE names it")
    known = {"DOCUMENT": "page/document", "ACTION": "page/action"}
    if page in known:
        found = sorted((site / "zh" / known[page]).iterdir())
        page = f"{known[page]}/{max(found, key=lambda f: f.stat().st_size).stem}"
    for lang, width, dark in (("zh", 1280, False), ("en", 360, True)):
        show(browser, site, f"{lang}/{page}", width=width, dark=dark)
        assert log(browser) == []
        assert run(browser, "document.documentElement.scrollWidth <= innerWidth")
        browser.execute_script(AXE.read_text(encoding="utf-8"))
        rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
        violations = browser.execute_async_script(
            f"axe.run(document, {{runOnly: {rules}}}).then(r => arguments[0](r.violations.map(v => "
            "[v.id, v.nodes.map(n => n.html.slice(0, 200))])))"
        )
        assert violations == [], (page, lang)


def test_the_search_finds_marks_and_sorts(browser: Chrome, site: Path) -> None:
    show(browser, site, "zh/search?q=教师", width=1280)
    until(browser, "document.querySelectorAll('#hits li').length > 2")
    assert run(browser, "document.querySelector('#hits a').textContent") == "教师"
    assert run(browser, "[...document.querySelectorAll('#hits mark')].every(m => m.textContent === '教师')")
    run(browser, "[...document.querySelectorAll('#kinds a')].find(a => a.textContent === '行动').click()")
    until(browser, "location.search.includes('kind=action')")
    until(
        browser, "[...document.querySelectorAll('#hits .meta span:first-child')].every(s => s.textContent === '行动')"
    )
    run(browser, "document.querySelector('#hits a').click()")
    until(browser, "location.pathname.includes('/page/action/')")
    show(browser, site, "en/search?q=<img src=x onerror=alert(1)>", width=1280)
    until(browser, "document.getElementById('count').textContent.includes('<img')")


def test_the_form_of_a_page_leads_to_the_search(browser: Chrome, site: Path) -> None:
    show(browser, site, "en/vocab/units", width=1280)
    run(browser, "document.querySelector('.find input').value = 'minors'")
    run(browser, "document.querySelector('.find').requestSubmit()")
    until(browser, "document.querySelector('#hits a')?.textContent === 'minors'")


def test_lists_are_cut_down_and_tables_sorted_without_a_server(browser: Chrome, site: Path) -> None:
    show(browser, site, "zh/plans?year=1999", width=1280)
    until(browser, "document.querySelector('.documents li').hidden")
    assert "0" in str(run(browser, "document.getElementById('count').textContent"))
    show(browser, site, "zh/plans?year=2025", width=1280)
    assert run(browser, "document.querySelector('.documents li').hidden") is False
    show(browser, site, "zh/bodies", width=1280)
    run(browser, "document.querySelectorAll('th .sort')[3].click()")
    counts = "[...document.querySelectorAll('tbody tr')].map(r => Number(r.cells[3].textContent))"
    assert run(browser, f"JSON.stringify({counts}) === JSON.stringify({counts}.sort((a, b) => a - b))")
    show(browser, site, "zh/vocab/divisions", width=1280)
    box = "document.querySelector('input[data-browse]')"
    run(browser, f"(i => {{ i.value = '昆明'; i.dispatchEvent(new Event('input')); }})({box})")
    until(
        browser,
        "[...document.querySelectorAll('.browse .name')].some(n => n.textContent === '昆明市' && n.offsetHeight)",
    )

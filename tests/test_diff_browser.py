"""The page of a comparison in a headless Chromium: kinds switched, links followed, both languages, print, axe.

Needs what tests/test_view_browser.py needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support import whole
from tests.test_diff import NEW, OLD
from tests.test_view_browser import AXE, browser, click, log, run

import kgbuild
from kgbuild import api

if TYPE_CHECKING:
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = whole("starts a browser")

__all__ = ["browser"]  # the fixture


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("diff") / "diff.html"
    path.write_bytes(api.render_diff(kgbuild.diff(OLD, NEW), "html", lang="zh"))
    return path


def shown(browser: Chrome) -> list[str]:
    found = run(
        browser, "[...document.querySelectorAll('.change')].filter(c => c.offsetParent).map(c => c.dataset.kinds)"
    )
    return [str(kinds) for kinds in found]


def test_both_wordings_stand_side_by_side_with_their_marks(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    assert log(browser) == []
    assert len(shown(browser)) == 11
    reworded = "document.querySelector('.change.reworded')"
    assert run(browser, f"{reworded}.querySelector('.old del').textContent") == "10"
    assert run(browser, f"[...{reworded}.querySelectorAll('.new ins')].map(x => x.textContent)") == [
        "和流动科技馆",
        "12",
    ]
    left, right = (
        run(browser, f"{reworded}.querySelector('{side}').getBoundingClientRect().x") for side in (".old", ".new")
    )
    assert left < right


def test_kinds_are_switched_and_counted(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    click(browser, "[data-kind=reworded]")
    click(browser, "[data-kind=moved]")
    kinds = shown(browser)
    assert sorted(set(kinds)) == ["dropped", "kept", "merged", "new", "split"]
    assert run(browser, "document.getElementById('shown').textContent") == f"{len(kinds)} / 11"


def test_the_other_parts_of_a_split_are_a_link_away(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    target = run(browser, "document.querySelector('.split .others a').getAttribute('href')")
    click(browser, ".split .others a")
    assert run(browser, "location.hash") == target
    assert run(browser, "document.querySelector(':target').classList.contains('split')")


def test_the_page_speaks_both_languages_and_loads_nothing(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    assert run(browser, "document.querySelector('h1').innerText") == "计划对比"
    click(browser, "#language")
    assert run(browser, "document.querySelector('h1').innerText") == "Two plans compared"
    assert run(browser, "document.documentElement.lang") == "en"
    assert run(browser, "performance.getEntriesByType('resource').length") == 0


def test_all_changes_are_printed_whatever_is_switched_off(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    click(browser, "[data-kind=new]")
    assert "new" not in shown(browser)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert len(shown(browser)) == 11
    assert run(browser, "getComputedStyle(document.querySelector('.controls')).display") == "none"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_axe_finds_nothing(browser: Chrome, page: Path) -> None:
    if not AXE.is_file():
        pytest.skip("needs axe-core (KGBUILD_AXE)")
    for dark in (False, True):
        media = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
        browser.get(page.as_uri())
        browser.execute_script(AXE.read_text("utf-8"))
        found = browser.execute_async_script("axe.run().then(r => arguments[0](r.violations.map(v => v.id)))")
        assert found == [], f"dark: {dark}"

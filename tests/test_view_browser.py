"""The reading view in a headless Chromium: clicks, keys, layers, filters, switches; axe finds nothing.

Needs the packages chromium and chromium-driver, Selenium, and axe-core of npm (KGBUILD_AXE names its axe.min.js);
.ci/browser.sh installs them. Without them the tests are skipped, unless KGBUILD_REQUIRE contains `browser`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import CORPUS, PLAN, is_required, whole

from kgbuild import api
from kgbuild.store import Index
from kgbuild.view.facts import Facts
from kgbuild.view.reading import index_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

pytestmark = whole("starts a browser")

SEED = CORPUS / "seed.txt"
IS_REQUIRED = is_required("browser")
HEIGHT = 900
AXE = Path(os.environ.get("KGBUILD_AXE", "axe.min.js"))

# A letter beyond the plane that UTF-16 holds in one unit, a tab, Windows line ends, and a word altered by a mirror.
HARD = (
    "🌱云岭省科普工作要点\r\n\r\n"
    "一、🌱\t重点𠮷任务\r\n"
    "1．🌱🌱贯彻习大大总书记讲话精神，\t到2026年底建成𠮷基地30个，面向老年人开展培训。（省科协牵头，🌱\t省教育厅配合）\r\n"
    "2．办好“云岭🌱科普讲坛”。（省科协、省科协）\r\n"
)


def lacks() -> str:
    """What is missing, '' for nothing."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "Selenium"
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return ", ".join(missing)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    if missing := lacks():
        (pytest.fail if IS_REQUIRED else pytest.skip)(f"needs a browser: {missing} is not installed")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("view")
    hard = folder / "hard.txt"
    hard.write_bytes(HARD.encode())
    out = {}
    found = api.view_pages([str(PLAN), str(hard)])
    for page in found:
        out[page.name.removesuffix(".html")] = folder / page.name
        (folder / page.name).write_text(page.html, "utf-8")
    out["index"] = folder / "index.html"
    out["index"].write_text(index_page(found), "utf-8")
    return out


def show(browser: Chrome, page: Path, *, dark: bool = False, width: int = 1440) -> None:
    """Open a page and wait until it can be used."""
    media = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    log(browser)
    browser.get(page.as_uri())
    if page.stem != "index":
        until(browser, "document.documentElement.dataset.ready")


def until(browser: Chrome, condition: str) -> None:
    """Wait until an expression is true, such as what an animation ends in; a minute is an error."""
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser, 60, poll_frequency=0.02).until(lambda _: run(browser, condition), condition)


def run(browser: Chrome, expression: str, *args: object) -> Any:
    return browser.execute_script(f"return ({expression})", *args)


def log(browser: Chrome) -> list[dict[str, object]]:
    """What the console has said since the last call."""
    said: list[dict[str, object]] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return said


def click(browser: Chrome, selector: str, n: int = 0) -> None:
    run(browser, "document.querySelectorAll(arguments[0])[arguments[1]].click()", selector, n)


def keys(browser: Chrome, *names: str) -> None:
    from selenium.webdriver import ActionChains, Keys

    for name in names:
        ActionChains(browser).send_keys(getattr(Keys, name)).perform()


def chosen(browser: Chrome) -> list[str]:
    found = run(browser, "[...document.querySelectorAll('#chosen button')].map(b => b.dataset.f)")
    return [str(f) for f in found]


def text_of(browser: Chrome, fact: str) -> str:
    js = """[...document.querySelectorAll('mark')].filter(m => m.dataset.f.split(' ').includes(arguments[0]))
      .map(m => m.querySelector('.found') ? [...m.querySelectorAll('.found')].map(x => x.textContent).join('')
                                          : m.textContent).join('')"""
    return str(run(browser, js, fact))


@pytest.mark.parametrize("name", ["hard", "yunling-2025"])
def test_every_mark_covers_exactly_the_characters_of_its_fact(
    browser: Chrome, pages: dict[str, Path], name: str
) -> None:
    file = PLAN if name.startswith("yunling") else pages["hard"].with_suffix(".txt")
    text = api.read_file(file).text
    nodes = Index(api.build(file, validate=False).graph().quads)
    facts = Facts(nodes, min(nodes.of_type("SourceText"))).facts
    show(browser, pages[name])
    assert len(facts) == run(browser, "document.querySelectorAll('#all .fact').length") > 10
    for n, fact in enumerate(facts):
        quotes = "".join(text[s.start : s.end] for s in fact.places)
        assert text_of(browser, str(n)) == quotes.replace("\r", "").replace("\n", ""), fact
    assert log(browser) == []


def test_a_click_on_text_shows_its_facts_and_a_click_on_a_fact_goes_to_the_text(
    browser: Chrome, pages: dict[str, Path]
) -> None:
    show(browser, pages["yunling-2025"])
    click(browser, "mark.body", 4)
    (fact,) = chosen(browser)
    assert run(browser, "document.querySelectorAll('mark.body')[4].classList.contains('lit')")
    assert run(browser, "document.getElementById('f' + arguments[0]).classList.contains('lit')", fact)
    last = run(browser, "document.querySelectorAll('#all .fact.body').length - 1")
    click(browser, "#all .fact.body button", last)
    assert chosen(browser) != [fact]
    assert run(browser, "document.activeElement.tagName") == "MARK"
    until(browser, f"(top => 0 < top && top < {HEIGHT})(document.activeElement.getBoundingClientRect().top)")
    keys(browser, "ESCAPE")
    assert chosen(browser) == []
    assert run(browser, "document.querySelectorAll('.lit').length") == 0


def test_hovering_lights_both_ways(browser: Chrome, pages: dict[str, Path]) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    show(browser, pages["yunling-2025"])
    mark = browser.find_element(By.CSS_SELECTOR, "mark.body")
    ActionChains(browser).move_to_element(mark).perform()
    assert run(browser, "document.querySelectorAll('#all .fact.lit').length") >= 1
    fact = browser.find_element(By.CSS_SELECTOR, "#all .fact.document button")
    ActionChains(browser).move_to_element(fact).perform()
    number = fact.get_attribute("data-f")
    assert number is not None
    lit = run(browser, "[...document.querySelectorAll('mark.lit')].map(m => m.dataset.f.split(' '))")
    assert lit
    assert all(number in f for f in lit)


def test_a_layer_switched_off_is_neither_shown_nor_clicked_nor_listed(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["yunling-2025"])
    before = run(browser, "getComputedStyle(document.querySelector('mark.body')).backgroundColor")
    assert before != "rgba(0, 0, 0, 0)"
    run(browser, "document.querySelector('mark.body').id = 'probe'")
    click(browser, "[data-layer=body]")
    assert run(browser, "getComputedStyle(document.getElementById('probe')).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert run(browser, "document.querySelectorAll('#all .fact.body:not(.gone)').length") == 0
    click(browser, "#probe")
    assert chosen(browser) == []
    click(browser, "[data-layer=body]")
    assert run(browser, "getComputedStyle(document.getElementById('probe')).backgroundColor") == before


def test_filters_keep_the_actions_of_a_body_and_a_population(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["yunling-2025"])
    pick = """(() => { const s = document.getElementById(arguments[0]);
      s.value = [...s.options].find(o => o.textContent.startsWith(arguments[1])).value;
      s.dispatchEvent(new Event('change')); })()"""
    run(browser, pick, "by-body", "云岭省教育厅")
    hits = run(browser, "[...document.querySelectorAll('.row.hit')].map(r => r.textContent)")
    assert hits
    assert all("省教育厅" in h for h in hits)
    # items 8, 9 (two statements in one line), 10, 14
    assert run(browser, "document.getElementById('matching').textContent") == "5 / 23"
    assert len(hits) == 4
    run(browser, pick, "by-population", "学生")
    both = run(browser, "[...document.querySelectorAll('.row.hit')].map(r => r.textContent)")
    assert 0 < len(both) < len(hits)
    run(browser, pick, "by-body", "—")
    run(browser, pick, "by-population", "—")
    assert run(browser, "document.querySelectorAll('.hit, .gone:not(.measure)').length") == 0


def test_keys_step_through_the_text_and_select(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["yunling-2025"])
    run(browser, "document.getElementById('text').focus()")
    keys(browser, "ARROW_RIGHT", "ARROW_RIGHT")
    second = run(browser, "document.activeElement.dataset.f")
    keys(browser, "ARROW_RIGHT", "ARROW_LEFT")
    assert run(browser, "document.activeElement.dataset.f") == second
    keys(browser, "ENTER")
    assert set(chosen(browser)) <= set(second.split())
    assert chosen(browser)


def test_tab_reaches_controls_outline_text_and_facts_in_this_order(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["yunling-2025"])
    seen: list[str] = []
    for _ in range(60):
        keys(browser, "TAB")
        here = "document.activeElement.closest('header, nav, main, aside, .skip')"
        place = str(run(browser, f"({here} || document.body).tagName"))
        if not seen or seen[-1] != place:
            seen.append(place)
    assert seen[:5] == ["A", "HEADER", "NAV", "MAIN", "ASIDE"]


def test_the_text_can_be_read_as_found_and_as_restored(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["hard"])
    shown = "[...document.querySelectorAll('main .line')].map(x => x.innerText).join('')"
    assert "习大大总书记" in run(browser, shown)
    assert "习近平" not in run(browser, shown)
    click(browser, "#restore")
    assert "习近平总书记" in run(browser, shown)
    assert "习大大" not in run(browser, shown)


def test_the_language_of_the_page_is_switched(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["yunling-2025"])
    shown = "document.querySelector('aside').innerText"
    assert "牵头单位" in run(browser, shown)
    click(browser, "#language")
    assert run(browser, "document.documentElement.lang") == "en"
    assert "lead body" in run(browser, shown)
    assert "牵头单位" not in run(browser, shown)
    assert "Education Department" in run(browser, "document.getElementById('by-body').textContent")


def test_findings_stand_in_the_margin_of_their_line(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["hard"])
    row = "[...document.querySelectorAll('.row')].findLast(r => r.querySelector('.note'))"
    assert run(browser, f"{row}.querySelector('.line').textContent").startswith("2．")
    assert "省科协" in run(browser, f"{row}.querySelector('.note').textContent")
    boxes = [f"{row}.querySelector('{s}').getBoundingClientRect().toJSON()" for s in (".line", ".note")]
    line, note = (run(browser, box) for box in boxes)
    assert note["left"] >= line["right"]
    assert abs(note["top"] - line["top"]) < 40


def test_an_entry_of_the_outline_leads_to_its_heading(browser: Chrome, pages: dict[str, Path]) -> None:
    show(browser, pages["yunling-2025"])
    click(browser, ".outline a", 6)
    target = run(
        browser, "document.querySelector(document.querySelectorAll('.outline a')[6].getAttribute('href')).textContent"
    )
    assert "夯实基础条件" in target
    until(
        browser,
        f"(top => 0 <= top && top < {HEIGHT})(document.querySelector(location.hash).getBoundingClientRect().top)",
    )


@pytest.mark.parametrize("width", [1440, 1000, 390])
def test_nothing_sticks_out_on_any_screen(browser: Chrome, pages: dict[str, Path], width: int) -> None:
    show(browser, pages["yunling-2025"], width=width)
    assert run(browser, "document.documentElement.scrollWidth") <= width
    click(browser, "mark.body", 2)
    visible = run(browser, "document.querySelector('#chosen').getBoundingClientRect().toJSON()")
    assert visible["bottom"] <= HEIGHT


@pytest.mark.parametrize("name", ["yunling-2025", "hard", "index"])
@pytest.mark.parametrize(("dark", "width"), [(False, 1440), (True, 1440), (False, 390), (True, 390)])
def test_axe_finds_nothing(browser: Chrome, pages: dict[str, Path], name: str, *, dark: bool, width: int) -> None:
    if not AXE.is_file():
        (pytest.fail if IS_REQUIRED else pytest.skip)("needs axe-core: KGBUILD_AXE names no axe.min.js")
    show(browser, pages[name], dark=dark, width=width)
    if name != "index":
        click(browser, "mark.body", 0)
        click(browser, "[data-layer=measure]")
        run(
            browser,
            "(s => { s.selectedIndex = 1; s.dispatchEvent(new Event('change')); })(document.getElementById('by-body'))",
        )
        until(browser, "document.getAnimations().every(a => a.playState === 'finished')")
    browser.execute_script(AXE.read_text("utf-8"))
    found = browser.execute_async_script("axe.run(document).then(r => arguments[arguments.length - 1](r.violations))")
    assert [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found] == []


def test_the_seed_is_small_and_light(browser: Chrome, tmp_path: Path) -> None:
    if not SEED.is_file():
        (pytest.fail if IS_REQUIRED else pytest.skip)("needs ../shared (KGBUILD_SHARED)")
    (page,) = api.view_pages([str(SEED)])
    assert len(page.html.encode()) < 1_000_000
    file = tmp_path / "seed.html"
    file.write_text(page.html, "utf-8")
    browser.execute_cdp_cmd("Performance.enable", {})
    before = work(browser)
    show(browser, file)
    after = work(browser)
    # What a page costs is how much there is to lay out, and how often: seconds depend on the machine.
    assert run(browser, "document.querySelectorAll('*').length") < 20_000
    assert after["LayoutCount"] - before["LayoutCount"] < 20
    assert after["RecalcStyleCount"] - before["RecalcStyleCount"] < 40
    assert log(browser) == []


def work(browser: Chrome) -> dict[str, float]:
    """What the browser has done since it began: figures of the protocol of its tools."""
    metrics = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return {str(m["name"]): float(m["value"]) for m in metrics}

"""`kgbuild serve`: its workers are loaded before they get a request, and one of them makes the index for all."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("starlette")
from tests.support import whole

from kgbuild import search
from kgbuild.view.vocabulary import names_of_terms
from kgbuild.web import ServerOptions
from kgbuild.web.desk import TASKS, Desk
from kgbuild.web.pool import TaskError
from kgbuild.web.site import open_site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from kgbuild.store import Queryable
    from kgbuild.web.site import Site

pytestmark = whole("starts servers and their workers")

SEARCH: dict[str, Any] = {"q": "乡村教师", "lang": "zh", "chosen": {}}


def served(graph: Path, talk: Callable[[Site], Awaitable[None]]) -> Site:
    """Let something be said with a started site of one worker for pages; the site, stopped."""
    site = open_site([graph], ServerOptions(workers=1))

    async def whole() -> None:
        await site.start()
        try:
            await talk(site)
        finally:
            await site.stop()

    asyncio.run(whole())
    return site


def head(task: str, desk: Desk, **args: Any) -> dict[str, Any]:
    return TASKS[task](desk, io.BytesIO(), **args) or {}


def test_a_worker_is_warm_before_its_first_task_and_so_is_the_one_that_replaces_it(graph: Path) -> None:
    async def talk(site: Site) -> None:
        assert (await site.own.call("counts", {}, seconds=60))["documents"] >= 1
        assert site.own.counts["warmed"] == 1
        with pytest.raises(TaskError, match="stopped after"):
            await site.own.call("counts", {}, seconds=0)
        assert (await site.own.call("counts", {}, seconds=60))["documents"] >= 1
        assert (site.own.counts["killed"], site.own.counts["warmed"]) == (1, 2)

    site = served(graph, talk)
    assert site.free.counts["warmed"] == 0  # free queries need no names


def test_a_warm_worker_loads_and_indexes_nothing_for_a_search(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed: list[object] = []
    made = search.passages_of

    def counted(store: Queryable) -> list[search.Entry]:
        indexed.append(store)
        return made(store)

    monkeypatch.setattr(search, "passages_of", counted)
    site = open_site([graph], ServerOptions())
    one, other = Desk(site.setup), Desk(site.setup)
    names_of_terms.cache_clear()
    assert head("index", one)["passages"] > 50
    assert all(head("warm", other)["terms"].values())
    loaded = names_of_terms.cache_info().misses
    for lang in ("zh", "en"):
        assert head("search", other, **{**SEARCH, "lang": lang})["total"] >= 1
    assert names_of_terms.cache_info().misses == loaded == 2
    monkeypatch.setattr("kgbuild.lexicon.lexicon_digest", lambda _: "a vocabulary has changed meanwhile")
    assert head("search", Desk(site.setup), **SEARCH)["total"] >= 1
    assert indexed == [one.store]


def test_a_comparison_loads_no_segmenter_within_its_deadline(graph: Path) -> None:
    async def talk(site: Site) -> None:
        query = {"query": "SELECT ?p { ?p a gplan:Plan }", "form": "csv", "most": 9}
        scope = {"default": [], "named": [], "base": ""}
        plan = (await site.own.body("sparql", {**query, "scope": scope}, seconds=60)).decode().split()[1]
        args = {"before": plan, "after": plan, "lang": "zh", "back": ""}
        assert not site.comparing.counts
        for n in (1, 2):
            assert b"<html" in await site.compare(args)
            assert site.comparing.counts == {"warmed": 1, "tasks": n}

    served(graph, talk)


def test_a_search_waits_for_the_index_and_is_told_if_there_is_none(graph: Path) -> None:
    async def talk(site: Site) -> None:
        site.own.patience = 0
        with pytest.raises(TaskError, match="still being made"):
            await site.find("search", SEARCH)
        site.own.patience = 600
        assert (await site.find("search", SEARCH))["total"] >= 1

    assert served(graph, talk).own.counts["killed"] == 0


def test_an_index_that_fails_is_told_and_hurts_nobody_else(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> dict[str, Any]:
        raise TaskError(500, "no space left")

    monkeypatch.setattr("kgbuild.web.pool.Pool.apart", broken)

    async def talk(site: Site) -> None:
        with pytest.raises(TaskError, match="could not be made"):
            await site.find("search", SEARCH)
        assert (await site.own.call("counts", {}, seconds=60))["documents"] >= 1

    served(graph, talk)

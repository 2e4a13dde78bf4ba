"""A document is built with the collector of garbage set to search rarely, and leaves it as it was."""

from __future__ import annotations

import gc
from pathlib import Path
from threading import Barrier, Thread
from unittest.mock import patch

import pytest

import kgbuild
from kgbuild import pipeline
from kgbuild.api.collector import THRESHOLD, rarely_collecting

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"


@pytest.fixture(autouse=True)
def _as_before() -> object:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_a_build_searches_rarely_and_leaves_the_collector_as_it_was() -> None:
    seen: list[int] = []
    annotate = pipeline.annotate

    def noted(*args: object, **options: object) -> object:
        seen.append(gc.get_threshold()[0])
        return annotate(*args, **options)  # type: ignore[arg-type]

    with patch.object(pipeline, "annotate", noted):
        kgbuild.build(EXAMPLE, validate=False)
    assert seen == [THRESHOLD]
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("own", [(0, 10, 10), (10 * THRESHOLD, 5, 5)])
def test_who_searches_less_often_or_never_is_left_alone(own: tuple[int, int, int]) -> None:
    gc.set_threshold(*own)
    with rarely_collecting():
        assert gc.get_threshold() == own
    assert gc.get_threshold() == own


def test_the_last_of_several_threads_sets_it_back() -> None:
    begun, ended = Barrier(2), Barrier(2)

    def other() -> None:
        with rarely_collecting():
            begun.wait(60)
            ended.wait(60)

    thread = Thread(target=other)
    with rarely_collecting():
        thread.start()
        begun.wait(60)
    assert gc.get_threshold()[0] == THRESHOLD
    ended.wait(60)
    thread.join()
    assert gc.get_threshold() == (700, 10, 10)

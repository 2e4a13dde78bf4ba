"""Some hundred mutated files of each format that is not plain text; `make fuzz` tries tens of thousands."""

from __future__ import annotations

from tests.fuzz import Case
from tests.fuzz_files import case, faults, seeds
from tests.support import IS_FULL

COUNT = 700 if IS_FULL else 150


def test_the_seeds_are_read_as_they_are() -> None:
    for suffix, files in seeds().items():
        made = files[0]
        assert faults(case_of(suffix, made), build=True) == []


def case_of(suffix: str, data: bytes) -> Case:
    return Case(f"a.{suffix}", data)


def test_mutated_files_are_read_or_refused() -> None:
    wrong = {tried.name: found for n in range(COUNT) if (found := faults(tried := case(2031, n), build=n % 50 == 0))}
    assert wrong == {}

"""What tests share does what its users rely on."""

from __future__ import annotations

import sys

from tests.support import grows_with, steps


def pairs(n: int) -> int:
    return sum(a < b for a in range(n) for b in range(n))


def nested(n: int) -> None:
    for _ in range(n):
        for _ in range(n):
            pass


def test_steps_are_the_same_each_time_and_leave_no_trace() -> None:
    before = sys.gettrace(), sys.getprofile()
    assert steps(lambda: pairs(20)) == steps(lambda: pairs(20)) > 400
    assert (sys.gettrace(), sys.getprofile()) == before


def test_a_square_is_told_from_a_line() -> None:
    assert grows_with(lambda n: [str(i) for i in range(n)], small=50)
    assert grows_with(lambda n: sorted(range(n), key=lambda i: -i), small=50)
    assert not grows_with(pairs, small=50)
    assert not grows_with(nested, small=50)

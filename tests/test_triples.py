"""Triples in columns are the set of their tuples, in one order, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph import triples as columns
from kgbuild.graph.triples import Integers, triples_of, union
from kgbuild.terms import integer

if TYPE_CHECKING:
    from collections.abc import Set

    from kgbuild.model import Triple

NODES = [f"<http://example.org/n{n}>" for n in range(6)]
TRIPLES: st.SearchStrategy[list[Triple]] = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(NODES[:3]), st.sampled_from([*NODES, '"1"', '"甲"@zh']))
)


@given(some=TRIPLES, other=TRIPLES)
def test_they_are_a_set(some: list[Triple], other: list[Triple]) -> None:
    mine: Set[Triple] = triples_of(some)
    its = set(other)
    assert mine == set(some)
    assert set(some) == mine
    assert len(mine) == len(set(some)) == len(list(mine))
    assert [t in mine for t in [*some, *other]] == [t in set(some) for t in [*some, *other]]
    assert mine | its == its | mine == set(some) | its
    assert (mine - its, mine & its, mine ^ its) == (set(some) - its, set(some) & its, set(some) ^ its)
    both: Set[Triple] = union([some, other, some])
    assert both == set(some) | its


@given(some=TRIPLES)
def test_what_has_one_content_has_one_order(some: list[Triple]) -> None:
    assert list(triples_of(some)) == list(triples_of(reversed(some)))


@given(some=TRIPLES, at_once=st.integers(1, 4))
def test_in_order_is_sorted(some: list[Triple], at_once: int) -> None:
    with patch.object(columns, "_AT_ONCE", at_once):
        assert list(triples_of(some).in_order()) == sorted(set(some))


@given(some=TRIPLES, nodes=st.sets(st.sampled_from(NODES)))
def test_what_is_said_about_nodes(some: list[Triple], nodes: set[str]) -> None:
    found = triples_of(some).about(sorted(nodes))
    assert found == {node: sorted((p, o) for s, p, o in set(some) if s == node) for node in nodes}


@given(some=TRIPLES, other=TRIPLES, parts=st.integers(1, 3))
def test_long_columns_are_put_in_order_part_by_part(some: list[Triple], other: list[Triple], parts: int) -> None:
    expected, few = triples_of(some), union([triples_of(some), triples_of(other[:2])])
    with patch.object(columns, "_MANY", 2), patch.object(columns, "_PARTS", parts):
        assert list(triples_of(some)) == list(expected)
        assert list(union([triples_of(some), triples_of(other[:2])])) == list(few)


def test_nodes_of_several_properties_are_listed_once() -> None:
    graph = triples_of((node, name, "x") for node in NODES for name in ("<p>", "<q>"))
    assert graph.columns["<p>"].subjects is graph.columns["<q>"].subjects


def test_integers_are_their_terms() -> None:
    some = Integers([7, 0, 12])
    assert list(some) == [some[0], some[1], some[-1]] == [integer(7), integer(0), integer(12)]
    assert (len(some), some[1:]) == (3, [integer(0), integer(12)])


def test_of_no_triples() -> None:
    assert not triples_of(())
    assert list(triples_of(()).in_order()) == []
    assert triples_of(()).about([]) == {}

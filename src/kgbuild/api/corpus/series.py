"""Series among the plans of a corpus, and what changed from each plan to the next.

A comparison depends on the parts of its two documents and on nothing else. It is made once and kept under a name
derived from theirs, so a build compares only what is new; workers compare, a few plans of a series each.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.api.corpus.layout import COMPARISONS, comparison_name
from kgbuild.api.corpus.part import read_part
from kgbuild.comparison.changes import compare
from kgbuild.comparison.plan import PlanHead, heads_of_graph, plans_of_graph
from kgbuild.comparison.series import find_series
from kgbuild.comparison.triples import graph_of, to_triples
from kgbuild.errors import InternalError
from kgbuild.store import Index, parse_quads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.api.cluster import Crew
    from kgbuild.api.corpus.layout import Layout, Record
    from kgbuild.comparison.plan import Plan
    from kgbuild.comparison.series import Series

_TOGETHER = 5
"""Comparisons that one worker makes in a row: each plan between two is read once, and others have work too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(PlanHead):
    """A plan of the corpus; `record` is its document."""

    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A plan of a series and the next one.

    Attributes:
        name: Name of their comparison, derived from their parts.
        before: The earlier plan.
        after: The later plan.
    """

    name: str
    before: Member
    after: Member

    @property
    def graph(self) -> str:
        """Name of the graph of the comparison."""
        return graph_of(self.before, self.after, self.after.record.traits["base"])

    def __str__(self) -> str:
        """Return the file of the later plan, for messages."""
        return self.after.record.path


def heads_of(nodes: Index) -> list[dict[str, Any]]:
    """Return what series are found by, as JSON: the heads of the plans in a graph."""
    return [asdict(head) for head in heads_of_graph(nodes)]


def series_among(records: Iterable[Record]) -> list[Series[Member]]:
    """Return the series among the documents in the graphs.

    A plan whose place is unknown is in none: plans of different places may have the same title. Of texts of one
    document, the first by path stands for it.
    """
    plans: dict[str, Member] = {}
    for record in sorted(records, key=lambda r: r.path):
        if record.state == "built":
            for head in record.traits.get("plans", ()):
                if head["place"]:
                    plans.setdefault(head["node"], Member(record=record, **head))
    return find_series(plans.values())


def steps_of(series: Iterable[Series[Member]]) -> list[Step]:
    """Return the pairs of adjacent plans, by the name of their graph."""
    steps = [
        Step(name=terms.h(a.record.part, a.node, b.record.part, b.node), before=a, after=b)
        for each in series
        for a, b in pairwise(each.plans)
    ]
    return sorted(steps, key=lambda s: s.graph)


@dataclass(frozen=True, slots=True)
class Chain:
    """Comparisons in a row, each beginning with the plan that the one before ends with."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """Return the file of the last plan, for messages."""
        return str(self.steps[-1])


def chains_of(steps: Iterable[Step]) -> list[Chain]:
    """Return comparisons in rows of bounded length."""
    steps = list(steps)
    following = {_plan_of(step.before): step for step in steps}
    joined = {_plan_of(step.after) for step in steps}
    out = []
    for first in (step for step in steps if _plan_of(step.before) not in joined):
        row = [first]
        while (step := following.get(_plan_of(row[-1].after))) is not None:
            row.append(step)
        out += [Chain(tuple(row[n : n + _TOGETHER])) for n in range(0, len(row), _TOGETHER)]
    return out


def _plan_of(member: Member) -> tuple[str, str]:
    return member.record.part, member.node


def write_comparisons(layout: Layout, records: Iterable[Record], crew: Crew) -> list[Step]:
    """Write the comparisons of adjacent plans that are missing, delete those of plans that left; return all steps.

    Raises:
        KgbuildError: one cannot be made or written.
    """
    steps = steps_of(series_among(records))
    wanted = {comparison_name(step.name) for step in steps}
    there = set(layout.depot.names(COMPARISONS))
    todo = chains_of(step for step in steps if comparison_name(step.name) not in there)
    with closing(crew.each(partial(_write, layout=layout), todo, size=size_of_chain)) as outcomes:
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
    for name in there - wanted:
        layout.depot.delete(name)
    return steps


def size_of_chain(chain: Chain) -> int:
    """Estimate the work of comparisons, in bytes."""
    return sum((step.before.record.quads + step.after.record.quads) * 20 for step in chain.steps)


def _write(chain: Chain, *, layout: Layout) -> None:
    for step, lines in compared(layout, chain):
        layout.depot.write(comparison_name(step.name), lines)


def compared(layout: Layout, chain: Chain) -> Iterator[tuple[Step, bytes]]:
    """Yield comparisons as sorted N-Quads.

    Raises:
        InputError: a part is damaged.
    """
    before = _plan(layout, chain.steps[0].before)
    for step in chain.steps:
        after = _plan(layout, step.after)
        triples = to_triples(compare(before, after), step.after.record.traits["base"])
        yield step, "".join(sorted(f"{s} {p} {o} <{step.graph}> .\n" for s, p, o in triples)).encode()
        before = after


def _plan(layout: Layout, member: Member) -> Plan:
    record = member.record
    # A third of a part is what follows from the rest, which an index of a plan leaves out.
    inferred = f" <{terms.graph_name(record.traits['base'], record.key, 'inferred')}> .\n".encode()
    lines = read_part(layout, record.part).splitlines(keepends=True)
    asserted = b"".join(line for line in lines if not line.endswith(inferred))
    found = plans_of_graph(Index(parse_quads(asserted, name=record.path, suffix=".nq")))
    if (plan := next((plan for plan in found if plan.node == member.node), None)) is None:
        raise InternalError(f"{record.path}: its part has no plan {member.node}")
    return plan

"""Why a statement follows: the shortest derivation of each inferred statement.

Takes rules and data as `reason` does. Guarantees: the derived statements are those of `reason.close`; each derivation
has minimal depth; its premises are given or derived themselves. Tracing costs a few times as much as closing, so only
explanations use it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.graph.axioms import OWN, Handler, Rules, short
from kgbuild.terms import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple


@dataclass(frozen=True, slots=True, order=True)
class Derivation:
    """One step: the name of the OWL 2 RL rule, the axiom in words, and the premises."""

    rule: str
    axiom: str
    premises: tuple[Triple, ...]


_GIVEN = Derivation("", "", ())


class Trace:
    """The derivations of a graph, found by closing it in order of depth."""

    def __init__(self, triples: Iterable[Triple], rules: Rules) -> None:
        self.rules = rules
        self.steps: dict[Triple, Derivation] = {}
        self._depth: dict[Triple, int] = {}
        self._heap: list[tuple[int, Triple, Derivation]] = [(0, t, _GIVEN) for t in {*triples, *rules.facts}]
        self._forward: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._backward: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        heapq.heapify(self._heap)
        self._run()

    def of(self, triple: Triple) -> Derivation | None:
        """Return the derivation of a statement; None if it is given or does not follow.

        Auxiliary chain links and unnamed classes are replaced by what they follow from.
        """
        step = self.steps.get(triple)
        if step is None:
            return None
        first = step.premises[0]
        if first[1] == TYPE and first[2].startswith(OWN) and first in self.steps:
            inner = self.steps[first]
            step = Derivation(inner.rule, f"{inner.axiom} ⊑ {short(triple[2])}", inner.premises)
        premises: list[Triple] = []
        for premise in step.premises:
            premises += self._named(premise)
        return Derivation(step.rule, step.axiom, tuple(premises))

    @property
    def statements(self) -> set[Triple]:
        """Return what follows, without auxiliary steps."""
        return {t for t in self.steps if not _between(t)}

    def _named(self, triple: Triple) -> list[Triple]:
        if not _between(triple):
            return [triple]
        return [p for premise in self.steps[triple].premises for p in self._named(premise)]

    def _run(self) -> None:
        while self._heap:
            depth, triple, step = heapq.heappop(self._heap)
            if triple in self._depth:
                continue
            self._depth[triple] = depth
            if depth:
                self.steps[triple] = step
            s, p, o = triple
            if p == TYPE:
                self._classes(triple)
            elif (handler := self.rules.properties.get(p)) is not None:
                self._follow(handler, s, p, o)

    def _add(self, triple: Triple, rule: str, axiom: str, *premises: Triple) -> None:
        if triple not in self._depth:
            depth = 1 + max(self._depth[p] for p in premises)
            heapq.heappush(self._heap, (depth, triple, Derivation(rule, axiom, premises)))

    def _classes(self, triple: Triple) -> None:
        s, _, o = triple
        for target in self.rules.classes.get(o, ()):
            self._add((s, TYPE, target), "cax-sco", f"{short(o)} ⊑ {short(target)}", triple)
        for name, value in self.rules.values.get(o, ()):
            self._add((s, name, value), "cls-hv1", f"{short(o)}: {short(name)} = {short(value)}", triple)

    def _follow(self, handler: Handler, s: str, p: str, o: str) -> None:
        triple = (s, p, o)
        for name in handler.supers:
            self._add((s, name, o), "prp-spo1", f"{short(p)} ⊑ {short(name)}", triple)
        for target in handler.domain:
            self._add((s, TYPE, target), "prp-dom", f"domain of {short(p)} is {short(target)}", triple)
        for target in handler.values.get(o, ()):
            self._add((s, TYPE, target), "cls-hv2", f"{short(p)} = {short(o)}", triple)
        if not o.startswith('"'):
            for name in handler.inverses:
                self._add((o, name, s), "prp-inv", f"{short(name)} is the inverse of {short(p)}", triple)
            for target in handler.range:
                self._add((o, TYPE, target), "prp-rng", f"range of {short(p)} is {short(target)}", triple)
        if handler.left or handler.right:
            self._join(handler, triple)

    def _join(self, handler: Handler, triple: Triple) -> None:
        s, p, o = triple
        self._forward[p, s].append(o)
        self._backward[p, o].append(s)
        for name, head in handler.left:
            for end in self._forward.get((name, o), ()):
                self._chain((s, head, end), triple, (o, name, end))
        for name, head in handler.right:
            for start in self._backward.get((name, s), ()):
                self._chain((start, head, o), (start, name, s), triple)

    def _chain(self, head: Triple, left: Triple, right: Triple) -> None:
        rule = "prp-trp" if head[1] == left[1] == right[1] else "prp-spo2"
        self._add(head, rule, f"{short(left[1])} ∘ {short(right[1])} ⊑ {short(head[1])}", left, right)


def _between(triple: Triple) -> bool:
    """Tell whether a statement uses an auxiliary chain link or an unnamed class."""
    return triple[1].startswith(OWN) or triple[2].startswith(OWN)

"""A forward chainer over the compiled axioms: semi-naive, indexed, pure Python.

Takes rules of `axioms.compile_rules` and data as triples of N-Triples strings. Guarantees:

1. The closure equals that of owlrl without its trivial triples (`owlrl_reference.TRIVIAL` lists them, and why).
2. Only statements about data are returned: their subject is an IRI and no class or property of the axioms.
3. Axioms among the data are refused, since they would be left out of account.
4. With a budget the run may stop early; then it says so, and the same data give the same part of the closure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError
from kgbuild.graph.axioms import (
    COVERED,
    FIRST,
    INDIVIDUAL,
    NOTHING,
    OWN,
    REMARKS,
    REST,
    SCHEMA_TYPES,
    THING,
    TYPE,
    Handler,
    Rules,
    compile_rules,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

__all__ = ["Closure", "Inconsistency", "Rules", "axioms_among", "clashes", "close", "compile_rules", "reason"]


@dataclass(frozen=True, slots=True, order=True)
class Inconsistency:
    """Statements that cannot all be true: the name of the OWL 2 RL rule, and the statements that clash."""

    rule: str
    statements: tuple[Triple, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """What follows from a graph: the new statements about data, and the clashes, sorted.

    Attributes:
        new: Statements about data that were not given.
        inconsistencies: Statements that clash, as far as they were found.
        complete: False where the budget ended the run: then there may be more of both.
    """

    new: frozenset[Triple]
    inconsistencies: tuple[Inconsistency, ...]
    complete: bool = True


def close(triples: Iterable[Triple], rules: Rules) -> set[Triple]:
    """Return the statements about data that follow from the triples and are not among them.

    Raises:
        InputError: the triples hold axioms, which are no data.
    """
    chainer = _Chainer(triples, rules)
    chainer.run()
    return chainer.new()


def reason(triples: Iterable[Triple], rules: Rules, *, budget: int | None = None) -> Closure:
    """Return what follows from the triples, and the statements among all of them that clash.

    Args:
        triples: The data.
        rules: The compiled ontology.
        budget: Most statements to infer before stopping; None = no limit.

    Raises:
        InputError: the triples hold axioms, which are no data.
    """
    chainer = _Chainer(triples, rules)
    complete = chainer.run(budget)
    return Closure(
        new=frozenset(chainer.new()), inconsistencies=_sorted_clashes(chainer.known, rules), complete=complete
    )


def clashes(closed: Iterable[Triple], rules: Rules) -> tuple[Inconsistency, ...]:
    """Return the statements that clash in a graph that is closed already, whatever closed it."""
    return _sorted_clashes({*closed, *rules.facts}, rules)


def _sorted_clashes(known: set[Triple], rules: Rules) -> tuple[Inconsistency, ...]:
    return tuple(sorted(_clashes(known, rules)))


class _Chainer:
    """One run: what is known, what is still to be looked at, and the indexes that chains need."""

    def __init__(self, triples: Iterable[Triple], rules: Rules) -> None:
        self.rules = rules
        self.given = set(triples)
        _refuse_axioms(self.given)
        self.known = self.given | rules.facts
        self.agenda = list(self.known)
        self.forward: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.backward: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def run(self, budget: int | None = None) -> bool:
        """Look at each statement once; a join is made when the later of its two statements is looked at.

        Returns:
            False where the budget ended the run.
        """
        agenda, properties, classes = self.agenda, self.rules.properties, self.rules.classes
        values = self.rules.values
        limit = None if budget is None else len(self.known) + budget
        if limit is not None:
            agenda.sort()  # what a cut leaves out must not depend on the hash seed
        while agenda:
            if limit is not None and len(self.known) > limit:
                return False
            s, p, o = agenda.pop()
            if p != TYPE:
                handler = properties.get(p)
                if handler is not None:
                    self._follow(handler, s, p, o)
                continue
            for target in classes.get(o, ()):
                self._add((s, TYPE, target))
            for name, value in values.get(o, ()):
                self._add((s, name, value))
        return True

    def _add(self, triple: Triple) -> None:
        if triple not in self.known:
            self.known.add(triple)
            self.agenda.append(triple)

    def _follow(self, handler: Handler, s: str, p: str, o: str) -> None:
        for name in handler.supers:
            self._add((s, name, o))
        for target in handler.domain:
            self._add((s, TYPE, target))
        if not o.startswith('"'):
            for name in handler.inverses:
                self._add((o, name, s))
            for target in handler.range:
                self._add((o, TYPE, target))
        if handler.values:
            for target in handler.values.get(o, ()):
                self._add((s, TYPE, target))
        if handler.left or handler.right:
            self._join(handler, s, p, o)

    def _join(self, handler: Handler, s: str, p: str, o: str) -> None:
        self.forward[p, s].append(o)
        self.backward[p, o].append(s)
        for name, head in handler.left:
            for end in self.forward.get((name, o), ()):
                self._add((s, head, end))
        for name, head in handler.right:
            for start in self.backward.get((name, s), ()):
                self._add((start, head, o))

    def new(self) -> set[Triple]:
        """Return what was added and speaks of data."""
        schema = self.rules.schema
        return {
            (s, p, o)
            for s, p, o in self.known - self.given - self.rules.facts
            if s.startswith("<") and s not in schema and not p.startswith(OWN) and not o.startswith(OWN) and o != THING
        }


def axioms_among(triples: Iterable[Triple]) -> set[Triple]:
    """Return the statements that are axioms and no data: the closure would leave them out of account."""
    return {t for t in triples if (kind := t[2] if t[1] == TYPE else t[1]) not in _DATA and _is_axiom(kind)}


_DATA = frozenset((TYPE, *REMARKS, THING, NOTHING, INDIVIDUAL, f"<{terms.OWL}Ontology>"))
_AXIOMS = (COVERED - {FIRST, REST}) | SCHEMA_TYPES


def _is_axiom(kind: str) -> bool:
    return kind in _AXIOMS or kind.startswith(f"<{terms.OWL}")


def _refuse_axioms(triples: set[Triple]) -> None:
    axioms = sorted({t[2] if t[1] == TYPE else t[1] for t in axioms_among(triples)})
    if axioms:
        raise InputError(
            f"the data hold axioms ({', '.join(map(short, axioms[:3]))})",
            where="reasoning",
            cure="give axioms as ontology, or reason with owlrl",
        )


def _clashes(known: set[Triple], rules: Rules) -> set[Inconsistency]:
    found = {Inconsistency("prp-irp", ((s, p, o),)) for s, p, o in known if p in rules.irreflexive and s == o} | {
        Inconsistency("prp-asyp", tuple(sorted({(s, p, o), (o, p, s)})))
        for s, p, o in known
        if p in rules.asymmetric and (o, p, s) in known
    }
    types: defaultdict[str, set[str]] = defaultdict(set)
    for s, p, o in known:
        if p == TYPE:
            types[s].add(o)
    for node, classes in types.items():
        if NOTHING in classes:
            found.add(Inconsistency("cls-nothing2", ((node, TYPE, NOTHING),)))
        for group in rules.disjoint:
            both = sorted(classes & group)
            if len(both) > 1:
                found.add(Inconsistency("cax-adc", tuple((node, TYPE, name) for name in both)))
    return found

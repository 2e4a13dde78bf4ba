"""Explains each statement about a node: by the sentence that proves it, or by the steps from which it follows.

Takes quads, the derivations of their closure, and the source if available. An asserted statement is traced to the
mention that proves this property, else to the evidence of its node, else attributed to the vocabularies or the run; an
inferred one is explained by a tree of steps whose leaves are asserted statements.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.graph.trace import Trace
    from kgbuild.model import Triple
    from kgbuild.proof.places import Places, SourcePlace

Origin = Literal["text", "vocabulary", "structure", "run", "inferred"]
MAX_DEPTH = 12
_REGISTER = (f"<{terms.ID}", f"<{terms.GPLANV}")
_STRUCTURE = {gplan(n) for n in ("actionOf", "sectionOf", "parentSection", "inSection", "transmits", "hasSourceText")}
_RUN = {gplan(n) for n in ("generatedBy", "toolVersion", "readerName", "configDigest", "vocabularyDigest")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One statement with its explanation.

    Attributes:
        statement: The triple.
        origin: text, vocabulary, structure (from the numbering of the text), run, or inferred.
        places: Where the source says it.
        rule: Id of the extraction rule, or of the reasoning step.
        axiom: The axiom in words, for an inferred statement.
        grade: Confidence as a number, for a statement from the text.
        restored: The restored wording, if it differs from the quote.
        premises: Explanations of the premises of an inferred statement.
    """

    statement: Triple
    origin: Origin
    places: tuple[SourcePlace, ...] = ()
    rule: str = ""
    axiom: str = ""
    grade: str = ""
    restored: str = ""
    premises: tuple[Explanation, ...] = field(default=())


def explain(
    statements: Iterable[Triple], given: frozenset[Triple], places: Places, trace: Trace
) -> Iterator[Explanation]:
    """Yield an explanation for each statement, in order.

    Args:
        statements: What to explain; statements neither in the graph nor inferred are skipped.
        given: The asserted statements and the slice of the vocabularies.
        places: Evidence by node.
        trace: Derivations of the closure.
    """
    for statement in statements:
        found = _one(statement, given, places, trace, 0)
        if found is not None:
            yield found


def _one(statement: Triple, given: frozenset[Triple], places: Places, trace: Trace, depth: int) -> Explanation | None:
    if statement in given:
        return _asserted(statement, places)
    step = trace.of(statement)
    if step is None or depth > MAX_DEPTH:
        return None
    premises = (_one(p, given, places, trace, depth + 1) for p in step.premises)
    return Explanation(
        statement=statement,
        origin="inferred",
        rule=step.rule,
        axiom=step.axiom,
        premises=tuple(p for p in premises if p is not None),
    )


def _asserted(statement: Triple, places: Places) -> Explanation:
    s, p, o = statement
    if s.startswith(_REGISTER):
        return Explanation(statement=statement, origin="vocabulary")
    if p in _RUN:
        return Explanation(statement=statement, origin="run")
    proofs = [m for m in places.index.proofs(s, p) if _fits(m, o, places)] or places.index.proofs(s, p)
    # a statement node that a node refers to has a more precise place of its own
    own = [o, s] if "/statement/" in o else [s, *([o] if o.startswith("<") else [])]
    for holder in (*proofs, *own):
        found = places.of(holder)
        if found:
            return _from(statement, holder, found, places)
    if p in _STRUCTURE:
        return Explanation(statement=statement, origin="structure")
    named = [m for m in places.index.mentions(s) if places.of(m)]
    if named:
        return _from(statement, named[0], places.of(named[0]), places)
    return Explanation(statement=statement, origin="structure")


def _fits(mention: str, value: str, places: Places) -> bool:
    """Of several mentions that prove one property, select that of this value, or one whose words are the value."""
    if not value.startswith('"'):
        return places.index.has(mention, "mentionOf", value)
    quote = next((place.quote for place in places.of(mention)), "")
    return terms.lexical(value) == quote


def _from(statement: Triple, holder: str, found: list[SourcePlace], places: Places) -> Explanation:
    origin: Origin = "structure" if statement[1] in _STRUCTURE else "text"
    return Explanation(
        statement=statement,
        origin=origin,
        places=tuple(found),
        rule=places.index.first(holder, "extractionRule"),
        grade=places.index.first(holder, "confidence"),
        restored=places.index.first(holder, "normalizedText"),
    )

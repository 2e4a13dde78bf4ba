"""Second level of proof: does each value follow from the characters that prove it?

Guarantees: every value of a property that a text gives is proved by a mention, or named; every mention that proves a
value is read again with the functions that read it first; every role other than `responsible` stands on its word;
every restored wording is the one that the corrections of the graph give, or completes the quote from its line or from
what else is named in its action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.extract.responsibility.roles import FIRST, ORDER
from kgbuild.model import Span
from kgbuild.proof.independent import against_day, against_number
from kgbuild.proof.readings import OF_ITS_OWN, READERS, RELATIONS, Claim, SourceClaims
from kgbuild.proof.report import Mismatch
from kgbuild.terms import TYPE, bare, code, gplan
from kgbuild.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.store import Index

_RESPONSIBLE = code("role-responsible")
_IN_ORDER = tuple(code(f"role-{role}") for role in ORDER)
_LABELS = (f"<{terms.SKOS}prefLabel>", f"<{terms.SKOS}altLabel>")
_TOGETHER = {"联合", "协调", "商"}


def unproved(index: Index) -> tuple[tuple[str, str, str], ...]:
    """Return the values of properties that a text gives and that no mention proves."""
    out = []
    for name in (*READERS, *RELATIONS):
        for node, value in index.pairs(name):
            if not node.startswith(f"<{terms.ID}") and not _proofs(index, node, name, value):
                out.append((bare(node), _short(name), bare(value)))
    return tuple(sorted(out))


def _short(name: str) -> str:
    value = bare(name)
    return value.removeprefix(terms.GPLAN).removeprefix(terms.DCTERMS)


def _proofs(index: Index, node: str, name: str, value: str) -> list[str]:
    """What proves a value: mentions that name the property, or a node whose own evidence does."""
    if name in RELATIONS:
        proofs = index.proofs(node, name)
        return [m for m in proofs if index.has(m, "mentionIn", node) and index.has(m, "mentionOf", value)]
    if _of_its_own(index, node, name):
        return index.values(node, "evidence") and [node]
    return [m for m in index.proofs(node, name) if index.has(m, "mentionOf", node)]


def _of_its_own(index: Index, node: str, name: str) -> bool:
    return any(name == proved and index.has(node, TYPE, gplan(kind)) for proved, kind in OF_ITS_OWN)


def check_values(index: Index, source: SourceClaims) -> tuple[int, list[Mismatch]]:
    """Read the values of one source again.

    Returns:
        The number of values, roles and restorations that were looked at, and those that do not follow.
    """
    count, wrong = 0, []
    told: set[tuple[str, str, str]] = set()
    for checked in (
        _literals(index, source),
        _roles(index, source),
        _restorations(index, source),
        _labels(index, source),
        _independent(index, source),
    ):
        for found in checked:
            count += 1
            # what the reader reads otherwise is not told again by the check without it
            if found is not None and (found.node, found.what, found.expected) not in told:
                told.add((found.node, found.what, found.expected))
                wrong.append(found)
    return count, wrong


def _literals(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Read again what the mentions of this source prove; what another source proves as well may come from there."""
    for node, name in sorted({pair for n in index.standing_in(source.node) for pair in _proved_by(index, n)}):
        proofs = _proofs(index, node, name, "")
        readings = [
            Claim(source=source, span=place, node=node)
            for proof in proofs
            for place in index.places(proof, source.node)
            if place.end <= len(source.text)
        ]
        if not readings:
            continue
        found = set().union(*(READERS[name](r) for r in readings))
        values = index.values(node, name)
        elsewhere = any(not index.places(proof, source.node) for proof in proofs) and found & set(values)
        for value in values:
            if value in found:
                yield None
            elif not elsewhere:
                said = _alternatives(found, readings)
                yield Mismatch(node=bare(node), what=_short(name), expected=_lexical(value), found=said)


def _proved_by(index: Index, proof: str) -> Iterator[tuple[str, str]]:
    """The properties that a mention, or the evidence of a node, proves."""
    for name in index.values(proof, "proves"):
        if name in READERS:
            yield from ((node, name) for node in index.values(proof, "mentionOf"))
    for name, kind in OF_ITS_OWN:
        if index.has(proof, TYPE, gplan(kind)):
            yield proof, name


def _alternatives(found: set[str], readings: list[Claim]) -> str:
    said = " or ".join(sorted(map(_lexical, found))) or "nothing"
    return f"{said} in {' and '.join(repr(r.quote) for r in readings)}"


def _lexical(term: str) -> str:
    return terms.lexical(term) if term.startswith('"') else bare(term)


_DAYS = ("deadline", "documentDate")
_NUMBERS = ("targetValue", "targetValueMax", "baselineValue")


def _independent(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """What can be held against a value without the function that read it; see `independent`."""
    for names, against in ((_DAYS, against_day), (_NUMBERS, against_number)):
        for name in names:
            for node, value in index.pairs(name):
                for place in _proving(index, node, name, source):
                    quote = source.norm[place.start : place.end]
                    what = against(terms.lexical(value), quote) if value.startswith('"') else ""
                    if not what:
                        yield None
                        continue
                    found = f"{source.text[place.start : place.end]!r}: {what}"
                    yield Mismatch(node=bare(node), what=name, expected=_lexical(value), found=found)


def _proving(index: Index, node: str, name: str, source: SourceClaims) -> list[Span]:
    """Where a source proves a property of a node."""
    proofs = _proofs(index, node, gplan(name), "")
    return [p for proof in proofs for p in index.places(proof, source.node) if p.end <= len(source.text)]


def _roles(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Each role is the one that its word gives; without a word a party is responsible."""
    for node in index.standing_in(source.node, "Assignment"):
        places = index.places(node, source.node, "roleBasis")
        given = {role for place in places for role in _roles_of(index, source, place)} or {_RESPONSIBLE}
        said = index.values(node, "role")
        if len(said) == 1 and said[0] in given:
            yield None
        else:
            what = " ".join(map(bare, said)) or "none"
            yield Mismatch(node=bare(node), what="role", expected=what, found=" or ".join(map(bare, sorted(given))))


def _roles_of(index: Index, source: SourceClaims, place: Span) -> set[str]:
    """The role that a word gives by the labels which the graph has for its roles."""
    # A printed line may have cut the word: 负⏎责.
    word = "".join(source.norm[place.start : place.end].split())
    if FIRST in word and _holds(index, code("role-lead"), word):
        return {code("role-lead")}
    if word in _TOGETHER:
        return {code("role-cooperating")}
    return {next((role for role in _IN_ORDER if _holds(index, role, word)), _RESPONSIBLE)}


def _holds(index: Index, role: str, word: str) -> bool:
    labels = (terms.lexical(v) for name in _LABELS for v in index.values(role, name) if v.endswith("@zh"))
    return any(label in word for label in labels)


def _restorations(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """A restored wording is what the corrections make of the quote, or the quote completed from what stands beside it.

    Beside it stand its line, and what else is named in the same action: a printed line may end within a list.
    """
    restored = [(m, v) for m in index.standing_in(source.node) for v in index.values(m, "normalizedText")]
    for mention, value in restored:
        said = _folded(terms.lexical(value))
        for place in index.places(mention, source.node):
            # the mark of a page between two lines of a name is no part of it
            quotes = _folded(source.restored(place)), _folded(source.norm[place.start : place.end])
            holds = said in quotes or any(
                q in said and all(_is_beside(index, source, mention, place, part) for part in said.split(q, 1))
                for q in filter(None, quotes)
            )
            yield (
                None
                if holds
                else Mismatch(
                    node=bare(mention),
                    what="normalizedText",
                    expected=terms.lexical(value),
                    found=source.restored(place),
                )
            )


def _is_beside(index: Index, source: SourceClaims, mention: str, place: Span, part: str) -> bool:
    """Tell whether the line of a mention holds a wording, or what else is named in the same action does."""
    if part in _folded(source.restored(_line(source, place))):
        return True
    holders = index.values(mention, "mentionIn")
    named = {m for h in holders for m in (*index.subjects("mentionIn", h), *index.values(h, "hasAssignment"))}
    return any(part in _folded(source.restored(p)) for n in sorted(named) for p in index.places(n, source.node))


def _folded(text: str) -> str:
    """A wording in the form in which it was looked at (• is ·), without blanks."""
    return terms.key_text(normalise(text))


def _line(source: SourceClaims, place: Span) -> Span:
    """The line around a place."""
    start, end = source.norm.rfind("\n", 0, place.start) + 1, source.norm.find("\n", place.end)
    return Span(start, end if end >= 0 else len(source.norm))


def _labels(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """The last step of the path of a section is its label, and it has as many steps as it is deep."""
    for section in index.standing_in(source.node, "Section"):
        path, label = index.text(section, "itemPath"), index.text(section, "sectionLabel")
        level = index.number(section, "sectionLevel")
        if path is None or label is None or level is None:
            continue
        steps = path.split("/")
        depth = len(steps) - (steps[0][:1] == "u" and len(steps) > 1)
        if steps[-1] != label:
            yield Mismatch(node=bare(section), what="itemPath", expected=path, found=f"label {label}")
        elif depth != level:
            yield Mismatch(node=bare(section), what="sectionLevel", expected=str(level), found=f"{depth} in {path}")
        else:
            yield None

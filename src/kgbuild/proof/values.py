"""Second level of proof: each value follows from the characters that prove it.

Guarantees: every value of a property taken from the text is proved by a mention, or reported; every mention that proves
a value is reread with the function that originally read it; every role other than `responsible` rests on its word;
every restored wording results from the corrections of the graph, or completes the quote from its line or from other
names in its action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.extract.responsibility.roles import FIRST, ORDER
from kgbuild.model import Span
from kgbuild.proof.independent import against_day, against_number, against_setting
from kgbuild.proof.readings import OF_ITS_OWN, READERS, RELATIONS, Claim, SourceClaims
from kgbuild.proof.report import Mismatch
from kgbuild.terms import TYPE, bare, code, gplan
from kgbuild.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.store import Index

_RESPONSIBLE = code("role-responsible")
_IN_ORDER = tuple(code(f"role-{role}") for role in ORDER)
_LABELS = (terms.PREF, terms.ALT)
_TOGETHER = {"联合", "协调", "商"}


def unproved(index: Index) -> tuple[tuple[str, str, str], ...]:
    """Return the values of properties taken from the text that no mention proves."""
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
    """Return what proves a value: mentions that name the property, or a node whose own evidence does."""
    if name in RELATIONS:
        proofs = index.proofs(node, name)
        return [m for m in proofs if index.has(m, "mentionIn", node) and index.has(m, "mentionOf", value)]
    if _of_its_own(index, node, name):
        return index.values(node, "evidence") and [node]
    return [m for m in index.proofs(node, name) if index.has(m, "mentionOf", node)]


def _of_its_own(index: Index, node: str, name: str) -> bool:
    return any(name == proved and index.has(node, TYPE, gplan(kind)) for proved, kind in OF_ITS_OWN)


def check_values(index: Index, source: SourceClaims) -> tuple[int, list[Mismatch]]:
    """Reread the values of one source.

    Returns:
        The number of values, roles and restorations examined, and those that do not follow.
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
            # a value contradicted by rereading is not reported again by the independent check
            if found is not None and (found.node, found.what, found.expected) not in told:
                told.add((found.node, found.what, found.expected))
                wrong.append(found)
    return count, wrong


def _literals(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Reread what the mentions of this source prove; a value may also come from another source that proves it."""
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
                stated = _alternatives(found, readings)
                yield Mismatch(node=bare(node), what=_short(name), expected=_lexical(value), found=stated)


def _proved_by(index: Index, proof: str) -> Iterator[tuple[str, str]]:
    """Yield the properties that a mention, or the evidence of a node, proves."""
    for name in index.values(proof, "proves"):
        if name in READERS:
            yield from ((node, name) for node in index.values(proof, "mentionOf"))
    for name, kind in OF_ITS_OWN:
        if index.has(proof, TYPE, gplan(kind)):
            yield proof, name


def _alternatives(found: set[str], readings: list[Claim]) -> str:
    stated = " or ".join(sorted(map(_lexical, found))) or "nothing"
    return f"{stated} in {' and '.join(repr(r.quote) for r in readings)}"


def _lexical(term: str) -> str:
    return terms.lexical(term) if term.startswith('"') else bare(term)


_DAYS = ("deadline", "documentDate", "baselineDate")
_NUMBERS = ("targetValue", "targetValueMax", "baselineValue")


def _independent(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Check values without the functions that read them; see `independent`."""
    for names, against in ((_DAYS, against_day), (_NUMBERS, against_number)):
        for name in names:
            for node, value in index.pairs(name):
                for place in _proving(index, node, name, source):
                    quote = source.norm[place.start : place.end]
                    what = against(terms.lexical(value), quote) if value.startswith('"') else ""
                    what = what or (against_setting(source.norm, place) if name == _DAYS[0] else "")
                    if not what:
                        yield None
                        continue
                    found = f"{source.text[place.start : place.end]!r}: {what}"
                    yield Mismatch(node=bare(node), what=name, expected=_lexical(value), found=found)


def _proving(index: Index, node: str, name: str, source: SourceClaims) -> list[Span]:
    """Return where a source proves a property of a node."""
    proofs = _proofs(index, node, gplan(name), "")
    return [p for proof in proofs for p in index.places(proof, source.node) if p.end <= len(source.text)]


def _roles(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Check each role against its word; without a word a party is responsible."""
    for node in index.standing_in(source.node, "Assignment"):
        places = index.places(node, source.node, "roleBasis")
        given = {role for place in places for role in _roles_of(index, source, place)} or {_RESPONSIBLE}
        stated = index.values(node, "role")
        if len(stated) == 1 and stated[0] in given:
            yield None
        else:
            what = " ".join(map(bare, stated)) or "none"
            yield Mismatch(node=bare(node), what="role", expected=what, found=" or ".join(map(bare, sorted(given))))


def _roles_of(index: Index, source: SourceClaims, place: Span) -> set[str]:
    """Return the roles of a word, by the labels that the graph has for its roles."""
    # A line break may lie within the word: 负⏎责.
    word = "".join(source.norm[place.start : place.end].split())
    if any(first in word for first in FIRST) and _holds(index, code("role-lead"), word):
        return {code("role-lead")}
    if word in _TOGETHER:
        return {code("role-cooperating")}
    return {next((role for role in _IN_ORDER if _holds(index, role, word)), _RESPONSIBLE)}


def _holds(index: Index, role: str, word: str) -> bool:
    labels = (terms.lexical(v) for name in _LABELS for v in index.values(role, name) if v.endswith("@zh"))
    return any(label in word for label in labels)


def _restorations(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Check that a restored wording results from the corrections, or completes the quote from its context.

    The context is its line, and what else is named in the same action: a printed line may end within a list.
    """
    restored = [(m, v) for m in index.standing_in(source.node) for v in index.values(m, "normalizedText")]
    for mention, value in restored:
        stated = _folded(terms.lexical(value))
        for place in index.places(mention, source.node):
            # a page mark between two lines of a name does not belong to it
            quotes = _folded(source.restored(place)), _folded(source.norm[place.start : place.end])
            holds = stated in quotes or any(
                q in stated and all(_is_beside(index, source, mention, place, part) for part in stated.split(q, 1))
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
    """Tell whether a wording occurs in the line of a mention, or among what else is named in the same action."""
    if part in _folded(source.restored(_line(source, place))):
        return True
    holders = index.values(mention, "mentionIn")
    named = {m for h in holders for m in (*index.subjects("mentionIn", h), *index.values(h, "hasAssignment"))}
    return any(part in _folded(source.restored(p)) for n in sorted(named) for p in index.places(n, source.node))


def _folded(text: str) -> str:
    """Return a wording in normalised form (• becomes ·), without blanks."""
    return terms.key_text(normalise(text))


def _line(source: SourceClaims, place: Span) -> Span:
    """Return the line around a place."""
    start, end = source.norm.rfind("\n", 0, place.start) + 1, source.norm.find("\n", place.end)
    return Span(start, end if end >= 0 else len(source.norm))


def _labels(index: Index, source: SourceClaims) -> Iterator[Mismatch | None]:
    """Check that the last step of a section's path is its label, and that the number of steps is its depth."""
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

"""Checks on the entries of user vocabularies before they are compiled.

Takes the triples of one file and returns them with normalised language tags. A fault is an `InputError` that names
file, node and cure; `kgbuild vocab check` covers everything else.
"""

from __future__ import annotations

import logging
import re
from itertools import product
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.terms import GPLAN, GPLANV, ID, PREF, SKOS, TYPE, XSD, bare, gplan, lexical

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kgbuild.model import Triple

log = logging.getLogger(__name__)

_LABELS = frozenset(f"<{SKOS}{name}>" for name in ("prefLabel", "altLabel", "hiddenLabel"))
_TAG = re.compile(r'"@([A-Za-z0-9-]+)$')
_CHINESE = re.compile(r"(?:zh|cmn|chi|zho)(?:-.*)?", re.IGNORECASE)
_ENGLISH = re.compile(r"en(?:-.*)?", re.IGNORECASE)
_DATES = frozenset(f"<{GPLAN}{name}>" for name in ("validFrom", "validUntil", "kindValidFrom", "kindValidUntil"))
_DAY = re.compile(rf'"\d{{4}}-\d\d-\d\d"\^\^<{re.escape(XSD)}date>')
_NEEDED: dict[str, dict[str, str]] = {
    "Body": {
        "inDivision": "the division that it belongs to (gplan:inDivision division:…)",
        "partyKind": "what sort of party it is (gplan:partyKind gplanv:party-…)",
    },
    "AdministrativeDivision": {
        "divisionCode": 'its code (gplan:divisionCode "…")',
        "atLevel": "its level (gplan:atLevel gplanv:level-…)",
        "divisionKind": "what sort of unit it is (gplan:divisionKind gplanv:division-…)",
        "partOfDivision": "the division above it (gplan:partOfDivision division:…)",
    },
    "TargetPopulation": {},
    "BodyKind": {"partyKind": "what sort of party it is (gplan:partyKind gplanv:party-…)"},
    "Initiative": {},
}
"""Class of an entry → properties without which it cannot be compiled; each entry needs a Chinese name."""

FORMER = {
    gplan("divisionLevel"): "gplan:atLevel gplanv:level-{value}",
    gplan("divisionType"): "gplan:divisionKind gplanv:division-{value}",
    gplan("marksType"): "gplan:marksKind gplanv:division-{value}",
}
for _name, _level in product(("officialName", "variantName"), ("Province", "Municipality", "Prefecture", "County")):
    _rule = f"a gplan:NamingRule ; gplan:atLevel gplanv:level-{_level.lower()} ; gplan:{_name} {{term}}"
    FORMER[gplan(f"{_name}At{_level}")] = f"gplan:hasNamingRule [ {_rule} ]"
"""Property of an earlier ontology draft → its current form; `{term}` and `{value}` stand for the original values."""
_RENAMED = {
    gplan("divisionLevel"): ("atLevel", "level"),
    gplan("divisionType"): ("divisionKind", "division"),
    gplan("marksType"): ("marksKind", "division"),
}
"""Those whose texts are codes now, one for one → property and scheme; the others need a node, and are refused."""
_SHOWN = 4
"""Number of lines shown in a message; the others are analogous."""


def checked(triples: Iterable[Triple], path: Path) -> tuple[Triple, ...]:
    """Check a user vocabulary and normalise its Chinese and English language tags to `zh` and `en`.

    Args:
        triples: The file, as N-Triples terms.
        path: Its name, for messages.

    Raises:
        InputError: an entry is unusable.
    """
    out = tuple(_present(s, p, _tagged(s, p, o, path), path) for s, p, o in triples)
    _check_former(out, path)
    by_node: dict[str, dict[str, list[str]]] = {}
    for s, p, o in out:
        by_node.setdefault(s, {}).setdefault(p, []).append(o)
    for node, properties in by_node.items():
        _check_dates(node, properties, path)
        for cls in properties.get(TYPE, ()):
            name = cls[1:-1].removeprefix(GPLAN)
            if name in _NEEDED and node.startswith((f"<{ID}", f"<{GPLANV}")):
                _check_entry(node, properties, name, path)
    return out


def _present(subject: str, predicate: str, value: str, path: Path) -> Triple:
    """Replace a text of an earlier draft by its current code, so that old vocabularies keep working."""
    if predicate not in _RENAMED:
        return subject, predicate, value
    name, codes = _RENAMED[predicate]
    log.warning("%s: %s is a former term; write %s", path, predicate, FORMER[predicate].format(value="…"))
    return subject, gplan(name), f"<{GPLANV}{codes}-{lexical(value).replace('_', '-')}>"


def _tagged(subject: str, predicate: str, value: str, path: Path) -> str:
    if predicate not in _LABELS:
        return value
    if not value.startswith('"'):
        raise _fault(path, subject, Message("has a name that is not text ({value})", value=value), 'write "…"@zh')
    if not lexical(value).strip():
        raise _fault(path, subject, "has an empty name", "write it, or take it out")
    tag = _TAG.search(value)
    if tag is None:
        raise _fault(
            path,
            subject,
            Message("has the name {value} without a language", value=value),
            Message("write {value}@zh", value=value),
        )
    if _CHINESE.fullmatch(tag[1]):
        return value[: tag.start() + 1] + "@zh"
    return value[: tag.start() + 1] + "@en" if _ENGLISH.fullmatch(tag[1]) else value


def _check_former(triples: Iterable[Triple], path: Path) -> None:
    """Refuse properties of earlier drafts that no code replaces, reporting all of a file at once."""
    found = [(s, p, o) for s, p, o in triples if p in FORMER]
    if found:
        now = [f"{s} {FORMER[p].format(term=o, value=lexical(o).replace('_', '-'))} ." for s, p, o in found]
        more = Message(" and {count} more", count=len(now) - _SHOWN) if len(now) > _SHOWN else ""
        what = Message("has gplan:{value}, a former term", value=bare(found[0][1]).rpartition("#")[2])
        raise _fault(path, found[0][0], what, Message("write {now}{more}", now=" ".join(now[:_SHOWN]), more=more))


def _check_dates(node: str, properties: dict[str, list[str]], path: Path) -> None:
    for predicate in sorted(_DATES & properties.keys()):
        for value in properties[predicate]:
            if not _DAY.fullmatch(value):
                what = Message("has the date {value}", value=value)
                raise _fault(path, node, what, 'write "YYYY-MM-DD"^^xsd:date')


def _check_entry(node: str, properties: dict[str, list[str]], cls: str, path: Path) -> None:
    if not any(value.endswith("@zh") for value in properties.get(PREF, ())):
        raise _fault(path, node, "has no Chinese name", 'write skos:prefLabel "…"@zh')
    for name, what in _NEEDED[cls].items():
        if f"<{GPLAN}{name}>" not in properties:
            raise _fault(
                path,
                node,
                Message("is a gplan:{cls} without gplan:{name}", cls=cls, name=name),
                Message("give {needed}", needed=what),
            )


def _fault(path: Path, node: str, what: str, cure: str) -> InputError:
    return InputError(Message("{node} {reason}", node=node, reason=what), where=str(path), cure=cure)

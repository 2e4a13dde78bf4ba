"""Words that give a role, and how far they reach.

A label (责任单位:) governs what follows up to the next label or semicolon; a verb (牵头, 配合) governs the names
before it, back to the last comma or semicolon. No order gives a role, unless the text states that rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.model import Span

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words
    from kgbuild.model import FieldKey, Role

_UNIT = "(?:{role-units})"
_LABEL = (
    rf"(?P<label>(?:(?:共同|主要|具体)?{{roles}}(?:[和及、与]{{roles}})?{_UNIT}|责任分工|任务分工|分工)"
    r"(?:\([^()]{1,8}\))?) ?:"
)
_FIELD_LABEL = "(?P<label>(?P<scope>{scope-labels})|{deadline-labels}) ?:"
_VERB = (
    r"(?P<manner>(?:按照?|根据|依)(?:各自)?(?:职责|职能)(?:分工)?(?:分别|共同|协同|协作)?|分工|分别|共同)?"
    r"(?P<verb>(?!{label-only}$){roles}(?<!单位)(?<!部门))$"
)
ORDER: tuple[Role, ...] = ("lead", "cooperating", "guiding", "supervising")
"""A word that holds words of two roles gives the first: 牵头负责 leads."""
_FIRST_LEADS = re.compile(
    r"(?:列|排|排列|排名|列于|列在|排在|位列)(?:在)?第一(?:位|个)?(?:者|的)?(?:的?(?:责任)?(?:单位|部门|机关))?(?:者|的)?"
    r"(?:为|是|作为)(?:主要)?(?:牵头|主办|主责)(?:单位|部门|机关|责任单位)?(?:[,,、] ?(?:下同|以下同|以下均同))?"
)
_STANDING = re.compile(r"以下(?:均|各项|条款)[^,。;()]*(?:[,,][^,。;()]*不再[^,。;()]*)?")
_SCOPE_RULE = re.compile(r"以下[^。;()]*(?:适用|实施|推广)范围均?为[^。;()]*")


@dataclass(frozen=True, slots=True)
class Word:
    """A role word: where it stands and what it gives."""

    span: Span
    role: Role


@dataclass(frozen=True, slots=True)
class Label:
    """A label with its colon; `field` is set where it names something else than bodies."""

    span: Span
    word: Span
    role: Role
    field: FieldKey | None = None


def role_of(word: str, words: Words) -> Role:
    """Return the role that a word gives; every other word of duty makes responsible.

    Args:
        word: A role word, label or head of a column, as found.
        words: Knows the labels of the roles.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> [role_of(word, words) for word in ("牵头单位", "按职责分工负责", "协办单位")]
        ['lead', 'responsible', 'cooperating']
    """
    return next((role for role in ORDER if words[f"{{role-{role}}}"].search(word)), "responsible")


def labels(norm: str, start: int, end: int, words: Words) -> list[Label]:
    """Return the labels of responsibility and of other fields in reading order."""
    if norm.find(":", start, end) < 0:
        return []
    found = [
        Label(Span(*m.span()), Span(*m.span("label")), role_of(m["label"], words))
        for m in words[_LABEL].finditer(norm, start, end)
    ]
    for m in words[_FIELD_LABEL].finditer(norm, start, end):
        key: FieldKey = "scope" if m["scope"] else "deadline"
        found.append(Label(Span(*m.span()), Span(*m.span("label")), "responsible", key))
    return sorted(found, key=lambda x: x.span.start)


def verb_at_end(norm: str, start: int, end: int, words: Words) -> tuple[int, Span | None, Word | None]:
    """Take manner and verb off the end of a list.

    Returns:
        Where the list ends, the manner (按职责分工), the role word; None for what is not there.
    """
    m = words[_VERB].search(norm[start:end])
    if m is None:
        return end, None, None
    verb = Span(start + m.start("verb"), start + m.end("verb"))
    manner = Span(start + m.start("manner"), start + m.end("manner")) if m["manner"] else None
    keeps = manner is not None and norm[manner.start : manner.end].startswith(("按", "根据", "依"))
    return start + m.start(), manner if keeps else None, Word(verb, role_of(m["verb"], words))


def first_leads(norm: str, start: int, end: int) -> Span | None:
    """Return the rule that the first of a list leads, if the text states it here."""
    m = _FIRST_LEADS.search(norm, start, end)
    return Span(*m.span()) if m else None


def standing_rule(norm: str, start: int, end: int) -> tuple[Span, FieldKey] | None:
    """Return a rule for later items that is no rule of roles."""
    if m := _SCOPE_RULE.search(norm, start, end):
        return Span(*m.span()), "scope_rule"
    if m := _STANDING.search(norm, start, end):
        return Span(*m.span()), "standing_rule"
    return None

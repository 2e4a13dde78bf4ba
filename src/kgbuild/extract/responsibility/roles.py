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
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.model import FieldKey, Role

_UNIT = "(?:{role-units})"
_NAMED = rf"(?:(?:{{label-heads}}|共同|具体)?{{roles}}(?:[和及、与]{{roles}})?{_UNIT}|责任分工|任务分工|分工)"
_LABEL = (
    rf"(?P<opens>[【\[] ?)?(?P<first>(?<=[(【\[;\n]))?(?P<label>{_NAMED}(?:\([^()]{{1,8}}\))?)"
    r"(?(opens) ?[】\]] ?:?|(?: ?:|(?(first) +(?=[\u4e00-\u9fff])|(?!))))"
)
"""Behind the word stands a colon, or a bracket around the word alone, or a blank where it opens a bracket or line."""
_MAY_LABEL = re.compile(r"[:】\]]|(?<=[(【\[;\n])[^(; ]+ ")
_FIELD_LABEL = (
    r"(?P<opens>[【\[] ?)?(?P<first>(?<=\n))?(?P<label>(?P<scope>{scope-labels})|{deadline-labels})"
    r"(?: ?:|(?(opens) ?[】\]] ?:?|(?(first) +(?=[^\s:])|(?!))))"
)
_VERB = (
    r"(?P<manner>(?:按照?|根据|依)(?:各自)?(?:职责|职能)(?:分工)?(?:分别|共同|协同|协作)?|(?:{duty-manners}){1,2})?"
    r"(?P<verb>均?为{roles}|(?!{label-only}$){roles}(?<!单位)(?<!部门)(?:{roles})?(?<!单位)(?<!部门))$"
)
_WRAP = re.compile(r"\s*\n\s*")
ORDER: tuple[Role, ...] = ("lead", "cooperating", "guiding", "supervising")
"""A word that holds words of two roles gives the first: 牵头负责 leads."""
FIRST = "第一"
_FIRST_LEADS = (
    rf"(?:{{order-words}}){{1,3}}{FIRST}(?:{{ordinal-tails}})*(?:{{role-units}})?(?:{{ordinal-tails}})*"
    r"(?:{copulas})(?:主要)?{role-lead}(?:{role-units}|责任单位)?(?:[,、] ?(?:{same-below}))?"
)
_STANDING = re.compile(r"以下(?:均|各项|条款|不再)[^,。;()]*(?:[,,][^,。;()]*不再[^,。;()]*)?")
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
    if _MAY_LABEL.search(norm, start, end) is None:
        return []
    found = [
        Label(Span(*m.span()), Span(*m.span("label")), role_of(m["label"], words))
        for m in words[_LABEL].finditer(norm, start, end)
    ]
    found += _wrapped_labels(norm, start, end, words, [x.span for x in found])
    cut = [x.span for x in found]
    for m in words[_FIELD_LABEL].finditer(norm, start, end):
        if not any(span.covers(Span(*m.span())) for span in cut):
            found.append(Label(Span(*m.span()), Span(*m.span("label")), "responsible", _field_key(m)))
    return sorted(found, key=lambda x: x.span.start)


def _field_key(m: re.Match[str]) -> FieldKey:
    return "scope" if m["scope"] else "deadline"


def _wrapped_labels(norm: str, start: int, end: int, words: Words, found: Sequence[Span]) -> Iterator[Label]:
    """Yield the labels that a line break cuts."""
    text, at = unwrapped(norm, start, end)
    for m in words[_FIELD_LABEL].finditer(text) if len(text) < end - start else ():
        word = Span(at[m.start("label")], at[m.end("label") - 1] + 1)
        if "\n" in norm[word.start : word.end]:
            yield Label(Span(at[m.start()], at[m.end() - 1] + 1), word, "responsible", _field_key(m))
    for m in words[_LABEL].finditer(text) if len(text) < end - start else ():
        span = Span(at[m.start()], at[m.end() - 1] + 1)
        word = Span(at[m.start("label")], at[m.end("label") - 1] + 1)
        if "\n" in norm[word.start : word.end] and not any(span.overlaps(other) for other in found):
            yield Label(span, word, role_of(m["label"], words))


def unwrapped(norm: str, start: int, end: int) -> tuple[str, Sequence[int]]:
    r"""Return a stretch without the line breaks and the blanks at them, and the offset of each character kept.

    Example:
        >>> unwrapped("(责任\n 单位)", 1, 7)
        ('责任单位', [1, 2, 5, 6])
    """
    if norm.find("\n", start, end) < 0:
        return norm[start:end], range(start, end)
    breaks = [m.span() for m in _WRAP.finditer(norm, start, end)]
    kept: list[int] = []
    since = start
    for a, b in breaks:
        kept += range(since, a)
        since = b
    kept += range(since, end)
    return "".join(norm[i] for i in kept), kept


def verb_at_end(norm: str, start: int, end: int, words: Words) -> tuple[int, Span | None, Word | None]:
    """Take manner and verb off the end of a list.

    Returns:
        Where the list ends, the manner (按职责分工), the role word; None for what is not there.
    """
    text, at = unwrapped(norm, start, end)
    m = words[_VERB].search(text)
    if m is None:
        return end, None, None
    verb = Span(at[m.start("verb")], at[m.end("verb") - 1] + 1)
    manner = Span(at[m.start("manner")], at[m.end("manner") - 1] + 1) if m["manner"] else None
    keeps = manner is not None and norm[manner.start : manner.end].startswith(("按", "根据", "依"))
    return at[m.start()], manner if keeps else None, Word(verb, role_of(m["verb"], words))


def first_leads(norm: str, start: int, end: int, words: Words) -> Span | None:
    """Return the rule that the first of a list leads, if the text states it here."""
    if norm.find(FIRST, start, end) < 0:
        return None
    m = words[_FIRST_LEADS].search(norm, start, end)
    return Span(*m.span()) if m else None


def standing_rule(norm: str, start: int, end: int) -> tuple[Span, FieldKey] | None:
    """Return a rule for later items that is no rule of roles."""
    if m := _SCOPE_RULE.search(norm, start, end):
        return Span(*m.span()), "scope_rule"
    if m := _STANDING.search(norm, start, end):
        return Span(*m.span()), "standing_rule"
    return None

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
    from kgbuild.model import FieldKey, Role

_UNIT = "(?:单位|部门|机关|机构|主体|处室|科室|地区|领导|人)"
_DUTY = (
    "牵头考核|牵头负责|牵头责任|牵头组织|牵头|责任落实|落实责任|主要责任|具体责任|责任|主办|承办|协办|主责|负责|落实|"
    "配合负责|配合责任|配合|参与|参加|协同|协助|支持|指导|监督|督导|督促|督查|考核|实施|组织实施|完成|分工|主管"
)
DUTIES = tuple(_DUTY.split("|"))
"""Words of a label; each holds a label of its role in ontology/vocab/codes.ttl, as `ROLE_VERBS` do."""
_LABEL = re.compile(
    rf"(?P<label>(?:(?:共同|主要|具体)?(?:{_DUTY})(?:[和及、与](?:{_DUTY}))?{_UNIT}|责任分工|任务分工|分工)"
    r"(?:\([^()]{1,8}\))?) ?:"
)
_FIELD_LABEL = re.compile(
    r"(?P<label>适用范围|推广范围|实施范围|试点范围|完成时限|完成时间|时间节点|时限要求|时限|完成期限|时间进度|"
    r"工作时限|办理时限) ?:"
)
_VERBS = (
    "牵头负责|牵头组织实施|牵头组织|牵头落实|牵头推进|牵头|配合落实|配合|参与|参加|协同配合|协同推进|协同|协助|支持|指导|"
    "监督|督促检查|督促|督导|督查|考核|具体负责|分工负责|共同负责|负责落实|负责组织实施|负责实施|负责|抓好落实|组织落实|组织实施|落实"
)
ROLE_VERBS = tuple(_VERBS.split("|"))
_VERB = re.compile(
    r"(?P<manner>(?:按照?|根据|依)(?:各自)?(?:职责|职能)(?:分工)?(?:分别|共同|协同|协作)?|分工|分别|共同)?"
    rf"(?P<verb>{_VERBS})$"
)
_ROLE_OF: tuple[tuple[str, Role], ...] = (
    ("牵头", "lead"),
    ("主办", "lead"),
    ("主责", "lead"),
    ("配合", "cooperating"),
    ("参与", "cooperating"),
    ("参加", "cooperating"),
    ("协同", "cooperating"),
    ("协助", "cooperating"),
    ("协办", "cooperating"),
    ("支持", "cooperating"),
    ("指导", "guiding"),
    ("监督", "supervising"),
    ("督", "supervising"),
    ("考核", "supervising"),
)
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


def role_of(word: str) -> Role:
    """Return the role that a word gives; every other word of duty makes responsible.

    Example:
        >>> role_of("牵头单位"), role_of("按职责分工负责"), role_of("协办单位")
        ('lead', 'responsible', 'cooperating')
    """
    return next((role for stem, role in _ROLE_OF if stem in word), "responsible")


def labels(norm: str, start: int, end: int) -> list[Label]:
    """Return the labels of responsibility and of other fields in reading order."""
    if norm.find(":", start, end) < 0:
        return []
    found = [
        Label(Span(*m.span()), Span(*m.span("label")), role_of(m["label"])) for m in _LABEL.finditer(norm, start, end)
    ]
    for m in _FIELD_LABEL.finditer(norm, start, end):
        key: FieldKey = "scope" if "范围" in m["label"] else "deadline"
        found.append(Label(Span(*m.span()), Span(*m.span("label")), "responsible", key))
    return sorted(found, key=lambda x: x.span.start)


def verb_at_end(norm: str, start: int, end: int) -> tuple[int, Span | None, Word | None]:
    """Take manner and verb off the end of a list.

    Returns:
        Where the list ends, the manner (按职责分工), the role word; None for what is not there.
    """
    m = _VERB.search(norm[start:end])
    if m is None:
        return end, None, None
    verb = Span(start + m.start("verb"), start + m.end("verb"))
    manner = Span(start + m.start("manner"), start + m.end("manner")) if m["manner"] else None
    keeps = manner is not None and norm[manner.start : manner.end].startswith(("按", "根据", "依"))
    return start + m.start(), manner if keeps else None, Word(verb, role_of(m["verb"]))


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

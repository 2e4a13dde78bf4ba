"""The inside of a responsibility statement: whom it names, in which role, and what else it says.

Takes a stretch of normalised text that is known or suspected to be such a list. Guarantees: bodies are in written
order; names that no register knows are kept as written; what is neither body nor field is returned as `rest`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.extract import roles
from kgbuild.extract.brackets import split_top
from kgbuild.model import BodyMention, FieldMention, Role, Span
from kgbuild.text import trim
from kgbuild.text.numerals import deadline_iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon

_OPEN_TAIL = re.compile(
    r"等(?P<more>(?:各)?(?:有关|相关)(?:部门|单位|地区|地方))?(?:\d{1,2}个|多个|各|多)?(?:部门|单位|部委|机构|厅局|地|方面)?$"
)
_UNNAMED = re.compile(r"^(?:[省市县区州]|国务院|各|市级|省级|全[省市])*(?:有关|相关)(?:部门|单位|地区|部委)$")
_JOIN = re.compile(r"以及|会同|及其|及|和|与|联合")
_TOGETHER = {"会同", "联合"}
_NOT_NAME = re.compile(r"^(?:各自|分别|共同|按职责|下同|详见|见|含|包括|其中|以下简称|简称|注|如|如下)")
_DEADLINE = re.compile(
    r"(?:年|月|季度|半年|底前|前|日)(?:底|末|初)?(?:前|内|之前)?(?:完成|取得|启动|实施|开始|建成|落实|出台|印发|基本)|持续推进|长期坚持|长期|全年|常态化|年底前|\d月底"
)


@dataclass(slots=True)
class PartyList:
    """What a list holds, gathered left to right."""

    bodies: list[BodyMention] = field(default_factory=list)
    fields: list[FieldMention] = field(default_factory=list)
    open_list: bool = False
    labelled: bool = False
    verbs: int = 0
    known: int = 0
    rest: list[Span] = field(default_factory=list)
    leads_rule: Span | None = None


def parse_party_list(norm: str, start: int, end: int, lexicon: Lexicon, *, year: int | None) -> PartyList:
    """Read the inside of a bracket, a labelled line or a cell."""
    out = PartyList()
    end = _take_rules(norm, start, end, out)
    found = roles.labels(norm, start, end)
    out.labelled = any(x.field is None for x in found)
    at, label = start, None
    for nxt in [*found, None]:
        stop = nxt.span.start if nxt else end
        _segment(norm, at, stop, label, lexicon, out, year)
        at, label = (nxt.span.end, nxt) if nxt else (stop, None)
    _complete_shared(out, lexicon)
    return out


def _take_rules(norm: str, start: int, end: int, out: PartyList) -> int:
    """Take rules for later items off the end of the list; return where the list itself ends."""
    if rule := roles.first_leads(norm, start, end):
        out.leads_rule = rule
        out.fields.append(FieldMention(span=rule, key="role_rule"))
        end = min(end, rule.start)
    if standing := roles.standing_rule(norm, start, end):
        span, key = standing
        out.fields.append(FieldMention(span=trim(norm, span.start, span.end), key=key))
        end = min(end, span.start)
    while end > start and norm[end - 1] in ",;。、 \n":
        end -= 1
    return end


def _segment(
    norm: str, start: int, end: int, label: roles.Label | None, lexicon: Lexicon, out: PartyList, year: int | None
) -> None:
    """Read what stands under one label, or under none."""
    for part in split_top(norm, start, end, ";。"):
        governing = label if part.start == start else _unless_field(label)
        if governing is not None and governing.field is not None:
            _field(norm, part, governing, out, year)
            continue
        for group in split_top(norm, part.start, part.end, ","):
            span = trim(norm, group.start, group.end)
            if len(span):
                _group(norm, span, governing, lexicon, out, year)


def _unless_field(label: roles.Label | None) -> roles.Label | None:
    return None if label is None or label.field else label


def _field(norm: str, part: Span, label: roles.Label, out: PartyList, year: int | None) -> None:
    span = trim(norm, part.start, part.end)
    while span.end > span.start and norm[span.end - 1] in ",、":
        span = trim(norm, span.start, span.end - 1)
    if len(span) and label.field:
        iso = deadline_iso(norm[span.start : span.end], year) if label.field == "deadline" else None
        out.fields.append(FieldMention(span=span, key=label.field, iso=iso))


def _group(
    norm: str, span: Span, label: roles.Label | None, lexicon: Lexicon, out: PartyList, year: int | None
) -> None:
    """Read the names between two commas, with the role word behind them."""
    text = norm[span.start : span.end]
    stop, manner, verb = roles.verb_at_end(norm, span.start, span.end)
    if verb and lexicon.is_registered(text):  # a name may end in a word of duty
        stop, manner, verb = span.end, None, None
    if manner:
        out.fields.append(FieldMention(span=manner, key="manner"))
    if verb is None and _DEADLINE.search(text) and not lexicon.is_party(text):
        out.fields.append(FieldMention(span=span, key="deadline", iso=deadline_iso(text, year)))
        return
    out.verbs += verb is not None
    role: Role = verb.role if verb else (label.role if label else "responsible")
    basis = verb.span if verb else (label.word if label else None)
    start = span.start + (1 if text.startswith("由") else 0)
    for name, joined in _names(norm, start, stop, lexicon, out):
        own_role: Role = "cooperating" if joined else role
        _add(norm, name, own_role, joined or basis, verb, label, lexicon, out)


def _names(norm: str, start: int, end: int, lexicon: Lexicon, out: PartyList) -> Iterator[tuple[Span, Span | None]]:
    """Yield the names of a list; the second value is the word that joins one as a helper (会同)."""
    for part in split_top(norm, start, end, "、"):
        span = trim(norm, part.start, part.end)
        text = norm[span.start : span.end]
        tail = _OPEN_TAIL.search(text)
        # 等 closes a list only behind a name: 平等 is a word
        if tail and tail.start() and (lexicon.is_party(text[: tail.start()]) or not lexicon.is_party(text)):
            out.open_list = True
            yield from _joined(norm, trim(norm, span.start, span.start + tail.start()), lexicon)
            if tail["more"]:
                yield Span(span.start + tail.start("more"), span.start + tail.end("more")), None
        elif len(span):
            yield from _joined(norm, span, lexicon)


def _joined(norm: str, span: Span, lexicon: Lexicon) -> Iterator[tuple[Span, Span | None]]:
    """Split at 和, 及, 会同 where a party stands on both sides; a name may hold 和 itself."""
    text = norm[span.start : span.end]
    for m in _JOIN.finditer(text):
        left, right = text[: m.start()], text[m.end() :]
        if not left or not right or (lexicon.is_registered(text) and m[0] not in _TOGETHER):
            continue
        left_name = re.sub(r"等$", "", left)
        if lexicon.is_party(left_name) and lexicon.is_party(right):
            yield Span(span.start, span.start + len(left_name)), None
            word = Span(span.start + m.start(), span.start + m.end()) if m[0] in _TOGETHER else None
            for name, _ in _joined(norm, Span(span.start + m.end(), span.end), lexicon):
                yield name, word
            return
    yield span, None


def _add(
    norm: str,
    span: Span,
    role: Role,
    basis: Span | None,
    verb: roles.Word | None,
    label: roles.Label | None,
    lexicon: Lexicon,
    out: PartyList,
) -> None:
    text = norm[span.start : span.end]
    if not text or _NOT_NAME.match(text) or not re.search(r"[\u4e00-\u9fff]{2}", text):
        if text:
            out.rest.append(span)
        return
    known = lexicon.is_party(text)
    out.known += known
    if _UNNAMED.match(text) and out.bodies:
        out.open_list = True
    rule = "role-word" if verb else "label" if label else "list"
    out.bodies.append(BodyMention(span=span, surface=text, role=role, role_basis=basis, rule=rule))


def _complete_shared(out: PartyList, lexicon: Lexicon) -> None:
    """Complete names that share a tail (沧州、邢台市政府) or a head (省医保局甲处、乙处)."""
    bodies = out.bodies
    for i, body in enumerate(bodies):
        full = None
        if lexicon.places(body.surface):
            full = next((t for t in (_tail(b.surface, lexicon) for b in bodies[i + 1 :]) if t), None)
            full = full and body.surface + full
        elif i and re.search(r"(?:处|科|室)$", body.surface) and not lexicon.is_registered(body.surface):
            head = lexicon.find_parties(bodies[i - 1].surface)
            if head and head[0].start == 0 and re.search(r"(?:处|科|室)$", bodies[i - 1].surface):
                full = bodies[i - 1].surface[: head[0].end] + body.surface
        if full:
            bodies[i] = BodyMention(
                span=body.span, surface=full, role=body.role, role_basis=body.role_basis, rule="shared-part"
            )


def _tail(surface: str, lexicon: Lexicon) -> str | None:
    """What follows the bare place in 邢台市政府: 市政府."""
    m = re.search(r"(?<=.)(?:[市县区州盟旗]|自治[州县])?(?:人民政府|政府)$", surface)
    return m[0] if m and lexicon.places(surface[: m.start()]) else None

"""Documents that a text cites: 《…》 with nested 〈…〉 or 《…》, the number behind, short forms defined in the text.

Takes normalised text. Guarantees: every 《 that is closed gives one citation, nested ones belong to the outer one;
a short form is resolved only where the text itself defines it or cites exactly one document that it shortens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import CitationMention, Finding, Span
from kgbuild.terms import key_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TITLE = 200
_NUMBER_BEHIND = re.compile(
    r" ?\( ?([\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{0,18} ?[〔\[(] ?(?:19|20)\d\d ?[〕\])] ?\d{1,5} ?号)(?:[,;、 ][^()]*)?\)"
)
_DEFINED = re.compile(r"(?:以下|下)(?:统称|简称|均简称)(?:为)? ?[“《]([^“”《》]{2,20})[”》]")
_KINDS: tuple[tuple[str, str], ...] = (
    ("行动计划", "action_plan"),
    ("纲要", "outline"),
    ("规划", "development_plan"),
    ("实施方案", "implementation_plan"),
    ("工作方案", "implementation_plan"),
    ("方案", "implementation_plan"),
    ("要点", "key_points"),
    ("意见", "opinion"),
    ("通知", "notice"),
    ("决定", "decision"),
    ("条例", "regulation"),
    ("规定", "rules"),
    ("办法", "measures"),
    ("细则", "detailed_rules"),
    ("措施", "measures"),
    ("计划", "plan"),
    ("协定", "agreement"),
    ("法", "law"),
    ("目录", "catalogue"),
    ("指南", "guideline"),
    ("标准", "standard"),
    ("清单", "list"),
)
GENERIC = frozenset(
    {"纲要", "规划", "意见", "通知", "方案", "办法", "条例", "计划", "决定", "实施方案", "行动计划", "实施意见", "要点"}
)


def find_citations(
    norm: str, start: int, end: int, *, own_title: str | None
) -> tuple[list[CitationMention], list[Finding]]:
    """Return the citations in reading order, and a finding for each short form that cannot be resolved.

    Args:
        norm: Normalised text.
        start: Where to begin.
        end: Where to stop.
        own_title: Title of the document or plan itself; a citation of it resolves to `self`.
    """
    raw = list(_spans(norm, start, end))
    defined = {m[1]: m.start() for m in _DEFINED.finditer(norm, start, end)}
    full = [norm[s.start + 1 : s.end - 1] for s in raw]
    out, findings = [], []
    for span, title in zip(raw, full, strict=True):
        behind = _NUMBER_BEHIND.match(norm, span.end, min(span.end + 60, len(norm)))
        resolved = _resolve(norm, title, span, raw, full, defined, own_title)
        if resolved is None and title in GENERIC:
            findings.append(Finding(code="unresolved-citation", severity="info", span=span, detail=(("text", title),)))
        out.append(
            CitationMention(
                span=span,
                title=title,
                number=key_text(behind[1]) if behind else None,
                number_span=Span(behind.start(1), behind.end(1)) if behind else None,
                kind=next((kind for word, kind in _KINDS if re.search(rf"{word}(?:\(.*\))?$", title)), None),
                resolved=resolved,
            )
        )
    return out, findings


def _spans(norm: str, start: int, end: int) -> Iterator[Span]:
    depth, opened = 0, start
    for i in range(start, end):
        c = norm[i]
        if c == "《":
            if not depth:
                opened = i
            depth += 1
        elif c == "》" and depth:
            depth -= 1
            if not depth and 1 < i - opened <= MAX_TITLE:
                yield Span(opened, i + 1)
        elif c == "\n" and depth and norm[i : i + 2] == "\n\n":
            depth = 0


def _resolve(
    norm: str, title: str, span: Span, raw: list[Span], full: list[str], defined: dict[str, int], own: str | None
) -> str | None:
    """Title of the document meant, where it is sure; `self` for the document itself."""
    if own and key_text(title) == key_text(own):
        return "self"
    if title in defined:
        before = [t for s, t in zip(raw, full, strict=True) if s.end <= defined[title] and t != title]
        return before[-1] if before else None
    if title in GENERIC:
        fitting = {t for t in full if t != title and t.endswith(title)}
        return None if len(fitting) != 1 else None
    return title if len(title) >= 5 else None

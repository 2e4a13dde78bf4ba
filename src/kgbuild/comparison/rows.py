"""A comparison as rows and as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kgbuild.comparison.words import mark, unwrapped
from kgbuild.store import Rows
from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kgbuild.comparison.changes import Change, Comparison, FactChange, HeadingChange
    from kgbuild.comparison.plan import Plan, PlanAction, PlanFact
    from kgbuild.store import Value

COLUMNS = ("change", "moved", "grade", "likeness", "pathBefore", "pathAfter", "before", "after", "facts")
VERSION = "1.0"
_SIGNS = {"gained": "+", "lost": "-", "changed": "~"}


def to_rows(comparison: Comparison) -> Rows:
    """Return one row for each change of an action."""
    return Rows(columns=COLUMNS, rows=tuple(_row(c) for c in comparison.changes))


def _row(change: Change) -> tuple[Value, ...]:
    a, b = change.before, change.after
    return (
        change.kind,
        change.moved,
        change.grade if a and b else None,
        Decimal(str(change.likeness)) if a and b else None,
        a.path if a else None,
        b.path if b else None,
        unwrapped(a.text) if a else None,
        unwrapped(b.text) if b else None,
        "; ".join(map(fact_text, change.facts)) or None,
    )


def fact_text(change: FactChange) -> str:
    """Return a change of a fact in short form: sign, kind, name, and role or values.

    Example: `+ body 省教育厅 (lead)`, `~ body 省科协 (lead → cooperating)`, `~ indicator 覆盖率 6.5% → 8%`.
    """
    fact = change.fact
    name = "" if fact.kind == "deadline" else f" {fact.label}"
    roles = " → ".join(roles_of(change))
    role = f" ({roles})" if roles else ""
    return f"{_SIGNS[change.change]} {fact.kind}{name}{role}{values_of(change)}"


def roles_of(change: FactChange) -> list[str]:
    """Return the role of a body, both roles if it has changed; [] for other facts."""
    sides = (change.before, change.after)
    return [f.role for f in sides if f is not None and f.kind == "body" and f.role]


def values_of(change: FactChange) -> str:
    """Return the values of a change, earlier one first; '' if there are none."""
    values = [f.value for f in (change.before, change.after) if f is not None and f.value]
    return " " + " → ".join(values) if values else ""


def to_json(comparison: Comparison, words: Callable[[str], list[str]]) -> dict[str, Any]:
    """Return a comparison as JSON; offsets are code points of the read texts.

    Args:
        comparison: The comparison.
        words: Segments a text into words, to mark reworded parts.
    """
    return {
        "diff_version": VERSION,
        "before": _plan(comparison.before),
        "after": _plan(comparison.after),
        "counts": comparison.counts,
        "facts": _facts(comparison.facts),
        "headings": [_heading(h) for h in comparison.headings],
        "actions": [_change(c, words) for c in comparison.changes],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "iri": bare(plan.node),
        "title": plan.title,
        "number": plan.number or None,
        "issuers": list(plan.issuers),
        "date": plan.dated or None,
        "year": plan.year or None,
        "source": bare(plan.text) or None,
        "actions": len(plan.actions),
    }


def _change(change: Change, words: Callable[[str], list[str]]) -> dict[str, Any]:
    out: dict[str, Any] = {"change": change.kind, "moved": change.moved}
    a, b = change.before, change.after
    if a and b:
        out |= {"grade": change.grade, "likeness": change.likeness}
    out |= {"before": _action(a), "after": _action(b), "facts": _facts(change.facts)}
    if a and b and change.kind != "kept":
        left, right = mark(a.text, b.text, words)
        out["removed"] = [p.text for p in left if p.differs]
        out["added"] = [p.text for p in right if p.differs]
    return out


def _action(action: PlanAction | None) -> dict[str, Any] | None:
    if action is None:
        return None
    span = {"start": action.span.start, "end": action.span.end}
    return {"iri": bare(action.node), "path": action.path, "headings": list(action.titles), "span": span,
            "text": action.text}  # fmt: skip


def _facts(changes: Iterable[FactChange]) -> list[dict[str, Any]]:
    return [{"kind": c.kind, "change": c.change, "before": _fact(c.before), "after": _fact(c.after)} for c in changes]


def _fact(fact: PlanFact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    more = {"role": fact.role, "value": fact.value}
    return {"key": bare(fact.key), "label": fact.label, **{k: v for k, v in more.items() if v},
            "evidence": bare(fact.evidence)}  # fmt: skip


def _heading(change: HeadingChange) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    return {
        "change": change.kind,
        **{side: {"iri": bare(h.node), "path": h.path, "title": h.title} if h else None for side, h in sides.items()},
    }

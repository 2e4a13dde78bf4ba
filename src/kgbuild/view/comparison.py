"""The differences between two plans: a self-contained page with both wordings side by side, and Markdown.

The page loads no resources, and its content security policy allows only its own script, by hash. It is readable without
the script, and printing shows all changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kgbuild.comparison.changes import KINDS
from kgbuild.comparison.rows import roles_of, values_of
from kgbuild.comparison.words import DiffSegment, characters, mark, unwrapped
from kgbuild.errors import visible
from kgbuild.view.facts import Both
from kgbuild.view.reading import environment, hash_of, template_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kgbuild.comparison.changes import Change, Comparison, FactChange, HeadingChange
    from kgbuild.comparison.plan import Plan, PlanAction

WORDS: dict[str, Both] = {
    "page": Both("计划对比", "Two plans compared"),
    "before": Both("前一计划", "Earlier plan"),
    "after": Both("后一计划", "Later plan"),
    "skip": Both("跳到对比", "Skip to the changes"),
    "show": Both("显示", "Show"),
    "language": Both("English", "中文"),
    "actions": Both("项行动", "actions"),
    "facts": Both("总体得失", "Gained and lost on the whole"),
    "headings": Both("标题", "Headings"),
    "listed": Both("逐项对比", "Actions"),
    "change": Both("变化", "Change"),
    "moved": Both("移位", "moved"),
    "kept": Both("保留", "kept"),
    "reworded": Both("改写", "reworded"),
    "split": Both("拆分", "split"),
    "merged": Both("合并", "merged"),
    "new": Both("新增", "new"),
    "dropped": Both("取消", "dropped"),
    "renamed": Both("改名", "renamed"),
    "gained": Both("增", "gained"),
    "lost": Both("减", "lost"),
    "changed": Both("变", "changed"),
    "body": Both("责任主体", "Body"),
    "population": Both("人群", "Population"),
    "initiative": Both("专名", "Named thing"),
    "deadline": Both("时限", "Deadline"),
    "indicator": Both("指标", "Target"),
    "grade": Both("把握", "grade"),
    "exact": Both("原文相同", "exact"),
    "rule": Both("高", "high"),
    "context": Both("中", "medium"),
    "doubtful": Both("存疑", "doubtful"),
    "also": Both("另见", "see also"),
    "nothing": Both("（无对应）", "(nothing like it)"),
}
ROLES: dict[str, Both] = {
    "lead": Both("牵头", "lead"),
    "cooperating": Both("配合", "cooperating"),
    "guiding": Both("指导", "guiding"),
    "supervising": Both("监督", "supervising"),
    "responsible": Both("负责", "responsible"),
}
Partners = dict[tuple[str, str], list[tuple[int, str]]]
"""For each action of a side (side, path): the changes it takes part in, as number of the change and partner's path."""
_FACTS = ("body", "population", "initiative", "deadline", "indicator")


def comparison_page(
    comparison: Comparison, *, lang: str = "zh", words: Callable[[str], list[str]] = characters, back: str = ""
) -> str:
    """Return the HTML page of a comparison.

    Args:
        comparison: The differences.
        lang: Language that is shown first; the page contains both.
        words: Splits a text into the words to compare.
        back: Address that the heading links to, '' for none.
    """
    script = template_file("comparison.js")
    counts = comparison.counts
    numbers = {id(c): n for n, c in enumerate(comparison.changes, 1)}
    partners = _partners(comparison, numbers)
    shown = [h for h in comparison.headings if h.kind != "kept"]
    return (
        environment()
        .get_template("comparison.html.j2")
        .render(
            lang=lang,
            back=back,
            before=_card(comparison.before),
            after=_card(comparison.after),
            counts=[(kind, counts[kind]) for kind in (*KINDS, "moved")],
            facts=[
                (kind, found) for kind in _FACTS if (found := [_fact(f) for f in comparison.facts if f.kind == kind])
            ],
            headings=shown,
            changes=[_change(c, partners, numbers, words) for c in comparison.changes],
            words=WORDS,
            style=template_file("reading.css") + template_file("comparison.css"),
            script=script,
            script_hash=hash_of(script),
        )
    )


def _partners(comparison: Comparison, numbers: Mapping[int, int]) -> Partners:
    out: Partners = {}
    for c in comparison.changes:
        if c.before and c.after:
            out.setdefault(("before", c.before.node), []).append((numbers[id(c)], c.after.path))
            out.setdefault(("after", c.after.node), []).append((numbers[id(c)], c.before.path))
    return out


def _card(plan: Plan) -> dict[str, Any]:
    about = [x for x in ("、".join(plan.issuers), plan.number, plan.dated) if x]
    return {"title": plan.title, "about": about, "actions": len(plan.actions)}


def _change(
    change: Change,
    partners: Partners,
    numbers: Mapping[int, int],
    words: Callable[[str], list[str]],
) -> dict[str, Any]:
    a, b = change.before, change.after
    left: list[DiffSegment] = [DiffSegment(unwrapped(a.text), differs=b is None)] if a else []
    right: list[DiffSegment] = [DiffSegment(unwrapped(b.text), differs=a is None)] if b else []
    if a and b:
        left, right = mark(a.text, b.text, words)
    here = numbers[id(change)]
    return {
        "kind": change.kind,
        "moved": change.moved,
        "grade": change.grade if a and b else "",
        "likeness": f"{change.likeness:.2f}" if a and b else "",
        "before": _side(a, "before", partners, here),
        "after": _side(b, "after", partners, here),
        "left": left,
        "right": right,
        "facts": [_fact(f) for f in change.facts],
    }


def _side(action: PlanAction | None, side: str, partners: Partners, here: int) -> dict[str, Any] | None:
    if action is None:
        return None
    return {
        "path": action.path,
        "under": " › ".join(action.titles),
        "start": action.span.start,
        "end": action.span.end,
        "others": [(n, path) for n, path in partners.get((side, action.node), ()) if n != here],
    }


def _fact(change: FactChange) -> dict[str, Any]:
    fact = change.fact
    roles = [ROLES[role] for role in roles_of(change) if role in ROLES]
    return {
        "change": change.change,
        "kind": fact.kind,
        "label": None if fact.kind == "deadline" else Both(fact.label, fact.english or fact.label),
        "role": Both(" → ".join(r.zh for r in roles), " → ".join(r.en for r in roles)) if roles else None,
        "value": values_of(change).strip(),
    }


# -- Markdown -----------------------------------------------------------------------------------------------------
def comparison_markdown(comparison: Comparison, *, lang: str = "en", words: Callable[[str], list[str]]) -> str:
    """Return a comparison as Markdown, with ~~deletions~~ and **insertions** marked.

    Args:
        comparison: The differences.
        lang: Language of headings and labels.
        words: Splits a text into the words to compare.
    """
    labels = {key: getattr(both, lang) for key, both in WORDS.items()}
    lines = [f"# {_plain(comparison.before.title)} → {_plain(comparison.after.title)}", ""]
    counts = comparison.counts
    lines += [f"{labels[kind]} {counts[kind]}" + (" · " if kind != "moved" else "") for kind in (*KINDS, "moved")]
    lines = [*lines[:2], "".join(lines[2:]), ""]
    if comparison.facts:
        lines += [f"## {labels['facts']}", "", *_fact_lines(comparison.facts, labels, lang), ""]
    if headings := [h for h in comparison.headings if h.kind != "kept"]:
        lines += [f"## {labels['headings']}", "", *(_heading_line(h, labels) for h in headings), ""]
    lines += [f"## {labels['listed']}", ""]
    for c in comparison.changes:
        lines += _change_lines(c, labels, lang, words)
    return "\n".join(lines).rstrip() + "\n"


def _change_lines(change: Change, labels: dict[str, str], lang: str, words: Callable[[str], list[str]]) -> list[str]:
    a, b = change.before, change.after
    paths = " → ".join(x.path for x in (a, b) if x)
    marks = [labels[change.kind], *([labels["moved"]] if change.moved else [])]
    grade = [f"{labels['grade']} {labels[change.grade]}"] if a and b else []
    lines = [f"### {paths} {' · '.join([*marks, *grade])}", ""]
    if a and b and change.kind != "kept":
        left, right = mark(a.text, b.text, words)
        lines += [f"- {_marked(left, '~~')}", f"+ {_marked(right, '**')}".replace("+ ", "- ", 1)]
    elif x := b or a:
        lines.append(f"- {_plain(unwrapped(x.text))}")
    if change.facts:
        lines += ["", *_fact_lines(change.facts, labels, lang)]
    return [*lines, ""]


def _fact_lines(facts: Iterable[FactChange], labels: dict[str, str], lang: str) -> list[str]:
    lines = []
    for change in facts:
        f = _fact(change)
        role = f" ({getattr(f['role'], lang)})" if f["role"] else ""
        name = _plain(getattr(f["label"], lang)) if f["label"] else ""
        parts = [labels[f["change"]], labels[f["kind"]], name + role, _plain(f["value"])]
        lines.append("- " + " ".join(p for p in parts if p))
    return lines


def _heading_line(change: HeadingChange, labels: dict[str, str]) -> str:
    sides = [f"{h.path} {_plain(h.title)}" for h in (change.before, change.after) if h]
    return f"- {labels[change.kind]}: {' → '.join(sides)}"


def _marked(pieces: Iterable[DiffSegment], sign: str) -> str:
    return "".join(f"{sign}{_plain(p.text)}{sign}" if p.differs and p.text.strip() else _plain(p.text) for p in pieces)


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", visible(" ".join(text.split())))

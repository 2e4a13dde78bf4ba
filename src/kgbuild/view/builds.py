"""The differences between two builds of the same documents, as Markdown."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from kgbuild.errors import visible
from kgbuild.terms import gplan
from kgbuild.view.comparison import WORDS as COMPARED
from kgbuild.view.facts import Both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.comparison.builds import BuildChange, BuildDiff

WORDS: dict[str, Both] = {
    "inferred": Both("推断所得", "inferred statements"),
    "vocabulary": Both("词表条目", "entries of vocabularies"),
    "gained": Both("增加", "gained"),
    "lost": Both("减少", "lost"),
    "changed": Both("变化", "changed"),
    "title": Both("两次构建的差别", "What changed between two builds"),
    "same": Both("两次构建相同。", "The builds are the same."),
    "aside": Both("另有证据片段等随之变化的陈述：", "Further statements of spans, and such as follow from these:"),
    "renamed": Both("名称不变，标识已换", "same name, another identifier"),
    "more": Both("另有", "and more:"),
    "type": Both("类别", "class"),
    "label": Both("名称", "name"),
    "Ontology": Both("图的说明", "description of the graph"),
    "read": Both("另一文本，行动：", "another text; actions:"),
}
_QUOTED, _PLACES = 60, 6


def builds_markdown(diff: BuildDiff, *, lang: str = "en", most: int | None = None) -> str:
    """Return a comparison of two builds as Markdown, with a heading for each kind of statement.

    Args:
        diff: The differences.
        lang: `zh` or `en`.
        most: Most changes to list per kind; None lists all.
    """
    labels = {key: getattr(both, lang) for key, both in WORDS.items()}
    lines = [f"# {labels['title']}", ""]
    if not diff.differs:
        return "\n".join([*lines, labels["same"]]) + "\n"
    several = len({c.document for c in diff.changes} - {""}) > 1
    for kind, group in groupby(diff.changes, key=lambda c: c.kind):
        changes = list(group)
        counts: Counter[str] = Counter()
        for c in changes:
            counts[c.change] += c.times
        numbers = ", ".join(f"{labels[change]} {n}" for change, n in sorted(counts.items()))
        name = diff.words(gplan(kind), lang)
        lines += [f"## {labels.get(name, name)}: {numbers}", ""]
        told = _told(diff, changes, labels, lang, is_named=several)
        lines += [f"- {line}" for line in told[:most]]
        if most is not None and len(told) > most:
            lines.append(f"- {labels['more']} {len(told) - most}")
        lines.append("")
    if diff.aside:
        lines += [f"{labels['aside']} {diff.aside}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _told(
    diff: BuildDiff, changes: list[BuildChange], labels: dict[str, str], lang: str, *, is_named: bool
) -> list[str]:
    """Return one line for each statement, with all places at which it is made."""
    lines: dict[tuple[str, str], list[BuildChange]] = {}
    for c in changes:
        key = (c.document if is_named else "", " · ".join(_plain(p) for p in _parts(diff, c, labels, lang)))
        lines.setdefault(key, []).append(c)
    out = []
    for (document, text), group in lines.items():
        places = list(dict.fromkeys(c.where for c in group if c.where))
        more = f" … ({len(places)})" if len(places) > _PLACES else ""
        title = f"《{document.strip('《》')}》" if document else ""
        place = " ".join(p for p in (_plain(title), _plain(", ".join(places[:_PLACES])) + more) if p)
        times = sum(c.times for c in group)
        out.append(" · ".join(p for p in (place, text, f"× {times}" if times > 1 else "") if p))
    return out


def _parts(diff: BuildDiff, c: BuildChange, labels: dict[str, str], lang: str) -> Iterator[str]:
    if c.prop:
        name = diff.words(c.prop, lang)  # no ontology of ours names those of RDF
        yield labels.get(name, name)
    before, after = (_clipped(diff.in_words(side, lang)) for side in (c.before, c.after))
    if c.kind == "SourceText" and after:
        counts = re.sub("[a-z]+", lambda kind: str(getattr(COMPARED[kind[0]], lang)), after)
        yield f"{labels['read']} {counts}"
    elif before and before == after:
        yield f"{before} ({labels['renamed']})"
    elif before and after:
        yield f"{before} → {after}"
    elif before or after:
        yield f"{'−' if before else '+'} {before or after}"
    else:
        yield labels[c.change]


def _clipped(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 2 * _QUOTED else f"{words[:_QUOTED]}…{words[-_QUOTED // 2 :]}"


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", visible(text))

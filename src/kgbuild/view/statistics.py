"""The statistics of a corpus as a self-contained page: a table with bars for each kind of count.

The page loads no resources and runs no script. Bars are part of the tables, so that it also works in print and with
screen readers.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from kgbuild.view.facts import Both
from kgbuild.view.reading import environment, template_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from kgbuild.store import Rows

WORDS: dict[str, Both] = {
    "page": Both("文件库统计", "Figures of a corpus"),
    "language": Both("English", "中文"),
    "documents": Both("文件", "Documents"),
    "actions": Both("行动", "Actions"),
    "bodies": Both("机构提及", "Mentions of bodies"),
    "resolvedShare": Both("识别率", "Resolved"),
    "unparsedShare": Both("未理解", "Not understood"),
    "unknown": Both("不详", "not known"),
    "none": Both("文件库中没有文件。", "The corpus holds no document."),
}
TABLES: dict[str, Both] = {
    "state": Both("处理结果", "State"),
    "year": Both("年份", "Year"),
    "level": Both("层级", "Level"),
    "kind": Both("文种", "Kind of document"),
    "mirror": Both("同一文件的不同文本", "Mirrors of one document"),
    "forwarded": Both("转发", "Forwarded documents"),
    "near-duplicate": Both("近似文本", "Nearly the same text"),
    "series": Both("历年系列", "Series over years"),
    "finding": Both("检查发现", "Findings"),
}
STATES: dict[str, Both] = {
    "built": Both("已构建", "built"),
    "failed": Both("失败", "failed"),
    "duplicate": Both("重复", "duplicate"),
}
_FIGURES = ("documents", "actions", "bodies", "resolvedShare", "unparsedShare")
_SHARES = ("resolvedShare", "unparsedShare")


def statistics_page(rows: Rows, names: Mapping[tuple[str, str], Both], *, title: str, lang: str = "zh") -> str:
    """Return the page.

    Args:
        rows: The result of `kgbuild.api.corpus_stats`.
        names: Label by table and value; values without a label are shown as they are.
        title: Name of the corpus, added to the title of the page.
        lang: Language that is shown first; the page contains both.
    """
    tables = [
        _table(name, list(group), names) for name, group in groupby((_by_column(rows, r) for r in rows.rows), _name)
    ]
    return (
        environment()
        .get_template("statistics.html.j2")
        .render(lang=lang, title=title, tables=tables, words=WORDS, style=template_file("reading.css"))
    )


def _by_column(rows: Rows, row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(rows.columns, row, strict=True))


def _name(row: Mapping[str, Any]) -> str:
    return str(row["table"])


def _table(name: str, rows: list[dict[str, Any]], names: Mapping[tuple[str, str], Both]) -> dict[str, Any]:
    figures = [f for f in _FIGURES if any(row[f] is not None for row in rows)]
    most = max(int(row["documents"]) for row in rows)
    return {
        "title": TABLES.get(name, Both(name, name)),
        "heads": [WORDS[f] for f in figures],
        "rows": [
            {
                "label": _label(name, str(row["value"]), names),
                "part": round(100 * int(row["documents"]) / most, 1) if most else 0,
                "cells": [_share(row[f]) if f in _SHARES else _count(row[f]) for f in figures],
            }
            for row in rows
        ],
    }


def _label(table: str, value: str, names: Mapping[tuple[str, str], Both]) -> Both:
    if value == "—":
        return WORDS["unknown"]
    return names.get((table, value)) or (STATES.get(value) if table == "state" else None) or Both(value, value)


def _share(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"

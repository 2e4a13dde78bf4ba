"""The summary that `build` prints about a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbuild.api.report import conforms, counts
from kgbuild.errors import visible

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.model import Span
    from kgbuild.pipeline import Built
    from kgbuild.store import Rows
    from kgbuild.validate import Report

_WORDS = {
    "en": {
        "number": "number",
        "issuer": "issuer",
        "date": "date",
        "none": "-",
        "further": " (+{count} in the same file)",
        "content": "{sections} sections, {actions} actions, {statements} with a responsibility statement",
        "bodies": "{bodies} bodies in {body_mentions} mentions, {bodies_unresolved} not in the register",
        "rest": (
            "{populations} populations, {named_things} named things, {citations} citations, {indicators} indicators"
        ),
        "findings": "findings: {violation} violations, {warning} warnings, {info} notes",
        "restored": "{corrections} altered places in the text restored",
        "coverage": (
            "of the plan {understood_share:.1%} in facts, {introductory_share:.1%} introductory, "
            "{not_understood_share:.1%} not understood ({unparsed_share:.1%} without a place)"
        ),
        "graph": "{asserted} asserted + {inferred} inferred statements",
        "conforms": {True: "conforms", False: "DOES NOT CONFORM", None: "not validated"},
        "clashes": "INCONSISTENT in {count} places; see kgbuild reason",
    },
    "zh": {
        "number": "字号",
        "issuer": "发文机关",
        "date": "成文日期",
        "none": "—",
        "further": "（另有公文 {count} 件）",
        "content": "章节 {sections}，行动 {actions}，其中有责任单位的 {statements}",
        "bodies": "单位 {bodies}，提及 {body_mentions} 次，未登记 {bodies_unresolved}",
        "rest": "人群 {populations}，专名 {named_things}，引用 {citations}，指标 {indicators}",
        "findings": "发现：错误 {violation}，警告 {warning}，提示 {info}",
        "restored": "还原被改动之处 {corrections}",
        "coverage": (
            "计划正文：成为事实 {understood_share:.1%}，引言 {introductory_share:.1%}，"
            "未读懂 {not_understood_share:.1%}（其中无处归属 {unparsed_share:.1%}）"
        ),
        "graph": "断言 {asserted} 条，推理 {inferred} 条",
        "conforms": {True: "符合约束", False: "不符合约束", None: "未校验"},
        "clashes": "有 {count} 处矛盾，详见 kgbuild reason",
    },
}


def summary(built: Built, validation: Report | None, lang: str = "en", target: Path | None = None) -> str:
    """Return the summary of one document, a few lines for a reader; see `Result.summary`."""
    found, words = built.annotations, _WORDS[lang]
    doc, figures = found.document, counts(found)
    header = doc.header

    def text(span: Span | None) -> str:
        return " ".join(doc.source.text[span.start : span.end].split()) if span else str(words["none"])

    number = header.number.normal if header.number else words["none"]
    issuers = " ".join(text(s) for s in header.issuers) or words["none"]
    signed = header.signed.iso if header.signed else words["none"]
    severity = _severities(built, validation)
    others = {plan.header for plan in doc.plans if plan.header}
    further = str(words["further"]).format(count=len(others)) if others else ""
    lines = [
        f"{visible(doc.source.name)}: {text(doc.title)}{further}",
        f"  {words['number']} {number} · {words['issuer']} {issuers} · {words['date']} {signed}",
        "  " + str(words["content"]).format(**figures),
        "  " + str(words["bodies"]).format(**figures),
        "  " + str(words["rest"]).format(**figures),
        "  "
        + str(words["findings"]).format(**severity)
        + (f" · {str(words['restored']).format(**figures)}" if figures["corrections"] else ""),
        "  " + str(words["coverage"]).format(**figures),
        "  "
        + str(words["graph"]).format(asserted=len(built.asserted), inferred=len(built.inferred))
        + f" · {_verdict(built, validation, words)}"
        + (f" → {target}" if target else ""),
    ]
    return "\n".join(lines)


COLUMNS = {
    "en": ("file", "title", "actions", "bodies", "unresolved", "findings", "seconds"),
    "zh": ("文件", "标题", "行动", "单位", "未登记", "发现", "秒"),
}
_COUNTED = ("actions", "bodies", "bodies_unresolved")


def row_of(built: Built, validation: Report | None) -> Rows:
    """Return the row of one document in a table of documents, in the order of `COLUMNS`, without the run time."""
    from kgbuild.store import Rows

    found = built.annotations
    doc, figures = found.document, counts(found)
    title = doc.title
    shown = "".join(doc.source.text[title.start : title.end].split()) if title else ""
    noted = sum(_severities(built, validation).values())
    row = (visible(doc.source.name), shown, *(figures[name] for name in _COUNTED), noted)
    return Rows(columns=COLUMNS["en"][:-1], rows=(row,))


def _verdict(built: Built, validation: Report | None, words: dict[str, Any]) -> str:
    if built.inconsistencies:
        return str(words["clashes"]).format(count=len(built.inconsistencies))
    verdicts: dict[bool | None, str] = words["conforms"]
    return verdicts[None if validation is None else conforms(built, validation)]


def _severities(built: Built, validation: Report | None) -> dict[str, int]:
    """Return the number of findings, of the builder and the shapes, by severity."""
    out = {"violation": 0, "warning": 0, "info": 0}
    for f in built.annotations.findings:
        out[f.severity] += 1
    for r in validation.results if validation else ():
        out[r.severity] += 1
    return out

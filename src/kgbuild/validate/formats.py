"""Verdicts in standard formats: SARIF 2.1.0, JUnit XML, GitHub annotations."""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from kgbuild.validate.render import on_one_line, place_of, rule_label, summary_line
from kgbuild.validate.report import SEVERITIES
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.validate.findings import GraphFinding, Verdict

_LEVEL = {"violation": "error", "warning": "warning", "info": "note"}
_GITHUB = {"violation": "error", "warning": "warning", "info": "notice"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# -- SARIF --------------------------------------------------------------------------------------------------------
def render_sarif(verdicts: Sequence[Verdict], lang: str = "en", *, baseline: bool = False) -> str:
    """Return verdicts as one SARIF log; columns count code points.

    Args:
        verdicts: The graphs.
        lang: Language of the messages.
        baseline: State for each result whether it is new.
    """
    found = [(v, f) for v in verdicts for f in v.findings]
    rules = sorted({f.rule for _, f in found})
    first = {f.rule: f for _, f in reversed(found)}
    run = {
        "tool": {
            "driver": {
                "name": "kgbuild",
                "version": __version__,
                "rules": [_rule(first[rule], lang) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(v, f, rules.index(f.rule), lang, baseline=baseline) for v, f in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(f: GraphFinding, lang: str) -> dict[str, Any]:
    out: dict[str, Any] = {"id": f.rule.strip("<>"), "defaultConfiguration": {"level": _LEVEL[f.severity]}}
    # The message of a rule is constant; that of a builder's finding depends on the instance.
    if f.origin == "shapes" and f.message(lang):
        out["shortDescription"] = {"text": f.message(lang)}
    if f.cure(lang):
        out["help"] = {"text": f.cure(lang)}
    return out


def _result(v: Verdict, f: GraphFinding, index: int, lang: str, *, baseline: bool) -> dict[str, Any]:
    text = " ".join(part for part in (f.message(lang), f.cure(lang)) if part)
    out: dict[str, Any] = {
        "ruleId": f.rule.strip("<>"),
        "ruleIndex": index,
        "level": _LEVEL[f.severity],
        "message": {"text": text or rule_label(f.rule)},
        "locations": [_location(v, f)],
        "partialFingerprints": {"kgbuild/v1": f.fingerprint},
    }
    if f.spot and f.spot.file and f.graph_line:
        out["relatedLocations"] = [{"physicalLocation": _physical(v.graph, {"startLine": f.graph_line})}]
    if f.spot and f.spot.quote:
        out["properties"] = {"quote": on_one_line(f.spot.quote), "start": f.spot.start, "end": f.spot.end}
    if baseline:
        out["baselineState"] = "unchanged" if f.is_known else "new"
    return out


def _location(v: Verdict, f: GraphFinding) -> dict[str, Any]:
    spot = f.spot
    logical = {"name": f.subject or f.node.strip("<>"), "fullyQualifiedName": f.node.strip("<>")}
    region: dict[str, Any] | None = None
    if spot and spot.file and spot.line is not None:
        region = {
            "startLine": spot.line,
            "startColumn": spot.column,
            "endLine": spot.end_line,
            "endColumn": spot.end_column,
            "snippet": {"text": on_one_line(spot.quote)},
        }
    elif f.graph_line and not (spot and spot.file):
        region = {"startLine": f.graph_line}
    return {
        "physicalLocation": _physical(spot.file if spot and spot.file else v.graph, region),
        "logicalLocations": [logical],
    }


def _physical(file: str, region: dict[str, Any] | None) -> dict[str, Any]:
    path = PurePath(file or "-")
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    return {"artifactLocation": {"uri": uri}} | ({"region": region} if region else {})


# -- JUnit --------------------------------------------------------------------------------------------------------
def render_junit(verdicts: Sequence[Verdict], lang: str = "en") -> str:
    """Return verdicts as JUnit XML: one suite for each graph; what counts against the graph is a failure."""
    suites = [_suite(v, lang) for v in verdicts]
    tests, failures = sum(tests for _, tests, _ in suites), sum(failures for *_, failures in suites)
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="kgbuild" tests="{tests}" failures="{failures}">\n'
    )
    return head + "".join(s[0] for s in suites) + "</testsuites>\n"


def _suite(v: Verdict, lang: str) -> tuple[str, int, int]:
    limit = SEVERITIES.index(v.report.fail_on)
    shown = [f for f in v.findings if not f.is_known]
    counting = [f for f in shown if SEVERITIES.index(f.severity) <= limit]
    cases = [_case(v, f, lang, is_failure=f in counting) for f in shown]
    if not counting:
        name = _attribute(summary_line(v, lang))
        cases.append(f"    <testcase classname={_attribute(v.graph)} name={name}/>\n")
    head = f'  <testsuite name={_attribute(v.graph)} tests="{len(cases)}" failures="{len(counting)}">\n'
    return head + "".join(cases) + "  </testsuite>\n", len(cases), len(counting)


def _case(v: Verdict, f: GraphFinding, lang: str, *, is_failure: bool) -> str:
    name = f"{rule_label(f.rule)} {f.subject or f.node.strip('<>')}"
    place = place_of(f, v.graph)
    file = f" file={_attribute(f.spot.file)}" if f.spot and f.spot.file else ""
    line = f' line="{f.spot.line}"' if f.spot and f.spot.line is not None else ""
    body = _xml("\n".join(part for part in (place, f.message(lang), f.cure(lang), f.node.strip("<>")) if part))
    inner = (
        f"<failure type={_attribute(f.severity)} message={_attribute(f.message(lang))}>{body}</failure>"
        if is_failure
        else f"<system-out>{body}</system-out>"
    )
    return f"    <testcase classname={_attribute(v.graph)} name={_attribute(name)}{file}{line}>{inner}</testcase>\n"


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))


# -- GitHub -------------------------------------------------------------------------------------------------------
def render_github(verdicts: Iterable[Verdict], lang: str = "en") -> str:
    """Return verdicts as GitHub workflow commands, which annotate changed lines; summaries come last."""
    out, ends = [], []
    for v in verdicts:
        out += [_annotation(v, f, lang) for f in v.findings if not f.is_known]
        ends.append(summary_line(v, lang))
    return "\n".join([*out, *ends]) + "\n"


def _annotation(v: Verdict, f: GraphFinding, lang: str) -> str:
    at = {"file": v.graph, "line": f.graph_line}
    if f.spot and f.spot.file:
        end = f.spot.end_column if f.spot.end_line == f.spot.line else None
        at = {"file": f.spot.file, "line": f.spot.line, "endLine": f.spot.end_line, "col": f.spot.column}
        at |= {"endColumn": end}
    at["title"] = f"{rule_label(f.rule)} {f.subject}".strip()
    text = " ".join(part for part in (f.message(lang), f.cure(lang)) if part)
    fields = ",".join(f"{k}={_escaped(str(value), field=True)}" for k, value in at.items() if value)
    return f"::{_GITHUB[f.severity]} {fields}::{_escaped(text)}"


def _escaped(text: str, *, field: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if field else text

"""Checks a folder of plans: each is built, reasoned, validated, verified and queried, and gets one verdict.

Guarantees: an unreadable plan does not affect the others; everything that counts against a plan is one of its findings,
so every format of `kgbuild validate` reports it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kgbuild import terms
from kgbuild.api.document import build
from kgbuild.api.inputs import SUFFIXES, is_about_the_folder
from kgbuild.api.judge import Judging, judge_graph
from kgbuild.api.many import each
from kgbuild.api.proving import prove
from kgbuild.errors import InputError, KgbuildError, Message, UsageError, visible
from kgbuild.files import replace_file
from kgbuild.queries.table import to_csv
from kgbuild.store import Rows
from kgbuild.validate import GraphFinding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from kgbuild.api import Graph, Result
    from kgbuild.proof.verify import VerifyReport
    from kgbuild.store import Value
    from kgbuild.validate import Verdict

EXPECTED, QUERIES = "expected", "queries"
"""Folders of expected answers, and of the user's own queries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One plan: its verdict and what was compared, or why it could not be read.

    Attributes:
        file: The plan.
        verdict: All findings, including those of the proof and of answers; None if it could not be read.
        error: Why it could not be read.
        actions: Number of actions.
        spans: Number of evidence spans that match the source, and of all.
        answers: Number of answers that are as expected, and of all.
    """

    file: Path
    verdict: Verdict | None = None
    error: KgbuildError | None = None
    actions: int = 0
    spans: tuple[int, int] = (0, 0)
    answers: tuple[int, int] = (0, 0)

    @property
    def exit_code(self) -> int:
        """0 if nothing counts against the plan."""
        if self.error is not None:
            return self.error.exit_code
        return int(self.verdict is None or self.verdict.fails)


def plans_in(folder: Path) -> list[Path]:
    """Return the plans in a folder and its subfolders, sorted, without hidden files and expected answers.

    Raises:
        InputError: there is no such folder, or no plan in it.
    """
    if not folder.is_dir():
        raise InputError("is not a folder", where=str(folder), cure="give a folder with plans")
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not is_about_the_folder(path.name)
        and not any(part.startswith(".") or part == EXPECTED for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise InputError(
            Message("holds no plan ({names})", names=" ".join(SUFFIXES)),
            where=str(folder),
            cure="give a folder with plans",
        )
    return found


def check_folder(
    folder: Path, judging: Judging, *, config: Path | None = None, update: bool = False, workers: int = 1
) -> Generator[Checked, None, None]:
    """Check each plan of a folder, in the order of names.

    Args:
        folder: Plans; `expected/` holds their expected answers, `queries/` additional queries.
        judging: Rules, threshold, baseline.
        config: Configuration; None = the nearest kgbuild.toml above each plan.
        update: Replace the expected answers by the current ones.
        workers: Number of processes; 1 = this one.

    Raises:
        InputError: the folder holds no plan, or answers are expected for a plan that does not exist.
    """
    plans = plans_in(folder)
    expected = _expected_in(folder, plans)
    work = partial(_check, expected=expected, judging=judging, folder=folder, config=config, update=update)
    for outcome in each(work, plans, workers=workers):
        yield outcome.value or Checked(file=outcome.item, error=outcome.error)


def _check_inside(plan: Path, folder: Path) -> None:
    # Findings quote their source; a link could make them quote any file of the person who checks.
    if not plan.resolve().is_relative_to(folder.resolve()):
        raise InputError("is a link that leaves the folder", where=str(plan), cure="put the plan itself there")


def _expected_in(folder: Path, plans: Iterable[Path]) -> dict[Path, list[tuple[Path, str]]]:
    """Return, for each plan, its files of expected answers, each with the part of its name after that of the plan."""
    out: dict[Path, list[tuple[Path, str]]] = {plan: [] for plan in plans}
    stems = {f"{plan.relative_to(folder).with_suffix('').as_posix()}.": plan for plan in out}
    if len(stems) < len(out):
        raise InputError("two plans have the same name", where=str(folder), cure="rename one")
    root = folder / EXPECTED
    for file in sorted(root.rglob("*.csv")) if root.is_dir() else []:
        name = file.relative_to(root).with_suffix("").as_posix()
        stem = max((s for s in stems if name.startswith(s)), key=len, default=None)
        if stem is None:
            raise InputError("belongs to no plan", where=str(file), cure="name it <plan>.<query>.csv")
        out[stems[stem]].append((file, name[len(stem) :]))
    return out


def _check(
    plan: Path,
    *,
    expected: dict[Path, list[tuple[Path, str]]],
    judging: Judging,
    folder: Path,
    config: Path | None,
    update: bool,
) -> Checked:
    _check_inside(plan, folder)
    result = build(plan, config=config, validate=False)
    built, graph = result.built, result.graph()
    graph.folders = [folder / QUERIES] if (folder / QUERIES).is_dir() else ()
    judging = replace(judging, sources=(plan,))
    verdict = judge_graph(built.asserted | built.graphs.vocabulary, judging, name=str(plan))
    proof = prove(graph.quads, [plan], config=config, name=str(plan))
    wrong = [f for file, name in expected[plan] for f in _answer(graph, file, name, update=update, inside=folder)]
    more = (*_clashes(result), *_unproved(proof), *wrong)
    findings = (*(_finding(*parts, known=judging.known) for parts in more), *verdict.findings)
    return Checked(
        file=plan,
        verdict=replace(verdict, findings=findings),
        actions=len(built.annotations.actions),
        spans=(proof.matching, proof.spans),
        answers=(len(expected[plan]) - len(wrong), len(expected[plan])),
    )


Said = tuple[str, str, str, str]
"""Rule, node or file, message in English, message in Chinese."""

_CURES = {
    "inconsistent": ("Ask kgbuild reason for the sentences.", "用 kgbuild reason 查看所依据的语句。"),
    "proof-broken": ("Report it: the builder is at fault.", "请报告：这是构建程序的错误。"),
    "answer-differs": (
        "Look at the difference; if the new answer is right, run kgbuild check --update.",
        "查看差异；新答案正确的，运行 kgbuild check --update。",
    ),
}


def _finding(rule: str, node: str, english: str, chinese: str, *, known: frozenset[str]) -> GraphFinding:
    cure = _CURES[rule]
    mark = terms.h(rule, node, english)
    return GraphFinding(
        rule=rule,
        origin="check",
        severity="violation",
        node=node,
        subject="",
        messages=(("en", english), ("zh", chinese)),
        cures=(("en", cure[0]), ("zh", cure[1])),
        fingerprint=mark,
        is_known=mark in known,
    )


def _clashes(result: Result) -> Iterator[Said]:
    for clash in result.built.inconsistencies:
        statements = "; ".join(" ".join(t) for t in clash.statements)
        node = clash.statements[0][0]
        yield "inconsistent", node, f"Cannot all be true: {statements}.", f"不能同时成立：{statements}。"


def _unproved(proof: VerifyReport) -> Iterator[Said]:
    for m in proof.mismatches:
        english = f"{m.what} is {m.expected!r}, the source gives {m.found!r}."
        yield "proof-broken", terms.iri(m.node), english, f"{m.what} 为“{m.expected}”，原文为“{m.found}”。"
    for node in proof.without_evidence:
        yield "proof-broken", terms.iri(node), "It has no evidence.", "没有原文依据。"
    for node, name, value in proof.unproved:
        yield "proof-broken", terms.iri(node), f"No mention proves {name} {value}.", f"{name} {value} 没有提及作证。"


def _answer(graph: Graph, file: Path, name: str, *, update: bool, inside: Path) -> Iterator[Said]:
    query, *given = name.split(".")
    params: dict[str, Any] = {}
    for pair in given:
        key, cut, value = pair.partition("=")
        if not cut:
            raise UsageError(
                Message("{pair!r} is not a parameter", pair=pair),
                where=str(file),
                cure="name it <plan>.<query>.<name>=<value>.csv",
            )
        params.setdefault(key, []).append(unquote(value))
    single = {key: values[0] if len(values) == 1 else values for key, values in params.items()}
    try:
        answer = to_csv(graph.query(query, **single))
    except UsageError as e:
        raise UsageError(e.what, where=str(file), cure=e.cure) from e
    if update:
        _replace(file, answer, inside=inside)
        return
    now, then = _lines(answer, file), _lines(_text_of(file), file)
    if now != then:
        count, wanted = (max(len(rows) - 1, 0) for rows in (now, then))
        lost, new = _first(then, now), _first(now, then)
        yield (
            "answer-differs",
            visible(str(file)),
            f"{query}: {count} rows, expected {wanted}; first missing: {lost}; first new: {new}.",
            f"{query}：得 {count} 行，应为 {wanted} 行；首个缺失：{lost}；首个新增：{new}。",
        )


def _replace(file: Path, answer: str, *, inside: Path) -> None:
    if file.is_symlink() or not file.resolve().is_relative_to(inside.resolve()):
        raise InputError("is a link, or lies behind one", where=str(file), cure="put the file itself there")
    try:
        replace_file(file, answer.encode())
    except OSError as e:
        raise InputError(
            Message("cannot be written ({reason})", reason=e.strerror),
            where=str(file),
            cure="make room, or check its mode",
        ) from e


def _text_of(file: Path) -> str:
    if not file.is_file():
        raise InputError("is not a file", where=str(file), cure="put the expected answer there")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("cannot be read as UTF-8", where=str(file), cure="mend the file, or use --update") from e


def _lines(text: str, file: Path) -> list[tuple[str, ...]]:
    """Return the rows of a CSV file, regardless of line ends and quoting."""
    try:
        return [tuple(row) for row in csv.reader(text.splitlines(keepends=True)) if row]
    except csv.Error as e:
        raise InputError(
            Message("is not CSV ({reason})", reason=e), where=str(file), cure="mend the file, or use --update"
        ) from e


def _first(rows: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> str:
    row = next((row for row in rows if row not in others), None)
    return " | ".join(row) if row else "-"


COLUMNS = {
    "en": ("plan", "actions", "violations", "warnings", "infos", "spans", "answers", "result"),
    "zh": ("计划", "行动", "违反", "警告", "提示", "原文片段", "答案", "结果"),
}
_RESULTS = {"en": {0: "ok", 1: "FAILS"}, "zh": {0: "通过", 1: "不通过"}}


def summarise_folder(checked: Iterable[Checked], lang: str = "en") -> Rows:
    """Return a row for each plan; known findings do not count."""
    rows: list[tuple[Value, ...]] = []
    for c in checked:
        if c.verdict is None:
            rows.append((visible(str(c.file)), *[None] * 6, str(c.error.what if c.error else "")))
            continue
        new = [f.severity for f in c.verdict.findings if not f.is_known]
        counts = [new.count(severity) for severity in c.verdict.counts]
        spans, answers = (f"{same}/{whole}" for same, whole in (c.spans, c.answers))
        rows.append((visible(str(c.file)), c.actions, *counts, spans, answers, _RESULTS[lang][c.exit_code]))
    return Rows(columns=COLUMNS[lang], rows=tuple(rows))

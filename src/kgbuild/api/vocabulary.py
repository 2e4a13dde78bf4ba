"""Validation of the user's vocabularies together with the project's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.judge import nothing_checked
from kgbuild.config import Settings, data_dir, find_config, load_settings
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.model import Severity
    from kgbuild.validate import Verdict


_OURS = tuple(f"<{namespace}" for namespace in (terms.GPLAN, terms.GPLANV, terms.ID))


def check_vocabularies(
    places: Sequence[str | Path] = (), *, config: Path | None = None, fail_on: Severity = "violation"
) -> list[Verdict]:
    """Validate vocabularies, file by file.

    The rules are shapes/vocab.ttl, applied to the files and the project's vocabularies as one graph, so that entries
    may refer to the registers; only findings about nodes described in the files are returned.

    Args:
        places: Turtle files, or folders with them; empty for the configured folders.
        config: Configuration; None = the nearest kgbuild.toml above the working directory.
        fail_on: The lowest severity that counts against a file.

    Returns:
        A verdict for each file, in the given order; the files of a folder are sorted.

    Raises:
        InputError: a file cannot be read, or contains an unusable entry.
        UsageError: no place is given or configured.
    """
    from kgbuild.lexicon.lexicon import compile_tables
    from kgbuild.lexicon.turtle import parse_file, vocabulary_files
    from kgbuild.store import Index
    from kgbuild.validate import collect, node_lines, validate

    files = _files(places or load_settings(config or find_config(Path.cwd())).vocab)
    ours = vocabulary_files(Settings())
    theirs = {file: parse_file(file) for file in files}
    compile_tables((*ours, *files))
    graph = {t for file in ours for t in parse_file(file)} | {t for ts in theirs.values() for t in ts}
    report = validate(graph, shapes=[data_dir("shapes") / "vocab.ttl"], fail_on=fail_on)
    verdicts = []
    for file, triples in theirs.items():
        nodes = {s for s, _, _ in triples}
        used = {p for _, p, _ in triples} | {o for _, p, o in triples if p == terms.TYPE}
        lines = node_lines(file.read_text(encoding="utf-8-sig").split("\n"))
        index = Index((*triple, "") for triple in triples)
        found = report.of_nodes(nodes | used)
        verdict = collect(found, index, name=str(file), place=_nowhere, lines=lines)
        if not any(term.startswith(_OURS) for term in nodes | used):
            en = "Describe its entries with the terms of the ontology; examples: ontology/vocab/README.md."
            zh = "请用本体的类和属性描述条目；写法见 ontology/vocab/README.md。"
            findings = (nothing_checked(str(file), en=en, zh=zh), *verdict.findings)
            verdict = replace(verdict, findings=findings)
        verdicts.append(verdict)
    return verdicts


def _nowhere(_node: str) -> None:
    """Vocabularies have no policy text; their nodes are located by line."""


def _files(places: Iterable[str | Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for place in map(Path, places):
        inside = sorted(place.rglob("*.ttl")) if place.is_dir() else [place]
        if not inside:
            raise InputError("holds no .ttl file", where=str(place), cure="give a folder with vocabularies")
        found |= dict.fromkeys(inside)
    if not found:
        cure = 'give files or folders, or name them in kgbuild.toml (vocab = ["…"])'
        raise UsageError("no vocabulary is given", where="vocab check", cure=cure)
    return list(found)

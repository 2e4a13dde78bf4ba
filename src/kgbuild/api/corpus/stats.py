"""Statistics of a corpus, from its manifest and the records of its parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.corpus.layout import Layout, Record
from kgbuild.api.corpus.part import read_records
from kgbuild.api.corpus.relations import find_relations
from kgbuild.api.corpus.series import series_among
from kgbuild.store import Rows
from kgbuild.terms import PREF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kgbuild.lexicon import Lexicon
    from kgbuild.view.facts import Both

_CONCEPTS = {"level": "level-", "kind": "doc-", "finding": "finding-"}
"""Prefixes of the local names of concepts whose notations a table counts."""
Row = tuple[str | int | Decimal | None, ...]
_COLUMNS = ("table", "value", "documents", "actions", "bodies", "resolvedShare", "unparsedShare")


def corpus_stats(place: Path) -> Rows:
    """Return counts of documents by state, year, level and kind, of relations, series, and findings by code.

    For a code, `documents` is the number of documents in which it occurs. Shares are of all mentions and characters of
    the row: mentions of registered bodies, and characters of plans that were not understood.

    Raises:
        InputError: there is no corpus.
    """
    layout, _ = Layout.of(place)
    records = layout.read_manifest()
    built = [r for r in records if r.state == "built"]
    rows: list[Row] = [_counted("state", s, n) for s, n in sorted(Counter(r.state for r in records).items())]
    tables: tuple[tuple[str, Callable[[Record], str]], ...] = (
        ("year", lambda r: r.date[:4]),
        ("level", lambda r: r.level),
        ("kind", lambda r: r.kind),
    )
    for name, value in tables:
        by_value: dict[str, list[Record]] = {}
        for r in built:
            by_value.setdefault(value(r) or "—", []).append(r)
        rows += [_row(name, key, group) for key, group in sorted(by_value.items())]
    names = {r.part: r.path for r in built}
    known = [replace(r, path=names[r.part]) for r in read_records(layout, names)]
    groups: dict[tuple[str, str, str], list[str]] = {}
    for x in find_relations(known):
        sign = "→" if x.kind == "forwarded" else "=" if x.kind == "mirror" else "≈"
        groups.setdefault((x.kind, x.first.path, sign), []).append(x.second.path)
    rows += [_counted(kind, f" {sign} ".join((first, *paths)), 1 + len(paths))
             for (kind, first, sign), paths in groups.items()]  # fmt: skip
    rows += [_counted("series", s.title, len(s.plans)) for s in series_among(known)]
    codes = Counter(code for r in built for code in r.findings)
    rows += [_counted("finding", code, n) for code, n in sorted(codes.items(), key=lambda i: (-i[1], i[0]))]
    return Rows(columns=_COLUMNS, rows=tuple(rows))


def render_corpus_stats(place: Path, *, lang: str = "zh") -> str:
    """Render the statistics of a corpus as a bilingual HTML page with bars, which opens in one of the languages.

    Raises:
        InputError: there is no corpus.
    """
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon
    from kgbuild.view.statistics import statistics_page

    rows = corpus_stats(place)
    return statistics_page(rows, _names(rows, load_lexicon(Settings())), title=place.resolve().name, lang=lang)


def _names(rows: Rows, lexicon: Lexicon) -> dict[tuple[str, str], Both]:
    """Return the names of the codes in a table, from their concepts."""
    from kgbuild.view.facts import Both

    found = {}
    for table, value, *_ in rows.rows:
        if prefix := _CONCEPTS.get(str(table)):
            labels = lexicon.nodes.get(terms.code(prefix + str(value).replace("_", "-")), {}).get(PREF, ())
            names = {label.rpartition("@")[2]: terms.lexical(label) for label in labels}
            if {"zh", "en"} <= names.keys():
                found[str(table), str(value)] = Both(names["zh"], names["en"])
    return found


def _counted(table: str, value: str, documents: int) -> Row:
    return table, value, documents, None, None, None, None


def _row(table: str, value: str, group: Iterable[Record]) -> Row:
    total: Counter[str] = Counter()
    for r in group:
        total["documents"] += 1
        for name in ("actions", "bodies", "bodies_unresolved", "plan_characters", "unparsed_characters"):
            total[name] += int(r.counts.get(name, 0))
    resolved = _share(total["bodies"] - total["bodies_unresolved"], total["bodies"])
    unparsed = _share(total["unparsed_characters"], total["plan_characters"])
    return table, value, total["documents"], total["actions"], total["bodies"], resolved, unparsed


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(f"{part / whole:.3f}") if whole else None

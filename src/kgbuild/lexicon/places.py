"""Divisions of the vocabularies → records and names; short forms are made by rule, ambiguous ones keep all meanings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.terms import GPLAN, ID, SKOS, lexical

if TYPE_CHECKING:
    from kgbuild.lexicon.turtle import Node
    from kgbuild.lexicon.words import Words

DIVISION = f"<{ID}division/"
# GB/T 3304-1991: the nationalities as they stand in the names of autonomous divisions, some without 族
_AUTONOMOUS = r"^(?P<stem>..+?)(?:{nationalities}族|{short-nationalities})+自治(?P<tail>区|州|县|旗)$"
_GENERIC = re.compile(r"^(?P<stem>.{2,})(?:[省市县区盟旗]|地区|林区|特区)$")


def short_form(name: str, words: Words) -> str:
    """Return the name of a division as texts shorten it; the name itself where no rule fits.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> short_form("贵阳市", words), short_form("恩施土家族苗族自治州", words), short_form("单县", words)
        ('贵阳', '恩施州', '单县')
    """
    autonomous = words[_AUTONOMOUS].match(name)
    if autonomous:
        return autonomous["stem"] + autonomous["tail"]
    generic = _GENERIC.match(name)
    return generic["stem"] if generic else name


def compile_divisions(nodes: dict[str, Node], words: Words) -> dict[str, list[object]]:
    """Return code → fields of a `Division` for every division of the vocabularies."""
    table: dict[str, list[object]] = {}
    for subject, node in nodes.items():
        if subject.startswith(DIVISION) and f"<{GPLAN}divisionCode>" in node:
            record = _record(node, words)
            table[str(record[0])] = record
    return dict(sorted(table.items()))


def compile_places(divisions: dict[str, list[object]]) -> dict[str, list[str]]:
    """Return wording → codes of the divisions that it may name, full names before short ones."""
    full: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for code, record in divisions.items():
        name, brief = str(record[1]), str(record[5])
        full.setdefault(name, []).append(code)
        # 宁夏区, 广西区: how the organs of an autonomous region write it
        region = {brief + "区"} if record[4] == "autonomous_region" else set()
        for form in sorted({brief, *region} - {name}):
            short.setdefault(form, []).append(code)
    return {form: full.get(form, []) + short.get(form, []) for form in sorted({*full, *short})}


def _record(node: Node, words: Words) -> list[object]:
    code = lexical(node[f"<{GPLAN}divisionCode>"][0])
    labels = node[f"<{SKOS}prefLabel>"]
    name = next(lexical(label) for label in labels if label.endswith("@zh"))
    named_short = node.get(f"<{GPLAN}shortName>")
    return [
        code,
        name,
        _code(node.get(f"<{GPLAN}partOfDivision>")),
        lexical(node[f"<{GPLAN}divisionLevel>"][0]),
        lexical(node[f"<{GPLAN}divisionType>"][0]),
        lexical(named_short[0]) if named_short else short_form(name, words),
        next((lexical(label) for label in labels if label.endswith("@en")), None),
        [lexical(value) for value in node.get(f"<{GPLAN}abbreviation>", [])],
        _code(node.get(f"<{GPLAN}capitalOf>")),
    ]


def _code(values: list[str] | None) -> str | None:
    return values[0].removeprefix(DIVISION).removesuffix(">") if values else None

"""Divisions → records and names; short forms are derived by rule, ambiguous ones keep all their meanings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.lexicon.records import Division
from kgbuild.lexicon.skos import label_in, local, notations_of, zh
from kgbuild.terms import GPLAN, ID, PREF, lexical

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from kgbuild.lexicon.turtle import Node
    from kgbuild.lexicon.words import Words

DIVISION = f"<{ID}division/"
# GB/T 3304-1991: nationalities as in the names of autonomous divisions, some without 族
_AUTONOMOUS = r"^(?P<stem>..+?)(?:{nationalities}族|{short-nationalities})+自治(?P<tail>[区州县旗])$"
# 东乡族自治县, 鄂伦春自治旗: the nationality is the name
_OF_ONE = r"^(?P<stem>{nationalities}|{short-nationalities}).?自治(?P<tail>.)$"
_BELOW_PREFECTURE = frozenset({"autonomous_county", "autonomous_banner"})
_GENERIC = re.compile(r"^(?P<stem>.{2,})(?:[省市县区盟旗]|地区|林区|特区)$")


def short_form(name: str, words: Words) -> str:
    """Return the usual short name of a division; the full name if no rule applies.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> short_form("贵阳市", words), short_form("恩施土家族苗族自治州", words), short_form("单县", words)
        ('贵阳', '恩施州', '单县')
    """
    autonomous = _autonomous(name, words)
    if autonomous:
        return "".join(autonomous)
    generic = _GENERIC.match(name)
    return generic["stem"] if generic else name


def _autonomous(name: str, words: Words) -> tuple[str, str] | None:
    """Return the name of an autonomous division without its nationalities, and its level: (紫云, 县)."""
    m = words[_AUTONOMOUS].match(name) or words[_OF_ONE].match(name)
    return (m["stem"], m["tail"]) if m else None


def short_forms(name: str, named: Sequence[str], words: Words) -> set[str]:
    """Return the short wordings of an autonomous division: 前郭尔罗斯县, 前郭县, 前郭.

    Args:
        name: Its full name.
        named: Short names given by the vocabulary.
        words: Word classes.
    """
    autonomous = _autonomous(name, words)
    if autonomous is None:
        return set()
    stem, level = autonomous
    return {stem, stem + level, *named, *(bare for form in named if len(bare := form.removesuffix(level)) > 1)}


def is_plain(form: str, division: Division) -> bool:
    """Tell whether a wording denotes the division unambiguously.

    The short form of a county may be an everyday word (会同), that of an autonomous prefecture without 州 a river or a
    region (红河).
    """
    name, kind = division.name, division.kind
    if kind == "autonomous_prefecture":
        return form.endswith(name[-1])
    return division.code.endswith("00") or form == name or (kind in _BELOW_PREFECTURE and form[2:].endswith(name[-1]))


def ancestors(code: str, divisions: Mapping[str, Division]) -> tuple[str, ...]:
    """Return a code and the codes of the divisions above it, up to 100000."""
    chain: list[str] = []
    division = divisions.get(code)
    while division and division.code not in chain:
        chain.append(division.code)
        division = divisions.get(division.parent) if division.parent else None
    return tuple(chain)


def compile_divisions(nodes: dict[str, Node], words: Words) -> dict[str, Division]:
    """Return code → division for all divisions of the vocabularies."""
    table: dict[str, Division] = {}
    for subject, node in nodes.items():
        if subject.startswith(DIVISION) and f"<{GPLAN}divisionCode>" in node:
            record = _record(subject, nodes, words)
            table[record.code] = record
    return dict(sorted(table.items()))


def compile_places(
    divisions: Mapping[str, Division], nodes: dict[str, Node], words: Words, everyday: Container[str] = ()
) -> dict[str, list[str]]:
    """Return wording → codes of the divisions that it may name, full names before short ones.

    Args:
        divisions: The table of divisions.
        nodes: The vocabularies, for further short names.
        words: The classes of words.
        everyday: Short names that are everyday words (互助, 通道): they name no autonomous division alone.
    """
    full: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    for code, record in divisions.items():
        name, brief = record.name, record.short
        full.setdefault(name, []).append(code)
        if record.kind == "autonomous_region":
            more = {brief + "区"}  # 宁夏区, 广西区: how the organs of an autonomous region write it
        else:
            named = nodes[f"{DIVISION}{code}>"].get(f"<{GPLAN}shortName>", [])
            more = short_forms(name, [lexical(value) for value in named], words)
        for form in sorted({brief, *more} - {name}):
            own = form == brief or form[-1] == name[-1]
            (short if own else bare).setdefault(form, []).append(code)
    # 紫云, 黔南: only where no other division and nothing else is called so
    short |= {
        form: codes for form, codes in bare.items() if not any(form in known for known in (full, short, everyday))
    }
    return {form: full.get(form, []) + short.get(form, []) for form in sorted({*full, *short})}


def plain_places(named: Mapping[str, Sequence[str]], divisions: Mapping[str, Division]) -> list[str]:
    """Return the wordings that denote a division unambiguously; see `is_plain`."""
    return [form for form, codes in named.items() if any(is_plain(form, divisions[code]) for code in codes)]


def short_counties(named: Mapping[str, Sequence[str]], divisions: Mapping[str, Division]) -> list[str]:
    """Return the wordings that are only short names of counties or districts."""
    return [
        form
        for form, codes in named.items()
        if all(divisions[code].level == "county" and divisions[code].name != form for code in codes)
    ]


def _record(subject: str, nodes: dict[str, Node], words: Words) -> Division:
    node = nodes[subject]
    code = lexical(node[f"<{GPLAN}divisionCode>"][0])
    name = zh(node, PREF)[0]
    named_short = node.get(f"<{GPLAN}shortName>")
    return Division(
        code=code,
        name=name,
        parent=_code(node.get(f"<{GPLAN}partOfDivision>")),
        level=notations_of(nodes, subject, f"<{GPLAN}atLevel>")[0],
        kind=notations_of(nodes, subject, f"<{GPLAN}divisionKind>")[0],
        short=lexical(named_short[0]) if named_short else short_form(name, words),
        label_en=label_in(node, "en"),
        abbreviations=tuple(lexical(value) for value in node.get(f"<{GPLAN}abbreviation>", [])),
        capital_of=_code(node.get(f"<{GPLAN}capitalOf>")),
    )


def _code(values: list[str] | None) -> str | None:
    return local(values[0], DIVISION) if values else None

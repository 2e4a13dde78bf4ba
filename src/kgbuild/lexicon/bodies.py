"""Kinds of bodies and registered bodies → tables of the wordings that denote them.

Kind × level is a rule: wordings are derived from the official name at a level and the short stems of the function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from kgbuild.lexicon.places import DIVISION
from kgbuild.lexicon.records import BodyKind, Core, RegisteredBody
from kgbuild.lexicon.skos import label_in, local, notations_of
from kgbuild.terms import ALT, GPLAN, GPLANV, ID, lexical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.lexicon.turtle import Node
    from kgbuild.lexicon.words import Words
    from kgbuild.model import PartyKind

KIND = f"<{ID}body-kind/"
BODY = f"<{ID}body/"
PARTY = f"<{GPLANV}party-"
LEVELS = ("province", "municipality", "prefecture", "county")
_SHORT_SUFFIX = {"委员会": "委", "办公室": "办", "办公厅": "办公厅"}
_SUFFIX, _WRITTEN = "(?:{body-suffixes})$", "(?:{written-suffixes})$"
_LINK = re.compile(r"[和与]")


OF_GOVERNMENT = "人民政府"
"""Prefixes of names of offices that belong to the government itself: 人民政府口岸办公室."""


def suffix_of(name: str, words: Words) -> str:
    """Return the suffix that shows the type of a body, as short names write it.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> [suffix_of(name, words) for name in ("发展和改革委员会", "文化旅游委", "科学技术协会")]
        ['委', '委', '会']
    """
    found = words[_SUFFIX].search(name)
    if found is None:  # 文化旅游委, 外办
        return name[-1:] if name.endswith(("委", "办")) else ""
    return _SHORT_SUFFIX.get(found[0], found[0])


def stem_of(name: str, words: Words) -> str:
    """Return the function that a name states, without the suffix that shows the type of the body.

    Example: 发展和改革 of 发展和改革委员会.
    """
    return words[_SUFFIX].sub("", name)


def abbreviates(short: str, name: str) -> bool:
    """Tell whether the characters of a short form occur in a name in this order.

    Example:
        >>> abbreviates("自规局", "自然资源和规划局"), abbreviates("农科所", "农业科学院")
        (True, False)
    """
    rest = iter(name)
    return all(character in rest for character in short)


def compile_kinds(nodes: dict[str, Node]) -> dict[str, BodyKind]:
    """Return key → kind of body."""
    table: dict[str, BodyKind] = {}
    for subject, node in nodes.items():
        if subject.startswith(KIND) and f"<{GPLAN}partyKind>" in node:
            table[local(subject, KIND)] = _kind(local(subject, KIND), nodes)
    return dict(sorted(table.items()))


def compile_cores(nodes: dict[str, Node], words: Words) -> dict[str, list[Core]]:
    """Return name without its place → what it may denote, for all kinds and levels."""
    table: dict[str, dict[tuple[str, str, str], tuple[bool, bool]]] = {}
    for subject, node in sorted(nodes.items()):
        if not subject.startswith(KIND) or f"<{GPLAN}partyKind>" not in node:
            continue
        for form, level, name, official, assumed in _forms(node, _names(subject, nodes), words):
            meanings = table.setdefault(form, {})
            key = (local(subject, KIND), level, name)
            before = meanings.get(key, (False, True))
            meanings[key] = (before[0] or official, before[1] and assumed)
    return {
        form: [Core(kind, level, name, *meant) for (kind, level, name), meant in meanings.items()]
        for form, meanings in sorted(table.items())
    }


def departments(cores: Mapping[str, Sequence[Core]], kinds: Mapping[str, BodyKind]) -> list[str]:
    """Return the names that denote departments of a government, whatever else they may denote."""
    return [form for form, meanings in cores.items() if kinds[meanings[0].kind].party == "government_department"]


def compile_patterns(kinds: Mapping[str, BodyKind]) -> dict[str, list[list[str]]]:
    """Return prefix before the place in an official name → [kind, level, pattern] of these names."""
    table: dict[str, list[list[str]]] = {}
    for key, record in kinds.items():
        for level, patterns in record.names.items():
            for pattern in patterns:
                prefix, brace, _ = pattern.partition("{")
                if brace and prefix:
                    table.setdefault(prefix, []).append([key, level, pattern])
    return dict(sorted(table.items(), key=_longest_first))


def compile_bodies(nodes: dict[str, Node]) -> dict[str, RegisteredBody]:
    """Return key → body for each body with an entry of its own."""
    table: dict[str, RegisteredBody] = {}
    for subject, node in nodes.items():
        if subject.startswith(BODY) and f"<{GPLAN}inDivision>" in node:
            table[local(subject, BODY)] = _body(local(subject, BODY), node)
    return dict(sorted(table.items()))


def _longest_first(item: tuple[str, list[list[str]]]) -> tuple[int, str]:
    return -len(item[0]), item[0]


def _kind(key: str, nodes: dict[str, Node]) -> BodyKind:
    node = nodes[f"{KIND}{key}>"]
    return BodyKind(
        key=key,
        party=_party(node),
        label=label_in(node, "zh") or "",
        english=label_in(node, "en") or "",
        names=_names(f"{KIND}{key}>", nodes),
        since=_one(node, "kindValidFrom"),
        until=_one(node, "kindValidUntil"),
        successors=tuple(sorted(local(value, KIND) for value in node.get(f"<{GPLAN}kindSucceededBy>", []))),
        usual={level: len(usual) for level, usual in _names(f"{KIND}{key}>", nodes, "officialName").items()},
    )


def _body(key: str, node: Node) -> RegisteredBody:
    forms = tuple(lexical(value) for value in node.get(ALT, []) if value.endswith("@zh"))
    kind = node.get(f"<{GPLAN}bodyKind>")
    parent = node.get(f"<{GPLAN}unitOf>")
    return RegisteredBody(
        key=key,
        party=_party(node),
        name=label_in(node, "zh") or "",
        label_en=label_in(node, "en"),
        forms=forms,
        division=local(node[f"<{GPLAN}inDivision>"][0], DIVISION),
        kind=local(kind[0], KIND) if kind else None,
        parent=local(parent[0], BODY) if parent else None,
        since=_one(node, "validFrom"),
        until=_one(node, "validUntil"),
        successors=tuple(sorted(local(value, BODY) for value in node.get(f"<{GPLAN}succeededBy>", []))),
    )


def _forms(node: Node, names_of: dict[str, list[str]], words: Words) -> Iterator[tuple[str, str, str, bool, bool]]:
    stems = [lexical(value) for value in node.get(f"<{GPLAN}shortStem>", [])]
    shorts = [lexical(value) for value in node.get(f"<{GPLAN}shortForm>", [])]
    for level, names in names_of.items():
        for form, name in _stem_forms(stems, names, words):
            yield form, level, name, False, not abbreviates(form, name)
        for form, name in _whole_forms(shorts, names, words):
            yield form, level, name, False, False
        for name in names:
            for form in regular_forms(name, words):
                yield form, level, name, form == name, False


def regular_forms(name: str, words: Words) -> list[str]:
    """Return the regular abbreviations of an official name."""
    bare = name.rpartition("}")[2]
    if "{committee}" in name:
        forms = [*_with_committee(bare, name), "委" + _shortened(bare, words)]
    else:
        forms = [] if "{" in name else [name]
    for form in tuple(forms):
        forms += [_LINK.sub("", form), _shortened(form, words), _shortened(_LINK.sub("", form), words)]
    for form in tuple(forms):
        forms += [form[2:], form[len(OF_GOVERNMENT) :]] if form.startswith(OF_GOVERNMENT) else []
    return [form for form in dict.fromkeys(forms) if len(form) > 1]


def _stem_forms(stems: list[str], names: list[str], words: Words) -> Iterator[tuple[str, str]]:
    for suffix in dict.fromkeys(suffix_of(name, words) for name in names if "{committee}" not in name):
        same = [name for name in names if suffix_of(name, words) == suffix]
        for stem in stems:
            yield stem + suffix, next((name for name in same if abbreviates(stem, name)), same[0])


def _whole_forms(shorts: list[str], names: list[str], words: Words) -> Iterator[tuple[str, str]]:
    for short in shorts:
        name = _named_by(short, names, words)
        if name:
            for form in _with_committee(short, name):
                yield form, name


def _with_committee(short: str, name: str) -> list[str]:
    if "{committee}" not in name:
        return [short]
    return [short, "委" + short, "党委" + short, "委员会" + short]


def _shortened(form: str, words: Words) -> str:
    suffix = words[_SUFFIX].search(form)
    if suffix and suffix[0] in ("委员会", "办公室"):
        form = form[: suffix.start()] + _SHORT_SUFFIX[suffix[0]]
    return form.replace("监督管理", "监管")


def _named_by(short: str, names: list[str], words: Words) -> str | None:
    written = words[_WRITTEN].search(short)
    if not written or not names:
        return names[0] if names else None
    suffix = _SHORT_SUFFIX.get(written[0], written[0])
    same = [name for name in names if suffix_of(name, words) == suffix or name.endswith(suffix)]
    if same:
        return next((name for name in same if abbreviates(short, name)), same[0])
    return names[0] if not any(words[_WRITTEN].search(name) for name in names) else None


def _names(kind: str, nodes: dict[str, Node], *properties: str) -> dict[str, list[str]]:
    """Return level → names of a kind at it, official names before variants, by the naming rules of the kind."""
    found: dict[str, list[str]] = {level: [] for level in LEVELS}
    rules = nodes[kind].get(f"<{GPLAN}hasNamingRule>", ())
    for name in properties or ("officialName", "variantName"):
        for rule in rules:
            for level in notations_of(nodes, rule, f"<{GPLAN}atLevel>"):
                found.setdefault(level, []).extend(map(lexical, nodes[rule].get(f"<{GPLAN}{name}>", ())))
    return {level: names for level, names in found.items() if names}


def _party(node: Node) -> PartyKind:
    return cast("PartyKind", local(node[f"<{GPLAN}partyKind>"][0], PARTY).replace("-", "_"))


def _one(node: Node, name: str) -> str | None:
    values = node.get(f"<{GPLAN}{name}>")
    return lexical(values[0]) if values else None

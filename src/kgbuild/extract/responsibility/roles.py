"""Words that give a role, and their scope.

A label (责任单位:) governs what follows, up to the next label or semicolon; a verb (牵头, 配合) governs the preceding
names, back to the last comma or semicolon. Order gives no role unless the text states such a rule.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.model import FieldKey, Role

_IS = "为是"
_UNIT = "(?:{role-units}|{people-units})"
_NAMED = rf"(?:(?:{{label-heads}}|共同|具体)?{{roles}}(?:[和及、与]{{roles}})?{_UNIT}|{{division-labels}})"
_BARE = r"(?<=[(【\[;,。\n ]){roles}(?= ?:)"
"""A role word by itself is a label only at the start of a list or sentence and with a colon: (牵头:甲 配合:乙)."""
# the first characters go ahead, so that the alternatives are tried only where one can begin
_LABEL = (
    r"(?=[【\[{^label-heads}共具{^roles}{^division-labels}])"
    r"(?P<opens>[【\[] ?)?(?P<first>(?<=[(【\[;\n]))?(?P<clause>(?<=[。,的]))?"
    rf"(?P<label>{_NAMED}(?:\([^()]{{1,8}}\))?|{_BARE})"
    r"(?(opens) ?[】\]] ?:?|(?: ?:|(?(first)(?: +| ?(?:["
    + _IS
    + r"]|[—-]{1,2}) ?)(?=[\u4e00-\u9fff])|(?(clause)(?:["
    + _IS
    + r"]|—{1,2})|(?!)))))"
)
"""A label is followed by a colon or enclosed in brackets; at the start of a bracket or line a blank may follow it, at
the start of a clause or behind 的 为 (牵头单位为甲，参与单位为乙; 该项工作的责任单位是甲) or a dash."""
_CLOSES = re.compile(rf"[:】\] {_IS}—-]")
_BRACKET_AND_BLANKS = 32
"""Upper bound on what a label contains besides its words: a bracket, blanks and marks."""
_FIELD_LABEL = (
    r"(?=[【\[{^scope-labels}{^other-labels}{^deadline-labels}])(?P<opens>[【\[] ?)?(?P<first>(?<=\n))?"
    r"(?P<label>(?P<scope>{scope-labels})|(?P<other>{other-labels})|{deadline-labels})"
    r"(?: ?:|(?(opens) ?[】\]] ?:?|(?(first) +(?=[^\s:])|(?!))))"
)
_BY_DUTY = r"(?:{duty-bases})[\u4e00-\u9fff]{0,6}?(?:{duty-grounds})"
_VERB = (
    r"(?=[{^duty-bases}均为{^roles}{^duty-manners}{^duty-takes}])(?:(?P<first>{roles})并)?"  # 甲牵头并按职责分工负责
    rf"(?:(?P<manner>{_BY_DUTY}(?:{{duty-takes}})?(?:分工)?(?:{{duty-manners}})?"
    r"|(?:{duty-takes})?(?:{duty-manners}){1,2}|(?:{duty-takes}))?"
    r"(?P<verb>均?为{roles}|(?!{label-only}$){roles}(?<!单位)(?<!部门)(?:{roles})?(?<!单位)(?<!部门))"
    # 甲、乙各司其职、密切配合: what follows gives nobody a role of its own
    r"|(?P<own>{own-duties})(?:[、,和][\u4e00-\u9fff]{2,8}){0,3})$"
)
_OWN_CHARACTERS = 45
"""How many characters `_VERB` names itself, at most: 并按照各自职责分工协同均为 and the end of a line."""
_MANNER = rf"(?<=.){_BY_DUTY}(?:分工)?$"
_WRAP = re.compile(r"\s*\n\s*")
ORDER: tuple[Role, ...] = ("lead", "cooperating", "guiding", "supervising")
"""Precedence of roles in a word with several role words: 牵头负责 leads."""
FIRST = ("第一", "首位")
EACH = "[两各][省市县区州地方]{1,3}"
_FIRST_LEADS = (
    rf"(?:(?:{EACH})?(?:{{order-words}}){{1,3}}(?:{'|'.join(FIRST)})(?:{{ordinal-tails}})*(?:{{role-units}})?(?:{{ordinal-tails}})*"
    # 首位单位为牵头单位, 第一责任单位为牵头单位, 第一位为牵头单位
    rf"(?:{{copulas}})?|(?:{'|'.join(FIRST)})(?:{{ordinal-tails}}|{{role-units}})+(?:{{copulas}}))"
    r"(?:{lead-ranks})?{role-lead}(?:{label-only})?(?:{role-units})?(?:或[^,。;()、]{1,6}(?:{role-units}))?"
    r"(?:[,、] ?(?:{same-below}))?"
)
COMMA = "逗号"
_BEFORE_COMMA = (
    rf"{COMMA}[^,。]{{1,3}}(?:{{role-units}})?(?:{{copulas}})\s*"
    r"{role-lead}(?:{role-units})?(?:[,、][^;。()]*?{same-below})?"
)
_INSIDE = r"(?:[^,。;()]|\([^()]*\))*"
BY = "由"
_BELOW, _NO_MORE = "以下", "不再"
_STANDING = (
    rf"{_BELOW}(?:{{below-nouns}})?(?:{{below-words}}|{_NO_MORE}){_INSIDE}"
    rf"(?:(?:,{_INSIDE}){{0,2}},{_INSIDE}{_NO_MORE}{_INSIDE})?"
)
_ALL_BY = rf"(?:{_BELOW})?(?:{{below-nouns}})?(?:{{below-words}})+(?={BY})(?![^。;]*{_NO_MORE})"
_ALL_NO_MORE = (  # 各项任务均需各乡镇落实,不再列出,下同
    rf"(?<=[,。;(])(?:[^,。;()]*(?:{{below-words}}){_INSIDE},)?[^,。;()]{{0,8}}{_NO_MORE}{_INSIDE}"
    r"(?:, ?(?:{same-below}))?"
)
_SCOPE_RULE = rf"{_BELOW}[^。;()]*(?:{{scope-labels}})均?为[^。;()]*"


class RoleWord(NamedTuple):
    """A role word: its span and its role."""

    span: Span
    role: Role


class Label(NamedTuple):
    """A label with its colon; `field` is set if it introduces other information than bodies, `people` if persons."""

    span: Span
    word: Span
    role: Role
    field: FieldKey | None = None
    people: bool = False


def role_of(word: str, words: Words) -> Role:
    """Return the role that a word gives; `responsible` for any word of duty without a specific role.

    Args:
        word: A role word, label or column head, as found.
        words: Word classes: labels of the roles.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> [role_of(word, words) for word in ("牵头单位", "按职责分工负责", "协办单位")]
        ['lead', 'responsible', 'cooperating']
    """
    return next((role for role in ORDER if words[f"{{role-{role}}}"].search(word)), "responsible")


@lru_cache(maxsize=8)
def _may_label(words: Words) -> re.Pattern[str]:
    """Return the pattern of how responsibility labels end, which is much cheaper to search for than the labels."""
    last = _ends(words, "role-units", "people-units", "roles", "division-labels") + ")"
    return re.compile(
        rf"[{last}] ?[:】\]]|(?<=[(【\[;\n])[^(;]{{0,40}}[{last}][ {_IS}—-]"
        rf"|(?<=[。,的])[^(;。,]{{0,14}}[{last}][{_IS}—]"
    )


@lru_cache(maxsize=8)
def _may_be_field(words: Words) -> re.Pattern[str]:
    """Return the pattern of how labels of other fields end."""
    return re.compile(rf"[{_ends(words, 'scope-labels', 'other-labels', 'deadline-labels')}](?: ?[:】\]]| )")


def _ends(words: Words, *classes: str) -> str:
    return re.escape("".join(sorted({word[-1] for name in classes for word in words.of(name)})))


def labels(norm: str, start: int, end: int, words: Words) -> list[Label]:
    """Return the labels of responsibility (牵头单位:) and of other fields (完成时限:) in reading order, disjoint."""
    if _CLOSES.search(norm, start, end) is None:
        return []
    found: list[Label] = []
    if _may_label(words).search(norm, start, end) is not None:
        found += _role_labels(norm, start, end, words)
    if _may_be_field(words).search(norm, start, end) is not None:
        found += _field_labels(norm, start, end, words)
    return sorted(found, key=lambda x: x.span.start)


def _role_labels(norm: str, start: int, end: int, words: Words) -> list[Label]:
    found = [
        Label(Span(*m.span()), Span(*m.span("label")), role_of(m["label"], words), people=_of_people(m, words))
        for m in words[_LABEL].finditer(norm, start, end)
    ]
    return [*found, *_wrapped_labels(norm, start, end, words, [x.span for x in found])]


def _field_labels(norm: str, start: int, end: int, words: Words) -> Iterator[Label]:
    """Yield the labels of other fields, including those broken by a line end (完⏎成时限:)."""
    cut: list[Span] = []
    text, at = unwrapped(norm, start, end)
    for m in words[_FIELD_LABEL].finditer(text) if len(text) < end - start else ():
        span, word = (Span(at[m.start(g)], at[m.end(g) - 1] + 1) for g in (0, "label"))
        if "\n" in norm[word.start : word.end]:
            cut.append(span)
            yield Label(span, word, "responsible", _field_key(m))
    for m in words[_FIELD_LABEL].finditer(norm, start, end):
        if not any(span.covers(Span(*m.span())) for span in cut):
            yield Label(Span(*m.span()), Span(*m.span("label")), "responsible", _field_key(m))


def _field_key(m: re.Match[str]) -> FieldKey:
    return "scope" if m["scope"] else "other" if m["other"] else "deadline"


def _wrapped_labels(norm: str, start: int, end: int, words: Words, found: Sequence[Span]) -> Iterator[Label]:
    """Yield the labels broken by a line end."""
    text, at = unwrapped(norm, start, end)
    if len(text) == end - start or not _may_cut(text, at, words):
        return
    for m in words[_LABEL].finditer(text):
        span = Span(at[m.start()], at[m.end() - 1] + 1)
        word = Span(at[m.start("label")], at[m.end("label") - 1] + 1)
        if "\n" in norm[word.start : word.end] and not any(span.overlaps(other) for other in found):
            yield Label(span, word, role_of(m["label"], words), people=_of_people(m, words))


def _of_people(m: re.Match[str], words: Words) -> bool:
    return words["{people-units}$"].search(m["label"]) is not None


def _may_cut(text: str, at: Sequence[int], words: Words) -> bool:
    """Tell whether a closing mark follows a line break closely enough that the break may lie within a label."""
    reach = 2 * words.longest("roles") + words.longest("role-units") + _BRACKET_AND_BLANKS
    breaks = (i for i in range(1, len(at)) if at[i] != at[i - 1] + 1)
    return any(_CLOSES.search(text, i, i + reach) for i in breaks)


def unwrapped(norm: str, start: int, end: int) -> tuple[str, Sequence[int]]:
    r"""Return a stretch without line breaks and adjacent blanks, and the offset of each remaining character.

    Example:
        >>> unwrapped("(责任\n 单位)", 1, 7)
        ('责任单位', [1, 2, 5, 6])
    """
    if norm.find("\n", start, end) < 0:
        return norm[start:end], range(start, end)
    breaks = [m.span() for m in _WRAP.finditer(norm, start, end)]
    kept: list[int] = []
    pieces: list[str] = []
    for since, until in zip([start, *(b for _, b in breaks)], [*(a for a, _ in breaks), end], strict=True):
        kept += range(since, until)
        pieces.append(norm[since:until])
    return "".join(pieces), kept


def verb_at_end(norm: str, start: int, end: int, words: Words) -> tuple[int, Span | None, RoleWord | None]:
    """Strip manner and verb from the end of a list.

    Returns:
        End of the list, the manner (按职责分工) and the role word; None for what is absent.
    """
    text, at = unwrapped(norm, start, end)
    # it ends the text, so that only its end is searched: the names before it are many
    reach = max(0, len(text) - _longest_verb(words))
    m = words[_VERB].search(text, reach) if text.rstrip("\n").endswith(words.endings("roles")) else None
    if m is None:  # 甲等相关部门按职责分工,乙
        m = words[_MANNER].search(text)
        return (at[m.start()], Span(at[m.start()], at[m.end() - 1] + 1), None) if m else (end, None, None)
    word = "first" if m["first"] else "own" if m["own"] else "verb"
    verb = Span(at[m.start(word)], at[m.end(word) - 1] + 1)
    manner = Span(at[m.start("manner")], at[m.end("manner") - 1] + 1) if m["manner"] else None
    keeps = manner is not None and words["{duty-bases}"].match(norm, manner.start, manner.end) is not None
    return at[m.start()], manner if keeps else None, RoleWord(verb, role_of(m[word], words))


@lru_cache(maxsize=8)
def _longest_verb(words: Words) -> int:
    """Return a length that no match of `_VERB` exceeds: its classes, and the characters that it names itself."""
    classes = ("duty-manners", "duty-manners", "duty-takes", "duty-grounds", "roles", "roles", "roles")
    return sum(map(words.longest, classes)) + _OWN_CHARACTERS


def first_leads(norm: str, start: int, end: int, words: Words) -> Span | None:
    """Return the rule that the first of a list, or those before its first comma, lead, if the text states it here."""
    for word, rule in (*((word, _FIRST_LEADS) for word in FIRST), (COMMA, _BEFORE_COMMA)):
        if norm.find(word, start, end) >= 0 and (m := words[rule].search(norm, start, end)):
            return Span(*m.span())
    return None


def behind_all(norm: str, start: int, end: int, words: Words) -> int:
    """Return where a list begins that a heading gives for all below it: 以下任务均|由甲牵头,乙配合."""
    m = words[_ALL_BY].match(norm, start, end)
    return m.end() if m else start


def standing_rule(norm: str, start: int, end: int, words: Words) -> tuple[Span, FieldKey] | None:
    """Return a rule for later items that is not about roles (以下不再列出), with the key of the field that holds it."""
    if norm.find(_BELOW, start, end) >= 0:
        if m := words[_SCOPE_RULE].search(norm, start, end):
            return Span(*m.span()), "scope_rule"
        if m := words[_STANDING].search(norm, start, end):
            return Span(*m.span()), "standing_rule"
    if norm.find(_NO_MORE, start, end) >= 0 and (m := words[_ALL_NO_MORE].search(norm, start, end)):
        return Span(*m.span()), "standing_rule"
    return None

"""Where the name of a group begins: its classifying modifiers, also those shared by a coordination.

The head is known; the search goes left over a window of the same clause and stops at verbs, prepositions, words of
reference, quantity and praise, and at 的. Coordinated modifiers before one head make one span
(国有企业、高新技术企业技术负责人); persons coordinated with persons stay apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extract.populations.words import (
    AGE,
    AGE_UNIT,
    CLASS_NOUN,
    HARD,
    HEAD,
    INSTITUTION,
    JOIN,
    KIND,
    OPEN_HEAD,
    OPEN_LIST,
    STOP,
    WEAK,
)

if TYPE_CHECKING:
    import re

    from kgbuild.lexicon import Lexicon

_REACH = 48
_LONGEST = 18
_LONGEST_MEMBER = 12


def widen(text: str, start: int, end: int, lexicon: Lexicon, *, floor: int = 0) -> int:
    """Return where the phrase begins whose head or label is `text[start:end]`.

    Args:
        text: The passage.
        start: Offset of the head or label.
        end: Offset behind it.
        lexicon: Knows words and places.
        floor: End of the group named before; crossed only where nothing but modifiers parts the two.
    """
    low = _last(HARD, text, max(0, start - _REACH), start)
    joins = [(m.start(), m.end()) for m in JOIN.finditer(text, low, start)]
    left = joins[-1][1] if joins else low
    label = text[start:end]
    begin = start - _modifiers(text[left:start], label, start - floor if floor > left else None, lexicon)
    if begin == left and joins:
        begin = _coordinated(
            text, begin, _own_modifiers(text, begin, label, end, lexicon), joins, (low, floor), lexicon
        )
    # 方便企业群众: the firm stands beside those people, it does not employ them
    if label in lexicon.words.of("general-persons") and lexicon.words[INSTITUTION].search(text, begin, start):
        return start
    return _aged(text, begin + 1 if OPEN_LIST.match(text, begin, start) else begin, start)


def _aged(text: str, begin: int, start: int) -> int:
    """Take in an age in front of a phrase (16至24岁|失业青年), also where the phrase was cut behind its number."""
    unit = AGE_UNIT.match(text, begin, start)
    age = AGE.search(text[: unit.end() if unit else begin], max(0, begin - 16))
    return age.start() if age else begin


def _last(pattern: re.Pattern[str], text: str, low: int, high: int) -> int:
    """The end of the last match between two offsets, else the lower one."""
    for m in pattern.finditer(text, low, high):
        low = m.end()
    return low


def _modifiers(segment: str, label: str, gap: int | None, lexicon: Lexicon) -> int:
    """How many characters before a head classify it. `gap`: distance to the group named before, if any."""
    tail = _stripped(segment[_last(lexicon.words[STOP], segment, 0, len(segment)) :], lexicon, label=label)
    known = _known(tail, lexicon)
    if gap is not None and gap < len(tail) and known < len(tail):
        if gap and known < gap:
            return known
        tail = tail[-gap:] if gap else ""
        return len(tail) if not gap or known >= gap else known
    if known == len(tail):
        return known
    if len(tail) <= _LONGEST and (lexicon.words[OPEN_HEAD].search(label) or lexicon.words[CLASS_NOUN].search(tail)):
        return len(tail)
    return known


def all_known(words: str, lexicon: Lexicon) -> bool:
    """Whether a string is made of listed modifiers only."""
    return _known(words, lexicon) == len(words)


def _stripped(tail: str, lexicon: Lexicon, *, label: str = "") -> str:
    """Without place and verb at its head (培训|云岭|茶业人员).

    A bare head keeps the verb that is all it has (推广|人员).
    """
    tail = _placeless(tail, lexicon)
    verb = lexicon.words[WEAK].match(tail)
    if not verb or OPEN_LIST.match(tail, verb.end()):
        return tail
    part_of_name = lexicon.words[HEAD].fullmatch(label) is not None and verb.end() == len(tail)
    part_of_name |= tail in lexicon.words.of("person-modifiers") and (
        not label or lexicon.words[OPEN_HEAD].search(label) is not None
    )
    return tail if part_of_name else _placeless(tail[verb.end() :], lexicon)


def _placeless(tail: str, lexicon: Lexicon) -> str:
    """Without the place that it begins with, unless that says of which sort persons are (台湾居民)."""
    region = lexicon.words["{person-regions}"].match(tail)
    end = region.end() if region else lexicon.names.leading_place(tail)
    return tail if tail[:end] in lexicon.words.of("person-modifiers") else tail[end:]


def _known(tail: str, lexicon: Lexicon) -> int:
    """Length of the run of listed modifiers at the end, the longest first."""
    at = len(tail)
    modifiers, longest = lexicon.words.of("person-modifiers"), lexicon.words.longest("person-modifiers")
    while at:
        size = next((n for n in range(min(longest, at), 0, -1) if tail[at - n : at] in modifiers), 0)
        if not size:
            break
        at -= size
    return len(tail) - at


def _own_modifiers(text: str, begin: int, label: str, end: int, lexicon: Lexicon) -> str:
    """The modifiers of the last coordinate, those inside its label among them."""
    head = lexicon.words[HEAD].search(label)
    return text[begin : end - len(label) + head.start()] if head else text[begin : end - len(label)]


def _coordinated(
    text: str, begin: int, own: str, joins: list[tuple[int, int]], bounds: tuple[int, int], lexicon: Lexicon
) -> int:
    """Go back over members that share the head, as long as they are modifiers of the same make."""
    low, floor = bounds
    open_list = bool(OPEN_LIST.search(own))
    for k in range(len(joins) - 1, -1, -1):
        left = joins[k - 1][1] if k else low
        right = joins[k][0]
        if floor > left:
            break
        member = _stripped(text[_last(lexicon.words[STOP], text, left, right) : right], lexicon)
        if not member or not _alike(member, own, lexicon, open_list=open_list):
            break
        begin = right - len(member)
        if begin > left:
            break
    return begin


def _alike(member: str, own: str, lexicon: Lexicon, *, open_list: bool) -> bool:
    if open_list:
        return len(member) <= _LONGEST_MEMBER
    if not own:
        return False
    employer = lexicon.words[INSTITUTION].search(own)
    if employer and _ends_with(lexicon.words[INSTITUTION], member):
        return True
    if KIND.search(member) and (KIND.search(own) or KIND.search(own[: own.find("型") + 1])):
        return True
    return _known(member, lexicon) == len(member) and _known(own, lexicon) == len(own)


def _ends_with(pattern: re.Pattern[str], text: str) -> bool:
    return any(m.end() == len(text) for m in pattern.finditer(text))

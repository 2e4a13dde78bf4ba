"""Where the name of a group starts: its classifying modifiers, including those shared by a coordination.

The head is known; the search goes left within the clause and stops at verbs, prepositions, words of reference, quantity
and praise, and at 的. Coordinated modifiers of one head form one span (国有企业、高新技术企业技术负责人); coordinated
persons remain separate.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.populations.words import (
    AGE,
    AGE_UNIT,
    CLASS_NOUN,
    COHORT,
    HARD,
    HEAD,
    INSTITUTION,
    JOIN,
    KIND,
    LASTS,
    OPEN_HEAD,
    OPEN_LIST,
    POST,
    STOP,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words

_AFTER_VERBS = "了好着"
_REACH = 48
_LONGEST = 18
_LONGEST_MEMBER = 12
_LONGEST_FIELD = 8
_QUOTED = 10
_CODE_WORD = 2  # “三无”, “两癌”, “候鸟”
_LASTING = 16
_LISTED_REGIONS = r"(?:{listed-regions})$"
_IN_QUOTES = re.compile(r"“[^“”,。;、]{2,8}”$")
_DUTY = r"(?:{staffing-verbs})(?P<duty>(?!{staffing-verbs})(?:{policy-verbs}|{person-verbs}|{name-verbs}))$"
_SCHOOLING = r"{schooling-words}"


def widen(text: str, start: int, end: int, lexicon: Lexicon, *, floor: int = 0) -> int:
    """Return the start of the phrase whose head or label is `text[start:end]`.

    Args:
        text: The passage.
        start: Offset of the head or label.
        end: Offset after it.
        lexicon: Words and places.
        floor: End of the previous group; crossed only if nothing but modifiers lies between.
    """
    if text[start:end] in lexicon.words.of("everyone-words"):
        return start
    low = _last(HARD, text, max(0, start - _REACH), start)
    joins = [(m.start(), m.end()) for m in JOIN.finditer(text, low, start)]
    left = joins[-1][1] if joins else low
    label = text[start:end]
    begin = start - _modifiers(text[left:start], label, start - floor if floor > left else None, lexicon)
    if begin == left and joins:
        begin = _coordinated(
            text,
            begin,
            (_own_modifiers(text, begin, label, end, lexicon), text[begin:start]),
            joins,
            (low, floor),
            lexicon,
        )
    # 方便企业群众: firms stand beside those people and do not employ them
    if label in lexicon.words.of("general-persons"):
        return max(begin, start - _run(text[low:start], "public-modifiers", lexicon))
    if label in lexicon.words.of("taught-persons") and not lexicon.words[_SCHOOLING].search(text, begin, start):
        return max(begin, start - _run(text[low:start], "public-modifiers", lexicon))
    if begin == start and lexicon.words[HEAD].fullmatch(label):
        begin = max(_quoted(text, start), _staffed(text, start, low, lexicon), key=lambda at: start - at)
    # the three are one modifier: 港、澳、台地区|科学家
    regions = lexicon.words[_LISTED_REGIONS].search(text[low:start])
    begin = min(begin, low + regions.start()) if regions else begin
    begin = _aged(text, begin + 1 if OPEN_LIST.match(text, begin, start) else begin, start)
    if _classed(text, quoted := _quoted(text, begin), begin, end, lexicon):
        low = _last(HARD, text, max(0, quoted - _REACH), quoted)
        begin = quoted - _run(text[low:quoted], "dwelling-places", lexicon)  # 农村|“两癌”患病妇女
    return _lasting(text, begin, lexicon)


def _quoted(text: str, start: int) -> int:
    """Include a quoted modifier directly before a bare head (“候鸟”人员)."""
    quoted = _IN_QUOTES.search(text, max(0, start - _QUOTED), start)
    return quoted.start() if quoted else start


def _classed(text: str, quoted: int, begin: int, end: int, lexicon: Lexicon) -> bool:
    """Tell whether quotes before a phrase hold its kind (“候鸟”老人), not the name of a programme or a service."""
    kind = text[quoted + 1 : begin - 1]
    return quoted < begin and (
        len(kind) == _CODE_WORD or KIND.search(kind) is not None or kind + text[begin:end] in lexicon.population_of
    )


def _staffed(text: str, start: int, low: int, lexicon: Lexicon) -> int:
    """Include the verb before a bare head that says what the persons are for, after a staffing verb (配备督导人员)."""
    words = lexicon.words
    duty = words[_DUTY].search(text[low:start]) if words.hold(text[low:start], 0, "staffing-verbs") else None
    return low + duty.start("duty") if duty else start


def _aged(text: str, begin: int, start: int) -> int:
    """Include an age before a phrase (16至24岁|失业青年), also if the phrase was cut after its number."""
    unit = AGE_UNIT.match(text, begin, start)
    age = AGE.search(text[: unit.end() if unit else begin], max(0, begin - 16))
    return age.start() if age else begin


def _lasting(text: str, begin: int, lexicon: Lexicon) -> int:
    """Include how long a state lasts and a year of leaving school (2025届及|离校2年内|未就业高校毕业生)."""
    lasts = lexicon.words[LASTS].search(text[:begin], max(0, begin - _LASTING))
    begin = lasts.start() if lasts else begin
    cohort = COHORT.search(text[:begin], max(0, begin - _LASTING))
    return cohort.start() if cohort else begin


def _last(pattern: re.Pattern[str], text: str, low: int, high: int) -> int:
    """Return the end of the last match between two offsets; the lower offset if there is none."""
    for m in pattern.finditer(text, low, high):
        low = m.end()
    return low


def _modifiers(segment: str, label: str, gap: int | None, lexicon: Lexicon) -> int:
    """Return how many characters before a head classify it. `gap`: distance to the previous group, if any."""
    stops = [m.span() for m in lexicon.words[STOP].finditer(segment)]
    tail = _stripped(segment[stops[-1][1] if stops else 0 :], lexicon, label=label)
    known = _known(tail, lexicon)
    if gap is None and stops and (run := _known(segment, lexicon)) >= len(segment) - stops[-1][0]:
        return run  # a listed modifier may begin with a verb: 集中供养
    if gap is not None and gap < len(tail) and known < len(tail):
        if gap and known < gap:
            return known
        tail = tail[-gap:] if gap else ""
        return len(tail) if not gap or known >= gap else known
    if known == len(tail):
        return known
    if len(tail) <= _LONGEST and (
        lexicon.words[OPEN_HEAD].search(label)
        or (1 < len(tail) <= _LONGEST_FIELD and lexicon.words[POST].fullmatch(label))
        or lexicon.words[CLASS_NOUN].search(tail)
        or (_ends_with(OPEN_LIST, tail) and (_general_label(label, lexicon) != label or all_known(tail[:-1], lexicon)))
    ):
        return len(tail)
    return known


def all_known(words: str, lexicon: Lexicon) -> bool:
    """Tell whether a string consists of listed modifiers only."""
    return _known(words, lexicon) == len(words)


def _weak_end(tail: str, words: Words) -> int:
    """Return the end of the verbs at the start of a phrase that also occur inside names of groups, 0 if none is there.

    They end a phrase only at its start (推广人员). From tables: as a pattern, so many verbs take long to compile.
    """
    names, orders, classes = (words.table(name) for name in ("name-verbs", "policy-verbs", "classifying-ends"))
    at = 0
    while at < len(tail):
        ends = (*names.ends(tail, at), *orders.ends(tail, at))
        step = next((end for end in ends if not classes.end(tail, end)), at + (tail[at] in _AFTER_VERBS))
        if step == at:
            break
        at = step
    return at


def _stripped(tail: str, lexicon: Lexicon, *, label: str = "") -> str:
    """Strip a leading place and verb (培训|云岭|茶业人员).

    A bare head keeps a verb that is its only modifier (推广|人员).
    """
    tail = _placeless(tail, lexicon)
    end = _weak_end(tail, lexicon.words)
    if not end or OPEN_LIST.match(tail, end):
        return tail
    part_of_name = (
        lexicon.words[HEAD].fullmatch(label) is not None
        and end == len(tail)
        and tail in lexicon.words.of("name-verbs")
        and tail not in lexicon.words.of("agent-verbs")
        # what is a group by itself needs no verb before it: 保护|经营者
        and label not in lexicon.words.of("self-named-heads")
    )
    part_of_name |= tail in lexicon.words.of("person-modifiers") and (
        not label
        or lexicon.words[OPEN_HEAD].search(label) is not None
        or lexicon.words["{name-verbs}"].match(tail) is None
    )
    return tail if part_of_name else _placeless(tail[end:], lexicon)


def _placeless(tail: str, lexicon: Lexicon) -> str:
    """Strip a leading place, unless it classifies the persons (台湾居民)."""
    region = lexicon.words["{person-regions}"].match(tail)
    end = region.end() if region else lexicon.names.leading_place(tail)
    return tail if tail[:end] in lexicon.words.of("person-modifiers") else tail[end:]


def _known(tail: str, lexicon: Lexicon) -> int:
    """Return the length of the run of listed modifiers at the end."""
    return _run(tail, "person-modifiers", lexicon)


def _run(tail: str, name: str, lexicon: Lexicon) -> int:
    """Return the length of the run of words of a class at the end, longest words first."""
    at = len(tail)
    modifiers, longest = lexicon.words.of(name), lexicon.words.longest(name)
    while at:
        size = next((n for n in range(min(longest, at), 0, -1) if tail[at - n : at] in modifiers), 0)
        if not size:
            break
        at -= size
    return len(tail) - at


def _own_modifiers(text: str, begin: int, label: str, end: int, lexicon: Lexicon) -> str:
    """Return the modifiers of the last coordinate, including those inside its label (孤独症|儿童)."""
    head = lexicon.words[HEAD].search(label)
    if head:
        return text[begin : end - len(label) + head.start()]
    return text[begin : end - len(_general_label(label, lexicon))]


def _general_label(label: str, lexicon: Lexicon) -> str:
    """Return the shortest label that ends a label: 儿童 in 孤独症儿童; the label itself if it has no modifier."""
    return next((label[-n:] for n in range(2, len(label)) if label[-n:] in lexicon.population_of), label)


def _coordinated(
    text: str, begin: int, owns: Sequence[str], joins: list[tuple[int, int]], bounds: tuple[int, int], lexicon: Lexicon
) -> int:
    """Extend the start over members that share the head, as long as they are modifiers of the same kind."""
    low, floor = bounds
    open_list = any(OPEN_LIST.search(own) for own in owns)
    for k in range(len(joins) - 1, -1, -1):
        left = joins[k - 1][1] if k else low
        right = joins[k][0]
        if floor > right:
            break
        if floor > left:
            place = lexicon.words["{locative-words}"].match(text, floor, right)
            left = place.end() if place else floor
        whole = text[_last(lexicon.words[STOP], text, left, right) : right]
        age = AGE_UNIT.match(whole)
        # between two marks nothing is governed: 监督部门、审批部门工作人员
        member = whole[age.end() :] if age else whole if k else _stripped(whole, lexicon)
        # in an open list a field that may be a verb is not one (建筑、规划等领域)
        member = member or (whole if open_list else "")
        if not member or not any(_alike(member, o, lexicon, open_list=open_list) for o in owns):
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
    if _ends_with(lexicon.words[INSTITUTION], member):
        # a firm beside a team does not modify it (龙头企业和科研团队)
        return lexicon.words[INSTITUTION].search(own) is not None
    if KIND.search(member) and (KIND.search(own) or KIND.search(own[: own.find("型") + 1])):
        return True
    if _known(member, lexicon) != len(member) or _known(own, lexicon) != len(own):
        return False
    # a field beside a property of persons is an activity (应急救援、受灾牧民)
    return _run(own, "public-modifiers", lexicon) != len(own) or _run(member, "public-modifiers", lexicon) == len(
        member
    )


def _ends_with(pattern: re.Pattern[str], text: str) -> bool:
    return any(m.end() == len(text) for m in pattern.finditer(text))

"""When a head word with its modifier is a proper name: one rule for each row of head words.

Takes a list member without quotes. The place within the name, or the verb that governs it, decides.
Source: observation of plans, agreed between annotators; rows are collections in ontology/vocab/initiatives.ttl.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.named.heads import NATION, SEVERAL, follows, is_latin, is_prefix, start_of
from kgbuild.extract.named.text import KINDS
from kgbuild.lazy import lazy_pattern
from kgbuild.text.normalise import HANZI, TWO_HANZI
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.extract.named.heads import HeadMatch, Landmarks
    from kgbuild.extract.named.text import Member
    from kgbuild.lexicon.words import Words
    from kgbuild.model import NamedType

MAX_NAME = 36
MAX_CLASS = 8
"""A longer run of general words names one thing: 公共卫生体系建设三年|行动计划."""
MIN_TOLD = 6
_VERB = 2
_REACH = 400
"""Code points before a phrase in which its actor is searched for, so that a list without end stays linear."""
_DOING = r"{doing-verbs}"
_MAKING = r"{drafting-verbs}"
_KEEPING = r"{keeping-verbs}"
_APPLYING = r"{applying-verbs}"
_ISSUING = r"{issuing-verbs}"
_CLASSES = r"^(?:{class-modifiers}|PPP|EPC)*+$"
_REGIONAL = r"(?:{regional-words}|[局部厅委员人们院])$|—"
_EDITION = re.compile(rf"第[{TO_TEN}百0-9]+(?:届|次|轮)")
_LATIN = re.compile(r"[A-Za-z0-9]")
_BEGUN = r"{begun-verbs}"
_UNDER_WAY = r"{under-way-verbs}|[0-9]+(?![0-9·.])"
STARTED = "{started-words}|" + _UNDER_WAY
ENDS_IN_VERB = r"(?:{final-verbs})$"
_OFFICE = (
    r"(?:{office-fields})计划$|"
    r"(?:{project-fields})项目$"
)
_COUNTED = re.compile(r"[0-9]+ ?(?:余|多)?(?:个|家|项|座|处|名|场|次)")
_PLAIN = "重要|^(?:{plain-attributes})+$"
_BUILDING = "{building-verbs}"
_WORKING = "{working-occasions}$"
_BOUND = "{bound-characters}$"
_STANDING = frozenset({"place", "gateway", "spot"})
_WISHED = "{wishing-verbs}[^,。;]{0,12}{actor-nouns}[^,。;]{0,6}{holding-verbs}"
_OR = "或"
_ALREADY = "已"
OF_ALL = re.compile(f"[市省县]?[{TO_TEN}两]+地")
"""甲市、乙市三地机场: the head counts the places and names none."""
_COORDINATED = re.compile("(?<!中)[和及]")
_RANK = "{rank-words}"
_RANKED = "{ranks-of-projects}$"
_COUNTRIES = "{country-nouns}"
_PLAIN_RULE = "{plain-rules}$"
_WORKING_LIST = "{working-lists}"
_PHRASE = r"(?:{framing-verbs})$|{framing-words}|(?<!行)为|把|(?<![定方面])向|(?<!兼)并|[以对由从]$"
_FUND_HEAD = "基金"
PROJECT = "项目"
_FUND = "{fund-verbs}"
_JOINED = re.compile("[和与、的]")
_VERB_INSIDE = "{later-verbs}"
_TRYING = "{trying-verbs}"
LONG = 7
"""Length of a modifier from which X制 is a name whatever the verb."""
_LINE_NUMBER = re.compile(r"\d{5}(?!\d)")
"""12345民生热线: the number makes a line a definite one."""
_NUMBERED = re.compile(f"第[{TO_TEN}0-9]+次")
_AND = "与和及"
_TWO_VERBS = lazy_pattern(rf"{TWO_HANZI.pattern}[{_AND}]{TWO_HANZI.pattern}(?:工程)?$")
_TAKING_UP = "{taking-up-verbs}"


class Firm(Enum):
    """Verdict of a row on a reading."""

    NO = auto()
    """Not a name."""
    WEAK = auto()
    """A name if its list contains certain ones."""
    YES = auto()
    """A name on its own."""


class Candidate(NamedTuple):
    """A possible name in a passage."""

    start: int
    end: int
    type: NamedType
    rule: str
    row: str
    placed: bool = False
    """Whether the name contains a place."""
    firm: bool = True
    """Whether it is a name on its own rather than by its list."""
    name: str = ""
    """The completed name, if the wording shares the head of a neighbour."""


class _Reading(NamedTuple):
    """A head with its modifier, as the rules see it."""

    head: HeadMatch
    start: int
    text: str
    """The modifier."""
    rest: str
    """The modifier without its place."""
    region: tuple[int, int] | None
    clean: bool
    member: Member
    words: Words

    @property
    def nation_only(self) -> bool:
        """Whether the only place is 国家, 全国 or 中国."""
        return self.words[NATION].match(self.text) is not None


def read_member(masked: str, marks: Landmarks, member: Member) -> Candidate | None:
    """Return the longest name accepted by its row, ending with the last head that yields one."""
    weak: Candidate | None = None
    for head in _heads(marks, member):
        for reading in _readings(masked, marks, member, head):
            found = _judge(masked, reading)
            if found and found.firm:
                return found._replace(end=marks.bracketed(found.end, member.end)) if found.placed else found
            weak = weak or found
    return weak


def _heads(marks: Landmarks, member: Member) -> list[HeadMatch]:
    """Return the heads of a member, last first; a class word after another head (试验区平台) comes after that head."""
    heads = list(marks.heads_in(member.start, member.end))
    for i in range(len(heads) - 1):
        if (
            heads[i].word in marks.words.of("repeating-heads")
            and heads[i + 1].end == heads[i].start
            and heads[i + 1].row in _STANDING
        ):
            heads[i], heads[i + 1] = heads[i + 1], heads[i]
    return heads


def _readings(masked: str, marks: Landmarks, member: Member, head: HeadMatch) -> list[_Reading]:
    earliest, whole = start_of(masked, member.start, head.start, marks.words)
    start = earliest
    rank = next((n for n in marks.words.of("national-ranks") if masked.endswith(n, 0, start)), "")
    placed = marks.place_before(start - len(rank)) if rank else None
    if placed is not None:
        # the rank between a place and the name is part of it: 莱州国家级先进能源基地
        start = max(placed, member.start)
    region = marks.region_in(start, head.start)
    out: list[_Reading] = []
    while region and (verb := marks.words[_BEGUN].match(masked, region[1], head.start)):
        later = marks.region_in(verb.end(), head.start)
        if later is None or later[0] != verb.end():
            break
        start = earliest = later[0]  # 遵义建设|国家食品产业基地: the place before the verb is the actor
        region = later
    if region:
        region = marks.region_behind_and(region, head.start)
        start = _edition(masked, start, region[0])
        prefix = masked[start : region[0]]
        if (
            prefix
            and not _EDITION.fullmatch(prefix)
            and prefix not in marks.words.of("zones-with-areas")
            and not (member.verb and member.clean and whole != "cut" and is_prefix(prefix, head.row, marks.words))
        ):
            start = region[0]
        rest = masked[start : region[0]] + masked[region[1] : head.start]
        out.append(
            _Reading(
                head, start, masked[start : head.start], rest, region, clean=True, member=member, words=marks.words
            )
        )
    text = masked[earliest : head.start]
    out.append(_Reading(head, earliest, text, text, None, whole == "" and member.clean, member, marks.words))
    return [r for r in out if head.end - r.start <= MAX_NAME]


def _edition(masked: str, start: int, end: int) -> int:
    """Return the start of a name with a leading edition: 第四届中国…博览会."""
    for m in _EDITION.finditer(masked, start, end):
        if m.end() == end:
            return m.start()
    return start


def _judge(masked: str, r: _Reading) -> Candidate | None:
    """Apply the row of the head."""
    if (
        not (r.text or _is_bare_rule(r))
        or "“" in r.text
        or (r.text and not (HANZI.match(r.text) or _LATIN.match(r.text)))
        or (r.head.row == "endeavour" and len(r.text) > 4 and r.text[2] in _AND and _TWO_VERBS.match(r.text))
        or (r.words[_PHRASE].search(r.rest) and not _backs(r))
        or _begun(masked, r)
    ):
        return None
    if not (r.region or follows(masked, r.head.end, r.words)) or _is_class(masked, r):
        return None
    firm = _ROWS[r.head.row](r)
    if firm is Firm.NO:
        return None
    return Candidate(
        start=r.start,
        end=r.head.end,
        type=r.head.type,
        rule=f"{'placed' if r.region else 'governed'}-{r.head.row}",
        row=r.head.row,
        placed=r.region is not None,
        firm=firm is Firm.YES,
    )


def _is_class(masked: str, r: _Reading) -> bool:
    """Tell whether the phrase is a class: counted, coordinated with or closed by a class, or to be done by a class."""
    return (
        _mixed(r.text, r.words, placed=r.region is not None)
        or _OR in r.text
        or (not r.region and not is_latin(r.text) and _is_wished_for(masked, r))
        or r.member.several
        or (r.member.closing in r.words.of(KINDS) and (not r.region or r.nation_only))
        or _COUNTED.match(masked, r.head.end) is not None
        or r.words[SEVERAL].search(masked, max(0, r.start - 8), r.start) is not None
    )


def _is_bare_rule(r: _Reading) -> bool:
    """推行|承诺制: the modifier is part of the head."""
    return (
        r.head.row == "rule"
        and len(r.head.word) > 2
        and r.clean
        and r.words[_TAKING_UP].search(r.member.verb) is not None
    )


def _is_wished_for(masked: str, r: _Reading) -> bool:
    """What a class of actors is to hold or build is not definite: 支持职业学校承办…大赛."""
    reach = max(r.start - _REACH, 0)
    begin = max(max(masked.rfind(mark, reach, r.start) for mark in ",。;:!?\n") + 1, reach)
    return r.words[_WISHED].search(masked, begin, r.start) is not None


def _backs(r: _Reading) -> bool:
    """A programme may be for support: …人才支持计划."""
    return (
        r.head.row == "endeavour"
        and len(r.rest) >= (4 if r.region else 6)
        and r.rest.endswith("支持")
        and not r.words[_PHRASE].search(r.rest[:-2])
    )


def _begun(masked: str, r: _Reading) -> bool:
    """A verb follows the place or starts the phrase, which then says what the place does."""
    if masked.startswith(_ALREADY, r.start - 1):
        return True  # 已|批复的, 已|建成茶厂项目: what precedes the head is a clause
    if r.region:
        if r.head.row in {"survey", "document"}:  # 发展水平 is the object of a survey
            return False
        return r.words[_BEGUN].match(masked, r.region[1], r.head.start) is not None
    return r.head.row != "quoted" and r.words[_UNDER_WAY].match(r.text) is not None


def _mixed(text: str, words: Words, *, placed: bool) -> bool:
    """A class word is coordinated by 和: 重大兼并重组和重大(项目)."""
    parts = _COORDINATED.split(text)
    return len(parts) > 1 and any(words[_CLASSES].match(p) for p in (parts[-1:] if placed else parts))


def _firm(is_name: object) -> Firm:
    """A name on its own, or none."""
    return Firm.YES if is_name else Firm.NO


def _endeavour(r: _Reading) -> Firm:
    office = not r.member.ranked and not r.nation_only and r.words[_OFFICE].search(r.text + r.head.word)
    of_works = r.head.word == PROJECT and r.words[_UNDER_WAY].fullmatch(r.member.verb)  # 新建保障性住房项目
    if r.words[_MAKING].search(r.member.verb) or office or of_works:
        return Firm.NO
    if r.region:
        special = len(r.rest) >= 6 or r.region[1] == r.head.start or not r.words[_CLASSES].match(r.rest)
        return _firm(len(r.rest) >= 2 and special)  # 健康云岭|行动: the field before a place is its own
    if not r.clean or r.words[_RANK].match(r.text) or r.words[_RANKED].search(r.text):
        return Firm.NO
    if r.member.ranked and r.head.word != PROJECT:
        return _firm(len(r.text) >= 4)
    if (
        (r.words[_CLASSES].match(r.text) and len(r.text) <= MAX_CLASS and not _is_told(r))
        or (r.head.word == _FUND_HEAD and not r.words[_FUND].search(r.member.verb))
        or (r.head.word == PROJECT and len(r.text) < 6)
    ):
        return Firm.NO
    least = 4 if r.words[_DOING].search(r.member.verb) and r.head.word != _FUND_HEAD else 6
    return _firm(len(r.text) >= least and bool(r.member.verb or r.member.closing in r.words.of("closing-undertakings")))


def _is_told(r: _Reading) -> bool:
    """Tell whether the modifier says what is done, not only in which field: 养茶人才推进|计划."""
    return len(r.text) >= MIN_TOLD and r.text[-_VERB:] in r.words.of("policy-verbs") and r.head.word != PROJECT


def _occasion(r: _Reading) -> Firm:
    if r.words[_WORKING].search(r.text) or (len(r.text) <= 2 and r.words[_CLASSES].match(r.text)):
        return Firm.NO
    if r.region or (r.clean and r.member.closing in r.words.of("closing-occasions")):
        return Firm.YES
    return _firm(r.clean and not (r.head.word in r.words.of("common-occasions") and r.words[_CLASSES].match(r.text)))


def _listed(r: _Reading) -> Firm:
    if re.search(r"[0-9每当全本半元比拓发开扩进施参]$", r.text):
        return Firm.NO
    if r.nation_only and r.region and len(r.rest) >= 2:
        return Firm.YES
    return _firm(r.member.closing in r.words.of("closing-occasions") and r.clean and len(r.text) >= 2)


def _platform(r: _Reading) -> Firm:
    if r.head.word == "链":
        return Firm.NO
    if not r.region:
        return Firm.WEAK if len(r.text) >= 4 and r.clean else Firm.NO
    least = 4 if r.head.word == "系统" else 2
    return _firm(len(r.rest) >= least and (len(r.head.word) == 1 or not r.words[_CLASSES].match(r.rest)))


def _place(r: _Reading) -> Firm:
    if r.region:
        bare = len(r.head.word) < 3 if not r.rest else r.words[_PLAIN].search(r.rest)
        return _firm(not bare)
    if r.head.word in r.words.of("unnamed-areas"):
        return Firm.NO
    return Firm.WEAK if len(r.text) >= 3 and r.clean else Firm.NO


def _gateway(r: _Reading) -> Firm:
    if not r.region:
        return Firm.WEAK if r.clean and len(r.text) <= 4 else Firm.NO
    return _firm(not r.nation_only and len(r.rest) <= 6 and not OF_ALL.match(r.rest))


def _spot(r: _Reading) -> Firm:
    return _firm(
        r.region is not None and len(r.text) >= 3 and 0 < len(r.rest) <= 10 and not r.words[_REGIONAL].search(r.text)
    )


def _facility(r: _Reading) -> Firm:
    return _firm(bool(re.search("中国|新时代", r.text)) or is_latin(r.text + r.head.word))


def _title(r: _Reading) -> Firm:
    if r.member.awarded and r.clean and len(r.text) >= 2:
        return Firm.YES
    if r.head.word == "奖" and not r.region:
        return Firm.WEAK if r.clean and len(r.text) >= 3 else Firm.NO
    return _firm(r.region is not None and len(r.rest) >= 1)


def _rule(r: _Reading) -> Firm:
    long = len(r.text + r.head.word) > LONG and not _JOINED.search(r.text) and not r.words[_VERB_INSIDE].search(r.text)
    if long and r.clean and r.head.word.endswith("制") and not r.words[_BOUND].search(r.text):
        return _firm(not r.words[_TRYING].search(r.member.verb))
    if r.words[_PLAIN_RULE].search(r.text) and len(r.text) <= 4:
        return Firm.NO
    if r.head.word == "制度":
        return _firm(r.clean and r.words[_KEEPING].search(r.member.verb) is not None and len(r.text) >= 4)
    if r.words[_BOUND].search(r.text) and r.head.word == "制":
        return Firm.NO
    return _firm(r.clean and r.words[_APPLYING].search(r.member.verb) is not None and len(r.text + r.head.word) > 2)


def _arrangement(r: _Reading) -> Firm:
    if is_latin(r.text):
        return _firm(r.words[_COUNTRIES].search(r.text) is None)
    if r.region is None or len(r.rest) < 4:
        return Firm.NO
    return _firm(not r.nation_only or len(r.rest) >= 8 or not r.words[_BUILDING].search(r.member.verb))


def _pilot(r: _Reading) -> Firm:
    return _firm(r.region is not None and len(r.rest) >= 4)


def _document(r: _Reading) -> Firm:
    if r.region:
        return _firm(len(r.rest) >= (4 if r.words[_MAKING].search(r.member.verb) else 2))
    if r.words[_MAKING].search(r.member.verb) or r.words[_WORKING_LIST].search(r.text):
        return Firm.NO
    return _firm(r.clean and r.words[_ISSUING].search(r.member.verb) is not None and len(r.text) >= 4)


def _survey(r: _Reading) -> Firm:
    named = r.region is not None or _NUMBERED.match(r.text)
    return _firm(named and len(r.rest) >= 3 and not r.words[ENDS_IN_VERB].search(r.rest))


def _strategy(r: _Reading) -> Firm:
    if r.words[_CLASSES].match(r.rest):
        return Firm.NO
    return _firm(r.clean and len(r.text) >= 2 and bool(r.member.verb))


def _numbered_line(r: _Reading) -> Firm:
    return _firm(_LINE_NUMBER.match(r.text))


_ROWS: dict[str, Callable[[_Reading], Firm]] = {
    "endeavour": _endeavour,
    "quoted": _numbered_line,
    "occasion": _occasion,
    "listed": _listed,
    "platform": _platform,
    "place": _place,
    "gateway": _gateway,
    "spot": _spot,
    "facility": _facility,
    "title": _title,
    "rule": _rule,
    "arrangement": _arrangement,
    "pilot": _pilot,
    "document": _document,
    "survey": _survey,
    "strategy": _strategy,
}

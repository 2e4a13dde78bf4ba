"""The inside of a responsibility statement: whom it names, in which role, and what else it says.

Takes a stretch of normalised text known or suspected to be a list of parties. Guarantees: bodies are in written order;
unregistered names are kept as written; what is neither body nor field is returned as `rest`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.responsibility import roles
from kgbuild.extract.responsibility.brackets import split_top
from kgbuild.lexicon.names import COLLECTIVE, STEM_SUFFIXES
from kgbuild.model import BodyMention, FieldMention, Span
from kgbuild.text import trim
from kgbuild.text.normalise import TWO_HANZI
from kgbuild.text.numbering import mark_at
from kgbuild.text.numerals import HAN
from kgbuild.text.times import find_times, last_day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import FieldKey, Role

_AND = "(?:以及|及(?!其)|[和与])"
_SOME, _EACH, _GOVERNMENT = "(?:有关|相关)", "各", "(?:人民政府|政府|党委)"
_CLASS = r"(?:{class-middles})*(?:{group-nouns})(?:[和及、]?(?:{group-nouns}))?"
_ETC = "等"
_OPEN_TAIL = (
    rf"{_ETC}(?P<more>(?:{{class-levels}}){{0,4}}(?:各)?{_SOME}(?:地区|地方|{_CLASS}))?"
    rf"(?:(?:\d{{1,2}}|[{HAN}]{{1,3}})个?|多个|各|多)?(?:{{class-levels}}){{0,3}}(?:{{listed-bodies}})?$"
)
_CLASS_TAIL = rf"{_ETC}(?P<more>[^、,;等]{{0,14}}{_CLASS}(?:\((?:{{group-nouns}})\))?)$"
_UNNAMED = rf"^(?:{{unnamed-tops}})?[\u4e00-\u9fff]{{0,8}}{_SOME}(?:地区|{_CLASS})(?:\((?:{{listed-bodies}})\))?$"
_SOME_CLASS = r"[\u4e00-\u9fff]{2,}(?:{group-nouns})$"
_LEVELS = "(?:{government-places}|{further-divisions}|{township-levels})"
_AND_LEVELS = rf"(?:\({_LEVELS}(?:、{_LEVELS})*\))?"
_EACH_GOVERNMENT = rf"{_EACH}{_LEVELS}{_AND_LEVELS}(?:、{_LEVELS}{_AND_LEVELS})+{_GOVERNMENT}"
# 各县、区人民法院: what stands last is of each; in 各区、市教育局、市财政局 and
# 各区、市有关部门 the city's own follow
_EACH_BODY = (
    rf"{_EACH}{_LEVELS}{_AND_LEVELS}(?:、(?!省){_LEVELS}(?!{{class-words}}){_AND_LEVELS})+"
    r"[^、,;。()]{2,12}(?:{function-endings})(?=[\s,;)。]|$)"
)
# 各省、自治区、直辖市教育厅(教委), 各省、自治区、直辖市及计划单列市、兵团教育局
_EACH_PROVINCE = (
    rf"{_EACH}{{provincial-levels}}(?:、\s*{{provincial-levels}}){{2}}(?:(?:{_AND}|、)\s*{{beside-provinces}})*"
    rf"(?!{_AND})[^、,;。()]{{0,12}}(?:\([^()]{{1,10}}\))?(?=[\s、,;)。]|$)"
)
# 各区、县级市, 各乡、镇、街道: the later ones name nobody without 各; 各乡镇、街道 are two
_STRICT = "(?:{government-places}|{township-levels}|{listed-levels})"
_ANY_LEVEL = rf"(?:{_LEVELS}|{{listed-levels}}|{{lower-places}})"
_EACH_LEVEL = (
    rf"{_EACH}{_SOME}?{_ANY_LEVEL}+{_AND_LEVELS}(?:、{_ANY_LEVEL}{_AND_LEVELS})*?、{_STRICT}{_AND_LEVELS}"
    rf"(?:、{_ANY_LEVEL}{_AND_LEVELS})*(?=[\s、,;)。]|$)"
)
# 县、区政府 and 市直有关部门、单位 are one party each, because 各 or 有关 occurs once
_ONE_PARTY = (
    rf"{_EACH_GOVERNMENT}|{_EACH_BODY}|{_EACH_PROVINCE}|{_EACH_LEVEL}|(?<![\u4e00-\u9fff])(?<!、)(?<!、\n){_LEVELS}(?:、\s*{_LEVELS})+{_GOVERNMENT}"
    rf"|{_SOME}(?:{{listed-bodies}})、\s*(?:{{listed-bodies}})(?=[\s、,;)]|$)"
    r"|(?:19|20)\d\d\D?(?:\d{1,2}\D?)?、\s*\d{1,4}[年月]"  # 2026年4、5月 is one time
)
REACH = 160
"""Characters around a role word in which names are searched for; keeps the cost of a long list linear."""
JOINED = "会同"
_TOGETHER = {JOINED, "联合"}
HELPED = re.compile("|".join(sorted(_TOGETHER)))
"""Words behind which those stand who help."""
_CONSULTED = "商"
_JOIN = re.compile(f"{_AND}|及其|{_CONSULTED}|{HELPED.pattern}")
_LEADING_JOIN = re.compile(f"{_AND} *")
_APART = re.compile(r"[ \t·•・/|+&—–①-⑳-]+")
STARS = "★☆*※▲△◆◇●○#"
"""Marks beside names that point to a note elsewhere; what they say of the name is not known."""
_LEVEL_ONLY = r"^(?:{level-names})+级$"
_CLOCK = r"(?:(?:[01]?\d|2[0-4])(?:[时点]|:\d\d))?[之以]?前?(?:\([^()]{0,8}\))?"
_REST_OF_TIME = rf"^{_CLOCK}(?:{{period-words}}|{{deadline-verbs}})*$"
# 石桥高新区、云湖度假区管委会: two boards
_ZONE, _BOARD = re.compile(r"(?<!各)[区园]$"), "管委会"
_OFFICE = re.compile(r"(?:处|科|室)$")
# 省财政厅积极配合、给予支持
_DUTY_BEHIND = "(?:{duty-takes})?(?:{duty-manners}){0,2}(?P<role>{roles})"
CLASS = (
    r"(?:{collective-tops}|全[省市])?(?:直|级)?{class-words}[\u4e00-\u9fff、()]{0,24}?"
    r"(?:{clause-collectives})(?:\([\u4e00-\u9fff、]{1,8}\))?"  # 各乡镇(街道), 各市(州)
)
"""A class of bodies: 市直各单位, 各乡镇(街道)."""
_TASK = "(?:(?:{duty-takes})|(?:{duty-manners}){1,2}(?:{policy-verbs}))"
# 市直各单位及时做好清理工作
_CLASS_AND_TASK = rf"(?P<name>{CLASS.replace('{0,24}?', '{0,24}')})[\u4e00-\u9fff]{{0,2}}?{_TASK}"
_NOTE = re.compile(r"(?<=.)\([^()]{1,8}\)$")
"""What a name adds in a bracket: 学工部(处) is one office under two names."""
# 各乡镇、街道; 县教育局、青溪镇、白石街道: beside bodies they are some, 乡镇(街道) and 书屋(青溪镇) are none
_TOWNSHIP = r"^(?:[\u4e00-\u9fff]{1,6}(?:{township-endings}|{lower-places})|(?:{bare-townships}|{lower-places}))$"
_EACH_OR = rf"^{_EACH}[^()]*\((?:{{collective-governments}})\)$"
_OWN_CLASS = re.compile(r"^(?:[市县区州盟旗]|自治[州县])")
# 各乡镇党委、政府, 石桥新区党工委、管委会: both are of the one place; 各县人民政府、管委会: one of each
_COMMITTEE, _ITS_GOVERNMENT = "(?:{committees-of-places})$", "^(?:{governments-of-places})$"
_PARTY_COMMITTEE = STEM_SUFFIXES[-1]
_SAME_BELOW = r"(?<=[,;。、]) ?(?:{same-below})$"
_NOT_NAME = r"^(?:(?:{list-notes})|(?:{no-bodies})$)"
_BEFORE_TIME = 4
"""How many characters may stand before the time of a phrase of time: 推迟至2026年6月."""
_OPENS, _SHUTS = "([【〔", ")]】〕"
_EITHER = frozenset(_OPENS + _SHUTS)
_DEADLINE = r"(?:{period-words})[底末初]?[之以]?[前内]?(?:{deadline-verbs})|{list-times}(?:{deadline-verbs})?"


class PartyList(NamedTuple):
    """The content of a list, in written order.

    Attributes:
        bodies: Parties that it names.
        fields: Other information: deadline, scope, manner, rules.
        open_list: Whether it ends in 等 or 相关部门.
        labelled: Whether it contains a responsibility label.
        verbs: Number of role words after names.
        known: Number of bodies that look like the name of a party; of townships too, where there is another.
        townships: Number of bodies that are townships or streets.
        rest: Stretches that are neither body nor field.
        asides: Text that is not part of the statement: brackets after names that give neither role nor body, levels,
            persons, duties of single bodies.
        leads_rule: The rule that the first of a list leads, if it is stated here.
    """

    bodies: tuple[BodyMention, ...]
    fields: tuple[FieldMention, ...]
    open_list: bool
    labelled: bool
    verbs: int
    known: int
    townships: int
    rest: tuple[Span, ...]
    asides: tuple[Span, ...]
    leads_rule: Span | None


def parse_party_list(norm: str, start: int, end: int, lexicon: Lexicon, *, year: int | None) -> PartyList:
    """Parse the inside of a bracket, a labelled line or a cell.

    Args:
        norm: Normalised text.
        start: Offset at which the inside starts.
        end: Offset at which it ends.
        lexicon: Knows what names of parties look like.
        year: Year of the document, for deadlines without one.
    """
    return _Reader(norm, lexicon, year).read(start, end)


class _Reader:
    """Parses one list from left to right."""

    def __init__(self, norm: str, lexicon: Lexicon, year: int | None) -> None:
        self.norm, self.lexicon, self.words, self.year = norm, lexicon, lexicon.words, year
        self.bodies: list[BodyMention] = []
        self.fields: list[FieldMention] = []
        self.rest: list[Span] = []
        self.asides: list[Span] = []
        self.open_list = False
        self.named_year: int | None = None
        self.verbs = self.known = self.townships = 0
        self.leads_rule: Span | None = None
        self.skipped: Span | None = None

    def read(self, start: int, end: int) -> PartyList:
        start = roles.behind_all(self.norm, start, end, self.words)
        end = self._take_rules(start, end)
        found = roles.labels(self.norm, start, end, self.words)
        # 省教育厅(第一责任单位为牵头单位): what the rule says is no label of the list
        found = [x for x in found if not (self.skipped and self.skipped.overlaps(x.span))]
        at, label = start, None
        for nxt in [*found, None]:
            stop = nxt.span.start if nxt else end
            skip = self.skipped if self.skipped and at <= self.skipped.start < stop else Span(stop, stop)
            for since, until in ((at, skip.start), (skip.end, stop)):
                self._segment(since, until, label)
            at, label = (nxt.span.end, nxt) if nxt else (stop, None)
        if len(self.bodies) > 1 and any(self.words[_UNNAMED].match("".join(b.surface.split())) for b in self.bodies):
            self.open_list = True
        return PartyList(
            bodies=tuple(_complete_shared(self.bodies, self.lexicon)),
            fields=tuple(self.fields),
            open_list=self.open_list,
            labelled=any(x.field is None for x in found),
            verbs=self.verbs,
            known=self.known + (self.townships if self.known else 0),
            townships=self.townships,
            rest=tuple(self.rest),
            asides=tuple(self.asides),
            leads_rule=self.leads_rule,
        )

    def _take_rules(self, start: int, end: int) -> int:
        """Consume rules for later items at the end of the list; return where the list itself ends."""
        if rule := roles.first_leads(self.norm, start, end, self.words):
            self.leads_rule = rule
            self.fields.append(FieldMention(span=rule, key="role_rule"))
            opened = self.norm.rfind("(", start, rule.start)
            shut = self.norm.find(")", rule.end, end)
            if opened < 0 or self.norm.find(")", opened, rule.start) >= 0:
                end = min(end, rule.start)
            elif 0 <= shut < end - 1:  # 省教育厅(首位单位为牵头单位)、省科协
                self.skipped = Span(opened, shut + 1)
            elif opened > start:  # 省教育厅、省科协(除标注外,列第一位的为牵头单位)
                aside = trim(self.norm, opened + 1, self._without_marks(opened + 1, rule.start))
                self.asides += [aside] if len(aside) else []
                end = opened
        if standing := roles.standing_rule(self.norm, start, end, self.words):
            span, key = standing
            self.fields.append(FieldMention(span=trim(self.norm, span.start, span.end), key=key))
            end = min(end, span.start)
        end = self._without_marks(start, end)
        if same := self.words[_SAME_BELOW].search(self.norm, start, end):  # 市教育局负责,下同
            self.asides.append(Span(*same.span()))
            end = self._without_marks(start, same.start())
        return end

    def _without_marks(self, start: int, end: int) -> int:
        while end > start and self.norm[end - 1] in ",;。、( \n":
            end -= 1
        return end

    def _segment(self, start: int, end: int, label: roles.Label | None) -> None:
        """Parse the text under one label, or under none; the label of a field extends only to the next semicolon."""
        for part in split_top(self.norm, start, end, ";。"):
            field_label = label is not None and label.field is not None
            governing = None if field_label and part.start != start else label
            if governing is not None and governing.field is not None:
                self._field(part, governing.field)
                continue
            for group in split_top(self.norm, part.start, part.end, ","):
                span = trim(self.norm, group.start, group.end)
                for governed in self._governed(span) if len(span) else ():
                    self._group(governed, governing)

    def _field(self, part: Span, key: FieldKey) -> None:
        span = trim(self.norm, part.start, part.end)
        while span.end > span.start and self.norm[span.end - 1] in ",、":
            span = trim(self.norm, span.start, span.end - 1)
        if len(span):
            iso = last_day_of(self.norm[span.start : span.end], self.year, self.words)[0] if key == "deadline" else None
            self.fields.append(FieldMention(span=span, key=key, iso=iso))

    def _governed(self, span: Span) -> Iterator[Span]:
        """Split after each role word between two names: 甲牵头、乙配合, 甲牵头乙配合."""
        at = seen = span.start
        depth = 0
        for m in self.words["{roles}"].finditer(self.norm, span.start, span.end):
            depth += self.norm.count("(", seen, m.start()) - self.norm.count(")", seen, m.start())
            seen = m.start()
            if m[0] in _TOGETHER or m.start() <= at or depth:
                continue
            since = max(at, m.start() - REACH)
            stop, _, verb = roles.verb_at_end(self.norm, since, m.end(), self.words)
            left = split_top(self.norm, since, stop, "、")[-1]
            name = self.norm[left.start : left.end].strip().removeprefix(roles.BY)
            if verb and self._is_party(name) and self._goes_on(m.end(), min(span.end, m.end() + REACH)):
                yield trim(self.norm, at, m.end())
                at = m.end() + (self.norm[m.end()] == "、")
        yield trim(self.norm, at, span.end)

    def _goes_on(self, start: int, end: int) -> bool:
        """Tell whether names follow a role word; without a mark in between the first must be registered."""
        apart = self.norm[start] in "、 " if start < end else False
        return self._opens_with_name(start, end) if apart else self._opens_with_known(start, end)

    def _opens_with_known(self, start: int, end: int) -> bool:
        text = self.norm[start:end].removeprefix(roles.BY)
        helped = HELPED.match(text)
        text = text[helped.end() if helped else 0 :]
        return self.lexicon.opening_party(text) > 0 or self.words[_EACH_GOVERNMENT].match(text) is not None

    def _opens_with_name(self, start: int, end: int) -> bool:
        """Tell whether a stretch starts with the name of a party, ignoring a leading 由 or 会同."""
        text = self.norm[start:end].lstrip("、 ").removeprefix(roles.BY)
        helped = HELPED.match(text)
        text = text[helped.end() if helped else 0 :]
        if self.lexicon.opening_party(text):
            return True
        first = text[: split_top(text, 0, len(text), "、")[0].end]
        stop, _, _ = roles.verb_at_end(first, 0, len(first), self.words)
        return self._is_party(first[:stop])

    def _group(self, span: Span, label: roles.Label | None) -> None:
        """Parse the names between two commas, with the role word after them."""
        text = self.norm[span.start : span.end]
        stop, manner, verb = roles.verb_at_end(self.norm, span.start, span.end, self.words)
        if verb and self._is_registered(text):  # a name may end in a role word
            stop, manner, verb = span.end, None, None
        if manner:
            self.fields.append(FieldMention(span=manner, key="manner"))
        dated = self.words[_DEADLINE].search(text) and not self._opens_with_name(span.start, span.end)
        if verb is None and dated and not self._is_party(text):
            self.fields.append(FieldMention(span=span, key="deadline", iso=last_day_of(text, self.year, self.words)[0]))
            return
        self.verbs += verb is not None
        governor = _Governor.of(verb, label)
        start = span.start + (1 if text.startswith(roles.BY) else 0)
        helper = self._helped(start, stop)
        for name, joined in self._names(helper.end if helper else start, stop):
            helper = joined or helper  # 甲会同乙、丙: both cooperate
            self._add(name, governor if helper is None else _Governor("cooperating", helper, "role-word"))

    def _helped(self, start: int, end: int) -> Span | None:
        """Return the word at the start of a list that makes its names cooperating: 会同乙、丙."""
        m = HELPED.match(self.norm, start, end)
        if m is None or not self._opens_with_name(m.end(), end):
            return None
        # 县水利局牵头,会同县财政局: behind who leads the verb, although there is a county of that name
        is_verb = m[0] == JOINED and len(self.bodies) > 0
        if self._is_name(self.norm[start:end]) and not is_verb:
            return None
        return Span(*m.span())

    def _names(self, start: int, end: int) -> Iterator[tuple[Span, Span | None]]:
        """Yield the names of a list; the second value is the word that makes one cooperating (会同)."""
        for span in self._members(start, end):
            for name, joined in self._joined(span) if len(span) else ():
                for closed in self._closed(name):
                    yield closed, joined

    def _members(self, start: int, end: int) -> Iterator[Span]:
        """Yield the members of a list; 各市、州人民政府 is one member."""
        text, at = roles.unwrapped(self.norm, start, end)
        kept = [Span(at[m.start()], at[m.end() - 1] + 1) for m in self.words[_ONE_PARTY].finditer(text)]
        first: int | None = None
        n = 0
        for part in split_top(self.norm, start, end, "、"):
            first = part.start if first is None else first
            while n < len(kept) and kept[n].end <= part.end:
                n += 1
            if n == len(kept) or part.end < kept[n].start:
                yield from self._apart(self._bare(trim(self.norm, first, part.end)))
                first = None

    def _bare(self, span: Span) -> Span:
        """Take a number, stars and a joining word off a member: 1.省教育厅, ★省教育厅, 和省财政厅."""
        start, end = span.start, span.end
        mark = mark_at(self.norm, start, end)
        if mark and self._opens_with_name(mark.end, end):
            start = mark.end
        while start < end and self.norm[start] in STARS:
            start += 1
        while end > start and self.norm[end - 1] in STARS:
            end -= 1
        m = _LEADING_JOIN.match(self.norm, start, end)
        if m and not self._is_name(self.norm[start:end]) and self._is_name(self.norm[m.end() : end]):
            start = m.end()
        return trim(self.norm, start, end)

    def _apart(self, span: Span) -> Iterator[Span]:
        """Split at blanks and dots between names, if each piece is a name and the whole is not."""
        text = self.norm[span.start : span.end]
        if len(text) > REACH or not _APART.search(text):
            yield from self._fused(span)
            return
        marks = [m for m in _APART.finditer(text) if text.count("(", 0, m.start()) == text.count(")", 0, m.start())]
        ends = [*(m.start() for m in marks), len(text)]
        pieces = list(zip([0, *(m.end() for m in marks)], ends, strict=True))
        names = (self.words[_OPEN_TAIL].sub("", text[a:b]) for a, b in pieces)
        if len(pieces) < 2 or self._is_name(_APART.sub("", text)) or not all(map(self._is_name, names)):
            yield span
            return
        for a, b in pieces:
            yield Span(span.start + a, span.start + b)

    def _fused(self, span: Span) -> Iterator[Span]:
        """Split names that stand without a mark between them, if each begins with the same level: 省司法厅省教育厅."""
        text = self.norm[span.start : span.end]
        end = self.lexicon.opening_party(text)
        rest = text[end:]
        if 0 < end < len(text) and rest[0] == text[0] and self._opens_like(rest):
            yield Span(span.start, span.start + end)
            yield from self._fused(Span(span.start + end, span.end))
            return
        yield span

    def _opens_like(self, text: str) -> bool:
        """Tell whether a text is one name of the register, or several behind each other, before an open end."""
        text = self.words[_OPEN_TAIL].sub("", text)
        end = self.lexicon.opening_party(text)
        return end == len(text) > 0 or (end > 0 and text[end] == text[0] and self._opens_like(text[end:]))

    def _closed(self, span: Span) -> Iterator[Span]:
        """Strip 等 and 等部门 from a name; 等有关部门 is a further party.

        等 closes a list only after a name: 平等 is a word.
        """
        if self.norm.find(_ETC, span.start, span.end) < 0:
            yield span
            return
        text, at = roles.unwrapped(self.norm, span.start, span.end)
        tail = self.words[_OPEN_TAIL].search(text) or self._class_behind(text)
        if tail and not tail.start() and tail["more"] is None and len(text) > 1:  # 甲、等厅直单位: no further party
            self.open_list = True
            return
        if not tail or not tail.start() or not (self._is_party(text[: tail.start()]) or tail[0] != _ETC):
            yield span
            return
        self.open_list = True
        yield trim(self.norm, span.start, at[tail.start()])
        if tail["more"]:
            yield Span(at[tail.start("more")], at[tail.end("more") - 1] + 1)

    def _class_behind(self, text: str) -> re.Match[str] | None:
        """Return 等 and the class that follows if a name precedes it: 市住建局等行业主管部门."""
        tail = self.words[_CLASS_TAIL].search(text)
        if tail is None or tail["more"] in self.words.of("group-nouns") or text.startswith(_EACH):
            return None
        return tail if self._is_party(text[: tail.start()]) else None

    def _joined(self, span: Span, *, helping: bool = False) -> Iterator[tuple[Span, Span | None]]:
        """Split at 和, 及, 会同 if both sides are parties; a name may itself contain 和.

        Behind 会同 any class counts: 省财政厅会同履行监管职责机构.
        """
        text, at = roles.unwrapped(self.norm, span.start, span.end)
        for m in _JOIN.finditer(text):
            left, right = (
                self.words[_OPEN_TAIL].sub("", text[: m.start()]),
                self.words[_OPEN_TAIL].sub("", text[m.end() :]),
            )
            if not left or not right or (m[0] not in _TOGETHER and self._is_one(text, left, right)):
                continue
            helps = m[0] in _TOGETHER or m[0] == _CONSULTED
            if m[0] == _CONSULTED and not (self._is_sure(left) and self._is_sure(right)):  # 各商业银行
                continue
            if self._is_helper(left, helping=helping) and self._is_helper(right, helping=helping or helps):
                yield trim(self.norm, span.start, at[m.start()]), None
                word = Span(at[m.start()], at[m.end() - 1] + 1) if helps else None
                rest = trim(self.norm, at[m.end()], span.end)
                for name, _ in self._joined(rest, helping=helping or helps):
                    yield name, word
                return
        yield span, None

    def _is_one(self, text: str, left: str, right: str) -> bool:
        """Tell whether 和 belongs to a name: the whole is registered and not both sides are, or it joins functions.

        区人社和医保局 is one merged department, although 区人社 alone is short for another.
        """
        known = self._is_name
        if known(text) and not (known(left) and known(right)):
            return True
        names = self.lexicon.names
        return not left.endswith(STEM_SUFFIXES) and any(len(names.composed(r.core)) > 1 for r in names.readings(text))

    def _add(self, span: Span, governor: _Governor) -> None:
        """Add a member of the list: a time, no name, a name with an addition, or a name."""
        text = self.norm[span.start : span.end]
        if not text or self._taken_aside(span, text, governor) or self._taken_apart(span, text, governor):
            return
        if not _EITHER.isdisjoint(text) and (
            sum(text.count(mark) for mark in _OPENS) != sum(text.count(mark) for mark in _SHUTS)
        ):
            self.rest.append(span)  # 省教育厅(省科协配合、省文化馆: where the bracket ends is not known, so no name is
            return
        is_known = self._is_party(text) or self._is_party(_NOTE.sub("", text))
        self.known += is_known
        self.townships += not is_known and self.words[_TOWNSHIP].match("".join(text.split())) is not None
        role, basis, rule = governor.role, governor.basis, governor.rule
        self.bodies.append(BodyMention(span=span, surface=text, role=role, role_basis=basis, rule=rule))

    def _taken_aside(self, span: Span, text: str, governor: _Governor) -> bool:
        """Add a member that names no body: a time, a level, a note, a person after 责任人."""
        if self._is_time(text):
            iso = last_day_of(text, self.named_year or self.year, self.words)[0]
            self.named_year = int(iso[:4]) if iso else self.named_year  # 2026年6月底、12月底: both of 2026
            self.fields.append(FieldMention(span=span, key="deadline", iso=iso))
        elif self._opens_with_time(text):  # 2026年第三周完成: kept as written, and no day is read from half of it
            self.fields.append(FieldMention(span=span, key="deadline"))
        elif self.words[_LEVEL_ONLY].match(text) and not self._is_party(text):
            self.asides.append(span)
            self.rest.append(span)
        elif self.words[_NOT_NAME].match(text) or not TWO_HANZI.search("".join(text.split())):
            self.rest.append(span)
        elif (governor.people or self._is_labelled(text)) and not self._is_name(text):
            self.asides.append(span)
        else:
            return False
        return True

    def _is_labelled(self, text: str) -> bool:
        """Tell whether an unknown label stands before what looks like a name: 分管领导:李某某; not before a time."""
        return ":" in text and not any(c.isdigit() for c in text)

    def _taken_apart(self, span: Span, text: str, governor: _Governor) -> bool:
        """Add a registered name with what follows it: a time, a bracket, the duty of this body."""
        if at := self._time_behind(text):
            self._add(Span(span.start, span.start + at), governor)
            self._add(Span(span.start + at, span.end), governor)
        elif bracket := self._bracket_behind(text):
            self._with_bracket(span, span.start + bracket, governor)
        elif word := self._duty_behind(span):
            self.verbs += 1
            own = self.norm[word.span.start : word.span.end] not in _TOGETHER  # 甲会同乙: applies to the others
            stop = span.start + self.lexicon.opening_party(text)
            self._add(Span(span.start, stop), _Governor.of(word, None) if own else governor)
            self.asides.append(Span(stop, span.end))
        elif stop := self._task_behind(text):  # 省财政厅予以保障
            self._add(Span(span.start, span.start + stop), governor)
            self.asides.append(Span(span.start + stop, span.end))
        else:
            return False
        return True

    def _duty_behind(self, span: Span) -> roles.RoleWord | None:
        """Return the role word that follows a registered name: 省财政厅负责资金保障."""
        text = self.norm[span.start : span.end]
        end = self.lexicon.opening_party(text)
        if not 0 < end < len(text) or self._is_registered(text):  # 省教育厅负责学校落实 ends as a name does
            return None
        word = self.words[_DUTY_BEHIND].match(self.norm, span.start + end, span.end)
        role = roles.role_of(word["role"], self.words) if word else "supervising"
        # 市政府督查室 is an office
        is_duty = word is not None and role not in {"supervising", "guiding"}
        return roles.RoleWord(Span(*word.span("role")), role) if word and is_duty else None

    def _task_behind(self, text: str) -> int:
        """Return the end of a known name that its task follows without a word of duty, 0 if there is none."""
        if group := self.words[_CLASS_AND_TASK].match(text):
            return group.end("name")
        end = self.lexicon.opening_party(text)
        is_task = 0 < end < len(text) and not self._is_party(text) and self.words[_TASK].match(text, end)
        return end if is_task else 0

    def _time_behind(self, text: str) -> int:
        """Return the end of a registered name that a time phrase follows, 0 if there is none."""
        end = self.lexicon.opening_party(text)
        return end if 0 < end < len(text) and not self._is_party(text) and self._is_time(text[end:]) else 0

    def _bracket_behind(self, text: str) -> int:
        """Return the start of the bracket that follows a registered name, 0 if there is none: 省教育厅(牵头).

        各区政府(管委会) is one class: a district has the one or the other.
        """
        if text[-1] not in _SHUTS or self._is_name(text) or self.words[_EACH_OR].match(text):
            return 0
        depth = 0
        for i in range(len(text) - 1, 0, -1):
            depth += (text[i] in _SHUTS) - (text[i] in _OPENS)
            if not depth:
                return i if self._is_name(text[:i].rstrip()) else 0
        return 0

    def _with_bracket(self, span: Span, opens: int, governor: _Governor) -> None:
        """Add a name with the content of its bracket: its role, other parties with theirs, a time, an aside."""
        inner = trim(self.norm, opens + 1, span.end - 1)
        text = self.norm[inner.start : inner.end]
        stop, _, verb = roles.verb_at_end(self.norm, inner.start, inner.end, self.words)
        own = _Governor.of(verb, None) if verb and stop == inner.start else governor
        self._add(trim(self.norm, span.start, opens), own)
        if own is not governor:
            self.verbs += 1
        elif self._is_time(text):
            self._add(inner, governor)
        elif "(" in text:
            self.asides.append(Span(opens, span.end))
        else:
            within = parse_party_list(self.norm, inner.start, inner.end, self.lexicon, year=self.year)
            if not (within.verbs or within.labelled) or within.known != len(within.bodies) or within.rest:
                self.asides.append(Span(opens, span.end))
                return
            self.bodies += within.bodies
            self.fields += within.fields
            self.open_list |= within.open_list
            self.verbs += within.verbs
            self.known += within.known

    def _is_time(self, text: str) -> bool:
        """Tell whether a list member is a time phrase and nothing else."""
        if self._is_party(text):
            return False
        if (m := self.words[_DEADLINE].match(text)) and m.end() == len(text):
            return True
        found = next(find_times(text, self.year, self.words), None)
        return found is not None and not found.start and self.words[_REST_OF_TIME].match(text[found.end :]) is not None

    def _opens_with_time(self, text: str) -> bool:
        """Tell whether a member that names nobody is a phrase of time of which only a part is read."""
        found = next(find_times(text, self.year, self.words), None)
        return (
            found is not None
            and found.start <= _BEFORE_TIME
            and not self._is_party(text)
            and not self.lexicon.find_parties("".join(text.split()))
        )

    def _is_name(self, text: str) -> bool:
        """Tell whether the whole string is one registered name, including its place."""
        return 0 < self.lexicon.opening_party(text) == len(text)

    def _is_sure(self, text: str) -> bool:
        """Tell whether the whole string is a registered name or a class of bodies, and does not only look like one."""
        name = "".join(text.split())
        return self._is_name(name) or (len(name) > 1 and self.words[COLLECTIVE].match(name) is not None)

    def _is_party(self, text: str) -> bool:
        """Ask the lexicon about a name, which may contain a line break."""
        return self.lexicon.is_party("".join(text.split()))

    def _is_helper(self, text: str, *, helping: bool) -> bool:
        return self._is_party(text) or (helping and self.words[_SOME_CLASS].search("".join(text.split())) is not None)

    def _is_registered(self, text: str) -> bool:
        return self.lexicon.is_registered("".join(text.split()))


class _Governor(NamedTuple):
    """What gives the names of a group their role: a verb, a label, or nothing."""

    role: Role
    basis: Span | None
    rule: str
    people: bool = False

    @classmethod
    def of(cls, verb: roles.RoleWord | None, label: roles.Label | None) -> _Governor:
        # 牵头单位：甲、乙按职责负责: the label says which part they have, 负责 only that they have one
        if verb and (label is None or verb.role != "responsible"):
            return cls(verb.role, verb.span, "role-word")
        return cls(label.role, label.word, "label", label.people) if label else cls("responsible", None, "list")


def _complete_shared(bodies: Sequence[BodyMention], lexicon: Lexicon) -> Iterator[BodyMention]:
    """Complete names that share a tail (甲、乙市政府) or a head (省医保局某处、某处)."""
    for i, body in enumerate(bodies):
        full = None
        name = "".join(body.surface.split())
        if lexicon.places(name):
            tail = next((t for t in (_tail("".join(b.surface.split()), lexicon) for b in bodies[i + 1 :]) if t), None)
            # 白石区、青溪县人民政府: 区 is written already, only 人民政府 is shared
            full = name + (_OWN_CLASS.sub("", tail) if _OWN_CLASS.search(name[-1]) else tail) if tail else None
        elif i and lexicon.words[_ITS_GOVERNMENT].match(name):
            shared = _place_of_committee("".join(bodies[i - 1].surface.split()), lexicon)
            full = shared + name if shared else None
        elif _ZONE.search(name) and not lexicon.is_registered(name):
            after = next((b.surface for b in bodies[i + 1 :] if not _ZONE.search("".join(b.surface.split()))), "")
            full = name + _BOARD if "".join(after.split()).endswith(_BOARD) else None
        elif (
            i
            and _OFFICE.search(body.surface)
            and not (
                lexicon.is_registered(body.surface) or lexicon.opening_party(name)  # 省教育厅某处 has its own head
            )
        ):
            full = _with_head(bodies[i - 1].surface, body.surface, lexicon)
        yield replace(body, surface=full, rule="shared-part") if full else body


def _place_of_committee(name: str, lexicon: Lexicon) -> str:
    """Return what stands before the word for a committee of the Party, 各 for one of a class, '' for any other name.

    各乡镇党委, 石桥县委: the government that follows is that of the same places.
    """
    if committee := lexicon.words[_COMMITTEE].search(name):
        return name[: committee.start()]
    place = name.removesuffix(_PARTY_COMMITTEE)
    return place if place != name and lexicon.places(place) else _EACH if name.startswith(_EACH) else ""


def _with_head(before: str, office: str, lexicon: Lexicon) -> str | None:
    if (end := lexicon.opening_party(before)) and _OFFICE.search(before):
        return before[:end] + office
    return None


def _tail(surface: str, lexicon: Lexicon) -> str | None:
    """Return what follows the bare place name: 市政府 in 邢台市政府."""
    m = re.search(r"(?<=.)(?:[市县区州盟旗]|自治[州县])?(?:人民政府|政府)$", surface)
    return m[0] if m and lexicon.places(surface[: m.start()]) else None


def without(norm: str, spans: Sequence[Span]) -> str:
    """Replace some stretches by an enumeration mark and blanks, so that no name extends across them."""
    for span in spans:
        norm = norm[: span.start] + "、".ljust(len(span)) + norm[span.end :]
    return norm


def joined(content: PartyList, others: Sequence[PartyList]) -> PartyList:
    """Merge a list with the lists in brackets within it."""
    if not others:
        return content
    parts = [content, *others]
    return content._replace(
        bodies=tuple(sorted((b for p in parts for b in p.bodies), key=lambda b: b.span)),
        fields=tuple(f for p in parts for f in p.fields),
        open_list=any(p.open_list for p in parts),
        known=sum(p.known for p in parts),
        townships=sum(p.townships for p in parts),
        rest=tuple(r for p in parts for r in p.rest),
        asides=tuple(a for p in parts for a in p.asides),
    )

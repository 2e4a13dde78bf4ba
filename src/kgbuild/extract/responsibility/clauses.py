"""Responsibility in running text (由甲牵头, 乙、丙要督促检查), in units without a bracket, label or cell.

Takes the text of a unit. Guarantees: every name is registered or has the form of a collective; a role other than
responsible rests on a word of its own. Duties of persons, firms and kinds of bodies are ignored: precision comes first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.responsibility.party_list import CLASS, HELPED, JOINED, PartyList, parse_party_list
from kgbuild.extract.responsibility.roles import BY, role_of
from kgbuild.model import BodyMention, Span, Statement
from kgbuild.text import trim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import FieldMention, Role, Unit

_STATEMENT_BEFORE = re.compile(r"\([^()\n]*\)")
SENTENCE_ENDS = "。!?;"
SENTENCE = re.compile(rf"[^{SENTENCE_ENDS}\n]+[{SENTENCE_ENDS}]?")
# 甲、乙按照各自职责,完善标志标线
_AS_ITS_DUTY = "(?:{duty-bases})(?:{duty-manners})?(?:{duty-grounds}){1,2}(?!{roles})(?=,|{policy-verbs})"
# 市教育局:负责建立台账, 各乡镇:开展排查
_OF_OFFICE = " ?: ?(?=(?:{adverbs})*(?:{roles}|{modal-words}|{duty-takes}|{policy-verbs}))"
# What stands in a bracket behind a name is none of the words sought: 甲(牵头)、乙负责建立机制
_SUBJECT = (
    r"(?P<by>由)?(?P<list>(?:[^,。;:!?()\n“”《》]|\([^()\n]{0,40}\)){2,80}?)(?:{duty-manners}){0,2}"
    rf"(?P<modal>{{modal-words}}|负责|{JOINED}|{_AS_ITS_DUTY}|{_OF_OFFICE}"
    r"|{role-lead}(?<!单位)(?<!部门)(?!{role-units})"  # 各省级牵头部门要…: the class of those who lead
    r"|(?P<helps>{role-cooperating})(?=(?:{duty-takes}|{policy-verbs})))"  # 甲配合做好评定
)
_ROLE = "{role-lead}|{clause-duties}|{role-guiding}"
_LEADS_IN = "(?:{adverbs}|{policy-verbs}|{modal-words}|{roles})*(?:{guidance-modifiers}|{service-prepositions}[^,]*)?"
# 由甲牵头,会同乙制定: those who help may stand behind the words of the first role and a comma
_TOGETHER = rf"(?:{{modal-words}}|{{roles}}|{{duty-manners}}){{0,3}}[,、]? ?(?P<word>{HELPED.pattern})"
# 负责…工作的部门 is a description, 负责解释 a closing formula, 提出了 a report
EXPLAINS = "解释"
NO_DUTY = rf"{EXPLAINS}|[^,。;:]{{0,30}}(?:的{{role-units}}|{{reporting-acts}})"
_COLLECTIVE = f"^{CLASS}$"
AND = "、和及与"
# 会同有关部门|建立台账, 会同各市政府、乙|开展普查
_CLASS_FIRST = rf"{CLASS}(?=[,;。{AND}]|{{policy-verbs}}|{{modal-words}}|$)"
# 由甲牵头,乙、丙配合: clauses that hold names and the word of their role, nothing else. Within a sentence 由 opens
# them, with what they speak of before it (培训由甲负责); behind a condition (造成损失的,由甲负责) they give no task.
_DUTY = r"[^,。;:!?\n“”《》]{2,80}?{roles}"
_DUTIES = rf"{_DUTY}(?:,(?:{_DUTY}|{{own-duties}}))*(?=[,。;:!]|$)"  # 甲、乙按照职责分工,各负其责
_HEADLINE = re.compile(r"[^。;:!?\n]{2,24}。")
"""A short sentence that opens an item is its headline, and no task beside the one behind it: 加强领导,压实责任。"""
_NO_CASE = "[^的]"  # 未达标的,…
# 遇有险情,由甲负责; 险情发生时由甲负责; 争议较大的事项由甲负责: who acts in one case has no duty in all others
_CASE = "^(?:{case-openers})|(?:{case-ends})$"
_CASE_BY = "^(?!{policy-verbs})[^,]*的(?:{referred-nouns}|{case-nouns})$"
_BY = re.compile(rf"(?:^|(?<={_NO_CASE}[,;]))[^,。;:!?\n“”《》]{{0,14}}?由")
_CLAUSE = re.compile(f"(?<={_NO_CASE}),")
PERSON = "{population-heads}"
_OF_ONE_LEVEL = "(?:{offices-that-lead})$"
_SOME_OF_ITS = "{class-words}"  # 会同国务院有关部门 is not the State Council
_WINDOW = 14
_LONGEST = 60
"""Characters in which the name of a body ends."""
_BY_WITHIN = 15
"""Characters of a clause within which 由 opens its list, as `_BY` has it."""
_TRIES = 40
"""How many stretches of a sentence are parsed as clauses of duties; keeps the cost of a long one linear."""
# 本条由…牵头 refers to the preceding text of the item, 以上任务由…负责 to that of the section
_REFERS = (
    r"(?=[{^words-for-what-stands-above}{^words-for-this-item}])"
    r"(?:(?P<above>{words-for-what-stands-above})|{words-for-this-item})(?:{referred-nouns})?[均都]?"
)


class _Clause(NamedTuple):
    """A sentence that assigns a duty.

    Attributes:
        span: The names and the words of their roles.
        bodies: The names.
        sentence: The sentence.
        refers: The words that refer back to a task named elsewhere.
        is_bare: Whether the sentence holds nothing else (开设托班。甲牵头,9月底前完成。): its task is what precedes it.
        fields: The times and the like that such a sentence holds.
    """

    span: Span
    bodies: tuple[BodyMention, ...]
    sentence: Span
    refers: re.Match[str] | None = None
    is_bare: bool = False
    fields: tuple[FieldMention, ...] = ()

    @property
    def is_of_above(self) -> bool:
        return self.refers is not None and self.refers["above"] is not None


def find_clauses(  # noqa: PLR0913 - a unit, where its text starts, and what is known around it
    norm: str, index: int, unit: Unit, lexicon: Lexicon, *, start: int, alone: bool, year: int | None
) -> list[Statement]:
    """Return the statements made by the sentences of a unit.

    以上任务由甲负责 is a statement of the unit above, if there is one, and applies to all items before it.

    Args:
        norm: Normalised text.
        index: Index of the unit.
        unit: The unit.
        lexicon: Registered names.
        start: Offset at which the text of the unit starts.
        alone: Whether no bracket, label or cell of the unit assigns a duty, so that sentences may.
        year: Year of the plan, for times without one.
    """
    found = (
        list(_sentences(norm, unit, lexicon, start, year))
        if alone or _speaks_of_above(norm, unit, lexicon.words)
        else []
    )
    own = [c for c in found if alone and not c.is_of_above]
    out = []
    for n, clause in enumerate(own):
        sentence = clause.sentence
        stop = own[n + 1].sentence.start if n + 1 < len(own) else unit.own.end
        since = max(start, own[n - 1].sentence.end if n else start)
        before = trim(norm, since, sentence.start)
        is_before = len(before) > 0 and (clause.refers is not None or clause.is_bare)
        opens = before.start if n == 0 and _HEADLINE.fullmatch(norm, before.start, before.end) else sentence.start
        text = before if is_before else trim(norm, opens, stop)
        text = Span(text.start, text.end - norm.startswith(",", text.end - 1))
        first = unit.own.start if n == 0 and text.start == trim(norm, start, stop).start else text.start
        out.append(_statement(index, clause, text, n + 1, since=first, is_before=is_before))
    for clause in found:
        if clause.is_of_above:
            above = index if unit.parent is None else unit.parent
            part = len(out) + 1 if above == index else 1
            out.append(_statement(above, clause, clause.sentence, part, since=clause.sentence.start))
    return sorted(out, key=lambda s: s.span)


def _statement(index: int, clause: _Clause, text: Span, part: int, *, since: int, is_before: bool = False) -> Statement:
    # Where its task stands before the sentence, its times are its own; otherwise they are read with the text.
    fields = clause.fields if is_before else ()
    span = Span(clause.span.start, max([clause.span.end, *(f.span.end for f in fields)]))
    return Statement(
        unit=index,
        type="clause",
        span=span,
        text=text,
        whole=Span(since, max(text.end, span.end)),
        bodies=clause.bodies,
        fields=fields,
        part=part,
        rule="clause-statement",
    )


def _speaks_of_above(norm: str, unit: Unit, words: Words) -> bool:
    return any(m["above"] for m in words[_REFERS].finditer(norm, unit.own.start, unit.own.end))


def _sentences(norm: str, unit: Unit, lexicon: Lexicon, start: int, year: int | None) -> Iterator[_Clause]:
    for m in SENTENCE.finditer(norm, start, unit.own.end):
        bracket = _STATEMENT_BEFORE.match(norm, m.start(), m.end())
        sentence = trim(norm, bracket.end() if bracket else m.start(), m.end())
        refers = lexicon.words[_REFERS].match(norm, sentence.start, sentence.end)
        opens = refers.end() if refers else sentence.start
        if content := _duties(norm, opens, sentence, lexicon, is_referred=refers is not None):
            span = Span(content[0].span.start, _end(content))
            end = sentence.end - (norm[sentence.end - 1] in SENTENCE_ENDS)
            parsed = parse_party_list(norm, span.start, end, lexicon, year=year)
            # At most 由 stands before them. 甲牵头,会同乙,6月底前完成: a name that only looks like one is one here.
            is_bare = span.start - sentence.start <= 1 and not parsed.rest and parsed.known == len(parsed.bodies)
            is_bare = is_bare and not any(_says_more(norm, b.span, lexicon) for b in parsed.bodies)
            more = _joined(norm, _end(content), sentence.end, lexicon)
            content = parsed.bodies if is_bare else (*content, *more)
            span = Span(span.start, max(span.end, _end(content)))
            yield _Clause(span, content, sentence, refers, is_bare, parsed.fields if is_bare else ())
            continue
        named = [*_named(norm, opens, sentence, lexicon, is_referred=refers is not None)]
        for n, (at, bodies) in enumerate(named):  # 甲牵头制定规划,乙牵头建设平台: each has its part of the sentence
            stop = named[n + 1][0] if n + 1 < len(named) else sentence.end
            part = Span(at if n else sentence.start, stop)
            yield _Clause(Span(bodies[0].span.start, _end(bodies)), bodies, part, None if n else refers)


def _named(
    norm: str, opens: int, sentence: Span, lexicon: Lexicon, *, is_referred: bool
) -> Iterator[tuple[int, tuple[BodyMention, ...]]]:
    """Yield the bodies that a sentence gives a duty with a task, each with the start of its clause."""
    until = opens
    for subject in subjects(norm, opens, sentence, lexicon, is_referred=is_referred):
        if subject.start() >= until and (bodies := _bodies(norm, subject, lexicon)):
            role, basis = _role(norm, subject, sentence, lexicon)
            joined = _joined(norm, subject.start("modal"), sentence.end, lexicon)
            yield subject.start(), (*(_with_role(b, role, basis) for b in bodies), *joined)
            until = subject.end()


def subjects(norm: str, opens: int, sentence: Span, lexicon: Lexicon, *, is_referred: bool) -> Iterator[re.Match[str]]:
    """Yield what may be the subject of a duty, in reading order.

    It opens the sentence or, in a sentence that is complete, one of its clauses: 疫情期间,各部门要…; 先由甲会同乙制定.
    """
    words, case = lexicon.words, case_of(norm, opens, sentence.end, lexicon)
    first = words[_SUBJECT].match(norm, opens, sentence.end)
    if first and opens < case and (first["by"] or not is_referred) and _is_duty(norm, first, sentence, lexicon):
        yield first
    if norm[sentence.end - 1] not in SENTENCE_ENDS:
        return
    starts = {m.end() for m in _CLAUSE.finditer(norm[opens : sentence.end])}
    together = {m.end() for m in _BY.finditer(norm[opens : sentence.end])}
    for start in sorted(starts | together):
        within = words[_SUBJECT].match(norm, opens + start, sentence.end)
        if (
            within
            and opens + start < case
            and (start in starts or within["modal"] == JOINED)
            and norm[within.end()] not in f",{SENTENCE_ENDS}"  # 由甲牵头,乙配合 is read as one, or not at all
            and EXPLAINS not in norm[within.end() : sentence.end]
            and _is_duty(norm, within, sentence, lexicon)
        ):
            yield within


def case_of(norm: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Return where what a sentence says begins to hold in one case only, its end if it holds in all."""
    at, words = start, lexicon.words
    while at < end:
        stop = norm.find(",", at, end)
        stop = end if stop < 0 else stop
        by = norm.find(BY, at, stop)
        topic = norm[at : by if by > at else stop]
        by_case = by >= 0 or norm.startswith(BY, stop + 1)
        in_case = words[_CASE].search(topic) or (by_case and words[_CASE_BY].search(topic))
        if in_case and opening_name(norm, at, stop, lexicon) is None:
            return at
        at = stop + 1
    return end


def _is_duty(norm: str, subject: re.Match[str], sentence: Span, lexicon: Lexicon) -> bool:
    """Tell whether a body is to do something: not the person in charge of it (省财政厅负责人), nor what it has done."""
    person = lexicon.words[PERSON].match(norm, subject.start("modal"), sentence.end)
    return person is None and not lexicon.words[NO_DUTY].match(norm, subject.end(), sentence.end)


def _duties(norm: str, opens: int, sentence: Span, lexicon: Lexicon, *, is_referred: bool) -> tuple[BodyMention, ...]:
    """The bodies of clauses that say nothing but who does what, each with the role of its own clause."""
    for span, content in runs(norm, opens, sentence.end, lexicon, opened=not is_referred):
        if all_sure(content.bodies, lexicon) or _is_all(norm, span, sentence, content, lexicon):
            return content.bodies
    return ()


def _is_all(norm: str, span: Span, sentence: Span, content: PartyList, lexicon: Lexicon) -> bool:
    """Tell whether a sentence says nothing but who leads whom, and the first is formed as an office of its own level.

    由应急办牵头,消防站、各物业公司参与。 says so of names in no register; 由龙头企业牵头,高校参与 is about classes.
    """
    whole = span.start - sentence.start <= 1 and norm[span.end : sentence.end].strip() in {"", *SENTENCE_ENDS}
    first, *others = ("".join(b.surface.split()) for b in content.bodies)
    return (
        whole
        and not any(BY in name for name in (first, *others))  # 下列任务由甲
        and content.verbs > 1
        and content.known == len(content.bodies)
        and not content.asides
        and content.bodies[0].role in ("lead", "responsible")
        and lexicon.words[_OF_ONE_LEVEL].search(first) is not None
    )


def runs(
    norm: str, start: int, end: int, lexicon: Lexicon, *, opened: bool = False
) -> Iterator[tuple[Span, PartyList]]:
    """Yield the runs of such clauses behind 由 or a comma, where `opened` also the one that the sentence begins with.

    No run begins within one that names a body: of 某中心牵头,甲配合 the second clause is not half of the truth.
    """
    text = norm[start:end]
    clauses = [start, *(start + m.end() for m in _CLAUSE.finditer(text))]
    by = {start + m.end() for m in _BY.finditer(text)}
    starts = sorted({*(c for c in clauses[1:] if BY not in norm[c : c + _BY_WITHIN]), *by})
    until, tries = start, 0
    case = case_of(norm, start, end, lexicon)
    for begin in (start, *starts) if opened else starts:
        is_open = begin < case and tries < _TRIES and (begin in by or begin >= until)
        run = lexicon.words[_DUTIES].match(norm, begin, end) if is_open else None
        stop = run.end() if run else begin
        at = _list_start(norm, begin, clauses, lexicon) if run else begin
        while run and stop > begin and tries < _TRIES:  # the last of them may be none: 由甲牵头,9月底前完成
            tries += 1
            content = parse_party_list(norm, at, stop, lexicon, year=None)
            until = run.end() if content.verbs and content.known else until
            if content.verbs and not content.rest and all(f.key == "manner" for f in content.fields):
                yield Span(at, stop), content
                break
            stop = norm.rfind(",", begin, stop)


def _list_start(norm: str, begin: int, clauses: Sequence[int], lexicon: Lexicon) -> int:
    """Return where the list begins that goes on in a clause: 甲、乙,各市政府按职责负责."""
    at = bisect_left(clauses, begin)
    if at == len(clauses) or clauses[at] != begin or not at:
        return begin
    before = parse_party_list(norm, clauses[at - 1], begin - 1, lexicon, year=None)
    is_list = before.known and not (before.rest or before.fields or before.verbs)
    return clauses[at - 1] if is_list else begin


def _joined(norm: str, start: int, end: int, lexicon: Lexicon) -> Iterator[BodyMention]:
    """Yield the bodies behind 会同, where it follows the words of the first role: 由甲|牵头,会同乙、丙制定."""
    found = lexicon.words[_TOGETHER].match(norm, start, end)
    while found:
        basis = Span(*found.span("word"))
        at, goes_on = basis.end, True
        while goes_on and (name := opening_name(norm, at, end, lexicon)):
            yield BodyMention(
                span=name, surface=norm[at : name.end], role="cooperating", role_basis=basis, rule="clause"
            )
            goes_on = norm[name.end : name.end + 1] in tuple(AND)
            at = name.end + goes_on
        found = None if goes_on else lexicon.words[_TOGETHER].match(norm, at, end)


def opening_name(norm: str, at: int, end: int, lexicon: Lexicon) -> Span | None:
    """Return the class or the registered name with which a stretch begins."""
    group = lexicon.words[_CLASS_FIRST].match(norm, at, end)
    length = len(group[0]) if group else lexicon.opening_party(norm[at : min(end, at + _LONGEST)])
    # 国务院有关部门 is not the State Council
    if not length or (not group and lexicon.words[_SOME_OF_ITS].match(norm, at + length)):
        return None
    return Span(at, at + length)


def _says_more(norm: str, span: Span, lexicon: Lexicon) -> bool:
    """Tell whether what looks like a name is one with its task behind it: 各市政府建立台账."""
    name = opening_name(norm, span.start, span.end, lexicon)
    return name is not None and lexicon.words["{policy-verbs}"].match(norm, name.end, span.end) is not None


def _end(bodies: tuple[BodyMention, ...]) -> int:
    return max(max(b.span.end, b.role_basis.end if b.role_basis else 0) for b in bodies)


def _bodies(norm: str, subject: re.Match[str], lexicon: Lexicon) -> tuple[BodyMention, ...]:
    """Return the names of the subject if all of them are certain, otherwise ()."""
    found = parse_party_list(norm, subject.start("list"), subject.end("list"), lexicon, year=None)
    bracketed = sum(b.role_basis is not None and norm[b.role_basis.start - 1] == "(" for b in found.bodies)
    if found.rest or found.fields or found.labelled or found.verbs != bracketed:
        return ()
    return found.bodies if all_sure(found.bodies, lexicon) else ()


def all_sure(bodies: tuple[BodyMention, ...], lexicon: Lexicon) -> bool:
    """Tell whether each name is registered or that of a class."""
    names = ["".join(b.surface.split()) for b in bodies]  # printed lines break names
    return all(_known(name, lexicon) or lexicon.words[_COLLECTIVE].match(name) for name in names)


def _known(surface: str, lexicon: Lexicon) -> bool:
    """Tell whether the whole string is a registered name, including its place."""
    return 0 < lexicon.opening_party(surface) == len(surface)


def _role(norm: str, subject: re.Match[str], sentence: Span, lexicon: Lexicon) -> tuple[Role, Span | None]:
    """Return the role given by the words directly after the subject, with its basis."""
    if subject["helps"]:
        return role_of(subject["helps"], lexicon.words), Span(*subject.span("helps"))
    window = min(subject.end() + _WINDOW, sentence.end)
    stop = next((i for i in range(subject.end(), window) if norm[i] in "、,。;:"), window)
    word = lexicon.words[_ROLE].search(norm, subject.start("modal"), stop)
    if word is None or word[0] == "统筹协调":
        return "responsible", None
    # 负责茶厂监督检查, 依职责管理指导茶厂: what it inspects is its task, and no work of others
    as_its_duty = lexicon.words[_AS_ITS_DUTY].match(norm, subject.start("modal"))
    leads_in = not as_its_duty and lexicon.words[_LEADS_IN].fullmatch(norm, subject.end(), word.start())
    if word.start() > subject.end() and not leads_in:
        return "responsible", None
    return role_of(word[0], lexicon.words), Span(*word.span())


def _with_role(body: BodyMention, role: Role, basis: Span | None) -> BodyMention:
    if body.role_basis:  # 甲(牵头)、乙
        return body
    return BodyMention(span=body.span, surface=body.surface, role=role, role_basis=basis, rule="clause")

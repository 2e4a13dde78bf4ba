"""Segments the text of an action into measures, aims and context, with head verbs and deontic force.

Takes the passage of an action. Segments end at commas, semicolons and full stops outside quotes and brackets, and at a
、 between two complete verb-object phrases; a list of nouns is never split. Segments are in reading order and disjoint;
between them lie only punctuation and blanks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Force, MeasureMention, MeasureRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.passage import Passage

_OPEN, _CLOSE = "“‘《(〔[【", '”’》)〕]】"'
_BEFORE = "—-·:"
"""Characters that may precede a segment without belonging to it."""
_CLOSING = re.compile(f"[{re.escape(_CLOSE)}]")
_ANY_BRACKET = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
_TRULY = re.compile("(?:客观|真实|准确|如实){1,2}地")
_TRULY_FIRST = "客真准如"
_MODAL = "(?P<modal>{measure-modals}|可(?={may-followers}))"
_MARKS_OF_NAMES = re.compile("[“”《》]")
_SUBJECT = 50
"""The most characters that may precede a modal word."""
_BA = re.compile("把(?![握关控脉])|将(?!来)")
_BA_VERBS = "{ba-verbs}"
_CO = "(?:{co-verbs})"
_GIVES = "{providing-verbs}"
_SCOPE_END = "(?:{scope-ends})(?:等|等等)?$"
_BY_TIME = r"^(?:到|在|至|力争到?)?(?:(?:19|20)\d\d年|[“]?十[一二三四五六]五|{times-of-clauses})[^,]{0,12}$"
_WITHIN = "[^,]{0,30}[在当].*(?:{condition-ends})$"
_FOR_THOSE = re.compile("[对凡][^,]*的[^,的]{0,30}$")
_OF = "的"
# 截至2025年底,…; 近年来,…; 目前,…: the sentence tells how things stand and demands nothing.
_REPORT = f"[^,]{{0,12}}(?:{{past-openers}})[^,{_OF}]{{0,8}},"
_AIM_PHRASE = (
    "更[大好多加][^,]{0,4}(?:{gains})$|^为.{2,40}(?:{contributing-verbs}).{0,10}(?:{contributions})$|"
    "积极性[^,]{0,8}$|^以?推动.{2,20}高质量发展$"
)
_RUN_BY_US = "(?:{public-activities})(?:的|和|、)?(?:{quality-nouns})$|(?:{mutual-activities})$|(?:{ratio-nouns})$"
_REACHED = "^.{4,60}(?:{effect-adverbs})(?:{effect-verbs})$"
_AS = re.compile("以[^,]{1,60}为[^,]{2,12}$")
_OPEN_LIST = re.compile("等(?![级次待于同候值高离额距])")
_END_OF_LIST = ("等", "能力", "方面", "领域", "水平")
_FORBIDDING = "forbidding-modals"
_FORCE: tuple[tuple[str, Force], ...] = (
    ("forbid", "must_not"),
    ("permit", "may"),
    ("encourage", "encourage"),
    ("explore", "explore"),
)
_SELF = "{personal-qualities}|能力$"


_ONE_ENDS = ("好", "到位", "起来")
_ONE_FIRST = frozenset(done[0] for done in _ONE_ENDS)
_NOT_DONE = ("的", "家")
_AND = "、和并与或及"
_AS_BEFORE, _AS_LEAST, _AS_MOST = "为", 2, 8


class _Verb(NamedTuple):
    """A verb at its position in a clause."""

    start: int
    end: int


class _Grammar:
    """Lookup tables derived from the verbs of the vocabulary; patterns of this size would be slow to compile."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self.words = words
        self.forbidding = words.of(_FORBIDDING)
        self._kinds = {v: frozenset(kinds) for v, kinds in lexicon.verbs}
        self._policy = words.table("policy-verbs")
        self._compounding = words.table("compounding-verbs")
        self._joints, self._adverbs = words.table("joints"), words.table("adverbs")
        self._ends = words.table("phrase-ends")
        self._openings = {*self._ends.firsts, _AS_BEFORE, *self._adverbs.firsts, *_TRULY_FIRST}
        self._leads = {*self._joints.firsts, *self._adverbs.firsts, *_TRULY_FIRST}

    def kinds_of(self, verb: str) -> frozenset[str]:
        """Return the kinds of a verb; of a compound, those of its first part known to the vocabulary."""
        for n in range(len(verb), 0, -1):
            if (found := self._kinds.get(verb[:n])) is not None:
                return found
        return frozenset()

    def lead(self, clause: str, start: int) -> int:
        """Return the end of the adverbs and connectives at the start of a clause."""
        at = start
        while clause[at : at + 1] in self._leads and (steps := self._lead_ends(clause, at)):
            at = steps[0]
        return at if at < len(clause) else start

    def head(self, clause: str, start: int) -> _Verb | None:
        """Return the verb that starts a clause after as few adverbs and connectives as possible: 进一步|加强."""
        if end := self._chain(clause, start):
            return _Verb(start, end)
        if clause[start : start + 1] not in self._leads:
            return None
        failed = {start}
        open_ = self._lead_ends(clause, start)[::-1]
        while open_:
            at = open_.pop()
            if at not in failed:
                if end := self._chain(clause, at):
                    return _Verb(at, end)
                failed.add(at)
                open_ += self._lead_ends(clause, at)[::-1]
        return None

    def more(self, clause: str, at: int) -> _Verb | None:
        """Return the verb that a coordinating mark or word adds: 建设|、运营."""
        end = self._chain(clause, at + 1) if clause[at : at + 1] and clause[at] in _AND else 0
        return _Verb(at + 1, end) if end else None

    def verbs(self, clause: str, at: int) -> Iterator[_Verb]:
        """Yield the verbs in a clause, regardless of context."""
        firsts = self._policy.firsts
        while at < len(clause):
            end = self._one(clause, at) if clause[at] in firsts else 0
            if end:
                yield _Verb(at, end)
            at = end or at + 1

    def late(self, clause: str, at: int) -> _Verb | None:
        """Return the last verb that follows an adverb or the end of a phrase: 在各县范围内|推广."""
        last = None
        failed: set[int] = set()
        while at < len(clause):
            found = None
            for end in self._phrase_ends(clause, at) if clause[at] in self._openings else ():
                if found := self._behind_adverbs(clause, end, failed):
                    break
            last = found or last
            at = found.end if found else at + 1
        return last

    def _one(self, clause: str, at: int) -> int:
        """Return the end of a verb with its complement (做好); 0 if none starts here."""
        end = self._policy.end(clause, at)
        if not end or clause[end : end + 1] not in _ONE_FIRST:
            return end
        for done in _ONE_ENDS:
            if clause.startswith(done, end) and not (len(done) == 1 and clause.startswith(_NOT_DONE, end + 1)):
                return end + len(done)
        return end

    def _chain(self, clause: str, at: int) -> int:
        """Return the end of a verb, or of two of which one governs the other (加快|建设); 0 if none starts here."""
        for first in self._compounding.ends(clause, at) if clause[at : at + 1] in self._compounding.firsts else ():
            if end := self._policy.end(clause, first):
                return end + clause.startswith(_ONE_ENDS[0], end)
        return self._one(clause, at)

    def _lead_ends(self, clause: str, at: int) -> list[int]:
        if clause[at : at + 1] not in self._leads:
            return []
        return self._joints.ends(clause, at) + self._adverb_ends(clause, at)

    def _adverb_ends(self, clause: str, at: int) -> list[int]:
        if clause[at : at + 1] not in self._leads:
            return []
        truly = _TRULY.match(clause, at) if clause[at] in _TRULY_FIRST else None
        return self._adverbs.ends(clause, at) + ([truly.end()] if truly else [])

    def _phrase_ends(self, clause: str, at: int) -> list[int]:
        found = self._ends.ends(clause, at)
        if clause[at] == _AS_BEFORE:
            stop = clause.find(",", at)
            longest = min(at + 1 + _AS_MOST, len(clause) if stop < 0 else stop)
            found += range(longest, at + _AS_LEAST, -1)
        return found + self._adverb_ends(clause, at)

    def _behind_adverbs(self, clause: str, at: int, failed: set[int]) -> _Verb | None:
        """Return the verb after as many adverbs as possible; `failed` holds offsets from which none is reached."""
        open_ = [(at, iter(self._adverb_ends(clause, at)))]
        while open_:
            at, steps = open_[-1]
            step = next(steps, None)
            if step is None:
                open_.pop()
                if end := at not in failed and self._chain(clause, at):
                    return _Verb(at, end)
                failed.add(at)
            elif step not in failed:
                open_.append((step, iter(self._adverb_ends(clause, step))))
        return None


@lru_cache(maxsize=8)
def _grammar(lexicon: Lexicon) -> _Grammar:
    return _Grammar(lexicon)


def find_measures(text: Passage, lexicon: Lexicon, *, is_past: bool = False) -> list[MeasureMention]:
    """Segment the text of an action.

    Args:
        text: The passage of the action.
        lexicon: Compiled vocabularies.
        is_past: Whether its heading announces past results (发展基础): nothing is demanded there.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.text.passage import Passage
        >>> from kgbuild.lexicon import load_lexicon
        >>> lexicon = load_lexicon(Settings())
        >>> [m.role for m in find_measures(Passage("围绕群众需求,开展培训,提高技能。", 0), lexicon)]
        ['context', 'measure', 'aim']
    """
    grammar = _grammar(lexicon)
    out: list[MeasureMention] = []
    for sentence in _split(text.text, 0, len(text.text), "。!?\n"):
        first = True
        reports = is_past or grammar.words[_REPORT].match(text.text, *sentence) is not None
        for clause in _split(text.text, *sentence, ",;"):
            for start, end in _phrases(text.text, *clause, grammar):
                found = _measure(text, start, end, grammar, first=first)
                out.append(replace(found, role="context", force=None, rule="past-result") if reports else found)
                first = False
    return out


@lru_cache(maxsize=8)
def _stops(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_OPEN + _CLOSE + marks)}]")


@lru_cache(maxsize=8)
def _between(marks: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(marks)}]+")


def _split(text: str, start: int, end: int, marks: str) -> list[tuple[int, int]]:
    """Return the stretches between marks outside quotes and brackets, trimmed and not empty."""
    if not _ANY_BRACKET.search(text, start, end):
        return [span for m in _between(marks).finditer(text, start, end) if (span := _trimmed(text, *m.span()))]
    out: list[tuple[int, int] | None] = []
    depth, at = 0, start
    for m in _stops(marks).finditer(text, start, end):
        c = m[0]
        if c in _OPEN:
            # An opening mark without a closing one nearby is a slip and encloses nothing.
            depth += _CLOSING.search(text, m.end(), min(end, m.end() + 120)) is not None
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 or c == "\n":
            out.append(_trimmed(text, at, m.start()))
            at, depth = m.end(), 0
    out.append(_trimmed(text, at, end))
    return [span for span in out if span]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and (text[start] in _BEFORE or text[start].isspace()):
        start += 1
    while start < end and (text[end - 1] == ":" or text[end - 1].isspace()):
        end -= 1
    return (start, end) if start < end else None


# -- cutting at 、 -------------------------------------------------------------------------------------------------
def _phrases(text: str, start: int, end: int, grammar: _Grammar) -> list[tuple[int, int]]:
    """Return a clause, or its verb-object phrases if they are joined by 、 at the top level."""
    parts = _split(text, start, end, "、") if text.find("、", start, end) >= 0 else []
    return parts if len(parts) > 1 and all(_is_phrase(text[a:b], grammar) for a, b in parts) else [(start, end)]


def _is_phrase(text: str, grammar: _Grammar) -> bool:
    """Tell whether a text is a measure verb with an object that neither governs nor closes a list."""
    head = grammar.head(text, 0)
    if not head or _OPEN_LIST.search(text) or text.endswith(_END_OF_LIST):
        return False
    more = grammar.more(text, head.end)
    kinds = grammar.kinds_of(text[head.start : head.end])
    return len(text) - (more or head).end >= 3 and "measure" in kinds and "nominal" not in kinds


# -- one segment ---------------------------------------------------------------------------------------------------
def _measure(text: Passage, begin: int, end: int, grammar: _Grammar, *, first: bool) -> MeasureMention:
    clause = text.text[begin:end]
    modal, start = _modal(clause, grammar)
    verbs, sure = _leading(clause, start, grammar)
    kinds = grammar.kinds_of(clause[verbs[0].start : verbs[0].end]) if sure else frozenset()
    role, rule = _role(clause, start, kinds, grammar, first=first)
    return MeasureMention(
        span=text.span(begin, end),
        role=role,
        verbs=tuple([text.span(begin + v.start, begin + v.end) for v in verbs]),
        force=_force(role, modal, kinds, grammar),
        rule=rule,
        grade="rule" if sure else "context",
    )


def _modal(clause: str, grammar: _Grammar) -> tuple[str | None, int]:
    """Return the modal word of a clause and the start of its predicate: 各单位要|对照标准."""
    m = grammar.words[_MODAL].search(clause, 0, _subject_end(clause) + 2)
    if not m or ((head := grammar.head(clause, 0)) and head.start < m.start("modal")):
        return None, 0
    return m["modal"], m.start("modal") if m["modal"] in grammar.forbidding else m.end()


def _subject_end(clause: str) -> int:
    mark = _MARKS_OF_NAMES.search(clause, 0, _SUBJECT)
    return mark.start() if mark else min(len(clause), _SUBJECT)


def _leading(clause: str, start: int, grammar: _Grammar) -> tuple[list[_Verb], bool]:
    """Return the head verbs of a clause, and whether grammar rather than a mere search identified them."""
    first, sure = _first_verb(clause, start, grammar)
    if first is None:
        return [], False
    out = [first]
    while more := grammar.more(clause, out[-1].end):
        out.append(more)
    return out, sure


def _first_verb(clause: str, start: int, grammar: _Grammar) -> tuple[_Verb | None, bool]:
    if _AS.match(clause, start):
        return _Verb(start, start + 1), True
    at = grammar.lead(clause, start)
    if ba := _BA.match(clause, at):
        found = grammar.words[_BA_VERBS].search(clause, ba.end() + 1)
        return (_Verb(*found.span()), True) if found else (None, False)
    verb = grammar.head(clause, start)
    if verb and verb.start <= at:
        if (
            "context" not in grammar.kinds_of(clause[verb.start : verb.end])
            or grammar.words[_SCOPE_END].search(clause)
            or _is_condition(clause, grammar.words)
        ):
            return verb, True
        return _main_verb(clause, verb.end, grammar, nouns=False) or verb, True
    co = grammar.words[_CO].match(clause, at)
    if co and not _is_condition(clause, grammar.words):
        gives = grammar.words[_GIVES].search(clause, co.end() + 1) if co[0] == "为" else None
        main = _Verb(*gives.span()) if gives else _main_verb(clause, co.end(), grammar, nouns=True)
        return main, main is not None
    plain = (v for v in grammar.verbs(clause, at) if "nominal" not in grammar.kinds_of(clause[v.start : v.end]))
    return next(plain, None), False


def _main_verb(clause: str, at: int, grammar: _Grammar, *, nouns: bool) -> _Verb | None:
    """Return the leading verb of a clause that starts with a coverb: 面向老人|开展服务.

    `nouns`: accept a verb that may also be a noun if there is no other (向政府汇报).
    """
    if late := grammar.late(clause, at):
        return late
    found = [v for v in grammar.verbs(clause, at + 1) if len(clause) - v.end >= 2 and clause[v.end] != "的"]
    kinds = [(v, grammar.kinds_of(clause[v.start : v.end])) for v in found]
    verbs = [m for m, k in kinds if not k & {"nominal", "context"}] or [
        m for m, k in kinds if nouns and "context" not in k
    ]
    return verbs[0] if verbs else None


def _is_condition(clause: str, words: Words) -> bool:
    """Tell whether a clause says when or to whom another applies: 在此基础上, 对符合条件的企业, 成绩突出的."""
    if clause.endswith(_OF, 2) or _FOR_THOSE.match(clause):
        return True
    return ("在" in clause or "当" in clause) and words[_WITHIN].match(clause) is not None


def _role(clause: str, start: int, kinds: frozenset[str], grammar: _Grammar, *, first: bool) -> tuple[MeasureRole, str]:
    """Return the role of a clause and the rule that decided it."""
    predicate = clause[start:]
    if "assure" in kinds:
        return "aim", "verb-of-assurance"
    if grammar.words[_BY_TIME].match(clause) or _is_condition(clause, grammar.words):
        return "context", "phrase-of-time-or-condition"
    if "context" in kinds or _AS.match(predicate):
        return "context", "co-verb"
    if not first and (
        grammar.words[_AIM_PHRASE].search(predicate) or (not kinds and grammar.words[_REACHED].match(predicate))
    ):
        return "aim", "effect-looked-for"
    if (
        not first
        and "aim" in kinds
        and not (grammar.words[_RUN_BY_US].search(predicate) and not grammar.words[_SELF].search(predicate))
    ):
        return "aim", "verb-of-effect"
    return "measure", "head-of-sentence" if first else "verb-object"


def _force(role: MeasureRole, modal: str | None, kinds: frozenset[str], grammar: _Grammar) -> Force | None:
    """Return the deontic force: of the modal word, else of the first verb; a plain verb is an order."""
    if modal in grammar.forbidding:
        return "must_not"
    if modal in {"可", "可以"}:
        return "may"
    for kind, force in _FORCE:
        if kind in kinds:
            return force
    return "must" if role == "measure" or modal or "assure" in kinds else None

"""The text of an action, cut into measures, aims and context, each with its leading verbs and its deontic force.

Takes the passage of an action. Pieces end at a comma, semicolon or full stop
outside quotes and brackets, and at a 、 that joins two complete verb-object phrases; a list of nouns is never cut. The
pieces are in reading order and do not overlap; only marks and blanks lie between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbuild.model import Force, MeasureMention, MeasureRole, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.passage import Passage

_OPEN, _CLOSE = "“‘《(〔[【", '”’》)〕]】"'
_CLOSING = re.compile(f"[{re.escape(_CLOSE)}]")
_ANY_BRACKET = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
_ADVERBS = "{adverbs}|(?:客观|真实|准确|如实){1,2}地"
_JOINTS = "{joints}"
_LEAD = f"(?:{_JOINTS}|{_ADVERBS})+"
_COMPOUNDING = "{compounding-verbs}"
_MODAL = "(?P<modal>{measure-modals}|可(?={may-followers}))"
_SUBJECT = re.compile("[^“”《》]{0,50}")
"""The longest that may stand before a modal word."""
_BA = re.compile("把(?![握关控脉])|将(?!来)")
_BA_VERBS = "{ba-verbs}"
_CO = "(?:{co-verbs})"
_END_OF_PHRASE = "{phrase-ends}|为[^,]{2,8}"
_GIVES = "{providing-verbs}"
_SCOPE_END = "(?:{scope-ends})(?:等|等等)?$"
_BY_TIME = re.compile(
    r"^(?:到|在|至|力争到?)?(?:(?:19|20)\d\d年|[“]?十[一二三四五六]五|年底|今年|近期|目前|届时)[^,]{0,12}$"
)
_UNDER = "^[^,]{0,30}(?:在|当).*(?:{condition-ends})$|^(?:对于?|凡)[^,]*的[^,的]{0,30}$|..的$"
_AIM_PHRASE = (
    "更[大好多加][^,]{0,4}(?:{gains})$|^为.{2,40}(?:{contributing-verbs}).{0,10}(?:{contributions})$|"
    "积极性[^,]{0,8}$|^以?推动.{2,20}高质量发展$"
)
_RUN_BY_US = (
    "(?:{public-activities})(?:的|和|、)?(?:{quality-nouns})$|(?:{mutual-activities})$|比例$|比重$|标准$|覆盖率$|待遇$"
)
_REACHED = "^.{4,60}(?:{effect-adverbs})(?:{effect-verbs})$"
_AS = re.compile("以[^,]{1,60}为[^,]{2,12}$")
_OPEN_LIST = re.compile("等(?![级次待于同候值高离额距])")
_END_OF_LIST = ("等", "能力", "方面", "领域", "水平")
_FORBIDDING = frozenset(("不得", "不应", "不能", "严禁", "禁止"))
_FORCE: tuple[tuple[str, Force], ...] = (
    ("forbid", "must_not"),
    ("permit", "may"),
    ("encourage", "encourage"),
    ("explore", "explore"),
)
_SELF = "{personal-qualities}|能力$"


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The expressions made of the verbs of the vocabulary."""

    words: Words = field(repr=False)
    kinds: dict[str, frozenset[str]] = field(repr=False)
    verb: re.Pattern[str] = field(repr=False)
    head: re.Pattern[str] = field(repr=False)
    more: re.Pattern[str] = field(repr=False)
    late: re.Pattern[str] = field(repr=False)

    def kinds_of(self, verb: str) -> frozenset[str]:
        """Return the kinds of a verb; of a compound those of its first part that the vocabulary knows."""
        return next((self.kinds[verb[:n]] for n in range(len(verb), 0, -1) if verb[:n] in self.kinds), frozenset())

    def lead(self, clause: str, start: int) -> int:
        """Return where the adverbs and joints at the head of a clause end."""
        m = self.words[_LEAD].match(clause, start)
        return m.end() if m and m.end() < len(clause) else start


_ONE = "{policy-verbs}(?:好(?![的家])|到位|起来)?"
_CHAIN = f"(?:{_COMPOUNDING}){{policy-verbs}}好?|{_ONE}"
_HEAD = rf"(?:{_JOINTS}|{_ADVERBS})*?(?P<v>{_CHAIN})"
_MORE = rf"(?:、|和|并|与|或|及)(?P<v>{_CHAIN})"
_LATE = rf"(?:{_END_OF_PHRASE}|{_ADVERBS})(?:{_ADVERBS})*(?P<v>{_CHAIN})"


@lru_cache(maxsize=8)
def _grammar(lexicon: Lexicon) -> _Grammar:
    words = lexicon.words
    return _Grammar(
        words=words,
        kinds={v: frozenset(kinds) for v, kinds in lexicon.verbs},
        verb=words[_ONE],
        head=words[_HEAD],
        more=words[_MORE],
        late=words[_LATE],
    )


def find_measures(text: Passage, lexicon: Lexicon) -> list[MeasureMention]:
    """Return the pieces of an action's text.

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
        for clause in _split(text.text, sentence.start, sentence.end, ",;"):
            for piece in _phrases(text.text, clause, grammar):
                out.append(_measure(text, piece, grammar, first=first))
                first = False
    return out


@lru_cache(maxsize=8)
def _stops(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_OPEN + _CLOSE + marks)}]")


@lru_cache(maxsize=8)
def _between(marks: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(marks)}]+")


def _split(text: str, start: int, end: int, marks: str) -> Iterator[Span]:
    """Yield the stretches between marks that stand outside quotes and brackets, blanks taken off, none empty."""
    if not _ANY_BRACKET.search(text, start, end):
        for m in _between(marks).finditer(text, start, end):
            yield from _trimmed(text, m.start(), m.end())
        return
    depth, at = 0, start
    for m in _stops(marks).finditer(text, start, end):
        c = m[0]
        if c in _OPEN:
            # A mark that nothing closes near by is a slip and holds nothing.
            depth += _CLOSING.search(text, m.end(), min(end, m.end() + 120)) is not None
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 or c == "\n":
            yield from _trimmed(text, at, m.start())
            at, depth = m.end(), 0
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and (text[start].isspace() or text[start] in "—-·:"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] == ":"):
        end -= 1
    if start < end:
        yield Span(start, end)


# -- cutting at 、 -------------------------------------------------------------------------------------------------
def _phrases(text: str, clause: Span, grammar: _Grammar) -> Iterator[Span]:
    """Yield a clause, or its verb-object phrases where 、 joins such at top level."""
    parts = list(_split(text, clause.start, clause.end, "、")) if "、" in text[clause.start : clause.end] else []
    if len(parts) < 2 or not all(_is_phrase(text[p.start : p.end], grammar) for p in parts):
        yield clause
    else:
        yield from parts


def _is_phrase(text: str, grammar: _Grammar) -> bool:
    """Tell whether a text is a verb of a measure with an object, and neither governs nor closes a list."""
    head = grammar.head.match(text)
    if not head or _OPEN_LIST.search(text) or text.endswith(_END_OF_LIST):
        return False
    more = grammar.more.match(text, head.end())
    kinds = grammar.kinds_of(head["v"])
    return len(text) - (more or head).end() >= 3 and "measure" in kinds and "nominal" not in kinds


# -- one piece -----------------------------------------------------------------------------------------------------
def _measure(text: Passage, piece: Span, grammar: _Grammar, *, first: bool) -> MeasureMention:
    clause = text.text[piece.start : piece.end]
    modal, start = _modal(clause, grammar)
    verbs, sure = _leading(clause, start, grammar)
    kinds = grammar.kinds_of(clause[verbs[0].start : verbs[0].end]) if verbs else frozenset()
    role, rule = _role(clause, start, kinds if sure else frozenset(), grammar, first=first)
    return MeasureMention(
        span=text.span(piece.start, piece.end),
        role=role,
        verbs=tuple(text.span(piece.start + v.start, piece.start + v.end) for v in verbs),
        force=_force(role, modal, kinds if sure else frozenset()),
        rule=rule,
        grade="rule" if sure else "context",
    )


def _modal(clause: str, grammar: _Grammar) -> tuple[str | None, int]:
    """The modal word of a clause and where its predicate begins: 各单位要|对照标准."""
    subject = _SUBJECT.match(clause)
    m = grammar.words[_MODAL].search(clause, 0, subject.end() + 2) if subject else None
    head = grammar.head.match(clause)
    if not m or (head and head.start("v") < m.start("modal")):
        return None, 0
    return m["modal"], m.start("modal") if m["modal"] in _FORBIDDING else m.end()


def _leading(clause: str, start: int, grammar: _Grammar) -> tuple[list[Span], bool]:
    """The head verbs of a clause, joined ones apart; and whether grammar gives them, not a mere search."""
    first, sure = _first_verb(clause, start, grammar)
    if first is None:
        return [], False
    out = [first]
    while more := grammar.more.match(clause, out[-1].end):
        out.append(Span(*more.span("v")))
    return out, sure


def _first_verb(clause: str, start: int, grammar: _Grammar) -> tuple[Span | None, bool]:
    if _AS.match(clause, start):
        return Span(start, start + 1), True
    at = grammar.lead(clause, start)
    if ba := _BA.match(clause, at):
        found = grammar.words[_BA_VERBS].search(clause, ba.end() + 1)
        return (Span(*found.span()), True) if found else (None, False)
    head = grammar.head.match(clause, start)
    co = grammar.words[_CO].match(clause, at)
    if head and head.start("v") <= at:
        verb = Span(*head.span("v"))
        if (
            "context" not in grammar.kinds_of(head["v"])
            or grammar.words[_SCOPE_END].search(clause)
            or grammar.words[_UNDER].search(clause)
        ):
            return verb, True
        return _main_verb(clause, verb.end, grammar, nouns=False) or verb, True
    if co and not grammar.words[_UNDER].search(clause):
        gives = grammar.words[_GIVES].search(clause, co.end() + 1) if co[0] == "为" else None
        main = Span(*gives.span()) if gives else _main_verb(clause, co.end(), grammar, nouns=True)
        return main, main is not None
    plain = (m for m in grammar.verb.finditer(clause, at) if "nominal" not in grammar.kinds_of(m[0]))
    found = next(plain, None)
    return (Span(*found.span()), False) if found else (None, False)


def _main_verb(clause: str, at: int, grammar: _Grammar, *, nouns: bool) -> Span | None:
    """The verb that a clause with a co-verb in front of it leads with: 面向老人|开展服务.

    `nouns`: also one that may be a noun, where there is no other (向政府汇报).
    """
    late = list(grammar.late.finditer(clause, at))
    if late:
        return Span(*late[-1].span("v"))
    found = [m for m in grammar.verb.finditer(clause, at + 1) if len(clause) - m.end() >= 2 and clause[m.end()] != "的"]
    kinds = [(m, grammar.kinds_of(m[0])) for m in found]
    verbs = [m for m, k in kinds if not k & {"nominal", "context"}] or [
        m for m, k in kinds if nouns and "context" not in k
    ]
    return Span(*verbs[0].span()) if verbs else None


def _role(clause: str, start: int, kinds: frozenset[str], grammar: _Grammar, *, first: bool) -> tuple[MeasureRole, str]:
    """The role of a clause and the rule that decides."""
    predicate = clause[start:]
    if "assure" in kinds:
        return "aim", "verb-of-assurance"
    if _BY_TIME.match(clause) or grammar.words[_UNDER].search(clause):
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


def _force(role: MeasureRole, modal: str | None, kinds: frozenset[str]) -> Force | None:
    """The deontic force: of the modal word, else of the first verb; a plain verb is an order."""
    if modal in _FORBIDDING:
        return "must_not"
    if modal in {"可", "可以"}:
        return "may"
    for kind, force in _FORCE:
        if kind in kinds:
            return force
    return "must" if role == "measure" or modal or "assure" in kinds else None

"""The text of an action, cut into measures, aims and context, each with its leading verbs and its deontic force.

Takes the passage of an action and the policy verbs of the lexicon. Pieces end at a comma, semicolon or full stop
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
    from collections.abc import Iterable, Iterator

    from kgbuild.extract.passage import Passage

Verbs = tuple[tuple[str, tuple[str, ...]], ...]
"""Verbs, longer ones first, each with its kinds: measure, aim, assure, context, encourage, explore, permit, forbid."""

_OPEN, _CLOSE = "“‘《(〔[【", '”’》)〕]】"'
_CLOSING = re.compile(f"[{re.escape(_CLOSE)}]")
_ANY_BRACKET = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
_ADVERBS = (
    "积极稳妥|进一步|深入|积极|大力|广泛|认真|切实|充分|全面|加快|不断|持续|继续|坚决|重点|及时|正确|(?:客观|真实|准确|如实){1,2}地|着力|努力|有效|扎实|"
    "稳步|有序|逐步|主动|严格|科学|统一|依法|尽快|率先|优先|适时|定期|同步|协同|共同|全力|合理|加紧|更好|更加|更大力度|全程|分类|分级|"
    "分步|多渠道|多形式|广泛地|深入地|精准|精心|高质量|高标准|高水平|高效|快速|有力|有针对性地|因地制宜|统筹|牢固|牢牢|始终|坚定|"
    "坚定不移|一体|整体|系统|紧密|密切|强力|深度|每年|每季度|每月|稳定|稳妥|大幅|最大限度|依规|按规定|带头|超前|同等|平等"
)
_JOINTS = (
    "同时|既|特别是|尤其是|此外|另外|并且|并|从而|进而|以及|以便|以|使之|一是|二是|三是|四是|五是|六是|七是|八是|九是|首先|其次|再次|最后|其中|还|也|要|"
    "应当|应|须|必须|需要|需|可以|可|能够|不得|严禁|禁止|到|来|去|再"
)
_LEAD = re.compile(f"(?:{_JOINTS}|{_ADVERBS})+")
_COMPOUNDING = "组织|探索|加快|注重|研究|动员|鼓励|引导|统筹|协调|支持"
_MODAL = re.compile(
    "(?=[必应不可需要须严禁])(?P<modal>必须|应当|不得|不应|不能|可以|需要|(?<![重主首纲提摘概简紧必需])要(?![求素点件闻害道领务塞])"
    "|(?<![适对供相反响效回因理])应(?![用急对当变聘届])|(?<!必)须|可(?=由|在|向|按|根据|通过|给予|适当|直接|申请|享受|将|采取|参照|自行|依法|优先)"
    "|严禁|禁止)"
)
_SUBJECT = re.compile("[^“”《》]{0,50}")
"""The longest that may stand before a modal word."""
_BA = re.compile("把(?![握关控脉])|将(?!来)")
_BA_VERBS = re.compile(
    "作为|纳入|列入|贯穿|融入|打造|建设|转化|落实|落到|延伸|摆|放|抓|写入|嵌入|转变|提升|推向|下沉|变为|变成|培育|发展"
)
_CO = re.compile(
    "(?:在|为(?!了)|为了|面向|向|对(?!接|标|照)|与|同|从|以|针对|由|通过|按|按照|根据|依托|围绕|结合|会同|联合|于|经|自|就)"
)
_END_OF_PHRASE = "中|上|下|内|里|间|方面|领域|等|层面|环节|过程|基础|阶段|地区|范围|手段|方式|形式|为[^,]{2,8}"
_GIVES = re.compile(
    "提供|搭建|营造|创造|奠定|贡献|配备|注入|夯实|建立|打造|增添|做出|作出|办理|落实|开设|发放|组织|开展|购买"
)
_SCOPE_END = re.compile(
    "(?:需求|要求|工作|领域|方面|重点|目标|任务|规律|趋势|方向|战略|环节|问题|原则|标准|主题|主线|抓手|载体|契机|导向|核心|关键|根本|部署|布局|"
    "定位|实际|特点|优势|资源|手段|形式|方式|途径|渠道|模式|时机|机遇|平台|作用|力量|精神|规定|办法|方案|部门|单位|机构|企业|高校|院所|协会|基础|突破口|牵引|动力|支撑|引领|保障|落脚点|前提|单元|主体|依托|纽带)(?:等|等等)?$"
)
_BY_TIME = re.compile(
    r"^(?:到|在|至|力争到?)?(?:(?:19|20)\d\d年|[“]?十[一二三四五六]五|年底|今年|近期|目前|届时)[^,]{0,12}$"
)
_UNDER = re.compile(
    "^[^,]{0,30}(?:在|当).*(?:时|后|前|中|过程中|基础上|前提下|情况下|条件下|方面|环节|领域|框架内|范围内|期间)$"
    "|^(?:对于?|凡)[^,]*的[^,的]{0,30}$|..的$"
)
_AIM_PHRASE = re.compile(
    "更[大好多加][^,]{0,4}(?:作用|贡献|效应|优势|力量)$|^为.{2,40}(?:提供|奠定|作出|做出|注入|贡献|创造).{0,10}(?:保障|支撑|基础|贡献|条件|动力|支持|力量)$|积极性[^,]{0,8}$|^以?推动.{2,20}高质量发展$"
)
_RUN_BY_US = re.compile(
    "(?:管理|运营|运行|服务|建设|保障|治理|监管|工作|办学|教学|装备|供给|执法|管护|防治|救治|经营|组织|信息化|规范化|标准化|精细化)(?:的|和|、)?(?:水平|质量|质效|效率|效能|能力水平)$|"
    "(?:联动协作|联动|协作|合作|融合|对接|衔接|共享|互通|互认|交流|转化|流通|消费|集聚|投资|贸易|均衡配置|协同)$|比例$|比重$|标准$|覆盖率$|待遇$"
)
_REACHED = re.compile(
    "^.{4,60}(?:显著|明显|大幅|初步|基本|全面|持续|不断|稳步|进一步|更加|逐步)"
    "(?:提高|提升|增强|改善|下降|降低|增长|扩大|优化|完善|建立|形成|实现|健全|显现|巩固|拓展|加强|好转|减少|壮大|成熟|夯实|突破|改进)$"
)
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
_SELF = re.compile("素质|素养|技能|本领|意识|认识|获得感|幸福感|满意度|竞争力|影响力|知晓率|能力$")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The expressions made of the verbs of the vocabulary."""

    kinds: dict[str, frozenset[str]] = field(repr=False)
    verb: re.Pattern[str] = field(repr=False)
    head: re.Pattern[str] = field(repr=False)
    more: re.Pattern[str] = field(repr=False)
    late: re.Pattern[str] = field(repr=False)

    def kinds_of(self, verb: str) -> frozenset[str]:
        """Return the kinds of a verb; of a compound those of its first part that the vocabulary knows."""
        return next((self.kinds[verb[:n]] for n in range(len(verb), 0, -1) if verb[:n] in self.kinds), frozenset())

    def lead(self, words: str, start: int) -> int:
        """Return where the adverbs and joints at the head of a clause end."""
        m = _LEAD.match(words, start)
        return m.end() if m and m.end() < len(words) else start


def _alternatives(words: Iterable[str]) -> str:
    """An expression for any of the words, longer ones first; grouped by first character, so that it fails fast."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    branches = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())
    return f"(?=[{re.escape(''.join(groups))}])(?:{branches})" if groups else r"(?!)"


@lru_cache(maxsize=8)
def _grammar(verbs: Verbs) -> _Grammar:
    words = _alternatives(v for v, _ in verbs)
    one = f"(?:服务(?![器业站员商])|(?!服务)(?:{words}))(?:好(?![的家])|到位|起来)?"
    chain = f"(?:{_COMPOUNDING})(?:{words})好?|{one}"
    return _Grammar(
        kinds={v: frozenset(kinds) for v, kinds in verbs},
        verb=re.compile(one),
        head=re.compile(rf"(?:{_JOINTS}|{_ADVERBS})*?(?P<v>{chain})"),
        more=re.compile(rf"(?:、|和|并|与|或|及)(?P<v>{chain})"),
        late=re.compile(rf"(?:{_END_OF_PHRASE}|{_ADVERBS})(?:{_ADVERBS})*(?P<v>{chain})"),
    )


def find_measures(text: Passage, verbs: Verbs) -> list[MeasureMention]:
    """Return the pieces of an action's text.

    Example:
        >>> from kgbuild.extract.passage import Passage
        >>> verbs = (("开展", ("measure",)), ("提高", ("aim",)), ("围绕", ("context",)))
        >>> [m.role for m in find_measures(Passage("围绕群众需求,开展培训,提高技能。", 0), verbs)]
        ['context', 'measure', 'aim']
    """
    grammar = _grammar(verbs)
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
    words = text.text[piece.start : piece.end]
    modal, start = _modal(words, grammar)
    verbs, sure = _leading(words, start, grammar)
    kinds = grammar.kinds_of(words[verbs[0].start : verbs[0].end]) if verbs else frozenset()
    role, rule = _role(words, start, kinds if sure else frozenset(), first=first)
    return MeasureMention(
        span=text.span(piece.start, piece.end),
        role=role,
        verbs=tuple(text.span(piece.start + v.start, piece.start + v.end) for v in verbs),
        force=_force(role, modal, kinds if sure else frozenset()),
        rule=rule,
        grade="rule" if sure else "context",
    )


def _modal(words: str, grammar: _Grammar) -> tuple[str | None, int]:
    """The modal word of a clause and where its predicate begins: 各单位要|对照标准."""
    subject = _SUBJECT.match(words)
    m = _MODAL.search(words, 0, subject.end() + 2) if subject else None
    head = grammar.head.match(words)
    if not m or (head and head.start("v") < m.start("modal")):
        return None, 0
    return m["modal"], m.start("modal") if m["modal"] in _FORBIDDING else m.end()


def _leading(words: str, start: int, grammar: _Grammar) -> tuple[list[Span], bool]:
    """The head verbs of a clause, joined ones apart; and whether grammar gives them, not a mere search."""
    first, sure = _first_verb(words, start, grammar)
    if first is None:
        return [], False
    out = [first]
    while more := grammar.more.match(words, out[-1].end):
        out.append(Span(*more.span("v")))
    return out, sure


def _first_verb(words: str, start: int, grammar: _Grammar) -> tuple[Span | None, bool]:
    if _AS.match(words, start):
        return Span(start, start + 1), True
    at = grammar.lead(words, start)
    if ba := _BA.match(words, at):
        found = _BA_VERBS.search(words, ba.end() + 1)
        return (Span(*found.span()), True) if found else (None, False)
    head = grammar.head.match(words, start)
    co = _CO.match(words, at)
    if head and head.start("v") <= at:
        verb = Span(*head.span("v"))
        if "context" not in grammar.kinds_of(head["v"]) or _SCOPE_END.search(words) or _UNDER.search(words):
            return verb, True
        return _main_verb(words, verb.end, grammar, nouns=False) or verb, True
    if co and not _UNDER.search(words):
        gives = _GIVES.search(words, co.end() + 1) if co[0] == "为" else None
        main = Span(*gives.span()) if gives else _main_verb(words, co.end(), grammar, nouns=True)
        return main, main is not None
    plain = (m for m in grammar.verb.finditer(words, at) if "nominal" not in grammar.kinds_of(m[0]))
    found = next(plain, None)
    return (Span(*found.span()), False) if found else (None, False)


def _main_verb(words: str, at: int, grammar: _Grammar, *, nouns: bool) -> Span | None:
    """The verb that a clause with a co-verb in front of it leads with: 面向老人|开展服务.

    `nouns`: also one that may be a noun, where there is no other (向政府汇报).
    """
    late = list(grammar.late.finditer(words, at))
    if late:
        return Span(*late[-1].span("v"))
    found = [m for m in grammar.verb.finditer(words, at + 1) if len(words) - m.end() >= 2 and words[m.end()] != "的"]
    kinds = [(m, grammar.kinds_of(m[0])) for m in found]
    verbs = [m for m, k in kinds if not k & {"nominal", "context"}] or [
        m for m, k in kinds if nouns and "context" not in k
    ]
    return Span(*verbs[0].span()) if verbs else None


def _role(words: str, start: int, kinds: frozenset[str], *, first: bool) -> tuple[MeasureRole, str]:
    """The role of a clause and the rule that decides."""
    predicate = words[start:]
    if "assure" in kinds:
        return "aim", "verb-of-assurance"
    if _BY_TIME.match(words) or _UNDER.search(words):
        return "context", "phrase-of-time-or-condition"
    if "context" in kinds or _AS.match(predicate):
        return "context", "co-verb"
    if not first and (_AIM_PHRASE.search(predicate) or (not kinds and _REACHED.match(predicate))):
        return "aim", "effect-looked-for"
    if not first and "aim" in kinds and not (_RUN_BY_US.search(predicate) and not _SELF.search(predicate)):
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

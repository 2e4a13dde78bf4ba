"""The role of a group: target, agent or topic, and the two embedded roles.

The first matching rule decides, in this order: embedded in a name, counted, agent, permitted, target, a thing about the
group, merely mentioned. A mention that modifies a noun is judged by that noun, otherwise by the nearest governing verb
or preposition.
Source: observation of plans, agreed between annotators.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.populations.words import JOIN, OPEN_LIST

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words
    from kgbuild.model import PopulationRole

_CLAUSE = re.compile(r"[,。;:!?\n]")
_REST = re.compile(r"^(?:等(?!级))?(?:群体|重点群体|相关人员)?")

METAPHORS = frozenset(("巾帼", "红领巾", "蓝领"))
_OPEN_HOUSE = re.compile(r"(?:科技|文化)?(?:书屋|之家|家园)")
_SERVES = r"[^,。;”》]{0,4}(?:{serving-nouns})(?<!服务)|服务(?!{service-nouns})"

_FIGURE_BEHIND = (
    r"[^,。;、0-9]{0,14}(?:{reached-words})[^,。;]{0,10}[0-9０-９一二三四五六七八九十百千万]+(?:\.[0-9]+)?(?:%|"
    r"％|万|名|人|户|个)"
)
_COUNTED = r"[0-9０-９一二三四五六七八九十百千]+(?:\.[0-9]+)?[余多万]*[名人位个户]"
_FIGURE_BEFORE = re.compile(rf"{_COUNTED}(?:以上)?的?$|[0-9]+万?$")
_COUNT_BEHIND = re.compile(f"(?=[0-9]){_COUNTED}")

_QUALITY = r"(?:{person-attributes})"
_OWNED = rf"的?{_QUALITY}{{0,4}}的?(?:{{owned-nouns}}|(?:精神)?风貌)"
_ABOUT = (
    r"的?(?:{topic-attributes}){0,3}"
    r"(?:{topic-nouns}|(?:生动)?实践)"
)
_TAPPED = r"[^,。;、]{0,14}(?:{tapped-nouns})"
_ABILITY = re.compile(r"等?(?:方面|工作)?的?(?:工作)?能力")

_AGENT_VERBS = r"{agent-verbs}"
_LET = r"{letting-verbs}"
_TARGET_VERBS = r"{target-verbs}"
_MENTIONED = r"{mentioning-verbs}|配合好?|(?<![终继][身续])学习(?!活动|型|资源|成果)"
_GOVERNOR = (
    "(?=[{^name-verbs}{^agent-verbs}{^letting-verbs}{^serving-as}{^mentioning-verbs}{^target-verbs}配学])"
    rf"(?:(?P<noun>(?:{{name-verbs}})(?:{{agency-nouns}}))|(?P<agent>{_AGENT_VERBS})|(?P<let>{_LET})|"
    rf"(?P<serving>{{serving-as}})|(?P<mentioned>{_MENTIONED})|(?P<target>{_TARGET_VERBS}))"
)
_VERBS = ("policy-verbs", "person-verbs", "gain-verbs")
_PROXY = r"{proxy-words}"
_FOR_WHOM = r"(?:{proxy-words}|{phrase-prepositions})$"
_OPENER = r"(?:{subject-openers})$"
_KIND_BEFORE = r"(?:”|{organisation-kinds})$"
_BESIDE = 40
_NOUN = "-"  # in place of a verb that is a noun there
_NEAR = 12
_SYSTEM = r"{duty-tails}"

_INSTRUCTED = r"(?:{undergoing-verbs})?(?!{policy-verbs})[^,。;、]{0,6}(?:{instructed-verbs})"
_ATTENDS = r"{receiving-verbs}|(?:{attending-verbs})[^,。;、]{0,8}(?:{attended-things})"
_GETS = r"[^,。;、0-9]{0,8}(?:{per-head-words})(?:{granting-verbs})?[0-9]|[^,。;、]{0,2}(?:{receiving-verbs})"
"""本科生每人1500元, 残疾人每年接受体检: whoever gets something."""
_BY_OTHERS = re.compile("[须应当可]{0,2}由")
"""须由茶厂提供证明: what is due is done by others."""
_WIDENED = r"(?:[^,。;、]{0,16}[0-9][^,。;、0-9]{0,6})?(?:逐步|依法)?(?:{widening-verbs})(?:到|至|为)"

_MANNER = r"(?:{person-manners}|到[^,。;、]{1,6})"
_TAKES_PART = rf"{_MANNER}{{0,2}}(?:参与|担任|投身|加入)"
_FOR_OTHERS = (
    rf"{_MANNER}{{0,2}}[^,。;]{{0,6}}(?:(?:{{serving-verbs}})(?!{{service-nouns}})|提供[^,。;]{{0,12}}(?:服务|"
    rf"指导)|开展[^,。;]{{0,10}}(?:{{public-services}})|为[^,。;]{{1,16}}(?:提供|"
    rf"服务))"
)
_GIVES = rf"{_MANNER}{{0,2}}(?:{{giving-manners}})?(?:{{giving-verbs}})[^,。;]{{0,12}}(?:{{given-services}})"
"""医师在线提供咨询: whoever gives acts, whatever verb stands before."""
_OWN_GAIN = rf"{_MANNER}{{0,2}}(?:{{gain-adverbs}})?[^,。;]{{0,12}}(?:{{gain-verbs}})"
_GOES = r"(?:{going-words})[^,。;、]{1,6}"
_MAY = r"[^,。;]{0,10}(?:可(?![再视])|{entitlement-words})"
_CONSENT = r"{consent-words}"
_MAY_LATER = re.compile(r",[^。;]{0,40}(?:可(?![再视])|有权|享受)")
_PART_LATER = rf",{_MANNER}{{0,2}}参与"
_IS = r"(?:{being-verbs})"
_MADE_FOR = r"的?(?:{things-for-groups})"
_UNDERGO = r"(?:{undergoing-verbs})(?!{policy-verbs})[^,。;、]{0,6}(?:{instructed-verbs})"
_ACTS = rf"{_MANNER}{{0,2}}[^,。;、]{{0,4}}(?:{{acting-verbs}}|应当?)"


def embedded_role(word: str, behind: str, words: Words) -> PopulationRole:
    """Return the role of a group inside a name or title: agent if the name says that it acts for others."""
    if words[_SYSTEM].match(behind):
        return "embedded_agent"
    return "embedded_agent" if word not in METAPHORS and words[_SERVES].match(behind) else "embedded_target"


def always_embedded(word: str, behind: str) -> bool:
    """Tell whether the word denotes a group only within a name (巾帼, 职工书屋, 家庭医生签约)."""
    if word in METAPHORS or _OPEN_HOUSE.match(behind):
        return True
    return word == "家庭医生" and behind.startswith("签约")


def plain_role(text: str, start: int, end: int, words: Words) -> PopulationRole:
    """Return the role of the group, or of coordinated groups, at `text[start:end]`, by rules 2 to 7.

    Args:
        text: The passage.
        start: Offset of the first group.
        end: Offset after the last group.
        words: Word classes.
    """
    before = text[max(0, start - 60) : start]
    before = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    rest = text[end : end + 60]
    stop = _CLAUSE.search(rest)
    behind = rest[: stop.start()] if stop else rest
    behind = behind[_REST.match(behind).end() :]  # type: ignore[union-attr]  # also matches the empty string
    if words[_FIGURE_BEHIND].match(behind) or _FIGURE_BEFORE.search(before) or _COUNT_BEHIND.match(behind):
        return "target"
    if words[_SYSTEM].match(behind):
        return "embedded_agent"
    act = _act(behind, rest, words)
    kind, at, told = None, 0, before
    for governor in words[_GOVERNOR].finditer(before):
        # 组织 in 组织和个人, 慈善组织, “两新”组织 is a noun
        if governor["agent"] and (
            JOIN.match(before, governor.end()) or words[_KIND_BEFORE].search(before, 0, governor.start())
        ):
            told = told[: governor.start()] + _NOUN * len(governor[0]) + told[governor.end() :]
            continue
        # in 培训机构 the verb governs nothing
        kind, at = kind if governor.lastgroup == "noun" else governor.lastgroup, governor.end()
    # what a relative clause governs lies inside it: 担任监护人的儿童
    if (kind == "mentioned" and before[at:].endswith("的")) or (kind == "serving" and len(before) > at):
        kind = None
    # whoever is set to work follows directly: not in 依托数据确定纳税人
    if kind in {"agent", "let"} and not before.endswith("的") and words.hold(told, at, *_VERBS):
        kind = None
    if words[_PROXY].match(act):
        return "target" if words[_FOR_WHOM].search(before) else "agent"
    later = _MAY_LATER.match(rest, stop.start() if stop else 0) if kind is None else None
    if later and (not behind or behind.endswith("的") or words[_CONSENT].match(behind)):
        return "agent" if words[_FOR_OTHERS].match(rest, later.end()) else "target"
    if kind == "let" and stop and words[_PART_LATER].match(rest, stop.start()):
        return "agent"  # 鼓励茶师发挥特长,参与义务活动
    return _by_noun(before, behind, kind, words) or _by_verb(before, act, kind, words)


def _act(behind: str, rest: str, words: Words) -> str:
    """Return what the group does, skipping its coordinates or the word that sums them up."""
    closed = OPEN_LIST.search(behind, 0, _BESIDE) if JOIN.match(behind) else None
    if closed:
        return behind[closed.end() :]
    if not (JOIN.match(behind) or OPEN_LIST.match(rest)):
        return behind
    part = words[_TAKES_PART].search(behind, 0, _NEAR) or words[_UNDERGO].search(behind, 0, _BESIDE)
    return behind[part.start() :] if part else behind


def _by_noun(before: str, behind: str, kind: str | None, words: Words) -> PopulationRole | None:
    """Return the role by the noun that the mention modifies; None if it modifies none."""
    if kind == "agent" and words[_TAPPED].match(behind):
        return "agent"
    if words[_MADE_FOR].match(behind):
        return "target"
    if _ABILITY.match(behind) and behind.startswith(("等", "方面")):
        return "topic"
    about, owned = words[_ABOUT].match(behind), words[_OWNED].match(behind)
    if about and not owned:
        return "topic"
    return "target" if owned and not (kind == "let" and words[_FOR_OTHERS].match(behind)) else None


def _by_verb(before: str, behind: str, kind: str | None, words: Words) -> PopulationRole:
    if words[_TAKES_PART].match(behind) and kind != "target":
        return "agent"
    if kind == "agent":
        instructed = words.hold(behind, 0, "instructed-verbs") and words[_INSTRUCTED].match(behind)
        instructed = instructed or words[_ATTENDS].match(behind)
        return "target" if instructed or words[_WIDENED].match(behind) else "agent"
    if kind == "let":
        return _permitted(behind, words)
    if kind == "mentioned":
        # what modifies a noun is no object itself: 成为|全民|健身的场所
        return "target" if behind and not JOIN.match(behind) else "topic"
    if kind == "target":
        goes = words[_GOES].match(behind)
        return "agent" if goes and words[_FOR_OTHERS].match(behind, goes.end()) else "target"
    return "agent" if kind == "serving" else _subject(before, behind, words)


def _permitted(behind: str, words: Words) -> PopulationRole:
    """Return the role of those who are permitted or encouraged: agents if they serve others, otherwise targets."""
    others, own = words[_FOR_OTHERS].match(behind), words[_OWN_GAIN].match(behind)
    return "agent" if others and (not own or others.end() <= own.end()) else "target"


def _subject(before: str, behind: str, words: Words) -> PopulationRole:
    if _BY_OTHERS.match(behind) or words[_IS].match(behind) or words[_GETS].match(behind):
        return "target"
    may = words[_MAY].match(behind)
    if may:
        return "agent" if words[_FOR_OTHERS].match(behind, may.end()) else "target"
    if words[_GIVES].match(behind):
        return "agent"
    # at the start of its clause it is the subject; after an unlisted verb it is the object: 便利渔民办理
    return "agent" if words[_ACTS].match(behind) and not words[_OPENER].sub("", before.strip()) else "target"

"""Wordings that denote several bodies: 各成员单位, 各有关部门, 各市（州）人民政府."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.link.members import members_of
from kgbuild.model import LinkContext, Party, PartyKind
from kgbuild.text.numerals import HAN

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words

_UNIT = r"(?:{government-places}|{further-divisions}|{collective-units}|[、，（）()/]|[（(]含[^（）()]*[)）])"
_GOVERNMENTS = (
    rf"^各(?:省级|市级|县级|地级|乡级|级地方|级|地方|{_UNIT}+).{{0,16}}?(?:{{collective-governments}})"
    r"(?:[，、（(].*)?$|^(?:各?(?:有关|相关)|地方|县级以上|乡镇|基层|当地|所在地|属地)[省市县区乡镇地方级各、（）()]*(?:人民)?政府$"
)
_PLACES = r"^各(?:{class-words})?(?:{collective-zones}|{listed-levels}|[省市州盟县区旗地乡镇街园]|[（）()、，/和及])+$"
_PROVINCES = r"^(?:{class-words}){provincial-levels}(?:、{provincial-levels}){2}"
_MEMBERS = r"(?:{member-wordings})$"
_GENERAL = (
    r"^(?:{collective-levels}|党中央、?)?(?:其他|其它)?"
    r"(?:{class-words})+"
    r"[\u4e00-\u9fff、，（）()]{0,14}?(?:{collective-nouns})$"
)
_BY_FUNCTION = r"^各[市州县区地旗盟省级（(、，）)]+(?P<core>[\u4e00-\u9fff]{0,14}(?:{function-endings}))$"
_QUALIFIED = r"^(?:{class-attributes}|在[\u4e00-\u9fff]|驻[\u4e00-\u9fff]|[省市]内)*"
_CLASS = _QUALIFIED + r"(?:{body-classes})$"
# 各直属院所, 驻县各商业银行, 县委各巡察组: no name of a single body has such a word in front, whatever its noun
_OF_CLASS = (
    _QUALIFIED + r"(?:[\u4e00-\u9fff]{1,4}(?:{offices-that-lead}))?(?:{class-words})[\u4e00-\u9fff、（）()]{2,14}$"
)
_ROLE_OF_TRADE = r"^[\u4e00-\u9fff、]{0,12}(?:{trade-bodies})$"
# 市政府有关部门, 厅机关各处室, 省直各预算单位; 区级公共服务单位, without 各
_LEVELLED = (
    r"^(?:{class-levels}){0,4}(?:[\u4e00-\u9fff]{0,4}?(?:{class-words}){1,2}[\u4e00-\u9fff]{0,6}?|(?:{class-middles}){1,3})"
    r"(?:{group-nouns})(?:[(（][^()（）]{1,8}[)）]|[和及]?(?:{group-nouns}))?$"
)
# 县级政府, 县（市、区）政府, 区县人民政府: two levels or a word for a level, but never 市政府
_LEVEL = "[市县区旗州盟特]"
_SOME_GOVERNMENTS = (
    rf"^(?:{{class-words}})?(?:{_LEVEL}级|{_LEVEL}[(（、]*{_LEVEL}(?:{_LEVEL}|[、()（）])*)"
    r"(?:{level-governments})$"
)
# 山南三市人民政府, 有牧业的县人民政府
_COUNTED = rf"(?:[\d{HAN}]|的[\u4e00-\u9fff]{{0,4}}){_LEVEL}(?:{{level-governments}})$"
_SOME_ZONES = (
    r"^(?:{class-words})?[\u4e00-\u9fff]{0,2}?(?:{zone-words}|开发[(（][\u4e00-\u9fff、]{1,8}[)）]区)"
    r"(?:[(（][\u4e00-\u9fff、]{1,8}[)）])?(?:{zone-offices})?$"
)
# 有审批职能的处室, 履行监管职责机构: a description, not a name
_DESCRIBED = (
    r"(?:^(?:{class-verbs})[\u4e00-\u9fff、]{2,24}|^[^()（）]{1,24}的[\u4e00-\u9fff]{0,6}?)"
    r"(?:{group-nouns})(?:[和及]?(?:{group-nouns}))?$"
)
# 县（市、区）相关部门, 县（市、区）市场监管局, 县区教体局: what each of these places has
_OF_SOME_LEVELS = (
    rf"^(?:{_LEVEL}[（(](?:{_LEVEL}|、)+[）)]|{{levels-together}})(?:(?:{{class-words}})[\u4e00-\u9fff]{{0,6}}(?:{{group-nouns}})"
    r"|[\u4e00-\u9fff]{2,12}(?:{function-endings}))$"
)
_OF_GOVERNMENTS = "(?:{level-governments})$"
_WORDS, _TOWNSHIPS = "{bare-collectives}", "{bare-townships}"
# What each ends with is asked before the pattern is, which then most documents do not need.
_CLASSES = {
    _GENERAL: "collective-nouns",
    _BY_FUNCTION: "function-endings",
    _ROLE_OF_TRADE: "trade-bodies",
    _CLASS: "body-classes",
    _DESCRIBED: "group-nouns",
}


def collective(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the group that a wording denotes, None if it denotes a single body.

    Its scope is the document's division. Members come from the register or from a list of the user, as the basis says;
    that each member has to act is inferred in the graph, never asserted.

    Args:
        wording: The wording.
        context: What the document says about itself.
        lexicon: The register.
    """
    kind = _kind(wording, lexicon.words)
    if kind is None:
        return None
    party = Party(
        surface=wording,
        kind=kind,
        method="rule",
        grade="rule",
        division=context.division,
        collective=True,
    )
    known = members_of(wording, context, lexicon)
    if known is None:
        return party
    return replace(party, members=known.bodies, basis=known.basis, member_count=known.count)


def _kind(wording: str, words: Words) -> PartyKind | None:
    if words[_WORDS].fullmatch(wording):
        return "collective"
    if words[_TOWNSHIPS].fullmatch(wording) or words[_GOVERNMENTS].match(wording) or words[_PLACES].match(wording):
        return "local_government"
    if wording.endswith(words.endings("level-governments")) and (
        words[_SOME_GOVERNMENTS].match(wording) or words[_COUNTED].search(wording)
    ):
        return "local_government"
    known = (
        words[_LEVELLED].match(wording)
        or words[_PROVINCES].match(wording)
        or words[_MEMBERS].search(wording)
        or _is_class_of_zones(wording, words)
    )
    if known or _is_class(wording, words):
        return "collective"
    if any(word in wording for word in words.of("class-words")) and words[_OF_CLASS].match(wording):
        return "local_government" if words[_OF_GOVERNMENTS].search(wording) else "collective"
    return None


def _is_class(wording: str, words: Words) -> bool:
    return any(
        wording.endswith(words.endings(noun)) and words[form].match(wording) is not None
        for form, noun in _CLASSES.items()
    ) or (wording[:1] in _LEVEL and words[_OF_SOME_LEVELS].match(wording) is not None)


def _is_class_of_zones(wording: str, words: Words) -> bool:
    """Tell whether a wording denotes zones: 各园区, 开发区（投资区）管委会; but 高新区管委会 is a single board."""
    m = words[_SOME_ZONES].match(wording) if "开发" in wording or words.hold(wording, 0, "zone-words") else None
    return m is not None and (
        wording.startswith(tuple(words.of("zone-class-starts"))) or "（" in wording or "(" in wording
    )

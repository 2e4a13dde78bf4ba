"""Wordings that stand for several bodies: 各成员单位, 各有关部门, 各市（州）人民政府."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.link.members import members_of
from kgbuild.model import LinkContext, Party, PartyKind

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon

_UNIT = (
    r"(?:设区|省|市|州|盟|县|区|旗|地|乡|镇|街道|自治区|自治州|地区|直辖市|开发区|高新区|新区|[、，（）()/]"
    r"|[（(]含[^（）()]*[)）])"
)
_GOVERNMENTS = re.compile(
    rf"^各(?:省级|市级|县级|地级|乡级|级地方|级|地方|{_UNIT}+).{{0,16}}?(?:人民政府|政府|党委政府|行署|管委会|街道办事处|办事处)"
    r"(?:[，、（(].*)?$|^(?:各?(?:有关|相关)|地方|县级以上|乡镇|基层|当地|所在地|属地)[省市县区乡镇地方级各、（）()]*(?:人民)?政府$"
)
_PLACES = re.compile(
    r"^各(?:设区|[省市州盟县区旗地乡镇街园]|街道|开发|高新|经开|新|兵团|自治|直辖|特|功能|管理|[（）()、，/和及])+$"
)
_MEMBERS = re.compile(
    r"(?:成员单位|牵头单位|牵头部门|责任部门|配合部门|参与部门|责任单位|参与单位|配合单位|承办单位|主办单位)$"
)
_GENERAL = re.compile(
    r"^(?:省|市|县|区|州|旗|自治区|国务院|中央|省级|市级|县级|区级|省直|市直|县直|区直|州直|中央和国家机关|国家|中央国家机关|党中央、?)?(?:其他|其它)?"
    r"(?:各级|各|有关|相关|所有|各有关|各相关)+"
    r"[\u4e00-\u9fff、，（）()]{0,14}?(?:部门|单位|地区|地方|地|部委|机构|直属机构|企业|企事业单位|高校|高等学校|院校|学校|方面|团体|人民团体|协会|"
    r"行业主管部门|主管部门|银行|金融机构|园区|开发区|党委|党组|机关|民主党派|市场主体|科研院所|平台|中心|社区|组织|委办局|街镇|乡镇|街道|县区|区县|市|县|区|省|州)$"
)
_BY_FUNCTION = re.compile(
    r"^各(?:市|州|县|区|地|旗|盟|省|级|[（(、，）)])+(?P<core>[\u4e00-\u9fff]{2,14}(?:局|委|办|部门|厅|部|院|会|中心|机关|公司|分局))$"
)
_CLASS = re.compile(
    r"^(?:各|省属|市属|央属|中央|部属|省级|国有|民营|重点|骨干|大型|龙头|地方|有关|相关|在[\u4e00-\u9fff]|驻[\u4e00-\u9fff]|[省市]内)*"
    r"(?:企业|企事业单位|国有企业|国企|央企|高校|高等学校|普通高校|院校|高等院校|职业院校|学校|中小学校|医疗机构|医院|金融机构|银行机构|"
    r"科研院所|科研机构|行业协会|行业协会商会|商会|社会组织|社会团体|新闻媒体|主流媒体|电信企业|基础电信企业|电信运营商|运营商|"
    r"通信运营企业|通信企业|保险机构|开发区|产业园区|园区|乡镇|街道|社区|村居|村委会|居委会)$"
)
_ROLE_OF_TRADE = re.compile(
    r"^[\u4e00-\u9fff、]{0,12}(?:主管部门|监管部门|管理部门|行政部门|职能部门|行业部门|直属单位|直属机构)$"
)
_WORDS = ("等部门", "等单位", "等有关部门", "等相关部门", "各地", "各地区", "各地各部门", "各级", "地方")
_CLASSES = (_GENERAL, _BY_FUNCTION, _ROLE_OF_TRADE, _CLASS)


def collective(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the group that a wording names, None if it names a single body.

    Scope is the document's division. Members are those of the register or of a list of the user, as the basis says;
    that each of them has to act is inferred in the graph, never stated.
    """
    kind = _kind(wording)
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


def _kind(wording: str) -> PartyKind | None:
    if wording in _WORDS:
        return "collective"
    if _GOVERNMENTS.match(wording) or _PLACES.match(wording):
        return "local_government"
    if _MEMBERS.search(wording) or any(pattern.match(wording) for pattern in _CLASSES):
        return "collective"
    return None

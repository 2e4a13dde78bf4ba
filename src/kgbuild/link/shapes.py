"""Names that the register does not know, by their shape: groups, zones, enterprises, schools, offices inside a body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.link.anchor import anchor, fill, full_name, pick
from kgbuild.model import LinkContext, Party, PartyKind
from kgbuild.terms import register

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon

_SHAPES: tuple[tuple[str, PartyKind], ...] = (
    (
        r"(?:领导小组|委员会|指挥部|联席会议|协调小组|工作组|推进组|专班|协调机制|小组|领导机构)(?:工作)?办公室$|(?:小组|指挥部|联席会议)办$",
        "leading_group_office",
    ),
    (
        r"(?:领导小组|指挥部|联席会议|协调小组|工作小组|工作组|推进组|专班|协调机制|指导小组|专项小组|小组)$",
        "leading_group",
    ),
    (
        r"(?:公司|集团|银行|分行|支行|企业|电网|厂|供电局|合作社|信用社|联通|移动|电信|铁塔|中国邮政|交易所)$",
        "enterprise",
    ),
    (
        r"(?:大学|学院|学校|中学|小学|医院|研究院|研究所|科学院|党校|电视台|总台|报社|日报|出版社|博物馆|图书馆|科技馆|纪念馆|档案馆|中心|总站|站|院|所|馆)$",
        "public_institution",
    ),
    (
        r"(?:协会|学会|商会|联合会|促进会|基金会|联谊会|研究会|工会|公会|联盟|总会|作协|记协|侨联|联合社|联社)$",
        "mass_organisation",
    ),
    (r"(?:法院|检察院|人大|政协|军区|警备区|部队|军分区)$|人大常委会", "subject"),
    (r"(?:管委会|管理委员会|管理局)$", "government_department"),
    (r"(?:人民政府|政府)$", "local_government"),
    (
        r"委(?:宣传部|组织部|统战部|政法委|网信办|编办|.{1,12}(?:部|办|委|室|局|院))$|党委$|党组$|工委$|纪委$",
        "party_organ",
    ),
    (r"(?:处|科|股|司)$", "internal_office"),
    (r"(?:厅|局|署|委|委员会|办|办公室|部|办公厅|总队|支队|大队|海关|组)$", "government_department"),
)
_COMPILED = tuple((re.compile(pattern), kind) for pattern, kind in _SHAPES)
_ZONE = re.compile(r"^(?P<zone>.{2,30}?(?:区|城|园|港|基地))(?:管委会|管理委员会)$")
_ZONES = {"高新区": "高新技术产业开发区", "经开区": "经济技术开发区"}
_GROUPS = ("leading_group", "leading_group_office")
_COMPLETE = re.compile(r"(?:公司|大学|学院|银行|分行|支行|医院|协会|学会|商会|基金会|研究院|研究所|中心)$")
_GROUP_OFFICE = ("领导小组办公室", "领导小组办", "小组办公室", "本办公室")
_OFFICE = re.compile(
    r"^(?P<parent>.{3,}?(?:厅|局|委|办|部|委员会|办公室|中心|院|会))(?P<office>[\u4e00-\u9fff]{2,12}(?:处|科|室|股|司|中心|局))$"
)


def by_shape(wording: str, context: LinkContext, lexicon: Lexicon) -> Party:
    """Return what the shape of an unknown name says; at least that it is unresolved, with the likely kind."""
    return (
        _own_group(wording, context, lexicon)
        or _bare_place(wording, context, lexicon)
        or _office(wording, context, lexicon)
        or _shaped(wording, context, lexicon)
    )


def kind_by_shape(wording: str) -> PartyKind:
    """Return the kind of party that the ending of a name shows; subject where it shows none."""
    return next((kind for pattern, kind in _COMPILED if pattern.search(wording)), "subject")


def _own_group(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """领导小组办公室 alone is that of the issuer, or of the only group that the document names."""
    if wording not in _GROUP_OFFICE and wording != "领导小组":
        return None
    group = dict(context.defined).get("领导小组")
    issuer = context.issuer or ""
    if "领导小组" in issuer:
        group = issuer[: issuer.index("领导小组") + 4]
    is_office = wording != "领导小组"
    kind: PartyKind = "leading_group_office" if is_office else "leading_group"
    if group is None:
        return Party(surface=wording, kind=kind, method="unresolved", grade="doubtful", note="which group is not said")
    return Party(
        surface=wording,
        kind=kind,
        method="context",
        grade="context",
        canonical=_completed(group, context, lexicon) + ("办公室" if is_office else ""),
        division=context.division,
        note="the group of the document",
    )


def _completed(group: str, context: LinkContext, lexicon: Lexicon) -> str:
    division, rest = _place(group, context, lexicon)
    record = lexicon.division(division) if division else None
    return full_name(record, lexicon) + rest if record else group


def _bare_place(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """A place alone in a list of bodies stands for its government."""
    codes = pick(lexicon.places(wording), context.division, lexicon)
    if len(codes) != 1 or codes[0] == "100000":
        return None
    division = lexicon.division(codes[0])
    if division is None:
        return None
    return Party(
        surface=wording,
        kind="local_government",
        method="rule",
        grade="context",
        iri=register("body", f"{division.code}-zf"),
        canonical=fill("人民政府", division, lexicon),
        label_en=f"People's Government of {division.label_en}" if division.label_en else None,
        division=division.code,
        note="a place named as a body stands for its government",
    )


def _office(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    from kgbuild.link.resolve import resolve

    for end in range(len(wording) - 2, 3, -1):
        match = _OFFICE.match(wording)
        if not match or not re.search(r"(?:处|科|室|股|司)$", wording):
            return None
        if not lexicon.is_party(wording[:end]):
            continue
        parent = resolve(wording[:end], context, lexicon)
        if parent.iri and not parent.collective:
            return Party(
                surface=wording,
                kind="internal_office",
                method="rule",
                grade=parent.grade,
                division=parent.division,
                parent=parent.iri,
                note=f"inside {parent.canonical}",
            )
    return None


def _shaped(wording: str, context: LinkContext, lexicon: Lexicon) -> Party:
    kind = kind_by_shape(wording)
    division, rest = _place(wording, context, lexicon)
    canonical = None
    if kind in _GROUPS or _ZONE.match(wording) or (_COMPLETE.search(wording) and kind != "subject"):
        canonical = _official(wording, kind, division, rest, lexicon)
    return Party(
        surface=wording,
        kind=kind,
        method="rule" if canonical else "unresolved",
        grade="rule" if canonical else "doubtful",
        canonical=canonical,
        division=division,
        note=None if canonical else "not in the register",
    )


def _place(wording: str, context: LinkContext, lexicon: Lexicon) -> tuple[str | None, str]:
    """Return the division that a name begins with or points at, and the rest of the name."""
    for reading in lexicon.names.readings(wording):
        if reading.unknown:
            continue
        if reading.codes:
            codes = pick(reading.codes, context.division, lexicon)
            if len(codes) == 1:
                return codes[0], reading.core
        elif reading.marker:
            code = anchor(reading.marker, context.division, lexicon)
            if code:
                return code, reading.core
    return None, wording


def _official(wording: str, kind: PartyKind, division: str | None, rest: str, lexicon: Lexicon) -> str | None:
    zone = _ZONE.match(wording)
    if zone:
        name = zone["zone"]
        for short, full in _ZONES.items():
            name = name.removesuffix(short) + full if name.endswith(short) else name
        return name + "管理委员会"
    record = lexicon.division(division) if division else None
    pointed = wording.startswith(("省", "市", "县", "区", "州", "自治区", "盟", "旗", "本"))
    if pointed:
        return full_name(record, lexicon) + rest if record and kind in _GROUPS else None
    return wording if record or kind in ("enterprise", "public_institution", "mass_organisation") else None

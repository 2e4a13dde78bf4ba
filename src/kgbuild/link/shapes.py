"""Unregistered names by their shape: groups, zones, branches, merged departments, internal offices.

Nothing here gets a register IRI. The place is what the name says, the kind what its ending shows; an official name is
given only if the wording is complete, or is completed by the place that the document states.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_pattern
from kgbuild.link.anchor import COUNTRY, anchor, fill, full_name, level_of, pick
from kgbuild.link.endings import is_formal, kind_by_ending
from kgbuild.link.entries import by_rule
from kgbuild.model import Grade, LinkContext, Method, Party, PartyKind
from kgbuild.terms import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.lexicon import Division, Lexicon, Name

    Resolve = Callable[[str, LinkContext, Lexicon], Party]

_ZONE = "^(?P<zone>.{2,30}?(?:{zone-stems}))(?:{zone-offices})$"
_WHOLE_ZONE = "(?:{whole-zones})$"
_IN_ZONE = "{zone-words}"
_ADMINISTRATION = "管理委员会"
_OPEN_TO_TRADE = "经开区"
_HIGH_TECH, _HIGH_TECH_ZONE = "高新区", "高新技术产业开发区"
_ZONES = (_HIGH_TECH, _OPEN_TO_TRADE)
# 石桥经开区 is 石桥经济技术开发区 or 石桥经济开发区: only the register tells which
_OPEN_TO_TRADE_ZONES = ("经济技术开发区", "经济开发区")
_CITIES = ("prefecture_city", "city")
_BRACKETS = frozenset("（(")
_PILOT = lazy_pattern(r"^中国[（(]([\u4e00-\u9fff]{2,4})[)）]")  # 中国（湖北）自由贸易试验区…
_PILOT_AREA = r"^(?:{pilot-zones})(?P<area>.{2,8}片区)(?:{zone-offices})$"
# 石桥开发区 is short for 石桥经济技术开发区 or another; 石桥临空经济示范区 says which it is
_SHORT_ZONE = r"^(?:{short-zones})$"
_BARE_ZONE = rf"^(?:{'|'.join(_ZONES)})(?:{{zone-offices}})?$"
_GROUPS = ("leading_group", "leading_group_office")
_GROUP, _OFFICE = "领导小组", "办公室"
_OWN_GROUP = (_GROUP, _GROUP + _OFFICE, _GROUP + _OFFICE[0])
_LINE = "局厅委"
_ISSUER_OFFICES = tuple(above + _OFFICE for above in ("", *_LINE))
_INNER = re.compile(r"(?:[处科股庭]|(?<!公)司|(?<!办公)室)$")
_PART_OF_WHOLE = r"(?:{offices-that-lead})$"
"""What the parts of a court, a university, a company are called: 执行局, 教务部."""
_PART_OF_FIRM = r"(?:{departments-of-firms})$"
_NATIONAL = ("国家", "全国", "中央", "国务院", "中国", "中华", "中共中央", "首都")
_OF_COUNTRY = tuple({name[0] for name in _NATIONAL})
"""What the name of a company starts with that is whole without a place: 中铁, 国能."""
# 市不动产登记中心, 省档案馆: only the place is abbreviated; 省港航集团 has been a company since 2018
_WHOLE = r"(?:{whole-endings})$"
MIN_FORMAL = 4
_GROUP_FIRM, _LIMITED = r"(?:{firm-trades}|.业|.{3,})集团$", "有限公司"
_COMPANY, _CENTRE, _BOARD = "公司", "中心", "管委会"
_OF_CENTRE = _CENTRE + _BOARD
_CUSTOMS, _OF_AIRPORT = "海关", "机场海关"
_BUREAU = r"(?:{bureau-endings})$"
# 国网云岭省电力公司 is the whole name of a company owned by the State, 石桥供电公司 that of none
_FIRM = r"^(?!国网.+电力公司).*(?:公司|{power-suppliers})$"
_WHOLE_FIRM = r"(?:{company-forms})公司"
_REGIONS = "{great-regions}"
_BRANCH = rf"^(?P<place>{_REGIONS}|[\u4e00-\u9fff]{{2,12}}?)(?:地区|股份有限公司)?(?:分院|{{branch-endings}}|局)$"


def by_shape(wording: str, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party:
    """Return what the shape of an unknown name shows; at least an unresolved party with its likely kind.

    Args:
        wording: The name.
        context: What the document says about itself.
        lexicon: The register.
        resolve: Resolves another name in the same context: the body to which an office belongs.
    """
    return (
        _own_group(wording, context, lexicon)
        or _bare_place(wording, context, lexicon)
        or _named_zone(wording, lexicon)
        or _pilot_area(wording, context, lexicon)
        or _of_same_line(wording, context, lexicon, resolve)
        or _branch(wording, context, lexicon, resolve)
        or _inner_office(wording, context, lexicon, resolve)
        or _shaped(wording, context, lexicon, resolve)
    )


def _own_group(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """领导小组办公室 by itself is that of the issuer, or of the only group that the document names."""
    if wording not in _OWN_GROUP:
        return None
    group = dict(context.defined).get(_GROUP)
    issuer = context.issuer or ""
    if _GROUP in issuer:
        group = issuer[: issuer.index(_GROUP) + len(_GROUP)]
    is_office = wording != _GROUP
    kind: PartyKind = "leading_group_office" if is_office else "leading_group"
    if group is None:
        return Party(surface=wording, kind=kind, method="unresolved", grade="doubtful", note="which group is not said")
    return Party(
        surface=wording,
        kind=kind,
        method="context",
        grade="context",
        canonical=_completed(group, context, lexicon) + (_OFFICE if is_office else ""),
        division=context.division,
        note="the group of the document",
    )


def _completed(group: str, context: LinkContext, lexicon: Lexicon) -> str:
    division, reading = _place(group, context, lexicon)
    record = lexicon.division(division) if division else None
    return full_name(record, lexicon) + reading.core if record and reading else group


def _bare_place(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """A place by itself in a list of bodies denotes its government."""
    codes = pick(lexicon.places(wording), context.division, lexicon)
    if len(codes) != 1 or codes[0] == COUNTRY:
        return None
    division = lexicon.division(codes[0])
    if division is None:
        return None
    if division.kind == "zone":
        return Party(
            surface=wording,
            kind="government_department",
            method="rule",
            grade="context",
            canonical=division.name + _ADMINISTRATION,
            division=division.code,
            note="a zone named as a body stands for its administration",
        )
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


def _named_zone(wording: str, lexicon: Lexicon) -> Party | None:
    """A zone by itself in a list of bodies denotes its administration: 石桥高新区."""
    place = next((name for name in lexicon.names.readings(wording) if len(name.codes) == 1), None)
    if place is None or place.core not in _ZONES:
        return None
    return Party(
        surface=wording,
        kind="government_department",
        method="rule",
        grade="context",
        canonical=_of_zone(wording, lexicon),
        division=place.codes[0],
        note="a zone named as a body stands for its administration",
    )


def _pilot_area(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """自贸区石桥片区管委会: an area of the pilot free trade zone of the province."""
    area = lexicon.words[_PILOT_AREA].match(wording)
    above = [lexicon.division(code) for code in lexicon.ancestors(context.division)] if context.division else []
    province = next((record for record in above if record and record.level == "province"), None)
    if not area or province is None:
        return None
    return Party(
        surface=wording,
        kind="government_department",
        method="context",
        grade="context",
        canonical=f"中国（{province.short}）自由贸易试验区{area['area']}{_ADMINISTRATION}",
        division=province.code,
        note="place taken from the document",
    )


def _of_same_line(wording: str, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party | None:
    """石桥市局 in a document of 云岭省市场监督管理局: the body of the issuer's kind in another place."""
    division, reading = _place(wording, context, lexicon)
    if division is None or reading is None or reading.core not in set(_LINE):
        return None
    if reading.codes and reading.place != lexicon.divisions[division].name:
        return None  # 公安厅 is none of 公安县
    issuer = resolve(context.issuer, context, lexicon) if context.issuer and context.issuer != wording else None
    kind = (issuer.iri or "").rpartition("-")[2] if issuer else ""
    record, place = lexicon.kinds.get(kind), lexicon.division(division)
    names = record.names.get(level_of(place), ()) if record and place else ()
    if record is None or place is None or not names or record.usual.get(level_of(place)) != 1:
        return Party(
            surface=wording,
            kind="government_department",
            method="unresolved",
            grade="doubtful",
            division=division,
            note="of which line of administration is not known",
        )
    return replace(
        by_rule(kind, names[0], place, lexicon),
        surface=wording,
        method="context",
        grade="context",
        note=f"of the line of {issuer.canonical if issuer else kind}",
    )


def _branch(wording: str, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party | None:
    """中国科学院南京分院: a registered central body, a place, and the word for a branch; 市公安局石桥分局 of a city's.

    中国铁路云岭局集团有限公司 is a company of its own; branches of a company are those of subsidiaries as often.
    """
    if lexicon.words[_WHOLE_FIRM].search(wording[-4:]):
        return None
    for end in range(len(wording) - 3, 1, -1):
        keys = lexicon.body_forms.get(wording[:end], ())
        rest = wording[end:]
        found = lexicon.words[_BRANCH].match(rest)
        if found and not keys and (local := _local_branch(wording, end, context, lexicon, resolve)):
            return local
        body = lexicon.body(keys[0]) if found and keys else None
        if not found or body is None or body.division != COUNTRY:
            continue
        place = next((name for name in lexicon.names.readings(rest) if len(name.codes) == 1), None)
        if place is None and found["place"] not in lexicon.words.of("great-regions"):
            continue
        known = not rest.endswith(_COMPANY) or wording.startswith(body.name)
        return Party(
            surface=wording,
            kind=body.party,
            method="rule" if known else "unresolved",
            grade="rule" if known else "doubtful",
            canonical=body.name + rest if known else None,
            division=place.codes[0] if place else None,
            parent=register("body", body.key),
            note=f"branch of {body.name}",
        )
    return None


def _local_branch(wording: str, end: int, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party | None:
    """市公安局石桥分局: the bureau of the city, and the part of it for a place of the city."""
    head, rest = wording[:end], wording[end:]
    if not lexicon.is_registered(head):
        return None
    whole = resolve(head, context, lexicon)
    places = {code for name in lexicon.names.readings(rest) for code in pick(name.codes, whole.division, lexicon)}
    inside = [code for code in places if whole.division in lexicon.ancestors(code)]
    if whole.iri is None or whole.canonical is None or whole.kind != "government_department" or len(inside) != 1:
        return None
    return Party(
        surface=wording,
        kind=whole.kind,
        method="rule",
        grade=whole.grade,
        canonical=whole.canonical + rest,
        division=inside[0],
        parent=whole.iri,
        note=f"branch of {whole.canonical}",
    )


def _inner_office(wording: str, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party | None:
    """省医保局医药服务管理处: the longest prefix that is a registered body, and an office within it."""
    if not _INNER.search(wording):
        return None
    for end in range(len(wording) - 2, 2, -1):
        head = wording[:end]
        if not lexicon.is_registered(head):
            continue
        parent = resolve(head, context, lexicon)
        if parent.iri and not parent.collective and parent.kind != "local_government":
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


def _of_issuer(wording: str, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party:
    """综合处, 厅办公室, 办公室 in a document of a department: an office within it."""
    known = context.issuer and context.issuer != wording
    issuer = resolve(context.issuer or "", context, lexicon) if known else None
    inside = issuer is not None and issuer.iri is not None and issuer.kind == "government_department"
    office = inside or context.is_inner or wording not in _ISSUER_OFFICES
    return Party(
        surface=wording,
        kind="internal_office" if office else kind_by_ending(wording, lexicon.words),
        method="context" if inside else "unresolved",
        grade="context" if inside else "doubtful",
        division=issuer.division if issuer and inside else None,
        parent=issuer.iri if issuer and inside else None,
        note=f"inside {issuer.canonical}" if issuer and inside else "not in the register",
    )


def _shaped(wording: str, context: LinkContext, lexicon: Lexicon, resolve: Resolve) -> Party:
    kind = kind_by_ending(wording, lexicon.words)
    if kind == "internal_office" or wording in _ISSUER_OFFICES or _is_part(wording, kind, context, lexicon):
        return _of_issuer(wording, context, lexicon, resolve)
    plain = wording if _BRACKETS.isdisjoint(wording) else _PILOT.sub(r"\1", wording)
    division, reading = _place(plain, context, lexicon)
    if reading is None and _is_bureau(wording, context, lexicon):
        # 公路局 in a list of 云岭省交通运输厅 is one of its own
        inner = _of_issuer(wording, context, lexicon, resolve)
        if inner.parent is not None:
            return inner
    # 中央商务区管理局 is of a city
    if division is None and wording.startswith(_NATIONAL) and not lexicon.words[_IN_ZONE].search(wording):
        division = COUNTRY
    if reading and kind == "leading_group" and len(lexicon.names.composed(reading.core)) > 1:
        kind = "government_department"
    # 县代建中心 in a document of a city: which county is not said
    elsewhere = reading is None and any(name.marker for name in lexicon.names.readings(plain))
    # 继续教育学院 in a plan of a university is one of its own
    elsewhere |= context.is_inner and reading is None and kind == "public_institution"
    canonical = None if elsewhere else _official(wording, kind, division, reading, lexicon)
    if canonical == wording and division is None and wording.endswith(_CENTRE):
        return _placed_by_document(wording, kind, context, lexicon)
    if lexicon.words[_BARE_ZONE].match(wording):
        return _own_zone(wording, context, lexicon)
    method: Method = "rule" if canonical else "unresolved"
    grade: Grade = "rule" if canonical else "doubtful"
    return Party(
        surface=wording,
        kind=kind,
        method=method,
        grade=grade,
        canonical=canonical,
        division=division,
        note=None if canonical else "not in the register",
    )


def _is_part(wording: str, kind: PartyKind, context: LinkContext, lexicon: Lexicon) -> bool:
    """Tell whether a name without a place is that of an office, in a document of a court, a university, a company.

    供应链管理部 is one in any document, because all ministries are in the register.
    """
    words = lexicon.words
    part = _PART_OF_WHOLE if context.is_inner else _PART_OF_FIRM
    return (
        kind in ("government_department", "subject")
        and words[part].search(wording) is not None
        and not (words[_IN_ZONE].search(wording) and not context.is_inner)
        and not any(name.place or name.marker for name in lexicon.names.readings(wording))
    )


def _is_bureau(wording: str, context: LinkContext, lexicon: Lexicon) -> bool:
    """Tell whether a name is that of a bureau without a place, in a document that no general office signed."""
    issuer = context.issuer or ""
    general = tuple(word for word in lexicon.words.of("body-suffixes") if word.startswith(_OFFICE[:-1]))  # 办公厅 too
    if wording in issuer or issuer.endswith(general):
        return False
    if wording[0] in _LINE and issuer.endswith(wording[0]):  # 厅研究室 in a document of a 厅
        return True
    if not lexicon.words[_BUREAU].search(wording):
        return False
    return not any(name.unknown for name in lexicon.names.readings(wording))


def _placed_by_document(wording: str, kind: PartyKind, context: LinkContext, lexicon: Lexicon) -> Party:
    """市司法局、政务服务和公共资源交易中心: an institution without its place is that of the document's own division."""
    place = lexicon.division(context.division) if context.division not in (None, COUNTRY) else None
    return Party(
        surface=wording,
        kind=kind,
        method="context" if place else "unresolved",
        grade="context" if place else "doubtful",
        canonical=full_name(place, lexicon) + wording if place else None,
        division=place.code if place else None,
        note="place taken from the document" if place else "the place is not said by the document",
    )


def _own_zone(wording: str, context: LinkContext, lexicon: Lexicon) -> Party:
    """高新区管委会 without a place: that of the city that issued the document, if it is a city."""
    city = lexicon.division(context.division) if context.division else None
    zone = _of_zone(city.short + wording[:3], lexicon) if city and city.kind in _CITIES else None
    return Party(
        surface=wording,
        kind="government_department",
        method="context" if zone else "unresolved",
        grade="context" if zone else "doubtful",
        canonical=zone,
        division=city.code if city and zone else None,
        note="place taken from the document" if zone else "which zone is not said",
    )


def _place(wording: str, context: LinkContext, lexicon: Lexicon) -> tuple[str | None, Name | None]:
    """Return the division that a name starts with or refers to, and the name parsed there."""
    for reading in lexicon.names.readings(wording):
        if reading.codes:
            codes = pick(reading.codes, context.division, lexicon)
            if len(codes) == 1:
                return codes[0], reading
        elif reading.marker:
            code = anchor(reading.marker, context.division, lexicon)
            if code:
                return code, reading
    return None, None


def _official(
    wording: str, kind: PartyKind, division: str | None, reading: Name | None, lexicon: Lexicon
) -> str | None:
    """Return the official name if the wording is complete except for its place, otherwise None."""
    record = lexicon.division(division) if division else None
    if zone := lexicon.words[_ZONE].match(wording):
        # 石榴湖度假区管委会: of a zone without a place it is not known what else its name leaves out
        placed = (record and not (reading and reading.marker)) or lexicon.words[_WHOLE_ZONE].search(zone["zone"])
        return _of_zone(zone["zone"], lexicon) if placed else None
    if lexicon.words[_FIRM].search(wording) and not lexicon.words[_WHOLE_FIRM].search(wording):
        return None
    if wording.endswith(_CUSTOMS) and not wording.endswith(_OF_AIRPORT):
        return wording  # 石桥海关 is the whole name, of 石桥机场海关 the city is missing
    if reading and reading.marker:
        return _of_marker(reading.core, kind, record, lexicon) if record else None
    if not is_formal(wording, lexicon.words):
        return None
    # 教科院 is not a name of its own, whatever its ending
    long = len(wording) > MIN_FORMAL and kind in ("public_institution", "mass_organisation")
    wording = wording.removesuffix(_BOARD) + _ADMINISTRATION if wording.endswith(_BOARD) else wording
    return wording if record or long or (kind == "enterprise" and wording.startswith(_OF_COUNTRY)) else None


def _of_marker(core: str, kind: PartyKind, place: Division, lexicon: Lexicon) -> str | None:
    """Return the official name of 市X in a place, None where X is not the rest of it."""
    if core.endswith(_OF_CENTRE):  # 市行政服务中心管委会
        return full_name(place, lexicon) + core.removesuffix(_BOARD) + _ADMINISTRATION
    if kind == "enterprise" and lexicon.words[_GROUP_FIRM].match(core):
        return full_name(place, lexicon) + core + _LIMITED
    if _is_short(core, lexicon):
        return None
    whole = (
        kind in _GROUPS
        or _is_merged(core, lexicon)
        or core in lexicon.words.of("whole-endings")
        or (len(core) >= MIN_FORMAL and lexicon.words[_WHOLE].search(core) is not None)
    )
    return full_name(place, lexicon) + core if whole else None


def _is_merged(core: str, lexicon: Lexicon) -> bool:
    """Tell whether a name is composed of whole functions: 教育和科技局, but not 发改经信局 or 住建和交通局."""
    parts = lexicon.names.composed(core)
    return len(parts) > 1 and lexicon.words.of("contracted-functions").isdisjoint(parts)


def _is_short(core: str, lexicon: Lexicon) -> bool:
    """Tell whether a name abbreviates a function as the register does: 投促中心, because 投促局 is no official name."""
    if not core.endswith(_CENTRE):
        return False
    stem = core.removesuffix(_CENTRE)
    found = [meaning.official for suffix in _LINE for meaning in lexicon.cores(stem + suffix)]
    return bool(found) and not any(found)


def _of_zone(name: str, lexicon: Lexicon) -> str | None:
    """Return the official name of the administration of a zone, None where the zone leaves out what sort it is."""
    if any(lexicon.places(name[:end]) and lexicon.words[_SHORT_ZONE].match(name[end:]) for end in range(2, len(name))):
        return None
    if name.endswith(_OPEN_TO_TRADE):
        registered = _open_to_trade(name.removesuffix(_OPEN_TO_TRADE), lexicon)
        return registered and registered + _ADMINISTRATION
    if name.endswith(_HIGH_TECH):
        name = name.removesuffix(_HIGH_TECH) + _HIGH_TECH_ZONE
    return name + _ADMINISTRATION


def _open_to_trade(place: str, lexicon: Lexicon) -> str | None:
    """Return the name of the one zone that 经开区 of a place stands for in the register: 邢台 → 河北邢台经济开发区."""
    above = {higher for code in lexicon.places(place) for higher in lexicon.ancestors(code)}
    leads = ("", *(record.short for record in map(lexicon.division, above) if record))
    names = {lead + place + city + full for lead in leads for city in ("", "市") for full in _OPEN_TO_TRADE_ZONES}
    found = {record.name for name in names for record in map(lexicon.division, lexicon.places(name)) if record}
    return found.pop() if len(found) == 1 else None

"""What the ending of a name shows about the kind of its party. Order counts: the first that fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.model import PartyKind

_ENDINGS: tuple[tuple[str, PartyKind], ...] = (
    (
        r"(?:(?:领导小组|委员会|组委会|指挥部|联席会议|协调小组|工作组|推进组|专班|机制|小组)(?:工作)?办公室|(?:小组|指挥部)办)$",
        "leading_group_office",
    ),
    (
        r"(?:领导小组|指挥部|联席会议|协调小组|工作小组|工作组|推进组|专班|协调机制|指导小组|专项小组|小组|组委会|执委会)$",
        "leading_group",
    ),
    (
        r"(?:公司|集团|银行|分行|支行|企业|电网|厂|供电局|铁路局|合作社|信用社|联通|移动|电信|铁塔|中国邮政|交易所)$",
        "enterprise",
    ),
    (
        r"(?:大学|学院|学校|中学|小学|党校|电视台|总台|报社|日报|日报社|出版社|实验室|中心|站|院|所|馆)$",
        "public_institution",
    ),
    (
        r"(?:协会|学会|商会|联合会|促进会|基金会|联谊会|研究会|工会|公会|联盟|总会|作协|记协|侨联|联合社|联社)$",
        "mass_organisation",
    ),
    (r"(?:法院|检察院|人大|政协|军区|警备区|部队|军分区)$|人大常委会", "subject"),
    (r"(?:管委会|[区园城港地]管理委员会|管理局)$", "government_department"),
    (r"(?:人民政府|政府)$", "local_government"),
    (r"[省市县区州盟地旗党工]委(?!员会|会).{1,14}[部办委室局院]$|(?:党委|党组|工委|纪委|支部)$", "party_organ"),
    (r"[处科股司]$", "internal_office"),
    (r"^(?:共青团|中国共产主义青年团|少先队).*(?:委员会|工委)$", "mass_organisation"),
    (r"^国家[\u4e00-\u9fff]{2,6}委员会$", "government_department"),
    (r"委员会$", "leading_group"),
    (r"(?:厅|局|署|委|办|办公室|部|办公厅|总队|支队|大队|海关|组)$", "government_department"),
)
_COMPILED = tuple((re.compile(pattern), kind) for pattern, kind in _ENDINGS)
_FORMAL = re.compile(
    r"(?:厅|局|委员会|管委会|办公室|办公厅|中心|总站|[^车网]站|院|馆|所|队|公司|大学|学校|银行|分行|支行|协会|学会|商会|公会|工会|总会|联合会|"
    r"促进会|基金会|研究会|领导小组|小组|工作组|指挥部|联席会议|联社|报社|出版社|交易所|实验室)$"
)


def kind_by_ending(wording: str) -> PartyKind:
    """Return the kind of party that the ending of a name shows; subject where it shows none.

    Example:
        >>> kind_by_ending("云岭集团"), kind_by_ending("云岭大学"), kind_by_ending("石桥")
        ('enterprise', 'public_institution', 'subject')
    """
    return next((kind for pattern, kind in _COMPILED if pattern.search(wording)), "subject")


def is_formal(wording: str) -> bool:
    """Tell whether a name ends as full official names do, so that the wording itself is the name.

    Example:
        >>> is_formal("云岭市博览局"), is_formal("市目标办")
        (True, False)
    """
    return bool(_FORMAL.search(wording))

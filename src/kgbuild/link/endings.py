"""What the ending of a name says about the kind of its party. The first matching ending decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.lexicon.words import Words
    from kgbuild.model import PartyKind

_ENDINGS: tuple[tuple[str, PartyKind], ...] = (
    (
        r"(?:(?:{group-office-heads})(?:工作)?办公室|(?:小组|指挥部)办)$",
        "leading_group_office",
    ),
    (
        r"(?:{group-endings})$",
        "leading_group",
    ),
    (
        r"(?:{enterprise-endings})$",
        "enterprise",
    ),
    (
        r"(?:{institution-endings})$",
        "public_institution",
    ),
    (
        r"(?:{organisation-endings})$",
        "mass_organisation",
    ),
    (r"(?:{other-endings})$|人大常委会", "subject"),
    (r"(?:管委会|[区园城港地]管理委员会|管理局)$", "government_department"),
    (r"(?:人民政府|政府)$", "local_government"),
    (r"[\u4e00-\u9fff](?:{township-endings})$", "local_government"),
    (r"[\u4e00-\u9fff]{2,}(?:{zone-words})$", "government_department"),
    (r"[省市县区州盟地旗党工]委(?!员会|会).{1,14}[部办委室局院]$|(?:{party-organ-endings})$", "party_organ"),
    (r"(?:{inner-office-endings})$", "internal_office"),
    (r"^(?:共青团|中国共产主义青年团|少先队).*(?:委员会|工委)$", "mass_organisation"),
    (r"^国家[\u4e00-\u9fff]{2,6}委员会$", "government_department"),
    (r"委员会$", "leading_group"),
    (r"(?:{department-endings})$", "government_department"),
)
_FORMAL = r"(?:{formal-endings}|[^车网]站)$"


def kind_by_ending(wording: str, words: Words) -> PartyKind:
    """Return the kind of party that the ending of a name shows; `subject` if it shows none.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> [kind_by_ending(name, words) for name in ("云岭集团", "云岭大学", "石桥")]
        ['enterprise', 'public_institution', 'subject']
    """
    return next((kind for pattern, kind in _ENDINGS if words[pattern].search(wording)), "subject")


def is_formal(wording: str, words: Words) -> bool:
    """Tell whether a name ends as full official names do, so that the wording is the official name.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> is_formal("云岭市博览局", words), is_formal("市目标办", words)
        (True, False)
    """
    return bool(words[_FORMAL].search(wording))

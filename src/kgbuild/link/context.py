"""What a document says about its own place, date and issuer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import LinkContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.lexicon import Lexicon

COUNTRY = "100000"
_NATIONAL_CODE = re.compile(
    r"^(?:国发|国办|国函|国令|国|中发|中办|厅字|财|教|科|工信|发改|人社|建|交|水|农|商|文旅|国卫|应急|税总|国市监|银发|银保监|民发|"
    r"自然资|环|司|公|审|气|国知|国能|证监|医保|退役|国资|林|体|中科协|科协|总工|中青|妇字)"
)
_DEFINED = re.compile(
    r"(?P<full>[\u4e00-\u9fff“”]{4,40})[（(]以下(?:简称|称)[：:]?[“\"]?(?P<short>[\u4e00-\u9fff]{2,20})[”\"]?[)）]"
)
_GROUP = re.compile(r"[\u4e00-\u9fff“”]{2,40}?领导小组")
_POINTERS = ("省", "市", "县", "区", "州", "自治区", "国务院", "国家", "全国", "中央")
_OWN_PROVINCE = re.compile(r"我省|全省|我区|全区|自治区|我市|全市")


def document_context(  # noqa: PLR0913 - one argument for each thing that a document may say
    issuers: Sequence[str],
    *,
    title: str | None,
    number: str | None,
    addressee: str | None,
    date: str | None,
    text_head: str,
    lexicon: Lexicon,
) -> LinkContext:
    """Return the context in which the names of a document are read.

    The division comes from the first of these that says one: a named issuer, the code of the document number, the
    title, the addressee, a province or city named in a text that speaks of 我省 or 全市. None where none does.

    Args:
        issuers: Signatures as printed.
        title: Title of the document or of its plan.
        number: Document number.
        addressee: Main recipient as printed.
        date: Date of the document, ISO; a year alone is enough.
        text_head: The text, or as much of it as may define short forms and name its place.
        lexicon: Places and bodies.
    """
    division = (
        _first(_of_issuer(issuer, lexicon) for issuer in issuers)
        or _of_number(number or "", lexicon)
        or _named_in(title or "", lexicon)
        or _named_in(addressee or "", lexicon)
        or _of_text(text_head, lexicon)
    )
    return LinkContext(
        division=division,
        date=date,
        issuer=issuers[0] if issuers else None,
        defined=_defined(text_head, lexicon),
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _of_issuer(issuer: str, lexicon: Lexicon) -> str | None:
    keys = lexicon.body_forms.get(issuer, ())
    if keys:
        body = lexicon.body(keys[0])
        return body.division if body else None
    return _leading_place(issuer, lexicon)


def _leading_place(name: str, lexicon: Lexicon) -> str | None:
    for reading in lexicon.names.readings(name):
        full = {lexicon.tables["divisions"][code][1] for code in reading.codes}
        if len(reading.codes) == 1 and (
            len(reading.place) > 2 or reading.codes[0].endswith("00") or full & {reading.place}
        ):
            return reading.codes[0]
    return None


def _of_number(number: str, lexicon: Lexicon) -> str | None:
    if not number:
        return None
    codes = lexicon.by_abbreviation.get(number[0], ())
    provinces = [code for code in codes if code.endswith("0000")]
    if len(provinces) == 1:
        return provinces[0]
    if provinces or codes:
        return None
    return COUNTRY if _NATIONAL_CODE.match(number) else None


def _named_in(wording: str, lexicon: Lexicon) -> str | None:
    found = [code for code in _places_in(wording, lexicon) if code.endswith("00")]
    return found[0] if found and all(_related(found[0], code, lexicon) for code in found) else None


def _related(one: str, other: str, lexicon: Lexicon) -> bool:
    return one in lexicon.ancestors(other) or other in lexicon.ancestors(one)


def _places_in(wording: str, lexicon: Lexicon) -> list[str]:
    found = []
    position = 0
    while position < len(wording):
        for end in range(min(len(wording), position + 12), position + 1, -1):
            codes = lexicon.places(wording[position:end])
            if len(codes) == 1:
                found.append(codes[0])
                position = end - 1
                break
        position += 1
    return found


def _of_text(text: str, lexicon: Lexicon) -> str | None:
    own = set(_OWN_PROVINCE.findall(text))
    if not own:
        return None
    wanted = {"municipality", "prefecture_city"} if own <= {"我市", "全市"} else {"province", "autonomous_region"}
    counts: dict[str, int] = {}
    for code in _places_in(text[:20000], lexicon):
        for above in lexicon.ancestors(code):
            division = lexicon.division(above)
            if division and division.kind in wanted:
                counts[above] = counts.get(above, 0) + 1
    if not counts:
        return None
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    clear = len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1]
    return ranked[0][0] if clear else None


def _defined(text: str, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    pairs = {match["short"]: match["full"] for match in _DEFINED.finditer(text)}
    groups = {name for match in _GROUP.finditer(text) if (name := _group_name(match[0], lexicon))}
    if len(groups) == 1:
        pairs.setdefault("领导小组", next(iter(groups)))
    return tuple(sorted(pairs.items()))


def _group_name(words: str, lexicon: Lexicon) -> str | None:
    """Return the part of the words before 领导小组 that names one: from the first place or pointer on."""
    for start in range(len(words) - 5):
        rest = words[start:]
        if rest.startswith(_POINTERS) or any(lexicon.places(rest[:end]) for end in range(3, 9)):
            return rest
    return None

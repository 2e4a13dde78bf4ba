"""What a document says about its own place, date and issuer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_pattern
from kgbuild.link.anchor import COUNTRY, anchor
from kgbuild.model import LinkContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.lexicon import Lexicon

# 机关代字 of central bodies; those of a department often continue with that of one of its offices
_NATIONAL_CODE = "{national-codes}"
_DEFINED = lazy_pattern(
    r"(?P<full>[\u4e00-\u9fff“”]{4,40})[（(]以下(?:简称|称)[：:]?[“\"]?(?P<short>[\u4e00-\u9fff]{2,20})[”\"]?[)）]"
)
_GROUP = re.compile(r"[\u4e00-\u9fff“”]{2,40}?领导小组")
LOOK_BACK, LOOK_AHEAD = 44, 40
_POINTERS = ("省", "市", "县", "区", "州", "自治区", "国务院", "国家", "全国", "中央")
# 云岭省农业农村厅: the register would know the place if it were one of those whose character stands in numbers
_GOVERNMENT_OF = r"^[\u4e00-\u9fff]{2,8}(?:{government-places})人民政府"
_DEPARTMENT_OF = r"^[\u4e00-\u9fff]{2,3}(?:{division-endings})[\u4e00-\u9fff]{2}"
_NUMBER_TAIL = re.compile(r"(?:令|公告|通告)?(?:第|〔|\d)")
_OWN_PLACE = lazy_pattern(
    r"[我全](?P<whole>[省市区])(?!域|面)|(?<![\u4e00-\u9fff])(?P<level>[省市])(?:委[办宣组政]|政府|[\u4e00-\u9fff]{2,8}?[厅局])"
)
_OF_LEVEL = r"(?<![\u4e00-\u9fff]){0}[\u4e00-\u9fff]{{3}}"
_MIN_OWN = 3
_ALL_PROVINCES = "{national-addressees}"
_ACT = re.compile("关于|印发")
_ACTED = "(?:关于)?(?:{issuing-acts})?[《〈“]*"
# 2024年石桥市青溪区…工作安排
_YEARS_FIRST = re.compile(r"^(?:19|20)\d\d(?:[-—~至](?:19|20)\d\d)?\w")
# 云岭大学2024年工作要点: what stands before the year of a title is the body whose plan it is
_BEFORE_YEAR = re.compile(r"[\u4e00-\u9fff()]{3,30}(?=(?:19|20)\d\d)")
# 云岭大学, 中共云岭大学委员会
_INNER = r"^[\u4e00-\u9fff()]{2,24}?(?:{self-contained-bodies})(?:{committees-of-places}|{body-suffixes})?$"
_MOST = 0.6
_REPLY = re.compile(r"批复|复函|同意")


def document_context(  # noqa: PLR0913 - one argument for each thing that a document may say
    issuers: Sequence[str],
    *,
    title: str | None,
    number: str | None,
    addressee: str | None,
    date: str | None,
    text_head: str,
    lexicon: Lexicon,
    sources: Sequence[str] = (),
) -> LinkContext:
    """Return the context in which the names of a document are read.

    The division is taken from the first source that gives one: a signing issuer, the issuer in the title, the code in
    the document number (吉 may be 吉林 or 吉安), the addressee, the place with which the plan's title begins, another
    in the title, a province or city named in a text that uses 我省 or 全市, or the place of who put the text on its
    page, if the text speaks of its own level. It is None if there is no source, or if the issuer names a place that no
    vocabulary knows, because the code of its number may be that of another place.

    Args:
        issuers: Signatures as printed.
        title: Title of the document or of its plan.
        number: 发文字号.
        addressee: 主送机关 as printed.
        date: ISO date of the document; a year suffices.
        text_head: The text, or the part of it that may define short forms and name its place.
        lexicon: Places and bodies.
        sources: Whom the page names as the source or the publisher of the text.
    """
    acting = _ACT.split(title or "")[0]
    division = _first(_of_issuer(name, lexicon) for name in (*issuers, acting))
    if division is None and not any(_names_a_place(name, lexicon) for name in (*issuers, acting)):
        begun, coded = _of_plan(title or "", lexicon), _of_number(number or "", lexicon)
        # 云岭高新区…工作方案, 云开〔2020〕28号: 云 is the zone's own, and no sign of 云南
        apart = begun and coded and not _related(begun, coded, lexicon)
        division = (
            (None if apart else coded)
            or _of_addressee(addressee or "", lexicon)
            or begun
            or _named_in(title or "", lexicon)
            or _of_text(text_head, lexicon)
            or _of_page(sources, text_head, lexicon)
        )
    return LinkContext(
        division=division,
        date=date,
        issuer=next(iter(issuers), None) or _named_before_year(acting, lexicon),
        defined=_defined(text_head, lexicon),
        is_inner=any(lexicon.words[_INNER].match(_before_year(name)) for name in (*issuers, acting)),
    )


def _before_year(title: str) -> str:
    """Return what stands before the year with which a title goes on, the whole text if there is none."""
    name = _BEFORE_YEAR.match(title)
    return name[0] if name else title


def _named_before_year(title: str, lexicon: Lexicon) -> str | None:
    """Return the body with which a title begins, for a plan that nobody signs: 云岭省教育厅2026年工作要点."""
    name = _before_year(title)
    return name if name != title and lexicon.is_registered(name) else None


def _names_a_place(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a name starts with a place that need not be in the register; 省城市管理办公室 starts with none."""
    if lexicon.words[_GOVERNMENT_OF].match(name):
        return True
    return not name.startswith(_POINTERS) and lexicon.words[_DEPARTMENT_OF].match(name) is not None


def contexts_of_issuers(context: LinkContext, issuers: Sequence[str], lexicon: Lexicon) -> tuple[LinkContext, ...]:
    """Return the context, and one for the place of each further issuer that lies apart from it.

    Args:
        context: Of the document.
        issuers: Signatures as printed.
        lexicon: Places and bodies.
    """
    found = {context.division: context}
    for place in (_of_issuer(issuer, lexicon) for issuer in issuers):
        if (
            place
            and place != COUNTRY
            and context.division
            and not any(_related(place, d or "", lexicon) for d in found)
        ):
            found[place] = replace(context, division=place)
    return tuple(found.values())


def nearest(wording: str, here: LinkContext, contexts: Sequence[LinkContext], lexicon: Lexicon) -> LinkContext:
    """Return the context in which a name of a list is read: the place that it or a name before it states.

    石桥市教育局、市财政局；云岭省教育厅、省财政厅 in a text of two governments: each 市 and 省 is that of its own half.

    Args:
        wording: The name.
        here: The context of the name before it.
        contexts: Those of the issuers.
        lexicon: Places.
    """
    if len(contexts) < 2:
        return here
    for reading in lexicon.names.readings(wording):
        above = {code for place in reading.codes for code in lexicon.ancestors(place)}
        stated = [c for c in contexts if c.division in above]
        if not stated and reading.marker and anchor(reading.marker, here.division, lexicon) is None:
            stated = [c for c in contexts if anchor(reading.marker, c.division, lexicon)]
        if len(stated) == 1:
            return stated[0]
    return here


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
        full = {lexicon.divisions[code].name for code in reading.codes}
        if len(reading.codes) == 1 and (
            len(reading.place) > 2 or reading.codes[0].endswith("00") or full & {reading.place}
        ):
            return reading.codes[0]
    return None


def _of_number(number: str, lexicon: Lexicon) -> str | None:
    if not number:
        return None
    if lexicon.words[_NATIONAL_CODE].match(number):
        return COUNTRY
    codes = lexicon.by_abbreviation.get(number[0], ())
    # 吉市…: a city that shares its character with its province
    level = "prefecture" if number[1:2] in ("市", "州") else "province"
    fitting = [code for code in codes if (record := lexicon.division(code)) and record.level == level]
    return fitting[0] if len(fitting) == 1 else _of_issuer(_NUMBER_TAIL.split(number)[0], lexicon)


def _of_addressee(addressee: str, lexicon: Lexicon) -> str | None:
    if lexicon.words[_ALL_PROVINCES].search(addressee):
        return COUNTRY
    # 湖南省…各成员单位 is a group of the place; a firm or city as addressee is not
    if "各" not in addressee:
        return None
    return _named_in(addressee, lexicon) or _of_bodies(addressee, lexicon)


def _of_bodies(wording: str, lexicon: Lexicon) -> str | None:
    """Return the division of the bodies of the register that a wording names, if all are of one.

    各设区市、石桥新区管委会: the new area is no division, but its board has one.
    """
    forms = lexicon.body_forms
    keys = [forms[m.concept] for m in lexicon.find_parties(wording) if m.concept in forms]
    found = {body.division for names in keys if len(names) == 1 and (body := lexicon.body(names[0]))} - {COUNTRY}
    return found.pop() if len(found) == 1 else None


def _of_plan(title: str, lexicon: Lexicon) -> str | None:
    """Return the place with which the title of a plan begins, also of one that a notice names: 印发《石桥县….

    A short form (新乡) is that of the city: that of a county of the same name keeps its 县.
    """
    act = _ACT.search(title)
    acted = lexicon.words[_ACTED].match(title, act.start() if act else 0)
    name = _YEARS_FIRST.sub("", title[acted.end() if acted else 0 :])
    if found := _leading_place(name, lexicon):
        return found
    reading = next((r for r in lexicon.names.readings(name) if r.place), None)
    cities = [code for code in reading.codes if code.endswith("00")] if reading else []
    return cities[0] if len(cities) == 1 else None


def _named_in(wording: str, lexicon: Lexicon) -> str | None:
    # a reply to a place is not a document of that place
    if _REPLY.search(wording):
        return None
    found = [place.concept for place in lexicon.names.find_places(wording) if place.concept.endswith("00")]
    return found[0] if found and all(_related(found[0], code, lexicon) for code in found) else None


def _related(one: str, other: str, lexicon: Lexicon) -> bool:
    return one in lexicon.ancestors(other) or other in lexicon.ancestors(one)


def _of_text(text: str, lexicon: Lexicon) -> str | None:
    """Return the province or city that a text with 全省 or 市财政局 names clearly more often than others."""
    own = {match["whole"] or match["level"] for match in _OWN_PLACE.finditer(text)}
    if not own:
        return None
    larger = {"省", "区"}
    cities = own.isdisjoint(larger)
    wanted = ("municipality", "prefecture_city") if cities else ("province", "autonomous_region")
    counts: dict[str, int] = {}
    for place in lexicon.names.find_places(text):
        for above in lexicon.ancestors(place.concept):
            counts[above] = counts.get(above, 0) + 1
    found = [code for code in counts if (record := lexicon.division(code)) and record.kind in wanted]
    ranked = sorted(((code, counts[code]) for code in found), key=_by_count)
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    code, total = ranked[0]
    # a text of a city mentions 全省 too; then one city stands out below the province
    within = {c: n for c, n in counts.items() if c != code and _below(c, code, lexicon)}
    if city := _outstanding({c: n for c, n in within.items() if c.endswith("00")}, total):
        code, total = city, counts[city]
    # and a text of a city within a prefecture names that city, not the prefecture
    smaller = {c: n for c, n in within.items() if lexicon.divisions[c].kind == "city" and _below(c, code, lexicon)}
    return (_outstanding(smaller, total) if own - larger else None) or code


def _of_page(sources: Sequence[str], text: str, lexicon: Lexicon) -> str | None:
    """Return the one place of those who published a text that names its bodies as those of such a place.

    来源：石桥县农业农村局 above a text with 全县 and 县财政局; under 市财政局 it may come from the city above.
    """
    places = {place for source in sources if (place := _of_issuer(source, lexicon))} - {COUNTRY}
    record = lexicon.division(places.pop()) if len(places) == 1 else None
    if record is None:
        return None
    own = re.compile(_OF_LEVEL.format(record.name[-1])).findall(text)
    return record.code if len(own) >= _MIN_OWN else None


def _outstanding(counts: Mapping[str, int], total: int) -> str | None:
    """Return the place that most of the mentions in a text are of, or of what lies in it."""
    place, n = min(counts.items(), key=_by_count, default=("", 0))
    return place if n > _MOST * total else None


def _below(code: str, above: str, lexicon: Lexicon) -> bool:
    return above in lexicon.ancestors(code)


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _defined(text: str, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    pairs = {match["short"]: match["full"] for window in _before(text, "以下") for match in _DEFINED.finditer(window)}
    groups = {
        name
        for window in _before(text, "领导小组")
        for match in _GROUP.finditer(window)
        if (name := _group_name(match[0], lexicon))
    }
    if len(groups) == 1:
        pairs.setdefault("领导小组", next(iter(groups)))
    return tuple(sorted(pairs.items()))


def _before(text: str, words: str) -> Iterator[str]:
    """Yield the stretches of a text that contain the words, so that the pattern need not try every character."""
    at = text.find(words)
    while at >= 0:
        yield text[max(0, at - LOOK_BACK) : at + LOOK_AHEAD]
        at = text.find(words, at + LOOK_AHEAD)


def _group_name(words: str, lexicon: Lexicon) -> str | None:
    """Return the part of the words before 领导小组 that names a group: from the first place or pointer on."""
    for start in range(len(words) - 5):
        rest = words[start:]
        if rest.startswith(_POINTERS) or any(lexicon.places(rest[:end]) for end in range(3, 9)):
            return rest
    return None

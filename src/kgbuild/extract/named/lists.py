"""What the members of a list share: a place, a head, or the class word that closes the list."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kgbuild.extract.named.rules import OF_ALL, Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.extract.named.heads import Landmarks
    from kgbuild.extract.named.text import Member

    Read = tuple[Member, list[Candidate]]

_SHARED = r"(?:(?:{lent-fields})?(?:{lent-verbs})++(?P<head>计划|工程|项目)|(?P<gate>机场|口岸))$"
_VERBAL = r"(?:{lent-verbs})$"
_GENERIC = r"{activity-words}|服务$|[的了]|进[校企社机农]|^[^\u4e00-\u9fff“]"
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]{4,16}")
_LENDING = frozenset({"platform", "place", "spot", "title"})
_ROADS = re.compile("[段线]$")
_TWINS = re.compile(
    r"(?P<first>[^和与]{2,}(?P<verb>[\u4e00-\u9fff]{2}))[和与](?P<second>[^和与]{2,}(?P=verb)(?P<head>制度?))"
)
_TREATED = "(?:{lent-verbs}|{treating-verbs})(?:专项)?行动$"
_HEADED = re.compile(r"“[^“”]*”(.{1,8})")
_LENT_TYPES = frozenset({"campaign", "competition", "event", "facility", "plan", "programme"})
_PROJECT = "项目"
_TALK = "[的了]|{talk-words}$"
MAX_ROAD = 8
_STRATEGY = "战略"
_TOUCHING = re.compile(r"“[^“”]{2,12}”")
_STANDING = frozenset({"place", "gateway"})


def read_lists(text: str, marks: Landmarks, read: Sequence[Read]) -> Iterator[Candidate]:
    """Yield the names of all members, list by list; `read` has each member with its candidates, in reading order."""
    for _, group in groupby(read, key=lambda r: r[0].list):
        members = list(group)
        yield from _headless(text, marks, members)
        yield from _strategies(text, marks, members)
        lent = {c.row for _, found in members for c in found if c.firm and c.placed} & _LENDING
        lectures = members[0][0].closing == "讲座"
        kinds = _is_list_of_kinds(text, members)
        for m, found in members:
            for each in found:
                c = _joined(text, marks, members, m, each)
                if (c.firm and not (kinds and c.placed)) or (
                    c.row in lent and m.verb and len(members) > 1 and not kinds
                ):
                    yield from _parted(text, c._replace(type="lecture_series") if lectures and c.type == "event" else c)
                    yield from _places_before(text, marks, c)


def _parted(text: str, c: Candidate) -> Iterator[Candidate]:
    """Yield a name, or two names that share its head: 等级保护 in 等级保护和信息安全保护制度."""
    twins = _TWINS.fullmatch(text, c.start, c.end) if c.row == "rule" else None
    if twins:
        yield c._replace(end=twins.end("first"), rule="shared-head", name=twins["first"] + twins["head"])
        c = c._replace(start=twins.start("second"))
    yield c


def _joined(text: str, marks: Landmarks, members: Sequence[Read], m: Member, c: Candidate) -> Candidate:
    """Extend a campaign to the first thing that its verb treats: 文物古迹、历史建筑保护行动 is one name."""
    things = [t for t, found in members if not found and t.start < m.start]
    if (
        len(things) not in {1, 2}
        or members[len(things)][0] is not m
        or not c.firm
        or c.rule != "governed-endeavour"
        or c.type != "campaign"
        or c.start != m.start
        or not marks.words[_TREATED].search(text, c.start, c.end)
        or any(marks.words[w].search(text, t.start, t.end) for t in things for w in (_VERBAL, _GENERIC))
        or any(text[t.end : t.end + 1] != "、" for t in things)
        or not things[0].first
    ):
        return c
    return c._replace(start=things[0].start)


def _places_before(text: str, marks: Landmarks, c: Candidate) -> Iterator[Candidate]:
    """Yield places that share the text after the place of a name: 成都、贵阳 in 成都、贵阳、绵阳国家物流枢纽."""
    own = marks.region_in(c.start, c.end) if c.placed and c.row in _STANDING else None
    if not own or own[0] != c.start or OF_ALL.match(text, own[1]):
        return
    behind, at, found = text[own[1] : c.end], c.start, list[Candidate]()
    while at > 1 and text[at - 1] in "、和及与":
        start = marks.place_before(at - 1)
        if start is None:
            return
        found.append(c._replace(start=start, end=at - 1, rule="shared-head", name=text[start : at - 1] + behind))
        at = start
    if not re.match("[省市]", text[c.start - 1 : c.start]):
        yield from reversed(found)


def _is_list_of_kinds(text: str, members: Sequence[Read]) -> bool:
    """Tell whether three or more national titles in a row are categories to apply for rather than definite places."""
    titles = [m for m, found in members if text.startswith("国家", m.start) and any(c.row == "place" for c in found)]
    return len(titles) > 2


def _headless(text: str, marks: Landmarks, members: Sequence[Read]) -> Iterator[Candidate]:
    """Yield members without a head that share the head of the last member or the class of the list."""
    headed = [i for i, (_, found) in enumerate(members) if found]
    if len(members) < 2 or not headed:
        return
    named = [c for _, found in members for c in found if c.firm]
    model = members[headed[-1]][1][0]
    shared = marks.words[_SHARED].search(text, members[headed[-1]][0].start, model.end)
    before = headed[-2] + 1 if len(headed) > 1 else 0
    last = members[-1][0]
    bare = [m for m, _ in members[before : headed[-1]]]
    lent = [*_quotes_before(text, bare, model), *_roads_before(text, bare, model)]
    if lent:
        yield from lent
    elif shared and (model.firm or model.row == "gateway"):
        completed = list(_completed(text, marks, bare, model, shared))
        yield from completed
        if completed and not model.firm:
            yield model
    elif last.closing in marks.words.of("closing-themes") and 2 * len(named) >= len(members) and len(named) > 1:
        for m, found in members:
            if (
                not found
                and _NAME.fullmatch(text, m.start, m.end)
                and not marks.words[_GENERIC].search(text, m.start, m.end)
            ):
                yield Candidate(m.start, m.end, "award" if last.awarded else "campaign", "list-of-names", "listed")


def _strategies(text: str, marks: Landmarks, members: Sequence[Read]) -> Iterator[Candidate]:
    """Yield places with what is done for them, in a list of strategies (岭南协同发展、云江生态保护等重大战略)."""
    if members[-1][0].closing != _STRATEGY:
        return
    for m, found in members:
        place = marks.region_in(m.start, m.end)
        if not found and place and place[0] == m.start and _NAME.fullmatch(text, m.start, m.end):
            yield Candidate(m.start, m.end, "plan", "list-of-names", "listed", placed=True)


def _quotes_before(text: str, bare: Sequence[Member], model: Candidate) -> Iterator[Candidate]:
    """Yield quotes that share the head after the last one: “暖冬” in “暖冬”“护苗”行动."""
    head = (
        _HEADED.fullmatch(text, model.start, model.end)
        if model.rule == "quoted-head" and model.type in _LENT_TYPES
        else None
    )
    for m in bare if head else ():
        if head and _TOUCHING.fullmatch(text, m.start, m.end):
            name = text[m.start : m.end] + head[1]
            yield Candidate(m.start + 1, m.end - 1, model.type, "shared-head", model.row, name=name)


def _roads_before(text: str, bare: Sequence[Member], model: Candidate) -> Iterator[Candidate]:
    """Yield road sections that share the 项目 after the last one: 京岭南段、岭西中线高速项目."""
    ends = model.firm and model.row == "endeavour" and text.endswith(_PROJECT, model.start, model.end)
    for m in bare if ends else ():
        if _ROADS.search(text, m.start, m.end) and m.end - m.start <= MAX_ROAD:
            name = text[m.start : m.end] + _PROJECT
            yield Candidate(m.start, m.end, model.type, "shared-head", model.row, name=name)


def _completed(
    text: str, marks: Landmarks, bare: Sequence[Member], model: Candidate, shared: re.Match[str]
) -> Iterator[Candidate]:
    place = shared["gate"] is not None
    if place and OF_ALL.search(text, model.start, model.end):
        return
    for m in bare:
        wording = text[m.start : m.end]
        fits = marks.region_in(m.start, m.end) is not None if place else _NAME.fullmatch(wording) is not None
        if fits and m.end < model.start and not marks.words[_TALK].search(wording):
            tail = shared["head"] if not place and marks.words[_VERBAL].search(wording) else shared[0]
            yield Candidate(m.start, m.end, model.type, "shared-head", model.row, name=wording + tail)

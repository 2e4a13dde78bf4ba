"""What the members of one list lend each other: a place, a head, the class word that closes it."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kgbuild.extract.named.rules import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.extract.named.heads import Landmarks
    from kgbuild.extract.named.text import Member

    Read = tuple[Member, list[Candidate]]

_SHARED = r"(?:(?:{lent-verbs})++(?P<head>计划|工程|项目)|(?P<gate>机场|口岸))$"
_VERBAL = r"(?:{lent-verbs})$"
_GENERIC = r"{activity-words}|服务$|[的了]|进[校企社机农]|^[^\u4e00-\u9fff“]"
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]{4,16}")
_LENDING = frozenset({"platform", "place", "spot"})
_THEMES = frozenset({"活动", "品牌", "赛事"})


def read_lists(text: str, marks: Landmarks, read: Sequence[Read]) -> Iterator[Candidate]:
    """Yield the names of all members, list by list."""
    for _, group in groupby(read, key=lambda r: r[0].list):
        members = list(group)
        yield from _headless(text, marks, members)
        lent = {c.row for _, found in members for c in found if c.firm and c.placed} & _LENDING
        lectures = members[0][0].closing == "讲座"
        kinds = _is_list_of_kinds(text, members)
        for m, found in members:
            for c in found:
                if (c.firm and not (kinds and c.placed)) or (
                    c.row in lent and m.verb and len(members) > 1 and not kinds
                ):
                    yield c._replace(type="lecture_series") if lectures and c.type == "event" else c


def _is_list_of_kinds(text: str, members: Sequence[Read]) -> bool:
    """Three and more titles of the country in a row are what may be applied for, not definite places."""
    titles = [m for m, found in members if text.startswith("国家", m.start) and any(c.row == "place" for c in found)]
    return len(titles) > 2


def _headless(text: str, marks: Landmarks, members: Sequence[Read]) -> Iterator[Candidate]:
    """Members without a head that share the head of the last, or the class of a list of names."""
    if len(members) < 2:
        return
    headed = [i for i, (_, found) in enumerate(members) if found]
    if not headed:
        return
    named = [c for _, found in members for c in found if c.firm]
    model = members[headed[-1]][1][0]
    shared = marks.words[_SHARED].search(text, members[headed[-1]][0].start, model.end)
    before = headed[-2] + 1 if len(headed) > 1 else 0
    last = members[-1][0]
    if shared and (model.firm or model.row == "gateway"):
        completed = list(_completed(text, marks, [m for m, _ in members[before : headed[-1]]], model, shared))
        yield from completed
        if completed and not model.firm:
            yield model
    elif last.closing in _THEMES and 2 * len(named) >= len(members) and len(named) > 1:
        for m, found in members:
            if (
                not found
                and _NAME.fullmatch(text, m.start, m.end)
                and not marks.words[_GENERIC].search(text, m.start, m.end)
            ):
                yield Candidate(m.start, m.end, "award" if last.awarded else "campaign", "list-of-names", "listed")


def _completed(
    text: str, marks: Landmarks, bare: Sequence[Member], model: Candidate, shared: re.Match[str]
) -> Iterator[Candidate]:
    place = shared["gate"] is not None
    for m in bare:
        wording = text[m.start : m.end]
        fits = marks.region_in(m.start, m.end) is not None if place else _NAME.fullmatch(wording) is not None
        if fits and m.end < model.start and not re.search(r"[的了]|(?:教育|宣传|咨询)$", wording):
            tail = shared["head"] if not place and marks.words[_VERBAL].search(wording) else shared[0]
            yield Candidate(m.start, m.end, model.type, "shared-head", model.row, name=wording + tail)

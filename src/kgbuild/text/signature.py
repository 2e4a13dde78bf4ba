"""The foot of an official document: who signed it and when (GB/T 9704-2012, 7.3.5).

Takes the paragraphs of normalised text. Guarantees: a name is taken only from a line that consists of names of bodies
and a date; names that run together are split where registered names tile the line.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from kgbuild.model import DateMention, Span
from kgbuild.text import numerals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.records import Match
    from kgbuild.lexicon.words import Words

MIN_CUT, MIN_BODY = 8, 4
"""Minimum number of characters on the first line of a wrapped name."""
_SIGNING = "{signing-bodies}$"
_POINTED = re.compile("[。,;:《》!?、]")
# …领导小组办公室(云岭省政务服务局代章): sealed by another body on behalf of the one that signs
_SEALED = re.compile(r"\([^()]*代章\)$")
_IMPRINT = "印发"
_HEAD_OFFICE = re.compile(r"(?P<field>\w\w)总局$")
# names parted by blanks; letters set with blanks between them are one
_NAMES = re.compile(r"\S+(?: (?=\S)(?:\S(?= |$))+)*")
_OFFICE_INSIDE = re.compile(r"\w{2,6}司")
_OFFICES = frozenset({"办公厅", "办公室"})
Signature = tuple[tuple[Span, ...], DateMention | None, int | None]
"""Issuers, date, and the offset at which the signature starts."""


def find_signature(
    paras: Sequence[Span], text: Sequence[str], start: int, plan_at: int | None, end: int, lexicon: Lexicon
) -> Signature:
    """Find 发文机关署名 and 成文日期 (7.3.5) at the end of the notice, or of the whole text.

    Args:
        paras: The paragraphs.
        text: Their normalised text.
        start: Index of the first paragraph below the head.
        plan_at: Index of the paragraph at which the first carried plan starts; None without one.
        end: Offset at which the running text ends.
        lexicon: Registered names.

    Returns:
        The issuers, the date, and the offset at which the signature starts.
    """
    if plan_at is not None:
        lines = range(start, plan_at)
    else:
        after = next((i for i, p in enumerate(paras) if p.start >= end), len(paras))
        lines = range(max(start, after), min(after + 25, len(paras)))
    for i in lines:
        date = date_line(paras, text, i, lexicon.words)
        if date is not None:
            issuers, first = _issuers_above(paras, text, i, max(start, lines.start), lexicon)
            return issuers, date, min([paras[i].start, *(s.start for s in issuers)]) if first is None else first
    for i in lines:
        names = issuers_of_line(paras[i], text[i], lexicon)
        if names and lexicon.words[_SIGNING].search(text[i].rstrip()):
            more = [n for j in range(i + 1, lines.stop) for n in issuers_of_line(paras[j], text[j], lexicon)]
            return tuple([*names, *more][:20]), None, names[0].start
        if plan_at is None and i > lines.start + 2:
            break
    return (), None, None


def date_line(paras: Sequence[Span], text: Sequence[str], i: int, words: Words) -> DateMention | None:
    """Return the date of the paragraph at an index, if it is a date and at most names of bodies; None for any other."""
    dates = list(numerals.find_dates(text[i]))
    if len(dates) != 1:
        return None
    at = dates[0].span
    rest = (text[i][: at.start] + text[i][at.end :]).strip(" ()*?")  # ??: blanks that a converter lost
    bare = rest.removesuffix(_IMPRINT)
    if bare and bare != rest:
        return None  # 云岭省人民政府办公厅2025年3月15日印发: an imprint, not a signature
    rest = bare.strip(" ()")
    if len(rest) > 200 or re.search(r"[。,;:]|来源|浏览|发布", rest):
        return None
    if rest and not words[_SIGNING].search(rest):
        return None
    return DateMention(span=Span(paras[i].start + at.start, paras[i].start + at.end), iso=dates[0].iso[:10])


def signed_below(
    paras: Sequence[Span], text: Sequence[str], name: str, words: Words
) -> tuple[Span, DateMention] | None:
    """Return a line that consists of this name, above a date, and the date: a signature wherever it stands."""
    for i in range(1, len(text)):
        if text[i - 1].strip() == name and (date := date_line(paras, text, i, words)) is not None:
            return paras[i - 1], date
    return None


def _issuers_above(
    paras: Sequence[Span], text: Sequence[str], at: int, start: int, lexicon: Lexicon
) -> tuple[tuple[Span, ...], int | None]:
    """Return the names on the line of the date and on the lines directly above it."""
    found = issuers_of_line(paras[at], _without_date(text[at]), lexicon)
    i = at - 1
    while i >= start:
        line = _SEALED.sub("", text[i])
        names = _over_lines(paras[i - 1 : i + 1], text[i - 1], line, lexicon) if i > start else []
        i -= bool(names)
        names = names or issuers_of_line(paras[i], line, lexicon)
        if not names and line:
            if all(lexicon.places(word) for word in line.split()):
                return (), None  # places above names: a column layout with each name over two lines
            break
        found = [*names, *found]
        i -= 1
    return tuple(found), found[0].start if found else None


def _over_lines(paras: Sequence[Span], above: str, line: str, lexicon: Lexicon) -> list[Span]:
    """Return the one name that two lines form: 云岭市工程建设项目审批⏎制度改革领导小组办公室."""
    whole = above.strip() + line.strip()
    if len(above) < MIN_CUT or not line or _POINTED.search(above + line) or lexicon.is_registered(line):
        return []
    if (lexicon.names.opening(line) and lexicon.names.opening(above)) or not lexicon.is_party(whole):
        return []  # two bodies, one below the other
    # 国家金融监督管理总局⏎云岭监管局: a central body and where its branch is
    if lexicon.words[_SIGNING].search(above) and above.strip() not in dict(lexicon.heads):
        return []
    return [Span(paras[0].start, paras[1].start + len(line.rstrip()))]


def _without_date(line: str) -> str:
    dates = list(numerals.find_dates(line))
    return line[: dates[0].span.start] if dates else line


def issuers_of_line(para: Span, line: str, lexicon: Lexicon) -> list[Span]:
    """Return the bodies on a line that contains nothing else, in order: separated by blanks, or run together.

    Args:
        para: Span of the paragraph whose text the line is, or begins with.
        line: Its text.
        lexicon: Registered names.
    """
    bare = line.rstrip(" *")  # *云岭省科协*: emphasis of Markdown
    lead = len(bare) - len(bare.lstrip("*"))
    if not bare or len(bare) > 200 or _POINTED.search(bare) or re.match(r"[\d(]", bare):
        return []
    out: list[Span] = []
    for m in _NAMES.finditer(bare, lead):
        name, start = m[0], para.start + m.start()
        tiles = _tiles(name, lexicon)
        if lexicon.places(name):
            return []
        if name in _OFFICES and out:  # 工业和信息化部 办公厅
            out[-1] = Span(out[-1].start, start + len(name))
        elif tiles or lexicon.is_party(name.replace(" ", "")) or _is_office_inside(name, lexicon):
            out += [Span(start + t.start, start + t.end) for t in tiles or [Span(0, len(name))]]
        elif len(bare.split()) > 1 and lexicon.is_party(bare.replace(" ", "")):
            return [Span(para.start, para.start + len(bare))]
        else:
            return []
    return out


def _is_office_inside(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a name is that of a body and of an office inside it: 国家数据局综合司."""
    head = lexicon.names.opening(name)
    return bool(head) and _OFFICE_INSIDE.fullmatch(name, head) is not None


def _tiles(name: str, lexicon: Lexicon) -> list[Span]:
    """Return the registered names that tile a string without blanks between them; [] if fewer than two do."""
    found: list[Span] = []
    for f in lexicon.find_parties(name):
        if found and found[-1].end == f.start and _goes_on(name, found[-1], f, lexicon):
            found[-1] = Span(found[-1].start, f.end)
        else:
            found.append(Span(f.start, f.end))
    if len(found) < 2 or found[0].start or found[-1].end != len(name):
        return _cut(name, lexicon)
    whole = all(a.end == b.start for a, b in itertools.pairwise(found))
    if not whole:
        return _cut(name, lexicon)
    return found if not any(name[f.start : f.end] in _OFFICES for f in found) else []


def _goes_on(line: str, above: Span, below: Match, lexicon: Lexicon) -> bool:
    """Tell whether a registered name goes on with the next one: as a branch of the central body that it names."""
    name = line[below.start : below.end]
    head = _HEAD_OFFICE.search(line, above.start, below.start)
    if head and name.endswith(head["field"] + line[below.start - 1]):  # 国家税务总局云岭省税务局
        return True
    place = name[: lexicon.names.leading_place(name)]
    names = {lexicon.divisions[code].name for code in lexicon.places(place)}
    return line[above.start : above.end] in dict(lexicon.heads) and place != "" and place not in names


def _cut(name: str, lexicon: Lexicon) -> list[Span]:
    """Return the bodies of a string of which only the later ones are registered; [] if it is one body.

    中共云岭省委云岭省人民政府 is cut before the name that starts with a place; what goes before is a body itself, and
    none whose branches bear its name (国家统计局云岭调查总队).
    """
    starts = [f.start for f in lexicon.find_parties(name) if f.start >= MIN_BODY]
    heads = dict(lexicon.heads)
    for start in starts:
        before, behind = name[:start], name[start:]
        if (
            before not in heads
            and lexicon.is_party(before)
            and lexicon.is_party(behind)
            and _is_placed(behind, lexicon)
        ):
            rest = _tiles(behind, lexicon) or [Span(0, len(behind))]
            return [Span(0, start), *(Span(start + s.start, start + s.end) for s in rest)]
    return []


def _is_placed(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a name starts with a place in full or in short that can be nothing else."""
    return lexicon.names.leading_place(name) > 0

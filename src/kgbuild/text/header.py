"""The frame of an official document: its header (title, 发文字号, addressee, issuers, date) and the plans in it.

`title_lines`, `plans`, `foot` and `signature` find the parts; here they are put together.
Takes normalised text and its paragraphs. Guarantees: every result is a span of the text; what the text does not say is
absent; the number and dates of a notice are never attributed to the plan that it carries.
Source: GB/T 9704-2012, 7.2 and 7.3.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import DateMention, Header, NumberMention, PlanPart, Span
from kgbuild.text import numerals
from kgbuild.text.annexes import is_annex_head
from kgbuild.text.document_number import NUMBER_LINE, NUMBERED_TITLE, find_number
from kgbuild.text.foot import content_end
from kgbuild.text.labels import is_label
from kgbuild.text.lines import squeeze, trim
from kgbuild.text.numbering import Mark, mark_at
from kgbuild.text.plans import further_titles, plan_starts, plans_of
from kgbuild.text.signature import date_line, find_signature, issuers_of_line, signed_below
from kgbuild.text.title_lines import (
    ABOUT,
    HEAD_LINES,
    MAX_TITLE_LINES,
    day_behind,
    find_title,
    is_title_end,
    title_span,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.signature import Signature

MAX_HEAD_LINES = 10
"""Lines from the number of a document to its addressee."""

_PUBLISHED = r"(?:{published-labels}) ?:? ?$"
_SITE = re.compile(r"(?:信息来源|来源|出处) ?: ?([^\s:,。;|]{2,40})")
_ADDRESSEE = r"{addressee-words}"
# 各市人民政府:《…方案》已经…, 各市人民政府:为推进…: the line break after the addressee was lost
_LOST_BREAK = re.compile(":(?=[《为根经按])")
_NO_ADDRESSEE = "(?:{no-addressee}) ?:$"
_ISSUER_IN_TITLE = r"(?P<names>[^《]{3,60}?)(?:等\w{0,5})?(?:关于|{issuing-acts}|(?:{numbered-acts})[ (\d])"
_SIGNED = "成文"
_LABEL_REACH = 400
"""Code points before a date in which its label is searched for, so that a line of dates stays linear."""
_BULLET = re.compile(r"[^\w(《“]+")


class Frame(NamedTuple):
    """Header, plans, and the extent of the notice's own numbered text (None if it has none)."""

    header: Header
    plans: tuple[PlanPart, ...]
    carried: bool
    notice: Span | None


def parse_frame(
    norm: str,
    paras: Sequence[Span],
    tables: Sequence[Span],
    heads: Mapping[int, Mark],
    lexicon: Lexicon,
) -> Frame:
    """Find the header elements and the plans.

    A file may hold several official documents one below the other, as a gazette does: header, notice and `carried` are
    those of the first; the plans of each further one have its header.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        tables: Its tables of responsibilities, which belong to a plan.
        heads: Offset of a paragraph → the mark of the unit that it starts.
        lexicon: Knows what names of bodies look like.
    """
    further = further_documents(norm, paras, lexicon.words)
    ends = [*(part.start for part in further), len(paras)]
    first = _frame_of(norm, paras[: ends[0]], tables, heads, lexicon)
    others = [
        _frame_of(norm, part.of(norm, paras[:end]), tables, heads, lexicon, part.addressee - part.start)
        for part, end in zip(further, ends[1:], strict=True)
    ]
    plans = tuple(
        replace(plan, title=plan.title or other.header.title, header=other.header)
        for other in others
        for plan in other.plans
    )
    return first._replace(plans=first.plans + plans)


def _frame_of(
    norm: str,
    paras: Sequence[Span],
    tables: Sequence[Span],
    heads: Mapping[int, Mark],
    lexicon: Lexicon,
    addressed: int = -1,
) -> Frame:
    """Return header and plans of one official document; `addressed`: its addressee, above which no unit stands."""
    own = [t for t in tables if paras and paras[0].start <= t.start < paras[-1].end]
    tables_start = min((t.start for t in own), default=len(norm))
    tables_end = max((t.end for t in own), default=0)
    units = (i for i, p in enumerate(paras) if i > addressed and (p.start in heads or p.start >= tables_start))
    first_unit = next(units, len(paras))
    text = [norm[p.start : p.end] for p in paras]
    addressee = _find_addressee(text, min(first_unit + 1, len(text)), lexicon.words)
    run_in = addressee is not None and not text[addressee].endswith(":")
    number_at = _find_number_line(text, addressee, first_unit, lexicon.words)
    # the number in the table of a page does not say where the title stands
    above_title = number_at is not None and addressee is not None and _is_in_table(text, number_at, lexicon.words)
    title = find_title(text, addressee, None if above_title else number_at, first_unit, lexicon)
    heads_end = (None if run_in else addressee, number_at, title[1] if title else None, -1)
    body_from = max(x + 1 for x in heads_end if x is not None)
    end = content_end(paras, text, tables_end, heads, lexicon)
    noticed = title is not None or addressee is not None
    starts = plan_starts(norm, paras, text, title, body_from, lexicon.words) if noticed else []
    further = [] if starts or title is None else further_titles(paras, text, title[1], heads, lexicon.words)
    if further:
        signature = _signature_above(further[0], paras, text, body_from, heads, lexicon)
    else:
        signature = find_signature(paras, text, body_from, starts[0][0] if starts else None, end, lexicon)
    if not starts and not signature[0] and addressee is not None:
        signature = _of_notice(signature, find_signature(paras, text, body_from, first_unit, end, lexicon))
    own_title = title_span(norm, paras, text, title, lexicon.words) if title else None
    issuers, signed = _signed(norm, paras, text, signature, own_title, lexicon)
    header = Header(
        title=own_title,
        number=_number(paras, text, number_at) if number_at is not None else None,
        issuers=issuers,
        addressee=_address(norm, paras, text, addressee, lexicon.words) if addressee is not None else None,
        signed=signed or _day_of_number(norm, paras, number_at),
    )
    header = _from_page(norm, paras, text, header, max(body_from, (title[1] if title else 0) + 4), lexicon.words)
    lines = [(title_span(norm, paras, text, s, lexicon.words), s[0]) for s in starts]
    if title is not None and own_title is not None and further:
        lines = [(own_title, title[0]), *((title_span(norm, paras, text, (i, i), lexicon.words), i) for i in further)]
    plans = plans_of(norm, paras, lines, own_title, end, signature[2])
    begun = paras[body_from].start if body_from < len(paras) else end
    notice = _notice(begun, plans[0].span.start, signature[2]) if starts else None
    return Frame(header, plans, carried=bool(starts), notice=notice)


def _notice(begun: int, plan_start: int, signature_end: int | None) -> Span:
    """Return the text of a notice: from its first paragraph to its signature, or to the plan that it carries."""
    end = plan_start if signature_end is None else min(signature_end, plan_start)
    return Span(min(begun, end), end)


def _signature_above(
    further: int, paras: Sequence[Span], text: Sequence[str], start: int, heads: Mapping[int, Mark], lexicon: Lexicon
) -> Signature:
    """Return the signature of the first of several documents: that of a file of several is that of its first plan."""
    paras, text = paras[:further], text[:further]
    return find_signature(paras, text, start, None, content_end(paras, text, 0, heads, lexicon), lexicon)


class _Further(NamedTuple):
    """Where a further document begins, and its addressee: paragraphs, counted from 0."""

    start: int
    addressee: int

    def of(self, norm: str, paras: Sequence[Span]) -> list[Span]:
        """Return its paragraphs; the number of its title in a digest (3. 云岭省人民政府关于…) is none of it."""
        first = paras[self.start]
        mark = mark_at(norm, first.start, first.end)
        return [trim(norm, mark.end, first.end) if mark else first, *paras[self.start + 1 :]]


def further_documents(norm: str, paras: Sequence[Span], words: Words) -> list[_Further]:
    """Return where further official documents begin, below the first one of a file.

    Each has all that heads one (7.2.5, 7.3.1, 7.3.2): a title of what it is about, its addressee below that, and a
    number; above it stands the day on which the one before was signed. What that one names, it carries (批转 prints a
    report with an addressee), and what stands below 附件 is a specimen.
    """
    ends = [i for i, para in enumerate(paras) if norm[para.end - 1 : para.end] == ":"]
    if len(ends) < 2:
        return []
    text = [norm[p.start : p.end] for p in paras]
    found: list[_Further] = []
    addressed = [i for i in ends if _is_addressee(text[i], words)]
    dated, looked = False, addressed[0] if addressed else 0  # each line is looked at once, so that it stays linear
    for at in addressed[1:]:
        before = found[-1].addressee if found else addressed[0]
        lines = range(max(before + 1, at - MAX_HEAD_LINES), at)
        number = next((i for i in reversed(lines) if NUMBER_LINE.match(text[i]) and text[i - 1][-1:] != ":"), None)
        title = next((i for i in reversed(lines) if is_title_end(text[i], words)), None)
        if number is None or title is None:
            continue
        first = title
        while first - 1 > before and title - first < MAX_TITLE_LINES - 1 and not ABOUT.search(text[first]):
            first -= 1
        start = min(first, number)
        while not dated and looked + 1 < start:
            looked += 1
            dated = text[looked - 1][-1:] != ":" and date_line(paras, text, looked, words) is not None
        head = found[-1].start if found else 0
        if (
            ABOUT.search(text[first])
            and dated
            and not any(is_annex_head(text[i]) for i in range(max(before + 1, start - MAX_HEAD_LINES), start))
            and not _is_named(text[head : min(start, head + HEAD_LINES)], "".join(text[first : title + 1]), words)
        ):
            found.append(_Further(start, at))
            dated, looked = False, at
    return found


def _is_named(text: Sequence[str], title: str, words: Words) -> bool:
    """Tell whether lines name a document as one that they carry: 《…》, or 转发省科协关于…的通知."""
    whole, name = squeeze("".join(text)), squeeze(title)
    at = whole.find(name)
    while at >= 0:
        if whole[at - 1 : at] == "《" or words["{issuing-acts}$"].search(whole, max(at - 4, 0), at):
            return True
        at = whole.find(name, at + 1)
    return False


# -- the parts of the head --------------------------------------------------------------------------------------
def _find_addressee(text: Sequence[str], limit: int, words: Words) -> int | None:
    """Find 主送机关: the first line above the text that ends in a colon and names parties (7.3.2)."""
    for i, whole in enumerate(text[: min(limit, HEAD_LINES)]):
        lost = _LOST_BREAK.search(whole)
        line = whole[: lost.end()] if lost else whole
        if whole != line and not (i and (NUMBER_LINE.match(text[i - 1]) or is_title_end(text[i - 1], words))):
            continue
        if _is_addressee(line, words):
            return i
    return None


def _is_addressee(line: str, words: Words) -> bool:
    return (
        line.endswith(":")
        and 3 <= len(line) <= 400
        and "。" not in line
        and words[_ADDRESSEE].search(line) is not None
        and not is_label(line, "page-labels", words)
        and not words[_NO_ADDRESSEE].search(line)
        and not _is_article(line)
        and ":" not in line[:-1]
    )


def _is_article(line: str) -> bool:
    mark = mark_at(line, 0, len(line))
    return mark is not None and mark.style == "article"


def _address(norm: str, paras: Sequence[Span], text: Sequence[str], at: int, words: Words) -> Span:
    """Return the addressee without its colon: joined with a line that a break separated, without a leading bullet."""
    first = at
    above = text[at - 1] if at else ""
    if "," in above and not re.search(r"[。:《》]|[;!?)”]$", above) and words[_ADDRESSEE].search(above):
        first -= not is_title_end(above, words)
    bullet = _BULLET.match(text[first])
    lost = _LOST_BREAK.search(text[at])
    end = paras[at].start + lost.start() if lost else paras[at].end - 1
    return trim(norm, paras[first].start + (bullet.end() if bullet else 0), end)


def _find_number_line(text: Sequence[str], addressee: int | None, first_unit: int, words: Words) -> int | None:
    """Find the line with the 发文字号: the last one above the addressee; numbers in metadata tables do not count."""
    limit = addressee if addressee is not None else min(first_unit, HEAD_LINES)
    found = [i for i in range(min(limit, len(text))) if NUMBER_LINE.match(text[i])]
    own = [i for i in found if not _is_in_table(text, i, words)]
    if found:
        return own[-1] if own else found[-1]
    # 关于…的通知 云政办发〔2025〕3号
    titles = [
        i
        for i in range(min(limit, len(text)))
        if (m := NUMBERED_TITLE.search(text[i])) and is_title_end(text[i][: m.start()], words)
    ]
    return titles[-1] if titles else None


def _is_in_table(text: Sequence[str], at: int, words: Words) -> bool:
    """Tell whether a line stands below its label, as in the table of a page: 文号⏎云政办发〔2025〕3号."""
    return at > 0 and is_label(text[at - 1].removesuffix(":") + ":", "page-labels", words)


def _day_of_number(norm: str, paras: Sequence[Span], at: int | None) -> DateMention | None:
    """Return the day that stands behind the number in its line: 云政办发〔2025〕3号 2025年9月27日."""
    return None if at is None else next(numerals.find_dates(norm, paras[at].start, paras[at].end), None)


def _number(paras: Sequence[Span], text: Sequence[str], at: int) -> NumberMention | None:
    found = find_number(text[at])
    if found is None:
        return None
    start = paras[at].start
    return replace(found, span=Span(start + found.span.start, start + found.span.end))


def _of_notice(foot: Signature, above: Signature) -> Signature:
    """Return the signature of a notice whose text continues below it without a title: name and date stand together."""
    return (above[0], above[1], foot[2]) if above[0] and above[1] else foot


def _signed(
    norm: str,
    paras: Sequence[Span],
    text: Sequence[str],
    signature: Signature,
    title: Span | None,
    lexicon: Lexicon,
) -> tuple[tuple[Span, ...], DateMention | None]:
    """Return issuers and date: of the signature, otherwise of the title and the day that is printed behind it."""
    issuers, signed = signature[0] or issuers_of_title(norm, title, lexicon), signature[1]
    if signed is None and len(issuers) == 1:
        name = norm[issuers[0].start : issuers[0].end]
        if below := signed_below(paras, text, name, lexicon.words):  # another document follows in the file
            issuers, signed = (below[0],), below[1]
    return issuers, signed or (day_behind(norm, title) if title else None)


def issuers_of_title(norm: str, title: Span | None, lexicon: Lexicon) -> tuple[Span, ...]:
    """Return the issuers of a document without a signature: the bodies with which its title starts (7.3.1)."""
    begun = lexicon.words[_ISSUER_IN_TITLE].match(norm, title.start, title.end) if title else None
    return tuple(issuers_of_line(Span(*begun.span("names")), begun["names"], lexicon)) if begun else ()


# -- what only the page says ------------------------------------------------------------------------------------
def _from_page(
    norm: str, paras: Sequence[Span], text: Sequence[str], header: Header, limit: int, words: Words
) -> Header:
    """Add the publication time and the site that a web page prints above or just below the title."""
    published = site = None
    labels: dict[str, DateMention] = {}
    for i in range(min(limit, len(text), HEAD_LINES)):
        if header.signed and paras[i].covers(header.signed.span):
            continue
        if site is None and (m := _SITE.search(text[i])):
            site = Span(paras[i].start + m.start(1), paras[i].start + m.end(1))
        names_source = "来源" in text[i]
        for date in numerals.find_dates(norm, paras[i].start, paras[i].end):
            at = date.span.start - paras[i].start
            label = text[i][max(at - _LABEL_REACH, 0) : at] or (text[i - 1] if i else "")
            own = label[label.rfind(_SIGNED) :] if _SIGNED in label else ""
            is_signed = bool(own) and not words[_PUBLISHED].search(
                own.rstrip("| ")
            )  # 成文日期: | 发布日期: | 2031-04-09
            labels.setdefault("signed" if is_signed else "published", date)
            is_stamp = bool(words[_PUBLISHED].search(label)) or len(date.iso) > 10 or names_source
            if published is None and not is_signed and is_stamp:
                published = date
    signed = header.signed or labels.get("signed")
    return replace(header, published=published, site=site, signed=signed)


# -- plans ------------------------------------------------------------------------------------------------------

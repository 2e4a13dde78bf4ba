"""The elements of an official document around its text: title, 发文字号, addressee, signature, date, carried plans.

Takes normalised text and its paragraphs. Guarantees: every result is a span of the text; what the text does not say is
absent; the number and dates of a notice are never attributed to the plan that it carries.
Source: GB/T 9704-2012, 7.2 and 7.3.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import DateMention, Header, NumberMention, PlanPart, Span
from kgbuild.text import numerals
from kgbuild.text.annexes import annex_lists, is_annex_head
from kgbuild.text.lines import DAY_BEHIND, squeeze, trim
from kgbuild.text.numbering import Mark, mark_at
from kgbuild.text.signature import date_line, find_signature, issuers_of_line, signed_below
from kgbuild.text.titles import bare_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.numbering import Style
    from kgbuild.text.signature import Signature

HEAD_LINES = 60
_TOP: frozenset[Style] = frozenset({"han", "chapter", "part", "arabic"})
MIN_TITLE, MAX_TITLE = 4, 150
MAX_TITLE_LINES = 4
MAX_HEAD_LINES = 10
"""Lines from the number of a document to its addressee."""
MAX_REST, MIN_FULL = 22, 20
"""Characters of the rest of a title that was too long for the first line, and of that line."""

_TAIL = (
    r"(?:[》〉”\"]|\((?:{title-notes}|[^()]*(?:19|20)\d\d[^()]*)\)"
    r"|[ ]?(?:19|20)\d\d[-—](?:19|20)\d\d年?)*"
)
_PLAN_END = "(?:{plan-titles})" + _TAIL + "$"
_TITLE_END = r"(?P<kind>{document-kinds}|{title-ends})" + _TAIL + "$"
_COLUMN = re.compile(r"【[^【】\n]{2,12}】(?=[^【】]+$)|^“[^“”\n]{2,12}” (?=\S)")
"""The column of the site that stands before a title: 【民生】关于印发…的通知, “政务公开” 石桥县人民政府关于…."""
_NUMBERED = (
    r"(?P<code>[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z·]{0,18}?) ?"
    r"[〔\[(【〈] ?(?P<year>(?:19|20)\d\d) ?[〕\])】〉] ?(?:第 ?)?(?P<serial>\d{1,5}) ?"
)
_SIGN = "号"
_NUMBER = re.compile(_NUMBERED + _SIGN)
_WITHOUT_SIGN = re.compile(f"{_NUMBERED}$")
"""A number on a line of its own, whose 号 was lost: 云政发〔2025〕3."""
_NUMBER_LABEL = r"(?:发文字号|文号|文件编号|发文文号) ?:? ?"
_NUMBER_LINE = re.compile(rf"^\(?(?:{_NUMBER_LABEL})?{_NUMBERED}{_SIGN}?\)?$")
MAX_LABEL = 16  # 索　　引　　号: web pages letter-space such labels
_PUBLISHED = r"(?:{published-labels}) ?:? ?$"
_SITE = re.compile(r"(?:信息来源|来源|出处) ?: ?([^\s:,。;|]{2,40})")
_ADDRESSEE = r"{addressee-words}"
# 各市人民政府:《…方案》已经…, 各市人民政府:为推进…: the line break after the addressee was lost
_LOST_BREAK = re.compile(":(?=[《为根经按])")
_NO_ADDRESSEE = "(?:{no-addressee}) ?:$"
_BODY_FIRST = "(?:国务院|中共|.{2,40}?{title-bodies}).{0,8}(?:关于|印发)"
_ISSUER_IN_TITLE = r"(?P<names>[^《]{3,60}?)(?:等\w{0,5})?(?:关于|{issuing-acts}|(?:{numbered-acts})[ (\d])"
_BODY_LAST = "{title-bodies}$"
_NOTIFIED = "通知"
_ISSUED = f"{{issuing-acts}}(.+?)的?(?:{_NOTIFIED}|公告|函)$"
_NOTICE = r"(?:{issuing-acts})"
_NOTICE_END = re.compile(f"{_NOTIFIED}$")
_ABOUT = re.compile("关于|印发|转发")
# 云岭省人民政府关于…的通知(2025年3月1日): collections print the date after the title
_DATED_TITLE = re.compile(rf"\s*{DAY_BEHIND}")
# the same where a draft is marked as one, or a line ends inside: …行动方案⏎(征求意见稿)(2025年3⏎月1日)
_DAY_BEHIND_TITLE = re.compile(r"\s*(?:\([^()\d]{2,12}\)\s*)?\(\s*(?P<day>[^()]{8,20}?)\s*\)")
_NUMBERED_TITLE = re.compile(rf"(?: +\(?|\(){_NUMBER.pattern}\)?$")
_LABEL_REACH = 400
"""Code points before a date in which its label is searched for, so that a line of dates stays linear."""
_BULLET = re.compile(r"[^\w(《“]+")
_BOOK = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_CONTACT = r"^\(?(?:{contact-labels}):"
_NOISE = (
    r"^(?:{page-noise}|附:|\(此件|\(本文|\(信息公开|【|·|\d{4}-\d\d-\d\d|XML|Sitemap|.{0,20}ICP备)"
    r"|\d{4}-\d\d-\d\d$|<[a-z/]"
)

_OWN = "{label-only}|牵头"
_OWN_LABEL = rf"(?:{_OWN})(?:{{role-units}}) ?:(?P<names>[^。:]+)$"
_MORE_LABEL = rf"(?:(?:{_OWN}|{{role-cooperating}})(?:{{role-units}})|{{deadline-labels}}) ?:(?=.)"
_DUTY_LABEL = r"[\u4e00-\u9fff]{2,6}(?:{duty-nouns}) ?:(?=.)"


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
    title = _find_title(text, addressee, None if above_title else number_at, first_unit, lexicon)
    heads_end = (None if run_in else addressee, number_at, title[1] if title else None, -1)
    body_from = max(x + 1 for x in heads_end if x is not None)
    end = _content_end(paras, text, tables_end, heads, lexicon)
    noticed = title is not None or addressee is not None
    starts = _plan_starts(norm, paras, text, title, body_from, lexicon.words) if noticed else []
    further = [] if starts or title is None else _further_titles(paras, text, title[1], heads, lexicon.words)
    if further:  # the signature of the document is that of its first plan
        above, lines_above = paras[: further[0]], text[: further[0]]
        own_end = _content_end(above, lines_above, 0, heads, lexicon)
        signature = find_signature(above, lines_above, body_from, None, own_end, lexicon)
    else:
        signature = find_signature(paras, text, body_from, starts[0][0] if starts else None, end, lexicon)
    if not starts and not signature[0] and addressee is not None:
        signature = _of_notice(signature, find_signature(paras, text, body_from, first_unit, end, lexicon))
    title_span = _span(norm, paras, text, title, lexicon.words) if title else None
    issuers = signature[0] or _issuers_of_title(norm, title_span, lexicon)
    if signature[1] is None and len(issuers) == 1:
        name = norm[issuers[0].start : issuers[0].end]
        if below := signed_below(paras, text, name, lexicon.words):  # another document follows in the file
            issuers, signature = (below[0],), (signature[0], below[1], signature[2])
    header = Header(
        title=title_span,
        number=_number(paras, text, number_at) if number_at is not None else None,
        issuers=issuers,
        addressee=_address(norm, paras, text, addressee, lexicon.words) if addressee is not None else None,
        signed=signature[1] or (_day_behind(norm, title_span) if title_span else None),
    )
    header = _from_page(norm, paras, text, header, max(body_from, (title[1] if title else 0) + 4), lexicon.words)
    lines = [(_span(norm, paras, text, s, lexicon.words), s[0]) for s in starts]
    if title is not None and title_span is not None and further:
        lines = [(title_span, title[0]), *((_span(norm, paras, text, (i, i), lexicon.words), i) for i in further)]
    plans = _plans(norm, paras, lines, title_span, end, signature[2])
    if starts:
        notice_from = paras[body_from].start if body_from < len(paras) else end
        return Frame(
            header, plans, carried=True, notice=Span(min(notice_from, plans[0].span.start), plans[0].span.start)
        )
    return Frame(header, plans, carried=False, notice=None)


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
        number = next((i for i in reversed(lines) if _NUMBER_LINE.match(text[i]) and text[i - 1][-1:] != ":"), None)
        title = next((i for i in reversed(lines) if _is_title_end(text[i], words)), None)
        if number is None or title is None:
            continue
        first = title
        while first - 1 > before and title - first < MAX_TITLE_LINES - 1 and not _ABOUT.search(text[first]):
            first -= 1
        start = min(first, number)
        while not dated and looked + 1 < start:
            looked += 1
            dated = text[looked - 1][-1:] != ":" and date_line(paras, text, looked, words) is not None
        head = found[-1].start if found else 0
        if (
            _ABOUT.search(text[first])
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
        if whole != line and not (i and (_NUMBER_LINE.match(text[i - 1]) or _is_title_end(text[i - 1], words))):
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
    if "," in above and not re.search(r"[。;:!?)》”]$", above) and words[_ADDRESSEE].search(above):
        first -= not _is_title_end(above, words)
    bullet = _BULLET.match(text[first])
    lost = _LOST_BREAK.search(text[at])
    end = paras[at].start + lost.start() if lost else paras[at].end - 1
    return trim(norm, paras[first].start + (bullet.end() if bullet else 0), end)


def _find_number_line(text: Sequence[str], addressee: int | None, first_unit: int, words: Words) -> int | None:
    """Find the line with the 发文字号: the last one above the addressee; numbers in metadata tables do not count."""
    limit = addressee if addressee is not None else min(first_unit, HEAD_LINES)
    found = [i for i in range(min(limit, len(text))) if _NUMBER_LINE.match(text[i])]
    own = [i for i in found if not _is_in_table(text, i, words)]
    if found:
        return own[-1] if own else found[-1]
    # 关于…的通知 云政办发〔2025〕3号
    titles = [
        i
        for i in range(min(limit, len(text)))
        if (m := _NUMBERED_TITLE.search(text[i])) and _is_title_end(text[i][: m.start()], words)
    ]
    return titles[-1] if titles else None


def _is_in_table(text: Sequence[str], at: int, words: Words) -> bool:
    """Tell whether a line stands below its label, as in the table of a page: 文号⏎云政办发〔2025〕3号."""
    return at > 0 and is_label(text[at - 1].removesuffix(":") + ":", "page-labels", words)


def _find_title(
    text: Sequence[str], addressee: int | None, number_at: int | None, first_unit: int, lexicon: Lexicon
) -> tuple[int, int] | None:
    """Return the first and last paragraph of the title: the last line above the number that ends as titles do.

    A title may also stand between number and addressee (7.3.1), or be followed by the number on the same line.
    """
    words = lexicon.words
    head = addressee if addressee is not None else min(first_unit, HEAD_LINES)
    limit = head if number_at is None else min(head, number_at + bool(_NUMBERED_TITLE.search(text[number_at])))
    between = (
        [] if number_at is None else range(min(head, len(text), number_at + 1 + MAX_TITLE_LINES) - 1, number_at, -1)
    )
    for last in (*between, *range(min(limit, len(text)) - 1, -1, -1)):
        first = _ends_title(text, last, words)
        if first is None:
            continue
        highest = number_at + 1 if number_at is not None and last > number_at else 0
        while first > highest and last - first < MAX_TITLE_LINES and _continues(text, first, last, lexicon):
            first -= 1
        if first == highest or not highest:
            alone = addressee is None and number_at is None
            return _that_quotes(text, first, last, words) if alone else (first, last)
    if number_at is not None or limit <= 0:
        return None
    top = text[0]
    good = len(text) > 1 and 4 <= len(top) <= 60 and not re.search(r"[。,;:!?]|^\W", top) and limit > 0
    return (
        (0, 0) if good and re.search(r"[\u4e00-\u9fff]{4}", top) and not is_label(top, "page-labels", words) else None
    )


def _that_quotes(text: Sequence[str], first: int, last: int, words: Words) -> tuple[int, int]:
    """Prefer a title at the top that quotes the one found: 关于《…方案》的公示 above the plan itself."""
    # the plan's own title may begin on a line above
    found = {squeeze("".join(text[start : last + 1])) for start in range(max(first - MAX_TITLE_LINES, 0), first + 1)}
    for end in range(min(first, MAX_TITLE_LINES)):
        whole = "".join(text[: end + 1])
        # the plan may print its years on a line below: …行动计划⏎(2018—2020年)
        names = {squeeze(name) for name in _BOOK.findall(whole)}
        if _is_title_end(whole, words) and found & (names | {bare_title(name) for name in names}):
            return 0, end
    return first, last


def _ends_title(text: Sequence[str], last: int, words: Words) -> int | None:
    """Return the paragraph that starts the end of a title: this one, or the one above if a break splits its last word.

    …实施方案的通⏎知(2025年3月1日)
    """
    line = _NUMBERED_TITLE.sub("", text[last])
    if _is_title_end(line, words):
        return last
    is_rest = last and len(_DATED_TITLE.sub("", line)) < MIN_TITLE and _is_title_end(text[last - 1] + line, words)
    is_rest = is_rest and not _NOTICE_END.search(text[last - 1])  # …的通知⏎政策: a column of the site below it
    return last - 1 if is_rest else None


def _is_title_end(line: str, words: Words) -> bool:
    bare = _COLUMN.sub("", line.strip())
    bare = bare[:-1] if bare[-1:] == bare[-2:-1] else bare  # …的通知知: a letter set twice
    end = words[_TITLE_END].search(re.sub(r"\s", "", bare)) if MIN_TITLE <= len(bare) <= MAX_TITLE else None
    return (
        end is not None
        and end["kind"] not in words.of("everyday-kinds")
        and "。" not in bare
        and not bare.endswith((":", ";", ","))
        and not words[_NOISE].match(bare)
        and not is_label(bare, "page-labels", words)
        and not re.search(r"\d{4}-\d\d-\d\d$|;|制定本|目 *[录次]$", bare)
        and not (re.match(r"为|根据|按照", bare) and "," in bare)
        and bare.count(",") <= 2
    )


def _continues(text: Sequence[str], first: int, last: int, lexicon: Lexicon) -> bool:
    """Tell whether a title continues over lines: the line above is no sentence, label, metadata value or title."""
    words = lexicon.words
    above = text[first - 1]
    whole = _BOOK.sub("", "".join(text[first : last + 1]))  # words of a quoted title do not count for this one
    about = _ABOUT.search(above)
    if (
        len(above) > 60
        or re.search(r"[。:;!?]|\d{4}-\d\d|\d{1,2}:\d\d|号\)?$|[日年]$", above.removesuffix("年") if about else above)
        or words[_NOISE].match(above)
        or (_NOTICE_END.search(above) and len(whole) >= MIN_TITLE)
    ):
        return False
    if words[_BODY_FIRST].match(whole):
        # 中共云岭市委⏎云岭市人民政府关于…: the first of several joint issuers
        return first == 1 and lexicon.is_party(above) and not whole.startswith(above)
    if (
        _ABOUT.search(whole)
        and not whole.startswith("关于")
        and not (_ABOUT.match(whole) and _ABOUT.search(above[-2:]))
    ):
        return False
    return (
        about is not None
        or (whole.startswith("关于") and bool(words[_BODY_LAST].search(above)))
        or (first == 1 and first == last and len(text[last]) <= MAX_REST and len(above) >= MIN_FULL)
        or (first > 1 and last - first < 2 and _is_middle(above) and _continues(text, first - 1, last, lexicon))
    )


def _is_middle(line: str) -> bool:
    """Tell whether a line can be the middle of a title: no end of a number or date, not just the name of a body."""
    whole = len(line) >= 4 or line.startswith(("“", "《"))  # …深化⏎“放⏎管服”改革…
    return whole and not _NUMBER.search(line) and not next(numerals.find_dates(line), None)


def is_label(line: str, labels: str, words: Words) -> bool:
    """Tell whether a line begins with a label of a class and a colon, its letters spaced out or not."""
    colon = line.find(":", 0, MAX_LABEL)
    return colon > 0 and squeeze(line[:colon]) in words.of(labels)


def find_number(text: str) -> NumberMention | None:
    """Return the first 发文字号 in a normalised text, None if there is none.

    Example:
        >>> found = find_number("岭政办发〔2025〕16号")
        >>> found.normal if found else None
        '岭政办发〔2025〕16号'
    """
    m = _NUMBER.search(text)
    return _as_number(m) if m else None


def _as_number(m: re.Match[str]) -> NumberMention:
    return NumberMention(
        span=Span(*m.span()),
        code=re.sub(f"^{_NUMBER_LABEL}", "", m["code"]),
        year=int(m["year"]),
        serial=int(m["serial"]),
    )


def _number(paras: Sequence[Span], text: Sequence[str], at: int) -> NumberMention | None:
    found = find_number(text[at])
    if found is None and (cut := _WITHOUT_SIGN.search(text[at])):
        found = _as_number(cut)
    if found is None:
        return None
    start = paras[at].start
    return replace(found, span=Span(start + found.span.start, start + found.span.end))


def _span(norm: str, paras: Sequence[Span], text: Sequence[str], lines: tuple[int, int], words: Words) -> Span:
    """Return the extent of a title without a leading label and without a trailing date or document number."""
    line = text[lines[0]]
    behind_label = line.find(":") + 1 if is_label(line, "page-title", words) else 0
    column = _COLUMN.match(line)
    start = paras[lines[0]].start + (column.end() if column else behind_label)
    end = paras[lines[1]].end
    for form in (_DATED_TITLE, _NUMBERED_TITLE):
        behind = form.search(text[lines[1]])
        if behind and (behind.start() or lines[0] < lines[1]):
            end = min(end, paras[lines[1]].start + behind.start())
    return trim(norm, start, max(end, start + 1))


def _day_behind(norm: str, title: Span) -> DateMention | None:
    """Return the day that a collection prints after the title of a document; None if it prints none."""
    found = _DAY_BEHIND_TITLE.match(norm, title.end)
    days = list(numerals.find_dates(squeeze(found["day"]))) if found else []
    whole = found is not None and len(days) == 1 and len(days[0].span) == len(squeeze(found["day"]))
    return DateMention(span=Span(*found.span("day")), iso=days[0].iso[:10]) if found and whole else None


def _of_notice(foot: Signature, above: Signature) -> Signature:
    """Return the signature of a notice whose text continues below it without a title: name and date stand together."""
    return (above[0], above[1], foot[2]) if above[0] and above[1] else foot


def _issuers_of_title(norm: str, title: Span | None, lexicon: Lexicon) -> tuple[Span, ...]:
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
            labels.setdefault("signed" if "成文" in label else "published", date)
            is_stamp = bool(words[_PUBLISHED].search(label)) or len(date.iso) > 10 or names_source
            if published is None and "成文" not in label and is_stamp:
                published = date
    signed = header.signed or labels.get("signed")
    return replace(header, published=published, site=site, signed=signed)


# -- plans ------------------------------------------------------------------------------------------------------
def _plan_starts(
    norm: str, paras: Sequence[Span], text: Sequence[str], title: tuple[int, int] | None, body_from: int, words: Words
) -> list[tuple[int, int]]:
    """Return the first and last paragraph of the title of each plan that a notice carries."""
    whole_title = "".join(text[title[0] : title[1] + 1]) if title else ""
    named = _named_plans(norm, paras, whole_title, body_from, words)
    is_notice = _is_notice(whole_title, words)
    if is_notice and (annexes := annex_lists(norm, paras, words)):
        named += [name for name in annexes[0].names if _is_plan(name, words) and name not in named]
    found = _lines_named(text, named, body_from, bare=True) or _lines_named(text, named, body_from, bare=False)
    if found:
        return found
    if not is_notice:
        return []
    return _title_behind_signature(paras, text, body_from, words)


def _further_titles(
    paras: Sequence[Span], text: Sequence[str], title: int, heads: Mapping[int, Mark], words: Words
) -> list[int]:
    """Return the paragraphs that head further plans in a text without a notice, as a file that collects plans has them.

    Such a line ends as titles of plans do, has no number, and stands between units that were counted and units that
    are counted anew in the same style: 二、重点任务 … 云岭省青少年科学素质行动方案 … 一、总体要求.
    """
    marks = [(i, mark) for i, para in enumerate(paras) if i > title and (mark := heads.get(para.start))]
    if not marks or marks[0][1].style not in _TOP:
        return []
    style = marks[0][1].style
    top = [(i, mark.number) for i, mark in marks if mark.style == style]
    found = []
    for (_, before), (restart, number) in pairwise(top):
        if number != 1 or before < 2:
            continue
        last = max((i for i, _ in marks if i < restart), default=title)
        heading = next((i for i in range(restart - 1, last, -1) if _heads_plan(text[i], words)), None)
        if heading is not None:
            found.append(heading)
    return found


def _heads_plan(line: str, words: Words) -> bool:
    end = words[_PLAN_END].search(squeeze(line))
    return end is not None and _is_title_end(line, words) and ":" not in line and "," not in line


def _is_notice(title: str, words: Words) -> bool:
    return bool(words[_NOTICE].search(title) or _NOTICE_END.search(squeeze(title)))


def _is_plan(name: str, words: Words) -> bool:
    """Tell whether what is attached is a document of its own, or a table of tasks; no form to be filled in."""
    return _is_title_end(name, words) or words["{task-lists}$"].search(name) is not None


def titles_carried(norm: str, paras: Sequence[Span], header: Header, first_unit: int, words: Words) -> list[str]:
    """Return the titles of what a notice says that it carries: in its title, as attached, or as 《…》 that it issues.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        header: Its header.
        first_unit: Where its first numbered unit begins, or its end.
        words: The classes of words.
    """
    title = norm[header.title.start : header.title.end] if header.title else ""
    if not _is_notice(title, words):
        return []
    names = _named_plans(norm, (), title, 0, words)
    for book in _BOOK.finditer(norm, 0, first_unit):
        behind = re.compile("[^。;《]*").match(norm, book.end(), first_unit)
        if behind and words[_NOTICE].search(behind[0]):
            names.append(squeeze(book[1]))
    names += [name for annexes in annex_lists(norm, paras, words)[:1] for name in annexes.names]
    return list(dict.fromkeys(name for name in names if len(name) >= MIN_TITLE))


def _named_plans(norm: str, paras: Sequence[Span], title: str, body_from: int, words: Words) -> list[str]:
    """Return the titles that the notice names: in 《》 in its title and text, or after 印发 in its title."""
    names = [m[1] for m in _BOOK.finditer(title)]
    if m := words[_ISSUED].search(squeeze(title)):
        names.append(m[1])
    head = paras[body_from : body_from + 12]
    if head:
        names += [m[1] for m in _BOOK.finditer(norm, head[0].start, head[-1].end)]
    return [squeeze(n) for n in names if len(squeeze(n)) >= 4]


def _lines_named(text: Sequence[str], named: Sequence[str], body_from: int, *, bare: bool) -> list[tuple[int, int]]:
    """Return the lines that consist of one of these titles; `bare`: without 《》, as the plan itself prints it."""
    found: list[tuple[int, int]] = []
    if not named:
        return []
    heads = tuple({name[:2] for name in named})
    for i in range(body_from, len(text)):
        if not squeeze(text[i][:8]).startswith(heads) or (bare and text[i].startswith("《")):
            continue
        if not bare and i + 1 < len(text) and re.match(r"[(,。、;:]", text[i + 1]):
            continue  # a printed line within a sentence: 落实⏎《…方案》⏎(云政发〔2025〕3号)要求
        if (found and i <= found[-1][1]) or len(text[i]) > MAX_TITLE or re.search(r"[。;]|^附件?.*:", text[i]):
            continue
        for last in range(i, min(i + 3, len(text))):
            joined = squeeze("".join(text[i : last + 1]))
            if (joined in named or f"{joined})" in named) and not any(
                joined == squeeze("".join(text[a : b + 1])) for a, b in found
            ):
                found.append((i, last))
                break
    return found


def _title_behind_signature(
    paras: Sequence[Span], text: Sequence[str], body_from: int, words: Words
) -> list[tuple[int, int]]:
    """Find a plan whose title the notice does not spell out: the first title-like line after the date of the notice."""
    for i in range(body_from, min(body_from + 40, len(text))):
        if date_line(paras, text, i, words) is None:
            continue
        for j in range(i + 1, min(i + 8, len(text))):
            if is_annex_head(text[j]) or words[_NOISE].match(text[j]):
                continue
            return [(j, j)] if _is_title_end(text[j], words) else []
    return []


def _plans(
    norm: str,
    paras: Sequence[Span],
    lines: Sequence[tuple[Span, int]],
    title: Span | None,
    end: int,
    signature_at: int | None,
) -> tuple[PlanPart, ...]:
    if not lines:
        start = title.start if title else (paras[0].start if paras else 0)
        stop = min(end, signature_at) if signature_at is not None and signature_at > start + 200 else end
        return (_plan(norm, None, title, trim(norm, start, max(stop, start))),)
    out = []
    for n, (first, _) in enumerate(lines):
        stop = paras[lines[n + 1][1]].start if n + 1 < len(lines) else max(end, first.end)
        out.append(_plan(norm, first, first, trim(norm, first.start, stop)))
    return tuple(out)


def _plan(norm: str, own: Span | None, named: Span | None, span: Span) -> PlanPart:
    period = numerals.find_period(norm[named.start : named.end]) if named else None
    if period is None or named is None:
        return PlanPart(title=own, span=span)
    at = Span(named.start + period[2], named.start + period[3])
    return PlanPart(title=own, span=span, period=(period[0], period[1]), period_span=at)


def _content_end(
    paras: Sequence[Span], text: Sequence[str], tables_end: int, heads: Mapping[int, Mark], lexicon: Lexicon
) -> int:
    """Return the end of the last paragraph of running text: after it come signatures, links, footers."""
    words = lexicon.words
    last = next(
        (
            i
            for i in reversed(range(len(text)))
            if _is_running(text[i], words) or _gives_duty_of_item(text, i, paras, heads, lexicon)
        ),
        len(text) - 1,
    )
    numbers = {m.style: m.number for p in paras[: last + 1] if (m := heads.get(p.start))}
    for i in range(last + 1, len(text)):
        # An item without a full stop counts if its number continues the one above.
        mark = heads.get(paras[i].start)
        counts = mark is not None and numbers.get(mark.style) == mark.number - 1 and not words[_NOISE].search(text[i])
        counts = counts or (words[_MORE_LABEL].match(text[last]) is not None and _goes_on_with(text[i], words))
        if not counts and not _is_label_in_use(text, i, words) and not _gives_duty(text, i, lexicon):
            break
        last = i
        if mark is not None:
            numbers[mark.style] = mark.number
    return max(paras[last].end if paras else 0, tables_end)


def _is_running(line: str, words: Words) -> bool:
    if words[_NOISE].search(line) or words[_CONTACT].match(line):
        return False
    if len(line) < 8:
        return line.endswith(("。", ")")) and mark_at(line, 0, len(line)) is not None
    if re.search(r"[。;)”!]$", line) and re.search(r"[,。;、]", line):
        return True
    if line.startswith("(") and line.endswith(")"):  # (省教育厅负责), (责任⏎单位:各部门)
        inside = "".join(line[1:-1].split())
        if words["{roles}$"].search(inside) or words[_DUTY_LABEL].match(inside):
            return True
    return len(line) >= 40 and len(re.findall(r"[,。;、]", line)) >= 2 and not re.search(r"邮编|备案|ICP|版权", line)


def _gives_duty(text: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """Tell whether a line directly below an item names its bodies (责任单位:…).

    Above the label of a footer (主办单位:…) such a line belongs to the footer.
    """
    line, below = text[i], next((t for t in text[i + 1 :] if t), "")
    label = lexicon.words[_OWN_LABEL].match(line)
    if re.match(r"\w{2,8}:", below) and not _goes_on_with(below, lexicon.words):
        return False
    names = re.split(r"[、,; ]+", label["names"].strip()) if label and not lexicon.words[_NOISE].search(line) else []
    return bool(names) and all(lexicon.is_party(name) for name in names)


def _goes_on_with(line: str, words: Words) -> bool:
    """Tell whether a line names further bodies of an item, or until when it is due (完成时限:6月底前)."""
    return words[_MORE_LABEL].match(line) is not None


def _gives_duty_of_item(
    text: Sequence[str], i: int, paras: Sequence[Span], heads: Mapping[int, Mark], lexicon: Lexicon
) -> bool:
    """Tell whether a line names the bodies of the item on the line above it: (一)培训工匠50名⏎责任单位:省科协."""
    above = next((n for n in reversed(range(max(0, i - 3), i)) if text[n]), None)
    return above is not None and paras[above].start in heads and _gives_duty(text, i, lexicon)


def _is_label_in_use(text: Sequence[str], i: int, words: Words) -> bool:
    """Tell whether a line starts with a label (责任单位:) that lines above use too; the label of a footer is unique."""
    label = words[_DUTY_LABEL].match(text[i]) if i < len(text) else None
    return label is not None and any(line.startswith(label[0]) for line in text[:i])

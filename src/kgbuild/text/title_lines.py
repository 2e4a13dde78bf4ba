"""The title of an official document: which lines end as titles do, how far up one begins, what belongs to it.

Takes the lines of the normalised text. Source: GB/T 9704-2012, 7.3.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import DateMention, Span
from kgbuild.text import numerals
from kgbuild.text.document_number import NUMBER, NUMBERED_TITLE
from kgbuild.text.labels import NOISE, is_label
from kgbuild.text.lines import DAY_BEHIND, squeeze, trim
from kgbuild.text.titles import bare_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words

HEAD_LINES = 60
MIN_TITLE, MAX_TITLE = 4, 150
MAX_TITLE_LINES = 4
MAX_REST, MIN_FULL = 22, 20
"""Characters of the rest of a title that was too long for the first line, and of that line."""
TITLE_TAIL = (
    r"(?:[》〉”\"]|\((?:{title-notes}|[^()]*(?:19|20)\d\d[^()]*)\)"
    r"|[ ]?(?:19|20)\d\d[-—](?:19|20)\d\d年?)*"
)
_TITLE_END = r"(?P<kind>{document-kinds}|{title-ends})" + TITLE_TAIL + "$"
_COLUMN = re.compile(r"【[^【】\n]{2,12}】(?=[^【】]+$)|^“[^“”\n]{2,12}” (?=\S)")
"""The column of the site that stands before a title: 【民生】关于印发…的通知, “政务公开” 石桥县人民政府关于…."""
_BODY_FIRST = "(?:国务院|中共|.{2,40}?{title-bodies}).{0,8}(?:关于|印发)"
_BODY_LAST = "{title-bodies}$"
NOTICE_END = re.compile("通知$")
ABOUT = re.compile("关于|印发|转发")
# 云岭省人民政府关于…的通知(2025年3月1日): collections print the date after the title
_DATED_TITLE = re.compile(rf"\s*{DAY_BEHIND}")
# the same where a draft is marked as one, or a line ends inside: …行动方案⏎(征求意见稿)(2025年3⏎月1日)
_DAY_BEHIND_TITLE = re.compile(r"\s*(?:\([^()\d]{2,12}\)\s*)?\(\s*(?P<day>[^()]{8,20}?)\s*\)")
BOOK = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")


def find_title(
    text: Sequence[str], addressee: int | None, number_at: int | None, first_unit: int, lexicon: Lexicon
) -> tuple[int, int] | None:
    """Return the first and last paragraph of the title: the last line above the number that ends as titles do.

    A title may also stand between number and addressee (7.3.1), or be followed by the number on the same line.

    Args:
        text: The paragraphs of the document.
        addressee: Index of the paragraph with the addressee; None without one.
        number_at: Index of that with the number; None without one, or where it does not say where the title stands.
        first_unit: Index of the first numbered unit; without an addressee no title stands below it.
        lexicon: Knows what names of bodies look like.
    """
    words = lexicon.words
    head = addressee if addressee is not None else min(first_unit, HEAD_LINES)
    limit = head if number_at is None else min(head, number_at + bool(NUMBERED_TITLE.search(text[number_at])))
    between = (
        [] if number_at is None else range(min(head, len(text), number_at + 1 + MAX_TITLE_LINES) - 1, number_at, -1)
    )
    for last in (*between, *range(min(limit, len(text)) - 1, -1, -1)):
        first = _ends_title(text, last, words)
        if first is None:
            continue
        highest = number_at + 1 if number_at is not None and last > number_at else 0
        while first > highest and last - first < MAX_TITLE_LINES and _continues(text, highest, first, last, lexicon):
            first -= 1
        if first == highest or not highest:
            alone = addressee is None and number_at is None
            return _that_quotes(text, first, last, words) if alone else (first, last)
    if number_at is not None or limit <= 0:
        return None
    top = text[0]
    good = len(text) > 1 and 4 <= len(top) <= 60 and not re.search(r"[。,;:!?|]|^\W", top) and limit > 0
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
        names = {squeeze(name) for name in BOOK.findall(whole)}
        if is_title_end(whole, words) and found & (names | {bare_title(name) for name in names}):
            return 0, end
    return first, last


def _ends_title(text: Sequence[str], last: int, words: Words) -> int | None:
    """Return the paragraph that starts the end of a title: this one, or the one above if a break splits its last word.

    …实施方案的通⏎知(2025年3月1日)
    """
    line = NUMBERED_TITLE.sub("", text[last])
    if is_title_end(line, words):
        return last
    is_rest = last and len(_DATED_TITLE.sub("", line)) < MIN_TITLE and is_title_end(text[last - 1] + line, words)
    is_rest = is_rest and not NOTICE_END.search(text[last - 1])  # …的通知⏎政策: a column of the site below it
    return last - 1 if is_rest else None


def is_title_end(line: str, words: Words) -> bool:
    """Tell whether a line ends as titles do: with a kind of document, and neither as a sentence nor as a label does."""
    bare = _COLUMN.sub("", line.strip())
    bare = bare[:-1] if bare[-1:] == bare[-2:-1] else bare  # …的通知知: a letter set twice
    end = words[_TITLE_END].search(re.sub(r"\s", "", bare)) if MIN_TITLE <= len(bare) <= MAX_TITLE else None
    return (
        end is not None
        and end["kind"] not in words.of("everyday-kinds")
        and "。" not in bare
        and not bare.endswith((":", ";", ","))
        and not words[NOISE].match(bare)
        and not is_label(bare, "page-labels", words)
        and not re.search(r"\d{4}-\d\d-\d\d$|;|制定本|目 *[录次]$", bare)
        and not (re.match(r"为|根据|按照", bare) and "," in bare)
        and bare.count(",") <= 2
    )


def _continues(text: Sequence[str], top: int, first: int, last: int, lexicon: Lexicon) -> bool:
    """Tell whether a title continues over lines: the line above is no sentence, label, metadata value or title.

    `top` is the first line of the head, or the one below the number, above which no title goes on.
    """
    words = lexicon.words
    above = text[first - 1]
    whole = BOOK.sub("", "".join(text[first : last + 1]))  # words of a quoted title do not count for this one
    about = ABOUT.search(above)
    if (
        len(above) > 60
        or re.search(r"[。:;!?]|\d{4}-\d\d|\d{1,2}:\d\d|号\)?$|[日年]$", above.removesuffix("年") if about else above)
        or words[NOISE].match(above)
        or (NOTICE_END.search(above) and len(whole) >= MIN_TITLE)
    ):
        return False
    if words[_BODY_FIRST].match(whole):
        # 中共云岭市委⏎云岭市人民政府关于…: the first of several joint issuers, with which the head begins
        return all(map(lexicon.is_party, text[top:first])) and not whole.startswith(above)
    issued = ABOUT.match(whole) is not None and words[_BODY_LAST].search(above) is not None
    if ABOUT.search(whole) and not whole.startswith("关于") and not (ABOUT.match(whole) and ABOUT.search(above[-2:])):
        return issued  # 中共云岭市委办公室 云岭市人民政府办公室⏎印发《…》的通知
    return (
        about is not None
        or issued
        or (first == 1 and first == last and len(text[last]) <= MAX_REST and len(above) >= MIN_FULL)
        or (first > 1 and last - first < 2 and _is_middle(above) and _continues(text, top, first - 1, last, lexicon))
    )


def _is_middle(line: str) -> bool:
    """Tell whether a line can be the middle of a title: no end of a number or date, not just the name of a body."""
    whole = len(line) >= 4 or line.startswith(("“", "《"))  # …深化⏎“放⏎管服”改革…
    return whole and not NUMBER.search(line) and not next(numerals.find_dates(line), None)


def title_span(norm: str, paras: Sequence[Span], text: Sequence[str], lines: tuple[int, int], words: Words) -> Span:
    """Return the extent of a title without a leading label and without a trailing date or document number.

    Args:
        norm: Normalised text.
        paras: Its paragraphs.
        text: Their texts.
        lines: Indices of the first and the last paragraph of the title.
        words: The classes of words.
    """
    line = text[lines[0]]
    labelled = is_label(line, "page-title", words) or is_label(line, "annex-labels", words)
    behind_label = line.find(":") + 1 if labelled else 0
    column = _COLUMN.match(line)
    start = paras[lines[0]].start + (column.end() if column else behind_label)
    end = paras[lines[1]].end
    for form in (_DATED_TITLE, NUMBERED_TITLE):
        behind = form.search(text[lines[1]])
        if behind and (behind.start() or lines[0] < lines[1]):
            end = min(end, paras[lines[1]].start + behind.start())
    return trim(norm, start, max(end, start + 1))


def day_behind(norm: str, title: Span) -> DateMention | None:
    """Return the day that a collection prints after the title of a document; None if it prints none."""
    found = _DAY_BEHIND_TITLE.match(norm, title.end)
    days = list(numerals.find_dates(squeeze(found["day"]))) if found else []
    whole = found is not None and len(days) == 1 and len(days[0].span) == len(squeeze(found["day"]))
    return DateMention(span=Span(*found.span("day")), iso=days[0].iso[:10]) if found and whole else None

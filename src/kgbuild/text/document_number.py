"""The number of an official document (发文字号): 岭政办发〔2025〕16号. Source: GB/T 9704-2012, 7.2.5."""

from __future__ import annotations

import re

from kgbuild.model import NumberMention, Span

_NUMBERED = (
    r"(?P<code>(?![A-Za-z·])[\u4e00-\u9fffA-Za-z·]{1,19}?) ?"
    r"[〔\[(【〈] ?(?P<year>(?:19|20)\d\d) ?[〕\])】〉] ?(?:第 ?)?(?P<serial>\d{1,5}) ?"
)
_SIGN = "号"
NUMBER = re.compile(_NUMBERED + _SIGN)
_NUMBER_LABEL = r"(?:发文字号|文号|文件编号|发文文号) ?:? ?"
_DAY = r"(?: +\(?(?:19|20)\d\d\D{1,2}\d{1,2}\D{1,2}\d{1,2}\D{0,2})?"
NUMBER_LINE = re.compile(rf"^\(?(?:{_NUMBER_LABEL})?{_NUMBERED}{_SIGN}?\)?{_DAY}$")
"""A line that is a number; its 号 may have been lost (云政发〔2025〕3), and the day may stand behind it."""
NUMBERED_TITLE = re.compile(rf"(?: +\(?|\(){NUMBER.pattern}\)?$")


def find_number(text: str) -> NumberMention | None:
    """Return the first 发文字号 in a normalised text, None if there is none; the text as a whole may be one without 号.

    Example:
        >>> found = find_number("岭政办发〔2025〕16号")
        >>> found.normal if found else None
        '岭政办发〔2025〕16号'
    """
    m = NUMBER.search(text) or NUMBER_LINE.match(text)
    if m is None:
        return None
    return NumberMention(
        span=Span(m.start("code"), m.end() if m.re is NUMBER else m.end("serial")),
        code=re.sub(f"^{_NUMBER_LABEL}", "", m["code"]),
        year=int(m["year"]),
        serial=int(m["serial"]),
    )

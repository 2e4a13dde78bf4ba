"""HTML pages: the visible text with the XPath of every line (`read/html.py`)."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.lazy import lazy_pattern
from kgbuild.model import Finding, Span
from kgbuild.read.encoding import FAMILIES, clean
from kgbuild.read.html import PageText, read_page
from kgbuild.read.reader import Draft, File
from kgbuild.read.remarks import controls, undecodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.read.encoding import Decoded

_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_DATA = lazy_pattern(r'"[\w-]{1,40}" ?: ?["\[{][^\n]{0,400}?(?:[\u4e00-\u9fff]|\\u[4-9][0-9a-f]{3})', re.IGNORECASE)
_LINK = re.compile(r"<link\b([^<>]{0,2000})>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,20})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`@]+")
_HEAD, _LONGEST = 200_000, 1_000
_FRAME = re.compile(r"<i?frame\b([^<>]{0,2000})>", re.IGNORECASE)
_HAN = lazy_pattern(r"[\u4e00-\u9fff]|\\u[4-9][0-9a-f]{3}", re.IGNORECASE)
_LITTLE, _MUCH = 300, 150
"""Characters of text below which, and Han characters in the data of scripts above which, a page is assumed to be
rendered by a script."""
_MOST_FRAMES = 5


def read(file: File) -> Draft:
    """Read a page.

    Raises:
        InputError: it has no text: it shows other pages, or a script makes it.
    """
    decoded = file.decoded
    page = read_page(decoded.text)
    text, places = clean(page.text)
    frames = _frames(decoded.text)
    scripted = _in_scripts(decoded.text)
    if not text.strip() and (frames or scripted >= _MUCH):
        raise _without_text(file.name, frames)
    broken = tuple(Span(i, i + 1) for i, char in enumerate(text) if char == "\ufffd") if decoded.broken else ()
    return Draft(
        text=text,
        encoding=decoded.encoding,
        main=page.main,
        anchors=page.anchors,
        tables=page.tables,
        items=page.items,
        page_url=canonical_url(decoded.text),
        findings=(
            *undecodable(broken, decoded.encoding, cut=False),
            *controls(places),
            *_lie(decoded, file.declared),
            *_elsewhere(text, scripted, frames),
            *_shown(page),
            *page.findings,
        ),
    )


def canonical_url(html: str) -> str | None:
    """Return the web address that a page gives as its own; None if it gives none, several, or one with a password.

    Example:
        >>> canonical_url('<head><link rel="canonical" href="https://www.yunling.example/16.html"></head>')
        'https://www.yunling.example/16.html'
    """
    found = set()
    for link in _LINK.findall(_COMMENT.sub("", html[:_HEAD])):
        attributes = {name.lower(): unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(link)}
        if "canonical" in attributes.get("rel", "").lower().split():
            found.add(attributes.get("href", ""))
    address = found.pop() if len(found) == 1 else ""
    return address if len(address) <= _LONGEST and _ADDRESS.fullmatch(address) else None


def _lie(decoded: Decoded, declared: str | None) -> list[Finding]:
    if declared is None or decoded.text.isascii() or FAMILIES.get(declared) == decoded.encoding:
        return []
    detail = (("declared", declared), ("encoding", decoded.encoding))
    return [Finding(code="wrong-charset", severity="info", detail=detail)]


def _in_scripts(html: str) -> int:
    """Return the number of Han characters in scripts that carry data (JSON), escaped ones too."""
    scripts = (m[1] for m in _SCRIPT.finditer(html))
    return sum(len(_HAN.findall(script)) for script in scripts if _DATA.search(script))


def _frames(html: str) -> list[str]:
    """Return the addresses of the pages that this one shows inside itself."""
    found = []
    for frame in _FRAME.findall(_COMMENT.sub("", html)) if _FRAME.search(html) else ():
        attributes = {name.lower(): unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(frame)}
        if src := attributes.get("src"):
            found.append(src[:_LONGEST])
    return list(dict.fromkeys(found))[:_MOST_FRAMES]


def _without_text(name: str, frames: Sequence[str]) -> InputError:
    if frames:
        what = Message("shows other pages ({names}) and has no text of its own", names=", ".join(frames))
        return InputError(what, where=name, cure="save the page with the text (open the frame by itself) and give that")
    return InputError(
        "has its text in a script, which is not run",
        where=name,
        cure="open it in a browser, save the page once the text is shown, and give that",
    )


def _elsewhere(text: str, scripted: int, frames: Sequence[str]) -> list[Finding]:
    """Report where the text of a page with next to none may be: in scripts that render it, in frames."""
    if len(text) > _LITTLE:
        return []
    found = []
    if scripted >= _MUCH and scripted > len(text):
        detail = (("count", str(scripted)),)
        found.append(Finding(code="text-in-scripts", severity="warning", detail=detail))
    if frames:
        detail = (("text", ", ".join(frames)),)
        found.append(Finding(code="external-reference", severity="warning", detail=detail))
    return found


def _shown(page: PageText) -> list[Finding]:
    found = []
    if page.n_hidden:
        detail = (("count", str(page.n_hidden)),)
        found.append(Finding(code="hidden-content", severity="info", detail=detail))
    if page.n_flattened:
        detail = (("count", str(page.n_flattened)),)
        found.append(Finding(code="deep-nesting", severity="info", detail=detail))
    return found

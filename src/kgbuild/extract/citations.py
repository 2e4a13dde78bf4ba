"""Citations: 《…》, possibly nested, the document number after it, and short forms that the text defines.

Takes normalised text. Guarantees: every closed 《 is one citation, and nested ones belong to the outer one; a short
form is resolved only if the text has defined it, or has cited exactly one document whose title ends in it; every other
short form becomes a finding. All mentions of a document have the same `resolved`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.lazy import lazy_pattern
from kgbuild.model import CitationMention, Finding, Span
from kgbuild.terms import key_text
from kgbuild.text.titles import bare_title, kind_of_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.model import Grade

MAX_TITLE = 200
MAX_BEHIND = 90
_YEAR = r"[〔\[(] ?\d{4} ?[〕\])]"
# 国办发〔2018〕26号, 国务院令第449号, 第12号令, GB/T 9704-2012
_NUMBER = lazy_pattern(
    rf"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{{0,18}} ?{_YEAR} ?第? ?\d{{1,5}} ?号|"
    rf"[\u4e00-\u9fff]{{2,20}}(?:令|公告) ?(?:{_YEAR}|\d{{4}} ?年)? ?第 ?\d{{1,5}} ?号|"
    r"(?:第 ?\d{1,5} ?号[令公告]+)|"
    r"[A-Z]{2,3}\d{0,2}(?:/T)? ?\d{2,6}(?:\.\d{1,3})? ?[-—]{1,2} ?\d{4}"
)
_OPEN = re.compile(r" ?\( ?")
_DEFINED = re.compile(
    r"(?:以下|下)(?:均|统一)?简称(?:为|:)? ?"
    r"(?:[“《\"](?P<marked>[^“”《》\"\n]{2,20})[”》\"]|(?P<bare>[\u4e00-\u9fff]{2,12})[),])"
)
_JOINT = re.compile(r" ?\)?(?: ?[(,;] ?)?")
_STATE = "中华人民共和国"
_MARKS = re.compile("[《》\n]")
_SHORT = "(?:{title-attributes})*+{short-titles}"


class _Meaning(NamedTuple):
    """The document that a title denotes, with the rule and grade of the inference."""

    resolved: str | None
    rule: str = "book-title-marks"
    grade: Grade = "exact"


def find_citations(
    norm: str, start: int, end: int, words: Words, *, own_title: str | None
) -> tuple[list[CitationMention], list[Finding]]:
    """Return the citations in reading order, and a finding for each short form that cannot be resolved.

    Args:
        norm: Normalised text.
        start: Offset at which to start.
        end: Offset at which to stop.
        words: Word classes: kinds of documents.
        own_title: Title of the document or plan itself, which resolves to `self`.
    """
    spans = list(_spans(norm, start, end))
    titles = [title_of(norm, s) for s in spans]
    out, findings = [], []
    for span, title, meant in zip(
        spans, titles, _meanings(norm, spans, _Names(titles, own_title, words), titles), strict=True
    ):
        number = _number_behind(norm, span.end)
        if meant.resolved is None and number is None:
            findings.append(Finding(code="unresolved-citation", severity="info", span=span, detail=(("text", title),)))
        out.append(
            CitationMention(
                span=span,
                title=title,
                number=key_text(norm[number.start : number.end]) if number else None,
                number_span=number,
                kind=kind_of_title(title, words),
                resolved=meant.resolved,
                rule=meant.rule,
                grade=meant.grade,
            )
        )
    return out, findings


def _spans(norm: str, start: int, end: int) -> Iterator[Span]:
    depth, opened = 0, start
    for m in _MARKS.finditer(norm, start, end):
        i, c = m.start(), m[0]
        if c == "《":
            if not depth:
                opened = i
            depth += 1
        elif c == "》" and depth:
            depth -= 1
            if not depth and 1 < i - opened <= MAX_TITLE:
                yield Span(opened, i + 1)
        elif c == "\n" and depth and norm[i : i + 2] == "\n\n":
            depth = 0


def title_of(norm: str, span: Span) -> str:
    """Return the text between the marks, with wrapped lines joined."""
    first, *wrapped = norm[span.start + 1 : span.end - 1].split("\n")
    return first + "".join(line.strip() for line in wrapped)


def number_of(text: str) -> str | None:
    """Return a document number in normal form; None if the text is not a document number.

    Example:
        >>> number_of("岭政发[2024] 9号"), number_of("第三章")
        ('岭政发〔2024〕9号', None)
    """
    return key_text(text) if _NUMBER.fullmatch(text) else None


def _number_behind(norm: str, end: int) -> Span | None:
    """Return the span of the document number in brackets after a title."""
    opened = _OPEN.match(norm, end)
    number = _NUMBER.match(norm, opened.end(), min(opened.end() + MAX_BEHIND, len(norm))) if opened else None
    return Span(*number.span()) if number else None


def _definition(norm: str, end: int) -> str | None:
    """Return the short form defined after a title, in brackets or after a comma: (…号,以下简称《纲要》)."""
    number = _number_behind(norm, end)
    at = number.end if number else end
    joint = _JOINT.match(norm, at, min(at + MAX_BEHIND, len(norm)))
    found = _DEFINED.match(norm, joint.end()) if joint else None
    return (found["marked"] or found["bare"]) if found else None


def _meanings(norm: str, spans: Sequence[Span], names: _Names, titles: Sequence[str]) -> Iterator[_Meaning]:
    """Yield what each citation denotes, in reading order."""
    for span, title in zip(spans, titles, strict=True):
        yield names.meaning(title)
        names.add(title, _definition(norm, span.end))


class _Names:
    """The titles cited so far, by full and by short form."""

    def __init__(self, titles: Sequence[str], own: str | None, words: Words) -> None:
        self._own = key_text(own) if own else None
        self._first: dict[str, str] = {}
        for title in titles:
            self._first.setdefault(key_text(title), title)
        self._words = {t for t in titles if words[_SHORT].fullmatch(t)}
        self._lengths = sorted({len(word) for word in self._words})
        self._defined: dict[str, str] = {}
        self._ending: dict[str, dict[str, str]] = {}

    def add(self, title: str, short: str | None) -> None:
        """Record a citation and the short form that the text gives it."""
        meant = self._same(title)
        if short:
            self._defined[short] = self._defined.get(title, meant)
        bare = bare_title(title)
        for length in self._lengths:
            if length < len(bare) and bare[-length:] in self._words:
                self._ending.setdefault(bare[-length:], {})[key_text(meant)] = meant

    def meaning(self, title: str) -> _Meaning:
        """Resolve a title against the titles cited before it."""
        if self._own and key_text(title) == self._own:
            return _Meaning("self")
        if title in self._defined:
            return _Meaning(self._defined[title], "defined-short-title", "rule")
        if title not in self._words:
            return _Meaning(self._same(title))
        meant = list(self._ending.get(title, {}).values())
        return _Meaning(meant[0], "only-such-title", "context") if len(meant) == 1 else _Meaning(None)

    def _same(self, title: str) -> str:
        """Return one title for all mentions of a document: a law keeps 中华人民共和国 if any mention has it."""
        key = key_text(title)
        return self._first.get(key_text(_STATE) + key) or self._first.get(key, title)

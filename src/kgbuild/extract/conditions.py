"""Exceptions and conditions in sentences that set a time or a target: 除海岛外,6月底前完成; 有条件的县达到80%.

The time and the target are stated as written, the exception is no part of them; a finding says so, so that nobody who
reads the value alone takes it for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.model import Finding, Span
from kgbuild.text import trim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words

_ENDS = "。;!?\n"
_REACH = 200
"""Characters before and behind a time or target in which its sentence is looked for."""
_LIMITING = (
    r"(?:{exception-openers})[^,。;:()\n]{1,30}?(?:{exception-ends})"
    r"|(?:(?<=[,。;:(\n])|^)[^,。;:()\n]{2,24}(?:{exception-tails})"
    r"|{hedges}|(?:{conditions-met})的[\u4e00-\u9fff]{1,8}?(?=[,。;:()、\d]|{policy-verbs}|$)"
)


def find_conditions(norm: str, told: Sequence[Span], words: Words) -> Iterator[Finding]:
    """Yield a finding for each exception or condition in the sentence of a time or target.

    Args:
        norm: Normalised text.
        told: Where times and targets are stated.
        words: Word classes.
    """
    sentences = dict.fromkeys(_sentence(norm, span) for span in sorted(told))
    for sentence in sentences:
        for m in words[_LIMITING].finditer(norm, sentence.start, sentence.end):
            span = trim(norm, *m.span())
            text = norm[span.start : span.end]
            yield Finding(code="exception-or-condition", severity="info", span=span, detail=(("text", text),))


def _sentence(norm: str, span: Span) -> Span:
    near, far = max(0, span.start - _REACH), min(len(norm), span.end + _REACH)
    start = max(norm.rfind(mark, near, span.start) for mark in _ENDS) + 1
    stops = [at for mark in _ENDS if (at := norm.find(mark, span.end, far)) >= 0]
    return Span(start or near, min(stops, default=far))

"""Explanations as text for terminals, as JSON and as Turtle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.graph.turtle import write_turtle
from kgbuild.terms import gplan, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.model import Triple
    from kgbuild.proof.explain import Explanation
    from kgbuild.proof.places import SourcePlace

_ORIGIN = {
    "en": {
        "text": "from the text",
        "vocabulary": "from the vocabularies",
        "structure": "from the numbering and order of the text",
        "run": "from the run",
        "inferred": "inferred",
    },
    "zh": {
        "text": "出自原文",
        "vocabulary": "出自词表",
        "structure": "出自原文的编号与次序",
        "run": "出自构建过程",
        "inferred": "推理得到",
    },
}
_LABELS = {
    "en": {"rule": "rule", "grade": "grade", "restored": "restored", "step": "step"},
    "zh": {"rule": "规则", "grade": "可信度", "restored": "还原为", "step": "步骤"},
}
HIGHLIGHT = ("\x1b[7m", "\x1b[0m")


class TermLabels:
    """Terms in words: labels from the graph, otherwise prefixed names."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def term(self, term: str) -> str:
        """Return the lexical form of a literal, or the name of a node with its label."""
        if not term.startswith("<"):
            return f"“{terms.lexical(term)}”" if term.startswith('"') else term
        name = terms.curie(terms.bare(term))
        label = self._labels.get(term)
        return f"{label} ({name})" if label else name


def render_text(found: Iterable[Explanation], words: TermLabels, *, lang: str = "en", colour: bool = False) -> str:
    """Render explanations: statement, sentence with the quote marked, rule; steps indented below."""
    return "\n".join("\n".join(_entry(e, words, lang, colour=colour)) for e in found) + "\n"


def _entry(e: Explanation, words: TermLabels, lang: str, *, colour: bool, depth: int = 0) -> Iterator[str]:
    pad = "   " * depth
    s, p, o = e.statement
    labels = _LABELS[lang]
    yield f"{pad}{words.term(s)}  {terms.curie(terms.bare(p))}  {words.term(o)}"
    about = [_ORIGIN[lang][e.origin]]
    about += [f"{labels['step']} {e.rule}: {e.axiom}"] if e.axiom else []
    about += [f"{labels['rule']} {e.rule}"] if e.rule and not e.axiom else []
    about += [f"{labels['grade']} {e.grade}"] if e.grade else []
    about += [f"{labels['restored']} “{e.restored}”"] if e.restored else []
    yield f"{pad}   {'; '.join(about)}"
    for place in e.places:
        yield f"{pad}   {_place(place, lang, colour=colour)}"
    for premise in e.premises:
        yield from _entry(premise, words, lang, colour=colour, depth=depth + 1)


def _place(place: SourcePlace, lang: str, *, colour: bool) -> str:
    start, end = HIGHLIGHT if colour else ("【", "】")
    if place.line is None:
        return f"[{place.start}-{place.end}] {start}{place.quote}{end}"
    at, until = place.start - place.sentence_start, place.end - place.sentence_start
    text = place.sentence
    marked = text[:at] + start + text[at:until] + end + text[until:]
    where = place.in_file.shown(lang) if place.in_file else f"{place.line}:{place.column}"
    return f"{where} {' '.join(marked.split())}"


def to_json(found: Iterable[Explanation]) -> str:
    """Return explanations as a JSON list; offsets count code points of the read text, lines and columns from 1."""
    return json.dumps([_record(e) for e in found], ensure_ascii=False, indent=1) + "\n"


def _record(e: Explanation) -> dict[str, Any]:
    out: dict[str, Any] = {"statement": list(e.statement), "origin": e.origin}
    out |= {k: v for k in ("rule", "axiom", "grade", "restored") if (v := getattr(e, k))}
    if e.places:
        out["places"] = [_place_record(p) for p in e.places]
    if e.premises:
        out["premises"] = [_record(p) for p in e.premises]
    return out


def _place_record(p: SourcePlace) -> dict[str, Any]:
    out: dict[str, Any] = {"span": p.span, "text": p.text, "start": p.start, "end": p.end, "quote": p.quote}
    if p.line is not None:
        out |= {"line": p.line, "column": p.column, "sentence": p.sentence}
    if p.in_file is not None:
        out["place"] = p.in_file.record()
    return out


def to_turtle(found: Iterable[Explanation], *, base: str) -> str:
    """Return the statements with premises and evidence as a graph; the steps appear only in text and JSON."""
    triples: set[Triple] = set()
    for e in found:
        _collect(e, triples)
    return write_turtle(triples, base=base, header="statements, what they rest on, and their evidence")


def _collect(e: Explanation, triples: set[Triple]) -> None:
    triples.add(e.statement)
    for place in e.places:
        span = terms.iri(place.span)
        triples.add((span, terms.TYPE, gplan("SourceSpan")))
        triples.add((span, gplan("inSource"), terms.iri(place.text)))
        triples.add((span, gplan("startOffset"), terms.integer(place.start)))
        triples.add((span, gplan("endOffset"), terms.integer(place.end)))
        triples.add((span, gplan("exactText"), literal(place.quote)))
    for premise in e.premises:
        _collect(premise, triples)

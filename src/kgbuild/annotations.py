"""Annotations → the JSON object of `extract.schema.json`, as printed by `kgbuild extract`.

Takes linked annotations. Guarantees: the result conforms to the published schema; offsets refer to the read text;
entries of `actions` and `unassigned_items` correspond one to one to the actions of the graph.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from kgbuild.extract.topics import find_topics
from kgbuild.link.document import identity
from kgbuild.model import CONFIDENCE
from kgbuild.model.layers import LAYERS
from kgbuild.text.reading import Reading
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import (
        Action,
        Annotations,
        BodyMention,
        Document,
        Finding,
        IndicatorMention,
        MeasureMention,
        NamedMention,
        PageField,
        Party,
        PopulationMention,
        Span,
        Unit,
    )
    from kgbuild.model.layers import Layer

Json = dict[str, Any]
SCHEMA_VERSION = "2.1"


class _Texts:
    """Slices of one document, as found and with certain corrections applied."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.document.source.text

    def span(self, span: Span, **more: object) -> Json:
        """Return a span with its surface, its normalised form where that differs, and further keys."""
        out: Json = {"start": span.start, "end": span.end, "surface": self.text[span.start : span.end]}
        normal = self.reading.restored(span)
        if normal != out["surface"]:
            out["normalised"] = normal
        return out | {k: v for k, v in more.items() if v is not None}

    def place(self, span: Span) -> Json:
        """Return a span without its surface."""
        return {"start": span.start, "end": span.end}


def topics_of(found: Annotations, lexicon: Lexicon) -> list[Json]:
    """Return the layer `topics`: keywords of each action by falling weight."""
    t = _Texts(Reading(document=found.document, corrections=found.corrections))
    return [
        t.span(topic.span, action=found.document.units[action.unit].path, concept=topic.concept, weight=topic.weight)
        for action in found.actions
        for topic in find_topics(t.reading.passage(action.text), lexicon)
    ]


def to_json(found: Annotations, lexicon: Lexicon) -> Json:
    """Return the annotations of a document as one JSON object."""
    doc, t = found.document, _Texts(Reading(document=found.document, corrections=found.corrections))
    parties = dict(found.parties)
    many = len(doc.plans) > 1
    ordinals = sorted(a.ordinal for a in found.actions if a.statement)
    return {
        "schema_version": SCHEMA_VERSION,
        "file": doc.source.name,
        "sha256": doc.source.sha256,
        "length": len(doc.source.text),
        "document": _document(t, found, lexicon),
        "sections": [_section(t, u, many=many) for u in doc.units if u.title is not None],
        "actions": [_action(t, a, found, parties, ordinals, many=many) for a in found.actions if a.statement],
        "unassigned_items": [_item(t, a, found, lexicon, many=many) for a in found.actions if not a.statement],
        "citations": [
            t.span(
                c.span,
                title=c.title,
                number=c.number,
                number_span=t.place(c.number_span) if c.number_span else None,
                kind=c.kind,
                resolved=c.resolved,
                rule=c.rule,
            )
            for c in found.citations
        ],
        "indicators": [
            _indicator(t, i, found.actions[a] if a is not None else None, found) for i, a in found.indicators
        ],
        "corruptions": [
            t.place(c.span)
            | {
                "surface": t.text[c.span.start : c.span.end],
                "original": c.original,
                "certainty": c.certainty,
                "rule": c.rule,
            }
            for c in found.corrections
        ],
        "findings": [_finding(t, f, lexicon) for f in found.findings],
    }


def _page_field(t: _Texts, doc: Document, field: PageField) -> Json:
    place = doc.source.place_at(field.value.start)
    return t.span(
        field.value,
        key=field.key,
        label=t.text[field.label.start : field.label.end],
        place=place.record() if place is not None else None,
    )


def _document(t: _Texts, found: Annotations, lexicon: Lexicon) -> Json:
    doc, header = found.document, found.document.header
    first = doc.plans[0] if doc.plans else None
    division = lexicon.division(found.context.division) if found.context.division else None
    out: Json = {
        "title": t.span(header.title) if header.title else None,
        "document_number": t.span(header.number.span) if header.number else None,
        "issuers": [t.span(s, canonical=p.canonical, kind=p.kind) for s, p in found.issuers],
        "addressee": t.span(header.addressee) if header.addressee else None,
        "signed_date": t.span(header.signed.span, iso=header.signed.iso) if header.signed else None,
        "publication_date": t.span(header.published.span, iso=header.published.iso) if header.published else None,
        "plan_title": t.span(first.title) if first and first.title else None,
        "plan_span": t.place(first.span) if first else None,
        "region": {"name": division.name, "code": division.code} if division else None,
        "period": _period(first.period) if first else None,
    }
    if doc.page_fields:
        out["x_page_fields"] = [_page_field(t, doc, f) for f in doc.page_fields]
    if len(doc.plans) > 1:
        out["plans"] = [
            {"title": t.span(p.title) if p.title else None, "span": t.place(p.span), "period": _period(p.period)}
            for p in doc.plans
        ]
    return out


def _period(period: tuple[str, str] | None) -> Json | None:
    return {"from": period[0], "to": period[1]} if period else None


def _section(t: _Texts, unit: Unit, *, many: bool) -> Json:
    from kgbuild.model import Span

    title = unit.title or unit.own
    return {
        "path": unit.path,
        "label": unit.label or None,
        **({"plan": unit.plan} if many and unit.plan else {}),
        "level": unit.level,
        "heading": t.span(Span(unit.mark.start, title.end)),
        "title": t.span(title),
        "run_in": unit.run_in,
        "span": t.place(unit.span),
        "rule": "heading",
        **({"x_introduction": t.place(intro)} if (intro := introduction(t.text, unit)) else {}),
    }


def _common(t: _Texts, action: Action, found: Annotations, *, many: bool) -> Json:
    unit = found.document.units[action.unit]
    layers = {layer.json: [_entry(t, layer, m) for m in layer.of(action)] for layer in LAYERS.values() if layer.json}
    return {
        "path": unit.path,
        "label": unit.label or None,
        **({"plan": unit.plan} if many and unit.plan else {}),
        "span": t.place(action.whole),
        "text": t.place(action.text),
        "populations": layers.pop("populations"),
        "populations_inherited": [_inherited(t, p, via) for p, via in action.inherited],
        **layers,
    }


def _action(
    t: _Texts,
    action: Action,
    found: Annotations,
    parties: dict[BodyMention, Party],
    ordinals: Sequence[int],
    *,
    many: bool,
) -> Json:
    statement = action.statement
    if statement is None:
        return {}
    bodies = [(b, parties[b]) for b in statement.bodies]
    return _common(t, action, found, many=many) | {
        "part": action.part,
        "ordinal": 1 + bisect_left(ordinals, action.ordinal),
        "responsibility_span": t.span(statement.span),
        "statement_type": statement.type,
        "bodies": [_body(t, b, p, _first(bodies[:i], p)) for i, (b, p) in enumerate(bodies)],
        "fields": [t.span(f.span, key=f.key, iso=f.iso) for f in statement.fields],
        "open_list": statement.open_list,
        "rule": statement.rule,
    }


def _first(before: Sequence[tuple[BodyMention, Party]], party: Party) -> int | None:
    return next((i for i, (_, p) in enumerate(before, 1) if identity(p) == identity(party)), None)


def _body(t: _Texts, body: BodyMention, party: Party, first: int | None) -> Json:
    return t.span(body.span) | {
        "canonical": party.canonical,
        "kind": party.kind,
        "role": body.role,
        "role_span": t.place(body.role_basis) if body.role_basis else None,
        "collective": party.collective,
        "duplicate_of": first,
        "rule": body.rule,
        "confidence": float(CONFIDENCE[party.grade]),
        "x_iri": party.iri,
        "x_method": party.method,
        "x_candidates": list(party.candidates),
    }


def _item(t: _Texts, action: Action, found: Annotations, lexicon: Lexicon, *, many: bool) -> Json:
    return _common(t, action, found, many=many) | {"rule": "numbered-item"}


def _population(t: _Texts, p: PopulationMention) -> Json:
    return t.span(p.span, concept=p.concept, role=p.role, rule=p.rule, confidence=float(CONFIDENCE[p.grade]))


def _inherited(t: _Texts, p: PopulationMention, via: str) -> Json:
    return t.span(p.span, concept=p.concept, via=via, rule=p.rule)


def _named(t: _Texts, n: NamedMention) -> Json:
    return t.span(n.span, canonical=n.name, type=n.type, rule=n.rule, confidence=float(CONFIDENCE[n.grade]))


def _measure(t: _Texts, m: MeasureMention) -> Json:
    more = {"role": m.role, "leading_verbs": [t.span(v) for v in m.verbs], "force": m.force, "rule": m.rule}
    return t.span(m.span) | more


def _entry(t: _Texts, layer: Layer, mention: Any) -> Json:  # noqa: ANN401 - a mention of any layer has span and rule
    if layer.name in _ENTRIES:
        return _ENTRIES[layer.name](t, mention)
    return t.span(mention.span, **{name: getattr(mention, name) for name in layer.values}, rule=mention.rule)


_ENTRIES: dict[str, Callable[[_Texts, Any], Json]] = {
    "targeting": _population,
    "initiative": _named,
    "measure": _measure,
}
"""How the entries of a layer are written that have more than span, plain values and rule."""


def _indicator(t: _Texts, i: IndicatorMention, action: Action | None, found: Annotations) -> Json:
    return t.span(i.span) | {
        "action": found.document.units[action.unit].path if action else None,
        "name": i.name,
        "value": float(i.value),
        "value_max": float(i.value_max) if i.value_max is not None else None,
        "unit": i.unit,
        "direction": i.direction,
        "deadline": i.deadline,
        "approximate": i.approximate,
        "baseline": float(i.baseline) if i.baseline is not None else None,
        **({"x_baseline_date": i.baseline_date} if i.baseline_date else {}),
        **({"x_status": i.status} if i.status else {}),
        "rule": i.rule,
    }


def _finding(t: _Texts, f: Finding, lexicon: Lexicon) -> Json:
    return {
        "code": f.code,
        "severity": f.severity,
        **({"span": t.span(f.span)} if f.span and len(f.span) else {}),
        "message": {lang: lexicon.message(f, lang) for lang in ("zh", "en")},
        "likely": f.likely,
    }

"""All names of one document → parties: first the context of the document, then each mention in it.

Pure. A name that may denote two bodies is left open and reported; nothing is merged silently.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.link import document_context, resolve
from kgbuild.link.context import contexts_of_issuers, nearest
from kgbuild.link.decisions import decided_party, lost
from kgbuild.link.entries import official_names
from kgbuild.model import Annotations, BodyMention, Correction, Document, Finding, Head, LinkContext, Party, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.extract import Extraction
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Header, PlanPart, Statement
    from kgbuild.text.decisions import Decisions
    from kgbuild.text.reading import Reading

HEAD = 20_000
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_YEAR_OF_TEXT = re.compile(r"(?<!\d)(20\d\d) ?年")
_CITED_YEAR = re.compile(r"〔 ?((?:19|20)\d\d) ?〕")
_Linked = tuple[BodyMention, Party]


def link_document(reading: Reading, found: Extraction, lexicon: Lexicon) -> Annotations:
    """Link all parties of a document, and add a finding for each doubt on which no decision exists.

    Args:
        reading: The document with corrections and decisions.
        found: Its mentions.
        lexicon: Compiled vocabularies.
    """
    doc, corrections, decisions = reading.document, reading.corrections, reading.decisions
    heads = _heads(doc, lexicon)
    own, further = heads[0], {n: head for n, head in heads.items() if n}
    contexts = {n: _contexts(doc, head, lexicon) for n, head in heads.items()}
    parties: list[_Linked] = []
    findings: list[Finding] = []
    for action in found.actions:
        if action.statement is None:
            continue
        plan = doc.units[action.unit].plan
        plan = plan if plan in further else 0
        linked, problems = _link(action.statement, heads[plan].context, contexts[plan], decisions, lexicon)
        parties += linked
        findings += problems
    return Annotations(
        document=doc,
        actions=found.actions,
        headings=found.headings,
        parties=_one_name_each(parties),
        issuers=own.issuers,
        addressee=own.addressee,
        citations=found.citations,
        indicators=found.indicators,
        corrections=corrections,
        context=own.context,
        further=further,
        findings=(
            *doc.findings,
            *found.findings,
            *findings,
            *_restored(doc, corrections),
            *(lost(d) for d in decisions.unused(reading.reviewed | {body.span for body, _ in parties})),
        ),
    )


def _link(
    statement: Statement, here: LinkContext, contexts: Sequence[LinkContext], decisions: Decisions, lexicon: Lexicon
) -> tuple[list[_Linked], list[Finding]]:
    """Link the bodies of a statement, each in the context that it or a name before it states."""
    linked: list[_Linked] = []
    findings: list[Finding] = []
    for body in statement.bodies:
        here = nearest(body.surface, here, contexts, lexicon)
        party = resolve(body.surface, here, lexicon)
        party, problem = decided_party(party, decisions.placed.get(body.span), body.span, here, lexicon)
        findings += [problem] if problem else []
        linked.append((body, party))
    for body, party in linked:
        findings += _doubts(body, party, lexicon)
    return linked, [*findings, *_twice(linked)]


def _one_name_each(parties: Sequence[_Linked]) -> tuple[_Linked, ...]:
    """Give each body one official name, the fullest that the document uses.

    市大数据管理局 and 市大数据局 in one text are the same body.
    """
    names: dict[str, dict[str, Party]] = {}
    for _, party in parties:
        if party.iri and party.canonical and party.method != "decision":
            names.setdefault(party.iri, {}).setdefault(party.canonical, party)
    fullest = {iri: found[max(found, key=lambda name: (len(name), name))] for iri, found in names.items()}
    return tuple((body, _under_one_name(party, fullest)) for body, party in parties)


def _under_one_name(party: Party, fullest: Mapping[str, Party]) -> Party:
    if party.method == "decision":
        return party
    if party.iri:
        return replace(party, canonical=fullest[party.iri].canonical) if party.iri in fullest else party
    full = fullest.get(party.candidates[0]) if len(party.candidates) == 1 and not party.collective else None
    if full is None or full.method not in ("rule", "registry"):
        return party
    note = "the document writes its name in full elsewhere"
    return replace(full, surface=party.surface, method="context", grade="context", note=note)


def _heads(doc: Document, lexicon: Lexicon) -> dict[int, Head]:
    """Return the head of the document as 0, and that of each plan of a further document of its file by its number."""
    further: dict[Header, list[int]] = {}
    for n, plan in enumerate(doc.plans, 1):
        if plan.header is not None:
            further.setdefault(plan.header, []).append(n)
    own = [plan for plan in doc.plans if plan.header is None]
    starts = [0, *(header.title.start if header.title else 0 for header in further)]
    ends = [*starts[1:], len(doc.norm)]
    parts = [(doc.header, own), *((header, [doc.plans[n - 1] for n in places]) for header, places in further.items())]
    heads = [
        _head(doc, header, plans, doc.norm[start:end], lexicon)
        for (header, plans), start, end in zip(parts, starts, ends, strict=True)
    ]
    numbers = {n: head for head, places in zip(heads[1:], further.values(), strict=True) for n in places}
    return {0: heads[0], **numbers}


def _head(doc: Document, header: Header, plans: Sequence[PlanPart], text: str, lexicon: Lexicon) -> Head:
    """Return a header with its parties linked.

    Args:
        doc: The parsed file.
        header: The header of one of its documents.
        plans: What that document is or carries.
        text: The text of that document, normalised.
        lexicon: Compiled vocabularies.
    """
    title = header.title or (plans[0].title if plans else None)
    day, is_dated = (header.signed.iso, True) if header.signed else _year_of_plan(doc.norm, header, plans, text)
    context = document_context(
        [_plain(doc, s) for s in header.issuers],
        title=_plain(doc, title) if title else None,
        number=header.number.normal if header.number else None,
        addressee=_plain(doc, header.addressee) if header.addressee else None,
        date=day,
        text_head=text[:HEAD],
        lexicon=lexicon,
        sources=[_plain(doc, s) for s in _publishers(doc, header)],
    )
    context = replace(context, is_dated=is_dated)
    return Head(
        header=header,
        issuers=tuple((s, resolve(_plain(doc, s), context, lexicon)) for s in header.issuers),
        addressee=_addressee(doc, header.addressee, context, lexicon) if header.addressee else None,
        context=context,
    )


def _publishers(doc: Document, header: Header) -> list[Span]:
    """Return whom the page around a text names as its source, and as who published it."""
    site = [header.site] if header.site else []
    return site + [f.value for f in doc.page_fields if f.key == "publisher" and header is doc.header]


def _contexts(doc: Document, head: Head, lexicon: Lexicon) -> tuple[LinkContext, ...]:
    return contexts_of_issuers(head.context, [_plain(doc, s) for s in head.header.issuers], lexicon)


def _plain(doc: Document, span: Span) -> str:
    return re.sub(r"\s", "", doc.norm[span.start : span.end])


def _year_of_plan(norm: str, header: Header, plans: Sequence[PlanPart], text: str) -> tuple[str | None, bool]:
    """Return the day by which names are read in a document without a date, and whether the year is its own.

    Its own is that of the number, the plan or the title; the last cited may be earlier, the first in the text later.
    The last day of the year, because reforms take effect within their year.
    """
    titles = [s for s in (header.title, plans[0].title if plans else None) if s]
    years = [m[0] for s in titles for m in _YEAR.finditer(norm, s.start, s.end)]
    number = [str(header.number.year)] if header.number else []
    begins = next((p.period[0] for p in plans if p.period), None)
    if begins and not number:
        return begins, True
    own = next(iter((*number, *years)), None)
    year = own or max(_CITED_YEAR.findall(text), default=None)
    year = year or next((m[1] for m in _YEAR_OF_TEXT.finditer(text)), None)
    return (f"{year}-12-31" if year else None), own is not None


def _addressee(doc: Document, span: Span, context: LinkContext, lexicon: Lexicon) -> Party:
    return resolve(doc.norm[span.start : span.end], context, lexicon)


def _doubts(body: BodyMention, party: Party, lexicon: Lexicon) -> Iterator[Finding]:
    shown = (("text", body.surface),)
    if party.method == "decision":
        return
    if party.member_count > len(party.members):
        counted = (*shown, ("count", str(party.member_count)))
        yield Finding(code="group-not-expanded", severity="info", span=body.span, detail=counted)
    if party.candidates and party.iri is None:
        names = dict.fromkeys(name for iri in party.candidates for name in official_names(iri, lexicon))
        listed = (*shown, ("candidates", "、".join(party.candidates)), ("names", "、".join(names)))
        yield Finding(code="ambiguous-body", severity="warning", span=body.span, detail=listed)
    elif party.method == "slip":
        code = f"slip-{party.slip}"
        likely = party.canonical or ""
        yield Finding(
            code=code, severity="warning", span=body.span, detail=(*shown, ("canonical", likely)), likely=likely
        )
    elif party.method == "unresolved" and not party.collective:
        yield Finding(code="unresolved-body", severity="warning", span=body.span, detail=shown)


def _twice(linked: Sequence[_Linked]) -> Iterator[Finding]:
    """A body that one list names twice."""
    seen: set[str] = set()
    for body, party in linked:
        key = identity(party)
        if key in seen:
            yield Finding(code="duplicate-body", severity="info", span=body.span, detail=(("text", body.surface),))
        seen.add(key)


def identity(party: Party) -> str:
    """Return what identifies a party within a list: its body, or the wording if the body is unknown."""
    return party.iri or party.surface


def _restored(doc: Document, corrections: Sequence[Correction]) -> Iterator[Finding]:
    for c in corrections:
        if c.rule == "decision":
            continue
        text = doc.source.text[c.span.start : c.span.end]
        sure = c.certainty in {"certain", "high"}
        detail = (("text", text), ("restored", c.original))
        yield Finding(
            code="restored-text" if sure else "doubtful-text",
            severity="info" if sure else "warning",
            span=c.span,
            detail=detail,
            likely=c.original,
        )

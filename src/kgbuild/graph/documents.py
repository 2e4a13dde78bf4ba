"""Nodes for documents: the notice, its plans, cited documents, the source text and the run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kgbuild import terms
from kgbuild.graph.parties import party_node
from kgbuild.terms import IDENTIFIER, LABEL, SUBJECT, TITLE, date, gplan, integer, literal
from kgbuild.text import trim
from kgbuild.text.lines import joined
from kgbuild.text.titles import kind_of_title

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.graph.writer import Writer
    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import (
        Annotations,
        CitationMention,
        Document,
        Head,
        Header,
        LinkContext,
        NumberMention,
        Party,
        PlanPart,
        Span,
    )

MAX_LABEL = 60
_OF_PAGE = {"index": IDENTIFIER, "topic": SUBJECT}
"""What only the table of a page says of a document, as written: 索引号 and 主题分类, whose schemes each portal has."""
_NUMBER = re.compile(r"^\S+〔(?:19|20)\d\d〕\d+号$")


class Documents(NamedTuple):
    """The document nodes of a build: `nodes[0]` is the document itself, `nodes[n]` its nth plan; so are `keys`.

    Of several plans without a notice, the first is the document itself. `notices` are the nodes of further notices, by
    the number of each plan that one carries.
    """

    nodes: tuple[str, ...]
    keys: tuple[str, ...]
    notices: Mapping[int, tuple[str, str]]

    def of_plan(self, plan: int) -> tuple[str, str]:
        """Return node and key of a plan; without a notice the document itself is the plan."""
        at = min(plan, len(self.nodes) - 1)
        return self.nodes[at], self.keys[at]


def write_documents(w: Writer, found: Annotations, lexicon: Lexicon) -> Documents:
    """Write the document, the plans that it carries, and the source text.

    Args:
        w: Collects the triples.
        found: Everything that was read in the document.
        lexicon: Compiled vocabularies.
    """
    docs = _documents(w, found.document)
    doc, nodes = found.document, docs.nodes
    _head(w, nodes[0], docs.keys[0], found.head_of(0), kind="TransmittalNotice" if doc.carried else "Plan")
    _page_fields(w, nodes[0], doc)
    for n, (node, key) in docs.notices.items():
        _head(w, node, key, found.head_of(n), kind="TransmittalNotice")
        w.add(node, "transmits", nodes[n])
    for n, plan in enumerate(doc.plans, 1):
        is_carried = doc.carried if plan.header is None else n in docs.notices
        node, key = docs.of_plan(n)
        if plan.header is not None and not is_carried:
            _head(w, node, key, found.head_of(n), kind="Plan")
        is_own = is_carried or (n > 1 and plan.header is None)
        _plan(w, node, doc, plan, lexicon.words, is_own=is_own)
        if is_carried and plan.header is None:
            w.add(nodes[0], "transmits", node)
        if is_own:
            _jurisdiction(w, node, found.head_of(n).context)
    _source_text(w, tuple(dict.fromkeys((*nodes, *(node for node, _ in docs.notices.values())))), doc)
    return docs


def _documents(w: Writer, doc: Document) -> Documents:
    """Return the nodes of a document, its plans, and the notices that carry further ones."""
    own = _key(doc, doc.header, doc.header.title, doc.source.text)
    keys = [own]
    notices: dict[int, tuple[str, str]] = {}
    for n, plan in enumerate(doc.plans, 1):
        if plan.header is not None:
            key = _key(doc, plan.header, plan.header.title, doc.source.text)
            if plan.is_carried_by_further:
                notices[n] = (w.minter.mint("document", key), key)
                key = _plan_key(doc, plan, plan.header, key)
        elif doc.carried:
            key = _plan_key(doc, plan, doc.header, own)
        elif n > 1:  # a file of several plans: the first is the document, the signature may be that of any
            key = terms.h(own, terms.key_text(_surface(doc, plan.title) or ""), str(n))
        else:
            keys.append(own)
            continue
        # if its title recurs above the plan, the notice and the plan are two documents
        taken = {*keys, *(key for _, key in notices.values())}
        keys.append(terms.h(own, key, str(len(keys))) if key in taken else key)
    return Documents(tuple(w.minter.mint("document", k) for k in keys), tuple(keys), notices)


def _key(doc: Document, header: Header, title: Span | None, text: str) -> str:
    """Return the key of a document by its number and title, or by its title and signature."""
    return terms.document_key(
        number=header.number.normal if header.number else None,
        title=_surface(doc, title),
        signature=" ".join(_surface(doc, s) or "" for s in header.issuers) or None,
        signed=header.signed.iso if header.signed else None,
        text=text,
    )


def _plan_key(doc: Document, plan: PlanPart, header: Header, own: str) -> str:
    title = _surface(doc, plan.title) or ""
    if header.number or (title and header.issuers and header.signed):
        return _key(doc, header, plan.title, "")
    return terms.h(own, terms.key_text(title))


def _surface(doc: Document, span: Span | None) -> str | None:
    """Return a title or name as found, with lines joined."""
    return joined(doc.source.text[span.start : span.end]) if span else None


def _head(w: Writer, node: str, key: str, head: Head, *, kind: str) -> None:
    """Write what the header of a document says of it."""
    header = head.header
    w.typed(node, kind)
    _title(w, node, header.title, header.number, opening=header.addressee.end if header.addressee else 0)
    if header.number:
        number = header.number
        w.add(node, "documentNumber", literal(number.normal))
        w.add(node, "issuerCode", literal(number.code))
        w.add(node, "issueYear", integer(number.year))
        w.add(node, "issueSerial", integer(number.serial))
        for name in ("documentNumber", "issuerCode", "issueYear", "issueSerial"):
            w.mention(node, name, number.span, rule="document-number", proves=name)
    if header.signed:
        w.add(node, "documentDate", date(header.signed.iso))
        w.mention(node, "documentDate", header.signed.span, rule="signed-date", proves="documentDate")
    for span, party in head.issuers:
        name = w.source.text[span.start : span.end]
        w.add(node, "issuerSignature", literal(name))
        w.mention(node, "issuerSignature", span, rule="signature", proves="issuerSignature")
        _party(w, node, "issuedBy", party_node(w, party, key, head.context), span, party)
    if header.addressee and head.addressee:
        recipient = party_node(w, head.addressee, key, head.context)
        _party(w, node, "mainRecipient", recipient, header.addressee, head.addressee)
    _jurisdiction(w, node, head.context)


def _page_fields(w: Writer, node: str, doc: Document) -> None:
    for field in doc.page_fields:
        if predicate := _OF_PAGE.get(field.key):
            w.add(node, predicate, literal(doc.source.text[field.value.start : field.value.end]))
            w.mention(node, field.key, field.value, rule="page-field", proves=predicate)


def _party(w: Writer, node: str, relation: str, party: str, span: Span, linked: Party) -> None:
    """State a relation of a document to a party, with a mention as evidence."""
    w.add(node, relation, party)
    if linked.collective or not linked.iri:
        w.evidence(party, span)
    w.mention(party, relation, span, rule=f"link/{linked.method}", grade=linked.grade, proves=relation, inside=node)


def _jurisdiction(w: Writer, node: str, context: LinkContext) -> None:
    if context.division:
        w.add(node, "jurisdiction", f"<{terms.register('division', context.division)}>")


def _title(w: Writer, node: str, span: Span | None, number: NumberMention | None, *, opening: int) -> None:
    """Write a title; a document without one is named by its number, else by the first line of its text."""
    if span and len(span):
        w.evidence(node, span)
        w.title(node, span, rule="title-line")
        return
    if number:
        w.add(node, LABEL, literal(number.normal, lang="zh"))
        w.evidence(node, number.span)
        return
    line = re.compile(r"[^\s:：][^\n\r]*")
    if first := line.search(w.source.text, opening) or line.search(w.source.text):
        w.add(node, LABEL, literal(clip(first[0]), lang="zh"))
        w.evidence(node, trim(w.source.text, *first.span()))


def clip(text: str, limit: int = MAX_LABEL) -> str:
    """Return a text on one line, truncated for a label of `limit` characters.

    Example:
        >>> clip("做好全民科学素质工作", 4)
        '做好全民…'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit] + "…"


def _plan(w: Writer, node: str, doc: Document, plan: PlanPart, words: Words, *, is_own: bool) -> None:
    """Write a plan; `is_own`: it is another node than the document."""
    if is_own:
        w.typed(node, "Plan")
        _title(w, node, plan.title, None, opening=plan.span.start)
    if place := plan.title or plan.span:  # text made of page numbers has a first line but no plan
        w.evidence(node, place)
    title = _surface(doc, plan.title if is_own else (plan.header or doc.header).title)
    _kind(w, node, kind_of_title(title or "", words), words)
    if plan.period and plan.period_span:
        w.add(node, "periodStart", date(plan.period[0]))
        w.add(node, "periodEnd", date(plan.period[1]))
        for name in ("periodStart", "periodEnd"):
            w.mention(node, name, plan.period_span, rule="period-of-title", proves=name)


def _kind(w: Writer, node: str, kind: str | None, words: Words) -> None:
    """State the kind of a document by its code."""
    if kind:
        w.add(node, "documentKind", words.concepts("document-kinds")[kind])


def _source_text(w: Writer, nodes: tuple[str, ...], doc: Document) -> None:
    source, header = doc.source, doc.header
    for node in nodes:
        w.add(node, "hasSourceText", w.text)
    w.typed(w.text, "SourceText")
    w.add(w.text, "contentSha256", literal(source.sha256))
    w.add(w.text, "fileSha256", literal(source.file_sha256))
    w.add(w.text, "contentLength", integer(len(source.text)))
    if source.page_url:
        w.add(w.text, "pageUrl", literal(source.page_url))
    if header.published:
        w.add(w.text, "webPublishedAt", date(header.published.iso))
        w.mention(w.text, "webPublishedAt", header.published.span, rule="page-stamp", proves="webPublishedAt")
    if header.site:
        w.add(w.text, "publisherAsFound", literal(source.text[header.site.start : header.site.end]))
        w.mention(w.text, "publisherAsFound", header.site, rule="page-source", proves="publisherAsFound")


def cited_node(w: Writer, c: CitationMention, words: Words) -> str:
    """Write a document known only from a citation, with the citation as evidence; return its node.

    Args:
        w: Collects the triples.
        c: The citation; its title and number identify the document.
        words: Word classes, for the code of its kind.
    """
    node = w.minter.mint("document", terms.cited_key(title=c.title, number=c.number))
    w.typed(node, "OfficialDocument")
    w.evidence(node, c.span)
    w.add(node, TITLE, literal(c.title, lang="zh"))
    w.add(node, LABEL, literal(c.title, lang="zh"))
    w.mention(node, "title", c.span, rule=c.rule, grade=c.grade, proves=TITLE)
    if c.number and c.number_span:
        # the number of a standard, or one with a garbled year, is not a 发文字号
        predicate = gplan("documentNumber") if _NUMBER.match(c.number) else IDENTIFIER
        w.add(node, predicate, literal(c.number))
        w.mention(node, "documentNumber", c.number_span, rule="document-number", proves=predicate)
    _kind(w, node, c.kind, words)
    return node

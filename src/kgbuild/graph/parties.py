"""Nodes for bodies, groups of bodies and initiatives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.link.entries import BODY, entry
from kgbuild.terms import ALT, PREF, TYPE, code, date, gplan, literal

if TYPE_CHECKING:
    from collections.abc import Set

    from kgbuild.graph.triples import Triples
    from kgbuild.graph.writer import Writer
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import LinkContext, NamedMention, Party, Triple

_POINTERS = frozenset(gplan(name) for name in ("unitOf", "succeededBy", "hasMemberBody"))
_REGISTER = f"<{BODY}"
_BODY = gplan("Body")
_BLANK = re.compile(r"\s+(?=[^!-~])|(?<=[^!-~])\s+")


def party_node(w: Writer, party: Party, document_key: str, context: LinkContext) -> str:
    """Write a party and return its node.

    A registered body has its register IRI; a collective belongs to its document; an unknown name gets a body of its
    own, labelled with the wording and keyed by wording and division.

    Args:
        w: Collects the triples.
        party: The party.
        document_key: Key of the document that names it.
        context: What the document says about itself.
    """
    is_registered = party.iri is not None and not party.collective
    known = (party, None if is_registered else (document_key, context.division))
    node = w.parties.get(known)
    if node is None:
        node = w.parties[known] = _party(w, party, document_key, context)
    return node


def _party(w: Writer, party: Party, document_key: str, context: LinkContext) -> str:
    if party.collective:
        return _group(w, party, document_key)
    if party.iri is not None:
        return _registered(w, party)
    key = terms.h(terms.key_text(party.surface), context.division or "")
    node = w.minter.mint("body", key, (terms.key_text(party.surface), context.division or ""))
    w.typed(node, "Body")
    w.coded(node, "partyKind", "party", party.kind)
    w.add(node, PREF, literal(party.canonical or party.surface, lang="zh"))
    w.coded(node, "registrationStatus", "status", "unregistered")
    return node


def _registered(w: Writer, party: Party) -> str:
    node = f"<{party.iri}>"
    w.typed(node, "Body")
    # only a document above it calls a government local; the body itself is the same for all documents
    w.coded(node, "partyKind", "party", "government" if party.kind == "local_government" else party.kind)
    w.coded(node, "registrationStatus", "status", "registered")
    if party.canonical:
        w.add(node, PREF, literal(party.canonical, lang="zh"))
    if party.label_en:
        w.add(node, PREF, literal(party.label_en, lang="en"))
    for alias in party.aliases:
        if alias != party.canonical:
            w.add(node, ALT, literal(alias, lang="zh"))
    if party.division:
        w.add(node, "inDivision", f"<{terms.register('division', party.division)}>")
    if party.parent:
        w.add(node, "unitOf", f"<{party.parent}>")
    if party.valid_from:
        w.add(node, "validFrom", date(party.valid_from))
    if party.valid_until:
        w.add(node, "validUntil", date(party.valid_until))
    for heir in party.succeeded_by:
        w.add(node, "succeededBy", f"<{heir}>")
    return node


def described(triples: Triples, objects: Set[str], lexicon: Lexicon) -> set[Triple]:
    """Return what the register states about the bodies in a graph: names, kind, division.

    These statements belong to the slice of the vocabularies, because they do not come from the document.

    Args:
        triples: The graph.
        objects: The objects in it that the vocabularies may describe.
        lexicon: Compiled vocabularies.
    """
    found: set[Triple] = set()
    bodies = {o for o in objects if o.startswith(_REGISTER) and (o, TYPE, _BODY) not in triples}
    # A body that the document names is described by it: mostly there are no others.
    pointers = [triples.columns[p].objects for p in _POINTERS if p in triples.columns]
    for node in bodies & set().union(*pointers) if bodies else ():
        party = entry(node[1:-1], lexicon)
        if party is None:
            continue
        found |= {
            (node, TYPE, _BODY),
            (node, gplan("partyKind"), code("party-" + party.kind.replace("_", "-"))),
            (node, gplan("registrationStatus"), code("status-registered")),
            (node, gplan("inDivision"), f"<{terms.register('division', party.division or '')}>"),
            (node, PREF, literal(party.canonical or party.surface, lang="zh")),
        }
        if party.label_en:
            found.add((node, PREF, literal(party.label_en, lang="en")))
    return found


def _group(w: Writer, party: Party, document_key: str) -> str:
    wording = terms.key_text(party.surface)
    node = w.minter.mint("group", f"{document_key}.{terms.h(wording)}", (wording,))
    w.typed(node, "BodyGroup")
    w.coded(node, "partyKind", "party", party.kind)
    w.add(node, PREF, literal(party.surface, lang="zh"))
    if party.division:
        w.add(node, "groupScope", f"<{terms.register('division', party.division)}>")
    if party.members and party.basis:
        w.add(node, "membershipBasis", literal(party.basis))
        w.add(node, "hasMemberBody", *(f"<{member}>" for member in party.members))
    return node


def initiative_node(w: Writer, named: NamedMention, context: LinkContext) -> str:
    """Write an unregistered initiative and return its node.

    A name of a campaign in one year and of a platform in the next (“云岭开讲”活动, “云岭开讲”等平台) is that of two
    things: nothing tells that they are one, and an initiative has one type in all documents together.

    Args:
        w: Collects the triples.
        named: Its mention.
        context: What the document says about itself; names are told apart by division and type.
    """
    identity = (terms.key_text(named.name), context.division or "", named.type)
    node = w.minter.mint("initiative", terms.h(*identity), identity)
    w.typed(node, "Initiative")
    # 12345 热线 and 12345热线 have one key, so they have one name; between Latin words a blank is wording.
    w.add(node, PREF, literal(_BLANK.sub("", named.name), lang="zh"))
    w.coded(node, "initiativeType", "type", named.type)
    w.coded(node, "registrationStatus", "status", "unregistered")
    return node

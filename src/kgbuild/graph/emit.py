"""Annotations → triples of the asserted graph and of the vocabulary slice.

Guarantees: there are no blank nodes; every statement taken from the text has evidence; nothing that the reasoner infers
is asserted. ontology/README.md describes the profile.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from kgbuild import terms
from kgbuild.graph.documents import Documents, cited_node, clip, write_documents
from kgbuild.graph.measures import write_measures
from kgbuild.graph.parties import described, initiative_node, party_node
from kgbuild.graph.triples import Integers, Triples, in_order, triples_of
from kgbuild.graph.writer import Writer
from kgbuild.model.layers import LAYERS
from kgbuild.terms import COMMENT, LABEL, date, integer, literal
from kgbuild.text.intervals import Intervals
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.graph.triples import Column, Open
    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import (
        Action,
        Annotations,
        BodyMention,
        CitationMention,
        Finding,
        IndicatorMention,
        NamedMention,
        Party,
        PopulationMention,
        Unit,
    )

_COMPARATOR = {
    ">=": "at-least",
    "<=": "at-most",
    "=": "equal",
    "increase_by": "increase-by",
    "decrease_by": "decrease-by",
}
ALWAYS_USED = frozenset(terms.GPLANV + c for c in ("role-lead", "role-cooperating"))
"""Codes that the axioms mention, so every graph needs them."""
TRUE = f'"true"^^<{terms.XSD}boolean>'


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs of one document."""

    asserted: Triples
    vocabulary: Triples

    def __repr__(self) -> str:
        """Return their sizes."""
        return f"<Graphs of {len(self.asserted)} asserted statements, {len(self.vocabulary)} of vocabularies>"


class Run(NamedTuple):
    """What produced the graph. It identifies the run, so nothing in it may depend on machine or time.

    Attributes:
        version: Version of the tool.
        settings: Digest of the settings.
        vocabularies: Digest of the vocabularies.
        decisions: Digest of the reviewers' decisions, '' if there are none.
    """

    version: str
    settings: str
    vocabularies: str
    decisions: str = ""


def emit(found: Annotations, lexicon: Lexicon, run: Run, base: str) -> Graphs:
    """Build the asserted graph of a document and the slice of the vocabularies that it uses.

    Args:
        found: Everything that was read in the document.
        lexicon: Compiled vocabularies.
        run: What produces the graph.
        base: Base IRI of the instances.
    """
    asserted = in_order(*_written(found, lexicon, run, base))
    own = f"<{base}"

    def is_register(o: str) -> bool:
        # Codes added by a user have IRIs of their own.
        return o.startswith(terms.REGISTERS) or (not o.startswith(own) and o in lexicon.nodes)

    objects = (set(column.objects) for column in asserted.columns.values() if not isinstance(column.objects, Integers))
    used = {o for some in objects for o in some if o[0] == "<" and is_register(o)}
    bodies = described(asserted, used, lexicon)
    used.update(o for _, _, o in bodies if o[0] == "<" and is_register(o))
    return Graphs(asserted, triples_of(lexicon.slice({o[1:-1] for o in used} | ALWAYS_USED) | bodies))


def _written(found: Annotations, lexicon: Lexicon, run: Run, base: str) -> tuple[dict[str, Open], dict[str, Column]]:
    """Return all that is stated, in the order in which it is written, and what is in order already.

    The tables of the writer end here: putting a large graph in order needs their memory.
    """
    w = Writer(base, found.document.source, found.corrections)
    docs = write_documents(w, found, lexicon)
    _run(w, run)
    sections = _sections(w, found, docs)
    nodes = _actions(w, found, docs, sections)
    _citations(w, found, docs, nodes, lexicon.words)
    _indicators(w, found, docs, nodes)
    _corrections(w, found)
    placeless = Counter(f.code for f in dict.fromkeys(f for f in found.findings if f.span is None))
    for finding in found.findings:
        _finding(w, finding, lexicon, is_one=placeless[finding.code] < 2)
    return w.written()


def _run(w: Writer, run: Run) -> None:
    source = w.source
    key = terms.h(run.version, run.settings, run.vocabularies, run.decisions, source.reader, source.key)
    node = w.minter.mint("run", key)
    w.typed(node, "ExtractionRun")
    w.add(w.text, "generatedBy", node)
    w.add(node, "toolVersion", literal(run.version))
    w.add(node, "readerName", literal(source.reader))
    w.add(node, "configDigest", literal(run.settings))
    w.add(node, "vocabularyDigest", literal(run.vocabularies))


# -- sections and actions ---------------------------------------------------------------------------------------
def _steps(unit: Unit) -> str:
    return ".".join(unit.steps)


def _sections(w: Writer, found: Annotations, docs: Documents) -> dict[int, str]:
    """Write the titled units; return their nodes by index of the unit."""
    doc = found.document
    nodes: dict[int, str] = {}
    for index, unit in enumerate(doc.units):
        if unit.title is None:
            continue
        owner, key = docs.of_plan(unit.plan)
        node = nodes[index] = w.minter.mint("section", f"{key}.{_steps(unit)}", (unit.path, str(unit.mark.start)))
        w.typed(node, "Section")
        w.add(node, "itemPath", literal(unit.path))
        w.add(node, "sectionLevel", integer(unit.level))
        w.add(node, "sectionOrder", integer(len(nodes)))
        w.evidence(node, unit.title, *([intro] if (intro := introduction(doc.norm, unit)) else []))
        w.title(node, unit.title, rule="heading", label=f"{unit.path} ")
        if len(unit.mark):  # table rows without a number column have no printed number
            w.add(node, "sectionLabel", literal(unit.label))
            w.mention(node, "sectionLabel", unit.mark, rule="numbering", proves="sectionLabel")
        above = _section_above(found, nodes, unit.parent)
        w.add(node, *(("parentSection", above) if above else ("sectionOf", owner)))
    for index, mention in found.headings:
        if index in nodes:
            concept = f"<{terms.register('population', mention.concept)}>"
            w.add(nodes[index], "headingPopulation", concept)
            m = w.mention(
                concept,
                "headingPopulation",
                mention.span,
                rule=mention.rule,
                grade=mention.grade,
                proves="headingPopulation",
                inside=nodes[index],
            )
            w.coded(m, "mentionRole", "mention", mention.role)
    return nodes


def _section_above(found: Annotations, nodes: dict[int, str], at: int | None) -> str | None:
    while at is not None:
        if at in nodes:
            return nodes[at]
        at = found.document.units[at].parent
    return None


def _actions(w: Writer, found: Annotations, docs: Documents, sections: dict[int, str]) -> list[str]:
    """Write the actions with what is said of each; return their nodes in the same order."""
    parts, stated = Counter[int](), Counter[int]()
    for action in found.actions:
        parts[action.unit] += 1
        stated[action.unit] += action.statement is not None
    linked = iter(found.parties)  # in the order of the actions and of the bodies in their statements
    nodes = []
    for action in found.actions:
        part = _part(action, stated[action.unit])
        node = _action(w, action, found, docs, part=part)
        if parts[action.unit] > 1:
            w.add(node, "itemPart", integer(action.part))
        if section := _section_above(found, sections, action.unit):
            w.add(node, "inSection", section)
        parties = dict(islice(linked, len(action.statement.bodies) if action.statement else 0))
        _assignments(w, action, node, found, parties, docs)
        _fields(w, action, node, found)
        _layers(w, action, node, found, part=part)
        nodes.append(node)
    return nodes


def _action(w: Writer, action: Action, found: Annotations, docs: Documents, *, part: str) -> str:
    unit = found.document.units[action.unit]
    owner, key = docs.of_plan(unit.plan)
    node = w.minter.mint("action", f"{key}.{_steps(unit)}{part}", (unit.path, str(action.text.start)))
    w.typed(node, "Action")
    w.add(node, LABEL, literal(clip(f"{unit.path} {w.restored(action.text)}", 40), lang="zh"))
    w.add(node, "itemPath", literal(unit.path))
    w.add(node, "itemOrder", integer(action.ordinal))
    w.add(node, "actionOf", owner)
    w.evidence(node, action.text if len(action.text) else action.whole)
    if unit.label and len(unit.mark):
        w.add(node, "itemLabel", literal(unit.label))
        w.mention(node, "itemLabel", unit.mark, rule="numbering", proves="itemLabel")
    return node


def _part(action: Action, n_stated: int) -> str:
    """Distinguish the actions of one unit; each kind is counted separately so that none renumbers brackets.

    Args:
        action: The action.
        n_stated: Number of statements of its unit; what they leave over comes after them.
    """
    if action.statement is None and n_stated:
        return f".t{action.part - n_stated}"
    if action.statement and action.statement.type == "clause":
        return f".k{action.part}"
    return f".p{action.part}" if action.part > 1 else ""


def _statement(w: Writer, found: Annotations, layer: str, start: int | str, *, of: tuple[Action, str]) -> str:
    """Write the statement of a layer about an action, given with its node; return the node of the statement."""
    action, node = of
    kind, steps = LAYERS[layer], _steps(found.document.units[action.unit])
    statement = w.minter.mint("statement", f"{w.source.key}.{steps}.{kind.letter}{start}")
    w.typed(statement, kind.cls)
    w.add(node, kind.link, statement)
    return statement


def _layers(w: Writer, action: Action, node: str, found: Annotations, *, part: str) -> None:
    """Write the layers of an action; a layer without properties of its own has evidence, rule and grade."""
    for layer in LAYERS.values():
        if layer.name == "measure":
            write_measures(w, action, node)
            continue
        for mention in layer.of(action):
            if layer.name == "targeting":
                _population(w, action, node, found, mention)
                continue
            # The time of a heading is of each part of the item below it; what an action says itself is of it alone.
            start = f"{mention.span.start}{'' if action.text.covers(mention.span) else part}"
            statement = _statement(w, found, layer.name, start, of=(action, node))
            w.evidence(statement, mention.span)
            w.provenance(statement, mention.rule, mention.grade)
            if layer.name == "initiative":
                _initiative(w, statement, mention, found)
            elif layer.name == "limit" and mention.iso:
                w.add(statement, "deadline", date(mention.iso))


# -- statements -------------------------------------------------------------------------------------------------
def _assignments(
    w: Writer,
    action: Action,
    node: str,
    found: Annotations,
    parties: dict[BodyMention, Party],
    docs: Documents,
) -> None:
    """Write one assignment for each body; a body named twice in a list has one with two pieces of evidence."""
    if action.statement is None:
        return
    plan = found.document.units[action.unit].plan
    key, context = docs.of_plan(plan)[1], found.head_of(plan).context
    written: dict[str, str] = {}
    for position, body in enumerate(action.statement.bodies, 1):
        party = parties[body]
        assignee = party_node(w, party, key, context)
        if assignee in written:
            w.evidence(written[assignee], body.span)
            continue
        statement = written[assignee] = _statement(w, found, "assignment", body.span.start, of=(action, node))
        if body.role == "lead":
            w.add(node, "hasLeadAssignment", statement)
        elif body.role == "cooperating":
            w.add(node, "hasCooperatingAssignment", statement)
        w.add(statement, "assignee", assignee)
        w.coded(statement, "role", "role", body.role)
        w.coded(statement, "linkMethod", "method", party.method)
        w.add(statement, "listPosition", integer(position))
        w.evidence(statement, body.span)
        w.provenance(statement, f"{action.statement.rule}/{body.rule}", party.grade)
        if body.role_basis:
            w.add(statement, "roleBasis", w.span(body.role_basis))
        if party.collective or not party.iri:
            w.evidence(assignee, body.span)  # its name is the wording itself
        if body.surface != found.document.source.text[body.span.start : body.span.end]:
            m = w.mention(assignee, "body", body.span, rule=body.rule, grade=party.grade, inside=node)
            w.add(m, "normalizedText", literal(body.surface))
    if action.statement.open_list:
        w.add(node, "openList", TRUE)
        w.mention(node, "openList", action.statement.span, rule=action.statement.rule, proves="openList")


def _fields(w: Writer, action: Action, node: str, found: Annotations) -> None:
    for f in action.statement.fields if action.statement else ():
        statement = _statement(w, found, "field", f.span.start, of=(action, node))
        w.coded(statement, "fieldKind", "field", f.key)
        w.evidence(statement, f.span)
        w.provenance(statement, "bracket-field", "rule")
        if f.iso:
            w.add(statement, "deadline", date(f.iso))


def _population(w: Writer, action: Action, node: str, found: Annotations, p: PopulationMention) -> None:
    concept = f"<{terms.register('population', p.concept)}>"
    m = w.mention(concept, "population", p.span, rule=p.rule, grade=p.grade, inside=node)
    w.coded(m, "mentionRole", "mention", p.role)
    if p.role == "target":
        statement = _statement(w, found, "targeting", p.span.start, of=(action, node))
        w.add(statement, "targetedPopulation", concept)
        w.evidence(statement, p.span)
        w.provenance(statement, p.rule, p.grade)


def _initiative(w: Writer, statement: str, n: NamedMention, found: Annotations) -> None:
    initiative = initiative_node(w, n, found.context)
    w.add(statement, "usedInitiative", initiative)
    w.evidence(initiative, n.span)  # its name is the wording itself


def _citations(w: Writer, found: Annotations, docs: Documents, nodes: list[str], words: Words) -> None:
    """Write the citations of actions, plans and the notice, without those that only the surrounding page contains."""
    own = {terms.key_text(t): n for t, n in _titles(found, docs)}
    full = {c.title: c for c in reversed(found.citations)}
    wordings: dict[str, str] = {}
    texts = Intervals([a.text for a in found.actions] if found.citations else [])
    for c in found.citations:
        at = texts.covering(c.span)
        subject = nodes[at] if at is not None else _owner(found, docs, c)
        if subject is None:
            continue
        if at is not None:
            statement = _statement(w, found, "citation", c.span.start, of=(found.actions[at], subject))
        else:
            statement = w.minter.mint("statement", f"{w.source.key}.{LAYERS['citation'].letter}{c.span.start}")
            w.typed(statement, "Citation")
            w.add(subject, "hasDocumentCitation", statement)
        w.evidence(statement, c.span)
        w.provenance(statement, c.rule, c.grade)
        meant = own.get(terms.key_text(c.title)) or _cited(w, c, full, wordings, docs, words)
        if meant:
            w.add(statement, "citedDocument", meant)


def _titles(found: Annotations, docs: Documents) -> list[tuple[str, str]]:
    doc = found.document
    spans = [doc.header.title, *(p.title for p in doc.plans)]
    numbers = [0, *range(1, len(doc.plans) + 1)]
    titled = [(s, docs.nodes[0] if n == 0 else docs.of_plan(n)[0]) for s, n in zip(spans, numbers, strict=True)]
    titled += [(found.further[n].header.title, node) for n, (node, _) in docs.notices.items()]
    return [(doc.norm[s.start : s.end], node) for s, node in titled if s]


def _owner(found: Annotations, docs: Documents, c: CitationMention) -> str | None:
    doc = found.document
    for n, plan in enumerate(doc.plans, 1):
        if plan.span.covers(c.span):
            return docs.of_plan(n)[0]
    if doc.carried and doc.header.title and doc.header.title.start <= c.span.start < doc.plans[0].span.start:
        return docs.nodes[0]
    for n, (node, _) in docs.notices.items():
        title = found.further[n].header.title
        if title and title.start <= c.span.start < doc.plans[n - 1].span.start:
            return node
    return None


def _cited(
    w: Writer,
    c: CitationMention,
    full: Mapping[str, CitationMention],
    wordings: dict[str, str],
    docs: Documents,
    words: Words,
) -> str | None:
    """Return the cited document; a short form denotes the document that an earlier citation names in full."""
    if c.resolved == "self":
        return docs.nodes[0]
    if c.resolved is None and c.number is None:
        return None
    named = full.get(c.resolved or "", c) if c.number is None else c
    # One document has one title: that of its first citation, though a line break may have swallowed a blank in another.
    title = wordings.setdefault(terms.cited_key(title=named.title, number=named.number), named.title)
    node = cited_node(w, replace(named, title=title), words)
    w.evidence(node, c.span)
    return node


def _indicators(w: Writer, found: Annotations, docs: Documents, nodes: list[str]) -> None:
    doc = found.document
    for ind, at in found.indicators:
        place = f"{ind.value_span.start}" + (f".{ind.part}" if ind.part > 1 else "")
        if at is not None:
            statement = _statement(w, found, "indicator", place, of=(found.actions[at], nodes[at]))
        else:
            plan = next((n for n, p in enumerate(doc.plans, 1) if p.span.covers(ind.span)), 1)
            statement = w.minter.mint("statement", f"{w.source.key}.{LAYERS['indicator'].letter}{place}")
            w.typed(statement, "IndicatorTarget")
            w.add(docs.of_plan(plan)[0], "hasIndicatorTarget", statement)
        _indicator(w, statement, ind)


def _indicator(w: Writer, statement: str, ind: IndicatorMention) -> None:
    if ind.name:
        w.add(statement, "indicatorName", literal(ind.name))
        w.mention(statement, "indicatorName", ind.name_span or ind.span, rule=ind.rule, proves="indicatorName")
    w.add(statement, "targetValue", terms.decimal(ind.value))
    if ind.value_max is not None:
        w.add(statement, "targetValueMax", terms.decimal(ind.value_max))
        w.mention(statement, "targetValueMax", ind.value_span, rule=ind.rule, proves="targetValueMax")
    if ind.baseline is not None and ind.baseline_span:
        w.add(statement, "baselineValue", terms.decimal(ind.baseline))
        w.mention(statement, "baselineValue", ind.baseline_span, rule=ind.rule, proves="baselineValue")
    if ind.baseline_date and ind.baseline_date_span:
        w.add(statement, "baselineDate", date(ind.baseline_date))
        w.mention(statement, "baselineDate", ind.baseline_date_span, rule=ind.rule, proves="baselineDate")
    if ind.status and ind.status_span:
        w.coded(statement, "targetStatus", "target", ind.status)
        w.mention(statement, "targetStatus", ind.status_span, rule=ind.rule, proves="targetStatus")
    w.add(statement, "unitText", literal(ind.unit))
    w.coded(statement, "comparator", "comparator", _COMPARATOR[ind.direction])
    if ind.approximate:
        w.add(statement, "approximate", TRUE)
    w.evidence(statement, ind.span)
    w.provenance(statement, ind.rule, ind.grade)
    w.mention(statement, "targetValue", ind.value_span, rule=ind.rule, proves="targetValue")
    w.mention(statement, "unitText", ind.unit_span, rule=ind.rule, proves="unitText")
    if ind.deadline and ind.deadline_span:
        w.add(statement, "deadline", date(ind.deadline))
        w.mention(statement, "deadline", ind.deadline_span, rule="deadline-phrase", proves="deadline")


def _corrections(w: Writer, found: Annotations) -> None:
    for c in found.corrections:
        node = w.minter.mint("correction", f"{w.source.key}.{c.span.start}-{c.span.end}")
        w.typed(node, "TextCorrection")
        w.evidence(node, c.span)
        w.add(node, "correctedForm", literal(c.original))
        w.coded(node, "certainty", "certainty", c.certainty)
        w.add(node, "extractionRule", literal(c.rule))


def _finding(w: Writer, finding: Finding, lexicon: Lexicon, *, is_one: bool) -> None:
    """Write a finding; those without a place are told apart by what they say, where a code has several."""
    place = f".{finding.span.start}-{finding.span.end}" if finding.span else ""
    if not (place or is_one):
        place = f".{terms.h(*(part for pair in finding.detail for part in pair))}"
    node = w.minter.mint("finding", f"{w.source.key}.{finding.code}{place}")
    w.typed(node, "Finding")
    w.coded(node, "findingCode", "finding", finding.code)
    w.coded(node, "severity", "severity", finding.severity)
    for lang in ("zh", "en"):
        w.add(node, COMMENT, literal(lexicon.message(finding, lang), lang=lang))
    if finding.span:
        w.evidence(node, finding.span)
    if finding.likely:
        w.add(node, "likely", literal(finding.likely))

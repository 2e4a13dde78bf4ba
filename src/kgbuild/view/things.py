"""The data of the page about one thing: a document, an action, a body, a population, an initiative, a division.

What makes up a page and its labels is described in `kgbuild.view.pages`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.queries.values import iri_term
from kgbuild.store import Iri, text_of
from kgbuild.view.pages import KINDS, batches
from kgbuild.view.wording import flat

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.store import Value
    from kgbuild.view.pages import Page, Pages

MOST = 200
"""Rows per list on the page of a thing; further rows are counted."""


def _passage(node: str, text: str) -> str:
    """Return the pattern that binds the words and the place of a node, if it has evidence.

    The engine answers an OPTIONAL of several patterns for the whole store and then joins; nested ones it looks up for
    each node, which on 25 plans takes 2 ms in place of 150.

    Args:
        node: Variable of the node.
        text: Variable for the words.
    """
    inner = f"OPTIONAL {{ ?e gplan:exactText ?{text} }} OPTIONAL {{ ?e gplan:startOffset ?start }}"
    return f"OPTIONAL {{ ?{node} gplan:evidence ?e . {inner} }}"


def page_of(pages: Pages, iri: str) -> Page | None:
    """Return the page about an IRI; None if no triple contains it.

    Args:
        pages: The store and the language.
        iri: The IRI.

    Raises:
        UsageError: it is not a valid IRI.
    """
    term = iri_term(iri)
    types = {str(t) for (t,) in pages.rows(f"SELECT DISTINCT ?t {{ {term} a ?t }}")}
    kind = next((k for k in KINDS if f"{terms.GPLAN}{k}" in types), "")
    things = _Things(pages)
    page: Page = {"kind": "thing", "iri": Iri(iri), "types": sorted(map(Iri, types)), **things.statements(term)}
    if not page["statements"] and not page["pointers"]:
        return None
    page |= _MAKERS.get(kind, _Things.evidence)(things, term)
    page["title"] = pages.labels([iri])[iri]
    return pages.finished(page)


class _Things:
    """What a store says about a node, by its class; nodes are spelled as in SPARQL.

    Args:
        pages: The store and the language.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def _other_name(self, term: str, name: str) -> str:
        """Return the pattern that binds the name of a node in the language that its title is not in."""
        own = f'{term} skos:prefLabel ?own FILTER(LANG(?own) = "{self._pages.lang}")'
        return f'{term} skos:prefLabel ?{name} FILTER(LANG(?{name}) != "{self._pages.lang}") FILTER EXISTS {{ {own} }}'

    def statements(self, term: str) -> Page:
        """Return the triples that the node is the subject or the object of."""
        own = self._pages.rows(f"SELECT DISTINCT ?p ?o (LANG(?o) AS ?l) {{ {term} ?p ?o }} ORDER BY ?p ?o LIMIT {MOST}")
        back = self._pages.rows(f"SELECT DISTINCT ?p ?s {{ ?s ?p {term} }} ORDER BY ?p ?s LIMIT {MOST}")
        if not own and not back:  # a property, which occurs only as a predicate
            back = self._pages.rows(f"SELECT ?p ?s {{ BIND({term} AS ?p) ?s ?p ?o }} LIMIT {MOST}")
        return {
            "statements": [{"property": p, "value": _plain(o), "lang": lang or None} for p, o, lang in own],
            "pointers": [{"property": p, "subject": s} for p, s in back],
        }

    def evidence(self, term: str) -> Page:
        """Return the source text and the offset that a section, a statement or a span leads to."""
        rows = self._pages.rows(f"""
            SELECT ?t ?start {{ {{ BIND({term} AS ?e) }} UNION {{ {term} gplan:evidence ?e }}
              ?e gplan:inSource ?t ; gplan:startOffset ?start }} ORDER BY ?start LIMIT 1""")
        return {"source": rows[0][0], "start": rows[0][1]} if rows else {}

    def document(self, term: str) -> Page:
        """Return the parts of the page of a document."""
        carrier = self._pages.one(f"SELECT ?n {{ ?n gplan:transmits {term} }}")
        head = terms.iri(str(carrier)) if carrier else term
        actions = self._actions(f"?a gplan:actionOf {term} .")
        by = {a["iri"]: a for a in actions}
        pairs = Counter(
            (b["iri"], p) for a in actions for b in a["bodies"] for p in dict.fromkeys(a["populations"])
        )  # fmt: skip
        people = Counter(p for a in actions for p in dict.fromkeys(a["populations"]))
        load = Counter(b for a in actions for b in dict.fromkeys(b["iri"] for b in a["bodies"]))
        lead = Counter(
            b["iri"] for a in actions for b in a["bodies"] if str(b["role"]).endswith("role-lead")
        )  # fmt: skip
        columns = [p for p, _ in people.most_common(12)]
        rows = [b for b, _ in load.most_common(40) if any((b, p) in pairs for p in columns)]
        coverage = {
            "actions": len(actions),
            "withBody": sum(bool(a["bodies"]) for a in actions),
            "withPopulation": sum(bool(a["populations"]) for a in actions),
            "withDeadline": sum(bool(a["deadlines"]) for a in actions),
        }
        indicators = self._indicators(f"{{ ?of gplan:actionOf {term} }} UNION {{ BIND({term} AS ?of) }}")
        when = [{"day": d["day"], "quote": d["quote"], "action": a["iri"]} for a in actions for d in a["deadlines"]] + [
            {"day": i["deadline"], "quote": i["quote"], "action": i["of"]} for i in indicators if i["deadline"]
        ]
        return {
            "kind": "document",
            "card": self._card(head, term),
            "outline": self._outline(term, actions),
            "coverage": coverage,
            "bodies": [{"iri": b, "actions": n, "lead": lead[b]} for b, n in load.most_common()],
            "matrix": {"columns": columns, "rows": [[b, *(pairs[b, p] for p in columns)] for b in rows]},
            "timeline": sorted(when, key=lambda w: w["day"] or ""),
            "indicators": indicators,
            "initiatives": self._used(f"?a gplan:actionOf {term} ."),
            "citations": self._citations(term),
            "cited_by": self._cited_by(term),
            "findings": self._findings(head),
            "paths": {iri: a["path"] for iri, a in by.items()},
        }

    def _card(self, head: str, term: str) -> list[dict[str, Any]]:
        """Return the metadata of a document as (key of a label, values); `head` is the notice that issues it."""
        rows = self._pages.rows(f"""
            SELECT ?name ?v {{
              {{ {head} gplan:documentNumber ?v BIND("number" AS ?name) }}
              UNION {{ {head} gplan:issuedBy ?v BIND("issuer" AS ?name) }}
              UNION {{ {head} gplan:issuerSignature ?v FILTER NOT EXISTS {{ {head} gplan:issuedBy ?b }}
                       BIND("issuer" AS ?name) }}
              UNION {{ {head} gplan:mainRecipient ?v BIND("recipient" AS ?name) }}
              UNION {{ {head} gplan:documentDate ?v BIND("date" AS ?name) }}
              UNION {{ {head} gplan:jurisdiction ?v BIND("place" AS ?name) }}
              UNION {{ {term} gplan:documentKind ?v BIND("documentKind" AS ?name) }}
              UNION {{ {term} gplan:periodStart ?v BIND("from" AS ?name) }}
              UNION {{ {term} gplan:periodEnd ?v BIND("until" AS ?name) }}
              UNION {{ ?notice gplan:transmits {term} BIND(?notice AS ?v) BIND("notice" AS ?name) }}
              UNION {{ {term} gplan:transmits ?v BIND("carries" AS ?name) }}
              UNION {{ {term} gplan:addresses ?v BIND("populations" AS ?name)
                       FILTER NOT EXISTS {{ ?n skos:broader ?v . {term} gplan:addresses ?n }} }}
              UNION {{ {head} gplan:hasSourceText ?v BIND("source" AS ?name) }}
            }}""")
        order = ("number", "issuer", "recipient", "date", "documentKind", "place", "from", "until", "notice", "carries",
                 "populations", "source")  # fmt: skip
        values: dict[str, list[Value]] = {}
        for name, value in rows:
            if value not in values.setdefault(str(name), []):
                values[str(name)].append(value)
        return [{"name": n, "values": sorted(map(_plain, values[n]), key=str)} for n in order if n in values]

    def _outline(self, term: str, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = self._pages.rows(f"""
            SELECT ?s ?label ?title ?level ?start {{
              ?s gplan:withinDocument {term} ; gplan:sectionLevel ?level ; dcterms:title ?title ;
                 gplan:evidence/gplan:startOffset ?start .
              OPTIONAL {{ ?s gplan:sectionLabel ?label }}
            }}""")
        found: list[dict[str, Any]] = [
            {"section": s, "label": label, "title": title, "level": level, "start": start}
            for s, label, title, level, start in rows
        ]
        above: list[int] = []
        for entry in sorted(found, key=lambda entry: entry["start"] or 0):
            while above and above[-1] >= entry["level"]:
                above.pop()
            above.append(entry["level"])
            entry["rank"] = len(above)  # depth as displayed, without levels that the document skips
        both = [*found, *({"action": a, "start": a["start"]} for a in actions)]
        return sorted(both, key=lambda entry: (entry["start"] or 0, "action" in entry))

    def _actions(self, pattern: str, *, most: int = 5_000) -> list[dict[str, Any]]:
        """Return the actions that a pattern binds to ?a, in order, with bodies, populations and deadlines."""
        rows = self._pages.rows(f"""
            SELECT ?a ?path ?label ?order ?of ?text ?start {{
              {pattern}
              ?a a gplan:Action ; gplan:itemPath ?path ; gplan:actionOf ?of .
              OPTIONAL {{ ?a gplan:itemOrder ?order }} OPTIONAL {{ ?a gplan:itemLabel ?label }}
              {_passage("a", "text")}
            }} ORDER BY ?of ?order ?start ?a LIMIT {most}""")
        found: dict[str, dict[str, Any]] = {}
        for a, path, label, order, of, text, start in rows:
            new = {"iri": a, "path": path, "label": label, "order": order, "of": of, "text": text, "start": start}
            found.setdefault(str(a), {**new, "bodies": [], "populations": [], "deadlines": []})
        for block in batches(found):
            for a, body, role, _, quote in self._pages.rows(f"""
                SELECT ?a ?b ?role ?start ?quote {{
                  VALUES ?a {{ {block} }} ?a gplan:hasAssignment ?s . ?s gplan:assignee ?b ; gplan:role ?role .
                  {_passage("s", "quote")}
                }} ORDER BY ?start ?b"""):
                bodies = found[str(a)]["bodies"]
                if all((b["iri"], b["role"]) != (body, role) for b in bodies):
                    bodies.append({"iri": body, "role": role, "quote": quote})
            for a, p in self._pages.rows(f"""
                SELECT DISTINCT ?a ?p {{ VALUES ?a {{ {block} }} ?a gplan:hasTargeting/gplan:targetedPopulation ?p }}
                ORDER BY ?p"""):
                found[str(a)]["populations"].append(p)
            for a, day, quote in self._pages.rows(f"""
                SELECT ?a ?day ?quote {{ VALUES ?a {{ {block} }} ?a gplan:hasBracketField|gplan:hasTimeLimit ?f .
                  ?f gplan:deadline ?day ; gplan:evidence/gplan:exactText ?quote }} ORDER BY ?day ?quote"""):
                found[str(a)]["deadlines"].append({"day": text_of(day), "quote": quote})
        return list(found.values())

    def _indicators(self, pattern: str) -> list[dict[str, Any]]:
        rows = self._pages.rows(f"""
            SELECT DISTINCT ?of ?name ?comparator ?value ?most ?unit ?about ?day ?from ?since ?status ?quote ?start {{
              {pattern} ?of gplan:hasIndicatorTarget ?i . ?i gplan:targetValue ?value ; gplan:evidence ?e .
              ?e gplan:exactText ?quote ; gplan:startOffset ?start .
              OPTIONAL {{ ?i gplan:indicatorName ?name }} OPTIONAL {{ ?i gplan:comparator ?comparator }}
              OPTIONAL {{ ?i gplan:targetValueMax ?most }} OPTIONAL {{ ?i gplan:unitText ?unit }}
              OPTIONAL {{ ?i gplan:approximate ?about }} OPTIONAL {{ ?i gplan:deadline ?day }}
              OPTIONAL {{ ?i gplan:baselineValue ?from }} OPTIONAL {{ ?i gplan:baselineDate ?since }}
              OPTIONAL {{ ?i gplan:targetStatus ?status }}
            }} ORDER BY ?start""")
        names = ("of", "name", "comparator", "value", "most", "unit", "about", "deadline", "baseline", "baseline_date",
                 "status", "quote", "start")  # fmt: skip
        return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]

    def _used(self, pattern: str) -> list[dict[str, Any]]:
        rows = self._pages.rows(f"""
            SELECT ?i ?type (COUNT(DISTINCT ?a) AS ?n) {{
              {pattern} ?a gplan:hasInitiativeUse/gplan:usedInitiative ?i . OPTIONAL {{ ?i gplan:initiativeType ?type }}
            }} GROUP BY ?i ?type ORDER BY DESC(?n) ?i""")
        return [{"iri": i, "type": kind, "actions": n} for i, kind, n in rows]

    def _citations(self, term: str) -> list[dict[str, Any]]:
        rows = self._pages.rows(f"""
            SELECT DISTINCT ?cited ?quote ?a ?start {{
              {{ {term} gplan:hasDocumentCitation ?c }} UNION {{ ?a gplan:actionOf {term} ; gplan:hasCitation ?c }}
              ?c gplan:evidence ?e . ?e gplan:exactText ?quote ; gplan:startOffset ?start .
              OPTIONAL {{ ?c gplan:citedDocument ?cited }}
            }} ORDER BY ?start""")
        return [{"cited": cited, "quote": quote, "action": a} for cited, quote, a, _ in rows]

    def _cited_by(self, term: str) -> list[Value]:
        return [d for (d,) in self._pages.rows(f"""
            SELECT DISTINCT ?d {{
              ?c gplan:citedDocument {term} .
              {{ ?d gplan:hasDocumentCitation ?c }} UNION {{ ?a gplan:hasCitation ?c ; gplan:actionOf ?d }}
            }} ORDER BY ?d LIMIT {MOST}""")]  # fmt: skip

    def _findings(self, head: str) -> list[dict[str, Any]]:
        rows = self._pages.rows(f"""
            SELECT DISTINCT ?f ?severity ?message ?quote ?start {{
              {head} gplan:hasSourceText ?t . ?f a gplan:Finding ; gplan:derivedFromText ?t ; gplan:severity ?severity ;
                rdfs:comment ?message . FILTER(LANG(?message) = "{self._pages.lang}")
              {_passage("f", "quote")}
            }} ORDER BY ?start ?f""")
        return [{"severity": s, "message": m, "quote": q, "start": at} for _, s, m, q, at in rows]

    def action(self, term: str) -> Page:
        """Return the parts of the page of an action."""
        (action,) = self._actions(f"BIND({term} AS ?a)")[:1] or ({},)
        sections = self._pages.rows(f"""
            SELECT DISTINCT ?s ?label ?title ?start {{ {term} gplan:withinSection ?s . ?s dcterms:title ?title ;
              gplan:evidence/gplan:startOffset ?start . OPTIONAL {{ ?s gplan:sectionLabel ?label }}
            }} ORDER BY ?start""")
        people = self._pages.rows(f"""
            SELECT DISTINCT ?p ?quote ?basis {{
              {{ {term} gplan:hasTargeting ?s . ?s gplan:targetedPopulation ?p ; gplan:evidence/gplan:exactText ?quote
                 BIND("printed" AS ?basis) }}
              UNION {{ {term} gplan:contextTargets ?p BIND("heading" AS ?basis) }}
            }} ORDER BY DESC(?basis) ?p""")
        cited = self._pages.rows(f"""
            SELECT DISTINCT ?cited ?quote {{ {term} gplan:hasCitation ?c . ?c gplan:evidence/gplan:exactText ?quote .
              OPTIONAL {{ ?c gplan:citedDocument ?cited }} }} ORDER BY ?quote""")
        return {
            "kind": "action",
            "action": action,
            "sections": [{"iri": s, "label": label, "title": title} for s, label, title, _ in sections],
            "bodies": self._assigned(term),
            "populations": [{"iri": p, "quote": quote, "basis": basis} for p, quote, basis in people],
            "measures": self._measures(term),
            "fields": self._fields(term),
            "indicators": self._indicators(f"BIND({term} AS ?of)"),
            "initiatives": self._used(f"BIND({term} AS ?a)"),
            "citations": [{"cited": c, "quote": quote, "action": None} for c, quote in cited],
            "source": self._pages.one(f"SELECT ?t {{ {term} gplan:evidence/gplan:inSource ?t }}"),
        }

    def _assigned(self, term: str) -> list[dict[str, Any]]:
        """Return the bodies of an action in the order of the text, with role, wording and how each was found."""
        rows = self._pages.rows(f"""
            SELECT DISTINCT ?b ?role ?kind ?quote ?rule ?confidence ?method ?start {{
              {term} gplan:hasAssignment ?s . ?s gplan:assignee ?b ; gplan:role ?role ; gplan:evidence ?e .
              ?e gplan:exactText ?quote ; gplan:startOffset ?start .
              OPTIONAL {{ ?b gplan:partyKind ?kind }} OPTIONAL {{ ?s gplan:extractionRule ?rule }}
              OPTIONAL {{ ?s gplan:confidence ?confidence }} OPTIONAL {{ ?s gplan:linkMethod ?method }}
            }} ORDER BY ?start""")
        names = ("iri", "role", "kind", "quote", "rule", "confidence", "method", "start")
        return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]

    def _measures(self, term: str) -> list[dict[str, Any]]:
        """Return the measures of an action in the order of the text, with all verbs of one wording together."""
        rows = self._pages.rows(f"""
            SELECT DISTINCT ?role ?verb ?quote ?start {{
              {term} gplan:hasMeasure ?m . ?m gplan:evidence ?e ; gplan:measureRole ?role .
              ?e gplan:exactText ?quote ; gplan:startOffset ?start . OPTIONAL {{ ?m gplan:policyVerb ?verb }}
            }} ORDER BY ?start ?role ?quote ?verb""")
        verbs: dict[tuple[Value, Value, Value], list[str]] = {}
        for role, verb, quote, start in rows:
            verbs.setdefault((role, quote, start), []).extend([str(verb)] if verb else [])
        return [
            {"role": role, "verbs": "、".join(own) or None, "quote": quote} for (role, quote, _), own in verbs.items()
        ]

    def _fields(self, term: str) -> list[dict[str, Any]]:
        """Return the fields of the bracket of an action, and its deadlines in running text."""
        rows = self._pages.rows(f"""
            SELECT DISTINCT ?kind ?day ?quote {{ {term} gplan:hasBracketField|gplan:hasTimeLimit ?f .
              ?f gplan:evidence/gplan:exactText ?quote . OPTIONAL {{ ?f gplan:deadline ?day }}
              OPTIONAL {{ ?f gplan:fieldKind ?stated }} BIND(COALESCE(?stated, gplanv:field-deadline) AS ?kind)
            }} ORDER BY ?quote""")
        return [{"kind": kind, "day": text_of(day), "quote": quote} for kind, day, quote in rows]

    def body(self, term: str) -> Page:
        """Return the parts of the page of a body or a group of bodies."""
        facts = self._pages.rows(f"""
            SELECT DISTINCT ?name ?v {{
              {{ {term} gplan:partyKind ?v BIND("partyKind" AS ?name) }}
              UNION {{ {term} gplan:inDivision ?v BIND("place" AS ?name) }}
              UNION {{ {term} gplan:groupScope ?v BIND("place" AS ?name) }}
              UNION {{ {term} gplan:unitOf ?v BIND("superior" AS ?name) }}
              UNION {{ ?v gplan:unitOf {term} BIND("units" AS ?name) }}
              UNION {{ {term} gplan:succeededBy ?v BIND("successor" AS ?name) }}
              UNION {{ ?v gplan:succeededBy {term} BIND("predecessor" AS ?name) }}
              UNION {{ {term} gplan:validFrom ?v BIND("from" AS ?name) }}
              UNION {{ {term} gplan:validUntil ?v BIND("until" AS ?name) }}
              UNION {{ {term} gplan:hasMemberBody ?v BIND("members" AS ?name) }}
              UNION {{ {term} skos:altLabel ?v BIND("alsoCalled" AS ?name) }}
              UNION {{ {self._other_name(term, "v")} BIND("alsoCalled" AS ?name) }}
              UNION {{ {term} gplan:registrationStatus ?v BIND("status" AS ?name) }}
            }} ORDER BY ?name ?v""")
        order = ("alsoCalled", "partyKind", "place", "from", "until", "superior", "units", "predecessor", "successor",
                 "members", "status")  # fmt: skip
        values: dict[str, list[Value]] = {}
        for name, value in facts:
            values.setdefault(str(name), []).append(_plain(value))
        actions = self._actions(f"?s gplan:assignee {term} . ?a gplan:hasAssignment ?s .")
        mine = terms.bare(term)
        for a in actions:
            a["roles"] = list(dict.fromkeys(b["role"] for b in a["bodies"] if b["iri"] == mine))
        partners = Counter(b["iri"] for a in actions for b in _once(a["bodies"]) if b["iri"] != mine)
        people = Counter(p for a in actions for p in a["populations"])
        names = Counter(flat(b["quote"]) for a in actions for b in a["bodies"] if b["iri"] == mine and b["quote"])
        return {
            "kind": "body",
            "card": [{"name": n, "values": values[n]} for n in order if n in values],
            "roles": dict(Counter(role for a in actions for role in a["roles"])),
            "plans": _by_plan(actions),
            "partners": [{"iri": b, "actions": n} for b, n in self._groups_together(partners).most_common(30)],
            "populations": [{"iri": p, "actions": n} for p, n in people.most_common(30)],
            "names": [{"quote": q, "times": n} for q, n in names.most_common(30)],
            "years": self._by_year(actions),
            "actions": len(actions),
        }

    def _groups_together(self, counted: Counter[Value]) -> Counter[Value]:
        """Add up groups of one name: each document has its own node for 各区政府, and a reader one word for them."""
        labels = self._pages.labels(node for node in counted if "/group/" in str(node))
        first: dict[str, Value] = {}
        out: Counter[Value] = Counter()
        for node, n in counted.most_common():
            out[first.setdefault(labels.get(str(node), str(node)), node)] += n
        return out

    def _by_year(self, actions: list[dict[str, Any]]) -> Page:
        """Count actions by year of their plan and by role; an action with two roles counts once in the total."""
        years: dict[Value, str] = {}
        for block in batches(dict.fromkeys(str(a["of"]) for a in actions)):
            for plan, printed, own, carried in self._pages.rows(f"""
                SELECT ?p ?printed ?own ?carried {{ VALUES ?p {{ {block} }} OPTIONAL {{ ?p gplan:issueYear ?printed }}
                  OPTIONAL {{ ?p gplan:documentDate ?own }}
                  OPTIONAL {{ ?n gplan:transmits ?p ; gplan:documentDate ?carried }} }}"""):
                years.setdefault(plan, str(printed or own or carried or "")[:4])
        roles = list(dict.fromkeys(role for a in actions for role in a["roles"]))
        counted: dict[str, Counter[Value]] = {}
        for a in actions:
            counted.setdefault(years.get(a["of"], ""), Counter()).update([None, *a["roles"]])
        rows = [[year, n[None], *(n[role] for role in roles)] for year, n in sorted(counted.items(), reverse=True)]
        return {"columns": roles, "rows": rows}

    def population(self, term: str) -> Page:
        """Return the parts of the page of a population."""

        def nodes(query: str) -> list[Value]:
            return [row[0] for row in self._pages.rows(query)]

        above: list[Value] = []
        at = term
        while len(above) < 12:
            parent = self._pages.one(f"SELECT ?p {{ {at} skos:broader ?p }} ORDER BY ?p")
            if parent is None or parent in above:
                break
            above.insert(0, parent)
            at = terms.iri(str(parent))
        narrower = nodes(f"SELECT DISTINCT ?p {{ ?p skos:broader+ {term} }} ORDER BY ?p")
        own = " ".join([term, *(terms.iri(str(p)) for p in narrower)])
        actions = self._actions(f"""{{ SELECT DISTINCT ?a {{
            VALUES ?p {{ {own} }} ?s gplan:targetedPopulation ?p . ?a gplan:hasTargeting ?s }} }}""")
        bodies = self._groups_together(Counter(b["iri"] for a in actions for b in _once(a["bodies"])))
        also = nodes(f"""SELECT ?l {{
            {{ {self._other_name(term, "l")} }}
            UNION {{ {term} skos:altLabel ?l FILTER(LANG(?l) = "zh") }} }} ORDER BY LANG(?l) ?l""")
        return {
            "kind": "population",
            "above": above,
            "below": nodes(f"SELECT DISTINCT ?p {{ ?p skos:broader {term} }} ORDER BY ?p"),
            "card": [{"name": "alsoCalled", "values": also}] if also else [],
            "plans": _by_plan(actions),
            "bodies": [{"iri": b, "actions": n, "lead": 0} for b, n in bodies.most_common(30)],
            "actions": len(actions),
        }

    def initiative(self, term: str) -> Page:
        """Return the parts of the page of an initiative."""
        actions = self._actions(f"?u gplan:usedInitiative {term} . ?a gplan:hasInitiativeUse ?u .")
        bodies = Counter(b["iri"] for a in actions for b in _once(a["bodies"]))
        kinds = [k for (k,) in self._pages.rows(f"SELECT ?k {{ {term} gplan:initiativeType ?k }}")]
        return {
            "kind": "initiative",
            "card": [{"name": "type", "values": kinds}] if kinds else [],
            "plans": _by_plan(actions),
            "bodies": [{"iri": b, "actions": n, "lead": 0} for b, n in bodies.most_common(30)],
            "actions": len(actions),
        }

    def division(self, term: str) -> Page:
        """Return the parts of the page of a division."""
        bodies = self._pages.rows(f"""
            SELECT ?b (COUNT(DISTINCT ?a) AS ?n) {{ ?b gplan:inDivision {term} . ?s gplan:assignee ?b .
              ?a gplan:hasAssignment ?s }} GROUP BY ?b ORDER BY DESC(?n) ?b LIMIT {MOST}""")
        card = self._pages.rows(f"""
            SELECT DISTINCT ?name ?v {{ {{ {term} gplan:divisionCode ?v BIND("code" AS ?name) }}
              UNION {{ {term} gplan:partOfDivision ?v BIND("partOf" AS ?name) }} }} ORDER BY ?name""")
        return {
            "kind": "division",
            "card": [{"name": name, "values": [v]} for name, v in card],
            "documents": self._pages.documents(place=terms.bare(term))["documents"],
            "bodies": [{"iri": b, "actions": n, "lead": 0} for b, n in bodies],
        }


_MAKERS: dict[str, Callable[[_Things, str], Page]] = {
    "Plan": _Things.document, "TransmittalNotice": _Things.document, "OfficialDocument": _Things.document,
    "Action": _Things.action, "Body": _Things.body, "BodyGroup": _Things.body, "TargetPopulation": _Things.population,
    "Initiative": _Things.initiative, "AdministrativeDivision": _Things.division,
}  # fmt: skip


def _once(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({b["iri"]: b for b in bodies}.values())


def _by_plan(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plans: dict[str, list[dict[str, Any]]] = {}
    for a in actions:
        plans.setdefault(a["of"], []).append(a)
    return [{"iri": plan, "actions": found[:MOST], "more": max(0, len(found) - MOST)} for plan, found in plans.items()]


def _plain(value: Value) -> Value:
    """Return a value in JSON types: numbers and booleans unchanged, dates as text, decimals without trailing zeros."""
    if value is None or isinstance(value, Iri | bool | int):
        return value
    text = str(value)
    return text.rstrip("0").rstrip(".") if type(value).__name__ == "Decimal" and "." in text else text

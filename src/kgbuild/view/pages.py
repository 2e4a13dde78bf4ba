"""The data of the pages of a collection: from a store to plain dictionaries, which any server or generator can render.

A page is a JSON-compatible dictionary with `kind`, `iri`, `title` and parts by kind. `page["labels"]` has a label for
each IRI in it, in the language of the page or else in Chinese. Apart from counts, nothing is derived that the graph
does not state.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.comparison.series import title_without_year
from kgbuild.queries.values import iri_term
from kgbuild.store import Index, Iri
from kgbuild.view.pictures import MapDivision, picture
from kgbuild.view.vocabulary import names_of_terms
from kgbuild.view.wording import flat, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbuild.store import Queryable, Value
    from kgbuild.view.pictures import Row

Page = dict[str, Any]
_BATCH = 400
MOST = 200
"""Rows per list on the page of a thing; further rows are counted."""
KINDS = (
    *("Plan", "TransmittalNotice", "OfficialDocument", "Action", "BodyGroup", "Body", "TargetPopulation"),
    *("Initiative", "AdministrativeDivision", "Section", "SourceText"),
)
"""Classes whose instances have a page, most specific first."""
_PAGED = tuple(k for k in KINDS if k not in ("Section", "SourceText"))

_TITLE = 'rdfs:label ?title . FILTER(LANG(?title) = "zh")'


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


class Pages:
    """Makes the pages of a store.

    Args:
        store: Store that holds the graphs with their entailments.
        lang: `zh` or `en`.
    """

    def __init__(self, store: Queryable, *, lang: str = "zh") -> None:
        self._store, self.lang = store, lang

    # -- lists ----------------------------------------------------------------------------------------------------
    def home(self) -> Page:
        """Return the start page: counts, documents by year and place, newest documents."""
        found = self.documents()["documents"]
        years: dict[str, Counter[str]] = {}
        for d in found:
            years.setdefault(str(d["year"] or ""), Counter())[d["place"] or ""] += 1
        places = Counter(d["place"] or "" for d in found)
        columns = sorted((place for place, _ in places.most_common(12)), key=lambda place: not place)
        table = [[year, *(years[year][place] for place in columns)] for year in sorted(years, reverse=True)]
        shown = self._map(places)
        newest = sorted(found, key=lambda d: d["date"] or "", reverse=True)[:8]
        parts = {"counts": self._counts(), "places": columns, "years": table, "newest": newest,
                 "picture": shown, "things": {}}  # fmt: skip
        return self._done({"kind": "home", "iri": "", "title": "", **parts})

    def _map(self, counted: Mapping[Value, int]) -> Page | None:
        """Return the map of documents by issuing place, None if there is only one place."""
        places: dict[str, MapDivision] = {}
        for block in _batches([str(place) for place in counted if place]):
            query = f"SELECT ?d ?code {{ VALUES ?d {{ {block} }} ?d gplan:divisionCode ?code }}"
            places |= {str(d): MapDivision(code=str(code), label=str(d), iri=str(d)) for d, code in self._rows(query)}
        if len(places) < 2:
            return None
        for iri, label in self.labels(places).items():
            places[iri] = replace(places[iri], label=label)
        rows: list[Row] = [{"place": place, "n": n} for place, n in counted.items() if place]
        return picture("map", {"place": "place", "value": "n"}, rows, places=places)

    def _counts(self) -> dict[str, int]:
        classes = ("Plan", "Action", "Body", "TargetPopulation", "Initiative", "IndicatorTarget")
        values = " ".join(f"gplan:{name}" for name in classes)
        rows = self._rows(f"SELECT ?c (COUNT(DISTINCT ?x) AS ?n) {{ VALUES ?c {{ {values} }} ?x a ?c }} GROUP BY ?c")
        counted = {str(c).rpartition("#")[2]: n for c, n in rows}
        return {name: int(str(counted.get(name, 0))) for name in classes}

    def documents(self, *, year: str = "", place: str = "") -> Page:
        """Return the list of documents with a source text; a notice and the document it issues are one entry.

        Args:
            year: Only documents of this year, '' for all.
            place: IRI of a division: only documents issued there, '' for all.
        """
        rows = self._rows(f"""
            SELECT ?d ?title ?plan ?carried ?number ?date ?year ?place {{
              ?d gplan:hasSourceText ?t ; {_TITLE}
              FILTER NOT EXISTS {{ ?notice gplan:transmits ?d }}
              OPTIONAL {{ ?d gplan:transmits ?plan . ?plan rdfs:label ?carried . FILTER(LANG(?carried) = "zh") }}
              OPTIONAL {{ ?d gplan:documentNumber ?number }} OPTIONAL {{ ?d gplan:documentDate ?date }}
              OPTIONAL {{ ?d gplan:issueYear ?year }} OPTIONAL {{ ?d gplan:jurisdiction ?place }}
            }} ORDER BY DESC(?date) ?number ?title""")
        counted = self._rows("SELECT ?d (COUNT(DISTINCT ?a) AS ?n) { ?a gplan:actionOf ?d } GROUP BY ?d")
        actions = {d: n for d, n in counted}  # noqa: C416 - rows are tuples of any length
        found: dict[Value, Page] = {}
        for d, title, plan, carried, number, date, printed, where in rows:
            node = plan or d
            day = _text(date)
            found.setdefault(node, {
                "iri": node, "title": carried or title, "number": number, "date": day,
                "year": _text(printed) or (day or "")[:4] or None, "place": where, "actions": actions.get(node, 0),
            })  # fmt: skip
        kept = [d for d in found.values() if year in ("", d["year"]) and place in ("", d["place"])]
        return self._done(
            {"kind": "documents", "iri": "", "title": "", "documents": kept, "year": year, "place": place}
        )

    def bodies(self) -> Page:
        """Return the list of bodies with kind and number of actions."""
        rows = self._rows("""
            SELECT ?b ?kind ?place (COUNT(DISTINCT ?a) AS ?n) {
              ?b a gplan:Body . ?s gplan:assignee ?b . ?a gplan:hasAssignment ?s .
              OPTIONAL { ?b gplan:partyKind ?kind } OPTIONAL { ?b gplan:inDivision ?place }
            } GROUP BY ?b ?kind ?place ORDER BY DESC(?n) ?b""")
        found: dict[Value, Page] = {}
        for b, kind, place, n in rows:
            found.setdefault(b, {"iri": b, "kind": kind, "place": place, "actions": n})
        return self._done({"kind": "bodies", "iri": "", "title": "", "bodies": list(found.values())})

    def populations(self) -> Page:
        """Return the population tree with the number of actions that mention each population."""
        rows = self._rows("""
            SELECT ?p ?above (COUNT(DISTINCT ?a) AS ?n) {
              ?p a gplan:TargetPopulation .
              OPTIONAL { ?p skos:broader ?above }
              OPTIONAL { ?a gplan:hasTargeting/gplan:targetedPopulation ?p }
            } GROUP BY ?p ?above""")
        above: dict[Value, Value] = {}
        counts: dict[Value, Value] = {}
        for p, parent, n in rows:
            counts[p] = n
            above.setdefault(p, parent)
        names = self.labels(counts)
        below: dict[Value, list[Value]] = {}
        for p, parent in above.items():
            below.setdefault(parent if parent in above else None, []).append(p)

        def walk(parent: Value, depth: int, seen: frozenset[Value]) -> Iterator[dict[str, Any]]:
            for p in sorted(below.get(parent, ()), key=lambda p: names[str(p)]):
                if p not in seen:
                    yield {"iri": p, "depth": depth, "actions": counts[p]}
                    yield from walk(p, depth + 1, seen | {p})

        tree = list(walk(None, 0, frozenset()))
        return self._done({"kind": "populations", "iri": "", "title": "", "tree": tree})

    def initiatives(self) -> Page:
        """Return the list of initiatives, by type."""
        rows = self._rows("""
            SELECT ?i ?type (COUNT(DISTINCT ?a) AS ?n) {
              ?i a gplan:Initiative . OPTIONAL { ?i gplan:initiativeType ?type }
              OPTIONAL { ?a gplan:hasInitiativeUse/gplan:usedInitiative ?i }
            } GROUP BY ?i ?type ORDER BY ?type DESC(?n) ?i""")
        found = [{"iri": i, "type": kind, "actions": n} for i, kind, n in rows]
        return self._done({"kind": "initiatives", "iri": "", "title": "", "initiatives": found})

    def comparable(self) -> Page:
        """Return the plans and their series: plans of one place whose titles differ only in the year.

        Only titles are compared here; see `kgbuild.comparison` for the content.
        """
        plans = [d for d in self.documents()["documents"] if d["actions"]]
        groups: dict[tuple[str, Value], Page] = {}
        for d in sorted(plans, key=lambda d: (d["year"] or "", d["date"] or "", d["iri"])):
            title = title_without_year(str(d["title"]))
            group = groups.setdefault((title, d["place"]), {"title": title, "place": d["place"], "plans": []})
            group["plans"].append(d)
        series = [g for _, g in sorted(groups.items(), key=str) if len({d["year"] for d in g["plans"]}) > 1]
        return self._done({"kind": "compare", "iri": "", "title": "", "plans": plans, "series": series})

    def traits(self, nodes: Iterable[str]) -> dict[str, dict[str, set[str]]]:
        """Return the facets of search results: for each IRI its IRIs of `place`, `bodyKind` and `population`.

        Args:
            nodes: IRIs of actions, measures, bodies, populations or divisions.
        """
        found: dict[str, dict[str, set[str]]] = {}
        paths = (
            ("place", "?n gplan:inDivision ?v"),
            ("bodyKind", "?n gplan:partyKind ?v"),
            ("bodyKind", "?n gplan:hasAssignment/gplan:assignee/gplan:partyKind ?v"),
            ("bodyKind", "?a gplan:hasMeasure ?n ; gplan:hasAssignment/gplan:assignee/gplan:partyKind ?v"),
            ("population", "?n gplan:hasTargeting/gplan:targetedPopulation ?v"),
            ("population", "?a gplan:hasMeasure ?n ; gplan:hasTargeting/gplan:targetedPopulation ?v"),
            ("population", "?n a gplan:TargetPopulation BIND(?n AS ?v)"),
        )
        for block in _batches(nodes):
            for name, path in paths:
                for node, value in self._rows(f"SELECT DISTINCT ?n ?v {{ VALUES ?n {{ {block} }} {path} }}"):
                    found.setdefault(str(node), {}).setdefault(name, set()).add(str(value))
        return found

    def action_counts(self, nodes: Iterable[str]) -> dict[str, int]:
        """Return the number of actions that name a body, population or initiative, or that a document holds.

        Args:
            nodes: Their IRIs.
        """
        found: dict[str, int] = {}
        for block in _batches(nodes):
            for node, n in self._rows(f"""
                SELECT ?n (COUNT(DISTINCT ?a) AS ?actions) {{ VALUES ?n {{ {block} }}
                  {{ ?s gplan:assignee ?n . ?a gplan:hasAssignment ?s }}
                  UNION {{ ?s gplan:targetedPopulation ?n . ?a gplan:hasTargeting ?s }}
                  UNION {{ ?s gplan:usedInitiative ?n . ?a gplan:hasInitiativeUse ?s }}
                  UNION {{ ?a gplan:actionOf ?n }} UNION {{ ?n gplan:transmits ?of . ?a gplan:actionOf ?of }}
                }} GROUP BY ?n"""):
                found[str(node)] = int(str(n))
        return found

    def base(self) -> str:
        """Return the base IRI of the instances, taken from a source text; '' if there is none."""
        rows = self._rows("SELECT DISTINCT ?text { ?text a gplan:SourceText }")
        return min((str(text).rpartition("text/")[0] for (text,) in rows), default="")

    def things(self) -> list[tuple[str, str]]:
        """Return (IRI, kind) of everything that has a page, sorted."""
        classes = " ".join(f"gplan:{name}" for name in _PAGED)
        rows = self._rows(f"SELECT DISTINCT ?x ?c {{ VALUES ?c {{ {classes} }} ?x a ?c }}")
        found: dict[str, str] = {}
        for x, c in rows:
            name, known = str(c).rpartition("#")[2], found.get(str(x))
            if known is None or _PAGED.index(name) < _PAGED.index(known):
                found[str(x)] = name
        return sorted(found.items())

    def has_text(self, base: str, key: str) -> bool:
        """Tell whether the store has a source text; arguments as in `text`."""
        return key.isalnum() and self._store.ask(f"ASK {{ {terms.iri(f'{base}text/{key}')} a gplan:SourceText }}")

    def text(self, base: str, key: str) -> tuple[Index, str] | None:
        """Return the graph of a source text and the IRI of its document ('' for none).

        Args:
            base: Base IRI of the instances.
            key: First 16 hexadecimal digits of the hash of the text.

        Returns:
            None if the store has no such text.
        """
        if not self.has_text(base, key):
            return None
        node = terms.iri(f"{base}text/{key}")
        graphs = (terms.graph_name(base, key, "asserted"), terms.VOCABULARY_GRAPH)
        rows = self._store.answer(
            "SELECT ?s ?p ?o {" + " UNION ".join(f"{{ GRAPH <{g}> {{ ?s ?p ?o }} }}" for g in graphs) + "}"
        ).rows
        nodes = Index((s or "", p or "", o or "", "") for s, p, o in rows)
        return nodes, terms.bare(min(nodes.subjects("hasSourceText", node), default=""))

    # -- a thing --------------------------------------------------------------------------------------------------
    def thing(self, iri: str) -> Page | None:
        """Return the page about an IRI, None if no triple contains it.

        Args:
            iri: The IRI.

        Raises:
            UsageError: it is not a valid IRI.
        """
        term = iri_term(iri)
        types = {str(t) for (t,) in self._rows(f"SELECT DISTINCT ?t {{ {term} a ?t }}")}
        kind = next((k for k in KINDS if f"{terms.GPLAN}{k}" in types), "")
        makers = {
            "Plan": self._document, "TransmittalNotice": self._document, "OfficialDocument": self._document,
            "Action": self._action, "Body": self._body, "BodyGroup": self._body, "TargetPopulation": self._population,
            "Initiative": self._initiative, "AdministrativeDivision": self._division,
        }  # fmt: skip
        page: Page = {"kind": "thing", "iri": Iri(iri), "types": sorted(map(Iri, types))}
        page |= self._statements(term)
        if not page["statements"] and not page["pointers"]:
            return None
        page |= makers.get(kind, self._evidence)(term)
        page["title"] = self.labels([iri])[iri]
        return self._done(page)

    def _statements(self, term: str) -> Page:
        own = self._rows(f"SELECT DISTINCT ?p ?o (LANG(?o) AS ?l) {{ {term} ?p ?o }} ORDER BY ?p ?o LIMIT {MOST}")
        back = self._rows(f"SELECT DISTINCT ?p ?s {{ ?s ?p {term} }} ORDER BY ?p ?s LIMIT {MOST}")
        if not own and not back:  # a property, which occurs only as a predicate
            back = self._rows(f"SELECT ?p ?s {{ BIND({term} AS ?p) ?s ?p ?o }} LIMIT {MOST}")
        return {
            "statements": [{"property": p, "value": _plain(o), "lang": lang or None} for p, o, lang in own],
            "pointers": [{"property": p, "subject": s} for p, s in back],
        }

    def _evidence(self, term: str) -> Page:
        """Return the source text and the offset that a section, a statement or a span leads to."""
        rows = self._rows(f"""
            SELECT ?t ?start {{ {{ BIND({term} AS ?e) }} UNION {{ {term} gplan:evidence ?e }}
              ?e gplan:inSource ?t ; gplan:startOffset ?start }}
            ORDER BY ?start LIMIT 1""")
        return {"source": rows[0][0], "start": rows[0][1]} if rows else {}

    def _document(self, term: str) -> Page:
        carrier = self._one(f"SELECT ?n {{ ?n gplan:transmits {term} }}")
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
        rows = self._rows(f"""
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
        rows = self._rows(f"""
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
        rows = self._rows(f"""
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
        for block in _batches(found):
            for a, body, role, _, quote in self._rows(f"""
                SELECT ?a ?b ?role ?start ?quote {{
                  VALUES ?a {{ {block} }} ?a gplan:hasAssignment ?s . ?s gplan:assignee ?b ; gplan:role ?role .
                  {_passage("s", "quote")}
                }} ORDER BY ?start ?b"""):
                bodies = found[str(a)]["bodies"]
                if all((b["iri"], b["role"]) != (body, role) for b in bodies):
                    bodies.append({"iri": body, "role": role, "quote": quote})
            for a, p in self._rows(f"""
                SELECT DISTINCT ?a ?p {{ VALUES ?a {{ {block} }} ?a gplan:hasTargeting/gplan:targetedPopulation ?p }}
                ORDER BY ?p"""):
                found[str(a)]["populations"].append(p)
            for a, day, quote in self._rows(f"""
                SELECT ?a ?day ?quote {{ VALUES ?a {{ {block} }} ?a gplan:hasBracketField|gplan:hasTimeLimit ?f .
                  ?f gplan:deadline ?day ; gplan:evidence/gplan:exactText ?quote }} ORDER BY ?day ?quote"""):
                found[str(a)]["deadlines"].append({"day": _text(day), "quote": quote})
        return list(found.values())

    def _indicators(self, pattern: str) -> list[dict[str, Any]]:
        rows = self._rows(f"""
            SELECT DISTINCT ?of ?name ?comparator ?value ?most ?unit ?about ?day ?quote ?start {{
              {pattern} ?of gplan:hasIndicatorTarget ?i . ?i gplan:targetValue ?value ; gplan:evidence ?e .
              ?e gplan:exactText ?quote ; gplan:startOffset ?start .
              OPTIONAL {{ ?i gplan:indicatorName ?name }} OPTIONAL {{ ?i gplan:comparator ?comparator }}
              OPTIONAL {{ ?i gplan:targetValueMax ?most }} OPTIONAL {{ ?i gplan:unitText ?unit }}
              OPTIONAL {{ ?i gplan:approximate ?about }} OPTIONAL {{ ?i gplan:deadline ?day }}
            }} ORDER BY ?start""")
        names = ("of", "name", "comparator", "value", "most", "unit", "about", "deadline", "quote", "start")
        return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]

    def _used(self, pattern: str) -> list[dict[str, Any]]:
        rows = self._rows(f"""
            SELECT ?i ?type (COUNT(DISTINCT ?a) AS ?n) {{
              {pattern} ?a gplan:hasInitiativeUse/gplan:usedInitiative ?i . OPTIONAL {{ ?i gplan:initiativeType ?type }}
            }} GROUP BY ?i ?type ORDER BY DESC(?n) ?i""")
        return [{"iri": i, "type": kind, "actions": n} for i, kind, n in rows]

    def _citations(self, term: str) -> list[dict[str, Any]]:
        rows = self._rows(f"""
            SELECT DISTINCT ?cited ?quote ?a ?start {{
              {{ {term} gplan:hasDocumentCitation ?c }} UNION {{ ?a gplan:actionOf {term} ; gplan:hasCitation ?c }}
              ?c gplan:evidence ?e . ?e gplan:exactText ?quote ; gplan:startOffset ?start .
              OPTIONAL {{ ?c gplan:citedDocument ?cited }}
            }} ORDER BY ?start""")
        return [{"cited": cited, "quote": quote, "action": a} for cited, quote, a, _ in rows]

    def _cited_by(self, term: str) -> list[Value]:
        return [d for (d,) in self._rows(f"""
            SELECT DISTINCT ?d {{
              ?c gplan:citedDocument {term} .
              {{ ?d gplan:hasDocumentCitation ?c }} UNION {{ ?a gplan:hasCitation ?c ; gplan:actionOf ?d }}
            }} ORDER BY ?d LIMIT {MOST}""")]  # fmt: skip

    def _findings(self, head: str) -> list[dict[str, Any]]:
        rows = self._rows(f"""
            SELECT DISTINCT ?f ?severity ?message ?quote ?start {{
              {head} gplan:hasSourceText ?t . ?f a gplan:Finding ; gplan:derivedFromText ?t ; gplan:severity ?severity ;
                rdfs:comment ?message . FILTER(LANG(?message) = "{self.lang}")
              {_passage("f", "quote")}
            }} ORDER BY ?start ?f""")
        return [{"severity": s, "message": m, "quote": q, "start": at} for _, s, m, q, at in rows]

    def _action(self, term: str) -> Page:
        (action,) = self._actions(f"BIND({term} AS ?a)")[:1] or ({},)
        sections = self._rows(f"""
            SELECT DISTINCT ?s ?label ?title ?start {{ {term} gplan:withinSection ?s . ?s dcterms:title ?title ;
              gplan:evidence/gplan:startOffset ?start . OPTIONAL {{ ?s gplan:sectionLabel ?label }}
            }} ORDER BY ?start""")
        bodies = self._rows(f"""
            SELECT DISTINCT ?b ?role ?kind ?quote ?rule ?confidence ?method ?start {{
              {term} gplan:hasAssignment ?s . ?s gplan:assignee ?b ; gplan:role ?role ; gplan:evidence ?e .
              ?e gplan:exactText ?quote ; gplan:startOffset ?start .
              OPTIONAL {{ ?b gplan:partyKind ?kind }} OPTIONAL {{ ?s gplan:extractionRule ?rule }}
              OPTIONAL {{ ?s gplan:confidence ?confidence }} OPTIONAL {{ ?s gplan:linkMethod ?method }}
            }} ORDER BY ?start""")
        people = self._rows(f"""
            SELECT DISTINCT ?p ?quote ?basis {{
              {{ {term} gplan:hasTargeting ?s . ?s gplan:targetedPopulation ?p ; gplan:evidence/gplan:exactText ?quote
                 BIND("printed" AS ?basis) }}
              UNION {{ {term} gplan:contextTargets ?p BIND("heading" AS ?basis) }}
            }} ORDER BY DESC(?basis) ?p""")
        measures = self._rows(f"""
            SELECT DISTINCT ?role ?verb ?quote ?start {{
              {term} gplan:hasMeasure ?m . ?m gplan:evidence ?e ; gplan:measureRole ?role .
              ?e gplan:exactText ?quote ; gplan:startOffset ?start . OPTIONAL {{ ?m gplan:policyVerb ?verb }}
            }} ORDER BY ?start ?role ?quote ?verb""")
        verbs: dict[tuple[Value, Value, Value], list[str]] = {}
        for role, verb, quote, start in measures:
            verbs.setdefault((role, quote, start), []).extend([str(verb)] if verb else [])
        fields = self._rows(f"""
            SELECT DISTINCT ?kind ?day ?quote {{ {term} gplan:hasBracketField|gplan:hasTimeLimit ?f .
              ?f gplan:evidence/gplan:exactText ?quote . OPTIONAL {{ ?f gplan:deadline ?day }}
              OPTIONAL {{ ?f gplan:fieldKind ?stated }} BIND(COALESCE(?stated, gplanv:field-deadline) AS ?kind)
            }} ORDER BY ?quote""")
        cited = self._rows(f"""
            SELECT DISTINCT ?cited ?quote {{ {term} gplan:hasCitation ?c . ?c gplan:evidence/gplan:exactText ?quote .
              OPTIONAL {{ ?c gplan:citedDocument ?cited }} }} ORDER BY ?quote""")
        names = ("iri", "role", "kind", "quote", "rule", "confidence", "method", "start")
        return {
            "kind": "action",
            "action": action,
            "sections": [{"iri": s, "label": label, "title": title} for s, label, title, _ in sections],
            "bodies": [dict(zip(names, map(_plain, row), strict=True)) for row in bodies],
            "populations": [{"iri": p, "quote": quote, "basis": basis} for p, quote, basis in people],
            "measures": [
                {"role": role, "verbs": "、".join(own) or None, "quote": quote}
                for (role, quote, _), own in verbs.items()
            ],
            "fields": [{"kind": kind, "day": _text(day), "quote": quote} for kind, day, quote in fields],
            "indicators": self._indicators(f"BIND({term} AS ?of)"),
            "initiatives": self._used(f"BIND({term} AS ?a)"),
            "citations": [{"cited": c, "quote": quote, "action": None} for c, quote in cited],
            "source": self._one(f"SELECT ?t {{ {term} gplan:evidence/gplan:inSource ?t }}"),
        }

    def _body(self, term: str) -> Page:
        facts = self._rows(f"""
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
            "partners": [{"iri": b, "actions": n} for b, n in partners.most_common(30)],
            "populations": [{"iri": p, "actions": n} for p, n in people.most_common(30)],
            "names": [{"quote": q, "times": n} for q, n in names.most_common(30)],
            "years": self._by_year(actions),
            "actions": len(actions),
        }

    def _by_year(self, actions: list[dict[str, Any]]) -> Page:
        """Count actions by year of their plan and by role; an action with two roles counts once in the total."""
        years: dict[Value, str] = {}
        for block in _batches(dict.fromkeys(str(a["of"]) for a in actions)):
            for plan, printed, own, carried in self._rows(f"""
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

    def _population(self, term: str) -> Page:
        def nodes(query: str) -> list[Value]:
            return [row[0] for row in self._rows(query)]

        above: list[Value] = []
        at = term
        while len(above) < 12:
            parent = self._one(f"SELECT ?p {{ {at} skos:broader ?p }} ORDER BY ?p")
            if parent is None or parent in above:
                break
            above.insert(0, parent)
            at = terms.iri(str(parent))
        narrower = nodes(f"SELECT DISTINCT ?p {{ ?p skos:broader+ {term} }} ORDER BY ?p")
        own = " ".join([term, *(terms.iri(str(p)) for p in narrower)])
        actions = self._actions(f"""{{ SELECT DISTINCT ?a {{
            VALUES ?p {{ {own} }} ?s gplan:targetedPopulation ?p . ?a gplan:hasTargeting ?s }} }}""")
        bodies = Counter(b["iri"] for a in actions for b in _once(a["bodies"]))
        also = nodes(f'SELECT ?l {{ {term} skos:altLabel ?l . FILTER(LANG(?l) = "zh") }} ORDER BY ?l')
        return {
            "kind": "population",
            "above": above,
            "below": nodes(f"SELECT DISTINCT ?p {{ ?p skos:broader {term} }} ORDER BY ?p"),
            "card": [{"name": "alsoCalled", "values": also}] if also else [],
            "plans": _by_plan(actions),
            "bodies": [{"iri": b, "actions": n, "lead": 0} for b, n in bodies.most_common(30)],
            "actions": len(actions),
        }

    def _initiative(self, term: str) -> Page:
        actions = self._actions(f"?u gplan:usedInitiative {term} . ?a gplan:hasInitiativeUse ?u .")
        bodies = Counter(b["iri"] for a in actions for b in _once(a["bodies"]))
        kinds = [k for (k,) in self._rows(f"SELECT ?k {{ {term} gplan:initiativeType ?k }}")]
        return {
            "kind": "initiative",
            "card": [{"name": "type", "values": kinds}] if kinds else [],
            "plans": _by_plan(actions),
            "bodies": [{"iri": b, "actions": n, "lead": 0} for b, n in bodies.most_common(30)],
            "actions": len(actions),
        }

    def _division(self, term: str) -> Page:
        bodies = self._rows(f"""
            SELECT ?b (COUNT(DISTINCT ?a) AS ?n) {{ ?b gplan:inDivision {term} . ?s gplan:assignee ?b .
              ?a gplan:hasAssignment ?s }} GROUP BY ?b ORDER BY DESC(?n) ?b LIMIT {MOST}""")
        card = self._rows(f"""
            SELECT DISTINCT ?name ?v {{ {{ {term} gplan:divisionCode ?v BIND("code" AS ?name) }}
              UNION {{ {term} gplan:partOfDivision ?v BIND("partOf" AS ?name) }} }} ORDER BY ?name""")
        return {
            "kind": "division",
            "card": [{"name": name, "values": [v]} for name, v in card],
            "documents": self.documents(place=terms.bare(term))["documents"],
            "bodies": [{"iri": b, "actions": n, "lead": 0} for b, n in bodies],
        }

    # -- names ----------------------------------------------------------------------------------------------------
    def labels(self, iris: Iterable[Value]) -> dict[str, str]:
        """Return labels by IRI: in the language of the page, else Chinese, else of the ontology.

        What has no label is called by its words in the text, otherwise by the last part of its IRI.
        """
        wanted = {str(i): terms.iri(str(i)) for i in iris if i}
        found: dict[str, dict[str, str]] = {}
        for block in _batches(wanted):
            for node, label, lang in self._rows(f"""
                SELECT ?n ?l (LANG(?l) AS ?g) {{ VALUES ?n {{ {block} }}
                  ?n skos:prefLabel|rdfs:label|dcterms:title ?l }} ORDER BY DESC(?l)"""):
                found.setdefault(str(node), {})[str(lang)] = str(label)
        known = names_of_terms(self.lang)
        for block in _batches(n for n in wanted if n not in found and n not in known):
            for node, words in self._rows(f"""
                SELECT ?n ?words {{ VALUES ?n {{ {block} }}
                  {{ ?n gplan:exactText ?words }} UNION {{ ?n gplan:evidence/gplan:exactText ?words }}
                }} ORDER BY DESC(?words)"""):
                found[str(node)] = {"": shortened(str(words))}
        return {
            iri: (by := found.get(iri, {})).get(self.lang)
            or by.get("zh")
            or next(iter(by.values()), "")
            or known.get(iri)
            or _last(iri)
            for iri in wanted
        }

    def _done(self, page: Page) -> Page:
        iris = {value for value in _values(page) if isinstance(value, Iri)}
        return {**page, "lang": self.lang, "labels": self.labels(sorted(iris))}

    def _rows(self, query: str) -> tuple[tuple[Value, ...], ...]:
        return self._store.select(query).rows

    def _one(self, query: str) -> Value:
        rows = self._store.select(query, limit=1).rows
        return rows[0][0] if rows else None


def _values(part: object) -> Iterator[object]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield key
            yield from _values(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _values(value)
    else:
        yield part


def _batches(nodes: Iterable[str]) -> Iterator[str]:
    wanted = [terms.iri(node) for node in nodes]
    for i in range(0, len(wanted), _BATCH):
        yield " ".join(wanted[i : i + _BATCH])


def _once(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({b["iri"]: b for b in bodies}.values())


def _by_plan(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plans: dict[str, list[dict[str, Any]]] = {}
    for a in actions:
        plans.setdefault(a["of"], []).append(a)
    return [{"iri": plan, "actions": found[:MOST], "more": max(0, len(found) - MOST)} for plan, found in plans.items()]


def _last(iri: str) -> str:
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _plain(value: Value) -> Value:
    """Return a value in JSON types: numbers and booleans unchanged, dates as text, decimals without trailing zeros."""
    if value is None or isinstance(value, Iri | bool | int):
        return value
    text = str(value)
    return text.rstrip("0").rstrip(".") if type(value).__name__ == "Decimal" and "." in text else text

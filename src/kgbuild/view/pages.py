"""The data of the pages of a collection: lists, counts and names, from a store to plain dictionaries.

Any server or generator can render them. A page is a JSON-compatible dictionary with `kind`, `iri`, `title` and parts by
kind; `page["labels"]` has a label for each IRI in it, in the language of the page or else in Chinese. Nothing but
counts is derived that the graph does not state. The page about one thing is in `kgbuild.view.things`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.comparison.series import title_without_year
from kgbuild.store import Index, Iri, text_of
from kgbuild.view.pictures import MapDivision, picture
from kgbuild.view.vocabulary import names_of_terms
from kgbuild.view.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbuild.store import Queryable, Value
    from kgbuild.view.pictures import Row

Page = dict[str, Any]
_BATCH = 400
KINDS = (
    *("Plan", "TransmittalNotice", "OfficialDocument", "Action", "BodyGroup", "Body", "TargetPopulation"),
    *("Initiative", "AdministrativeDivision", "Section", "SourceText"),
)
"""Classes whose instances have a page, most specific first."""
_PAGED = tuple(k for k in KINDS if k not in ("Section", "SourceText"))

_TITLE = 'rdfs:label ?title . FILTER(LANG(?title) = "zh")'


class Pages:
    """Makes the pages of a store.

    Args:
        store: Store that holds the graphs with their entailments.
        lang: `zh` or `en`.
    """

    def __init__(self, store: Queryable, *, lang: str = "zh") -> None:
        self._store, self.lang = store, lang

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
        return self.finished({"kind": "home", "iri": "", "title": "", **parts})

    def _map(self, counted: Mapping[Value, int]) -> Page | None:
        """Return the map of documents by issuing place, None if there is only one place."""
        places: dict[str, MapDivision] = {}
        for block in batches([str(place) for place in counted if place]):
            query = f"SELECT ?d ?code {{ VALUES ?d {{ {block} }} ?d gplan:divisionCode ?code }}"
            places |= {str(d): MapDivision(code=str(code), label=str(d), iri=str(d)) for d, code in self.rows(query)}
        if len(places) < 2:
            return None
        for iri, label in self.labels(places).items():
            places[iri] = replace(places[iri], label=label)
        rows: list[Row] = [{"place": place, "n": n} for place, n in counted.items() if place]
        return picture("map", {"place": "place", "value": "n"}, rows, places=places)

    def _counts(self) -> dict[str, int]:
        classes = ("Plan", "Action", "Body", "TargetPopulation", "Initiative", "IndicatorTarget")
        values = " ".join(f"gplan:{name}" for name in classes)
        rows = self.rows(f"SELECT ?c (COUNT(DISTINCT ?x) AS ?n) {{ VALUES ?c {{ {values} }} ?x a ?c }} GROUP BY ?c")
        counted = {str(c).rpartition("#")[2]: n for c, n in rows}
        return {name: int(str(counted.get(name, 0))) for name in classes}

    def documents(self, *, year: str = "", place: str = "") -> Page:
        """Return the list of documents with a source text; a notice and the document it issues are one entry.

        Args:
            year: Only documents of this year, '' for all.
            place: IRI of a division: only documents issued there, '' for all.
        """
        rows = self.rows(f"""
            SELECT ?d ?title ?plan ?carried ?number ?date ?year ?place {{
              ?d gplan:hasSourceText ?t ; {_TITLE}
              FILTER NOT EXISTS {{ ?notice gplan:transmits ?d }}
              OPTIONAL {{ ?d gplan:transmits ?plan . ?plan rdfs:label ?carried . FILTER(LANG(?carried) = "zh") }}
              OPTIONAL {{ ?d gplan:documentNumber ?number }} OPTIONAL {{ ?d gplan:documentDate ?date }}
              OPTIONAL {{ ?d gplan:issueYear ?year }} OPTIONAL {{ ?d gplan:jurisdiction ?place }}
            }} ORDER BY DESC(?date) ?number ?title""")
        counted = self.rows("SELECT ?d (COUNT(DISTINCT ?a) AS ?n) { ?a gplan:actionOf ?d } GROUP BY ?d")
        actions = {d: n for d, n in counted}  # noqa: C416 - rows are tuples of any length
        found: dict[Value, Page] = {}
        for d, title, plan, carried, number, date, printed, where in rows:
            node = plan or d
            day = text_of(date)
            found.setdefault(node, {
                "iri": node, "title": carried or title, "number": number, "date": day,
                "year": text_of(printed) or (day or "")[:4] or None, "place": where, "actions": actions.get(node, 0),
            })  # fmt: skip
        kept = [d for d in found.values() if year in ("", d["year"]) and place in ("", d["place"])]
        return self.finished(
            {"kind": "documents", "iri": "", "title": "", "documents": kept, "year": year, "place": place}
        )

    def bodies(self) -> Page:
        """Return the list of bodies with kind and number of actions."""
        rows = self.rows("""
            SELECT ?b ?kind ?place (COUNT(DISTINCT ?a) AS ?n) {
              ?b a gplan:Body . ?s gplan:assignee ?b . ?a gplan:hasAssignment ?s .
              OPTIONAL { ?b gplan:partyKind ?kind } OPTIONAL { ?b gplan:inDivision ?place }
            } GROUP BY ?b ?kind ?place ORDER BY DESC(?n) ?b""")
        found: dict[Value, Page] = {}
        for b, kind, place, n in rows:
            found.setdefault(b, {"iri": b, "kind": kind, "place": place, "actions": n})
        return self.finished({"kind": "bodies", "iri": "", "title": "", "bodies": list(found.values())})

    def populations(self) -> Page:
        """Return the population tree with the number of actions that mention each population."""
        rows = self.rows("""
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
        return self.finished({"kind": "populations", "iri": "", "title": "", "tree": tree})

    def initiatives(self) -> Page:
        """Return the list of initiatives, by type."""
        rows = self.rows("""
            SELECT ?i ?type (COUNT(DISTINCT ?a) AS ?n) {
              ?i a gplan:Initiative . OPTIONAL { ?i gplan:initiativeType ?type }
              OPTIONAL { ?a gplan:hasInitiativeUse/gplan:usedInitiative ?i }
            } GROUP BY ?i ?type ORDER BY ?type DESC(?n) ?i""")
        found = [{"iri": i, "type": kind, "actions": n} for i, kind, n in rows]
        return self.finished({"kind": "initiatives", "iri": "", "title": "", "initiatives": found})

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
        return self.finished({"kind": "compare", "iri": "", "title": "", "plans": plans, "series": series})

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
        for block in batches(nodes):
            for name, path in paths:
                for node, value in self.rows(f"SELECT DISTINCT ?n ?v {{ VALUES ?n {{ {block} }} {path} }}"):
                    found.setdefault(str(node), {}).setdefault(name, set()).add(str(value))
        return found

    def action_counts(self, nodes: Iterable[str]) -> dict[str, int]:
        """Return the number of actions that name a body, population or initiative, or that a document holds.

        Args:
            nodes: Their IRIs.
        """
        found: dict[str, int] = {}
        for block in batches(nodes):
            for node, n in self.rows(f"""
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
        rows = self.rows("SELECT DISTINCT ?text { ?text a gplan:SourceText }")
        return min((str(text).rpartition("text/")[0] for (text,) in rows), default="")

    def things(self) -> list[tuple[str, str]]:
        """Return (IRI, kind) of everything that has a page, sorted."""
        classes = " ".join(f"gplan:{name}" for name in _PAGED)
        rows = self.rows(f"SELECT DISTINCT ?x ?c {{ VALUES ?c {{ {classes} }} ?x a ?c }}")
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

    # -- names ----------------------------------------------------------------------------------------------------
    def labels(self, iris: Iterable[Value]) -> dict[str, str]:
        """Return labels by IRI: in the language of the page, else Chinese, else of the ontology.

        What has no label is called by its words in the text, otherwise by the last part of its IRI.
        """
        wanted = {str(i): terms.iri(str(i)) for i in iris if i}
        found: dict[str, dict[str, str]] = {}
        for block in batches(wanted):
            for node, label, lang in self.rows(f"""
                SELECT ?n ?l (LANG(?l) AS ?g) {{ VALUES ?n {{ {block} }}
                  ?n skos:prefLabel|rdfs:label|dcterms:title ?l }} ORDER BY DESC(?l)"""):
                found.setdefault(str(node), {})[str(lang)] = str(label)
        known = names_of_terms(self.lang)
        for block in batches(n for n in wanted if n not in found and n not in known):
            for node, words in self.rows(f"""
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

    def finished(self, page: Page) -> Page:
        """Return a page with its language and the labels of all IRIs in it."""
        iris = {value for value in _values(page) if isinstance(value, Iri)}
        return {**page, "lang": self.lang, "labels": self.labels(sorted(iris))}

    def rows(self, query: str) -> tuple[tuple[Value, ...], ...]:
        """Return the rows of a SELECT query, a value for each of its columns."""
        return self._store.select(query).rows

    def one(self, query: str) -> Value:
        """Return the first value of a SELECT query; None if it has no row."""
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


def batches(nodes: Iterable[str]) -> Iterator[str]:
    """Yield the rows of VALUES blocks for these IRIs, a few hundred in each: engines slow down over longer ones."""
    wanted = [terms.iri(node) for node in nodes]
    for i in range(0, len(wanted), _BATCH):
        yield " ".join(wanted[i : i + _BATCH])


def _last(iri: str) -> str:
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri

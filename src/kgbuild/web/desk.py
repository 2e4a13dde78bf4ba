"""The tasks of a worker over an open store.

A task takes the desk, an output stream for a long body, and its arguments; it returns the head, which is sent as JSON.
Tasks run in a separate process (`kgbuild.web.worker`), which can be killed at a deadline.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.api.comparison import render_diff, stored_plan, words_to_mark
from kgbuild.api.files import read_file
from kgbuild.api.search import make_index
from kgbuild.comparison.changes import compare
from kgbuild.comparison.series import compare_all, series_rows, title_without_year
from kgbuild.config import DEFAULT_BASE
from kgbuild.errors import InputError, KgbuildError, Message, UsageError
from kgbuild.queries.template import load_templates
from kgbuild.queries.values import iri_term, nearest
from kgbuild.search import WordIndex
from kgbuild.store import Scope, Served
from kgbuild.view import asking
from kgbuild.view.pages import Pages
from kgbuild.view.site import path_of
from kgbuild.view.things import page_of
from kgbuild.view.vocabulary import names_of_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbuild.comparison.changes import Comparison
    from kgbuild.comparison.plan import Plan
    from kgbuild.model import SourceText
    from kgbuild.queries.template import Template
    from kgbuild.search import Hit

    Task = Callable[..., dict[str, Any] | None]

_HITS, _SHOWN_HITS = 2_000, 100
FACETS = ("kind", "year", "place", "bodyKind", "population", "document")
"""Facets of the search."""
_BY_IRI = ("place", "bodyKind", "population")
_SHOWN_VALUES = 15
_TEXTS = 8
"""Source texts that a worker keeps read."""
_NAMED = ("body", "population", "initiative", "document")


class MissingError(KgbuildError):
    """The requested thing does not exist."""

    exit_code = 3


def index_file(folder: str, stamp: str) -> Path:
    """Return the file that holds the full-text index of a version of the store.

    Args:
        folder: Where the server keeps its files.
        stamp: Stamp of the store.
    """
    return Path(folder) / f"search-{stamp}"


class Desk:
    """An open store with its queries and source texts.

    Args:
        setup: `path` of a store on disk, or `union` and `named`, files written by `Store.dump`; `stamp` of these;
            `queries`, folders of saved queries; `sources`, files of source texts by key; `folder` for the index;
            `seconds`, the time limit for queries of users.

    Raises:
        InputError: the store cannot be opened.
        OntologyError: a saved query is broken.
    """

    def __init__(self, setup: dict[str, Any]) -> None:
        if "path" in setup:
            self.store = Served.on_disk(Path(setup["path"]))
            self.stamp = self.store.stamp()
        else:
            self.store = Served.in_memory(Path(setup["union"]).read_bytes(), Path(setup["named"]).read_bytes())
            self.stamp = str(setup["stamp"])
        self.templates = load_templates(map(Path, setup["queries"]))
        self.sources: dict[str, str] = setup["sources"]
        self.seconds = float(setup["seconds"])
        self.index = index_file(setup["folder"], self.stamp)
        self._read = lru_cache(maxsize=_TEXTS)(lambda file, _: read_file(file))

    @cached_property
    def base(self) -> str:
        """The base IRI of the instances, from a source text; the default base if there is none."""
        return Pages(self.store).base() or DEFAULT_BASE

    @cached_property
    def passages(self) -> WordIndex:
        """The full-text index; the server has a worker of its own write it for all (`index`)."""
        # A vocabulary may change while the server runs; the index of this store is still one.
        return WordIndex.open(self.index, stamp=self.stamp) or make_index(self.store)

    @cached_property
    def names(self) -> asking.UniqueNames:
        """The unambiguous names in the store."""
        return asking.names_of(self.store)

    def source(self, key: str) -> SourceText:
        """Return a source text; those asked for last stay read, since many citations lead to one text.

        Raises:
            MissingError: its file was not given, or has changed since the graph was built.
        """
        if key not in self.sources:
            raise MissingError("no source", where=key)
        file = Path(self.sources[key])
        state = file.stat() if file.is_file() else None
        text = state and self._read(file, (state.st_mtime_ns, state.st_size, state.st_ino))
        if not text or text.sha256[:16] != key:
            raise MissingError("no source", where=key)
        return text

    def speaks_of(self, term: str) -> bool:
        """Tell whether any triple contains a term."""
        return self.store.ask(f"ASK {{ {{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} UNION {{ ?s {term} ?o }} }}")

    def template(self, name: str) -> Template:
        """Return a saved query.

        Raises:
            MissingError: there is no query of this name.
        """
        if name not in self.templates:
            what = Message("there is no saved query {name!r}", name=name[:60])
            raise MissingError(what, cure=nearest(name, sorted(self.templates)))
        return self.templates[name]


# -- SPARQL and graphs --------------------------------------------------------------------------------------------
def sparql(desk: Desk, out: IO[bytes], *, query: str, form: str, scope: dict[str, Any], most: int) -> None:
    """Run a SPARQL query of a client; see `Served.write_answer`."""
    named = Scope(default=tuple(scope["default"]), named=tuple(scope["named"]), base=scope["base"])
    desk.store.write_answer(query, out, form=form, scope=named, most=most)


def graph(desk: Desk, out: IO[bytes], *, name: str | None, form: str) -> None:
    """Write a graph; see `Served.write_graph`.

    Raises:
        MissingError: there is no graph of this name.
    """
    try:
        desk.store.write_graph(out, form=form, name=name)
    except InputError as e:
        raise MissingError(e.what, where=e.where, cure=e.cure) from e


def resource(desk: Desk, out: IO[bytes], *, iri: str, form: str) -> None:
    """Write the triples with an IRI as subject or object.

    Raises:
        MissingError: there are none.
    """
    term = iri_term(iri)
    if not desk.speaks_of(term):
        raise MissingError("is not in this collection", where=iri[:200])
    query = f"CONSTRUCT {{ {term} ?p ?o . ?s ?q {term} }} WHERE {{ {{ {term} ?p ?o }} UNION {{ ?s ?q {term} }} }}"
    desk.store.write_answer(query, out, form=form, scope=Scope(), most=1_000_000)


_COUNTS = f"""
PREFIX gplan: <{terms.GPLAN}>
SELECT ?triples ?entities ?classes ?properties ?documents {{
  {{ SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?entities) (COUNT(DISTINCT ?p) AS ?properties)
    {{ ?s ?p ?o }} }}
  {{ SELECT (COUNT(DISTINCT ?c) AS ?classes) {{ ?x a ?c }} }}
  {{ SELECT (COUNT(DISTINCT ?d) AS ?documents) {{ ?d gplan:hasSourceText ?t }} }}
}}
"""


def base(desk: Desk, out: IO[bytes]) -> dict[str, Any]:
    """Return the base of the IRIs."""
    return {"base": desk.base}


def counts(desk: Desk, out: IO[bytes]) -> dict[str, Any]:
    """Return counts (triples, entities, classes, properties, documents) and the base of the IRIs."""
    rows = desk.store.select(_COUNTS)
    return {**dict(zip(rows.columns, rows.rows[0], strict=True)), "base": desk.base}


# -- pages --------------------------------------------------------------------------------------------------------
def page(desk: Desk, out: IO[bytes], *, name: str, lang: str, args: dict[str, str]) -> dict[str, Any]:
    """Return a page of `kgbuild.view.pages` or `kgbuild.view.things`, with the base IRI of the store.

    Raises:
        MissingError: the store does not contain the thing.
    """
    pages = Pages(desk.store, lang=lang)
    if name == "thing":
        found = next((p for iri in _meant(desk, args) if (p := page_of(pages, iri)) is not None), None)
        if found is None:
            raise MissingError("is not in this collection", where=next(iter(args.values()))[:200])
    else:
        makers = {
            "bodies": pages.bodies, "comparable": pages.comparable, "documents": pages.documents, "home": pages.home,
            "initiatives": pages.initiatives, "populations": pages.populations,
        }  # fmt: skip
        found = makers[name](**args)
    return {**found, "base": desk.base}


def _meant(desk: Desk, args: dict[str, str]) -> list[str]:
    """Return the IRIs that a path may stand for: under the base of the store or that of the registers."""
    return [args["iri"]] if "iri" in args else [f"{desk.base}{args['path']}", f"{terms.ID}{args['path']}"]


def meant(desk: Desk, out: IO[bytes], *, path: str) -> dict[str, Any]:
    """Return the IRI that a path stands for.

    Raises:
        MissingError: the store contains none of the candidates.
    """
    for iri in _meant(desk, {"path": path}):
        if desk.speaks_of(iri_term(iri)):
            return {"iri": iri}
    raise MissingError("is not in this collection", where=path[:200])


def search(desk: Desk, out: IO[bytes], *, q: str, lang: str, chosen: dict[str, str]) -> dict[str, Any]:
    """Return the passages and the things that contain all words, with counts by facet.

    A thing is found once, by the best of its names; `name` is what it is called, `actions` how many actions have to do
    with it.

    Args:
        desk: The store.
        out: Not used.
        q: The words, separated by spaces.
        lang: Language of labels.
        chosen: Filter value by name of a facet.
    """
    pages = Pages(desk.store, lang=lang)
    listed = pages.documents()["documents"] if q.strip() else []
    documents = {d[name]: d for name in ("title", "iri") for d in listed}
    words = q.split()[:20]
    passages = desk.passages.search(words, limit=_HITS) if words else []
    once: dict[tuple[str, int | None], Hit] = {}
    for hit in passages:
        once.setdefault((hit.passage.node, hit.passage.start), hit)
    traits = pages.traits(dict.fromkeys(node for node, _ in once))
    found = [_found(hit, documents.get(hit.passage.document or hit.passage.node, {}), traits) for hit in once.values()]
    kept = [h for h in found if _fits(h, chosen)]
    facets: dict[str, list[tuple[str, int]]] = {}
    for facet in FACETS:
        # The counts of a facet ignore its own filter, so that users can switch to another value.
        others = {name: value for name, value in chosen.items() if name != facet}
        counted = Counter(v for h in found if _fits(h, others) for v in h["traits"][facet])
        facets[facet] = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN_VALUES]
    labels = pages.labels(v for facet in _BY_IRI for v, _ in facets[facet])
    page = {"kind": "search", "q": q, "lang": lang, "total": len(kept), "facets": facets, "labels": labels}
    hits = [{name: value for name, value in h.items() if name != "traits"} for h in kept[:_SHOWN_HITS]]
    named = [h for h in hits if h["kind"] in _NAMED]
    names, work = (of(dict.fromkeys(h["node"] for h in named)) for of in (pages.labels, pages.action_counts))
    for h in named:
        h |= {"name": names[h["node"]], "actions": work.get(h["node"], 0)}
    return {**page, "hits": hits, "chosen": chosen, "base": desk.base}


def _fits(hit: dict[str, Any], chosen: dict[str, str]) -> bool:
    return all(not value or value in hit["traits"][facet] for facet, value in chosen.items())


def things(desk: Desk, out: IO[bytes], *, q: str, lang: str) -> dict[str, Any]:
    """Return the things whose name contains a text, best match first: `iri`, `label`, `kind`."""
    hits = desk.passages.search([q], kinds=_NAMED, limit=200) if any(map(str.isalnum, q)) else []
    passages = sorted((h.passage for h in hits), key=lambda p: (not p.text.startswith(q), len(p.text), p.text))
    found = dict(list({p.node: p.kind for p in passages}.items())[:20])
    labels = Pages(desk.store, lang=lang).labels(found)
    return {"things": [{"iri": node, "label": labels[node], "kind": kind} for node, kind in found.items()]}


def _found(hit: Hit, document: dict[str, Any], traits: dict[str, dict[str, set[str]]]) -> dict[str, Any]:
    p = hit.passage
    parts, is_hit = [], False
    for piece in hit.snippet.replace("»", "«").split("«"):
        parts.append((piece, is_hit))
        is_hit = not is_hit
    year = str(document.get("year") or "")
    own = {"kind": p.kind, "year": year, "place": str(document.get("place") or ""), "document": p.document or ""}
    own_traits = {name: {value} if value else set() for name, value in own.items()}
    more = traits.get(p.node, {})
    return {"kind": p.kind, "node": p.node, "document": p.document or "", "item": p.item or "", "year": year,
            "parts": parts, "start": p.start, "source": p.source,
            "traits": {facet: own_traits.get(facet, set()) | more.get(facet, set()) for facet in FACETS}}  # fmt: skip


# -- saved queries ------------------------------------------------------------------------------------------------
def _wish(desk: Desk, template: Template, given: dict[str, list[str]]) -> asking.Wish:
    rest = {name: values for name, values in given.items() if any(values)}
    own = {p.name for p in template.params}
    values = {name: [v for v in rest.pop(name) if v] for name in list(rest) if name in own}

    def one(name: str) -> str:
        found = rest.pop(name, [""])
        if len(found) > 1:
            raise UsageError(
                Message("{name} is given {count} times", name=name, count=len(found)),
                where=template.id,
                cure="give it once",
            )
        return found[0]

    wish = asking.Wish(
        values=values, sort=one("sort"), contains=one("contains"), cite=one("cite") in ("1", "true"),
        offset=_number("offset", one("offset"), 0) or 0, limit=_number("limit", one("limit"), 1),
    )  # fmt: skip
    for name in rest.keys() - {"lang", "format"}:
        raise UsageError(
            Message("has no parameter {name!r}", name=name[:60]), where=template.id, cure=nearest(name, sorted(own))
        )
    return wish


def _number(name: str, text: str, least: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) >= least):
        raise UsageError(
            Message("{text!r} is not a number from {least}", text=text[:40], least=least),
            where=name,
            cure="write digits",
        )
    return int(text)


def saved(desk: Desk, out: IO[bytes], *, name: str, given: dict[str, list[str]], form: str) -> None:
    """Write the answer of a saved query in a format of `asking.FORMATS`."""
    template = desk.template(name)
    lang = next((v for v in given.get("lang", ()) if v in ("zh", "en")), "zh")
    # A workbook is for people, who read words; programs read codes, which stay what they are.
    wish = replace(_wish(desk, template, given), words=lang if form == "xlsx" else "")
    rows = asking.answer(template, desk.store, wish, seconds=desk.seconds)
    out.write(asking.render_answer(template, rows, form, lang=lang))


def query_page(desk: Desk, out: IO[bytes], *, name: str, given: dict[str, list[str]], lang: str) -> dict[str, Any]:
    """Return the page of a saved query; see `asking.query_page`."""
    template = desk.template(name)
    if any(p.name == "lang" for p in template.params):
        given = {"lang": [lang], **given}
    wish = _wish(desk, template, {"cite": ["1"], **given})
    page = asking.query_page(template, desk.store, wish, lang=lang, seconds=desk.seconds, names=desk.names)
    return {**page, "base": desk.base}


def values(desk: Desk, out: IO[bytes], *, name: str, param: str, text: str, lang: str) -> dict[str, Any]:
    """Return the values of a parameter of a saved query that contain a text."""
    found = asking.choices(desk.template(name).param(param), desk.store, lang=lang, text=text)
    return {"values": [{"value": c["value"], "label": c["label"]} for c in (found or [])[:50]]}


def index(desk: Desk, out: IO[bytes]) -> dict[str, Any]:
    """Build the full-text index and write it to its file, because that takes seconds and the memory of a segmenter."""
    made = make_index(desk.store)
    made.write(desk.index, stamp=desk.stamp)
    return {"passages": len(made), "stamp": desk.stamp}


def warm(desk: Desk, out: IO[bytes]) -> dict[str, Any]:
    """Load the names of terms, which the pages of any store need, because that takes seconds."""
    return {"terms": {lang: len(names_of_terms(lang)) for lang in ("zh", "en")}}


def warm_to_compare(desk: Desk, out: IO[bytes]) -> dict[str, Any]:
    """Load the segmenter that marks reworded words, because that takes seconds."""
    return {"words": len(words_to_mark()("all"))}


# -- plans compared -----------------------------------------------------------------------------------------------
def _plan(desk: Desk, named: str) -> Plan:
    """Return a plan by its IRI or its key."""
    iri = named if ":" in named else f"{desk.base}document/{named}"
    try:
        return stored_plan(desk.store, iri_term(iri))
    except InputError as e:
        raise MissingError(e.what, where=iri[:200]) from e


def comparison(desk: Desk, out: IO[bytes], *, before: str, after: str, lang: str, back: str) -> None:
    """Write the page that compares two plans.

    Raises:
        MissingError: one of them is not a plan with actions.
    """
    plans = [_plan(desk, iri) for iri in (before, after)]
    out.write(render_diff(compare(*plans), "html", lang=lang, back=back))


def series(desk: Desk, out: IO[bytes], *, plans: list[str], lang: str) -> dict[str, Any]:
    """Return the page of a series of plans: changes from each to the next, and each action over all years.

    Raises:
        MissingError: one of them is not a plan with actions.
    """
    found = sorted((_plan(desk, iri) for iri in dict.fromkeys(plans)), key=lambda p: (p.year, p.dated, p.title, p.node))
    steps = compare_all(found)
    rows = series_rows(found, steps)
    counts = [[], *([(kind, n) for kind, n in step.counts.items() if n] for step in steps)]
    listed: list[dict[str, Any]] = [
        {"iri": terms.bare(p.node), "year": p.year or "", "actions": len(p.actions), "counts": own}
        for p, own in zip(found, counts, strict=True)
    ]
    nodes = [{a.path: terms.bare(a.node) for a in plan.actions} for plan in found]
    ends = [_ends(step) for step in steps]
    cells = [[*_followed(row[:-1], nodes, ends), row[-1]] for row in rows.rows]
    labels = Pages(desk.store, lang=lang).labels(p["iri"] for p in listed)
    page = {"kind": "series", "iri": "", "title": title_without_year(found[-1].title), "lang": lang, "labels": labels}
    return {**page, "plans": listed, "columns": list(rows.columns[:-1]), "rows": cells, "base": desk.base}


def _ends(step: Comparison) -> dict[str, dict[str, Any]]:
    """Return what became of the actions of the earlier plan, by IRI: dropped, or part of which action."""
    return {
        terms.bare(c.before.node): {
            "path": c.after.path if c.after else "", "iri": terms.bare(c.after.node) if c.after else "",
            "kind": c.kind, "moved": c.moved,
        }
        for c in step.changes if c.before
    }  # fmt: skip


def _followed(
    row: Iterable[object], nodes: list[dict[str, str]], ends: list[dict[str, dict[str, Any]]]
) -> Iterator[dict[str, Any] | None]:
    """Yield the cells of a row of `series_rows`: path, IRI and fate of an action; also where it ended."""
    before = ""
    for n, cell in enumerate(row):
        path, _, how = str(cell or "").partition(" (")
        kind, _, moved = how.removesuffix(")").partition(", ")
        iri = nodes[n].get(path, "")
        yield {"path": path, "iri": iri, "kind": kind, "moved": bool(moved)} if path else ends[n - 1].get(before)
        before = iri


# -- the text ----------------------------------------------------------------------------------------------------------
def text(desk: Desk, out: IO[bytes], *, key: str, at: int | None, lang: str, root: str) -> dict[str, Any] | None:
    """Write the reading view of a source text, or return the line of an offset.

    Raises:
        MissingError: there is no such text, or its file was not given.
    """
    from kgbuild.view.reading import reading_page

    pages = Pages(desk.store, lang=lang)
    if at is not None and pages.has_text(desk.base, key):
        return {"line": desk.source(key).text.count("\n", 0, at) + 1}
    found = pages.text(desk.base, key)
    if found is None:
        raise MissingError("is not a text of this collection", where=key[:40])
    source = desk.source(key)
    nodes, owner = found
    back = f"{root}{path_of(owner, desk.base)}" if owner else ""
    node = terms.iri(f"{desk.base}text/{key}")
    out.write(reading_page(nodes, node, source, lang=lang, back=back).html.encode())
    return None


TASKS: dict[str, Task] = {
    "base": base, "comparison": comparison, "counts": counts, "graph": graph, "index": index, "meant": meant,
    "page": page,
    "query_page": query_page, "resource": resource, "saved": saved, "search": search, "series": series,
    "sparql": sparql, "text": text, "things": things, "values": values, "warm": warm,
    "warm_to_compare": warm_to_compare,
}  # fmt: skip

"""A collection as a static site that works from disk and on any web host: the pages of the server as files.

Links between pages are relative and lead to existing files; no page fetches anything, so the search index is a script.
The same store gives the same bytes.

    index.html            the start page in Chinese
    zh/ en/               the pages, at their server paths with .html
    data/                 the triples about each thing, in Turtle
    static/               style sheet, script, icon
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kgbuild import terms
from kgbuild.errors import KgbuildError
from kgbuild.graph.turtle import write_turtle
from kgbuild.model.lines import line_starts
from kgbuild.queries.catalogue import by_tag, question
from kgbuild.queries.template import load_templates
from kgbuild.store import Queryable
from kgbuild.view import asking, structured
from kgbuild.view.facts import Both
from kgbuild.view.ontology import ontology_page
from kgbuild.view.pages import Pages
from kgbuild.view.reading import reading_page
from kgbuild.view.site import (
    ASSETS,
    FIRST_QUERIES,
    NAVIGATION,
    TEMPLATES,
    PageContext,
    asset,
    assets_version,
    path_of,
    render,
)
from kgbuild.view.site_words import SITE_WORDS
from kgbuild.view.things import page_of
from kgbuild.view.vocabulary import REGISTERS, register_page, vocabulary_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbuild.model import SourceText
    from kgbuild.queries.template import Param, Template
    from kgbuild.store import Answer

LANGUAGES = ("zh", "en")
_UNNAMED = Both("", "")
_SHOWN, _CITED, _TRIED = 500, 200, 12
_LISTS = ("plans", "bodies", "populations", "initiatives", "q", "ontology", "vocab", "search")
_MENU = tuple(entry for entry in NAVIGATION if entry[0] not in ("compare", "editor"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """A file of the site: its path and content."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The files that links may lead to.

    Attributes:
        files: File path by page path, both without the language.
        lines: Offsets of the starts of lines, by key of a text.
    """

    files: Mapping[str, str]
    lines: Mapping[str, list[int]]

    def file(self, path: str) -> str:
        """Return the file of a page with the fragment, '' if there is no such page.

        Args:
            path: Server path with query and fragment.
        """
        bare, _, part = path.partition("#")
        bare, _, asked = bare.partition("?")
        if bare == "/resource":
            bare, asked = f"/resource?{asked}", ""
        found = self.files.get(bare, "")
        if bare.startswith("/text/") and asked.startswith("at="):
            part = f"l{bisect_right(self.lines[bare[6:]], int(asked[3:]))}" if found else ""
        elif asked and bare == "/plans":
            found += f"?{asked}"
        return found + (f"#{part}" if found and part else "")


@dataclass(frozen=True, kw_only=True)
class StaticPlace(PageContext):
    """The context of a page of a static site.

    Attributes:
        shelf: The files of the site.
        lang: Language of the page.
        file: Path of the page within the folder of its language.
        downloads_from_top: Label and address of related files, relative to the top of the site.
        url: Address of the published site, '' if unknown.
        is_start: Whether the page is at the top, above the folders of languages.
    """

    shelf: Shelf
    lang: str
    file: str
    downloads_from_top: tuple[tuple[str, str], ...] = ()
    url: str = ""
    is_start: bool = False

    @property
    def is_static(self) -> bool:
        """True: no server runs queries."""
        return True

    @property
    def navigation(self) -> tuple[tuple[str, str], ...]:
        """The entries of the main menu without those that need a server (SPARQL, comparison)."""
        return _MENU

    @cached_property
    def up(self) -> str:
        """Relative path to the top of the site."""
        return "" if self.is_start else "../" * (1 + self.file.count("/"))

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """Label and address of related files."""
        return [(label, f"{self.up}{path}") for label, path in self.downloads_from_top]

    @property
    def canonical(self) -> str:
        """The absolute address of the page, '' if it is unknown."""
        return f"{self.url}{self.lang}/{self.file}" if self.url else ""

    def at(self, path: str) -> str:
        """Return the address of a page, '' if there is none."""
        if path.startswith("/static/"):
            return f"{self.up}{path[1:]}"
        found = self.shelf.file(path)
        return f"{self.up}{self.lang}/{found}" if found else ""

    def switched(self, lang: str) -> str:
        """Return the address of this page in another language."""
        return f"{self.up}{lang}/{self.file}"


@dataclass(frozen=True, kw_only=True)
class Collection:
    """The content of a site.

    Attributes:
        store: Store that holds the graphs with their entailments.
        base: Base IRI of the instances.
        sources: Source texts by key; only these can be read on the site.
        title: Name of the collection in both languages, '' for the default.
        url: Address of the published site with a trailing slash, for canonical links and the sitemap; '' if unknown.
        downloads: Label and address of related files, relative to the top of the site.
        templates: The saved queries to answer; by default all built-in ones.
    """

    store: Queryable
    base: str
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    title: Both = _UNNAMED
    url: str = ""
    downloads: tuple[tuple[str, str], ...] = ()
    templates: Mapping[str, Template] = field(default_factory=load_templates)


def site_files(collection: Collection) -> Iterator[SiteFile]:
    """Yield the files of a site.

    Args:
        collection: The content.

    Raises:
        InputError: a saved query of a user took too long.
    """
    yield from _Writer(collection).files()


class _Memo(Queryable):
    """A store that caches answers until `forget`, because pages in both languages ask the same queries."""

    def __init__(self, store: Queryable) -> None:
        self._store = store
        self._known: dict[tuple[str, int | None], Answer] = {}

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query or return its cached answer."""
        key = (query, limit)
        if key not in self._known:
            self._known[key] = self._store.answer(query, limit=limit, remote=remote)
        return self._known[key]

    def forget(self) -> None:
        """Empty the cache to bound its size."""
        self._known.clear()


class _Writer:
    def __init__(self, collection: Collection) -> None:
        self.of, self.memo = collection, _Memo(collection.store)
        self.things = Pages(collection.store).things()
        files = {"/": "index.html", **{f"/{name}": f"{name}.html" for name in _LISTS}}
        files |= {f"/vocab/{name}": f"vocab/{name}.html" for name in REGISTERS}
        files |= {f"/q/{name}": f"q/{name}.html" for name in collection.templates}
        files |= {path_of(iri, collection.base): self.file_of(iri) for iri, _ in self.things}
        known = Pages(collection.store)
        self.texts = {
            key: source for key, source in sorted(collection.sources.items()) if known.text(collection.base, key)
        }
        files |= {f"/text/{key}": f"text/{key}.html" for key in self.texts}
        self.shelf = Shelf(files=files, lines={key: line_starts(source.text) for key, source in self.texts.items()})
        self.written: list[str] = []
        self.names = asking.names_of(collection.store)

    def file_of(self, iri: str) -> str:
        """Return the file of a thing: at its server path, or named by a hash if its IRI is foreign."""
        path = path_of(iri, self.of.base)
        if path.startswith("/page/"):
            return f"{path[1:]}.html"
        return f"resource/{hashlib.sha256(iri.encode()).hexdigest()[:16]}.html"

    def files(self) -> Iterator[SiteFile]:
        for name in sorted(ASSETS):
            yield SiteFile(path=f"static/{name}", data=asset(name))
        pages = {lang: Pages(self.memo, lang=lang) for lang in LANGUAGES}
        index = {lang: _Index(lang, self.shelf, self.of.base) for lang in LANGUAGES}
        for lang in LANGUAGES:
            yield from self.fixed(lang, pages[lang])
        yield from self.found(pages, index)
        for lang in LANGUAGES:
            search = {"kind": "search", "iri": "", "title": "", "lang": lang, "labels": {}}
            yield self.page(lang, "search.html", "search", search)
            yield SiteFile(path=f"{lang}/search-index.js", data=index[lang].script())
        if self.of.url:
            yield SiteFile(path="sitemap.xml", data=self.sitemap().encode())
            yield SiteFile(
                path="robots.txt", data=f"User-agent: *\nAllow: /\nSitemap: {self.of.url}sitemap.xml\n".encode()
            )

    def found(self, pages: Mapping[str, Pages], index: Mapping[str, _Index]) -> Iterator[SiteFile]:
        """Yield pages of things, queries and texts, both languages of one page in turn to share cached answers."""
        for iri, _ in self.things:
            self.memo.forget()
            yield self.data(iri)
            for lang in LANGUAGES:
                page = page_of(pages[lang], iri)
                if page is not None:
                    index[lang].add(page)
                    yield self.page(lang, self.file_of(iri), TEMPLATES.get(page["kind"], "thing"), page, data=iri)
        for name in sorted(self.of.templates):
            self.memo.forget()
            for lang in LANGUAGES:
                yield from self.query(self.of.templates[name], lang)
                index[lang].add_entry("question", f"q/{name}.html", question(self.of.templates[name], lang), name)
        for key, source in self.texts.items():
            self.memo.forget()
            for lang in LANGUAGES:
                yield from self.reading(lang, pages[lang], key, source)

    # -- pages ----------------------------------------------------------------------------------------------------
    def page(self, lang: str, file: str, template: str, page: Mapping[str, Any], **more: Any) -> SiteFile:  # noqa: ANN401 - of any template
        """Return a page; `data` in `more` is the thing whose Turtle file it links to."""
        iri = str(more.pop("data", ""))
        alternates = (("text/turtle", f"{'../' * (1 + file.count('/'))}{self.data_path(iri)}"),) if iri else ()
        title = self.of.title[lang == "en"]
        place = StaticPlace(
            title=title, base=self.of.base, version=assets_version(), shelf=self.shelf, lang=lang, file=file,
            path=self.path_at(file), alternates=alternates, downloads_from_top=self.of.downloads, url=self.of.url,
            is_start=bool(more.pop("is_start", False)),
        )  # fmt: skip
        described = structured.describe(page, title or SITE_WORDS["collection"][lang == "en"], place)
        text = structured.as_script(described)
        html = render(template, {"q": "", **page}, place, structured=text, **more)
        path = "index.html" if place.is_start else f"{lang}/{file}"
        if not place.is_start:
            self.written.append(path)
        return SiteFile(path=path, data=html.encode())

    def path_at(self, file: str) -> str:
        """Return the path of the menu entry that a file belongs to."""
        name = file.removesuffix(".html")
        return "/" if name == "index" else f"/{name}"

    def fixed(self, lang: str, pages: Pages) -> Iterator[SiteFile]:
        """Yield the start page, the lists, the ontology and the registers."""
        first = [self.entry(name, lang) for name in FIRST_QUERIES if name in self.of.templates]
        home = pages.home()
        yield self.page(lang, "index.html", "home", home, questions=first)
        if lang == "zh":
            yield self.page(lang, "index.html", "home", home, questions=first, is_start=True)
        yield from self.lists(lang, pages)
        yield self.page(lang, "ontology.html", "ontology", ontology_page(lang))
        yield self.page(lang, "vocab.html", "vocabulary", vocabulary_page(lang))
        for name in REGISTERS:
            yield self.page(lang, f"vocab/{name}.html", "register", register_page(name, lang))

    def entry(self, name: str, lang: str) -> dict[str, str]:
        return {"id": name, "question": question(self.of.templates[name], lang)}

    def lists(self, lang: str, pages: Pages) -> Iterator[SiteFile]:
        found = pages.documents()
        labels = found["labels"]
        years = sorted({d["year"] for d in found["documents"] if d["year"]}, reverse=True)
        places = sorted({d["place"] for d in found["documents"] if d["place"]}, key=lambda p: str(labels[p]))
        named = [{"iri": p, "label": labels[p]} for p in places]
        yield self.page(lang, "plans.html", "documents", found, years=years, places=named)
        for name in ("bodies", "populations", "initiatives"):
            yield self.page(lang, f"{name}.html", "list", getattr(pages, name)())
        queries = {"kind": "queries", "iri": "", "title": "", "lang": lang, "labels": {}}
        yield self.page(lang, "q.html", "queries", queries, tags=by_tag(self.of.templates.values(), lang))

    def reading(self, lang: str, pages: Pages, key: str, source: SourceText) -> Iterator[SiteFile]:
        """Yield the reading view of a text."""
        found = pages.text(self.of.base, key)
        if found is not None:
            nodes, owner = found
            file = self.shelf.file(path_of(owner, self.of.base)) if owner else ""
            node = terms.iri(f"{self.of.base}text/{key}")
            html = reading_page(nodes, node, source, lang=lang, back=f"../{file}" if file else "").html
            self.written.append(f"{lang}/text/{key}.html")
            yield SiteFile(path=f"{lang}/text/{key}.html", data=html.encode())

    # -- data -----------------------------------------------------------------------------------------------------
    def data_path(self, iri: str) -> str:
        return f"data/{self.file_of(iri).removesuffix('.html')}.ttl"

    def data(self, iri: str) -> SiteFile:
        """Return the triples about a thing in both directions."""
        node = terms.iri(iri)
        query = f"CONSTRUCT {{ {node} ?p ?o . ?s ?q {node} }} WHERE {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"
        text = write_turtle(self.of.store.construct(query), base=self.of.base)
        return SiteFile(path=self.data_path(iri), data=text.encode())

    def query(self, template: Template, lang: str) -> Iterator[SiteFile]:
        """Yield the page of a saved query, answered with the first parameter value that gives rows."""
        store = self.memo if template.is_ours else self.of.store
        wish, shown = self.sampled(template, store, lang)
        shown_wish = replace(wish, limit=_SHOWN)
        page = asking.query_page(template, store, shown_wish, lang=lang, seconds=60, names=self.names)
        page["truncated"] = page["truncated"] or page["total"] > _SHOWN
        for param in page["params"]:
            param["shown"] = shown.get(param["name"], "")
        for column in page["columns"]:
            column["sort"] = ""
        given = " ".join(f"-p {name}='{value}'" for name, value in shown.items())
        links = {}
        if page["rows"]:
            rows = asking.answer(template, store, replace(wish, cite=False), seconds=60)
            for form in ("csv", "json"):
                links[form] = f"{template.id}.{form}"
                yield SiteFile(path=f"{lang}/q/{links[form]}", data=asking.render_answer(template, rows, form))
        more = {
            "links": links, "previous": "", "next": "", "address": "", "uncited": "", "sample": bool(shown), "iri": "",
            "title": page["question"], "command": f"kgbuild query {template.id} --graph FILE {given}".strip(),
        }  # fmt: skip
        yield self.page(lang, f"q/{template.id}.html", "query", page | more, free=False)

    def sampled(self, template: Template, store: Queryable, lang: str) -> tuple[asking.Wish, dict[str, str]]:
        """Return parameter values that give rows, and their labels; with citations if the answer is small."""
        values: dict[str, list[str]] = {"lang": [lang]} if any(p.name == "lang" for p in template.params) else {}
        wish, named = asking.Wish(values=values), dict[str, str]()
        needed = [p for p in template.params if p.required]
        tried = zip(*(list(islice(self.candidates(p, lang), _TRIED)) for p in needed), strict=False) if needed else [()]
        for row in tried:
            given = {p.name: [value] for p, (value, _) in zip(needed, row, strict=True)}
            wish = asking.Wish(values={**values, **given})
            named = {p.name: label for p, (_, label) in zip(needed, row, strict=True)}
            try:
                rows = asking.answer(template, store, wish, seconds=60)
            except KgbuildError:
                continue
            if len(rows):
                cited = replace(wish, cite=True)
                try:
                    if len(rows) <= _CITED and any(asking.answer(template, store, cited, seconds=60).quotes):
                        return cited, named
                except KgbuildError:  # a query that is not laid out so that it can be cited
                    pass
                return wish, named
        return wish, named

    def candidates(self, param: Param, lang: str) -> Iterator[tuple[str, str]]:
        """Yield possible values of a parameter with their labels; for dates only the last deadline."""
        if param.type == "date":
            rows = self.memo.select("SELECT (MAX(?d) AS ?day) { ?x gplan:deadline ?d }").rows
            yield from ((str(day), str(day)) for (day,) in rows if day is not None)
        found = asking.choices(param, self.memo, lang=lang) or []
        # A query that compares two plans gets the first two: its second parameter starts with the second value.
        start = 1 if param.name == "after" and len(found) > 1 else 0
        yield from ((c["value"], c["label"].split(" · ")[0]) for c in found[start:])

    def sitemap(self) -> str:
        names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<urlset {names}>"]
        for path in sorted(self.written):
            lang, _, rest = path.partition("/")
            others = "".join(
                f'<xhtml:link rel="alternate" hreflang="{x}" href="{escape(f"{self.of.url}{x}/{rest}")}"/>'
                for x in LANGUAGES
            )
            lines.append(f"<url><loc>{escape(f'{self.of.url}{lang}/{rest}')}</loc>{others}</url>")
        return "\n".join([*lines, "</urlset>", ""])


class _Index:
    """The search index of a site: kind, address, name and context of each page."""

    def __init__(self, lang: str, shelf: Shelf, base: str) -> None:
        self.lang, self.shelf, self.base = lang, shelf, base
        self.entries: list[list[str]] = []

    def add(self, page: Mapping[str, Any]) -> None:
        kind = str(page["kind"])
        text, under = str(page["title"]), ""
        if kind == "action":
            action = page["action"]
            text = " ".join(str(v) for v in (action.get("label") or "", action.get("text") or page["title"]) if v)
            under = str(page["labels"].get(action.get("of"), ""))
        also = [
            str(v)
            for entry in page.get("card", ())
            if entry["name"] in ("alsoCalled", "number")
            for v in entry["values"]
        ]
        found = self.shelf.file(path_of(str(page["iri"]), self.base))
        self.add_entry(kind, found, text, " · ".join([under, *also] if under else also))

    def add_entry(self, kind: str, file: str, text: str, more: str) -> None:
        self.entries.append([kind, unquote(file), text, more])

    def script(self) -> bytes:
        at = self.lang == "en"
        names = {kind: SITE_WORDS[kind][at] for kind in sorted({e[0] for e in self.entries})}
        words = {name: SITE_WORDS[name][at] for name in ("hits", "no_hits", "more")}
        held = json.dumps(
            {"kinds": names, "words": words, "entries": self.entries}, ensure_ascii=False, separators=(",", ":")
        )
        return f"window.kgbuildIndex={held};\n".encode()


def files_by_path(files: Iterable[SiteFile]) -> dict[str, bytes]:
    """Return the files of a site in memory, by path."""
    return {file.path: file.data for file in files}

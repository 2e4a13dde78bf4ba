"""A collection as a folder of pages that opens from disk and from any web host: the pages of the server, as files.

Takes a store and the texts that are at hand, gives files one by one. Guarantees: every link between pages is relative
and leads to a file; nothing is fetched, the index of the search is a script; the same store gives the same bytes.

    index.html            the start page in Chinese
    zh/ en/               the pages, at the paths that a server has them under, with .html
    data/                 what the graph says of each thing, in Turtle
    static/               style, script, picture
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
    """A file of a site: its path inside, and what it holds."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What files there are, for links.

    Attributes:
        files: Path of a file by path of a page, both without language.
        lines: Offsets of the beginnings of lines by key of a text.
    """

    files: Mapping[str, str]
    lines: Mapping[str, list[int]]

    def file(self, path: str) -> str:
        """Return the file of a page with the part of it, '' where there is none.

        Args:
            path: Path on a server, with what stands behind `?` and `#`.
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
    """Where a page of a site of files is shown.

    Attributes:
        shelf: The files.
        lang: Language of the page.
        file: Its path inside the folder of the language.
        downloads: Label and address, from the top of the site, of files beside it.
        url: Address under which the site will be, '' where that is not known.
        is_start: Whether it lies at the top, above the languages.
    """

    shelf: Shelf
    lang: str
    file: str
    downloads_from_top: tuple[tuple[str, str], ...] = ()
    url: str = ""
    is_start: bool = False

    @property
    def is_static(self) -> bool:
        """True."""
        return True

    @property
    def navigation(self) -> tuple[tuple[str, str], ...]:
        """The entries of the main menu: there is nobody to answer SPARQL, or to compare."""
        return _MENU

    @cached_property
    def up(self) -> str:
        """What leads to the top of the site."""
        return "" if self.is_start else "../" * (1 + self.file.count("/"))

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """Label and address of files beside the site."""
        return [(label, f"{self.up}{path}") for label, path in self.downloads_from_top]

    @property
    def canonical(self) -> str:
        """The full address of the page, '' where it is not known."""
        return f"{self.url}{self.lang}/{self.file}" if self.url else ""

    def at(self, path: str) -> str:
        """Return the address of a page, '' where there is none."""
        if path.startswith("/static/"):
            return f"{self.up}{path[1:]}"
        found = self.shelf.file(path)
        return f"{self.up}{self.lang}/{found}" if found else ""

    def switched(self, lang: str) -> str:
        """Return the address of this page in another language."""
        return f"{self.up}{lang}/{self.file}"


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What a site is made of.

    Attributes:
        store: Holds graphs with their closure.
        base: Base of their instances.
        sources: Source texts by key: what is not here cannot be read on the site.
        title: Name of the collection in both languages, '' for ours.
        url: Address under which the site will be, ending in a slash, for canonical addresses and the sitemap; '' where
            not known.
        downloads: Label and address, from the top of the site, of files beside it.
        templates: The saved queries to answer; all of ours by default.
    """

    store: Queryable
    base: str
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    title: Both = _UNNAMED
    url: str = ""
    downloads: tuple[tuple[str, str], ...] = ()
    templates: Mapping[str, Template] = field(default_factory=load_templates)


def site_files(collection: Collection) -> Iterator[SiteFile]:
    """Give the files of a site.

    Args:
        collection: What is shown.

    Raises:
        InputError: a saved query of a user took too long.
    """
    yield from _Writer(collection).files()


class _Memo(Queryable):
    """A store that remembers what it was asked, until it is told to forget: both languages ask the same of it."""

    def __init__(self, store: Queryable) -> None:
        self._store = store
        self._known: dict[tuple[str, int | None], Answer] = {}

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query, or give what it gave before."""
        key = (query, limit)
        if key not in self._known:
            self._known[key] = self._store.answer(query, limit=limit, remote=remote)
        return self._known[key]

    def forget(self) -> None:
        """Begin anew, so that what is remembered stays small."""
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
        """The file of a thing: at its path, or under a hash where its IRI is not one of ours."""
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
        """Things, queries and texts, each in both languages while what the store said of it is remembered."""
        for iri, _ in self.things:
            self.memo.forget()
            yield self.data(iri)
            for lang in LANGUAGES:
                page = pages[lang].thing(iri)
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
        """One page; `data` names the thing whose Turtle lies beside it."""
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
        """The path of the menu that a file stands under."""
        name = file.removesuffix(".html")
        return "/" if name == "index" else f"/{name}"

    def fixed(self, lang: str, pages: Pages) -> Iterator[SiteFile]:
        """The start page, the lists, the ontology and the registers."""
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
        """The reading view of a text."""
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
        """What the graph says of a thing, and who points at it."""
        node = terms.iri(iri)
        query = f"CONSTRUCT {{ {node} ?p ?o . ?s ?q {node} }} WHERE {{ {{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} }}"
        text = write_turtle(self.of.store.construct(query), base=self.of.base)
        return SiteFile(path=self.data_path(iri), data=text.encode())

    def query(self, template: Template, lang: str) -> Iterator[SiteFile]:
        """A saved query with its answer, where it needs a parameter with the first value that gives one."""
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
        """Values with which a query gives rows, and how people know them; cited where that is not too much."""
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
        """Values that a parameter may have, with their names: of dates the last deadline."""
        if param.type == "date":
            rows = self.memo.select("SELECT (MAX(?d) AS ?day) { ?x gplan:deadline ?d }").rows
            yield from ((str(day), str(day)) for (day,) in rows if day is not None)
        found = asking.choices(param, self.memo, lang=lang) or []
        # Two plans to compare are the first two: the second parameter begins with the second value.
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
    """What the search of a site looks in: for each page its kind, address, name, and where it belongs."""

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
    """Return the files of a site by path, for who wants them in memory."""
    return {file.path: file.data for file in files}

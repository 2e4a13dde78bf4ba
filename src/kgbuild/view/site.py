"""Renders the dictionaries of `kgbuild.view.pages` as HTML; pure, so that any server or generator can use it.

All values from graphs and requests are escaped. Pages load only the style sheet and script of this folder, contain no
inline style or script, and are readable without either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kgbuild import terms
from kgbuild.view.site_words import SITE_WORDS
from kgbuild.view.vocabulary import home_of
from kgbuild.view.wording import flat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

NAVIGATION = (
    ("plans", "/plans"),
    ("bodies", "/bodies"),
    ("populations", "/populations"),
    ("initiatives", "/initiatives"),
    ("compare", "/compare"),
    ("queries", "/q"),
    ("editor", "/sparql"),
    ("ontology", "/ontology"),
    ("vocabulary", "/vocab"),
)


TEMPLATES = {"document": "document", "action": "action", "body": "entity", "population": "entity",
             "initiative": "entity", "division": "entity"}  # fmt: skip
"""Template by kind of page; all other kinds use `thing`."""
FIRST_QUERIES = ("duties-for-population", "actions-of-body", "bodies-of-action", "deadlines", "indicator-targets",
                 "joint-work", "coverage")  # fmt: skip
"""Saved queries that the start page links to."""


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """The context in which a page is shown.

    Attributes:
        title: Name of the collection, '' for the default.
        root: Prefix of all paths, such as `/plans`; '' for none.
        base: Base IRI of the instances in the store.
        path: Path and query of this page.
        version: Cache key, which changes with style sheet and script.
        alternates: Media type and address of the other representations of the page.
    """

    title: str = ""
    root: str = ""
    base: str = ""
    path: str = "/"
    version: str = ""
    alternates: tuple[tuple[str, str], ...] = ()

    @property
    def starts(self) -> tuple[str, ...]:
        """Beginnings of the IRIs whose pages have short addresses."""
        return tuple(filter(None, (self.base, terms.ID)))

    @property
    def canonical(self) -> str:
        """The absolute address of the page, '' if it is unknown."""
        return ""

    @property
    def navigation(self) -> tuple[tuple[str, str], ...]:
        """Label and path of the entries of the main menu."""
        return NAVIGATION

    @property
    def is_static(self) -> bool:
        """Whether the page is a static file, without a server to run queries."""
        return False

    def at(self, path: str) -> str:
        """Return the address of a page by its server path, '' if there is no such page."""
        return f"{self.root}{path}"

    def href(self, iri: str) -> str:
        """Return the address of the page about an IRI, '' if there is none."""
        return self.at(path_of(iri, self.base))

    def key(self, iri: str) -> str:
        """Return how the addresses of this server write a plan or a division."""
        return key_of(iri, self.base)

    def text(self, source: str, start: int | None = None) -> str:
        """Return the address of a source text, at the line of an offset if given; '' if the text is not available.

        Args:
            source: IRI or hash of the source text.
            start: Offset in code points.
        """
        key = source.rpartition("/")[2][:16]
        return self.at(f"/text/{key}" + (f"?at={start}" if start is not None else ""))

    def switched(self, lang: str) -> str:
        """Return the address of this page in another language."""
        return f"{self.path}{'&' if '?' in self.path else '?'}lang={lang}"


def path_of(iri: str, base: str) -> str:
    """Return the path of the page about an IRI.

    Example:
        >>> path_of("https://w3id.org/gplan/id/population/minors", "https://example.org/id/")
        '/page/population/minors'
        >>> path_of("https://w3id.org/gplan/vocab#role-lead", "")
        '/vocab#role-lead'
    """
    if iri.startswith(terms.GPLAN):
        return f"/ontology#{quote(iri[len(terms.GPLAN) :])}"
    if iri.startswith(terms.GPLANV):
        name = iri[len(terms.GPLANV) :]
        return f"{home_of(name)}#{quote(name)}"
    for start in (base, terms.ID):
        rest = iri[len(start) :]
        if start and iri.startswith(start) and rest and quote(rest, safe="/.-_~") == rest and ".." not in rest:
            return f"/page/{rest}"
    return f"/resource?iri={quote(iri, safe='')}"


def key_of(iri: str, base: str) -> str:
    """Return an IRI as a parameter of an address: the key of a document, the code of a division, else unchanged.

    Example:
        >>> key_of("https://example.org/id/document/1f", "https://example.org/id/")
        '1f'
        >>> key_of("https://w3id.org/gplan/id/division/990000", "https://example.org/id/")
        '990000'
    """
    for start in (f"{base}document/", f"{terms.ID}division/"):
        if base and iri.startswith(start):
            return iri[len(start) :]
    return iri


def short_iri(iri: str, base: str = "") -> str:
    """Return an IRI in short: a prefixed name for our prefixes, the path of its page for what is ours.

    Args:
        iri: The IRI.
        base: Base IRI of the instances, '' for none.

    Example:
        >>> short_iri("https://w3id.org/gplan/ontology#Action"), short_iri("https://example.org/a")
        ('gplan:Action', 'https://example.org/a')
        >>> short_iri("https://example.org/id/document/1f", "https://example.org/id/")
        'document/1f'
    """
    for start in filter(None, (base, terms.ID)):
        if iri.startswith(start) and len(iri) > len(start):
            return iri[len(start) :]
    for prefix, namespace in terms.PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{rest}"
    return iri


def render(template: str, page: Mapping[str, Any], place: PageContext, **more: object) -> str:
    """Return a page as HTML.

    Args:
        template: Name of the template without suffix.
        page: Data of the page; `lang` is its language.
        place: The context.
        **more: Further values for the template.
    """
    lang = str(page["lang"])
    at = 0 if lang == "zh" else 1
    words = {name: both[at] for name, both in SITE_WORDS.items()}
    labels = page.get("labels", {})

    def name(iri: object) -> str:
        return str(labels.get(iri, iri))

    return (
        _environment()
        .get_template(f"{template}.html.j2")
        .render(
            page=page, place=place, lang=lang, w=words, name=name, href=place.href, at=place.at,
            navigation=place.navigation,
            is_iri=lambda value: isinstance(value, str) and value in labels, **more,
        )
    )  # fmt: skip


def asset(name: str) -> bytes:
    """Return a static file of the pages.

    Raises:
        KeyError: there is no such file.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return (files("kgbuild") / "view" / "templates" / "site" / name).read_bytes()


@cache
def assets_version() -> str:
    """Return a string that changes with style sheet and script."""
    return hashlib.sha256(b"".join(asset(name) for name in ASSETS)).hexdigest()[:10]


ASSETS = {
    "site.css": "text/css; charset=utf-8",
    "site.js": "text/javascript; charset=utf-8",
    "search.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "editor.js": "text/javascript; charset=utf-8",
    "editor.licences.txt": "text/plain; charset=utf-8",
}
"""Media type of each static file of the pages."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader

    made = Environment(
        loader=PackageLoader("kgbuild", "view/templates/site"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["flat"] = lambda text: flat(str(text))
    return made

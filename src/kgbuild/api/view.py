"""Pages and diagrams of documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.api.answers import draw
from kgbuild.api.document import build, graphs_of
from kgbuild.api.files import files_in, read_file
from kgbuild.api.graph import open  # noqa: A004
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.graph.facts import refuse_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.model import SourceText
    from kgbuild.store import Queryable
    from kgbuild.view.reading import Page
    from kgbuild.view.static import SiteFile


def view_pages(
    inputs: Iterable[str],
    *,
    sources: Iterable[Path] = (),
    config: Path | None = None,
    decisions: Path | None = None,
    lang: str = "zh",
) -> list[Page]:
    """Return the reading view of documents, one page for each source text; see `kgbuild.view.reading`.

    Args:
        inputs: Documents, graphs (by their suffix) or folders of documents.
        sources: Sources of the graphs.
        config: Configuration; None = the nearest kgbuild.toml above each document.
        decisions: Folder with completed tables of doubts.
        lang: Initial language of the pages.

    Raises:
        InputError: a file cannot be read, or the source of a graph is missing.
    """
    from kgbuild.graph.serialise import FORMATS
    from kgbuild.store import Index
    from kgbuild.view.reading import reading_page

    pages: list[Page] = []
    for file in (f for i in inputs for f in ([Path(i)] if i == "-" else files_in([Path(i)]))):
        if file.suffix in FORMATS:
            pages += _graph_pages(file, sources, lang)
            continue
        built = build(file, config=config, decisions=decisions, validate=False).built
        nodes = Index((*t, "") for t in built.asserted | built.graphs.vocabulary)
        pages.append(reading_page(nodes, f"<{built.base}text/{built.source.key}>", built.source, lang=lang))
    return pages


def _graph_pages(file: Path, sources: Iterable[Path], lang: str) -> Iterator[Page]:
    from kgbuild.store import Index
    from kgbuild.view.reading import reading_page

    quads = open(file).quads
    refuse_facts(quads, where=str(file))
    nodes = Index(quads)
    known = {nodes.text(n, "contentSha256"): n for n in nodes.of_type("SourceText")}
    found = [(known[t.sha256], t) for t in map(read_file, files_in(sources)) if t.sha256 in known]
    if not found:
        raise InputError("the source of this graph is not at hand", where=str(file), cure="give --source FILE")
    for node, text in found:
        yield reading_page(nodes, node, text, lang=lang)


def collection_site(
    inputs: Iterable[str],
    *,
    sources: Iterable[Path] = (),
    config: Path | None = None,
    decisions: Path | None = None,
    title: str = "",
    url: str = "",
) -> Iterator[SiteFile]:
    """Yield the files of a static site for all documents, which works from disk; see `kgbuild.view.static`.

    Args:
        inputs: Documents, graphs (by their suffix), folders of either, or the folder of a store.
        sources: Source texts of the graphs; without them the site has no reading view.
        config: Configuration; None = the nearest kgbuild.toml above each document.
        decisions: Folder with completed tables of doubts.
        title: Name of the collection.
        url: Its public address, for canonical links and a sitemap.

    Raises:
        InputError: a file cannot be read, or a store cannot be opened.
        UsageError: there are no inputs, or the address is invalid.
    """
    from kgbuild.config import DEFAULT_BASE
    from kgbuild.view.facts import Both
    from kgbuild.view.pages import Pages
    from kgbuild.view.static import Collection, site_files

    if url and not url.startswith(("http://", "https://")):
        raise UsageError(Message("{url!r} is not an address", url=url[:60]), where="--url", cure="write https://…")
    store, texts = _collected(list(inputs), sources, config, decisions)
    collection = Collection(
        store=store, base=Pages(store).base() or DEFAULT_BASE, title=Both(title, title),
        url=f"{url.rstrip('/')}/" if url else "",
        sources={text.sha256[:16]: text for text in texts},
    )  # fmt: skip
    return site_files(collection)


def _collected(
    inputs: list[str], sources: Iterable[Path], config: Path | None, decisions: Path | None
) -> tuple[Queryable, list[SourceText]]:
    """Return the content of the inputs as a store with closure, and the source texts that are available."""
    from kgbuild.api.store import quads_to_serve
    from kgbuild.graph.serialise import FORMATS
    from kgbuild.store import DiskStore, Store

    texts = [read_file(file) for file in files_in(sources)]
    if len(inputs) == 1 and (Path(inputs[0]) / "version").is_file():
        return DiskStore(Path(inputs[0])), texts
    files = [f for i in inputs for f in ([Path(i)] if i == "-" else files_in([Path(i)]))]
    if not files:
        raise UsageError("nothing to show", where="view", cure="give documents, graphs or a store")
    quads = quads_to_serve(file for file in files if file.suffix in FORMATS)
    for file in files:
        if file.suffix not in FORMATS:
            result = build(file, config=config, decisions=decisions, validate=False)
            texts.append(result.built.source)
            quads += [(*t, f"<{name}>") for name, ts in graphs_of(result.built).items() for t in ts]
    return Store(quads), texts


def draw_diagram(path: str, kind: str, suffix: str, *, lang: str = "zh") -> tuple[bytes, list[str]]:
    """Draw a diagram of a plan.

    Args:
        path: File of the graph.
        kind: `outline`; `matrix` of bodies and populations; `network` of bodies that cooperate.
        suffix: `.svg`, `.png`, or `.json` for the specification.
        lang: Language of titles.

    Returns:
        The picture, and warnings (no font with Chinese characters).

    Raises:
        UsageError: there is nothing to draw.
        InputError: the graph cannot be read, or vl-convert is not installed.
    """
    graph = open(path)
    query = {"matrix": "body-population-matrix", "network": "joint-work"}.get(kind)
    if query:
        return draw(query, graph.query(query), suffix, lang=lang)
    from kgbuild.store import Index
    from kgbuild.view import charts
    from kgbuild.view.diagrams import outline

    spec = outline(Index(graph.quads))
    if not spec["data"][0]["values"]:
        raise UsageError("there is no plan to draw", where=path, cure="give a graph that kgbuild build wrote")
    return charts.draw(spec, suffix)

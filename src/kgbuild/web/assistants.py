"""A store for AI assistants: a Model Context Protocol server over standard input and output.

The tools offer what the pages do: saved queries, search, explanations and SPARQL. The workers of the server do the work
within its limits, and rows come with their evidence: sentence, plan, item and offset.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from kgbuild.queries.catalogue import question
from kgbuild.store import form_of
from kgbuild.version import __version__
from kgbuild.web.options import ServerOptions
from kgbuild.web.pool import TaskError
from kgbuild.web.site import open_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from mcp.server import MCPServer

    from kgbuild.web.site import Site

T = TypeVar("T")
_MOST = 500
_KINDS = ("action", "measure", "section", "body", "population", "initiative", "document")
_LISTED = 20
"""Most entries of a list in an explanation: an assistant pays for each character that it reads."""
_ABOUT = (
    "Chinese government plans as a knowledge graph in which every fact points at its characters. Ask saved queries "
    "first (list_queries, run_query) and cite the sentences that come with their rows. Names may be given in Chinese."
)


def mcp_server(*places: str | Path, options: ServerOptions | None = None) -> MCPServer[Any]:
    """Return a Model Context Protocol server; its `run()` uses standard input and output.

    Args:
        places: The folder of one store, or graph files and folders of such files.
        options: Settings; None for the defaults.

    Raises:
        UsageError: no place was given, or a setting is invalid.
        InputError: a place cannot be read.
    """
    # The library and what it stands on are optional dependencies.
    from anyio import CancelScope
    from mcp.server import MCPServer

    site = open_site(places, options or ServerOptions())

    @asynccontextmanager
    async def lifespan(_: MCPServer[Any]) -> AsyncIterator[None]:
        await site.start()
        try:
            yield
        finally:
            with CancelScope(shield=True):  # an assistant that is gone cancels what follows, but no worker may stay
                await site.stop()

    server: MCPServer[Any] = MCPServer("kgbuild", instructions=_ABOUT, version=__version__, lifespan=lifespan)
    for tool in _Tools(site).all():
        server.tool()(tool)
    return server


class _Tools:
    """What an assistant may do; the docstrings are what it reads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def all(self) -> list[Any]:
        found: list[Any] = [self.list_queries, self.run_query, self.search, self.explain]
        return [*found, self.sparql] if self._site.options.is_free else found

    async def list_queries(self, lang: str = "en") -> list[dict[str, Any]]:
        """List the saved queries: name, question, parameters (type, whether required or several) and columns."""
        return [
            {
                "name": t.id,
                "question": question(t, lang),
                "params": {
                    p.name: f"{p.type}{', required' * p.required}{', several' * p.many}: {p.doc.of(lang)}"
                    for p in t.params
                },
                "columns": {column: doc.of(lang) for column, doc in t.returns},
            }
            for t in self._site.templates.values()
        ]

    async def run_query(
        self, name: str, params: dict[str, str | list[str]] | None = None, limit: int = 50, *, cite: bool = True
    ) -> Any:  # noqa: ANN401 - rows of any shape
        """Run a saved query; with cite, each row comes with the sentence, plan, item and offset that it rests on.

        Values are texts, or lists of texts for several: labels as they stand in the graph (云岭省教育厅), IRIs, printed
        numbers of items, dates, years.
        """
        own = {key: [value] if isinstance(value, str) else value for key, value in (params or {}).items()}
        given = {**own, "limit": [str(max(1, min(limit, _MOST)))], **({"cite": ["1"]} if cite else {})}
        return json.loads(await self._body("saved", {"name": name, "given": given, "form": "json"}))

    async def search(self, words: str, kind: str = "") -> dict[str, Any]:
        """Find actions, measures, headings, names and titles that hold all words, apart by blanks.

        Kinds: action, measure, section, body, population, initiative, document; '' for all.
        """
        if kind and kind not in _KINDS:
            raise _refused(f"{kind[:40]!r} is no kind; use one of: {', '.join(_KINDS)}")
        chosen = {"kind": kind, "year": "", "document": ""}
        found = await _told(self._site.find("search", {"q": words, "lang": "zh", "chosen": chosen}))
        hits = [{"text": "".join(text for text, _ in h["parts"]), "kind": h["kind"], "plan": h["document"],
                 "item": h["item"], "offset": h["start"], "iri": h["node"],
                 **{key: h[key] for key in ("name", "actions") if key in h}} for h in found["hits"][:50]]  # fmt: skip
        return {"total": found["total"], "hits": hits}

    async def explain(self, iri: str, lang: str = "zh") -> dict[str, Any]:
        """Say what the graph states of a thing, by its IRI: an action with bodies, roles, rules and wording; a plan.

        Long lists are cut; the saved queries give the rest.
        """
        args = {"name": "thing", "lang": lang, "args": {"iri": iri}}
        page = await _told(self._site.own.call("page", args, seconds=self._site.options.timeout))
        aside = {"pointers", "paths", "base", "matrix"}
        if page["kind"] != "thing":  # then all that is stated has a place of its own
            aside.add("statements")
        return {name: _brief(value) for name, value in page.items() if name not in aside}

    async def sparql(self, query: str, limit: int = 100) -> Any:  # noqa: ANN401 - rows of any shape
        """Ask in SPARQL (SELECT or ASK), read only; the prefixes gplan, gplanv, skos, rdfs, dcterms are known."""
        if form_of(query) not in ("SELECT", "ASK", ""):
            raise _refused(f"{form_of(query)} gives no rows; write SELECT or ASK")
        scope = {"default": [], "named": [], "base": ""}
        args = {"query": query, "form": "json", "scope": scope, "most": self._site.options.most_rows}
        found = json.loads(await self._body("sparql", args, free=True))
        if "boolean" in found:
            return found["boolean"]
        rows = found["results"]["bindings"]
        kept = rows[: max(1, min(limit, _MOST))]
        plain = [{name: cell["value"] for name, cell in row.items()} for row in kept]
        return {"rows": plain, "truncated": len(rows) > len(kept)}

    async def _body(self, task: str, args: dict[str, Any], *, free: bool = False) -> bytes:
        pool = self._site.free if free else self._site.own
        return await _told(pool.body(task, args, seconds=self._site.options.timeout))


def _brief(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value without the tails of its long lists, which say how much they lack."""
    if isinstance(value, dict):
        return {name: _brief(held) for name, held in value.items()}
    if not isinstance(value, list):
        return value
    more = len(value) - _LISTED
    return [*map(_brief, value[:_LISTED]), *([f"… {more} more"] if more > 0 else [])]


def _refused(what: str) -> Exception:
    from mcp.server.mcpserver.exceptions import ToolError

    return ToolError(what)


async def _told(answer: Awaitable[T]) -> T:
    """Return an answer; what went wrong becomes an error that the assistant reads."""
    try:
        return await answer
    except TaskError as e:
        raise _refused(str(e)) from e

"""A store for AI assistants: a Model Context Protocol server over standard input and output.

The tools offer what the pages do: saved queries, search, explanations and SPARQL. The workers of the server do the work
within its limits, and rows come with their evidence: sentence, plan, item and offset.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from kgbuild.errors import Message
from kgbuild.queries.catalogue import question
from kgbuild.store import form_of
from kgbuild.translation import told, translated
from kgbuild.version import __version__
from kgbuild.web.options import ServerOptions
from kgbuild.web.pool import TaskError
from kgbuild.web.site import open_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Mapping
    from pathlib import Path

    from mcp.server import MCPServer

    from kgbuild.web.site import Site

T = TypeVar("T")
_MOST = 500
_KINDS = ("action", "measure", "section", "body", "population", "initiative", "document")
_PATIENCE = 120.0
"""Seconds that a search waits for the index: assistants begin with one, and wait rather than try again."""
_OF_AN_ACTION = ("iri", "path", "text", "roles")
_LISTED = 20
"""Maximum length of a list in an explanation: an assistant pays for each character that it reads."""
_ABOUT = (
    "Chinese government plans as a knowledge graph in which every fact points at its characters. Ask saved queries "
    "first (list_queries, run_query) and cite the sentences that come with their rows. Names may be given in Chinese."
)


def mcp_server(*places: str | Path, options: ServerOptions | None = None, lang: str = "en") -> MCPServer[Any]:
    """Return a Model Context Protocol server; its `run()` uses standard input and output.

    Args:
        places: The folder of one store, or graph files and folders of such files.
        options: Settings; None for the defaults.
        lang: Language of errors, and of answers whose language is not asked for; `zh` or `en`.

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

    server: MCPServer[Any] = MCPServer(
        "kgbuild", instructions=_ABOUT, version=__version__, lifespan=lifespan, log_level="WARNING"
    )
    for tool in _Tools(site, lang).all():
        server.tool()(tool)
    return server


class _Tools:
    """What an assistant may do; the docstrings are what it reads."""

    def __init__(self, site: Site, lang: str) -> None:
        self._site, self._lang = site, lang

    def all(self) -> list[Any]:
        found: list[Any] = [self.list_queries, self.run_query, self.search, self.explain]
        return [*found, self.sparql] if self._site.options.is_free else found

    async def list_queries(self, lang: str = "") -> list[dict[str, Any]]:
        """List the saved queries: name, question, parameters (type, whether required or several) and columns.

        Languages: zh, en; '' for that of this server.
        """
        lang = lang or self._lang
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
        """Find actions, measures, headings, names and titles that contain all words, separated by blanks.

        Kinds: action, measure, section, body, population, initiative, document; '' for all.
        """
        if kind and kind not in _KINDS:
            what = Message("{kind!r} is no kind; use one of: {names}", kind=kind[:40], names=", ".join(_KINDS))
            raise self._refused(what)
        chosen = {"kind": kind, "year": "", "document": ""}
        asked = {"q": words, "lang": self._lang, "chosen": chosen}
        found = await self._told(self._site.find("search", asked, patience=_PATIENCE))
        hits = [{"text": "".join(text for text, _ in h["parts"]), "kind": h["kind"], "plan": h["document"],
                 "item": h["item"], "offset": h["start"], "iri": h["node"],
                 **{key: h[key] for key in ("name", "actions") if key in h}} for h in found["hits"][:50]]  # fmt: skip
        return {"total": found["total"], "hits": hits}

    async def explain(self, iri: str, lang: str = "") -> dict[str, Any]:
        """Say what the graph states of a thing, by its IRI: an action with bodies, roles, rules and wording; a plan.

        Long lists are cut; the saved queries give the rest.
        """
        args = {"name": "thing", "lang": lang or self._lang, "args": {"iri": iri}}
        page = await self._told(self._site.own.call("page", args, seconds=self._site.options.timeout))
        aside = {"pointers", "paths", "base", "matrix", "labels"}
        if page["kind"] != "thing":  # then all that is stated has a place of its own
            aside.add("statements")
        if page["kind"] == "action":
            page["plan"] = {"iri": page["action"]["of"]}
        return {name: _brief(value, page["labels"], inside=name) for name, value in page.items() if name not in aside}

    async def sparql(self, query: str, limit: int = 100) -> Any:  # noqa: ANN401 - rows of any shape
        """Ask in SPARQL (SELECT or ASK), read only; the prefixes gplan, gplanv, skos, rdfs, dcterms are known."""
        if form_of(query) not in ("SELECT", "ASK", ""):
            raise self._refused(Message("{form} gives no rows; write SELECT or ASK", form=form_of(query)))
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
        return await self._told(pool.body(task, args, seconds=self._site.options.timeout))

    def _refused(self, what: str) -> Exception:
        from mcp.server.mcpserver.exceptions import ToolError

        return ToolError(translated(what, self._lang))

    async def _told(self, answer: Awaitable[T]) -> T:
        """Return an answer; what went wrong becomes an error that the assistant reads."""
        try:
            return await answer
        except TaskError as e:
            raise self._refused(told(e, self._lang)) from e


def _brief(value: Any, names: Mapping[str, str], *, inside: str = "") -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value as short as an assistant can use it.

    Names stand for IRIs, apart from those of things that are listed and can be explained in turn; an action in a list
    has its place, text and roles; long lists say how much they lack.

    Args:
        value: The value.
        names: The label of each IRI.
        inside: Field that holds the value.
    """
    if isinstance(value, dict):
        is_action = "path" in value and "bodies" in value
        kept = {k: v for k, v in value.items() if not is_action or k in _OF_AN_ACTION}
        said = {names.get(k, k): _brief(v, names, inside=k) for k, v in kept.items()}
        return {"name": names[value["iri"]], **said} if value.get("iri") in names and not is_action else said
    if isinstance(value, list):
        more = len(value) - _LISTED
        cut = [_brief(v, names, inside=inside) for v in value[:_LISTED]]
        return [*cut, *([f"… {more} more"] if more > 0 else [])]
    return names.get(value, value) if isinstance(value, str) and inside != "iri" else value

"""Questions: what the commands `query`, `queries` and `sparql` do.

The functions that run a query here take `within`: what bounds its time, entered once the graph is read and closed, and
not at all where the query runs in a process or on a machine of its own, which has its own deadline.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Literal

from kgbuild.api.answers import cite_rows, locate
from kgbuild.api.files import read_query
from kgbuild.api.graph import Graph
from kgbuild.errors import UsageError
from kgbuild.queries.dataset import StoredDataset
from kgbuild.store import DiskStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kgbuild.queries.dataset import Dataset
    from kgbuild.store import Rows

    Within = Callable[[], AbstractContextManager[None]]

LIMIT = 10_000
"""Most rows of a free query where nobody said how many."""


def query(  # noqa: PLR0913 - one for each option of the command
    asked: Dataset,
    name: str,
    params: Iterable[str] = (),
    *,
    lang: str | None = None,
    limit: int | None = None,
    cite: bool = False,
    within: Within = nullcontext,
) -> Rows:
    """Ask a saved query, with parameters as a person writes them.

    Args:
        asked: What is asked; its `folders` may hold further queries.
        name: The query.
        params: `name=value`, a name as often as it has values.
        lang: Value of the parameter `lang`, for queries that have it.
        limit: Most rows to return, None for all.
        cite: Find for each row where the text says it: `rows.quotes`.
        within: What bounds the time of the query.

    Raises:
        UsageError: unknown query or parameter, missing or unfit value, unknown or ambiguous name.
    """
    from kgbuild.queries.run import parse_params
    from kgbuild.queries.template import find_template

    template = find_template(name, asked.folders)
    values = parse_params(template, params, lang=lang)
    asked.store(template.graph)  # reading and reasoning are no part of the query
    with bounded(asked, within, ours=template.is_ours):
        return asked.query(name, limit=limit, cite=cite, **values)


def bounded(asked: Dataset, within: Within, *, ours: bool = True) -> AbstractContextManager[None]:
    """Return what bounds the time of a query: nothing for an endpoint or a query of a user, which have a deadline."""
    is_elsewhere = isinstance(asked, StoredDataset) and not isinstance(asked.store("asserted"), DiskStore)
    return within() if ours and not is_elsewhere else nullcontext()


def place_rows(asked: Dataset, rows: Rows, sources: Sequence[Path], *, cite: bool = False) -> Rows:
    """Return rows with their places in the text: their quotes, or line and column of their column `start`.

    Args:
        asked: What was asked.
        rows: The answer.
        sources: Files that the graphs were built from.
        cite: Whether the answer has quotes.

    Raises:
        UsageError: several sources without quotes, or of what is no graph file; no column `start`.
        InputError: a source cannot be read, or is not the text of the graph.
    """
    if cite:
        return cite_rows(rows, sources)
    if not sources:
        return rows
    if len(sources) > 1 or not isinstance(asked, Graph):
        raise UsageError("belongs to one graph file here", where="--source", cure="add --cite for several")
    return locate(asked, rows, sources[0])


def show_query(
    name: str,
    asked: Dataset | None = None,
    *,
    folders: Sequence[Path] = (),
    lang: str = "en",
    within: Within = nullcontext,
) -> str:
    """Return a saved query in full: question, parameters, columns, SPARQL, and an answer where something is asked.

    Args:
        name: The query.
        asked: What the answer is taken from; None for no answer.
        folders: Folders of a user with further queries.
        lang: Language of the question.
        within: What bounds the time of the query.

    Raises:
        UsageError: there is no such query.
    """
    from kgbuild.queries.catalogue import describe, sample
    from kgbuild.queries.export import example_command
    from kgbuild.queries.template import find_template

    template = find_template(name, folders)
    table = ""
    if asked is not None:
        held = asked.store(template.graph)
        with bounded(asked, within, ours=template.is_ours):
            table = sample(template, held)
    return describe(template, lang=lang, command=example_command(template), sample=table)


def query_values(asked: Dataset, name: str, parameter: str, *, within: Within = nullcontext) -> Rows:
    """Return what may stand for a parameter of a saved query.

    Raises:
        UsageError: there is no such query or parameter.
    """
    from kgbuild.queries.lookup import valid_values
    from kgbuild.queries.template import find_template

    param = find_template(name, asked.folders).param(parameter)
    held = asked.store("asserted")
    with bounded(asked, within):
        return valid_values(held, param)


def export_queries(form: Literal["md", "sib"], *, endpoint: str | None = None, folders: Sequence[Path] = ()) -> str:
    """Return the saved queries as one text: a page, or their descriptions in SHACL.

    Args:
        form: `md` for a page, `sib` for Turtle after the examples of the SIB.
        endpoint: Endpoint that the descriptions name.
        folders: Folders of a user with further queries.
    """
    from kgbuild.queries.export import to_markdown, to_sib
    from kgbuild.queries.template import load_templates

    templates = load_templates(folders).values()
    return to_markdown(templates) if form == "md" else to_sib(templates, endpoint=endpoint)


def grlc_queries(*, endpoint: str | None = None, folders: Sequence[Path] = ()) -> dict[str, str | None]:
    """Return each saved query as a file of grlc, by its name; None for an ASK, which grlc does not take."""
    from kgbuild.queries.export import to_grlc
    from kgbuild.queries.template import load_templates

    return {name: to_grlc(template, endpoint=endpoint) for name, template in load_templates(folders).items()}


def sparql(
    asked: Dataset,
    text: str,
    *,
    timeout: float = 30.0,
    limit: int | None = LIMIT,
    inferred: bool = False,
    remote: bool = False,
) -> tuple[Rows, list[str]]:
    """Ask a query of your own.

    Args:
        asked: What is asked.
        text: The query, a file that ends in `.rq`, or `-` for the standard input.
        timeout: Seconds for the query.
        limit: Most rows to return, None for all.
        inferred: Ask a graph with its closure and the class tree.
        remote: Let SERVICE and FROM reach the network.

    Returns:
        The rows, and hints: names that the ontology does not have.

    Raises:
        UsageError: a syntax error, an update, or SERVICE or FROM where they are not allowed.
        InputError: it took too long or too much memory.
    """
    from kgbuild.queries.hints import hints

    wanted = read_query(text)
    rows = asked.sparql(wanted, timeout=timeout, limit=limit, inferred=inferred, remote=remote)
    return rows, hints(wanted)

"""Queries: the commands `query`, `queries` and `sparql`.

Functions that run a query take `within`, a context manager that bounds its time. It is entered after the graph has been
read and closed, and not at all if the query runs in a separate process or on another machine with its own deadline.
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
"""Maximum number of rows of a free query if the caller gives none."""


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
    """Run a saved query, with parameters as written by a person.

    Args:
        asked: What to query; its `folders` may hold additional queries.
        name: Name of the query.
        params: `name=value`, repeated for several values.
        lang: Value of the parameter `lang`, for queries that have it.
        limit: Maximum number of rows; None = all.
        cite: Find the supporting text of each row (`rows.quotes`).
        within: Bounds the time of the query.

    Raises:
        UsageError: unknown query or parameter, missing or invalid value, unknown or ambiguous name.
    """
    from kgbuild.queries.run import parse_params
    from kgbuild.queries.template import find_template

    template = find_template(name, asked.folders)
    values = parse_params(template, params, lang=lang)
    asked.store(template.graph)  # reading and reasoning do not count as query time
    with bounded(asked, within, ours=template.is_ours):
        return asked.query(name, limit=limit, cite=cite, **values)


def bounded(asked: Dataset, within: Within, *, ours: bool = True) -> AbstractContextManager[None]:
    """Return what bounds the time of a query: nothing for endpoints and user queries, which have a deadline.

    Args:
        asked: What is asked.
        within: The context that bounds the time of what runs in this process.
        ours: Whether the query is distributed with kgbuild.
    """
    is_elsewhere = isinstance(asked, StoredDataset) and not isinstance(asked.store("asserted"), DiskStore)
    return within() if ours and not is_elsewhere else nullcontext()


def place_rows(asked: Dataset, rows: Rows, sources: Sequence[Path], *, cite: bool = False) -> Rows:
    """Add to rows their places in the text: quotes, or line and column of the column `start`.

    Args:
        asked: What was queried.
        rows: The answer.
        sources: Files from which the graphs were built.
        cite: Whether the answer has quotes.

    Raises:
        UsageError: several sources without quotes, or sources for something else than graph files; no column `start`.
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
    """Return a saved query in full: question, parameters, columns, SPARQL, and an answer if a graph is given.

    Args:
        name: Name of the query.
        asked: What to query for the answer; None for no answer.
        folders: Folders of the user with additional queries.
        lang: Language of the question.
        within: Bounds the time of the query.

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
    """Return the valid values of a parameter of a saved query.

    Args:
        asked: What to query.
        name: Name of the query.
        parameter: Name of the parameter.
        within: Bounds the time of the query.

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
    """Return the saved queries as one text: a page, or SHACL descriptions.

    Args:
        form: `md` for a page, `sib` for Turtle in the form of the SIB examples.
        endpoint: Endpoint named in the descriptions.
        folders: Folders of the user with additional queries.
    """
    from kgbuild.queries.export import to_markdown, to_sib
    from kgbuild.queries.template import load_templates

    templates = load_templates(folders).values()
    return to_markdown(templates) if form == "md" else to_sib(templates, endpoint=endpoint)


def grlc_queries(*, endpoint: str | None = None, folders: Sequence[Path] = ()) -> dict[str, str | None]:
    """Return each saved query as a grlc file, by name; None for ASK queries, which grlc does not support."""
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
    """Run a free query.

    Args:
        asked: What to query.
        text: The query, the name of a file `*.rq`, or `-` for the standard input.
        timeout: Seconds for the query.
        limit: Maximum number of rows; None = all.
        inferred: Query the closure with the class tree.
        remote: Allow SERVICE and FROM to access the network.

    Returns:
        The rows, and hints about names that the ontology does not define.

    Raises:
        UsageError: a syntax error, an update, or SERVICE or FROM where they are not allowed.
        InputError: it took too much time or memory.
    """
    from kgbuild.queries.hints import hints

    wanted = read_query(text)
    rows = asked.sparql(wanted, timeout=timeout, limit=limit, inferred=inferred, remote=remote)
    return rows, hints(wanted)

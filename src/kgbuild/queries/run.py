"""Running a saved query: names and values given by a user in, rows out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from kgbuild import terms
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.graph.facts import NOT_IN_FACTS, no_evidence
from kgbuild.queries.free import TIMEOUT, free_answer
from kgbuild.queries.lookup import find_iri, find_items
from kgbuild.queries.values import LiteralType, literal_term, quoted
from kgbuild.store import load_schema, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.queries.template import Param, Template
    from kgbuild.store import Answer, Queryable, Rows

Given = str | int | Decimal | date
"""A value of a parameter, as given on the command line or in Python."""


def run_template(
    template: Template,
    store: Queryable,
    values: Mapping[str, Given | Iterable[Given]],
    *,
    limit: int | None = None,
    timeout: float = TIMEOUT,
) -> Rows:
    """Run a saved query on a store; a user query runs in a separate process.

    Args:
        template: The query.
        store: Contains what `template.graph` requires, and the class tree of the ontology.
        values: Value or values by parameter.
        limit: Maximum number of rows; None = all.
        timeout: Seconds for a user query.

    Returns:
        Columns as in the header of the query.

    Raises:
        UsageError: unknown parameter, missing or extra value, a value of another type, an unknown or ambiguous name; a
            user query that is refused.
        InputError: a user query took too much time or memory; or the query requires evidence, and the store holds a
            document without it; or it requires a term that a document in the store uses under its former name.
    """
    if store_lacks_evidence(template, store):
        raise no_evidence(template.id)
    if former := former_of(template, store):
        what = Message("a document here was built under a draft of the ontology ({former})", former=former)
        raise InputError(what, where=template.id, cure="build it again: kgbuild build, kgbuild corpus build")
    return typed(answer_template(template, store, bound_query(template, store, values), limit=limit, timeout=timeout))


_OURS = re.compile(rf"(?<![\w:])gplan:(\w+)|<{re.escape(terms.GPLAN)}(\w+)>")


def store_lacks_evidence(template: Template, store: Queryable) -> bool:
    """Tell whether a query requires evidence that a document in the store lacks, so that it would find nothing."""
    return not NOT_IN_FACTS.isdisjoint(_named(template)) and store.holds_facts


def former_of(template: Template, store: Queryable) -> str:
    """Return a former term in use in the store for a term that a query requires, '' if there is none."""
    named = {terms.gplan(name) for name in _named(template)}
    asked = {old for old, new in load_schema().former.items() if new in named}
    found = sorted(asked & store.former_terms) if asked else []
    return f"gplan:{terms.bare(found[0]).rpartition('#')[2]}" if found else ""


def _named(template: Template) -> set[str]:
    return {a or b for a, b in _OURS.findall(template.text)}


def answer_template(
    template: Template, store: Queryable, query: str, *, limit: int | None = None, timeout: float = TIMEOUT
) -> Answer:
    """Run a bound query: ours in this process, a user query confined and with a deadline.

    Args:
        template: The saved query that it comes from.
        store: The store.
        query: The query, as returned by `bound_query`.
        limit: Maximum number of rows; None = all.
        timeout: Seconds for a user query.

    Raises:
        InputError: a user query took too much time or memory.
    """
    if template.is_ours:
        return store.answer(query, limit=limit)
    return free_answer(store, query, limit=limit, timeout=timeout)


def bound_query(template: Template, store: Queryable, values: Mapping[str, Given | Iterable[Given]]) -> str:
    """Return the query that `run_template` runs; arguments and errors as there."""
    given = {template.param(name).name: _texts(name, value) for name, value in values.items()}
    bound: dict[str, list[str]] = {}
    # Items come last, because they may be looked up in the plans that another parameter names.
    for param in sorted(template.params, key=lambda p: p.type == "item"):
        texts = given.get(param.name, [])
        if len(texts) > 1 and not param.many:
            raise UsageError(
                Message("{name} takes one value, {count} given", name=param.name, count=len(texts)),
                where=template.id,
                cure="give one",
            )
        if texts:
            bound[param.name] = [term for text in texts for term in _terms(param, text, store, bound.get("plan", []))]
    return template.bind(bound)


def _terms(param: Param, text: str, store: Queryable, plans: list[str]) -> list[str]:
    try:
        if param.type == "item":
            return find_items(store, text, plans=plans)
        if param.type in ("iri", "code"):
            return [find_iri(store, text, cls=param.values_from)]
        return [literal_term(cast("LiteralType", param.type), text)]
    except UsageError as e:
        raise UsageError(e.what, where=param.name, cure=e.cure) from e


def _texts(name: str, value: Given | Iterable[Given]) -> list[str]:
    values = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str | int | Decimal | date):
            raise UsageError(
                Message("{value} is a {type}", value=quoted(str(one)), type=type(one).__name__),
                where=name,
                cure="give text or a number",
            )
    return [str(one) for one in values]


def parse_params(template: Template, pairs: Iterable[str], *, lang: str | None = None) -> dict[str, list[str]]:
    """Parse the parameters of a command line by name.

    Args:
        template: The saved query.
        pairs: `NAME=VALUE`; a name may be repeated.
        lang: Value of the parameter `lang` if it is not among the pairs.

    Raises:
        UsageError: a pair has no `=`, or the query has no such parameter.
    """
    values: dict[str, list[str]] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign:
            raise UsageError(Message("{pair} has no =", pair=quoted(pair)), where="-p", cure="write -p NAME=VALUE")
        values.setdefault(template.param(key).name, []).append(value)
    if lang and any(p.name == "lang" for p in template.params):
        values.setdefault("lang", [lang])
    return values

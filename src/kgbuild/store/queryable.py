"""The interface of everything that answers SPARQL, in memory, on disk, or remotely."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import UsageError
from kgbuild.store.schema import load_schema
from kgbuild.store.values import typed

if TYPE_CHECKING:
    from kgbuild.model import Triple
    from kgbuild.store.values import Answer, Rows


class Queryable(ABC):
    """A graph that answers SPARQL; its default graph is the union of all graphs."""

    @abstractmethod
    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form.

        Args:
            query: The query; user-written queries belong into `kgbuild.queries.free`.
            limit: Maximum number of rows; None = all.
            remote: Allow SERVICE and FROM; updates are never allowed.

        Raises:
            UsageError: the query has a syntax error (with line and column) or is refused.
        """

    @cached_property
    def holds_facts(self) -> bool:
        """Whether some document is present without its evidence; see `kgbuild.graph.facts`."""
        return self.ask(f"ASK {{ ?graph {terms.CONFORMS} <{terms.FACTS}> }}")

    @cached_property
    def former_terms(self) -> frozenset[str]:
        """Former ontology terms in use, which means that a document was built with an earlier draft."""
        former = " ".join(sorted(load_schema().former))
        found = self.answer(f"SELECT DISTINCT ?p {{ VALUES ?p {{ {former} }} ?s ?p ?o }}").rows
        return frozenset(p for (p,) in found if p)

    def select(self, query: str, *, limit: int | None = None) -> Rows:
        """Run a query of any form and return Python values; see `answer`."""
        return typed(self.answer(query, limit=limit))

    def ask(self, query: str) -> bool:
        """Run an ASK; see `answer`."""
        answer = self.select(query)
        if answer.columns != ("boolean",):
            raise UsageError("is not an ASK", where="query")
        return answer.rows == ((True,),)

    def construct(self, query: str) -> list[Triple]:
        """Run a CONSTRUCT or DESCRIBE and return its triples, sorted; see `answer`."""
        answer = self.answer(query)
        if answer.columns != ("subject", "predicate", "object"):
            raise UsageError("is not a CONSTRUCT", where="query")
        return sorted((s or "", p or "", o or "") for s, p, o in answer.rows)

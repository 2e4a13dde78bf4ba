"""The command that says why a statement is there: explain."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import lang_option, source_option

if TYPE_CHECKING:
    from pathlib import Path


class ExplainOptions(TypedDict):
    """How an explanation is printed."""

    sources: tuple[Path, ...]
    form: str
    lang: str


@click.command()
@click.argument("graph", metavar="GRAPH")
@click.argument("subject", metavar="SUBJECT")
@click.argument("predicate", required=False, metavar="[PREDICATE")
@click.argument("object_", required=False, metavar="[OBJECT]]")
@source_option("Source text: adds sentence, line and column")
@click.option("--format", "form", type=click.Choice(["text", "json", "ttl"]), default="text", show_default=True)
@lang_option
def explain(
    graph: str, subject: str, predicate: str | None, object_: str | None, **options: Unpack[ExplainOptions]
) -> None:
    """Say why a statement is in a graph: the sentence that proves it, or the steps that it follows from.

    SUBJECT and OBJECT are an IRI, a CURIE, a label, or the path of an item; without PREDICATE all statements about
    the subject are explained, the asserted ones first.

    \b
    Example:
      kgbuild explain plan.ttl 省科协 participatesIn --source plan.txt
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import HIGHLIGHT, explain_graph
    from kgbuild.cli.output import write_output

    what = (subject, predicate, object_)
    text = explain_graph(graph, what, colour=sys.stdout is not None and sys.stdout.isatty(), **options)
    write_output(text, None, codes=HIGHLIGHT)

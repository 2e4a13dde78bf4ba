"""The command that holds a graph against the rules: validate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbuild.errors import KgbuildError, NonConformance

if TYPE_CHECKING:
    from kgbuild.model import Severity


@click.command()
@click.argument("graphs", metavar="GRAPH...", nargs=-1, required=True)
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Rules to use in place of ours; may be repeated.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
    help="Mildest severity that counts against a graph.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), envvar="KGBUILD_LANG", help="Language of the messages.")
def validate(graphs: tuple[str, ...], shapes: tuple[Path, ...], form: str, fail_on: Severity, lang: str | None) -> None:
    """Hold graphs against the rules; exit 1 where one does not conform. JSON has one line a graph.

    \b
    Example:
      kgbuild validate plan.ttl --fail-on warning
    """  # noqa: D301 - click reads the \b
    failures: list[KgbuildError] = []
    for graph in graphs:
        try:
            _validate_one(graph, shapes, form=form, fail_on=fail_on, lang=lang or "en")
        except KgbuildError as e:
            failures.append(e)
    if len(graphs) == 1 and failures:
        raise failures[0]
    for failure in failures:
        click.echo(f"kgbuild: {failure}", err=True)
    if failures:
        sys.exit(max(failure.exit_code for failure in failures))


def _validate_one(graph: str, shapes: tuple[Path, ...], *, form: str, fail_on: Severity, lang: str) -> None:
    from kgbuild.store import read_quads
    from kgbuild.validate import asserted, render_json, render_text, validate

    quads = read_quads("-" if graph == "-" else Path(graph))
    triples = {quad[:3] for quad in quads} if shapes else asserted(quads, where=graph)
    report = validate(triples, shapes=shapes or None, fail_on=fail_on)
    output = render_json(report, graph=graph) if form == "json" else render_text(report, lang, graph=graph)
    click.echo(output.encode(), nl=False)
    if not report.conforms:
        raise NonConformance("the graph does not conform", where=graph, cure="see the results")

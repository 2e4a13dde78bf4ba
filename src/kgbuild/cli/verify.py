"""The command that holds a graph against its source: verify."""

from __future__ import annotations

from pathlib import Path

import click

from kgbuild.errors import NonConformance


@click.command()
@click.argument("graph", metavar="GRAPH")
@click.option(
    "--source", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The file it was built from."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(graph: str, source: Path, form: str) -> None:
    """Cut every evidence span out of the source again and compare; exit 1 where one differs.

    \b
    Example:
      kgbuild verify plan.ttl --source plan.txt
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import open_graphs, read_file
    from kgbuild.proof.verify import describe, to_json

    report = open_graphs([graph]).verify(read_file(source))
    click.echo((to_json if form == "json" else describe)(report).encode(), nl=False)
    if not report.holds:
        broken = len(report.mismatches) + len(report.without_evidence)
        what = f"{broken} places do not hold against {source.name}" if broken else "has no span of this source"
        raise NonConformance(what, where=graph, cure="build the graph again from this file")

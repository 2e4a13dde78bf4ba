"""The command that holds a graph against its sources: verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import config_option, decisions_option, output_option, source_option
from kgbuild.errors import NonConformance, UsageError

if TYPE_CHECKING:
    from pathlib import Path


class VerifyOptions(TypedDict):
    """What `verify` may be told."""

    sources: tuple[Path, ...]
    config: Path | None
    decisions: Path | None
    form: str
    strict: bool
    move: bool
    output: Path | None


@click.command()
@click.argument("graph", metavar="GRAPH")
@source_option("The file it was built from, or a folder of such files", required=True)
@config_option
@decisions_option("Folder with the decisions it was built with.")
@click.option("--strict", is_flag=True, help="Also fail where the document cannot be built again in the same way.")
@click.option("--relocate", "move", is_flag=True, help="Find the spans again in a source that moved; needs -o.")
@output_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(graph: str, **options: Unpack[VerifyOptions]) -> None:
    """Prove a graph against its sources; exit 1 where something does not hold.

    Every span is cut out of the source again; every value is read again from the characters that prove it; the
    document is built again with the same configuration and decisions, and compared.

    \b
    Example:
      kgbuild verify plan.ttl --source examples/yunling-2025.txt
    """  # noqa: D301 - click reads the \b
    if options["move"]:
        _relocate(graph, options["sources"], options["output"])
        return
    from kgbuild.api import verify_graph
    from kgbuild.cli.output import write_output
    from kgbuild.proof.report import describe, to_json

    report = verify_graph(graph, options["sources"], config=options["config"], decisions=options["decisions"])
    write_output((to_json if options["form"] == "json" else describe)(report), None)
    if not report.holds:
        names = ", ".join(s.source for s in report.sources)
        what = f"{report.broken} things do not hold against {names}" if report.broken else f"has no span of {names}"
        raise NonConformance(what, where=graph, cure="build the graph again from this file, or use --relocate")
    if options["strict"] and not report.proved:
        raise NonConformance("cannot be built again in the same way", where=graph, cure="see above what made it")


def _relocate(graph: str, sources: tuple[Path, ...], output: Path | None) -> None:
    from kgbuild.api import relocate_graph
    from kgbuild.cli.output import write_output
    from kgbuild.proof.relocate import describe

    if output is None:
        raise UsageError("--relocate writes a corrected graph", where="-o", cure="give -o FILE")
    data, done = relocate_graph(graph, sources, output)
    write_output(data, output, inputs=sources)
    write_output("".join(map(describe, done)), None)
    lost = sum(len(d.lost) for d in done)
    if lost:
        raise NonConformance(f"{lost} spans were not found again", where=graph, cure="build the graph again")

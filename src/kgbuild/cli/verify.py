"""The command that holds a graph against its sources: verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import (
    config_option,
    decisions_option,
    lang_option,
    output_option,
    source_option,
    workers_option,
)
from kgbuild.errors import Message, NonConformance, UsageError

if TYPE_CHECKING:
    from pathlib import Path


class VerifyOptions(TypedDict):
    """The options of `verify`."""

    sources: tuple[Path, ...]
    config: Path | None
    decisions: Path | None
    form: str
    level: str
    strict: bool
    move: bool
    output: Path | None
    workers: int | None
    lang: str


@click.command()
@click.argument("graph", metavar="GRAPH")
@source_option("The file it was built from, or a folder of such files", required=True)
@config_option
@decisions_option("Folder with the decisions it was built with.")
@click.option(
    "--level",
    type=click.Choice(["proved", "consistent"]),
    default="proved",
    show_default=True,
    help="What must be reached: built again and equal, or nothing that speaks against it.",
)
@click.option("--strict", is_flag=True, hidden=True)
@click.option("--relocate", "move", is_flag=True, help="Find the spans again in a source that moved; needs -o.")
@output_option
@workers_option
@lang_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(graph: str, **options: Unpack[VerifyOptions]) -> None:
    """Prove a graph against its sources; the last word is the level that was reached.

    Every span is cut out of the source again; every value is read again from the characters that prove it; the
    document is built again with the same configuration and decisions, and every graph of the file is compared with
    it, the inferred ones too. "proved": all of that holds. "consistent, not rebuilt": nothing speaks against the
    graph, but another version, configuration, vocabulary or decision made it, or a source was not given. Statements
    in named graphs of your own are listed and not looked at. Exit 1 below the level that --level asks for.

    \b
    Example:
      kgbuild verify plan.ttl --source examples/yunling-2025.txt
    """  # noqa: D301 - click reads the \b
    if options["strict"]:
        from kgbuild.cli.output import say

        say(Message("--strict is the default now and will go; leave it out"))
    if options["move"]:
        _relocate(graph, options["sources"], options["output"], options["lang"])
        return
    from kgbuild.api import render_proof, verify_graph
    from kgbuild.api.many import cores
    from kgbuild.cli.output import write_output

    report = verify_graph(
        graph,
        options["sources"],
        config=options["config"],
        decisions=options["decisions"],
        workers=options["workers"] or cores(),
    )
    write_output(render_proof(report, options["form"], options["lang"]), None)
    if report.level not in ("proved", options["level"]):
        raise NonConformance(report.verdict, where=graph, cure=report.cure)


def _relocate(graph: str, sources: tuple[Path, ...], output: Path | None, lang: str) -> None:
    from kgbuild.api import relocate_graph, render_relocation
    from kgbuild.cli.output import write_output

    if output is None:
        raise UsageError("--relocate writes a corrected graph", where="-o", cure="give -o FILE")
    data, done = relocate_graph(graph, sources, output)
    write_output(data, output, inputs=sources)
    write_output("".join(render_relocation(d, lang) for d in done), None)
    lost = sum(len(d.lost) for d in done)
    if lost:
        raise NonConformance(
            Message("{lost} spans were not found again", lost=lost), where=graph, cure="build the graph again"
        )

"""The command that holds a graph against the rules: validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import (
    baseline_option,
    fail_on_option,
    lang_option,
    output_option,
    shapes_option,
    source_option,
)
from kgbuild.errors import KgbuildError, Message, NonConformance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kgbuild.api import Engine, Judging, Severity, Verdict


class ValidateOptions(TypedDict):
    """The options of `validate`."""

    shapes: tuple[Path, ...]
    sources: tuple[Path, ...]
    fail_on: Severity
    form: str
    lang: str
    baseline: Path | None
    raw: bool
    engine: Engine
    output: Path | None


@click.command()
@click.argument("graphs", metavar="GRAPH...", nargs=-1, required=True)
@shapes_option
@source_option("Source text: adds file, line and column of the policy text")
@fail_on_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit", "github", "markdown", "ttl"]),
    default="text",
    show_default=True,
    help="ttl is the report of the W3C, of the rules alone.",
)
@lang_option
@baseline_option
@click.option(
    "--engine",
    type=click.Choice(["compiled", "pyshacl"]),
    default="compiled",
    show_default=True,
    help="compiled leaves to pyshacl, the reference, what it does not cover, and says so.",
)
@click.option("--raw", is_flag=True, help="Print the report of the engine itself.")
@output_option
def validate(graphs: tuple[str, ...], **options: Unpack[ValidateOptions]) -> None:
    """Hold graphs against the rules, and list what the builder noted; exit 1 where something counts against one.

    JSON has one line a graph; the other formats are one document for all graphs.

    \b
    Example:
      kgbuild validate plan.ttl --source examples/yunling-2025.txt --fail-on warning
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import Judging, judge_file, read_baseline, render_verdicts
    from kgbuild.cli.output import end, say, write_output

    known = read_baseline(options["baseline"]) if options["baseline"] else frozenset()
    judging = Judging(
        shapes=options["shapes"],
        sources=options["sources"],
        fail_on=options["fail_on"],
        known=known,
        engine=options["engine"],
    )
    verdicts, failures = _judge_all(graphs, judging, judge_file)
    if len(graphs) == 1 and failures:
        raise failures[0]
    for left in sorted({v.report.left for v in verdicts} - {""}):
        say(Message("pyshacl was asked: {reason}", reason=left))
    form = "raw" if options["raw"] else options["form"]
    text = render_verdicts(verdicts, form, options["lang"], has_baseline=options["baseline"] is not None)
    write_output(text, options["output"], inputs=[*graphs, *options["sources"]])
    failures += [
        NonConformance("findings count against the graph", where=v.graph, cure="see the findings")
        for v in verdicts
        if v.fails
    ]
    end(failures)


def _judge_all(
    graphs: tuple[str, ...], judging: Judging, judge: Callable[[str, Judging], Verdict]
) -> tuple[list[Verdict], list[KgbuildError]]:
    """Judge each graph; one that cannot be read must not cost the others."""
    verdicts: list[Verdict] = []
    failures: list[KgbuildError] = []
    for graph in graphs:
        try:
            verdicts.append(judge(graph, judging))
        except KgbuildError as e:
            failures.append(e)
    return verdicts, failures

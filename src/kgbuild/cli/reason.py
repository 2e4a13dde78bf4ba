"""The command that infers what follows: reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from kgbuild.cli.options import lang_option, output_option, source_option
from kgbuild.errors import Message, NonConformance, UsageError

if TYPE_CHECKING:
    from pathlib import Path


class ReasonOptions(TypedDict):
    """The options of `reason`."""

    sources: tuple[Path, ...]
    reasoner: Literal["compiled", "owlrl"]
    budget: int | None
    align: bool
    form: str | None
    inferred: bool
    lang: str


@click.command()
@click.argument("graph", metavar="GRAPH")
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["ttl", "nt", "nq", "trig", "jsonld", "xml"]),
    help="Format; default: by the name of the output, else trig.",
)
@click.option("--inferred", is_flag=True, help="Also write the inferred statements into a flat format.")
@click.option("--reasoner", type=click.Choice(["compiled", "owlrl"]), default="compiled", show_default=True)
@click.option(
    "--budget",
    type=click.IntRange(min=0, max=2**53),
    metavar="N",
    help="Stop once a document has more than N inferred statements; the result is then said to be incomplete.",
)
@click.option(
    "--align",
    is_flag=True,
    help="Also say it in ORG, FOAF, PROV-O, ELI, … (ontology/alignments.ttl), in a graph of its own.",
)
@source_option("Source text: adds sentence, line and column to statements that clash")
@lang_option
def reason(graph: str, output: Path | None, **options: Unpack[ReasonOptions]) -> None:
    """Infer what follows from an asserted graph; the inferred statements get a named graph of their own.

    Exit code 1 where statements clash, or where the budget ended the run; the graph is written all the same.

    \b
    Example:
      kgbuild reason plan.ttl -o plan.trig
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import format_of, reason_graph, render_clashes
    from kgbuild.cli.output import say, write_output

    form = options["form"] or format_of(output, default="trig")
    if form not in ("nq", "trig") and not options["inferred"]:
        what = Message(
            "{form} has no named graphs, and the inferred statements would mix with the asserted ones", form=form
        )
        raise UsageError(what, where="--format", cure="write .trig or .nq, or say --inferred")
    done = reason_graph(
        graph,
        sources=options["sources"],
        reasoner=options["reasoner"],
        budget=options["budget"],
        align=options["align"],
    )
    write_output(done.serialise(form), output, inputs=[graph, *options["sources"]])
    if done.clashes:
        for line in render_clashes(done, options["lang"]).splitlines():
            say(line, prefix="")
        raise NonConformance(
            Message("{count} inconsistencies", count=len(done.clashes)), where=graph, cure="mend the statements above"
        )
    if not done.complete:
        what = Message("incomplete: stopped after {count} inferred statements", count=len(done.inferred))
        raise NonConformance(what, where=graph, cure="raise --budget")

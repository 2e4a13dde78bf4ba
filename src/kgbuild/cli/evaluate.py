"""The command that scores what is read against annotations by hand: evaluate."""

from __future__ import annotations

from pathlib import Path

import click

from kgbuild.errors import NonConformance, UsageError


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE GOLD...")
@click.option("--errors", metavar="LAYER", help="List what the layer missed and what it wrongly gave.")
@click.option("--min", "minima", multiple=True, metavar="LAYER=F1", help="Exit 1 where the F1 of a layer is lower.")
@click.option("--per-document", is_flag=True, help="Also the F1 of each document.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: layer → p, r, f, tp, pred, gold, documents.")
def evaluate(
    files: tuple[str, ...], errors: str | None, minima: tuple[str, ...], *, per_document: bool, as_json: bool
) -> None:
    """Score documents, or predictions (.json), against gold annotations: FILE and GOLD in turn.

    A page whose gold was made on its plain text is moved to that text, which must stand beside the gold under the
    name that the gold gives. Where that text or FILE is the text of the gold, white space at the ends of the texts of
    actions counts neither way.

    \b
    Example:
      kgbuild evaluate plan.txt plan.gold.json --min bodies=0.99 --errors bodies
    """  # noqa: D301 - click reads the \b
    from kgbuild import api
    from kgbuild.cli.output import write_output

    least = dict(map(_minimum, minima))
    if errors is not None:
        api.check_layer(errors)
    if len(files) % 2:
        raise UsageError("files come in pairs", where="evaluate", cure="give FILE GOLD [FILE GOLD ...]")
    documents = api.score_documents((f, Path(g)) for f, g in zip(files[::2], files[1::2], strict=True))
    if as_json:
        text = api.scores_as_json(documents, per_document=per_document)
    else:
        text = api.scores_as_text(documents, errors=errors, per_document=per_document)
    write_output(text, None)
    if low := api.shortfalls(documents, least):
        raise NonConformance("below the minimum: " + ", ".join(low))


def _minimum(text: str) -> tuple[str, float]:
    from kgbuild.api import check_layer

    name, _, value = text.partition("=")
    check_layer(name, macro=True)
    try:
        return name, float(value)
    except ValueError as e:
        raise UsageError(f"{text!r} has no number", where="--min", cure="write LAYER=0.95") from e

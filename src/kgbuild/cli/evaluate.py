"""The command that scores what is read against annotations by hand: evaluate."""

from __future__ import annotations

from pathlib import Path

import click

from kgbuild.errors import Message, NonConformance, UsageError


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FOLDER | FILE GOLD...")
@click.option(
    "--errors",
    metavar="LAYER|PAGE.html",
    help="List what the layer missed and what it wrongly gave; or mark all errors in a page.",
)
@click.option("--min", "minima", multiple=True, metavar="LAYER=F1", help="Exit 1 where the F1 of a layer is lower.")
@click.option("--per-document", is_flag=True, help="Also the F1 of each document.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: layer → p, r, f, tp, pred, gold, documents.")
def evaluate(
    files: tuple[str, ...], errors: str | None, minima: tuple[str, ...], *, per_document: bool, as_json: bool
) -> None:
    """Score documents, or predictions (.json), against gold annotations: FILE and GOLD in turn, or a folder.

    A folder holds NAME.gold.json and the texts that these name. Shown are the table of its documents and, of all of
    them, the bounds of F1 in 95 of 100 draws of as many documents.

    A page whose gold was made on its plain text is moved to that text, which must stand beside the gold under the
    name that the gold gives. Where that text or FILE is the text of the gold, white space at the ends of the texts of
    actions counts neither way.

    \b
    Example:
      kgbuild evaluate plan.txt plan.gold.json --min bodies=0.99 --errors bodies
      kgbuild evaluate gold --errors errors.html
    """  # noqa: D301 - click reads the \b
    from kgbuild import api
    from kgbuild.cli.output import write_output

    least = dict(map(_minimum, minima))
    page = Path(errors) if errors and errors.endswith(".html") else None
    layer = None if page else errors
    if layer is not None:
        api.check_layer(layer)
    folder = Path(files[0]) if len(files) == 1 and Path(files[0]).is_dir() else None
    if folder is None and len(files) % 2:
        cure = "give FILE GOLD [FILE GOLD ...], or a folder"
        raise UsageError("files come in pairs", where="evaluate", cure=cure)
    pairs = api.gold_pairs(folder) if folder else [(f, Path(g)) for f, g in zip(files[::2], files[1::2], strict=True)]
    documents, each, bounds = api.score_documents(pairs), per_document or folder is not None, folder is not None
    if page:
        write_output(api.errors_page(documents), page, inputs=[x for pair in pairs for x in pair])
    if as_json:
        text = api.scores_as_json(documents, per_document=each, bounds=bounds)
    else:
        text = api.scores_as_text(documents, errors=layer, per_document=each, bounds=bounds)
    write_output(text, None)
    if low := api.shortfalls(documents, least):
        raise NonConformance(Message("below the minimum: {names}", names=", ".join(low)))


def _minimum(text: str) -> tuple[str, float]:
    from kgbuild.api import check_layer

    name, _, value = text.partition("=")
    check_layer(name, macro=True)
    try:
        return name, float(value)
    except ValueError as e:
        raise UsageError(Message("{text!r} has no number", text=text), where="--min", cure="write LAYER=0.95") from e

"""The commands about vocabularies: check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbuild.cli.options import config_option, fail_on_option, lang_option, output_option

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.api import Severity


@click.group()
def vocab() -> None:
    """Look at vocabularies: places, bodies, groups of persons and words of one's own.

    \b
    Example:
      kgbuild vocab check examples/vocab
    """  # noqa: D301 - click reads the \b


@vocab.command()
@click.argument("places", metavar="[FILE|FOLDER]...", nargs=-1)
@fail_on_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit", "github", "markdown"]),
    default="text",
    show_default=True,
)
@lang_option
@config_option
@output_option
def check(
    places: tuple[str, ...],
    *,
    fail_on: Severity,
    form: str,
    lang: str,
    config: Path | None,
    output: Path | None,
) -> None:
    """Hold vocabularies against their rules; exit 1 where something counts against one.

    Entries may refer to the registers of kgbuild. Without a place the folders that kgbuild.toml
    names are checked.

    \b
    Example:
      kgbuild vocab check examples/vocab
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import check_vocabularies, render_verdicts
    from kgbuild.cli.output import end, write_output
    from kgbuild.errors import NonConformance

    verdicts = check_vocabularies(places, config=config, fail_on=fail_on)
    write_output(render_verdicts(verdicts, form, lang), output)
    cure = "see the findings"
    end(
        [NonConformance("findings count against the vocabulary", where=v.graph, cure=cure) for v in verdicts if v.fails]
    )

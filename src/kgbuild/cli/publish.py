"""The command publish: a release of built graphs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from kgbuild.cli.language import language
from kgbuild.cli.options import config_option, quiet_option
from kgbuild.errors import Message

if TYPE_CHECKING:
    from kgbuild.api import Release


class PublishOptions(TypedDict):
    """The options of `publish`."""

    config: Path | None
    profile: Literal["full", "facts"]
    day: str | None
    without: tuple[str, ...]
    changelog: Path | None
    sources: tuple[Path, ...]


_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="GRAPH|STORE|CORPUS...")
@click.option("-o", "--output", type=_PATH, required=True, metavar="FOLDER", help="Folder of the release.")
@click.option(
    "--profile",
    type=click.Choice(["full", "facts"]),
    default="full",
    show_default=True,
    help="Everything with its evidence, or the direct relations that a portal wants.",
)
@click.option(
    "--date",
    "day",
    metavar="DAY",
    help="Day of the release, YYYY-MM-DD or today. Default: as configured, else SOURCE_DATE_EPOCH, else the newest day "
    "in the documents.",
)
@click.option("--without", multiple=True, metavar="PART", help="Leave a part out; again for several.")
@click.option("--changelog", type=_PATH, metavar="OLD", help="Say what changed since the release in the folder OLD.")
@click.option(
    "--source", "sources", type=_PATH, multiple=True, metavar="FILE", help="Text of a graph, for pages that show it."
)
@quiet_option
@config_option
def publish(inputs: tuple[str, ...], output: Path, *, quiet: bool, **options: Unpack[PublishOptions]) -> None:
    """Turn built graphs into a dated release: dumps, tables, descriptions, for portals and for people.

    What the release says of itself stands in the table [release] of kgbuild.toml. FOLDER is new, empty, or holds a
    release, which is replaced when the new one is whole. The same graphs and settings give the same bytes.

    \b
    Example:
      kgbuild publish corpus/ -o release/ --date 2025-06-30
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import publish as write_release
    from kgbuild.cli.output import say

    release = write_release(inputs, output, **options, told=None if quiet else lambda name: say(f"{name} …", prefix=""))
    for warning in release.warnings:
        say(warning)
    if not quiet:
        for line in _summary(release):
            say(line, prefix="")


def _summary(release: Release) -> tuple[Message, Message]:
    about = release.about
    return (
        Message(
            "{title}, {version}: {documents:,} documents, {triples:,} triples, profile {profile}",
            title=about.title.zh if language() == "zh" else about.title.en,
            version=about.version,
            documents=release.documents,
            triples=release.triples,
            profile=release.profile,
        ),
        Message(
            "{files:,} files, {size:,} bytes → {folder}",
            files=len(release.files),
            size=sum(w.size for w in release.files),
            folder=release.folder,
        ),
    )

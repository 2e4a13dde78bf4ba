"""The command corpus: many documents that stay up to date together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.ask import Output, lang_option, output_options, print_rows
from kgbuild.cli.options import (
    COUNT,
    SECONDS,
    config_option,
    dask_option,
    decisions_option,
    max_bytes_option,
    output_option,
    quiet_option,
    workers_option,
)
from kgbuild.errors import InputError, Message, NonConformance, UsageError

if TYPE_CHECKING:
    from kgbuild.api import Crew
    from kgbuild.api.corpus.build import CorpusBuild
    from kgbuild.api.corpus.layout import Record
    from kgbuild.errors import KgbuildError


class CorpusBuildOptions(TypedDict):
    """The options of `corpus build`."""

    workers: int | None
    dask: str | None
    data: str | None
    store: bool | None
    config: Path | None
    decisions: Path | None
    max_bytes: int | None
    quiet: bool


_PLACE = click.argument("place", type=click.Path(path_type=Path), metavar="CORPUS")


@click.group()
def corpus() -> None:
    """Build many documents once each, and again only what changed; ask them together.

    \b
    Example:
      kgbuild corpus build plans/ -o corpus/
      kgbuild query workload-of-bodies --store corpus
    """  # noqa: D301 - click reads the \b


@corpus.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path), metavar="[SOURCE]...")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="CORPUS", help="Its folder.")
@workers_option
@dask_option
@click.option(
    "--data", metavar="URL", help="Write parts and shards there: an address of fsspec, as s3://BUCKET/FOLDER."
)
@click.option(
    "--store/--no-store", default=None, help="Keep a store; without one, the shards are for another engine to load."
)
@config_option
@decisions_option("Folder with filled-in tables of doubts, for all documents.")
@max_bytes_option
@quiet_option
def build(sources: tuple[Path, ...], output: Path, **options: Unpack[CorpusBuildOptions]) -> None:
    """Build a corpus of documents and folders, or bring it up to date.

    A document is built when its bytes, settings, vocabularies, decisions or the version of kgbuild are new. What left
    the sources leaves the corpus. Whatever ends this, it goes on where it was. Without SOURCE: as it was built before.
    One that cannot be read does not cost the others; the exit code is then 3.

    The store, in which all documents are asked together, takes most of the time; --no-store leaves it out until a build
    with --store, or for good where a server is given the shards (`store load`, `corpus push`).

    With --dask the workers of a cluster read the sources, configuration and vocabularies under the same paths as this
    process, and write parts and shards to the folder of the corpus, or to --data. The bytes are the same.

    \b
    Example:
      kgbuild corpus build plans/ -o corpus/
      kgbuild corpus build plans/ -o corpus/ --dask tcp://10.0.0.1:8786 --data s3://plans/corpus
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import Recipe, build_corpus
    from kgbuild.cli.output import say

    def told(record: Record) -> None:
        if record.state == "failed":
            say(f"{record.path}: {record.reason}")

    given = Recipe(config=options["config"], decisions=options["decisions"], max_bytes=options["max_bytes"])
    recipe = given if sources else None
    crew = _crew(options["workers"], options["dask"])
    built = build_corpus(
        sources, output, recipe=recipe, crew=crew, data=options["data"], store=options["store"], told=told
    )
    if not options["quiet"]:
        say(_summary(built, output))
    if built.failed:
        cure = Message("`kgbuild corpus status {output}` says why", output=output)
        raise InputError(
            Message("{count} documents could not be built", count=len(built.failed)), where=str(output), cure=cure
        )


def _summary(built: CorpusBuild, output: Path) -> Message:
    states = Counter(r.state for r in built.records)
    return Message(
        "{documents} documents: {made} built now, {built} built in all, {duplicates} duplicates, "
        "{failed} failed, {gone} gone; {shards} shards written → {output}",
        documents=len(built.records),
        made=built.made,
        built=states["built"],
        duplicates=states["duplicate"],
        failed=states["failed"],
        gone=built.gone,
        shards=built.shards,
        output=output,
    )


def _crew(workers: int | None, dask: str | None) -> Crew:
    from kgbuild.api import Crew

    if workers is not None and dask is not None:
        raise UsageError("does not go with --dask", where="--workers", cure="the cluster has its own workers")
    return Crew(workers=workers, dask=dask)


@corpus.command()
@_PLACE
@click.option("--all", "is_all", is_flag=True, help="Name the unchanged documents too.")
@output_options
def status(place: Path, *, is_all: bool, **output: Unpack[Output]) -> None:
    """Say which documents are new, changed, gone, failed and why, or unfinished (a build was interrupted).

    Nothing is built.

    \b
    Example:
      kgbuild corpus status corpus/
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import Rows, corpus_status

    entries = [e for e in corpus_status(place) if is_all or e.standing != "unchanged"]
    rows = tuple((e.standing, e.path, e.reason or None) for e in entries)
    print_rows(Rows(columns=("standing", "document", "reason"), rows=rows), **output)


@corpus.command()
@_PLACE
@workers_option
@dask_option
def verify(place: Path, workers: int | None, dask: str | None) -> None:
    """Prove every document of a corpus, its shards, its manifest and its store.

    \b
    Example:
      kgbuild corpus verify corpus/
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import verify_corpus
    from kgbuild.cli.output import say

    faults = verify_corpus(place, crew=_crew(workers, dask))
    for fault in faults:
        say(Message("{where}: {what}", where=fault.where, what=fault.what))
    if faults:
        raise NonConformance(
            Message("{count} faults", count=len(faults)),
            where=str(place),
            cure=Message(
                "delete the files named above (for the store its folder), then `kgbuild corpus build -o {place}`",
                place=place,
            ),
        )
    say(Message("all documents, shards, manifest and store hold"))


@corpus.command()
@_PLACE
@output_option
@click.option(
    "--least", type=COUNT, default=1, show_default=True, metavar="N", help="Leave out what occurs less often."
)
def review(place: Path, output: Path | None, least: int) -> None:
    """Write the names of bodies that no register knows as one CSV table, most frequent first, with candidates.

    Fill `accept` (the first candidate), `reject` (no body that a register could know) or `other` into the column
    decision, and for other the right name or register key into value; keep the file in a folder, and build with
    --decisions FOLDER: a decision holds wherever the name stands, in all documents.

    \b
    Example:
      kgbuild corpus review corpus/ -o decisions/names.csv
      kgbuild corpus build plans/ -o corpus/ --decisions decisions
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import review_corpus
    from kgbuild.cli.output import make_folder_of, write_output

    make_folder_of(output)
    write_output(review_corpus(place, least=least), output)


@corpus.command()
@_PLACE
@click.argument("url", metavar="URL")
@click.option("--all", "is_all", is_flag=True, help="Send every graph, as to a server that was emptied.")
@click.option("--timeout", type=SECONDS, default=120.0, show_default=True, help="Seconds for each graph.")
@quiet_option
def push(place: Path, url: str, *, is_all: bool, timeout: float, quiet: bool) -> None:
    """Bring a SPARQL server to what a corpus holds, graph by graph, by the Graph Store Protocol.

    Only what changed since the last push to this URL is sent; whatever ends this, it goes on where it was. A server
    that is busy or away is asked again for a while. Credentials come from KGBUILD_ENDPOINT_TOKEN, or
    KGBUILD_ENDPOINT_USER and KGBUILD_ENDPOINT_PASSWORD.

    \b
    Example:
      kgbuild corpus push corpus/ http://localhost:7878/store
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import push_corpus
    from kgbuild.cli.output import say

    def told(name: str, error: KgbuildError) -> None:
        say(f"{name}: {error}")

    done = push_corpus(place, url, is_all=is_all, timeout=timeout, told=told)
    if not quiet:
        say(
            Message(
                "{put} graphs put, {deleted} deleted, {unchanged} unchanged → {server}",
                put=done.put,
                deleted=done.deleted,
                unchanged=done.unchanged,
                server=done.server,
            )
        )
    if done.failed:
        cure = "look at the reasons above, then push again"
        raise InputError(
            Message("{count} documents were not taken", count=len(done.failed)), where=done.server, cure=cure
        )


@corpus.command()
@_PLACE
@click.option("--page", type=click.Path(path_type=Path), metavar="FILE", help="Write an HTML page with bars instead.")
@lang_option
@output_options
def stats(place: Path, *, page: Path | None, lang: str | None, **output: Unpack[Output]) -> None:
    """Count documents by state, year, level and kind, and findings by code.

    \b
    Example:
      kgbuild corpus stats corpus/ --format csv
      kgbuild corpus stats corpus/ --page stats.html --lang zh
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import corpus_stats, render_corpus_stats
    from kgbuild.cli.output import write_output

    if page is None:
        print_rows(corpus_stats(place), **output)
    else:
        write_output(render_corpus_stats(place, lang=lang or "en"), page)

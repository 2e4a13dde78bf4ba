"""The command `build`: documents into graphs, with a summary of each and a report of all."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import indent
from typing import IO, TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import click

from kgbuild.cli.many import for_each
from kgbuild.cli.options import (
    config_option,
    decisions_option,
    files_argument,
    lang_option,
    max_bytes_option,
    place_option,
    quiet_option,
    workers_option,
)
from kgbuild.cli.output import as_json, check_target, say, write_output, writing
from kgbuild.cli.targets import targets_of, tell_configurations, workers_for
from kgbuild.errors import InputError, KgbuildError, Message, UsageError, visible
from kgbuild.translation import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbuild.api import Format, Inputs, Metadata, Rows

METADATA = {
    "title": "Title of the document, as you give it.",
    "date": "Its day, YYYY-MM-DD.",
    "number": "Its document number (发文字号).",
    "issuer": "Who issued it.",
    "place": "Where it holds.",
    "source_url": "Where it was published.",
    "name": "What you call the file.",
}
"""The options that state metadata of a document; see `kgbuild.model.Metadata`."""


class BuildOptions(TypedDict):
    """The options of `build`."""

    form: str | None
    lang: str
    config: Path | None
    max_bytes: int | None
    reasoner: Literal["compiled", "owlrl"]
    decisions: Path | None
    inferred: bool
    profile: Literal["full", "facts"]
    validate: bool
    quiet: bool
    manifest: Path | None
    title: str | None
    date: str | None
    number: str | None
    issuer: str | None
    place: str | None
    source_url: str | None
    name: str | None


def metadata_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that state what is known about a document besides its text."""
    for name, what in reversed(METADATA.items()):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, metavar="TEXT", help=f"{what} Stated as given.")(command)
    return click.option(
        "--manifest",
        type=click.Path(path_type=Path),
        metavar="CSV",
        help="The same for many files: columns file, title, date, number, issuer, place, source_url, name.",
    )(command)


@click.command()
@files_argument
@place_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["ttl", "nt", "nq", "trig", "jsonld", "xml"]),
    help="Format; default: by the name of the output, else ttl.",
)
@click.option("--inferred", is_flag=True, help="Also write the inferred statements into a flat format.")
@click.option(
    "--profile",
    type=click.Choice(["full", "facts"]),
    default="full",
    show_default=True,
    help="Everything with its evidence, or direct relations alone, asserted and inferred in one graph.",
)
@click.option("--reasoner", type=click.Choice(["compiled", "owlrl"]), default="compiled", show_default=True)
@decisions_option("Folder with filled-in tables of doubts.")
@click.option("--validate/--no-validate", default=True, show_default=True, help="Check the graph against the shapes.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all that was counted and doubted as JSON, or a table with a line for each document as CSV (FILE.csv).",
)
@metadata_options
@click.option(
    "--attach",
    metavar="NOTICE",
    help="The notice that carries all the inputs: they become one document with it.",
)
@click.option("--keep-duplicates", is_flag=True, help="Keep the graphs of all files that are one document.")
@lang_option
@quiet_option
@config_option
@max_bytes_option
@workers_option
def build(
    files: tuple[str, ...],
    output: Path | None,
    report: Path | None,
    workers: int | None,
    *,
    attach: str | None,
    keep_duplicates: bool,
    **options: Unpack[BuildOptions],
) -> None:
    """Turn documents into graphs, reasoned and validated, with a summary on the standard error.

    FILE is a document, a folder of documents, or a zip of them. A notice with what it carries is one document: given
    with --attach, in a mail, or in a zip where its text names the others; so are the pages of a page (plan.html,
    plan_2.html). Other commands take them as NOTICE!+PLAN. Of two files that are one document (same number and title)
    the graph of one is kept. Exit code 1 where a graph does not conform; it is written all the same.

    \b
    Example:
      kgbuild build examples/yunling-2025.txt -o plan.ttl
      kgbuild build --attach notice.pdf plan.docx -o plan.ttl
      kgbuild build plans/ -o graphs/ --report graphs.csv
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import find_inputs, format_of

    check_target(report, files)
    form = options["form"] or format_of(output, default="ttl")
    inputs = find_inputs(files, attach=attach)
    targets = targets_of(inputs, output, {"xml": ".rdf"}.get(form, f".{form}"))
    tell_configurations((attach,) if attach else files, options["config"])
    as_table = report is not None and report.suffix.lower() == ".csv"
    work = partial(
        _build,
        targets=targets,
        form=form,
        options=options,
        metadata=_metadata(inputs.files, options),
        report=report is not None and not as_table,
    )
    kept = _Kept(targets, keep_duplicates=keep_duplicates)
    with _Reports(None if as_table else report, many=len(inputs.files) > 1) as reports:
        code = _build_each(
            work, inputs.files, kept, reports, workers=workers_for(files, workers), quiet=options["quiet"]
        )
    if as_table:
        write_output(kept.table("en", form="csv", timed=False), report)
    if not options["quiet"]:
        _say_all(kept if len(inputs.files) > 1 else None, inputs, options["lang"])
    if code:
        sys.exit(code)


def _build_each(
    work: Callable[[str], _Written],
    files: Sequence[str],
    kept: _Kept,
    reports: _Reports,
    *,
    workers: int | None,
    quiet: bool,
) -> int:
    """Build each file, say and record what comes of it, and return the highest exit code."""

    def then(built: _Written) -> int:
        for line in built.summary.split("\n") if built.summary else ():
            say(line, prefix="")
        if built.report:
            reports.add(built.report)
        kept.take(built)
        return 0 if built.conforms else 1

    def missed(file: str, error: KgbuildError) -> None:
        kept.miss(file, error)
        reports.miss(kept.name(file, _bare(file)), error)

    return for_each(work, files, workers=workers, then=then, failed=missed, quiet=quiet)


def _metadata(files: tuple[str, ...], options: BuildOptions) -> dict[str, Metadata | None]:
    """Return the metadata of each input: from the options if there is one input, otherwise its row of the manifest."""
    from kgbuild.api import metadata_of, over, read_manifest
    from kgbuild.api.inputs import parts_of

    own = {name: value for name in METADATA if (value := options[name])}  # type: ignore[literal-required]
    if own and len(files) > 1:
        raise UsageError(
            "--title and the like are for one input", where=str(next(iter(own))), cure="give --manifest CSV"
        )
    rows = read_manifest(options["manifest"]) if options["manifest"] else {}
    # A bare name means a file only where no other input bears it.
    named = {file: Path(parts_of(file)[0]).name for file in files}
    names = Counter(named.values())
    bare = {file: name for file, name in named.items() if names[name] == 1}
    general = {file: rows.get(file, rows.get(bare.get(file, ""))) for file in files}
    if rows and not any(general.values()):
        raise InputError("names none of the inputs", where=str(options["manifest"]), cure="give names as in the call")
    try:
        metadata = metadata_of(own, "options") if own else None
    except InputError as e:
        raise UsageError(e.what, where=e.where, cure=e.cure) from e
    return {file: over(general[file], metadata) for file in files}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What is kept of a document once its graph is written: what its summary, report and row of the table need."""

    file: str
    key: str
    documents: tuple[str, ...]
    row: Rows
    seconds: float
    summary: str
    report: bytes
    conforms: bool


_FIGURES = 4
"""Columns with figures, blank for a file that could not be read."""


def _bare(file: str) -> str:
    return re.split(r"[/\\]", file)[-1]


class _Kept:
    """The documents of a run. Of two files that are one document it reports both and deletes the graph of one."""

    def __init__(self, targets: dict[str, Path | None], *, keep_duplicates: bool) -> None:
        self._targets = targets
        self._keep = keep_duplicates
        self._by_document: dict[tuple[str, ...], _Written] = {}
        self._rows: list[tuple[tuple[Any, ...], float | None]] = []
        self._often = Counter(map(_bare, targets))

    def name(self, file: str, own: str) -> str:
        """Return how a file is called in the table: by its path where several have its name."""
        return visible(own if self._often[_bare(file)] == 1 else file)

    def miss(self, file: str, error: KgbuildError) -> None:
        """Take a file that could not be read: its line says why."""
        self._rows.append(
            ((self.name(file, _bare(file)), Message("{reason}", reason=error.what), *[None] * _FIGURES), None)
        )

    def take(self, built: _Written) -> None:
        """Take the next document; of two the one with the larger key of its source goes."""
        ((name, *rest),) = built.row.rows
        self._rows.append(((self.name(built.file, str(name)), *rest), built.seconds))
        other = self._by_document.setdefault(built.documents, built)
        if other is built or not built.documents:
            return
        kept, left = sorted((other, built), key=lambda b: b.key)
        self._by_document[built.documents] = kept
        target = self._targets[left.file]
        taken = not self._keep and target is not None and target != self._targets[kept.file]
        if taken and target is not None:
            target.unlink(missing_ok=True)
        what = (
            Message("its graph was not kept (--keep-duplicates keeps it)")
            if taken
            else Message("both graphs were kept")
        )
        say(
            Message("{left} is the same document as {kept}; {what}", left=left.file, kept=kept.file, what=what),
            prefix="",
        )

    def table(self, lang: str, *, form: Format, timed: bool) -> str:
        """Return a line for each document; a file is the same on every machine, so it holds no times."""
        from kgbuild.api import Rows, render_rows
        from kgbuild.api.summary import COLUMNS

        columns = COLUMNS[lang]
        times = ("" if seconds is None else f"{seconds:.2f}" for _, seconds in self._rows)
        told = [tuple(_in_language(value, lang) for value in row) for row, _ in self._rows]
        rows = tuple((*row, time) if timed else row for row, time in zip(told, times, strict=True))
        return render_rows(Rows(columns=columns if timed else columns[:-1], rows=rows), form=form)


def _in_language(value: Any, lang: str) -> Any:  # noqa: ANN401 - what a table holds
    return visible(translated(value, lang)) if isinstance(value, Message) else value


def _say_all(kept: _Kept | None, inputs: Inputs, lang: str) -> None:
    """Print the table of a run of many documents, and how many files were skipped, on the standard error."""
    table = kept.table(lang, form="table", timed=sys.stderr.isatty()) if kept else ""
    for line in table.splitlines():
        say(line, prefix="")
    if inputs.skipped:
        counted = ", ".join(f"{name} {count}" for name, count in inputs.skipped.items())
        say(f"skipped: {counted}" if lang == "en" else f"略过：{counted}", prefix="")


def _build(
    file: str,
    *,
    targets: dict[str, Path | None],
    form: str,
    options: BuildOptions,
    metadata: dict[str, Metadata | None],
    report: bool,
) -> _Written:
    """Build one document and write its graph."""
    from kgbuild.api import build as build_file

    began = time.perf_counter()
    built = build_file(
        file,
        decisions=options["decisions"],
        config=options["config"],
        max_bytes=options["max_bytes"],
        reasoner=options["reasoner"],
        validate=options["validate"],
        metadata=metadata[file],
    )
    with writing(targets[file]) as out:
        for piece in built.serialised(form, inferred=options["inferred"], profile=options["profile"]):
            out.write(piece)
    return _Written(
        file=file,
        key=built.built.source.key,
        documents=built.documents,
        row=built.row(),
        seconds=time.perf_counter() - began,
        summary="" if options["quiet"] else built.summary(options["lang"], targets[file]),
        report=as_json(built.report()) if report else b"",
        conforms=built.conforms,
    )


class _Reports(AbstractContextManager["_Reports"]):
    """The file of all reports, written one by one so that none is kept; none is written where no document was built."""

    def __init__(self, path: Path | None, *, many: bool) -> None:
        self._path = path
        self._many = many
        self._stack = ExitStack()
        self._out: IO[bytes] | None = None
        self._failed: list[dict[str, str]] = []

    def miss(self, file: str, error: KgbuildError) -> None:
        """Take a file that could not be read, and why."""
        self._failed.append({"file": file, "error": visible(error.what), "cure": visible(error.cure or "")})

    def add(self, report: bytes) -> None:
        """Write the report of the next document."""
        lead = b",\n"
        if self._out is None:
            self._out = self._stack.enter_context(writing(self._path))
            lead = b'{\n "documents": [\n'
        self._out.write(lead + indent(report.decode(), "  ").rstrip().encode() if self._many else report)

    def __exit__(self, *error: object) -> None:
        """Put the file in its place, or leave no trace of it after an error."""
        if self._out is not None and self._many and error[0] is None:
            failed = indent(as_json(self._failed).decode(), " ").strip().encode()
            self._out.write(b'\n ],\n "failed": ' + failed + b"\n}\n" if self._failed else b"\n ]\n}\n")
        self._stack.__exit__(*error)  # type: ignore[arg-type]

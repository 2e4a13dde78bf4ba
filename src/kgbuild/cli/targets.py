"""Where the results of several inputs go, and which processes make them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.cli.output import check_target
from kgbuild.errors import InputError, Message, UsageError

if TYPE_CHECKING:
    from kgbuild.api import Inputs


def tell_configurations(files: tuple[str, ...], config: Path | None) -> None:
    """Find the configuration of each input in this process, so that it is reported: workers report nothing.

    Args:
        files: The inputs, `-` for the standard input.
        config: The configuration that the user named; then there is nothing to find.
    """
    from kgbuild.config import find_config

    for file in files if config is None else ():
        with suppress(InputError):  # the worker says so, of that input
            find_config(Path.cwd() if file == "-" else Path(file))


def workers_for(files: tuple[str, ...], wanted: int | None) -> int | None:
    """Return the number of processes; only this one can read the standard input.

    Args:
        files: The inputs.
        wanted: What the user asked for; None = one for each core.
    """
    return 1 if "-" in files else wanted


def targets_of(inputs: Inputs, output: Path | None, suffix: str) -> dict[str, Path | None]:
    """Return where the result of each input goes: with several inputs into a folder, one file for each document.

    Args:
        inputs: The inputs.
        output: The file or folder; None = the standard output.
        suffix: Suffix of the files in a folder, with the dot.

    Raises:
        UsageError: several inputs and no folder for them, two of one name, or an output that is an input.
        InputError: the folder cannot be created.
    """
    from kgbuild.api.inputs import parts_of

    targets = _places(inputs, output, suffix)
    read = [part for file in inputs.files for part in parts_of(file)]
    for target in targets.values():
        check_target(target, read)
    return targets


def _places(inputs: Inputs, output: Path | None, suffix: str) -> dict[str, Path | None]:
    files = inputs.files
    names_file = output is not None and (output.is_file() or (bool(output.suffix) and not output.exists()))
    if len(files) == 1 and (names_file or (not inputs.is_folder and (output is None or not output.is_dir()))):
        return {files[0]: output}  # also of an archive that holds a notice with its plan
    if output is None:
        raise UsageError("several inputs need a folder", where="-o", cure="give -o FOLDER")
    if output.exists() and not output.is_dir():
        raise UsageError("several inputs, and the output is a file", where=str(output), cure="give -o FOLDER")
    if output.suffix and not output.exists():
        raise UsageError("several inputs, and the output names a file", where=str(output), cure="give -o FOLDER/")
    names = {file: output / f"{inputs.places[file]}{suffix}" for file in files}
    if len(set(names.values())) < len(files):
        raise UsageError("two inputs have the same name", where=str(output), cure="build them into different folders")
    try:
        for folder in sorted({output, *(name.parent for name in names.values())}):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        what = Message("cannot be made ({reason})", reason=e.strerror)
        raise InputError(what, where=str(output), cure="choose another place with -o") from e
    return dict(names)

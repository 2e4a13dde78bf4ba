"""Evaluation of extraction against manual annotations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.api.document import annotations_of
from kgbuild.api.files import read_source
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.evaluate import LAYERS, MACRO, align, overall, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kgbuild.evaluate import Scored


def score_documents(pairs: Iterable[tuple[str, Path]]) -> list[Scored]:
    """Score documents against their gold annotations.

    Args:
        pairs: A document, or the output of `kgbuild extract` for it (`.json`), with its gold file.

    Raises:
        InputError: a file cannot be read, or does not hold the annotations of one document.
    """
    return [_scored(file, gold) for file, gold in pairs]


def gold_pairs(folder: Path) -> list[tuple[str, Path]]:
    """Return text and gold file of each annotation in a folder whose text is present, ordered by name.

    Args:
        folder: Holds `NAME.gold.json` files, and beside each the text named by its key `file`.

    Raises:
        InputError: it holds no annotation with its text.
    """
    golds = sorted(folder.glob("*.gold.json"))
    found = [(folder / Path(str(_load(gold).get("file", ""))).name, gold) for gold in golds]
    pairs = [(str(text), gold) for text, gold in found if text.is_file()]
    if not pairs:
        cure = "put NAME.gold.json and the text that its key file names into it"
        raise InputError("holds no annotation with its text", where=str(folder), cure=cure)
    return pairs


def _scored(file: str, gold_path: Path) -> Scored:
    """Score one document, extracting it first unless the file is a prediction."""
    gold = _load(gold_path)
    text = _text_of(gold_path, gold)
    if file.endswith(".json"):
        return score(_load(Path(file)), gold, text=text, name=file)
    predicted, read = json.loads(json.dumps(annotations_of(file))), read_source(file).text
    if text is None or predicted["sha256"] == gold.get("sha256"):
        return score(predicted, gold, text=read, name=file)
    return score(align(predicted, read, text), gold, text=text, name=file)


def _text_of(gold_path: Path, gold: dict[str, Any]) -> str | None:
    """Return the text on which the gold was made, if it is present."""
    path = gold_path.parent / Path(str(gold.get("file", ""))).name
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _load(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise InputError(
            Message("cannot be read ({reason})", reason=e.strerror), where=str(path), cure="check the path"
        ) from e
    except RecursionError as e:
        raise InputError("is nested too deeply", where=str(path), cure="give what `kgbuild extract` prints") from e
    except ValueError as e:
        raise InputError(
            Message("is not JSON ({reason})", reason=e), where=str(path), cure="give what `kgbuild extract` prints"
        ) from e
    if not isinstance(data, dict):
        raise InputError("is not a JSON object", where=str(path), cure="give the annotations of one document")
    return data


def check_layer(name: str, *, macro: bool = False) -> None:
    """Refuse the name of a layer that is not scored.

    Args:
        name: The name.
        macro: Also allow the mean over roles.

    Raises:
        UsageError: there is no such layer.
    """
    known = [*LAYERS, *([MACRO] if macro else [])]
    if name not in known:
        raise UsageError(
            Message("no layer {name!r}", name=name),
            where="evaluate",
            cure=Message("use one of: {names}", names=", ".join(known)),
        )


def shortfalls(documents: Sequence[Scored], minima: Mapping[str, float]) -> list[str]:
    """Return a line for each layer whose F1 over all documents is below its minimum, or is missing from the gold."""
    found = overall(documents)
    return [
        f"{name} {found[name]['f']:.3f} < {least:g}" if name in found else f"{name} is not in this gold"
        for name, least in minima.items()
        if name not in found or found[name]["f"] < least
    ]

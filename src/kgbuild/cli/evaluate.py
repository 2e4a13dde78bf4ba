"""The command that scores what is read against annotations by hand: evaluate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgbuild.errors import InputError, NonConformance, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.evaluate import Scored

COLUMN = 22


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
    from kgbuild.cli.output import write_output
    from kgbuild.evaluate import overall

    least = [_minimum(text) for text in minima]
    _check_layer(errors)
    if len(files) % 2:
        raise UsageError("files come in pairs", where="evaluate", cure="give FILE GOLD [FILE GOLD ...]")
    documents = [_scored(f, Path(g)) for f, g in zip(files[::2], files[1::2], strict=True)]
    found = overall(documents)
    lines = [_json(documents, found, per_document=per_document)] if as_json else None
    shown = lines or _report(documents, found, errors, per_document=per_document)
    write_output("".join(f"{line}\n" for line in shown), None)
    _hold(found, least)


def _scored(file: str, gold_path: Path) -> Scored:
    """Score one document, extracted now unless the file is a prediction."""
    from kgbuild.api import annotations_of, read_source
    from kgbuild.evaluate import align, score

    gold = _load(gold_path)
    text = _text_of(gold_path, gold)
    if file.endswith(".json"):
        return score(_load(Path(file)), gold, text=text, name=file)
    predicted, read = json.loads(json.dumps(annotations_of(file))), read_source(file).text
    if text is None or predicted["sha256"] == gold.get("sha256"):
        return score(predicted, gold, text=read, name=file)
    return score(align(predicted, read, text), gold, text=text, name=file)


def _text_of(gold_path: Path, gold: dict[str, Any]) -> str | None:
    """The text that the gold was made on, if it stands beside it."""
    path = gold_path.parent / Path(str(gold.get("file", ""))).name
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _load(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise InputError(f"cannot be read ({e.strerror})", where=str(path), cure="check the path") from e
    except RecursionError as e:
        raise InputError("is nested too deeply", where=str(path), cure="give what `kgbuild extract` prints") from e
    except ValueError as e:
        raise InputError(f"is not JSON ({e})", where=str(path), cure="give what `kgbuild extract` prints") from e
    if not isinstance(data, dict):
        raise InputError("is not a JSON object", where=str(path), cure="give the annotations of one document")
    return data


def _minimum(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    _check_layer(name, macro=True)
    try:
        return name, float(value)
    except ValueError as e:
        raise UsageError(f"{text!r} has no number", where="--min", cure="write LAYER=0.95") from e


def _check_layer(name: str | None, *, macro: bool = False) -> None:
    from kgbuild.evaluate import LAYERS, MACRO

    known = [*LAYERS, *([MACRO] if macro else [])]
    if name is not None and name not in known:
        raise UsageError(f"no layer {name!r}", where="evaluate", cure=f"use one of {', '.join(known)}")


def _hold(found: dict[str, dict[str, Any]], minima: Sequence[tuple[str, float]]) -> None:
    low = [
        f"{name} {found[name]['f']:.3f} < {least:g}" if name in found else f"{name} is not in this gold"
        for name, least in minima
        if name not in found or found[name]["f"] < least
    ]
    if low:
        raise NonConformance("below the minimum: " + ", ".join(low))


# -- what is printed --------------------------------------------------------------------------------------------
def _json(documents: Sequence[Scored], found: dict[str, Any], *, per_document: bool) -> str:
    from kgbuild.evaluate import figures

    out = {"all": found, "documents": {d.file: figures(d.layers) for d in documents}} if per_document else found
    return json.dumps(out, ensure_ascii=False)


def _report(
    documents: Sequence[Scored], found: dict[str, Any], errors: str | None, *, per_document: bool
) -> Iterator[str]:
    if per_document:
        yield from _by_document(documents)
    yield from _table(found)
    clauses = sum(d.clauses for d in documents)
    yield f"{'predicted clauses':{COLUMN}} {clauses} (count neither way: check them by hand)"
    if errors:
        yield from _errors(documents, errors)


def _table(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    from kgbuild.evaluate import LAYERS, MACRO

    for layer in LAYERS:
        if layer not in found:
            yield f"{layer:{COLUMN}} not in this gold"
            continue
        x = found[layer]
        counts = f"(tp {x['tp']}, pred {x['pred']}, gold {x['gold']}; documents {x['documents']})"
        yield f"{layer:{COLUMN}} P {x['p']:.3f}  R {x['r']:.3f}  F1 {x['f']:.3f}   {counts}"
        if layer == "bodies-role" and MACRO in found:
            roles = ", ".join(f"{role} {f:.3f}" for role, f in found[MACRO]["roles"].items())
            yield f"{MACRO:{COLUMN}}                    F1 {found[MACRO]['f']:.3f}   ({roles})"


def _by_document(documents: Sequence[Scored]) -> Iterator[str]:
    """F1 of each layer (row) in each document (column)."""
    from kgbuild.evaluate import figures

    columns = [(d.file.partition(".")[0], figures(d.layers)) for d in documents]
    yield f"{'F1 by document':{COLUMN}}" + "".join(f"{name[:7]:>8}" for name, _ in columns)
    for layer in dict.fromkeys(layer for _, found in columns for layer in found):
        cells = (f"{found[layer]['f']:8.3f}" if layer in found else f"{'-':>8}" for _, found in columns)
        yield f"{layer:{COLUMN}}" + "".join(cells)
    yield ""


def _errors(documents: Sequence[Scored], layer: str) -> Iterator[str]:
    """One line for each miss and each wrong item: kind, document, key, words."""
    for d in documents:
        if layer not in d.layers:
            continue
        for kind, keys in (("missed", d.layers[layer].missed), ("spurious", d.layers[layer].spurious)):
            for key in keys:
                words = d.words.get(key[:2], "")
                shown = [*key, *([words] if words and words not in key else [])]
                yield "   ".join(("", f"{kind:8}", d.file, *(str(x).replace("\n", "\\n") for x in shown)))

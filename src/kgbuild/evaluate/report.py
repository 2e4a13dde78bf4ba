"""Rendering of scores for people and programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kgbuild.evaluate.bootstrap import intervals
from kgbuild.evaluate.layers import LAYERS
from kgbuild.evaluate.score import MACRO, figures, overall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.evaluate.score import Scored

COLUMN = 22
"""Width of the names of the layers."""


def scores_as_json(documents: Sequence[Scored], *, per_document: bool = False, bounds: bool = False) -> str:
    """Return the scores as JSON: layer → p, r, f, tp, pred, gold, documents.

    Args:
        documents: The scored documents.
        per_document: Include the scores of each document.
        bounds: Include the interval of F1 over documents (low, high).
    """
    found = _over_all(documents, bounds=bounds)
    out = {"all": found, "documents": {d.file: figures(d.layers) for d in documents}} if per_document else found
    return json.dumps(out, ensure_ascii=False) + "\n"


def _over_all(documents: Sequence[Scored], *, bounds: bool) -> dict[str, dict[str, Any]]:
    found = overall(documents)
    for layer, (low, high) in intervals(documents).items() if bounds else ():
        found[layer] |= {"low": low, "high": high}
    return found


def scores_as_text(
    documents: Sequence[Scored], *, errors: str | None = None, per_document: bool = False, bounds: bool = False
) -> str:
    """Return the scores as a table.

    Args:
        documents: The scored documents.
        errors: A layer whose misses and false predictions are listed too.
        per_document: Put the F1 of each document first.
        bounds: Show the interval of F1 over documents.
    """
    lines = list(_by_document(documents)) if per_document else []
    lines += _table(_over_all(documents, bounds=bounds))
    clauses = sum(d.clauses for d in documents)
    lines.append(f"{'predicted clauses':{COLUMN}} {clauses} (count neither way: check them by hand)")
    if errors:
        lines += _errors(documents, errors)
    return "".join(f"{line}\n" for line in lines)


def _table(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    for layer in LAYERS:
        if layer not in found:
            yield f"{layer:{COLUMN}} not in this gold"
            continue
        x = found[layer]
        between = f"  ({x['low']:.3f}-{x['high']:.3f})" if "low" in x else ""
        counts = f"(tp {x['tp']}, pred {x['pred']}, gold {x['gold']}; documents {x['documents']})"
        yield f"{layer:{COLUMN}} P {x['p']:.3f}  R {x['r']:.3f}  F1 {x['f']:.3f}{between}   {counts}"
        if layer == "bodies-role" and MACRO in found:
            roles = ", ".join(f"{role} {f:.3f}" for role, f in found[MACRO]["roles"].items())
            yield f"{MACRO:{COLUMN}}                    F1 {found[MACRO]['f']:.3f}   ({roles})"


def _by_document(documents: Sequence[Scored]) -> Iterator[str]:
    """Yield the F1 of each layer (row) in each document (column)."""
    columns = [(d.file.partition(".")[0], figures(d.layers)) for d in documents]
    yield f"{'F1 by document':{COLUMN}}" + "".join(f"{name[:7]:>8}" for name, _ in columns)
    for layer in dict.fromkeys(layer for _, found in columns for layer in found):
        cells = (f"{found[layer]['f']:8.3f}" if layer in found else f"{'-':>8}" for _, found in columns)
        yield f"{layer:{COLUMN}}" + "".join(cells)
    yield ""


def _errors(documents: Sequence[Scored], layer: str) -> Iterator[str]:
    """Yield one line for each miss and false prediction: kind, document, key, text."""
    for d in documents:
        if layer not in d.layers:
            continue
        for kind, keys in (("missed", d.layers[layer].missed), ("spurious", d.layers[layer].spurious)):
            for key in keys:
                words = d.words.get(key[:2], "")
                shown = [*key, *([words] if words and words not in key else [])]
                yield "   ".join(("", f"{kind:8}", d.file, *(str(x).replace("\n", "\\n") for x in shown)))

"""The scores of one document and of several."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbuild.errors import InputError, Message
from kgbuild.evaluate.counting import Key, LayerScore, total
from kgbuild.evaluate.items import GoldPair, Json, is_clause
from kgbuild.evaluate.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROLES = ("lead", "cooperating", "guiding", "supervising", "responsible")
MACRO = "bodies-role-macro"
"""Mean F1 over the roles that occur in the gold."""
GOLD_VERSIONS = ("2.0", "2.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A scored document: its layers, the text of each span on either side, its predicted clauses, its text."""

    file: str
    layers: dict[str, LayerScore]
    words: dict[Key, str]
    clauses: int
    text: str = ""


def score(predicted: Json, gold: Json, *, text: str | None = None, name: str = "prediction") -> Scored:
    """Score a prediction.

    Args:
        predicted: Output of `kgbuild extract`; only `sha256` and the attempted layers are required.
        gold: The manual annotation.
        text: The annotated text; if unknown or different from the text of the gold, white space at the ends of action
            texts counts.
        name: Name of the prediction, for messages.

    Raises:
        InputError: the two are of different texts, or one does not conform to extract.schema.json.
    """
    if gold.get("schema_version") not in GOLD_VERSIONS:
        what = Message("is of schema {version!r}", version=gold.get("schema_version"))
        raise InputError(
            what,
            where=str(gold.get("file", "gold")),
            cure=Message("give gold of {names}", names=" or ".join(GOLD_VERSIONS)),
        )
    if predicted.get("sha256") != gold.get("sha256"):
        raise InputError(
            Message("is not of the text of {file} (sha256 differs)", file=gold.get("file")),
            where=name,
            cure="extract from the text that the gold was made on",
        )
    try:
        pair = GoldPair(predicted, gold, text if text is not None and _hash(text) == gold["sha256"] else "")
        found = {layer: judge(pair) for layer, judge in LAYERS.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        what = Message("does not follow extract.schema.json ({name}: {reason})", name=type(e).__name__, reason=e)
        raise InputError(what, where=name, cure="check it against the schema") from e
    return Scored(
        file=str(gold["file"]),
        layers={layer: x for layer, x in found.items() if x is not None},
        words=_words(predicted) | _words(gold),
        clauses=sum(is_clause(a) for a in predicted.get("actions") or []),
        text=pair.text,
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _words(x: Any) -> dict[Key, str]:  # noqa: ANN401 - walks JSON
    """Return the surface of each span."""
    out: dict[Key, str] = {}
    for v in x.values() if isinstance(x, dict) else x if isinstance(x, list) else ():
        out |= _words(v)
    if isinstance(x, dict) and isinstance(x.get("surface"), str):
        out[(x.get("start"), x.get("end"))] = x["surface"]
    return out


def figures(layers: dict[str, LayerScore]) -> dict[str, Json]:
    """Return the scores of each layer, including the macro average of the roles."""
    out: dict[str, Json] = {}
    for name, x in layers.items():
        out[name] = {
            "p": x.precision,
            "r": x.recall,
            "f": x.f1,
            "tp": len(x.hits),
            "pred": x.predicted,
            "gold": x.gold,
            "documents": x.documents,
        }
        roles = {k[-1] for k in x.hits + x.missed} if name == "bodies-role" else ()
        if roles:
            each = {role: x.with_value(role).f1 for role in ROLES if role in roles}
            out[MACRO] = {"f": sum(each.values()) / len(each), "roles": each, "documents": x.documents}
    return out


def overall(documents: Sequence[Scored]) -> dict[str, Json]:
    """Return the scores over all documents; a layer counts for the documents whose gold has it."""
    by_layer = {name: [d.layers[name] for d in documents if name in d.layers] for name in LAYERS}
    return figures({name: total(parts) for name, parts in by_layer.items() if parts})

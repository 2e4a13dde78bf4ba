"""The layers, and when an item of each is found. Each function returns None if the gold lacks the layer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kgbuild.evaluate.counting import Key, LayerScore, compare
from kgbuild.evaluate.items import GoldPair, Json, alternatives, is_soft, neither, overlap, span, spans, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_BRACKETS = str.maketrans("（）", "()")
"""Translates full-width brackets, since paths may use either width."""


def _header(pair: GoldPair) -> LayerScore | None:
    gold, given = pair.gold.get("document"), pair.predicted.get("document") or {}
    if gold is None:
        return None
    want: list[list[Key]] = []
    got: list[Key] = []
    ignore: set[Key] = set()
    for name in ("title", "document_number", "addressee", "plan_title"):
        g, p = gold.get(name), given.get(name)
        if g and g.get("surface"):
            want.append([(name, s) for s in (g["surface"], g.get("normalised")) if s])
        if p:
            got.append((name, p.get("surface")))
            if name == "plan_title" and not g:
                ignore.add(got[-1])
    if day := (gold.get("signed_date") or {}).get("iso"):
        want.append([("signed_date", day)])
    if day := (given.get("signed_date") or {}).get("iso"):
        got.append(("signed_date", day))
    issuers = [[*values(x, "canonical"), *values(x, "surface")] for x in gold.get("issuers") or []]
    want += [[("issuer", n) for n in names] for names in issuers if names]
    got += [("issuer", x.get("canonical") or x.get("surface")) for x in given.get("issuers") or []]
    return compare(want, got, ignore=ignore)


def _sections(pair: GoldPair) -> LayerScore | None:
    if "sections" not in pair.gold:
        return None

    def keys(sections: Iterable[Json]) -> list[Key]:
        return [(s["heading"]["start"], s["level"]) for s in sections]

    gold = pair.gold["sections"]
    want = keys(s for s in gold if not is_soft(s))
    got = keys(pair.predicted.get("sections") or [])
    return compare([[k] for k in want], got, ignore=set(keys(s for s in gold if is_soft(s))))


def _responsibility(pair: GoldPair) -> LayerScore | None:
    if "actions" not in pair.gold:
        return None
    want = [[pair.statement(a)] for a in pair.gold_statements]
    return compare(want, [pair.statement(a) for a in pair.statements], ignore=pair.loose)


def _action_text(pair: GoldPair) -> LayerScore | None:
    if "actions" not in pair.gold:
        return None
    want = [[pair.bare(a["text"])] for a in pair.gold_statements]
    return compare(want, [pair.bare(a["text"]) for a in pair.statements if not pair.in_clause(a["text"])])


def _action_path(pair: GoldPair) -> LayerScore | None:
    if "actions" not in pair.gold:
        return None

    def key(action: Json, path: str) -> Key:
        return (*pair.statement(action), path.translate(_BRACKETS))

    known = [a for a in pair.gold_statements if a.get("path") is not None and not is_soft(a)]
    places = {pair.statement(a) for a in known}
    want = [[key(a, path) for path in values(a, "path")] for a in known]
    return compare(want, [key(a, a.get("path") or "") for a in pair.statements if pair.statement(a) in places])


def _mentions(pair: GoldPair, *, key: str) -> LayerScore | None:
    """Score a list of the actions by span."""
    if not pair.has(key):
        return None
    gold = pair.gold_items(key)
    want = [spans(x) for x in gold if not is_soft(x)]
    return compare(want, [span(x) for x in pair.items(key)], ignore=pair.neither(key))


def _attribute(pair: GoldPair, *, key: str, name: str, also: tuple[str, ...] = ()) -> LayerScore | None:
    """Score a list of the actions by span and value; `also` names keys of the gold with further accepted values."""
    if not pair.has(key, name):
        return None
    gold = pair.gold_items(key)
    same: Callable[[Any], Any] = pair.concept if name == "concept" else lambda v: v
    known = [x for x in gold if not is_soft(x) and x.get(name) is not None]
    skip = pair.neither(key) | {span(x) for x in gold if x.get(name) is None}
    want = [list(dict.fromkeys((*s, same(v)) for s in spans(x) for v in values(x, name, *also))) for x in known]
    return compare(want, [(*span(x), same(x.get(name))) for x in pair.items(key) if span(x) not in skip])


def _duplicates(pair: GoldPair) -> LayerScore | None:
    if not pair.has("bodies", "duplicate_of"):
        return None
    skip = neither(pair.gold_items("bodies"))

    def marked(actions: Iterable[Json]) -> Iterator[Key]:
        for bodies in (a.get("bodies") or [] for a in actions):
            for b in bodies:
                n = b.get("duplicate_of")
                if n is not None and not pair.in_clause(b) and span(b) not in skip:
                    yield (*span(b), *(span(bodies[n - 1]) if 1 <= n <= len(bodies) else (None, None)))

    return compare([[k] for k in marked(pair.gold_actions)], marked(pair.actions))


def _open_list(pair: GoldPair) -> LayerScore | None:
    if not pair.has("open_list"):
        return None
    unsure = {pair.statement(a) for a in pair.gold_statements if a.get("open_list") is None}
    want = [[pair.statement(a)] for a in pair.gold_statements if a.get("open_list")]
    got = [pair.statement(a) for a in pair.statements if a.get("open_list")]
    return compare(want, got, ignore=pair.loose | unsure)


def _fields(pair: GoldPair) -> LayerScore | None:
    if not pair.has("fields"):
        return None

    def key(f: Json) -> Key:
        return (*span(f), f.get("key"), f.get("iso") if f.get("key") == "deadline" else None)

    gold = pair.gold_items("fields")
    skip = neither(gold)
    want = [[key(f)] for f in gold if not is_soft(f)]
    return compare(want, [key(f) for f in pair.items("fields") if span(f) not in skip])


def _inherited(pair: GoldPair) -> LayerScore | None:
    if not pair.has("populations_inherited"):
        return None

    def keys(actions: Iterable[Json]) -> Iterator[tuple[Key, bool]]:
        for a in actions:
            for x in a.get("populations_inherited") or []:
                yield (*pair.statement(a), pair.concept(x.get("concept"))), is_soft(x)

    gold = list(keys(pair.gold_statements))
    got = [k for k, _ in keys(pair.statements) if k[:2] not in pair.loose]
    return compare([[k] for k, soft in gold if not soft], got, ignore={k for k, soft in gold if soft})


def _citations(pair: GoldPair) -> LayerScore | None:
    if "citations" not in pair.gold:
        return None
    zone = (pair.gold.get("document") or {}).get("plan_span")

    def in_plan(items: Iterable[Json]) -> list[Json]:
        return [c for c in items if not zone or zone["start"] <= c["start"] < zone["end"]]

    gold = in_plan(pair.gold["citations"])
    want = [spans(c) for c in gold if not is_soft(c)]
    return compare(want, [span(c) for c in in_plan(pair.predicted.get("citations") or [])], ignore=neither(gold))


def _number(x: Any) -> float | None:  # noqa: ANN401 - a prediction may hold anything
    return None if x is None else round(float(x), 6)


def _is_indicator(want: Json, have: Json) -> bool:
    """Tell whether a prediction matches an indicator of the gold: overlapping spans and the same target."""
    top = _number(want.get("value_max"))
    amounts = {(_number(want.get("value")), top)}
    amounts |= {(_number(v), t) for v in alternatives(want, "value") for t in (top, None)}
    units = values(want, "unit")
    return (
        overlap(want, have)
        and (_number(have.get("value")), _number(have.get("value_max"))) in amounts
        and (not units or have.get("unit") in units)
        and have.get("direction") in (want.get("direction"), *alternatives(want, "direction"))
        and have.get("deadline") in (want.get("deadline"), *alternatives(want, "deadline"))
    )


def _indicators(pair: GoldPair) -> LayerScore | None:
    if "indicators" not in pair.gold:
        return None

    def key(x: Json) -> Key:
        return (*span(x), *(x.get(k) for k in ("surface", "value", "value_max", "unit", "direction", "deadline")))

    out, left = LayerScore(), list(pair.predicted.get("indicators") or [])
    for want in pair.gold["indicators"]:
        at = next((i for i, have in enumerate(left) if _is_indicator(want, have)), None)
        if at is not None:
            left.pop(at)
        if not is_soft(want):
            (out.missed if at is None else out.hits).append(key(want))
    soft = [w for w in pair.gold["indicators"] if is_soft(w)]
    out.spurious = [key(x) for x in left if not any(overlap(w, x) for w in soft)]
    return out


def _corruptions(pair: GoldPair) -> LayerScore | None:
    if "corruptions" not in pair.gold:
        return None

    def key(c: Json) -> Key:
        return (*span(c), c.get("original"))

    gold = pair.gold["corruptions"]
    sure = [c for c in gold if not is_soft(c) and c.get("certainty") in ("certain", "high")]
    unsure = {key(c) for c in gold if not is_soft(c) and c.get("certainty") not in ("certain", "high")}
    got = [key(c) for c in pair.predicted.get("corruptions") or []]
    return compare([[key(c)] for c in sure], got, ignore={key(c) for c in gold if is_soft(c)}, half=unsure)


LAYERS: dict[str, Callable[[GoldPair], LayerScore | None]] = {
    "header": _header,
    "sections": _sections,
    "responsibility": _responsibility,
    "action-text": _action_text,
    "action-path": _action_path,
    "bodies": partial(_mentions, key="bodies"),
    "bodies-role": partial(_attribute, key="bodies", name="role"),
    "bodies-canonical": partial(_attribute, key="bodies", name="canonical"),
    "bodies-kind": partial(_attribute, key="bodies", name="kind"),
    "duplicates": _duplicates,
    "open-list": _open_list,
    "fields": _fields,
    "populations": partial(_mentions, key="populations"),
    "populations-role": partial(_attribute, key="populations", name="role"),
    "populations-concept": partial(_attribute, key="populations", name="concept", also=("label",)),
    "populations-inherited": _inherited,
    "named-things": partial(_mentions, key="named_entities"),
    "named-things-type": partial(_attribute, key="named_entities", name="type"),
    "citations": _citations,
    "indicators": _indicators,
    "measures": partial(_mentions, key="measures"),
    "measures-role": partial(_attribute, key="measures", name="role"),
    "corruptions": _corruptions,
}
"""Layers in display order."""

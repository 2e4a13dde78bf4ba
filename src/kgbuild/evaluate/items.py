"""Access to the items of a prediction and its gold, and to what counts among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.evaluate.counting import Key

Json = dict[str, Any]


def span(x: Json) -> Key:
    """Return the span of an item."""
    return (x["start"], x["end"])


def _remarks(x: Json) -> Json:
    return x.get("gold") or {}


def is_soft(x: Json) -> bool:
    """Tell whether a gold item is not counted."""
    return bool(_remarks(x).get("optional") or _remarks(x).get("ambiguous"))


def alternatives(x: Json, key: str) -> list[Any]:
    """Return the values that the gold accepts besides its own."""
    return (_remarks(x).get("alternatives") or {}).get(key) or []


def spans(x: Json) -> list[Key]:
    """Return the accepted spans of a gold item, its own first."""
    return [span(x), *(span(a) for a in alternatives(x, "span"))]


def values(x: Json, *keys: str) -> list[Any]:
    """Return the accepted values of a gold item under some keys, its own first, without nulls."""
    return [v for key in keys for v in (x.get(key), *alternatives(x, key)) if v is not None]


def neither(items: Iterable[Json]) -> set[Key]:
    """Return the spans of items that are not counted, and parts into which an item may be split."""
    out: set[Key] = set()
    for x in items:
        out |= set(spans(x)) if is_soft(x) else set()
        out |= {span(s) for s in alternatives(x, "split")}
    return out


def overlap(a: Json, b: Json) -> bool:
    """Tell whether two items share a character."""
    return bool(a["start"] < b["end"] and b["start"] < a["end"])


def beside_firm(gold: Iterable[Json], predicted: Iterable[Json]) -> set[Key]:
    """Return the spans of predictions that overlap an uncounted item and no counted one."""
    everything = list(gold)
    soft, firm = [x for x in everything if is_soft(x)], [x for x in everything if not is_soft(x)]
    return {span(p) for p in predicted if any(overlap(p, g) for g in soft) and not any(overlap(p, g) for g in firm)}


def inside(place: Key, zones: Iterable[Key]) -> bool:
    """Tell whether a span lies in one of the zones."""
    return any(z[0] <= place[0] and place[1] <= z[1] for z in zones)


def is_clause(action: Json) -> bool:
    """Tell whether the statement of an action is a clause, which is not counted."""
    return action.get("statement_type") == "clause"


class GoldPair:
    """A prediction with the gold of the same text; the text may be unknown (empty)."""

    def __init__(self, predicted: Json, gold: Json, text: str = "") -> None:
        self.predicted, self.gold, self.text = predicted, gold, text
        everything = gold.get("actions") or []
        self.gold_actions = [a for a in everything if not is_clause(a)]
        self.clauses = [span(a["span"]) for a in everything if is_clause(a)]
        self.actions = [a for a in predicted.get("actions") or [] if not is_clause(a)]
        self.gold_statements = [a for a in self.gold_actions if a.get("responsibility_span")]
        self.statements = [a for a in self.actions if a.get("responsibility_span")]
        self.loose = {self.statement(a) for a in self.statements if self.in_clause(a["responsibility_span"])}
        self._texts = [span(a["text"]) for a in self.gold_actions]
        self._concepts = {
            name: c["id"]
            for c in reversed(_remarks(gold).get("concept_scheme") or [])
            for name in (c["id"], c.get("prefLabel"), *(c.get("altLabel") or []))
            if name is not None
        }

    @staticmethod
    def statement(action: Json) -> Key:
        """Return the span of the statement of an action."""
        return span(action["responsibility_span"])

    def in_clause(self, x: Json) -> bool:
        """Tell whether an item lies in a clause of the gold."""
        return inside(span(x), self.clauses)

    def has(self, key: str, attribute: str | None = None) -> bool:
        """Tell whether the gold has a layer: a list in its actions and, if given, an attribute of its items."""
        if not self.gold_actions:  # a document without responsibility statements
            return "actions" in self.gold and key in ("bodies", "fields", "open_list")
        if not any(key in a for a in self.gold_actions):
            return False
        items = self.gold_items(key) if attribute else []
        return not items or any(attribute in x for x in items)

    def gold_items(self, key: str) -> list[Json]:
        """Return the items of a list in the actions of the gold."""
        return [x for a in self.gold_actions for x in a.get(key) or []]

    def items(self, key: str) -> list[Json]:
        """Return the predicted items of a list, without those that are not counted because of their position."""
        found = [x for a in self.actions for x in a.get(key) or []]
        if key in ("bodies", "fields"):
            return [x for x in found if not self.in_clause(x)]
        return [x for x in found if inside(span(x), self._texts)]

    def neither(self, key: str) -> set[Key]:
        """Return the spans of a list in the actions that are not counted."""
        gold = self.gold_items(key)
        out = neither(gold)
        return out | beside_firm(gold, self.items(key)) if key in ("populations", "named_entities") else out

    def bare(self, x: Json) -> Key:
        """Return the span of an item without surrounding white space, as far as the text is known."""
        start, end = span(x)
        part = self.text[start:end]
        if not part.strip():
            return start, end
        return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())

    def concept(self, value: Any) -> Any:  # noqa: ANN401 - a prediction may hold anything
        """Return the id of a concept given by id or label."""
        return self._concepts.get(value, value)

"""The layers of annotation, each declared once: what is read in the text of an action and stated of it.

The graph takes from here the class of a statement, its letter and the link to it; the proof, what must have evidence;
the JSON its key; the report what it counts; the reading view its layers. A layer without code of its own in one of
these is written, shown and counted as every other: class, link, evidence, rule, grade, span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model.found import Action, Annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One kind of thing that is read.

    Attributes:
        name: Its name in the code.
        cls: Class of its statements (local name).
        link: Property from the action to the statement (local name).
        letter: Letter in the key of its statements; '' where they are nodes of a type of their own.
        shown: Layer of the reading view that shows it; several may share one.
        title: Name of that layer in Chinese and English.
        found: Attribute of an action, or of the annotations of a document, that holds its mentions; '' for those that
            are parts of a responsibility statement.
        json: Key in the JSON of an action; '' for what stands elsewhere.
        values: Attributes of a mention that its JSON gives as they are.
        count: Key in the report; '' for what is counted otherwise.
    """

    name: str
    cls: str
    link: str
    letter: str
    shown: str
    title: tuple[str, str]
    found: str = ""
    json: str = ""
    values: tuple[str, ...] = ()
    count: str = ""

    def of(self, action: Action) -> Sequence[Any]:
        """Return its mentions in an action, () for what actions do not hold."""
        found: Sequence[Any] = getattr(action, self.found, ()) if self.found else ()
        return found

    def all(self, found: Annotations) -> list[Any]:
        """Return its mentions in a document: those that the document holds itself, else those of its actions."""
        whole = getattr(found, self.found, None) if self.found else None
        return list(whole) if whole is not None else [m for action in found.actions for m in self.of(action)]


_ALL = (
    Layer(
        name="assignment",
        cls="Assignment",
        link="hasAssignment",
        letter="r",
        shown="body",
        title=("责任主体", "Bodies"),
    ),
    Layer(
        name="targeting",
        cls="Targeting",
        link="hasTargeting",
        letter="t",
        shown="population",
        title=("人群", "Populations"),
        found="populations",
        json="populations",
        count="population_mentions",
    ),
    Layer(
        name="initiative",
        cls="InitiativeUse",
        link="hasInitiativeUse",
        letter="i",
        shown="named",
        title=("专名", "Named things"),
        found="named",
        json="named_entities",
        count="named_things",
    ),
    Layer(
        name="indicator",
        cls="IndicatorTarget",
        link="hasIndicatorTarget",
        letter="v",
        shown="indicator",
        title=("指标", "Targets"),
        found="indicators",
        count="indicators",
    ),
    Layer(
        name="citation",
        cls="Citation",
        link="hasCitation",
        letter="c",
        shown="citation",
        title=("引用", "Citations"),
        found="citations",
        count="citations",
    ),
    Layer(
        name="field",
        cls="BracketField",
        link="hasBracketField",
        letter="f",
        shown="field",
        title=("时限与范围", "Deadlines, scope"),
    ),
    Layer(
        name="measure",
        cls="Measure",
        link="hasMeasure",
        letter="",
        shown="measure",
        title=("措施", "Measures"),
        found="measures",
        json="measures",
        count="measures",
    ),
    Layer(
        name="limit",
        cls="TimeLimit",
        link="hasTimeLimit",
        letter="d",
        shown="field",
        title=("时限与范围", "Deadlines, scope"),
        found="limits",
        json="x_deadlines",
        values=("iso",),
        count="time_limits",
    ),
)
LAYERS: dict[str, Layer] = {layer.name: layer for layer in _ALL}
"""Layers by name, in the order in which a click in the reading view takes them."""

"""The layers of annotation, each declared once: what is read in the text of an action and asserted about it.

The declaration drives the graph (class, key letter, link), the proof (what needs evidence), the JSON (keys), the report
(counts) and the reading view. A layer needs code of its own only for what is peculiar to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model.found import Action, Annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A kind of annotation.

    Attributes:
        name: Name in the code.
        cls: Local name of the class of its statements.
        link: Local name of the property from the action to the statement.
        letter: Letter in the keys of its statements; '' where they are nodes of a type of their own.
        shown: Layer of the reading view in which it is displayed; layers may share one.
        title: Chinese and English name of that layer.
        found: Attribute of `Action` or `Annotations` that holds its mentions; '' for parts of a responsibility
            statement.
        json: Key in the JSON of an action; '' for what is written elsewhere.
        values: Attributes of a mention that are written to JSON unchanged.
        count: Key in the report; '' for what is counted separately.
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
        """Return its mentions in an action; () where actions do not hold them."""
        found: Sequence[Any] = getattr(action, self.found, ()) if self.found else ()
        return found

    def of_document(self, found: Annotations) -> Sequence[Any] | None:
        """Return its mentions in a document; None where its actions hold them."""
        whole: Sequence[Any] | None = getattr(found, self.found, None) if self.found else None
        return whole

    def all(self, found: Annotations) -> list[Any]:
        """Return its mentions in a document: those held by the document itself, otherwise those of its actions."""
        whole = self.of_document(found)
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
"""Layers by name, in the order in which a click in the reading view prefers them."""

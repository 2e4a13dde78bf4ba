"""A layer of annotation is declared once: what all layers have in common needs no code of a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from tests.support import ROOT

from kgbuild.annotations import to_json
from kgbuild.api.report import counts
from kgbuild.config import Settings
from kgbuild.graph.emit import Run, emit
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Action, Annotations, Grade, Span
from kgbuild.model.layers import LAYERS, Layer
from kgbuild.pipeline import annotate
from kgbuild.proof.spans import evidenced
from kgbuild.store import Index
from kgbuild.view.facts import Facts

if TYPE_CHECKING:
    import pytest

PLAN = "云岭省科普工作要点\n一、宣传\n1.给优秀站点授予云岭科普先锋站称号。（省科协）\n2.办好科普讲座。（省教育厅）\n"
TOY = Layer(
    name="award",
    cls="Award",
    link="hasAward",
    letter="w",
    shown="award",
    title=("称号", "Awards"),
    found="awards",
    json="x_awards",
    count="awards",
)
MOST = 9
"""Files that a layer may touch, beside its tests and what is generated: eight, and one to prove a value of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMention:
    span: Span
    rule: str = "toy"
    grade: Grade = "rule"


@dataclass(frozen=True, kw_only=True)
class ToyAction(Action):
    awards: tuple[AwardMention, ...] = ()


def with_awards(found: Annotations) -> Annotations:
    """Read the toy layer: whatever a text grants (授予…称号)."""
    actions = []
    for action in found.actions:
        known = {f.name: getattr(action, f.name) for f in fields(Action)}
        places = re.finditer("(?<=授予).+?(?=称号)", found.document.norm)
        spans = (Span(*m.span()) for m in places if action.text.start <= m.start() < action.text.end)
        actions.append(ToyAction(**known, awards=tuple(AwardMention(span=s) for s in spans)))
    return replace(found, actions=tuple(actions))


def test_a_new_layer_is_written_proved_counted_and_shown_by_its_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYERS, TOY.name, TOY)
    lexicon = load_lexicon(Settings())
    found = with_awards(annotate(PLAN.encode(), name="plan.txt", settings=Settings(), lexicon=lexicon))

    json = to_json(found, lexicon)
    assert [[award["surface"] for award in action["x_awards"]] for action in json["actions"]] == [
        ["云岭科普先锋站"],
        [],
    ]
    assert counts(found)["awards"] == 1
    assert "Award" in evidenced()

    graphs = emit(found, lexicon, Run("0", "", ""), "https://example.org/id/")
    index = Index((*t, "") for t in graphs.asserted)
    (award,) = index.of_type("Award")
    (action,) = index.subjects("hasAward", award)
    assert index.text(action, "itemPath") == "一/1"
    assert ".w" in award
    (source,) = index.of_type("SourceText")
    (fact,) = (f for f in Facts(index, source).facts if f.layer == "award")
    assert (fact.kind.en, fact.name.zh, fact.rule) == ("Awards", "云岭科普先锋站", "toy")


def test_the_letters_and_classes_of_layers_are_their_own() -> None:
    for attribute in ("cls", "link", "json", "count", "letter"):
        values = [value for layer in LAYERS.values() if (value := getattr(layer, attribute))]
        assert len(values) == len(set(values)), attribute


def test_a_layer_touches_few_files() -> None:
    """Counted of the layer of deadlines in sentences, which has all that a layer can have."""
    layer = LAYERS["limit"]
    marks = re.compile(rf"\b(?:{layer.cls}|{layer.json}|{layer.count}|find_limits)\b")
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src" / "kgbuild").glob("*.schema.json")]
    sources += [ROOT / "ontology" / "gplan.ttl", ROOT / "shapes" / "gplan.ttl"]
    touched = [str(p.relative_to(ROOT)) for p in sources if marks.search(p.read_text(encoding="utf-8"))]
    assert len(touched) <= MOST, sorted(touched)

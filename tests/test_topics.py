"""Keywords of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.api import annotations_of

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """云岭省科普工作要点

一、重点任务

1.办好流动科技馆巡展，组织气象科普讲座，面向留守儿童开展地震避险演练。地震避险演练每年两次。（省教育厅）
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    file: Path = tmp_path_factory.mktemp("topics") / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    return annotations_of(str(file), topics=True)


def test_keywords_are_ranked_placed_and_linked(found: dict[str, object]) -> None:
    topics = found["topics"]
    assert isinstance(topics, list)
    words = [t["surface"] for t in topics]
    assert words[0] in {"避险", "地震", "演练"}
    assert {"气象", "讲座"} & set(words)
    assert all(PLAN[t["start"] : t["end"]] == t["surface"] for t in topics)
    assert [t["weight"] for t in topics] == sorted((t["weight"] for t in topics), reverse=True)
    assert {t["action"] for t in topics} == {"一/1"}
    assert {t["surface"]: t.get("concept") for t in topics}["留守儿童"] == "left_behind_children"


def test_verbs_of_policy_and_bodies_are_no_keywords(found: dict[str, object]) -> None:
    topics = found["topics"]
    assert isinstance(topics, list)
    assert not {t["surface"] for t in topics} & {"组织", "开展", "省教育厅", "任务"}


def test_topics_are_off_unless_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    assert "topics" not in annotations_of(str(file))

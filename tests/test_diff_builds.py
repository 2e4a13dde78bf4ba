"""Two builds of the same documents: what changed, in people's words and not in keys of spans."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.support import invoke

from kgbuild import api, terms
from kgbuild.api.document import graphs_of
from kgbuild.errors import NonConformance, UsageError
from kgbuild.graph.serialise import serialise

DATA = Path(__file__).parent / "data"
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
_PLAN = """云岭省2025年科普工作要点
一、重点任务
1.{what}，帮助农民{n}人次。（责任单位：省科协、省教育厅）
2.编写读本。（省科技厅）
云岭省科学技术协会
2025年3月8日
"""


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The example built without and with the vocabulary of the user."""
    folder = tmp_path_factory.mktemp("builds")
    config = folder / "kgbuild.toml"
    config.write_text('base = "https://example.org/other/"\n', "utf-8")
    files = []
    for name, given in (("old", config), ("new", None)):
        built = api.build(EXAMPLE, config=given, validate=False).built
        files.append(folder / f"{name}.trig")
        files[-1].write_bytes(serialise(graphs_of(built), "trig", base=built.base))
    return files[0], files[1]


def lines(diff: Any, **options: Any) -> list[str]:
    return api.render_build_diff(diff, "md", **options).decode().splitlines()


def test_equal_builds_have_nothing_to_tell(builds: tuple[Path, Path]) -> None:
    diff = api.diff_graphs(builds[1], builds[1])
    assert (diff.differs, diff.changes, diff.aside) == (False, (), 0)
    assert lines(diff, lang="zh")[-1] == "两次构建相同。"


def test_a_vocabulary_that_was_added_is_told_in_words(builds: tuple[Path, Path]) -> None:
    diff = api.diff_graphs(*builds)
    said = lines(diff, lang="zh")
    (line,) = (line for line in said if "省教育厅 → 云岭省教育厅" in line)
    assert line.startswith("- ")
    assert line.endswith("× 5")
    assert "二/(三)/8" in line
    assert "- − 省老龄办" in said  # a name that no register knew; not a mere count of them
    assert "- + 云岭终身学习网" in said
    english = lines(diff, most=3)
    assert any(line.startswith("## assignment: changed") for line in english)
    assert any("issued by · 云岭省人民政府办公厅 → General Office" in line for line in english)
    for text in (*said, *english):
        assert not re.search(r"\d+-\d+\b.*span|/span/|[0-9a-f]{16}\.\d", text), text
    # The other way round, gains are losses.
    back = api.diff_graphs(builds[1], builds[0])
    swap = {"gained": "lost", "lost": "gained", "changed": "changed"}
    assert {(k, swap[c]): n for (k, c), n in back.counts.items()} == diff.counts


def graph_of(text: str, folder: Path, name: str) -> Path:
    file = folder / f"{name}.txt"
    file.write_text(text, "utf-8")
    built = api.build(file, validate=False).built
    out = folder / f"{name}.nq"
    out.write_bytes(serialise(graphs_of(built), "nq", base=built.base))
    return out


def test_each_edit_of_a_graph_is_told_where_it_stands(tmp_path: Path) -> None:
    new = graph_of(_PLAN.format(what="开展科普培训", n=10), tmp_path, "new")
    rows = new.read_text("utf-8").splitlines(keepends=True)
    old = tmp_path / "old.nq"

    def changes(kept: list[str]) -> list[tuple[str, str, str, str, str]]:
        old.write_text("".join(kept), "utf-8")
        diff = api.diff_graphs(old, new)
        return [(c.kind, c.change, c.where, diff.in_words(c.before, "zh"), diff.in_words(c.after, "zh"))
                for c in diff.changes if c.where or c.document]  # fmt: skip

    role = terms.code("role-responsible")
    other = [r.replace(role, terms.code("role-lead")) if ".1.1.r" in r.split()[0] else r for r in rows]
    assert changes(other) == [("Assignment", "changed", "一/1", "牵头单位", "责任单位")]
    (target,) = {r.split()[0] for r in rows if "#Targeting>" in r and "type>" in r}
    without = [r for r in rows if not r.startswith(target) and f" {target} " not in r]
    ((kind, change, where, before, after),) = changes(without)
    assert (kind, change, where, before) == ("Targeting", "gained", "一/1", "")
    assert after == "农民"


def test_another_text_of_a_document_and_documents_that_come_and_go(tmp_path: Path) -> None:
    a = graph_of(_PLAN.format(what="开展科普培训", n=10), tmp_path, "a")
    b = graph_of(_PLAN.format(what="开展科普培训", n=12), tmp_path, "b")
    c = graph_of(_PLAN.format(what="开展科普培训", n=10).replace("2025", "2024"), tmp_path, "c")
    diff = api.diff_graphs(a, b)
    (text,) = (x for x in diff.changes if x.kind == "SourceText")
    assert (text.change, text.document, diff.in_words(text.after, "zh")) == (
        "changed", "云岭省2025年科普工作要点", "kept 1, reworded 1",
    )  # fmt: skip
    (gone, come) = (x for x in api.diff_graphs(a, c).changes if x.kind == "SourceText")
    assert {(x.change, x.document) for x in (gone, come)} == {
        ("lost", "云岭省2025年科普工作要点"),
        ("gained", "云岭省2024年科普工作要点"),
    }


def test_stores_are_compared_document_by_document(tmp_path: Path) -> None:
    files = [graph_of(_PLAN.format(what="开展科普培训", n=n), tmp_path, f"p{n}").with_suffix(".nq") for n in (1, 2)]
    edited = tmp_path / "edited.nq"
    text = files[0].read_text("utf-8")
    edited.write_text(text.replace(terms.code("role-responsible"), terms.code("role-lead")), "utf-8")
    api.load_store(str(tmp_path / "old"), [edited, files[1].rename(tmp_path / "x.nq")])
    api.load_store(str(tmp_path / "new"), [files[0]])
    diff = api.diff_graphs(tmp_path / "old", tmp_path / "new")
    assert diff.counts["SourceText", "lost"] == 1
    assert diff.counts["Assignment", "changed"] == 3
    flat = api.diff_graphs(api.open(edited), api.open(files[0]))
    assert flat.counts["Assignment", "changed"] == 3


def test_the_command(builds: tuple[Path, Path], tmp_path: Path) -> None:
    done = invoke("diff", "--graph", *builds, "--format", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["differs"]
    assert {"kind", "change", "times", "before", "after"} <= found["changes"][0].keys()
    assert isinstance(
        invoke("diff", "--graph", *builds, "--exit-code", "-o", tmp_path / "d.md").exception, NonConformance
    )
    assert (tmp_path / "d.md").read_text("utf-8").startswith("# What changed between two builds")
    assert "assignment" in invoke("diff", "--graph", *builds, "--format", "csv").output
    assert isinstance(invoke("diff", "--graph", builds[0]).exception, UsageError)
    assert isinstance(invoke("diff", "--graph", *builds, "-o", tmp_path / "d.html").exception, UsageError)

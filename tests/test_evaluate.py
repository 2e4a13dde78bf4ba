"""evaluate: each layer on small invented annotations, and the same figures as the script of the gold."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import random
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.support import CORPUS, GOLD, IS_FULL, SHARED, gold_files, gold_source, needs_shared, whole

from kgbuild.api import annotations_of, read_source
from kgbuild.cli.evaluate import evaluate
from kgbuild.errors import InputError, KgbuildError, NonConformance, UsageError
from kgbuild.evaluate import LAYERS, MACRO, align, compare, figures, overall, score, total

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

Json = dict[str, Any]

TEXT = "一、总则\n1.培训农民，服务青年。（省教育厅、省农业农村厅）\n2.到2025年覆盖率达到90%。"


def span(words: str, **more: Any) -> Json:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "surface": words} | more


def body(words: str, **more: Any) -> Json:
    known = {"role": "responsible", "canonical": f"云岭{words}", "kind": "government_department", "duplicate_of": None}
    return span(words, **(known | more))


def gold() -> Json:
    action = {
        "path": "一/1",
        "span": span("1.培训农民，服务青年。（省教育厅、省农业农村厅）"),
        "text": span("培训农民，服务青年。"),
        "responsibility_span": span("（省教育厅、省农业农村厅）"),
        "statement_type": "bracket",
        "bodies": [body("省教育厅"), body("省农业农村厅")],
        "fields": [],
        "open_list": False,
        "populations": [span("农民", concept="farmers", role="target")],
        "named_entities": [],
    }
    indicator = span("覆盖率达到90%", value=90, value_max=None, unit="%", direction=">=", deadline="2025-12-31")
    return {
        "schema_version": "2.1",
        "file": "plan.txt",
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "document": {"title": None, "signed_date": {"iso": "2025-01-02"}, "issuers": []},
        "sections": [{"path": "一", "level": 1, "heading": span("一、总则"), "title": span("总则")}],
        "actions": [action],
        "citations": [],
        "indicators": [indicator],
        "corruptions": [span("服务", original="扶助", certainty="low")],
    }


def figures_of(predicted: Json, wanted: Json) -> dict[str, Json]:
    return figures(score(predicted, wanted).layers)


# -- counting -----------------------------------------------------------------------------------------------------
def test_a_gold_item_is_found_once() -> None:
    layer = compare([[(0, 1)]], [(0, 1), (0, 1)])
    assert (layer.hits, layer.missed, layer.spurious) == ([(0, 1)], [], [(0, 1)])


def test_half_is_right_when_given_and_not_missed_when_not() -> None:
    given_ = compare([], [(0, 1), (0, 1)], half={(0, 1)})
    assert (given_.precision, given_.recall, given_.predicted) == (0.5, 1.0, 2)
    absent = compare([], [], half={(0, 1)})
    assert (absent.precision, absent.recall, absent.f1) == (1.0, 1.0, 1.0)


def test_ignored_predictions_count_neither_way() -> None:
    layer = compare([[(0, 1)]], [(0, 1), (5, 6)], ignore={(5, 6)})
    assert (layer.predicted, layer.f1) == (1, 1.0)


def test_nothing_given_where_something_was_asked() -> None:
    layer = compare([[(0, 1)]], [])
    assert (layer.precision, layer.recall, layer.f1) == (0.0, 0.0, 0.0)


def test_sums_are_micro_averages() -> None:
    both = total([compare([[(0, 1)]], [(0, 1)]), compare([[(0, 1)], [(2, 3)], [(4, 5)]], [(9, 9)])])
    assert (both.documents, len(both.hits), both.gold, both.predicted) == (2, 1, 4, 2)
    assert both.f1 == pytest.approx(2 * 0.5 * 0.25 / 0.75)


KEYS = st.lists(st.tuples(st.integers(0, 5), st.integers(6, 9)), max_size=8)


@given(wanted=KEYS, got=KEYS)
def test_every_item_is_counted_once(wanted: list[tuple[int, int]], got: list[tuple[int, int]]) -> None:
    layer = compare([[k] for k in wanted], got)
    assert len(layer.hits) + len(layer.missed) == len(wanted)
    assert len(layer.hits) + len(layer.spurious) == len(got)
    assert 0.0 <= layer.f1 <= 1.0


# -- layers -------------------------------------------------------------------------------------------------------
def test_the_gold_itself_is_perfect_in_every_layer_that_it_has() -> None:
    found = figures_of(gold(), gold())
    assert {name for name, x in found.items() if x["f"] != 1.0} == set()
    assert set(LAYERS) - set(found) == {"populations-inherited", "measures", "measures-role"}
    assert found["bodies"] == {"p": 1.0, "r": 1.0, "f": 1.0, "tp": 2, "pred": 2, "gold": 2, "documents": 1}


ACTION = ("actions", 0)
CHANGES: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "header": (("document", "signed_date", "iso"), "2025-01-03"),
    "sections": (("sections", 0, "level"), 2),
    "responsibility": ((*ACTION, "responsibility_span", "end"), len(TEXT) - 1),
    "action-text": ((*ACTION, "text", "end"), 12),
    "action-path": ((*ACTION, "path"), "一/2"),
    "bodies": ((*ACTION, "bodies"), [body("省教育厅")]),
    "bodies-role": ((*ACTION, "bodies", 0, "role"), "lead"),
    "bodies-canonical": ((*ACTION, "bodies", 0, "canonical"), None),
    "bodies-kind": ((*ACTION, "bodies", 0, "kind"), None),
    "duplicates": ((*ACTION, "bodies", 1, "duplicate_of"), 1),
    "open-list": ((*ACTION, "open_list"), True),
    "fields": ((*ACTION, "fields"), [span("服务", key="other")]),
    "populations": (
        (*ACTION, "populations"),
        [span(x, concept=c, role="target") for x, c in (("农民", "farmers"), ("青年", "youth"))],
    ),
    "populations-role": ((*ACTION, "populations", 0, "role"), "topic"),
    "populations-concept": ((*ACTION, "populations", 0, "concept"), "youth"),
    "named-things": ((*ACTION, "named_entities"), [span("培训农民", type="programme")]),
    "citations": (("citations",), [span("总则")]),
    "indicators": (("indicators", 0, "unit"), "个"),
    "corruptions": (("corruptions",), [span("农民", original="农夫", certainty="certain")]),
}
"""One fault for each layer: where it is, and the wrong value."""


def changed(layer: str) -> Json:
    """The gold with the fault of a layer."""
    out = gold()
    (*way, last), value = CHANGES[layer]
    at: Any = out
    for step in way:
        at = at[step]
    at[last] = value
    return out


FAULTS = {
    "responsibility": {"responsibility", "action-path"},
    "bodies": {"bodies", "bodies-role", "bodies-canonical", "bodies-kind", MACRO},
    "bodies-role": {"bodies-role", MACRO},
    "populations": {"populations", "populations-role", "populations-concept"},
    "named-things": {"named-things", "named-things-type"},
}


@pytest.mark.parametrize("layer", CHANGES)
def test_a_fault_shows_in_its_layer_and_in_no_other(layer: str) -> None:
    found = figures_of(changed(layer), gold())
    assert {name for name, x in found.items() if x["f"] < 1.0} == FAULTS.get(layer, {layer})


def test_a_missing_layer_is_an_empty_one() -> None:
    bare = {"sha256": gold()["sha256"]}
    found = figures_of(bare, gold())
    assert {found[x]["f"] for x in ("header", "sections", "bodies", "populations", "indicators")} == {0.0}
    assert found["citations"]["f"] == 1.0


def test_optional_items_and_their_predictions_count_neither_way() -> None:
    wanted, got = gold(), gold()
    wanted["actions"][0]["populations"].append(span("青年", concept="youth", role="target", gold={"optional": True}))
    got["actions"][0]["populations"].append(span("青年", concept="youth", role="agent"))
    for predicted in (got, gold()):
        found = figures_of(predicted, wanted)
        assert (found["populations"]["pred"], found["populations-role"]["f"]) == (1, 1.0)


def test_other_extents_of_optional_names_count_neither_way_unless_they_touch_a_firm_one() -> None:
    wanted, got = gold(), gold()
    wanted["actions"][0]["named_entities"] = [span("服务青年", type="campaign", gold={"ambiguous": True})]
    wanted["actions"][0]["populations"].append(span("青年", concept="youth", role="target", gold={"optional": True}))
    got["actions"][0]["named_entities"] = [span("务青年", type="platform")]
    got["actions"][0]["populations"].append(span("务青年", concept="youth", role="agent"))
    found = figures_of(got, wanted)
    assert [found[x]["pred"] for x in ("named-things", "named-things-type", "populations")] == [0, 0, 1]
    got["actions"][0]["populations"][-1] = span("农民，服务青年", concept="youth", role="agent")
    assert figures_of(got, wanted)["populations"]["pred"] == 2


def test_brackets_of_either_width_are_one_in_a_path() -> None:
    wanted, got = gold(), gold()
    wanted["actions"][0] |= {"path": "一/（一）", "gold": {"alternatives": {"path": ["二"]}}}
    for path, right in (("一/(一)", 1.0), ("一/（一）", 1.0), ("二", 1.0), ("一/一", 0.0), (None, 0.0)):
        got["actions"][0]["path"] = path
        assert figures_of(got, wanted)["action-path"]["f"] == right, path
    wanted["actions"][0]["gold"] = {"ambiguous": True}
    assert figures_of(got, wanted)["action-path"]["pred"] == 0


def test_white_space_at_the_ends_of_action_texts_counts_only_where_the_text_is_unknown() -> None:
    text = TEXT.replace("。（", "。\n（").replace("1.培", "1. 培")
    wanted, got = gold(), gold()
    wanted["sha256"] = got["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    start = text.index("培训")
    wanted["actions"][0]["text"] = {"start": start, "end": start + 10}
    got["actions"][0]["text"] = {"start": start - 1, "end": start + 11}
    for known, right in ((text, 1.0), (None, 0.0), (TEXT, 0.0)):
        assert score(got, wanted, text=known).layers["action-text"].f1 == right


def test_alternatives_are_as_good_as_the_first_value() -> None:
    wanted, got = gold(), gold()
    other = {"span": [{"start": TEXT.index("培训农民"), "end": TEXT.index("培训农民") + 4}], "role": ["topic"]}
    wanted["actions"][0]["populations"][0]["gold"] = {"alternatives": other}
    got["actions"][0]["populations"] = [span("培训农民", concept="farmers", role="topic")]
    found = figures_of(got, wanted)
    assert [found[x]["f"] for x in ("populations", "populations-role", "populations-concept")] == [1.0, 1.0, 1.0]


def test_concepts_are_right_by_label_too() -> None:
    wanted, got = gold(), gold()
    wanted["gold"] = {"concept_scheme": [{"id": "farmers", "prefLabel": "农民", "altLabel": ["农户"]}]}
    got["actions"][0]["populations"][0]["concept"] = "农户"
    assert figures_of(got, wanted)["populations-concept"]["f"] == 1.0


def test_clauses_count_neither_way() -> None:
    wanted, got = gold(), gold()
    clause = copy.deepcopy(wanted["actions"][0]) | {"statement_type": "clause"}
    got["actions"].append(clause)
    scored = score(got, wanted)
    assert scored.clauses == 1
    assert scored.layers["bodies"].f1 == scored.layers["responsibility"].f1 == 1.0
    wanted["actions"][0]["statement_type"] = "clause"
    assert score(gold(), wanted).layers["responsibility"].predicted == 0


def test_the_macro_average_weighs_roles_alike() -> None:
    wanted, got = gold(), gold()
    wanted["actions"][0]["bodies"][0]["role"] = "lead"
    found = figures_of(got, wanted)[MACRO]
    assert found["roles"] == {"lead": 0.0, "responsible": pytest.approx(2 / 3)}
    assert found["f"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0" * 64}, "is not of the text of plan.txt"),
        ({"sections": [{"level": 1}]}, "does not follow extract.schema.json"),
        ({"actions": 5}, "does not follow extract.schema.json"),
    ],
)
def test_predictions_that_cannot_be_scored_are_refused(change: Json, message: str) -> None:
    with pytest.raises(InputError, match=message):
        score(gold() | change, gold())


def test_gold_of_an_old_schema_is_refused() -> None:
    with pytest.raises(InputError, match=r"schema '1\.0'"):
        score(gold(), gold() | {"schema_version": "1.0"})


# -- alignment ----------------------------------------------------------------------------------------------------
def test_spans_move_to_the_other_text_and_lost_ones_go() -> None:
    page = f"首页 导航\n{TEXT.replace('。', '。 ')}\n版权所有"
    moved = gold()
    there = {i: page.index(TEXT[:5]) + len(TEXT[:i].replace("。", "。 ")) for i in range(len(TEXT) + 1)}

    def onto(x: Any) -> Any:
        if isinstance(x, list):
            return [onto(y) for y in x]
        if isinstance(x, dict) and "start" in x:
            end = there[x["end"] - 1] + 1
            return {k: onto(v) for k, v in x.items()} | {"start": there[x["start"]], "end": end}
        return {k: onto(v) for k, v in x.items()} if isinstance(x, dict) else x

    on_page = onto(moved)
    lost = {"start": 0, "end": 2, "surface": "首页"}
    on_page["citations"] = [lost]
    back = align(on_page, page, TEXT)
    assert back == moved | {"length": len(TEXT)}


# -- command ------------------------------------------------------------------------------------------------------
def run(*args: str) -> Result:
    result = CliRunner().invoke(evaluate, args, standalone_mode=False)
    if isinstance(result.exception, KgbuildError):
        raise result.exception
    return result


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    predicted = changed("populations")
    paths = (tmp_path / "pred.json", tmp_path / "plan.gold.json")
    for path, value in zip(paths, (predicted, gold()), strict=True):
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return str(paths[0]), str(paths[1])


def test_the_table_names_every_layer(files: tuple[str, str]) -> None:
    lines = run(*files).stdout.splitlines()
    assert lines[5] == "bodies                 P 1.000  R 1.000  F1 1.000   (tp 2, pred 2, gold 2; documents 1)"
    assert [line.split()[0] for line in lines if not line.startswith((MACRO, "predicted"))] == list(LAYERS)
    assert "measures               not in this gold" in lines


def test_errors_are_listed_with_their_words(files: tuple[str, str]) -> None:
    last = run(*files, "--errors", "populations").stdout.splitlines()[-1]
    start = TEXT.index("青年")
    assert last.split() == ["spurious", "plan.txt", str(start), str(start + 2), "青年"]


def test_json_holds_the_figures(files: tuple[str, str]) -> None:
    plain = json.loads(run(*files, "--json").stdout)
    both = json.loads(run(*files, "--json", "--per-document").stdout)
    assert plain["populations"] == {"p": 0.5, "r": 1.0, "f": 2 / 3, "tp": 1, "pred": 2, "gold": 1, "documents": 1}
    assert both == {"all": plain, "documents": {"plan.txt": plain}}


def test_per_document_has_a_column_for_each(files: tuple[str, str]) -> None:
    lines = run(*files, *files, "--per-document").stdout.splitlines()
    assert lines[0] == f"{'F1 by document':22}    plan    plan"
    assert f"{'populations':22}   0.667   0.667" in lines


def test_minima_are_held(files: tuple[str, str]) -> None:
    run(*files, "--min", "bodies=1", "--min", "populations=0.66")
    with pytest.raises(NonConformance, match=r"populations 0\.667 < 0\.67, measures is not in this gold"):
        run(*files, "--min", "populations=0.67", "--min", "measures=0.1")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["a.txt"], UsageError),
        (["a.txt", "b.json", "--errors", "nouns"], UsageError),
        (["a.txt", "b.json", "--min", "bodies"], UsageError),
        (["a.txt", "b.json", "--min", "nouns=1"], UsageError),
        (["a.txt", "missing.gold.json"], InputError),
    ],
    ids=["odd", "errors", "min-number", "min-layer", "missing"],
)
def test_wrong_calls_are_refused(args: list[str], error: type[KgbuildError]) -> None:
    with pytest.raises(error):
        run(*args)


def test_a_source_is_extracted_and_a_foreign_one_refused(tmp_path: Path) -> None:
    plan, wanted, other = tmp_path / "plan.txt", tmp_path / "plan.gold.json", tmp_path / "sub" / "other.txt"
    other.parent.mkdir()
    plan.write_bytes(TEXT.encode())
    other.write_bytes("一、别的\n1.做好工作。（省教育厅）".encode())
    wanted.write_text(json.dumps(gold()), encoding="utf-8")
    found = json.loads(run(str(plan), str(wanted), "--json").stdout)
    assert found["bodies"]["f"] == found["action-text"]["f"] == 1.0
    plan.unlink()
    with pytest.raises(InputError, match="is not of the text"):
        run(str(other), str(wanted))


# -- the script of the gold ---------------------------------------------------------------------------------------
def script(name: str) -> ModuleType:
    sys.dont_write_bytecode = True  # the shared folder is only read
    spec = importlib.util.spec_from_file_location(name, GOLD / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def pairs() -> list[tuple[Path, Path]]:
    """Documents and their annotations; of one both the page and its plain text."""
    found = [(gold_source(p), p) for p in gold_files()]
    return [*found, *((GOLD / "0007.plain.txt", p) for _, p in found if p.name.startswith("0007."))]


def text_of(gold_path: Path) -> str:
    """The text that the gold was made on."""
    name = str(json.loads(gold_path.read_text(encoding="utf-8"))["file"])
    folders = (GOLD, CORPUS, SHARED / "corpus2" / "docs")
    return next(p for f in folders if (p := f / name).is_file()).read_bytes().decode()


def predicted_for(source: Path, gold_path: Path) -> Json:
    found: Json = json.loads(json.dumps(annotations_of(str(source))))
    if source.suffix == ".html":
        found = align(found, read_source(str(source)).text, text_of(gold_path))
    return found


def disturbed(predicted: Json, seed: int) -> Json:
    """The prediction with values changed, spans moved, items doubled and lost, everywhere."""
    rnd = random.Random(seed)  # noqa: S311 - a seeded test

    def walk(x: Any) -> Any:
        if isinstance(x, list):
            kept = [walk(y) for y in x if rnd.random() > 0.06]
            return kept + [y for y in kept if rnd.random() < 0.05]
        return broken({k: walk(v) for k, v in x.items()}) if isinstance(x, dict) else x

    def broken(x: Json) -> Json:
        if isinstance(x.get("start"), int) and rnd.random() < 0.08:
            x[rnd.choice(("start", "end"))] += rnd.choice((-1, 1))
        if "path" in x and rnd.random() < 0.2:
            x["path"] = rnd.choice([None, x["path"].translate({0xFF08: "("}), f"{x['path']}/1"])
        for k in ("role", "concept", "type", "unit", "iso", "kind"):
            if k in x and rnd.random() < 0.05:
                x[k] = None
        if "open_list" in x and rnd.random() < 0.2:
            x["open_list"] = not x["open_list"]
        if "duplicate_of" in x and rnd.random() < 0.1:
            x["duplicate_of"] = rnd.choice([1, 99])
        return x

    out: Json = walk(predicted)
    return out | {"sha256": predicted["sha256"]}


@whole("reads 23 documents")
@needs_shared
def test_the_figures_are_those_of_the_script_to_the_digit(tmp_path: Path) -> None:
    theirs = script("score")
    documents, expected = [], []
    for source, gold_path in pairs():
        wanted = json.loads(gold_path.read_text(encoding="utf-8"))
        right = predicted_for(source, gold_path)
        more = [disturbed(right, 1), disturbed(right, 2)] if IS_FULL else []
        for n, predicted in enumerate([right, disturbed(wanted, 3), *more]):
            path = tmp_path / f"{source.stem}.{n}.json"
            path.write_text(json.dumps(predicted), encoding="utf-8")
            documents.append(score(predicted, wanted, text=text_of(gold_path)))
            expected.append(theirs.score_files(str(path), str(gold_path)))
            assert figures(documents[-1].layers) == theirs.figures(expected[-1].layers), path.name
            assert documents[-1].clauses == expected[-1].clauses
    assert len(documents) >= (4 if IS_FULL else 2) * 24
    sums = {n: [d.layers[n] for d in expected if n in d.layers] for n in theirs.LAYERS}
    assert overall(documents) == theirs.figures({n: theirs.Layer.total(x) for n, x in sums.items() if x})
    assert sum(x["f"] < 1 for x in overall(documents).values()) > 15


@needs_shared
def test_the_listed_errors_are_those_of_the_script(tmp_path: Path) -> None:
    theirs = script("score")
    _, gold_path = pairs()[0]
    wanted = json.loads(gold_path.read_text(encoding="utf-8"))
    predicted = disturbed(wanted, 7)
    path = tmp_path / "p.json"
    path.write_text(json.dumps(predicted), encoding="utf-8")
    mine, other = (
        score(predicted, wanted, text=text_of(gold_path)).layers,
        theirs.score_files(str(path), str(gold_path)).layers,
    )
    for name, layer in mine.items():
        for kind in ("missed", "spurious"):
            assert sorted(map(repr, getattr(layer, kind))) == sorted(map(repr, getattr(other[name], kind))), name
    assert any(x.missed for x in mine.values())


@needs_shared
def test_pages_are_moved_as_the_script_moves_them() -> None:
    theirs = script("align")
    source = CORPUS / "0057.html"
    plain = (GOLD / "0057.plain.txt").read_bytes().decode()
    found = json.loads(json.dumps(annotations_of(str(source))))
    read = read_source(str(source)).text
    expected = theirs.move(found, theirs.counterpart(read, plain), read, plain)
    assert align(found, read, plain) == expected | {
        "sha256": hashlib.sha256(plain.encode()).hexdigest(),
        "length": len(plain),
    }


def test_a_folder_gives_each_document_bounds_and_a_page(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    wanted = gold()
    wanted["actions"][0]["populations"] = [span("服务青年", concept="youth", role="target")]
    (tmp_path / "plan.gold.json").write_text(json.dumps(wanted), encoding="utf-8")
    (tmp_path / "lost.gold.json").write_text(json.dumps(gold() | {"file": "lost.txt"}), encoding="utf-8")
    page = tmp_path / "errors.html"
    result = CliRunner().invoke(evaluate, [str(tmp_path), "--errors", str(page)])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("F1 by document")
    assert "documents 1)" in result.output
    assert [line for line in result.output.splitlines() if line.startswith("bodies ") and "(1.000-1.000)" in line]
    shown = page.read_text(encoding="utf-8")
    assert '<mark class="gold" title="">服务</mark>' in shown
    assert '<mark class="both" title="">青年</mark>' in shown
    assert "<script" not in shown
    bare = tmp_path / "bare"
    bare.mkdir()
    with pytest.raises(InputError):
        CliRunner().invoke(evaluate, [str(bare)], catch_exceptions=False, standalone_mode=False)


def test_bounds_hold_the_figure_and_narrow_to_it_where_documents_agree() -> None:
    from kgbuild.evaluate import Scored, intervals

    def document(name: str, hits: int, missed: int) -> Scored:
        layer = compare([[(i, i + 1)] for i in range(hits + missed)], [(i, i + 1) for i in range(hits)])
        return Scored(file=name, layers={"bodies": layer}, words={}, clauses=0)

    unlike = [document(str(n), n, 10 - n) for n in range(11)]
    low, high = intervals(unlike)["bodies"]
    assert low < overall(unlike)["bodies"]["f"] < high
    assert intervals(unlike) == intervals(unlike)
    alike = [document(str(n), 8, 2) for n in range(5)]
    assert intervals(alike)["bodies"] == pytest.approx((overall(alike)["bodies"]["f"],) * 2)

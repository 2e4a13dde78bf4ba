"""Documents of a corpus that have to do with each other: copies, forwarded ones, texts that are nearly the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support import SHARED, needs_shared, whole
from tests.test_corpus_build import ONE, RECIPE, plan, quads

from kgbuild import api, terms
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.layout import RELATION_FILE, Layout, replace_if_other
from kgbuild.api.corpus.part import read_records
from kgbuild.api.corpus.relations import find_relations, sketch
from kgbuild.api.corpus.stats import corpus_stats
from kgbuild.api.corpus.status import verify_corpus
from kgbuild.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "云岭省科学技术协会关于印发《云岭省2025年科普工作要点》的通知"
NOTICE = (
    f"{TITLE}\n云科协〔2025〕{{number}}号\n\n各市科协：\n现将《云岭省2025年科普工作要点》印发给你们。\n\n{{signed}}\n"
)
SIGNED = "云岭省科学技术协会\n2025年3月8日\n\n"
CITED = TITLE.replace("《", "〈").replace("》", "〉")
FORWARDED = f"""云溪市科学技术协会转发{TITLE}
云溪科协〔2025〕7号

各县科协：
现将《{CITED}》（云科协〔2025〕3号）转发给你们，请认真贯彻执行。

云溪市科学技术协会
2025年4月2日

"""
READING = f"""云溪市科学技术协会关于学习{TITLE}的通知
云溪科协〔2025〕8号

各县科协：
请学习《{CITED}》（云科协〔2025〕3号）。

云溪市科学技术协会
2025年4月3日
"""
WORK = ("举办科普讲座", "编写科学读本", "开放科技场馆", "培训科学教师", "组织科技竞赛", "建设科普基地")
BODY = "云岭省2025年科普工作要点\n一、重点任务\n" + "".join(
    f"{n}.{what}，每年不少于{n + 3}场。（责任单位：省科协、省教育厅）\n" for n, what in enumerate(WORK, 1)
)


def related(place: Path) -> dict[tuple[str, str, str], tuple[str, str]]:
    layout, _ = Layout.of(place)
    paths = {r.part: r.path for r in layout.read_manifest()}
    known = [replace(r, path=paths[r.part]) for r in read_records(layout, paths)]
    found = find_relations(known)
    return {(x.kind, Path(x.first.path).stem, Path(x.second.path).stem): (x.rule, x.grade) for x in found}


def write(folder: Path, texts: Iterable[tuple[str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts:
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    third = NOTICE.format(number=3, signed=SIGNED)
    texts = [
        ("a", third + BODY),
        ("b", "浏览次数：4510次\n" + third + BODY),  # a copy on another site
        ("c", FORWARDED + BODY),
        ("d", FORWARDED.replace("〔2025〕7号", "〔2025〕9号")),  # forwarded without the text
        ("e", READING),  # speaks of it, and forwards nothing
        ("f", NOTICE.format(number=5, signed=SIGNED) + plan(3)),  # one title, another number, another text
        ("g", BODY.replace("2025", "2024")),  # nearly the same words of another year
        ("h", plan(9)),
    ]
    folder = write(tmp_path / "plans", texts)
    build_corpus([folder], tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    return tmp_path / "corpus"


def test_relations_are_found_with_what_speaks_for_them(corpus: Path) -> None:
    found = related(corpus)
    assert {key: value for key, value in found.items() if key[0] != "near-duplicate"} == {
        ("mirror", "a", "b"): ("number-and-title", "exact"),
        ("forwarded", "c", "a"): ("cited-and-contained", "exact"),
        ("forwarded", "c", "b"): ("cited-and-contained", "exact"),
        ("forwarded", "d", "a"): ("cited-by-number-and-title", "rule"),
        ("forwarded", "d", "b"): ("cited-by-number-and-title", "rule"),
    }
    alike = {key[1:] for key in found if key[0] == "near-duplicate"}
    assert ("a", "b") not in alike
    assert not any({"f", "h"} & set(pair) for pair in alike)


def test_relations_of_a_form_that_many_filled_in_grow_with_their_number(tmp_path: Path) -> None:
    more = "二、保障\n" + "".join(f"{n}.为{what}落实经费，及时总结经验。\n" for n, what in enumerate(WORK, 1))
    folder = write(tmp_path / "plans", ((f"p{n:02}", BODY.replace("2025", f"20{n:02}") + more) for n in range(20)))
    build_corpus([folder], tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    found = Counter(second for kind, _, second in related(tmp_path / "corpus") if kind == "near-duplicate")
    assert set(found) == {f"p{n:02}" for n in range(1, 20)}  # each has one before it
    assert max(found.values()) == 3


def test_relations_stand_in_the_store_with_evidence_and_are_asked(corpus: Path) -> None:
    assert verify_corpus(corpus, crew=ONE) == []
    held = api.open_store(corpus / "store")
    rows = held.query("related-documents", kind="forwarded").rows
    assert {(row[1], row[3], row[4]) for row in rows} == {
        (f"云溪市科学技术协会转发{TITLE}", TITLE, "云科协〔2025〕3号")
    }
    query = f"""SELECT ?r (COUNT(DISTINCT ?t) AS ?n) {{
        ?r a {terms.gplan("DocumentRelation")} ; {terms.gplan("evidence")} ?s .
        ?s {terms.gplan("inSource")} ?t
    }} GROUP BY ?r"""
    assert {row[1] for row in held.store("asserted").select(query).rows} == {2}  # spans of both texts
    tables = {r["table"]: r["value"] for r in corpus_stats(corpus)}
    assert tables["mirror"] == "plans/a.txt = plans/b.txt"


def test_relations_conform_to_the_shapes(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.nq"
    shards = b"".join(f.read_bytes() for f in sorted((corpus / "shards").glob("*.nq")))
    words = (corpus / "vocabulary" / "relations.nt").read_bytes()
    file.write_bytes(shards + (corpus / RELATION_FILE).read_bytes() + words)
    report = validate({(s, p, o) for s, p, o, g in api.open(file).quads if not terms.is_inferred(g)})
    assert [r for r in report.results if "/relation/" in str(r)] == []


def test_relations_follow_the_documents(corpus: Path) -> None:
    (corpus.parent / "plans" / "b.txt").unlink()
    build_corpus([], corpus, crew=ONE)
    assert not any("b" in key for key in related(corpus))
    for name in "cdgae":
        (corpus.parent / "plans" / f"{name}.txt").unlink()
    build_corpus([], corpus, crew=ONE)
    assert related(corpus) == {}
    assert not (corpus / RELATION_FILE).exists()
    assert not any("relation" in str(q) for q in quads(corpus))
    assert verify_corpus(corpus, crew=ONE) == []


def test_relations_go_from_a_store_that_nobody_noted_them_of(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that ends between the store and the note of what it holds."""
    from kgbuild.api.corpus import loading

    (corpus / "store.json").write_text("{}", "utf-8")
    writes: list[str] = []

    def stop(path: Path, data: bytes) -> bool:
        writes.append(path.name)
        if writes.count("store.json") == 2:
            raise KeyboardInterrupt
        return replace_if_other(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(loading, "replace_if_other", stop)
        with pytest.raises(KeyboardInterrupt):
            build_corpus([], corpus, crew=ONE)
    for file in (corpus.parent / "plans").iterdir():
        if file.stem != "h":
            file.unlink()
    build_corpus([], corpus, crew=ONE)
    assert not any("relation" in str(q) for q in quads(corpus))


def test_one_wording_in_one_division_is_one_node(tmp_path: Path) -> None:
    text = "{place}2025年科普工作要点\n一、任务\n{n}.办好科普活动。（责任单位：{place}趣味科学推广中心）\n"
    places = ("云岭省", "云岭省", "云溪市")
    folder = write(tmp_path / "plans", ((f"p{n}", text.format(place=p, n=n + 1)) for n, p in enumerate(places)))
    build_corpus([folder], tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    held = api.open_store(tmp_path / "corpus" / "store").store("asserted")
    query = f"""SELECT ?b (COUNT(DISTINCT ?s) AS ?n) {{ ?s {terms.gplan("assignee")} ?b .
        ?b {terms.gplan("registrationStatus")} {terms.code("status-unregistered")} }} GROUP BY ?b ORDER BY DESC(?n)"""
    assert [row[1] for row in held.select(query).rows] == [2, 1]


def test_a_sketch_is_the_same_everywhere() -> None:
    text = "".join(chr(0x4E00 + n * 7 % 900) for n in range(400))
    assert sketch(text) == sketch(text)
    assert sketch(text)[:16] == "QiQsCuB8SABL2q0D"


@whole("builds real documents")
@needs_shared
def test_real_mirrors_and_texts_of_one_title(tmp_path: Path) -> None:
    docs = SHARED / "corpus2" / "docs"
    files = [docs / name for name in ("n127.txt", "n128.txt", "n429.md", "n441.md")]
    build_corpus(files, tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    found = related(tmp_path / "corpus")
    assert set(found) == {("mirror", "n429", "n441")}

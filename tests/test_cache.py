"""The cache: read only where nobody else can have written it; nothing odd in it stops or changes a run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.support import whole

from kgbuild import api
from kgbuild.config import Settings
from kgbuild.lexicon import cache, compile_lexicon, load_lexicon
from kgbuild.lexicon import lexicon as module

if TYPE_CHECKING:
    from pathlib import Path

NAME = "tables"
NOBODY = 65534
needs_posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs user ids")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that holds one value."""
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    cache.store(NAME, {"a": 1})
    assert cache.load(NAME) == {"a": 1}
    return tmp_path / "cache"


def signed(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def test_folder_and_file_are_made_for_the_user_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / f"{NAME}.json").stat().st_mode & 0o077 == 0
    assert [f.name for f in folder.iterdir()] == [f"{NAME}.json"]


@needs_posix
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_what_others_can_write_is_not_used(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert cache.why_unusable(folder) == "can be written by others"
    assert cache.load(NAME) is None
    cache.store("new", {})
    assert [f.name for f in folder.iterdir()] == [f"{NAME}.json"]
    folder.chmod(0o755)
    assert cache.load(NAME) == {"a": 1}
    (folder / f"{NAME}.json").chmod(0o666)
    assert cache.load(NAME) is None


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="needs root, who may give files away")
def test_what_another_user_owns_is_not_used(folder: Path) -> None:
    os.chown(folder / f"{NAME}.json", NOBODY, NOBODY)
    assert cache.load(NAME) is None
    os.chown(folder / f"{NAME}.json", 0, 0)
    os.chown(folder, NOBODY, NOBODY)
    assert cache.why_unusable(folder) == "belongs to another user"
    assert cache.load(NAME) is None


@needs_posix
def test_a_pipe_or_a_link_or_a_folder_in_its_place_is_as_if_absent(folder: Path, tmp_path: Path) -> None:
    file, elsewhere = folder / f"{NAME}.json", tmp_path / "elsewhere.json"
    file.rename(elsewhere)
    makers: list[Callable[[], object]] = [
        lambda: os.mkfifo(file),
        lambda: file.symlink_to(elsewhere),
        file.mkdir,
    ]
    for make in makers:
        make()
        assert cache.load(NAME) is None
        file.rmdir() if file.is_dir() else file.unlink()
    os.mkfifo(file)
    cache.store(NAME, [2])
    assert cache.load(NAME) == [2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"0" * 64 + b"\n{}",
        signed(b""),
        signed(b"{"),
        signed(b"\xff"),
        signed(b"[" * 100_000 + b"]" * 100_000),
        signed(b'{"a": ' + b"9" * 5_000 + b"}"),
    ],
    ids=["empty", "no checksum", "wrong checksum", "nothing", "cut", "no text", "too deep", "too long a number"],
)
def test_what_is_not_whole_is_as_if_absent(folder: Path, data: bytes) -> None:
    (folder / f"{NAME}.json").write_bytes(data)
    assert cache.load(NAME) is None


def test_a_file_of_any_size_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 70)
    assert cache.load(NAME) is None


Change = Callable[[dict[str, object]], object]


@pytest.fixture
def doctored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], Settings]:
    """Returns a function that changes the stored tables, checksum and all."""

    def change(how: Change) -> Settings:
        monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
        module._lexicon.cache_clear()
        load_lexicon(Settings())
        module._lexicon.cache_clear()
        (file,) = (tmp_path / "cache").glob("lexicon-*.json")
        tables = json.loads(file.read_bytes().partition(b"\n")[2])
        file.write_bytes(signed(json.dumps(how(tables)).encode()))
        return Settings()

    return change


@pytest.mark.parametrize(
    "how", [lambda _: {}, lambda _: [], lambda t: {**t, "x": 1}, lambda t: dict(list(t.items())[1:])]
)
@whole("compiles the vocabularies")
def test_tables_that_lack_something_are_compiled_anew(doctored: Callable[[Change], Settings], how: Change) -> None:
    settings = doctored(how)
    assert load_lexicon(settings).tables == compile_lexicon(settings).tables
    module._lexicon.cache_clear()


def test_a_proof_rests_on_no_cache(doctored: Callable[[Change], Settings], tmp_path: Path) -> None:
    settings = doctored(lambda tables: {**tables, "populations": {}})
    assert (load_lexicon(settings).populations, bool(compile_lexicon(settings).populations)) == ((), True)
    plan, graph = tmp_path / "plan.txt", tmp_path / "plan.ttl"
    plan.write_text("云岭省2025年科普工作要点\n一、重点任务\n1.面向老年人开展培训。\n", encoding="utf-8")
    graph.write_bytes(api.build(plan, validate=False).serialise("ttl"))
    module._lexicon.cache_clear()
    report = api.verify_graph(str(graph), [plan])
    assert report.level == "broken"
    assert any("Targeting" in o for r in report.rebuilds for _, _, o, _ in r.missing)


@needs_posix
def test_the_words_of_jieba_lie_where_nobody_else_writes(folder: Path) -> None:
    with cache.private_dir() as place:
        assert place == folder
    folder.chmod(0o777)
    with cache.private_dir() as place:
        assert place != folder
        assert place.stat().st_mode & 0o077 == 0
    assert not place.exists()


@needs_posix
def test_a_pipe_among_the_vocabularies_is_told_and_not_waited_for(tmp_path: Path) -> None:
    from kgbuild.errors import InputError

    os.mkfifo(tmp_path / "words.ttl")
    with pytest.raises(InputError, match="is not a file"):
        load_lexicon(Settings(vocab=(tmp_path,)))

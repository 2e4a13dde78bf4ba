"""Settings that hold for all tests."""

from __future__ import annotations

import gc
import gettext
import os
import signal
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support import Run

    from kgbuild.api import Release
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Triple

# How fast a machine is must not decide a test: speed is measured in benchmarks/. CI tries more examples than one does
# before a commit.
settings.register_profile("kgbuild", deadline=None, max_examples=100 if os.environ.get("KGBUILD_FULL") else 30)
settings.load_profile("kgbuild")

# Tests start some two hundred processes. Where Python is told to keep no compiled modules beside their sources, each of
# them would compile all of kgbuild again; so they are kept beside what pytest keeps.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / ".pytest_cache" / "python")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


# Under nohup, or in the background of a shell, the processes that tests start would inherit that a signal is ignored,
# and never end by it. What is caught and not heeded is ignored here alone.
for _name in ("SIGHUP", "SIGINT"):
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


# A process of tests holds two million objects, and a search for cycles among all of them takes half a second: few are
# made, and what was imported is left out of them.
gc.set_threshold(20_000, 20, 20)


def pytest_collection_finish() -> None:
    """Take what was imported and collected for what stays."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """Parse the vocabularies of the project and the dictionary once: some forty tests compile them with words of users.

    A file that changed is another one. Tests of the cache, and proofs, which read none, are about what is compiled.
    """
    from kgbuild.config import data_dir
    from kgbuild.lexicon import borders, turtle

    parse, usual = turtle.parse_file, borders.usual_words
    parsed = cache(lambda path, _stamp: parse(path))
    counted = cache(lambda path, _stamp: usual())

    def parse_once(path: Path) -> tuple[Triple, ...]:
        is_ours = path.is_relative_to(data_dir("ontology")) and path.is_file()
        return parsed(path, stamp(path)) if is_ours else parse(path)

    def stamp(path: Path) -> tuple[int, int]:
        stat = path.stat()
        return stat.st_mtime_ns, stat.st_size

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(turtle, "parse_file", parse_once)
        patched.setattr(borders, "usual_words", lambda: counted(borders.dictionary(), stamp(borders.dictionary())))
        yield


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Forget the language that a call of the command line chose: it holds for a process, and tests share one."""
    before = {name: os.environ.get(name) for name in ("KGBUILD_LANG", "LANGUAGE")}
    domain = gettext.textdomain()
    yield
    gettext.textdomain(domain)
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a graph, in a folder."""
    from tests.releases import built

    folder = tmp_path_factory.mktemp("graphs")
    (folder / "yunling.trig").write_bytes(built().serialise("trig"))
    return folder


@pytest.fixture(scope="session")
def graph(graphs: Path) -> Path:
    """The example as a graph."""
    return graphs / "yunling.trig"


@pytest.fixture(scope="session")
def full(graphs: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The example, published with its evidence."""
    from tests.releases import CONFIG, DAY, LEAN

    from kgbuild import api

    return api.publish([graphs], tmp_path_factory.mktemp("full") / "release", day=DAY, config=CONFIG, without=LEAN)


@pytest.fixture(scope="session")
def facts(graphs: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The example, published as facts."""
    from tests.releases import CONFIG, DAY

    from kgbuild import api

    folder = tmp_path_factory.mktemp("facts") / "release"
    return api.publish([graphs], folder, day=DAY, config=CONFIG, profile="facts")


@pytest.fixture(scope="session", params=["full", "facts"])
def release(request: pytest.FixtureRequest, full: Release, facts: Release) -> Release:
    """Each of the two releases of the example in turn."""
    return {"full": full, "facts": facts}[request.param]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The vocabularies of the project, compiled; nobody changes them."""
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon

    return load_lexicon(Settings())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command line in this process: exit code, output, errors."""
    from tests.support import runner

    return runner(monkeypatch, capfdbinary)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the HTTP client would have waited before it asked a server again."""
    slept: list[float] = []
    monkeypatch.setattr("kgbuild.store.http.pause", slept.append)
    return slept

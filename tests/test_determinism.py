"""The same document gives the same bytes in every text format, whatever hash seed, locale, time zone, folder, cache."""

from __future__ import annotations

import itertools
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from tests.support import whole

import kgbuild

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "examples" / "yunling-2025.txt"
OTHER = ROOT / "tests" / "data" / "mini.txt"
FORMATS = ("ttl", "nt", "nq", "trig", "jsonld", "xml")
# A run prints one line for each thing that must not change: its name and the hash of its bytes.
PROGRAM = """
import hashlib, json, sys
import kgbuild
from kgbuild.api import annotations_of
result = kgbuild.build(sys.argv[1], validate=sys.argv[2] == "yes")
out = {form: result.serialise(form) for form in sys.argv[3].split(",")}
out |= {form + "+": result.serialise(form, inferred=True) for form in sys.argv[3].split(",")}
out["extract"] = json.dumps(annotations_of(sys.argv[1])).encode()
out["report"] = json.dumps(result.report()).encode()
for name, data in out.items():
    print(name, hashlib.sha256(data).hexdigest())
"""
ENVIRONMENTS = {
    "other hash seed": {"PYTHONHASHSEED": "1"},
    "third hash seed": {"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns"},
    "plain locale": {"LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "random", "PYTHONUTF8": "0"},
    "other time zone and locale": {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "7"},
}


def hashes(environment: dict[str, str], *, cwd: Path, source: Path = PLAN, validate: str = "no") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TZ", "PYTHONH"))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(source), validate, ",".join(FORMATS)],
        env=kept | environment,
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split() for line in done.stdout.splitlines())


@cache
def reference() -> dict[str, str]:
    found = hashes({"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}, cwd=ROOT)
    assert len(found) == 2 * len(FORMATS) + 2
    return found


FEW = {"other hash seed", "other time zone and locale"}


@pytest.mark.parametrize(
    "name", [n if n in FEW else pytest.param(n, marks=whole("starts a process for each")) for n in ENVIRONMENTS]
)
def test_the_environment_changes_no_byte(name: str, tmp_path: Path) -> None:
    assert hashes(ENVIRONMENTS[name], cwd=tmp_path) == reference()


@whole("compiles the vocabularies twice")
def test_a_cold_cache_and_one_that_cannot_be_written_change_no_byte(tmp_path: Path) -> None:
    cold = hashes({"KGBUILD_CACHE": str(tmp_path / "cache")}, cwd=tmp_path)
    assert (tmp_path / "cache").is_dir()
    assert cold == reference()
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert hashes({"KGBUILD_CACHE": str(tmp_path / "file")}, cwd=tmp_path) == reference()


@whole("starts processes that validate")
def test_validation_reports_in_one_order(tmp_path: Path) -> None:
    one, two = (hashes({"PYTHONHASHSEED": seed}, cwd=tmp_path, validate="yes")["report"] for seed in ("3", "4"))
    assert one == two


def test_another_text_gives_other_bytes(tmp_path: Path) -> None:
    # Guards the tests above: hashes that never differ would prove nothing.
    found = hashes({}, cwd=tmp_path, source=OTHER)
    assert all(found[name] != reference()[name] for name in reference())


def test_the_order_of_inputs_changes_no_byte(tmp_path: Path) -> None:
    made = {}
    for inputs in itertools.permutations((PLAN, OTHER)):
        folder = tmp_path / inputs[0].stem
        command = [sys.executable, "-c", "from kgbuild.cli import main; main()", "build", *map(str, inputs)]
        done = subprocess.run([*command, "-q", "--no-validate", "--format", "nq", "-o", str(folder)], check=False)
        assert done.returncode == 0
        made[inputs[0].stem] = {path.name: path.read_bytes() for path in folder.iterdir()}
    first, second = made.values()
    assert set(first) == {"yunling-2025.nq", "mini.nq"}
    assert first == second


@cache
def parsed(form: str) -> frozenset[tuple[str, str, str]]:
    """What a file with the closure says, as terms of N-Triples."""
    import pyoxigraph as ox

    suffix = {"xml": "rdf"}.get(form, form)
    kind = ox.RdfFormat.from_extension(suffix)
    assert kind is not None
    quads = ox.parse(kgbuild.build(PLAN, validate=False).serialise(form, inferred=True), format=kind)
    return frozenset((str(q.subject), str(q.predicate), str(q.object)) for q in quads)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same_and_no_node_is_blank(form: str) -> None:
    assert len(parsed(form)) > 2000
    assert parsed(form) == parsed("nt")
    assert not [t for t in parsed(form) if t[0].startswith("_:") or t[2].startswith("_:")]


def test_nothing_of_this_machine_stands_in_an_output() -> None:
    text = kgbuild.build(PLAN, validate=False).serialise("trig").decode()
    for secret in (str(ROOT), str(Path.home()), platform.node()):
        assert len(secret) < 3 or secret not in text

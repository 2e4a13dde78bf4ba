"""What is installed: one version everywhere, the data folders, the dependencies that the code imports, and `doctor`."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
import yaml
from click import Group
from click.testing import CliRunner, Result

import kgbuild
from kgbuild import api, config, web
from kgbuild.api import health
from kgbuild.cli import COMMANDS, cli
from kgbuild.errors import InputError, OntologyError

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "kgbuild"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Names of packages whose modules are called otherwise
MODULES = {"pyyaml": "yaml", "ahocorasick-rs": "ahocorasick_rs"}


# -- one version, everything in its place -------------------------------------------------------------------------
def test_one_version_everywhere() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    ontology = (ROOT / "ontology" / "gplan.ttl").read_text(encoding="utf-8")
    versions = {
        "changelog": re.search(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)[1],  # type: ignore[index]
        "citation": citation["version"],
        "ontology": re.search(r'owl:versionInfo "([^"]+)"', ontology)[1],  # type: ignore[index]
        "ontology IRI": re.search(r"owl:versionIRI <[^>]+/([^/>]+)>", ontology)[1],  # type: ignore[index]
    }
    assert versions == dict.fromkeys(versions, kgbuild.__version__)


def test_the_public_names_are_sorted_and_there() -> None:
    assert kgbuild.__all__ == sorted(kgbuild.__all__)
    assert all(getattr(kgbuild, name) is not None for name in kgbuild.__all__)
    assert set(kgbuild.__all__) <= set(dir(kgbuild))

    with pytest.raises(AttributeError, match="no attribute 'surplus'"):
        kgbuild.surplus  # noqa: B018 - the access is what is tested


def test_the_facade_says_where_each_of_its_names_lives() -> None:
    home_of = {name: home for home, names in api._HOMES.items() for name in names.split()}
    assert set(api.__all__) == home_of.keys()
    for name, home in home_of.items():
        thing = getattr(api, name)
        if isinstance(thing, type | FunctionType):  # a literal type or a tuple of texts does not say whence it is
            assert thing.__module__.startswith(home if home.startswith("kgbuild.") else f"kgbuild.api.{home}"), name
    assert set(api.__all__) <= set(dir(api))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        api.nothing  # noqa: B018 - the access is what is tested


# What a Python user calls where a shell says the command; a command that is not here is not finished.
FUNCTIONS = {
    "bodies": "bodies_named body_over_time",
    "build": "build",
    "check": "check_folder",
    "corpus build": "build_corpus",
    "corpus push": "push_corpus",
    "corpus review": "review_corpus",
    "corpus stats": "corpus_stats render_corpus_stats",
    "corpus status": "corpus_status",
    "corpus verify": "verify_corpus",
    "diagram": "draw_diagram",
    "diff": "diff diff_graphs diff_series",
    "doctor": "examine",
    "evaluate": "score_documents",
    "explain": "explain_graph",
    "extract": "annotations_of",
    "queries": "list_queries",
    "queries export": "export_queries grlc_queries",
    "queries show": "show_query",
    "queries values": "query_values",
    "mcp": "mcp_server",
    "publish": "publish",
    "query": "query",
    "read": "read_source",
    "reason": "reason_graph",
    "review": "doubts_of",
    "search": "find_text",
    "serve": "serve",
    "sparql": "sparql",
    "store drop": "drop_from_store",
    "store export": "export_store",
    "store list": "list_store",
    "store load": "load_store",
    "validate": "judge_file",
    "verify": "verify_graph relocate_graph",
    "view": "view_pages",
    "vocab check": "check_vocabularies",
}


def commands() -> dict[str, str]:
    """The commands that do something, those of groups by both names, each with the source of its module."""
    found: dict[str, str] = {}
    for name, (module, _) in COMMANDS.items():
        source = Path(inspect.getfile(importlib.import_module(module))).read_text(encoding="utf-8")
        command = getattr(sys.modules[module], name)
        names = [f"{name} {inner}" for inner in command.commands] if isinstance(command, Group) else []
        if not names or command.invoke_without_command:
            names.append(name)
        found |= dict.fromkeys(names, source)
    return found


def test_what_a_command_can_do_python_can() -> None:
    found = commands()
    assert FUNCTIONS.keys() == found.keys()
    for command, names in FUNCTIONS.items():
        for name in names.split():
            # The server stands above the facade, and needs what is an extra.
            assert name in web.__all__ or callable(getattr(api, name))
            assert re.search(rf"\b{name}\b", found[command]), f"{command} does not call {name}"


def test_the_sources_and_the_wheel_name_folders_that_exist() -> None:
    targets = PYPROJECT["tool"]["hatch"]["build"]["targets"]
    assert [name for name in targets["wheel"]["only-include"] if not (ROOT / name).is_dir()] == []
    assert set(targets["wheel"]["sources"]) == set(targets["wheel"]["only-include"])
    assert [name for name in targets["sdist"]["include"] if not (ROOT / name.lstrip("/")).exists()] == []


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "ontology/LICENSE"])
def test_licences_are_there_and_shipped(name: str) -> None:
    assert (ROOT / name).stat().st_size > 100
    patterns = PYPROJECT["project"]["license-files"]
    assert any((ROOT / name) in ROOT.glob(pattern) for pattern in patterns)


@pytest.mark.parametrize("name", ["py.typed", "extract.schema.json", "report.schema.json"])
def test_files_beside_the_code(name: str) -> None:
    assert (files("kgbuild") / name).is_file()


def test_every_import_is_a_declared_dependency() -> None:
    """What only the server or a cluster needs is imported where they are at home alone; it is an extra."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    everywhere = modules(project["dependencies"])
    homes = dict.fromkeys((SOURCES / "web").rglob("*.py"), modules([*extras["web"], *extras["mcp"]]))
    cluster = (SOURCES / "api" / "cluster.py", SOURCES / "api" / "corpus" / "depot.py")
    homes |= dict.fromkeys(cluster, modules(extras["cluster"]))
    for path in SOURCES.rglob("*.py"):
        found = imports(path) - set(sys.stdlib_module_names) - {"kgbuild"}
        assert found <= everywhere | homes.get(path, set()), path


def modules(dependencies: list[str]) -> set[str]:
    names = {re.split(r"[^\w-]", line)[0].lower() for line in dependencies}
    return {MODULES.get(name, name) for name in names}


def imports(path: Path) -> set[str]:
    """The top names of the modules that a file cannot run without: none for the type checker, none tried for."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
        elif not is_for_types(node) and not is_tried(node):
            pending += ast.iter_child_nodes(node)
    return found


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def is_tried(node: ast.AST) -> bool:
    return isinstance(node, ast.Try) and any("ImportError" in ast.unparse(h) for h in node.handlers)


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode:
        pytest.skip("no git checkout")
    ours = re.compile(rb"/(?:home|Users|work|root)/[a-z]")
    paths = [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    assert len(paths) > 100
    assert [str(path) for path in paths if path != Path(__file__) and ours.search(path.read_bytes())] == []


# -- start-up -----------------------------------------------------------------------------------------------------
def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return {name.split(".")[0] for name in done.stdout.split()}


def test_help_loads_click_and_nothing_heavy() -> None:
    code = "from kgbuild.cli import cli\ntry:\n    cli(['--help'])\nexcept SystemExit:\n    pass"
    heavy = {"rdflib", "pyshacl", "owlrl", "pyoxigraph", "jieba", "ahocorasick_rs", "selectolax", "yaml", "json"}
    assert loaded(code) & heavy == set()


def test_importing_the_package_loads_nothing() -> None:
    assert loaded("import kgbuild") & {"rdflib", "pyoxigraph", "click"} == set()


def test_the_entry_point_runs() -> None:
    (script,) = (e for e in metadata.entry_points(group="console_scripts") if e.name == "kgbuild")
    assert callable(script.load())
    done = CliRunner().invoke(cli, ["--version"])
    assert done.output.startswith(f"kgbuild {kgbuild.__version__} (ontology {kgbuild.__version__}, schema ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_loaded(command: str) -> None:
    done = CliRunner().invoke(cli, [command, "--help"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Usage:")


# -- data folders -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["ontology", "shapes", "queries"])
def test_the_data_folder_of_the_wheel_goes_before_that_of_a_checkout(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config.data_dir(name) == ROOT / name
    monkeypatch.setattr(config, "PACKAGE", tmp_path / "src" / "kgbuild")
    (tmp_path / name).mkdir()
    assert config.data_dir(name) == tmp_path / name
    packaged = tmp_path / "src" / "kgbuild" / "_data" / name
    packaged.mkdir(parents=True)
    assert config.data_dir(name) == packaged


def test_a_missing_data_folder_is_named_with_both_places() -> None:
    with pytest.raises(OntologyError, match=r"_data.surplus and .*surplus: data folder 'surplus' not found; reinstall"):
        config.data_dir("surplus")


# -- doctor -------------------------------------------------------------------------------------------------------
def doctor(*args: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *args])


def states(*args: str) -> dict[str, Any]:
    done = doctor("--format", "json", *args)
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


@cache
def sound() -> dict[str, Any]:
    return states("--config", str(ROOT / "examples" / "kgbuild.toml"))


def test_doctor_finds_everything_sound() -> None:
    assert {check["state"] for check in sound().values()} <= {"ok", "note"}
    for name in ("python", "rdflib", "pyshacl", "owlrl", "pyoxigraph", "cache", "sqlite fts5", "shapes parse"):
        assert sound()[name]["value"], name
    assert sound()["kgbuild"]["value"] == kgbuild.__version__
    assert sound()["rdflib"]["value"] == metadata.version("rdflib")
    assert sound()["data shapes"]["value"] == str(config.data_dir("shapes"))
    assert re.match(r"\d+ triples compiled", sound()["ontology rules"]["value"])
    assert re.match(r"3\d{3} divisions, \d+ kinds of bodies, \d+ bodies, \d+ pop", sound()["vocabularies"]["value"])


def test_doctor_looks_at_every_dependency_and_no_extra() -> None:
    declared = {re.split(r"[^\w.-]", line)[0] for line in PYPROJECT["project"]["dependencies"]}
    assert declared <= set(sound())
    assert not {"pytest", "ruff", "mypy"} & set(sound())


def test_doctor_says_what_is_in_force() -> None:
    values = {name.strip(): check["value"] for name, check in sound().items()}
    assert values["configuration"] == str(ROOT / "examples" / "kgbuild.toml")
    assert values["base"] == "https://example.org/yunling/"
    assert values["vocab"] == str(ROOT / "examples" / "vocab")


def test_text_and_json_say_the_same() -> None:
    lines = doctor("--config", str(ROOT / "examples" / "kgbuild.toml")).stdout.splitlines()
    shown = [re.split(r" {2,}", line, maxsplit=1)[0] for line in lines]
    assert shown == [check["state"] for check in sound().values()]


def broken(tmp_path: Path, toml: str) -> tuple[object, dict[str, Any], object]:
    path = tmp_path / "kgbuild.toml"
    path.write_text(toml, encoding="utf-8")
    done = doctor("--format", "json", "--config", str(path))
    report = json.loads(done.stdout)
    assert report["ok"] is False
    code = getattr(done.exception, "exit_code", None)
    return code, {c["name"]: c["value"] for c in report["checks"] if c["state"] == "broken"}, done.exception


def test_a_broken_configuration_is_one_line_and_exit_3(tmp_path: Path) -> None:
    code, found, error = broken(tmp_path, 'bsae = "x"')
    assert code == 3
    assert list(found) == ["configuration"]
    assert "unknown key 'bsae'; use one of: base" in found["configuration"]
    assert str(error) == "doctor: broken: configuration; see the lines above"


def test_a_broken_vocabulary_of_a_user_is_found_and_the_rest_still_examined(tmp_path: Path) -> None:
    (tmp_path / "vocab").mkdir()
    (tmp_path / "vocab" / "bad.ttl").write_text("<a> <b> .", encoding="utf-8")
    code, found, _ = broken(tmp_path, 'vocab = ["vocab"]')
    assert code == 3
    assert list(found) == ["vocabularies"]
    assert "bad.ttl: is not valid Turtle" in found["vocabularies"]


def test_an_ontology_with_an_axiom_that_is_not_covered_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gplan.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:p> a owl:FunctionalProperty .", encoding="utf-8"
    )
    monkeypatch.setattr(health, "data_dir", lambda name: tmp_path if name == "ontology" else ROOT / name)
    found = {check.name: check for check in health.examine(None)}
    assert found["ontology rules"].state == "broken"
    assert "FunctionalProperty" in found["ontology rules"].value


def test_missing_packages_and_an_empty_folder_of_shapes_are_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name == "pyshacl":
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(health, "data_dir", lambda name: tmp_path if name == "shapes" else ROOT / name)
    found = {check.name: check.value for check in health.examine(None) if check.state == "broken"}
    assert sorted(found) == ["pyshacl", "shapes parse"]
    assert found["pyshacl"].startswith("not installed")


def test_a_cache_that_cannot_be_written_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "file"))
    (cache_check,) = (check for check in health.examine(None) if check.name == "cache")
    assert cache_check.state == "note"
    assert "compiled in each run" in cache_check.value


def test_the_exceptions_have_their_exit_codes() -> None:
    assert (InputError("x").exit_code, OntologyError("x").exit_code) == (3, 3)

"""`kgbuild check`, and the very commands of action.yml, of the hooks and of the GitLab job, once green and once red."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support import runner, whole

ROOT = Path(__file__).resolve().parents[1]
GREEN = """云岭省科普工作方案

一、主要任务
1.组织开展科普服务。（省教育厅牵头，省科协配合）
"""
Kgbuild = Callable[..., tuple[int, str, str]]
BIN = Path(sys.executable).parent
ENV = {k: v for k, v in os.environ.items() if k not in {"KGBUILD_LANG", "GITHUB_STEP_SUMMARY"}} | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "PYTHONUTF8": "1",
}


def run(*command: object, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(c) for c in command], cwd=folder, env=ENV | env, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def kgbuild(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Kgbuild:
    """Run the command line in this process, in a folder: (exit code, standard output, standard error)."""
    call = runner(monkeypatch, capfdbinary)

    def within(*args: object, folder: Path) -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        return call(*args)

    return within


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of one plan with two expected answers."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "plans" / "expected").mkdir(parents=True)
    shutil.copytree(ROOT / "examples" / "vocab", folder / "vocab")
    shutil.copy(ROOT / "examples" / "kgbuild.toml", folder / "kgbuild.toml")
    (folder / "plans" / "plan.txt").write_text(GREEN, encoding="utf-8")
    (folder / "plans" / "README.md").write_text("no plan", encoding="utf-8")
    for name in ("plan.outline.csv", "plan.bodies-of-action.item=一%2F1.csv"):
        (folder / "plans" / "expected" / name).touch()
    done = run(sys.executable, "-m", "kgbuild", "check", "plans", "--update", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def green(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "green"))


@pytest.fixture
def red(green: Path) -> Path:
    """The same, and the plan says something else than the answer that is expected."""
    (green / "plans" / "plan.txt").write_text(GREEN.replace("省科协配合", "省农业农村厅配合"), encoding="utf-8")
    return green


# -- check --------------------------------------------------------------------------------------------------------
@whole("runs a job")
def test_a_folder_that_holds(green: Path, kgbuild: Kgbuild) -> None:
    code, _, err = kgbuild("check", "plans", folder=green)
    assert code == 0
    assert re.search(r"plans/plan\.txt +1 +0 +1 +3? ?.*\d+/\d+ +2/2 +ok", err)


def test_an_answer_that_differs_names_both_rows(red: Path, kgbuild: Kgbuild) -> None:
    code, out, err = kgbuild("check", "plans", "--lang", "zh", folder=red)
    assert code == 1
    assert "answer-differs bodies-of-action：得 2 行，应为 2 行" in out
    assert "首个缺失：一/1 |  | 2 | 省科协" in out
    assert "1/2" in err
    assert "不通过" in err
    assert kgbuild("check", "plans", "--update", folder=red)[0] == 0
    assert kgbuild("check", "plans", folder=red)[0] == 0


def test_what_counts_is_chosen_and_what_is_known_does_not(green: Path, kgbuild: Kgbuild) -> None:
    assert kgbuild("check", "plans", "--fail-on", "warning", folder=green)[0] == 1
    kgbuild("check", "plans", "--format", "json", "-o", "base.json", folder=green)
    assert kgbuild("check", "plans", "--fail-on", "info", "--baseline", "base.json", folder=green)[0] == 0


def test_one_plan_that_cannot_be_read_does_not_cost_the_others(green: Path, kgbuild: Kgbuild) -> None:
    (green / "plans" / "empty.txt").write_text(" \n", encoding="utf-8")
    code, _, err = kgbuild("check", "plans", folder=green)
    assert code == 3
    assert "empty.txt" in err
    assert re.search(r"plan\.txt .* ok", err)


@pytest.mark.parametrize(
    ("name", "expected", "said"),
    [
        ("other.outline.csv", 3, "belongs to no plan"),
        ("plan.no-such-query.csv", 2, "no-such-query"),
        ("plan.outline.oops.csv", 2, "'oops' is not a parameter"),
    ],
)
def test_an_expected_answer_that_makes_no_sense(
    green: Path, kgbuild: Kgbuild, name: str, expected: int, said: str
) -> None:
    (green / "plans" / "expected" / name).touch()
    code, _, err = kgbuild("check", "plans", folder=green)
    assert code == expected
    assert said in err


def add_a_query(green: Path) -> None:
    """Lay a query beside the plans, and the answer that is expected of it."""
    shutil.copytree(
        ROOT / "queries", green / "plans" / "queries", ignore=shutil.ignore_patterns("[!o]*", "ov*", "*.md")
    )
    query = green / "plans" / "queries" / "outline.rq"
    query.write_text(query.read_text(encoding="utf-8").replace("id: outline", "id: mine"), encoding="utf-8")
    query.rename(query.with_name("mine.rq"))
    (green / "plans" / "expected" / "plan.mine.csv").write_bytes(
        (green / "plans" / "expected" / "plan.outline.csv").read_bytes()
    )


def test_a_query_of_ones_own(green: Path, kgbuild: Kgbuild) -> None:
    add_a_query(green)
    code, out, err = kgbuild("check", "plans", folder=green)
    assert code == 0, out + err
    assert "3/3" in err


def test_an_empty_folder_and_a_missing_one_are_code_3(tmp_path: Path, kgbuild: Kgbuild) -> None:
    assert kgbuild("check", tmp_path, folder=tmp_path)[0] == 3
    assert kgbuild("check", tmp_path / "none", folder=tmp_path)[0] == 3
    assert kgbuild("check", tmp_path, "--write", "pdf=x", folder=tmp_path)[0] == 2


# -- GitHub -------------------------------------------------------------------------------------------------------
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def act(where: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the steps of the action as the runner does: inputs are put in, a step whose condition fails is skipped."""
    inputs = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()} | {"install": ""} | given
    done = None
    for step in ACTION["runs"]["steps"]:
        if step.get("if") == "inputs.install != ''" and not inputs["install"]:
            continue
        env = {k: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], v) for k, v in step["env"].items()}
        assert "${{" not in step["run"] + "".join(env.values())
        assert step["shell"] == "bash"
        # The runner's own way of calling bash.
        bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done = run(*bash, folder=where, GITHUB_STEP_SUMMARY=str(where / "summary.md"), **env)
        if done.returncode:
            break
    assert done is not None
    return done


@whole("runs a whole job")
def test_the_action_is_green(green: Path) -> None:
    done = act(green, folder="plans", python=sys.executable)
    assert done.returncode == 0, done.stderr
    assert "::error" not in done.stdout
    assert (green / "summary.md").read_text(encoding="utf-8").startswith("| plan |")
    assert json.loads((green / "kgbuild.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


@whole("runs a whole job")
def test_the_action_is_red(red: Path) -> None:
    done = act(red, folder="plans", python=sys.executable, lang="zh")
    assert done.returncode == 1
    assert "::error file=plans/plan.txt,title=answer-differs" in done.stdout
    assert "不通过" in (red / "summary.md").read_text(encoding="utf-8")
    results = json.loads((red / "kgbuild.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert "answer-differs" in {r["ruleId"] for r in results}


def test_the_action_does_not_run_what_a_user_writes(green: Path) -> None:
    done = act(green, folder='plans"; touch stolen; "', python=sys.executable)
    assert done.returncode == 3
    assert not (green / "stolen").exists()


GITLAB: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab" / "kgbuild.yml").read_text(encoding="utf-8"))
MODULES = ("click", "kgbuild", "pip", "yaml", "json", "rdflib", "pyoxigraph", "runpy", "sitecustomize", "usercustomize")


@pytest.fixture
def hostile(green: Path) -> Path:
    """The green repository, with modules of the names that a run imports beside its plans, and a query of its own."""
    add_a_query(green)  # it runs in a process of its own
    for name in MODULES:
        for place in (green, green / "plans"):
            (place / f"{name}.py").write_text("open('stolen', 'w').close()\n", encoding="utf-8")
    return green


@whole("runs a whole job")
def test_the_action_imports_nothing_from_what_it_checks(hostile: Path) -> None:
    done = act(hostile, folder="plans", python=sys.executable, install="pip")
    assert done.returncode == 0, done.stderr
    assert not list(hostile.rglob("stolen"))
    # The same call without -P does: the test can fail.
    run(sys.executable, "-m", "kgbuild", "--version", folder=hostile)
    assert list(hostile.rglob("stolen"))


@whole("runs hooks")
@pytest.mark.parametrize("name", ["kgbuild-check", "kgbuild-validate"])
def test_the_hooks_import_nothing_from_what_they_check(name: str, hostile: Path) -> None:
    hook(name, "plans/plan.txt", folder=hostile, args=["plans"] if name == "kgbuild-check" else ["none.ttl"])
    assert not list(hostile.rglob("stolen"))


@whole("runs a whole job")
def test_the_job_of_gitlab_imports_nothing_from_what_it_checks(hostile: Path) -> None:
    script = "\n".join(GITLAB["kgbuild"]["script"])
    variables = GITLAB["variables"] | {"KGBUILD_FOLDER": "plans"}
    done = run("bash", "-eo", "pipefail", "-c", script, folder=hostile, **variables)
    assert done.returncode == 0, done.stderr
    assert not list(hostile.rglob("stolen"))


# -- pre-commit ---------------------------------------------------------------------------------------------------
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


def hook(name: str, *files: str, folder: Path, args: list[str] | None = None) -> int:
    """Run a hook as pre-commit does: entry, args, then the files that changed where it wants them."""
    spec = HOOKS[name]
    passed = [f for f in files if re.search(spec["files"], f)] if spec.get("pass_filenames", True) else []
    return run(*shlex.split(spec["entry"]), *(args or spec.get("args", [])), *passed, folder=folder).returncode


@whole("runs a hook")
def test_the_hook_for_plans(green: Path) -> None:
    assert hook("kgbuild-check", "plans/plan.txt", folder=green, args=["plans"]) == 0
    (green / "plans" / "plan.txt").write_text(GREEN.replace("省科协", "省农业农村厅"), encoding="utf-8")
    assert hook("kgbuild-check", "plans/plan.txt", folder=green, args=["plans"]) == 1
    assert re.search(HOOKS["kgbuild-check"]["files"], "plans/kgbuild.toml")
    assert not re.search(HOOKS["kgbuild-check"]["files"], "main.py")


@whole("runs hooks")
def test_the_hook_for_graphs(green: Path, kgbuild: Kgbuild) -> None:
    assert kgbuild("build", "plans/plan.txt", "-o", "plan.ttl", "-q", folder=green)[0] == 0
    assert hook("kgbuild-validate", "plan.ttl", "readme.md", folder=green) == 0
    graph = green / "plan.ttl"
    text = graph.read_text(encoding="utf-8")
    graph.write_text(re.sub(r"\n  gplan:itemOrder 1 ;", "", text), encoding="utf-8")
    assert hook("kgbuild-validate", "plan.ttl", folder=green) == 1


# -- GitLab -------------------------------------------------------------------------------------------------------


@whole("runs a whole job")
@pytest.mark.parametrize("colour", ["green", "red"])
def test_the_job_of_gitlab(request: pytest.FixtureRequest, colour: str) -> None:
    folder: Path = request.getfixturevalue(colour)
    job = GITLAB["kgbuild"]
    assert job["script"][0].startswith("python -P -m pip install ")
    env = {"KGBUILD_FOLDER": "plans"} | {k: v for k, v in GITLAB["variables"].items() if k != "KGBUILD_FOLDER"}
    done = run("bash", "-eo", "pipefail", "-c", "\n".join(job["script"][1:]), folder=folder, **env)
    assert done.returncode == (0 if colour == "green" else 1), done.stderr
    report = folder / job["artifacts"]["reports"]["junit"]
    assert ET.parse(report).getroot().attrib["failures"] == ("0" if colour == "green" else "1")  # noqa: S314


def test_the_container_gets_what_the_wheel_is_made_of() -> None:
    import tomllib

    text = (ROOT / "examples" / "serve" / "Dockerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for word in line.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {f.partition("/")[0] for f in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]}
    assert copied == needed | {"pyproject.toml", project["project"]["readme"], "LICENSE", "NOTICE"}


def test_the_service_and_the_container_call_the_server_by_options_that_it_has() -> None:
    from kgbuild.cli.serve import serve

    known = {name for param in serve.params for name in param.opts}
    for name in ("kgbuild.service", "Dockerfile"):
        text = (ROOT / "examples" / "serve" / name).read_text(encoding="utf-8")
        (call,) = re.findall(r"^(?:ExecStart=|ENTRYPOINT )(.*)$", text, re.MULTILINE)
        used = set(re.findall(r"--[a-z-]+", call))
        assert used
        assert used <= known


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_the_service_sound(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "serve" / "kgbuild.service").read_text(encoding="utf-8")
    unit = tmp_path / "kgbuild.service"
    unit.write_text(text.replace("/opt/kgbuild/bin/kgbuild", str(BIN / "kgbuild")), encoding="utf-8")
    done = run("systemd-analyze", "verify", unit, folder=tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")

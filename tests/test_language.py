"""Help and errors in Chinese: every message has its words, none is stale, lines are as wide as they look."""

from __future__ import annotations

import gettext
import importlib
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from tests.support import whole

from kgbuild.cli import COMMANDS, cli
from kgbuild.cli.language import messages_of
from kgbuild.errors import InputError, KgbuildError, Message, UsageError, packed, unpacked
from kgbuild.queries.table import text_width
from kgbuild.translation import CURED, DOMAIN, LOCALE, PLACED, told, translated

if TYPE_CHECKING:
    from collections.abc import Iterator

KGBUILD = Path(sys.executable).with_name("kgbuild")
ROOT = Path(__file__).resolve().parent.parent
HAN = re.compile(r"[\u4e00-\u9fff]")
SIGNS = re.compile(r"[\W\d_]*(?:Vega|svg|png|json)?[\W\d_]*")
"""What is alike in both languages."""


ALIKE = {
    CURED,
    PLACED,
    "{name}: {reason}",
    "{place}: {reason}",
    "{state}: {made_by}",
    "{found} ({place})",
    "{one}, {other}",
    "{one}; {other}",
    "params.{name}.values_from: {reason}",
    "{reason}", "{node} {reason}", "VALUES ?{name}", "kgbuild vocab check {path}", "vocab check", "diff --graph",
         "--as grlc", "--format ttl"}  # fmt: skip
"""What errors say alike."""


def script(name: str) -> Any:
    """Return a module of `.ci`."""
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def commands() -> Iterator[tuple[str, ...]]:
    """Return the words of each command, of `kgbuild` alone too."""
    yield ()
    for name in COMMANDS:
        yield (name,)
        found = command(name)
        if isinstance(found, click.Group):
            yield from ((name, part) for part in found.commands)


def said(*arguments: str, **environment: str) -> str:
    """Return what kgbuild says, as one text, with lines of 80 columns."""
    quiet = {k: v for k, v in os.environ.items() if k not in {"KGBUILD_LANG", "LANGUAGE", "LC_ALL", "COLUMNS"}}
    run = subprocess.run(
        [KGBUILD, *arguments],
        capture_output=True,
        check=False,
        env=quiet | {"PYTHONUTF8": "1"} | environment,
    )
    return (run.stdout + run.stderr).decode()


@pytest.mark.parametrize("name", [*COMMANDS, None])
def test_every_message_has_its_chinese(name: str | None) -> None:
    known = gettext.translation(DOMAIN, LOCALE, ["zh"])
    texts = [*messages_of(command(name) if name else cli), *([COMMANDS[name][1]] if name else ())]
    missing = [t for t in texts if t and not SIGNS.fullmatch(t) and not HAN.search(known.gettext(t))]
    assert not missing, "run python .ci/messages.py, and give them in locale/zh/LC_MESSAGES/kgbuild.po"


def test_every_error_has_its_chinese_with_the_same_values() -> None:
    read = script("texts").error_texts()
    assert not [t for t in read if not t.is_readable], "write a Message, which can be translated, not an f-string"
    texts = {t.text for t in read} | {CURED, PLACED, *script("texts").SYSTEM}
    assert len(texts) > 500
    missing = [t for t in texts - ALIKE if not HAN.search(translated(t, "zh"))]
    assert not missing, "run python .ci/messages.py, and give them in locale/zh/LC_MESSAGES/kgbuild.po"
    assert not [t for t in texts if fields(t) != fields(translated(t, "zh"))]


def fields(template: str) -> list[str]:
    """Return the fields of a template in any order; braces of a plain text are none."""
    return sorted(re.findall(r"\{[a-z]+\d?(?:![rs])?(?::[^{}]*)?\}", template))


@pytest.mark.parametrize(
    ("error", "chinese"),
    [
        (InputError("is closed", where="standard input", cure="give a file"), "标准输入：已关闭；请给出文件"),
        (UsageError(Message("unknown prefix {prefix}", prefix="'gplam'")), "没有前缀 'gplam'"),
        (InputError(Message("is larger than {limit:,} bytes", limit=4096), where="a.ttl"), "a.ttl：超过 4,096 字节"),
        (InputError(Message("{what}, limit {limit:,}", what=Message("holds {count:,} files", count=9), limit=5)),
         "含有 9 个文件，上限 5"),
        (UsageError("of a library"), "of a library"),
    ],
)  # fmt: skip
def test_an_error_is_told_in_chinese_and_is_english_itself(error: KgbuildError, chinese: str) -> None:
    assert told(error, "zh") == chinese
    assert told(error, "en") == str(error)
    assert told(pickle.loads(pickle.dumps(error)), "zh") == chinese  # noqa: S301 - from another process
    assert (
        told(type(error)(unpacked(json.loads(json.dumps(packed(error.what))))), "zh")
        == chinese.removeprefix(f"{translated(error.where or '', 'zh')}：").partition("；")[0]
    )


def test_values_with_braces_are_values() -> None:
    error = UsageError(Message("there is no part {name!r}", name="{limit}"))
    assert told(error, "zh") == "没有 '{limit}' 这一部分"


def test_errors_of_commands_are_chinese() -> None:
    assert said("build", "nowhere.txt", KGBUILD_LANG="zh").endswith(
        "nowhere.txt：无法读取（没有这个文件或文件夹）；请检查路径\n"
    )
    assert "cannot be read (No such file or directory); check the path" in said("build", "nowhere.txt")


def test_the_catalogue_is_compiled_and_has_nothing_stale() -> None:
    pytest.importorskip("babel")
    module = script("messages")
    with module.PLACE.open("rb") as file:
        fresh = module.files(module.renewed(module.read_po(file, locale="zh", domain=DOMAIN)))
    assert {p: p.read_bytes() == data for p, data in fresh.items()} == dict.fromkeys(fresh, True)


@pytest.mark.parametrize("words", [(), ("build",), ("store",), ("queries", "show"), ("evaluate",)], ids=" ".join)
def test_help_is_chinese_and_as_wide_as_a_terminal(words: tuple[str, ...]) -> None:
    help_ = said("--lang", "zh", *words, "--help")
    assert help_ == said(*words, "--help", KGBUILD_LANG="zh")
    assert help_.startswith("用法: kgbuild")
    prose = re.sub(r"^ {4}kgbuild .*$", "", help_, flags=re.MULTILINE)
    assert not re.search(r"[A-Z]?[a-z]+ (the|of|a|is|are|in) [a-z]+|\[OPTIONS\]|default", prose)
    assert max(map(text_width, help_.splitlines())) <= 80
    assert not re.search(r"^ *[，。；：、）]", help_, re.MULTILINE), "a line begins with what ends another"


def test_the_tree_of_commands_is_whole() -> None:
    assert {("store", "load"), ("corpus", "build"), ("vocab", "check"), ("read",)} <= set(commands())
    listed = said("--help", KGBUILD_LANG="zh")
    assert re.findall(r"^  (\w+) +[^A-Za-z\n]*[\u4e00-\u9fff]", listed, re.MULTILINE) == list(COMMANDS)


def test_a_command_says_it_behind_its_name_too() -> None:
    assert "消息的语言" in said("build", "--lang", "zh", "--help")
    assert "消息的语言" in said("build", "--lang=zh", "--help", KGBUILD_LANG="en")
    assert "Language of messages" in said("--lang", "zh", "build", "--lang", "en", "--help")


def test_errors_of_usage_are_chinese() -> None:
    assert "错误：没有命令 'bild'。" in said("bild", KGBUILD_LANG="zh")
    assert "错误：缺少参数 'FILE...'" in said("--lang", "zh", "build")
    assert "'pdf' 不在可选值之内：'ttl'" in said("build", "--lang", "zh", "--format", "pdf", "a.txt")


def test_the_locale_chooses_no_language() -> None:
    assert said("store", "nope", LANG="zh_CN.UTF-8", LANGUAGE="zh") == said("store", "nope", LANG="C.UTF-8")
    assert said("bild").startswith("Usage: kgbuild [OPTIONS] COMMAND [ARGS]...")


@whole("starts a process for each place")
def test_what_is_said_before_the_command_holds_for_it(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("1.开展培训。（省教育厅）\n", encoding="utf-8")
    out = str(tmp_path / "plan.ttl")
    chinese = said("--lang", "zh", "build", str(plan), "-o", out)
    assert HAN.search(chinese)
    assert (
        chinese
        == said("build", str(plan), "-o", out, "--lang", "zh")
        == said("build", str(plan), "-o", out, KGBUILD_LANG="zh")
    )
    assert chinese != said("build", str(plan), "-o", out)


def test_the_configuration_chooses_it_where_nothing_else_does(tmp_path: Path) -> None:
    config = tmp_path / "kgbuild.toml"
    config.write_text('lang = "zh"\n', encoding="utf-8")
    plan = tmp_path / "plan.txt"
    plan.write_text("1.开展培训。（省教育厅）\n", encoding="utf-8")
    assert HAN.search(said("build", "--no-validate", str(plan), "-o", str(tmp_path / "plan.ttl")))
    assert "消息的语言" in said("build", "--config", str(config), "--help")
    assert "Language of messages" in said("build", "--config", str(config), "--help", KGBUILD_LANG="en")
    config.write_text("lang = 3\n", encoding="utf-8")
    assert "kgbuild.toml: lang must be a text" in said("build", str(plan))

"""The command that looks after the installation: doctor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kgbuild.cli.options import config_option
from kgbuild.errors import Message, OntologyError

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.api import Check


@click.command()
@config_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def doctor(config: Path | None, form: str) -> None:
    """Check versions, data files, vocabularies and configuration; exit 3 where something is broken.

    \b
    Example:
      kgbuild doctor --config examples/kgbuild.toml
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import examine
    from kgbuild.cli.output import write_output

    checks = examine(config)
    write_output((_json if form == "json" else _text)(checks), None)
    broken = [check.name for check in checks if check.state == "broken"]
    if broken:
        raise OntologyError(
            Message("broken: {names}", names=", ".join(broken)), where="doctor", cure="see the lines above"
        )


def _text(checks: list[Check]) -> str:
    width = max(len(check.name) for check in checks)
    return "".join(f"{check.state:<6}  {check.name:<{width}}  {check.value}\n" for check in checks)


def _json(checks: list[Check]) -> str:
    ok = all(check.state != "broken" for check in checks)
    rows = [{"name": check.name, "state": check.state, "value": check.value} for check in checks]
    return json.dumps({"ok": ok, "checks": rows}, ensure_ascii=False, indent=1) + "\n"

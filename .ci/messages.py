"""Bring the catalogue of Chinese messages up to date and compile it; with --check, fail where it is stale.

What help and errors say (`texts.py`) and has no Chinese is added, empty; what nothing says is taken away. The
messages of click are kept, under the comment `click`. Run: `python .ci/messages.py [--check]`.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from texts import SYSTEM, error_texts

from kgbuild.cli import COMMANDS, cli
from kgbuild.cli.language import messages_of
from kgbuild.translation import CURED, DOMAIN, LOCALE, PLACED

if TYPE_CHECKING:
    from pathlib import Path


class _Catalogue(Catalog):
    """A catalogue whose head says nothing of the day and the machine, so that its bytes are the same everywhere."""

    mime_headers = [  # noqa: RUF012 - a property there
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Language", "zh"),
        ("Plural-Forms", "nplurals=1; plural=0;"),
    ]


PLACE = LOCALE / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"
OF_CLICK = "click"


def messages() -> dict[str, None]:
    """Return what the commands say in their help, in their order, then what errors say."""
    context = click.Context(cli)
    commands = [cli, *filter(None, (cli.get_command(context, name) for name in COMMANDS))]
    found = [*(text for _, text in COMMANDS.values()), *(text for c in commands for text in messages_of(c))]
    found += [PLACED, CURED, *(t.text for t in error_texts() if t.is_readable), *SYSTEM]
    return dict.fromkeys(filter(None, found))


def renewed(old: Catalog) -> Catalog:
    """Return the catalogue with the messages of today."""
    new = _Catalogue(locale="zh", domain=DOMAIN, fuzzy=False, header_comment="# What kgbuild --lang zh says.")
    of_click = {m.id: m for m in old if m.id and OF_CLICK in m.auto_comments}
    for text in messages():
        if text not in of_click:
            known = old.get(text)
            new.add(text, known.string if known else "")
    for message in of_click.values():
        new.add(message.id, message.string, auto_comments=[OF_CLICK])
    return new


def files(catalogue: Catalog) -> dict[Path, bytes]:
    """Return the two files of a catalogue."""
    text, table = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=0)
    write_mo(table, catalogue)
    return {PLACE: text.getvalue(), PLACE.with_suffix(".mo"): table.getvalue()}


def main() -> None:
    """Write the files, or say which are stale."""
    with PLACE.open("rb") as old:
        new = files(renewed(read_po(old, locale="zh", domain=DOMAIN)))
    stale = [path for path, data in new.items() if not path.exists() or path.read_bytes() != data]
    if "--check" in sys.argv and stale:
        sys.exit(f"{stale[0]} is stale; run python .ci/messages.py")
    for path in stale:
        path.write_bytes(new[path])


if __name__ == "__main__":
    main()

"""The process in which a free query runs: started by `kgbuild.queries.free` and useless on its own.

Reads from the standard input a line of JSON (query, limits) and a store as N-Quads; writes `ready`, then one line of
JSON. Between the two it gives up, where the system lets it, the right to open a socket or a file, and bounds its
processor time and memory (`kgbuild.queries.confine`), so that it neither reaches anything nor outlives a parent that
was killed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, UsageError, packed
from kgbuild.queries.confine import confine
from kgbuild.store import DiskStore, Store

if TYPE_CHECKING:
    from typing import BinaryIO


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer one query."""
    task = json.loads(stdin.readline())
    on_disk = "path" in task
    # The process that asks has compared the files of the store.
    store = DiskStore(Path(task["path"]), compare=False) if on_disk else Store.restore(stdin.read())
    confine(seconds=task["seconds"], memory=task["memory"], files=on_disk, network=task["remote"])
    stdout.write(b"ready\n")
    stdout.flush()
    try:
        answer = store.answer(task["query"], limit=task["limit"], remote=task["remote"])
        result: dict[str, object] = {"columns": answer.columns, "rows": answer.rows, "truncated": answer.truncated}
    except (UsageError, InputError) as e:
        result = {"what": packed(e.what), "where": e.where, "cure": packed(e.cure), "usage": isinstance(e, UsageError)}
    except MemoryError:
        raise SystemExit(3) from None
    stdout.write(json.dumps(result).encode())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

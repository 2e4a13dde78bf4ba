"""The process in which a free query runs: started by `kgbuild.queries.free`, of no use by itself.

Reads from the standard input a line of JSON (query, limits) and a store as N-Quads; writes `ready`, then one line of
JSON. Between the two it gives up, where the system lets it, the right to open a file or a socket, and bounds its
processor time and memory, so that it neither reaches anything nor outlives a parent that was killed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, UsageError
from kgbuild.store import DiskStore, Store

if TYPE_CHECKING:
    from typing import BinaryIO


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer one query."""
    task = json.loads(stdin.readline())
    store = DiskStore(Path(task["path"])) if "path" in task else Store.restore(stdin.read())
    _confine(seconds=task["seconds"], memory=task["memory"], files=bool(task["remote"]))
    stdout.write(b"ready\n")
    stdout.flush()
    try:
        answer = store.answer(task["query"], limit=task["limit"], remote=task["remote"])
        result: dict[str, object] = {"columns": answer.columns, "rows": answer.rows, "truncated": answer.truncated}
    except (UsageError, InputError) as e:
        result = {"what": e.what, "where": e.where, "cure": e.cure, "usage": isinstance(e, UsageError)}
    except MemoryError:
        raise SystemExit(3) from None
    stdout.write(json.dumps(result).encode())


def _confine(*, seconds: float, memory: int, files: bool) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's deadline and the check of the query remain
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime + seconds) + 2
    limits = {"RLIMIT_CPU": cpu, "RLIMIT_AS": memory, "RLIMIT_CORE": 0}
    if not files:
        limits["RLIMIT_NOFILE"] = 0
    for name, limit in limits.items():
        kind = getattr(resource, name)
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):  # the system has a lower bound already, or none of this kind (macOS: AS)
            continue


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

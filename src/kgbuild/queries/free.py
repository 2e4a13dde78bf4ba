"""User-written queries, in a separate process that a deadline really ends.

pyoxigraph's `query` has no timeout and cannot be interrupted. The graph is therefore sent to a worker
(`kgbuild.queries.worker`), which cannot open sockets and is killed at the deadline, on Ctrl-C, and on every error.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Any, cast

from kgbuild.errors import InputError, InternalError, KgbuildError, Message, UsageError, unpacked
from kgbuild.store import Answer, DiskStore, Store, check_depth, names_graphs, typed

if TYPE_CHECKING:
    from kgbuild.store import Queryable, Rows

TIMEOUT = 30.0
LIMIT = 10_000
MEMORY = 4_000_000_000
LONGEST, MOST = 366 * 86_400, 2**53
_GRACE = 2.0
_CURE_TIME = "add a LIMIT or narrower patterns, or raise --timeout"
_OUT_OF_MEMORY = (3, -signal.SIGABRT)


def free_query(
    store: Queryable,
    query: str,
    *,
    timeout: float = TIMEOUT,
    limit: int | None = LIMIT,
    memory: int = MEMORY,
    remote: bool = False,
) -> Rows:
    """Run any read-only SPARQL query; arguments and errors as for `free_answer`."""
    return typed(free_answer(store, query, timeout=timeout, limit=limit, memory=memory, remote=remote))


def free_answer(
    store: Queryable,
    query: str,
    *,
    timeout: float = TIMEOUT,
    limit: int | None = LIMIT,
    memory: int = MEMORY,
    remote: bool = False,
) -> Answer:
    """Run any read-only SPARQL query and return its terms.

    Args:
        store: The graph; an endpoint answers by itself, within its own limits.
        query: SELECT, ASK, CONSTRUCT or DESCRIBE; the prefixes of `terms.PREFIXES` need no declaration.
        timeout: Seconds for the query itself, without starting the worker and loading the graph.
        limit: Maximum number of rows; None = all; `truncated` says whether there were more.
        memory: Address space of the worker in bytes, in addition to the graph.
        remote: Allow SERVICE and FROM; the worker may then access the network.

    Raises:
        UsageError: a syntax error (with line and column), SERVICE, FROM, an update, too deeply nested brackets, or an
            invalid limit.
        InputError: the query took too much time or memory.
    """
    check_limits(timeout=timeout, limit=limit)
    check_depth(query)
    task: dict[str, object] = {"query": query, "limit": limit, "seconds": timeout, "remote": remote}
    if isinstance(store, Store):
        data = store.dump(named=names_graphs(query))
        # Loaded quads took up to 15 times their text; the process itself maps some 500 MB.
        task["memory"] = memory + 20 * len(data)
    elif isinstance(store, DiskStore):
        data = b""
        task |= {"memory": 4 * memory, "path": str(store.path.resolve())}
    else:
        return store.answer(query, limit=limit, remote=remote)
    out = _in_worker(json.dumps(task).encode() + b"\n" + data, timeout)
    if "what" in out:
        error = UsageError if out.get("usage", True) else InputError
        raise error(unpacked(out["what"]), where=out["where"], cure=unpacked(out["cure"]))
    rows = tuple(map(tuple, out["rows"]))
    return Answer(columns=tuple(out["columns"]), rows=rows, truncated=out["truncated"])


def check_limits(*, timeout: float, limit: int | None) -> None:
    """Refuse invalid limits.

    Raises:
        UsageError: a deadline not between 0 and a year, or a limit not between 1 and 2^53.
    """
    if not 0 < timeout <= LONGEST or (limit is not None and not 1 <= limit <= MOST):
        what = "timeout and limit must be positive, and not too large"
        raise UsageError(
            what,
            where="query",
            cure=Message("give at most {seconds} seconds, and at most {rows} rows", seconds=LONGEST, rows=MOST),
        )


def _in_worker(payload: bytes, timeout: float) -> dict[str, Any]:
    # The worker imports what this process imports, and nothing from the current directory (-P).
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)}
    command = [sys.executable, "-P", "-m", "kgbuild.queries.worker"]
    chunks: list[bytes] = []
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=env) as worker,
    ):
        reader = threading.Thread(target=_read, args=(worker.stdout, chunks), daemon=True)
        try:
            _send(worker, payload)
            reader.start()
            reader.join(timeout)
            late = reader.is_alive()
            if not late:
                worker.wait(_GRACE)
        except subprocess.TimeoutExpired:  # the output is complete, but the worker lingers
            late = False
        finally:
            worker.kill()
        reader.join()
        if late:
            raise InputError(Message("stopped after {timeout:g} s", timeout=timeout), where="query", cure=_CURE_TIME)
        result = _parse(b"".join(chunks))
        if result is None:
            errors.seek(0)
            raise _crash(worker.wait(), errors.read().decode(errors="replace"))
        return result


def _send(worker: subprocess.Popen[bytes], payload: bytes) -> None:
    # A worker that died has closed its end; the reason is determined later.
    if worker.stdin and worker.stdout:
        with contextlib.suppress(BrokenPipeError):
            worker.stdin.write(payload)
            worker.stdin.close()
        worker.stdout.readline()


def _read(stream: IO[bytes], chunks: list[bytes]) -> None:
    chunks.append(stream.read())


def _parse(data: bytes) -> dict[str, Any] | None:
    try:
        return cast("dict[str, Any]", json.loads(data))
    except ValueError:
        return None


def _crash(code: int, log: str) -> KgbuildError:
    if code in _OUT_OF_MEMORY:
        return InputError("took too much memory", where="query", cure="add a LIMIT or narrower patterns")
    if code < 0:
        what = Message("broke the query engine ({name})", name=signal.Signals(-code).name)
        return InputError(what, where="query", cure="nest less deeply, or ask in several queries")
    last = log.strip().rpartition("\n")[2] or "no message"
    return InternalError(f"the worker of free queries ended with {code}: {last}", cure=Message("please report this"))

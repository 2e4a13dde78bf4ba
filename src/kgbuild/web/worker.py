"""A worker process: opens the store, then runs one task after another, and may be killed at any time.

Started by `kgbuild.web.pool`. The first line of standard input says what to open (see `kgbuild.web.desk`); each further
line is a task: `{"task": name, "args": {…}, "seconds": 30}`. Output consists of frames: a letter, the length in four
bytes, and that many bytes. The letters are `h` for the head in JSON, `d` for a piece of the body, `w` for the last
piece (the whole body if it is short), and `x` for an error in JSON in place of the last piece. Before the first task,
the process gives up the right to open sockets.
"""

from __future__ import annotations

import json
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from kgbuild.errors import KgbuildError, UsageError, packed
from kgbuild.queries.confine import confine
from kgbuild.web.desk import TASKS, Desk, MissingError

if TYPE_CHECKING:
    from typing import IO, BinaryIO

HEADER = struct.Struct("!cI")
_NO_DEADLINE = 1e9
_PIECE = 65_536
"""Bytes to buffer before writing: a short answer is one frame, and an error within them replaces the whole answer."""


class Out:
    """The body of an answer, written as frames.

    Args:
        stream: Where to write the frames.
        most: Maximum size of the body in bytes; more is an error.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream, self._left = stream, most
        self._held = bytearray()
        self.is_over = False

    def write(self, data: bytes) -> int:
        """Write a piece of the body.

        Raises:
            OSError: the body is too long.
        """
        self._left -= len(data)
        if self._left < 0:
            self.is_over = True
            raise OSError("too long")
        self._held += data
        if len(self._held) >= _PIECE:
            _frame(self._stream, b"d", self._held)
            self._held = bytearray()
        return len(data)

    def flush(self) -> None:
        """Do nothing: buffered bytes are written with the next piece."""

    def end(self, head: dict[str, Any] | None) -> None:
        """Write the rest of the body, after the head if there is one."""
        last = HEADER.pack(b"w", len(self._held)) + self._held
        if head is not None:
            data = json.dumps(head, ensure_ascii=False).encode()
            last = HEADER.pack(b"h", len(data)) + data + last
        self._stream.write(last)
        self._stream.flush()


def _frame(stream: BinaryIO, kind: bytes, data: bytes | bytearray) -> None:
    stream.write(HEADER.pack(kind, len(data)) + data)
    stream.flush()


def _error(what: str, status: int, where: str | None = None, cure: str | None = None) -> dict[str, Any]:
    return {"status": status, "what": packed(what), "where": where, "cure": packed(cure)}


def _fail(stream: BinaryIO, error: dict[str, Any]) -> None:
    _frame(stream, b"x", json.dumps(error).encode())


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Open the store and run tasks until the input ends."""
    setup = json.loads(stdin.readline())
    try:
        desk = Desk(setup)
    except KgbuildError as e:
        _fail(stdout, _error(e.what, 500, e.where, e.cure))
        return
    confine(seconds=_NO_DEADLINE, memory=setup["memory"], files=True, network=False)
    _frame(stdout, b"h", json.dumps({"stamp": desk.stamp}).encode())
    for line in stdin:
        task = json.loads(line)
        _allow(task["seconds"])
        _work(desk, task, Out(stdout, setup["most_bytes"]), stdout)


def _allow(seconds: float) -> None:
    """Limit the processor time of the next task, so that a worker does not outlive a parent that was killed."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 5, hard))


def _work(desk: Desk, task: dict[str, Any], out: Out, stdout: BinaryIO) -> None:
    try:
        out.end(TASKS[task["task"]](desk, cast("IO[bytes]", out), **task["args"]))
    except MissingError as e:
        _fail(stdout, _error(e.what, 404, e.where, e.cure))
    except KgbuildError as e:
        status = 400 if isinstance(e, UsageError) else 422
        _fail(stdout, _error(e.what, status, e.where, e.cure))
    except MemoryError:
        raise SystemExit(3) from None
    except OSError:
        if not out.is_over:
            raise
        _fail(stdout, _error("the answer is too long", 422, "query", "add a LIMIT or ask for less"))


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # the server has ended
        main(sys.stdin.buffer, sys.stdout.buffer)

"""What the process of a user query gives up before it reads the query: sockets, files, time, memory.

Sockets are blocked in two ways. On Linux (x86-64, ARM64) a seccomp filter makes the kernel refuse them. On every POSIX
system a process that needs no more files gives up the right to further handles, which include sockets. Only a store on
disk, which opens its tables on demand, needs files: on systems other than Linux, only the engine's parser keeps such
queries from the network (`kgbuild.store.guard`).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_ARCHITECTURES = {"x86_64": (0xC000003E, (41, 42, 425)), "aarch64": (0xC00000B7, (198, 203, 425))}
"""Machine → its Linux audit number, and its numbers of socket, connect and io_uring_setup."""
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_OTHER_CALLS = 0x40000000


def confine(*, seconds: float, memory: int, files: bool, network: bool) -> None:
    """Restrict this process for the rest of its life, as far as the operating system allows.

    Args:
        seconds: Processor time from now on, in seconds.
        memory: Address space in bytes.
        files: Keep the right to open files.
        network: Keep the right to open sockets.
    """
    if not network:
        refuse_sockets()
    try:
        import resource
    except ImportError:  # Windows: the parent's deadline and the check of the query remain
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(min(used.ru_utime + used.ru_stime + seconds, 1e9)) + 2
    limits = {"RLIMIT_CPU": cpu, "RLIMIT_AS": memory, "RLIMIT_CORE": 0}
    if not files and not network:
        limits["RLIMIT_NOFILE"] = 0
    for name, limit in limits.items():
        kind = getattr(resource, name)
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):  # a lower limit is already set, or the limit is unsupported (macOS: AS)
            continue


def refuse_sockets() -> bool:
    """Make the kernel refuse new sockets and connections; return whether it does."""
    known = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    program = _program(*known)
    code = ctypes.create_string_buffer(program, len(program))
    # The kernel expects the number of instructions and their address.
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    return bool(prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and prctl(_SECCOMP, _FILTER, header, 0, 0) == 0)


def _program(architecture: int, refused: tuple[int, ...]) -> bytes:
    """Return filter instructions for the kernel: refuse these calls, and all calls of another architecture."""
    checks = [(_AT_LEAST, _OTHER_CALLS), *((_EQUAL, call) for call in refused)]
    last = len(checks)
    lines = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),
        *((code, last - i, 0, value) for i, (code, value) in enumerate(checks)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("@HBBI", *line) for line in lines)

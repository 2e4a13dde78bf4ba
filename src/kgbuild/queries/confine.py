"""What the process of a free query gives up before it reads the query: sockets, files, time, memory.

Sockets go in two ways. On Linux (x86-64, ARM64) the kernel refuses them by a filter of system calls, whatever else the
process may do. On every POSIX system a process that needs no file any more gives up the right to a further handle, and
a socket is one. Only a store on disk, which opens its tables as it goes, needs files: elsewhere than on Linux the
parser of the engine alone keeps its queries from the network (`kgbuild.store.guard`).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_ARCHITECTURES = {"x86_64": (0xC000003E, (41, 42, 425)), "aarch64": (0xC00000B7, (198, 203, 425))}
"""Machine → its number in the audit of Linux, and its numbers of socket, connect and io_uring_setup."""
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_OTHER_CALLS = 0x40000000


def confine(*, seconds: float, memory: int, files: bool, network: bool) -> None:
    """Bound this process for the rest of its life, as far as the system lets it.

    Args:
        seconds: Processor time from now on.
        memory: Bytes of address space.
        files: Leave it the right to open files.
        network: Leave it the right to open sockets.
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
        except (ValueError, OSError):  # the system has a lower bound already, or none of this kind (macOS: AS)
            continue


def refuse_sockets() -> bool:
    """Have the kernel refuse new sockets and connections; return whether it does."""
    known = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    program = _program(*known)
    code = ctypes.create_string_buffer(program, len(program))
    # The kernel wants the number of instructions, and where they lie.
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    return bool(prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and prctl(_SECCOMP, _FILTER, header, 0, 0) == 0)


def _program(architecture: int, refused: tuple[int, ...]) -> bytes:
    """Instructions of the kernel's filter: refuse these calls, and every call of another architecture."""
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

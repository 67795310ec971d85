"""Walls around the process that prints: memory, time, files, network. It knows no letter.

The second wall after the fetcher of `letters.render`: should WeasyPrint ever open something on its
own, Python refuses it here (audit hooks cannot be removed; libraries in C are not covered).
"""

import os
import resource
import sys
from pathlib import Path

ADDRESS_SPACE = 1024 * 1024 * 1024
CPU_SECONDS = 60
LARGEST_FILE = 64 * 1024 * 1024

_FORBIDDEN = ("socket.", "subprocess.", "urllib.", "ftplib.", "http.", "os.exec", "os.posix_spawn")
_FORBIDDEN_EXACTLY = frozenset({"os.system", "os.fork", "os.forkpty", "os.spawn"})


def limit_memory() -> None:
    """1 GB of address space, no core dump, no large file (reliability-security F34)."""
    _lower(resource.RLIMIT_AS, ADDRESS_SPACE)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)


def allow_cpu(seconds: int = CPU_SECONDS) -> None:
    """So much more processor time from now on; after it the kernel ends the process."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def close_doors(scratch: Path) -> None:
    """From now on: no network, no program, no file but Python's own code and `scratch`."""
    code = tuple(os.path.realpath(p) for p in (*sys.path, sys.prefix, sys.base_prefix) if p)
    own = os.path.realpath(scratch)

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            _refuse_file(arguments[0], arguments[2], code, own)
        elif event.startswith(_FORBIDDEN) or event in _FORBIDDEN_EXACTLY:
            raise PermissionError(f"The printing process may not do this: {event}.")

    sys.addaudithook(refuse)


def _refuse_file(path: object, flags: object, code: tuple[str, ...], own: str) -> None:
    if not isinstance(path, str | bytes):
        return
    real = os.path.realpath(os.fsdecode(path))
    writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if _within(real, own) or (not writes and any(_within(real, root) for root in code)):
        return
    raise PermissionError("The printing process may not open that file.")


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    if hard == resource.RLIM_INFINITY or hard > value:
        resource.setrlimit(limit, (value, value))

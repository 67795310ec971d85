"""The child that binds: `python -m casework.binding.child measure|bind|paint|look|leaf|… FOLDER`.

It sees one folder, has no keys, no network and a bounded memory; how far it is stands on stdout.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from casework.binding.binder import Binder, painted
from casework.binding.enclosing import enclose
from casework.binding.job import ANSWER, BOUND, JOB, Box, job_from, write
from casework.binding.joining import join
from casework.binding.leafing import find, leaf
from casework.binding.looking import Place, look
from casework.binding.measuring import UNREADABLE, measure
from casework.binding.typed import BROKEN, typed
from letters import confinement

MEGA: Final = 1024 * 1024
MEMORY: Final = 1536 * MEGA
LARGEST: Final = 1024 * MEGA
CPU_SECONDS: Final = 900
EVERY: Final = 10


def main() -> None:
    """Walls up, then one piece of work; the answer is written last."""
    task, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    _limit()
    tempfile.tempdir = str(folder)
    confinement.close_doors(folder)
    _TASKS[task](folder)


def _measure(folder: Path) -> None:
    wanted: list[list[str]] = json.loads((folder / JOB).read_bytes())
    found = []
    for path, media_type in wanted:
        one = measure(folder / path, media_type)
        found.append({"pages": one.pages, "trouble": one.trouble})
    write(folder, ANSWER, found)


def _bind(folder: Path) -> None:
    job = job_from((folder / JOB).read_bytes())
    pages = Binder(job, folder, _tell).bind(folder / BOUND)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write(folder, ANSWER, {"pages": pages, "memory": memory})


def _enclose(folder: Path) -> None:
    asked: dict[str, str] = json.loads((folder / JOB).read_bytes())
    pages = enclose(folder / asked["letter"], folder / asked["file"], folder / BOUND)
    write(folder, ANSWER, {"pages": pages})


def _paint(folder: Path) -> None:
    asked: dict[str, Any] = json.loads((folder / JOB).read_bytes())
    boxes = [Box(**box) for box in asked["boxes"]]
    try:
        png = painted(folder / asked["path"], asked["media_type"], asked["page"], boxes)
    except (*UNREADABLE, IndexError):
        write(folder, ANSWER, {"bytes": 0})
        return
    (folder / BOUND).write_bytes(png)
    write(folder, ANSWER, {"bytes": len(png)})


def _look(folder: Path) -> None:
    wanted: list[list[str]] = json.loads((folder / JOB).read_bytes())
    seen = [look(Place(folder / path, media_type)) for path, media_type in wanted]
    write(folder, ANSWER, [asdict(each) for each in seen])


def _leaf(folder: Path) -> None:
    asked: dict[str, Any] = json.loads((folder / JOB).read_bytes())
    path, media_type = folder / asked.pop("path"), asked.pop("media_type")
    write(folder, ANSWER, leaf(path, media_type, **asked))


def _find(folder: Path) -> None:
    asked: dict[str, Any] = json.loads((folder / JOB).read_bytes())
    papers = [(folder / path, media_type) for path, media_type in asked["papers"]]
    write(folder, ANSWER, find(papers, asked["words"], only=asked["only"]))


def _join(folder: Path) -> None:
    wanted: list[str] = json.loads((folder / JOB).read_bytes())
    write(folder, ANSWER, {"pages": join([folder / path for path in wanted], folder / BOUND)})


def _typed(folder: Path) -> None:
    asked: dict[str, str] = json.loads((folder / JOB).read_bytes())
    try:
        lines, pictures = typed(folder / asked["path"])
    except BROKEN:
        lines, pictures = [], 0
    write(folder, ANSWER, {"lines": lines, "pictures": pictures})


def _tell(pages: int) -> None:
    if pages % EVERY == 0:
        sys.stdout.write(f"{pages}\n")
        sys.stdout.flush()


def _limit() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        _, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or hard > value:
            resource.setrlimit(limit, (value, value))


_TASKS: Final[dict[str, Callable[[Path], None]]] = {
    "measure": _measure,
    "bind": _bind,
    "paint": _paint,
    "enclose": _enclose,
    "look": _look,
    "leaf": _leaf,
    "find": _find,
    "join": _join,
    "typed": _typed,
}

if __name__ == "__main__":
    main()

"""The parent's side of binding: a scratch folder, one child at a time, a limit on its time.

The clear bytes of documents lie in a folder that only this process's user can enter and that is
gone when the work is over; a folder that a killed worker left is swept by the next.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from typing import Any, Final

from casework.binding.job import ANSWER, BOUND, JOB, Box, Job, Measured, job_bytes

ROOT: Final = Path(__file__).parent.parent.parent
BIND_SECONDS: Final = 1200.0
LOOK_SECONDS: Final = 60.0
# Somebody sits before the page and waits.
READ_SECONDS: Final = 20.0
_PREFIX: Final = "binding-"


class NotBound(Exception):
    """The child did not finish: it hung, ran out of memory, or was killed."""


@contextmanager
def scratch(below: Path) -> Iterator[Path]:
    """A folder for one piece of work, named by our process; those of dead processes are removed."""
    below.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in below.glob(f"{_PREFIX}*"):
        if not _lives(left.name.removeprefix(_PREFIX).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=below))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, documents: Sequence[tuple[str, str]]) -> list[Measured]:
    """The pages of these documents of the folder (name, media type), in order. Raises NotBound."""
    if not documents:
        return []
    (folder / JOB).write_text(json.dumps(documents))
    return [Measured(**each) for each in _run("measure", folder, seconds=BIND_SECONDS)]


def bind(folder: Path, job: Job, told: Callable[[int], None]) -> tuple[Path, int]:
    """The bound file and its pages; `told` hears how many pages there are so far. Raises
    NotBound."""
    (folder / JOB).write_bytes(job_bytes(job))
    answer = _run("bind", folder, seconds=BIND_SECONDS, told=told)
    return folder / BOUND, int(answer["pages"])


def enclose(folder: Path, letter: str, file: str) -> bytes:
    """The pages of a letter before those of a bound file, as one PDF. Raises NotBound."""
    (folder / JOB).write_text(json.dumps({"letter": letter, "file": file}))
    _run("enclose", folder, seconds=LOOK_SECONDS)
    return (folder / BOUND).read_bytes()


def typed(folder: Path, path: str) -> tuple[list[str], int]:
    """The text of a document of a word processor, and how many pictures it holds; nothing for what
    is no such document. Raises NotBound."""
    (folder / JOB).write_text(json.dumps({"path": path}))
    answer = _run("typed", folder, seconds=LOOK_SECONDS)
    return list(answer["lines"]), int(answer["pictures"])


def paint(
    folder: Path, path: str, media_type: str, *, page: int, boxes: Sequence[Box] = ()
) -> bytes:
    """One page of a document as PNG; empty where there is no such page. Raises NotBound."""
    asked = {
        "path": path,
        "media_type": media_type,
        "page": page,
        "boxes": [asdict(box) for box in boxes],
    }
    (folder / JOB).write_text(json.dumps(asked))
    answer = _run("paint", folder, seconds=LOOK_SECONDS)
    return (folder / BOUND).read_bytes() if answer["bytes"] else b""


def leaf(
    folder: Path, path: str, media_type: str, *, page: int, turn: int = 0, enlarged: bool = False
) -> tuple[dict[str, Any], bytes]:
    """What `leafing.leaf` says of one page of a paper of the folder, and its picture, if it has
    one. Raises NotBound."""
    asked = {"path": path, "media_type": media_type, "page": page, "turn": turn}
    (folder / JOB).write_text(json.dumps(asked | {"enlarged": enlarged}))
    told = _run("leaf", folder, seconds=READ_SECONDS)
    picture = (folder / path).with_suffix(".leaf")
    return told, picture.read_bytes() if told["media_type"] else b""


def find(
    folder: Path, papers: Sequence[tuple[str, str]], words: str, *, only: int = 0
) -> dict[str, Any]:
    """Where these words stand in papers of the folder (name, media type), on every page or on page
    `only`: what `leafing.find` says. Raises NotBound."""
    (folder / JOB).write_text(json.dumps({"papers": papers, "words": words, "only": only}))
    found: dict[str, Any] = _run("find", folder, seconds=READ_SECONDS)
    return found


def look(folder: Path, documents: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """What is seen of these papers of the folder (name, media type), in order: the fields of
    `looking.Looked`. Clean copies and small pictures lie beside them. Raises NotBound."""
    if not documents:
        return []
    (folder / JOB).write_text(json.dumps(documents))
    found: list[dict[str, Any]] = _run("look", folder, seconds=LOOK_SECONDS)
    return found


def join(folder: Path, pictures: Sequence[str]) -> bytes:
    """One PDF of these pictures of the folder, in this order. Raises NotBound."""
    (folder / JOB).write_text(json.dumps(pictures))
    _run("join", folder, seconds=LOOK_SECONDS)
    return (folder / BOUND).read_bytes()


def _run(
    task: str, folder: Path, *, seconds: float, told: Callable[[int], None] | None = None
) -> Any:
    (folder / ANSWER).unlink(missing_ok=True)
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-s", "-P", "-m", "casework.binding.child", task, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    timer = Timer(seconds, child.kill)
    timer.start()
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if told is not None:
                told(int(line))
        child.wait()
    finally:
        timer.cancel()
        child.kill()
        child.communicate()
    try:
        return json.loads((folder / ANSWER).read_bytes())
    except (OSError, ValueError):
        raise NotBound(f"The binding process ended (code {child.returncode}).") from None


def _environment(folder: Path) -> dict[str, str]:
    # Nothing of ours: no secret can leave through a document.
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "MALLOC_ARENA_MAX": "2",
    }


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True

"""The parent's side of printing: one child that prints, replaced when it hangs, dies or wears out.

By `subprocess`, never `multiprocessing` (a Celery child may not use it, decision 14). It imports no
renderer and knows no letter.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType

from letters import printjob
from letters.printjob import PrintRequest
from letters.refusals import PrintRefused

ROOT = Path(__file__).parent.parent
WALL_SECONDS = 90.0
LETTERS_PER_CHILD = 200


class Press:
    """Prints letters through a child process without network, secrets or files.

    `fonts` is the folder that holds Public Sans (None: a font of the system). One letter at a
    time; safe to share between threads, which then wait for each other. Close it when done.
    """

    def __init__(
        self,
        *,
        fonts: Path | None,
        wall_seconds: float = WALL_SECONDS,
        letters_per_child: int = LETTERS_PER_CHILD,
    ) -> None:
        self._fonts = fonts
        self._wall_seconds = wall_seconds
        self._letters_per_child = letters_per_child
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._printed = 0
        self._closed = False

    @property
    def child_pid(self) -> int | None:
        """The process id of the living child, for measurements and tests."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def print(self, request: PrintRequest) -> bytes:
        """The PDF of the request.

        Raises PrintRefused: what the child refused (fetch, request, too_long, glyphs, layout),
        `timeout` after the wall limit, `died` when the child was killed meanwhile, `closed` after
        close(). The next call gets a fresh child.
        """
        with self._lock:
            if self._closed:
                raise PrintRefused("closed", "This press is closed.")
            payload = self._exchange(printjob.request_bytes(request))
            self._printed += 1
            if self._printed >= self._letters_per_child:
                self._stop()
            return printjob.pdf_from(payload)

    def close(self) -> None:
        """Stop the child; printing is refused from now on."""
        with self._lock:
            self._closed = True
            self._stop()

    def __enter__(self) -> "Press":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _exchange(self, request: bytes) -> bytes:
        child = self._living_child()
        assert child.stdin is not None
        assert child.stdout is not None
        expired: list[bool] = []

        def expire() -> None:
            expired.append(True)
            child.kill()

        timer = Timer(self._wall_seconds, expire)
        timer.start()
        try:
            printjob.write_frame(child.stdin, request)
            answer = printjob.read_frame(child.stdout)
        except (OSError, PrintRefused):
            answer = None
        finally:
            timer.cancel()
        if answer:
            return answer
        self._stop()
        if expired:
            raise PrintRefused("timeout", f"Not printed within {self._wall_seconds:g} seconds.")
        raise PrintRefused("died", f"The printing process ended (code {child.returncode}).")

    def _living_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        self._scratch = tempfile.TemporaryDirectory(prefix="letters-")
        command = [sys.executable, "-s", "-P", "-m", "letters.render"]
        if self._fonts is not None:
            command += ["--fonts", str(self._fonts.resolve())]
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._scratch.name,
            env=_environment(self._scratch.name),
            start_new_session=True,
        )
        self._printed = 0
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None


def _environment(scratch: str) -> dict[str, str]:
    # Nothing of ours: no secret can leave through a letter.
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "XDG_CACHE_HOME": scratch,
        "MALLOC_ARENA_MAX": "2",
    }

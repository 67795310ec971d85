"""What the web server does around its processes: the figures of a dead one go, then their folder.

`gunicorn --config python:casework.web.gunicorn_settings`. It knows no request and no database.
"""

import os
import shutil
from typing import Any

from prometheus_client import multiprocess

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a process that ended; its counters stay counted."""
    if os.environ.get(FOLDER):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # prometheus-client gives it no types


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    folder = os.environ.get(FOLDER)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)

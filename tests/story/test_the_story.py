"""The main job, once, through the real doors: what `make demo` promises."""

import os
import re
import signal
import subprocess
import uuid

import pikepdf
import pytest

from casework.story.processes import CONSOLE, HERE
from tests.story.test_processes import gone

LEAST = 12


@pytest.mark.slow
@pytest.mark.xdist_group("story")
def test_the_main_job_comes_true_and_leaves_nothing_behind(tmp_path) -> None:
    mark = uuid.uuid4().hex
    done = subprocess.run(
        [*CONSOLE, "story"],
        env={
            **os.environ,
            "CASEWORK_DATA_DIR": str(tmp_path),
            "COLUMNS": "200",
            "PLAYED_BY": mark,
        },
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The story came true" in done.stdout
    assert re.search(r"escalated PA-\d{4}-\d{6}-\d: ESC-\d{4}-\d{6}-\d", done.stdout)
    assert "every chain whole" in done.stdout
    letters = sorted((tmp_path / "demo" / "letters").glob("*.pdf"))
    kinds = {re.sub(r"^[A-Z]+-\d+-\d+-\d-|-\d$", "", path.stem) for path in letters}
    assert len(kinds) >= LEAST, kinds
    for path in letters:
        with pikepdf.open(path) as document:
            assert len(document.pages) >= 1
        assert path.name in done.stdout
    assert gone(mark) == {}


@pytest.mark.slow
@pytest.mark.xdist_group("story")
def test_a_story_that_is_stopped_leaves_nothing_behind(tmp_path) -> None:
    mark = uuid.uuid4().hex
    playing = subprocess.Popen(
        [*CONSOLE, "story"],
        env={**os.environ, "CASEWORK_DATA_DIR": str(tmp_path), "PLAYED_BY": mark},
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert playing.stdout is not None
    for line in playing.stdout:
        if "An expedited request" in line:
            break
    playing.send_signal(signal.SIGINT)
    said, _ = playing.communicate(timeout=90)
    assert playing.returncode == 130, said
    assert "Traceback" not in said
    assert gone(mark) == {}

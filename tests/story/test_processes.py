"""The processes of one machine: started, restarted, ended; nothing stays behind."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from casework import embedded
from casework.errors import NotReady
from casework.story import processes
from casework.story.processes import CONSOLE, Household, free_port, listener, require_free

START = 90


def of(said: Path | str) -> dict[int, str]:
    """The living processes whose environment says this (such as their data folder), by id."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environ = (process / "environ").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            if f"={said}\0".encode() in environ and state != "Z":
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(process.name)] = line
        except OSError:
            continue
    return found


def gone(said: Path | str, *, within: float = 20.0) -> dict[int, str]:
    """What still lives after a while; empty is what is wanted."""
    until = time.monotonic() + within
    while of(said) and time.monotonic() < until:
        time.sleep(0.2)
    return of(said)


@dataclass
class Up:
    """A running `casework up`."""

    folder: Path
    port: int
    running: subprocess.Popen[str]

    def again(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Another `casework up` beside it."""
        return subprocess.run(
            [*CONSOLE, "up", *arguments],
            env={**os.environ, "CASEWORK_DATA_DIR": str(self.folder), **environ},
            cwd=processes.HERE,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def child(self, word: str) -> int:
        """The id of the child whose command has this word."""
        children = {pid: line for pid, line in of(self.folder).items() if f" {word}" in line}
        return min(pid for pid in children if os.getpgid(pid) == pid)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    port = free_port()
    running = subprocess.Popen(
        [*CONSOLE, "up", "--port", str(port)],
        env={**os.environ, "CASEWORK_DATA_DIR": str(folder)},
        cwd=processes.HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        processes.wait_until_served(
            f"http://127.0.0.1:{port}/healthz", seconds=START, alive=lambda: None
        )
        yield Up(folder, port, running)
    finally:
        if running.poll() is None:
            running.kill()
        for pid in of(folder):
            os.kill(pid, signal.SIGKILL)
        server = embedded.folder_for(folder)
        subprocess.run(["rm", "-rf", str(server)], check=False)


@pytest.mark.slow
@pytest.mark.xdist_group("up")
def test_a_second_up_on_the_same_data_ends_and_names_the_first(up) -> None:
    second = up.again("--port", str(free_port()))
    assert second.returncode == 2
    assert f"process {up.running.pid}" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("up")
def test_an_up_on_a_taken_port_ends_and_names_who_listens(up, tmp_path) -> None:
    second = up.again("--port", str(up.port), CASEWORK_DATA_DIR=str(tmp_path))
    assert second.returncode == 2
    assert f"Port {up.port} is in use" in second.stderr
    assert listener(up.port)
    assert f"process {listener(up.port)}" in second.stderr
    assert not (tmp_path / "log").exists()


@pytest.mark.slow
@pytest.mark.xdist_group("up")
def test_a_child_that_is_killed_is_started_again(up) -> None:
    before = up.child("beat")
    os.kill(before, signal.SIGKILL)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if up.child("beat") != before:
                break
        except ValueError:
            pass
        time.sleep(0.2)
    assert up.child("beat") != before


@pytest.mark.slow
@pytest.mark.xdist_group("up")
def test_one_ctrl_c_ends_everything(up) -> None:
    """Last of this module: afterwards nothing that it started lives, PostgreSQL included."""
    assert len(of(up.folder)) >= 5
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/healthz", timeout=5) as answer:
        assert answer.status == 200
    up.running.send_signal(signal.SIGINT)
    said, _ = up.running.communicate(timeout=60)
    assert up.running.returncode == 0
    assert "Stopped." in said
    assert gone(up.folder) == {}
    assert not embedded._is_running(embedded.folder_for(up.folder))
    require_free(up.port)


def test_a_child_that_dies_again_and_again_is_left_alone(tmp_path) -> None:
    notes: list[str] = []
    household = Household(os.environ, tmp_path, notes.append)
    household.start("hasty", "--version")
    until = time.monotonic() + 40
    while time.monotonic() < until and not any("again and again" in note for note in notes):
        household.look()
        time.sleep(0.05)
    household.look()
    household.stop()
    assert len([note for note in notes if "is started again" in note]) == 3
    assert len([note for note in notes if "again and again" in note]) == 1
    assert "Casework" in household.log("hasty").read_text()


def test_a_free_port_is_free_and_a_taken_one_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NotReady, match=f"process {os.getpid()}"):
            require_free(port)
    require_free(port)

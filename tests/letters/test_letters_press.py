"""The press: a child that hangs, dies or wears out is replaced, and no failure is silent."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import psutil
import pytest

from letters import pdf_text, printjob, specimen
from letters.press import Press
from letters.printjob import PrintRequest
from letters.refusals import PrintRefused
from tests.letters.letter_desk import FONTS, ROOT, request_for

SMALL = PrintRequest(html="<!doctype html><p>small", title="T", lang="en")
ENDLESS = PrintRequest(
    html="<!doctype html><table>" + "<tr><td>cell<td>cell" * 9000 + "</table>", title="T", lang="en"
)


def test_a_letter_is_printed_and_the_child_stays_for_the_next(press):
    request = request_for(specimen.specimen("approval", "medicaid"))
    first = press.print(request)
    pid = press.child_pid
    assert first.startswith(b"%PDF-1.7")
    assert press.print(request) is not first
    assert press.child_pid == pid


def test_the_same_letter_is_printed_with_the_same_text_and_identifier(press):
    request = request_for(specimen.specimen("denial", "medicare"))
    one, two = press.print(request), press.print(request)
    assert pdf_text.read(one) == pdf_text.read(two)
    with Press(fonts=FONTS if FONTS.is_dir() else None) as other:
        assert pdf_text.read(other.print(request)) == pdf_text.read(one)


def test_a_child_is_replaced_after_its_share_of_letters():
    with Press(fonts=None, letters_per_child=2) as press:
        pids = []
        for _ in range(4):
            press.print(SMALL)
            pids.append(press.child_pid)
        assert pids[0] is not None
        assert pids[1] is None, "worn out after two"
        assert pids[2] not in (None, pids[0])


def test_a_child_that_was_killed_between_letters_is_replaced_unnoticed():
    with Press(fonts=None) as press:
        press.print(SMALL)
        pid = press.child_pid
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)
        assert press.print(SMALL).startswith(b"%PDF")
        assert press.child_pid != pid


def test_a_child_that_is_killed_while_it_prints_is_reported_and_replaced():
    with Press(fonts=None) as press:
        press.print(SMALL)
        pid = press.child_pid
        killer = Thread(target=lambda: (time.sleep(0.3), os.kill(pid, signal.SIGKILL)))
        killer.start()
        with pytest.raises(PrintRefused) as refused:
            press.print(ENDLESS)
        killer.join()
        assert refused.value.kind == "died"
        assert press.print(SMALL).startswith(b"%PDF")


def test_a_child_that_hangs_is_killed_at_the_wall_and_replaced():
    with Press(fonts=None, wall_seconds=60) as press:
        press.print(SMALL)
        pid = press.child_pid
        press._wall_seconds = 0.5
        with pytest.raises(PrintRefused) as refused:
            press.print(ENDLESS)
        assert refused.value.kind == "timeout"
        assert not psutil.pid_exists(pid)
        press._wall_seconds = 60
        assert press.print(SMALL).startswith(b"%PDF")


def test_a_closed_press_refuses_and_leaves_no_child_and_no_file():
    press = Press(fonts=None)
    press.print(SMALL)
    pid, scratch = press.child_pid, Path(press._scratch.name)
    assert list(scratch.rglob("*")) == [] or scratch.is_dir()
    press.close()
    assert not psutil.pid_exists(pid)
    assert not scratch.exists()
    with pytest.raises(PrintRefused, match="closed"):
        press.print(SMALL)


def test_the_child_has_no_secret_little_memory_and_no_core_dump(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do-not-pass-on")
    monkeypatch.setenv("DATABASE_URL", "postgresql://do-not-pass-on")
    with Press(fonts=None) as press:
        press.print(SMALL)
        child = psutil.Process(press.child_pid)
        assert "do-not-pass-on" not in str(child.environ())
        assert child.rlimit(resource.RLIMIT_AS) == (1 << 30, 1 << 30)
        assert child.rlimit(resource.RLIMIT_CORE) == (0, 0)
        assert 0 < child.rlimit(resource.RLIMIT_CPU)[0] < 200
        assert child.memory_info().rss < 250_000_000
        assert child.net_connections() == []


def test_a_child_whose_parent_is_gone_ends_by_itself():
    program = (
        "from letters.press import Press; from letters.printjob import PrintRequest; import os;"
        "p = Press(fonts=None); p.print(PrintRequest(html='<p>x', title='T', lang='en'));"
        "print(p.child_pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.05)


def test_a_letter_of_more_than_fifty_pages_is_refused(press):
    many = "<p style='break-after: page'>page" * 51
    with pytest.raises(PrintRefused, match=r"too_long: 5\d pages"):
        press.print(PrintRequest(html=f"<!doctype html>{many}", title="T", lang="en"))


@pytest.mark.parametrize("field", ["html", "title", "lang"])
def test_a_request_without_html_title_or_language_is_refused(press, field):
    values = {"html": "<p>x", "title": "T", "lang": "en", field: ""}
    with pytest.raises(PrintRefused, match="needs html, title and lang"):
        press.print(PrintRequest(**values))


@pytest.mark.parametrize("payload", [b"", b"nonsense", b"[]", b'{"html": 1}', b'{"color": "red"}'])
def test_what_is_no_request_is_refused(payload):
    with pytest.raises(PrintRefused, match="request"):
        printjob.request_from(payload)


def test_a_frame_that_ends_early_is_the_end_and_one_too_long_is_refused(tmp_path):
    path = tmp_path / "frames"
    path.write_bytes(b"\x00\x00\x00\x09short")
    with path.open("rb") as pipe:
        assert printjob.read_frame(pipe) is None
    path.write_bytes(b"\xff\xff\xff\xff")
    with path.open("rb") as pipe, pytest.raises(PrintRefused, match="longer than any letter"):
        printjob.read_frame(pipe)


def test_two_threads_share_one_press(press):
    printed: list[bytes] = []
    threads = [Thread(target=lambda: printed.append(press.print(SMALL))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(printed) == 4
    assert all(pdf.startswith(b"%PDF") for pdf in printed)


def test_a_folder_of_fonts_that_is_gone_ends_in_a_typed_refusal(tmp_path):
    with Press(fonts=tmp_path / "gone") as press, pytest.raises(PrintRefused, match="died"):
        press.print(SMALL)


def test_only_the_child_imports_the_renderer():
    program = (
        "import sys; from letters import catalogue, compose, guide, press, proof, specimen;"
        "assert 'weasyprint' not in sys.modules; import letters.render;"
        "assert 'weasyprint' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)

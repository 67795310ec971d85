"""While hostile letters are printed nothing is opened, called or started: watched from two sides.

An audit hook in the printing process sees what Python does; strace, where it is installed, sees
what the libraries in C do as well.
"""

import base64
import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from letters import compose, printjob, specimen
from tests.letters.letter_desk import FONTS, ROOT, request_for, with_fact
from tests.letters.test_letters_hostile import PAYLOADS

# What fontconfig and Pango may read: fonts and their own settings; and the code that runs.
READABLE = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts")
READABLE += ("/var/cache/fontconfig", "/usr/lib", "/usr/share/locale", "/proc/self", "/lib")


def hostile():
    """Letters that hold every payload, as the press is asked for them."""
    everything = " ~ ".join(PAYLOADS)
    for path in ("services.0.reason", "recipient.name", "services.0.provider"):
        yield request_for(with_fact(specimen.specimen("denial", "medicaid"), path, everything))


def test_an_audit_hook_sees_no_file_no_connection_and_no_program(tmp_path):
    program = f"""
        import base64, json, os, pathlib, sys
        from letters import confinement, printjob, render, stylesheet
        folder = pathlib.Path({str(FONTS)!r})
        fonts = folder if folder.is_dir() else None
        printer = render.Printer(stylesheet.assets(fonts), stylesheet.shelf(fonts))
        requests = [printjob.request_from(base64.b64decode(line)) for line in sys.stdin]
        printer.pdf(requests[0])
        seen, watching = [], False
        watched = ("open", "socket", "subprocess", "os.", "urllib", "http", "ftplib", "shutil")
        def watch(event, arguments):
            if watching and event.startswith(watched):
                seen.append([event, str(arguments[0]) if arguments else ""])
        sys.addaudithook(watch)
        confinement.close_doors(pathlib.Path({str(tmp_path)!r}))
        watching = True
        asked = []
        for request in requests:
            printer.pdf(request)
            asked.append(printer._fetcher.asked)
        watching = False
        print(json.dumps([seen, asked]), flush=True)
        os._exit(0)
    """
    lines = "\n".join(base64.b64encode(printjob.request_bytes(r)).decode() for r in hostile())
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        input=lines,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path), "HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen, asked = json.loads(done.stdout)
    assert len(asked) == 3
    assert set(asked) == {""}, "the fetcher was asked for something"
    code = (str(ROOT), sys.prefix, sys.base_prefix, str(tmp_path))
    strange = [
        (event, what)
        for event, what in seen
        if event not in ("open", "os.listdir") or not what.startswith(code)
    ]
    assert strange == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed here")
def test_strace_sees_no_file_no_connection_and_no_program(tmp_path):
    log = tmp_path / "strace.log"
    fonts = ["--fonts", str(FONTS)] if FONTS.is_dir() else []
    traced = "trace=open,openat,openat2,creat,socket,connect,bind,execve,fork,vfork"
    watched = ["strace", "-f", "-qq", "-e", traced, "-o", str(log)]
    child = subprocess.Popen(
        [*watched, sys.executable, "-s", "-P", "-m", "letters.render", *fonts],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    requests = list(hostile())
    answers = []
    offset = 0
    for request in (requests[0], *requests):
        printjob.write_frame(child.stdin, printjob.request_bytes(request))
        answers.append(printjob.read_frame(child.stdout))
        offset = offset or len(log.read_text(errors="replace"))
    seen = log.read_text(errors="replace")[offset:].splitlines()
    child.communicate()
    if answers[0] is None:
        pytest.skip("strace may not trace here")
    assert all(printjob.pdf_from(answer).startswith(b"%PDF") for answer in answers)
    strange = [line for line in seen if not harmless(line, tmp_path)]
    assert strange == []


def harmless(line: str, scratch: Path) -> bool:
    found = re.search(r'open(?:at|at2)?\((?:AT_FDCWD, )?"([^"]*)", (\S+?)[,)]', line)
    if not found:
        return "+++" in line or "---" in line or "resumed>" in line
    path, flags = found.groups()
    if path.startswith(str(scratch)):
        return True
    reads = not re.search(r"O_WRONLY|O_RDWR|O_CREAT", flags)
    code = (str(ROOT), sys.prefix, sys.base_prefix)
    return reads and path.startswith((*READABLE, *code))


def test_what_is_watched_would_be_seen(tmp_path):
    assert harmless(
        '12 openat(AT_FDCWD, "/usr/share/fonts/x.ttf", O_RDONLY|O_CLOEXEC) = 3', tmp_path
    )
    for line in (
        '12 openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3',
        '12 openat(AT_FDCWD, "/usr/share/fonts/x", O_WRONLY|O_CREAT, 0666) = 3',
        "12 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 5",
        '12 execve("/bin/true", ["true"], 0x7ffd) = 0',
    ):
        assert not harmless(line, tmp_path), line
    assert compose.environment().autoescape is True

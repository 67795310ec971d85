"""Real Chromium on a real server: gunicorn on a free port, Playwright, axe-core.

A machine without Chromium skips these tests with one line; with CI=true that is a failure.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect, sync_playwright

from casework.config import Settings

ROOT = Path(__file__).parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Without the second half Chromium asks hosts of its maker on every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30.0
# Pages forbid `eval`, so waiting is done by `expect`, never by `page.wait_for_function`.
expect.set_options(timeout=PATIENCE * 1000)
# Playwright runs once in a process.
_RUNNING: list[Any] = []
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass
class Served:
    """A running server: its address, its process, and what it writes to its log."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def lines(self) -> list[str]:
        """What the server wrote so far."""
        return self.log.read_text().splitlines()


@contextmanager
def served(
    settings: Settings, *, application: str = "wsgi:app", workers: int = 1, **environ: str
) -> Iterator[Served]:
    """The application in gunicorn on a free port, until the block ends."""
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="casework-served-"))
    log = folder / "log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "-k", "gthread", "--workers", str(workers),
                "--threads", "4", "--bind", f"127.0.0.1:{port}", "--chdir", str(ROOT),
                "--logger-class", "casework.web.gunicorn_log.GunicornLog", application,
            ],
            env={**os.environ, **_environ(settings), **environ},
            cwd=ROOT,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _await_answer(url, process, log)
        yield Served(url, process, log)
    finally:
        process.terminate()
        process.wait(15)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chromium() -> Iterator[Any]:
    """A real Chromium, driven by Playwright; whoever asks while it runs is given the same one.

    Skips, or fails with CI=true, where there is none.
    """
    if not Path(CHROMIUM).exists():
        _without("Chromium is not here: browser tests were skipped (apt-get install chromium).")
    if not AXE.exists():
        _without("axe-core is not here: browser tests were skipped (run make setup).")
    if _RUNNING:
        yield _RUNNING[0]
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        _RUNNING.append(browser)
        Locator.click = _click_and_load  # type: ignore[method-assign]  # replaced for every test alike
        try:
            yield browser
        finally:
            _RUNNING.clear()
            browser.close()


@contextmanager
def opened(
    browser: Any, served: Served, *, width: int = 1280, height: int = 900, **options: Any
) -> Iterator[Any]:
    """A page in a fresh context. Fails at its end when the console held an error or the content
    policy refused something."""
    context = browser.new_context(
        base_url=served.url, viewport={"width": width, "height": height}, **options
    )
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda m: noise.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    try:
        yield page
        # Chromium says so of every page that answers with an error, which tests open on purpose.
        told = [n for n in noise if "the server responded with a status of" not in n]
        assert not told, told
    finally:
        context.close()


_CLICK = Locator.click


def _click_and_load(self: Any, **options: Any) -> None:
    """A click is over when the page it leads to is there. Playwright itself waits only until the
    new page begins: a look at the focus right after would find a document without a body."""
    _CLICK(self, **options)
    self.page.wait_for_load_state()


def axe(page: Any, *only: str) -> list[str]:
    """What axe-core finds on the page as it stands: rule, help, and the first element of each;
    by all rules that WCAG asks for, or by these alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text() + "; null")
    found = page.evaluate(
        "runOnly => axe.run(document, {runOnly, resultTypes: ['violations']})"
        ".then(found => found.violations)",
        {"type": "rule" if only else "tag", "values": list(only or RULES)},
    )
    return [
        f"{v['id']} ({v['impact']}): {v['help']}: {v['nodes'][0]['html'][:160]}"
        f" {json.dumps(v['nodes'][0].get('any', [])[:1])[:300]}"
        for v in found
    ]


def wider_than_window(page: Any) -> int:
    """How many pixels one must scroll sideways; 0 is what WCAG 1.4.10 asks for."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def _environ(settings: Settings) -> dict[str, str]:
    return {
        "CASEWORK_ENV": settings.env,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "CASEWORK_DATA_DIR": str(settings.data_dir),
        "CASEWORK_DEMO": "1" if settings.demo else "0",
        "PYTHONWARNINGS": "ignore",
    }


def _without(sentence: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"no answer within {PATIENCE} s: {log.read_text()[-2000:]}")

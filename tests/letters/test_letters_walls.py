"""Printing opens no file and no connection, whatever the page asks for (reliability F31-F35)."""
# ruff: noqa: E501 - the vectors read best one a line

import ctypes
import io
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from letters import pdf_text
from letters.printjob import PrintRequest
from letters.refusals import PrintRefused
from letters.render import Printer
from tests.letters.letter_desk import ROOT

SECRET = "THE-CANARY-SANG"
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9'>"
)

# AT is a file:// or http:// address of the canary.
VECTORS = {
    "img": "<img src='AT' alt='x'>",
    "img-srcset": "<img srcset='AT 1x' src='AT' alt='x'>",
    "picture": "<picture><source srcset='AT'><img src='AT' alt='x'></picture>",
    "input-image": "<input type='image' src='AT' alt='x'>",
    "embed": "<embed src='AT'>",
    "object": "<object data='AT'>x</object>",
    "object-svg": "<object data='AT' type='image/svg+xml'>x</object>",
    "iframe": "<iframe src='AT'></iframe>",
    "video-poster": "<video poster='AT' src='AT'></video>",
    "link-stylesheet": "<link rel='stylesheet' href='AT'>",
    "link-alternate": "<link rel='stylesheet alternate' href='AT'>",
    "link-attachment": "<link rel='attachment' href='AT' title='x'>",
    "link-icon": "<link rel='icon' href='AT'>",
    "anchor-attachment": "<a rel='attachment' href='AT'>x</a>",
    "anchor": "<a href='AT'>x</a>",
    "base": "<base href='AT'><img src='x' alt='x'>",
    "meta-refresh": "<meta http-equiv='refresh' content='0;url=AT'>",
    "script": "<script src='AT'></script>",
    "style-import": "<style>@import 'AT';</style>",
    "style-import-url": "<style>@import url(AT) print;</style>",
    "background": "<style>p { background: url(AT) }</style><p>x</p>",
    "background-attribute": "<p style='background-image: url(AT)'>x</p>",
    "list-style": "<style>li { list-style-image: url(AT) }</style><ul><li>x</ul>",
    "content": "<style>p::before { content: url(AT) }</style><p>x</p>",
    "border-image": "<style>p { border: 1px solid; border-image: url(AT) 1 }</style><p>x</p>",
    "mask": "<style>p { mask-image: url(AT) }</style><p>x</p>",
    "cursor": "<style>p { cursor: url(AT), auto }</style><p>x</p>",
    "page-background": "<style>@page { background: url(AT) }</style>",
    "page-margin": "<style>@page { @top-left { content: url(AT) } }</style>",
    "font-face": "<style>@font-face { font-family: f; src: url(AT) } p { font: 9pt f }</style><p>x</p>",
    "color-profile": "<style>@color-profile --c { src: url(AT) } p { color: color(--c 1 0 0) }</style>",
    "marker": "<style>li::marker { content: url(AT) }</style><ul><li>x</ul>",
    "footnote": "<style>span { float: footnote; background: url(AT) }</style><p>x<span>y</span></p>",
    "attr-content": "<style>p::before { content: attr(data-x url) }</style><p data-x='AT'>x</p>",
    "svg-image": SVG + "<image href='AT' width='9' height='9'/></svg>",
    "svg-image-xlink": SVG + "<image xlink:href='AT' width='9' height='9'/></svg>",
    "svg-use": SVG + "<use href='AT#a'/></svg>",
    "svg-style-import": SVG + "<style>@import 'AT';</style><rect width='9' height='9'/></svg>",
    "svg-font": SVG
    + "<style>@font-face { font-family: f; src: url(AT) }</style><text>x</text></svg>",
    "svg-pattern": SVG + "<rect fill='url(AT#p)' width='9' height='9'/></svg>",
    "svg-link": SVG + "<a href='AT'><text>x</text></a></svg>",
    "data-svg-image": '<img alt="x" src="data:image/svg+xml,' + SVG + "<image href='AT'/></svg>\">",
    "data-css": "<link rel='stylesheet' href='data:text/css,@import %22AT%22;'>",
}
# What WeasyPrint is known to ask for: these must be refused. The rest must print without it.
REFUSED = {
    "img", "img-srcset", "picture", "embed", "object", "object-svg", "base", "link-stylesheet",
    "link-attachment", "anchor-attachment", "style-import", "style-import-url", "background",
    "background-attribute", "list-style", "content", "border-image", "page-background", "page-margin",
    "font-face", "color-profile", "marker", "footnote", "svg-image", "svg-image-xlink", "svg-font",
    "data-svg-image", "data-css",
}  # fmt: skip


class Watch:
    """Counts how often any process opens a file (Linux inotify)."""

    OPENED = 0x20

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._fd, bytes(path), self.OPENED) >= 0

    def opens(self) -> int:
        try:
            return len(os.read(self._fd, 65536)) // 16
        except BlockingIOError:
            return 0

    def close(self) -> None:
        os.close(self._fd)


@dataclass
class Canary:
    """A file and a listening port that nobody may touch."""

    path: Path
    watch: Watch
    listener: socket.socket

    @property
    def addresses(self) -> tuple[str, ...]:
        port = self.listener.getsockname()[1]
        return (
            self.path.as_uri(),
            f"http://127.0.0.1:{port}/c.css",
            f"HTTP://127.0.0.1:{port}/c.svg",
            f"//127.0.0.1:{port}/c.png",
            f"ftp://127.0.0.1:{port}/c",
            str(self.path),
        )

    def connections(self) -> int:
        count = 0
        while True:
            try:
                connection, _ = self.listener.accept()
            except BlockingIOError:
                return count
            connection.close()
            count += 1


@pytest.fixture
def canary(tmp_path) -> Iterator[Canary]:
    path = tmp_path / "canary.css"
    path.write_text(f"p::after {{ content: '{SECRET}' }}")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(50)
    listener.setblocking(False)
    watch = Watch(path)
    yield Canary(path, watch, listener)
    watch.close()
    listener.close()


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer({})


def page(markup: str) -> PrintRequest:
    html = f"<!doctype html><html lang=en><title>T</title><body><main>{markup}<p>end</main>"
    return PrintRequest(html=html, title="T", lang="en")


def assert_untouched(canary: Canary, pdf: bytes | None) -> None:
    assert canary.watch.opens() == 0, "the canary file was opened"
    assert canary.connections() == 0, "somebody connected"
    if pdf is None:
        return
    assert SECRET not in "".join(pdf_text.read(pdf))
    assert SECRET.encode() not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/EmbeddedFile" not in str(document.Root.get("/Names", ""))


def test_the_canary_notices_a_reader_and_a_caller(canary):
    canary.path.read_text()
    assert canary.watch.opens() == 1
    with socket.create_connection(canary.listener.getsockname()):
        assert canary.connections() == 1


@pytest.mark.parametrize("name", VECTORS)
def test_no_vector_opens_a_file_or_a_connection(printer, canary, name):
    answers = [printed(printer, VECTORS[name].replace("AT", a)) for a in canary.addresses]
    for answer in answers:
        assert_untouched(canary, answer if isinstance(answer, bytes) else None)
    refusals = [answer for answer in answers if isinstance(answer, PrintRefused)]
    assert all(str(canary.path) not in str(refusal) for refusal in refusals)
    assert len([r for r in refusals if r.kind == "fetch"]) >= (3 if name in REFUSED else 0)


def printed(printer: Printer, markup: str) -> bytes | PrintRefused:
    try:
        return printer.pdf(page(markup))
    except PrintRefused as refusal:
        return refusal


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_press_refuses_what_asks_for_something(press, canary, name):
    with pytest.raises(PrintRefused) as refused:
        press.print(page(VECTORS[name].replace("AT", canary.addresses[0])))
    assert refused.value.kind == "fetch"
    assert_untouched(canary, None)


def test_an_asset_that_is_not_ours_is_refused(printer):
    with pytest.raises(PrintRefused, match="fetch"):
        printer.pdf(page("<img src='asset:../../etc/passwd' alt='x'>"))


def test_after_a_refusal_the_press_prints_the_next_letter(press, canary):
    with pytest.raises(PrintRefused):
        press.print(page(VECTORS["img"].replace("AT", canary.addresses[1])))
    assert press.print(page("<p>fine")).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/hostname')",
        "open('/tmp/out.txt', 'w')",
        "import pathlib; pathlib.Path('/etc/passwd').read_text()",
        "import os; os.open('/etc/passwd', os.O_RDONLY)",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import socket; socket.socket()",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import os; os.execv('/bin/true', ['true'])",
    ],
)
def test_the_second_wall_holds_without_the_first(tmp_path, deed):
    program = f"""
        import pathlib, subprocess, socket, urllib.request, os
        from letters import confinement
        confinement.close_doors(pathlib.Path({str(tmp_path)!r}))
        open({str(tmp_path / "own.txt")!r}, "w").close()
        import colorsys
        try:
            {deed}
        except PermissionError as error:
            print("refused:", error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout.startswith("refused: The printing process may not"), done.stderr

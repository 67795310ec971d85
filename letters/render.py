"""HTML to tagged PDF with WeasyPrint: no network, no file but its own fonts from memory.

The only module that imports WeasyPrint. `python -m letters.render` is the long-lived child of
`letters.press`: requests on stdin, PDFs or typed refusals on stdout. It knows no letter.
"""

import argparse
import hashlib
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from letters import confinement, printjob, stylesheet
from letters.printjob import PrintRequest
from letters.refusals import PrintRefused
from letters.tag_tree import mend
from letters.typefaces import WEIGHTS, Shelf, Slice

MOST_PAGES = 50


class Forbidden(FatalURLFetchingError):  # type: ignore[misc]
    """The letter asked for something from outside; WeasyPrint lets this one through."""


class AssetsOnly(URLFetcher):  # type: ignore[misc]
    """Serves `asset:NAME` from a dict in memory and refuses every other address.

    Refusing ends the letter: HTML of ours never asks for anything, so one that does was tampered
    with (reliability-security F31-F33).
    """

    def __init__(self, assets: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._assets = assets
        # WeasyPrint swallows every exception while it draws an SVG; this remembers.
        self.asked = ""

    def fetch(self, url: str, headers: object = None) -> Any:
        """The asset of that name; Forbidden for any other address."""
        name = url.removeprefix("asset:")
        if url.startswith("asset:") and name in self._assets:
            return URLFetcherResponse(url, self._assets[name], {"Content-Type": "font/ttf"})
        self.asked = f"A letter may not fetch {url.split(':', 1)[0][:40]!r} addresses."
        raise Forbidden(self.asked)


class Ear(logging.Handler):
    """Hears from WeasyPrint's log which characters it has no glyph for (it prints empty boxes)."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Note the code point of a `.notdef` warning; pass over everything else."""
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.missing[f"U+{record.args[1]:04X}"] = None


class Printer:
    """A warm renderer: fonts and style sheets are read once, then reused for every letter.

    `shelf` has the slices of fonts for characters that a name may bring; without it the system's
    fonts must have them.
    """

    def __init__(self, assets: dict[str, bytes], shelf: Shelf | None = None) -> None:
        self._assets = dict(assets)
        self._shelf = shelf
        self._known = stylesheet.known(assets) if shelf else frozenset()
        self._fetcher = AssetsOnly(self._assets)
        self._fonts = FontConfiguration()
        self._sheets = {
            large: CSS(
                string=stylesheet.css(large_print=large, fonts=assets),
                font_config=self._fonts,
                url_fetcher=self._fetcher,
            )
            for large in (False, True)
        }

    def pdf(self, request: PrintRequest) -> bytes:
        """The PDF/UA-1 of the request, or PrintRefused: fetch, too_long, glyphs, layout."""
        self._fetcher.asked = ""
        ear = Ear()
        logging.getLogger("weasyprint").addHandler(ear)
        try:
            made = self._print(request)
        except Forbidden as error:
            raise PrintRefused("fetch", str(error)) from None
        except PrintRefused:
            raise
        except MemoryError:
            raise PrintRefused("layout", "The letter needs more memory than one may.") from None
        except Exception as error:
            # Only the kind of failure: its text may hold what the letter says.
            raise PrintRefused("layout", f"WeasyPrint failed: {type(error).__name__}.") from None
        finally:
            logging.getLogger("weasyprint").removeHandler(ear)
        if ear.missing:
            raise PrintRefused("glyphs", f"No font has a glyph for {', '.join(ear.missing)}.")
        if self._fetcher.asked:
            raise PrintRefused("fetch", self._fetcher.asked)
        return made

    def _bring_fonts(self, html: str) -> tuple[Slice, ...]:
        """The slices for the characters of this page that Public Sans and the notices lack; those
        that no page before it needed are taken from the shelf."""
        foreign = frozenset(map(ord, set(html))) - self._known
        if self._shelf is None or not foreign:
            return ()
        pieces = tuple(self._shelf.holding(foreign))
        faces = ""
        for name, piece, weight in ((p.asset(w), p, w) for p in pieces for w in WEIGHTS):
            if name not in self._assets:
                self._assets[name] = self._shelf.face(piece, weight)
                faces += stylesheet.face(name)
        if faces:
            CSS(string=faces, font_config=self._fonts, url_fetcher=self._fetcher)
        return pieces

    def _print(self, request: PrintRequest) -> bytes:
        html = HTML(string=request.html, url_fetcher=self._fetcher)
        html.etree_element.set("lang", request.lang)
        sheets = [self._sheets[request.large_print]]
        if pieces := self._bring_fonts(request.html):
            sheets.append(CSS(string=stylesheet.families(pieces), font_config=self._fonts))
        document = html.render(
            font_config=self._fonts,
            stylesheets=sheets,
            pdf_variant="pdf/ua-1",
        )
        if len(document.pages) > MOST_PAGES:
            pages = len(document.pages)
            raise PrintRefused("too_long", f"{pages} pages; a letter has at most {MOST_PAGES}.")
        document.metadata.title = request.title
        document.metadata.lang = request.lang
        # The same letter gets the same file identifier on every press.
        identifier = hashlib.sha256(request.html.encode()).digest()[:16]
        made: bytes = document.write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=identifier, finisher=mend
        )
        return made


def pdf(
    html: str, *, title: str, lang: str, assets: dict[str, bytes], large_print: bool = False
) -> bytes:
    """One PDF/UA-1 from one HTML document, in this process; see `Printer` for many."""
    request = PrintRequest(html=html, title=title, lang=lang, large_print=large_print)
    return Printer(assets).pdf(request)


def serve(incoming: IO[bytes], outgoing: IO[bytes], printer: Printer) -> None:
    """Answer requests until the parent closes the pipe."""
    while (payload := printjob.read_frame(incoming)) is not None:
        confinement.allow_cpu()
        try:
            answer: bytes | PrintRefused = printer.pdf(printjob.request_from(payload))
        except PrintRefused as refused:
            answer = refused
        printjob.write_frame(outgoing, printjob.answer_bytes(answer))


def main() -> None:
    """The child: walls up, one warm-up letter, then requests."""
    parser = argparse.ArgumentParser(description="Prints letters for letters.press.")
    parser.add_argument("--fonts", type=Path, help="folder that holds the fonts")
    arguments = parser.parse_args()
    # What a library prints must not get between two frames.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confinement.limit_memory()
    confinement.allow_cpu()
    printer = Printer(stylesheet.assets(arguments.fonts), stylesheet.shelf(arguments.fonts))
    warm = "<!doctype html><title>Warm</title><main><h1>Warm</h1><table><tr><td>1</table></main>"
    printer.pdf(PrintRequest(html=warm, title="Warm", lang="en"))
    confinement.close_doors(Path(tempfile.gettempdir()))
    serve(sys.stdin.buffer, outgoing, printer)


if __name__ == "__main__":
    main()

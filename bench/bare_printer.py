"""The floor of a letter: WeasyPrint alone in a warm process, fonts and styles read once.

`python -m bench.bare_printer FONTS`: the HTML of a letter as a line of JSON on standard input; back
come the seconds that the PDF took and how many pages it has. No walls, no checks, no metadata.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from letters import stylesheet

STATEMENT = "HTML(string=html).render(stylesheets=[…]).write_pdf(pdf_variant='pdf/ua-1')"


class BarePrinter:
    """The parent's side. `seconds` are those that WeasyPrint took, not those of the pipe."""

    def __init__(self, fonts: Path) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bench.bare_printer", str(fonts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def print(self, html: str) -> tuple[float, int]:
        """The seconds and the pages of this letter."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps(html).encode() + b"\n")
        self._child.stdin.flush()
        seconds, pages = json.loads(self._child.stdout.readline())
        return float(seconds), int(pages)

    def close(self) -> None:
        """End the process."""
        self._child.communicate()


def serve(incoming: IO[bytes], outgoing: IO[bytes], fonts: Path) -> None:
    """Print what comes, one letter a line of JSON, until the pipe closes."""
    configuration = FontConfiguration()
    sheet = CSS(string=_styles(fonts), font_config=configuration)
    for line in incoming:
        html = json.loads(line)
        begun = time.perf_counter()
        document = HTML(string=html).render(stylesheets=[sheet], font_config=configuration)
        document.write_pdf(pdf_variant="pdf/ua-1")
        spent = time.perf_counter() - begun
        outgoing.write(json.dumps([spent, len(document.pages)]).encode() + b"\n")
        outgoing.flush()


def _styles(fonts: Path) -> str:
    """Our style sheet, its fonts read from the same files."""
    assets = stylesheet.assets(fonts)
    styles = stylesheet.css(large_print=False, fonts=assets)
    folder = Path(tempfile.mkdtemp(prefix="bare-printer-"))
    for number, (name, font) in enumerate(assets.items()):
        path = folder / f"{number}.ttf"
        path.write_bytes(font)
        styles = styles.replace(f"asset:{name}", path.as_uri())
    return styles


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, Path(sys.argv[1]))

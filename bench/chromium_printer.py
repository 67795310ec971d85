"""Another floor of a letter: Chromium's own print-to-PDF of the same HTML, in a warm browser.

It draws no page footer of ours, proves nothing, and uses more than one process of its own.
"""

import base64
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from bench.measure import Stopped
from letters import stylesheet
from tests.browser import CHROMIUM, FLAGS

STATEMENT: Final = "page.set_content(html); page.pdf(format='Letter', tagged=True)"


class ChromiumPrinter:
    """One tab of one browser. Raises Stopped where there is no Chromium."""

    def __init__(self, fonts: Path) -> None:
        if not Path(CHROMIUM).exists():
            raise Stopped("Chromium is not here: apt-get install chromium.")
        self._styles = _styles(fonts)
        self._driver = sync_playwright().start()
        self._browser = self._driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        self._page = self._browser.new_page()

    def print(self, html: str) -> float:
        """The seconds from the HTML to the PDF."""
        whole = html.replace("</head>", f"<style>{self._styles}</style></head>", 1)
        begun = time.perf_counter()
        self._page.set_content(whole)
        pdf = self._page.pdf(format="Letter", tagged=True, prefer_css_page_size=True)
        spent = time.perf_counter() - begun
        if not pdf.startswith(b"%PDF"):
            raise Stopped("Chromium printed no PDF.")
        return spent

    def close(self) -> None:
        """End the browser."""
        self._browser.close()
        self._driver.stop()


def _styles(fonts: Path) -> str:
    """Our style sheet with its fonts in it."""
    assets = stylesheet.assets(fonts)
    styles = stylesheet.css(large_print=False, fonts=assets)
    for name, font in assets.items():
        data = base64.b64encode(font).decode()
        styles = styles.replace(f"asset:{name}", f"data:font/ttf;base64,{data}")
    return styles

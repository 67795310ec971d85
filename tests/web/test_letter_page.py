"""A letter as a page to keep: axe finds nothing on it, and a phone shows it whole."""

from typing import Any

import pytest

from letters import outputs, specimen
from tests import browser


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    ("code", "line", "language", "large"),
    [
        ("denial", "marketplace", "es", False),
        ("appeal_upheld", "medicare", "en", True),
        ("grievance_resolved", "medicaid", "en", False),
    ],
)
def test_axe_finds_nothing_on_a_letter_that_is_kept_as_a_page(
    chromium: Any, code: str, line: str, language: str, large: bool, width: int
) -> None:
    context = specimen.specimen(code, line, language=language, large_print=large)
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.set_content(outputs.as_page(context, noted=True))
    assert browser.axe(page) == []
    assert browser.wider_than_window(page) == 0
    page.close()

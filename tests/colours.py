"""The looks of a page beside the plain one: in the dark, and with colours forced. Axe measures the
words on it; `colours.js` what axe does not: pictures, edges, the chosen one, the focus."""

from pathlib import Path
from typing import Any

from tests.browser import axe

LOOKS = {
    "as it is": {},
    "in the dark": {"color_scheme": "dark"},
    "with forced colours": {"color_scheme": "dark", "forced_colors": "active"},
}
_MEASURE = (Path(__file__).parent / "colours.js").read_text()


def in_other_colours(page: Any, known: dict[str, set[str]]) -> list[str]:
    """What cannot be told apart on the page that stands, in each look. `known` keeps, for each
    look, the kinds of controls whose focus was looked at, so that none is looked at twice."""
    said = []
    for name, media in LOOKS.items():
        if media:
            page.emulate_media(**media)
        if name == "in the dark":
            said += [f"{name}: {one}" for one in axe(page, "color-contrast")]
        focused = known.setdefault(name, set())
        seen = page.evaluate(_MEASURE, {"forced": "forced" in name, "known": sorted(focused)})
        focused.update(seen["focused"])
        said += [f"{name}: {one}" for one in seen["found"]]
    page.emulate_media(color_scheme="null", forced_colors="null")
    return said

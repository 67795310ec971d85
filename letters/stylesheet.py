"""The print styles as text, and the fonts that they ask for. It knows no letter and no renderer."""

from functools import lru_cache
from pathlib import Path

from letters.refusals import CatalogueError

FOLDER = Path(__file__).parent / "styles"
# The files of the USWDS package (dist/fonts) that letter.css names; 80 kB each.
FONT_FILES = ("PublicSans-Regular.ttf", "PublicSans-Bold.ttf")


@lru_cache(maxsize=2)
def css(*, large_print: bool) -> str:
    """The whole style sheet: 12 point, or 18 point for large print."""
    sheet = (FOLDER / "letter.css").read_text(encoding="utf-8")
    if large_print:
        sheet += (FOLDER / "large.css").read_text(encoding="utf-8")
    return sheet


def assets(fonts: Path | None) -> dict[str, bytes]:
    """The fonts by the name that the style sheet gives them, from a folder that holds them.

    Without a folder, or where a file is missing, the page falls back to a sans serif of the
    system. The folder may hold them at any depth (`node_modules/@uswds/uswds/dist/fonts`).
    """
    if fonts is None:
        return {}
    if not fonts.is_dir():
        raise CatalogueError(f"There is no folder of fonts {fonts.name!r}; run `make setup`.")
    found = {path.name: path for path in sorted(fonts.rglob("*.ttf"))}
    return {name: found[name].read_bytes() for name in FONT_FILES if name in found}

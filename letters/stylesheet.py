"""The print styles as text, and the fonts that they ask for. It knows no letter and no renderer."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from letters.refusals import CatalogueError

FOLDER = Path(__file__).parent / "styles"
FAMILY = "Public Sans"
# Files of the USWDS package (dist/fonts), 80 kB each, by weight. Public Sans has the glyphs of all
# languages of languages.toml; Source Sans Pro lacks those of Vietnamese.
FONT_FILES = {"PublicSans-Regular.ttf": 400, "PublicSans-Bold.ttf": 700}


def css(*, large_print: bool, fonts: Iterable[str] = ()) -> str:
    """The whole style sheet, 12 point or 18 point for large print.

    `fonts` are the names of the assets that are there; without them the page falls back to a sans
    serif of the system.
    """
    face = '@font-face {{ font-family: "{}"; font-weight: {}; src: url("asset:{}"); }}\n'
    here = [(weight, name) for name, weight in FONT_FILES.items() if name in fonts]
    faces = "".join(face.format(FAMILY, weight, name) for weight, name in here)
    return faces + _sheet("letter") + (_sheet("large") if large_print else "")


def assets(fonts: Path | None) -> dict[str, bytes]:
    """The fonts by name, from a folder that holds them at any depth; {} without a folder.

    `node_modules/@uswds/uswds/dist/fonts` is such a folder. Raises CatalogueError if it is gone.
    """
    if fonts is None:
        return {}
    if not fonts.is_dir():
        raise CatalogueError(f"There is no folder of fonts {fonts}; run `make setup`.")
    found = {path.name: path for path in sorted(fonts.rglob("*.ttf"))}
    return {name: found[name].read_bytes() for name in FONT_FILES if name in found}


@lru_cache(maxsize=4)
def _sheet(name: str) -> str:
    return (FOLDER / f"{name}.css").read_text(encoding="utf-8")

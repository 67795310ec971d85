"""The print styles as text, and the fonts that they ask for. It knows no letter and no renderer."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from letters import availability
from letters.refusals import CatalogueError
from letters.typefaces import PACKAGE_OF, PACKAGES, WEIGHTS, Shelf, Slice, characters_of

FOLDER = Path(__file__).parent / "styles"
FAMILY = "Public Sans"
# Files of the USWDS package, 80 kB each, by weight. Public Sans has the glyphs of every language of
# ours that is written in Latin letters; Source Sans Pro lacks those of Vietnamese.
FONT_FILES = {"PublicSans-Regular.ttf": 400, "PublicSans-Bold.ttf": 700}
PUBLIC_SANS = Path("@uswds/uswds/dist/fonts/public-sans")
PACKAGES_AT = Path("@fontsource")
# Cut faces are kept beside the packages that they were cut from; `npm ci` throws both away.
CACHE = Path(".cache/casework-letters")
# The part of a package that is cut for the language block.
NOTICES = "notices"
_OF_THE_SYSTEM = ("Liberation Sans", "DejaVu Sans")
# Blanks, joiners, marks of direction.
_WITHOUT_SHAPE = frozenset((*range(0x21), 0xA0, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F))
# Pango sets a blank in the face of the word before it.
_BLANK = frozenset({0x20})
# What the notices use of Public Sans lies in here (tested).
_PUBLIC_SANS_HAS = frozenset(range(0x250)) | frozenset(range(0x1E00, 0x2070))


def css(*, large_print: bool, fonts: Iterable[str] = ()) -> str:
    """The whole style sheet, 12 point or 18 point for large print.

    `fonts` are the names of the assets that are there; without them the page falls back to a sans
    serif of the system.
    """
    names = tuple(fonts)
    faces = "".join(face(name) for name in names)
    return faces + _sheet("letter") + (_sheet("large") if large_print else "") + families()


def families(slices: Iterable[Slice] = ()) -> str:
    """The rule that sets the text: Public Sans first, then what has the characters that it lacks,
    then the system's fonts. `slices` are those of this page's names."""
    ours = [FAMILY, *(family_of(package, NOTICES) for package in PACKAGES)]
    ours += [family_of(each.package, each.name) for each in slices]
    named = ", ".join(f'"{name}"' for name in (*ours, *_OF_THE_SYSTEM))
    return f"html {{ font-family: {named}, sans-serif; }}\n"


def face(asset: str) -> str:
    """The @font-face of an asset: of Public Sans, or of a package's `PACKAGE/PART/WEIGHT`."""
    family, weight = FAMILY, FONT_FILES.get(asset, 0)
    if not weight:
        package, part, cut = asset.split("/")
        family, weight = family_of(package, part), int(cut)
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight};'
        f' src: url("asset:{asset}"); }}\n'
    )


def family_of(package: str, part: str) -> str:
    """Its own family for each file: WeasyPrint takes two faces of one name and weight for one
    font, and prints the wrong glyphs."""
    # Pango would take a number at the end for a size.
    return f"{PACKAGES[package]} {part} part"


def assets(fonts: Path | None) -> dict[str, bytes]:
    """The fonts by name, from the folder of the installed web assets; {} without a folder.

    Public Sans, and for each script of the language block a small face with its characters. Raises
    CatalogueError if the folder is gone.
    """
    if fonts is None:
        return {}
    if not fonts.is_dir():
        raise CatalogueError(f"There is no folder of fonts {fonts}; run `make setup`.")
    ours = {name: fonts / PUBLIC_SANS / name for name in FONT_FILES}
    found = {name: path.read_bytes() for name, path in ours.items() if path.is_file()}
    return found | _of_the_notices(fonts)


def shelf(fonts: Path | None) -> Shelf | None:
    """The slices for the characters of names; None where the packages are not installed."""
    if fonts is None or not (fonts / PACKAGES_AT).is_dir():
        return None
    return Shelf(fonts / PACKAGES_AT)


def missing(fonts: Path) -> tuple[str, ...]:
    """What is not installed of the fonts that letters are printed with, as paths in `fonts`."""
    files = [PUBLIC_SANS / name for name in FONT_FILES]
    files += [PACKAGES_AT / package / "unicode.json" for package in PACKAGES]
    return tuple(str(path) for path in files if not (fonts / path).is_file())


def characters() -> dict[str, tuple[frozenset[int], ...]]:
    """Per package the characters of the language block that Public Sans lacks: of the texts, and
    of the names of the languages, which are printed bold."""
    found: dict[str, tuple[frozenset[int], ...]] = {}
    for code, package in PACKAGE_OF.items():
        name, text = availability.spoken()[code]
        plain, bold = found.get(package, (frozenset(), frozenset()))
        own = (frozenset(map(ord, name + text)), frozenset(map(ord, name)))
        found[package] = tuple(
            had | more - _PUBLIC_SANS_HAS | _BLANK
            for had, more in zip((plain, bold), own, strict=True)
        )
    return found


def known(assets: Mapping[str, bytes]) -> frozenset[int]:
    """The characters that need nothing from the shelf: those of Public Sans and of the notices."""
    notices = frozenset[int]().union(*(plain for plain, _ in characters().values()))
    regular = assets.get("PublicSans-Regular.ttf")
    return notices | _WITHOUT_SHAPE | (characters_of(regular) if regular else frozenset())


def _of_the_notices(fonts: Path) -> dict[str, bytes]:
    if not (fonts / PACKAGES_AT).is_dir():
        return {}
    for package in PACKAGES:
        if not (fonts / PACKAGES_AT / package / "package.json").is_file():
            raise CatalogueError(f"There is no font package {package}; run `make setup`.")
    wanted = {
        f"{package}/{NOTICES}/{weight}": (package, sorted(each), weight)
        for package, both in characters().items()
        for weight, each in zip(WEIGHTS, both, strict=True)
    }
    kept = {name: fonts / CACHE / _key(fonts, each) for name, each in wanted.items()}
    if all(os.access(path, os.R_OK) for path in kept.values()):
        return {name: path.read_bytes() for name, path in kept.items()}
    packages = Shelf(fonts / PACKAGES_AT)
    found = {}
    for name, (package, each, weight) in wanted.items():
        found[name] = packages.cut(package, each, weight)
        _keep(kept[name], found[name])
    return found


def _key(fonts: Path, wanted: tuple[str, list[int], int]) -> str:
    installed = (fonts / PACKAGES_AT / wanted[0] / "package.json").read_text("utf-8")
    code = Path(__file__).with_name("typefaces.py").read_text("utf-8")
    said = json.dumps([wanted, json.loads(installed)["version"], code])
    return hashlib.sha256(said.encode()).hexdigest() + ".ttf"


def _keep(path: Path, font: bytes) -> None:
    """So that the next child need not cut it (1.5 s for all); where it may not be written, it is
    cut again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(font)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        return


@lru_cache(maxsize=4)
def _sheet(name: str) -> str:
    return (FOLDER / f"{name}.css").read_text(encoding="utf-8")

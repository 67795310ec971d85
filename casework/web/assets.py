"""Web assets from node_modules, trimmed to what our pages use, copied where the site serves them.

`make setup` runs `collect` after `npm ci`; what it writes is never committed.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import tinycss2

from casework.errors import NotReady

ROOT: Final = Path(__file__).parents[2]
VENDOR: Final = Path(__file__).parent / "static" / "vendor"
STAMP: Final = "collected"

# The components of the design system that pages may use; their classes begin with `usa-`. Its date
# picker is left out: opened, it fails axe (aria-selected on buttons). Dates are three fields or the
# browser's own.
COMPONENTS: Final = frozenset(
    """
    accordion alert breadcrumb button character checkbox checklist combo current display error
    fieldset file focus form hint icon input intro label legend link list memorable modal nav
    pagination process radio search select show sidenav skipnav sr step summary table tag textarea
    tooltip
    """.split()  # noqa: SIM905 - a table of words reads better without quotes
)
OTHER_CLASSES: Final = frozenset({"grid-container", "is-active", "is-hidden", "is-visible"})
# The face of letters, for their previews.
LETTER_FONTS: Final = ("PublicSans-Regular.woff2", "PublicSans-Bold.woff2")
FONTS: Final = (
    "sourcesanspro-regular-webfont.woff2",
    "sourcesanspro-bold-webfont.woff2",
    "sourcesanspro-italic-webfont.woff2",
)
ICONS: Final = frozenset(
    """
    accessibility_new account_circle add add_circle add_circle_outline alarm announcement arrow_back
    arrow_downward arrow_drop_down arrow_drop_up arrow_forward arrow_upward assessment attach_file
    autorenew bookmark calendar_today campaign cancel chat check check_circle check_circle_outline
    close comment contact_page content_copy delete directions do_not_disturb edit error
    error_outline event expand_less expand_more fax file_download file_present file_upload
    filter_alt filter_list first_page flag folder folder_open forum group_add groups hearing help
    help_outline highlight_off history home hospital hotel hourglass_empty identification info
    info_outline insights keyboard language last_page launch lightbulb link list local_hospital
    local_pharmacy location_on lock lock_open login logout loop mail mail_outline medical_services
    menu more_horiz navigate_before navigate_next notifications notifications_active
    notifications_none notifications_off people person phone photo_camera print priority_high
    public push_pin remove remove_circle report save_alt schedule science search security send
    settings severe_weather shield sort_arrow star star_outline store support support_agent
    thumb_down_alt thumb_up_alt timer topic translate trending_down trending_up undo unfold_more
    update upload_file verified verified_user visibility visibility_off warning work zoom_in
    zoom_out
    """.split()  # noqa: SIM905
)

_CLASS: Final = re.compile(r"\.((?:\\.|[\w-])+)")
_ADDRESS: Final = re.compile(r"url\(\s*[\"']?(\.\./[^)\"']+)[\"']?\s*\)")


def collect(*, source: Path = ROOT / "node_modules", target: Path = VENDOR) -> list[Path]:
    """Write the trimmed assets below `target`; the files written.

    Raises NotReady when the packages are not installed.
    """
    design = source / "@uswds" / "uswds" / "dist"
    htmx = source / "htmx.org" / "dist" / "htmx.min.js"
    if not design.is_dir() or not htmx.is_file():
        raise NotReady("The web assets are not installed. Run: make setup")
    shutil.rmtree(target, ignore_errors=True)
    style = trimmed((design / "css" / "uswds.min.css").read_text())
    written = [
        _write(target / "uswds" / "css" / "uswds.css", style.encode()),
        _write(
            target / "uswds" / "img" / "sprite.svg",
            _sprite((design / "img" / "sprite.svg").read_text()).encode(),
        ),
    ]
    copies = {
        target / "uswds" / "js" / "uswds.js": design / "js" / "uswds.min.js",
        target / "htmx.js": htmx,
    }
    for name in LETTER_FONTS:
        copies[target / "letters" / name] = design / "fonts" / "public-sans" / name
    for address in sorted(set(_ADDRESS.findall(style))):
        place = address.removeprefix("../")
        copies[target / "uswds" / place] = design / place
    for place, original in copies.items():
        written.append(_write(place, original.read_bytes()))
    written.append(_write(target / STAMP, _state().encode()))
    return written


def missing(*, target: Path = VENDOR) -> bool:
    """True when `collect` has not run here, or not since this module or the packages changed."""
    stamp = target / STAMP
    return not stamp.is_file() or stamp.read_text() != _state()


def trimmed(css: str) -> str:
    """The style sheet with only the components above: no utilities, no unused faces of type."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rules))


def _kept(rules: Iterable[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            prelude = _kept_selectors(rule.prelude)
            if prelude:
                yield prelude + "{" + tinycss2.serialize(rule.content) + "}"
        elif rule.type == "at-rule":
            yield _kept_at_rule(rule)


def _kept_at_rule(rule: Any) -> str:
    if rule.at_keyword in {"media", "supports"} and rule.content is not None:
        inner = "".join(
            _kept(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        )
        head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}"
        return head + "{" + inner + "}" if inner else ""
    if rule.at_keyword == "font-face":
        text = str(rule.serialize())
        return text if any(font in text for font in FONTS) else ""
    return "" if rule.at_keyword == "charset" else str(rule.serialize())


def _kept_selectors(prelude: list[Any]) -> str:
    """The selectors of a rule whose classes are all ours to use, joined again."""
    selectors: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    texts = (tinycss2.serialize(selector).strip() for selector in selectors)
    return ",".join(text for text in texts if all(map(_is_ours, _CLASS.findall(text))))


def _is_ours(name: str) -> bool:
    if name in OTHER_CLASSES:
        return True
    prefix, _, rest = name.partition("-")
    return prefix == "usa" and re.split(r"[-_]", rest)[0] in COMPONENTS


def _sprite(svg: str) -> str:
    """The icon sheet with the icons that pages may use."""
    head = svg[: svg.index("<symbol")]
    symbols = re.findall(r"<symbol[^>]*id=\"([^\"]+)\".*?</symbol>", svg, flags=re.DOTALL)
    parts = re.findall(r"<symbol.*?</symbol>", svg, flags=re.DOTALL)
    kept = [part for name, part in zip(symbols, parts, strict=True) if name in ICONS]
    return head + "".join(kept) + "</svg>"


def _state() -> str:
    """What the collected files depend on: this module and the packages' lock file."""
    lock = ROOT / "package-lock.json"
    parts = [Path(__file__).read_bytes(), lock.read_bytes() if lock.is_file() else b""]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _write(place: Path, data: bytes) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place

"""A specimen of each letter: fictional people, real shape. For previews, tests and the console.

`samples/base.json` holds plans, people and services by line; one file a letter says what differs.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from letters import catalogue, codec
from letters.context import LANGUAGES, LINES, LetterContext
from letters.refusals import CatalogueError

FOLDER = Path(__file__).parent / "samples"

_OTHERS = {
    "representative": {"name": "Thomas Quinn", "lines": ["40 Hazel Street", "Columbus, OH 43206"]},
    "provider": {"name": "Riverbend Clinic", "lines": ["1200 Mill Road", "Columbus, OH 43209"]},
    "primary_care": {
        "name": "Lakeview Family Practice",
        "lines": ["12 Lakeview Drive", "Columbus, OH 43211"],
    },
    "body": {"name": "Prairie Independent Review, Inc.", "lines": ["9 Example Plaza, Suite 300"]},
}


def specimen(
    code: str,
    line: str,
    *,
    language: str = "en",
    large_print: bool = False,
    recipient: str = "",
) -> LetterContext:
    """The sample of a letter for a line of business, in a language, for a kind of recipient (where
    none is named, the first whom the letter knows).

    Raises CatalogueError for a letter, line or language that has no sample.
    """
    return codec.from_dict(
        specimen_dict(code, line, language=language, large_print=large_print, recipient=recipient)
    )


def specimen_dict(
    code: str,
    line: str,
    *,
    language: str = "en",
    large_print: bool = False,
    recipient: str = "",
) -> dict[str, Any]:
    """The same as the JSON that `codec.from_dict` reads."""
    letter = catalogue.get(code)
    if line not in letter.lines or language not in LANGUAGES:
        known = f"lines {', '.join(letter.lines)}; languages {', '.join(LANGUAGES)}"
        raise CatalogueError(f"No sample of {code!r} for {line!r} in {language!r}. Known: {known}.")
    recipient = recipient or letter.recipients[0]
    raw: dict[str, Any] = {"services": []}
    for table in (_file("base"), _file(code)):
        raw = _merged(_merged(raw, table["all"]), table[line])
    data = _in_language(raw, language)
    results = data.pop("results", {})
    chosen = [s for s in data["services"] if str(s["number"]) in results]
    data["services"] = [{**s, "result": results[str(s["number"])]} for s in chosen]
    data.update(code=code, line=line, language=language, large_print=large_print)
    data["recipient"] = {**data["recipient"], **_OTHERS.get(recipient, {}), "kind": recipient}
    return data


def everywhere() -> tuple[tuple[str, str], ...]:
    """Every (code, line) of the catalogue, each of which has a sample."""
    lines = {code: catalogue.get(code).lines for code in catalogue.load().codes()}
    return tuple((code, line) for code in lines for line in LINES if line in lines[code])


@lru_cache(maxsize=64)
def _file(name: str) -> Mapping[str, Any]:
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        raise CatalogueError(f"The letter {name!r} has no sample: samples/{name}.json.")
    table: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        held = merged.get(key)
        if isinstance(held, dict) and isinstance(value, dict) and not _is_whole(key, value):
            merged[key] = _merged(held, value)
        else:
            merged[key] = value
    return merged


def _in_language(value: Any, language: str) -> Any:
    if _is_speech(value):
        return value[language]
    if isinstance(value, dict):
        return {key: _in_language(item, language) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_language(item, language) for item in value]
    return value


def _is_whole(key: str, value: object) -> bool:
    return key == "results" or _is_speech(value)


def _is_speech(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == set(LANGUAGES)

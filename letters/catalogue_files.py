"""Reads the catalogue's TOML into values, and refuses what is wrong with the file and key named."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from letters.conditions import CONDITIONS
from letters.context import LINES, RECIPIENTS
from letters.entries import NOTICE_KINDS, Call, Catalogue, Element, Letter, Requirement
from letters.refusals import CatalogueError

FOLDER = Path(__file__).parent
# P read in the text itself, S secondary, O older official text, K unverified, house: our practice.
TAGS = ("P", "S", "O", "K", "house")
KINDS = ("prior_auth", "appeal", "grievance", "external_review")
_LETTER_KEYS = {
    "code", "title", "version", "effective_from", "lines", "recipients", "notice_kind", "calls",
    "sets", "outcomes", "in_order", "all", "template", *LINES,
}  # fmt: skip
_CALL_KEYS = {"kind", "event", "lines", "notice_kind", "to", "consequence", "after", "whose"}
_ELEMENT_KEYS = {"says", "facts", "date", "within", "not_before"}

Rows = dict[str, dict[str, Any]]


def read(folder: Path) -> Catalogue:
    """The catalogue in `folder`: elements.toml, requirement_sets.toml and letters.KIND.toml."""
    elements = _elements(_toml(folder / "elements.toml"))
    sets = _toml(folder / "requirement_sets.toml")
    letters: list[Letter] = []
    for kind in (*KINDS, "any", "office"):
        path = folder / f"letters.{kind}.toml"
        entries = _toml(path).get("letter", [])
        letters += [_Reader(path.name, entry, elements, sets).letter() for entry in entries]
    _refuse_doubles(letters)
    _refuse_unused(elements, sets, letters)
    return Catalogue(tuple(letters), MappingProxyType(elements))


class _Reader:
    """One [[letter]] of one file."""

    def __init__(self, file: str, entry: Any, elements: dict[str, Element], sets: Any) -> None:
        self._where = f"{file}: {entry.get('code', '(no code)')}"
        self._entry = entry
        self._elements = elements
        self._sets = sets

    def letter(self) -> Letter:
        for key in self._entry:
            if key not in _LETTER_KEYS:
                self._refuse(f"unknown key {key!r}")
        lines = self._words("lines", LINES)
        notice_kind = self._word("notice_kind", NOTICE_KINDS)
        code = self._of("code", str)
        in_order = self._words("in_order", LINES)
        if not set(in_order) <= set(lines):
            self._refuse("in_order names a line that the letter does not have")
        return Letter(
            code=code,
            title=self._of("title", str),
            version=self._of("version", int),
            effective_from=self._of("effective_from", date),
            lines=lines,
            recipients=self._words("recipients", RECIPIENTS),
            notice_kind=notice_kind,
            outcomes=tuple(self._entry.get("outcomes", ())),
            calls=tuple(self._call(c, lines, notice_kind) for c in self._of("calls", list)),
            requirements=MappingProxyType({line: self._requirements(line) for line in lines}),
            sequence=MappingProxyType({line: self._sequence(line) for line in in_order}),
            template=self._entry.get("template", f"{code}.html.j2"),
        )

    def _call(self, call: Any, lines: tuple[str, ...], notice_kind: str) -> Call:
        kind, event = call.get("kind"), call.get("event")
        if kind not in KINDS or not isinstance(event, str) or not event:
            self._refuse(f"a call needs a kind of {', '.join(KINDS)} and an event: {call}")
        kind_of_notice = call.get("notice_kind", notice_kind)
        narrowed = tuple(call.get("lines", lines))
        if kind_of_notice not in NOTICE_KINDS or not set(narrowed) <= set(lines):
            self._refuse(f"a call has an unknown notice_kind or line: {call}")
        to = tuple(call.get("to", self._entry["recipients"]))
        after = tuple(call.get("after", ()))
        if not call.keys() <= _CALL_KEYS or not set(to) <= set(self._entry["recipients"]):
            self._refuse(f"a call has an unknown key or recipient: {call}")
        if call.get("whose", "") not in ("", "office"):
            self._refuse(f"a call has an unknown whose: {call}")
        more = call.get("consequence", ""), after, call.get("whose", "")
        return Call(kind, event, narrowed, kind_of_notice, to, *more)

    def _requirements(self, line: str) -> tuple[Requirement, ...]:
        tables: list[Rows] = []
        for name in self._of("sets", list):
            if name not in self._sets:
                self._refuse(f"there is no set {name!r}")
            tables += [self._sets[name].get("all", {}), self._sets[name].get(line, {})]
        tables += [self._entry.get("all", {}), self._entry.get(line, {})]
        rows: dict[str, Requirement] = {}
        for table in tables:
            for element, row in table.items():
                if element in rows:
                    self._refuse(f"{element!r} stands twice for {line}")
                rows[element] = self._requirement(element, row)
        if not rows:
            self._refuse(f"no requirement for {line}")
        return tuple(rows.values())

    def _sequence(self, line: str) -> tuple[str, ...]:
        # The page is the frame of every letter; the official order begins inside it.
        sets = [name for name in self._entry["sets"] if name != "page"]
        return tuple(e for name in sets for e in self._sets[name].get(line, {}))

    def _requirement(self, element: str, row: Any) -> Requirement:
        if element not in self._elements:
            self._refuse(f"there is no element {element!r} in elements.toml")
        if not isinstance(row, dict) or not row.get("cite") or row.get("tag") not in TAGS:
            self._refuse(f"{element!r} needs a cite and a tag of {', '.join(TAGS)}")
        if not row.keys() <= {"cite", "tag", "when"} or row.get("when", "always") not in CONDITIONS:
            self._refuse(f"{element!r} has an unknown key or condition: {row}")
        return Requirement(
            self._elements[element], row["cite"], row["tag"], row.get("when", "always")
        )

    def _of(self, key: str, kind: type) -> Any:
        value = self._entry.get(key)
        if type(value) is not kind or value in ("", []):
            self._refuse(f"{key} must be given ({kind.__name__})")
        return value

    def _words(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        values = self._entry.get(key, [])
        if not isinstance(values, list) or not set(values) <= set(allowed):
            self._refuse(f"{key} must be a list of {', '.join(allowed)}")
        if not values and key != "in_order":
            self._refuse(f"{key} is empty")
        return tuple(values)

    def _word(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self._entry.get(key)
        if value not in allowed:
            self._refuse(f"{key} must be one of {', '.join(allowed)} (or empty)")
        return str(value)

    def _refuse(self, sentence: str) -> None:
        raise CatalogueError(f"{self._where}: {sentence}.")


def _elements(table: Mapping[str, Any]) -> dict[str, Element]:
    elements = {}
    for name, row in table.items():
        if not row.get("says") or not row.keys() <= _ELEMENT_KEYS:
            known = ", ".join(sorted(_ELEMENT_KEYS))
            raise CatalogueError(f"elements.toml: {name!r} needs `says`, and only {known}.")
        if row.get("within", name) not in table:
            raise CatalogueError(f"elements.toml: {name!r} stands within an unknown element.")
        elements[name] = Element(
            name,
            row["says"],
            tuple(row.get("facts", ())),
            row.get("date", ""),
            row.get("within", ""),
            row.get("not_before", ""),
        )
    return elements


def _refuse_doubles(letters: list[Letter]) -> None:
    seen: set[tuple[str, object]] = set()
    for entry in letters:
        for key in ((entry.code, entry.version), (entry.code, entry.effective_from)):
            if key in seen:
                raise CatalogueError(f"{entry.code}: version or date {key[1]} stands there twice.")
            seen.add(key)


def _refuse_unused(elements: dict[str, Element], sets: Any, letters: list[Letter]) -> None:
    used = {r.element.name for x in letters for rows in x.requirements.values() for r in rows}
    if unused := sorted(elements.keys() - used):
        raise CatalogueError(f"elements.toml: no letter requires {', '.join(unused)}.")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(f"{path.name} is not there.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: {error}.") from None

"""What a browser sent, as the form of the command: strictly, with a sentence for each wrong field.

The shapes of the web (a local time, lines of a text box, a tick) become those of the schema that
the API uses as well; that schema then judges. Papers go straight into the form.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from casework.records.forms import Ask, asked_by
from casework.schemas.forms import schema_of
from casework.schemas.strict import pointers
from casework.submission import PaperAsSent
from casework.web.staff.form_fields import TICKED, Path, Typed, row_count
from casework.web.staff.form_plan import Plan, dotted, name_of

Files = Mapping[str, Sequence[FileStorage]]
_NOTHING: Final[Any] = object()
_US_DAY: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
_LOCAL: Final = re.compile(
    r"(\S{8,10})[T ]+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AaPp]\.?[Mm]\.?)?", re.ASCII
)
MOST_TYPED: Final = 40_000
# What a line needs when it is refused; everything else it needs when it is approved.
_OF_A_REFUSAL: Final = frozenset({"reason", "reason_code", "criterion"})


@dataclass(frozen=True)
class Reading:
    """The form, or the sentences by field name that keep it from being one."""

    form: Any = None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Sheet:
    """One reading while it goes on. `rows` maps the numbers that the schema sees to the page's."""

    typed: Typed
    plan: Plan
    errors: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)


def read(form: type, typed: Typed, files: Files, *, plan: Plan | None = None) -> Reading:
    """The form that was filled in, or every fault of it at once."""
    sheet = _Sheet(typed, plan or Plan())
    raw = _below(form, (), sheet)
    _require_what_is_needed(sheet)
    loaded, faults = _loaded(form, raw)
    for pointer, sentence in faults.items():
        sheet.errors.setdefault(_name_at(pointer, sheet), sentence)
    if sheet.errors or loaded is None:
        return Reading(errors=sheet.errors)
    return Reading(_with_papers(form, loaded, files))


def named(fields: Mapping[str, str], typed: Typed) -> dict[str, str]:
    """The sentences of a refusal by the names of the page: `lines/2` is the line with number 2."""
    found = {}
    for pointer, sentence in fields.items():
        parts = tuple(part for part in re.split(r"[/.]", pointer) if part)
        if len(parts) > 1 and parts[0] == "lines" and not pointer.startswith("/"):
            parts = (parts[0], _row_of_line(parts[1], typed), *parts[2:])
        found[name_of(parts)] = sentence
    return found


def _loaded(form: type, raw: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    try:
        return schema_of(form)().load(raw), {}
    except ValidationError as error:
        return None, pointers(error.messages)


def _below(form: type, path: Path, sheet: _Sheet) -> dict[str, Any]:
    raw = {}
    for ask in asked_by(form):
        here = (*path, ask.name)
        if dotted(here) in sheet.plan.left_out:
            continue
        value = [] if ask.kind == "papers" else _value(ask, here, sheet)
        if value is not _NOTHING:
            raw[ask.name] = value
    return raw


def _value(ask: Ask, path: Path, sheet: _Sheet) -> Any:
    if ask.kind == "part":
        assert ask.part is not None
        return _below(ask.part, path, sheet)
    if ask.kind == "parts":
        return _rows(ask, path, sheet)
    text = _text(path, sheet)
    if ask.kind == "flag":
        return _flag(ask, text)
    if not text:
        if ask.required:
            sheet.errors[name_of(path)] = _missing(ask, sheet.plan.labels.get(dotted(path)))
        return _NOTHING
    try:
        return _READERS.get(ask.kind, _as_it_is)(text, sheet)
    except ValueError as error:
        sheet.errors[name_of(path)] = str(error)
        return _NOTHING


def _text(path: Path, sheet: _Sheet) -> str:
    fixed = sheet.plan.fixed.get(dotted(path))
    name = name_of(path)
    text = fixed if fixed is not None and name not in sheet.typed else sheet.typed.get(name, "")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()[:MOST_TYPED]


def _flag(ask: Ask, text: str) -> Any:
    if ask.default is None and not ask.required:
        return {"yes": True, "no": False}.get(text, _NOTHING)
    return text == TICKED


def _rows(ask: Ask, path: Path, sheet: _Sheet) -> list[Any]:
    """The rows in which something was typed; the others were never meant."""
    assert ask.part is not None
    fixed = dotted(path) in sheet.plan.legends
    kept: list[int] = []
    rows = []
    for index in range(row_count(sheet.typed, path, sheet.plan)):
        here = (*path, str(index))
        if not fixed and not _touched(ask.part, here, sheet):
            continue
        kept.append(index)
        rows.append(_below(ask.part, here, sheet))
    sheet.rows[name_of(path)] = kept
    return rows


def _touched(part: type, path: Path, sheet: _Sheet) -> bool:
    return any(
        sheet.typed.get(name_of((*path, ask.name)), "").strip()
        for ask in asked_by(part)
        if dotted((*path, ask.name)) not in sheet.plan.fixed
    )


def _missing(ask: Ask, label: str | None) -> str:
    verb = "Choose" if ask.kind in {"choice", "papers"} else "Fill in"
    return f"{verb}: {label or ask.label}."


def _require_what_is_needed(sheet: _Sheet) -> None:
    """What the form leaves open, and the step or the letter that follows needs."""
    for known, sentence in {**sheet.plan.must, **sheet.plan.needed}.items():
        if sheet.typed.get(sheet.plan.unless.get(known, ""), "") == TICKED:
            continue
        for name in _names_of(known, sheet):
            if not _filled(name, sheet):
                sheet.errors.setdefault(name, sentence)


def _names_of(known: str, sheet: _Sheet) -> list[str]:
    """The names of the page under this dotted path: one for each row that it is asked of."""
    first, _, rest = known.partition(".")
    if first not in sheet.rows or not rest:
        return [known.replace(".", "-")]
    against = rest in _OF_A_REFUSAL
    kept = "approved" if against else "denied"
    results = {row: sheet.typed.get(f"{first}-{row}-result", "") for row in sheet.rows[first]}
    return [f"{first}-{row}-{rest}" for row, result in results.items() if result != kept]


def _filled(name: str, sheet: _Sheet) -> bool:
    if name in sheet.rows:
        return bool(sheet.rows[name])
    return bool(sheet.typed.get(name, "").strip())


def _name_at(pointer: str, sheet: _Sheet) -> str:
    """`/lines/0/reason` of the schema as the page names it, empty rows counted again."""
    parts: list[str] = []
    for part in pointer.strip("/").split("/"):
        kept = sheet.rows.get("-".join(parts))
        if part.isdigit() and kept is not None and int(part) < len(kept):
            part = str(kept[int(part)])
        parts.append(part)
    return "-".join(parts)


def _row_of_line(number: str, typed: Typed) -> str:
    """The row of the page in which the line with this number stands."""
    for name, value in typed.items():
        found = re.fullmatch(r"lines-(\d+)-number", name)
        if found and value == number:
            return found.group(1)
    return number


def _with_papers(form: type, loaded: Any, files: Files) -> Any:
    given = {}
    for ask in asked_by(form):
        if ask.kind == "papers":
            given[ask.name] = papers(files.get(ask.name, ()))
    return replace(loaded, **given) if given else loaded


def papers(files: Sequence[FileStorage]) -> tuple[PaperAsSent, ...]:
    """The files that were chosen; a field in which none was chosen holds one without a name."""
    return tuple(
        PaperAsSent(
            name="".join(c for c in (each.filename or "") if c.isprintable())[-200:],
            media_type=each.mimetype or "application/octet-stream",
            content=each.read(),
        )
        for each in files
        if each.filename
    )


# ── The shapes of the web ───────────────────────────────────────────────────────────────────────


def _as_it_is(text: str, _sheet: _Sheet) -> Any:
    return text


def _list(text: str, _sheet: _Sheet) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _whole(text: str, _sheet: _Sheet) -> int:
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise ValueError("Write a whole number, such as 3.")
    return int(text)


def _day(text: str, _sheet: _Sheet) -> str:
    return day_in(text).isoformat()


def _instant(text: str, sheet: _Sheet) -> str:
    return instant_in(text, sheet.plan.zone).isoformat()


_READERS: Final[Mapping[str, Callable[[str, _Sheet], Any]]] = {
    "list": _list,
    "whole": _whole,
    "date": _day,
    "instant": _instant,
}


def day_in(text: str) -> date:
    """A day as a date field sends it (2027-03-04) or as people write it (3/4/2027)."""
    american = _US_DAY.fullmatch(text)
    try:
        if american:
            month, day, year = map(int, american.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("Write a date as month/day/year, such as 3/4/2027.") from None


def instant_in(text: str, zone: str) -> datetime:
    """A day and time of this zone as an instant in UTC. Raises ValueError for a time that the
    clocks skip in spring; one that they show twice in autumn is the first of the two."""
    found = _LOCAL.fullmatch(text)
    if found is None:
        raise ValueError("Write the day and the time, such as 3/4/2027 4:10 pm.")
    day, hour, minute, half = found.groups()
    hours = _hours(int(hour), half)
    if hours is None or int(minute) > 59:
        raise ValueError("Write the time as hours and minutes, such as 4:10 pm.")
    where = ZoneInfo(zone)
    there = datetime.combine(day_in(day), datetime.min.time(), where)
    local = there.replace(hour=hours, minute=int(minute), fold=0)
    instant = local.astimezone(UTC)
    if instant.astimezone(where).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError("The clocks skip this time on that day: write the time that they showed.")
    return instant


def _hours(hour: int, half: str | None) -> int | None:
    if half is None:
        return hour if hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half.lower().startswith("p") else 0)

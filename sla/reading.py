"""Reads contract and subject from plain data and refuses what is no valid case, with the field and
the fix. It knows the vocabulary and the zones; of events and rules it knows nothing."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sla import events
from sla.calendars import typed_to_utc, wall_to_utc, zone
from sla.values import Contract, Policies, Subject

_DATE_LENGTH = len("2026-01-31")
_POLICY_WORDS = {"tolling": ("literal", "conservative"), "external_process": ("federal", "state")}
_POLICY_RANGES = {"sfh_window_days": (90, 120)}  # 42 CFR 438.408(f)(2)


class BadCase(ValueError):
    """The case cannot be computed at all; the message names the field and the fix."""


class BadTime(ValueError):
    """A text that is no instant or no date, or a wall time that does not exist (C9)."""


def read_contract(given: object) -> Contract:
    """A contract from a mapping (dates as ISO text or `date`). Raises BadCase."""
    if not isinstance(given, Mapping):
        raise BadCase("contract: missing or no object; give an object with line, layers, ….")
    layers = given.get("layers")
    if not isinstance(layers, list | tuple):
        raise BadCase(f"contract.layers: no list; name layers of {_listed(events.LAYERS)}.")
    for layer in layers:
        _word(layer, events.LAYERS, "contract.layers")
    name = given.get("id")
    state = given.get("state")
    return Contract(
        id=name if isinstance(name, str) else None,
        line=_word(given.get("line"), events.LINES, "contract.line"),
        state=state if isinstance(state, str) else None,
        time_zone=_time_zone(given.get("time_zone")),
        layers=tuple(sorted(set(layers))),
        rating_period_start=_optional_day(
            given.get("rating_period_start"), "contract.rating_period_start"
        ),
        policies=read_policies(given.get("policies")),
    )


def read_policies(given: object) -> Policies:
    """The policies of a contract, each optional. Raises BadCase for another type than the default,
    a negative figure, or a value outside the ones it may have."""
    if given is None:
        return Policies()
    if not isinstance(given, Mapping):
        raise BadCase("contract.policies: no object; give an object or leave it out.")
    read: dict[str, Any] = {}
    for policy in fields(Policies):
        value = given.get(policy.name)
        if value is not None:
            read[policy.name] = _policy(policy.name, value)
    return Policies(**read)


def read_subject(given: object, contract: Contract) -> Subject:
    """A subject from a mapping, for this contract: its zone reads `course_ends_at`, its line says
    which services there are. Raises BadCase."""
    if not isinstance(given, Mapping):
        raise BadCase("subject: missing or no object; give an object with kind, ….")
    kind = _word(given.get("kind"), events.KINDS, "subject.kind")
    timing = _word_or(given, "timing", events.TIMINGS, "pre_service")
    priority = _word_or(given, "priority", events.PRIORITIES, "standard")
    service = _word_or(given, "service", events.SERVICES, "medical")
    ends = given.get("course_ends_at")
    try:
        course_ends_at = None if ends is None else read_instant(ends, zone(contract.time_zone))
    except BadTime as error:
        raise BadCase(f"subject.course_ends_at: {error}") from error
    return Subject(
        kind=kind,
        priority="standard" if timing == "post_service" else priority,
        timing=timing,
        service=service if events.SERVICE_OF_LINE.get(service) == contract.line else "medical",
        pa_required=_flag_or(given, "pa_required", True),
        about=_word_or(given, "about", events.ABOUT, "other"),
        course_ends_at=course_ends_at,
        benefits_continued=_flag_or(given, "benefits_continued", False),
    )


def read_instant(given: object, where: ZoneInfo) -> datetime:
    """A UTC instant from ISO 8601 text or a `datetime`; without an offset it is wall time of the
    zone. Raises BadTime."""
    if isinstance(given, str) and "T" in given and " " not in given:
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            given = None
    if not isinstance(given, datetime):
        raise BadTime("no instant; write it as 2026-01-31T14:30:00-05:00.")
    try:
        instant = typed_to_utc(given, where) if given.tzinfo is None else given.astimezone(UTC)
        if instant is not None:
            instant.astimezone(where)
    except OverflowError:
        raise BadTime("outside the calendar; write a year between 1 and 9999.") from None
    if instant is None:
        raise BadTime(
            "this wall time does not exist in the contract's time zone (the clocks go forward "
            "over it); write the true time, or one with its offset."
        )
    return instant


def read_day(given: object) -> date:
    """A date from `YYYY-MM-DD` or a `date`. Raises BadTime."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if isinstance(given, str) and len(given) == _DATE_LENGTH and given[4] == given[7] == "-":
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise BadTime("no date; write it as 2026-01-31.")


def read_moment(given: object, where: ZoneInfo) -> tuple[datetime, date]:
    """UTC instant and local date of an instant or a plain date (00:00 local). Raises BadTime."""
    try:
        day = read_day(given)
    except BadTime:
        instant = read_instant(given, where)
        return instant, instant.astimezone(where).date()
    return wall_to_utc(day, time(0), where), day


def whole(given: object) -> int | None:
    """The whole number that was given, or None: a flag, a text or a fraction is none."""
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return given
    if isinstance(given, float) and given.is_integer():
        return int(given)
    return None


def shown(given: object) -> str:
    """A value as a sentence may show it."""
    if given is None:
        return "a missing value"
    if isinstance(given, str | int | float):
        return f"{given!r:.60}"
    return "a list or object"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def _word(given: object, words: tuple[str, ...], field: str) -> str:
    if isinstance(given, str) and given in words:
        return given
    raise BadCase(f"{field}: {shown(given)} is unknown; use one of {_listed(words)}.")


def _word_or(given: Mapping[str, Any], field: str, words: tuple[str, ...], default: str) -> str:
    value = given.get(field)
    return default if value is None else _word(value, words, f"subject.{field}")


def _flag_or(given: Mapping[str, Any], field: str, default: bool) -> bool:
    value = given.get(field)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise BadCase(f"subject.{field}: {shown(value)} is neither true nor false; use one of them.")


def _time_zone(given: object) -> str:
    if isinstance(given, str):
        try:
            zone(given)
        except KeyError:
            pass
        else:
            return given
    raise BadCase(
        f"contract.time_zone: {shown(given)} is no IANA zone; use a name like America/New_York."
    )


def _optional_day(given: object, field: str) -> date | None:
    if given is None:
        return None
    try:
        return read_day(given)
    except BadTime as error:
        raise BadCase(f"{field}: {error}") from error


def _policy(name: str, given: object) -> object:
    field = f"contract.policies.{name}"
    if name in _POLICY_WORDS:
        return _word(given, _POLICY_WORDS[name], field)
    if name == "member_rollover":
        if isinstance(given, bool):
            return given
        raise BadCase(f"{field}: {shown(given)} is neither true nor false; use one of them.")
    if name == "state_holidays":
        return _days(given, field)
    figure = whole(given)
    if figure is None or figure < 0:
        raise BadCase(f"{field}: {shown(given)} is no whole number from 0 up; give one.")
    least, most = _POLICY_RANGES.get(name, (0, figure))
    if not least <= figure <= most:
        raise BadCase(f"{field}: {figure} is outside {least} to {most}, which the law allows.")
    return figure


def _days(given: object, field: str) -> frozenset[date]:
    if not isinstance(given, list | tuple | set | frozenset):
        raise BadCase(f"{field}: no list of dates; write [] or dates like 2026-12-24.")
    try:
        return frozenset(read_day(day) for day in given)
    except BadTime as error:
        raise BadCase(f"{field}: {error}") from error

"""Reads events from plain data. What is outside the vocabulary becomes a refused event with a
sentence (refusal 1); whether an event fits the case is not asked here."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sla import events
from sla.calendars import zone
from sla.reading import BadTime, read_day, read_instant, read_moment, shown, whole
from sla.values import Contract, Event, RefusedEvent, Subject


class _Unreadable(ValueError):
    pass


def read_events(
    given: Sequence[object], contract: Contract, subject: Subject
) -> tuple[Event | RefusedEvent, ...]:
    """The events of a case, in their order, each with its 0-based index. An element is a mapping
    as the clock schema describes it (instants as ISO text or `datetime`, dates as text or `date`);
    null counts as absent, unknown fields are ignored."""
    where = zone(contract.time_zone)
    return tuple(read_event(index, each, subject.kind, where) for index, each in enumerate(given))


def read_event(index: int, given: object, kind: str, where: ZoneInfo) -> Event | RefusedEvent:
    """One event of a case of this kind, or its refusal."""
    try:
        return _read(index, given, kind, where)
    except _Unreadable as error:
        return RefusedEvent(index, str(error))


def _read(index: int, given: object, kind: str, where: ZoneInfo) -> Event:
    if not isinstance(given, dict):
        raise _Unreadable("the event is no object; give type, at and its fields.")
    name = given.get("type")
    event = events.EVENTS.get(name) if isinstance(name, str) else None
    if event is None:
        raise _Unreadable(f"type: {shown(name)} is no event of the clocks.")
    at, day = _moment(given, event, where)
    read: dict[str, Any] = {}
    for field in event.fields:
        if field.only is None or read.get(field.only[0]) == field.only[1]:
            value = given.get(field.name)
            if value is None:
                value = _absent(field, event)
            else:
                value = _READERS[field.holds](value, field, kind, where)
            if value is not None:
                read[field.name] = value
    if name == "notice_sent":
        read["printed"] = read.pop("date", day)
    return Event(index, event.name, at, day, **read)


def _absent(field: events.Field, event: events.EventType) -> str | bool | None:
    if field.required:
        raise _Unreadable(f"{field.name}: missing; {event.name} needs it.")
    return field.default


def _moment(
    given: dict[str, Any], event: events.EventType, where: ZoneInfo
) -> tuple[datetime, date]:
    at = given.get("at")
    try:
        if event.plain_date:
            return read_moment(at, where)
        instant = read_instant(at, where)
    except BadTime as error:
        raise _Unreadable(f"at: {error}") from error
    return instant, instant.astimezone(where).date()


def _word(value: object, field: events.Field, kind: str, where: ZoneInfo) -> str:
    if isinstance(value, str) and value in field.words:
        return value
    raise _Unreadable(f"{field.name}: {shown(value)} is none of {', '.join(field.words)}.")


def _outcome(value: object, field: events.Field, kind: str, where: ZoneInfo) -> str:
    if isinstance(value, str) and value in events.OUTCOMES[kind]:
        return value
    words = ", ".join(sorted(events.OUTCOMES[kind]))
    raise _Unreadable(f"{field.name}: {shown(value)} is none of {words} for this kind of case.")


def _flag(value: object, field: events.Field, kind: str, where: ZoneInfo) -> bool:
    if isinstance(value, bool):
        return value
    raise _Unreadable(f"{field.name}: {shown(value)} is neither true nor false.")


def _whole(value: object, field: events.Field, kind: str, where: ZoneInfo) -> int:
    number = whole(value)
    if number is None:
        raise _Unreadable(f"{field.name}: {shown(value)} is no whole number.")
    return number


def _day(value: object, field: events.Field, kind: str, where: ZoneInfo) -> date:
    try:
        return read_day(value)
    except BadTime as error:
        raise _Unreadable(f"{field.name}: {error}") from error


def _instant(value: object, field: events.Field, kind: str, where: ZoneInfo) -> datetime:
    try:
        return read_instant(value, where)
    except BadTime as error:
        raise _Unreadable(f"{field.name}: {error}") from error


def _text(value: object, field: events.Field, kind: str, where: ZoneInfo) -> str:
    return str(value)


_READERS: dict[str, Callable[[object, events.Field, str, ZoneInfo], object]] = {
    "word": _word,
    "outcome": _outcome,
    "flag": _flag,
    "whole": _whole,
    "day": _day,
    "instant": _instant,
    "text": _text,
}

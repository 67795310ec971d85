"""Days and minutes as people write them, per language, and as `<time>`. Computes no deadline."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from letters.context import Deadline
from letters.refusals import ContextRefused
from letters.wording import Wording


def words(when: date | Deadline, wording: Wording) -> str:
    """`March 4, 2027`, or `March 4, 2027, at 3:15 p.m. Eastern time` for the minute of a zone."""
    day = when if isinstance(when, date) else when.on
    text = str(
        wording.text(
            "clock.day", month=wording.text(f"months.{day.month}"), day=day.day, year=day.year
        )
    )
    if isinstance(when, date) or when.instant is None:
        return text
    return str(
        wording.text(
            "clock.moment",
            day=text,
            time=_time(local(when.instant, when.zone), wording),
            zone=_zone(when.zone, wording),
        )
    )


def machine(when: date | Deadline) -> str:
    """What stands in `<time datetime>`: `2027-03-04`, or `2027-03-04T15:15-05:00`."""
    if isinstance(when, date):
        return when.isoformat()
    if when.instant is None:
        return when.on.isoformat()
    return local(when.instant, when.zone).isoformat(timespec="minutes")


def time_tag(when: date | Deadline, wording: Wording) -> Markup:
    """The `<time>` element that says it to people and to machines."""
    return Markup('<time datetime="{}">{}</time>').format(machine(when), words(when, wording))


def local(instant: datetime, zone: str) -> datetime:
    """The aware instant on the clocks of the IANA zone."""
    return instant.astimezone(ZoneInfo(zone))


def _time(at: datetime, wording: Wording) -> Markup:
    half = "am" if at.hour < 12 else "pm"
    return wording.text(f"clock.{half}", hour=at.hour % 12 or 12, minute=f"{at.minute:02}")


def _zone(zone: str, wording: Wording) -> Markup:
    if f"zones.{zone}" not in wording:
        raise ContextRefused(
            "zone", f"{zone} has no name in translations/{wording.language}/page.toml; add it."
        )
    return wording.text(f"zones.{zone}")

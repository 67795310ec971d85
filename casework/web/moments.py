"""Times and dates in the words of people: always with the zone, never "within 60 days" alone.

Values in, words out, in the language of the request. It knows no clock: `now` is an argument.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from flask_babel import get_locale, gettext, ngettext

DAY = timedelta(days=1)


def day(value: date, *, weekday: bool = False) -> str:
    """A calendar date in full: "March 4, 2026", with `weekday` "Wednesday, March 4, 2026"."""
    return format_date(value, format="full" if weekday else "long", locale=get_locale() or "en")


def clock(instant: datetime, zone: str) -> str:
    """The time of day where the zone is: "4:10 pm"."""
    locale = get_locale() or "en"
    words = format_time(instant.astimezone(ZoneInfo(zone)), format="short", locale=locale)
    return words.replace("\u202f", " ").replace("\xa0", " ").replace("AM", "am").replace("PM", "pm")


def zone_in_words(instant: datetime, zone: str) -> str:
    """The zone's name: "Eastern Time", "hora oriental"."""
    local = instant.astimezone(ZoneInfo(zone))
    locale = get_locale() or "en"
    return get_timezone_name(local, width="long", zone_variant="generic", locale=locale)


def moment(instant: datetime, zone: str) -> str:
    """An instant in full: "March 4, 2026, 4:10 pm Eastern Time"."""
    words = gettext(
        "%(day)s, %(clock)s %(zone)s",
        day=day(instant.astimezone(ZoneInfo(zone)).date()),
        clock=clock(instant, zone),
        zone=zone_in_words(instant, zone),
    )
    return str(words)


def near(instant: datetime, *, now: datetime, zone: str) -> str:
    """An instant as seen from `now`: "today 4:10 pm", "tomorrow 9:00 am", "March 4, 9:00 am"."""
    place = ZoneInfo(zone)
    there, here = instant.astimezone(place).date(), now.astimezone(place).date()
    words = {
        here: gettext("today %(clock)s", clock=clock(instant, zone)),
        here + DAY: gettext("tomorrow %(clock)s", clock=clock(instant, zone)),
        here - DAY: gettext("yesterday %(clock)s", clock=clock(instant, zone)),
    }
    pattern = gettext("MMM d") if there.year == here.year else gettext("MMM d, yyyy")
    plain = format_date(there, format=pattern, locale=get_locale() or "en")
    return str(words.get(there, f"{plain}, {clock(instant, zone)}"))


def time_left(due: datetime, *, now: datetime) -> str:
    """How long until `due`: "5 h 20 m left", "2 days 4 h left", "3 h 5 m late"."""
    left = due - now
    words = length(abs(left))
    if left > timedelta(0):
        return str(gettext("%(time)s left", time=words))
    return str(gettext("%(time)s late", time=words))


def length(span: timedelta) -> str:
    """How long a span is, none of it negative: "5 h 20 m", "2 days 4 h"."""
    minutes = int(span.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days >= 3 or (days and not hours):
        return str(ngettext("%(num)s day", "%(num)s days", days))
    if days:
        return f"{ngettext('%(num)s day', '%(num)s days', days)} {hours} h"
    if hours:
        return f"{hours} h {minutes} m" if minutes else f"{hours} h"
    return f"{minutes} m"

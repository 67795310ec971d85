"""Denials that do not survive: figures by group, ranked, each with the cases behind it and a file.

Who configures and sees no case gets the figures of the whole house and no list. It counts nothing
itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from casework.context import SYSTEM, Context
from casework.errors import NotFound
from casework.queries import overturns
from casework.queries.overturn_fates import ZONE, Asked
from casework.queries.overturns import WHICH, Cursor, Group
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.bar_chart import BarChart, bar_chart
from casework.web.staff.bar_chart import Group as Bars
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff
from casework.web.staff.csv_file import csv_file
from sla.calendars import local_day, zone

PAGE: Final = 50
IN_CHART: Final = 8
A_YEAR: Final = timedelta(days=364)
LINES: Final = {"medicaid": "Medicaid", "medicare": "Medicare", "marketplace": "Marketplace"}
BY: Final = {
    "reason": "Reason code",
    "criterion": "Criterion",
    "reviewers": "Who decided",
    "service": "Kind of service",
    "line": "Line of business",
}
COUNTED: Final = {
    "denials": "All denials",
    "appealed": "Appealed",
    "overturned": "Overturned",
    "partly": "Overturned in part",
    "upheld": "Upheld",
    "open": "Appealed and not decided yet",
}
VERDICTS: Final = {
    "": ("No decision yet", "neutral"),
    "overturned": ("Overturned", "late"),
    "terminated_by_reversal": ("Overturned by ourselves", "late"),
    "partially_overturned": ("Overturned in part", "soon"),
    "upheld": ("Upheld", "neutral"),
}
HEADS: Final = (
    "group",
    "denials",
    "appealed",
    "share_appealed",
    "overturned",
    "overturned_in_part",
    "upheld",
    "not_decided",
    "share_overturned",
    "share_overturned_low",
    "share_overturned_high",
    "days_mean",
    "days_median",
)


@dataclass(frozen=True)
class Sight:
    """What is looked at: the period and line, and by what it is grouped."""

    asked: Asked
    by: str

    def address(self, endpoint: str = "staff.overturns_page", **more: Any) -> str:
        """The address of the same sight."""
        asked = self.asked
        return url_for(
            endpoint,
            **{
                "since": asked.since.isoformat(),
                "until": asked.until.isoformat(),
                "line": asked.line or None,
                "by": self.by,
            }
            | more,
        )


@staff.get("/overturns")
@entry(*WATCHERS)
def overturns_page() -> str:
    """The figures of the period, and the groups by how little they survive."""
    with _figures() as cx:
        sight, faults = _sight(cx.now)
        whole = overturns.whole(cx, sight.asked)
        groups = overturns.grouped(cx, sight.asked, sight.by)
    return render_template(
        "staff/overturns.html",
        sight=sight,
        faults=faults,
        whole=whole,
        groups=[(each, group_words(sight.by, each.key)) for each in groups],
        chart=_chart(sight, groups),
        lists=bool(edge.principal().roles & CASEWORKERS),
        by=BY,
        lines=LINES,
        counted=COUNTED,
        which=WHICH,
        per_cent=per_cent,
    )


@staff.get("/overturns.csv")
@entry(*WATCHERS)
def overturns_file() -> Response:
    """The table of the page as a file."""
    with _figures() as cx:
        sight, _ = _sight(cx.now)
        groups = overturns.grouped(cx, sight.asked, sight.by)
    asked = sight.asked
    name = f"overturns-{sight.by}-{asked.since.isoformat()}-{asked.until.isoformat()}.csv"
    return csv_file(name, HEADS, (row_of(sight.by, each) for each in groups))


@staff.get("/overturns/cases")
@entry(*(WATCHERS & CASEWORKERS))
def overturned_cases() -> str:
    """The denials behind one number, within reach."""
    which = request.args.get("which", "denials")
    token = request.args.get("group", "")[:12]
    with edge.reading() as cx:
        sight, _ = _sight(cx.now)
        group = _group(cx, sight, token) if token else None
        found = overturns.fates(
            cx,
            sight.asked,
            by=sight.by if group is not None else "",
            key=group.key if group is not None else "",
            which=which if which in WHICH else "denials",
            after=_place(),
            limit=PAGE,
        )
        now = cx.now
    more = {"which": which, "group": token or None}
    following = found.next_after
    return render_template(
        "staff/overturned_cases.html",
        sight=sight,
        title=COUNTED.get(which, COUNTED["denials"]),
        group=group_words(sight.by, group.key) if group is not None else "",
        by=BY[sight.by],
        rows=found.rows,
        verdicts=VERDICTS,
        first=sight.address("staff.overturned_cases", **more) if _place() else "",
        after=sight.address("staff.overturned_cases", cursor=_cursor(following), **more)
        if following
        else "",
        now=now,
        zone=ZONE,
    )


def group_words(by: str, key: str) -> str:
    """A group as people read it."""
    if by == "line":
        return LINES.get(key, key)
    if by == "reviewers":
        return words.role(key).capitalize() if "_" in key or key in words.ROLES else key
    return key[:1].upper() + key[1:]


def row_of(by: str, group: Group) -> tuple[Any, ...]:
    """One row of the file, in the order of HEADS."""
    tally = group.tally
    return (
        group_words(by, group.key),
        tally.denials,
        tally.appealed,
        _figure(tally.of_denials.value),
        tally.overturned,
        tally.partly,
        tally.upheld,
        tally.open,
        _figure(tally.of_decided.value),
        _figure(tally.of_decided.low),
        _figure(tally.of_decided.high),
        _days(tally.days_mean),
        _days(tally.days_median),
    )


def per_cent(value: float | None) -> str:
    """A share in words; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.0f} %"


@contextmanager
def _figures() -> Iterator[Context]:
    """Where the figures are read: within reach, or of the whole house for who sees no case."""
    if edge.principal().roles & CASEWORKERS:
        with edge.reading() as cx:
            yield cx
        return
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as cx:
        yield cx


def _sight(now: datetime) -> tuple[Sight, tuple[str, ...]]:
    """What the address asks for; the last year where it asks nothing or cannot be read."""
    today = local_day(now, zone(ZONE))
    faults: list[str] = []
    until = _day("until", today, faults)
    since = _day("since", until - A_YEAR, faults)
    if since > until:
        faults.append("The first day is after the last: the year before it is shown.")
        since = until - A_YEAR
    line, by = request.args.get("line", ""), request.args.get("by", "")
    asked = Asked(since=since, until=until, line=line if line in LINES else "")
    return Sight(asked, by if by in BY else "reason"), tuple(faults)


def _day(name: str, otherwise: date, faults: list[str]) -> date:
    typed = request.args.get(name, "").strip()
    if not typed:
        return otherwise
    try:
        day = date.fromisoformat(typed[:10])
    except ValueError:
        faults.append(f"“{typed[:20]}” is no day: write it as 2027-03-01.")
        return otherwise
    return day if 2000 <= day.year < 2200 else otherwise


def _group(cx: Context, sight: Sight, token: str) -> Group:
    for each in overturns.grouped(cx, sight.asked, sight.by):
        if each.token == token:
            return each
    raise NotFound("There is no such group in these days.")


def _chart(sight: Sight, groups: tuple[Group, ...]) -> BarChart | None:
    """The groups with decided appeals, in the order of the table."""
    shown = [each for each in groups if each.tally.decided][:IN_CHART]
    if not shown:
        return None
    worst = shown[0]
    tally = worst.tally
    return bar_chart(
        f"Decided appeals, by {BY[sight.by].lower()}",
        ("Overturned, whole or in part", "Upheld"),
        [
            Bars(_short(group_words(sight.by, each.key)), "", (each.tally.fell, each.tally.upheld))
            for each in shown
        ],
        summary=f"First: {group_words(sight.by, worst.key)}, {tally.fell} of {tally.decided}.",
    )


def _short(said: str) -> str:
    return said if len(said) <= 14 else f"{said[:13]}…"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _days(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _cursor(after: Cursor) -> str:
    return f"{after[0].isoformat()}_{after[1]}"


def _place() -> Cursor | None:
    """The cursor of the address; None where it is missing or no cursor of ours."""
    at, _, number = request.args.get("cursor", "")[:60].replace(" ", "+").rpartition("_")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    right = instant.tzinfo is not None and number.isdecimal() and len(number) < 16
    return (instant, int(number)) if right else None

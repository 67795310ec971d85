"""The supervisor's figures by any slice: tiles, a chart, its table, a file, and the cases behind
each number. It counts nothing itself."""

from calendar import month_name
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from casework.queries import work_figures
from casework.queries.work_counted import DECIDED, MOST_MONTHS, RECEIVED, SLICES, ZONE, Months
from casework.queries.work_figures import WHICH, Cursor, Figures, Group
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.bar_chart import BarChart, bar_chart
from casework.web.staff.bar_chart import Group as Bars
from casework.web.staff.blueprint import staff
from casework.web.staff.csv_file import csv_file
from casework.web.staff.staffing import LEADS
from sla.calendars import local_day, zone

PAGE: Final = 50
IN_CHART: Final = 8
BACK: Final = 3  # months that are shown where the address asks for none
BY: Final = {
    "month": "Month",
    "line": "Line of business",
    "contract": "Contract",
    "state": "State",
    "kind": "Kind of case",
    "service": "Kind of service",
    "reviewer": "Reviewer",
    "team": "Team",
    "provider": "Provider",
}
KINDS: Final = {"": "All kinds"} | words.KINDS
COUNTED: Final = {
    "came": "All cases",
    "decided": "Decided",
    "in_time": "Decided and told in time",
    "late": "Late",
    "approved": "Approved, or overturned on appeal",
    "partly": "Approved or overturned in part",
    "denied": "Denied, or upheld on appeal",
    "adverse": "Denied, whole or in part",
    "appealed": "Denied and appealed",
    "fell": "Denied and overturned on appeal",
    "fast_asked": "Fast track asked for",
    "fast_granted": "Fast track granted",
    "fast_refused": "Fast track refused",
    "fast_misused": "Asked for without a reason, and not urgent",
}
# What the chart shows: its title and, for each series, the number and its word.
SHOWN: Final[dict[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "volume": ("Volume", (("came", "Cases"), ("decided", "Decided"))),
    "timeliness": ("Timeliness", (("in_time", "In time"), ("late", "Late"))),
    "turnaround": (
        "Turnaround, hours",
        (("days_mean", "Mean hours"), ("days_median", "Median hours")),
    ),
    "approval": (
        "Approval",
        (("approved", "Approved"), ("partly", "In part"), ("denied", "Denied")),
    ),
    "overturn": ("Overturned denials", (("appealed", "Appealed"), ("fell", "Overturned"))),
    "fast": (
        "Fast track",
        (("fast_asked", "Asked"), ("fast_granted", "Granted"), ("fast_misused", "Misused")),
    ),
}
HEADS: Final = ("group", *WHICH, "days_mean", "days_median")


@dataclass(frozen=True)
class Sight:
    """What is looked at: the months, the slice, and what the chart shows."""

    asked: Months
    by: str
    show: str

    @property
    def since(self) -> str:
        """The first month, as the form has it."""
        return f"{self.asked.since:%Y-%m}"

    @property
    def until(self) -> str:
        """The last month, as the form has it."""
        return f"{_add(self.asked.until, -1):%Y-%m}"

    def address(self, endpoint: str = "staff.figures_page", **more: Any) -> str:
        """The address of the same sight."""
        return url_for(
            endpoint,
            **{
                "since": self.since,
                "until": self.until,
                "counted": self.asked.counted_by,
                "kind": self.asked.kind or "all",
                "line": self.asked.line or None,
                "by": self.by,
                "show": self.show,
            }
            | more,
        )


@staff.get("/figures")
@entry(*LEADS)
def figures_page() -> str:
    """The figures of the months in all, and by the slice."""
    with edge.reading() as cx:
        sight, faults = _sight(cx.now)
        whole, groups = work_figures.sliced(cx, sight.asked, sight.by)
    named = [(each, group_words(sight.by, each.key)) for each in groups]
    return render_template(
        "staff/figures.html",
        sight=sight,
        faults=faults,
        whole=whole,
        groups=named,
        chart=_chart(sight, named),
        by=BY,
        kinds=KINDS,
        lines=words.LINES,
        shown=SHOWN,
        counted=COUNTED,
        per_cent=per_cent,
        most=work_figures.MOST_GROUPS,
    )


@staff.get("/figures.csv")
@entry(*LEADS)
def figures_file() -> Response:
    """The table as a file."""
    with edge.reading() as cx:
        sight, _ = _sight(cx.now)
        _, groups = work_figures.sliced(cx, sight.asked, sight.by)
    name = f"figures-{sight.by}-{sight.since}-{sight.until}.csv"
    return csv_file(name, HEADS, (_row(sight.by, each) for each in groups))


@staff.get("/figures/cases")
@entry(*LEADS)
def figures_cases() -> str:
    """The cases behind one number."""
    which = request.args.get("which", "came")
    which = which if which in WHICH else "came"
    typed = request.args.get("group")
    key = typed if typed is None else typed.replace("\0", "")[:120]
    with edge.reading() as cx:
        sight, _ = _sight(cx.now)
        found = work_figures.cases(
            cx,
            sight.asked,
            which=which,
            by=sight.by if key is not None else "",
            key=key or "",
            after=_place(),
            limit=PAGE,
        )
    more = {"which": which, "group": key}
    following = found.next_after
    return render_template(
        "staff/figures_cases.html",
        sight=sight,
        title=COUNTED[which],
        group=group_words(sight.by, key) if key is not None else "",
        by=BY[sight.by],
        rows=found.rows,
        kinds=KINDS,
        lines=words.LINES,
        first=sight.address("staff.figures_cases", **more) if _place() else "",
        after=sight.address("staff.figures_cases", cursor=_cursor(following), **more)
        if following
        else "",
        words=words,
        now=edge.cx().now,
        zone=ZONE,
    )


def group_words(by: str, key: str) -> str:
    """A group as people read it."""
    if by == "line":
        return words.LINES.get(key, key)
    if by == "kind":
        return words.kind(key)
    if by == "month" and len(key) == 7:
        return f"{month_name[int(key[5:])]} {key[:4]}"
    return key


def per_cent(value: float | None) -> str:
    """A share in words; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.0f} %"


def _sight(now: datetime) -> tuple[Sight, tuple[str, ...]]:
    """What the address asks for; the last three months where it asks nothing."""
    args, faults = request.args, list[str]()
    this = local_day(now, zone(ZONE)).replace(day=1)
    last = _month("until", this, faults)
    first = _month("since", _add(last, 1 - BACK), faults)
    if first > last:
        faults.append("The first month is after the last: that one month is shown.")
        first = last
    if _add(first, MOST_MONTHS) <= last:
        faults.append(f"At most {MOST_MONTHS} months at once: the last of them are shown.")
        first = _add(last, 1 - MOST_MONTHS)
    kind = args.get("kind", "prior_auth")
    by, show = args.get("by", ""), args.get("show", "")
    asked = Months(
        since=first,
        until=_add(last, 1),
        counted_by=DECIDED if args.get("counted") == DECIDED else RECEIVED,
        kind="" if kind == "all" else kind if kind in words.KINDS else "prior_auth",
        line=args["line"] if args.get("line") in words.LINES else "",
    )
    by = by if by in SLICES else "month"
    return Sight(asked, by, show if show in SHOWN else "volume"), tuple(faults)


def _month(name: str, otherwise: date, faults: list[str]) -> date:
    typed = request.args.get(name, "").strip()
    if not typed:
        return otherwise
    try:
        month = date.fromisoformat(f"{typed[:7]}-01")
    except ValueError:
        faults.append(f"“{typed[:20]}” is no month: write it as 2027-03.")
        return otherwise
    return month if 2000 <= month.year < 2200 else otherwise


def _add(month: date, months: int) -> date:
    """The first day so many months later."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _chart(sight: Sight, named: list[tuple[Group, str]]) -> BarChart | None:
    title, series = SHOWN[sight.show]
    shown = named[-12:] if sight.by == "month" else named[:IN_CHART]
    bars = [
        Bars(
            _short(said),
            "",
            tuple(_height(each.figures, name) for name, _ in series),
        )
        for each, said in shown
    ]
    if not any(any(bar.values) for bar in bars):
        return None
    return bar_chart(
        f"{title} by {BY[sight.by].lower()}",
        tuple(word for _, word in series),
        bars,
        summary=f"{len(bars)} groups; the table below has every number.",
    )


def _height(figures: Figures, name: str) -> int:
    value = getattr(figures, name)
    return round(24 * (value or 0)) if name.startswith("days") else int(value)


def _short(said: str) -> str:
    return said if len(said) <= 14 else f"{said[:13]}…"


def _row(by: str, group: Group) -> tuple[Any, ...]:
    figures = group.figures
    days = (figures.days_mean, figures.days_median)
    return (
        group_words(by, group.key),
        *(getattr(figures, name) for name in WHICH),
        *("" if value is None else f"{value:.2f}" for value in days),
    )


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

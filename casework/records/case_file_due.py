"""By when a case file is due, with the arithmetic; and the grounds for withholding: read as data.

The rules stand in case_file_rules.toml; every rule that fits gives an instant, the earliest counts.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import Clock, ExternalReview
from sla.calendars import end_of_day, local_day, zone

_FILE: Final = Path(__file__).with_suffix("").with_name("case_file_rules.toml")
_HALF: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One rule's instant (aware, UTC, ISO 8601) in a sentence with its citation; `counts`: it is
    the earliest."""

    at: str
    text: str
    citation: str
    tag: str
    counts: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they are stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Due:
    """The due instant and every line of the arithmetic, earliest first."""

    at: datetime
    lines: tuple[Line, ...]

    @property
    def citation(self) -> str:
        """The law of the earliest."""
        return self.lines[0].citation


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Any]:
    """The whole file of rules: `rule`, `extension`, `grounds`, `refusals`."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def grounds() -> Mapping[str, Mapping[str, Any]]:
    """Why a part may be withheld, by code."""
    found: Mapping[str, Mapping[str, Any]] = rules()["grounds"]
    return found


def refusals() -> Mapping[str, Mapping[str, Any]]:
    """Why a whole file may be refused, by code."""
    found: Mapping[str, Mapping[str, Any]] = rules()["refusals"]
    return found


def due(cx: Context, case: Any, *, asked_at: datetime) -> Due:
    """By when a file that was asked for at `asked_at` is owed on this case, as it stands now."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    ends = _ends(cx, case)
    lines: list[Line] = []
    for rule in rules()["rule"]:
        if not _fits(rule, case.kind, contract.line):
            continue
        if "before" in rule:
            end = ends.get(rule["before"])
            if end is not None and end > asked_at:
                lines.append(_in_advance(rule, asked_at, end))
        else:
            lines.append(_days(rule, asked_at, contract.time_zone))
    ordered = sorted(lines, key=lambda line: line.at)
    first, *rest = ordered
    counted = Line(first.at, first.text, first.citation, first.tag, counts=True)
    return Due(datetime.fromisoformat(first.at), (counted, *rest))


def extended(cx: Context, case: Any, *, asked_at: datetime) -> Due:
    """The same with the one extension of the access rule; an open appeal still counts."""
    plain = due(cx, case, asked_at=asked_at)
    more = rules()["extension"]
    where = zone(bridge.contract_of(cx, case.contract_version_id).time_zone)
    lines = []
    for line in plain.lines:
        if line.citation.startswith("45 CFR 164.524"):
            last = end_of_day(
                local_day(datetime.fromisoformat(line.at), where) + timedelta(days=more["days"]),
                where,
            )
            text = f"{line.text} It was extended once by {more['days']} days."
            line = Line(last.isoformat(), text, more["cite"], more["tag"])
        lines.append(Line(line.at, line.text, line.citation, line.tag))
    first, *rest = sorted(lines, key=lambda line: line.at)
    counted = Line(first.at, first.text, first.citation, first.tag, counts=True)
    return Due(datetime.fromisoformat(first.at), (counted, *rest))


def _fits(rule: Mapping[str, Any], kind: str, line: str) -> bool:
    return kind in rule.get("kinds", (kind,)) and line in rule.get("lines", (line,))


def _in_advance(rule: Mapping[str, Any], asked_at: datetime, end: datetime) -> Line:
    lead = timedelta(days=rule["lead_days"])
    if end - asked_at >= _HALF * lead:
        at, how = end - lead, f"{rule['lead_days']} days before it, by our practice"
    else:
        at, how = asked_at + (end - asked_at) / _HALF, "the middle of the time that was left"
    what = "the hearing" if rule["before"] == "hearing" else "the decision"
    text = f"The file is due {rule['says']}: {how} ({what} is due {end:%Y-%m-%d %H:%M} UTC)."
    return Line(at.isoformat(), text, rule["cite"], rule["tag"])


def _days(rule: Mapping[str, Any], asked_at: datetime, time_zone: str) -> Line:
    where = zone(time_zone)
    last = end_of_day(local_day(asked_at, where) + timedelta(days=rule["days"]), where)
    text = f"The file is due {rule['says']}."
    return Line(last.isoformat(), text, rule["cite"], rule["tag"])


def _ends(cx: Context, case: Any) -> dict[str, datetime]:
    """The open ends that a rule may count back from."""
    found = {
        row.name: row.due_at
        for row in cx.db.execute(
            select(Clock.name, Clock.due_at).where(
                Clock.case_id == case.id, Clock.state == "open", Clock.satisfied_at.is_(None)
            )
        )
    }
    if case.kind == "external_review":
        hearing = cx.db.execute(
            select(ExternalReview.hearing_at).where(ExternalReview.case_id == case.id)
        ).scalar()
        if hearing is not None:
            found["hearing"] = hearing
    return found

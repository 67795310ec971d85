"""The service lines of a request as rows, and rulings that start from what was asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.errors import Invalid
from casework.models import RequestLine
from casework.records.determinations import LineRuling


def asked(cx: Context, case_id: int) -> dict[int, Any]:
    """The lines of this request by number."""
    rows = cx.db.execute(
        select(
            RequestLine.number,
            RequestLine.code,
            RequestLine.units,
            RequestLine.from_date,
            RequestLine.to_date,
            RequestLine.place,
            RequestLine.servicing,
            RequestLine.label,
        )
        .where(RequestLine.case_id == case_id)
        .order_by(RequestLine.number)
    )
    return {row.number: row for row in rows}


def completed(
    rulings: Sequence[LineRuling], lines: dict[int, Any], *, servicing: dict[str, str]
) -> tuple[LineRuling, ...]:
    """The rulings with what they leave open filled from what was asked, one for every line.

    Raises Invalid when a line has no ruling, or a ruling no line. A line approved for less than
    asked (units, code or a shorter window) is `approved_other`, whatever the form says.
    """
    ruled = {ruling.number: ruling for ruling in rulings}
    without = sorted(set(lines) - set(ruled))
    unknown = sorted(set(ruled) - set(lines))
    if without or unknown:
        raise Invalid(
            "Every line needs its own decision.",
            fields={f"lines/{n}": "Decide this line." for n in without}
            | {f"lines/{n}": "The request has no such line." for n in unknown},
        )
    return tuple(_filled(ruled[number], lines[number], servicing) for number in sorted(lines))


def outcome_of(rulings: Sequence[LineRuling]) -> str:
    """What the request comes to when its lines are decided so (as `completed` gives them):
    approved, denied, or partial, which is everything between."""
    results = {ruling.result for ruling in rulings}
    if results == {"approved"}:
        return "approved"
    return "denied" if results == {"denied"} else "partial"


def _filled(ruling: LineRuling, line: Any, servicing: dict[str, str]) -> LineRuling:
    if ruling.result == "denied":
        return replace(ruling, code=ruling.code or line.code)
    who = line.servicing or servicing
    filled = replace(
        ruling,
        code=ruling.code or line.code,
        units=line.units if ruling.units is None else ruling.units,
        starts_on=ruling.starts_on or line.from_date,
        ends_on=ruling.ends_on or line.to_date,
        place=ruling.place or line.place,
        servicing_name=ruling.servicing_name or who.get("name", ""),
        servicing_npi=ruling.servicing_npi or who.get("npi", ""),
    )
    return replace(filled, result="approved_other" if _less(filled, line) else "approved")


def _less(ruling: LineRuling, line: Any) -> bool:
    fewer = line.units is not None and ruling.units is not None and ruling.units < line.units
    shorter = bool(
        (line.from_date and ruling.starts_on and ruling.starts_on > line.from_date)
        or (line.to_date and ruling.ends_on and ruling.ends_on < line.to_date)
    )
    return fewer or shorter or ruling.code != line.code

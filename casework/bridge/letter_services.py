"""The services of a letter: the lines of the request, and what the latest decision made of them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.models import (
    Authorization,
    Determination,
    LineDecision,
    PriorAuth,
    RequestLine,
)
from letters.context import ServiceLine

# Place of service codes (CMS), in our own words.
PLACES: Final = {
    "02": "Telehealth, not at home",
    "10": "Telehealth at home",
    "11": "Office",
    "12": "Home",
    "20": "Urgent care",
    "21": "Hospital, inpatient",
    "22": "Hospital, outpatient",
    "23": "Emergency room",
    "24": "Surgery center",
    "31": "Skilled nursing facility",
    "32": "Nursing facility",
    "49": "Clinic",
    "62": "Rehabilitation facility",
    "65": "Kidney treatment facility",
    "81": "Laboratory",
}
# Denial codes of the plan and their meaning; 45 CFR 147.136(b)(3)(ii)(E)(3) asks for both.
DENIAL_CODES: Final = {
    "D-10": "the medical need was not shown",
    "D-11": "the service is experimental or not proven for this use",
    "D-20": "not covered by us on the date of service",
    "D-21": "the benefit is used up",
    "D-22": "the plan does not cover this service",
    "D-30": "we did not decide in time",
}
CODE_OF_GROUND: Final = {
    "clinical": "D-10",
    "not_eligible_on_date": "D-20",
    "benefit_exhausted": "D-21",
    "not_covered": "D-22",
    "deemed": "D-30",
}
_UNITS: Final = {
    "VS": ("visit", "visits"),
    "DY": ("day", "days"),
    "DA": ("day", "days"),
    "HS": ("hour", "hours"),
    "MN": ("minute", "minutes"),
    "MO": ("month", "months"),
    "WK": ("week", "weeks"),
}


def determination_of(cx: Context, case_id: int, *, until: int | None = None) -> Any:
    """The latest determination on this case made by an event not after `until`, or None."""
    statement = select(Determination).where(Determination.case_id == case_id)
    if until is not None:
        statement = statement.where(Determination.event_seq <= until)
    return cx.db.execute(
        statement.order_by(Determination.version.desc()).limit(1)
    ).scalar_one_or_none()


def authorization_of(cx: Context, *, case_id: int, effectuates: int | None = None) -> str:
    """The newest authorization number that this case gave, or that carried out `effectuates`."""
    statement = select(Authorization.number).order_by(Authorization.id.desc()).limit(1)
    if effectuates is not None:
        return (
            cx.db.execute(
                statement.where(Authorization.effectuates_case_id == effectuates)
            ).scalar()
            or ""
        )
    return cx.db.execute(statement.where(Authorization.case_id == case_id)).scalar() or ""


def services_of(
    cx: Context, request_id: int, key: bytes, *, determination: Any
) -> tuple[ServiceLine, ...]:
    """The lines of a request with their results; less than asked shows as two lines."""
    asked = cx.db.execute(
        select(RequestLine).where(RequestLine.case_id == request_id).order_by(RequestLine.number)
    ).scalars()
    ruled: Mapping[int, Any] = {}
    if determination is not None:
        rows = cx.db.execute(
            select(LineDecision).where(LineDecision.determination_id == determination.id)
        ).scalars()
        ruled = {row.number: row for row in rows}
    lines: list[ServiceLine] = []
    for line in asked:
        lines += _lines(line, ruled.get(line.number), key, ground=_ground(determination))
    names = _names(cx, request_id)
    return tuple(replace(line, provider=names.get(line.provider, line.provider)) for line in lines)


def _names(cx: Context, request_id: int) -> dict[str, str]:
    """The names of the request's providers by NPI: people read a name, not a number."""
    row = cx.db.execute(
        select(PriorAuth.requester, PriorAuth.servicing, PriorAuth.facility).where(
            PriorAuth.case_id == request_id
        )
    ).one_or_none()
    known = (row.requester, row.servicing, row.facility) if row else ()
    return {who["npi"]: who["name"] for who in known if who.get("npi") and who.get("name")}


def units_in_words(units: Decimal | None, unit: str) -> str:
    """`24 visits`, `1 unit`; `as needed` where the request does not say."""
    if units is None:
        return "as needed"
    one, many = _UNITS.get(unit, ("unit", "units"))
    amount = f"{units.normalize():f}"
    return f"{amount} {one if units == 1 else many}"


def _ground(determination: Any) -> str:
    return determination.ground if determination is not None else ""


def _lines(line: Any, ruling: Any, key: bytes, *, ground: str) -> list[ServiceLine]:
    if ruling is None:
        return [_service(line, result="requested")]
    if ruling.result == "approved":
        return [_approved(line, ruling)]
    denied = _denied(line, ruling, key, ground=ground)
    if ruling.result == "denied":
        return [denied]
    return [_approved(line, ruling), denied]


def _approved(line: Any, ruling: Any) -> ServiceLine:
    return _service(
        line,
        result="approved",
        code=ruling.code,
        units=units_in_words(ruling.units, line.unit),
        starts=ruling.starts_on,
        ends=ruling.ends_on,
        provider=ruling.servicing_name or ruling.servicing_npi,
        place=PLACES.get(ruling.place, ruling.place),
    )


def _denied(line: Any, ruling: Any, key: bytes, *, ground: str) -> ServiceLine:
    code = ruling.reason_code or CODE_OF_GROUND.get(ground, "D-10")
    rest = line.units
    if ruling.result == "approved_other" and line.units is not None and ruling.units is not None:
        rest = line.units - ruling.units if ruling.units < line.units else line.units
    return _service(
        line,
        result="denied",
        units=units_in_words(rest, line.unit),
        reason=seal.unseal_text(key, ruling.reason_ct, f"determination:{ruling.case_id}"),
        reason_code=code,
        reason_code_meaning=DENIAL_CODES.get(code, ""),
        criterion=ruling.criterion,
    )


def _service(line: Any, *, result: str, **over: Any) -> ServiceLine:
    who = line.servicing or {}
    values: dict[str, Any] = {
        "number": line.number,
        "code": line.code,
        "label": line.label or f"service {line.code}",
        "units": units_in_words(line.units, line.unit),
        "starts": line.from_date,
        "ends": line.to_date,
        "provider": who.get("name", "") or who.get("npi", ""),
        "place": PLACES.get(line.place, line.place),
        "result": result,
    }
    return ServiceLine(**values | over)

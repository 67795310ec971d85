"""How a request begins: empty, from the questions before it, or from an earlier request.

What the plan knows of the office and what was typed before is filled in. Nothing is stored.
"""

from collections.abc import Mapping
from typing import Final

from casework import observations
from casework.context import Context
from casework.queries import case_file
from casework.queries.office_people import Office
from casework.web import edge
from casework.web.provider import typed as form
from casework.web.provider.asking import Asked
from casework.web.provider.saying import clean
from casework.web.provider.typed import OTHER, Typed, TypedLine

_CARRIED: Final = ("member_id", "birth_date")


def blank(office: Office, *, name: str) -> Typed:
    """The form with the office's own facts; with one physician he is chosen."""
    only = office.doctors[0].npi if len(office.doctors) == 1 else ""
    return Typed(
        form_id=form.new_form_id(),
        orderer=only,
        contact_name=name,
        contact_phone=office.phone,
    )


def from_form(cx: Context, sent: Mapping[str, str], office: Office) -> Typed:
    """The beginning that this form asks for: after the questions, or like an earlier request.

    Raises NotFound for an earlier request that is not within reach.
    """
    start = blank(office, name=cx.principal.name)
    if sent.get("like", ""):
        return _like(cx, sent["like"], start, office)
    asked = Asked(
        codes=clean(sent.get("codes", ""), most=400), date=clean(sent.get("date", ""), most=20)
    )
    lines = tuple(
        TypedLine(code=code[:20], first=asked.date) for code in asked.wanted[: form.MOST_LINES]
    )
    carried = {name: clean(sent.get(name, ""), most=20) for name in _CARRIED}
    return _with(start, carried, lines or (TypedLine(first=asked.date),))


def _with(start: Typed, carried: Mapping[str, str], lines: tuple[TypedLine, ...]) -> Typed:
    return Typed(
        form_id=start.form_id,
        orderer=start.orderer,
        contact_name=start.contact_name,
        contact_phone=start.contact_phone,
        member_id=carried["member_id"],
        birth_date=carried["birth_date"],
        lines=lines,
    )


def _like(cx: Context, ref: str, start: Typed, office: Office) -> Typed:
    """The same member, services and diagnoses; days, urgency and papers are new each time."""
    file = case_file.case_file(cx, ref)
    observations.look(edge.cx(), case_id=file.case.id, member_id=file.member.id, what="case")
    detail = file.detail if file.case.kind == "prior_auth" else None
    ordered = (detail.requester if detail else {}).get("npi", "")
    known = {office.npi, *(doctor.npi for doctor in office.doctors)}
    return Typed(
        form_id=start.form_id,
        contact_name=start.contact_name,
        contact_phone=start.contact_phone,
        member_id=file.member.number,
        birth_date=file.member.birth_date.isoformat(),
        service=file.case.service,
        orderer=ordered if ordered in known else OTHER if ordered else start.orderer,
        orderer_npi="" if ordered in known else ordered,
        servicing_npi=(detail.servicing if detail else {}).get("npi", ""),
        facility_npi=(detail.facility if detail else {}).get("npi", ""),
        place=next((line.place for line in file.lines if line.place), ""),
        diagnoses=tuple(row.code for row in file.diagnoses) or ("",),
        lines=tuple(
            TypedLine(
                code=line.code,
                units=format(line.units.normalize(), "f") if line.units is not None else "",
                unit=line.unit,
                modifiers=" ".join(line.modifiers),
            )
            for line in file.lines
        )
        or (TypedLine(),),
    )

"""Who speaks for a case's member: each form with the paper behind it; recording one that came on
paper, ending one; and the household by which a parent sees a child.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import now as clock
from casework import observations, policy
from casework.context import Context
from casework.errors import Invalid
from casework.queries import case_file, my_helpers, standing_needs
from casework.records.speaking import APPOINTMENT, BASES, LONGEST_DAYS
from casework.services import forms_on_paper
from casework.web import edge
from casework.web.access import entry
from casework.web.member.uploads import LARGEST_BODY
from casework.web.public.register import whence
from casework.web.requests import larger
from casework.web.staff import case_page, form_reading, reading_room
from casework.web.staff.blueprint import CASEWORKERS, staff
from letters import coversheet

_TEXTS: Final = (
    *("name", "relation", "basis", "lines", "email", "phone", "about", "does", "letters"),
    *("private", "number"),
)
_PARTS: Final = ("year", "month", "day")


@staff.get("/cases/<ref>/speakers")
@entry(*CASEWORKERS)
def speakers(ref: str) -> Any:
    """Who speaks for this member."""
    return _page(ref)


@staff.post("/cases/<ref>/speakers")
@entry(*CASEWORKERS)
@larger(LARGEST_BODY)
def record_form(ref: str) -> Any:
    """Put a form that came on paper on file."""
    number = case_page.case_number(ref)
    typed = _typed()
    try:
        form = _form(typed)
        done = forms_on_paper.record_form(
            edge.cx(), _member_of(number), form, whence=whence(), wall=clock.wall()
        )
    except Invalid as refused:
        return _page(number, typed=typed, errors=refused.fields or {"name": refused.sentence})
    told = f" It was what {', '.join(done.told)} waited for." if done.told else ""
    flash(f"The form is on file.{told} The member is told.", "success")
    return redirect(url_for("staff.speakers", ref=number))


@staff.post("/cases/<ref>/speakers/<int:number>/end")
@entry(*CASEWORKERS)
def end_form(ref: str, number: int) -> Any:
    """End a form, with the reason."""
    here = case_page.case_number(ref)
    _member_of(here)
    why = edge.form("why", limit=200)
    try:
        forms_on_paper.end_form(edge.cx(), number, why=why, whence=whence(), wall=clock.wall())
    except Invalid as refused:
        return _page(here, errors={f"why-{number}": refused.fields["why"]})
    flash("The form has ended. Its holder sees and gets nothing more; both are told.", "success")
    return redirect(url_for("staff.speakers", ref=here))


@staff.get("/cases/<ref>/speakers/<int:number>/paper")
@entry(*CASEWORKERS)
def form_paper(ref: str, number: int) -> Response:
    """The paper behind a form."""
    member_id = _member_of(case_page.case_number(ref))
    with edge.reading() as cx:
        found = my_helpers.paper_of(cx, member_id, reading_room.known(number))
    observations.look(edge.cx(), member_id=member_id, what=f"form:{number}")
    return reading_room.as_bytes(found.sha256, f"form-{number}", found.media_type)


@staff.post("/cases/<ref>/household")
@entry(*CASEWORKERS)
def set_household(ref: str) -> Any:
    """The subscriber's number of the member's coverage."""
    number = case_page.case_number(ref)
    try:
        changed = forms_on_paper.set_household(
            edge.cx(), _member_of(number), edge.form("household", limit=40)
        )
    except Invalid as refused:
        return _page(number, errors=refused.fields)
    flash("Written down." if changed else "Nothing was changed.", "success" if changed else "info")
    return redirect(url_for("staff.speakers", ref=number))


def _page(
    ref: str, *, typed: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> Any:
    number = case_page.case_number(ref)
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        found = standing_needs.needs_of(cx, case.member_id)
        known = my_helpers.speakers_of(cx, case.member_id)
        waiting = my_helpers.waiting(cx, case.member_id)
        household = my_helpers.household_of(cx, case.member_id)
        printed = _printed(cx, case.member_id)
        may = {act: _may(act) for act in ("record_form", "end_form", "set_household")}
        now = cx.now
    case_page.see(case, "speakers")
    told = render_template(
        "staff/speakers.html",
        case=case,
        needs=found,
        known=known,
        waiting=waiting,
        household=household,
        may=may,
        bases=BASES,
        appointment=APPOINTMENT,
        longest=LONGEST_DAYS,
        typed={"basis": APPOINTMENT, "letters": "yes", "private": "yes", "does": "act"}
        | printed
        | dict(typed or {}),
        errors=errors or {},
        soon=now.date() + timedelta(days=30),
        today=now.date(),
        now=now,
        zone="America/New_York",
    )
    return (told, 422) if errors else told


def _printed(cx: Context, member_id: int) -> dict[str, Any]:
    """What the member wrote on the printed form that the address names: nobody types it anew."""
    found = my_helpers.member_of_form(cx, coversheet.typed(request.args.get("form", "")))
    if found is None or found.row.member_id != member_id:
        return {}
    row = found.row
    parts = dict(zip(_PARTS, row.ends_on.isoformat().split("-"), strict=True))
    return {
        "name": row.name,
        "relation": row.relation,
        "lines": "\n".join(row.address),
        "phone": row.phone,
        "email": row.email,
        "about": found.about,
        "does": "look" if row.looks_only else "act",
        "letters": "yes" if row.gets_letters else "",
        "private": "yes" if row.sees_private else "",
        "number": coversheet.in_groups(row.number),
        "ends": parts,
    }


def _may(act: str) -> bool:
    return policy.refusal(edge.principal(), "", act) is None


def _member_of(number: str) -> int:
    with edge.reading() as cx:
        return int(case_file.case_by_ref(cx, number).member_id)


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: edge.form(name, limit=400) for name in _TEXTS}
    for day in ("signed", "ends"):
        typed[day] = {part: edge.form(f"{day}-{part}", limit=4) for part in _PARTS}
    return typed


def _form(typed: Mapping[str, Any]) -> forms_on_paper.PaperForm:
    faults: dict[str, str] = {}
    signed = _day(typed["signed"], "signed", faults, wanted=True)
    ends = _day(typed["ends"], "ends", faults, wanted=False)
    if faults or signed is None:
        raise Invalid("The form cannot be recorded yet.", fields=faults)
    return forms_on_paper.PaperForm(
        name=typed["name"],
        relation=typed["relation"],
        basis=typed["basis"],
        signed_on=signed,
        ends_on=ends,
        lines=tuple(typed["lines"].splitlines()),
        email=typed["email"],
        phone=typed["phone"],
        about=typed["about"],
        looks_only=typed["does"] == "look",
        gets_letters=typed["letters"] == "yes",
        sees_private=typed["private"] == "yes",
        number=typed["number"],
        papers=form_reading.papers(request.files.getlist("papers")),
    )


def _day(
    parts: Mapping[str, str], name: str, faults: dict[str, str], *, wanted: bool
) -> date | None:
    if not any(parts.values()) and not wanted:
        return None
    try:
        return date(*(int(parts[part]) for part in _PARTS))
    except ValueError:
        faults[name] = "Write the day in numbers, such as 3 14 2027."
        return None

"""Where the day of an office begins: what waits for it, what runs, what was decided; the search.

Names and numbers of members are searched by POST, so that none stands in an address.
"""

from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from casework import observations
from casework.queries import announcements, claims, office_desk, office_people
from casework.queries.office_desk import ENDED, GROUPS, RUNNING, YOURS
from casework.queries.office_rows import OfficeRow
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import words
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.cases import number_of
from casework.web.provider.judging_services import Errors, day_of
from casework.web.provider.saying import clean

FIRST: Final = 10
MORE: Final = 50


@provider.get("/")
@entry(*OFFICE)
def home() -> str:
    """The three groups; or, with `group`, a page of one of them."""
    only = request.args.get("group", "")
    before = number_of(request.args.get("before", ""))
    with edge.reading() as cx:
        office = office_people.office_of(cx)
        shown = (only,) if only in GROUPS else GROUPS
        alone = len(shown) == 1
        groups = office_desk.groups(
            cx, shown, before=before if alone else None, limit=MORE if alone else FIRST
        )
        today = edge.cx().now.astimezone(ZoneInfo(office.zone)).date()
        ending = () if alone else office_desk.ending_soon(cx, today=today)
        told_to_all = () if alone else announcements.to_see(cx)
    return render_template(
        "provider/home.html",
        now=edge.cx().now,
        office=office,
        groups=groups,
        ending=ending,
        told_to_all=told_to_all,
        alone=alone,
        further=before is not None,
        words=words,
        groups_named={"yours": YOURS, "running": RUNNING, "ended": ENDED},
    )


@provider.get("/search")
@entry(*OFFICE)
def search_page() -> str:
    """The two searches."""
    return _search({}, {})


@provider.post("/search/number")
@entry(*OFFICE)
def search_number() -> Any:
    """To the case with this number: of a request, an appeal, an authorization, an escalation."""
    typed = {"number": clean(request.form.get("number", ""), most=30)}
    with edge.reading() as cx:
        found = office_desk.case_numbered(cx, typed["number"])
        claim = None if found else claims.claim_numbered(cx, typed["number"])
    if found is not None:
        return redirect(url_for("provider.case", ref=found), 303)
    if claim is not None:
        return redirect(url_for("provider.claim", number=claim.id), 303)
    errors = {"number": gettext("Your office has no case with this number: compare it once more.")}
    return _search(typed, errors), 422


@provider.post("/search/member")
@entry(*OFFICE)
def search_member() -> Any:
    """The cases that the office has with one member, by number and date of birth together."""
    typed = {
        name: clean(request.form.get(name, ""), most=20) for name in ("member_id", "birth_date")
    }
    errors: Errors = {}
    birth_date = day_of(typed["birth_date"])
    if not typed["member_id"]:
        errors["member_id"] = gettext("Write the member number as it stands on the card.")
    if birth_date is None:
        errors["birth_date"] = gettext("Write the date of birth as month/day/year: 2/29/1984.")
    if errors or birth_date is None:
        return _search(typed, errors), 422
    with edge.reading() as cx:
        member_id, rows = office_desk.of_member(cx, typed["member_id"], birth_date)
    observations.look(edge.cx(), member_id=member_id, what="search")
    if not rows:
        errors["member_id"] = gettext(
            "Your office has no case with a member of this number and date of birth."
        )
        return _search(typed, errors), 422
    return _search(typed, {}, rows)


def _search(typed: dict[str, str], errors: Errors, rows: tuple[OfficeRow, ...] = ()) -> str:
    return render_template(
        "provider/search.html",
        now=edge.cx().now,
        typed=typed,
        errors=errors,
        rows=rows,
        words=words,
    )

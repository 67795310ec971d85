"""Before a request: is this member covered that day, and does the plan want to be asked at all?

The answer is dated and can be printed. What was typed goes on into the request; nothing is asked
twice.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import gettext

from casework import codes, observations
from casework.context import Context
from casework.errors import Invalid
from casework.queries import office_people, pa_list, recognised_member
from casework.queries.pa_list import PaAnswer
from casework.queries.recognised_member import Recognised
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import words
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.judging_services import Errors, day_of
from casework.web.provider.saying import clean

MOST_CODES: Final = 20


@dataclass
class Asked:
    """What was typed, and what of it must be mended."""

    member_id: str = ""
    birth_date: str = ""
    date: str = ""
    codes: str = ""
    errors: Errors = field(default_factory=dict)

    @property
    def wanted(self) -> list[str]:
        """The codes in capitals, each once."""
        typed = re.split(r"[\s,;]+", self.codes.strip().upper())
        return list(dict.fromkeys(code for code in typed if code))


@dataclass(frozen=True)
class Answer:
    """What the plan says of one code; `authorization` is the number that already covers it."""

    said: PaAnswer
    authorization: str = ""

    @property
    def needed(self) -> str:
        """`satisfied` where an authorization stands, else what the list says."""
        covered = self.authorization and self.said.needed == "auth-needed"
        return "satisfied" if covered else self.said.needed

    @property
    def stop(self) -> bool:
        """True when nothing more has to be done for this code."""
        return self.needed in {"no-auth", "satisfied"}


@provider.get("/prior-auths/new")
@entry(*OFFICE)
def new_request() -> str:
    """The questions before a request."""
    with edge.reading() as cx:
        zone = office_people.office_of(cx).zone
    today = edge.cx().now.astimezone(ZoneInfo(zone)).date()
    return _page(Asked(date=today.isoformat()), None, ())


@provider.post("/prior-auths/new")
@entry(*OFFICE)
def ask_the_list() -> Any:
    """What the plan's list says about these codes for this member on that day."""
    asked = Asked(
        member_id=clean(request.form.get("member_id", ""), most=20),
        birth_date=clean(request.form.get("birth_date", ""), most=20),
        date=clean(request.form.get("date", ""), most=20),
        codes=clean(request.form.get("codes", ""), most=400),
    )
    birth_date, on = _judge(asked)
    if asked.errors or birth_date is None or on is None:
        return _page(asked, None, ()), 422
    member, answers = _answers(asked, birth_date, on)
    if asked.errors:
        return _page(asked, None, ()), 422
    return _page(asked, member, answers)


def find(cx: Context, number: str, birth_date: date, *, on: date) -> Recognised | None:
    """The member, with the look written down before anything is told."""
    found = recognised_member.recognised(cx, number, birth_date, on=on)
    observations.look(edge.cx(), member_id=found.id if found else None, what="eligibility")
    return found


def not_known() -> str:
    """The same sentence for a wrong number and a wrong date of birth."""
    return str(
        gettext(
            "We know no member with this number and this date of birth: compare both with the card."
        )
    )


def _judge(asked: Asked) -> tuple[date | None, date | None]:
    birth_date, on = day_of(asked.birth_date), day_of(asked.date)
    if not asked.member_id:
        asked.errors["member_id"] = gettext("Write the member number as it stands on the card.")
    if birth_date is None:
        asked.errors["birth_date"] = gettext(
            "Write the date of birth as month/day/year: 2/29/1984."
        )
    if on is None:
        asked.errors["date"] = gettext("Write the date as month/day/year: 3/14/2026.")
    strange = [c for c in asked.wanted if codes.system_of(c) in {"unknown", "service_type"}]
    if not asked.wanted:
        asked.errors["codes"] = gettext("Write at least one code, such as 97110 or E0601.")
    elif strange:
        asked.errors["codes"] = gettext(
            "%(code)s is no procedure code: write five characters, such as 97110 or E0601.",
            code=strange[0][:20],
        )
    elif len(asked.wanted) > MOST_CODES:
        asked.errors["codes"] = gettext("Ask for at most %(count)s codes.", count=MOST_CODES)
    return birth_date, on


def _answers(
    asked: Asked, birth_date: date, on: date
) -> tuple[Recognised | None, tuple[Answer, ...]]:
    with edge.reading() as cx:
        try:
            member = find(cx, asked.member_id, birth_date, on=on)
        except Invalid:
            asked.errors["date"] = gettext("Ask for a day within 24 months back or ahead.")
            return None, ()
        if member is None:
            asked.errors["member_id"] = not_known()
            return None, ()
        contract = member.coverage.contract
        if contract is None:
            return member, ()
        said = pa_list.is_required(cx, contract, asked.wanted, on=on)
        standing = pa_list.standing_authorizations(cx, member.id, asked.wanted, on=on)
    return member, tuple(Answer(one, standing.get(one.code, "")) for one in said)


def _page(asked: Asked, member: Recognised | None, answers: tuple[Answer, ...]) -> str:
    return render_template(
        "provider/new_request.html",
        asked=asked,
        errors=asked.errors,
        member=member,
        answers=answers,
        needed=[one.said.code for one in answers if not one.stop],
        sure=any(one.needed == "auth-needed" for one in answers),
        words=words.NEEDED,
    )

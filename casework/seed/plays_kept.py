"""Care on the Marketplace plan that was cut and goes on while its appeal is open: nobody asked for
it, the law keeps it (45 CFR 147.136(b)(3)(iii))."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from casework.context import SYSTEM
from casework.models import Case, RequestLine
from casework.records.cuts import Reduction
from casework.records.determinations import LineRuling, Words
from casework.seed.filing import file_request
from casework.seed.living import Living, Play
from casework.seed.plays import read_and_release
from casework.seed.scene import DAY
from casework.seed.town import MemberHere
from casework.services import appeals, authorizations, determinations, review

CASES: Final = 2
_CODE: Final = "E0601"
_CONTRACT: Final = "OH-QHP"


def care_goes_on(living: Living, now: datetime) -> None:
    """A breathing machine, approved for months, ended from next month on, and appealed before."""
    member = _who_never_asked(living)
    living.at(now - 30 * DAY)
    ref = _file(living, member)
    living.at(now - 26 * DAY)
    nurse = living.of("nurse")
    review.start_review(nurse, ref, None)
    given = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    determinations.approve(nurse, ref, None, given)
    living.letters_leave()
    living.at(now - 3 * DAY)
    authorizations.terminate(living.of("physician"), ref, None, _end(now))
    read_and_release(living)
    living.letters_leave()
    living.at(now - DAY)
    said = "He sleeps with it every night. The machine's card shows that."
    form = appeals.AppealFiling(
        about=ref, reason=said, filed_by="member", filer_name=member.name, channel="phone"
    )
    appeals.file_appeal(living.of("intake"), form)
    living.letters_leave()
    living.at(now)


def _end(now: datetime) -> Reduction:
    return Reduction(
        effective_on=(now + 29 * DAY).date(),
        reason="The machine was used on fewer than half of the nights.",
        criterion="MP-014, part 3",
        words=Words(
            provision="Your policy, section 7.4: equipment that is in use.",
            standard="We compared the nights on the machine's card with the policy.",
            rationale="A doctor read the card of the machine for the last 30 nights.",
            nothing_would_help=True,
        ),
        attested=True,
    )


def _who_never_asked(living: Living) -> MemberHere:
    """The last member of the contract without a request for it."""
    having = select(Case.member_id).join(RequestLine, RequestLine.case_id == Case.id)
    with living.database.reading(living.cx(SYSTEM)) as cx:
        asked = set(cx.db.execute(having.where(RequestLine.code == _CODE)).scalars())
    return next(
        each
        for each in reversed(living.town.members[_CONTRACT])
        if each.id not in asked and not each.restricted and each.principal is None
    )


def _file(living: Living, member: MemberHere) -> str:
    return file_request(living, living.town.offices[1], member, _CODE, ahead=7, lasts=179)


PLAYS: Final[tuple[Play, ...]] = (care_goes_on,)

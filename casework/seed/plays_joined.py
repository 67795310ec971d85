"""Complaints that came twice: one pair was joined, with its letter; the other waits for the
specialist to see that the two are one."""

from datetime import datetime, timedelta
from typing import Final

from casework.records.filing import Channel
from casework.seed.living import Living, Play
from casework.seed.scene import DAY
from casework.seed.town import MemberHere
from casework.services import grievances, merging


def _ruth_writes_what_she_told(living: Living, now: datetime) -> None:
    """Ruth called about a nurse's visit that never came, and wrote two days later: one case."""
    ruth = living.town.demo_members["ruth"]
    living.at(now - 6 * DAY)
    call = _by_phone(
        living,
        ruth,
        "The nurse who should come to my home on Monday never came.",
        "access.appointment",
    )
    living.letters_leave()
    living.at(now - 4 * DAY)
    letter = _by_letter(
        living,
        ruth,
        "I told you on the phone that no nurse came. Nobody called me back either.",
        "access.appointment",
    )
    living.letters_leave()
    living.at(now - 4 * DAY + timedelta(hours=3))
    form = merging.Merging(other=call, reason="The letter repeats what she said on the phone.")
    merging.merge(living.of("appeals"), letter, None, form)
    living.letters_leave()


def _peter_writes_what_he_told(living: Living, now: datetime) -> None:
    """Peter called about a bill, and wrote the same: nobody has seen yet that the two are one."""
    peter = living.town.demo_members["peter"]
    living.at(now - 3 * DAY)
    told = "My doctor's office sent me a bill for the whole visit. I have your card."
    _by_phone(living, peter, told, "billing.member_billed")
    living.letters_leave()
    living.at(now - DAY)
    _by_letter(living, peter, f"{told} I called you about it.", "billing.member_billed")
    living.letters_leave()


PLAYS: Final[tuple[Play, ...]] = (_ruth_writes_what_she_told, _peter_writes_what_he_told)
CASES: Final = 4


def _by_phone(living: Living, member: MemberHere, told: str, category: str) -> str:
    return _entered(living, member, told, category, channel="phone")


def _by_letter(living: Living, member: MemberHere, told: str, category: str) -> str:
    return _entered(living, member, told, category, channel="mail")


def _entered(
    living: Living, member: MemberHere, told: str, category: str, *, channel: Channel
) -> str:
    form = grievances.GrievanceFiling(
        told=told,
        category=category,
        member_number=member.number,
        incident_on=(living.database.at - 2 * DAY).date(),
        in_writing=channel == "mail",
        filed_by="member",
        received_at=living.database.at,
        channel=channel,
    )
    return grievances.file_grievance(living.of("intake"), form).ref

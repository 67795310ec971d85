"""Requests unlike others, as the demo's intake took them in: care that goes on after a change of
plan, a scan in an emergency for which nobody asked before, a newborn in intensive care."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from casework.errors import Invalid
from casework.seed.living import Living
from casework.seed.scene import DAY
from casework.seed.town import MemberHere, Office
from casework.services import intake
from casework.submission import (
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    Occasion,
    ProviderAsSent,
    Submission,
)

CASES: Final = 3
_TRIED: Final = 20
_MOTHERS: Final = frozenset(
    {"Alma", "Angela", "Bianca", "Cecilia", "Clara", "Elena", "Lorena", "Nadia", "Ramona"}
)


def unlike_others(living: Living, now: datetime) -> None:
    """One of each kind, yesterday."""
    living.at(now - DAY)
    at, today = living.database.at, (now - DAY).date()
    moved = Occasion(
        kind="continuity",
        why="new_member",
        began_on=today - timedelta(days=50),
        changed_on=today - timedelta(days=6),
        previous="Lakeshore Health Plan",
    )
    given = Occasion(kind="after_the_fact", why="emergency", began_on=today - timedelta(days=4))
    born = Occasion(kind="newborn", birth_date=today - timedelta(days=1), intensive=True)
    maple, birch = living.town.offices[:2]
    physio = LineAsSent(number=1, code="97110", units=Decimal(24), from_date=today + 10 * DAY)
    scan = LineAsSent(number=1, code="70450", units=Decimal(1), from_date=given.began_on)
    stay = LineAsSent(number=1, code="99468", label="Newborn intensive care, first day",
                      units=Decimal(1), from_date=born.birth_date, place="21")  # fmt: skip
    _take_in(living, "MA-2026", _request(maple, physio, "M54.50", moved, at))
    after = _request(birch, scan, "R51.9", given, at)
    _take_in(living, "OH-MCD", replace(after, timing="post_service"))
    _take_in(living, "OH-MCD-2026", _request(birch, stay, "P07.30", born, at))
    living.letters_leave()


def _request(
    office: Office, line: LineAsSent, diagnosis: str, occasion: Occasion, at: datetime
) -> Submission:
    return Submission(
        channel="phone",
        received_at=at,
        member=MemberAsSent(numbers=()),
        requester=ProviderAsSent(npi=office.doctors[0].npi, phone=office.phone),
        servicing=ProviderAsSent(npi=office.npi),
        lines=(replace(line, diagnosis_numbers=(1,)),),
        diagnoses=(DiagnosisAsSent(number=1, code=diagnosis),),
        filed_by="provider",
        contact_name=office.doctors[0].name,
        contact_phone=office.phone,
        occasion=occasion,
    )


def _asked_for(members: Sequence[MemberHere], sent: Submission) -> list[MemberHere]:
    """In their order; for a newborn those who may well be its mother."""
    born = sent.occasion is not None and sent.occasion.kind == "newborn"
    return [each for each in members if not born or each.name.partition(" ")[0] in _MOTHERS]


def _take_in(living: Living, contract: str, sent: Submission) -> None:
    """For the first member of this contract who was covered on the day of the service."""
    for member in _asked_for(living.town.members[contract], sent)[:_TRIED]:
        if member.restricted:
            continue
        try:
            whose = replace(sent, member=MemberAsSent(numbers=(member.number,)))
            intake.submit_prior_auth(living.of("intake"), whose)
        except Invalid as refused:
            if not set(refused.fields) <= {"member_id"}:
                raise
        else:
            return

"""Who stands in a party's place, and who is a party too: after a death, by assignment, by interest.

Letters to the member go to whoever took the place; nobody is pointed to the portal in a dead
member's name; care that went on meanwhile ends, because nobody gets it any more.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.metadata import table_of
from casework.models import (
    Appeal,
    Case,
    CaseParty,
    Grievance,
    Member,
    Organization,
    Substitute,
)
from casework.records import known_parties, obligations, papers
from casework.records.answers import Done, done
from casework.records.forms import asks
from casework.submission import PaperAsSent, ProviderAsSent
from statemachines import engine
from statemachines.grounds import CAPACITIES

WHO_GOES_ON: Final = "name_who_goes_on"
ADDED: Final = "interested"
_FILERS: Final[dict[str, Any]] = {"appeal": Appeal, "grievance": Grievance}


@dataclass(frozen=True, kw_only=True)
class NewParty:
    """Who takes the party's place, in which capacity, what shows it, and where letters go."""

    new_party: str = field(metadata=asks("Who takes the place", most=120))
    capacity: str = field(metadata=asks("In which capacity", choices=CAPACITIES))
    evidence: str = field(
        metadata=asks("What shows it", hint="Such as letters of administration, with their date")
    )
    address: tuple[str, ...] = field(
        default=(), metadata=asks("Address for letters, each line", hint="Street; then city")
    )
    provider_npi: str = field(
        default="", metadata=asks("NPI", hint="Only of a provider with an assignment", most=10)
    )
    died_on: date | None = field(
        default=None, metadata=asks("The member died on", hint="Leave it empty if nobody died")
    )
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("The paper"))


@dataclass(frozen=True, kw_only=True)
class AddedParty:
    """An office that is a party too, and what shows its interest."""

    provider_npi: str = field(metadata=asks("NPI of the office", most=10))
    evidence: str = field(metadata=asks("What shows its interest"))


@command
def substitute_party(cx: Context, ref: str, seen: int | None, form: NewParty) -> Done:
    """Put somebody in the member's place (42 CFR 438.406(b)(6); 422.574)."""
    case, others = _taken(cx, ref, died=form.died_on is not None)
    facts = replace(
        known.of_case(cx, case),
        new_party=form.new_party,
        new_party_capacity=form.capacity,
        evidence=form.evidence,
    )
    ledger.permit(cx, case, "substitute_party", facts, seen=seen)
    office = _office(cx, form.provider_npi) if form.provider_npi.strip() else None
    address = _address(cx, form, office)
    _require_past(cx, form.died_on)
    papers.require_readable(form.papers, field="papers")
    papers.attach(cx, case, form.papers, by=cx.principal.name)
    ends = case.benefits_continued and form.died_on is not None
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="substitute_party",
                facts=facts,
                said=ledger.Said(more={"capacity": form.capacity}),
                text={"new_party": form.new_party, "evidence": form.evidence},
                sets={"benefits_continued": False} if ends else {},
            )
        ],
    )
    _write(cx, recorded, form, address, office)
    _name_the_filer(cx, case, form.new_party, ends=ends)
    obligations.settle(cx, recorded.case, [WHO_GOES_ON])
    if form.died_on is not None:
        _note_the_death(cx, case, form.died_on, others)
    return done(recorded)


@command
def add_party(cx: Context, ref: str, seen: int | None, form: AddedParty) -> Done:
    """Let an office be a party too: from now on it sees the case, its letters and its days."""
    case = ledger.take(cx, ref)
    office = _office(cx, form.provider_npi) if form.provider_npi.strip() else None
    facts = replace(
        known.of_case(cx, case),
        new_party=office.name if office else "",
        evidence=form.evidence,
    )
    ledger.permit(cx, case, "add_party", facts, seen=seen)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="add_party",
                facts=facts,
                said=ledger.Said(more={"organization": office.organization_id if office else 0}),
                text={"new_party": facts.new_party, "evidence": form.evidence},
            )
        ],
    )
    assert office is not None  # the law refused a party without a name
    _join(cx, case, office.organization_id, ADDED)
    return done(recorded)


def _office(cx: Context, npi: str) -> Any:
    """The office behind this NPI. Raises Invalid where we know none."""
    found = known_parties.providers_as_known(cx, [ProviderAsSent(npi=npi.strip())]).get(npi.strip())
    if found is None or found.organization_id is None:
        raise Invalid(
            "We know no office with this NPI.",
            fields={"provider_npi": "Compare the NPI with the assignment or the claim."},
        )
    return found


def _address(cx: Context, form: NewParty, office: Any) -> list[str]:
    lines = [line.strip() for line in form.address if line.strip()]
    if not lines and office is not None:
        lines = list(
            cx.db.execute(
                select(Organization.address).where(Organization.id == office.organization_id)
            ).scalar_one()
        )
    if len(lines) < 2:
        raise Invalid(
            "Letters need an address.",
            fields={"address": "Enter street and number, then city, State and ZIP code."},
        )
    return lines


def _require_past(cx: Context, on: date | None) -> None:
    if on is not None and on > cx.now.date():
        raise Invalid(
            "That day is still to come.", fields={"died_on": "Enter the day on the certificate."}
        )


def _write(
    cx: Context, recorded: ledger.Recorded, form: NewParty, address: list[str], office: Any
) -> None:
    cx.db.execute(
        update(Substitute)
        .where(Substitute.case_id == recorded.case.id, Substitute.ended_at.is_(None))
        .values(ended_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    cx.db.execute(
        insert(Substitute).values(
            case_id=recorded.case.id,
            name=form.new_party.strip()[:120],
            capacity=form.capacity,
            address=address,
            organization_id=office.organization_id if office else None,
            died_on=form.died_on,
            seq=recorded.seq,
            since=cx.now,
        )
    )
    if office is not None:
        _join(cx, recorded.case, office.organization_id, form.capacity)


def _join(cx: Context, case: ledger.Head, organization_id: int, role: str) -> None:
    row = {"case_id": case.id, "organization_id": organization_id, "role": role}
    cx.db.connection().execute(pg_insert(table_of(CaseParty)).on_conflict_do_nothing(), [row])


def _name_the_filer(cx: Context, case: ledger.Head, name: str, *, ends: bool) -> None:
    table = _FILERS.get(case.kind)
    if table is None:
        return
    values: dict[str, Any] = {"filer_name": name[:120]}
    if ends and table is Appeal:
        values["continuation"] = False
    cx.db.execute(
        update(table)
        .where(table.case_id == case.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _taken(cx: Context, ref: str, *, died: bool) -> tuple[ledger.Head, tuple[ledger.Head, ...]]:
    """The case, and where somebody died the member's other open cases, locked by ascending id.

    Raises NotFound when it is not there or not within reach.
    """
    if not died:
        return ledger.take(cx, ref), ()
    this = cx.db.execute(
        select(Case.id, Case.member_id).where(Case.ref == ref.strip().upper())
    ).one_or_none()
    if this is None:
        raise NotFound(f"There is no case {ref[:24]} here.")
    ids = cx.db.execute(
        select(Case.id).where(Case.member_id == this.member_id, Case.open)
    ).scalars()
    heads = ledger.take_all(cx, {this.id, *ids})
    if this.id not in heads:
        raise NotFound(f"There is no case {ref[:24]} here.")
    others = tuple(head for number, head in heads.items() if number != this.id)
    return heads[this.id], others


def _note_the_death(
    cx: Context, case: ledger.Head, on: date, others: tuple[ledger.Head, ...]
) -> None:
    """The member's record says so from now on; on every other open case somebody must say who goes
    on, or close it."""
    cx.db.execute(
        update(Member)
        .where(Member.id == case.member_id, Member.died_on.is_(None))
        .values(died_on=on)
        .execution_options(synchronize_session=False)
    )
    undecided = [head for head in others if head.state in engine.open_states(head.kind)]
    named = set(
        cx.db.execute(
            select(Substitute.case_id).where(
                Substitute.case_id.in_([head.id for head in undecided]),
                Substitute.ended_at.is_(None),
            )
        ).scalars()
    )
    for head in (each for each in undecided if each.id not in named):
        obligations.owe(
            cx,
            head,
            WHO_GOES_ON,
            "The member died: name who goes on in this case, or close it.",
            due_at=obligations.business_day_after(cx, head),
            cause_seq=head.event_seq,
        )

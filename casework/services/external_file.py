"""Giving a review to its body: the turn of an IRO, the file and its proof, the hearing, papers.

The body decides; the plan sends what it has, on time and whole, and lets nobody choose.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update

from casework import bridge, ledger, policy
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import Case, Clock, ExternalReview
from casework.records import (
    obligations,
    observing,
    packet_rows,
    packet_sending,
    packets,
    review_facts,
    rotation,
    series,
)
from casework.records.answers import Done, done, step
from casework.records.forms import asks
from casework.records.incoming import Came, take_in
from casework.records.rotation import Turn
from casework.records.series import Family
from casework.services.external_hearings import Hearing, schedule_hearing
from statemachines import engine
from statemachines.facts import Facts

__all__ = [
    "Giving",
    "Hearing",
    "Sending",
    "add_information",
    "assign_iro",
    "deadline_missed",
    "overdue",
    "prove_packet",
    "schedule_hearing",
    "send_file",
]
Why = Literal["", "declined", "conflict", "terminated", "accreditation", "late", "other"]


@dataclass(frozen=True, kw_only=True)
class Giving:
    """Nothing is chosen here. A second assignment says why; `organization` is only for a State
    whose own process names the reviewer."""

    why: Why = field(default="", metadata=asks("What happened to the first one"))
    reason: str = field(default="", metadata=asks("Why another one, if it is not the first"))
    organization: str = field(default="", metadata=asks("Named by the State", most=120))


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The proof that the file was sent: a receipt of the portal, the carrier or the fax."""

    proof: str = field(metadata=asks("Proof of sending", hint="The receipt, with its number"))
    at: datetime | None = field(
        default=None, metadata=asks("Sent", hint="When it was sent; left out: now")
    )


@command
def assign_iro(cx: Context, ref: str, seen: int | None, form: Giving) -> Done:
    """Give it to the organization whose turn it is and that has no conflict: nobody chooses."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "assign_iro", facts, seen=seen)
    now = series.detail_of(cx, kin.case).review_organization_id
    by_state = _state_assigns(cx, kin)
    reason = form.reason.strip() or rotation.ENDINGS.get(form.why, "")
    chosen = _turn(cx, kin, form, now=now, by_state=by_state)
    facts = replace(
        facts,
        reason=reason,
        state_assigns=by_state,
        iro_id=str(chosen.id),
        iro_next=str(chosen.id),
        iro_panel=chosen.panel,
        iro_conflict_free=not chosen.by_state or rotation.free_of_conflict(cx, kin, chosen.id),
    )
    rotation.take_turn(cx, kin, chosen, had=now, why=form.why)
    _set(cx, kin, review_organization_id=chosen.id)
    passed = [f"{each.name}: {each.says}" for each in chosen.passed]
    return step(
        cx,
        kin.case,
        "assign_iro",
        facts,
        said=ledger.Said(more={"organization": chosen.id, "panel": chosen.panel}),
        text={"organization": chosen.name, "reason": reason, "passed_over": passed},
    )


@command
def send_file(cx: Context, ref: str, seen: int | None, form: Sending) -> Done:
    """Record that the bound file went to the body, with its index and the proof. What the packet
    lacks is computed from the series; without the bound file itself nothing was sent."""
    kin, facts = _taken(cx, ref)
    packet = packets.packet_of(cx, kin)
    rows = packet_rows.rows_of(cx, kin.case.id)
    lacks = packet_sending.lacking(kin.case.ref, packet, rows)
    facts = replace(facts, packet_lacks=lacks, proof_of_sending=form.proof)
    ledger.permit(cx, kin.case, "send_file", facts, seen=seen)
    row = packet_sending.unproven(rows)
    at = cx.now if row is None else _when(cx, form.at, row.handed_at or row.intended_at)
    bound = packet_sending.facts_of(row) if row is not None else {}
    # Without the bound file the machine refuses here, with what is lacking.
    sent = step(
        cx,
        kin.case,
        "send_file",
        facts,
        occurred_at=at,
        said=ledger.Said(more={"items": len(packet.items), **bound}),
        text={"proof": form.proof, "index": packet.as_list()},
    )
    packet_sending.proven(cx, kin.case, row, proof=form.proof, at=at)
    return sent


@command
def prove_packet(cx: Context, ref: str, seen: int | None, form: Sending) -> Done:
    """Record the proof that a supplement, or a packet that replaces one, reached the body."""
    kin, _facts = _taken(cx, ref)
    policy.require(cx.principal, kin.case.kind, "prove_packet")
    ledger.unchanged(kin.case, seen)
    rows = packet_rows.rows_of(cx, kin.case.id)
    row = packet_sending.unproven(rows)
    if row is None:
        raise StateRefused("Nothing is on its way to the reviewing body.", source="state")
    if not form.proof.strip():
        raise Invalid("There is no proof.", fields={"proof": "Enter the receipt."})
    if row.state in packet_rows.WAITING and not packet_rows.is_current(
        packets.packet_of(cx, kin), row, rows
    ):
        raise StateRefused(
            "More came after it was bound: let it be made anew, then send that.", source="state"
        )
    if row.number == 1 and kin.case.state in {"requested", "assigned"}:
        raise StateRefused("This is the packet itself: use “Send the file”.", source="state")
    at = _when(cx, form.at, row.handed_at or row.intended_at)
    told = observing.observe(
        cx,
        kin.case,
        "packet_proved",
        occurred_at=at,
        said=ledger.Said(more=packet_sending.facts_of(row)),
        text={"proof": form.proof},
    )
    packet_sending.proven(cx, kin.case, row, proof=form.proof, at=at)
    return told


@command
def add_information(cx: Context, ref: str, seen: int | None, form: Came) -> Done:
    """Take in more for the body; it goes on within one business day
    (45 CFR 147.136(d)(2)(iii)(B)(4))."""
    kin, facts = _taken(cx, ref)
    recorded = take_in(cx, kin, facts, form, seen=seen, trigger="add_information")
    packet_sending.owe_forwarding(cx, recorded.case, cause_seq=recorded.seq)
    return done(recorded)


@command
def deadline_missed(cx: Context, ref: str) -> Done:
    """Record that the body's own time ran out (its clock has no ladder); somebody asks it."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "deadline_missed", facts)
    [recorded] = ledger.record(
        cx, [ledger.Change(case=kin.case, trigger="deadline_missed", facts=facts)]
    )
    obligations.owe(
        cx,
        recorded.case,
        "ask_the_body",
        "The reviewing body's time has run out: ask it for the decision.",
        due_at=obligations.business_day_after(cx, recorded.case),
        cause_seq=recorded.seq,
    )
    return done(recorded)


def overdue(cx: Context, limit: int = 100) -> list[str]:
    """Numbers of the reviews whose body let its time run out and nobody recorded it yet."""
    return list(
        cx.db.execute(
            select(Case.ref)
            .join(Clock, Clock.case_id == Case.id)
            .where(
                Case.kind == "external_review",
                Case.state.in_(engine.open_states("external_review")),
                Clock.name == "decision",
                Clock.owner == "reviewer",
                Clock.state == "open",
                Clock.due_at < cx.now,
            )
            .order_by(Clock.due_at)
            .limit(limit)
        ).scalars()
    )


def _when(cx: Context, said: datetime | None, bound_at: datetime) -> datetime:
    """When it was sent: not before it was bound, not in the future. Raises Invalid."""
    if said is None:
        return cx.now
    if not bound_at <= said <= cx.now:
        raise Invalid(
            "It cannot have been sent then.",
            fields={"at": "A moment after the file was bound, not in the future."},
        )
    return said


def _turn(cx: Context, kin: Family, form: Giving, *, now: int | None, by_state: bool) -> Turn:
    if by_state and form.organization.strip():
        return rotation.named(cx, kin, form.organization)
    return rotation.turn(cx, kin, but=now)


def _state_assigns(cx: Context, kin: Family) -> bool:
    """Whether the State's own process, not the plan's rotation, names the reviewer."""
    contract = bridge.contract_of(cx, kin.case.contract_version_id)
    return contract.policies.external_process == "state"


def _set(cx: Context, kin: Family, **values: Any) -> None:
    cx.db.execute(
        update(ExternalReview)
        .where(ExternalReview.case_id == kin.case.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _taken(cx: Context, ref: str) -> tuple[Family, Facts]:
    kin = series.family(cx, ref, kind="external_review")
    return kin, review_facts.of_review(cx, kin.case, known.of_case(cx, kin.case))

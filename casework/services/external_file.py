"""Giving a review to its body: the turn of an IRO, the file and its proof, the hearing, papers.

The body decides; the plan sends what it has, on time and whole, and lets nobody choose.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from casework import bridge, ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.models import Case, Clock, ExternalReview
from casework.records import (
    obligations,
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
from statemachines import engine
from statemachines.facts import Facts


@dataclass(frozen=True, kw_only=True)
class Giving:
    """Nothing is chosen here. A second assignment says why; `organization` is only for a State
    whose own process names the reviewer."""

    reason: str = field(default="", metadata=asks("Why another one, if it is not the first"))
    organization: str = field(default="", metadata=asks("Named by the State", most=120))


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The proof that the file was sent: a receipt of the portal, the carrier or the fax."""

    proof: str = field(metadata=asks("Proof of sending"))


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Day, hour and place, as the State's notice says."""

    at: datetime = field(metadata=asks("Day and hour"))
    place: str = field(metadata=asks("Place", hint="An address, or the telephone number"))


@command
def assign_iro(cx: Context, ref: str, seen: int | None, form: Giving) -> Done:
    """Give it to the organization whose turn it is and that has no conflict: nobody chooses."""
    kin, facts = _taken(cx, ref)
    ledger.permit(cx, kin.case, "assign_iro", facts, seen=seen)
    now = series.detail_of(cx, kin.case).review_organization_id
    by_state = _state_assigns(cx, kin)
    chosen = _turn(cx, kin, form, now=now, by_state=by_state)
    facts = replace(
        facts,
        reason=form.reason,
        state_assigns=by_state,
        iro_id=str(chosen.id),
        iro_next=str(chosen.id),
        iro_panel=chosen.panel,
        iro_conflict_free=rotation.free_of_conflict(cx, kin, chosen.id),
    )
    rotation.take_turn(cx, chosen.id)
    _set(cx, kin, review_organization_id=chosen.id)
    return step(
        cx,
        kin.case,
        "assign_iro",
        facts,
        said=ledger.Said(more={"organization": chosen.id, "panel": chosen.panel}),
        text={"organization": chosen.name, "reason": form.reason},
    )


@command
def send_file(cx: Context, ref: str, seen: int | None, form: Sending) -> Done:
    """Record that the file went to the body, with its index and the proof. What the packet lacks is
    computed from the series; the bound PDF is made elsewhere."""
    kin, facts = _taken(cx, ref)
    packet = packets.packet_of(cx, kin)
    facts = replace(facts, packet_lacks=packet.lacks, proof_of_sending=form.proof)
    ledger.permit(cx, kin.case, "send_file", facts, seen=seen)
    sent = step(
        cx,
        kin.case,
        "send_file",
        facts,
        said=ledger.Said(more={"items": len(packet.items)}),
        text={"proof": form.proof, "index": packet.as_list()},
    )
    obligations.settle(cx, kin.case, [obligations.SEND_FILE])
    return sent


@command
def schedule_hearing(cx: Context, ref: str, seen: int | None, form: Hearing) -> Done:
    """Enter the day, hour and place of a State fair hearing."""
    kin, facts = _taken(cx, ref)
    facts = replace(facts, hearing_set=bool(form.place.strip()) and form.at > cx.now)
    ledger.permit(cx, kin.case, "schedule_hearing", facts, seen=seen)
    _set(cx, kin, hearing_at=form.at)
    text = {"at": form.at.isoformat(), "place": form.place}
    return step(cx, kin.case, "schedule_hearing", facts, text=text)


@command
def add_information(cx: Context, ref: str, seen: int | None, form: Came) -> Done:
    """Take in more for the body; it goes on within one business day
    (45 CFR 147.136(d)(2)(iii)(B)(4))."""
    kin, facts = _taken(cx, ref)
    recorded = take_in(cx, kin, facts, form, seen=seen, trigger="add_information")
    obligations.owe(
        cx,
        recorded.case,
        "forward_information",
        "Send the reviewing body what came in.",
        due_at=obligations.business_day_after(cx, recorded.case),
        cause_seq=recorded.seq,
        citation="45 CFR 147.136(d)(2)(iii)(B)(4)",
    )
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

"""Corrective actions: what is changed because of a grievance, by whom, by when, with which proof.

Each is also an obligation of its owner, so that it is on a list, alarms when overdue, and is handed
on when its owner leaves. Answering the grievance does not end it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.ledger.entries import case_key
from casework.models import CorrectiveAction, Obligation
from casework.policy import STAFF
from casework.records import issues, obligations, observing, people
from casework.records.answers import Done, done
from casework.records.corrective import PREFIX, place
from casework.records.forms import asks
from sla.calendars import end_of_day, local_day, zone

OWNERS: Final = STAFF - {"compliance", "intake"}


@dataclass(frozen=True, kw_only=True)
class NewAction:
    """What is to be changed, who does it, and by when."""

    what: str = field(metadata=asks("What is changed", long=True))
    owner_id: int = field(metadata=asks("Who does it"))
    due_on: date = field(metadata=asks("By when"))
    issue: int | None = field(default=None, metadata=asks("Because of issue"))


@dataclass(frozen=True, kw_only=True)
class ActionMoved:
    """Another owner or another day, and why."""

    action_id: int = field(metadata=asks("Corrective action"))
    owner_id: int | None = field(default=None, metadata=asks("Who does it now"))
    due_on: date | None = field(default=None, metadata=asks("By when"))
    reason: str = field(metadata=asks("Why"))


@dataclass(frozen=True, kw_only=True)
class ActionProven:
    """What proves that it was done."""

    action_id: int = field(metadata=asks("Corrective action"))
    proof: str = field(
        metadata=asks(
            "What proves that it was done", hint="Name the paper or the record", long=True
        )
    )


@command
def open_corrective_action(cx: Context, ref: str, seen: int | None, form: NewAction) -> Done:
    """Open a corrective action: an obligation of its owner from now on."""
    case = observing.take(cx, ref, "open_corrective_action", seen=seen)
    if not form.what.strip():
        raise Invalid("Say what is changed.", fields={"what": "Write what is changed."})
    owner = _owner(cx, case, form.owner_id)
    due_at = _due(cx, case, form.due_on)
    _require_issue(cx, case, form.issue)
    action_id: int = cx.db.execute(
        insert(CorrectiveAction)
        .values(
            case_id=case.id,
            issue=form.issue,
            what_ct=b"",
            owner_id=owner.id,
            due_at=due_at,
            opened_at=cx.now,
            opened_by=cx.principal.name[:120],
        )
        .returning(CorrectiveAction.id)
    ).scalar_one()
    key = case_key(cx.database.settings, case)
    _set(cx, action_id, what_ct=seal.seal_text(key, form.what, place(action_id, "what")))
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                observation="corrective_action_opened",
                said=ledger.Said(more={"action": action_id, "to": owner.id}),
                text={"corrective_action": form.what},
            )
        ],
    )
    _owe(cx, case, action_id, owner.id, due_at, cause_seq=recorded.seq)
    return done(recorded, {"corrective action": action_id})


@command
def move_corrective_action(cx: Context, ref: str, seen: int | None, form: ActionMoved) -> Done:
    """Give a corrective action to somebody else, or another day, with the reason. How often it was
    moved stays visible."""
    case = observing.take(cx, ref, "move_corrective_action", seen=seen)
    action = _standing(cx, case, form.action_id)
    if not form.reason.strip():
        raise Invalid("Say why.", fields={"reason": "Write why it is moved."})
    if form.owner_id is None and form.due_on is None:
        raise Invalid("Nothing is moved.", fields={"due_on": "Enter another day or a person."})
    owner_id = _owner(cx, case, form.owner_id).id if form.owner_id else action.owner_id
    due_at = _due(cx, case, form.due_on) if form.due_on else action.due_at
    _set(cx, action.id, owner_id=owner_id, due_at=due_at, moves=action.moves + 1)
    cx.db.execute(
        update(Obligation)
        .where(Obligation.case_id == case.id, Obligation.kind == f"{PREFIX}{action.id}")
        .values(owner_id=owner_id, due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    return observing.observe(
        cx,
        case,
        "corrective_action_moved",
        said=ledger.Said(more={"action": action.id, "to": owner_id}),
        text={"reason": form.reason},
    )


@command
def complete_corrective_action(cx: Context, ref: str, seen: int | None, form: ActionProven) -> Done:
    """Record that it was done, with the proof; what it owed ends."""
    case = observing.take(cx, ref, "complete_corrective_action", seen=seen)
    action = _standing(cx, case, form.action_id)
    if not form.proof.strip():
        raise Invalid("Without a proof it is a promise.", fields={"proof": "Write what proves it."})
    key = case_key(cx.database.settings, case)
    _set(
        cx,
        action.id,
        done_at=cx.now,
        done_by=cx.principal.name[:120],
        proof_ct=seal.seal_text(key, form.proof, place(action.id, "proof")),
    )
    answer = observing.observe(
        cx,
        case,
        "corrective_action_done",
        said=ledger.Said(more={"action": action.id}),
        text={"proof": form.proof},
    )
    obligations.settle(cx, case, [f"{PREFIX}{action.id}"])
    return answer


def _standing(cx: Context, case: ledger.Head, action_id: int) -> Any:
    row = cx.db.execute(
        select(CorrectiveAction).where(
            CorrectiveAction.id == action_id, CorrectiveAction.case_id == case.id
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(f"{case.ref} has no such corrective action.")
    if row.done_at is not None:
        raise StateRefused("This corrective action is done already.", source="state")
    return row


def _owner(cx: Context, case: ledger.Head, user_id: int) -> people.Colleague:
    owner = people.colleague(
        cx, user_id, contract_id=case.contract_id, roles=OWNERS, field="owner_id"
    )
    if case.restricted and not owner.sees_restricted:
        raise Invalid(
            "This case is restricted.",
            fields={"owner_id": "Choose a colleague who may see restricted cases."},
        )
    return owner


def _due(cx: Context, case: ledger.Head, day: date) -> datetime:
    where = zone(bridge.zone_of(cx, case))
    if day < local_day(cx.now, where):
        raise Invalid("That day has passed.", fields={"due_on": "Enter a day to come."})
    return end_of_day(day, where)


def _require_issue(cx: Context, case: ledger.Head, number: int | None) -> None:
    if number is not None and number not in {row.number for row in issues.rows_of(cx, case.id)}:
        raise Invalid("It has no such issue.", fields={"issue": "Choose one of its issues."})


def _owe(
    cx: Context,
    case: ledger.Head,
    action_id: int,
    owner_id: int,
    due_at: datetime,
    *,
    cause_seq: int,
) -> None:
    cx.db.execute(
        insert(Obligation).values(
            case_id=case.id,
            kind=f"{PREFIX}{action_id}",
            says="Do the corrective action, and record what proves it.",
            cause_seq=cause_seq,
            owner_id=owner_id,
            owner_role="",
            due_at=due_at,
            raised_at=cx.now,
        )
    )
    ledger.weigh(cx, [case.id])


def _set(cx: Context, action_id: int, **values: Any) -> None:
    cx.db.execute(
        update(CorrectiveAction)
        .where(CorrectiveAction.id == action_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

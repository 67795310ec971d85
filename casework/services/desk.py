"""Work at the desk on a case of any kind: notes, who has it, what is owed.

None of it changes the state of a case; each writes one observation into its history.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from casework import bridge, ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.policy import STAFF
from casework.records import handing, obligations, observing, people
from casework.records.answers import Done, done
from casework.records.forms import asks
from sla.calendars import local_day, zone

# Tasks that end with what is done to the letter itself, and not by a word here.
READ_FIRST = ("release_letter_", "reword_letter_")
# A corrective action ends with its proof.
PROVE_FIRST = "corrective_action_"


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note for everybody who works on the case; sealed in its history."""

    text: str = field(metadata=asks("Note", long=True))


@dataclass(frozen=True, kw_only=True)
class Handing:
    """Who is to have the case, and why."""

    user_id: int = field(metadata=asks("Who takes it"))
    reason: str = field(default="", metadata=asks("Why", most=200))


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """How what was owed was done. For a notice sent by hand also the day on which it left."""

    obligation_id: int = field(metadata=asks("What was owed"))
    how: str = field(metadata=asks("How it was done", long=True))
    left_on: date | None = field(default=None, metadata=asks("The notice left on"))


@command
def add_note(cx: Context, ref: str, seen: int | None, form: Note) -> Done:
    """Write a note into the history of the case."""
    case = observing.take(cx, ref, "note", seen=seen)
    if not form.text.strip():
        raise Invalid("The note is empty.", fields={"text": "Write something."})
    return observing.observe(cx, case, "note_added", text={"note": form.text})


@command
def assign(cx: Context, ref: str, seen: int | None, form: Handing) -> Done:
    """Give the case to a colleague who works for its contract."""
    case = observing.take(cx, ref, "assign", seen=seen)
    to = people.colleague(
        cx,
        form.user_id,
        contract_id=case.contract_id,
        roles=STAFF - {"compliance"},
        field="user_id",
    )
    if case.restricted and not to.sees_restricted:
        raise Invalid(
            "This case is restricted.",
            fields={"user_id": "Choose a colleague who may see restricted cases."},
        )
    return _hand(cx, case, to.id, reason=form.reason)


@command
def take_work(cx: Context, ref: str, seen: int | None) -> Done:
    """Take the case oneself. Raises StateRefused when somebody else has it already."""
    case = observing.take(cx, ref, "take_work", seen=seen)
    if case.assignee_id not in (None, cx.principal.id):
        raise StateRefused(
            f"Somebody else has {case.ref} already: ask for it to be assigned.", source="state"
        )
    return _hand(cx, case, cx.principal.id, reason="")


@command
def settle_obligation(cx: Context, ref: str, seen: int | None, form: Settlement) -> Done:
    """Record that something owed was done. A notice that was sent by hand is observed as sent, so
    that its clock stops on the day on which it left."""
    case = observing.take(cx, ref, "settle_obligation", seen=seen)
    owed = obligations.open_one(cx, case, form.obligation_id)
    if owed is None:
        raise NotFound(f"{case.ref} owes no such thing.")
    if owed.kind.startswith(READ_FIRST):
        raise StateRefused(
            "A letter that waits is released, worded anew or sent back on its own page.",
            source="state",
        )
    if owed.kind.startswith(PROVE_FIRST):
        raise StateRefused(
            "A corrective action ends with what proves it: record that it is done.", source="state"
        )
    changes = [
        *_notice(cx, case, owed, form),
        ledger.Change(
            case=case,
            observation="obligation_settled",
            said=ledger.Said(more={"kind": owed.kind}),
            text={"how": form.how},
        ),
    ]
    obligations.settle_one(cx, case, owed.id)
    return done(ledger.record(cx, changes)[-1])


def _hand(cx: Context, case: ledger.Head, user_id: int, *, reason: str) -> Done:
    return done(handing.move(cx, [handing.Move(case, user_id, reason)])[-1])


def _notice(cx: Context, case: ledger.Head, owed: Any, form: Settlement) -> list[ledger.Change]:
    """The notice that this obligation was about, as sent on the day on which it left."""
    kind = obligations.TOLD_BY.get(owed.kind)
    if kind is None:
        return []
    where = zone(bridge.zone_of(cx, case))
    if form.left_on is None or form.left_on > local_day(cx.now, where):
        raise Invalid(
            "Say when the notice left.", fields={"left_on": "Enter the day on which it left."}
        )
    today = form.left_on == local_day(cx.now, where)
    at = cx.now if today else datetime.combine(form.left_on, time(12), where).astimezone(UTC)
    return [
        ledger.Change(
            case=case,
            observation="notice_sent",
            occurred_at=at,
            said=ledger.Said(notice_kind=kind, printed_on=form.left_on, more={"by_hand": True}),
            text={"how": form.how},
        )
    ]

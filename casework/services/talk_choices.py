"""The treating physician's office chooses one of the times at which a talk was offered.

A denial waits for the chosen time alone from then on; no clock waits for it. Whoever has the case
is told.
"""

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import insert, update

from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import PeerToPeer, StaffNotice
from casework.records import observing, talks
from casework.records.answers import Done
from casework.records.forms import asks

CHOSEN = "talk_chosen"


@dataclass(frozen=True, kw_only=True)
class TalkChoice:
    """Which of the offered times, in their order; and whom to call then."""

    slot: Literal["1", "2", "3"] = field(metadata=asks("Time of the talk"))
    physician: str = field(metadata=asks("Who will talk", most=120))
    phone: str = field(metadata=asks("Number to call", most=40))


@command
def choose_talk(cx: Context, ref: str, seen: int | None, form: TalkChoice) -> Done:
    """Take one of the offered times, or another one instead while it is still ahead. Raises
    StateRefused where no talk is offered, Invalid for a time that was not offered or has passed."""
    case = observing.take(cx, ref, "choose_talk", seen=seen)
    talk = talks.open_talk(cx, case.id)
    if talk is None:
        raise StateRefused(f"No peer-to-peer talk is offered on {case.ref} now.", source="state")
    offered = talks.slots_of(talk)
    number = int(form.slot)
    if number > len(offered):
        raise Invalid("This time was not offered.", fields={"slot": "Choose an offered time."})
    chosen = offered[number - 1]
    if chosen <= cx.now:
        raise Invalid(
            "This time has passed.", fields={"slot": "Choose a later time, or call the plan."}
        )
    cx.db.execute(
        update(PeerToPeer)
        .where(PeerToPeer.id == talk.id)
        .values(slot_at=chosen, chosen_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    told = {"user_id": case.assignee_id, "role": "" if case.assignee_id else "physician"}
    cx.db.execute(insert(StaffNotice).values(case_id=case.id, code=CHOSEN, at=cx.now, **told))
    text = {
        "slot": talks.told(cx, case, (chosen,), talk.zone),
        "physician": form.physician,
        "phone": form.phone,
    }
    return observing.observe(cx, case, CHOSEN, text=text)

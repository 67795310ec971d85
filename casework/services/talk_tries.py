"""Logging each try to reach the treating physician for a peer-to-peer talk that is offered.

Only logged tries let an offer be closed as "nobody reached".
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import insert

from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import TalkTry
from casework.records import observing, talks
from casework.records.answers import Done
from casework.records.forms import asks

RESULTS: Final = {
    "no_answer": "nobody answered",
    "voicemail": "a voicemail, where a message was left",
    "busy": "the line was busy",
    "office_only": "the office answered, the physician was not there",
    "reached": "the physician was reached",
}


@dataclass(frozen=True, kw_only=True)
class Try:
    """When somebody called, at which number, and what came of it."""

    at: datetime = field(metadata=asks("When"))
    number: str = field(metadata=asks("Number that was called", most=40))
    result: Literal["no_answer", "voicemail", "busy", "office_only", "reached"] = field(
        metadata=asks("What came of it")
    )


@command
def log_talk_try(cx: Context, ref: str, seen: int | None, form: Try) -> Done:
    """Write one try down. The same instant and number twice is one try. Raises StateRefused where
    no talk is offered, Invalid for a time before the offer or after now."""
    case = observing.take(cx, ref, "log_talk_try", seen=seen)
    talk = talks.open_talk(cx, case.id)
    if talk is None:
        raise StateRefused(f"No peer-to-peer talk is offered on {case.ref}.", source="state")
    if not talk.offered_at <= form.at <= cx.now:
        raise Invalid(
            "A try is made after the offer, and before now.", fields={"at": "Enter when it was."}
        )
    if any((row.at, row.number) == (form.at, form.number) for row in talks.tried(cx, talk.id)):
        return Done(case.ref, case.state, case.version, "talk_tried")
    cx.db.execute(
        insert(TalkTry).values(
            case_id=case.id,
            talk_id=talk.id,
            at=form.at,
            number=form.number[:40],
            result=form.result,
            by_name=cx.principal.name[:120],
        )
    )
    return observing.observe(
        cx,
        case,
        "talk_tried",
        occurred_at=form.at,
        text={"phone": form.number, "outcome": RESULTS[form.result]},
    )

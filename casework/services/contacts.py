"""Calls, faxes and visits about a case: each gets its own CALL- number, date and time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.records import contact_log, observing
from casework.records.answers import Done, done
from casework.records.forms import asks


@dataclass(frozen=True, kw_only=True)
class ContactMade:
    """One contact: which way, how, with whom, what for, how it ended, and what was said."""

    direction: Literal["in", "out"] = field(metadata=asks("Which way"))
    channel: Literal["phone", "fax", "mail", "email", "visit", "portal"] = field(
        metadata=asks("How")
    )
    with_whom: str = field(metadata=asks("With whom", most=120))
    purpose: str = field(metadata=asks("What for", most=40))
    outcome: str = field(default="", metadata=asks("How it ended", most=40))
    note: str = field(default="", metadata=asks("What was said", long=True))
    at: datetime | None = field(default=None, metadata=asks("When", hint="Now, if left out"))
    call: contact_log.Call | None = field(default=None, metadata=asks("The call"))


@command
def log_contact(cx: Context, ref: str, seen: int | None, form: ContactMade) -> Done:
    """Write down a contact about this case; answers its CALL- number."""
    case = observing.take(cx, ref, "log_contact", seen=seen)
    at = form.at or cx.now
    if at > cx.now:
        raise Invalid("That lies in the future.", fields={"at": "Enter when it happened."})
    made = contact_log.Made(
        direction=form.direction,
        channel=form.channel,
        with_whom=form.with_whom,
        purpose=form.purpose,
        outcome=form.outcome,
        note=form.note,
        at=at,
        call=form.call,
    )
    number = contact_log.write(cx, case, made)
    [recorded] = ledger.record(cx, [contact_log.logged(case, number, made)])
    return done(recorded, {"contact": number})

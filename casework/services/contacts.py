"""Calls, faxes and visits about a case: each gets its own CALL- number, date and time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from casework import ledger, refs, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.ledger.entries import case_key
from casework.models import CONTACT_SERIAL, Contact
from casework.records import observing
from casework.records.answers import Done
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


@command
def log_contact(cx: Context, ref: str, seen: int | None, form: ContactMade) -> Done:
    """Write down a contact about this case; answers its CALL- number."""
    case = observing.take(cx, ref, "log_contact", seen=seen)
    at = form.at or cx.now
    if at > cx.now:
        raise Invalid("That lies in the future.", fields={"at": "Enter when it happened."})
    serial = int(cx.db.execute(select(CONTACT_SERIAL.next_value())).scalar_one())
    number = refs.reference("contact", serial, cx.now)
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(Contact).values(
            ref=number,
            case_id=case.id,
            member_id=case.member_id,
            direction=form.direction,
            channel=form.channel,
            with_whom=form.with_whom[:120],
            purpose=form.purpose[:40],
            outcome=form.outcome[:40],
            at=at,
            by_name=cx.principal.name[:120],
            note_ct=seal.seal_text(key, form.note, f"contact:{number}"),
        )
    )
    return observing.observe(
        cx,
        case,
        "contact_logged",
        {"contact": number},
        occurred_at=at,
        said=ledger.Said(more={"contact": number, "direction": form.direction}),
    )

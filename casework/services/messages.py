"""Messages about a case from those outside the plan: each is a contact with its own CALL- number.

There is no general mailbox: what is said stands on the case that it is about, and the marker for
something new is set, so that it is read.
"""

from dataclasses import dataclass, field

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
class Message:
    """What somebody wants the people who work on the case to know."""

    text: str = field(metadata=asks("Message", long=True, most=4000))


@command
def send_message(cx: Context, ref: str, seen: int | None, form: Message) -> Done:
    """Put a message on a case; answers its CALL- number."""
    case = observing.take(cx, ref, "message", seen=seen)
    if not form.text.strip():
        raise Invalid("The message is empty.", fields={"text": "Write your message."})
    serial = int(cx.db.execute(select(CONTACT_SERIAL.next_value())).scalar_one())
    number = refs.reference("contact", serial, cx.now)
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(Contact).values(
            ref=number,
            case_id=case.id,
            member_id=case.member_id,
            direction="in",
            channel="portal",
            with_whom=cx.principal.name[:120],
            purpose="message",
            at=cx.now,
            by_name=cx.principal.name[:120],
            note_ct=seal.seal_text(key, form.text, f"contact:{number}"),
        )
    )
    return observing.observe(
        cx,
        case,
        "contact_logged",
        {"contact": number},
        said=ledger.Said(more={"contact": number, "direction": "in"}),
        text={"message": form.text},
        sets={"new_papers_at": cx.now},
    )

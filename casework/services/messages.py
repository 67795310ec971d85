"""Messages about a case from those outside the plan, and the plan's answers: each is a contact with
its own CALL- number.

There is no general mailbox: what is said stands on the case that it is about, and the marker for
something new is set, so that it is read.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from sqlalchemy import insert, select

from casework import ledger, refs, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.ledger.entries import case_key
from casework.models import CONTACT_SERIAL, Contact
from casework.policy import MEMBERS
from casework.records import observing
from casework.records.answers import Done
from casework.records.forms import asks
from casework.records.offices import offices_of


@dataclass(frozen=True, kw_only=True)
class Message:
    """What somebody wants the people who work on the case to know."""

    text: str = field(metadata=asks("Message", long=True, most=4000))
    purpose: Literal["message", "interpreter"] = field(
        default="message", metadata=asks("What for", hint="Or an interpreter is asked for")
    )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the plan writes to a member, which whoever speaks for the member reads too; or to the
    offices of the case."""

    text: str = field(
        metadata=asks("Message", hint="Plain words: it is read as it stands", long=True, most=4000)
    )
    to: Literal["member", "office"] = field(default="member", metadata=asks("To whom"))


ANSWER: Final = "answer"
# What an office writes and reads is no part of what a member reads as messages.
OFFICE_MESSAGE: Final = "office message"
OFFICE_ANSWER: Final = "answer to office"


@command
def send_message(cx: Context, ref: str, seen: int | None, form: Message) -> Done:
    """Put a message on a case; answers its CALL- number."""
    case = observing.take(cx, ref, "message", seen=seen)
    if not form.text.strip():
        raise Invalid("The message is empty.", fields={"text": "Write your message."})
    purpose = form.purpose if cx.principal.roles & MEMBERS else OFFICE_MESSAGE
    number = _write(cx, case, form.text, direction="in", purpose=purpose)
    more = {"contact": number, "direction": "in"}
    return observing.observe(
        cx,
        case,
        "contact_logged",
        {"contact": number},
        said=ledger.Said(more=more | _told(form.purpose, "message")),
        text={"message": form.text},
        sets={"new_papers_at": cx.now},
    )


@command
def answer_message(cx: Context, ref: str, seen: int | None, form: Answer) -> Done:
    """Write to the member, or to the offices of the case, on the case's own page, where it stays;
    answers its CALL- number. Raises Invalid where the case has no office."""
    case = observing.take(cx, ref, "answer_message", seen=seen)
    if not form.text.strip():
        raise Invalid("The message is empty.", fields={"text": "Write the message."})
    to_office = form.to == "office"
    if to_office and not offices_of(cx, case.id):
        raise Invalid("No office has to do with this case.", fields={"to": "Write to the member."})
    purpose = OFFICE_ANSWER if to_office else ANSWER
    number = _write(cx, case, form.text, direction="out", purpose=purpose)
    return observing.observe(
        cx,
        case,
        "contact_logged",
        {"contact": number},
        said=ledger.Said(more={"contact": number, "direction": "out", "purpose": purpose}),
        text={"message": form.text},
    )


def _told(purpose: str, usual: str) -> dict[str, str]:
    return {} if purpose == usual else {"purpose": purpose}


def _whom(purpose: str) -> str:
    return {ANSWER: "the member", OFFICE_ANSWER: "the office"}.get(purpose, "")


def _write(cx: Context, case: ledger.Head, text: str, *, direction: str, purpose: str) -> str:
    """The row of this contact, with its number."""
    serial = int(cx.db.execute(select(CONTACT_SERIAL.next_value())).scalar_one())
    number = refs.reference("contact", serial, cx.now)
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(Contact).values(
            ref=number,
            case_id=case.id,
            member_id=case.member_id,
            direction=direction,
            channel="portal",
            with_whom=_whom(purpose) or cx.principal.name[:120],
            purpose=purpose,
            at=cx.now,
            by_name=cx.principal.name[:120],
            note_ct=seal.seal_text(key, text, f"contact:{number}"),
        )
    )
    return number

"""The log of contacts: each call, fax or visit gets its own CALL- number, date and time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from casework import ledger, refs, seal
from casework.context import Context
from casework.ledger.entries import case_key
from casework.models import CONTACT_SERIAL, Contact
from casework.records.forms import asks

# What can be checked of somebody who calls, in the words of the log.
CHECKED: Final = {
    "name": "name",
    "birth_date": "date of birth",
    "number": "member number",
    "address": "address",
    "standing": "who they are to the member",
}
# The languages that are spoken most on the line; any other is written down in the note.
SPOKEN: Final = ("en", "es", "zh", "vi", "so", "ar", "fr", "ne", "ru", "ase")


@dataclass(frozen=True, kw_only=True)
class Call:
    """How a call went: what was checked of the caller, the language, who interpreted."""

    name: bool = field(default=False, metadata=asks("Checked: name"))
    birth_date: bool = field(default=False, metadata=asks("Checked: date of birth"))
    number: bool = field(default=False, metadata=asks("Checked: member number"))
    address: bool = field(default=False, metadata=asks("Checked: address"))
    standing: bool = field(default=False, metadata=asks("Checked: who they are to the member"))
    spoken: str = field(default="", metadata=asks("Language spoken", choices=SPOKEN))
    interpreter: str = field(
        default="",
        metadata=asks("Interpreter", hint="Name or number; “not wanted” where it is so", most=60),
    )

    @property
    def verified(self) -> list[str]:
        """What was checked, in words."""
        return [said for name, said in CHECKED.items() if getattr(self, name)]


@dataclass(frozen=True, kw_only=True)
class Made:
    """One contact as it is written down."""

    direction: str
    channel: str
    with_whom: str
    purpose: str
    outcome: str
    note: str
    at: datetime
    call: Call | None = None


def write(cx: Context, case: ledger.Head, made: Made) -> str:
    """Write a contact about this case; its number."""
    serial = int(cx.db.execute(select(CONTACT_SERIAL.next_value())).scalar_one())
    number = refs.reference("contact", serial, cx.now)
    key = case_key(cx.database.settings, case)
    call = made.call or Call()
    cx.db.execute(
        insert(Contact).values(
            ref=number,
            case_id=case.id,
            member_id=case.member_id,
            direction=made.direction,
            channel=made.channel,
            with_whom=made.with_whom[:120],
            purpose=made.purpose[:40],
            outcome=made.outcome[:40],
            at=made.at,
            by_name=cx.principal.name[:120],
            note_ct=seal.seal_text(key, made.note, f"contact:{number}"),
            verified=call.verified,
            spoken=call.spoken,
            interpreter=call.interpreter[:60],
        )
    )
    return number


def logged(case: ledger.Head, number: str, made: Made) -> ledger.Change:
    """The observation that says so."""
    return ledger.Change(
        case=case,
        observation="contact_logged",
        occurred_at=made.at,
        said=ledger.Said(more={"contact": number, "direction": made.direction}),
    )

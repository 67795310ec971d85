"""Mail that came back: recorded from the case, or by the key on the envelope at the mail desk."""

from dataclasses import dataclass, field
from datetime import date

from casework.context import Context
from casework.db import command
from casework.records import observing, papers, returned_mail
from casework.records.addresses import RETURNS
from casework.records.answers import Done, done
from casework.records.forms import asks
from casework.records.returned_mail import CameBack
from casework.submission import PaperAsSent


@dataclass(frozen=True, kw_only=True)
class Return:
    """Which copy came back, why, when; the forwarding address of the yellow label; the envelope."""

    delivery_id: int = field(metadata=asks("Which copy"))
    reason: str = field(metadata=asks("Why, as the post says", choices=RETURNS))
    came_back_on: date = field(metadata=asks("Came back on"))
    forwarding: tuple[str, ...] = field(
        default=(), metadata=asks("Forwarding address on the yellow label", hint="One line each")
    )
    envelope: tuple[PaperAsSent, ...] = field(
        default=(), metadata=asks("Scan of the envelope, if there is one")
    )


@command
def record_return(cx: Context, ref: str, seen: int | None, form: Return) -> Done:
    """Record on this case that a copy of a letter came back, with the scan of its envelope."""
    case = observing.take(cx, ref, "record_return", seen=seen)
    back = CameBack(
        reason=form.reason,
        on=form.came_back_on,
        forwarding=tuple(line for line in form.forwarding if line.strip()),
        seen="the envelope",
    )
    if form.envelope:
        papers.require_readable(form.envelope, field="envelope")
        papers.attach(cx, case, form.envelope, by=cx.principal.name)
    return done(returned_mail.take_back(cx, case, form.delivery_id, back))


@command
def came_back(cx: Context, key: str, back: CameBack) -> Done:
    """Record by its key that a copy came back: a scanner at the mail desk, or the vendor's file."""
    copy = returned_mail.copy_of(cx, key=key.strip())
    case = observing.take(cx, copy.ref, "record_return", seen=None)
    return done(returned_mail.take_back(cx, case, copy.id, back))

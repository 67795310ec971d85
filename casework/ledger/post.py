"""The letters that an event calls for, owed from the very transaction that wrote the event."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert

from casework import bridge, outbox
from casework.bridge import letters_due
from casework.context import Context
from casework.ledger.change import Head, Recorded
from casework.metadata import table_of
from casework.models import Letter
from sla.calendars import zone
from sla.values import Answer


def owe_letters(
    cx: Context,
    recorded: Sequence[Recorded],
    heads: Mapping[int, Head],
    answers: Mapping[int, Answer],
) -> None:
    """Write one letter row for each letter and recipient, and the work that produces it."""
    occasions = [_occasion(cx, each, heads[each.case.id], answers) for each in recorded]
    owed = letters_due.due(cx, occasions)
    if not owed:
        return
    cx.db.connection().execute(
        insert(table_of(Letter)),
        [
            {
                "case_id": occasion.case_id,
                "member_id": occasion.member_id,
                "cause_seq": occasion.seq,
                "code": letter.code,
                "recipient": letter.recipient,
                "notice_kind": letter.notice_kind if letter.recipient == "member" else "",
                "state": "due",
                "owed_at": cx.now,
            }
            for occasion, letter in owed
        ],
    )
    outbox.enqueue(
        cx,
        [
            outbox.Posting(
                "letter",
                f"letter:{o.case_id}:{o.seq}:{letter.code}:{letter.recipient}",
                case_id=o.case_id,
                object_id=o.seq,
            )
            for o, letter in owed
        ],
    )


def _occasion(
    cx: Context, recorded: Recorded, head: Head, answers: Mapping[int, Answer]
) -> letters_due.Occasion:
    contract = bridge.contract_of(cx, head.contract_version_id)
    answer = answers.get(head.id)
    decision = answer.clock("decision") if answer else None
    return letters_due.Occasion(
        case_id=head.id,
        member_id=head.member_id,
        seq=recorded.seq,
        kind=head.kind,
        event=recorded.event,
        line=contract.line,
        consequence=(decision.consequence or "") if decision else "",
        on=cx.now.astimezone(zone(contract.time_zone)).date(),
        from_state=recorded.from_state,
    )

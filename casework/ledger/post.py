"""The letters that an event calls for, owed from the very transaction that wrote the event."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert

from casework import bridge, outbox
from casework.bridge import letters_due
from casework.context import Context
from casework.ledger import held
from casework.ledger.change import Head, Recorded
from casework.metadata import table_of
from casework.models import Letter
from letters.entries import DueLetter
from sla.calendars import zone
from sla.values import Answer

# In the session of a command: the events (case, number) whose letters it owed.
OWED: Final = "owed"


def owe_letters(
    cx: Context,
    recorded: Sequence[Recorded],
    heads: Mapping[int, Head],
    answers: Mapping[int, Answer],
) -> None:
    """Write one letter row for each letter and recipient, and the work that produces it; those
    that wait for a named person are held, and are no work yet."""
    occasions = [_occasion(cx, each, heads[each.case.id], answers) for each in recorded]
    owed = letters_due.due(cx, occasions)
    if not owed:
        return
    cx.db.info.setdefault(OWED, set()).update((o.case_id, o.seq) for o, _ in owed)
    waiting = held.that_wait(cx, owed, heads)
    if waiting:
        held.hold(cx, [_row(cx, *each) for each in waiting], heads, answers)
        owed = [each for each in owed if each not in waiting]
    if not owed:
        return
    rows = [_row(cx, *each) for each in owed]
    cx.db.connection().execute(insert(table_of(Letter)), rows)
    outbox.enqueue(cx, [posting(row) for row in rows])


def posting(row: Mapping[str, Any]) -> outbox.Posting:
    """The work that produces the letter of this row: the same key for every try."""
    key = f"letter:{row['case_id']}:{row['cause_seq']}:{row['code']}:{row['recipient']}"
    return outbox.Posting("letter", key, case_id=row["case_id"], object_id=row["cause_seq"])


def _row(cx: Context, occasion: letters_due.Occasion, letter: DueLetter) -> dict[str, Any]:
    return {
        "case_id": occasion.case_id,
        "member_id": occasion.member_id,
        "cause_seq": occasion.seq,
        "code": letter.code,
        "recipient": letter.recipient,
        "notice_kind": letter.notice_kind if _counts(occasion, letter) else "",
        "state": "due",
        "owed_at": cx.now,
    }


def _counts(occasion: letters_due.Occasion, letter: DueLetter) -> bool:
    """Whether this copy is the notice of the case: the member's, or of an office's own matter the
    one that the office gets."""
    wanted = "provider" if occasion.whose == letters_due.OFFICE else "member"
    return letter.recipient == wanted


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
        whose=bridge.whose(head.kind, head.about, head.filed_by),
    )

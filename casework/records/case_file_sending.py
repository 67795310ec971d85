"""A finished case file: made anew, or let go. Shared by who clears it and by the worker."""

import json
from typing import Any, Final

from sqlalchemy import select, update

from casework import ledger, outbox
from casework.context import SYSTEM, Context
from casework.models import CaseEvent, CaseFileRequest
from casework.records import case_file_due, obligations, packet_sending
from casework.records.answers import Done, done

# The obligation to send a file: it ends when the letter with the file has left.
OWED: Final = "case_file"
LETTER: Final = "case_file_sent"


def look_at(number: int) -> str:
    """The name of the obligation to look through a finished file."""
    return f"look_at_file_{number}"


def make_anew(cx: Context, case: Any, number: int) -> None:
    """Put the file of this request back to be made, with what now belongs to it."""
    last = cx.db.execute(
        select(CaseFileRequest.made_at).where(CaseFileRequest.id == number)
    ).scalar_one()
    since = last.isoformat() if last is not None else "never"
    cx.db.execute(
        update(CaseFileRequest)
        .where(CaseFileRequest.id == number)
        .values(state="asked", says="", pages_done=0)
        .execution_options(synchronize_session=False)
    )
    packet_sending.outdate(cx, number)
    obligations.settle(cx, case, [look_at(number)])
    outbox.enqueue(
        cx, [outbox.Posting("case_file", f"case_file:{number}:{since}", case.id, number)]
    )


def ready_again(cx: Context, number: int) -> None:
    """The packet of this request came back: it can be made anew."""
    cx.db.execute(
        update(CaseFileRequest)
        .where(CaseFileRequest.id == number)
        .values(state="ready", sent_at=None)
        .execution_options(synchronize_session=False)
    )


def file_of(cx: Context, letter: Any) -> str:
    """The hash of the file that this letter carries; empty where it carries none."""
    if letter.code != LETTER:
        return ""
    facts = cx.db.execute(
        select(CaseEvent.facts).where(
            CaseEvent.case_id == letter.case_id, CaseEvent.seq == letter.cause_seq
        )
    ).scalar_one()
    return str(json.loads(facts).get("file", ""))


def send(cx: Context, case: ledger.Head, row: Any) -> Done:
    """Let the file go: it stands in the portal from now on, and the letter that this calls for
    carries it. An office gets it in its portal, without a letter to the member's house."""
    cx.db.execute(
        update(CaseFileRequest)
        .where(CaseFileRequest.id == row.id)
        .values(state="sent", sent_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    known = case_file_due.grounds()
    withheld = [known[code] for code in row.withheld]
    given = row.asked_for == "provider"
    more = {"file": row.sha256, "pages": row.pages, "request": row.id, "for": row.asked_for}
    text = {
        "enclosed": [f"The case file, {row.pages} pages"],
        "enclosed_es": [f"El expediente del caso, {row.pages} páginas"],
        "withheld": [ground["en"] for ground in withheld],
        "withheld_es": [ground["es"] for ground in withheld],
        "law": [ground["cite"] for ground in withheld],
        "reviewable": any(ground.get("reviewable") for ground in withheld),
    }
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                observation="case_file_given" if given else "case_file_sent",
                said=ledger.Said(more=more),
                text=text,
                actor=SYSTEM,
            )
        ],
    )
    if given:
        obligations.settle(cx, case, [OWED])
    return done(recorded, {"case_file": row.id})

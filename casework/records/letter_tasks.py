"""What a letter leaves people to do: mend one that cannot leave, translate what is in English.

Each is an obligation on the case with an owner and a due instant. It renders and sends nothing.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from casework import bridge, ledger
from casework.context import Context
from casework.models import Case, Letter, Obligation
from casework.records import handover, obligations
from sla.calendars import end_of_day, local_day, plus_business_days, zone

FORMATS: Final = {"braille": "Braille", "audio": "audio", "data_cd": "a data disc"}


def stop(
    cx: Context, letter_id: int, *, state: str, why: str, citation: str = "", **values: Any
) -> None:
    """The letter does not leave (`state`: refused or parked): it becomes a task with an owner,
    today. `values` are further columns of the letter."""
    letter = cx.db.execute(select(Letter).where(Letter.id == letter_id)).scalar_one()
    cx.db.execute(
        update(Letter)
        .where(Letter.id == letter.id)
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    _owe(
        cx,
        letter,
        _case_of(cx, letter),
        kind=mending(letter.id),
        says=f"The letter {_named(letter)} cannot leave. {why}",
        citation=citation,
        owner_role="supervisor",
        due_at=cx.now,
    )


def mending(letter_id: int) -> str:
    """The kind of the task of mending a letter that cannot leave."""
    return f"mend_letter_{letter_id}"


def owe_release(cx: Context, letter: Any, *, kind: str, role: str, due_at: datetime) -> None:
    """The words of a letter that could not leave are put anew: somebody words and releases it."""
    _owe(
        cx,
        letter,
        _case_of(cx, letter),
        kind=kind,
        says=f"Put the words of the letter {_named(letter)} to the {letter.recipient} anew, and"
        " release it.",
        citation="",
        owner_role=role,
        due_at=due_at,
    )


def owe_translation(cx: Context, letter: Any) -> None:
    """The letter is in the member's language but for words that somebody wrote in English: they
    are owed in the member's own, free (45 CFR 92.201(a); 42 CFR 438.10(d)(4))."""
    case = _case_of(cx, letter)
    _owe(
        cx,
        letter,
        case,
        kind=f"translate_words_{letter.id}",
        says=f"The letter {_named(letter)} shows some words in English. Put them into Spanish and"
        " send them after it, or read them to the member.",
        citation="45 CFR 92.201(a); 42 CFR 438.10(d)(4)",
        owner_role="supervisor",
        due_at=obligations.business_day_after(cx, case),
    )


def owe_address(cx: Context, letter: Any, *, fault: str) -> None:
    """No copy can go by mail to the address that we have: somebody finds a better one today."""
    _owe(
        cx,
        letter,
        _case_of(cx, letter),
        kind=f"find_address_{letter.id}",
        says=f"The letter {_named(letter)} to the {letter.recipient} was not mailed. {fault} Put"
        " the address right, then send the letter again.",
        citation="",
        owner_role="supervisor",
        due_at=cx.now,
    )


def owe_format(cx: Context, letter: Any, wanted: str) -> None:
    """The member reads another format than print (45 CFR 92.202; 42 CFR 438.10(d)(3)): the copy in
    it has a day of its own, and ends as a task when the vendor proves that it was mailed."""
    case = _case_of(cx, letter)
    version = bridge.version_of(cx, case.contract_version_id)
    where = zone(version.contract.time_zone)
    days = handover.read(version.workflow).format_days
    holidays = version.contract.policies.state_holidays
    last = plus_business_days(local_day(cx.now, where), days, holidays)
    _owe(
        cx,
        letter,
        case,
        kind=format_task(letter.id),
        says=f"The letter {_named(letter)} is owed in {FORMATS[wanted]} as well: see that the print"
        " vendor makes and mails it.",
        citation="45 CFR 92.202; 42 CFR 438.10(d)(3)",
        owner_role="supervisor",
        due_at=end_of_day(last, where),
    )


def owe_vendor(
    cx: Context, letter: Any, *, kind: str, says: str, due_at: datetime | None = None
) -> None:
    """Something about this letter must be cleared with a carrier, today unless said otherwise."""
    _owe(
        cx,
        letter,
        _case_of(cx, letter),
        kind=kind,
        says=f"The letter {_named(letter)} to the {letter.recipient}: {says}",
        citation="",
        owner_role="supervisor",
        due_at=due_at or cx.now,
    )


def format_task(letter_id: int) -> str:
    """The kind of the task for the copy in another format."""
    return f"other_format_{letter_id}"


def settle(cx: Context, case_id: int, kind: str) -> None:
    """This task is done by itself: what it asked for has happened."""
    cx.db.execute(
        update(Obligation)
        .where(Obligation.case_id == case_id, Obligation.kind == kind, Obligation.done_at.is_(None))
        .values(done_at=cx.now, done_by=cx.principal.name[:120])
        .execution_options(synchronize_session=False)
    )
    ledger.weigh(cx, [case_id])


def _owe(
    cx: Context,
    letter: Any,
    case: Any,
    *,
    kind: str,
    says: str,
    citation: str,
    owner_role: str,
    due_at: datetime,
) -> None:
    owed = {
        "says": says[:300],
        "citation": citation[:200],
        "owner_id": case.assignee_id,
        "owner_role": owner_role,
        "due_at": due_at,
        "raised_at": cx.now,
    }
    row = {"case_id": letter.case_id, "kind": kind, "cause_seq": letter.cause_seq, **owed}
    cx.db.execute(
        insert(Obligation)
        .values(**row)
        .on_conflict_do_update(  # it was done once, and is owed again
            index_elements=["case_id", "kind", "cause_seq"],
            set_={**owed, "done_at": None, "done_by": ""},
        )
    )
    ledger.weigh(cx, [letter.case_id])


def _case_of(cx: Context, letter: Any) -> Any:
    return cx.db.execute(
        select(Case.assignee_id, Case.contract_version_id).where(Case.id == letter.case_id)
    ).one()


def _named(letter: Any) -> str:
    return str(letter.code).replace("_", " ")

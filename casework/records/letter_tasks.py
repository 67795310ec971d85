"""What a letter leaves people to do: mend one that cannot leave, translate what is in English.

Each is an obligation on the case with an owner and a due instant. It renders and sends nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from casework import ledger
from casework.context import Context
from casework.models import Case, Letter, Obligation
from casework.records import obligations


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
        kind=f"mend_letter_{letter.id}",
        says=f"The letter {_named(letter)} cannot leave. {why}",
        citation=citation,
        owner_role="supervisor",
        due_at=cx.now,
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
    cx.db.execute(
        insert(Obligation).values(
            case_id=letter.case_id,
            kind=kind,
            says=says[:300],
            citation=citation[:200],
            cause_seq=letter.cause_seq,
            owner_id=case.assignee_id,
            owner_role=owner_role,
            due_at=due_at,
            raised_at=cx.now,
        )
    )
    ledger.weigh(cx, [letter.case_id])


def _case_of(cx: Context, letter: Any) -> Any:
    return cx.db.execute(
        select(Case.assignee_id, Case.contract_version_id).where(Case.id == letter.case_id)
    ).one()


def _named(letter: Any) -> str:
    return str(letter.code).replace("_", " ")

"""Information that a case waits for: asked, answered, lapsed. Shared by all kinds of case."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from casework import seal
from casework.context import Context
from casework.ledger.change import Head
from casework.ledger.entries import case_key
from casework.models import InformationRequest


def ask(cx: Context, case: Head, *, wanted: tuple[str, ...], source: str, hours: int) -> None:
    """Write down what was asked for, from whom and by when."""
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(InformationRequest).values(
            case_id=case.id,
            wanted_ct=seal.seal_json(key, list(wanted), place(case.id)),
            from_whom=source,
            asked_at=cx.now,
            due_at=cx.now + timedelta(hours=hours),
        )
    )


def settle(cx: Context, case: Head, **values: Any) -> None:
    """Mark the open question of this case answered or lapsed."""
    cx.db.execute(
        update(InformationRequest)
        .where(
            InformationRequest.case_id == case.id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def open_question(cx: Context, case_id: int) -> Any:
    """The newest question of this case that is neither answered nor lapsed, or None."""
    return cx.db.execute(
        select(
            InformationRequest.due_at, InformationRequest.wanted_ct, InformationRequest.from_whom
        )
        .where(
            InformationRequest.case_id == case_id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .order_by(InformationRequest.id.desc())
        .limit(1)
    ).one_or_none()


def place(case_id: int) -> str:
    """What the sealed list of wanted items is bound to."""
    return f"wanted:{case_id}"


def wanted(key: bytes, row: Any, case_id: int) -> tuple[str, ...]:
    """The items of a question in clear."""
    return tuple(seal.unseal_json(key, row.wanted_ct, place(case_id)) or ())

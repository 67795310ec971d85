"""What a member and the plan, or an office and the plan, wrote to each other about one case, in the
words in which it stands.

Only what was written here, by those who read it here: calls and visits are told elsewhere, and
neither of the two reads what the other wrote. The text is unsealed for those who may read the case.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.models import CaseEvent, Contact
from casework.policy import MEMBERS
from casework.queries.case_file import key_of

BETWEEN: Final = ("message", "interpreter", "answer")
WITH_OFFICES: Final = ("office message", "answer to office")
MOST: Final = 100
MOST_SAID: Final = 200


@dataclass(frozen=True)
class Written:
    """One message: its CALL- number, when, whose (`answer`: the plan's), what for, and its words.
    `who` is the name of who wrote it, empty for the plan."""

    ref: str
    at: datetime
    answer: bool
    purpose: str
    who: str
    text: str


def conversation(
    cx: Context, case: Any, *, limit: int = MOST, between: tuple[str, ...] = BETWEEN
) -> tuple[Written, ...]:
    """The newest messages about this case and the answers to them, the oldest of them first:
    `between` the member and the plan, or WITH_OFFICES."""
    rows = list(
        cx.db.execute(
            select(Contact)
            .where(Contact.case_id == case.id, Contact.channel == "portal")
            .where(Contact.purpose.in_(between))
            .order_by(Contact.id.desc())
            .limit(max(1, min(limit, MOST)))
        ).scalars()
    )
    key = key_of(cx, case) if rows else b""
    return tuple(_written(row, key) for row in reversed(rows))


@dataclass(frozen=True)
class Said:
    """What a member, or who speaks for one, said with a step of the case: the step, when, who, and
    the words as they were typed."""

    event: str
    at: datetime
    who: str
    facts: str
    texts: tuple[str, ...]


def said_by_members(cx: Context, case: Any) -> tuple[Said, ...]:
    """Every step of members on this case with the words that went with it, the oldest first."""
    rows = cx.db.execute(
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.actor_role.in_(MEMBERS))
        .order_by(CaseEvent.seq)
        .limit(MOST_SAID)
    ).scalars()
    key = key_of(cx, case)
    return tuple(
        Said(
            event=row.event,
            at=row.occurred_at,
            who=row.actor_name,
            facts=row.facts,
            texts=_texts(seal.unseal_json(key, row.body_ct, f"event:{case.id}:{row.seq}")),
        )
        for row in rows
    )


def _texts(body: dict[str, Any]) -> tuple[str, ...]:
    """The words of one step: what was typed, and the names of what was added."""
    found = []
    for value in body.values():
        if isinstance(value, list):
            value = ", ".join(str(each) for each in value)
        if isinstance(value, str) and value.strip():
            found.append(value)
    return tuple(found)


def _written(row: Contact, key: bytes) -> Written:
    answer = row.direction == "out"
    return Written(
        ref=row.ref,
        at=row.at,
        answer=answer,
        purpose=row.purpose,
        who="" if answer else row.by_name,
        text=seal.unseal_text(key, row.note_ct, f"contact:{row.ref}"),
    )

"""Letters that wait for a named person: written down as held, each with a task that has its time.

No work is enqueued for them, so nothing can print them; the clock of the notice keeps running and
calls as ever. Nothing is released by time: a person reads, or the ladder says who did not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from casework import bridge
from casework.bridge import letter_release
from casework.bridge.letters_due import Occasion
from casework.context import Context
from casework.ledger import openness
from casework.ledger.change import Head
from casework.metadata import table_of
from casework.models import Letter, Obligation
from letters import catalogue
from letters.entries import DueLetter
from sla.values import Answer

Owed = tuple[Occasion, DueLetter]
BY_LAW = frozenset({"deadline_missed", "deemed_approved"})


def that_wait(cx: Context, owed: Sequence[Owed], heads: Mapping[int, Head]) -> list[Owed]:
    """Of these letters those that the contract lets nobody send unread."""
    if cx.principal.kind == "system":
        return []
    kinds: dict[tuple[int, int], set[str]] = {}
    for occasion, letter in owed:
        kinds.setdefault((occasion.case_id, occasion.seq), set()).add(letter.notice_kind)
    return [
        (occasion, letter)
        for occasion, letter in owed
        if occasion.event not in BY_LAW
        and _rule(cx, heads[occasion.case_id]).waits(
            letter.code, kinds[occasion.case_id, occasion.seq]
        )
    ]


def hold(
    cx: Context,
    rows: Sequence[dict[str, Any]],
    heads: Mapping[int, Head],
    answers: Mapping[int, Answer],
) -> None:
    """Write these rows of letters as held, and for each the task of releasing it."""
    table = table_of(Letter)
    for row in rows:
        head = heads[row["case_id"]]
        letter_id = cx.db.connection().scalar(
            insert(table).values(**row | {"state": "held"}).returning(table.c.id)
        )
        cx.db.connection().execute(
            insert(table_of(Obligation)).values(
                case_id=head.id,
                kind=kind_of(letter_id),
                says=f"Read and release the letter “{_title(row)}” to the {row['recipient']}."[
                    :300
                ],
                citation="Rule of the plan: release by a named person",
                cause_seq=row["cause_seq"],
                owner_role=_rule(cx, head).roles[0],
                due_at=letter_release.due_of(answers.get(head.id), at=cx.now),
                raised_at=cx.now,
            )
        )
    openness.weigh(cx, {row["case_id"] for row in rows})


def kind_of(letter_id: int) -> str:
    """The name of the task of releasing this letter."""
    return f"release_letter_{letter_id}"


def _rule(cx: Context, head: Head) -> letter_release.Release:
    return letter_release.release_of(bridge.version_of(cx, head.contract_version_id).workflow)


def _title(row: Mapping[str, Any]) -> str:
    return catalogue.get(row["code"]).title

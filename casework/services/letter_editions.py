"""The same letter in large print, on request: asked for here, made by the worker, then kept.

It is made of the facts that were kept with the letter, never of new ones, and it is no new notice:
no clock sees it. Two commands, claim and deposit, with the printing between them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from casework import outbox, policy
from casework.context import Context
from casework.db import command
from casework.errors import NotFound, StateRefused
from casework.models import Letter, LetterEdition
from casework.outbox import Claimed
from casework.records import speaking
from casework.storage import Stored

TOPIC: Final = "edition"
LARGE: Final = "large_print"
READABLE: Final = ("deposited", "sent")


@dataclass(frozen=True)
class EditionJob:
    """An edition in our hands: of which letter, made of which facts."""

    item: Claimed
    edition_id: int
    sha256: str
    facts_sha256: str


@command
def ask_large_print(cx: Context, letter_id: int) -> str:
    """Ask for this letter in large print; asking twice asks once. Returns the state.

    Raises NotFound, also for a copy that is addressed to another; StateRefused where the facts of
    the letter were not kept.
    """
    policy.require(cx.principal, "", "ask_edition")
    letter = cx.db.execute(
        select(Letter).where(Letter.id == letter_id, Letter.state.in_(READABLE), *_for(cx))
    ).scalar_one_or_none()
    if letter is None:
        raise NotFound("There is no such letter here.")
    speaking.require_acting(cx.principal, letter.member_id)
    if not letter.facts_sha256:
        raise StateRefused(
            "This letter was sent before its facts were kept: ask for it to be sent again in large"
            " print."
        )
    values = {
        "case_id": letter.case_id,
        "letter_id": letter.id,
        "form": LARGE,
        "state": "asked",
        "asked_at": cx.now,
        "asked_by": cx.principal.name[:120],
    }
    adding = insert(LetterEdition).values(values)
    cx.db.execute(adding.on_conflict_do_nothing(index_elements=["letter_id", "form"]))
    edition = _of(cx, letter.id)
    if edition.state == "failed":
        _set(cx, edition.id, state="asked", asked_at=cx.now)
    if edition.state != "made":
        posting = outbox.Posting(TOPIC, f"edition:{edition.id}", letter.case_id, edition.id)
        outbox.revive(cx, [posting])
    return "made" if edition.state == "made" else "asked"


@command
def claim_edition(cx: Context, wall: datetime) -> EditionJob | None:
    """Take the next edition that is asked for; None when there is none."""
    claimed = outbox.claim(cx, [TOPIC], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    row = cx.db.execute(
        select(LetterEdition.id, LetterEdition.state, Letter.sha256, Letter.facts_sha256)
        .join(Letter, Letter.id == LetterEdition.letter_id)
        .where(LetterEdition.id == item.object_id)
    ).one()
    return EditionJob(item, row.id, row.sha256, row.facts_sha256)


@command
def deposit_edition(cx: Context, job: EditionJob, stored: Stored, *, pages: int) -> bool:
    """Keep the bytes as the edition. False, and nothing kept, where somebody else has it by now."""
    if not outbox.settle(cx, job.item):
        cx.db.rollback()
        return False
    _set(
        cx,
        job.edition_id,
        state="made",
        made_at=cx.now,
        sha256=stored.sha256,
        size=stored.size,
        pages=pages,
    )
    return True


@command
def retry_edition(cx: Context, job: EditionJob, error: str) -> None:
    """Try it again later; after the last try it failed, and the page says so."""
    if outbox.put_back(cx, job.item, error=error) and job.item.attempts >= outbox.MAX_ATTEMPTS:
        _set(cx, job.edition_id, state="failed")


def _for(cx: Context) -> tuple[Any, ...]:
    """Whose copies this person may ask for: offices their own, members theirs and their
    representative's, the staff all."""
    if cx.principal.roles & policy.OFFICE:
        return (Letter.recipient == "provider",)
    if cx.principal.roles & policy.MEMBERS:
        return (Letter.recipient.in_(("member", "representative")),)
    return ()


def _of(cx: Context, letter_id: int) -> Any:
    return cx.db.execute(
        select(LetterEdition)
        .where(LetterEdition.letter_id == letter_id, LetterEdition.form == LARGE)
        .with_for_update()
    ).scalar_one()


def _set(cx: Context, edition_id: int, **values: Any) -> None:
    cx.db.execute(
        update(LetterEdition)
        .where(LetterEdition.id == edition_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

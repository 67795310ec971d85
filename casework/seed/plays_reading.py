"""How the demo's people read: places marked in a paper, a talk that is offered to the office."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from casework.models import Case, CaseDocument, Document
from casework.records import leaves
from casework.seed.living import Living
from casework.seed.scene import DAY
from casework.services import marks, review, talk_tries

# What the notes of the town say of what was tried, and of what comes next.
MARKED: Final = (
    ("Tried", "evidence", "What was tried, for the criteria."),
    ("Plan", "attention", "What is asked for, in the doctor's words."),
)
_BOX: Final = ("left", "top", "width", "height")


def papers_are_read(living: Living, now: datetime) -> None:
    """A nurse marks two places in the notes of a request that a physician has, and the physician
    offers a talk for tomorrow; the office was called once. A town without such a case has none."""
    found = _with_a_paper(living, now)
    if found is None:
        return
    living.at(now - timedelta(hours=4))
    for words, tag, note in MARKED:
        for hit in leaves.find(living.settings, [found], words, only=1).hits[:1]:
            box = {name: Decimal(str(hit[name])) for name in _BOX}
            form = marks.Mark(
                paper_id=found.id,
                page=1,
                tag=tag,  # type: ignore[arg-type]  # of the closed list
                quote=words,
                note=note,
                **box,
            )
            marks.mark_paper(living.of("nurse"), found.ref, None, form)
    living.at(now - timedelta(hours=3))
    morning = _ten_in_the_morning(now)
    slot = review.Slot(
        at=morning,
        second=morning + timedelta(hours=4),
        phone="614-555-0142",
        zone="America/Chicago",
    )
    review.offer_peer_to_peer(living.of("physician"), found.ref, None, slot)
    living.at(now - timedelta(hours=1))
    one = talk_tries.Try(at=now - timedelta(hours=1), number="614-555-0142", result="voicemail")
    talk_tries.log_talk_try(living.of("physician"), found.ref, None, one)


def _ten_in_the_morning(now: datetime) -> datetime:
    """Ten o'clock Central (standard time) of the next day on which an office works."""
    day = (now + DAY).replace(hour=16, minute=0, second=0, microsecond=0)
    while day.weekday() > 4:
        day += DAY
    return day


def _with_a_paper(living: Living, now: datetime) -> Any:
    with living.database.reading(living.of("physician")) as cx:
        return cx.db.execute(
            select(Case.ref, CaseDocument.id, Document.sha256, Document.media_type)
            .join(CaseDocument, CaseDocument.case_id == Case.id)
            .join(Document, Document.id == CaseDocument.document_id)
            .where(
                Case.kind == "prior_auth",
                Case.state == "in_physician_review",
                Case.open,
                Case.restricted.is_(False),
                Case.next_due_at > now + 2 * DAY,
            )
            .order_by(Case.next_due_at, Case.id)
            .limit(1)
        ).one_or_none()

"""The rows behind one letter, read once: case, event, member, what it is about, and the words."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework import seal
from casework.bridge import letter_again
from casework.context import Context
from casework.models import Appeal, Case, CaseEvent, ExternalReview, Grievance, Member

_DETAILS = {"appeal": Appeal, "grievance": Grievance, "external_review": ExternalReview}


@dataclass(frozen=True)
class Sources:
    """The rows behind one letter. `origin` is the case that this one is about, `request` the one
    at the root of the series; `body` is the sealed text of the event, in clear."""

    case: Any
    event: Any
    member: Any
    detail: Any
    origin: Any
    request: Any
    key: bytes
    body: dict[str, Any]


def sources_of(cx: Context, letter: Any) -> Sources:
    """The rows behind this letter row; of one that is sent again those behind the first."""
    letter = letter_again.root_of(cx, letter)
    case = cx.db.execute(select(Case).where(Case.id == letter.case_id)).scalar_one()
    event = cx.db.execute(
        select(CaseEvent).where(
            CaseEvent.case_id == letter.case_id, CaseEvent.seq == letter.cause_seq
        )
    ).scalar_one()
    member = cx.db.execute(select(Member).where(Member.id == case.member_id)).scalar_one()
    detail = _detail(cx, case)
    origin = _case(cx, getattr(detail, "about_case_id", None))
    key = key_of(cx, case)
    body = seal.unseal_json(key, event.body_ct, f"event:{case.id}:{event.seq}")
    return Sources(case, event, member, detail, origin, _request(cx, case, origin), key, body)


def key_of(cx: Context, case: Any) -> bytes:
    """The data key of a case row."""
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    return seal.unwrap(wrapping, bytes(case.key_sealed), f"case:{case.id}")


def _detail(cx: Context, case: Any) -> Any:
    table: Any = _DETAILS.get(case.kind)
    if table is None:
        return None
    return cx.db.execute(select(table).where(table.case_id == case.id)).scalar_one_or_none()


def _case(cx: Context, case_id: int | None) -> Any:
    if case_id is None:
        return None
    return cx.db.execute(select(Case).where(Case.id == case_id)).scalar_one()


def _request(cx: Context, case: Any, origin: Any) -> Any:
    """The request at the root of the series: the case itself, or what its origin is about."""
    if case.kind == "prior_auth":
        return case
    if origin is None or origin.kind == "prior_auth":
        return origin
    return _case(cx, getattr(_detail(cx, origin), "about_case_id", None))

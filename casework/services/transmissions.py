"""What programs send whole: a transmission is taken once, answered once, and told again the same.

A raw document and its answer are kept sealed. The same key with the same content is answered as
before; with other content it is refused. It knows no wire format.
"""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import ledger, seal
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import StateRefused
from casework.models import Case, Document, PriorAuth, RequestLine, Transmission
from casework.records import completing, opening, request_rows, standing
from casework.records.answers import done, step
from casework.records.findings import Finding, examine
from casework.storage import Storage
from casework.submission import Submission
from statemachines import engine

PLACE = "transmission"


@dataclass(frozen=True, kw_only=True)
class Received:
    """One transmission: its rail, who sent it, the key that makes it one, and its content."""

    rail: str
    sender: str
    key: str
    content_sha256: str
    body: bytes
    media_type: str
    submission: Submission
    related_traces: tuple[str, ...] = ()
    purpose: str = "request"


@dataclass(frozen=True)
class Taken:
    """What became of it: the case, or the findings that kept it out; or the answer given before."""

    transmission_id: int
    case_ref: str
    findings: tuple[Finding, ...]
    answer: bytes = b""


@command
def take(cx: Context, received: Received) -> Taken:
    """Take a transmission once. Raises StateRefused when its key was used for other content."""
    transmission_id, before = _claim(cx, received)
    if before is not None:
        return before
    if received.purpose == "cancel":
        return _cancelled(cx, received, transmission_id)
    recognised, findings = examine(cx, received.submission)
    refusing = tuple(finding for finding in findings if finding.refuses)
    if refusing:
        return Taken(transmission_id, "", refusing)
    prior = _prior(cx, received)
    if prior is not None and received.purpose == "update":
        return _updated(cx, received, transmission_id, prior)
    filed = opening.open_request(cx, received.submission, recognised, findings)
    _name_case(cx, transmission_id, filed.ref)
    return Taken(transmission_id, filed.ref, findings)


@command
def keep_answer(cx: Context, transmission_id: int, answer: bytes) -> None:
    """Keep the answer that was given, to be told again."""
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    cx.db.execute(
        update(Transmission)
        .where(Transmission.id == transmission_id)
        .values(answer_ct=seal.seal(wrapping, answer, f"{PLACE}:{transmission_id}"))
        .execution_options(synchronize_session=False)
    )


def _claim(cx: Context, received: Received) -> tuple[int, Taken | None]:
    """The row of this transmission, and what was answered when it came before."""
    stored = Storage(cx.database.settings).put(received.body)
    cx.db.execute(
        pg_insert(Document)
        .values(
            sha256=stored.sha256,
            size=stored.size,
            media_type=received.media_type,
            stored_at=cx.now,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    document_id = cx.db.execute(
        select(Document.id).where(Document.sha256 == stored.sha256)
    ).scalar_one()
    fresh = cx.db.execute(
        pg_insert(Transmission)
        .values(
            sender=received.sender,
            rail=received.rail,
            key=received.key,
            body_sha256=received.content_sha256,
            body_document_id=document_id,
            received_at=cx.now,
        )
        .on_conflict_do_nothing()
        .returning(Transmission.id)
    ).scalar()
    if fresh is not None:
        return int(fresh), None
    return 0, _answered_before(cx, received)


def _answered_before(cx: Context, received: Received) -> Taken:
    row = cx.db.execute(
        select(Transmission).where(
            Transmission.sender == received.sender,
            Transmission.rail == received.rail,
            Transmission.key == received.key,
        )
    ).scalar_one()
    if row.body_sha256 != received.content_sha256:
        raise StateRefused(
            "This identifier was used before for a request with other content: send a new one.",
            source="transmission",
        )
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    answer = (
        seal.unseal(wrapping, bytes(row.answer_ct), f"{PLACE}:{row.id}") if row.answer_ct else b""
    )
    ref = ""
    if row.case_id is not None:
        ref = cx.db.execute(select(Case.ref).where(Case.id == row.case_id)).scalar() or ""
    return Taken(row.id, ref, (), answer)


def _prior(cx: Context, received: Received) -> str | None:
    """The request that this one follows, by its trace, within the sender's reach."""
    if not received.related_traces:
        return None
    return cx.db.execute(
        select(Case.ref)
        .join(PriorAuth, PriorAuth.case_id == Case.id)
        .where(PriorAuth.trace.in_(received.related_traces))
        .order_by(Case.id.desc())
        .limit(1)
    ).scalar()


def _cancelled(cx: Context, received: Received, transmission_id: int) -> Taken:
    ref = _prior(cx, received)
    if ref is None:
        return Taken(transmission_id, "", (_unknown_prior(),))
    case = ledger.take(cx, ref)
    facts = standing.withdrawn_by_filer(known.of_case(cx, case))
    step(cx, case, "withdraw", facts, sets={"outcome": "withdrawn"})
    _name_case(cx, transmission_id, ref)
    return Taken(transmission_id, ref, ())


def _updated(cx: Context, received: Received, transmission_id: int, ref: str) -> Taken:
    """The full picture was sent again: lines that are new are added, known ones brought up to date.

    After a decision there is nothing to update: a new request (or an appeal) is needed.
    """
    case = ledger.take(cx, ref)
    if case.state not in engine.open_states("prior_auth"):
        raise StateRefused(
            f"{ref} is decided: send a new request, or appeal.", source="update after decision"
        )
    had = {
        row.number
        for row in cx.db.execute(select(RequestLine.number).where(RequestLine.case_id == case.id))
    }
    fresh = [line for line in received.submission.lines if line.number not in had]
    changed = [line for line in received.submission.lines if line.number in had]
    request_rows.add_lines(cx, case, fresh)
    request_rows.bring_lines_up_to_date(cx, case, changed)
    complete = completing.is_complete_now(cx, case)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                observation="request_updated",
                said=ledger.Said(
                    more={
                        "added": [line.number for line in fresh],
                        "sent": [line.number for line in received.submission.lines],
                    }
                    | ({"complete": True} if complete else {})
                ),
                sets={"new_papers_at": cx.now},
            )
        ],
    )
    if complete:
        completing.meet_the_rules(cx, done(recorded))
    _name_case(cx, transmission_id, ref)
    return Taken(transmission_id, ref, ())


def _unknown_prior() -> Finding:
    return Finding("AA", "related", "We know no request with this number that is yours.")


def _name_case(cx: Context, transmission_id: int, ref: str) -> None:
    case_id = cx.db.execute(select(Case.id).where(Case.ref == ref)).scalar_one()
    cx.db.execute(
        update(Transmission)
        .where(Transmission.id == transmission_id)
        .values(case_id=case_id)
        .execution_options(synchronize_session=False)
    )

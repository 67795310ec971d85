"""What a new form does to the appeals that wait for one, and an ended one to letters under way.

Everything happens in the caller's transaction: a form and what follows from it stand together.
"""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select, update

from casework import ledger
from casework.bridge import facts as known
from casework.bridge import speakers
from casework.context import SYSTEM, Context
from casework.models import Appeal, Case, Delivery, Letter, OutboxItem, Representative
from casework.records import appeal_facts, speaking

VOID: Final = "void"
_WAITS: Final = ("received", "awaiting_consent", "in_review", "pended")
_COPY: Final = "representative"


def tell_of(cx: Context, form: Representative) -> tuple[str, ...]:
    """Tell the appeals that this person filed for the member, and that wait for a form, that it is
    here: the consent is recorded by the system, through the ledger. Their numbers.

    A form to read covers none, one about a series none of another (42 CFR 438.402(c)(1)(ii),
    405.910(c)(3)).
    """
    if form.looks_only:
        return ()
    taken = ledger.take_all(cx, _waiting(cx, form))
    waiting = [case for case in taken.values() if case.state in _WAITS]
    if not waiting:
        return ()
    # The law takes the form whoever brought it in: the house itself records it.
    ledger.record(cx, [_change(cx.but(principal=SYSTEM), case) for case in waiting])
    cx.db.execute(
        update(Appeal)
        .where(Appeal.case_id.in_([case.id for case in waiting]))
        .values(consent="on_file")
        .execution_options(synchronize_session=False)
    )
    return tuple(case.ref for case in waiting)


def _waiting(cx: Context, form: Representative) -> list[int]:
    rows = cx.db.execute(
        select(Case.id, Appeal.filer_name)
        .join(Appeal, Appeal.case_id == Case.id)
        .where(
            Case.member_id == form.member_id,
            Case.kind == "appeal",
            Case.state.in_(_WAITS),
            Case.filed_by == "representative",
            Appeal.consent == "missing",
            *((Case.series_id == form.series_id,) if form.series_id is not None else ()),
        )
        .order_by(Case.id)
    ).all()
    return [
        row.id
        for row in rows
        if not row.filer_name or speaking.same_person(row.filer_name, form.name)
    ]


def _change(cx: Context, case: ledger.Head) -> ledger.Change:
    if case.state == "received":
        return ledger.Change(case=case, observation="consent_filed", actor=SYSTEM)
    facts = appeal_facts.of_appeal(cx, case, known.of_case(cx, case))
    return ledger.Change(
        case=case,
        trigger="record_consent",
        facts=replace(facts, consent_covers_case=True),
        said=ledger.Said(more={"signed_on": cx.now.date().isoformat()}),
        actor=SYSTEM,
    )


def stop_copies(cx: Context, member_id: int) -> int:
    """Stop the copies for a representative that have not left the house and that no form covers any
    more; the member's own letters leave as before. How many were stopped."""
    rows = cx.db.execute(
        select(Letter.id, Letter.case_id, Letter.cause_seq, Letter.code)
        .join(Case, Case.id == Letter.case_id)
        .where(
            Letter.member_id == member_id,
            Letter.recipient == _COPY,
            Letter.state.in_(("due", "held", "deposited")),
            ~_still_covered(cx),
        )
        .with_for_update(of=Letter)
    ).all()
    stopped = [row for row in rows if not _gone(cx, row.id)]
    if not stopped:
        return 0
    _set(cx, Letter, [row.id for row in stopped])
    cx.db.execute(
        update(Delivery)
        .where(Delivery.letter_id.in_([row.id for row in stopped]), Delivery.state == "intent")
        .values(state=VOID, proof="nobody speaks for the member any more")
        .execution_options(synchronize_session=False)
    )
    keys = [f"letter:{r.case_id}:{r.cause_seq}:{r.code}:{_COPY}" for r in stopped]
    cx.db.execute(
        update(OutboxItem)
        .where(OutboxItem.dedupe_key.in_(keys), OutboxItem.state == "waiting")
        .values(state="done", done_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    return len(stopped)


def _still_covered(cx: Context) -> Any:
    return (
        select(Representative.id)
        .where(
            Representative.member_id == Letter.member_id,
            speakers.in_force(cx.now.date()),
            speakers.gets_letters(Case.series_id, Case.restricted),
        )
        .correlate(Letter, Case)
        .exists()
    )


def _gone(cx: Context, letter_id: int) -> bool:
    """Whether a printed copy is with the vendor already, or in a batch on its way there."""
    with_vendor = select(Delivery.id).where(
        Delivery.letter_id == letter_id,
        (Delivery.state == "confirmed") | Delivery.batch_id.is_not(None),
    )
    return cx.db.execute(with_vendor.limit(1)).first() is not None


def _set(cx: Context, table: Any, ids: list[int]) -> None:
    cx.db.execute(
        update(table)
        .where(table.id.in_(ids))
        .values(state=VOID)
        .execution_options(synchronize_session=False)
    )

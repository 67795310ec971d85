"""A letter comes back: who must do what, where nothing goes blindly, and how it is sent again."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest
from sqlalchemy import select, update

from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import (
    Case,
    CaseEvent,
    Clock,
    Delivery,
    Letter,
    Member,
    Obligation,
    OutboxItem,
    StandingNeed,
)
from casework.records.cuts import Reduction
from casework.records.determinations import LineRuling, Words
from casework.records.returned_mail import CameBack
from casework.services import (
    authorizations,
    desk,
    determinations,
    endings,
    reissue,
    returned_mail,
    review,
)
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.storage import Storage
from casework.worker import Worker
from letters import pdf_text
from tests.builders import MONDAY, a_submission, a_town

WEEK = timedelta(days=7)
NEW = ("88 Linden Avenue", "Columbus, OH 43215")


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


@pytest.fixture(autouse=True)
def fresh(town):
    """The member lives where he lived, and has no e-mail, before each test."""
    with town.database.session(town.database.context(SYSTEM)) as session:
        session.execute(
            update(Member).values(
                address=["1 Example Street", "Columbus, OH 43085"],
                zip_code="43085",
                address_bad_since=None,
                address_bad_why="",
                email="",
                phone="614-555-0100",
                letter_format="standard",
            )
        )
        session.commit()


def denied(town, worker, contract="OH-MCD-2026") -> str:
    """The number of a request that was denied, its letters sent."""
    at = town.database.case_now()
    ref = submit_prior_auth(town.cx("Maple", at), a_submission(town, contract, received_at=at)).ref
    nurse = town.cx("nurse", at)
    review.start_review(nurse, ref, None)
    review.refer_to_physician(
        nurse, ref, None, review.Referral(summary="Summary.", criteria="Not met.")
    )
    line = LineRuling(
        number=1,
        result="denied",
        reason="The records show no warning sign, so this test is not needed now.",
        criterion="Imaging policy MP-021, part 2.",
    )
    ruling = determinations.Ruling(
        lines=(line,),
        words=Words(
            provision="Your plan book, chapter 4.",
            standard="We compared the records with each point of the policy.",
            rationale="A doctor read the notes. The nerve exam was normal.",
            nothing_would_help=True,
        ),
        criterion="MP-021",
        attested=True,
    )
    determinations.deny(town.cx("physician", at), ref, None, ruling)
    leave(town, worker)
    return ref


def leave(town, worker) -> None:
    """Everything that is owed leaves, whatever the cut-off of its batch."""
    worker.relay()
    now = town.database.case_now()
    for hours in (1, 12, 24):
        if not _owed(town):
            return
        move_time(town.database.context(), now + timedelta(hours=hours))
        worker.relay()
    assert not _owed(town)


def _owed(town) -> int:
    with town.database.reading(town.cx("system")) as cx:
        return len(
            cx.db.execute(
                select(OutboxItem.id).where(OutboxItem.state.in_(("waiting", "claimed")))
            ).all()
        )


def rows(town, model, ref):
    with town.database.reading(town.cx("system")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        found = select(model).where(model.case_id == case.id).order_by(model.__table__.c[0])
        if model is CaseEvent:
            found = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
        return list(cx.db.execute(found).scalars())


def letter(town, ref, code="denial", recipient="member"):
    [*_, last] = [
        row for row in rows(town, Letter, ref) if (row.code, row.recipient) == (code, recipient)
    ]
    return last


def printed_copy(town, ref, letter_id):
    [copy] = [
        row
        for row in rows(town, Delivery, ref)
        if (row.letter_id, row.channel) == (letter_id, "print")
    ]
    return copy


def member(town, ref):
    number = letter(town, ref).member_id
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(Member).where(Member.id == number)).scalar_one()


def window(town, ref):
    [clock] = [row for row in rows(town, Clock, ref) if row.name == "filing_window"]
    return clock


def today(town):
    return town.database.case_now().date()


def come_back(town, ref, reason="moved", **more):
    first = letter(town, ref)
    copy = printed_copy(town, ref, first.id)
    form = returned_mail.Return(
        delivery_id=copy.id, reason=reason, came_back_on=today(town), **more
    )
    returned_mail.record_return(town.cx("nurse", town.database.case_now()), ref, None, form)
    return first, copy


def again(town, ref, letter_id, reason, role="nurse", **more):
    form = reissue.Reissue(letter_id=letter_id, reason=reason, **more)
    return reissue.reissue_letter(town.cx(role, town.database.case_now()), ref, None, form)


def text_of(town, row) -> str:
    with pikepdf.open(io.BytesIO(Storage(town.database.settings).get(row.sha256))) as document:
        return tight(" ".join(pdf_text.pages(document)))


def tight(text) -> str:
    """Lines are drawn without the blank that the break swallowed."""
    return "".join(text.split())


def owed_kinds(town, ref) -> list[str]:
    return [
        row.kind.rstrip("0123456789").rstrip("_")
        for row in rows(town, Obligation, ref)
        if row.done_at is None and row.kind.startswith(("returned_letter", "call_about_letter"))
    ]


@pytest.mark.parametrize("contract", ["OH-MCD-2026", "MA-2026", "OH-QHP"])
def test_a_denial_that_came_back_goes_out_again_and_the_window_counts_from_the_new_day(
    town, worker, contract
) -> None:
    ref = denied(town, worker, contract)
    told = next(row for row in rows(town, Clock, ref) if row.name == "decision")
    before = window(town, ref)
    stored = Storage(town.database.settings).get(letter(town, ref).sha256)
    move_time(town.database.context(), town.database.case_now() + WEEK)

    first, copy = come_back(town, ref)
    assert owed_kinds(town, ref) == ["returned_letter", "call_about_letter"]
    assert member(town, ref).address_bad_why == "moved"
    assert next(r for r in rows(town, Delivery, ref) if r.id == copy.id).state == "returned"
    assert window(town, ref).due_at == before.due_at, "that it came back moves no clock"

    with pytest.raises(Invalid, match="comes back"):
        again(town, ref, first.id, "returned")
    again(town, ref, first.id, "returned", new_address=NEW)
    leave(town, worker)

    second = letter(town, ref)
    assert (second.id, second.reissue_of, second.state) == (second.id, first.id, "sent")
    assert second.id != first.id
    assert second.printed_on >= first.printed_on + WEEK
    moved = window(town, ref)
    assert moved.due_at - before.due_at >= WEEK - timedelta(days=2), "rolled at most over a weekend"
    assert moved.anchor_at > before.anchor_at
    still = next(row for row in rows(town, Clock, ref) if row.name == "decision")
    assert (still.state, still.satisfied_at) == ("met", told.satisfied_at), "the first one counts"
    said = text_of(town, second)
    assert tight("It came back to us in the mail") in said
    assert tight(NEW[0]) in said
    on = second.printed_on
    assert tight(f"{on:%B} {on.day}, {on.year}") in said
    assert Storage(town.database.settings).get(first.sha256) == stored, "kept for ever"
    assert owed_kinds(town, ref) == []
    assert member(town, ref).address == list(NEW)
    assert member(town, ref).address_bad_since is None
    with town.database.reading(town.cx("system")) as cx:
        needs = cx.db.execute(select(StandingNeed).where(StandingNeed.need == "address")).scalars()
        assert [*needs][-1].became == list(NEW)


def test_a_second_copy_is_the_exact_pages_behind_a_cover_and_starts_no_time(town, worker) -> None:
    ref = denied(town, worker)
    before = window(town, ref)
    first = letter(town, ref)
    move_time(town.database.context(), town.database.case_now() + WEEK)
    again(town, ref, first.id, "second_copy", note="She lost it.")
    leave(town, worker)

    copy = letter(town, ref, "reissue_cover")
    assert (copy.state, copy.reissue_of, copy.notice_kind) == ("sent", first.id, "")
    assert copy.pages == first.pages + 1
    storage = Storage(town.database.settings)
    with (
        pikepdf.open(io.BytesIO(storage.get(copy.sha256))) as bound,
        pikepdf.open(io.BytesIO(storage.get(first.sha256))) as alone,
    ):
        assert pdf_text.pages(bound)[1:] == pdf_text.pages(alone)
        drawn = [page.Contents.read_bytes() for page in bound.pages]
        assert drawn[1:] == [page.Contents.read_bytes() for page in alone.pages]
        assert tight("You asked us for a copy") in tight(pdf_text.pages(bound)[0])
    after = window(town, ref)
    assert (after.due_at, after.anchor_at) == (before.due_at, before.anchor_at)
    events = [row.event for row in rows(town, CaseEvent, ref)]
    assert events.count("notice_sent") == 1


def test_a_returned_letter_is_tried_another_way_at_once(town, worker) -> None:
    ref = denied(town, worker)
    with town.database.session(town.database.context(SYSTEM)) as session:
        session.execute(update(Member).values(email="alex@example.org"))
        session.commit()
    first, _ = come_back(town, ref, "vacant")
    leave(town, worker)
    ways = {r.channel: r.state for r in rows(town, Delivery, ref) if r.letter_id == first.id}
    assert ways == {"print": "returned", "portal": "confirmed", "email": "confirmed"}
    events = [row for row in rows(town, CaseEvent, ref) if row.event == "letter_returned"]
    assert '"tried":["email"]' in events[0].facts
    assert "Linden" not in events[0].facts
    assert owed_kinds(town, ref) == ["returned_letter", "call_about_letter"]


def test_who_refuses_a_letter_lives_there(town, worker) -> None:
    ref = denied(town, worker)
    first, _ = come_back(town, ref, "refused")
    assert member(town, ref).address_bad_since is None
    again(town, ref, first.id, "returned")


def test_nothing_goes_to_the_dead(town, worker) -> None:
    ref = denied(town, worker)
    first, _ = come_back(town, ref, "deceased")
    assert owed_kinds(town, ref) == ["returned_letter"]
    [task] = [row for row in rows(town, Obligation, ref) if row.done_at is None]
    assert "estate" in task.says
    with pytest.raises(StateRefused, match="estate"):
        again(town, ref, first.id, "returned", "supervisor")
    form = reissue.NewAddress(new_address=NEW, how="He called: it was his father.")
    reissue.correct_address(town.cx("nurse", town.database.case_now()), ref, None, form)
    again(town, ref, first.id, "returned")
    assert owed_kinds(town, ref) == []


def test_a_scanned_key_does_the_same_once(town, worker) -> None:
    ref = denied(town, worker)
    copy = printed_copy(town, ref, letter(town, ref).id)
    back = CameBack(reason="moved", on=today(town), seen="a scan")
    clerk = town.cx("intake", town.database.case_now())
    assert returned_mail.came_back(clerk, f" {copy.external_key} ", back).ref == ref
    with pytest.raises(StateRefused, match="already"):
        returned_mail.came_back(clerk, copy.external_key, back)
    with pytest.raises(NotFound):
        returned_mail.came_back(clerk, "L00000000-print-000000000000", back)
    with pytest.raises(NotAllowed):
        returned_mail.came_back(
            town.cx("physician", town.database.case_now()), copy.external_key, back
        )


def test_what_did_not_leave_by_mail_or_before_that_day_cannot_come_back(town, worker) -> None:
    ref = denied(town, worker)
    first = letter(town, ref)
    portal = next(
        r for r in rows(town, Delivery, ref) if (r.letter_id, r.channel) == (first.id, "portal")
    )
    nurse = town.cx("nurse", town.database.case_now())
    form = returned_mail.Return(delivery_id=portal.id, reason="moved", came_back_on=today(town))
    with pytest.raises(StateRefused, match="by mail"):
        returned_mail.record_return(nurse, ref, None, form)
    copy = printed_copy(town, ref, first.id)
    for day in (date(2020, 1, 1), today(town) + timedelta(days=2)):
        with pytest.raises(Invalid):
            returned_mail.record_return(
                nurse, ref, None, replace(form, delivery_id=copy.id, came_back_on=day)
            )


def test_wrong_content_is_corrected_in_the_case_first(town, worker) -> None:
    ref = denied(town, worker)
    first = letter(town, ref)
    with pytest.raises(StateRefused, match="correct the case first"):
        again(town, ref, first.id, "wrong_content")
    at = town.database.case_now()
    form = endings.Correction(
        received_at=at - timedelta(days=2), reason="The fax came first.", evidence="Its header."
    )
    endings.correct_receipt(town.cx("supervisor", at), ref, None, form)
    again(town, ref, first.id, "wrong_content")
    with pytest.raises(StateRefused, match="again already"):
        again(town, ref, first.id, "wrong_content")
    leave(town, worker)
    assert tight("had a mistake") in text_of(town, letter(town, ref))


def test_after_a_later_decision_only_a_copy_goes_out(town, worker) -> None:
    ref = denied(town, worker)
    first = letter(town, ref)
    at = town.database.case_now()
    review_again = determinations.Reopening(ground="obvious_error", reason="Read the wrong file.")
    determinations.reopen(town.cx("physician", at), ref, None, review_again)
    with pytest.raises(StateRefused, match="later decision"):
        again(town, ref, first.id, "wrong_format")
    again(town, ref, first.id, "returned")
    leave(town, worker)
    assert letter(town, ref, "reissue_cover").state == "sent"
    assert [r.event for r in rows(town, CaseEvent, ref)].count("notice_sent") == 1


def cut_short(town, worker, *, in_days: int) -> str:
    """The number of an approved request that is cut so many days from now, its notice sent."""
    at = town.database.case_now()
    contract = "OH-MCD-2026"
    ref = submit_prior_auth(town.cx("Maple", at), a_submission(town, contract, received_at=at)).ref
    review.start_review(town.cx("nurse", at), ref, None)
    yes = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    determinations.approve(town.cx("nurse", at), ref, None, yes)
    form = Reduction(
        effective_on=at.date() + timedelta(days=in_days),
        reason="The last notes show that you can do this at home.",
        criterion="Therapy policy TP-9.",
        remaining="One visit a week until June.",
        attested=True,
    )
    authorizations.reduce(town.cx("physician", at), ref, None, form)
    leave(town, worker)
    return ref


@pytest.mark.parametrize(("in_days", "code"), [(40, "reduction"), (12, "reissue_cover")])
def test_a_notice_of_a_cut_bears_a_new_day_only_while_that_is_early_enough(
    town, worker, in_days, code
) -> None:
    """42 CFR 431.211: ten days before the cut. Later only the exact notice of then goes out."""
    ref = cut_short(town, worker, in_days=in_days)
    first = letter(town, ref, "reduction")
    move_time(town.database.context(), town.database.case_now() + WEEK)
    again(town, ref, first.id, "returned")
    leave(town, worker)
    [second] = [row for row in rows(town, Letter, ref) if row.reissue_of == first.id]
    assert (second.code, second.state, second.missing) == (code, "sent", [])
    [earliest] = [row for row in rows(town, Clock, ref) if row.name == "earliest_action"]
    assert earliest.state == "met"


def test_a_letter_in_another_form_bears_its_own_day(town, worker) -> None:
    ref = denied(town, worker)
    first = letter(town, ref)
    again(town, ref, first.id, "wrong_format", large_print=True)
    leave(town, worker)
    second = letter(town, ref)
    assert second.missing == []
    assert second.large_print
    assert not first.large_print
    assert tight("You need it in another form") in text_of(town, second)


def test_a_task_can_be_settled_by_hand(town, worker) -> None:
    ref = denied(town, worker)
    come_back(town, ref, "unclaimed")
    for task in [row for row in rows(town, Obligation, ref) if row.done_at is None]:
        form = desk.Settlement(obligation_id=task.id, how="He fetched it at the post office.")
        desk.settle_obligation(town.cx("nurse", town.database.case_now()), ref, None, form)
    assert owed_kinds(town, ref) == []


def test_a_physician_sends_no_letter_again(town, worker) -> None:
    ref = denied(town, worker)
    with pytest.raises(NotAllowed):
        again(town, ref, letter(town, ref).id, "second_copy", "physician")

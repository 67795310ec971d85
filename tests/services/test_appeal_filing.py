"""Filing an appeal: whose, about what, when, with which consent; and all of it or nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.context import Idempotency
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.ground import database_for
from casework.models import Case, CaseDocument, CaseEvent
from casework.services import appeal_review, appeals
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from casework.worker import Worker
from tests.builders import MONDAY, PDF
from tests.services import stages, walk_appeals, walk_requests
from tests.services.claims_here import a_claim
from tests.services.house import a_house

PAPER = PaperAsSent(name="consent.pdf", media_type="application/pdf", content=PDF)
FEDERAL = "OH-MCD-2026"


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    for contract in ("OH-MCD", "OH-QHP", "OH-MA", FEDERAL):
        made.denials[contract] = stages.a_denial(made, contract)
    worker = Worker(database)
    worker.relay()
    worker.close()
    return made


def form(about: str, **said) -> appeals.AppealFiling:
    """An appeal of this request."""
    return appeals.AppealFiling(about=about, reason="She needs it.", **said)


def test_a_member_appeals_and_both_cases_say_so(house) -> None:
    about = house.told(FEDERAL)
    filed = appeals.file_appeal(house.member(FEDERAL), form(about, papers=(PAPER,)))
    appeal, request = stages.look(house, filed.ref), stages.look(house, about)
    assert filed.about == about
    assert filed.consent == "not_needed"
    assert not filed.late
    assert appeal.case.series_id == request.case.series_id
    assert appeal.case.parent_id == request.case.id
    assert request.happened[-1] == "appealed"
    assert request.clocks["filing_window"].state == "met"
    assert filed.decision_due == appeal.clocks["decision"].due_at.isoformat()
    with house.town.database.reading(house.cx("Maple")) as cx:
        # The office that asked for the service is a party of the appeal, and sees it.
        assert cx.db.execute(select(Case.id).where(Case.ref == filed.ref)).scalar()


def test_the_same_key_files_once(house) -> None:
    key = Idempotency(route="/appeals", key="k-1", body_sha256="a" * 64)
    cx = house.member(FEDERAL).but(idempotency=key)
    first = appeals.file_appeal(cx, form(house.told(FEDERAL)))
    again = appeals.file_appeal(cx, form(house.told(FEDERAL)))
    assert again.ref == first.ref
    assert again.replayed


def test_a_second_appeal_is_taken_and_shows_the_first(house) -> None:
    about = stages.a_denial(house)
    first = appeals.file_appeal(house.member("OH-MCD"), form(about))
    second = appeals.file_appeal(house.member("OH-MCD"), form(about))
    assert second.possible_duplicate_of == first.ref


@pytest.mark.parametrize(
    ("who", "about"),
    [("member of OH-QHP", "OH-MCD"), ("Birch", "other")],
)
def test_only_own_cases_can_be_appealed(house, who, about) -> None:
    ref = house.told("OH-MCD")
    if about == "other":  # a request of an office that has nothing to do with this one
        ref = stages.a_denial(house, "OH-MCD", servicing=None)
    with pytest.raises(NotFound):
        appeals.file_appeal(house.cx(who), form(ref))


def test_nothing_is_appealed_that_was_not_denied(house) -> None:
    ref = walk_requests.STAGES["in_review"](house)
    with pytest.raises(Invalid) as refused:
        appeals.file_appeal(house.member(FEDERAL), form(ref))
    assert "about" in refused.value.fields


def test_a_clerk_says_who_files_and_when_it_came(house) -> None:
    intake = house.cx("intake")
    about = house.told("OH-QHP")
    with pytest.raises(Invalid) as refused:
        appeals.file_appeal(intake, form(about))
    assert "filed_by" in refused.value.fields
    came = MONDAY - timedelta(hours=20)
    said = form(about, filed_by="member", received_at=came, channel="mail", filer_name="Alex")
    filed = appeals.file_appeal(intake, said)
    assert stages.look(house, filed.ref).case.received_at == came
    with pytest.raises(Invalid) as refused:
        appeals.file_appeal(house.member("OH-QHP"), form(about, received_at=came))
    assert "received_at" in refused.value.fields


def test_a_member_cannot_file_as_a_physician(house) -> None:
    with pytest.raises(Invalid) as refused:
        appeals.file_appeal(house.member("OH-MA"), form(house.told("OH-MA"), filed_by="physician"))
    assert "filed_by" in refused.value.fields


def test_compliance_reads_and_files_nothing(house) -> None:
    with pytest.raises(NotAllowed) as refused:
        appeals.file_appeal(house.cx("compliance"), form(house.told("OH-MA"), filed_by="member"))
    assert refused.value.source == "appeal-file"


# ── Lateness ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_late_is_taken_and_settled_before_a_reviewer(house) -> None:
    late = MONDAY + timedelta(days=61)
    about = house.told(FEDERAL)
    filed = appeals.file_appeal(house.member(FEDERAL, late), form(about))
    assert filed.late
    assert filed.state == "received"
    with pytest.raises(StateRefused, match="good cause"):
        stages.give(house, filed.ref, now=late)
    cause = appeal_review.GoodCause(good_cause="She was in hospital until yesterday.")
    appeal_review.accept_late(house.cx("ag_specialist", late), filed.ref, None, cause)
    assert stages.give(house, filed.ref, now=late).state == "in_review"


def test_the_last_day_of_the_window_is_not_late(house) -> None:
    window = stages.look(house, house.told("OH-MCD")).clocks["filing_acceptance"].due_at
    about = house.told("OH-MCD")
    assert not appeals.file_appeal(house.member("OH-MCD", window), form(about)).late
    after = window + timedelta(seconds=1)
    assert appeals.file_appeal(house.member("OH-MCD", after), form(about)).late


def test_without_a_notice_nothing_is_late(house) -> None:
    about = stages.a_denial(house, FEDERAL)
    much_later = house.member(FEDERAL, MONDAY + timedelta(days=400))
    assert not appeals.file_appeal(much_later, form(about)).late


# ── Consent ─────────────────────────────────────────────────────────────────────────────────────


def test_a_provider_needs_the_members_consent_on_medicaid(house) -> None:
    ref = walk_appeals.by_office(house, "OH-MCD", house.told("OH-MCD"))
    with pytest.raises(StateRefused, match="consent"):
        stages.give(house, ref)
    appeal_review.require_consent(house.cx("ag_specialist"), ref, None)
    wrong = appeal_review.Consent(signed_on=MONDAY.date(), fits=False)
    with pytest.raises(StateRefused, match="for this service"):
        appeal_review.record_consent(house.cx("Maple"), ref, None, wrong)
    right = appeal_review.Consent(signed_on=MONDAY.date(), fits=True, papers=(PAPER,))
    appeal_review.record_consent(house.cx("Maple"), ref, None, right)
    assert stages.give(house, ref).state == "in_review"


def test_a_consent_that_is_said_must_be_attached(house) -> None:
    with pytest.raises(Invalid) as refused:
        appeals.file_appeal(house.cx("Maple"), form(house.told("OH-MCD"), consent=True))
    assert "papers" in refused.value.fields
    said = form(house.told("OH-MCD"), consent=True, papers=(PAPER,))
    assert appeals.file_appeal(house.cx("Maple"), said).consent == "on_file"


@pytest.mark.parametrize(
    ("contract", "said", "free"),
    [
        ("OH-MCD", {"filed_by": "physician", "priority": "expedited"}, False),
        ("OH-MA", {"filed_by": "physician"}, True),
        ("OH-MA", {"filed_by": "provider"}, False),
        ("OH-QHP", {"filed_by": "provider", "priority": "expedited"}, True),
        ("OH-QHP", {"filed_by": "provider"}, False),
    ],
)
def test_who_treats_the_member_may_file_alone_where_the_law_says_so(
    house, contract, said, free
) -> None:
    ref = walk_appeals.by_office(house, contract, house.told(contract), **said)
    if free:
        assert stages.give(house, ref).state == "in_review"
        with pytest.raises(StateRefused):
            appeal_review.require_consent(house.cx("ag_specialist"), ref, None)
    else:
        with pytest.raises(StateRefused, match="consent"):
            stages.give(house, ref)


# ── Benefits meanwhile ──────────────────────────────────────────────────────────────────────────


def test_cut_benefits_go_on_when_the_member_asks_at_once(house) -> None:
    about = walk_requests.STAGES["approved"](house)
    walk_requests.cut(house, about)
    said = form(about, continue_benefits=True)
    filed = appeals.file_appeal(house.member(FEDERAL), said)
    appeal, request = stages.look(house, filed.ref), stages.look(house, about)
    assert filed.continuation == "continued"
    assert appeal.case.benefits_continued
    assert "benefits_continued" in appeal.happened
    assert "continuation_requested" in request.happened


def test_a_provider_cannot_ask_to_continue_benefits(house) -> None:
    about = walk_requests.STAGES["approved"](house)
    walk_requests.cut(house, about)
    filed = appeals.file_appeal(house.cx("Maple"), form(about, continue_benefits=True))
    assert "never the provider" in filed.continuation
    assert not stages.look(house, filed.ref).case.benefits_continued
    asked = appeal_review.Continuation(asked_by="provider")
    with pytest.raises(NotAllowed):
        appeal_review.continue_benefits(house.cx("Maple"), filed.ref, None, asked)
    with pytest.raises(StateRefused, match="never the provider"):
        appeal_review.continue_benefits(house.cx("intake"), filed.ref, None, asked)


def test_a_new_request_has_nothing_to_continue(house) -> None:
    filed = appeals.file_appeal(
        house.member(FEDERAL), form(house.told(FEDERAL), continue_benefits=True)
    )
    assert "authorized before" in filed.continuation


# ── A dispute about payment ─────────────────────────────────────────────────────────────────────


def test_a_provider_disputes_a_payment_and_is_paid(house) -> None:
    about = walk_requests.STAGES["approved"](house)
    with pytest.raises(Invalid) as refused:
        appeals.file_appeal(house.cx("Maple"), form(about, dispute="payment"))
    assert "claim" in refused.value.fields
    a_claim(house.town, FEDERAL, number="C-77", authorization=about)
    said = form(about, dispute="payment", claim="C-77")
    filed = appeals.file_appeal(house.cx("Maple"), said)
    sight = stages.look(house, filed.ref)
    assert sight.case.timing == "post_service"
    assert "appealed" not in stages.look(house, about).happened  # the member's window stays
    stages.give(house, filed.ref)
    stages.decide(house, filed.ref, "overturn")
    with pytest.raises(Invalid) as refused:
        stages.carry_out(house, filed.ref)
    assert "payment_instruction" in refused.value.fields
    done = stages.carry_out(house, filed.ref, payment_instruction="PAY-1")
    assert done.made == {"payment": "PAY-1"}
    assert done.state == "effectuated"
    assert len(stages.look(house, about).authorizations) == 1  # money needs no second one


# ── All or nothing ──────────────────────────────────────────────────────────────────────────────


def test_a_failure_after_both_cases_were_recorded_leaves_nothing(house, settings, tmp_path) -> None:
    full = tmp_path / "full"
    full.write_text("a file where the folder of the papers should be")
    broken = database_for(replace(settings, data_dir=full))
    about = house.told("OH-QHP")
    before = counted(house)
    with pytest.raises(NotADirectoryError):
        appeals.file_appeal(
            house.member("OH-QHP").but(database=broken), form(about, papers=(PAPER,))
        )
    broken.engine.dispose()
    assert counted(house) == before


def counted(house) -> tuple:
    """How many cases, events and papers there are, and where the request stands."""
    with house.town.database.reading(house.cx("system")) as cx:
        tables = (Case, CaseEvent, CaseDocument)
        counts = [cx.db.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]
        return (*counts, stages.look(house, house.told("OH-QHP")).case.event_seq)

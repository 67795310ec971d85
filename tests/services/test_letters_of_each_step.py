"""Each step that calls for a letter: a real command takes it, the worker prints it, we read it."""

import io
import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pikepdf
import pytest
from sqlalchemy import create_engine, insert, select, update

from casework.context import SYSTEM
from casework.models import CaseEvent, Delivery, Letter, Member, ReviewOrganization
from casework.records.cuts import Reduction
from casework.records.determinations import Wanted, Words
from casework.services import (
    appeal_review,
    appeals,
    authorizations,
    endings,
    external_decisions,
    grievance_findings,
    grievances,
)
from casework.services.operations import move_time
from casework.storage import Storage
from casework.worker import Worker
from letters import pdf_text
from sla.calendars import zone
from tests.builders import MONDAY
from tests.services import stages, walk_appeals, walk_grievances, walk_requests, walk_reviews
from tests.services.house import a_house

MCD, MA, QHP = "OH-MCD-2026", "MA-2026", "OH-QHP"
OHIO = zone("America/New_York")
LATE = walk_appeals.TOO_LATE
EXPERT_WORDS = Words(
    provision="Your plan book, chapter 4.",
    standard="We compared the records with the policy.",
    perfect=(Wanted(what="New notes", why="They may show the need."),),
)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings, indiana=True)
    move_time(database.context(), MONDAY)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            insert(ReviewOrganization),
            [
                {
                    "name": f"Review Entity {year}",
                    "body": "ire",
                    "address": [f"PO Box {year}", "Jacksonville, FL 32099"],
                    "phone": "1-800-555-0150",
                    "exchange": "hand",
                    "effective_from": date(year, 1, 1),
                    "effective_to": date(year, 12, 31),
                }
                for year in (2026, 2027)
            ],
        )
    engine.dispose()
    for contract in (MCD, QHP):
        made.denials[contract] = stages.a_denial(made, contract)
        appeal = stages.a_reviewed_appeal(made, contract, about=made.denials[contract])
        stages.decide(made, appeal, "uphold")
        made.upheld[contract] = appeal
    stages.post(made)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


class Printed(str):
    """The text of a PDF, in which a sentence is found however its lines break."""

    def __contains__(self, said: object) -> bool:
        return "".join(str(said).split()) in "".join(self.split())


@dataclass(frozen=True)
class Told:
    """One letter as it left: its row, the text of its PDF, how it left."""

    row: Letter
    text: Printed
    ways: tuple[str, ...]


def told(
    house, worker, ref: str, code: str, *, recipient: str = "member", at: datetime = MONDAY
) -> Told:
    """Let the worker work at this time, and read this letter of this case."""
    with_time(house, worker, at)
    assert stages.unsent(house, ref) == []
    with house.town.database.reading(house.cx("system")) as cx:
        case = stages.look(house, ref).case
        row = cx.db.execute(
            select(Letter).where(
                Letter.case_id == case.id, Letter.code == code, Letter.recipient == recipient
            )
        ).scalar_one()
        ways = cx.db.execute(select(Delivery.channel).where(Delivery.letter_id == row.id))
        pdf = Storage(house.town.database.settings).get(row.sha256)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            text = Printed(" ".join(pdf_text.pages(document)))
        return Told(row, text, tuple(ways.scalars()))


def with_time(house, worker, at: datetime) -> None:
    """Let the worker work at this time."""
    if at > MONDAY:
        move_time(house.town.database.context(), at)
    worker.relay()


def day(on) -> str:
    """A day as an English letter says it."""
    return f"{on:%B} {on.day}, {on.year}"


def due(house, ref: str, clock: str) -> str:
    """The due of this clock on Ohio's calendar, as an English letter says it."""
    return day(stages.look(house, ref).clocks[clock].due_at.astimezone(OHIO))


def cut(house, contract: str, command, **said) -> str:
    ref = walk_requests.approved(house, contract)
    form = Reduction(
        effective_on=date(2027, 4, 1),
        reason="The goal is reached.",
        criterion="MP-033, part 2",
        attested=True,
        **said,
    )
    command(house.cx("physician"), ref, None, form)
    return ref


# ── Requests ────────────────────────────────────────────────────────────────────────────────────


def test_a_reduction_is_told_before_and_its_days_are_those_of_the_clocks(house, worker) -> None:
    ref = cut(house, MCD, authorizations.reduce, remaining="One visit a week until June.")
    letter = told(house, worker, ref, "reduction")
    clocks = stages.look(house, ref).clocks
    assert "From April 1, 2027 on, we will cover less of this care" in letter.text
    for said in ("The goal is reached.", "MP-033, part 2", "One visit a week until June."):
        assert said in letter.text
    assert f"Ask to keep your care by {due(house, ref, 'continuation_window')}" in letter.text
    assert f"Last day to appeal {due(house, ref, 'filing_window')}" in letter.text
    assert clocks["continuation_window"].due_at.astimezone(OHIO).date() == date(2027, 4, 1)
    assert clocks["earliest_action"].due_at.astimezone(OHIO).date() == date(2027, 3, 11)
    event = stages.look(house, ref).events[-1]
    assert {e.notice_kind for e in stages.look(house, ref).events} >= {"reduction"}
    assert event.event in {"notice_sent", "letter_sent"}


@pytest.mark.parametrize(("contract", "line"), [(MA, "medicare"), (QHP, "marketplace")])
def test_the_end_of_an_authorization_is_told_in_each_line(house, worker, contract, line) -> None:
    ref = cut(house, contract, authorizations.terminate, words=EXPERT_WORDS)
    letter = told(house, worker, ref, "reduction")
    assert "From April 1, 2027 on, we will stop covering this care" in letter.text
    assert f"{due(house, ref, 'filing_window')}" in letter.text
    assert ("CMS-10003" in letter.text) == (line == "medicare")


@pytest.mark.parametrize("contract", [MCD, QHP])
def test_the_provider_is_told_the_specific_reason_and_whom_to_talk_to(
    house, worker, contract
) -> None:
    ref = stages.a_denial(house, contract)
    letter = told(house, worker, ref, "provider_denial", recipient="provider")
    for said in (stages.REASON, "MP-021, part 2", "1-800-555-0116", "70551", "Maple Clinic"):
        assert said in letter.text
    assert f"Last day to appeal {due(house, ref, 'filing_window')}" in letter.text
    assert letter.ways == ("portal", "email")
    assert letter.row.notice_kind == ""


def test_a_medicare_provider_gets_a_copy_of_the_official_notice(house, worker) -> None:
    ref = stages.a_denial(house, MA)
    letter = told(house, worker, ref, "denial", recipient="provider")
    assert "we also sent your doctor a copy" in letter.text
    assert "The exact reason for each service" in letter.text


# ── Appeals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("contract", [MCD, MA])
def test_a_missing_form_is_asked_for_with_its_last_day(house, worker, contract) -> None:
    ref = walk_appeals.STAGES["awaiting_consent"](house, contract)
    letter = told(house, worker, ref, "consent_missing")
    assert "Please send it by April 14, 2027" in letter.text
    assert ("CMS-1696" in letter.text) == (contract == MA)
    told(house, worker, ref, "consent_missing", recipient="provider")


def test_an_appeal_is_not_closed_before_the_printed_day_is_over(house, worker) -> None:
    ref = walk_appeals.STAGES["awaiting_consent"](house)
    case = stages.look(house, ref).case
    form = endings.Dismissal(ground="consent_missing", evidence="Two letters.")
    with house.town.database.reading(house.cx("system")) as cx:
        at = MONDAY + timedelta(days=44, hours=3)
        assert not endings._consent_time_passed(replace(cx, now=at), case)
        assert endings._consent_time_passed(replace(cx, now=at + timedelta(days=1)), case)
    assert form.ground == "consent_missing"


def test_new_evidence_is_named_with_the_time_to_answer(house, worker) -> None:
    ref = walk_appeals.STAGES["in_review"](house, QHP)
    walk_appeals.STEPS["share_new_evidence"](house, ref)
    letter = told(house, worker, ref, "new_evidence_shared")
    assert "A guideline of 2026" in letter.text
    assert "Please answer by March 6, 2027, at 10:00 a.m. Eastern time" in letter.text


def test_an_upheld_medicare_appeal_is_told_once(house, worker) -> None:
    ref = stages.decided(house, MA, "uphold")
    letter = told(house, worker, ref, "appeal_upheld")
    assert "Review Entity 2027" in letter.text
    assert "appeal_forwarded" not in {row.code for row in stages.look(house, ref).letters}


def test_care_that_goes_on_is_told_with_what_it_could_cost(house, worker) -> None:
    about = cut(house, MCD, authorizations.terminate)
    ref = stages.an_appeal(house, MCD, about=about)
    walk_appeals.STEPS["continue_benefits"](house, ref)
    letter = told(house, worker, ref, "continuation_granted")
    assert "You can keep this care while we decide your appeal" in letter.text
    assert "you may have to pay for the care" in letter.text


@pytest.mark.parametrize(
    ("contract", "who", "said"),
    [
        (MCD, "member", "Only care that we had approved"),
        (MCD, "provider", "Your provider cannot."),
    ],
)
def test_care_that_cannot_go_on_is_told_with_the_reason(house, worker, contract, who, said):
    about = stages.a_denial(house, contract) if who == "member" else _cut_by(house, contract)
    by = house.member(contract) if who == "member" else house.cx("Maple")
    form = appeals.AppealFiling(about=about, reason="I need it.", continue_benefits=True)
    filed = appeals.file_appeal(by, form)
    assert filed.continuation not in ("", "continued")
    letter = told(house, worker, filed.ref, "continuation_refused")
    assert said in letter.text
    assert "Your appeal goes on all the same." in letter.text


def _cut_by(house, contract: str) -> str:
    return cut(house, contract, authorizations.terminate)


def test_an_appeal_that_is_opened_again_is_told_its_new_day(house, worker) -> None:
    ref = stages.an_appeal(house, MA)
    walk_appeals.STEPS["dismiss"](house, ref)
    walk_appeals.STEPS["vacate_dismissal"](house, ref)
    letter = told(house, worker, ref, "dismissal_vacated")
    assert f"We will decide by {due(house, ref, 'decision')}" in letter.text


def test_a_request_that_is_opened_again_is_told_its_new_day(house, worker) -> None:
    ref = walk_requests.STAGES["dismissed"](house)
    walk_requests.STEPS["vacate_dismissal"](house, ref)
    letter = told(house, worker, ref, "dismissal_vacated")
    assert f"We will decide by {due(house, ref, 'decision')}" in letter.text


# ── Complaints ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ground", ["not_about_the_plan", "duplicate", "not_our_member"])
def test_a_closed_complaint_is_told_and_nobody_owes_it_by_hand(house, worker, ground) -> None:
    ref = walk_grievances.STAGES["in_investigation"](house)
    other = walk_grievances.STAGES["received"](house)
    form = endings.Dismissal(ground=ground, evidence="The file.", duplicate_of=other)
    endings.dismiss(house.cx("ag_specialist"), ref, None, form)
    letter = told(house, worker, ref, "grievance_dismissed")
    assert "We closed your complaint without a decision" in letter.text
    assert "The file." not in letter.text
    assert letter.row.notice_kind == "dismissal"
    assert stages.look(house, ref).owed == []


def test_a_complaint_taken_back_is_confirmed(house, worker) -> None:
    ref = walk_grievances.STAGES["withdrawn"](house)
    letter = told(house, worker, ref, "grievance_withdrawn")
    assert "It was withdrawn on March 1, 2027." in letter.text


def test_a_medicare_answer_about_quality_of_care_names_the_quality_organization(
    house, worker
) -> None:
    ref = stages.a_grievance(house, MA, category="quality.treatment")
    form = grievances.Referral(clinician_id=house.user("guardian"))
    keeper = house.cx("keeper")
    grievances.start_investigation(keeper, ref, None)
    grievances.refer_quality_of_care(keeper, ref, None, form)
    found = grievance_findings.ClinicalFinding(finding="The bandage was late.")
    grievance_findings.record_clinical_finding(house.cx("guardian"), ref, None, found)
    answer = grievance_findings.Answer(
        findings="The bandage was changed too late.",
        outcome="substantiated",
        corrective_action="The clinic changed its list.",
        attested=True,
    )
    grievance_findings.resolve(house.cx("guardian"), ref, None, answer)
    letter = told(house, worker, ref, "grievance_resolved")
    assert "Quality Improvement Organization for Ohio" in letter.text


# ── Reviews outside ─────────────────────────────────────────────────────────────────────────────


def test_what_a_request_for_a_review_lacks_is_told_with_the_last_day(house, worker) -> None:
    ref = walk_reviews.STAGES["incomplete"](house)
    letter = told(house, worker, ref, "external_review_incomplete")
    assert "The signed release" in letter.text
    assert f"Please send it by {due(house, ref, 'perfect_request')}" in letter.text
    sight = stages.look(house, ref)
    assert sight.owed == []
    assert sight.clocks["eligibility_notice"].state == "met"


def test_why_a_review_cannot_be_is_told_and_nobody_owes_it_by_hand(house, worker) -> None:
    ref = walk_reviews.STAGES["ineligible"](house)
    letter = told(house, worker, ref, "external_review_ineligible")
    assert "An outside review is for questions of medical judgment." in letter.text
    assert "Ohio Department of Insurance" in letter.text
    sight = stages.look(house, ref)
    assert sight.owed == []
    assert sight.clocks["eligibility_notice"].state == "met"


@pytest.mark.parametrize("contract", [MCD, QHP])
def test_a_review_taken_back_is_confirmed(house, worker, contract) -> None:
    ref = stages.a_review(house, contract, house.upheld[contract])
    walk_reviews.STEPS["withdraw"](house, ref)
    letter = told(house, worker, ref, "external_review_withdrawn")
    assert "It was withdrawn on March 1, 2027." in letter.text
    assert "Our decision of March 1, 2027 has not changed." in letter.text


@pytest.mark.parametrize("contract", [MCD, QHP])
def test_the_plans_own_reversal_is_told_to_the_member_and_to_the_body(
    house, worker, contract
) -> None:
    ref = (
        walk_reviews.STAGES["assigned"](house)
        if contract == QHP
        else stages.a_review(house, contract, house.upheld[contract])
    )
    form = external_decisions.OwnReversal(reason="New notes show the need.", whole=True)
    external_decisions.terminate_by_reversal(house.cx("ag_specialist"), ref, None, form)
    letter = told(house, worker, ref, "external_review_ended")
    [owed] = stages.look(house, ref).owed
    assert owed.kind == "carry_out_reversal"
    by = owed.due_at.astimezone(OHIO)
    assert f"Your care must be set up by {day(by)}, at {by:%-I:%M} a.m." in letter.text
    body = told(house, worker, ref, "external_review_ended", recipient="body")
    assert "This is your copy" in body.text
    assert body.ways == ("print",)


def test_the_cover_of_the_file_goes_to_the_body_with_the_index(house, worker) -> None:
    ref = stages.a_review(house, MCD, house.upheld[MCD])
    stages.sent(house, ref)
    cover = told(house, worker, ref, "packet_cover", recipient="body")
    assert "Bureau of State Hearings" in cover.text
    assert "We sent it to you on March 1, 2027." in cover.text
    assert "Denial (notice of action)" in cover.text
    assert "Rule: MP-021" in cover.text
    assert house.upheld[MCD] in cover.text


def test_a_medicare_file_goes_with_its_cover_to_the_entity_of_that_day(house, worker) -> None:
    ref = stages.decided(house, MA, "uphold")
    worker.relay()
    [review] = house.reviews_of(ref)
    stages.sent(house, review, proof="Receipt 4712")
    cover = told(house, worker, review, "packet_cover", recipient="body")
    assert "Review Entity 2027" in cover.text
    member = told(house, worker, review, "external_review_started")
    assert "Review Entity 2027" in member.text


def test_a_cut_that_was_upheld_goes_outside_with_its_notice(house, worker) -> None:
    about = cut(house, MCD, authorizations.terminate)
    worker.relay()
    appeal = stages.a_reviewed_appeal(house, MCD, about=about)
    stages.decide(house, appeal, "uphold")
    worker.relay()
    review = stages.a_review(house, MCD, appeal)
    stages.sent(house, review, proof="Receipt 4713")
    cover = told(house, worker, review, "packet_cover", recipient="body")
    assert "Care cut short (advance notice)" in cover.text


# ── Spanish ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_spanish(house):
    """The member of the Medicaid contract reads Spanish."""
    _language(house, "es")
    yield
    _language(house, "en")


def _language(house, language: str) -> None:
    member = house.town.members[MCD]
    database = house.town.database
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).where(Member.number == member).values(language=language))
        session.commit()


def test_a_letter_without_words_of_a_person_is_all_spanish(house, worker, in_spanish) -> None:
    ref = walk_requests.STAGES["withdrawn"](house)
    letter = told(house, worker, ref, "request_withdrawn")
    assert letter.row.language == "es"
    assert "se retiró el 1 de marzo de 2027" in letter.text
    office = told(house, worker, ref, "request_withdrawn", recipient="provider")
    assert office.row.language == "en"
    assert "withdrawn on March 1, 2027" in office.text


def test_english_words_of_a_reviewer_are_marked_and_owed_in_spanish(
    house, worker, in_spanish
) -> None:
    ref = stages.a_denial(house, MCD)
    letter = told(house, worker, ref, "denial")
    assert "Negamos su solicitud" in letter.text
    assert f"«{stages.REASON}»" in letter.text
    assert "Las palabras entre « y » están en inglés." in letter.text
    [owed] = stages.look(house, ref).owed
    assert owed.kind == f"translate_words_{letter.row.id}"


def test_a_reason_given_in_spanish_takes_the_place_of_the_english_one(
    house, worker, in_spanish
) -> None:
    spanish = "Los registros no muestran ninguna señal de alarma."
    form = Reduction(
        effective_on=date(2027, 4, 1),
        reason="The records show no warning sign.",
        reason_es=spanish,
        criterion="MP-033: no warning sign.",
        criterion_es="MP-033: ninguna señal de alarma.",
        attested=True,
    )
    ref = walk_requests.approved(house, MCD)
    authorizations.terminate(house.cx("physician"), ref, None, form)
    letter = told(house, worker, ref, "reduction")
    assert stages.look(house, ref).owed == []
    assert spanish in letter.text
    assert "The records show no warning sign." not in letter.text
    assert f"«{spanish}»" not in letter.text
    copy = told(house, worker, ref, "reduction", recipient="provider")
    assert "The records show no warning sign." in copy.text


def test_the_cut_stands_in_the_history_with_its_words_sealed(house) -> None:
    ref = cut(house, MCD, authorizations.terminate)
    [event] = [e for e in stages.look(house, ref).events if e.event == "authorization_terminated"]
    assert isinstance(event, CaseEvent)
    assert json.loads(event.facts)["effective_date"] == "2027-04-01"
    assert not re.search(rb"goal is reached", bytes(event.body_ct))


# ── What happens later: time only moves forward, so these come last and in order ─────────────────


def test_a_cut_whose_notice_leaves_too_late_for_its_day_does_not_leave(house, worker) -> None:
    ref = cut(house, MCD, authorizations.terminate)
    form = replace(
        Reduction(effective_on=date(2027, 3, 11), reason="R.", criterion="C.", attested=True)
    )
    early = walk_requests.approved(house, MCD)
    authorizations.terminate(house.cx("physician"), early, None, form)
    with_time(house, worker, MONDAY + timedelta(days=1))
    [(_, code, _, state, missing), *_] = stages.unsent(house, early)
    assert (code, state) == ("reduction", "refused")
    assert "2027-03-11 is before 2027-03-12" in missing[0]["sentence"]
    assert stages.unsent(house, ref) == []
    assert any(o.kind.startswith("mend_letter") for o in stages.look(house, early).owed)


def test_a_late_appeal_that_is_taken_is_told_its_new_day(house, worker) -> None:
    ref = stages.an_appeal(house, MCD, about=house.told(MCD), now=LATE)
    form = appeal_review.GoodCause(good_cause="She was in hospital.")
    appeal_review.accept_late(house.cx("ag_specialist", LATE), ref, None, form)
    letter = told(house, worker, ref, "late_filing_accepted", at=LATE)
    assert "you had a good reason, so we will look at it" in letter.text
    assert f"We will decide by {due(house, ref, 'decision')}" in letter.text


def test_an_approval_by_law_says_that_we_were_late(house, worker) -> None:
    ref = stages.with_physician(house, "IN-QHP")
    walk_requests.STEPS["confirm_deemed_approval"](house, ref)
    letter = told(house, worker, ref, "deemed_approval", at=walk_requests.LATE)
    assert "By law your request for this care is approved" in letter.text
    assert letter.row.notice_kind == "favorable"


def test_an_undecided_medicare_appeal_that_is_passed_on_is_told(house, worker) -> None:
    ref = walk_appeals.STAGES["in_review"](house, MA)
    walk_appeals.STEPS["forward"](house, ref)
    letter = told(house, worker, ref, "appeal_forwarded")
    assert "We did not decide your appeal in time, so an outside reviewer" in letter.text
    assert f"We had to decide by {due(house, ref, 'decision')}" in letter.text
    assert "Review Entity 2027" in letter.text
    assert "PO Box 2026" not in letter.text
    assert not stages.look(house, ref).case.open, "nobody here decides it any more"

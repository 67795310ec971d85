"""The specialist's desk: issues with their findings, a dispute inside a complaint, the peer review
behind its wall, and a call that has its number at once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from casework.bridge.vocabulary import OBSERVATIONS
from casework.context import Idempotency
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import Contact, GrievanceIssue, QualityReview
from casework.queries import case_file, grievance_desk, still_missing, timeline
from casework.records import categories, issues, quality_track
from casework.records.case_file_told import case_told
from casework.records.contact_log import Call
from casework.services import (
    contacts,
    grievance_findings,
    grievance_issues,
    grievances,
    phone_intake,
)
from casework.services.operations import move_time
from casework.storage import Storage
from casework.worker import Worker
from letters import pdf_text
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house
from tests.services.stages import CONTRACTS

MCD, MA = "OH-MCD-2026", "MA-2026"
SECRET = "The nurse gave ten times the dose and the chart was changed afterwards."


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


def taken_up(house, contract=MCD, **said) -> str:
    """A complaint that the specialist looks into."""
    ref = stages.a_grievance(house, contract, **said)
    grievances.start_investigation(house.cx("ag_specialist"), ref, None)
    return ref


def answer(**changes) -> grievance_findings.Answer:
    plain = grievance_findings.Answer(
        findings="The line was too busy on that day.",
        outcome="substantiated",
        corrective_action="Two more people answer on Mondays.",
    )
    return stages.replace(plain, **changes)


def add(house, ref, category, words="They also said this.", who="ag_specialist"):
    form = grievance_issues.NewIssue(category=category, words=words)
    return grievance_issues.add_issue(house.cx(who), ref, None, form)


def find(house, ref, number, finding, who="ag_specialist"):
    form = grievance_issues.IssueFinding(
        issue=number, finding=finding, reasons=f"The log shows it: {finding}."
    )
    return grievance_issues.find_issue(house.cx(who), ref, None, form)


def read(house, ref, who="compliance"):
    """The issues as their page has them."""
    with house.town.database.reading(house.cx(who)) as cx:
        return grievance_desk.issues_of(cx, case_file.case_file(cx, ref))


def missing(house, ref, who="ag_specialist"):
    """What the panel lists, by code."""
    with house.town.database.reading(house.cx(who)) as cx:
        file = case_file.case_file(cx, ref)
        talks = still_missing.contacts_of(cx, file.case.id)
        return {each.code: each for each in still_missing.items_of(cx, file, talks)}


def reviewed(house, contract=MA, *, finding=SECRET, level=3, npi="") -> str:
    """A complaint whose care a clinician of the track has looked at."""
    ref = taken_up(house, contract, category="quality.treatment")
    form = grievances.Referral(clinician_id=house.user("guardian"), question="Was the dose right?")
    grievances.refer_quality_of_care(house.cx("ag_specialist"), ref, None, form)
    found = grievance_findings.ClinicalFinding(
        finding=finding, level=level, outcome="watch", provider_npi=npi, provider_name="Dr. Maple"
    )
    grievance_findings.record_clinical_finding(house.cx("guardian"), ref, None, found)
    return ref


# First of all, while few letters wait to be printed.
def test_the_peer_review_is_in_no_event_no_letter_and_no_case_file(house, worker) -> None:
    ref = reviewed(house)
    told = answer(findings="Your medicine was not given as it should have been.", attested=True)
    grievance_findings.resolve(house.cx("guardian"), ref, None, told)
    worker.relay()
    sight = stages.look(house, ref)
    assert stages.unsent(house, ref) == []
    storage = Storage(house.town.database.settings)
    printed = " ".join(
        " ".join(pdf_text.read(storage.get(letter.sha256))) for letter in sight.letters
    )
    assert "not given as it should have been" in printed.replace("\n", " ")
    assert "Quality Improvement Organization" in printed.replace("\n", " ")
    assert "ten times" not in printed
    for language in ("en", "es"):
        with house.town.database.reading(house.cx("system")) as cx:
            file = str(case_told(cx, sight.case, marks=(), language=language))
        assert "ten times" not in file
        assert "Was the dose right?" not in file
        assert "not given as it should have been" in file


# ── Issues ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_filed_is_the_first_issue_and_its_resolution_is_its_finding(house) -> None:
    ref = taken_up(house)
    [one] = read(house, ref)
    assert (one.number, one.category, one.finding) == (1, "service.phone", "")
    assert one.words.startswith("I waited on the phone")
    grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())
    [one] = read(house, ref)
    assert (one.finding, one.reasons) == ("substantiated", "The line was too busy on that day.")


def test_each_issue_needs_its_finding_and_the_outcome_follows_from_them(house) -> None:
    ref = taken_up(house)
    assert add(house, ref, "attitude.plan").made == {"issue": "2"}
    with pytest.raises(StateRefused, match="Each issue"):
        grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())
    assert {"issue-1", "issue-2"} <= set(missing(house, ref))
    find(house, ref, 1, "substantiated")
    with pytest.raises(StateRefused, match="Each issue"):
        grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())
    find(house, ref, 2, "not_substantiated")
    for wrong in ("substantiated", "not_substantiated"):
        with pytest.raises(StateRefused, match="follows from the findings"):
            grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer(outcome=wrong))
    done = grievance_findings.resolve(
        house.cx("ag_specialist"), ref, None, answer(outcome="partly_substantiated")
    )
    assert done.state == "resolved"
    assert [each.finding for each in read(house, ref)] == ["substantiated", "not_substantiated"]
    with pytest.raises(StateRefused, match="answered or ended"):
        find(house, ref, 1, "not_substantiated")


def test_a_finding_can_be_corrected_and_the_old_one_stays_in_the_history(house) -> None:
    ref = taken_up(house)
    add(house, ref, "other")
    find(house, ref, 2, "substantiated")
    find(house, ref, 2, "not_substantiated")
    assert read(house, ref)[1].finding == "not_substantiated"
    found = [each for each in stages.look(house, ref).events if each.event == "issue_found"]
    assert ["partly" in each.facts for each in found] == [False, False]
    assert len(found) == 2
    for bad in (
        grievance_issues.IssueFinding(issue=7, finding="substantiated", reasons="So."),
        grievance_issues.IssueFinding(issue=1, finding="substantiated", reasons="  "),
    ):
        with pytest.raises(Invalid):
            grievance_issues.find_issue(house.cx("ag_specialist"), ref, None, bad)


def test_a_complaint_of_before_there_were_issues_gets_its_first_from_its_filing(house) -> None:
    ref = taken_up(house)
    cx = house.cx("system")
    with house.town.database.session(cx) as session:
        case_id = stages.look(house, ref).case.id
        session.execute(delete(GrievanceIssue).where(GrievanceIssue.case_id == case_id))
        session.commit()
    assert read(house, ref)[0].words.startswith("I waited on the phone")
    assert add(house, ref, "privacy").made == {"issue": "2"}
    assert [each.category for each in read(house, ref)] == ["service.phone", "privacy"]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_issue_with_the_sooner_clock_decides_and_never_the_later_one(house, contract) -> None:
    abouts = {each.about: each.code for each in categories.all_categories()}
    for about, code in sorted(abouts.items()):
        ref = taken_up(house, contract)
        before = stages.look(house, ref)
        with house.town.database.reading(house.cx("compliance")) as cx:
            other = issues.due_under(cx, before.case, about).due_utc
        add(house, ref, code)
        after = stages.look(house, ref)
        assert after.clocks["decision"].due_at == min(before.clocks["decision"].due_at, other)
        assert after.case.received_at == before.case.received_at
        assert (after.case.about == about) == (other < before.clocks["decision"].due_at or
                                               about == before.case.about)  # fmt: skip


def test_a_refused_fast_track_told_late_in_a_call_brings_twenty_four_hours(house) -> None:
    ref = taken_up(house, MA)
    add(house, ref, "refused_expedite")
    clock = stages.look(house, ref).clocks["decision"]
    assert (clock.rule, clock.due_at) == ("MA-GRV-EXP", MONDAY + timedelta(hours=24))


def test_an_issue_about_the_quality_of_care_needs_a_clinician_too(house) -> None:
    ref = taken_up(house)
    add(house, ref, "quality.safety")
    assert missing(house, ref)["quality"].step == "refer_quality_of_care"
    find(house, ref, 1, "substantiated")
    find(house, ref, 2, "substantiated")
    with pytest.raises(StateRefused):
        grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())


def test_who_may_work_on_issues_is_policy(house) -> None:
    ref = taken_up(house)
    for who in ("nurse", "supervisor", "compliance"):
        with pytest.raises(NotAllowed):
            add(house, ref, "other", who=who)
    request = walk_requests.STAGES["in_review"](house)
    with pytest.raises(NotAllowed):
        add(house, request, "other")
    form = grievance_issues.Severity(severity="high", reason="She was alone for hours.")
    grievance_issues.rate_severity(house.cx("ag_specialist"), ref, None, form)
    with house.town.database.reading(house.cx("compliance")) as cx:
        assert stages.detail(cx, ref).severity == "high"


# ── A dispute inside a complaint ────────────────────────────────────────────────────────────────


def test_a_dispute_inside_opens_its_appeal_with_the_receipt_of_the_complaint(house) -> None:
    about = stages.a_denial(house, MCD)
    ref = taken_up(house)
    assert missing(house, ref)["dispute"].state == "missing"
    later = MONDAY + timedelta(days=3)
    form = grievance_issues.DisputeAnswer(disputes="yes", about=about, why="I need the scan.")
    done = grievance_issues.answer_dispute(house.cx("ag_specialist", later), ref, None, form)
    appeal, complaint = stages.look(house, done.made["appeal"]), stages.look(house, ref)
    assert appeal.case.received_at == complaint.case.received_at == MONDAY
    assert appeal.clocks["decision"].anchor_at == MONDAY
    assert complaint.case.state == "in_investigation"
    assert done.made["appeal"] in complaint.events[-1].facts
    assert missing(house, ref)["dispute"].state == "done"
    with pytest.raises(StateRefused, match="open already"):
        grievance_issues.answer_dispute(house.cx("ag_specialist"), ref, None, form)


def test_a_dispute_is_of_a_denial_of_the_same_member(house) -> None:
    ref = taken_up(house)
    others = stages.a_denial(house, "OH-MCD")
    undecided = walk_requests.STAGES["in_review"](house)
    for about, why in (("", "which decision"), (others, "another member"), (undecided, "Nothing")):
        form = grievance_issues.DisputeAnswer(disputes="yes", about=about)
        with pytest.raises(Invalid, match=why):
            grievance_issues.answer_dispute(house.cx("ag_specialist"), ref, None, form)
    form = grievance_issues.DisputeAnswer(disputes="no")
    grievance_issues.answer_dispute(house.cx("ag_specialist"), ref, None, form)
    assert missing(house, ref)["dispute"].state == "done"


def test_a_dispute_that_was_heard_is_not_answered_as_a_complaint_alone(house) -> None:
    ref = _called(house, disputes="yes").ref
    grievances.start_investigation(house.cx("ag_specialist"), ref, None)
    with pytest.raises(StateRefused, match="open the appeal first"):
        grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())
    about = stages.a_denial(house, MCD)
    form = grievance_issues.DisputeAnswer(disputes="yes", about=about)
    grievance_issues.answer_dispute(house.cx("ag_specialist"), ref, None, form)
    done = grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())
    assert done.state == "resolved"


# ── Quality of care ─────────────────────────────────────────────────────────────────────────────


def test_who_is_not_on_the_track_sees_that_there_is_one_and_not_what_it_says(house) -> None:
    ref = reviewed(house)
    for who, sees in (("ag_specialist", False), ("supervisor", False), ("guardian", True)):
        with house.town.database.reading(house.cx(who)) as cx:
            file = case_file.case_file(cx, ref)
            track = grievance_desk.track_of(cx, file)
            assert (track.asked, track.answered, track.may_read) == (True, True, sees)
            assert bool(track.reviews) == sees
            entries = timeline.timeline(cx, file.case)
            assert SECRET not in str(entries)
            assert "Was the dose right?" not in str(entries)
            rows = cx.db.execute(select(QualityReview)).scalars().all()
            assert bool(rows) == sees
            # Around the filter of the session the wall of the database still stands.
            assert bool(cx.db.execute(text("select id from quality_review")).all()) == sees
    with house.town.database.reading(house.member(MA)) as cx:
        assert cx.db.execute(text("select id from quality_review")).all() == []


def test_words_of_the_peer_review_are_kept_out_of_the_letter(house) -> None:
    ref = reviewed(house)
    for field in ("findings", "corrective_action"):
        copied = answer(attested=True, **{field: f"We found this. {SECRET.lower()} We are sorry."})
        with pytest.raises(Invalid, match="privileged") as refused:
            grievance_findings.resolve(house.cx("guardian"), ref, None, copied)
        assert set(refused.value.fields) == {field}
        assert "dose" not in str(refused.value.fields)
    assert stages.look(house, ref).case.state == "in_investigation"


def test_a_peer_review_is_signed_by_a_clinician_of_the_track_on_the_scale(house) -> None:
    ref = taken_up(house, category="quality.safety")
    blind = grievance_findings.ClinicalFinding(finding="It was fine.")
    with pytest.raises(NotAllowed, match="restricted"):
        grievance_findings.record_clinical_finding(house.cx("ag_clinician"), ref, None, blind)
    for changes, field in (({"level": 9}, "level"), ({"provider_npi": "12"}, "provider_npi")):
        form = stages.replace(blind, **changes)
        with pytest.raises(Invalid) as refused:
            grievance_findings.record_clinical_finding(house.cx("guardian"), ref, None, form)
        assert set(refused.value.fields) == {field}
    assert set(quality_track.LEVELS) == set(range(5))


def test_the_trend_of_a_provider_counts_its_reviews_by_level(house) -> None:
    npi = house.town.npi["Dr. Maple"]
    for level in (1, 3, 3):
        ref = reviewed(house, MCD, level=level, npi=npi)
    with house.town.database.reading(house.cx("guardian")) as cx:
        [trend] = grievance_desk.track_of(cx, case_file.case_file(cx, ref)).trends
    assert (trend.npi, trend.count, trend.levels) == (npi, 3, ((1, 1), (3, 2)))


# ── By telephone ────────────────────────────────────────────────────────────────────────────────


def _called(house, **said):
    plain = {
        "told": "The ride did not come",
        "member_number": house.town.members[MCD],
        "filed_by": "member",
        "channel": "phone",
        "call": Call(name=True, birth_date=True, spoken="es", interpreter="No. 4471"),
    }
    form = phone_intake.ComplaintByHand(**(plain | said))
    return phone_intake.take_in_complaint(house.cx("intake"), form)


def test_a_call_has_its_number_at_once_and_the_rest_follows(house) -> None:
    filed = _called(house)
    sight = stages.look(house, filed.ref)
    assert sight.case.received_at == MONDAY
    assert sight.happened == ["received", "contact_logged"]
    with house.town.database.reading(house.cx("compliance")) as cx:
        call = cx.db.execute(select(Contact).where(Contact.case_id == sight.case.id)).scalar_one()
        assert stages.detail(cx, filed.ref).in_writing is False
    assert call.verified == ["name", "date of birth"]
    assert (call.spoken, call.interpreter, call.direction) == ("es", "No. 4471", "in")
    lacks = missing(house, filed.ref)
    assert (lacks["caller"].state, lacks["dispute"].state) == ("done", "missing")
    form = grievances.NewCategory(category="access.transport", reason="It is about a ride.")
    grievances.recategorize(house.cx("ag_specialist"), filed.ref, None, form)
    assert read(house, filed.ref)[0].category == "access.transport"
    assert stages.look(house, filed.ref).case.received_at == MONDAY


def test_a_call_sent_twice_is_one_complaint_with_one_call(house) -> None:
    form = phone_intake.ComplaintByHand(
        told="Again.", member_number=house.town.members[MCD], filed_by="member", channel="phone"
    )
    use = Idempotency(route="POST /staff/intake/grievance", key="k" * 20, body_sha256="a" * 64)
    cx = house.cx("intake").but(idempotency=use)
    first, again = (phone_intake.take_in_complaint(cx, form) for _ in range(2))
    assert (again.ref, again.replayed) == (first.ref, True)
    assert stages.look(house, first.ref).happened == ["received", "contact_logged"]
    assert missing(house, first.ref)["caller"].state == "missing"


def test_what_came_on_paper_has_no_caller(house) -> None:
    with pytest.raises(Invalid) as refused:
        _called(house, channel="mail", received_at=MONDAY - timedelta(days=1))
    assert set(refused.value.fields) == {"channel"}
    ref = _called(house, channel="mail", call=None, received_at=MONDAY - timedelta(days=1)).ref
    sight = stages.look(house, ref)
    assert sight.happened == ["received"]
    assert sight.case.received_at == MONDAY - timedelta(days=1)
    assert "caller" not in missing(house, ref)


def test_attempts_to_get_a_missing_form_are_counted_on_an_appeal(house) -> None:
    about = stages.a_denial(house, MCD)
    from_office = stages.an_appeal(house, MCD, about=about)
    cx = house.cx("system")
    with house.town.database.session(cx) as session:
        session.execute(
            text("update appeal set consent = 'missing' where case_id = :case"),
            {"case": stages.look(house, from_office).case.id},
        )
        session.commit()
    assert missing(house, from_office)["consent"].detail == "0 of 3 attempts to get it"
    for _ in range(3):
        made = contacts.ContactMade(
            direction="out", channel="phone", with_whom="the office", purpose="missing consent"
        )
        contacts.log_contact(house.cx("ag_specialist"), from_office, None, made)
    lacks = missing(house, from_office)
    assert lacks["consent"].detail == "3 of 3 attempts to get it"
    assert "attempts" not in lacks
    assert lacks["reviewer"].step == "assign_reviewer"


def test_a_stranger_sees_none_of_it(house) -> None:
    ref = taken_up(house)
    with pytest.raises(NotFound), house.town.database.reading(house.member("OH-QHP")) as cx:
        case_file.case_file(cx, ref)
    assert {"issue_added", "issue_found", "dispute_answered"} <= OBSERVATIONS

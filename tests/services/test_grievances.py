"""Grievances: clocks by category, quality of care in a restricted view, what becomes of them."""

from datetime import date, timedelta

import pytest

from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.records import categories
from casework.services import desk, endings, grievance_findings, grievances
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house
from tests.services.stages import CONTRACTS

FEDERAL = "OH-MCD-2026"


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


def answer(**changes) -> grievance_findings.Answer:
    """A complete answer."""
    plain = grievance_findings.Answer(
        findings="The log shows a wait of two hours.",
        outcome="partly_substantiated",
        corrective_action="More people answer on Mondays.",
    )
    return stages.replace(plain, **changes)


def investigated(house, contract: str = "OH-MCD", **said) -> str:
    """A grievance that the specialist looks into."""
    ref = stages.a_grievance(house, contract, **said)
    grievances.start_investigation(house.cx("ag_specialist"), ref, None)
    return ref


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_grievance_is_answered_and_told(house, worker, contract) -> None:
    ref = investigated(house, contract)
    grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer())
    worker.relay()
    sight = stages.look(house, ref)
    assert stages.unsent(house, ref) == []
    assert [letter.code for letter in sight.letters] == ["grievance_received", "grievance_resolved"]
    assert sight.happened[:2] == ["incident", "received"]
    assert sight.case.state == "resolved"
    assert not sight.case.open
    assert all(c.state in ("met", "closed") for c in sight.clocks.values())
    with house.town.database.reading(house.cx("system")) as cx:
        assert stages.detail(cx, ref).outcome == "partly_substantiated"


# ── What it is about decides its clock ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("contract", "category", "rule"),
    [
        (FEDERAL, "service.phone", "OH-MCD-GRV"),
        (FEDERAL, "access.appointment", "OH-MCD-GRV-ACCESS"),
        (FEDERAL, "billing.premium", "OH-MCD-GRV-BILLING"),
        ("MA-2026", "service", "MA-GRV-STD"),
        ("MA-2026", "refused_expedite", "MA-GRV-EXP"),
        ("MA-2026", "extension", "MA-GRV-EXP"),
        ("OH-QHP", "other", "OWN-GRV"),
    ],
)
def test_the_category_decides_the_clock(house, contract, category, rule) -> None:
    ref = stages.a_grievance(house, contract, category=category)
    assert rule in {c["rule"] for c in stages.look(house, ref).clocks["decision"].candidates}


def test_a_new_category_moves_the_clock(house) -> None:
    ref = stages.a_grievance(house, "MA-2026")
    before = stages.look(house, ref).clocks["decision"]
    form = grievances.NewCategory(category="extension", reason="It is about our extension.")
    grievances.recategorize(house.cx("ag_specialist"), ref, None, form)
    after = stages.look(house, ref).clocks["decision"]
    assert (before.rule, after.rule) == ("MA-GRV-STD", "MA-GRV-EXP")
    assert after.due_at == MONDAY + timedelta(hours=24)


def test_every_category_has_a_label_and_a_word_that_the_clocks_know() -> None:
    abouts = {"extension", "refused_expedite", "access", "billing", "other"}
    assert all(each.label and each.about in abouts for each in categories.all_categories())
    assert abouts == {each.about for each in categories.all_categories()}
    assert categories.category("quality.safety").clinical
    assert categories.category("quality.safety").quality
    with pytest.raises(Invalid) as refused:
        categories.category("weather")
    assert "access.appointment" in refused.value.fields["category"]


# ── Filing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_clerk_files_for_a_member_by_number(house) -> None:
    said = grievances.GrievanceFiling(
        told="The ride did not come.", category="access.transport", filed_by="member"
    )
    with pytest.raises(Invalid) as refused:
        grievances.file_grievance(house.cx("intake"), said)
    assert "member_number" in refused.value.fields
    number = house.town.members["OH-MCD"]
    filed = grievances.file_grievance(
        house.cx("intake"), stages.replace(said, member_number=number)
    )
    assert stages.look(house, filed.ref).case.member_id == house.town.member_ids["member of OH-MCD"]
    assert filed.decision_due


def test_what_happened_cannot_lie_in_the_future(house) -> None:
    said = grievances.GrievanceFiling(
        told="It will go wrong.", category="other", incident_on=date(2027, 3, 9)
    )
    with pytest.raises(Invalid) as refused:
        grievances.file_grievance(house.member("OH-MCD"), said)
    assert "incident_on" in refused.value.fields


def test_an_office_that_a_complaint_is_about_does_not_see_it(house) -> None:
    about = stages.a_denial(house)
    ref = stages.a_grievance(house, category="attitude.provider", about=about)
    with pytest.raises(NotFound):
        endings.withdraw(house.cx("Maple"), ref, None, endings.Withdrawal())
    with pytest.raises(NotFound):
        stages.a_grievance(house, "OH-QHP", about=about)


def test_a_medicare_grievance_is_late_after_sixty_days_and_a_medicaid_one_never(house) -> None:
    dismissal = endings.Dismissal(ground="filed_late", evidence="The incident was in 2026.")
    for contract in ("MA-2026", FEDERAL):
        said = grievances.GrievanceFiling(
            told="The nurse was rude.", category="attitude.plan", incident_on=date(2026, 11, 1)
        )
        ref = grievances.file_grievance(house.member(contract), said).ref
        if contract == "MA-2026":
            done = endings.dismiss(house.cx("ag_specialist"), ref, None, dismissal)
            assert done.state == "dismissed"
        else:
            with pytest.raises(StateRefused):
                endings.dismiss(house.cx("ag_specialist"), ref, None, dismissal)


# ── Quality of care ─────────────────────────────────────────────────────────────────────────────


def test_quality_of_care_is_looked_at_by_a_clinician_of_the_track(house) -> None:
    ref = investigated(house, FEDERAL, category="quality.treatment")
    ag = house.cx("ag_specialist")
    with pytest.raises(StateRefused, match="clinician"):
        grievance_findings.resolve(house.cx("ag_clinician"), ref, None, answer(attested=True))
    blind = grievances.Referral(clinician_id=house.user("ag_clinician"))
    with pytest.raises(Invalid) as refused:
        grievances.refer_quality_of_care(ag, ref, None, blind)
    assert "clinician_id" in refused.value.fields
    done = grievances.refer_quality_of_care(
        ag, ref, None, grievances.Referral(clinician_id=house.user("guardian"))
    )
    assert done.state == "in_investigation"
    desk.add_note(ag, ref, None, desk.Note(text="What is new?"))  # he still has the case
    finding = grievance_findings.ClinicalFinding(finding="The dose was too high.")
    with pytest.raises(NotAllowed):
        desk.add_note(house.cx("compliance"), ref, None, desk.Note(text="Read only."))
    grievance_findings.record_clinical_finding(house.cx("guardian"), ref, None, finding)
    with pytest.raises(StateRefused, match="expertise"):
        grievance_findings.resolve(house.cx("keeper"), ref, None, answer())
    done = grievance_findings.resolve(house.cx("guardian"), ref, None, answer(attested=True))
    assert done.state == "resolved"


def test_a_clinical_finding_is_signed_by_a_clinician(house) -> None:
    ref = investigated(house, category="quality.safety")
    finding = grievance_findings.ClinicalFinding(finding="It was fine.")
    with pytest.raises(StateRefused, match="licence"):
        grievance_findings.record_clinical_finding(house.cx("ag_specialist"), ref, None, finding)


def test_who_refused_the_fast_track_does_not_answer_the_complaint_about_it(house) -> None:
    about = walk_requests.STAGES["in_review"](house)
    walk_requests.go_slower(house, about, "physician2")
    ref = investigated(house, FEDERAL, category="refused_expedite", about=about)
    with pytest.raises(StateRefused, match="took part"):
        grievance_findings.resolve(house.cx("physician2"), ref, None, answer(attested=True))
    done = grievance_findings.resolve(house.cx("ag_clinician"), ref, None, answer(attested=True))
    assert done.state == "resolved"


# ── What becomes of it ──────────────────────────────────────────────────────────────────────────


def test_a_complaint_that_disputes_a_decision_becomes_an_appeal_of_that_instant(house) -> None:
    about = stages.a_denial(house, FEDERAL)
    ref = investigated(house, FEDERAL)
    later = MONDAY + timedelta(days=2)
    form = grievance_findings.IntoAppeal(about=about, reason="She wants the care.")
    done = grievance_findings.convert_to_appeal(house.cx("ag_specialist", later), ref, None, form)
    appeal, before = stages.look(house, done.made["appeal"]), stages.look(house, ref)
    assert before.case.state == "converted"
    assert not before.case.open
    assert appeal.case.received_at == before.case.received_at == MONDAY
    assert appeal.clocks["decision"].anchor_at == MONDAY
    assert appeal.events[0].facts.find(ref) > 0
    assert [letter.code for letter in appeal.letters][:1] == ["appeal_received"]


def test_only_a_named_denial_of_the_same_member_is_appealed(house) -> None:
    ref = investigated(house, FEDERAL)
    others = stages.a_denial(house, "OH-MCD")
    undecided = walk_requests.STAGES["in_review"](house)
    for about, why in ((others, "another member"), (undecided, "Nothing was decided")):
        form = grievance_findings.IntoAppeal(about=about, reason="She wants it.")
        with pytest.raises(Invalid, match=why):
            grievance_findings.convert_to_appeal(house.cx("ag_specialist"), ref, None, form)
    assert stages.look(house, ref).case.state == "in_investigation"


def test_a_closed_grievance_is_told_by_letter_and_then_its_clock_stops(house) -> None:
    ref = stages.a_grievance(house)
    form = endings.Dismissal(ground="not_about_the_plan", evidence="It is about a shop.")
    endings.dismiss(house.cx("ag_specialist"), ref, None, form)
    sight = stages.look(house, ref)
    assert sight.clocks["decision"].state == "open"
    assert sight.owed == []
    stages.post(house)
    sight = stages.look(house, ref)
    assert sight.clocks["decision"].state == "closed"
    assert not sight.case.open

"""A provider's three doors: an appeal for the patient, a dispute and a complaint in its own right.
None uses up anything of another, and the wrong one says which is right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, update

from casework.errors import Invalid, NotFound, StateRefused, WrongDoor
from casework.models import Appeal, Case, Organization
from casework.queries import claims as claim_queries
from casework.queries.member_home import disputes_of, own_list
from casework.records.determinations import LineRuling, Words
from casework.services import appeal_decisions, appeals, disputes, external_reviews, grievances
from casework.services.clocks import sweep_case
from casework.services.operations import move_time
from casework.worker import Worker
from sla.calendars import local_day, zone
from tests.builders import MONDAY
from tests.services import stages
from tests.services.claims_here import a_claim
from tests.services.house import House, a_house

NUMBERS = iter(range(100, 1000))
WHY = "The authorization was on file before the service."
UPHELD = Words(reason="The notes show one unit.", rationale="We read the notes and the claim.")


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    made = a_house(database, settings)
    for contract in ("OH-MCD", "OH-MCD-2026"):
        made.denials[contract] = stages.a_denial(made, contract)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


def claim(house, contract="OH-MCD", **changes) -> str:
    """A claim of Maple that was denied."""
    return a_claim(house.town, contract, number=f"CLM-{next(NUMBERS)}", **changes)


def dispute(house, number, *, who="Maple", now=MONDAY, **said):
    form = disputes.DisputeFiling(claim=number, reason=WHY, **said)
    return disputes.file_dispute(house.cx(who, now), form)


def rule(house, ref, how, *, who="ag_clinician", now=MONDAY, words=UPHELD, **said):
    """Give it to a reviewer and decide it."""
    stages.give(house, ref, who, now=now)
    stages.decide(house, ref, how, who=who, now=now, words=words, attested=False, **said)


def letters(house, ref) -> set[tuple[str, str]]:
    return {(row.code, row.recipient) for row in stages.look(house, ref).letters}


# ── A dispute in the office's own right ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("contract", ["OH-MCD-2026", "OH-QHP", "MA-2026"])
def test_a_dispute_runs_on_the_contract_and_writes_to_the_office_alone(
    house, worker, contract
) -> None:
    filed = dispute(house, claim(house, contract))
    sight = stages.look(house, filed.ref)
    clock = sight.clocks["decision"]
    assert (clock.rule, clock.layer, set(sight.clocks)) == (
        "POLICY-DISPUTE",
        "policy",
        {"decision"},
    )
    where = zone("America/New_York")
    assert local_day(clock.due_at, where) == local_day(MONDAY, where) + timedelta(days=60)
    assert (sight.case.about, sight.case.queue, filed.level) == ("dispute", "disputes", 1)
    assert letters(house, filed.ref) == {("office_received", "provider")}
    rule(house, filed.ref, "uphold")
    after = stages.look(house, filed.ref)
    assert after.case.state == "upheld"  # on Medicare too: it is no appeal that is forwarded
    assert house.reviews_of(filed.ref) == []
    with pytest.raises(StateRefused, match="runs on its contract"):
        appeal_decisions.forward(house.cx("ag_specialist"), filed.ref, None)
    worker.relay()
    assert stages.unsent(house, filed.ref) == []
    assert letters(house, filed.ref) == {
        ("office_received", "provider"),
        ("dispute_decided", "provider"),
    }
    assert stages.look(house, filed.ref).clocks["decision"].state == "met"  # the notice left


def test_a_missed_dispute_is_owed_and_never_decided_by_a_law(house) -> None:
    filed = dispute(house, claim(house, "MA-2026"))
    late = MONDAY + timedelta(days=62)
    sweep_case(house.cx("system", late), stages.look(house, filed.ref).case.id)
    sight = stages.look(house, filed.ref)
    assert sight.clocks["decision"].consequence == ""
    assert {row.kind for row in sight.owed} >= {"decide_now"}
    own = {("office_received", "provider"), ("office_late", "provider")}
    assert letters(house, filed.ref) == own


def test_a_member_sees_no_dispute_and_keeps_every_right(house) -> None:
    about = house.told("OH-MCD-2026")
    number = claim(house, "OH-MCD-2026", authorization=about)
    filed = dispute(house, number)
    assert filed.request == about
    assert "appealed" not in stages.look(house, about).happened
    member = house.member("OH-MCD-2026")
    with house.town.database.reading(member) as cx:
        assert filed.ref not in {case.ref for case in own_list(cx, limit=100)}
        case_id = cx.db.execute(select(Case.id).where(Case.ref == about)).scalar_one()
        assert case_id not in disputes_of(cx, [case_id])
        assert cx.db.execute(select(Case.id).where(Case.ref == filed.ref)).scalar() is None
    form = appeals.AppealFiling(about=about, reason="I need it.")
    appealed = appeals.file_appeal(member, form)
    assert appealed.possible_duplicate_of == ""  # they never merge
    series = {stages.look(house, ref).case.series_id for ref in (about, filed.ref, appealed.ref)}
    assert len(series) == 1  # and staff see them together


def test_a_dispute_is_decided_by_the_lines_of_the_claim_and_paid_with_proof(house, worker) -> None:
    filed = dispute(house, claim(house))
    stages.give(house, filed.ref)
    one = LineRuling(number=1, result="approved")
    with pytest.raises(Invalid) as refused:
        stages.decide(
            house, filed.ref, "overturn_in_part", words=UPHELD, lines=(replace(one, number=7),)
        )
    assert "lines/7" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        stages.decide(
            house, filed.ref, "overturn_in_part", words=replace(UPHELD, reason=""), lines=(one,)
        )
    assert refused.value.fields == {"lines/2": "Say why its payment stays as it was."}
    stages.decide(house, filed.ref, "overturn_in_part", words=UPHELD, lines=(one,), attested=False)
    with pytest.raises(Invalid) as refused:
        stages.carry_out(house, filed.ref)
    assert "payment_instruction" in refused.value.fields
    done = stages.carry_out(house, filed.ref, payment_instruction="PAY-17")
    assert (done.state, done.made) == ("effectuated", {"payment": "PAY-17"})
    worker.relay()
    assert stages.unsent(house, filed.ref) == []
    assert ("dispute_paid", "provider") in letters(house, filed.ref)


def test_levels_are_those_of_the_contract_and_one_runs_at_a_time(house) -> None:
    number = claim(house)
    first = dispute(house, number)
    with pytest.raises(Invalid) as refused:
        dispute(house, number)
    assert first.ref in refused.value.fields["claim"]
    rule(house, first.ref, "uphold")
    second = dispute(house, number)
    assert second.level == 2
    with pytest.raises(StateRefused, match="took part"):
        stages.give(house, second.ref)  # who decided the first level decides no second one
    rule(house, second.ref, "uphold", who="guardian")
    with pytest.raises(Invalid, match="2 levels"):
        dispute(house, number)


def test_a_late_dispute_is_taken_and_its_good_cause_decided(house) -> None:
    number = claim(house)
    assert dispute(house, number, now=MONDAY + timedelta(days=200)).late
    assert not dispute(house, claim(house)).late


@pytest.mark.parametrize("status", ["pending"])
def test_a_claim_that_is_not_decided_has_nothing_to_dispute(house, status) -> None:
    number = claim(house, status=status, adjudicated_on=None, denial_words="")
    with pytest.raises(Invalid, match="not decided yet"):
        dispute(house, number)


def test_another_offices_claim_looks_like_none(house) -> None:
    theirs = claim(house, office="Birch")
    said = []
    for number in (theirs, "CLM-NONE"):
        with pytest.raises(Invalid) as refused:
            dispute(house, number)
        said.append((refused.value.sentence, refused.value.fields))
    assert said[0] == said[1]


def test_a_clerk_enters_a_dispute_that_came_by_fax_for_the_office_of_the_claim(house) -> None:
    earlier = MONDAY - timedelta(days=2)
    filed = dispute(
        house,
        claim(house),
        who="intake",
        filed_by="provider",
        filer_name="Maple Clinic",
        received_at=earlier,
        channel="fax",
    )
    sight = stages.look(house, filed.ref)
    assert sight.case.received_at == earlier
    assert letters(house, filed.ref) == {("office_received", "provider")}
    with house.town.database.reading(house.cx("Maple")) as cx:
        assert cx.db.execute(select(Case.id).where(Case.ref == filed.ref)).scalar() is not None
    with house.town.database.reading(house.cx("Birch")) as cx:
        assert cx.db.execute(select(Case.id).where(Case.ref == filed.ref)).scalar() is None


def test_the_claim_stands_beside_its_dispute_and_beside_the_request_that_it_names(house) -> None:
    about = stages.a_denial(house)
    number = claim(house, authorization=about)
    filed = dispute(house, number)
    with house.town.database.reading(house.cx("ag_specialist")) as cx:
        for ref in (about, filed.ref):
            case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
            assert [each.number for each in claim_queries.beside(cx, case)] == [number]
        [mine] = claim_queries.beside(cx, case)
        assert claim_queries.disputes_of(cx, [mine]) == {number: (filed.ref, "received")}


def test_a_dispute_goes_to_no_review_outside(house) -> None:
    filed = dispute(house, claim(house, "OH-QHP"))
    rule(house, filed.ref, "uphold")
    form = external_reviews.ReviewFiling(about=filed.ref, reason="Pay us.")
    with pytest.raises((StateRefused, Invalid, NotFound)):
        external_reviews.request_review(house.cx("Maple"), form)


def test_medicare_and_an_office_without_a_contract_is_medicares_own_appeal(house, settings) -> None:
    _contract_with(house, settings, "Birch", there_is=False)
    about = stages.a_denial(house, "MA-2026")
    number = claim(house, "MA-2026", office="Birch")
    with pytest.raises(WrongDoor, match="waiver of liability") as refused:
        dispute(house, number, who="Birch")
    assert refused.value.door == "appeal"
    form = appeals.AppealFiling(about=about, dispute="payment", claim=number, reason=WHY)
    with pytest.raises(Invalid) as lacking:
        appeals.file_appeal(house.cx("Birch"), form)
    assert "waiver" in lacking.value.fields["papers"]
    _contract_with(house, settings, "Birch", there_is=True)


def _contract_with(house, settings, office: str, *, there_is: bool) -> None:
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(Organization)
            .where(Organization.id == house.town.offices[office])
            .values(in_network=there_is)
        )
    engine.dispose()


def test_the_appeal_door_with_a_payment_is_the_dispute(house) -> None:
    number = claim(house)
    form = appeals.AppealFiling(dispute="payment", claim=number, reason=WHY)
    filed = appeals.file_appeal(house.cx("Maple"), form)
    assert (filed.about, filed.consent) == ("", "not_needed")
    assert stages.look(house, filed.ref).case.about == "dispute"
    with house.town.database.reading(house.cx("system")) as cx:
        row = cx.db.execute(
            select(Appeal).join(Case, Case.id == Appeal.case_id).where(Case.ref == filed.ref)
        ).scalar_one()
    assert (row.about_case_id, row.claim, row.dispute_about) == (None, number, "payment")


# ── The wrong door ──────────────────────────────────────────────────────────────────────────────


def test_a_request_at_the_money_door_is_led_to_the_appeal(house) -> None:
    with pytest.raises(WrongDoor) as refused:
        dispute(house, house.told("OH-MCD"))
    assert (refused.value.door, refused.value.status) == ("appeal", 422)


def test_a_claim_at_the_door_for_care_is_led_to_the_dispute(house) -> None:
    form = appeals.AppealFiling(claim=claim(house), reason=WHY)
    with pytest.raises(WrongDoor) as refused:
        appeals.file_appeal(house.cx("Maple"), form)
    assert refused.value.door == "dispute"


def test_a_member_disputes_no_claim(house) -> None:
    with pytest.raises(WrongDoor) as refused:
        dispute(house, claim(house), who="member of OH-MCD")
    assert refused.value.door == "appeal"


# ── An appeal for the patient, and consent ──────────────────────────────────────────────────────


def test_an_appeal_on_behalf_waits_for_consent_where_the_line_wants_it(house) -> None:
    about = stages.a_denial(house, "OH-MCD-2026")
    form = appeals.AppealFiling(about=about, reason=WHY)
    filed = appeals.file_appeal(house.cx("Maple"), form)
    assert filed.consent == "missing"
    with pytest.raises(StateRefused, match="consent"):
        stages.give(house, filed.ref)


def test_a_medicare_physician_appeals_before_the_service_without_one(house) -> None:
    about = stages.a_denial(house, "MA-2026")
    form = appeals.AppealFiling(about=about, reason=WHY, filed_by="physician")
    filed = appeals.file_appeal(house.cx("Maple"), form)
    stages.give(house, filed.ref)


# ── A complaint of the office ───────────────────────────────────────────────────────────────────


def test_an_offices_complaint_is_its_own(house, worker) -> None:
    form = grievances.GrievanceFiling(
        told="We waited 50 minutes on the line, and nobody knew where our request stood.",
        category="service.phone",
        about=stages.a_denial(house),
    )
    filed = grievances.file_grievance(house.cx("Maple"), form)
    assert letters(house, filed.ref) == {("office_received", "provider")}
    with house.town.database.reading(house.member("OH-MCD")) as cx:
        assert cx.db.execute(select(Case.id).where(Case.ref == filed.ref)).scalar() is None
    worker.relay()
    assert stages.unsent(house, filed.ref) == []

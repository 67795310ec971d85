"""A member dies, and the case goes on: who may take the place, where letters go, what ends."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.errors import Invalid, Problem, StateRefused
from casework.models import Case, CaseParty, Letter, Member, Substitute
from casework.records import letter_drafts, letter_ways
from casework.services import appeal_review, parties
from casework.services.operations import move_time
from casework.services.parties import AddedParty, NewParty
from tests.builders import MONDAY
from tests.services import stages, walk_appeals
from tests.services.house import a_house

CONTRACT = "OH-MCD-2026"
MEDICARE = "MA-2026"
HOME = ("5 Oak Street", "Columbus, OH 43004")


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def substitute(house, ref, *, who="ag_specialist", **changes):
    said = {
        "new_party": "Estate of Joe Example",
        "capacity": "estate",
        "evidence": "Letters of administration of February 20.",
        "address": HOME,
        "died_on": date(2027, 2, 10),
    } | changes
    return parties.substitute_party(house.cx(who), ref, None, NewParty(**said))


def of(house, table, ref):
    with house.town.database.reading(house.cx("system")) as cx:
        case = stages.look(house, ref).case
        return list(cx.db.execute(select(table).where(table.case_id == case.id)).scalars())


@pytest.fixture
def alive_again(house):
    """Whoever died in a test lives in the next one."""
    yield
    with house.town.database.session(house.cx("system")) as session:
        for member in session.execute(select(Member)).scalars():
            member.died_on = None
        session.commit()


@pytest.mark.usefixtures("alive_again")
def test_letters_go_to_the_estate_and_nobody_is_pointed_to_the_portal(house):
    ref = stages.an_appeal(house, CONTRACT)
    with house.town.database.session(house.cx("system")) as session:
        member = session.get(Member, stages.look(house, ref).case.member_id)
        member.contact_preference, member.email = "email", "joe@people.example"
        session.commit()
    substitute(house, ref)
    with house.town.database.reading(house.cx("system")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        letter = cx.db.execute(
            select(Letter).where(Letter.case_id == case.id, Letter.recipient == "member")
        ).scalar_one()
        drafted = letter_drafts.drafted(cx, letter)
        ways = letter_ways.ways_of(cx, letter, line="medicaid", lines=HOME)
    assert drafted.draft.fine, [point.wrong for point in drafted.draft.points]
    assert "Estate of Joe Example" in drafted.draft.html
    assert "5 Oak Street" in drafted.draft.html
    assert {way.channel for way in ways} == {"print", "portal"}
    assert [way.channel for way in ways if way.counts] == ["print"]


@pytest.mark.usefixtures("alive_again")
def test_care_that_went_on_ends_with_the_member(house):
    ref = walk_appeals.SPECIAL["continue_benefits", "received"](house)
    walk_appeals.STEPS["continue_benefits"](house, ref)
    assert stages.look(house, ref).case.benefits_continued
    substitute(house, ref)
    assert not stages.look(house, ref).case.benefits_continued
    with house.town.database.reading(house.cx("system")) as cx:
        assert not stages.detail(cx, ref).continuation


@pytest.mark.usefixtures("alive_again")
def test_on_every_other_open_case_somebody_must_say_who_goes_on(house):
    first, other = stages.an_appeal(house, CONTRACT), stages.a_grievance(house, CONTRACT)
    decided = stages.decided(house, CONTRACT, "uphold")
    substitute(house, first)
    owed = [row for row in stages.look(house, other).owed if row.done_at is None]
    assert [row.kind for row in owed if row.kind == "name_who_goes_on"] == ["name_who_goes_on"]
    assert "name_who_goes_on" not in {row.kind for row in stages.look(house, decided).owed}
    substitute(house, other)
    owed = [row for row in stages.look(house, other).owed if row.done_at is None]
    assert "name_who_goes_on" not in {row.kind for row in owed}


@pytest.mark.usefixtures("alive_again")
def test_the_newest_substitute_counts_and_the_first_stays_in_the_history(house):
    ref = stages.an_appeal(house, CONTRACT)
    substitute(house, ref)
    substitute(house, ref, new_party="Ann Example", capacity="survivor")
    first, second = sorted(of(house, Substitute, ref), key=lambda row: row.id)
    assert (first.ended_at is None, second.ended_at is None) == (False, True)
    assert stages.look(house, ref).happened.count("party_substituted") == 2


def test_a_provider_with_an_assignment_takes_the_place_on_medicare_alone(house):
    npi = house.town.npi["Birch"]
    form = {"new_party": "Birch", "capacity": "assignee", "provider_npi": npi, "address": ()}
    medicaid = stages.an_appeal(house, CONTRACT)
    with pytest.raises(StateRefused, match="Only who may lawfully go on") as refused:
        substitute(house, medicaid, died_on=None, **form)
    assert refused.value.citation == "42 CFR 438.406(b)(6)"
    medicare = stages.an_appeal(house, MEDICARE)
    substitute(house, medicare, died_on=None, **form)
    [row] = of(house, Substitute, medicare)
    assert row.organization_id == house.town.offices["Birch"]
    assert row.address
    roles = {each.role for each in of(house, CaseParty, medicare)}
    assert "assignee" in roles
    assert stages.look(house, medicare).case.member_id  # nobody died: the member stays as he was


def test_what_is_missing_or_cannot_be_is_said(house):
    ref = stages.an_appeal(house, CONTRACT)
    with pytest.raises(StateRefused, match="Name who takes the party's place"):
        substitute(house, ref, new_party=" ")
    with pytest.raises(StateRefused, match="Only who may lawfully go on"):
        substitute(house, ref, capacity="neighbour")
    with pytest.raises(Invalid, match="Letters need an address"):
        substitute(house, ref, address=())
    with pytest.raises(Invalid, match="still to come"):
        substitute(house, ref, died_on=MONDAY.date() + timedelta(days=1))
    with pytest.raises(Problem, match="Only an appeals specialist may substitute party"):
        substitute(house, ref, who="nurse")
    assert stages.look(house, ref).happened == ["received"]


@pytest.mark.parametrize("kind", ["appeal", "grievance", "external_review"])
def test_an_added_party_sees_the_case_and_no_other_office_does(house, kind):
    ref = {
        "appeal": lambda: stages.an_appeal(house, CONTRACT),
        "grievance": lambda: stages.a_grievance(house, CONTRACT),
        "external_review": lambda: stages.a_review(
            house, "OH-QHP", stages.decided(house, "OH-QHP", "uphold")
        ),
    }[kind]()
    form = AddedParty(provider_npi=house.town.npi["Birch"], evidence="It holds the claim.")
    parties.add_party(house.cx("ag_specialist"), ref, None, form)
    assert (house.town.offices["Birch"], "interested") in {
        (row.organization_id, row.role) for row in of(house, CaseParty, ref)
    }
    with house.town.database.reading(house.cx("Birch")) as cx:
        assert cx.db.execute(select(Case.ref).where(Case.ref == ref)).scalar() == ref


def test_an_office_that_nobody_knows_is_no_party(house):
    ref = stages.an_appeal(house, CONTRACT)
    with pytest.raises(Invalid, match="no office with this NPI"):
        parties.add_party(
            house.cx("ag_specialist"),
            ref,
            None,
            AddedParty(provider_npi="1999999984", evidence="A letter."),
        )


@pytest.mark.parametrize("how", ["uphold", "overturn", "overturn_in_part"])
def test_no_decision_on_a_subject_that_the_reviewer_has_not_acknowledged(house, how):
    ref = stages.a_reviewed_appeal(
        house, CONTRACT, about=stages.a_denial(house, CONTRACT, **stages.two_lines(house))
    )
    change = appeal_review.NewSubject(subject="Only the second one.", reason="She said so.")
    appeal_review.change_subject(house.cx("ag_specialist"), ref, None, change)
    with pytest.raises(StateRefused, match="must acknowledge that the subject"):
        stages.decide(house, ref, how)
    appeal_review.acknowledge_subject(house.cx("ag_clinician"), ref, None)
    if how == "overturn_in_part":
        walk_appeals.STEPS[how](house, ref)
    else:
        stages.decide(house, ref, how)

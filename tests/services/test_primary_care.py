"""The primary-care office gets its own copy of what is decided about care, where the contract wants
that; never of a complaint, and never of what is guarded."""

import io

import pikepdf
import pytest
from sqlalchemy import create_engine, insert, select, update

from casework.bridge import letters_due
from casework.models import (
    Case,
    ContractVersion,
    Delivery,
    Letter,
    Member,
    Organization,
    Practitioner,
)
from casework.services.operations import move_time
from casework.storage import Storage
from casework.worker import Worker
from letters import catalogue, pdf_text
from letters.entries import LetterFacts
from tests.builders import MONDAY
from tests.services import stages, walk_grievances, walk_requests
from tests.services.house import a_house

WANTS, WANTS_NOT = "OH-QHP", "OH-MCD"
OFFICE = ["12 Lakeview Drive", "Columbus, OH 43211"]


@pytest.fixture(scope="module")
def owner(settings):
    engine = create_engine(settings.database_owner_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def house(database, settings, owner):
    made = a_house(database, settings)
    with owner.begin() as connection:
        office = connection.execute(
            insert(Organization)
            .values(name="Lakeview Family Practice", npi="1902847566", address=OFFICE)
            .returning(Organization.id)
        ).scalar_one()
        doctor = connection.execute(
            insert(Practitioner)
            .values(npi="1902847574", name="Ines Porter, MD", organization_id=office)
            .returning(Practitioner.id)
        ).scalar_one()
        connection.execute(update(Member).values(primary_care_id=doctor))
        table = ContractVersion.__table__
        first = (
            connection.execute(select(table).where(table.c.id == made.town.contracts[WANTS][1]))
            .mappings()
            .one()
        )
        changed = {"version": 2, "workflow": {**first["workflow"], "pcp_copies": True}}
        kept = {name: value for name, value in first.items() if name != "id"}
        connection.execute(insert(table).values(**kept | changed))
    move_time(database.context(), MONDAY)
    return made


def copies(house, ref: str) -> list[Letter]:
    with house.town.database.reading(house.cx("system")) as cx:
        case = select(Case.id).where(Case.ref == ref).scalar_subquery()
        found = select(Letter).where(Letter.case_id == case, Letter.recipient == "primary_care")
        return list(cx.db.execute(found).scalars())


def test_only_decisions_about_care_know_the_primary_care_provider() -> None:
    knowing = {e.code for e in catalogue.load().letters if "primary_care" in e.recipients}
    assert knowing - {"reissue_cover"} == {
        "approval",
        "deemed_approval",
        "partial_approval",
        "denial",
        "deemed_denial",
        "reduction",
    }
    facts = LetterFacts(line="medicaid", has_primary_care=True)
    for kind, event in sorted(catalogue.event_names()):
        due = catalogue.due_for(kind, event, facts)
        if kind != "prior_auth":
            assert all(each.recipient != "primary_care" for each in due)


def test_a_denial_goes_to_the_primary_care_office_with_proof_of_its_own(house) -> None:
    ref = stages.a_denial(house, WANTS)
    worker = Worker(house.town.database)
    try:
        worker.relay()
    finally:
        worker.close()
    [letter] = copies(house, ref)
    assert (letter.code, letter.language, letter.notice_kind) == ("denial", "en", "")
    with house.town.database.reading(house.cx("system")) as cx:
        ways = select(Delivery.channel).where(Delivery.letter_id == letter.id)
        channels = list(cx.db.execute(ways).scalars())
        pdf = Storage(house.town.database.settings).get(letter.sha256)
    assert channels == ["print"]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        text = " ".join(pdf_text.pages(document))
    assert "Ines Porter, MD" in text
    assert "Lakeview Family Practice" in text
    assert "for you as the primary-care provider" in text


def test_a_contract_that_does_not_ask_for_it_sends_none(house) -> None:
    assert copies(house, stages.a_denial(house, WANTS_NOT)) == []


def test_a_complaint_and_an_acknowledgement_stay_with_the_member(house) -> None:
    for make in (walk_grievances.STAGES["resolved"], walk_requests.STAGES["pended"]):
        assert copies(house, make(house)) == []


@pytest.mark.parametrize("guard", [{"restricted": True}, {"confidential_since": MONDAY}])
def test_what_is_guarded_goes_to_nobody_else(house, owner, guard) -> None:
    """45 CFR 164.522: who asked for confidential communication, or is restricted, has no copies."""
    case = stages.look(house, stages.with_physician(house, WANTS)).case
    plain = {"restricted": False, "confidential_since": None}
    found = []
    for values in (plain, guard, plain):
        with owner.begin() as connection:
            connection.execute(update(Member).where(Member.id == case.member_id).values(**values))
        with house.town.database.reading(house.cx("system")) as cx:
            found.append(letters_due._with_primary_care(cx, [case.id]))
    assert found == [{case.id}, set(), {case.id}]


def test_an_office_that_asked_itself_gets_one_letter_and_no_second_copy(house, owner) -> None:
    with owner.begin() as connection:
        own = (
            connection.execute(
                select(Practitioner.id).where(
                    Practitioner.organization_id == house.town.offices["Maple"]
                )
            )
            .scalars()
            .first()
        )
        before = connection.execute(select(Member.primary_care_id)).scalars().first()
        connection.execute(update(Member).values(primary_care_id=own))
    assert copies(house, stages.a_denial(house, WANTS)) == []
    with owner.begin() as connection:
        connection.execute(update(Member).values(primary_care_id=before))

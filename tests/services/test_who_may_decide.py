"""Who may decide: refused by the service with its sentence and law, and by the database below."""

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from casework.context import SYSTEM
from casework.errors import NotAllowed, NotFound, StateRefused
from casework.models import Case, Determination, Licence, Practitioner
from casework.records.determinations import LineRuling, Words
from casework.services import determinations
from casework.services.determinations import Ruling
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.services.review import Referral, refer_to_physician, start_review
from tests.builders import MONDAY, a_submission, a_town

DENIAL = Ruling(
    lines=(LineRuling(number=1, result="denied", reason="Not needed now.", criterion="MP-021"),),
    words=Words(standard="MP-021", rationale="The exam was normal."),
    criterion="MP-021",
    attested=True,
)


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture
def referred(town) -> str:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    start_review(town.cx("nurse"), ref, None)
    refer_to_physician(town.cx("nurse"), ref, None, Referral(summary="S.", criteria="Not met."))
    return ref


def test_a_nurse_cannot_deny_for_medical_necessity_by_a_raw_service_call(town, referred) -> None:
    with pytest.raises(StateRefused) as refused:
        determinations.deny(town.cx("nurse"), referred, None, DENIAL)
    assert "clinician" in refused.value.sentence
    assert "438.210(b)(3)" in refused.value.citation


@pytest.mark.parametrize(
    "who", ["intake", "ag_specialist", "supervisor", "compliance", "admin", "Maple", "system"]
)
def test_nobody_else_can_either(town, referred, who) -> None:
    with pytest.raises((StateRefused, NotAllowed, NotFound)) as refused:
        determinations.deny(town.cx(who), referred, None, DENIAL)
    assert refused.value.sentence


def test_the_physician_can(town, referred) -> None:
    assert determinations.deny(town.cx("physician"), referred, None, DENIAL).state == "denied"


def test_a_physician_who_asked_for_it_himself_cannot(town, referred, database) -> None:
    """Dr. Maple asked for it; our physician is Dr. Maple on some days of the week."""
    with database.session(database.context(SYSTEM)) as session:
        asked = session.execute(
            select(Practitioner.id).where(Practitioner.npi == town.npi["Dr. Maple"])
        ).scalar_one()
        mine = Licence.user_id == town.users["physician"]
        session.execute(update(Licence).where(mine).values(practitioner_id=asked))
        session.commit()
        try:
            with pytest.raises(StateRefused, match="asked for the service") as refused:
                determinations.deny(town.cx("physician"), referred, None, DENIAL)
            assert refused.value.source == "guard"
        finally:
            session.execute(update(Licence).where(mine).values(practitioner_id=None))
            session.commit()


def test_the_database_refuses_a_clinical_denial_without_a_named_clinician(
    town, referred, database
) -> None:
    with database.session(database.context(SYSTEM)) as session:
        case_id = session.execute(select(Case.id).where(Case.ref == referred)).scalar_one()
        with pytest.raises(IntegrityError, match="ck_determination_clinician"):
            session.execute(
                insert(Determination).values(
                    case_id=case_id,
                    version=1,
                    event_seq=3,
                    outcome="denied",
                    ground="clinical",
                    decided_at=MONDAY,
                    decided_by_id=town.users["nurse"],
                    decided_by_name="Nora Nurse",
                    decided_by_kind="user",
                    credential="RN",
                    licence_id=None,
                    expertise_attested=False,
                    criterion="",
                    words_ct=b"",
                    rule="",
                    frozen={},
                )
            )

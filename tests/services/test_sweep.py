"""The ladder climbs, once a step, and a missed clock raises its consequence."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.models import Case, Clock, Escalation, Letter, Obligation
from casework.services.clocks import sweep_batch
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission, a_town


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def _climb(town, ref, days):
    for quarter in range(days * 4):
        while sweep_batch(town.cx("system", MONDAY + timedelta(hours=6 * quarter))).cases:
            pass


def test_a_case_left_alone_climbs_each_step_once_and_gets_one_number(town) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    _climb(town, ref, 20)
    with town.database.reading(town.cx("supervisor")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        steps = (
            cx.db.execute(
                select(Escalation).where(Escalation.case_id == case.id).order_by(Escalation.id)
            )
            .scalars()
            .all()
        )
        assert [s.step for s in steps] == ["50", "75", "90", "t24", "100"]
        assert [bool(s.ref) for s in steps] == [False] * 4 + [True]
        assert all(s.owner_id for s in steps)
        clock = cx.db.execute(select(Clock).where(Clock.case_id == case.id)).scalar_one()
        assert clock.state == "missed"
        [owed] = cx.db.execute(select(Obligation).where(Obligation.case_id == case.id)).scalars()
        assert owed.kind == "decide_now"
        assert owed.owner_id
        assert case.open
        assert case.next_due_at == clock.due_at


def test_a_federal_medicaid_case_owes_its_notice_on_the_day(town) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town, "OH-MCD-2026")).ref
    _climb(town, ref, 12)
    with town.database.reading(town.cx("supervisor")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        [owed] = cx.db.execute(select(Obligation).where(Obligation.case_id == case.id)).scalars()
        assert owed.kind == "send_denial_notice"
        assert owed.citation
        codes = cx.db.execute(select(Letter.code).where(Letter.case_id == case.id)).scalars()
        assert "deemed_denial" in set(codes)

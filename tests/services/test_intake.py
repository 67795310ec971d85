"""Receiving a request."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.models import Case, CaseEvent, Clock, ClockMark, Letter
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission, a_town


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def test_a_request_opens_a_case_with_its_clock_ladder_and_acknowledgement(town) -> None:
    filed = submit_prior_auth(town.cx("Maple"), a_submission(town))
    with town.database.reading(town.cx("nurse")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == filed.ref)).scalar_one()
        clock = cx.db.execute(select(Clock).where(Clock.case_id == case.id)).scalar_one()
        events = cx.db.execute(select(CaseEvent.event).where(CaseEvent.case_id == case.id)).all()
        marks = cx.db.execute(
            select(ClockMark.step).where(ClockMark.case_id == case.id).order_by(ClockMark.fire_at)
        ).scalars()
        letters = cx.db.execute(select(Letter.recipient).where(Letter.case_id == case.id))
        assert case.state == "received"
        assert clock.due_at.isoformat() == "2027-03-16T03:59:59+00:00"
        assert [e.event for e in events] == ["received"]
        assert list(marks) == ["50", "75", "90", "t24", "100"]
        assert sorted(letters.scalars()) == ["member", "provider"]


def test_a_rule_of_the_plan_approves_at_once(town) -> None:
    line = replace(a_submission(town).lines[0], code="97110", units=Decimal(8))
    filed = submit_prior_auth(town.cx("Maple"), a_submission(town, lines=(line,)))
    assert filed.state == "approved"
    assert filed.authorization.startswith("AUTH-2027-")

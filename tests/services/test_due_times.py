"""When a case is due, to the second, by contract and track, across both kinds of changed clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from casework.models import Case, Clock
from casework.queries.clocks import explained
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission, a_town

OHIO = ZoneInfo("America/New_York")
# Receipts in Ohio: before both changes of 2027 (14 March, 7 November), inside the doubled hour, in
# the night in which an hour is missing, at the last second of a day, and on a leap day.
RECEIPTS = {
    "a plain morning": datetime(2027, 6, 1, 10, 0, tzinfo=OHIO),
    "before the spring change": datetime(2027, 3, 1, 10, 0, tzinfo=OHIO),
    "the night of the spring change": datetime(2027, 3, 14, 1, 59, 59, tzinfo=OHIO),
    "before the autumn change": datetime(2027, 10, 25, 23, 59, 59, tzinfo=OHIO),
    "in the doubled hour, first": datetime(2027, 11, 7, 1, 30, tzinfo=OHIO, fold=0),
    "in the doubled hour, second": datetime(2027, 11, 7, 1, 30, tzinfo=OHIO, fold=1),
    "the day before Thanksgiving": datetime(2027, 11, 24, 16, 0, tzinfo=OHIO),
    "a leap day": datetime(2028, 2, 29, 0, 0, tzinfo=OHIO),
}
DAYS = {"OH-MCD": 14, "OH-QHP": 15, "OH-MA": 15}


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def _due(town, contract, received, **changes):
    at = received.astimezone(UTC)
    sent = a_submission(town, contract, received_at=at, **changes)
    ref = submit_prior_auth(town.cx("Maple", at), sent).ref
    with town.database.reading(town.cx("nurse", at)) as cx:
        due = cx.db.execute(
            select(Clock.due_at)
            .join(Case, Case.id == Clock.case_id)
            .where(Case.ref == ref, Clock.name == "decision")
        ).scalar_one()
    return ref, due.astimezone(OHIO)


@pytest.mark.parametrize("contract", DAYS)
@pytest.mark.parametrize("received", RECEIPTS.values(), ids=RECEIPTS)
def test_a_standard_request_is_due_at_the_last_second_of_its_day(town, contract, received) -> None:
    _, due = _due(town, contract, received)
    day = received.date() + timedelta(days=DAYS[contract])
    assert (due.date(), due.strftime("%H:%M:%S")) == (day, "23:59:59")


@pytest.mark.parametrize("contract", DAYS)
@pytest.mark.parametrize("received", RECEIPTS.values(), ids=RECEIPTS)
def test_an_expedited_request_is_due_after_exactly_72_hours(town, contract, received) -> None:
    _, due = _due(
        town, contract, received, priority="expedited", priority_reason="Waiting is dangerous."
    )
    assert due.astimezone(UTC) - received.astimezone(UTC) == timedelta(hours=72)


def test_the_explanation_shows_the_rule_the_arithmetic_and_the_source(town) -> None:
    received = RECEIPTS["before the spring change"]
    ref, _ = _due(town, "OH-MCD", received)
    with town.database.reading(town.cx("nurse", received.astimezone(UTC))) as cx:
        [clock] = [each for each in explained(cx, ref) if each.name == "decision"]
    said = " ".join(line.text for line in clock.lines)
    assert "Mon 1 March 2027 + 14 calendar days = Mon 15 March 2027, 11:59:59 pm EDT" in said
    assert "OWN-PA-STD" in said
    assert any("customer-care guide" in line.citation for line in clock.lines)

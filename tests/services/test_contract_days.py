"""From which day a version of a contract holds, and which one a case bears."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from casework import audit, bridge, clock_proof
from casework.queries.contracts import current_versions
from casework.records.contract_versions import Standing
from casework.services import endings, grievances
from tests.builders import MONDAY, a_town
from tests.services.contract_house import (
    TODAY,
    a_contract,
    at,
    decision,
    publish,
    request,
    told,
    version_of,
    versions,
)


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


@pytest.fixture
def code(town, settings):
    return a_contract(town, settings)


def test_a_planned_version_that_another_one_overtakes_never_holds(town, code) -> None:
    publish(town, code, effective_from=date(2027, 6, 1), terms={"layers": ["federal"]})
    publish(town, code, effective_from=date(2027, 4, 1))
    assert versions(town, code) == {
        3: Standing.PLANNED,
        2: Standing.REPLACED,
        1: Standing.IN_FORCE,
    }
    assert version_of(town, request(town, code, at(date(2027, 6, 2), 10))) == 3


def test_two_planned_versions_hold_one_after_the_other(town, code) -> None:
    publish(town, code, effective_from=date(2027, 4, 1))
    publish(town, code, effective_from=date(2027, 5, 1), terms={"layers": ["federal"]})
    days = [date(2027, 3, 31), date(2027, 4, 1), date(2027, 4, 30), date(2027, 5, 1)]
    found = [version_of(town, request(town, code, at(day, 12))) for day in days]
    assert found == [1, 2, 2, 3]


def test_going_back_before_the_planned_day_is_a_version_of_its_own(town, code) -> None:
    publish(town, code, effective_from=date(2027, 4, 1))
    told = publish(town, code, effective_from=date(2027, 4, 1), terms={"layers": ["owner"]})
    assert told.version == 3
    assert versions(town, code)[2] is Standing.REPLACED


def test_the_day_of_the_contract_counts_and_not_that_of_utc(town, code) -> None:
    publish(town, code, effective_from=date(2027, 4, 1))
    last_evening = at(date(2027, 3, 31), 23, 30)  # in UTC it is April already
    assert last_evening.date() == date(2027, 4, 1)
    assert version_of(town, request(town, code, last_evening)) == 1
    assert version_of(town, request(town, code, at(date(2027, 4, 1), 0, 5))) == 2
    for now, number in ((last_evening, 1), (at(date(2027, 4, 1), 0), 2)):
        with town.database.reading(town.cx("nurse", now)) as cx:
            known = {each.code: each.version for each in current_versions(cx)}
        assert known[code] == number


def test_from_now_on_holds_for_what_comes_in_today_and_leaves_what_is_here(town, code) -> None:
    here = request(town, code, MONDAY)
    due = decision(town, here)
    publish(town, code, effective_from=TODAY)
    assert decision(town, here) == due == ("OWN-PA-STD", "2027-03-15T23:59:59")
    assert version_of(town, here) == 1
    assert decision(town, request(town, code, MONDAY + timedelta(hours=1))) == (
        "MCD-PA-STD",
        "2027-03-08T23:59:59",
    )


def test_a_receipt_that_is_entered_late_bears_the_version_of_its_day(town, code) -> None:
    publish(town, code, effective_from=TODAY)
    late = request(town, code, MONDAY - timedelta(days=3), now=MONDAY)
    assert version_of(town, late) == 1
    complaint = grievances.file_grievance(
        town.cx("intake"),
        grievances.GrievanceFiling(
            told="Nobody called me back.",
            category="service",
            member_number=town.members[code],
            filed_by="member",
            received_at=MONDAY - timedelta(days=3),
            channel="mail",
        ),
    )
    assert version_of(town, complaint.ref) == 1


@pytest.mark.parametrize(("days", "number", "rule"), [(-4, 1, "OWN-PA-STD"), (0, 2, "MCD-PA-STD")])
def test_a_corrected_receipt_brings_the_version_of_the_true_day(
    town, code, days, number, rule
) -> None:
    publish(town, code, effective_from=TODAY, terms={"layers": ["federal", "owner"]})
    noted = MONDAY - timedelta(days=4) if days == 0 else MONDAY
    ref = request(town, code, noted, now=MONDAY)
    assert version_of(town, ref) == 3 - number
    true = MONDAY + timedelta(days=days)
    form = endings.Correction(received_at=true, reason="The fax header", evidence="The fax header")
    endings.correct_receipt(town.cx("supervisor"), ref, None, form)
    assert version_of(town, ref) == number
    assert decision(town, ref)[0] == rule
    assert told(town, ref) == {"contract_version_was": 3 - number, "contract_version": number}
    with town.database.reading(town.cx("system")) as cx:
        assert audit.verify(cx, ref=ref).holds
        assert clock_proof.verify(cx).differ == ()


def test_a_correction_within_the_days_of_one_version_says_nothing_of_versions(town, code) -> None:
    ref = request(town, code, MONDAY)
    form = endings.Correction(
        received_at=MONDAY - timedelta(days=1), reason="The stamp", evidence="The stamp"
    )
    endings.correct_receipt(town.cx("supervisor"), ref, None, form)
    assert told(town, ref) == {}
    assert version_of(town, ref) == 1


def test_a_day_before_the_first_version_bears_the_first_one(town, code) -> None:
    ref = request(town, code, datetime(2023, 12, 31, 15, tzinfo=UTC), now=MONDAY)
    assert version_of(town, ref) == 1


@dataclass(frozen=True)
class Plain:
    version: int
    effective_from: date
    time_zone: str


ZONES = (
    "Pacific/Kiritimati",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kathmandu",
    "Etc/UTC",
)
START = datetime(2025, 12, 1, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(
    days=st.lists(st.tuples(DAYS, st.sampled_from(ZONES)), min_size=1, max_size=6),
    at=st.integers(0, 26 * 30 * 24).map(lambda hours: START + timedelta(hours=hours)),
)
@settings_of_hypothesis(max_examples=200, derandomize=True, deadline=None)
def test_the_highest_number_whose_local_day_has_come_holds(days, at) -> None:
    rows = [Plain(number, day, zone) for number, (day, zone) in enumerate(days, start=1)]
    begun = [r for r in rows if at.astimezone(ZoneInfo(r.time_zone)).date() >= r.effective_from]
    found = bridge.in_force(rows, at)
    if begun:
        assert found == max(begun, key=lambda row: row.version)
    else:
        assert found.effective_from == min(row.effective_from for row in rows)

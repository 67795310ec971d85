"""Gold cards: measured on what people decided, granted and ended by people; the nightly check only
proposes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from casework import gold_watch
from casework.errors import Invalid, NotAllowed
from casework.models import GoldCard
from casework.queries import gold_cards as questions
from casework.records import gold_cards as records
from casework.records.determinations import LineRuling
from casework.services import determinations, gold_cards, review
from casework.services.gold_cards import Grant
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission
from tests.services import stages
from tests.services.house import House, a_house

TODAY = MONDAY.date()


def asked(house: House, number: int, code: str = "70551") -> dict:
    day = date(2027, 5, 1) + timedelta(days=number)
    line = replace(a_submission(house.town).lines[0], code=code, from_date=day, to_date=day)
    return {"lines": (line,)}


def approved(house: House, number: int, contract: str = "OH-MCD", code: str = "70551") -> str:
    sent = a_submission(house.town, contract, **asked(house, number, code))
    ref = submit_prior_auth(house.cx("Maple"), sent).ref
    review.start_review(house.cx("nurse"), ref, None)
    ruling = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    determinations.approve(house.cx("nurse"), ref, None, ruling)
    return ref


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    """Maple: nine MRIs approved, one denied and overturned; four CPAP devices; one by the list."""
    made = a_house(database, settings)
    for number in range(9):
        approved(made, number)
    for number in range(20, 24):
        approved(made, number, code="E0601")
    turned = stages.a_denial(made, **asked(made, 30))
    stages.decided(made, "OH-MCD", "overturn", about=turned)
    exercises = asked(made, 40, "97110")
    assert submit_prior_auth(made.cx("Maple"), a_submission(made.town, **exercises)).authorization
    return made


def record(house: House, policy: str) -> records.Record:
    with house.town.database.reading(house.cx("system")) as cx:
        found = records.measured(cx, until=TODAY)
    return next(each for each in found if each.policy == policy)


def grant(house: House, who: str = "supervisor", **changes) -> int:
    form = Grant(
        organization_id=house.town.offices["Maple"],
        policy="MP-021",
        starts_on=TODAY,
        reason="A year of good requests.",
    )
    return gold_cards.grant(house.cx(who), replace(form, **changes))


def test_the_record_is_what_people_decided_and_equals_plain_sql(house, database) -> None:
    mri, cpap, therapy = (record(house, each) for each in ("MP-021", "MP-014", "MP-033"))
    assert (mri.decided, mri.approved, mri.by_rule, mri.reaches) == (10, 10, 0, True)
    assert (cpap.decided, cpap.approved, cpap.reaches) == (4, 4, False)
    assert (therapy.decided, therapy.by_rule, therapy.rate) == (0, 1, None)
    with database.session(database.context()) as session:
        plain = session.execute(
            text(
                "select count(distinct c.id) from cases c join determination d on d.case_id = c.id"
                " and d.version = 1 and d.ground <> 'rule' join request_line l on l.case_id = c.id"
                " join case_party p on p.case_id = c.id and p.role = 'requesting'"
                " where c.kind = 'prior_auth' and l.code = '70551' and p.organization_id = :office"
            ),
            {"office": house.town.offices["Maple"]},
        ).scalar_one()
    assert plain == mri.decided
    with database.reading(house.cx("compliance")) as cx:
        rows = records.cases_behind(cx, house.town.offices["Maple"], "MP-021", until=TODAY, most=50)
    assert len(rows) == mri.decided
    assert sum(row.approved for row in rows) == mri.approved


def test_what_was_decided_too_long_ago_counts_no_more(house, database) -> None:
    with database.reading(house.cx("system")) as cx:
        assert records.measured(cx, until=TODAY + timedelta(days=400)) == ()


def test_a_card_needs_its_record_a_reason_and_somebody_who_may(house) -> None:
    with pytest.raises(NotAllowed):
        grant(house, "nurse")
    for field, changes in (
        ("policy", {"policy": "MP-014"}),
        ("policy", {"organization_id": house.town.offices["Birch"]}),
        ("reason", {"reason": ""}),
        ("starts_on", {"starts_on": TODAY - timedelta(days=1)}),
    ):
        with pytest.raises(Invalid) as refused:
            grant(house, **changes)
        assert set(refused.value.fields) == {field}


def test_a_card_is_granted_doubted_kept_and_ended_and_no_machine_ends_it(house, database) -> None:
    card_id = grant(house)
    with pytest.raises(Invalid, match="not granted"):
        grant(house)
    assert gold_cards.look_at_records(house.cx("system")) == 0
    for number in range(50, 54):
        stages.a_denial(house, **asked(house, number))
    assert record(house, "MP-021").falls
    assert gold_cards.look_at_records(house.cx("system")) == 1
    assert gold_cards.look_at_records(house.cx("system")) == 0  # once is enough
    with database.reading(house.cx("system")) as cx:
        card = cx.db.get_one(GoldCard, card_id)
        (shown,) = questions.overview(cx).standing
    assert card.ends_on is None
    assert (card.doubt["approved"], card.doubt["decided"]) == (10, 14)
    assert shown.granted_on.decided == 10
    assert shown.now.decided == 14
    with pytest.raises(Invalid):
        gold_cards.keep(house.cx("supervisor"), card_id, reason="")
    gold_cards.keep(house.cx("supervisor"), card_id, reason="Four of one sort.")
    assert gold_cards.look_at_records(house.cx("system")) == 0  # the same figures were looked at
    stages.a_denial(house, **asked(house, 60))
    assert gold_cards.look_at_records(house.cx("system")) == 1
    gold_cards.end(house.cx("compliance"), card_id, reason="The record fell.")
    with database.reading(house.cx("system")) as cx:
        ended = cx.db.execute(select(GoldCard).where(GoldCard.id == card_id)).scalar_one()
    assert (ended.ends_on, ended.ended_by) == (TODAY, "Cora Compliance")
    with pytest.raises(Invalid, match="ended already"):
        gold_cards.end(house.cx("compliance"), card_id, reason="Again.")


def test_a_worker_looks_once_each_day(house, database) -> None:
    database.remembered.clear()
    assert gold_watch.look_once_a_day(database) == 0
    assert gold_watch.look_once_a_day(database) == 0
    assert database.remembered[gold_watch._DAY] == database.case_now().date()

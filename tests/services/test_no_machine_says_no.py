"""No machine says no: whatever path a row takes, the database asks for a clinician; and no command
that the system runs can write an adverse result."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from casework import ledger
from casework.context import SYSTEM
from casework.errors import Problem
from casework.services.actions import ACTIONS
from statemachines import engine
from tests.builders import MONDAY
from tests.services import stages, walk_appeals
from tests.services.house import House, a_house
from tests.services.sample_forms import sample
from tests.statemachines.worked_facts import opened

ADVERSE = {"denied", "partially_approved", "upheld", "partially_overturned"}
CUTS = {"authorization_reduced", "authorization_terminated"}
DETERMINATION = text(
    "insert into determination (case_id, version, event_seq, outcome, ground, decided_at,"
    " decided_by_id, decided_by_name, decided_by_kind, credential, licence_id, expertise_attested,"
    " criterion, words_ct, rule, frozen) values (:case, 90, 2, :outcome, :ground, :at, :person,"
    " 'Somebody', :kind, '', :licence, :attested, '', '', '', '{}') returning id"
)
LICENCE = text(
    "insert into licence (user_id, kind, state, number, starts_on, ends_on, restricted, specialty)"
    " values (:person, :kind, :state, 'X-1', :starts, :ends, :restricted, '') returning id"
)
EVENT = text(
    "insert into case_event (case_id, seq, event, trigger, from_state, to_state, occurred_at,"
    " recorded_at, actor_kind, actor_id, actor_name, actor_role, session_ref, request_id, said_by,"
    " outcome, notice_kind, ground, facts, body_ct, prev_hash, hash, mac) values (:case, :seq,"
    " :event, :event, '', '', :at, :at, :kind, :actor, '', '', '', '', '', '', '', '', '{}', '',"
    " '', '', '')"
)


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    return a_house(database, settings)


@pytest.fixture(scope="module")
def case_id(house, database) -> int:
    ref = stages.with_physician(house)
    return stages.look(house, ref).case.id


@pytest.fixture(scope="module")
def owner(settings):
    engine = create_engine(settings.database_owner_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["application", "owner"])
def connection(request, database, owner):
    """A connection as the application's role with every row in reach, and as the owner of all
    tables; taken back at the end."""
    one = database.engine if request.param == "application" else owner
    with one.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        yield connection
        connection.rollback()


def refused(connection, statement, values: dict[str, Any]) -> str:
    """What the database says; empty where it takes the row."""
    place = connection.begin_nested()
    try:
        connection.execute(statement, values)
        connection.execute(text("set constraints all immediate"))
    except DBAPIError as error:
        place.rollback()
        return str(error.orig).partition("\n")[0]
    place.rollback()
    return ""


def a_denial(case_id: int, house: House, **changes: Any) -> dict[str, Any]:
    plain = {
        "case": case_id,
        "outcome": "denied",
        "ground": "clinical",
        "at": MONDAY,
        "person": house.user("physician"),
        "kind": "user",
        "licence": None,
        "attested": True,
    }
    return plain | changes


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({}, True),
        ({"ends": MONDAY.date()}, True),  # its last day
        ({"starts": MONDAY.date()}, True),
        ({"ends": MONDAY.date() - timedelta(days=1)}, False),
        ({"starts": MONDAY.date() + timedelta(days=1)}, False),
        ({"restricted": True}, False),
        ({"state": "NY"}, False),
        ({"kind": "RN"}, False),
        ({"of": "physician2"}, False),  # somebody else's
    ],
)
def test_a_clinical_denial_needs_a_licence_of_that_person_that_day_in_that_state(
    connection, house, case_id, changes, good
) -> None:
    plain = {"kind": "MD", "state": "OH", "starts": date(2015, 1, 1), "ends": None}
    values = plain | {"restricted": False} | changes
    values["person"] = house.user(changes.get("of", "physician"))
    licence = connection.execute(LICENCE, values).scalar_one()
    said = refused(connection, DETERMINATION, a_denial(case_id, house, licence=licence))
    assert said == "" if good else "licence valid on that day in that State" in said


def test_the_day_is_the_day_where_the_contract_is_sold(connection, house, case_id) -> None:
    """Half past ten in the evening in Ohio is the next day already at Greenwich."""
    evening = MONDAY.replace(hour=3) + timedelta(days=1)
    values = {"kind": "MD", "state": "OH", "starts": date(2015, 1, 1), "ends": MONDAY.date()}
    licence = connection.execute(
        LICENCE, values | {"person": house.user("physician"), "restricted": False}
    ).scalar_one()
    late = a_denial(case_id, house, licence=licence, at=evening)
    assert refused(connection, DETERMINATION, late) == ""


OUTCOMES = ("denied", "partial", "upheld", "anything else")
GROUNDS = ("clinical", "rule", "not_covered", "payment", "deemed", "external", "grievance", "")


def test_nobody_but_a_person_writes_an_adverse_determination(connection, house, case_id) -> None:
    """By any outcome, ground and name of a decider that is no person of the plan."""
    nobody = [("system", None), ("body", None), ("law", None), ("rule", None), ("user", None)]
    nobody += [("system", house.user("physician")), ("user", house.town.users["office:Maple"])]
    for outcome, ground, (kind, person) in product(OUTCOMES, GROUNDS, nobody):
        row = a_denial(case_id, house, outcome=outcome, ground=ground, kind=kind, person=person)
        assert refused(connection, DETERMINATION, row), (outcome, ground, kind)


def test_a_rule_approves_a_line_as_asked_or_not_at_all(connection, house, case_id) -> None:
    approved = a_denial(
        case_id, house, outcome="approved", ground="rule", kind="system", person=None
    )
    line = text(
        "insert into line_decision (determination_id, number, case_id, result, code, units,"
        " servicing_name, servicing_npi, place, reason_code, reason_ct, criterion) values"
        " (:made, 1, :case, :result, '', :units, '', '', '', '', '', '')"
    )
    made = connection.execute(DETERMINATION, approved).scalar_one()
    values = {"made": made, "case": case_id, "result": "approved", "units": 1}
    assert refused(connection, line, values) == ""
    assert "as it was asked for" in refused(connection, line, values | {"units": 0.5})
    assert "as it was asked for" in refused(connection, line, values | {"result": "approved_other"})
    assert "no refused line" in refused(connection, line, values | {"result": "denied"})
    other = connection.execute(
        text("select id from cases where id <> :case limit 1"), {"case": case_id}
    ).scalar()
    if other:
        assert "another case" in refused(connection, line, values | {"case": other})


def test_the_history_takes_no_denial_from_a_machine_or_without_its_determination(
    connection, house, case_id
) -> None:
    for event in sorted(ADVERSE | CUTS):
        row = {"case": case_id, "seq": 900, "event": event, "at": MONDAY}
        for kind, actor in (("system", 0), ("client", 5), ("user", 0)):
            said = refused(connection, EVENT, row | {"kind": kind, "actor": actor})
            assert "No machine says no" in said, event
        nurse = row | {"kind": "user", "actor": house.user("nurse")}
        said = refused(connection, EVENT, nurse)
        assert ("clinician" if event in CUTS else "no determination does") in said, event


def test_a_state_that_denies_cannot_be_set_without_its_event(connection, case_id) -> None:
    connection.execute(
        text("update cases set state = 'denied' where id = :case"), {"case": case_id}
    )
    with pytest.raises(IntegrityError, match="no event says so"):
        connection.execute(text("set constraints all immediate"))


def test_no_step_that_the_system_may_take_is_adverse() -> None:
    """Of every edge of every machine, with every fact right: those whose event denies, upholds or
    cuts are refused to the system by the house's own rules."""
    adverse = allowed = 0
    for kind in engine.KINDS:
        for edge in engine.edges(kind):
            said = ledger.refused(SYSTEM, kind, edge.sources[0], edge.trigger, opened(edge))
            if edge.event in ADVERSE | CUTS:
                adverse += 1
                assert said is not None, (kind, edge.trigger)
            else:
                allowed += said is None
    assert adverse >= 9
    assert allowed > 9


def test_no_command_run_by_the_system_writes_an_adverse_result(house, database) -> None:
    """Every command of every machine, run as the system on real cases in states that fit."""
    denial = stages.a_denial(house)
    cases = {
        "prior_auth": [stages.with_physician(house), denial],
        "appeal": [walk_appeals.STAGES["in_review"](house)],
        "grievance": [],
        "external_review": [],
    }
    known = {"reviewer_id": house.user("ag_clinician"), "about": denial}
    before = _adverse(database)
    tried = 0
    for kind, refs in cases.items():
        for (trigger, action), ref in product(ACTIONS[kind].items(), refs):
            form = sample(house, action.form, **known)
            tried += 1
            try:
                action.carry_out(house.cx("system"), ref, None, form)
            except (Problem, DBAPIError):
                continue
            assert trigger not in {"deny", "approve_in_part", "uphold", "reduce", "terminate"}
    assert tried > 40
    assert _adverse(database) == before


def _adverse(database) -> list[Any]:
    """All that refuses anything: determinations, lines, events."""
    with database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        return [
            connection.execute(text(statement)).scalar_one()
            for statement in (
                (
                    "select count(*) from determination where outcome not in ('approved',"
                    " 'overturned', 'resolved')"
                ),
                "select count(*) from line_decision where result <> 'approved'",
                (
                    "select count(*) from case_event where event in ('denied',"
                    " 'partially_approved', 'upheld', 'partially_overturned',"
                    " 'authorization_reduced', 'authorization_terminated')"
                ),
            )
        ]

"""The next version of a contract: who may publish it, what it may say, once and for ever."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from casework import audit
from casework.context import Idempotency
from casework.errors import Invalid, NotAllowed, NotFound, Stale
from casework.models import Contract, SecurityEvent
from casework.queries.contracts import contract_named, story
from casework.records.contract_versions import Standing
from tests.builders import MONDAY, STAFF, a_town
from tests.services.contract_house import LAWFUL, TODAY, WHY, a_contract, publish, versions


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


@pytest.fixture
def code(town, settings):
    return a_contract(town, settings)


# ── Who publishes what ──────────────────────────────────────────────────────────────────────────


def test_an_administrator_publishes_a_version_with_reason_and_first_day(town, code) -> None:
    told = publish(town, code)
    assert (told.version, told.effective_from) == (2, "2027-03-02")
    with town.database.reading(town.cx("compliance")) as cx:
        named, (newest, _first) = contract_named(cx, code)
        chapter = story(cx, (newest, _first))[0]
    assert named.name == f"Ohio {code}"
    assert newest.terms["layers"] == LAWFUL
    assert (newest.reason, newest.created_by) == (WHY, STAFF["admin"][0])
    assert newest.created_at == MONDAY
    assert [each.what for each in chapter.changed] == ["Layers"]
    assert newest.plan == _first.plan
    assert versions(town, code) == {2: Standing.PLANNED, 1: Standing.IN_FORCE}


@pytest.mark.parametrize("who", [each for each in STAFF if each != "admin"])
def test_nobody_else_publishes(town, code, who) -> None:
    with pytest.raises(NotAllowed, match="administrator"):
        publish(town, code, who=who)
    assert list(versions(town, code)) == [1]


WRONG = [
    ({"reason": "because"}, "reason"),
    ({"reason": " x" * 300}, "reason"),
    ({"effective_from": TODAY - timedelta(days=1)}, "effective_from"),
    ({"effective_from": TODAY + timedelta(days=2000)}, "effective_from"),
    ({"terms": {"layers": ["moon"]}}, "layers"),
    ({"terms": {"layers": []}}, "layers"),
    ({"terms": {"layers": "federal"}}, "layers"),
    ({"terms": {"time_zone": "Mars/Olympus"}}, "time_zone"),
    ({"terms": {"time_zone": "EST5EDT"}}, "time_zone"),
    ({"terms": {"layers": ["federal"], "rating_period_start": None}}, "rating_period_start"),
    ({"terms": {"rating_period_start": "2026-02-30"}}, "rating_period_start"),
    ({"terms": {"policies": {"tolling": "generous"}}}, "policies.tolling"),
    ({"terms": {"policies": {"sfh_window_days": 60}}}, "policies.sfh_window_days"),
    ({"terms": {"policies": {"immediately_hours": 7200}}}, "policies.immediately_hours"),
    ({"terms": {"policies": {"presumed_receipt_days": 10**9}}}, "policies.presumed_receipt_days"),
    ({"terms": {"policies": {"state_holidays": ["tomorrow"]}}}, "policies.state_holidays"),
    ({"terms": {"policies": {"acknowledgment_days": 3}}}, "policies.acknowledgment_days"),
    ({"terms": {"policies": 3}}, "policies"),
    ({"terms": {"line": "medicare"}}, "line"),
    ({"workflow": {"ladder": {"quiet": {"from": "25:00", "until": "07:00"}}}}, "ladder.quiet.from"),
    ({"workflow": {"ladder": {"steps": {"appeal": ["50"]}}}}, "ladder.steps.appeal"),
    ({"workflow": {"reopen_days": 0}}, "reopen_days"),
    ({"workflow": {"peer_to_peer_holds": "maybe"}}, "peer_to_peer_holds"),
    ({"workflow": {"licence": "any"}}, "licence"),
    ({"knows_looser": False, "terms": {"layers": ["federal"]}}, "knows_looser"),
]


@pytest.mark.parametrize(("said", "field"), WRONG, ids=lambda each: str(each)[:60])
def test_what_no_contract_may_say_is_refused_at_its_field(town, code, said, field) -> None:
    with pytest.raises(Invalid) as refused:
        publish(town, code, **said)
    assert list(refused.value.fields) == [field]
    sentence = refused.value.fields[field]
    assert not sentence[0].islower()
    assert sentence.endswith(".")
    assert list(versions(town, code)) == [1]


def test_a_contract_that_does_not_exist_is_not_found(town) -> None:
    with pytest.raises(NotFound, match="NOWHERE"):
        publish(town, "NOWHERE")


def test_a_contract_that_says_nothing_yet_is_not_found_either(town, settings) -> None:
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(insert(Contract).values(code="BARE", name="Bare", line="medicaid"))
    engine.dispose()
    with pytest.raises(NotFound, match="no version yet"):
        publish(town, "BARE")


def test_what_changes_nothing_is_not_published(town, code) -> None:
    with pytest.raises(Invalid, match="nothing to publish"):
        publish(town, code, terms={"layers": ["owner"]})


def test_the_console_publishes_too(town, code) -> None:
    assert publish(town, code, who="system").version == 2


# ── Once, in order, for ever ────────────────────────────────────────────────────────────────────


def test_a_double_click_publishes_once(town, code) -> None:
    once = Idempotency(route="POST contracts", key=uuid.uuid4().hex, body_sha256="a" * 64)
    first, second = publish(town, code, once=once), publish(town, code, once=once)
    assert (first.version, second.version, second.replayed) == (2, 2, True)
    assert list(versions(town, code)) == [2, 1]


def test_whoever_did_not_see_the_newest_version_is_refused_and_told_by_whom(town, code) -> None:
    publish(town, code, seen=1)
    with pytest.raises(Stale, match=r"Version 2 was published meanwhile by Adam Admin") as refused:
        publish(town, code, seen=1, terms={"time_zone": "America/Chicago"})
    assert WHY in refused.value.sentence
    assert list(versions(town, code)) == [2, 1]


def test_of_two_who_publish_at_once_one_is_told(town, code) -> None:
    def one(zone: str) -> str:
        try:
            publish(town, code, seen=1, terms={"time_zone": zone})
        except Stale as stale:
            return stale.sentence
        return "published"

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(one, ["America/Chicago", "America/Denver"]))
    assert said[1] == "published"
    assert said[0].startswith("Version 2 was published meanwhile")
    assert list(versions(town, code)) == [2, 1]


def test_publishing_is_in_the_security_history_and_its_chain_holds(town, code) -> None:
    publish(town, code)
    with town.database.reading(town.cx("system")) as cx:
        row = cx.db.execute(
            select(SecurityEvent).where(
                SecurityEvent.event == "contract_version_published",
                SecurityEvent.what.startswith(f"contract:{code}:"),
            )
        ).scalar_one()
        assert row.what == f"contract:{code}:v2:2027-03-02:looser:0"
        assert (row.actor_id, row.actor_role) == (town.users["admin"], "admin")
        assert audit.verify(cx).holds


@pytest.mark.parametrize(
    "statement",
    [
        "update contract_version set reason = 'x'",
        "delete from contract_version where version = 1",
        "truncate contract_version cascade",
    ],
)
@pytest.mark.parametrize("whose", ["database_url", "database_owner_url"])
def test_no_version_is_ever_changed(town, settings, whose, statement) -> None:
    engine = create_engine(getattr(settings, whose))
    before = _everything(engine)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))
    assert _everything(engine) == before
    engine.dispose()


def _everything(engine) -> list:
    with engine.connect() as connection:
        return connection.execute(text("select * from contract_version order by id")).all()

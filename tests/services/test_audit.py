"""Editing one byte of one event row in SQL is found, and named."""

import pytest
from sqlalchemy import create_engine, text

from casework import audit
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission, a_town

EDITS = {
    "event": "update case_event set event = 'approved' where case_id = :id and seq = 1",
    "one microsecond": "update case_event set recorded_at = recorded_at + interval '1 microsecond'"
    " where case_id = :id and seq = 1",
    "actor": "update case_event set actor_id = actor_id + 1 where case_id = :id and seq = 1",
    "facts": "update case_event set facts = replace(facts, 'true', 'false')"
    " where case_id = :id and seq = 1",
    "hash": "update case_event set hash = set_byte(hash, 0, (get_byte(hash, 0) + 1) % 256)"
    " where case_id = :id and seq = 1",
    "mac": "update case_event set mac = set_byte(mac, 5, (get_byte(mac, 5) + 1) % 256)"
    " where case_id = :id and seq = 1",
    "tail": "delete from case_event where case_id = :id",
    "state": "update cases set state = 'approved' where id = :id",
    "head": "update cases set head_hash = '\\x00' where id = :id",
}


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def _report(town):
    with town.database.reading(town.cx("system")) as cx:
        return audit.verify(cx)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_in_sql_is_found_and_named(town, settings, edit) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    assert _report(town).holds
    case_id = int(ref.split("-")[2])
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection:
        connection.execute(text("alter table case_event disable trigger history_stays"))
        connection.execute(text("alter table cases disable trigger state_needs_event"))
        connection.execute(text("create temp table kept as select * from case_event"))
        connection.execute(text("create temp table kept_case as select * from cases"))
        changed = connection.execute(text(EDITS[edit]), {"id": case_id}).rowcount
        assert changed == 1
        connection.commit()
        report = _report(town)
        connection.execute(text("delete from case_event where case_id = :id"), {"id": case_id})
        connection.execute(
            text("insert into case_event select * from kept where case_id = :id"), {"id": case_id}
        )
        connection.execute(
            text(
                "update cases c set state = k.state, head_hash = k.head_hash"
                " from kept_case k where k.id = c.id and c.id = :id"
            ),
            {"id": case_id},
        )
        connection.execute(text("alter table case_event enable trigger history_stays"))
        connection.execute(text("alter table cases enable trigger state_needs_event"))
        connection.commit()
    owner.dispose()
    assert not report.holds
    assert all(fault.where.startswith(ref) for fault in report.faults)
    assert _report(town).holds


def test_the_owner_himself_cannot_change_the_history_without_lifting_the_trigger(
    town, settings
) -> None:
    submit_prior_auth(town.cx("Maple"), a_submission(town))
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text("update case_event set event = 'x'"))
    owner.dispose()

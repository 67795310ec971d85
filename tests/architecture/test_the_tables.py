"""Each table says whose rows it holds, and the database keeps it: walls, states, history."""

import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database, Unscoped
from casework.metadata import SCOPED, SCOPES, Base
from casework.models import Case
from statemachines import engine


def undeclared(metadata: MetaData) -> list[str]:
    """Tables that do not say whose rows they hold."""
    return [table.name for table in metadata.sorted_tables if table.info.get("scope") not in SCOPES]


def without_walls(metadata: MetaData, walled: set[str]) -> set[str]:
    """Tables of people's data for which the database has no row-level security."""
    return {t.name for t in metadata.sorted_tables if t.info.get("scope") in SCOPED} - walled


@pytest.fixture
def walled(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        rows = connection.execute(
            text("select relname from pg_class where relkind = 'r' and relrowsecurity")
        )
        return set(rows.scalars())


@pytest.fixture
def planted() -> MetaData:
    metadata = MetaData()
    Table("says_nothing", metadata, Column("id", Integer, primary_key=True))
    Table("open_rows", metadata, Column("id", Integer), info={"scope": "case_child"})
    return metadata


def test_every_table_says_whose_rows_it_holds(planted: MetaData) -> None:
    assert undeclared(Base.metadata) == []
    assert undeclared(planted) == ["says_nothing"]


def test_every_table_of_people_has_its_wall_in_the_database(
    planted: MetaData, walled: set[str]
) -> None:
    assert without_walls(Base.metadata, walled) == set()
    assert without_walls(planted, walled) == {"open_rows"}


def unmigrated(settings: Settings, metadata: MetaData) -> list[Any]:
    """What a new migration would have to change, so that the database has these tables."""
    owner = create_engine(settings.database_owner_url)
    try:
        with owner.connect() as connection:
            there = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(there, metadata))
    finally:
        owner.dispose()


def test_the_tables_are_those_of_the_migrations(settings: Settings, planted: MetaData) -> None:
    assert unmigrated(settings, Base.metadata) == []
    missing = unmigrated(settings, planted)
    assert [change[1].name for change in missing if change[0] == "add_table"] == [
        "open_rows",
        "says_nothing",
    ]


def test_a_question_without_a_principal_is_refused(database: Database) -> None:
    with Session(database.engine) as session, pytest.raises(Unscoped):
        session.query(Case).all()


def test_a_session_that_nobody_bound_sees_no_row_even_around_the_filter(
    database: Database,
) -> None:
    with database.engine.connect() as connection:
        assert connection.execute(text("select count(*) from cases")).scalar() == 0


def test_the_database_knows_the_states_of_each_machine(database: Database) -> None:
    with database.engine.connect() as connection:
        said = connection.execute(
            text("select pg_get_constraintdef(oid) from pg_constraint where conname = :name"),
            {"name": "ck_cases_state"},
        ).scalar_one()
    for kind in engine.KINDS:
        part = said.split(f"'{kind}'")[1].split("kind")[0]
        assert set(re.findall(r"'(\w+)'", part)) == set(engine.states(kind))


@pytest.mark.parametrize(
    "statement",
    [
        "update case_event set actor_name = 'nobody'",
        "delete from case_event",
        "truncate case_event",
        "update security_event set what = 'nothing'",
        "update determination set outcome = 'approved'",
        "delete from line_decision",
    ],
)
def test_the_application_may_not_change_what_was_written(
    database: Database, statement: str
) -> None:
    with database.engine.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(text(statement))
    assert "permission denied" in str(refused.value)


def test_even_the_owner_meets_the_trigger(settings: Settings) -> None:
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(text("truncate case_event"))
    assert "append-only" in str(refused.value)


def test_a_state_that_no_event_explains_is_refused_at_commit(database: Database, joe: str) -> None:
    cx = database.context(SYSTEM)
    with database.session(cx) as session:
        session.execute(text("update cases set state = 'approved' where ref = :ref"), {"ref": joe})
        with pytest.raises(IntegrityError, match="no event says so"):
            session.commit()


def test_a_state_that_no_machine_has_is_refused(database: Database, joe: str) -> None:
    cx = database.context(SYSTEM)
    with database.session(cx) as session, pytest.raises(IntegrityError, match="ck_cases_state"):
        session.execute(text("update cases set state = 'lost' where ref = :ref"), {"ref": joe})

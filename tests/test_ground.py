"""The ground: default deny, walls, references, seals."""

import os

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework import refs
from casework.db import Database, Unscoped
from casework.models import Case, User


def test_a_query_on_cases_without_a_principal_raises(database: Database) -> None:
    with Session(database.engine) as session, pytest.raises(Unscoped):
        session.execute(select(Case.id)).all()


def test_accounts_may_be_read_without_a_principal(database: Database) -> None:
    with Session(database.engine) as session:
        assert session.execute(select(User.id)).all() == []


def test_the_application_may_not_touch_the_history(database: Database) -> None:
    with database.engine.connect() as connection, pytest.raises(Exception, match="permission"):
        connection.execute(text("delete from case_event"))


def test_a_reference_with_two_digits_swapped_is_no_reference() -> None:
    ref = refs.reference("prior_auth", 123, __import__("casework.now").now.wall())
    assert refs.kind_of(ref) == "prior_auth"
    swapped = ref[:-3] + ref[-1] + "-" + ref[-3]
    assert swapped == ref or refs.kind_of(swapped) is None


def test_a_module_stays_on_one_of_several_workers(request: pytest.FixtureRequest) -> None:
    """xdist reads the group from the name; where that fails, every module is set up twice."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert "@tests/test_ground.py" in request.node.nodeid

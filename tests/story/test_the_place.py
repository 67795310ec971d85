"""Where the story plays when a database server is configured: a database of its own, then gone."""

from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from casework import embedded
from casework.errors import NotReady
from casework.story import place


@pytest.fixture
def configured(addresses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> embedded.Addresses:
    monkeypatch.setenv("DATABASE_URL", addresses.application)
    monkeypatch.setenv("DATABASE_OWNER_URL", addresses.owner)
    monkeypatch.setenv("CASEWORK_DATA_DIR", str(tmp_path))
    return addresses


def _asked(addresses: embedded.Addresses, statement: str) -> list[tuple]:
    url = make_url(addresses.superuser).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _databases(addresses: embedded.Addresses) -> set[str]:
    # Other tests make and drop their own (t_…) at the same time.
    found = {row[0] for row in _asked(addresses, "select datname from pg_database")}
    return {name for name in found if not name.startswith("t_")}


def test_a_fresh_database_stands_beside_the_configured_one_and_goes(configured, tmp_path) -> None:
    _asked(configured, f"alter role {embedded.OWNER} createdb")
    try:
        before = _databases(configured)
        with ExitStack() as stack:
            made = place._database(stack, tmp_path / "x", keep=False, note=lambda _said: None)
            fresh = _databases(configured) - before
            assert fresh == {make_url(made.owner).database}
            assert make_url(made.application).database in fresh
            assert make_url(made.application).username == embedded.APPLICATION
        assert _databases(configured) == before
    finally:
        _asked(configured, f"alter role {embedded.OWNER} nocreatedb")


def test_an_owner_who_may_not_make_one_hears_what_to_do(configured, tmp_path) -> None:
    with ExitStack() as stack, pytest.raises(NotReady, match="CREATEDB"):
        place._database(stack, tmp_path / "x", keep=False, note=lambda _said: None)

"""Rows set as the owner of the tables sets them: what time or another door would have done."""

from typing import Any

from sqlalchemy import create_engine

from casework.config import Settings


def change(settings: Settings, *statements: Any) -> None:
    """Carry out these statements in one transaction, past every wall of the application."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    engine.dispose()

"""Runs migrations as the owner of the tables, one transaction each, never waiting long for a lock.

The application's role is read from DATABASE_URL; migrations grant to it and never own with it.
"""

from alembic import context
from sqlalchemy import create_engine, text

import casework.models
import casework.once  # noqa: F401
from casework.metadata import Base

owner_url = context.config.attributes["owner_url"]
context.config.attributes.setdefault("application_role", "casework_app")


def run() -> None:
    """Apply the migrations on one connection."""
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        connection.execute(text("set lock_timeout = '5s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()

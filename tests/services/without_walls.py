"""Histories of events and clocks alone: the walls that want a determination behind each no are
taken down, by the owner of the tables, in the database of one test module."""

from sqlalchemy import create_engine, text

from casework.config import Settings

WALLS = ("denial_needs_determination", "denial_needs_person")


def take_the_walls_down(settings: Settings) -> None:
    """From now on an event may say no by itself here."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for name in WALLS:
            connection.execute(text(f"alter table case_event disable trigger {name}"))
    engine.dispose()

"""Empty bases for towns, and one town of 400 cases for all who look at it."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from casework.seed import directory, planting
from casework.seed.planting import Planted
from casework.seed.town import Town
from casework.worker import Worker
from tests.conftest import TEMPLATE, settings_for

AS_OF = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Base:
    """An empty migrated base, or one with a town."""

    settings: Settings
    database: Database

    def plant(self, cases: int, *, seed: int = 1, as_of: datetime = AS_OF) -> Planted:
        """A town without letters."""
        return planting.plant(self.settings, cases=cases, seed=seed, as_of=as_of)


@pytest.fixture(scope="session")
def empty(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Base]]:
    """Makes empty bases; they go with the server of the run (dropping each takes seconds)."""
    made: list[Base] = []

    def make() -> Base:
        name = f"t_{uuid.uuid4().hex[:12]}"
        folder: Path = tmp_path_factory.mktemp("town")
        settings = settings_for(server.copy(TEMPLATE, name), folder)
        base = Base(settings, database_for(settings))
        made.append(base)
        return base

    yield make
    for base in made:
        base.database.engine.dispose()


@pytest.fixture(scope="session")
def town(empty: Callable[[], Base]) -> Base:
    """The town of the demo: 400 cases, with the letters of its members."""
    base = empty()
    planting.plant(base.settings, cases=400, seed=1, as_of=AS_OF, post_room=Worker)
    return base


@pytest.fixture(scope="session")
def people(empty: Callable[[], Base]) -> tuple[Base, Town]:
    """The people of a town without any past."""
    base = empty()
    town, _ = directory.write(base.settings, seed=1, as_of=AS_OF, cases=0)
    return base, town

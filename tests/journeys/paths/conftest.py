"""The town of the paths, served, and one Chromium."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from casework.ground import database_for
from tests.browser import Served, chromium, served
from tests.conftest import TEMPLATE, settings_for
from tests.journeys.paths.town import Town, a_town

# As `make chaos` sets it: every path in both languages and both manners.
WHOLE = os.environ.get("CHAOS") == "year"


@dataclass
class Stage:
    """Where the paths are walked."""

    town: Town
    served: Served
    browser: Any


@pytest.fixture(scope="package")
def stage(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A town without a case, as of March 2027."""
    addresses = server.copy(TEMPLATE, f"t_{uuid.uuid4().hex[:12]}")
    settings = replace(settings_for(addresses, tmp_path_factory.mktemp("paths")), demo=True)
    database = database_for(settings)
    town = a_town(database, settings)
    with served(settings) as running, chromium() as browser:
        yield Stage(town, running, browser)
    town.worker.close()
    database.engine.dispose()

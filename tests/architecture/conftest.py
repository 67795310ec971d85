"""One case in a town, for the laws that the database keeps."""

import pytest

from casework.config import Settings
from casework.db import Database
from casework.services import intake
from tests.builders import a_submission, a_town


@pytest.fixture(scope="module")
def joe(database: Database, settings: Settings) -> str:
    """The reference number of one request that was received."""
    town = a_town(database, settings)
    return intake.submit_prior_auth(town.cx("Maple"), a_submission(town)).ref

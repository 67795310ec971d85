"""`casework seed`: once, repeatable, and a sentence for what cannot be."""

import json
import os
import subprocess
import uuid

import pytest

from casework.story.processes import CONSOLE, HERE
from tests.conftest import TEMPLATE

AS_OF = "2026-11-21T17:00:00-05:00"


@pytest.fixture(scope="module")
def seed(server, tmp_path_factory: pytest.TempPathFactory):
    """Runs `casework seed` with these arguments on one empty base."""
    addresses = server.copy(TEMPLATE, f"t_{uuid.uuid4().hex[:12]}")
    environ = {
        **os.environ,
        "DATABASE_URL": addresses.application,
        "DATABASE_OWNER_URL": addresses.owner,
        "CASEWORK_DATA_DIR": str(tmp_path_factory.mktemp("console")),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*CONSOLE, "seed", *arguments],
            env=environ,
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--as-of", "yesterday"], "write it as 2026-11-21T14:00:00-05:00"),
        (["--as-of", "2026-11-21T14:00:00"], "say the offset"),
        (["--as-of", "2020-01-01T00:00:00Z"], "2026-07-01"),
        (["--cases", "-3"], "--cases"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(seed, given, says) -> None:
    done = seed(*given)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_town_is_planted_once_and_tells_its_checksum(seed) -> None:
    first = seed("--cases", "30", "--seed", "4", "--as-of", AS_OF, "--no-letters", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["cases"], told["again"], told["letters"]) == (30, False, 0)
    again = seed("--cases", "30", "--seed", "4", "--as-of", AS_OF, "--no-letters")
    assert again.returncode == 0
    assert "stood here already" in again.stdout
    assert told["checksum"] in again.stdout
    other = seed("--cases", "31", "--seed", "4")
    assert other.returncode == 2
    assert "stands here already" in other.stderr

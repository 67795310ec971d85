"""How each copy of a letter left, through the API: every way with its proof, to each his own."""

from typing import Any

import pytest

from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.web.staff.scene import Desk


@pytest.fixture(scope="module")
def ref(database: Any, settings: Any, town: Any) -> str:
    """A denial that left."""
    move_time(database.context(), MONDAY)
    number = Desk(town, settings).denied("left")
    worker = Worker(database)
    worker.relay()
    worker.close()
    return number


def test_staff_read_every_way_with_its_proof(caller: Any, ref: str) -> None:
    told = caller(who="supervisor").get(f"/api/v1/cases/{ref}/letters").json
    [letter] = [row for row in told if (row["code"], row["recipient"]) == ("denial", "member")]
    ways = {way["channel"]: way for way in letter["deliveries"]}
    assert set(ways) == {"print", "portal"}
    assert (ways["print"]["counts"], ways["print"]["state"]) == (True, "confirmed")
    assert ways["print"]["proof"].startswith("print batch OH-MCD-")
    assert ways["print"]["format"] == "standard"
    assert ways["print"]["mailed_at"] is None
    assert ways["portal"]["proof"] == "posted in the portal"


def test_an_office_reads_how_its_own_letters_left_and_no_others(caller: Any, ref: str) -> None:
    told = caller(office="Maple").get(f"/api/v1/cases/{ref}/letters").json
    assert {row["recipient"] for row in told} == {"provider"}
    assert {way["channel"] for row in told for way in row["deliveries"]} <= {"portal", "email"}

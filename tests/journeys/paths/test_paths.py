"""Show 1: denied, appealed online, each outcome, its next step, carried out or closed, on each
line, in English and in Spanish, at 390 pixels, with a finger and with keys alone."""

import pytest

from tests.journeys.paths import member
from tests.journeys.paths.conftest import WHOLE as ALL
from tests.journeys.paths.conftest import Stage
from tests.journeys.paths.journey import Journey, walk
from tests.journeys.paths.person import at_phone
from tests.journeys.paths.product import COVERING, PATHS, WHOLE, Walked

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("paths")]


@pytest.mark.parametrize("walked", WHOLE if ALL else COVERING, ids=str)
def test_a_path_is_walked_to_its_end(stage: Stage, walked: Walked, record_property) -> None:
    manner = {"language": walked.language, "finger": walked.finger}
    with at_phone(stage.browser, stage.served.url, **manner) as person:
        journey = Journey(
            stage.town, stage.served, person, walked.contract, stage.browser, two=walked.two
        )
        walk(journey, (member.signs_in, *walked.steps))
    record_property("path", "walked")
    record_property("pages", person.tally.pages)
    record_property("touches", person.tally.touches)
    record_property("keystrokes", person.tally.keys)
    record_property("letters read again", len(journey.read))
    record_property("shortest", journey.shortest)


def test_the_set_of_every_run_covers_what_there_is() -> None:
    """Each path, each line, each language and manner; of each next step every line that has it."""
    assert {each.path for each in COVERING} == set(PATHS)
    assert set(COVERING) <= set(WHOLE)
    for line in ("MCD", "QHP", "MA"):
        mine = [each for each in COVERING if line in each.contract]
        assert {each.language for each in mine} == {"en", "es"}, line
        assert {each.finger for each in mine} == {True, False}, line
        assert any("outside" in each.path for each in mine), line

"""The words of the staff's screens: no event, state, role or body is shown by its code."""

from casework import policy
from casework.bridge import vocabulary
from casework.web.staff import story_words, words
from statemachines import engine
from statemachines.tables import KINDS

LETTERS = {"notice_sent", "letter_sent"}  # told by their title and recipient
CLOCKS = {"mark_reached"}  # told by the clock and the step


def everything_that_can_happen() -> set[str]:
    edges = {edge.event for kind in words.KINDS for edge in engine.edges(kind)}
    return edges | vocabulary.OBSERVATIONS | vocabulary.NEUTRAL | set(vocabulary.MEANING)


def test_everything_that_can_happen_has_its_words() -> None:
    assert everything_that_can_happen() - LETTERS - CLOCKS - set(story_words.DID) == set()


def test_no_words_are_kept_for_what_cannot_happen() -> None:
    assert set(story_words.DID) - everything_that_can_happen() == set()


def test_an_event_that_nobody_gave_words_is_found() -> None:
    assert {*everything_that_can_happen(), "planted"} - LETTERS - CLOCKS - set(story_words.DID)


def test_every_kind_of_case_every_body_and_every_role_has_a_name() -> None:
    assert set(words.KINDS) == set(KINDS)
    for role in policy.STAFF:
        assert "_" not in words.role(role)
        assert not words.role(role).startswith("ag ")
    for name in words.BODIES.values():
        assert name[0].isupper()

"""The words of the staff's screens: no event, state, role or body is shown by its code."""

from casework import policy
from casework.bridge import vocabulary
from casework.queries.timeline import Entry
from casework.web.staff import story, story_words, words
from statemachines import engine
from statemachines.tables import KINDS
from tests.builders import MONDAY

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


def test_words_within_words_are_told_one_by_one_and_empty_ones_are_not() -> None:
    said = {
        "reason": "The goal is reached.",
        "words": {
            "standard": "MP-033",
            "findings": "",
            "nothing_would_help": True,
            "perfect": [{"what": "New notes", "why": "They may show it", "source": ""}],
        },
    }
    entry = Entry(
        seq=4,
        event="authorization_reduced",
        words="",
        trigger="reduce",
        occurred_at=MONDAY,
        recorded_at=MONDAY,
        actor="Dana Reyes",
        actor_kind="user",
        actor_id=4,
        actor_role="physician",
        from_state="approved",
        to_state="approved",
        facts="{}",
        outcome="",
        ground="",
        days=None,
        said=said,
    )
    told = dict(story.episode("prior_auth", entry, {}).told)
    assert set(told.values()) == {
        "The goal is reached.",
        "MP-033",
        "yes",
        "New notes, They may show it",
    }

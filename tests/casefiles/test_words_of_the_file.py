"""Whatever can happen on a case has words in its file, in both languages, or is left out on
purpose."""

from casework.bridge.vocabulary import OBSERVATIONS
from casework.file_sheets.words import tables
from casework.records import case_file_due
from casework.records.case_file_told import LEFT_OUT
from sla.events import CLOCKS
from statemachines import engine


def test_every_event_is_told_or_left_out_on_purpose() -> None:
    edges = {edge.event for kind in engine.KINDS for edge in engine.edges(kind)}
    told = set(tables()["event"])
    assert told | LEFT_OUT == edges | OBSERVATIONS
    assert not told & LEFT_OUT


def test_every_clock_and_every_state_has_words() -> None:
    assert set(tables()["clock"]) == set(CLOCKS)
    states = {state for kind in engine.KINDS for state in engine.states(kind)}
    assert set(tables()["stands"]) == states


def test_both_languages_say_everything_with_the_same_names() -> None:
    for section, words in tables().items():
        for name, said in words.items():
            assert said.keys() == {"en", "es"}, f"{section}.{name}"
            english, spanish = (
                {part.partition("}")[0] for part in said[language].split("{")[1:]}
                for language in ("en", "es")
            )
            assert english == spanish, f"{section}.{name}"


def test_every_ground_and_refusal_is_said_in_both_languages_with_its_law() -> None:
    for row in (*case_file_due.grounds().values(), *case_file_due.refusals().values()):
        assert row["en"]
        assert row["es"]
        assert row["cite"]

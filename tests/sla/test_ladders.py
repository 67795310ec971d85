"""The ladder as contract data: what is read, what is refused, who is called and when it goes on."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from sla import ladders
from sla.events import KINDS
from sla.ladders import RUNGS, default, read
from sla.plan import STEPS, LadderError, Quiet

OHIO = "America/New_York"


def test_whoever_says_nothing_has_the_default_for_every_kind_of_case() -> None:
    assert read(None) is default()
    assert read({}) == default()
    assert default().steps == dict.fromkeys(KINDS, STEPS)
    assert default().rungs == RUNGS
    assert default().quiet == Quiet(time(20), time(7))


def test_what_is_read_is_stored_and_read_again() -> None:
    stored = {
        "steps": {"appeal": ["100", "50"]},
        "rungs": ["compliance", "worker"],
        "hand_on": {"hours": {"worker": 5}},
        "quiet": {"from": "21:30", "until": "06:00"},
    }
    found = read(stored)
    assert found.steps["appeal"] == ("50", "100")
    assert found.steps["grievance"] == STEPS
    assert found.rungs == ("worker", "compliance")
    assert found.hand_on["hours"] == {"worker": 5, "lead": 30, "director": 60}
    assert found.hand_on["days"] == default().hand_on["days"]
    assert read(found.as_stored()) == found
    assert read(default().as_stored()) == default()
    silent = read({"quiet": False})
    assert silent.quiet is None
    assert read(silent.as_stored()) == silent


WRONG: list[tuple[Any, str, str]] = [
    ([], "", "no table"),
    ({"hand_in": 1}, "hand_in", "hand_in is unknown in a ladder; use steps"),
    ({"steps": {"complaint": ["100"]}}, "steps.complaint", "use prior_auth, appeal"),
    ({"steps": {"appeal": "100"}}, "steps.appeal", "no list of steps"),
    ({"steps": {"appeal": ["60", "100"]}}, "steps.appeal", "'60' is unknown"),
    ({"steps": {"appeal": ["50"]}}, "steps.appeal", "100 cannot be left out"),
    ({"rungs": ["nurse"]}, "rungs", "use worker, lead, director, compliance"),
    ({"rungs": ["worker", "lead"]}, "rungs", "compliance cannot be left out"),
    ({"hand_on": {"weeks": {}}}, "hand_on.weeks", "use hours, days"),
    ({"hand_on": {"days": {"compliance": 5}}}, "hand_on.days.compliance", "use worker, lead"),
    ({"hand_on": {"days": {"lead": 0}}}, "hand_on.days.lead", "from 1 to 10080"),
    ({"hand_on": {"days": {"lead": 10081}}}, "hand_on.days.lead", "from 1 to 10080"),
    ({"hand_on": {"days": {"lead": True}}}, "hand_on.days.lead", "whole minutes"),
    ({"hand_on": {"days": {"lead": 7.5}}}, "hand_on.days.lead", "whole minutes"),
    ({"quiet": "20:00"}, "quiet", "neither false nor a table"),
    ({"quiet": {"from": "8 pm", "until": "07:00"}}, "quiet.from", 'like "20:00"'),
    ({"quiet": {"from": "20:00"}}, "quiet.until", 'like "20:00"'),
    ({"quiet": {"from": "20:00", "until": "24:00"}}, "quiet.until", "no time of day"),
    ({"quiet": {"from": "20:00", "until": "20:00"}}, "quiet", "no longer than 16 hours"),
    ({"quiet": {"from": "08:00", "until": "01:00"}}, "quiet", "no longer than 16 hours"),
]


@pytest.mark.parametrize(("stored", "field", "sentence"), WRONG)
def test_a_wrong_ladder_is_refused_with_the_field_and_what_to_mend(
    stored: Any, field: str, sentence: str
) -> None:
    with pytest.raises(LadderError) as refused:
        read(stored)
    assert sentence in str(refused.value)
    assert refused.value.field == field


def test_the_default_must_be_whole(tmp_path: Path) -> None:
    text = ladders.FILE.read_text(encoding="utf-8")
    for gone, sentence in (
        ('grievance = ["50", "75", "t24", "90", "100"]', "no steps for grievance"),
        ('rungs = ["worker", "lead", "director", "compliance"]', "says nothing of rungs"),
        ("director = 60", "hand_on.hours.director is missing"),
    ):
        assert gone in text
        file = tmp_path / f"{len(sentence)}.toml"
        file.write_text(text.replace(gone, ""), encoding="utf-8")
        with pytest.raises(LadderError, match=sentence):
            default(file)


def test_half_of_the_time_calls_the_worker_and_what_follows_the_lead() -> None:
    assert [default().first_rung(step) for step in STEPS] == ["worker"] + ["lead"] * 4
    assert read({"rungs": ["worker", "director", "compliance"]}).first_rung("75") == "director"
    assert read({"rungs": ["compliance"]}).first_rung("50") == "compliance"
    assert default().above("lead") == ("director", "compliance")
    assert default().above("compliance") == ()


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)  # Ohio is five hours behind


def test_it_goes_on_after_the_minutes_of_the_rung_and_never_from_the_last() -> None:
    ladder = default()
    hours = {"by_day": False, "time_zone": OHIO}
    assert ladder.hand_on_at("worker", since=at(15), **hours) == at(15, 15)
    assert ladder.hand_on_at("director", since=at(15), **hours) == at(16)
    assert ladder.hand_on_at("compliance", since=at(15), **hours) is None
    days = {"by_day": True, "time_zone": OHIO}
    assert ladder.hand_on_at("worker", since=at(15), **days) == at(19)


def test_a_day_clock_is_not_handed_on_in_quiet_hours_and_an_hour_clock_is() -> None:
    evening = at(23, 30)  # 6:30 pm; four hours later it is 10:30 pm
    found = default().hand_on_at("worker", since=evening, by_day=True, time_zone=OHIO)
    assert found == at(12, day=3)
    found = default().hand_on_at("lead", since=at(1), by_day=False, time_zone=OHIO)
    assert found == at(1, 30)
    loud = read({"quiet": False})
    found = loud.hand_on_at("worker", since=evening, by_day=True, time_zone=OHIO)
    assert found == at(3, 30, day=3)

"""A study of a change of rules: asked by those who watch, answered by the worker slice by slice,
also when the worker is killed in the middle."""

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, select, update

from casework.config import Settings
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import RuleStudy, SecurityEvent
from casework.queries import studies as told
from casework.records import histories
from casework.seed import planting
from casework.services import studies
from casework.services.studies import Question
from casework.worker import Worker
from tests.browser import ROOT
from tests.services.ruled_town import AFTER, AS_OF, CASES, as_of, counted, person
from tests.worker.processes import environment

# Goes on with the oldest study, a few cases at a time, and says so after each slice.
SLOWLY = """
from casework.ground import database_here
from casework.services import studies
database = database_here()
while studies.answer_slice(database.context(), seconds=0, page_size=4):
    print("slice", flush=True)
"""


@pytest.fixture(scope="module")
def town(database: Database, settings: Settings) -> Database:
    """A planted town."""
    planting.plant(settings, cases=CASES, seed=3, as_of=AS_OF, post_room=None)
    return database


def answered(town: Database, number: int) -> told.Study:
    with town.reading(as_of(town)) as cx:
        return told.study(cx, number)


def to_the_end(town: Database) -> None:
    while studies.answer_slice(as_of(town), page_size=9):
        pass


@pytest.mark.parametrize("kind", histories.KINDS)
def test_a_study_comes_to_the_same_as_counting_in_one_go(town: Database, kind: str) -> None:
    compliance = person(town, "compliance", reach="all")
    number = studies.ask_study(as_of(town, compliance), Question(kind=kind, after=AFTER))
    assert answered(town, number).state == "waiting"
    to_the_end(town)
    found = answered(town, number)
    assert (found.state, found.error) == ("done", "")
    assert found.seen == found.total == found.figures["cases"]
    assert found.tally == counted(town, kind).as_dict()
    with town.reading(as_of(town)) as cx:
        events = cx.db.execute(
            select(SecurityEvent.what).where(SecurityEvent.event == "rules_studied")
        ).scalars()
        assert f"study:{number}" in set(events)


def test_a_worker_that_is_killed_in_the_middle_counts_nothing_twice(
    town: Database, settings: Settings
) -> None:
    admin = person(town, "admin", reach="none", ids=())
    question = Question(kind=histories.REPLAY, after=AFTER)
    number = studies.ask_study(as_of(town, admin), question)
    kills = 0
    for slices in (3, 5):
        worker = subprocess.Popen(
            [sys.executable, "-c", SLOWLY],
            cwd=ROOT, env=environment(settings), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert worker.stdout is not None
        for _ in range(slices):
            assert worker.stdout.readline() == "slice\n"
        worker.kill()
        worker.wait()
        worker.stdout.close()
        halfway = answered(town, number)
        assert halfway.state == "running"
        assert 0 < halfway.seen < halfway.total == CASES
        assert halfway.figures["cases"] == halfway.seen
        kills += 1
    to_the_end(town)
    found = answered(town, number)
    assert kills == 2
    assert found.state == "done"
    assert found.seen == found.total == CASES
    mine, theirs = found.tally, counted(town, histories.REPLAY).as_dict()
    assert _figures(mine) == _figures(theirs)
    assert [(r["case"], r["clock"]) for r in mine["found"]] == [
        (r["case"], r["clock"]) for r in theirs["found"]
    ]


def _figures(tally: Any) -> dict[str, Any]:
    return {
        key: {name: round(count, 3) for name, count in counts.items()}
        for key, counts in {**tally["cells"], "figures": tally["figures"]}.items()
    }


def test_one_study_is_answered_after_the_other_and_then_none_is_left(town: Database) -> None:
    compliance = person(town, "compliance", reach="all")
    numbers = [
        studies.ask_study(as_of(town, compliance), Question(kind="diff", after=AFTER))
        for _ in range(2)
    ]
    assert studies.answer_slice(as_of(town), seconds=0, page_size=3)
    assert [answered(town, n).state for n in numbers] == ["running", "waiting"]
    to_the_end(town)
    assert [answered(town, n).state for n in numbers] == ["done", "done"]
    assert not studies.answer_slice(as_of(town))


def test_the_worker_answers_between_letters_and_sweeps(town: Database) -> None:
    compliance = person(town, "compliance", reach="all")
    number = studies.ask_study(as_of(town, compliance), Question(kind="diff", after=AFTER))
    worker = Worker(town)
    try:
        assert worker.study_slice()
        assert answered(town, number).state == "done"
        assert not worker.study_slice()
    finally:
        worker.close()


def test_a_question_that_no_longer_holds_ends_with_a_sentence(
    town: Database, settings: Settings
) -> None:
    compliance = person(town, "compliance", reach="all")
    number = studies.ask_study(as_of(town, compliance), Question(kind="diff", after=AFTER))
    broken = {**answered(town, number).asked, "after": "OH-GONE"}
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(update(RuleStudy).where(RuleStudy.id == number).values(asked=broken))
    owner.dispose()
    to_the_end(town)
    found = answered(town, number)
    assert found.state == "failed"
    assert "OH-GONE is neither" in found.error


def test_only_those_who_watch_the_rules_may_ask(town: Database) -> None:
    for role in ("nurse", "physician", "intake", "ag_specialist"):
        with pytest.raises(NotAllowed):
            studies.ask_study(as_of(town, person(town, role)), Question(kind="diff", after=AFTER))


@pytest.mark.parametrize(
    ("question", "field", "says"),
    [
        (Question(kind="guess", after=AFTER), "kind", "diff or replay"),
        (Question(kind="diff", after="OH-NOWHERE"), "reading", "OH-MCD"),
        (Question(kind="diff", after="OH-MCD@9"), "reading", "versions 1"),
        (Question(kind="diff", after="stamped,+state:tx"), "reading", "no layer"),
        (Question(kind="diff", after="rules.toml"), "reading", "console only"),
        (Question(kind="diff", after="stamped,/etc/passwd.toml"), "reading", "console only"),
        (Question(kind="diff", before="OH-MCD", after="OH-QHP"), "contract", "OH-MCD and OH-QHP"),
        (Question(kind="diff", after=AFTER, contract="X"), "contract", "OH-MCD"),
        (
            Question(kind="replay", after=AFTER, since=date(2027, 3, 2), until=date(2027, 3, 1)),
            "until",
            "not be before",
        ),
        (Question(kind="replay", after=AFTER, until=date(9999, 12, 31)), "until", "2100"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_its_field(
    town: Database, question: Question, field: str, says: str
) -> None:
    with pytest.raises(Invalid) as refused:
        studies.ask_study(as_of(town, person(town, "supervisor")), question)
    assert says in refused.value.fields[field]


def test_a_change_that_leaves_some_contract_without_a_layer_fails_with_a_sentence(
    town: Database,
) -> None:
    supervisor = person(town, "supervisor")
    number = studies.ask_study(
        as_of(town, supervisor), Question(kind="diff", after="stamped,-owner", contract="OH-MCD")
    )
    to_the_end(town)
    found = answered(town, number)
    assert found.state == "failed"
    assert "no layer left" in found.error


def test_one_person_keeps_nobody_waiting(town: Database) -> None:
    supervisor = as_of(town, person(town, "supervisor"))
    for _ in range(studies.MOST_WAITING):
        studies.ask_study(supervisor, Question(kind="diff", after=AFTER))
    with pytest.raises(Invalid, match="not answered yet"):
        studies.ask_study(supervisor, Question(kind="diff", after=AFTER))
    to_the_end(town)
    studies.ask_study(supervisor, Question(kind="diff", after="stamped"))
    to_the_end(town)


def test_a_study_that_is_not_there_is_not_found(town: Database) -> None:
    with pytest.raises(NotFound):
        answered(town, 999_999)

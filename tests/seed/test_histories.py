"""What cannot have happened does not get in: law, policy, state, clocks and time are asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import psycopg
import pytest
from sqlalchemy import func, select

from casework.ledger import Said
from casework.ledger.histories import Book, ImpossibleHistory, import_histories
from casework.models import Case, Determination
from casework.seed import appeals, decisions, plots_decided, request_steps, requests
from casework.seed.scene import DAY, HOUR, LATER, Scene
from tests.seed.conftest import AS_OF


@pytest.fixture
def tell(people) -> Callable:
    """Imports one author, who is given a scene on this contract."""
    base, town = people

    def run(author: Callable[[Scene], None], contract: str = "OH-MCD"):
        def with_scene(book: Book) -> None:
            author(Scene(book, town, Random(1), town.contracts[contract]))

        return import_histories(base.database, [with_scene], as_of=AS_OF)

    return run


@pytest.fixture(autouse=True)
def nothing_stays(people):
    """What is refused leaves no case behind."""
    base, _town = people
    before = _cases(base)
    yield
    assert _cases(base) - before in {0, 1}


def _cases(base) -> int:
    with base.database.reading(base.database.context()) as cx:
        return cx.db.execute(select(func.count()).select_from(Case)).scalar_one()


def a_request(scene: Scene) -> requests.Request:
    """A standard request of the day before yesterday."""
    return requests.file(scene, requests.ask(scene, drugs=False, lines=1), AS_OF - 2 * DAY)


def test_a_lawful_history_gets_in(tell) -> None:
    done = tell(lambda scene: request_steps.start_review(a_request(scene), AS_OF - DAY))
    assert (done.cases, done.events) == (1, 3)


def test_a_nurse_cannot_have_denied_for_medical_necessity(tell) -> None:
    def author(scene: Scene) -> None:
        request = a_request(scene)
        nurse = request_steps.start_review(request, AS_OF - DAY)
        request_steps.refer(request, AS_OF - DAY)
        decisions.deny(request, nurse, AS_OF - HOUR, AS_OF - HOUR)

    with pytest.raises(ImpossibleHistory, match="Only a physician may deny"):
        tell(author)


def test_a_physician_without_a_licence_cannot_have_denied(tell) -> None:
    def author(scene: Scene) -> None:
        request = a_request(scene)
        request_steps.start_review(request, AS_OF - DAY)
        request_steps.refer(request, AS_OF - DAY)
        physician = replace(scene.someone("physician"), licence="", licence_id=None)
        decisions.deny(request, physician, AS_OF - HOUR, AS_OF - HOUR)

    with pytest.raises(ImpossibleHistory, match="licensed clinician"):
        tell(author)


def test_nothing_is_approved_before_it_is_reviewed(tell) -> None:
    def author(scene: Scene) -> None:
        request = a_request(scene)
        decisions.approve(request, scene.someone("nurse"), AS_OF - DAY, AS_OF - DAY)

    with pytest.raises(ImpossibleHistory, match="newly received"):
        tell(author)


def test_whoever_denied_cannot_have_got_the_appeal(tell) -> None:
    def author(scene: Scene) -> None:
        request = plots_decided.denied_and_told(scene, AS_OF - 3 * DAY)
        appeal = appeals.file_appeal(request, AS_OF - DAY)
        appeal.request.deciders = tuple(scene.town.people("ag_clinician", scene.contract.code))
        first = appeal.request.deciders[0]
        facts = scene.deciding(first, **appeal.known())
        appeal.scribe.step(
            "assign_reviewer", at=AS_OF - HOUR, by=appeal.specialist.principal, facts=facts
        )

    with pytest.raises(ImpossibleHistory, match="took part in an earlier decision"):
        tell(author)


def test_the_plans_own_contract_cannot_have_taken_more_time(tell) -> None:
    def author(scene: Scene) -> None:
        request = a_request(scene)
        nurse = request_steps.start_review(request, AS_OF - DAY)
        request.scribe.step(
            "extend",
            at=AS_OF - HOUR,
            by=nurse.principal,
            facts=scene.acting(
                nurse,
                extension_days=7,
                extension_days_left=14,
                extension_ground="need_information",
                extension_grounds=("need_information",),
                extension_notice_in_time=True,
                decision_due_passed=False,
                reason="More time.",
            ),
            said=Said(days=7, ground="need_information", more={"requested_by": "plan"}),
        )

    with pytest.raises(ImpossibleHistory, match="event 4"):
        tell(author)


def test_time_does_not_run_backwards(tell) -> None:
    def author(scene: Scene) -> None:
        request = a_request(scene)
        request.scribe.observe("note_added", at=AS_OF - 3 * DAY)

    with pytest.raises(ImpossibleHistory, match="comes before"):
        tell(author)


def test_nothing_happens_after_the_import(tell) -> None:
    def author(scene: Scene) -> None:
        a_request(scene).scribe.observe("note_added", at=AS_OF + timedelta(minutes=1))

    with pytest.raises(ImpossibleHistory, match="after the import"):
        tell(author)


def test_no_clock_runs_out_in_silence(tell) -> None:
    def author(scene: Scene) -> None:
        requests.file(scene, requests.ask(scene), AS_OF - 40 * DAY)

    with pytest.raises(ImpossibleHistory, match="no event says that it ran out"):
        tell(author)


def test_a_thing_that_is_no_observation_is_not_written(tell) -> None:
    with pytest.raises(ImpossibleHistory, match="no observation"):
        tell(lambda scene: a_request(scene).scribe.observe("teleported", at=AS_OF))


def test_a_state_without_its_event_is_refused_by_the_database(tell) -> None:
    """The wall behind the scribe: COPY passes the same constraint trigger."""

    def author(scene: Scene) -> None:
        request = a_request(scene)
        request.scribe.head = replace(request.scribe.head, state="approved")

    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="no event says so"):
        tell(author)


def test_a_denial_without_a_clinician_is_refused_by_the_database(tell) -> None:
    def author(scene: Scene) -> None:
        request = plots_decided.denied_and_told(scene, AS_OF - 3 * DAY)
        [row] = request.scribe.beside(Determination)
        row["licence_id"] = None

    with pytest.raises(psycopg.errors.CheckViolation, match="clinician"):
        tell(author)


@pytest.mark.parametrize("contract", ["OH-MCD", "OH-QHP", "OH-MA", "OH-MCD-2026", "MA-2026"])
def test_a_receipt_is_placed_so_that_the_clock_shows_its_colour(tell, contract) -> None:
    seen = []

    def author(scene: Scene) -> None:
        asked = requests.ask(scene, drugs=False)
        received_at = scene.received_to_be_due(asked.subject, LATER)
        request = requests.file(scene, asked, received_at)
        seen.append(request.decision().due_utc - AS_OF)

    tell(author, contract)
    assert seen[0] > 2 * DAY

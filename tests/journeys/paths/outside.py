"""The review outside the plan on a path: forwarded, checked, given by turn, its file, its hearing,
what the body decides; by the services."""

from datetime import timedelta

from sqlalchemy import select

from casework.models import CaseFileRequest
from casework.records import packet_rows
from casework.services import (
    appeal_decisions,
    case_files,
    external_decisions,
    external_file,
    external_reviews,
    papers,
)
from tests.journeys.paths.journey import Journey, Step, looks
from tests.journeys.paths.plan import SPECIALIST


def forwarded_late(journey: Journey) -> None:
    """The time ran out on a Medicare appeal: it goes to the review entity undecided."""
    if journey.town.look(journey.refs["appeal"]).case.state != "forwarded":
        appeal_decisions.forward(journey.town.cx(SPECIALIST), journey.refs["appeal"], None)
    forwarded(journey)


@looks
def forwarded(journey: Journey) -> None:
    """Nobody had to ask: the plan sent it on by itself."""
    [journey.refs["review"]] = journey.town.house.reviews_of(journey.refs["appeal"])


def checked(journey: Journey) -> None:
    """The preliminary review finds it eligible."""
    cx, ref = journey.town.cx, journey.refs["review"]
    external_reviews.start_preliminary_review(cx(SPECIALIST), ref, None)
    external_reviews.find_eligible(cx(SPECIALIST), ref, None)


def given_by_turn(journey: Journey) -> None:
    """The organization whose turn it is gets it."""
    external_file.assign_iro(
        journey.town.cx(SPECIALIST), journey.refs["review"], None, external_file.Giving()
    )


def file_sent(journey: Journey) -> None:
    """The worker binds the packet, the specialist carries it to the body and keeps the proof."""
    town, ref = journey.town, journey.refs["review"]
    if "file_sent" not in town.look(ref).happened:
        _packet_bound(journey)
        proof = external_file.Sending(proof="Receipt 4711 of the portal")
        external_file.send_file(town.cx(SPECIALIST), ref, None, proof)
    arrival = papers.Arrival(at=town.now, proof="Receipt of the body")
    papers.reviewer_received(town.cx(SPECIALIST), ref, None, arrival)


def _packet_bound(journey: Journey) -> None:
    """The house asks for the packet by itself; where it did not yet, the specialist does."""
    town, ref = journey.town, journey.refs["review"]
    _files_looked_through(journey)
    town.worker.relay()
    with town.database.reading(town.cx("system")) as cx:
        rows = packet_rows.rows_of(cx, town.look(ref).case.id)
    if packet_rows.waiting(rows) is None:
        form = case_files.Asking(scope="packet")
        case_files.ask_case_file(town.cx(SPECIALIST), ref, None, form)
        _files_looked_through(journey)
        town.worker.relay()


def hearing_held(journey: Journey) -> None:
    """The State sets a hearing; its day comes."""
    town = journey.town
    at = town.now + timedelta(days=12)
    form = external_file.Hearing(at=at, place="By telephone: 1-800-555-0150")
    external_file.schedule_hearing(town.cx(SPECIALIST), journey.refs["review"], None, form)
    _files_looked_through(journey)
    town.until(at + timedelta(hours=2))


def _files_looked_through(journey: Journey) -> None:
    """Whoever lets a file go has looked at every page of it: the member has it before the
    hearing."""
    town, ref = journey.town, journey.refs["review"]
    town.worker.relay()
    ready = select(CaseFileRequest.id).where(
        CaseFileRequest.case_id == town.look(ref).case.id, CaseFileRequest.state == "ready_for_look"
    )
    with town.database.reading(town.cx("system")) as cx:
        numbers = list(cx.db.execute(ready).scalars())
    for number in numbers:
        form = case_files.Look(read_through=True)
        case_files.clear_case_file(town.cx(SPECIALIST), ref, None, number, form)


def body_decides(how: str) -> Step:
    """The body outside decides, and we are told."""

    def step(journey: Journey) -> None:
        now = journey.town.now
        form = external_decisions.BodyDecision(
            reference="B-2027-1",
            decided_at=now,
            received_at=now,
            rationale="We read all papers.",
        )
        command = getattr(external_decisions, how)
        command(journey.town.cx(SPECIALIST), journey.refs["review"], None, form)

    return step

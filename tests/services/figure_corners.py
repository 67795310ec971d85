"""Histories in the corners of the public figures: each is told for one contract, by the seed's own
verbs, so that the machine and the clocks asked about every step."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from casework.ledger import Said
from casework.ledger.scribe import Book
from casework.seed import decisions, plots_requests, request_steps, requests
from casework.seed.requests import Request
from casework.seed.scene import DAY, HOUR, Scene
from casework.seed.town import Town

NEW_YEAR = datetime(2027, 1, 1, 5, tzinfo=UTC)  # midnight in Ohio
MINUTE = timedelta(minutes=1)
CONTRACTS = ("OH-MCD-2026", "MA-2026", "OH-QHP")


def filed(scene: Scene, at: datetime, *, lines: int = 1, fast: bool = False) -> Request:
    """A request for no drug, taken by a nurse an hour later."""
    asked = requests.ask(scene, drugs=False, lines=lines, fast=fast)
    asked.filed_by = "provider"
    request = requests.file(scene, asked, at)
    request_steps.start_review(request, at + HOUR)
    return request


def approved(request: Request, at: datetime, told_at: datetime | None = None) -> None:
    nurse = request.nurse
    assert nurse is not None
    decisions.approve(request, nurse, at, told_at or at + MINUTE)


def reopened(request: Request, at: datetime) -> None:
    physician = request.scene.someone("physician")
    request.scribe.step(
        "reopen",
        at=at,
        by=physician.principal,
        facts=request.scene.acting(
            physician,
            reopen_ground="peer_to_peer",
            reason="New notes came.",
            appeal_open=False,
            reopen_window_open=True,
        ),
        said=Said(ground="peer_to_peer"),
        sets={"outcome": ""},
    )


def hurried(request: Request, at: datetime) -> None:
    """The member asks for the fast track; a nurse finds that right an hour later."""
    plots_requests._ask_faster(request, at)
    nurse = request.nurse
    assert nurse is not None
    request.scribe.step(
        "grant_expedite",
        at=at + HOUR,
        by=nurse.principal,
        facts=request.scene.acting(
            nurse,
            timing="pre_service",
            expedite_unanswered=True,
            expedite_supporters=("member",),
            expedite_criterion="health",
        ),
        said=Said(ground="health"),
        sets={"fast_track": True},
    )


def decided_in_the_last_minute_of_the_year(scene: Scene) -> None:
    approved(filed(scene, NEW_YEAR - 2 * DAY), NEW_YEAR - MINUTE, NEW_YEAR + HOUR)


def decided_in_the_first_minute_of_the_next(scene: Scene) -> None:
    approved(filed(scene, NEW_YEAR - 2 * DAY), NEW_YEAR + MINUTE)


def came_in_one_year_and_denied_in_the_next(scene: Scene) -> None:
    request = filed(scene, NEW_YEAR - DAY)
    request_steps.refer(request, NEW_YEAR - HOUR)
    decisions.deny(request, scene.someone("physician"), NEW_YEAR + HOUR, NEW_YEAR + 2 * HOUR)


def changed_before_it_was_told(scene: Scene) -> None:
    """Denied, not told; reopened; granted in part, and that was told."""
    at = NEW_YEAR - 20 * DAY
    request = filed(scene, at, lines=2)
    request_steps.refer(request, at + 2 * HOUR)
    decisions.deny(request, scene.someone("physician"), at + 3 * HOUR, None)
    reopened(request, at + 4 * HOUR)
    decisions.approve_in_part(request, scene.someone("physician"), at + 30 * HOUR, at + 31 * HOUR)


def reopened_after_it_was_told(scene: Scene) -> None:
    """Denied and told in one year; granted in part in the next: one request, denied."""
    request = filed(scene, NEW_YEAR - 3 * DAY, lines=2)
    request_steps.refer(request, NEW_YEAR - 2 * DAY)
    decisions.deny(request, scene.someone("physician"), NEW_YEAR - DAY, NEW_YEAR - DAY + MINUTE)
    reopened(request, NEW_YEAR + DAY)
    decisions.approve_in_part(
        request, scene.someone("physician"), NEW_YEAR + 2 * DAY, NEW_YEAR + 2 * DAY + MINUTE
    )


def put_on_the_fast_track(scene: Scene) -> None:
    """Standard at first; a nurse found the member's ask right."""
    at = NEW_YEAR - 10 * DAY
    request = filed(scene, at)
    hurried(request, at + 2 * HOUR)
    approved(request, at + 20 * HOUR)


def hurried_only_after_it_was_told(scene: Scene) -> None:
    """Denied and told as standard; reopened, put on the fast track, granted in part: standard."""
    at = NEW_YEAR - 14 * DAY
    request = filed(scene, at, lines=2)
    request_steps.refer(request, at + 2 * HOUR)
    decisions.deny(request, scene.someone("physician"), at + DAY, at + DAY + MINUTE)
    reopened(request, at + 2 * DAY)
    hurried(request, at + 3 * DAY)
    decisions.approve_in_part(
        request, scene.someone("physician"), at + 4 * DAY, at + 4 * DAY + MINUTE
    )


def kept_off_the_fast_track(scene: Scene) -> None:
    """Filed as expedited by the member's office; a physician refused; then approved."""
    at = NEW_YEAR - 12 * DAY
    request = filed(scene, at)
    plots_requests._ask_faster(request, at + 2 * HOUR)
    physician = scene.someone("physician")
    request.scribe.step(
        "refuse_expedite",
        at=at + 3 * HOUR,
        by=physician.principal,
        facts=scene.acting(
            physician,
            timing="pre_service",
            expedite_unanswered=True,
            expedite_supporters=("member",),
            reason="No harm.",
        ),
        text={"reason": "No harm."},
        sets={"fast_track": False},
    )
    scene.tell(request.scribe, at + 4 * HOUR, "expedite_refused", "downgrade")
    approved(request, at + 2 * DAY)


def receipt_put_right(scene: Scene) -> None:
    """The true receipt was five hours earlier."""
    at = NEW_YEAR - 15 * DAY
    request = filed(scene, at)
    supervisor = scene.someone("supervisor")
    true = at - 5 * HOUR
    request.scribe.step(
        "correct_receipt",
        at=at + 2 * HOUR,
        by=supervisor.principal,
        facts=scene.acting(
            supervisor, reason="The fax bears an earlier stamp.", evidence="Fax log",
            receipt_known=True,
        ),
        said=Said(more={"received_at": true.isoformat()}),
        text={"reason": "The fax bears an earlier stamp.", "evidence": "Fax log"},
        sets={"received_at": true},
    )  # fmt: skip
    approved(request, at + DAY)


def told_by_telephone_first(scene: Scene) -> None:
    """Denied, told orally, reopened and granted in part: denied is what was told."""
    at = NEW_YEAR - 8 * DAY
    request = filed(scene, at, lines=2)
    request_steps.refer(request, at + 2 * HOUR)
    physician = scene.someone("physician")
    decisions.deny(request, physician, at + 3 * HOUR, None)
    request.scribe.observe(
        "oral_notice_given", at=at + 4 * HOUR, by=physician.principal, said=Said(more={})
    )
    reopened(request, at + 5 * HOUR)
    decisions.approve_in_part(request, physician, at + 6 * HOUR, at + 7 * HOUR)


def fast_from_the_first(scene: Scene) -> None:
    """Filed as expedited and approved within hours."""
    approved(filed(scene, NEW_YEAR - 4 * DAY, fast=True), NEW_YEAR - 4 * DAY + 9 * HOUR)


def fast_and_denied(scene: Scene) -> None:
    request = filed(scene, NEW_YEAR - 5 * DAY, fast=True)
    at = NEW_YEAR - 5 * DAY + 2 * HOUR
    request_steps.refer(request, at)
    decisions.deny(request, scene.someone("physician"), at + 20 * HOUR, at + 21 * HOUR)


def after_the_service(scene: Scene) -> None:
    """The service was given already: no prior authorization."""
    asked = requests.ask(scene, drugs=False, lines=1, after=True)
    request = requests.file(scene, asked, NEW_YEAR - 9 * DAY)
    request_steps.start_review(request, NEW_YEAR - 8 * DAY)
    approved(request, NEW_YEAR - 7 * DAY)


def a_drug_beside_a_service(scene: Scene) -> None:
    """Two lines, one of them for a drug: it counts."""
    request = filed(scene, NEW_YEAR - 6 * DAY, lines=2)
    request.lines[-1]["code"] = "J1745"
    approved(request, NEW_YEAR - 5 * DAY)


def a_drug_alone(scene: Scene) -> None:
    """One line, for a biosimilar: it does not count."""
    request = filed(scene, NEW_YEAR - 6 * DAY)
    request.lines[0]["code"] = "Q5103"
    approved(request, NEW_YEAR - 5 * DAY)


CORNERS: tuple[Callable[[Scene], None], ...] = (
    decided_in_the_last_minute_of_the_year,
    decided_in_the_first_minute_of_the_next,
    came_in_one_year_and_denied_in_the_next,
    changed_before_it_was_told,
    reopened_after_it_was_told,
    put_on_the_fast_track,
    hurried_only_after_it_was_told,
    kept_off_the_fast_track,
    receipt_put_right,
    told_by_telephone_first,
    fast_from_the_first,
    fast_and_denied,
    after_the_service,
    a_drug_beside_a_service,
    a_drug_alone,
)


def authors(town: Town) -> Iterator[Callable[[Book], None]]:
    """Every corner for each of three contracts, and more time taken where the law allows it."""
    for code in CONTRACTS:
        for number, corner in enumerate(CORNERS):
            yield _author(town, corner, code, number)


def _author(
    town: Town, corner: Callable[[Scene], None], code: str, number: int
) -> Callable[[Book], None]:
    def tell(book: Book) -> None:
        corner(Scene(book, town, Random(f"corner {code} {number}"), town.contracts[code]))

    return tell

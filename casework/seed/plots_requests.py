"""Requests that are still open: one function for each place at which one can stand.

Each takes the colour that its clock is to show as of the town's instant.
"""

from datetime import datetime, timedelta

from casework.ledger import Said
from casework.seed import overdue, plots_decided, request_steps, requests
from casework.seed.requests import Request
from casework.seed.scene import DAY, HOUR, OVERDUE, Scene

_SOON_AFTER = timedelta(minutes=4)
_TALKED = "The treating physician named findings that were not in the notes."
_NO_HARM = "The notes show no harm from waiting."
_WAITS = "We wait for the report of the specialist."


def waiting_for_a_nurse(scene: Scene, colour: str) -> None:
    """Received, and nobody took it yet."""
    request, _ = _opened(scene, colour, 0, fast=0.25)
    _left(request, colour)


def with_a_nurse(scene: Scene, colour: str) -> None:
    """A nurse has it."""
    request, [taken] = _opened(scene, colour, 1, fast=0.25)
    request_steps.start_review(request, taken)
    _left(request, colour)


def with_a_physician(scene: Scene, colour: str) -> None:
    """Referred; often a physician has taken it."""
    request, [taken, referred, picked] = _opened(scene, colour, 3, fast=0.25)
    request_steps.start_review(request, taken)
    request_steps.refer(request, referred)
    if scene.chance(0.6):
        request_steps.taken_by_physician(request, picked)
    _left(request, colour)


def with_new_papers(scene: Scene, colour: str) -> None:
    """Back from waiting: what was asked for has come, and nobody has read it."""
    request, [taken, asked, came] = _opened(scene, colour, 3)
    request_steps.start_review(request, taken)
    request_steps.answered(request, request_steps.pend(request, asked, 72), came)
    _left(request, colour)


def waiting_for_information(scene: Scene, colour: str) -> None:
    """Pended; the time to answer still runs."""
    request, [taken, asked] = _opened(scene, colour, 2)
    request_steps.start_review(request, taken)
    hours = int((scene.now - asked) / HOUR) + scene.rng.randint(24, 120)
    request_steps.pend(request, asked, hours)
    _left(request, colour)


def asked_to_be_fast(scene: Scene, colour: str) -> None:
    """The member asked for the fast track; a physician refused, and the letter left."""
    request, [taken, asked, refused] = _opened(scene, colour, 3, filed_by="provider")
    request_steps.start_review(request, taken)
    _ask_faster(request, asked)
    physician = scene.someone("physician")
    request.scribe.step(
        "refuse_expedite",
        at=refused,
        by=physician.principal,
        facts=scene.acting(
            physician,
            timing="pre_service",
            expedite_unanswered=True,
            expedite_supporters=("member",),
            reason=_NO_HARM,
        ),
        text={"reason": _NO_HARM},
        sets={"fast_track": False},
    )
    scene.tell(request.scribe, refused, "expedite_refused", "downgrade")
    _left(request, colour)


def extended(scene: Scene, colour: str) -> None:
    """The plan took more time, where the law allows it, and said so in a letter."""
    request, [taken, asked] = _opened(scene, colour, 2, drugs=False)
    nurse = request_steps.start_review(request, taken)
    terms = next(
        candidate.terms.extension
        for candidate in request.decision().candidates
        if candidate.terms.extension is not None
    )
    grounds = tuple(sorted(terms.plan_grounds))
    request.scribe.step(
        "extend",
        at=asked,
        by=nurse.principal,
        facts=scene.acting(
            nurse,
            extension_days=7,
            extension_days_left=terms.days,
            extension_ground=grounds[0],
            extension_grounds=grounds,
            extension_notice_in_time=True,
            decision_due_passed=False,
            reason=_WAITS,
        ),
        said=Said(days=7, ground=grounds[0], more={"requested_by": "plan"}),
        text={"reason": _WAITS},
    )
    scene.tell(request.scribe, asked, "extension", "extension")


def reopened(scene: Scene) -> None:
    """Denied, talked about peer to peer, and looked at once more."""
    request = plots_decided.denied_and_told(scene, scene.ago(4 * DAY, 9 * DAY))
    [again] = scene.between(scene.now - 3 * DAY, scene.now, 1)
    physician = scene.someone("physician")
    request.scribe.step(
        "reopen",
        at=again,
        by=physician.principal,
        facts=scene.acting(
            physician,
            reopen_ground="peer_to_peer",
            reason=_TALKED,
            appeal_open=False,
            reopen_window_open=True,
        ),
        said=Said(ground="peer_to_peer"),
        text={"reason": _TALKED},
        sets={"outcome": "", "queue": "physician", "assignee_id": physician.id},
    )


# ── Where and when ──────────────────────────────────────────────────────────────────────────────


def _opened(
    scene: Scene,
    colour: str,
    steps: int,
    *,
    fast: float = 0.0,
    filed_by: str = "",
    drugs: bool = True,
) -> tuple[Request, list[datetime]]:
    """A request whose clock shows this colour, and instants for its steps before it ran out."""
    asked = requests.ask(scene, fast=scene.chance(fast), drugs=drugs)
    asked.filed_by = filed_by or asked.filed_by
    received_at = scene.received_to_be_due(asked.subject, colour)
    request = requests.file(scene, asked, received_at)
    end = min(scene.now, request.decision().due_utc)
    return request, scene.between(received_at + _SOON_AFTER, end, steps)


def _left(request: Request, colour: str) -> None:
    """A case that was left alone until now: what ran out has rung."""
    if colour == OVERDUE:
        overdue.run_out(request.scene, request.scribe, request.scene.now)


def _ask_faster(request: Request, at: datetime) -> None:
    scene = request.scene
    by = request.member.principal or scene.someone("intake").principal
    request.scribe.step(
        "request_expedite",
        at=request.scribe.no_earlier(at),
        by=by,
        facts=scene.of(by, timing="pre_service", expedite_asked_by="member"),
        said=Said(by="member"),
        text={"reason": "It hurts and I cannot wait."},
    )

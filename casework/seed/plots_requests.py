"""What can have become of a request: one function for each course, from receipt to where it stands.

A plot that is still open takes the colour that its clock is to show as of the town's instant.
"""

from datetime import datetime, timedelta

from casework.ledger import Said
from casework.seed import decisions, overdue, requests
from casework.seed.requests import Asked, Request
from casework.seed.scene import DAY, HOUR, OVERDUE, Scene

_MINUTES = timedelta(minutes=25)


# ── Still open ──────────────────────────────────────────────────────────────────────────────────


def _opened(scene: Scene, colour: str, steps: int) -> tuple[Request, list[datetime]]:
    """A request whose clock shows this colour, and instants for its steps before it ran out."""
    asked = requests.ask(scene, fast=scene.chance(0.25))
    received_at = scene.received_to_be_due(asked.subject, colour)
    request = requests.file(scene, asked, received_at)
    due = request.scribe.head.next_due_at
    clock = request.scribe.answer().clock("decision")
    end = min(scene.now, clock.due_utc if clock else scene.now) if due is None else scene.now
    start = received_at + timedelta(minutes=4)
    return request, scene.between(min(start, end), end, steps)


def _left(request: Request, colour: str) -> None:
    if colour == OVERDUE:
        overdue.run_out(request.scene, request.scribe, request.scene.now)


def waiting_for_a_nurse(scene: Scene, colour: str) -> None:
    """Received, and nobody took it yet."""
    request, _ = _opened(scene, colour, 0)
    _left(request, colour)


def with_a_nurse(scene: Scene, colour: str) -> None:
    """A nurse has it."""
    request, [taken] = _opened(scene, colour, 1)
    requests.start_review(request, taken)
    _left(request, colour)


def with_a_physician(scene: Scene, colour: str) -> None:
    """Referred; often a physician has taken it."""
    request, [taken, referred, picked] = _opened(scene, colour, 3)
    requests.start_review(request, taken)
    requests.refer(request, referred)
    if scene.chance(0.6):
        requests.taken_by_physician(request, picked)
    _left(request, colour)


def with_new_papers(scene: Scene, colour: str) -> None:
    """Back from waiting: what was asked for has come, and nobody has read it."""
    request, [taken, asked, came] = _opened_standard(scene, colour, 3)
    requests.start_review(request, taken)
    question = requests.pend(request, asked, 72)
    requests.answered(request, question, max(came, asked + 4 * timedelta(minutes=1)))
    _left(request, colour)


def waiting_for_information(scene: Scene, colour: str) -> None:
    """Pended; the time to answer still runs."""
    request, [taken, asked] = _opened_standard(scene, colour, 2)
    requests.start_review(request, taken)
    hours = int((scene.now - asked) / HOUR) + scene.rng.randint(24, 120)
    requests.pend(request, asked, hours)
    _left(request, colour)


def asked_to_be_fast(scene: Scene, colour: str) -> None:
    """The member asked for the fast track; a physician refused, and the letter left."""
    request, [taken, asked, refused] = _opened_standard(scene, colour, 3)
    requests.start_review(request, taken)
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
            reason="The notes show no harm from waiting.",
        ),
        text={"reason": "The notes show no harm from waiting."},
        sets={"fast_track": False},
    )
    scene.tell(request.scribe, refused, "expedite_refused", "downgrade")
    _left(request, colour)


def extended(scene: Scene, colour: str) -> None:
    """The plan took more time, where the law allows it, and said so in a letter."""
    request, [taken, asked] = _opened_standard(scene, colour, 2)
    nurse = requests.start_review(request, taken)
    request.scribe.step(
        "extend",
        at=asked,
        by=nurse.principal,
        facts=scene.acting(
            nurse,
            extension_days=7,
            extension_days_left=14,
            extension_ground="need_information",
            extension_grounds=("need_information",),
            extension_notice_in_time=True,
            decision_due_passed=False,
            reason="We wait for the report of the specialist.",
        ),
        said=Said(days=7, ground="need_information", more={"requested_by": "plan"}),
        text={"reason": "We wait for the report of the specialist."},
    )
    scene.tell(request.scribe, asked, "extension", "extension")


def reopened(scene: Scene, colour: str) -> None:
    """Denied, talked about peer to peer, and looked at once more."""
    request = denied_and_told(scene, scene.ago(4 * DAY, 9 * DAY))
    [again] = scene.between(scene.now - 3 * DAY, scene.now, 1)
    physician = scene.someone("physician")
    request.scribe.step(
        "reopen",
        at=again,
        by=physician.principal,
        facts=scene.acting(
            physician,
            reopen_ground="peer_to_peer",
            reason="The treating physician named findings that were not in the notes.",
            appeal_open=False,
            reopen_window_open=True,
        ),
        said=Said(ground="peer_to_peer"),
        text={"reason": "The treating physician named findings that were not in the notes."},
        sets={"outcome": "", "queue": "physician", "assignee_id": physician.id},
    )


# ── Decided and told ────────────────────────────────────────────────────────────────────────────


def _past(
    scene: Scene, told_at: datetime, steps: int, asked: Asked | None = None
) -> tuple[Request, list[datetime]]:
    """A request that was told at this instant, and instants for its steps before."""
    asked = asked or requests.ask(scene, fast=scene.chance(0.15), after=scene.chance(0.07))
    received_at = scene.received_to_be_told(asked.subject, told_at)
    request = requests.file(scene, asked, received_at)
    return request, scene.between(received_at + 4 * timedelta(minutes=1), told_at - _MINUTES, steps)


def _while_ago(scene: Scene) -> datetime:
    return scene.ago(2 * HOUR, 70 * DAY)


def approved_by_rule(scene: Scene) -> None:
    """The list of the plan said yes at once."""
    asked = requests.ask(scene, by_rule=True, lines=1)
    request = requests.file(scene, asked, scene.ago(2 * HOUR, 60 * DAY))
    decisions.approve_by_rule(request, request.scribe.last_at or scene.now)


def approved_by_a_nurse(scene: Scene) -> None:
    """A nurse said yes."""
    told_at = _while_ago(scene)
    request, [taken, decided] = _past(scene, told_at, 2)
    decisions.approve(request, requests.start_review(request, taken), decided, told_at)


def approved_after_waiting(scene: Scene) -> None:
    """Pended, answered, referred, and a physician said yes."""
    told_at = _while_ago(scene)
    asked = requests.ask(scene)
    request, [taken, pended, came, referred, decided] = _past(scene, told_at, 5, asked)
    requests.start_review(request, taken)
    question = requests.pend(request, pended, 72)
    requests.answered(request, question, max(came, pended + 4 * timedelta(minutes=1)))
    later = max(referred, request.scribe.last_at or referred)
    requests.refer(request, later)
    decisions.approve(request, scene.someone("physician"), max(decided, later), told_at)


def approved_late(scene: Scene) -> None:
    """The time ran out first: escalated, then approved."""
    told_at = scene.ago(DAY, 40 * DAY)
    asked = requests.ask(scene)
    received_at = scene.received_to_be_told(asked.subject, told_at, late=True)
    request = requests.file(scene, asked, received_at)
    clock = request.scribe.answer().clock("decision")
    assert clock is not None
    [taken] = scene.between(received_at + 4 * timedelta(minutes=1), clock.due_utc, 1)
    nurse = requests.start_review(request, taken)
    owed = overdue.run_out(scene, request.scribe, told_at - _MINUTES)
    decided = max(told_at - _MINUTES, request.scribe.last_at or told_at)
    decisions.approve(request, nurse, decided, told_at)
    overdue.settled(owed, at=told_at, by=nurse.name)


def approved_in_part(scene: Scene) -> None:
    """One line yes, one line no."""
    told_at = _while_ago(scene)
    asked = requests.ask(scene, lines=2)
    if len(asked.services) < 2:
        return approved_by_a_nurse(scene)
    request, [taken, referred, decided] = _past(scene, told_at, 3, asked)
    requests.start_review(request, taken)
    requests.refer(request, referred)
    return decisions.approve_in_part(request, scene.someone("physician"), decided, told_at)


def denied(scene: Scene) -> None:
    """Denied for medical necessity; the member may appeal."""
    denied_and_told(scene, _while_ago(scene))


def denied_administratively(scene: Scene) -> None:
    """Denied on a ground that is not clinical."""
    told_at = _while_ago(scene)
    request, [taken, decided] = _past(scene, told_at, 2)
    decisions.deny_administratively(
        request, requests.start_review(request, taken), decided, told_at
    )


def denied_and_told(scene: Scene, told_at: datetime) -> Request:
    """A request that a physician denied, with its notice of action gone at this instant."""
    request, [taken, referred, decided] = _past(scene, told_at, 3, requests.ask(scene, lines=1))
    requests.start_review(request, taken)
    requests.refer(request, referred)
    decisions.deny(request, scene.someone("physician"), decided, told_at)
    return request


# ── Ended without a decision ────────────────────────────────────────────────────────────────────


def withdrawn(scene: Scene) -> None:
    """The office took it back."""
    asked = requests.ask(scene)
    request, [at] = _past(scene, _while_ago(scene), 1, asked)
    sender = request.office.principal
    request.scribe.step(
        "withdraw",
        at=at,
        by=sender,
        facts=_by_office(request, withdrawal_by_party=True),
        text={"reason": "The member chose another treatment.", "asked_by": ""},
        sets={"outcome": "withdrawn"},
    )
    scene.tell(request.scribe, at, "request_withdrawn")


def dismissed(scene: Scene) -> None:
    """No prior authorization was needed, and the dated proof says so."""
    told_at = _while_ago(scene)
    request, [at] = _past(scene, told_at, 1, requests.ask(scene))
    clerk = scene.someone("intake")
    evidence = f"Plan PA list of {scene.local_day(at)}: {request.about.code} in an emergency."
    request.scribe.step(
        "dismiss",
        at=at,
        by=clerk.principal,
        facts=scene.acting(clerk, dismissal_ground="pa_not_required", evidence=evidence),
        said=Said(ground="pa_not_required"),
        text={"evidence": evidence, "duplicate_of": ""},
        sets={"outcome": "dismissed"},
    )
    scene.tell(request.scribe, told_at, "request_dismissed", "dismissal")


def _opened_standard(scene: Scene, colour: str, steps: int) -> tuple[Request, list[datetime]]:
    asked = requests.ask(scene)
    received_at = scene.received_to_be_due(asked.subject, colour)
    request = requests.file(scene, asked, received_at)
    start = min(received_at + 4 * timedelta(minutes=1), scene.now)
    return request, scene.between(start, scene.now, steps)


def _ask_faster(request: Request, at: datetime) -> None:
    scene, member = request.scene, request.member
    clerk = scene.someone("intake")
    by = member.principal or clerk.principal
    request.scribe.step(
        "request_expedite",
        at=at,
        by=by,
        facts=scene.acting(clerk, timing="pre_service", expedite_asked_by="member"),
        said=Said(by="member"),
        text={"reason": "It hurts and I cannot wait."},
    )


def _by_office(request: Request, **more: object) -> object:
    raise NotImplementedError

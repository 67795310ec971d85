"""Requests that are over: decided and told, or ended without a decision. One function each."""

from datetime import datetime, timedelta

from casework.ledger import Said
from casework.seed import decisions, overdue, request_steps, requests
from casework.seed.requests import Asked, Request
from casework.seed.scene import DAY, HOUR, Scene

_SOON_AFTER = timedelta(minutes=4)
_BEFORE_IT_LEFT = timedelta(minutes=25)


# ── Decided and told ────────────────────────────────────────────────────────────────────────────


def approved_by_rule(scene: Scene) -> None:
    """The list of the plan said yes at once."""
    asked = requests.ask(scene, by_rule=True, lines=1)
    request = requests.file(scene, asked, scene.ago(2 * HOUR, 60 * DAY))
    decisions.approve_by_rule(request, request.scribe.last_at or scene.now)


def approved_by_a_nurse(scene: Scene) -> None:
    """A nurse said yes."""
    told_at = _while_ago(scene)
    request, [taken, decided] = _past(scene, told_at, 2)
    decisions.approve(request, request_steps.start_review(request, taken), decided, told_at)


def approved_after_waiting(scene: Scene) -> None:
    """Pended, answered, referred, and a physician said yes."""
    told_at = _while_ago(scene)
    request, [taken, pended, came, referred, decided] = _past(
        scene, told_at, 5, requests.ask(scene)
    )
    request_steps.start_review(request, taken)
    request_steps.answered(request, request_steps.pend(request, pended, 72), came)
    request_steps.refer(request, referred)
    decisions.approve(request, scene.someone("physician"), decided, told_at)


def approved_late(scene: Scene) -> None:
    """The time ran out first: escalated, then approved."""
    told_at = scene.ago(DAY, 40 * DAY)
    asked = requests.ask(scene)
    received_at = scene.received_to_be_told(asked.subject, told_at, late=True)
    request = requests.file(scene, asked, received_at)
    [taken] = scene.between(received_at + _SOON_AFTER, request.decision().due_utc, 1)
    nurse = request_steps.start_review(request, taken)
    owed = overdue.run_out(scene, request.scribe, told_at - _BEFORE_IT_LEFT)
    decisions.approve(request, nurse, told_at - _BEFORE_IT_LEFT, told_at)
    overdue.settled(owed, at=told_at, by=nurse.name)


def approved_in_part(scene: Scene) -> None:
    """One line yes, one line no."""
    told_at = _while_ago(scene)
    asked = requests.ask(scene, lines=2)
    request, [taken, referred, decided] = _past(scene, told_at, 3, asked)
    request_steps.start_review(request, taken)
    request_steps.refer(request, referred)
    decisions.approve_in_part(request, scene.someone("physician"), decided, told_at)


def denied(scene: Scene) -> None:
    """Denied for medical necessity; the member may appeal."""
    denied_and_told(scene, _while_ago(scene), drugs=True)


def denied_administratively(scene: Scene) -> None:
    """Denied on a ground that is not clinical."""
    told_at = _while_ago(scene)
    request, [taken, decided] = _past(scene, told_at, 2, requests.ask(scene))
    nurse = request_steps.start_review(request, taken)
    decisions.deny_administratively(request, nurse, decided, told_at)


def denied_and_told(scene: Scene, told_at: datetime, *, drugs: bool = False) -> Request:
    """A request that a physician denied, with its notice of action gone at this instant; without
    `drugs` nothing whose appeal has a clock of its own."""
    asked = requests.ask(scene, lines=1, drugs=drugs)
    request, [taken, referred, decided] = _past(scene, told_at, 3, asked)
    request_steps.start_review(request, taken)
    request_steps.refer(request, referred)
    decisions.deny(request, scene.someone("physician"), decided, told_at)
    return request


# ── Ended without a decision ────────────────────────────────────────────────────────────────────


def withdrawn(scene: Scene) -> None:
    """The office took it back."""
    request, [at] = _past(scene, _while_ago(scene), 1, requests.ask(scene))
    sender = request.office.principal
    request.scribe.step(
        "withdraw",
        at=at,
        by=sender,
        facts=scene.of(sender, withdrawal_by_party=True),
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


# ── Where and when ──────────────────────────────────────────────────────────────────────────────


def _past(
    scene: Scene, told_at: datetime, steps: int, asked: Asked | None = None
) -> tuple[Request, list[datetime]]:
    """A request that was told at this instant, and instants for its steps before."""
    asked = asked or requests.ask(scene, fast=scene.chance(0.15), after=scene.chance(0.07))
    received_at = scene.received_to_be_told(asked.subject, told_at)
    request = requests.file(scene, asked, received_at)
    end = told_at - _BEFORE_IT_LEFT
    return request, scene.between(received_at + _SOON_AFTER, end, steps)


def _while_ago(scene: Scene) -> datetime:
    return scene.ago(2 * HOUR, 70 * DAY)

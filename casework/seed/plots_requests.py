"""What can have become of a request: one function for each course, from receipt to where it stands.

A plot that is still open takes the colour that its clock is to show as of the town's instant.
"""

from datetime import datetime, timedelta

from casework.ledger import Said
from casework.seed import decisions, overdue, requests
from casework.seed.requests import Asked, Request
from casework.seed.scene import DAY, HOUR, OVERDUE, Scene
from sla.values import Clock

_SOON_AFTER = timedelta(minutes=4)
_BEFORE_IT_LEFT = timedelta(minutes=25)
_TALKED = "The treating physician named findings that were not in the notes."
_NO_HARM = "The notes show no harm from waiting."
_WAITS = "We wait for the report of the specialist."


# ── Still open ──────────────────────────────────────────────────────────────────────────────────


def waiting_for_a_nurse(scene: Scene, colour: str) -> None:
    """Received, and nobody took it yet."""
    request, _ = _opened(scene, colour, 0, fast=0.25)
    _left(request, colour)


def with_a_nurse(scene: Scene, colour: str) -> None:
    """A nurse has it."""
    request, [taken] = _opened(scene, colour, 1, fast=0.25)
    requests.start_review(request, taken)
    _left(request, colour)


def with_a_physician(scene: Scene, colour: str) -> None:
    """Referred; often a physician has taken it."""
    request, [taken, referred, picked] = _opened(scene, colour, 3, fast=0.25)
    requests.start_review(request, taken)
    requests.refer(request, referred)
    if scene.chance(0.6):
        requests.taken_by_physician(request, picked)
    _left(request, colour)


def with_new_papers(scene: Scene, colour: str) -> None:
    """Back from waiting: what was asked for has come, and nobody has read it."""
    request, [taken, asked, came] = _opened(scene, colour, 3)
    requests.start_review(request, taken)
    requests.answered(request, requests.pend(request, asked, 72), came)
    _left(request, colour)


def waiting_for_information(scene: Scene, colour: str) -> None:
    """Pended; the time to answer still runs."""
    request, [taken, asked] = _opened(scene, colour, 2)
    requests.start_review(request, taken)
    hours = int((scene.now - asked) / HOUR) + scene.rng.randint(24, 120)
    requests.pend(request, asked, hours)
    _left(request, colour)


def asked_to_be_fast(scene: Scene, colour: str) -> None:
    """The member asked for the fast track; a physician refused, and the letter left."""
    request, [taken, asked, refused] = _opened(scene, colour, 3, filed_by="provider")
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
    nurse = requests.start_review(request, taken)
    terms = next(
        candidate.terms.extension
        for candidate in _decision(request).candidates
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
            reason=_TALKED,
            appeal_open=False,
            reopen_window_open=True,
        ),
        said=Said(ground="peer_to_peer"),
        text={"reason": _TALKED},
        sets={"outcome": "", "queue": "physician", "assignee_id": physician.id},
    )


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
    decisions.approve(request, requests.start_review(request, taken), decided, told_at)


def approved_after_waiting(scene: Scene) -> None:
    """Pended, answered, referred, and a physician said yes."""
    told_at = _while_ago(scene)
    request, [taken, pended, came, referred, decided] = _past(
        scene, told_at, 5, requests.ask(scene)
    )
    requests.start_review(request, taken)
    requests.answered(request, requests.pend(request, pended, 72), came)
    requests.refer(request, referred)
    decisions.approve(request, scene.someone("physician"), decided, told_at)


def approved_late(scene: Scene) -> None:
    """The time ran out first: escalated, then approved."""
    told_at = scene.ago(DAY, 40 * DAY)
    asked = requests.ask(scene)
    received_at = scene.received_to_be_told(asked.subject, told_at, late=True)
    request = requests.file(scene, asked, received_at)
    [taken] = scene.between(received_at + _SOON_AFTER, _decision(request).due_utc, 1)
    nurse = requests.start_review(request, taken)
    owed = overdue.run_out(scene, request.scribe, told_at - _BEFORE_IT_LEFT)
    decisions.approve(request, nurse, told_at - _BEFORE_IT_LEFT, told_at)
    overdue.settled(owed, at=told_at, by=nurse.name)


def approved_in_part(scene: Scene) -> None:
    """One line yes, one line no."""
    told_at = _while_ago(scene)
    asked = requests.ask(scene, lines=2)
    request, [taken, referred, decided] = _past(scene, told_at, 3, asked)
    requests.start_review(request, taken)
    requests.refer(request, referred)
    decisions.approve_in_part(request, scene.someone("physician"), decided, told_at)


def denied(scene: Scene) -> None:
    """Denied for medical necessity; the member may appeal."""
    denied_and_told(scene, _while_ago(scene))


def denied_administratively(scene: Scene) -> None:
    """Denied on a ground that is not clinical."""
    told_at = _while_ago(scene)
    request, [taken, decided] = _past(scene, told_at, 2)
    nurse = requests.start_review(request, taken)
    decisions.deny_administratively(request, nurse, decided, told_at)


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
    end = min(scene.now, _decision(request).due_utc)
    return request, scene.between(received_at + _SOON_AFTER, end, steps)


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


def _left(request: Request, colour: str) -> None:
    """A case that was left alone until now: what ran out has rung."""
    if colour == OVERDUE:
        overdue.run_out(request.scene, request.scribe, request.scene.now)


def _decision(request: Request) -> Clock:
    clock = request.scribe.answer().clock("decision")
    assert clock is not None
    return clock


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

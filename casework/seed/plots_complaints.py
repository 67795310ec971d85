"""What can have become of a grievance, and the two ways in which one kind becomes the other."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from casework.ledger.scribe import Scribe
from casework.models import CaseLink
from casework.seed import appeal_endings, appeals, complaints, overdue, plots_decided
from casework.seed.complaints import Grievance
from casework.seed.scene import DAY, HOUR, LATER, OVERDUE, Scene

_SOON_AFTER = timedelta(minutes=4)
_BEFORE_IT_LEFT = timedelta(minutes=25)


# ── Still open ──────────────────────────────────────────────────────────────────────────────────


def received(scene: Scene, colour: str) -> None:
    """Nobody looks into it yet."""
    _left(_opened(scene, colour), colour)


def looked_into(scene: Scene, colour: str) -> None:
    """Under investigation."""
    grievance = _opened(scene, colour)
    [started] = _steps(grievance, 1)
    complaints.start(grievance, started)
    _left(grievance, colour)


def waiting_for_the_office(scene: Scene, colour: str) -> None:
    """The office is asked what happened."""
    grievance = _opened(scene, colour)
    [started, asked] = _steps(grievance, 2)
    complaints.start(grievance, started)
    hours = int((scene.now - asked) / HOUR) + scene.rng.randint(24, 120)
    complaints.pend(grievance, asked, hours)
    _left(grievance, colour)


def about_the_quality_of_care(scene: Scene, colour: str) -> None:
    """With a clinician, and out of sight of most."""
    grievance = _opened(scene, colour, complaints.QUALITY)
    [started, referred, found] = _steps(grievance, 3)
    complaints.start(grievance, started)
    clinician = complaints.refer(grievance, referred)
    if scene.chance(0.5):
        complaints.find(grievance, clinician, found)
    _left(grievance, colour)


# ── Ended ───────────────────────────────────────────────────────────────────────────────────────


def resolved(scene: Scene) -> None:
    """Looked into, and told what was found."""
    told_at = _while_ago(scene)
    grievance, [started, decided] = _past(scene, told_at, 2)
    complaints.start(grievance, started)
    outcome = scene.one_of(("substantiated", "substantiated", "partly_substantiated"))
    complaints.resolve(grievance, decided, told_at, outcome=outcome)


def not_substantiated(scene: Scene) -> None:
    """Looked into, and not confirmed."""
    told_at = _while_ago(scene)
    grievance, [started, decided] = _past(scene, told_at, 2)
    complaints.start(grievance, started)
    complaints.resolve(grievance, decided, told_at, outcome="not_substantiated")


def quality_resolved(scene: Scene) -> None:
    """A clinician found, and a clinician answered."""
    told_at = _while_ago(scene)
    grievance, [started, referred, found, decided] = _past(scene, told_at, 4, complaints.QUALITY)
    complaints.start(grievance, started)
    clinician = complaints.refer(grievance, referred)
    complaints.find(grievance, clinician, found)
    complaints.resolve(grievance, decided, told_at, by=clinician)


def withdrawn(scene: Scene) -> None:
    """Taken back."""
    grievance, [at] = _past(scene, _while_ago(scene), 1)
    complaints.withdraw(grievance, at)


def dismissed(scene: Scene) -> None:
    """Not about the plan."""
    grievance, [started, at] = _past(scene, _while_ago(scene), 2)
    complaints.start(grievance, started)
    complaints.dismiss(grievance, at)


# ── One kind becomes the other ──────────────────────────────────────────────────────────────────


def into_an_appeal(scene: Scene) -> None:
    """A complaint that disputes a denial goes on as an appeal, from the same receipt."""
    received_at = scene.ago(3 * DAY, 12 * DAY)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 2 * DAY, 20 * DAY))
    words = {**scene.one_of(complaints.told()), "told": "You said no to what my doctor ordered."}
    grievance = complaints.file(scene, words, received_at, member=request.member)
    [at] = scene.between(received_at + _SOON_AFTER, received_at + DAY, 1)
    complaints.convert(grievance, at, request.scribe.head.ref)
    appeal = appeals.file_appeal(
        request,
        request.scribe.no_earlier(grievance.scribe.last_at or at),
        since=received_at,
        converted_from=grievance.scribe.head.ref,
    )
    _goes_on(grievance.scribe, appeal.scribe, grievance.specialist.name)


def into_a_grievance(scene: Scene) -> None:
    """An appeal that disputes no decision goes on as a grievance, from the same receipt."""
    words = scene.one_of(complaints.told())
    received_at = scene.received_to_be_due(complaints.subject(words), LATER)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 2 * DAY, 20 * DAY))
    appeal = appeals.file_appeal(request, received_at)
    [at] = scene.between(received_at + _SOON_AFTER, received_at + DAY, 1)
    appeal_endings.convert(appeal, at, words["category"])
    grievance = complaints.file(
        scene,
        words,
        appeal.scribe.last_at or at,
        member=request.member,
        since=received_at,
        said={"converted_from": appeal.scribe.head.ref},
    )
    _goes_on(appeal.scribe, grievance.scribe, grievance.specialist.name)


def one_appeal_after_all(scene: Scene) -> None:
    """A call and the letter after it appeal one denial: the second case ends in the first."""
    received_at = scene.ago(3 * DAY, 12 * DAY)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 2 * DAY, 20 * DAY))
    call = appeals.file_appeal(request, received_at)
    letter = appeals.file_appeal(request, request.scribe.no_earlier(received_at + 5 * HOUR))
    [at] = scene.between(letter.scribe.head.received_at + _SOON_AFTER, received_at + DAY, 1)
    appeal_endings.join(letter, call, at)
    _goes_on(letter.scribe, call.scribe, letter.specialist.name, relation="merged")


def _goes_on(old: Scribe, new: Scribe, by: str, *, relation: str = "converted") -> None:
    """That the old case goes on as the new one."""
    old.add(
        CaseLink,
        other_id=new.id,
        relation=relation,
        seq=old.head.event_seq,
        at=old.last_at,
        by_name=by,
    )


# ── Where and when ──────────────────────────────────────────────────────────────────────────────


def _opened(scene: Scene, colour: str, words: Mapping[str, str] | None = None) -> Grievance:
    chosen = words or scene.one_of(complaints.told())
    received_at = scene.received_to_be_due(complaints.subject(chosen), colour)
    return complaints.file(scene, chosen, received_at)


def _past(
    scene: Scene, told_at: datetime, steps: int, words: Mapping[str, str] | None = None
) -> tuple[Grievance, list[datetime]]:
    chosen = words or scene.one_of(complaints.told())
    received_at = scene.received_to_be_told(complaints.subject(chosen), told_at)
    grievance = complaints.file(scene, chosen, received_at)
    end = told_at - _BEFORE_IT_LEFT
    return grievance, scene.between(received_at + _SOON_AFTER, end, steps)


def _steps(grievance: Grievance, count: int) -> list[datetime]:
    clock = grievance.scribe.answer().clock("decision")
    end = min(grievance.scene.now, clock.due_utc) if clock else grievance.scene.now
    start = grievance.scribe.head.received_at + _SOON_AFTER
    return grievance.scene.between(start, end, count)


def _while_ago(scene: Scene) -> datetime:
    return scene.ago(2 * HOUR, 60 * DAY)


def _left(grievance: Grievance, colour: str) -> None:
    if colour == OVERDUE:
        overdue.run_out(grievance.scene, grievance.scribe, grievance.scene.now)

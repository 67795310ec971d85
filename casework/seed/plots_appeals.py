"""What can have become of an appeal: each plot has the denied request and the appeal of it.

Times are found from the end backwards, so that everything has happened by the town's instant.
"""

from datetime import datetime, timedelta

from casework.seed import appeal_endings, appeals, overdue, papers, plots_decided
from casework.seed.appeals import Appeal
from casework.seed.scene import DAY, HOUR, OVERDUE, Scene

_SOON_AFTER = timedelta(minutes=4)
_BEFORE_IT_LEFT = timedelta(minutes=25)
_FAST_SHARE = 0.2


# ── Still open ──────────────────────────────────────────────────────────────────────────────────


def waiting_for_a_reviewer(scene: Scene, colour: str) -> None:
    """Received; nobody reviews it yet."""
    _left(_opened(scene, colour), colour)


def in_review(scene: Scene, colour: str) -> None:
    """With a clinician who took no part before."""
    appeal = _opened(scene, colour)
    [assigned] = _steps(appeal, 1)
    appeals.assign_reviewer(appeal, assigned)
    _left(appeal, colour)


def waiting_for_information(scene: Scene, colour: str) -> None:
    """In review, and something is awaited."""
    appeal = _opened(scene, colour, fast=False)
    [assigned, asked] = _steps(appeal, 2)
    appeals.assign_reviewer(appeal, assigned)
    hours = int((scene.now - asked) / HOUR) + scene.rng.randint(24, 120)
    appeals.pend(appeal, asked, hours)
    _left(appeal, colour)


def waiting_for_consent(scene: Scene, colour: str) -> None:
    """A provider filed it for the member; the member has not signed yet."""
    appeal = _opened(scene, colour, filed_by="provider", fast=False)
    [asked] = _steps(appeal, 1)
    appeals.require_consent(appeal, asked)
    _left(appeal, colour)


def with_consent(scene: Scene, colour: str) -> None:
    """A provider filed it, the consent came, a clinician reviews it."""
    appeal = _opened(scene, colour, filed_by="provider", fast=False)
    [asked, came, assigned] = _steps(appeal, 3)
    appeals.require_consent(appeal, asked)
    appeals.record_consent(appeal, came)
    appeals.assign_reviewer(appeal, assigned)
    _left(appeal, colour)


def came_late(scene: Scene, colour: str) -> None:
    """Filed after the last day; whether there is good cause is not decided yet."""
    received_at = scene.received_to_be_due(appeals.subject(fast=False), colour)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 66 * DAY, 75 * DAY))
    appeal = appeals.file_appeal(request, received_at, late=True)
    if scene.chance(0.5):
        [accepted] = _steps(appeal, 1)
        appeals.accept_late(appeal, accepted)
    _left(appeal, colour)


# ── Decided and told ────────────────────────────────────────────────────────────────────────────


def upheld(scene: Scene) -> None:
    """The denial stays; the member has a further right."""
    decided_and_told(scene, "uphold", _while_ago(scene))


def overturned(scene: Scene) -> None:
    """Given on appeal, and still to be carried out."""
    appeal = decided_and_told(scene, "overturn", scene.ago(2 * HOUR, 40 * HOUR), fast=False)
    appeal_endings.owe_carrying_out(appeal)


def overturned_in_part(scene: Scene) -> None:
    """A part of it was given, and is still to be carried out."""
    told_at = scene.ago(2 * HOUR, 40 * HOUR)
    appeal = decided_and_told(scene, "overturn_in_part", told_at, fast=False)
    appeal_endings.owe_carrying_out(appeal)


def carried_out(scene: Scene) -> None:
    """Given on appeal, and authorized within a day."""
    told_at = scene.ago(3 * DAY, 50 * DAY)
    appeal = decided_and_told(scene, "overturn", told_at, fast=False)
    [at] = scene.between(told_at, told_at + 20 * HOUR, 1)
    appeal_endings.effectuate(appeal, at)


def decided_and_told(
    scene: Scene, trigger: str, told_at: datetime, *, fast: bool | None = None
) -> Appeal:
    """An appeal of a denial, decided, with its letter gone at this instant."""
    appeal = decided(scene, trigger, told_at, fast=fast)
    appeal_endings.tell(appeal, trigger, told_at)
    return appeal


def decided(scene: Scene, trigger: str, told_at: datetime, *, fast: bool | None = None) -> Appeal:
    """The same, with the letter still to leave at that instant."""
    appeal = _past(scene, told_at, fast=fast)
    received_at = appeal.scribe.head.received_at
    signed = scene.before(told_at, _BEFORE_IT_LEFT, min(5 * HOUR, (told_at - received_at) / 2))
    [assigned] = scene.between(received_at + _SOON_AFTER, signed, 1)
    appeals.assign_reviewer(appeal, assigned)
    appeal_endings.decide(appeal, trigger, signed)
    return appeal


# ── Ended without a decision ────────────────────────────────────────────────────────────────────


def withdrawn(scene: Scene) -> None:
    """Taken back."""
    appeal = _past(scene, _while_ago(scene))
    [at] = _steps(appeal, 1)
    appeal_endings.withdraw(appeal, at)


def dismissed(scene: Scene) -> None:
    """Nothing is left to appeal."""
    told_at = _while_ago(scene)
    appeal = _past(scene, told_at)
    appeal_endings.dismiss(appeal, appeal.scribe.no_earlier(told_at - _BEFORE_IT_LEFT), told_at)


def refused_as_late(scene: Scene) -> None:
    """Filed after the last day, without good cause."""
    told_at = scene.ago(3 * DAY, 20 * DAY)
    received_at = scene.received_to_be_told(appeals.subject(fast=False), told_at)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 66 * DAY, 75 * DAY))
    appeal = appeals.file_appeal(request, received_at, late=True)
    appeals.refuse_late(appeal, appeal.scribe.no_earlier(told_at - _BEFORE_IT_LEFT), told_at)


# ── Where and when ──────────────────────────────────────────────────────────────────────────────


def _opened(
    scene: Scene, colour: str, *, filed_by: str = "member", fast: bool | None = None
) -> Appeal:
    """An appeal whose clock shows this colour, of a request denied some days before."""
    quick = scene.chance(_FAST_SHARE) if fast is None else fast
    received_at = scene.received_to_be_due(appeals.subject(fast=quick), colour)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 2 * DAY, 30 * DAY))
    appeal = appeals.file_appeal(request, received_at, fast=quick, filed_by=filed_by)
    if appeal.scribe.id % 2:
        office = request.office.name
        papers.attach(scene, appeal.scribe, papers.LETTER, at=received_at, by=office)
    return appeal


def _past(scene: Scene, told_at: datetime, *, fast: bool | None = None) -> Appeal:
    """An appeal that ends at this instant, of a request denied some days before it came."""
    quick = scene.chance(_FAST_SHARE) if fast is None else fast
    received_at = scene.received_to_be_told(appeals.subject(fast=quick), told_at)
    request = plots_decided.denied_and_told(scene, scene.before(received_at, 2 * DAY, 25 * DAY))
    return appeals.file_appeal(request, received_at, fast=quick)


def _steps(appeal: Appeal, count: int) -> list[datetime]:
    """Instants for steps before the decision is due."""
    clock = appeal.scribe.answer().clock("decision")
    end = min(appeal.scene.now, clock.due_utc) if clock else appeal.scene.now
    return appeal.scene.between(appeal.scribe.head.received_at + _SOON_AFTER, end, count)


def _while_ago(scene: Scene) -> datetime:
    return scene.ago(2 * HOUR, 45 * DAY)


def _left(appeal: Appeal, colour: str) -> None:
    if colour == OVERDUE:
        overdue.run_out(appeal.scene, appeal.scribe, appeal.scene.now)

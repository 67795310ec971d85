"""What can have become of a review outside the plan: request, appeal and review, one series.

Marketplace goes to an IRO, Medicare to the review entity, Medicaid to a State fair hearing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from casework.seed import appeal_endings, plots_appeals, review_endings, reviews
from casework.seed.reviews import Review
from casework.seed.scene import DAY, HOUR, Scene

_A_WHILE = timedelta(minutes=10)


# ── Marketplace: an IRO ─────────────────────────────────────────────────────────────────────────


def asked_for(scene: Scene) -> None:
    """Requested; the preliminary review has not begun."""
    _asked(scene, scene.ago(HOUR, 4 * DAY))


def being_checked(scene: Scene) -> None:
    """In preliminary review."""
    review = _asked(scene, scene.ago(5 * HOUR, 4 * DAY))
    reviews.start(review, _later(review))


def incomplete(scene: Scene) -> None:
    """Something is missing; the claimant may still send it."""
    review = _asked(scene, scene.ago(2 * DAY, 4 * DAY))
    _each(review, reviews.start, reviews.find_incomplete)


def completed(scene: Scene) -> None:
    """It was incomplete, and what was missing came."""
    review = _asked(scene, scene.ago(3 * DAY, 5 * DAY))
    _each(review, reviews.start, reviews.find_incomplete, reviews.perfect)


def not_eligible(scene: Scene) -> None:
    """It could not go to an IRO."""
    review = _asked(scene, scene.ago(6 * DAY, 60 * DAY))
    _each(review, reviews.start, reviews.find_ineligible)


def with_an_iro(scene: Scene) -> None:
    """Assigned; the file is still to be sent."""
    review = _asked(scene, scene.ago(3 * DAY, 6 * DAY))
    _each(review, reviews.start, reviews.find_eligible, reviews.assign_iro)


def file_is_there(scene: Scene) -> None:
    """The IRO has the file and the time to decide."""
    _sent_to_iro(scene, scene.ago(8 * DAY, 30 * DAY))


def upheld_outside(scene: Scene) -> None:
    """The body left the denial as it was."""
    review = _with_body(scene, scene.ago(25 * DAY, 45 * DAY))
    review_endings.decide(review, "uphold", _days_later(review))


def overturned_outside(scene: Scene) -> None:
    """The body gave it; the plan is to carry it out."""
    review = _with_body(scene, scene.ago(12 * DAY, 20 * DAY))
    review_endings.decide(review, "overturn", scene.ago(2 * HOUR, 20 * HOUR))


def overturned_in_part_outside(scene: Scene) -> None:
    """The body gave a part of it."""
    review = _with_body(scene, scene.ago(12 * DAY, 20 * DAY))
    review_endings.decide(review, "overturn_in_part", scene.ago(2 * HOUR, 20 * HOUR))


def carried_out_outside(scene: Scene) -> None:
    """The body gave it, and the plan carried it out."""
    review = _with_body(scene, scene.ago(25 * DAY, 45 * DAY))
    decided = _days_later(review)
    review_endings.decide(review, "overturn", decided)
    review_endings.effectuate(review, decided + 5 * HOUR)


def withdrawn(scene: Scene) -> None:
    """The claimant took it back."""
    review = _asked(scene, scene.ago(4 * DAY, 30 * DAY))
    review_endings.withdraw(review, _later(review))


def reversed_by_the_plan(scene: Scene) -> None:
    """The plan gave in while the body had the case."""
    review = _with_body(scene, scene.ago(12 * DAY, 25 * DAY))
    review_endings.terminate(review, _days_later(review))


# ── Medicare: the review entity; Medicaid: a hearing ────────────────────────────────────────────


def forwarded(scene: Scene) -> None:
    """Upheld and sent on by the plan; the file is still to leave."""
    _forwarded(scene, scene.ago(2 * HOUR, 20 * HOUR))


def before_a_hearing(scene: Scene) -> None:
    """The State has set a day for the hearing."""
    review = _asked(scene, scene.ago(6 * DAY, 20 * DAY))
    at = _later(review)
    reviews.send_file(review, at)
    hearing = (scene.now + scene.rng.randint(5, 30) * DAY).replace(hour=15, minute=0, second=0)
    reviews.schedule_hearing(review, at + HOUR, hearing)


def file_with_the_body(scene: Scene) -> None:
    """The file is with the review entity or the hearing office."""
    _with_body(scene, scene.ago(6 * DAY, 20 * DAY))


# ── Where and when ──────────────────────────────────────────────────────────────────────────────


def _asked(scene: Scene, at: datetime) -> Review:
    """A review that the member asked for then, after an appeal that was upheld before."""
    appeal = plots_appeals.decided_and_told(scene, "uphold", scene.before(at, 2 * DAY, 20 * DAY))
    return reviews.ask(appeal, at)


def _forwarded(scene: Scene, at: datetime) -> Review:
    """Upheld, sent on in the same stroke, and told then."""
    appeal = plots_appeals.decided(scene, "uphold", at)
    review = reviews.forward(appeal, appeal.scribe.last_at or at)
    appeal_endings.tell(appeal, "uphold", at)
    return review


def _with_body(scene: Scene, at: datetime) -> Review:
    """A review whose file is with its body, asked for or forwarded then."""
    if scene.line == "marketplace":
        return _sent_to_iro(scene, at)
    review = _forwarded(scene, at) if scene.line == "medicare" else _asked(scene, at)
    [sent] = scene.between(at, at + 12 * HOUR, 1)
    reviews.send_file(review, sent)
    return review


def _sent_to_iro(scene: Scene, at: datetime) -> Review:
    review = _asked(scene, at)
    _each(review, reviews.start, reviews.find_eligible, reviews.assign_iro, reviews.send_file)
    return review


def _each(review: Review, *steps: Callable[[Review, datetime], None]) -> None:
    """These steps within two days of the request."""
    asked_at = review.scribe.head.received_at
    instants = review.scene.between(asked_at + _A_WHILE, asked_at + 2 * DAY, len(steps))
    for step, at in zip(steps, instants, strict=True):
        step(review, at)


def _later(review: Review) -> datetime:
    asked_at = review.scribe.head.received_at
    [at] = review.scene.between(asked_at + _A_WHILE, asked_at + DAY, 1)
    return at


def _days_later(review: Review) -> datetime:
    start = review.scribe.last_at or review.scene.now
    [at] = review.scene.between(start + DAY, start + 12 * DAY, 1)
    return at

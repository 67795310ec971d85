"""What the demo's specialist does with reviews outside: three are given to who waits longest, one
organization is passed over, one gives a review back."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from casework.models import Case, CaseParty, Organization, ReviewOrganization
from casework.seed.living import Living, Play
from casework.services import external_file, external_reviews, review_ties

_MOST: Final = 3
# So many stay in their preliminary review.
_STAY: Final = 1


def reviews_are_given_by_turn(living: Living, now: datetime) -> None:
    """The reviews that were checked go to their organizations now, in turn."""
    living.at(now)
    refs = _checked(living)
    if not refs:
        return
    _tie(living, refs[0])
    specialist = living.of("appeals")
    for ref in refs:
        external_reviews.find_eligible(specialist, ref, None)
        external_file.assign_iro(specialist, ref, None, external_file.Giving())
    back = external_file.Giving(why="declined", reason="It has no reviewer for this field.")
    external_file.assign_iro(specialist, refs[-1], None, back)
    living.letters_leave()


def _checked(living: Living) -> list[str]:
    with living.database.reading(living.of("appeals")) as cx:
        found = cx.db.execute(
            select(Case.ref)
            .where(
                Case.kind == "external_review",
                Case.state == "in_preliminary_review",
            )
            .order_by(Case.id)
        ).scalars()
        return list(found)[_STAY : _STAY + _MOST]


def _tie(living: Living, ref: str) -> None:
    """Whoever would be next for this review is tied to the office of the case."""
    with living.database.reading(living.of("supervisor")) as cx:
        office = cx.db.execute(
            select(Organization.name)
            .join(CaseParty, CaseParty.organization_id == Organization.id)
            .join(Case, Case.id == CaseParty.case_id)
            .where(Case.ref == ref)
            .order_by(Organization.id)
            .limit(1)
        ).scalar()
        first = cx.db.execute(
            select(ReviewOrganization.id)
            .where(ReviewOrganization.body == "iro")
            .order_by(ReviewOrganization.last_assigned_at, ReviewOrganization.id)
            .limit(1)
        ).scalar_one()
    if office:
        tie = review_ties.NewTie(
            kind="organization", to=office, says="One of its reviewers works there."
        )
        review_ties.declare_tie(living.of("supervisor"), first, tie)


PLAYS: Final[tuple[Play, ...]] = (reviews_are_given_by_turn,)
CASES: Final = 0

"""The next review of a stay and a referral to care management become tasks with a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.errors import Invalid, NotAllowed, StateRefused
from casework.models import Case, Obligation
from casework.services import following, review
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission, a_town

IN_A_WEEK = (MONDAY + timedelta(days=7)).date()


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


@pytest.fixture
def stay(town) -> str:
    sent = a_submission(town, "OH-MCD", timing="concurrent")
    ref = submit_prior_auth(town.cx("Maple"), sent).ref
    review.start_review(town.cx("nurse"), ref, None)
    return ref


def _owed(town, ref: str) -> list[tuple[str, bool]]:
    with town.database.reading(town.cx("compliance")) as cx:
        rows = cx.db.execute(
            select(Obligation.kind, Obligation.done_at)
            .join(Case, Case.id == Obligation.case_id)
            .where(Case.ref == ref)
            .order_by(Obligation.id)
        )
        return [(row.kind, row.done_at is None) for row in rows]


def test_the_next_review_is_a_task_and_a_later_plan_takes_its_place(town, stay) -> None:
    nurse = town.cx("nurse")
    form = following.NextReview(on=IN_A_WEEK, days=7, what="Can he climb stairs?")
    following.plan_next_review(nurse, stay, None, form)
    assert _owed(town, stay) == [(following.REVIEW, True)]
    later = following.NextReview(on=IN_A_WEEK + timedelta(days=3), days=3)
    following.plan_next_review(nurse, stay, None, later)
    assert _owed(town, stay) == [(following.REVIEW, False), (following.REVIEW, True)]


def test_a_day_that_has_passed_and_a_request_that_is_no_stay_are_refused(town, stay) -> None:
    nurse = town.cx("nurse")
    with pytest.raises(Invalid):
        following.plan_next_review(
            nurse, stay, None, following.NextReview(on=MONDAY.date(), days=7)
        )
    with pytest.raises(Invalid):
        following.plan_next_review(nurse, stay, None, following.NextReview(on=IN_A_WEEK, days=0))
    plain = submit_prior_auth(town.cx("Maple"), a_submission(town, "OH-MCD")).ref
    with pytest.raises(StateRefused):
        following.plan_next_review(nurse, plain, None, following.NextReview(on=IN_A_WEEK, days=7))


def test_a_referral_to_care_management_is_a_task_and_the_intake_clerk_makes_none(
    town, stay
) -> None:
    form = following.CareReferral(program="transition", reason="Lives alone on the second floor.")
    following.refer_to_care(town.cx("nurse"), stay, None, form)
    assert _owed(town, stay) == [(following.CARE, True)]
    with pytest.raises(Invalid):
        following.refer_to_care(town.cx("nurse"), stay, None, following.CareReferral(reason=" "))
    with pytest.raises(NotAllowed):
        following.refer_to_care(town.cx("intake"), stay, None, form)

"""Requests unlike others: what they must say, what clock or policy they run on, how they end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import bridge
from casework.bridge import letter_dates, more_time
from casework.errors import Invalid, StateRefused
from casework.models import Case, Clock, Obligation, PriorAuth
from casework.records import occasions
from casework.records.determinations import LineRuling
from casework.services import determinations, endings, pace, review
from casework.services.intake import submit_prior_auth
from casework.submission import Occasion
from tests.builders import MONDAY, a_submission, a_town

TODAY = MONDAY.date()
AFTER = Occasion(kind="after_the_fact", why="emergency", began_on=TODAY - timedelta(days=9))
MOVED = Occasion(
    kind="continuity",
    why="new_member",
    began_on=TODAY - timedelta(days=60),
    changed_on=TODAY,
    previous="Buckeye Mutual",
)
AS_ASKED = (LineRuling(number=1, result="approved"),)
BORN = Occasion(kind="newborn", birth_date=TODAY - timedelta(days=2), intensive=True)


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def sent(town, occasion: Occasion, contract: str = "OH-MCD", **changes):
    timing = "post_service" if occasion.kind == "after_the_fact" else "pre_service"
    made = a_submission(town, contract, **({"timing": timing} | changes))
    return replace(made, occasion=occasion)


def filed(town, occasion: Occasion, contract: str = "OH-MCD", **changes) -> str:
    return submit_prior_auth(town.cx("Maple"), sent(town, occasion, contract, **changes)).ref


def rows(town, ref: str, table):
    with town.database.reading(town.cx("compliance")) as cx:
        found = select(table).join(Case, Case.id == table.case_id).where(Case.ref == ref)
        return cx.db.execute(found).scalars().all()


def case_of(town, ref: str) -> Case:
    with town.database.reading(town.cx("compliance")) as cx:
        return cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()


@pytest.mark.parametrize("occasion", [AFTER, MOVED, BORN], ids=lambda each: each.kind)
def test_what_was_said_is_kept_and_stands_on_the_case(town, occasion) -> None:
    ref = filed(town, occasion)
    [row] = rows(town, ref, PriorAuth)
    assert occasions.of(row) == occasion
    assert case_of(town, ref).about == occasion.kind
    assert bridge.subject_of(case_of(town, ref)).about == "other"
    # A request like any other keeps nothing of it.
    plain = submit_prior_auth(town.cx("Maple"), a_submission(town, "OH-MCD")).ref
    assert occasions.of(rows(town, plain, PriorAuth)[0]) is None
    assert case_of(town, plain).about == "other"


@pytest.mark.parametrize(
    ("occasion", "changes", "fields"),
    [
        (AFTER, {"timing": "pre_service"}, {"timing"}),
        (replace(AFTER, began_on=None), {}, {"occasion/began_on"}),
        (replace(AFTER, began_on=TODAY + timedelta(days=1)), {}, {"occasion/began_on"}),
        (replace(AFTER, why="new_member"), {}, {"occasion/why"}),
        (replace(AFTER, why=""), {}, {"occasion/why"}),
        (MOVED, {"timing": "post_service"}, {"timing"}),
        (replace(MOVED, changed_on=None), {}, {"occasion/changed_on"}),
        (replace(MOVED, ends_on=TODAY - timedelta(days=1)), {}, {"occasion/ends_on"}),
        (replace(MOVED, previous=" "), {}, {"occasion/previous"}),
        (replace(BORN, birth_date=None), {}, {"occasion/birth_date"}),
        (replace(BORN, birth_date=TODAY + timedelta(days=3)), {}, {"occasion/birth_date"}),
        (replace(BORN, mother_number="99999999999"), {}, {"occasion/mother_number"}),
        (replace(BORN, why="emergency"), {}, {"occasion/why"}),
    ],
)  # fmt: skip
def test_what_decides_it_must_be_said(town, occasion, changes, fields) -> None:
    with pytest.raises(Invalid) as refused:
        filed(town, occasion, **changes)
    assert set(refused.value.fields) == fields


def test_the_mother_is_found_by_her_number(town) -> None:
    ref = filed(town, replace(BORN, mother_number=town.members["OH-QHP"]))
    [row] = rows(town, ref, PriorAuth)
    assert occasions.of(row).mother_number == town.members["OH-QHP"]


def test_what_was_already_given_is_never_expedited(town) -> None:
    wish = {"priority": "expedited", "priority_reason": "It hurts.", "filed_by": "physician"}
    ref = filed(town, AFTER, **wish)
    case = case_of(town, ref)
    assert (case.priority, case.fast_track) == ("standard", False)
    form = pace.ExpediteAsk(asked_by="physician", reason="It hurts.")
    with pytest.raises(StateRefused):
        pace.request_expedite(town.cx("nurse"), ref, None, form)
    assert case_of(town, ref).fast_track is False


def test_without_a_clock_of_law_or_contract_the_plans_policy_gives_the_time_and_says_so(
    town,
) -> None:
    ref = filed(town, AFTER)
    assert [clock.name for clock in rows(town, ref, Clock) if clock.name == "decision"] == []
    [task] = rows(town, ref, Obligation)
    assert task.kind == occasions.TASK
    assert "30 days are the plan's policy" in task.says
    assert task.due_at.date() == date(2027, 4, 1)  # 11:59 pm of March 31 in Ohio
    assert task.citation == ""


def test_where_a_contract_follows_the_law_its_clock_runs_and_no_policy(town) -> None:
    ref = filed(town, AFTER, "MA-2026")
    [clock] = [each for each in rows(town, ref, Clock) if each.name == "decision"]
    assert clock.rule == "MA-OD-PAY"
    assert rows(town, ref, Obligation) == []


def test_the_policys_task_ends_with_the_decision_and_with_a_withdrawal(town) -> None:
    approved, gone = filed(town, AFTER), filed(town, AFTER)
    review.start_review(town.cx("nurse"), approved, None)
    determinations.approve(town.cx("nurse"), approved, None, determinations.Ruling(lines=AS_ASKED))
    form = endings.Withdrawal(reason="The claim was paid.", asked_by="Dr. Maple")
    endings.withdraw(town.cx("intake"), gone, None, form)
    for ref in (approved, gone):
        assert [row.done_at is not None for row in rows(town, ref, Obligation)] == [True]


@pytest.mark.parametrize(
    ("line", "why", "rests_on"),
    [
        ("medicare", "new_member", "at least 90 days: 42 CFR 422.112(b)(8)(i)(B)"),
        ("marketplace", "provider_left", "at least 90 days: 42 U.S.C. 300gg-113(a)"),
        ("marketplace", "new_member", "the plan's policy"),
        ("medicare", "provider_left", "the plan's policy"),
        ("medicaid", "new_member", f"the plan's policy; {occasions.STATE_DECIDES}"),
    ],
)  # fmt: skip
def test_a_transition_runs_ninety_days_and_says_what_it_rests_on(line, why, rests_on) -> None:
    found = occasions.transition(replace(MOVED, why=why), line)
    assert (found.ends_on, found.asked, found.rests_on) == (
        TODAY + timedelta(days=90),
        False,
        rests_on,
    )


def test_who_asks_for_less_than_the_law_gives_still_gets_it() -> None:
    early, late = TODAY + timedelta(days=30), TODAY + timedelta(days=120)
    less = occasions.transition(replace(MOVED, ends_on=early), "medicare")
    assert (less.ends_on, less.asked) == (TODAY + timedelta(days=90), False)
    more = occasions.transition(replace(MOVED, ends_on=late), "medicare")
    assert (more.ends_on, more.asked) == (late, True)
    policy = occasions.transition(replace(MOVED, ends_on=early), "medicaid")
    assert (policy.ends_on, policy.asked) == (early, True)
    assert occasions.transition(AFTER, "medicare") is None


def test_the_acknowledgement_of_what_was_already_given_names_the_plans_day(town) -> None:
    ref = filed(town, AFTER)
    case = case_of(town, ref)
    with town.database.reading(town.cx("compliance")) as cx:
        dates = letter_dates.dates_of(
            bridge.contract_of(cx, case.contract_version_id),
            bridge.subject_of(case),
            more_time.history(cx, case.id),
            notice_kind="",
            at=MONDAY,
            issued_on=TODAY,
            info_due_at=None,
        )
    assert dates.decide_by.on == date(2027, 3, 31)

"""Who is proposed as the reviewer of an appeal, who may not be, and what becomes of a choice when
the house changes afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, delete, select, update

from casework.errors import Invalid, StateRefused
from casework.models import (
    Absence,
    Case,
    Licence,
    Obligation,
    Practitioner,
    ReportingLine,
    User,
)
from casework.records import candidates, obligations
from casework.second_look import look_again_all
from casework.services import appeal_review, endings, organization
from casework.services.operations import move_time
from casework.services.organization import NewAbsence, NewLine
from tests.builders import MONDAY
from tests.services import stages
from tests.services.house import a_house
from tests.services.rows import change

TODAY = MONDAY.date()
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(autouse=True)
def as_it_was(house, settings):
    """What a test does to the chart, the licences and the absences is undone after it."""
    yield
    since = date(2020, 1, 1)
    kept = {(house.user("junior"), house.user("physician"))}
    kept.add((house.user("nurse"), house.user("supervisor")))
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(delete(Absence))
        owner.execute(delete(ReportingLine))
        for user, manager in kept:
            line = {"user_id": user, "manager_id": manager, "starts_on": since}
            owner.execute(ReportingLine.__table__.insert().values(**line))
        owner.execute(update(Licence).values(ends_on=None, restricted=False))
    engine.dispose()


def judged(house, ref: str, who: str = "ag_specialist", now=MONDAY) -> dict:
    """The candidates by the name that the house has for them, the best first."""
    names = {house.user(name): name for name in (*house.town.users, *house.extra)}
    with house.town.database.reading(house.cx(who, now)) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        return {names[each.id]: each for each in candidates.candidates(cx, case)}


def sentences(candidate) -> str:
    return " ".join(f"{each.sentence} {each.citation}" for each in candidate.reasons)


def under(house, who: str, manager: str, on: date = TODAY) -> None:
    form = NewLine(
        user_id=house.user(who), manager_id=house.user(manager), effective_on=on, reason="Moved."
    )
    organization.change_line(house.cx("admin"), form)


def tasks(house, ref: str) -> list[Obligation]:
    return [
        each
        for each in stages.look(house, ref).owed
        if each.kind == obligations.OTHER_REVIEWER and each.done_at is None
    ]


# ── Everybody with reasons ──────────────────────────────────────────────────────────────────────


def test_everybody_is_shown_with_each_reason_and_its_law(house) -> None:
    found = judged(house, stages.an_appeal(house))
    assert set(found) == {"physician", "physician2", "ag_clinician", "junior", "guardian"}
    assert "took part in an earlier decision" in sentences(found["physician"])
    assert "42 CFR 438.406(b)(2)(i)" in sentences(found["physician"])
    assert "subordinate" in sentences(found["junior"])
    assert {who for who, each in found.items() if each.may} == {
        "physician2",
        "ag_clinician",
        "guardian",
    }
    assert [each.may for each in found.values()] == [True] * 3 + [False] * 2


def test_the_page_and_the_command_agree_on_everybody(house) -> None:
    ref = stages.an_appeal(house)
    for who, each in judged(house, ref).items():
        form = appeal_review.Assignment(reviewer_id=house.user(who), expertise=True)
        given = house.cx("ag_specialist")
        if each.may:
            assert appeal_review.assign_reviewer(given, ref, None, form).state == "in_review"
        else:
            with pytest.raises(StateRefused) as refused:
                appeal_review.assign_reviewer(given, ref, None, form)
            assert refused.value.sentence in [reason.sentence for reason in each.reasons]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ends_on": TODAY - DAY}, "licence"),
        ({"restricted": True}, "licence"),
        ({"kind": "RN"}, "clinician"),
    ],
)
def test_a_licence_that_does_not_serve_keeps_somebody_out(house, settings, values, said) -> None:
    ref = stages.an_appeal(house)
    mine = Licence.user_id == house.user("ag_clinician")
    change(settings, update(Licence).where(mine).values(**values))
    try:
        found = judged(house, ref)["ag_clinician"]
    finally:
        change(settings, update(Licence).where(mine).values(kind="MD"))
    assert not found.may
    assert said in sentences(found)
    assert "42 CFR 438.406(b)(2)(ii)" in sentences(found)


def test_a_licence_that_ends_before_the_decision_is_due_is_a_warning(house, settings) -> None:
    ref = stages.an_appeal(house)
    mine = Licence.user_id == house.user("ag_clinician")
    change(settings, update(Licence).where(mine).values(ends_on=TODAY + 3 * DAY))
    found = judged(house, ref)
    assert found["ag_clinician"].may
    assert "licence ends on March 4, 2027" in found["ag_clinician"].notes[0]
    assert [who for who, each in found.items() if each.may][-1] == "ag_clinician"


def test_who_asked_for_the_service_himself_may_not(house, settings) -> None:
    """A conflict of interest: our clinician is the doctor who ordered it."""
    ref = stages.an_appeal(house)
    mine = Licence.user_id == house.user("ag_clinician")
    with house.town.database.reading(house.cx("system")) as cx:
        asked = cx.db.execute(
            select(Practitioner.id).where(Practitioner.npi == house.town.npi["Dr. Maple"])
        ).scalar_one()
    change(settings, update(Licence).where(mine).values(practitioner_id=asked))
    try:
        assert "asked for the service" in sentences(judged(house, ref)["ag_clinician"])
        with pytest.raises(StateRefused, match="asked for the service"):
            stages.give(house, ref)
        stages.give(house, ref, "guardian")
        with pytest.raises(StateRefused, match="asked for the service"):
            stages.decide(house, ref, "overturn", who="ag_clinician")
    finally:
        change(settings, update(Licence).where(mine).values(practitioner_id=None))


def test_who_is_away_until_after_the_due_is_not_chosen(house) -> None:
    ref = stages.an_appeal(house)
    long, short = TODAY + 90 * DAY, TODAY + 2 * DAY
    for who, until in (("ag_clinician", long), ("guardian", short)):
        form = NewAbsence(user_id=house.user(who), starts_on=TODAY, ends_on=until)
        organization.note_absence(house.cx("admin"), form)
    found = judged(house, ref)
    assert "Away until May 30, 2027" in sentences(found["ag_clinician"])
    assert found["guardian"].may
    assert "back before it is due" in found["guardian"].notes[0]
    with pytest.raises(Invalid) as refused:
        stages.give(house, ref)
    assert "Away until May 30, 2027" in refused.value.fields["reviewer_id"]
    assert stages.give(house, ref, "guardian").state == "in_review"


def test_a_restricted_case_is_for_those_who_may_see_it(house, settings) -> None:
    ref = stages.an_appeal(house)
    change(settings, update(Case).where(Case.ref == ref).values(restricted=True))
    found = judged(house, ref, "keeper")
    assert {who for who, each in found.items() if each.may} == {"guardian"}
    assert "restricted" in sentences(found["ag_clinician"])


def test_the_least_loaded_of_the_same_field_is_proposed(house, settings) -> None:
    ref = stages.an_appeal(house)
    change(settings, update(Practitioner).values(specialty="Neurology"))
    found = judged(house, ref)
    assert next(iter(found)) == "guardian"
    assert found["guardian"].field
    assert not found["ag_clinician"].field
    for _ in range(2):
        stages.give(house, stages.an_appeal(house), "physician2")
    found = judged(house, ref)
    assert found["physician2"].load >= 2
    assert found["physician2"].next_due_at is not None


# ── What changes afterwards ─────────────────────────────────────────────────────────────────────


def test_a_chart_that_makes_the_reviewer_dependent_blocks_him_and_makes_a_task(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    assert look_again_all(house.town.database) == 0
    under(house, "ag_clinician", "physician")
    with pytest.raises(StateRefused, match="subordinate") as refused:
        stages.decide(house, ref, "overturn")
    assert refused.value.citation == "42 CFR 438.406(b)(2)(i)"
    assert look_again_all(house.town.database) >= 1
    [task] = tasks(house, ref)
    assert "Choose another reviewer" in task.says
    assert "subordinate" in task.says
    assert task.owner_id != house.user("ag_clinician")
    assert task.owner_role == "ag_specialist"
    assert task.due_at > MONDAY
    assert stages.look(house, ref).happened[-1] == "reviewer_doubted"
    assert look_again_all(house.town.database) == 0, "once is enough"
    stages.give(house, ref, "guardian")
    assert not tasks(house, ref)
    assert stages.decide(house, ref, "overturn", who="guardian").state == "overturned"


def test_a_change_of_tomorrow_makes_its_task_tomorrow(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    under(house, "ag_clinician", "physician", TODAY + DAY)
    assert look_again_all(house.town.database) == 0
    assert not tasks(house, ref)
    with pytest.raises(StateRefused, match="subordinate"):
        stages.decide(house, ref, "overturn", now=MONDAY + DAY)
    assert stages.decide(house, ref, "overturn").state == "overturned"


def test_the_task_ends_by_itself_when_the_chart_is_put_right(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    under(house, "ag_clinician", "physician")
    look_again_all(house.town.database)
    assert tasks(house, ref)
    line = NewLine(
        user_id=house.user("ag_clinician"), manager_id=None, effective_on=TODAY, reason="Wrong."
    )
    organization.change_line(house.cx("admin"), line)
    look_again_all(house.town.database)
    assert not tasks(house, ref)
    under(house, "ag_clinician", "physician")
    look_again_all(house.town.database)
    assert tasks(house, ref), "and comes again with the doubt"


def test_the_task_of_an_appeal_that_is_withdrawn_ends(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    under(house, "ag_clinician", "physician")
    look_again_all(house.town.database)
    form = endings.Withdrawal(reason="It is settled.", asked_by="member")
    endings.withdraw(house.member("OH-MCD"), ref, None, form)
    look_again_all(house.town.database)
    assert not tasks(house, ref)
    assert not stages.look(house, ref).case.open


def test_where_the_contract_checks_no_subordinates_no_task_is_made(house) -> None:
    ref = stages.a_reviewed_appeal(house, "OH-MA")
    under(house, "ag_clinician", "physician")
    look_again_all(house.town.database)
    assert bool(tasks(house, ref)) == (not _may_decide(house, ref))


def _may_decide(house, ref: str) -> bool:
    return judged(house, ref)["ag_clinician"].may


def test_who_left_is_no_candidate(house, settings) -> None:
    ref = stages.an_appeal(house)
    mine = User.id == house.user("guardian")
    change(settings, update(User).where(mine).values(active=False))
    try:
        assert "guardian" not in judged(house, ref)
    finally:
        change(settings, update(User).where(mine).values(active=True))

"""Corrective actions: owed by a person until a proof, also when the complaint is answered."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.integrity.corrections import overdue
from casework.models import CorrectiveAction, Obligation
from casework.queries import case_file, corrections
from casework.queries.corrections import Wanted
from casework.records.corrective import PREFIX
from casework.services import corrective_actions, desk, endings, grievance_findings, grievances
from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services import stages
from tests.services.house import a_house

MCD = "OH-MCD-2026"
FRIDAY = date(2027, 3, 5)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def taken_up(house, contract=MCD, **said) -> str:
    ref = stages.a_grievance(house, contract, **said)
    grievances.start_investigation(house.cx("ag_specialist"), ref, None)
    return ref


def opened(house, ref, *, owner="supervisor", who="ag_specialist", now=MONDAY, **changes) -> int:
    """A corrective action on this complaint; its number."""
    form = corrective_actions.NewAction(
        what="Two more people answer on Mondays.", owner_id=house.user(owner), due_on=FRIDAY
    )
    done = corrective_actions.open_corrective_action(
        house.cx(who, now), ref, None, stages.replace(form, **changes)
    )
    return int(done.made["corrective action"])


def prove(house, ref, number, *, proof="Roster of March 4, page 2.", who="supervisor", now=MONDAY):
    form = corrective_actions.ActionProven(action_id=number, proof=proof)
    return corrective_actions.complete_corrective_action(house.cx(who, now), ref, None, form)


def listed(house, who="supervisor", now=MONDAY, **wanted):
    with house.town.database.reading(house.cx(who, now)) as cx:
        return corrections.listed(cx, Wanted(**wanted)).rows


def owed(house, number):
    with house.town.database.reading(house.cx("system")) as cx:
        return cx.db.execute(
            select(Obligation).where(Obligation.kind == f"{PREFIX}{number}")
        ).scalar_one()


def test_it_is_owed_by_its_owner_by_the_end_of_the_day(house) -> None:
    ref = taken_up(house)
    number = opened(house, ref, issue=1)
    task = owed(house, number)
    assert task.owner_id == house.user("supervisor")
    assert task.due_at.isoformat() == "2027-03-06T04:59:59+00:00"
    [row] = [each for each in listed(house) if each.id == number]
    assert (row.ref, row.what, row.due_on, row.issue) == (
        ref,
        "Two more people answer on Mondays.",
        FRIDAY,
        1,
    )
    assert "Two more" not in stages.look(house, ref).events[-1].facts


def test_answering_the_complaint_does_not_end_it(house) -> None:
    ref = taken_up(house)
    number = opened(house, ref)
    answer = grievance_findings.Answer(
        findings="The line was busy.", outcome="substantiated", corrective_action="More people."
    )
    grievance_findings.resolve(house.cx("ag_specialist"), ref, None, answer)
    stages.post(house)
    sight = stages.look(house, ref)
    assert sight.case.state == "resolved"
    assert all(each.state in ("met", "closed") for each in sight.clocks.values())
    assert sight.case.open  # it stays on a list until the proof is there
    assert [each.id for each in listed(house) if each.ref == ref] == [number]
    prove(house, ref, number)
    sight = stages.look(house, ref)
    assert not sight.case.open
    assert owed(house, number).done_at == MONDAY
    [row] = [each for each in listed(house, view="done") if each.ref == ref]
    assert (row.proof, row.done_on) == ("Roster of March 4, page 2.", MONDAY.date())


def test_a_withdrawn_complaint_keeps_its_corrective_action(house) -> None:
    ref = taken_up(house)
    number = opened(house, ref)
    endings.withdraw(house.member(MCD), ref, None, endings.Withdrawal())
    assert number in {each.id for each in listed(house)}


def test_done_means_proven_and_only_once(house) -> None:
    ref = taken_up(house)
    number = opened(house, ref)
    with pytest.raises(Invalid, match="promise"):
        prove(house, ref, number, proof="  ")
    task = desk.Settlement(obligation_id=owed(house, number).id, how="I say so.")
    with pytest.raises(StateRefused, match="what proves it"):
        desk.settle_obligation(house.cx("supervisor"), ref, None, task)
    prove(house, ref, number)
    with pytest.raises(StateRefused, match="done already"):
        prove(house, ref, number)


def test_it_moves_with_a_reason_and_the_number_of_moves_stays(house) -> None:
    ref = taken_up(house)
    number = opened(house, ref)
    form = corrective_actions.ActionMoved(
        action_id=number,
        owner_id=house.user("nurse"),
        due_on=FRIDAY + timedelta(days=7),
        reason="The roster is made next week.",
    )
    corrective_actions.move_corrective_action(house.cx("ag_specialist"), ref, None, form)
    task = owed(house, number)
    assert (task.owner_id, task.due_at.date()) == (house.user("nurse"), date(2027, 3, 13))
    [row] = [each for each in listed(house, owner_id=house.user("nurse")) if each.id == number]
    assert row.moves == 1
    for bad in ({"reason": " "}, {"owner_id": None, "due_on": None}):
        with pytest.raises(Invalid):
            corrective_actions.move_corrective_action(
                house.cx("ag_specialist"), ref, None, stages.replace(form, **bad)
            )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": " "}, "what"),
        ({"due_on": date(2027, 2, 28)}, "due_on"),
        ({"issue": 9}, "issue"),
        ({"owner": "intake"}, "owner_id"),
    ],
)
def test_a_fault_is_told_at_its_field(house, changes, field) -> None:
    ref = taken_up(house)
    with pytest.raises(Invalid) as refused:
        opened(house, ref, **changes)
    assert set(refused.value.fields) == {field}


def test_who_may_open_and_see_them(house) -> None:
    ref = taken_up(house)
    for who in ("nurse", "intake", "compliance"):
        with pytest.raises(NotAllowed):
            opened(house, ref, who=who)
    number = opened(house, ref)
    with house.town.database.reading(house.member(MCD)) as cx:
        rows = cx.db.execute(select(CorrectiveAction.id)).all()
    assert rows == []
    other = taken_up(house)
    with pytest.raises(NotFound):
        prove(house, other, number)


def test_past_its_day_it_alarms_until_it_is_proven(house) -> None:
    ref = taken_up(house)
    number = opened(house, ref)
    case_id = stages.look(house, ref).case.id
    late = MONDAY + timedelta(days=6)

    def alarms(now):
        with house.town.database.reading(house.cx("system", now)) as cx:
            return [each.code for each in overdue(cx, [case_id])]

    assert alarms(MONDAY) == []
    assert alarms(late) == ["correction_overdue"]
    assert number in {each.id for each in listed(house, now=late, view="overdue")}
    prove(house, ref, number, now=late)
    assert alarms(late) == []


def test_the_list_comes_by_cursor_filters_and_counts(house) -> None:
    ref = taken_up(house, "OH-QHP", category="access.transport")
    numbers = [opened(house, ref, due_on=FRIDAY + timedelta(days=n)) for n in range(5)]
    with house.town.database.reading(house.cx("compliance")) as cx:
        wanted = Wanted(contract="OH-QHP", category="access")
        seen, after = [], None
        while True:
            page = corrections.listed(cx, wanted, after=after, limit=2)
            seen += [each.id for each in page.rows]
            after = page.next_after
            if after is None:
                break
        assert seen == numbers
        assert [each.id for each in corrections.every(cx, wanted)] == numbers
        assert corrections.counts(cx, wanted) == {"open": 5, "overdue": 0, "done": 0}
        assert corrections.counts(cx, Wanted(contract="OH-QHP", category="billing"))["open"] == 0
        file = case_file.case_file(cx, ref)
        assert [each.id for each in corrections.actions_of(cx, file)] == numbers

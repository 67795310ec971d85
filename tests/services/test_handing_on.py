"""The ladder among people: whom a step calls, "I have it", and where it goes if nobody says so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, insert, select, update

from casework.errors import Invalid, NotAllowed, StateRefused
from casework.handing_on import hand_on_all
from casework.models import Case, CaseEvent, Escalation, ReportingLine, StaffNotice, User
from casework.queries import escalations as questions
from casework.services import desk
from casework.services.clocks import sweep_batch, sweep_case
from casework.services.endings import Withdrawal, withdraw
from casework.services.escalations import (
    Acknowledgement,
    ByHand,
    acknowledge_escalation,
    escalate,
)
from casework.services.handing_on import hand_on_batch
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission, a_town
from tests.services.rows import change

# Half of the fourteen days of OH-MCD is over on 8 March 2027 at 5 in the afternoon, Ohio; an hour
# clock of 72 hours is half over after a day and a half.
HALF = datetime(2027, 3, 8, 21, 59, 59, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def a_case(town, contract: str = "OH-MCD", *, to: str = "nurse", **changes) -> str:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town, contract, **changes)).ref
    if to:
        form = desk.Handing(user_id=town.users[to])
        desk.assign(town.cx("supervisor"), ref, None, form)
    return ref


def rows(town, table, ref: str) -> list:
    with town.database.reading(town.cx("system")) as cx:
        case_id = select(Case.id).where(Case.ref == ref).scalar_subquery()
        return list(
            cx.db.execute(
                select(table)
                .where(table.case_id == case_id)
                .order_by(*table.__mapper__.primary_key)
            ).scalars()
        )


def fire(town, ref: str, at: datetime) -> Escalation:
    """Let the ladder of this case fire at this instant; returns the escalation that it opened."""
    [case] = {e.case_id for e in rows(town, CaseEvent, ref)}
    sweep_case(town.cx("system", at), case)
    return rows(town, Escalation, ref)[-1]


def goes_on(town, at: datetime) -> int:
    return hand_on_batch(town.cx("system", at)).handed_on


def told(town, ref: str) -> list[tuple[str, int | None]]:
    return [(n.code, n.user_id) for n in rows(town, StaffNotice, ref)]


def answer(town, who: str, ref: str, step: Escalation, at: datetime, said: str = "I call them."):
    form = Acknowledgement(escalation_id=step.id, answer=said)
    return acknowledge_escalation(town.cx(who, at), ref, None, form)


def events(town, ref: str, name: str) -> list:
    return [e for e in rows(town, CaseEvent, ref) if e.event == name]


# ── Handed on ───────────────────────────────────────────────────────────────────────────────────


def test_what_nobody_answers_goes_from_the_nurse_to_the_lead_to_compliance_and_stays(town) -> None:
    """Nobody leads the only supervisor and there is no second one: that rung is skipped."""
    ref = a_case(town)
    step = fire(town, ref, HALF)
    nurse, lead, compliance = (town.users[n] for n in ("nurse", "supervisor", "compliance"))
    assert (step.step, step.owner_id, step.rung) == ("50", nurse, 0)
    morning = datetime(2027, 3, 9, 12, tzinfo=UTC)  # four hours later it is 9 pm: 7 am instead
    assert step.hand_on_at == morning
    goes_on(town, morning - timedelta(seconds=1))
    assert rows(town, Escalation, ref)[0].rung == 0
    goes_on(town, morning)
    [step] = rows(town, Escalation, ref)
    assert (step.owner_id, step.rung, step.owner_role) == (lead, 1, "supervisor")
    assert step.hand_on_at == morning + 8 * HOUR
    goes_on(town, morning)
    goes_on(town, morning + 9 * HOUR)
    [step] = rows(town, Escalation, ref)
    assert (step.owner_id, step.rung, step.hand_on_at) == (compliance, 3, None)
    goes_on(town, morning + timedelta(days=90))
    assert told(town, ref) == [("clock_50", nurse), ("handed_on", lead), ("handed_on", compliance)]
    assert {n.escalation_id for n in rows(town, StaffNotice, ref)} == {step.id}
    assert len(events(town, ref, "escalation_handed_on")) == 2
    assert "supervisor" not in events(town, ref, "escalation_handed_on")[0].facts


def test_a_hundred_sweeps_hand_it_on_once_each(town) -> None:
    ref = a_case(town)
    step = fire(town, ref, HALF)
    for minute in range(0, 2 * 24 * 60, 60):
        goes_on(town, step.hand_on_at + timedelta(minutes=minute))
    assert [code for code, _ in told(town, ref)] == ["clock_50", "handed_on", "handed_on"]


def test_an_hour_clock_goes_on_by_night_and_within_minutes(town) -> None:
    ref = a_case(town, priority="expedited")
    night = MONDAY + timedelta(hours=37)  # 11 pm in Ohio
    step = fire(town, ref, night)
    assert step.step == "50"
    assert step.hand_on_at == night + timedelta(minutes=15)
    assert goes_on(town, night + timedelta(minutes=15)) == 1
    [step] = rows(town, Escalation, ref)
    assert step.owner_id == town.users["supervisor"]
    assert step.hand_on_at == night + timedelta(minutes=45)


def test_each_contract_climbs_its_own_ladder(town) -> None:
    ref = a_case(town, "MA-2026")
    for day in range(9):
        for hour in range(0, 24, 2):
            while sweep_batch(town.cx("system", MONDAY + timedelta(days=day, hours=hour))).cases:
                pass
    assert [e.step for e in rows(town, Escalation, ref)] == ["75", "90", "100"]
    without = a_case(town, "OH-QHP")  # no director there, and no quiet hours
    step = fire(town, without, MONDAY + timedelta(days=16))
    assert (step.step, step.rung) == ("100", 1)
    assert step.hand_on_at == step.opened_at + 12 * HOUR


def test_the_director_leads_the_lead_or_is_another_supervisor(town, settings) -> None:
    second = town.users["nurse2"]
    line = {
        "user_id": town.users["supervisor"],
        "manager_id": second,
        "starts_on": date(2020, 1, 1),
    }
    change(settings, insert(ReportingLine).values(**line))
    ref = a_case(town)
    step = fire(town, ref, HALF)
    goes_on(town, step.hand_on_at)
    goes_on(town, step.hand_on_at + 30 * HOUR)
    [step] = rows(town, Escalation, ref)
    assert (step.owner_id, step.rung) == (second, 2)
    goes_on(town, step.hand_on_at)
    assert rows(town, Escalation, ref)[0].owner_id == town.users["compliance"]
    ended = update(ReportingLine).where(ReportingLine.manager_id == second)
    change(settings, ended.values(ends_on=date(2026, 12, 31)))
    ref = a_case(town)  # that line has ended: nobody is called by it
    step = fire(town, ref, HALF)
    goes_on(town, step.hand_on_at)
    goes_on(town, step.hand_on_at + 30 * HOUR)
    assert rows(town, Escalation, ref)[0].owner_id == town.users["compliance"]


def test_whoever_left_is_skipped(town, settings) -> None:
    nurse = update(User).where(User.id == town.users["nurse"])
    ref = a_case(town)
    change(settings, nurse.values(left_on=date(2027, 3, 5)))
    try:
        step = fire(town, ref, HALF)
        assert step.owner_id == town.users["nurse2"]
    finally:
        change(settings, nurse.values(left_on=None))
    lead = update(User).where(User.id == town.users["supervisor"])
    change(settings, lead.values(active=False))
    try:
        assert goes_on(town, step.hand_on_at) >= 1
        assert rows(town, Escalation, ref)[0].owner_id == town.users["compliance"]
    finally:
        change(settings, lead.values(active=True))


def test_a_restricted_case_calls_only_who_may_see_it(town, settings) -> None:
    ref = a_case(town)
    change(settings, update(Case).where(Case.ref == ref).values(restricted=True))
    step = fire(town, ref, HALF)
    assert step.owner_id == town.users["compliance"]


def test_a_case_that_is_over_is_handed_on_no_more(town) -> None:
    ref = a_case(town)
    step = fire(town, ref, HALF)
    withdraw(town.cx("Maple", HALF + HOUR), ref, None, Withdrawal(reason="Not needed."))
    goes_on(town, step.hand_on_at + HOUR)
    [step] = rows(town, Escalation, ref)
    assert step.owner_id == town.users["nurse"]
    assert step.ended_at == HALF + HOUR
    assert step.hand_on_at is None


def test_a_later_step_takes_over_from_the_earlier_one(town) -> None:
    ref = a_case(town)
    first = fire(town, ref, HALF)
    late = HALF + timedelta(days=4)
    second = fire(town, ref, late)
    assert second.step == "75"
    earlier = rows(town, Escalation, ref)[0]
    assert (earlier.id, earlier.ended_at, earlier.hand_on_at) == (first.id, late, None)
    with pytest.raises(StateRefused, match="later step"):
        answer(town, "nurse", ref, first, late + HOUR)


def test_one_broken_case_stops_no_other(town, monkeypatch) -> None:
    broken, sound = a_case(town), a_case(town)
    for ref in (broken, sound):
        fire(town, ref, HALF)
    change_owner = update(Escalation).where(
        Escalation.case_id == rows(town, CaseEvent, broken)[0].case_id
    )
    engine = create_engine(town.database.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(change_owner.values(rung=9))  # no such rung
    monkeypatch.setattr(type(town.database), "case_now", lambda _self: HALF + timedelta(days=2))
    assert hand_on_all(town.database) >= 1
    assert rows(town, Escalation, sound)[0].rung == 1
    with engine.begin() as connection:
        connection.execute(change_owner.values(rung=0, hand_on_at=None))
    engine.dispose()


# ── "I have it" ─────────────────────────────────────────────────────────────────────────────────


def test_whoever_has_it_says_so_and_nobody_else_is_called(town) -> None:
    ref = a_case(town)
    step = fire(town, ref, HALF)
    with pytest.raises(Invalid) as refused:
        answer(town, "nurse", ref, step, HALF + HOUR, said="  ")
    assert "answer" in refused.value.fields
    answer(town, "nurse", ref, step, HALF + HOUR, said="I call Dr. Maple now.")
    [step] = rows(town, Escalation, ref)
    assert (step.answer, step.hand_on_at) == ("I call Dr. Maple now.", None)
    assert step.acknowledged_by_id == town.users["nurse"]
    answer(town, "supervisor", ref, step, HALF + 2 * HOUR, said="Me too.")  # twice is harmless
    [again] = rows(town, Escalation, ref)
    assert again.answer == step.answer
    [event] = events(town, ref, "escalation_acknowledged")
    assert event.actor_name == "Nora Nurse"
    assert b"Maple" not in event.body_ct  # the sentence is sealed in the chain
    goes_on(town, HALF + timedelta(days=3))
    assert rows(town, Escalation, ref)[0].owner_id == town.users["nurse"]


def test_only_the_owner_or_somebody_above_can_say_it(town) -> None:
    ref = a_case(town)
    step = fire(town, ref, HALF)
    with pytest.raises(NotAllowed, match="with Nora Nurse"):
        answer(town, "nurse2", ref, step, HALF)
    for who in ("supervisor", "compliance"):
        other = a_case(town)
        opened = fire(town, other, HALF)
        answer(town, who, other, opened, HALF)
        assert rows(town, Escalation, other)[0].acknowledged_by_id == town.users[who]
    goes_on(town, step.hand_on_at)
    with pytest.raises(NotAllowed, match="with Sam Supervisor"):
        answer(town, "nurse", ref, step, step.hand_on_at)


def test_a_step_that_calls_a_role_is_answered_by_anybody_of_it(town, settings) -> None:
    lead = update(User).where(User.id == town.users["supervisor"])
    compliance = update(User).where(User.id == town.users["compliance"])
    change(settings, lead.values(active=False), compliance.values(active=False))
    ref = a_case(town, to="")
    step = fire(town, ref, HALF + timedelta(days=4))
    change(settings, lead.values(active=True), compliance.values(active=True))
    assert (step.step, step.owner_id, step.owner_role) == ("75", None, "supervisor")
    with pytest.raises(NotAllowed):
        answer(town, "nurse", ref, step, HALF)
    answer(town, "supervisor", ref, step, HALF)


def test_by_hand_it_gets_the_number_that_the_end_keeps(town) -> None:
    ref = a_case(town)
    early = MONDAY + HOUR
    made = escalate(town.cx("nurse", early), ref, None, ByHand(reason="The member is in pain."))
    number = made.made["escalation"]
    [step] = rows(town, Escalation, ref)
    assert (step.step, step.ref, step.owner_id) == ("hand", number, town.users["supervisor"])
    assert step.hand_on_at == early + 8 * HOUR
    end = fire(town, ref, MONDAY + timedelta(days=16))
    assert (end.step, end.ref) == ("100", "")
    with town.database.reading(town.cx("supervisor", end.opened_at)) as cx:
        assert questions.by_number(cx, number.lower()) == (ref, end.id)
        newest, earlier = questions.of_case(cx, end.case_id)
        assert {newest.number, earlier.number} == {number}
        assert newest.standing
        assert not earlier.standing


# ── What people see ─────────────────────────────────────────────────────────────────────────────


def test_a_list_says_what_happens_next_and_comes_by_cursor(town) -> None:
    refs = [a_case(town) for _ in range(3)]
    steps = {ref: fire(town, ref, HALF) for ref in refs}
    with town.database.reading(town.cx("nurse", HALF)) as cx:
        mine = {row.ref: row for row in questions.listed(cx, "mine", limit=100).rows}
        pages, after = [], None
        while True:
            page = questions.listed(cx, "mine", after=after, limit=2)
            pages += [row.id for row in page.rows]
            after = page.next_after
            if after is None:
                break
        assert questions.counts(cx)["mine"] == len(mine)
    assert sorted(pages) == sorted(row.id for row in mine.values())
    assert len(pages) == len(set(pages))
    row = mine[refs[0]]
    assert (row.goes_to, row.goes_at) == ("Sam Supervisor", steps[refs[0]].hand_on_at)
    assert row.may_answer
    answer(town, "nurse", refs[0], steps[refs[0]], HALF)
    with town.database.reading(town.cx("supervisor", HALF)) as cx:
        [held] = [r for r in questions.listed(cx, "answered", limit=100).rows if r.ref == refs[0]]
        assert (held.answered_by, held.answer) == ("Nora Nurse", "I call them.")
        assert refs[0] not in {r.ref for r in questions.listed(cx, "open", limit=100).rows}
    with town.database.reading(town.cx("Maple", HALF)) as cx:
        assert questions.of_case(cx, steps[refs[0]].case_id)[0].may_answer is False


def test_what_somebody_has_comes_back_once_unless_its_clock_is_kept(town) -> None:
    ref, kept = a_case(town), a_case(town)
    step, other = fire(town, ref, HALF), fire(town, kept, HALF)
    said_at = HALF + HOUR
    answer(town, "nurse", ref, step, said_at, "I call the office.")
    answer(town, "nurse", kept, other, said_at, "I call them.")
    back_at = rows(town, Escalation, ref)[0].returns_at
    # A day later, and not in the quiet hours of the evening.
    assert back_at >= said_at + timedelta(days=1)
    withdraw(town.cx("Maple", said_at + HOUR), kept, None, Withdrawal(reason="No need."))
    assert rows(town, Escalation, kept)[0].returns_at is None
    with town.database.reading(town.cx("nurse", said_at)) as cx:
        [seen] = [each for each in questions.listed(cx, "answered").rows if each.ref == ref]
        assert seen.returns_at == back_at
    hand_on_batch(town.cx("system", back_at - timedelta(seconds=1)))
    assert rows(town, Escalation, ref)[0].acknowledged_at == said_at
    assert hand_on_batch(town.cx("system", back_at)).came_back >= 1
    assert hand_on_batch(town.cx("system", back_at)).came_back == 0
    [row] = rows(town, Escalation, ref)
    assert (row.acknowledged_at, row.returned_at, row.returns_at) == (None, back_at, None)
    assert row.hand_on_at > back_at
    assert len(events(town, ref, "escalation_came_back")) == 1
    assert told(town, ref)[-1] == ("came_back", town.users["nurse"])
    with town.database.reading(town.cx("nurse", back_at)) as cx:
        [seen] = [each for each in questions.listed(cx, "mine").rows if each.ref == ref]
        assert (seen.answered_by, seen.answer, seen.standing) == (
            "Nora Nurse",
            "I call the office.",
            True,
        )
    # Unanswered it climbs as ever; answered anew it comes back anew.
    answer(town, "nurse", ref, row, back_at + HOUR, "They answer tomorrow.")
    assert rows(town, Escalation, ref)[0].returns_at > back_at + timedelta(days=1)

"""Give me the next case: due first, never the same one twice, refused with a reason, never for
ever; and holds, which have their end from the first moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select, update

from casework import work_round
from casework.errors import Invalid, NotAllowed, StateRefused
from casework.models import Absence, Assignment, Case, CaseEvent, CaseHold, StaffNotice, User
from casework.queries import surfaced
from casework.queries.next_step import pairs_for
from casework.records import holding
from casework.services import desk, holds, papers, review
from casework.services.holds import Hold, end_hold, end_holds_batch, put_on_hold
from casework.services.intake import submit_prior_auth
from casework.services.pulling import Refusal, refuse_work, surface_batch, take_next
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF, a_submission, a_town
from tests.services.rows import change

DAY = timedelta(days=1)
NURSE = pairs_for({"nurse"})


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


@pytest.fixture(autouse=True)
def _clean(town, settings):
    """Each test begins with nothing that waits: what earlier ones left is somebody's and decided
    by nobody, so it is set closed by the owner of the tables."""
    yield
    change(
        settings,
        update(Case).values(open=False),
        update(Absence).values(ended_at=MONDAY),
        update(CaseHold).values(ended_at=MONDAY),
    )


def a_case(town, days_ago: int = 0, **changes) -> str:
    sent = a_submission(town, received_at=MONDAY - days_ago * DAY, **changes)
    return submit_prior_auth(town.cx("Maple"), sent).ref


def nxt(town, who: str, now=MONDAY, skip=()):
    return take_next(town.cx(who, now), NURSE, skip)


def row(town, ref: str):
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()


def events(town, ref: str, name: str) -> list:
    with town.database.reading(town.cx("system")) as cx:
        return list(
            cx.db.execute(
                select(CaseEvent)
                .join(Case, Case.id == CaseEvent.case_id)
                .where(Case.ref == ref, CaseEvent.event == name)
            ).scalars()
        )


def told(town, ref: str, code: str) -> list:
    with town.database.reading(town.cx("system")) as cx:
        return list(
            cx.db.execute(
                select(StaffNotice)
                .join(Case, Case.id == StaffNotice.case_id)
                .where(Case.ref == ref, StaffNotice.code == code)
            ).scalars()
        )


def lists(town, condition, now=MONDAY) -> list[str]:
    with town.database.reading(town.cx("supervisor", now)) as cx:
        return list(cx.db.execute(select(Case.ref).where(Case.open, condition)).scalars())


# ── Pull ────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_first_is_given_first_and_the_assignment_says_why(town) -> None:
    later, first = a_case(town, 1), a_case(town, 9)
    held = a_case(town, 10)
    put_on_hold(town.cx("nurse"), held, None, Hold(until=date(2027, 3, 3), reason="call"))
    pulled = nxt(town, "nurse")
    assert (pulled.ref, pulled.whose, pulled.passed) == (first, "nobody", {"held": 1})
    assert row(town, first).assignee_id == town.users["nurse"]
    with town.database.reading(town.cx("nurse")) as cx:
        kept = cx.db.execute(
            select(Assignment.reason).where(Assignment.case_id == row(town, first).id)
        ).scalar_one()
    assert kept == ("Asked for the next case: due first of what nobody has; passed over: 1 on hold")
    # One's own comes again until it is done; from its page "next" goes on to another.
    assert (nxt(town, "nurse").ref, nxt(town, "nurse").whose) == (first, "mine")
    assert nxt(town, "nurse", skip=[first]).ref == later
    assert nxt(town, "nurse2").ref == ""
    with pytest.raises(NotAllowed):
        nxt(town, "compliance")


def test_people_who_ask_at_the_same_instant_never_get_the_same_case(town) -> None:
    wanted = {a_case(town, number % 5) for number in range(12)}
    people = [replace(town.principal("nurse"), id=town.users[w]) for w in _ASKERS]
    start = Barrier(len(people))

    def ask(who) -> list[str]:
        start.wait()
        got = []
        for _ in range(2):
            pulled = take_next(replace(town.cx("nurse"), principal=who), NURSE, got)
            got.append(pulled.ref)
        return got

    with ThreadPoolExecutor(len(people)) as pool:
        found = [ref for got in pool.map(ask, people) for ref in got]
    assert len(found) == len(set(found)) == 12
    assert set(found) == wanted


_ASKERS = ("nurse", "nurse2", "physician", "physician2", "ag_specialist", "ag_clinician")


def test_work_of_who_is_gone_or_away_until_it_is_due_comes_up_by_itself(town, settings) -> None:
    overdue_soon, later = a_case(town, 9), a_case(town)
    for ref in (overdue_soon, later):
        desk.take_work(town.cx("nurse2"), ref, None)
    assert nxt(town, "nurse").ref == ""
    away = insert(Absence).values(
        user_id=town.users["nurse2"],
        starts_on=MONDAY.date(),
        ends_on=MONDAY.date() + 7 * DAY,
        recorded_at=MONDAY,
        recorded_by="Adam Admin",
    )
    change(settings, away)
    assert lists(town, _still(town)) == [overdue_soon]
    pulled = nxt(town, "nurse")
    assert (pulled.ref, pulled.whose, pulled.before_id) == (
        overdue_soon, "still", town.users["nurse2"],
    )  # fmt: skip
    change(settings, update(User).where(User.id == town.users["nurse2"]).values(active=False))
    assert lists(town, _still(town)) == [later]
    with town.database.reading(town.cx("supervisor")) as cx:
        assert [each.whose for each in surfaced.still(cx).first] == ["Nils Nurse"]
    change(settings, update(User).where(User.id == town.users["nurse2"]).values(active=True))


def _still(town):
    with town.database.reading(town.cx("supervisor")) as cx:
        return surfaced.whereabouts(cx).stands_still()


# ── Refused ─────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_gives_it_to_the_next_and_is_kept(town) -> None:
    ref, other = a_case(town, 9), a_case(town)
    nxt(town, "nurse")
    refuse_work(town.cx("nurse"), ref, None, Refusal(reason="absent_soon"))
    assert row(town, ref).assignee_id is None
    [event] = events(town, ref, "work_refused")
    assert '"why":"absent_soon"' in event.facts
    pulled = nxt(town, "nurse")
    assert (pulled.ref, pulled.passed) == (other, {"refused": 1})
    with pytest.raises(StateRefused, match="already"):
        refuse_work(town.cx("nurse"), ref, None, Refusal(reason="conflict"))
    assert nxt(town, "nurse2").ref == ref
    with pytest.raises(StateRefused, match="somebody else"):
        refuse_work(town.cx("nurse"), ref, None, Refusal(reason="conflict"))
    # A reason of the day is over tomorrow; a conflict is not.
    refuse_work(town.cx("nurse2"), ref, None, Refusal(reason="conflict"))
    tomorrow = MONDAY + 2 * DAY
    assert nxt(town, "nurse2", tomorrow, skip=[other]).ref == ""
    assert nxt(town, "nurse", tomorrow, skip=[other]).ref == ref


def test_people_who_pick_only_what_they_like_starve_no_case(town) -> None:
    """Three who refuse what is oldest: after the third it stands before the supervisors."""
    ref = a_case(town, 9)
    for number, who in enumerate(("nurse", "nurse2", "nurse3"), 1):
        cx = town.cx(who.replace("3", "2")) if who != "nurse3" else _third(town)
        assert take_next(cx, NURSE).ref == ref
        refuse_work(cx, ref, None, Refusal(reason="too_much"))
        assert len(told(town, ref, "passed_over")) == (number == 3)
    [notice] = told(town, ref, "passed_over")
    assert (notice.role, notice.user_id) == ("supervisor", None)
    assert len(events(town, ref, "passed_over")) == 1
    with town.database.reading(town.cx("supervisor")) as cx:
        [one] = surfaced.passed_over(cx).first
    assert (one.ref, len(one.refusals)) == (ref, 3)
    # Handing it to somebody answers the refusals; a second sweep finds nothing.
    desk.assign(town.cx("supervisor"), ref, None, desk.Handing(user_id=town.users["nurse"]))
    with town.database.reading(town.cx("supervisor")) as cx:
        assert surfaced.passed_over(cx).count == 0
    assert surface_batch(town.cx("system", MONDAY + DAY)).cases == 0


def _third(town):
    who = replace(town.principal("nurse"), id=town.users["physician"], name="Third Nurse")
    return replace(town.cx("nurse"), principal=who)


def test_what_is_refused_and_then_forgotten_surfaces_by_itself_once(town) -> None:
    ref = a_case(town, 9)
    nxt(town, "nurse")
    refuse_work(town.cx("nurse"), ref, None, Refusal(reason="too_much"))
    before, after = MONDAY + timedelta(hours=7), MONDAY + timedelta(hours=8)
    assert surface_batch(town.cx("system", before)).surfaced == 0
    for _ in range(3):
        surface_batch(town.cx("system", after))
    assert len(told(town, ref, "passed_over")) == 1
    assert len(events(town, ref, "passed_over")) == 1


# ── Holds ───────────────────────────────────────────────────────────────────────────────────────


def on_hold(town, now=MONDAY) -> list[str]:
    return lists(town, holding.on_hold(now), now)


def test_a_hold_stops_no_clock_and_comes_back_by_itself(town) -> None:
    ref = a_case(town)
    due = row(town, ref).next_due_at
    put_on_hold(town.cx("nurse"), ref, None, Hold(until=date(2027, 3, 5), reason="papers"))
    assert on_hold(town) == [ref]
    assert row(town, ref).next_due_at == due
    with pytest.raises(StateRefused, match="already"):
        put_on_hold(town.cx("nurse"), ref, None, Hold(until=date(2027, 3, 6), reason="call"))
    morning = MONDAY.replace(day=5, hour=13)  # 8 in the morning, Ohio
    assert end_holds_batch(town.cx("system", morning - timedelta(seconds=1))).cases == 0
    assert on_hold(town, morning) == []
    assert lists(town, holding.returned(morning), morning) == [ref]
    for _ in range(3):
        end_holds_batch(town.cx("system", morning))
    assert len(events(town, ref, "hold_ended")) == 1
    [notice] = told(town, ref, "hold_ended")
    assert notice.user_id == town.users["nurse"]
    assert lists(town, holding.returned(morning), morning) == [ref]


def test_papers_bring_it_back_at_once(town) -> None:
    ref = a_case(town)
    put_on_hold(town.cx("nurse"), ref, None, Hold(until=date(2027, 3, 5), reason="papers"))
    paper = PaperAsSent(name="a.pdf", media_type="application/pdf", content=PDF)
    hour = MONDAY + timedelta(hours=1)
    papers.add_document(town.cx("Maple", hour), ref, None, papers.Upload(papers=(paper,)))
    assert on_hold(town, hour) == []  # before any sweep
    assert end_holds_batch(town.cx("system", hour)).ended == 1
    assert '"why":"papers"' in events(town, ref, "hold_ended")[0].facts


def test_a_hold_never_goes_beyond_the_due_and_ends_when_the_due_moves_before_it(town) -> None:
    ref = a_case(town)
    due = row(town, ref).next_due_at
    with pytest.raises(Invalid, match="clock runs on"):
        put_on_hold(town.cx("nurse"), ref, None, Hold(until=due.date() + DAY, reason="call"))
    for day in (MONDAY.date(), date(2027, 12, 1)):
        with pytest.raises(Invalid):
            put_on_hold(town.cx("nurse"), ref, None, Hold(until=day, reason="call"))
    put_on_hold(town.cx("nurse"), ref, None, Hold(until=date(2027, 3, 12), reason="call"))
    change(town.database.settings, update(Case).where(Case.ref == ref).values(
        next_due_at=MONDAY + 3 * DAY))  # fmt: skip
    assert on_hold(town) == []
    assert end_holds_batch(town.cx("system")).ended == 1
    assert '"why":"due_moved"' in events(town, ref, "hold_ended")[0].facts


def test_a_case_that_goes_on_is_held_no_more_and_by_hand_it_ends_at_once(town) -> None:
    ref, other = a_case(town), a_case(town)
    for each in (ref, other):
        put_on_hold(town.cx("nurse"), each, None, Hold(until=date(2027, 3, 5), reason="date"))
    review.start_review(town.cx("nurse"), ref, None)
    assert on_hold(town) == [other]
    end_hold(town.cx("nurse"), other, None)
    assert on_hold(town) == []
    with pytest.raises(StateRefused, match="not on hold"):
        end_hold(town.cx("nurse"), other, None)
    put_on_hold(town.cx("nurse"), ref, None, Hold(until=date(2027, 3, 4), reason="date"))
    with town.database.reading(town.cx("nurse")) as cx:
        kept = cx.db.execute(
            select(CaseHold.ended_why).order_by(CaseHold.id.desc()).limit(3)
        ).scalars()
        assert list(kept) == ["", "hand", "went_on"]


def test_one_broken_case_stops_no_other_hold(town, monkeypatch) -> None:
    refs = [a_case(town), a_case(town)]
    for ref in refs:
        put_on_hold(town.cx("nurse"), ref, None, Hold(until=date(2027, 3, 3), reason="date"))
    broken = row(town, refs[0]).id
    honest = holding.end

    def end(cx, hold_id, why) -> None:
        if holding.standing(cx, broken) and holding.standing(cx, broken).id == hold_id:
            raise RuntimeError("broken")
        honest(cx, hold_id, why)

    monkeypatch.setattr(holds.holding, "end", end)
    monkeypatch.setattr(type(town.database), "case_now", lambda _self: MONDAY + 3 * DAY)
    work_round.end_holds(town.database)
    assert [len(events(town, ref, "hold_ended")) for ref in refs] == [0, 1]

"""Each check finds what was planted behind our backs: one alarm, which ends when it is mended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import create_engine, func, select, text

from casework import audit, clock_proof, now
from casework.integrity import KINDS, ROUNDS
from casework.models import Alarm, Case, CaseEvent, CheckRound, ClockMark, Escalation, StaffNotice
from casework.queries import alarms as standing
from casework.services import alarms, endings, mending, review
from casework.services.intake import submit_prior_auth
from casework.services.operations import heartbeat, move_time
from casework.worker import Worker
from tests.builders import MONDAY, a_submission, a_town
from tests.services.planted_faults import BACK, KEPT, MARK, PLANTED

ASKED = review.Ask(wanted=("The MRI report",), source="provider", hours=72)


@dataclass
class House:
    """The town with a case of each sort, all of them sound."""

    town: object
    settings: object
    refs: dict

    def __post_init__(self) -> None:
        self.database = self.town.database
        self.owner = create_engine(self.settings.database_owner_url)
        self.ids = {name: int(ref.split("-")[2]) for name, ref in self.refs.items()}

    def sql(self, statements: str, **values: object) -> None:
        """What nobody should do: as the owner of the tables, around all walls."""
        with self.owner.begin() as connection:
            for statement in statements.split(";"):
                if statement.strip():
                    said = {k: v for k, v in values.items() if f":{k}" in statement}
                    assert connection.execute(text(statement), said).rowcount != 0, statement

    def round(self, name: str = "integrity") -> None:
        """One whole round."""
        alarms.begin_anew(self.database.context(), name)
        while not alarms.look_on(self.database.context(), name).ended:
            pass

    def alarms(self, code: str = "", *, ended: bool = False, on: int | None = None) -> list[Alarm]:
        with self.database.reading(self.database.context()) as cx:
            wanted = select(Alarm).order_by(Alarm.id)
            if on is not None:
                wanted = wanted.where(Alarm.case_id == on)
            if not ended:
                wanted = wanted.where(Alarm.ended_at.is_(None))
            return list(
                cx.db.execute(wanted.where(Alarm.code == code) if code else wanted).scalars()
            )

    def posted(self, ref: str) -> None:
        """The letters of this case left long ago."""
        values = {"case": int(ref.split("-")[2])}
        self.sql("update letter set state = 'sent' where case_id = :case", **values)
        self.sql(
            "insert into delivery (case_id, letter_id, channel, external_key, counts, state,"
            " intended_at, confirmed_at, proof) select case_id, id, 'portal', 'posted-' || id,"
            " true, 'confirmed', owed_at, owed_at, 'posted' from letter where case_id = :case",
            **values,
        )
        self.sql("update outbox set state = 'done' where case_id = :case", **values)

    def sweep(self) -> int:
        worker = Worker(self.database)
        try:
            return worker.sweep()
        finally:
            worker.close()


def _case(town, *, days_ago: float = 0, **changes) -> str:
    at = MONDAY - timedelta(days=days_ago)
    return submit_prior_auth(
        town.cx("Maple", at), a_submission(town, received_at=at, **changes)
    ).ref


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    refs = {"new": _case(town), "late": _case(town, days_ago=9)}
    refs["nurse's"] = _case(town)
    review.start_review(town.cx("nurse"), refs["nurse's"], None)
    refs["pended"] = _case(town)
    review.start_review(town.cx("nurse2"), refs["pended"], None)
    review.request_information(town.cx("nurse2"), refs["pended"], None, ASKED)
    refs["closed"] = _case(town)
    form = endings.Withdrawal(reason="Not needed.", asked_by="Maple Clinic")
    endings.withdraw(town.cx("Maple"), refs["closed"], None, form)
    made = House(town, settings, refs)
    made.posted(refs["late"])
    heartbeat(database.context(), "relay")
    made.sweep()
    made.round()
    return made


@pytest.fixture(autouse=True)
def sound(house: House) -> Iterator[None]:
    """Before each test nothing is wrong, and after it nothing is left."""
    assert [(a.code, a.says) for a in house.alarms()] == []
    yield
    house.round()
    assert [(a.code, a.says) for a in house.alarms()] == []


@pytest.mark.parametrize("planted", PLANTED)
def test_what_was_planted_raises_one_alarm_that_ends_when_it_is_mended(house, planted) -> None:
    code, name, plant, undo = PLANTED[planted]
    case_id = house.ids.get(name)
    before = len(house.alarms(code, ended=True, on=case_id))
    house.sql(plant, case=case_id)
    house.round()
    [raised] = house.alarms(code, on=case_id)
    assert (raised.case_id, raised.owner_role) == (case_id, KINDS[code].owner_role)
    assert raised.says.endswith(".")
    house.round()
    [again] = house.alarms(code, on=case_id)
    assert (again.id, again.raised_at) == (raised.id, raised.raised_at)
    assert again.seen_at > raised.seen_at
    house.sql(undo, case=case_id)
    house.round()
    assert house.alarms(code) == []
    assert len(house.alarms(code, ended=True, on=case_id)) == before + 1


def test_every_kind_of_finding_was_planted_somewhere() -> None:
    """So that a check that can find nothing is no check."""
    elsewhere = {"mark_overdue", "history_broken", "round_late"}
    # test_always_forwarded, test_external_packets and test_restricted_cases plant these.
    elsewhere |= {"not_forwarded", "packet_unsent", "access_unreviewed"}
    assert {code for code, *_ in PLANTED.values()} | elsewhere == set(KINDS)
    assert {code for each in ROUNDS.values() for code in each.codes} == set(KINDS)


def test_a_step_that_no_sweep_fires_raises_an_alarm(house) -> None:
    ref = _case(house.town, days_ago=8)
    house.posted(ref)
    house.round()
    [raised] = house.alarms("mark_overdue")
    assert raised.case_id == int(ref.split("-")[2])
    assert house.sweep() == 1
    house.round()
    assert house.alarms() == []


def test_a_history_that_was_rewritten_raises_an_alarm_at_night(house) -> None:
    case_id = house.ids["new"]
    off = "alter table case_event disable trigger history_stays"
    with house.database.reading(house.database.context()) as cx:
        said = cx.db.execute(
            select(CaseEvent.facts).where(CaseEvent.case_id == case_id, CaseEvent.seq == 1)
        ).scalar_one()
    with house.owner.begin() as connection:
        connection.execute(text(off))
        connection.execute(
            text("update case_event set facts = '{}' where case_id = :c and seq = 1"),
            {"c": case_id},
        )
    house.round("audit")
    [raised] = house.alarms("history_broken")
    assert raised.case_id == case_id
    with house.owner.begin() as connection:
        connection.execute(
            text("update case_event set facts = :said where case_id = :c and seq = 1"),
            {"c": case_id, "said": said},
        )
        connection.execute(text("alter table case_event enable trigger history_stays"))
    house.round("audit")
    assert house.alarms() == []


def test_a_deleted_step_is_found_by_the_sweep_itself_within_five_minutes(house) -> None:
    case_id = house.ids["new"]
    house.round("marks")
    house.sql(KEPT.format("clock_mark", MARK.format(100)), case=case_id)
    start = now.wall()
    for seconds, found in ((60, 0), (290, 0), (330, 1)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=True):
            house.sweep()
            assert len(house.alarms("mark_missing")) == found, seconds
    house.sql(BACK.format("clock_mark"))
    with time_machine.travel(start + timedelta(seconds=700), tick=True):
        house.sweep()
        assert house.alarms() == []
    with house.database.reading(house.database.context()) as cx:
        told = select(StaffNotice.role).where(
            StaffNotice.case_id == case_id, StaffNotice.code == alarms.NOTICE
        )
        assert "compliance" in cx.db.execute(told).scalars().all()


def test_mending_writes_lost_steps_again_and_fires_none_twice(house) -> None:
    fired, ahead = house.ids["late"], house.ids["new"]
    with house.database.reading(house.database.context()) as cx:
        escalations = select(func.count()).select_from(Escalation)
        before = cx.db.execute(escalations).scalar_one()
    house.sql("delete from clock_mark where case_id = :case", case=fired)
    house.sql("delete from clock_mark where case_id = :case", case=ahead)
    house.sql(
        "insert into clock_mark (case_id, clock, step, generation, fire_at, state, reason,"
        " attempts) select id, 'decision', '75', 4, received_at + interval '1 day', 'pending', '',"
        " 0 from cases where id = :case",
        case=ahead,
    )
    house.round()
    assert {a.case_id for a in house.alarms("mark_missing")} == {fired, ahead}
    with house.database.reading(house.database.context()) as cx:
        assert set(mending.cases_to_mend(cx)) == {fired, ahead}
    assert mending.mend_ladders(house.database.context(), fired) > 0
    assert mending.mend_ladders(house.database.context(), ahead) > 0
    assert mending.mend_ladders(house.database.context(), ahead) == 0
    house.round()
    assert house.alarms() == []
    assert house.sweep() == 0, "what had fired does not fire again"
    with house.database.reading(house.database.context()) as cx:
        assert cx.db.execute(escalations).scalar_one() == before
        marks = select(ClockMark.state).where(ClockMark.case_id == ahead, ClockMark.generation == 1)
        assert set(cx.db.execute(marks).scalars()) == {"pending"}
        told = select(CaseEvent.event).where(CaseEvent.case_id == ahead)
        assert "ladder_mended" in cx.db.execute(told).scalars().all()
        assert audit.verify(cx).holds
        assert clock_proof.verify(cx).differ == ()


def test_a_round_that_was_killed_goes_on_where_it_was(house, monkeypatch) -> None:
    monkeypatch.setitem(ROUNDS, "integrity", replace(ROUNDS["integrity"], page=2))
    house.sql(KEPT.format("clock_mark", MARK.format(100)), case=house.ids["new"])
    alarms.begin_anew(house.database.context(), "integrity")
    first = alarms.look_on(house.database.context(), "integrity")
    assert (first.looked, first.raised) == (2, 1)
    # Another process finds the open round: it opens none of its own, and begins at the third case.
    assert alarms.begin_if_due(house.database.context(), "integrity")
    looked = 2
    while not (done := alarms.look_on(house.database.context(), "integrity")).ended:
        looked += done.looked
    assert alarms.look_on(house.database.context(), "integrity").idle
    with house.database.reading(house.database.context()) as cx:
        assert looked == cx.db.execute(select(func.count()).select_from(Case)).scalar_one()
        last = cx.db.execute(
            select(CheckRound).order_by(CheckRound.id.desc()).limit(1)
        ).scalar_one()
        assert (last.looked, last.found, last.error) == (looked, 1, "")
    house.sql(BACK.format("clock_mark"))


def test_a_slice_in_other_hands_is_left_alone(house) -> None:
    alarms.begin_anew(house.database.context(), "clocks")
    with house.owner.connect() as other:
        other.execute(text("select id from check_round where ended_at is null for update"))
        assert alarms.look_on(house.database.context(), "clocks").busy
    house.round("clocks")


def test_a_nightly_round_is_due_once_a_day_and_late_after_36_hours(house) -> None:
    for name in alarms.NIGHTLY:
        house.round(name)
    cx, start = house.database.context, now.wall()
    assert not alarms.begin_if_due(cx(), "audit")
    with house.database.reading(cx()) as reading:
        assert standing.late(reading, wall=start + timedelta(hours=35)) == ()
        late = standing.late(reading, wall=start + timedelta(hours=37))
        assert set(late) == set(alarms.NIGHTLY)
    with time_machine.travel(start + timedelta(hours=37), tick=True):
        house.round()
        assert {a.key for a in house.alarms("round_late")} == {"integrity", "clocks", "audit"}
        assert alarms.begin_if_due(cx(), "audit")
        for name in ("audit", "clocks", "integrity"):
            house.round(name)
        assert house.alarms("round_late") == []


def test_withdrawing_a_pended_case_leaves_no_open_question(house) -> None:
    ref = _case(house.town)
    review.start_review(house.town.cx("nurse2"), ref, None)
    review.request_information(house.town.cx("nurse2"), ref, None, ASKED)
    form = endings.Withdrawal(reason="Not needed.", asked_by="Maple Clinic")
    endings.withdraw(house.town.cx("Maple"), ref, None, form)
    house.round()
    assert house.alarms() == []

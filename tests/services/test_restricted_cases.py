"""Restricted cases: who sets and lifts a restriction, and how one opens with a reason: this case
alone, to read, for an hour at most, never the peer review; compliance is told and says what it
thinks.
"""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from casework import ledger, now
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.integrity import access
from casework.models import (
    Alarm,
    Case,
    CaseEvent,
    EmergencyAccess,
    Member,
    RequestLine,
    Restriction,
    StaffNotice,
)
from casework.records import emergency, restrictions
from casework.records.contract_terms import proposed
from casework.services import desk, emergency_access, pulling, restricting, review
from casework.services.emergency_access import Opening, Review
from casework.services.intake import submit_prior_auth
from sla.calendars import wall_to_utc
from tests.builders import a_submission, a_town

WHY = "The member was brought to the hospital and her surgeon is on the telephone."
EMERGENCY = Opening(ground="emergency", reason=WHY)


def opens(town, who, ref: str, form: Opening = EMERGENCY):
    """Open it as somebody who has just shown who he is; `who` is a name or a context."""
    cx = town.cx(who) if isinstance(who, str) else who
    return emergency_access.open_restricted(cx, ref, form, proved_at=now.wall())


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


@pytest.fixture
def closed(town) -> str:
    return restricted(town, "behavioral_health")


def a_case(town) -> str:
    return submit_prior_auth(town.cx("Maple"), a_submission(town, "OH-MCD")).ref


def restricted(town, ground: str) -> str:
    ref = a_case(town)
    form = restricting.Restricting(ground=ground, reason="It is about her therapy.")
    restricting.restrict_case(town.cx("supervisor"), ref, None, form)
    return ref


def sees(town, who: str, ref: str, table=Case) -> bool:
    with town.database.reading(town.cx(who)) as cx:
        column = Case.id if table is Case else table.case_id
        found = select(column).select_from(Case)
        if table is not Case:
            found = found.join(table, table.case_id == Case.id)
        return cx.db.execute(found.where(Case.ref == ref)).first() is not None


def of(town, table, ref: str):
    with town.database.reading(town.cx("compliance")) as cx:
        found = select(table).join(Case, Case.id == table.case_id).where(Case.ref == ref)
        return cx.db.execute(found.order_by(table.id)).scalars().all()


def events(town, ref: str) -> list[str]:
    with town.database.reading(town.cx("compliance")) as cx:
        found = select(CaseEvent.event).join(Case, Case.id == CaseEvent.case_id)
        return list(cx.db.execute(found.where(Case.ref == ref).order_by(CaseEvent.seq)).scalars())


def as_owner(settings, statement) -> None:
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()


def test_a_restricted_case_is_gone_for_who_may_not_see_it_and_leaves_its_desk(town) -> None:
    ref = a_case(town)
    desk.take_work(town.cx("nurse"), ref, None)
    form = restricting.Restricting(ground="employee", reason="Her husband works in our claims.")
    restricting.restrict_case(town.cx("supervisor"), ref, None, form)
    assert not sees(town, "nurse", ref)
    assert not sees(town, "supervisor", ref)
    [row] = of(town, Restriction, ref)
    assert (row.ground, row.set_by, row.lifted_at) == ("employee", "Sam Supervisor", None)
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        assert case.assignee_id is None
        [stands] = restrictions.standing(cx, case)
        assert stands.ground.words == "somebody of the plan, or of their family"


def test_a_ground_is_lifted_with_a_reason_and_the_last_one_opens_the_case(town, closed) -> None:
    compliance = town.cx("compliance")
    more = restricting.Restricting(ground="well_known", reason="She is on the news.")
    restricting.restrict_case(compliance, closed, None, more)
    with pytest.raises(StateRefused):
        restricting.restrict_case(compliance, closed, None, more)
    with pytest.raises(Invalid):
        restricting.lift_restriction(
            compliance, closed, None, restricting.Lifting(ground="well_known", reason=" ")
        )
    for ground, open_after in (("well_known", False), ("behavioral_health", True)):
        form = restricting.Lifting(ground=ground, reason="It no longer holds.")
        restricting.lift_restriction(compliance, closed, None, form)
        assert sees(town, "nurse", closed) is open_after
    assert [row.lifted_by for row in of(town, Restriction, closed)] == ["Cora Compliance"] * 2


def test_the_ground_of_the_members_record_is_lifted_for_one_case_alone(town, settings) -> None:
    ref, other = a_case(town), a_case(town)
    numbers = Member.number == town.members["OH-MCD"]
    as_owner(settings, update(Member).where(numbers).values(restricted=True))
    try:
        form = restricting.Restricting(ground="other", reason="A quarrel about the guardian.")
        for each in (ref, other):
            restricting.restrict_case(town.cx("supervisor"), each, None, form)
        for ground in ("other", "member"):
            lifting = restricting.Lifting(ground=ground, reason="The guardian is named.")
            restricting.lift_restriction(town.cx("compliance"), ref, None, lifting)
        assert sees(town, "nurse", ref)
        assert not sees(town, "nurse", other)
    finally:
        as_owner(settings, update(Member).where(numbers).values(restricted=False))


def test_only_a_supervisor_and_compliance_restrict_and_lift(town) -> None:
    ref = a_case(town)
    form = restricting.Restricting(ground="other", reason="I would rather nobody saw it.")
    for who in ("nurse", "physician", "intake", "ag_specialist"):
        with pytest.raises(NotAllowed):
            restricting.restrict_case(town.cx(who), ref, None, form)


def test_a_reason_opens_this_case_to_this_person_alone_with_all_that_is_on_it(town, closed) -> None:
    another = restricted(town, "behavioral_health")
    opens(town, "nurse", closed)
    assert sees(town, "nurse", closed)
    assert sees(town, "nurse", closed, RequestLine)
    assert not sees(town, "nurse", another)
    assert not sees(town, "nurse2", closed)
    assert not sees(town, "physician", closed)
    [row] = of(town, EmergencyAccess, closed)
    assert timedelta(minutes=59) < row.closes_at - now.wall() <= timedelta(hours=1)
    assert WHY.encode() not in bytes(row.reason_ct)
    assert "emergency_access_opened" in events(town, closed)
    # A second time nothing is written, and nothing is to be shown again: the case is seen already.
    again = emergency_access.open_restricted(town.cx("nurse"), closed, EMERGENCY)
    assert again.event == ""
    assert len(of(town, EmergencyAccess, closed)) == 1


def test_what_is_opened_is_read_and_no_step_is_taken_on_it(town, closed) -> None:
    nurse = town.cx("nurse")
    opens(town, nurse, closed)
    before = events(town, closed)
    steps = [
        lambda: desk.add_note(nurse, closed, None, desk.Note(text="Spoke with the surgeon.")),
        lambda: desk.take_work(nurse, closed, None),
        lambda: review.start_review(nurse, closed, None),
        lambda: ledger_take(town, "nurse", closed),
    ]
    for step in steps:
        with pytest.raises(NotAllowed, match="to read it"):
            step()
    assert events(town, closed) == before
    states = [("prior_auth", "received"), ("prior_auth", "in_review")]
    assert pulling.take_next(nurse, states).ref != closed
    # Who sees it by right goes on as ever; and so does she, once nothing restricts it.
    other = town.cx("physician")
    by_right = other.but(principal=replace(other.principal, restricted=True))
    desk.add_note(by_right, closed, None, desk.Note(text="She called us."))
    lifting = restricting.Lifting(ground="behavioral_health", reason="It no longer holds.")
    restricting.lift_restriction(town.cx("compliance"), closed, None, lifting)
    desk.add_note(nurse, closed, None, desk.Note(text="Spoke with the surgeon."))


def test_the_walls_let_nobody_write_on_what_he_only_reads(town, closed) -> None:
    opens(town, "nurse", closed)
    nurse = town.cx("nurse")
    of_case = text("select * from cases where ref = :ref for update")
    changed = text("update cases set title = 'x' where ref = :ref")
    with town.database.session(nurse) as session:
        assert session.execute(of_case, {"ref": closed}).first() is None
        assert session.execute(changed, {"ref": closed}).rowcount == 0
    copied = text(
        "insert into case_event select (jsonb_populate_record(e, jsonb_build_object("
        "'id', 900000000, 'seq', 900))).* from case_event e where e.case_id ="
        " (select id from cases where ref = :ref) limit 1"
    )
    with town.database.session(nurse) as session, pytest.raises(DBAPIError, match="row-level"):
        session.execute(copied, {"ref": closed})


def test_it_opens_only_to_who_showed_a_moment_ago_who_he_is(town, closed) -> None:
    nurse, wall = town.cx("nurse"), now.wall()
    for proved_at in (None, wall - timedelta(minutes=5, seconds=1), wall + timedelta(minutes=1)):
        with pytest.raises(NotAllowed, match="Show once more who you are"):
            emergency_access.open_restricted(nurse, closed, EMERGENCY, proved_at=proved_at)
    assert not sees(town, "nurse", closed)
    assert of(town, EmergencyAccess, closed) == []
    shown = wall - timedelta(minutes=4)
    emergency_access.open_restricted(nurse, closed, EMERGENCY, proved_at=shown)
    [row] = of(town, EmergencyAccess, closed)
    assert row.proved_at == shown
    assert emergency.proved(wall - emergency.RECENT, wall=wall)


def test_the_right_rests_while_a_review_is_overdue(town, settings, closed) -> None:
    opens(town, "intake", closed)
    [row] = of(town, EmergencyAccess, closed)
    mine = update(EmergencyAccess).where(EmergencyAccess.id == row.id)
    days = timedelta(days=9)  # two business days are over, whatever holidays are between
    as_owner(settings, mine.values(since=row.since - days, closes_at=row.closes_at - days))
    assert not sees(town, "intake", closed)
    with pytest.raises(NotAllowed, match="2 business days are over"):
        opens(town, "intake", closed)
    emergency_access.review_access(
        town.cx("compliance"), row.id, Review(verdict="confirmed", why="The surgeon called.")
    )
    opens(town, "intake", closed)
    assert sees(town, "intake", closed)


def test_two_business_days_end_with_the_day_of_the_desk() -> None:
    friday = wall_to_utc(date(2027, 2, 12), time(10), ZoneInfo("America/New_York"))
    # Monday is Washington's birthday: Tuesday is the first day, Wednesday the second.
    for day, is_late in ((date(2027, 2, 17), False), (date(2027, 2, 18), True)):
        wall = wall_to_utc(day, time(0, 1), ZoneInfo("America/New_York"))
        assert emergency.review_is_late(friday, wall=wall) is is_late


def test_it_closes_to_the_minute_and_before_when_one_is_done(town, settings, closed) -> None:
    opens(town, "nurse", closed)
    opens(town, "nurse2", closed)
    emergency_access.end_access(town.cx("nurse"), closed)
    assert not sees(town, "nurse", closed)
    with pytest.raises(NotFound):
        emergency_access.end_access(town.cx("nurse"), closed)
    assert sees(town, "nurse2", closed)
    assert events(town, closed)[-1] == "emergency_access_ended"
    [_, row] = of(town, EmergencyAccess, closed)
    assert row.closes_at - row.since == timedelta(minutes=60)
    mine = update(EmergencyAccess).where(EmergencyAccess.id == row.id)
    hour = timedelta(minutes=60)
    for left, open_still in ((timedelta(seconds=30), True), (timedelta(0), False)):
        since = now.wall() - hour + left
        as_owner(settings, mine.values(since=since, closes_at=since + hour))
        assert sees(town, "nurse2", closed) is open_still
    with pytest.raises(NotFound):
        ledger_take(town, "nurse2", closed)
    # A row that says more, as the version before wrote them, opens no longer than an hour.
    since = now.wall() - hour
    as_owner(settings, mine.values(since=since, closes_at=since + 4 * hour))
    assert not sees(town, "nurse2", closed)
    # Opened again it is another opening, to be looked at by itself.
    opens(town, "nurse2", closed)
    assert len(of(town, EmergencyAccess, closed)) == 3


def test_a_contract_may_say_less_than_an_hour_and_never_more(town, settings) -> None:
    assert emergency.lasts({"restricted_minutes": 15}) == timedelta(minutes=15)
    assert emergency.lasts({"restricted_minutes": 600}) == timedelta(minutes=60)
    with pytest.raises(Invalid) as refused:
        proposed(
            {"line": "medicare", "layers": ["owner"]},
            {},
            new_terms={},
            new_workflow={"restricted_minutes": 61},
        )
    assert "minutes from 5 to 60" in refused.value.fields["restricted_minutes"]


def ledger_take(town, who: str, ref: str) -> None:
    cx = town.cx(who)
    with town.database.session(cx) as session:
        ledger.take(cx.on(session), ref)


def test_the_reason_has_words_and_a_ground_and_the_role_may(town, closed) -> None:
    with pytest.raises(Invalid) as short:
        emergency_access.open_restricted(
            town.cx("nurse"), closed, Opening(ground="curious", reason="please")
        )
    assert set(short.value.fields) == {"ground", "reason"}
    for who in ("admin", "Maple", "member of OH-MCD"):
        with pytest.raises(NotAllowed):
            emergency_access.open_restricted(town.cx(who), closed, EMERGENCY)


@pytest.mark.parametrize("what", ["quality", "joined", "apart", "own", "elsewhere", "nothing"])
def test_what_never_opens_so_looks_like_what_is_not_there(town, settings, what) -> None:
    ref = restricted(town, "behavioral_health")
    nurse = town.cx("nurse")
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case.id, Case.member_id).where(Case.ref == ref)).one()
    planted = {"quality": "quality_of_care", "joined": "joined_with_restricted"}.get(what)
    member = update(Member).where(Member.id == case.member_id)
    own = text(
        f"update user_account set member_id = {case.member_id} where id = {nurse.principal.id}"
    )
    undo = None
    if planted:
        row = {"case_id": case.id, "ground": planted, "set_at": nurse.now}
        as_owner(settings, insert(Restriction).values(**row))
    elif what == "apart":
        as_owner(settings, member.values(confidential_since=nurse.now))
        undo = member.values(confidential_since=None)
    elif what == "own":
        as_owner(settings, own)
        undo = text(f"update user_account set member_id = null where id = {nurse.principal.id}")
    elif what == "elsewhere":
        nurse = nurse.but(principal=replace(nurse.principal, ids=(town.contracts["OH-MA"][0],)))
    else:
        ref = "PA-2026-999999-0"
    try:
        with pytest.raises(NotFound, match="No case opens under this number"):
            opens(town, nurse, ref)
    finally:
        if undo is not None:
            as_owner(settings, undo)


def test_substance_use_opens_in_a_medical_emergency_and_in_no_other_case(town) -> None:
    ref = restricted(town, "substance_use")
    with pytest.raises(NotFound):
        opens(town, "nurse", ref, Opening(ground="deadline", reason=WHY))
    opens(town, "nurse", ref)
    assert sees(town, "nurse", ref)


def test_compliance_is_told_at_once_and_the_alarm_stands_until_it_is_settled(town, closed) -> None:
    opens(town, "nurse", closed)
    [row] = of(town, EmergencyAccess, closed)
    assert [(n.role, n.code) for n in of(town, StaffNotice, closed)] == [
        ("compliance", "restricted_opened")
    ]
    [alarm] = of(town, Alarm, closed)
    assert (alarm.code, alarm.owner_role, alarm.ended_at) == (
        "access_unreviewed",
        "compliance",
        None,
    )
    assert found_at_night(town, row.case_id) == [alarm.key]
    compliance = town.cx("compliance")
    emergency_access.review_access(compliance, row.id, Review(verdict="doubted", why="No call."))
    assert not sees(town, "nurse", closed)
    assert found_at_night(town, row.case_id) == [alarm.key]
    with pytest.raises(StateRefused):
        emergency_access.review_access(compliance, row.id, Review(verdict="doubted", why="Again."))
    emergency_access.review_access(compliance, row.id, Review(verdict="confirmed", why=""))
    assert of(town, Alarm, closed)[0].ended_at is not None
    assert found_at_night(town, row.case_id) == []
    with pytest.raises(StateRefused):
        emergency_access.review_access(
            compliance, row.id, Review(verdict="wrong", why="After all.")
        )


def test_nobody_reviews_what_he_opened_himself(town, settings, closed) -> None:
    opens(town, "nurse", closed)
    [row] = of(town, EmergencyAccess, closed)
    compliance = town.cx("compliance")
    mine = update(EmergencyAccess).where(EmergencyAccess.id == row.id)
    as_owner(settings, mine.values(user_id=compliance.principal.id))
    said = Review(verdict="confirmed", why="It was right.")
    with pytest.raises(StateRefused, match="opened himself"):
        emergency_access.review_access(compliance, row.id, said)
    by = mine.values(reviewed_by_id=compliance.principal.id)
    with town.database.session(compliance) as session, pytest.raises(DBAPIError):
        session.execute(by)


def found_at_night(town, case_id: int) -> list[str]:
    with town.database.reading(town.cx("compliance")) as cx:
        return [each.key for each in access.unreviewed(cx, [case_id])]


def test_a_doubt_needs_words_and_only_compliance_reviews(town, closed) -> None:
    opens(town, "nurse", closed)
    [row] = of(town, EmergencyAccess, closed)
    with pytest.raises(Invalid):
        emergency_access.review_access(
            town.cx("compliance"), row.id, Review(verdict="wrong", why=" ")
        )
    with pytest.raises(NotAllowed):
        emergency_access.review_access(
            town.cx("supervisor"), row.id, Review(verdict="confirmed", why="")
        )


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "other"},
        {"hours": 9},
        {"hours": 5},
        {"ground": "deadline", "restricted": "substance_use"},
        {"restricted": "quality_of_care"},
    ],
    ids=["for somebody else", "for nine hours", "for five hours", "substance use", "peer review"],
)
def test_the_database_holds_it_where_the_code_would_not(town, settings, change) -> None:
    ref = restricted(town, "behavioral_health")
    nurse = town.cx("nurse")
    with town.database.reading(town.cx("compliance")) as cx:
        case_id = cx.db.execute(select(Case.id).where(Case.ref == ref)).scalar_one()
    if "restricted" in change:
        row = {"case_id": case_id, "ground": change["restricted"], "set_at": nurse.now}
        as_owner(settings, insert(Restriction).values(**row))
    wall = now.wall()
    values = {
        "case_id": case_id,
        "user_id": town.users["nurse2"] if "user_id" in change else nurse.principal.id,
        "ground": change.get("ground", "emergency"),
        "reason_ct": b"x",
        "opened_at": nurse.now,
        "since": wall + timedelta(hours=5 if change.get("hours") == 5 else 0),
        "closes_at": wall + timedelta(hours=change.get("hours", 4)),
    }
    with town.database.session(nurse) as session, pytest.raises(DBAPIError):
        session.execute(insert(EmergencyAccess).values(**values))
    assert not sees(town, "nurse", ref)


def test_the_row_alone_opens_the_case_and_nobody_makes_it_longer(town, closed) -> None:
    opens(town, "nurse", closed)
    nurse = town.cx("nurse")
    for values in ({"closes_at": now.wall()}, {"ground": "authority"}):
        with town.database.session(nurse) as session, pytest.raises(DBAPIError):
            session.execute(update(EmergencyAccess).values(**values))
    with town.database.session(nurse) as session, pytest.raises(DBAPIError):
        session.execute(text("delete from emergency_access"))

"""Queues by rules: the first that is met names the queue at the instant of the step; a change shows
what it would move; open cases are moved once, whatever dies in between."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from casework import queue_round
from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed, NotFound, Stale, StateRefused
from casework.ledger import queue_rules as law
from casework.ledger.queue_rules import Book, Conditions, Rule, Work
from casework.models import Case, CaseEvent, Queue, QueueChange, QueueMove
from casework.queries import load
from casework.queries import queues as questions
from casework.records.queue_rules import EndForm, RuleForm, desk_day, written
from casework.services import pace, queue_rules, queues, review
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.services.queues import QueueForm
from tests.builders import MONDAY, a_submission, a_town
from tests.services.rows import change

DAY = timedelta(days=1)
SCANS = Conditions(lines=("medicaid",), services=("medical",))
WORK = Work(
    kind="prior_auth",
    line="medicaid",
    state="OH",
    service="medical",
    specialty="Radiology",
    urgency="standard",
)


@pytest.fixture(scope="module")
def town(database, settings):
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return town


@pytest.fixture(scope="module")
def scans(town):
    """A queue for a part of the nurses' work."""
    form = QueueForm(
        name="Scans", step="review", roles=("nurse",), place=2, reason="Scans are a third."
    )
    return queues.add_queue(town.cx("supervisor"), form)


@pytest.fixture(autouse=True)
def _no_rule_stands(town, settings):
    yield
    for code in {rule.code for rule in _book(town).rules}:
        end(town, code)
    change(settings, update(Case).values(open=False), update(QueueMove).values(state="done"))


def _book(town, at=None) -> Book:
    with town.database.reading(town.cx("system", at or MONDAY)) as cx:
        return law.book(cx, at or MONDAY)


def edition(town) -> int:
    with town.database.reading(town.cx("supervisor")) as cx:
        return written(cx).edition


def publish(town, conditions=SCANS, *, now=MONDAY, move=False, who="supervisor", **said):
    form = RuleForm(
        **{
            "name": "Scans of Ohio Medicaid",
            "place": 10,
            "queue": "scans",
            "reason": "They need two nurses who read scans.",
            **said,
        },
        conditions=conditions,
    )
    cx = town.cx(who, now)
    return queue_rules.publish_rule(cx, form, seen=edition(town), move=move)


def end(town, code, *, now=MONDAY, move=False):
    form = EndForm(code=code, reason="Enough nurses again.")
    return queue_rules.end_rule(town.cx("admin", now), form, seen=edition(town), move=move)


def opened(town, contract="OH-MCD", *, now=MONDAY, **changes) -> str:
    sent = a_submission(town, contract, received_at=now, **changes)
    return submit_prior_auth(town.cx("Maple", now), sent).ref


def queue_of(town, ref) -> str:
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(Case.queue).where(Case.ref == ref)).scalar_one()


def moved_events(town, ref) -> list:
    with town.database.reading(town.cx("system")) as cx:
        return list(
            cx.db.execute(
                select(CaseEvent.actor_name, CaseEvent.facts)
                .join(Case, Case.id == CaseEvent.case_id)
                .where(Case.ref == ref, CaseEvent.event == "queue_changed")
            )
        )


def a_rule(code="QR-001", version=1, *, place=10, queue="scans", ended=False, at=MONDAY, **asked):
    return Rule(
        code=code,
        version=version,
        name="Scans",
        place=place,
        conditions=Conditions(**asked),
        queue=queue,
        step="review",
        ended=ended,
        effective_at=at,
    )


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"lines": ("medicaid",)}, True),
        ({"lines": ("medicare", "medicaid")}, True),
        ({"lines": ("medicare",)}, False),
        ({"states": ("OH",)}, True),
        ({"states": ("IN",)}, False),
        ({"specialties": ("radiology",)}, True),
        ({"specialties": ("Cardiology",)}, False),
        ({"urgencies": ("expedited",)}, False),
        ({"services": ("outpatient_drug",)}, False),
        ({"kinds": ("prior_auth",), "lines": ("medicaid",), "urgencies": ("standard",)}, True),
        ({"kinds": ("appeal",), "lines": ("medicaid",)}, False),
    ],
)
def test_all_that_a_rule_asks_must_hold(asked, holds) -> None:
    assert law.met(Conditions(**asked), WORK) is holds


def test_the_first_rule_that_is_met_names_the_queue_and_only_of_its_step() -> None:
    late = a_rule("QR-001", place=20, lines=("medicaid",))
    early = a_rule("QR-002", place=5, queue="fast", urgencies=("standard",))
    steps = {"review": "", "physician": "", "scans": "review", "fast": "review"}
    book = Book(law.standing([late, early], MONDAY), steps)
    assert book.named("review", WORK).queue == "fast"
    assert book.named("scans", replace(WORK, urgency="expedited")).queue == "scans"
    assert book.named("review", replace(WORK, urgency="expedited", line="medicare")).queue == (
        "review"
    )
    assert book.named("physician", WORK).queue == "physician", "a nurse's rule names no physician"


@given(
    spans=st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1, max_size=6),
    day=st.integers(-6, 6),
)
def test_of_what_has_begun_the_last_word_stands(spans, day) -> None:
    versions = [
        a_rule(version=number, ended=ended, at=MONDAY + begins * DAY)
        for number, (begins, ended) in enumerate(spans, 1)
    ]
    at = MONDAY + day * DAY
    begun = [each for each in versions if each.effective_at <= at]
    expected = [begun[-1]] if begun and not begun[-1].ended else []
    assert list(law.standing(versions, at)) == expected


def test_a_step_asks_the_rules_of_its_instant_and_the_history_says_which(town, scans) -> None:
    before = opened(town)
    done = publish(town)
    ref = opened(town)
    other = opened(town, "OH-QHP")
    assert [queue_of(town, each) for each in (before, ref, other)] == ["review", scans, "review"]
    with town.database.reading(town.cx("system")) as cx:
        facts = cx.db.execute(
            select(CaseEvent.facts)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(Case.ref == ref, CaseEvent.event == "received")
        ).scalar_one()
    assert f'"queue_rule":"{done.code} version 1"' in facts
    # A physician is no part of a nurses' queue; back with the nurse the rule is asked anew.
    review.start_review(town.cx("nurse"), ref, None)
    form = review.Referral(summary="Headache for weeks.", criteria="MP-021: 1 met.")
    review.refer_to_physician(town.cx("nurse"), ref, None, form)
    assert queue_of(town, ref) == "physician"
    review.return_to_nurse(town.cx("physician"), ref, None, review.Reason(reason="Ask once more."))
    assert queue_of(town, ref) == scans
    end(town, done.code)
    assert queue_of(town, opened(town)) == "review"


def test_a_rule_of_the_fast_track_is_asked_when_the_pace_changes(town, scans) -> None:
    publish(town, Conditions(urgencies=("expedited",)))
    ref = opened(town)
    assert queue_of(town, ref) == "review"
    ask = pace.ExpediteAsk(asked_by="physician", reason="Pain that cannot wait.")
    pace.request_expedite(town.cx("nurse"), ref, None, ask)
    assert queue_of(town, ref) == scans


def test_a_planned_rule_waits_for_its_day_and_so_does_its_move(town, scans) -> None:
    assert desk_day(datetime(2027, 3, 2, 3, tzinfo=UTC)) == date(2027, 3, 1), "evening in Ohio"
    day = MONDAY + 3 * DAY
    ref = opened(town)
    publish(town, effective_on=day.date(), move=True)
    assert queue_of(town, opened(town)) == "review"
    assert not queue_round.move_slice(town.database)
    assert queue_of(town, opened(town, now=day)) == scans
    while queue_rules.carry_move(town.cx("system", day)):
        pass
    assert queue_of(town, ref) == scans


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"conditions": Conditions()}, "form"),
        ({"conditions": Conditions(lines=("medicine",))}, "lines"),
        ({"conditions": Conditions(states=("Ohio",))}, "states"),
        ({"name": " "}, "name"),
        ({"place": 0}, "place"),
        ({"queue": "nowhere"}, "queue"),
        ({"reason": " "}, "reason"),
        ({"effective_on": date(2027, 2, 1)}, "effective_on"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused_with_its_field(town, scans, said, field) -> None:
    with pytest.raises(Invalid) as refused:
        publish(town, **said)
    assert field in refused.value.fields


def test_only_supervisors_and_administrators_and_only_on_what_they_saw(town, scans) -> None:
    with pytest.raises(NotAllowed):
        publish(town, who="nurse")
    stale = edition(town) - 1
    form = EndForm(code="QR-001", reason="x")
    with pytest.raises(Stale):
        queue_rules.end_rule(town.cx("supervisor"), form, seen=stale)
    with pytest.raises(NotFound):
        queue_rules.move_open_cases(town.cx("admin"), "scans", reason="x", expected=0)


def test_the_plan_counts_what_the_move_moves_and_a_dead_slice_moves_nothing_twice(
    town, scans, monkeypatch
) -> None:
    mine = [opened(town) for _ in range(5)]
    others = [opened(town, "OH-QHP") for _ in range(2)]
    with town.database.reading(town.cx("system")) as house:
        there = written(house)
        rule = a_rule("QR-999", lines=SCANS.lines, at=MONDAY)
        found = questions.plan(house, "review", questions.book_of(there, MONDAY, with_=rule))
    assert (found.count, found.looked, found.whole) == (5, 7, True)
    publish(town, move=True)
    versions = seen_versions(town, mine)
    monkeypatch.setattr(queue_rules, "SLICE", 2)

    # The second slice dies right before its commit, then the worker comes again.
    real, calls = queue_rules._put, []

    def dies(cx, number, **values):
        real(cx, number, **values)
        calls.append(number)
        if len(calls) == 2:
            raise SystemExit

    monkeypatch.setattr(queue_rules, "_put", dies)
    assert queue_round.move_slice(town.database)
    with pytest.raises(SystemExit):
        queue_round.move_slice(town.database)
    monkeypatch.setattr(queue_rules, "_put", real)
    while queue_round.move_slice(town.database):
        pass
    assert {queue_of(town, ref) for ref in mine} == {scans}
    assert {queue_of(town, ref) for ref in others} == {"review"}
    for ref in mine:
        [event] = moved_events(town, ref)
        assert event.actor_name == "Sam Supervisor"
        assert '"from":"review"' in event.facts
        assert '"to":"scans"' in event.facts
    assert seen_versions(town, mine) == versions, "a move refuses no nurse"
    with town.database.reading(town.cx("system")) as cx:
        row = cx.db.scalars(select(QueueMove).order_by(QueueMove.id.desc())).first()
        assert (row.state, row.moved, row.seen) == ("done", 5, 7)
    assert not queue_round.move_slice(town.database)


def seen_versions(town, refs) -> list[int]:
    with town.database.reading(town.cx("system")) as cx:
        return list(
            cx.db.execute(
                select(Case.version).where(Case.ref.in_(refs)).order_by(Case.id)
            ).scalars()
        )


def test_what_an_end_left_behind_can_be_brought_home_later(town, scans) -> None:
    done = publish(town)
    ref = opened(town)
    end(town, done.code)
    assert queue_of(town, ref) == scans
    with town.database.reading(town.cx("system")) as house:
        assert questions.misplaced(house, written(house))["review"].count == 1
    cx = town.cx("supervisor")
    queue_rules.move_open_cases(cx, "review", reason="The queue is closed.", expected=1)
    with pytest.raises(Invalid, match="already"):
        queue_rules.move_open_cases(cx, "review", reason="Again.", expected=1)
    while queue_round.move_slice(town.database):
        pass
    assert queue_of(town, ref) == "review"
    assert len(moved_events(town, ref)) == 1


def test_one_case_that_breaks_stops_no_other(town, scans, monkeypatch) -> None:
    refs = [opened(town) for _ in range(3)]
    publish(town, move=True)
    real = queue_rules._moving

    def breaks(cx, head, row, book):
        if head.ref == refs[0]:
            raise ValueError(head.ref)
        return real(cx, head, row, book)

    monkeypatch.setattr(queue_rules, "_moving", breaks)
    while queue_round.move_slice(town.database):
        pass
    assert [queue_of(town, ref) for ref in refs] == ["review", scans, scans]
    with town.database.reading(town.cx("system")) as cx:
        row = cx.db.scalars(select(QueueMove).order_by(QueueMove.id.desc())).first()
        assert row.state == "done"
        assert "ValueError" in row.error
        assert refs[0] not in row.error, "an error names a number, nothing more"


def test_queues_carry_their_roles_and_every_change_its_reason(town, scans) -> None:
    cx = town.cx("supervisor")
    with pytest.raises(Invalid) as refused:
        queues.change_queue(cx, scans, QueueForm(name="Appeals", roles=(), place=0, reason=""))
    assert set(refused.value.fields) == {"name", "roles", "place", "reason"}
    form = QueueForm(
        name="Imaging", roles=("physician", "nurse"), place=1, reason="As people call it."
    )
    queues.change_queue(cx, scans, form)
    with town.database.reading(town.cx("supervisor")) as inside:
        people = load.of_people(inside)
        of_queues = {each.code: each for each in load.of_queues(inside, people)}
        assert next(iter(of_queues)) == scans
        assert of_queues[scans].roles == ("nurse", "physician")
        assert of_queues["review"].roles == ("nurse",)
        [now, was] = questions.changes(inside, scans)
        assert (now.was["name"], now.now["name"], now.reason) == (
            "Scans",
            "Imaging",
            "As people call it.",
        )
        assert was.was == {}
    with pytest.raises(Invalid, match="not changed"):
        queues.change_queue(cx, scans, form)
    with pytest.raises(NotFound):
        queues.change_queue(cx, "nowhere", form)
    queues.change_queue(cx, scans, replace(form, name="Scans", roles=("nurse",), place=2))


def test_what_rules_said_is_never_changed_by_anybody(town, scans) -> None:
    publish(town)
    with town.database.engine.connect() as connection:
        for statement in (
            "update queue_rule set place = 1",
            "delete from queue_rule",
            "delete from queue",
            "update queue_change set reason = 'x'",
        ):
            with pytest.raises(ProgrammingError):
                connection.execute(text(statement))
            connection.rollback()
    with town.database.reading(town.cx("system").but(principal=SYSTEM)) as cx:
        assert cx.db.execute(select(func.count()).select_from(QueueChange)).scalar_one() >= 1
        assert cx.db.execute(select(Queue.step).where(Queue.code == scans)).scalar_one() == "review"


@pytest.fixture(scope="module")
def echoes(town):
    """Another part of the nurses' work, into which no rule ever led."""
    form = QueueForm(
        name="Echoes", step="review", roles=("nurse",), place=3, reason="Hearts are many."
    )
    return queues.add_queue(town.cx("supervisor"), form)


def close(
    town, code="echoes", *, who="supervisor", reason="Two nurses read scans again.", now=MONDAY
):
    queues.close_queue(town.cx(who, now), code, reason=reason)


def test_a_queue_closes_when_no_rule_leads_there_and_nothing_lies_there(town, echoes) -> None:
    rule = publish(town, queue="echoes").code
    refs = [opened(town) for _ in range(2)]
    with pytest.raises(StateRefused, match=f"{rule} puts work here"):
        close(town)
    end(town, rule)
    with pytest.raises(StateRefused, match="2 open cases lie here: move them to Nurse review"):
        close(town)
    queue_rules.move_open_cases(town.cx("supervisor"), "review", reason="It closes.", expected=2)
    while queue_round.move_slice(town.database):
        pass
    assert {queue_of(town, ref) for ref in refs} == {"review"}
    close(town)
    assert "echoes" not in [each.code for each in of_load(town)]
    with pytest.raises(Invalid) as refused:
        publish(town, queue="echoes")
    assert "closed" in refused.value.fields["queue"]
    with pytest.raises(StateRefused, match="closed already"):
        close(town)
    queues.reopen_queue(town.cx("admin"), "echoes", reason="A third again.")
    with pytest.raises(StateRefused, match="is open"):
        queues.reopen_queue(town.cx("admin"), "echoes", reason="A third again.")
    assert "echoes" in [each.code for each in of_load(town)]
    with town.database.reading(town.cx("admin")) as cx:
        told = [(row.was, row.now, row.by_name) for row in questions.changes(cx, "echoes")][:2]
    assert told == [
        ({"closed": True}, {"closed": False}, "Adam Admin"),
        ({"closed": False}, {"closed": True}, "Sam Supervisor"),
    ]


def test_a_rule_that_leads_there_later_keeps_a_queue_open(town, echoes) -> None:
    on = desk_day(MONDAY) + timedelta(days=3)
    rule = publish(town, queue="echoes", effective_on=on).code
    with pytest.raises(StateRefused, match=f"{rule} puts work here"):
        close(town)


def test_only_a_part_of_a_step_closes_with_a_reason_and_by_who_may(town, echoes) -> None:
    with pytest.raises(StateRefused, match="stays as long as the step"):
        close(town, "review")
    with pytest.raises(Invalid):
        close(town, reason=" ")
    with pytest.raises(NotFound):
        close(town, "nowhere")
    with pytest.raises(NotAllowed):
        close(town, who="nurse")


def of_load(town):
    with town.database.reading(town.cx("supervisor")) as cx:
        return load.of_queues(cx, ())

"""A missed clock leaves something to be done, with an owner and a due: in every state of every
kind of case, never a verdict, and no more once it is done or the case has ended."""

from datetime import timedelta

import pytest
from sqlalchemy import or_, select

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.models import Case, CaseEvent, Clock, Escalation, Obligation
from casework.records.missed import DECISION, LATE, duties
from casework.services import appeal_decisions, desk
from casework.services.clocks import sweep_case
from casework.services.operations import move_time
from casework.worker import Worker
from sla import rules
from sla.events import CLOCKS, CONSEQUENCES, LINES
from tests.builders import MONDAY
from tests.services import stages, walk_appeals, walk_grievances, walk_requests, walk_reviews
from tests.services.house import a_house

WALKS = {
    "prior_auth": walk_requests,
    "appeal": walk_appeals,
    "grievance": walk_grievances,
    "external_review": walk_reviews,
}
LATER = MONDAY + timedelta(days=200)
DUTIES = {name for name, clock in CLOCKS.items() if clock.owner == "plan"} - {"earliest_action"}


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings, indiana=True)
    move_time(database.context(), MONDAY)
    worker = Worker(database)
    for contract in ("OH-MCD-2026", "OH-QHP"):
        made.denials[contract] = stages.a_denial(made, contract)
        appeal = stages.a_reviewed_appeal(made, contract, about=made.denials[contract])
        stages.decide(made, appeal, "uphold")
        made.upheld[contract] = appeal
    worker.relay()
    worker.close()
    return made


def run_out(house, ref: str, now=LATER) -> None:
    """Let everything fire that is due on this case by then."""
    case_id = stages.look(house, ref).case.id
    while sweep_case(house.cx("system", now), case_id).fired:
        pass


def rows(house, table, ref: str) -> list:
    with house.town.database.reading(house.cx("system")) as cx:
        case_id = select(Case.id).where(Case.ref == ref).scalar_subquery()
        return list(cx.db.execute(select(table).where(table.case_id == case_id)).scalars())


def owed(house, ref: str) -> list[tuple[str, str]]:
    """(kind, clock) of what this case owes now."""
    return sorted((o.kind, o.clock) for o in rows(house, Obligation, ref) if o.done_at is None)


# ── What the law makes of it ────────────────────────────────────────────────────────────────────


def test_every_duty_of_the_plan_leaves_an_obligation_when_it_is_missed() -> None:
    assert set(LATE) | {DECISION} == DUTIES
    for clock in DUTIES:
        for line in LINES:
            assert duties(clock, line=line)
    kinds = [duty.kind for duty in LATE.values()]
    assert len(set(kinds)) == len(kinds)


def test_every_consequence_of_a_rule_has_its_own_words_on_its_line() -> None:
    seen = set()
    for rule in rules.load().versions:
        if rule.consequence:
            seen.add(rule.consequence)
            for line in rule.line:
                found = duties(DECISION, line=line, consequence=rule.consequence)
                assert found != duties(DECISION, line=line), (rule.id, line)
                assert all(len(duty.says) < 300 for duty in found)
    assert seen == set(CONSEQUENCES)


@pytest.mark.parametrize(
    ("consequence", "line", "kinds"),
    [
        ("deemed_denial", "medicaid", ["send_denial_notice"]),
        ("deemed_denial", "medicare", ["tell_of_deemed_denial", "decide_now"]),
        ("deemed_exhaustion", "medicaid", ["tell_of_exhaustion", "decide_now"]),
        ("deemed_exhaustion", "marketplace", ["tell_of_exhaustion", "decide_now"]),
        ("deemed_affirmation", "medicare", ["forward_to_ire"]),
        ("deemed_approval", "medicaid", ["confirm_deemed_approval"]),
        ("deemed_approval", "marketplace", ["confirm_deemed_approval"]),
        ("", "medicaid", ["decide_now"]),
        ("", "medicare", ["decide_now"]),
        ("", "marketplace", ["decide_now"]),
    ],
)
def test_the_law_of_each_line(consequence: str, line: str, kinds: list[str]) -> None:
    """Rules 1.7: a denial with its notice today, exhaustion, affirmation, approval to confirm."""
    assert [duty.kind for duty in duties(DECISION, line=line, consequence=consequence)] == kinds


def _request(house, contract: str) -> str:
    return walk_requests._received(house, contract)


def _appeal(house, contract: str) -> str:
    return stages.an_appeal(house, contract)


def _grievance(house, contract: str) -> str:
    return stages.a_grievance(house, contract)


@pytest.mark.parametrize(
    ("make", "contract", "expected", "law"),
    [
        (_request, "OH-MCD", ["decide_now"], ""),
        (_request, "OH-QHP", ["decide_now"], ""),
        (_request, "OH-MCD-2026", ["send_denial_notice"], "42 CFR 438.404(c)(5)"),
        (_request, "MA-2026", ["decide_now", "tell_of_deemed_denial"], "42 CFR 422.568(f)"),
        (_appeal, "OH-MCD", ["decide_now"], ""),
        (
            _appeal,
            "OH-MCD-2026",
            ["decide_now", "send_acknowledgement", "tell_of_exhaustion"],
            "OAC 5160-26-08.4",
        ),
        (_appeal, "MA-2026", ["forward_to_ire"], "42 CFR 422.590(d)"),
        (_grievance, "OH-MCD-2026", ["decide_now", "send_acknowledgement"], ""),
        (_grievance, "MA-2026", ["decide_now"], ""),
    ],
)
def test_each_contract_owes_what_its_law_says(house, make, contract, expected, law) -> None:
    ref = make(house, contract)
    run_out(house, ref)
    found = [o for o in rows(house, Obligation, ref) if o.kind in {*expected, "decide_now"}]
    assert sorted(o.kind for o in rows(house, Obligation, ref)) == expected
    assert all(o.owner_id and o.due_at for o in found)
    of_decision = [o for o in found if o.kind != "send_acknowledgement"]
    assert all(law in o.citation for o in of_decision), [o.citation for o in of_decision]
    if make is _request and contract == "OH-MCD-2026":
        [notice] = of_decision
        clock = next(c for c in rows(house, Clock, ref) if c.name == "denial_notice")
        assert notice.due_at == clock.due_at


# ── In every state of every kind ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "state"), [(kind, state) for kind, walk in WALKS.items() for state in walk.STAGES]
)
def test_no_missed_duty_is_silent_and_none_decides_the_case(house, kind, state) -> None:
    ref = WALKS[kind].STAGES[state](house)
    before = stages.look(house, ref).case
    run_out(house, ref)
    after = stages.look(house, ref).case
    assert (after.state, after.outcome) == (before.state, before.outcome)
    told = {e.event for e in rows(house, CaseEvent, ref) if e.seq > before.event_seq}
    assert told <= {"mark_reached", "deadline_missed"}
    names = {name for pair in owed(house, ref) for name in pair}
    called = {e.clock for e in rows(house, Escalation, ref) if e.ended_at is None}
    for clock in rows(house, Clock, ref):
        if clock.name not in DUTIES or clock.owner != "plan" or clock.ended:
            continue
        if clock.satisfied_at is None and clock.due_at < LATER and clock.state != "closed":
            kinds = {
                duty.kind
                for line in LINES
                for duty in duties(clock.name, line=line, consequence=clock.consequence)
            }
            assert clock.name in names or names & kinds, (ref, clock.name)
            assert clock.name in called
            assert after.open
    for each in rows(house, Obligation, ref):
        assert each.owner_id
        assert each.due_at


# ── Settled when it is done, over when the case is ──────────────────────────────────────────────


@command
def leaves(cx: Context, ref: str, kind: str) -> None:
    """A notice of this kind leaves, as the post room records it."""
    case = ledger.take(cx, ref)
    said = ledger.Said(notice_kind=kind)
    ledger.record(cx, [ledger.Change(case=case, observation="notice_sent", said=said)])


@pytest.mark.parametrize(
    ("contract", "left"),
    [("OH-MCD", []), ("OH-MCD-2026", []), ("MA-2026", [("tell_of_deemed_denial", "")])],
)
def test_what_was_owed_ends_when_the_notice_leaves(house, contract, left) -> None:
    ref = stages.with_physician(house, contract)
    now = MONDAY + timedelta(days=20)
    run_out(house, ref, now)
    assert len(owed(house, ref)) == len(left) + 1
    leaves(house.cx("system", now), ref, "adverse")
    assert owed(house, ref) == left
    assert {o.done_by for o in rows(house, Obligation, ref) if o.done_at} == {"Casework"}
    assert all(e.ended_at and e.hand_on_at is None for e in rows(house, Escalation, ref))


def test_of_a_decided_case_only_the_notice_is_owed(house) -> None:
    ref = stages.a_denial(house, "OH-MCD")
    run_out(house, ref)
    assert owed(house, ref) == [("send_decision_notice", "decision")]


def test_an_acknowledgement_that_is_late_is_owed_until_it_leaves(house) -> None:
    ref = stages.an_appeal(house, "OH-MCD-2026")
    now = MONDAY + timedelta(days=8)
    run_out(house, ref, now)
    assert owed(house, ref) == [("send_acknowledgement", "acknowledgement")]
    leaves(house.cx("system", now), ref, "acknowledgement")
    assert owed(house, ref) == []


def test_forwarding_late_ends_the_obligation_to_forward(house) -> None:
    ref = stages.a_reviewed_appeal(house, "MA-2026")
    now = MONDAY + timedelta(days=70)
    run_out(house, ref, now)
    assert owed(house, ref) == [("forward_to_ire", "forward_to_ire")]
    appeal_decisions.forward(house.cx("ag_specialist", now), ref, None)
    assert owed(house, ref) == []


def test_what_a_person_must_tell_is_settled_by_that_person(house) -> None:
    ref = walk_requests._received(house, "MA-2026")
    now = MONDAY + timedelta(days=10)
    run_out(house, ref, now)
    [telling] = [o for o in rows(house, Obligation, ref) if o.kind == "tell_of_deemed_denial"]
    form = desk.Settlement(obligation_id=telling.id, how="By telephone, then by mail.")
    desk.settle_obligation(house.cx("nurse", now), ref, None, form)
    assert owed(house, ref) == [("decide_now", "decision")]


def test_a_case_that_is_withdrawn_after_its_time_ran_out_owes_no_more(house) -> None:
    ref = walk_requests._received(house, "OH-MCD")
    run_out(house, ref)
    assert owed(house, ref) == [("decide_now", "decision")]
    walk_requests.withdraw(house, ref, "Maple")
    assert owed(house, ref) == []
    case = stages.look(house, ref).case
    assert not case.open
    assert case.next_due_at is None
    [clock] = rows(house, Clock, ref)
    assert (clock.state, clock.ended) == ("missed", True)  # late it was, and late it stays
    assert all(e.ended_at for e in rows(house, Escalation, ref))


def test_the_same_is_not_owed_twice(house) -> None:
    """The deemed denial owes the notice; that the notice is late as well adds nothing."""
    ref = walk_requests._received(house, "OH-MCD-2026")
    run_out(house, ref)
    steps = {(e.clock, e.step) for e in rows(house, Escalation, ref)}
    assert ("denial_notice", "100") in steps
    assert owed(house, ref) == [("send_denial_notice", "denial_notice")]


def test_whoever_asked_for_the_open_cases_finds_all_that_ran_out(house) -> None:
    """Nothing that is late and unsatisfied stands on a case that no list shows."""
    with house.town.database.reading(house.cx("system")) as cx:
        hidden = cx.db.execute(
            select(Case.ref, Clock.name)
            .join(Clock, Clock.case_id == Case.id)
            .where(
                Case.open.is_(False),
                Clock.owner == "plan",
                Clock.ended.is_(False),
                Clock.name != "earliest_action",
                or_(Clock.state == "open", Clock.state == "missed"),
                Clock.satisfied_at.is_(None),
            )
        ).all()
    assert hidden == []

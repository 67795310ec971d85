"""What the desk notes on a case: papers, receipts, calls, work, escalations, what was owed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import bridge
from casework.errors import Invalid, NotAllowed, NotFound, Stale, StateRefused
from casework.models import Assignment, CaseDocument, Contact, Escalation
from casework.records.observing import take
from casework.services import contacts, desk, escalations, papers
from casework.services.actions import ACTIONS, FILINGS, OBSERVATIONS, observation
from casework.services.clocks import sweep_case
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from casework.worker import Worker
from statemachines import engine
from tests.builders import MONDAY, PDF, a_submission
from tests.services import stages, walk_requests
from tests.services.house import a_house

PAPER = PaperAsSent(name="notes.pdf", media_type="application/pdf", content=PDF + b"%2")


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def rows(house, table, ref: str) -> list:
    """The rows of this table on this case."""
    with house.town.database.reading(house.cx("system")) as cx:
        case_id = stages.look(house, ref).case.id
        return list(
            cx.db.execute(select(table).where(table.case_id == case_id).order_by(table.id))
            .scalars()
            .all()
        )


# ── Papers ──────────────────────────────────────────────────────────────────────────────────────


def test_papers_are_added_to_any_case_and_marked(house) -> None:
    for ref in (walk_requests.STAGES["in_review"](house), stages.a_grievance(house)):
        before = stages.look(house, ref).case.version
        done = papers.add_document(house.cx("intake"), ref, None, papers.Upload(papers=(PAPER,)))
        sight = stages.look(house, ref)
        assert done.event == "document_added"
        assert sight.case.new_papers_at == MONDAY
        assert sight.case.version == before + 1
        assert rows(house, CaseDocument, ref)[-1].name == "notes.pdf"


def test_an_announced_paper_is_filled_by_its_control_number(house) -> None:
    announced = PaperAsSent(name="later", media_type="", control_number="CN-7")
    sent = a_submission(house.town, papers=(announced,))
    ref = submit_prior_auth(house.cx("Maple"), sent).ref
    [waiting] = rows(house, CaseDocument, ref)
    assert waiting.document_id is None
    came = replace(PAPER, control_number="CN-7")
    papers.add_document(house.cx("Maple"), ref, None, papers.Upload(papers=(came, PAPER)))
    filled, added = rows(house, CaseDocument, ref)
    assert filled.id == waiting.id
    assert filled.document_id == added.document_id is not None
    assert filled.name == "notes.pdf"


def test_what_is_no_paper_is_refused(house) -> None:
    ref = stages.a_grievance(house)
    for form in (papers.Upload(papers=()), papers.Upload(papers=(replace(PAPER, content=b"x"),))):
        with pytest.raises(Invalid):
            papers.add_document(house.cx("intake"), ref, None, form)


# ── Notices ─────────────────────────────────────────────────────────────────────────────────────


def test_a_returned_receipt_moves_the_window_that_counts_from_it(house, database) -> None:
    ref = stages.a_denial(house, "MA-2026")
    worker = Worker(database)
    worker.relay()
    worker.close()
    printed = stages.look(house, ref).clocks["filing_window"].due_at
    late = MONDAY + timedelta(days=20)
    form = papers.Receipt(received_on=late.date(), proof="The card came back.")
    with pytest.raises(Invalid) as refused:
        papers.notice_received(house.cx("intake"), ref, None, form)
    assert "received_on" in refused.value.fields
    papers.notice_received(house.cx("intake", late), ref, None, form)
    with database.reading(house.cx("system")) as cx:
        window = bridge.standing_answer(cx, stages.look(house, ref).case).clock("filing_window")
    [law] = [c for c in window.candidates if c.rule == "MA-FILE-RECON"]
    assert law.due.isoformat() == "2027-05-21T03:59:59+00:00"  # sixty days after March 21
    assert stages.look(house, ref).clocks["filing_window"].due_at >= printed


def test_an_oral_notice_counts_where_the_law_lets_it(house) -> None:
    ref = stages.a_reviewed_appeal(house, "MA-2026", priority="expedited")
    early = papers.OralNotice(at=MONDAY, with_whom="Alex")
    with pytest.raises(StateRefused, match="could be told"):
        papers.oral_notice_given(house.cx("ag_specialist"), ref, None, early)
    stages.decide(house, ref, "overturn")
    assert stages.look(house, ref).clocks["decision"].state == "open"
    papers.oral_notice_given(house.cx("ag_specialist"), ref, None, early)
    sight = stages.look(house, ref)
    assert sight.clocks["decision"].state == "met"
    assert sight.clocks["written_notice"].state == "open"


def test_only_a_review_outside_has_a_reviewer_who_receives(house) -> None:
    form = papers.Arrival(at=MONDAY, proof="A receipt.")
    with pytest.raises(StateRefused):
        papers.reviewer_received(house.cx("intake"), stages.a_grievance(house), None, form)


def test_complete_information_is_noted(house) -> None:
    ref = walk_requests.STAGES["in_review"](house)
    form = papers.Completeness(at=MONDAY, what="The last note.")
    assert papers.info_complete(house.cx("intake"), ref, None, form).event == "info_complete"
    late = papers.Completeness(at=walk_requests.LATE)
    with pytest.raises(Invalid):
        papers.info_complete(house.cx("intake"), ref, None, late)


# ── Calls ───────────────────────────────────────────────────────────────────────────────────────


def test_every_call_gets_its_own_number(house) -> None:
    ref = stages.a_grievance(house)
    form = contacts.ContactMade(
        direction="out", channel="phone", with_whom="Alex", purpose="consent", note="No answer."
    )
    numbers = {contacts.log_contact(house.cx("intake"), ref, None, form).made["contact"]}
    numbers.add(contacts.log_contact(house.cx("intake"), ref, None, form).made["contact"])
    assert len(numbers) == 2
    assert all(number.startswith("CALL-2027-") for number in numbers)
    assert {row.ref for row in rows(house, Contact, ref)} == numbers
    assert b"No answer" not in rows(house, Contact, ref)[0].note_ct


# ── Work ────────────────────────────────────────────────────────────────────────────────────────


def test_work_is_taken_once_and_handed_on_by_others(house) -> None:
    ref = walk_requests.STAGES["received"](house)
    desk.take_work(house.cx("nurse"), ref, None)
    with pytest.raises(StateRefused, match="already"):
        desk.take_work(house.cx("nurse2"), ref, None)
    handing = desk.Handing(user_id=house.user("nurse2"), reason="Holiday.")
    with pytest.raises(NotAllowed):
        desk.assign(house.cx("nurse"), ref, None, handing)
    desk.assign(house.cx("supervisor"), ref, None, handing)
    assert stages.look(house, ref).case.assignee_id == house.user("nurse2")
    first, second = rows(house, Assignment, ref)
    assert first.until_at == second.from_at == MONDAY
    with pytest.raises(Invalid) as refused:
        desk.assign(house.cx("supervisor"), ref, None, desk.Handing(user_id=999_999))
    assert "user_id" in refused.value.fields


def test_a_note_is_sealed_and_says_who(house) -> None:
    ref = stages.a_grievance(house)
    desk.add_note(house.cx("nurse"), ref, None, desk.Note(text="She prefers calls after four."))
    event = stages.look(house, ref).events[-1]
    assert (event.event, event.actor_name) == ("note_added", "Nora Nurse")
    assert b"after four" not in event.body_ct
    with pytest.raises(Invalid):
        desk.add_note(house.cx("nurse"), ref, None, desk.Note(text=" "))


def test_whoever_saw_an_older_case_is_told(house) -> None:
    ref = stages.a_grievance(house)
    seen = stages.look(house, ref).case.version
    desk.take_work(house.cx("ag_specialist"), ref, seen)
    with pytest.raises(Stale):
        desk.add_note(house.cx("nurse"), ref, seen, desk.Note(text="Late."))


# ── Escalations and obligations ─────────────────────────────────────────────────────────────────


def test_a_clock_is_escalated_by_hand_once_and_keeps_its_number(house) -> None:
    ref = walk_requests.STAGES["in_review"](house)
    form = escalations.ByHand(reason="The member is in pain.")
    number = escalations.escalate(house.cx("Maple"), ref, None, form).made["escalation"]
    assert number.startswith("ESC-2027-")
    with pytest.raises(StateRefused, match=number):
        escalations.escalate(house.cx("nurse"), ref, None, form)
    sweep_case(house.cx("system", walk_requests.LATE), stages.look(house, ref).case.id)
    steps = rows(house, Escalation, ref)
    assert [step.ref for step in steps if step.ref] == [number]
    assert [step.step for step in steps] == ["hand", "100"]
    assert all(step.owner_id for step in steps)


def test_only_the_plans_own_clock_is_escalated(house) -> None:
    ref = walk_requests.STAGES["in_review"](house)
    with pytest.raises(Invalid) as refused:
        escalations.escalate(
            house.cx("nurse"), ref, None, escalations.ByHand(reason="x", clock="weather")
        )
    assert "clock" in refused.value.fields


def test_an_escalation_is_acknowledged_once(house) -> None:
    ref = walk_requests.STAGES["in_review"](house)
    escalations.escalate(house.cx("nurse"), ref, None, escalations.ByHand(reason="It is urgent."))
    [step] = rows(house, Escalation, ref)
    form = escalations.Acknowledgement(escalation_id=step.id, answer="I call the office.")
    escalations.acknowledge_escalation(house.cx("supervisor"), ref, None, form)
    [step] = rows(house, Escalation, ref)
    assert step.acknowledged_by_id == house.user("supervisor")
    told = stages.look(house, ref).case.event_seq
    escalations.acknowledge_escalation(house.cx("compliance"), ref, None, form)
    assert stages.look(house, ref).case.event_seq == told
    unknown = escalations.Acknowledgement(escalation_id=step.id + 1000, answer="What?")
    with pytest.raises(NotFound):
        escalations.acknowledge_escalation(house.cx("supervisor"), ref, None, unknown)


def test_an_obligation_is_settled_once(house) -> None:
    ref = stages.decided(house, "OH-MCD", "overturn")
    [owed] = stages.look(house, ref).owed
    form = desk.Settlement(obligation_id=owed.id, how="Done by the old system.")
    done = desk.settle_obligation(house.cx("ag_specialist"), ref, None, form)
    assert done.event == "obligation_settled"
    assert stages.look(house, ref).owed[0].done_by == "Asa Appeals"
    with pytest.raises(NotFound):
        desk.settle_obligation(house.cx("ag_specialist"), ref, None, form)


# ── The tables of the doors ─────────────────────────────────────────────────────────────────────


def test_every_step_has_its_command_or_belongs_to_the_system() -> None:
    system = {"deadline_missed", "information_lapsed", "auto_approve"}
    for kind in engine.KINDS:
        filing = {"request" if kind == "external_review" else "receive"}
        assert set(engine.triggers(kind)) - set(ACTIONS[kind]) == (
            (system | filing) & set(engine.triggers(kind))
        )
        assert set(ACTIONS[kind]) <= set(engine.triggers(kind))


def test_every_door_names_itself() -> None:
    assert set(FILINGS) == {"appeal", "grievance", "external_review"}
    assert observation("note").form is desk.Note
    with pytest.raises(NotFound, match="take_work"):
        observation("sing")
    assert len(OBSERVATIONS) == 39


def test_an_observation_asks_policy_before_it_is_written(house) -> None:
    ref = stages.a_grievance(house)
    database = house.town.database
    for name in ("note", "assign", "escalate"):
        cx = house.cx("compliance")
        with database.session(cx) as session, pytest.raises(NotAllowed):
            take(cx.on(session), ref, name, seen=None)

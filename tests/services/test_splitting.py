"""One filing that is two: each part has its own case, the same receipt, papers and filer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock_proof
from casework.errors import Invalid, NotFound, Problem, StateRefused
from casework.models import CaseDocument, CaseParty, Grievance
from casework.records import joins
from casework.services import appeals, rehearsals, splitting
from casework.services.actions import ACTIONS
from casework.services.operations import move_time
from casework.services.splitting import Splitting
from casework.submission import PaperAsSent
from tests.builders import MONDAY
from tests.services import stages, walk_appeals
from tests.services.house import a_house

LATER = MONDAY + timedelta(days=3)
CONTRACT = "OH-MCD-2026"
WHY = "The letter is about two things."


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def part(house, ref, *, who="ag_specialist", seen=None, **form):
    said = {"told": "The clerk was rude as well.", "reason": WHY} | form
    return splitting.split(house.cx(who, LATER), ref, seen, Splitting(**said))


def of(house, table, ref):
    with house.town.database.reading(house.cx("system")) as cx:
        case = stages.look(house, ref).case
        return list(cx.db.execute(select(table).where(table.case_id == case.id)).scalars())


def test_a_complaint_in_an_appeal_letter_gets_a_case_with_the_same_receipt(house):
    paper = PaperAsSent(name="letter.pdf", media_type="application/pdf", content=b"%PDF-1.4 x")
    about = stages.a_denial(house, CONTRACT)
    ref = stages.an_appeal(house, CONTRACT, about=about, papers=(paper,))
    before = stages.look(house, ref)
    done = part(house, ref, into="grievance", category="attitude.plan")
    new = done.made["grievance"]
    first, second = stages.look(house, ref), stages.look(house, new)
    assert first.case.state == before.case.state == "received"
    assert first.clocks["decision"].due_at == before.clocks["decision"].due_at
    assert second.case.received_at == first.case.received_at == MONDAY
    assert second.case.kind == "grievance"
    assert [row.name for row in of(house, CaseDocument, new)] == ["letter.pdf"]
    [detail] = of(house, Grievance, new)
    assert detail.about_case_id == stages.look(house, about).case.id
    with house.town.database.reading(house.cx("system")) as cx:
        assert [
            (each.ref, each.relation, each.onward) for each in joins.links_of(cx, first.case.id)
        ] == [(new, "split", True)]
        assert [(each.ref, each.onward) for each in joins.links_of(cx, second.case.id)] == [
            (ref, False)
        ]
        assert joins.standing_for(cx, first.case.id) == first.case.id, "it stands for itself"
        assert clock_proof.verify(cx).differ == ()


def test_a_letter_that_disputes_two_decisions_becomes_two_appeals(house):
    first, second = (stages.a_denial(house, CONTRACT) for _ in range(2))
    ref = walk_appeals.by_office(house, CONTRACT, first)
    done = part(house, ref, into="appeal", about=second, told="And the second scan too.")
    new = stages.look(house, done.made["appeal"])
    assert new.case.received_at == stages.look(house, ref).case.received_at
    assert new.case.parent_id == stages.look(house, second).case.id
    assert "appealed" in stages.look(house, second).happened
    filers = {row.organization_id for row in of(house, CaseParty, ref) if row.role == "filing"}
    kept = {row.organization_id for row in of(house, CaseParty, new.case.ref)}
    assert filers <= kept
    with house.town.database.reading(house.cx("system")) as cx:
        # A consent is for one service and one appeal: the new one needs its own.
        assert stages.detail(cx, new.case.ref).consent == "missing"


def test_an_appeal_in_a_complaint_is_opened_beside_it(house):
    ref = stages.a_grievance(house, CONTRACT)
    about = stages.a_denial(house, CONTRACT)
    done = part(house, ref, into="appeal", about=about, told="I need the scan.")
    assert stages.look(house, ref).case.state == "received"
    assert stages.look(house, done.made["appeal"]).case.received_at == MONDAY


@pytest.mark.parametrize("into", ["grievance", "appeal"])
def test_the_filer_gets_one_letter_that_names_both(house, into):
    about, other = stages.a_denial(house, CONTRACT), stages.a_denial(house, CONTRACT)
    ref = stages.an_appeal(house, CONTRACT, about=about)
    form = Splitting(
        into=into,
        about=other if into == "appeal" else "",
        category="attitude.plan",
        told="That too.",
        reason=WHY,
    )
    step = ACTIONS["appeal"]["split"]
    cx = house.cx("ag_specialist", LATER)
    drafts = rehearsals.letters_to_come(cx, step, ref, None, form)
    [told] = [each for each in drafts if each.code == "case_parted"]
    assert told.recipient == "member", "what a member complains of is not sent to the office"
    assert told.draft.fine, [point.wrong for point in told.draft.points]
    assert ref in told.draft.html
    assert all(each.draft.fine for each in drafts)


def test_what_is_not_named_or_not_another_matter_is_refused(house):
    about = stages.a_denial(house, CONTRACT)
    ref = stages.an_appeal(house, CONTRACT, about=about)
    with pytest.raises(Invalid, match="names the decision"):
        part(house, ref, into="appeal")
    with pytest.raises(Invalid, match="about that decision already"):
        part(house, ref, into="appeal", about=about)
    with pytest.raises(Invalid, match="category"):
        part(house, ref, into="grievance")
    open_request = stages.with_physician(house, CONTRACT)
    with pytest.raises(StateRefused, match="Say what goes into a case of its own"):
        part(house, ref, into="appeal", about=open_request)
    with pytest.raises(StateRefused, match="Give the reason"):
        part(house, ref, into="grievance", category="attitude.plan", reason=" ")
    with pytest.raises(Invalid, match="another member's"):
        part(house, ref, into="appeal", about=stages.a_denial(house, "OH-MCD"))
    with pytest.raises(NotFound):
        part(house, "PA-2027-000001-1", into="grievance", category="attitude.plan")
    assert stages.look(house, ref).happened == ["received"]


def test_what_was_decided_is_not_parted_any_more(house):
    ref = stages.decided(house, CONTRACT, "uphold")
    with pytest.raises(StateRefused, match="possible only while it is open"):
        part(house, ref, into="grievance", category="attitude.plan")


@pytest.mark.parametrize("who", ["nurse", "ag_clinician", "supervisor", "intake"])
def test_only_the_specialist_parts_a_case(house, who):
    ref = stages.an_appeal(house, CONTRACT)
    with pytest.raises(Problem, match="Only an appeals specialist may split"):
        part(house, ref, into="grievance", category="attitude.plan", who=who)


def test_what_was_wrongly_joined_is_parted_again_with_the_same_receipt(house):
    """There is no undo: the two steps answer each other, and the history shows both."""
    about, other = stages.a_denial(house, CONTRACT), stages.a_denial(house, CONTRACT)
    ref = stages.an_appeal(house, CONTRACT, about=about)
    second = appeals.AppealFiling(about=about, reason="Both scans.")
    again = appeals.file_appeal(house.member(CONTRACT), second).ref
    form = ACTIONS["appeal"]["merge"].form(other=ref, reason="Thought to be one.")
    ACTIONS["appeal"]["merge"].carry_out(house.cx("ag_specialist", LATER), again, None, form)
    done = part(house, ref, into="appeal", about=other, told="Both scans.")
    assert stages.look(house, done.made["appeal"]).case.received_at == MONDAY

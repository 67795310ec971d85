"""Two cases of one member that turn out to be one: nothing that came is lost, nothing is moved."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casework import clock_proof
from casework.errors import Invalid, NotFound, Problem, StateRefused
from casework.models import (
    Case,
    CaseDocument,
    CaseLink,
    CaseParty,
    Grievance,
    GrievanceIssue,
    Letter,
    Member,
)
from casework.services import (
    appeal_review,
    appeals,
    external_reviews,
    merging,
    papers,
    rehearsals,
)
from casework.services.actions import ACTIONS
from casework.services.merging import Merging
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from tests.builders import MONDAY
from tests.services import stages, walk_appeals, walk_requests
from tests.services.house import a_house

HOUR = timedelta(hours=1)
CONTRACT = "OH-MCD-2026"
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def join(house, ref, other, *, who="ag_specialist", now=MONDAY + 48 * HOUR, seen=None):
    form = Merging(other=other, reason="The call and the letter are about the same denial.")
    return merging.merge(house.cx(who, now), ref, seen, form)


def paper(name: str) -> PaperAsSent:
    return PaperAsSent(name=name, media_type="application/pdf", content=PDF + name.encode())


def two_appeals(house, contract=CONTRACT, **later):
    """A call on Monday and the letter on Tuesday about the same denial."""
    about = stages.a_denial(house, contract)
    call = stages.an_appeal(house, contract, about=about)
    letter = stages.an_appeal(house, contract, about=about, now=MONDAY + 24 * HOUR, **later)
    return call, letter


def rows(house, table, ref):
    with house.town.database.reading(house.cx("system")) as cx:
        case = stages.look(house, ref).case
        return list(cx.db.execute(select(table).where(table.case_id == case.id)).scalars())


def speaks(house, ref, language):
    """Let the member of this case read this language."""
    with house.town.database.session(house.cx("system")) as session:
        member = session.get(Member, stages.look(house, ref).case.member_id)
        member.language = language
        session.commit()


@pytest.mark.parametrize("from_the_later", [True, False])
def test_the_earlier_case_goes_on_with_its_receipt_whichever_is_named(house, from_the_later):
    call, letter = two_appeals(house)
    before = stages.look(house, call)
    done = join(house, letter, call) if from_the_later else join(house, call, letter)
    assert done.ref == call
    assert done.made == {"joined": letter}
    stays, gone = stages.look(house, call), stages.look(house, letter)
    assert stays.case.received_at == before.case.received_at == MONDAY
    assert stays.clocks["decision"].due_at == before.clocks["decision"].due_at
    assert (stays.case.state, gone.case.state) == ("received", "merged")
    assert gone.case.outcome == "merged"
    assert not gone.case.open
    assert {clock.state for clock in gone.clocks.values() if clock.owner == "plan"} <= {
        "closed",
        "met",
    }
    assert gone.happened[-1] == "merged"
    assert stays.happened[-1] == "case_taken_in"
    with house.town.database.reading(house.cx("system")) as cx:
        [link] = cx.db.execute(select(CaseLink).where(CaseLink.case_id == gone.case.id)).scalars()
        assert (link.other_id, link.relation) == (stays.case.id, "merged")
        assert clock_proof.verify(cx).differ == ()


def test_papers_and_offices_come_along_and_later_papers_find_their_way(house):
    about = stages.a_denial(house, CONTRACT)
    first = stages.an_appeal(house, CONTRACT, about=about)
    second = walk_appeals.by_office(house, CONTRACT, about, papers=(paper("notes.pdf"),))
    join(house, first, second)
    assert [row.name for row in rows(house, CaseDocument, first)] == ["notes.pdf"]
    offices = {(row.organization_id, row.role) for row in rows(house, CaseParty, first)}
    assert offices >= {(r.organization_id, r.role) for r in rows(house, CaseParty, second)}
    assert stages.look(house, first).case.new_papers_at is not None
    # A coversheet still bears the old number: the paper belongs to the case that goes on.
    papers.add_document(house.cx("Maple"), second, None, papers.Upload(papers=(paper("x.pdf"),)))
    assert {row.name for row in rows(house, CaseDocument, first)} == {"notes.pdf", "x.pdf"}
    assert len(rows(house, CaseDocument, second)) == 1


def test_the_members_own_appeal_is_the_consent_that_the_office_lacked(house):
    about = stages.a_denial(house, CONTRACT)
    office = walk_appeals.by_office(house, CONTRACT, about)
    appeal_review.require_consent(house.cx("ag_specialist"), office, None)
    own = stages.an_appeal(house, CONTRACT, about=about, now=MONDAY + HOUR)
    join(house, office, own)
    assert stages.look(house, office).case.state == "received"
    with house.town.database.reading(house.cx("system")) as cx:
        assert stages.detail(cx, office).consent == "on_file"


def test_the_fast_track_of_the_later_one_counts_from_its_own_instant(house):
    about = stages.a_denial(house, CONTRACT)
    slow = stages.an_appeal(house, CONTRACT, about=about)
    fast = walk_appeals.by_office(house, CONTRACT, about, priority="expedited")
    due = stages.look(house, fast).clocks["decision"].due_at
    join(house, slow, fast, now=MONDAY + HOUR)
    stays = stages.look(house, slow)
    assert stays.case.fast_track
    assert (
        stays.clocks["decision"].due_at
        == due
        < stages.look(house, fast).case.received_at + (73 * HOUR)
    )


def test_a_fast_track_that_a_member_asked_for_is_still_to_be_answered(house):
    call, letter = two_appeals(house, priority="expedited")
    due = stages.look(house, letter).clocks["decision"].due_at
    join(house, call, letter)
    stays = stages.look(house, call)
    assert "expedite_requested" in stays.happened
    assert not stays.case.fast_track
    [promise] = [row for row in stays.owed if row.kind == "kept_promise"]
    assert (promise.due_at, promise.clock, promise.done_at) == (due, "decision", None)


def test_an_extension_of_the_first_takes_nothing_from_who_filed_the_second(house):
    call, letter = two_appeals(house)
    walk_requests.extend(house, call, "ag_specialist")
    due = stages.look(house, letter).clocks["decision"].due_at
    assert stages.look(house, call).clocks["decision"].due_at > due
    join(house, call, letter)
    [promise] = [r for r in stages.look(house, call).owed if r.kind == "kept_promise"]
    assert promise.due_at == due


def test_what_the_later_one_waited_for_and_owed_goes_on(house):
    call, letter = two_appeals(house)
    stages.give(house, letter, now=MONDAY + 25 * HOUR)
    walk_requests.ask(house, letter, "ag_specialist")
    join(house, call, letter)
    kinds = {row.kind for row in stages.look(house, call).owed if row.done_at is None}
    assert "ask_again" in kinds
    assert not [row for row in stages.look(house, letter).owed if row.done_at is None]


def test_two_complaints_become_one_with_both_its_issues(house):
    first = stages.a_grievance(house, CONTRACT)
    second = stages.a_grievance(house, CONTRACT, category="attitude.plan")
    join(house, second, first)
    assert stages.look(house, second).case.state == "merged"
    assert [row.category for row in rows(house, GrievanceIssue, first)] == [
        "service.phone",
        "attitude.plan",
    ]


def test_a_restricted_case_stays_restricted_and_is_joined_by_who_may_see_it(house):
    open_one = stages.a_grievance(house, CONTRACT)
    guarded = stages.a_grievance(house, CONTRACT, category="quality.treatment")
    with house.town.database.session(house.cx("system")) as session:
        session.execute(update(Case).where(Case.ref == guarded).values(restricted=True))
        session.execute(
            update(Grievance)
            .where(Grievance.case_id == stages.look(house, guarded).case.id)
            .values(quality_of_care=True, clinician_id=house.user("guardian"))
        )
        session.commit()
    with pytest.raises(Invalid, match="no appeal and no grievance"):
        join(house, open_one, guarded)
    join(house, open_one, guarded, who="keeper")
    assert stages.look(house, open_one).case.restricted
    [detail] = rows(house, Grievance, open_one)
    assert detail.quality_of_care
    assert detail.clinician_id == house.user("guardian")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_filer_is_told_in_a_letter_that_names_the_case_and_the_day(house, language):
    call, letter = two_appeals(house)
    speaks(house, letter, language)
    step = ACTIONS["appeal"]["merge"]
    form = Merging(other=call, reason="The call and the letter are about the same denial.")
    at = MONDAY + 48 * HOUR
    drafts = rehearsals.letters_to_come(house.cx("ag_specialist", at), step, letter, None, form)
    assert [each.code for each in drafts] == ["case_joined"] * len(drafts)
    assert {each.recipient for each in drafts} == {"member", "provider"}
    for each in drafts:
        assert each.draft.fine, [point.wrong for point in each.draft.points]
        assert call in each.draft.html
    told = next(each.draft.html for each in drafts if each.recipient == "member")
    assert {"en": "You lose no time and no right", "es": "no pierde tiempo"}[language] in told
    assert stages.look(house, letter).case.state == "received", "a rehearsal leaves nothing"
    join(house, call, letter)
    owed = {each.code for each in stages.look(house, letter).letters}
    assert owed == {"appeal_received", "case_joined"}


def test_a_letter_that_nobody_read_yet_is_not_made_any_more(house):
    call, letter = two_appeals(house)
    with house.town.database.session(house.cx("system")) as session:
        session.execute(
            update(Letter)
            .where(Letter.case_id == stages.look(house, letter).case.id)
            .values(state="held")
        )
        session.commit()
    join(house, call, letter)
    states = {each.code: each.state for each in stages.look(house, letter).letters}
    assert states == {"appeal_received": "void", "case_joined": "due"}


# ── Refused ─────────────────────────────────────────────────────────────────────────────────────


def refused(house, ref, other, **how) -> str:
    with pytest.raises(Problem) as problem:
        join(house, ref, other, **how)
    return problem.value.sentence


def test_what_is_not_one_is_not_joined_and_the_sentence_says_why(house):
    mine = stages.an_appeal(house, CONTRACT)
    other_decision = stages.an_appeal(house, CONTRACT)
    assert "about another decision" in refused(house, mine, other_decision)
    other_member = stages.an_appeal(house, "OH-MCD")
    assert "another member's" in refused(house, mine, other_member)
    complaint = stages.a_grievance(house, CONTRACT)
    assert "of another kind" in refused(house, mine, complaint)
    assert "not joined with itself" in refused(house, mine, mine)
    with pytest.raises(Invalid):
        join(house, mine, "PA-2027-000001-1")
    with pytest.raises(NotFound):
        join(house, "AP-2027-999999-9", mine)


def test_a_decided_case_takes_nothing_in_and_goes_nowhere(house):
    about = stages.a_denial(house, CONTRACT)
    first = stages.a_reviewed_appeal(house, CONTRACT, about=about)
    second = stages.an_appeal(house, CONTRACT, about=about)
    stages.decide(house, first, "uphold")
    assert "must still be open" in refused(house, second, first)
    with pytest.raises(StateRefused, match="already upheld"):
        join(house, first, second)


def test_nothing_is_joined_across_a_level_outside(house):
    about = stages.a_denial(house, "OH-QHP")
    first = stages.an_appeal(house, "OH-QHP", about=about, priority="expedited")
    second = stages.an_appeal(house, "OH-QHP", about=about)
    form = external_reviews.ReviewFiling(about=first, reason="It cannot wait.", urgent=True)
    external_reviews.request_review(house.member("OH-QHP"), form)
    assert "outside the plan" in refused(house, first, second)


@pytest.mark.parametrize("who", ["nurse", "physician", "supervisor", "ag_clinician", "compliance"])
def test_only_the_specialist_joins(house, who):
    call, letter = two_appeals(house)
    assert "Only an appeals specialist may merge" in refused(house, call, letter, who=who)


def test_a_stale_look_joins_nothing_and_a_second_try_finds_it_done(house):
    call, letter = two_appeals(house)
    assert "changed while you worked" in refused(house, call, letter, seen=99)
    seen = stages.look(house, call).case.version
    join(house, call, letter, seen=seen)
    assert "already joined with an earlier case" in refused(house, letter, call)
    assert refused(house, call, letter)
    assert stages.look(house, call).happened.count("case_taken_in") == 1


def test_a_third_filing_finds_the_first_through_the_second(house):
    call, letter = two_appeals(house)
    about = stages.look(house, call).case.parent_id
    with house.town.database.reading(house.cx("system")) as cx:
        number = cx.db.execute(select(Case.ref).where(Case.id == about))
        number = number.scalar_one()
    third = appeals.file_appeal(
        house.member(CONTRACT, MONDAY + 30 * HOUR),
        replace(appeals.AppealFiling(about=number, reason="Again.")),
    )
    join(house, letter, third.ref)
    join(house, call, letter)
    papers.add_document(
        house.member(CONTRACT), third.ref, None, papers.Upload(papers=(paper("late.pdf"),))
    )
    assert "late.pdf" in {row.name for row in rows(house, CaseDocument, call)}

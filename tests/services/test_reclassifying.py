"""What came in under the wrong name goes on under the right one: same receipt, nothing lost."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from casework import clock_proof
from casework.errors import Invalid, Problem, StateRefused
from casework.models import Case, CaseDocument, CaseParty, Letter, Member, RequestLine
from casework.records import joins
from casework.services import appeals, rehearsals
from casework.services.actions import ACTIONS
from casework.services.grievance_findings import IntoGrievance
from casework.services.operations import move_time
from casework.services.reclassifying import IntoDispute, IntoMembersAppeal, IntoRequest
from casework.submission import PaperAsSent
from tests.builders import MONDAY, a_submission
from tests.services import stages, walk_appeals
from tests.services.claims_here import a_claim
from tests.services.house import a_house

LATER = MONDAY + timedelta(days=3)
CONTRACT = "OH-MCD-2026"
WHY = "It was filed under the wrong name."
NUMBERS = (f"CLM-{number}" for number in count(7001))


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def turn(house, ref, trigger, form, *, who="ag_specialist", seen=None):
    kind = stages.look(house, ref).case.kind
    return ACTIONS[kind][trigger].carry_out(house.cx(who, LATER), ref, seen, form)


def of(house, table, ref):
    with house.town.database.reading(house.cx("system")) as cx:
        case = stages.look(house, ref).case
        return list(cx.db.execute(select(table).where(table.case_id == case.id)).scalars())


def a_request(house, **said) -> IntoRequest:
    sent = a_submission(house.town, CONTRACT)
    plain = {"code": "E0601", "label": "CPAP", "provider_npi": sent.requester.npi, "reason": WHY}
    return IntoRequest(**(plain | said))


def went_on(house, old, new, *, kind):
    """The old case ended, the new one has its receipt, papers and filer; all clocks are true."""
    before, after = stages.look(house, old), stages.look(house, new)
    assert (before.case.state, before.case.outcome) == ("converted", "converted")
    assert after.case.kind == kind
    assert after.case.received_at == before.case.received_at == MONDAY
    filers = {row.organization_id for row in of(house, CaseParty, old) if row.role == "filing"}
    assert filers <= {row.organization_id for row in of(house, CaseParty, new)}
    names = {row.name for row in of(house, CaseDocument, old)}
    assert names <= {row.name for row in of(house, CaseDocument, new)}
    with house.town.database.reading(house.cx("system")) as cx:
        assert joins.standing_for(cx, before.case.id) == after.case.id
        assert clock_proof.verify(cx).differ == ()
    return after


def test_a_complaint_that_asks_for_care_becomes_a_request_from_the_day_it_came(house):
    ref = stages.a_grievance(house, CONTRACT)
    done = turn(house, ref, "take_as_request", a_request(house))
    new = went_on(house, ref, done.made["request"], kind="prior_auth")
    assert new.case.state in ("received", "approved")
    [line] = of(house, RequestLine, new.case.ref)
    assert line.code == "E0601"
    # The hours and days of a request run from the kept receipt: seven days of calendar.
    assert new.clocks["decision"].anchor_at == MONDAY


def test_an_appeal_of_what_was_never_decided_becomes_a_request(house):
    ref = stages.an_appeal(house, CONTRACT)
    done = turn(house, ref, "take_as_request", a_request(house, code="E0470"))
    went_on(house, ref, done.made["request"], kind="prior_auth")


def test_what_was_denied_is_not_asked_for_again_by_another_name(house):
    about = stages.a_denial(house, CONTRACT)
    [line] = of(house, RequestLine, about)
    ref = stages.a_grievance(house, CONTRACT)
    with pytest.raises(StateRefused, match="What was decided is appealed, not asked for again"):
        turn(house, ref, "take_as_request", a_request(house, code=line.code))
    assert stages.look(house, ref).case.state == "received"


def test_an_appeal_of_an_office_about_money_becomes_its_own_dispute(house):
    about = stages.a_denial(house, CONTRACT)
    paper = PaperAsSent(name="bill.pdf", media_type="application/pdf", content=b"%PDF-1.4 b")
    ref = walk_appeals.by_office(house, CONTRACT, about, papers=(paper,))
    claim = a_claim(house.town, CONTRACT, number=next(NUMBERS))
    done = turn(house, ref, "take_as_dispute", IntoDispute(claim=claim, reason=WHY))
    new = went_on(house, ref, done.made["dispute"], kind="appeal")
    assert new.case.about == "dispute"
    codes = {(row.code, row.recipient) for row in new.letters}
    assert codes
    assert not [who for _, who in codes if who == "member"], "it is no matter of the member"


def test_a_members_own_appeal_is_never_an_offices_dispute(house):
    ref = stages.an_appeal(house, CONTRACT)
    claim = a_claim(house.town, CONTRACT, number=next(NUMBERS))
    with pytest.raises(StateRefused, match="Only what a provider's office filed"):
        turn(house, ref, "take_as_dispute", IntoDispute(claim=claim, reason=WHY))


def test_a_dispute_becomes_the_members_appeal_on_the_members_consent_only(house):
    about = stages.a_denial(house, CONTRACT)
    first = walk_appeals.by_office(house, CONTRACT, about)
    claim = a_claim(house.town, CONTRACT, number=next(NUMBERS))
    dispute = turn(house, first, "take_as_dispute", IntoDispute(claim=claim, reason=WHY))
    ref = dispute.made["dispute"]
    paper = PaperAsSent(name="consent.pdf", media_type="application/pdf", content=b"%PDF-1.4 c")
    form = {"about": about, "signed_on": MONDAY.date(), "papers": (paper,), "reason": WHY}
    with pytest.raises(StateRefused, match="only with the member's written consent") as refused:
        turn(house, ref, "take_as_appeal", IntoMembersAppeal(**form))
    assert refused.value.citation == "42 CFR 438.402(c)(1)(ii)"
    unsigned = form | {"fits": True, "signed_on": LATER.date() + timedelta(days=1)}
    with pytest.raises(StateRefused, match="written consent"):
        turn(house, ref, "take_as_appeal", IntoMembersAppeal(**unsigned))
    done = turn(house, ref, "take_as_appeal", IntoMembersAppeal(**form | {"fits": True}))
    new = went_on(house, ref, done.made["appeal"], kind="appeal")
    assert new.case.about == "other"
    assert "consent.pdf" in {row.name for row in of(house, CaseDocument, new.case.ref)}
    with house.town.database.reading(house.cx("system")) as cx:
        assert stages.detail(cx, new.case.ref).consent == "on_file"


def test_a_members_appeal_does_not_become_one(house):
    ref = stages.an_appeal(house, CONTRACT)
    form = IntoMembersAppeal(signed_on=MONDAY.date(), fits=True, reason=WHY)
    with pytest.raises(StateRefused, match="Only a provider's own dispute"):
        turn(house, ref, "take_as_appeal", form)


def test_a_claim_of_another_office_or_member_is_none_for_this_dispute(house):
    about = stages.a_denial(house, CONTRACT)
    ref = walk_appeals.by_office(house, CONTRACT, about)
    other = a_claim(house.town, "OH-MCD", number=next(NUMBERS))
    with pytest.raises(Invalid, match="not of this member and this office"):
        turn(house, ref, "take_as_dispute", IntoDispute(claim=other, reason=WHY))


@pytest.mark.parametrize("trigger", ["take_as_request", "take_as_dispute"])
def test_nothing_goes_on_as_another_kind_once_it_was_decided(house, trigger):
    ref = stages.decided(house, CONTRACT, "uphold")
    form = a_request(house) if trigger == "take_as_request" else IntoDispute(claim="", reason=WHY)
    with pytest.raises(StateRefused, match=r"only while it is open|Only what a provider"):
        turn(house, ref, trigger, form)


def test_a_restricted_complaint_goes_on_restricted(house):
    with house.town.database.session(house.cx("system")) as session:
        ref = stages.a_grievance(house, CONTRACT)
        session.get(Case, stages.look(house, ref).case.id).restricted = True
        session.commit()
    done = turn(house, ref, "take_as_request", a_request(house, code="E0471"), who="keeper")
    assert stages.look(house, done.made["request"]).case.restricted


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("into", ["request", "appeal", "grievance"])
def test_the_filer_is_told_what_it_is_now_and_what_follows(house, into, language):
    about = stages.a_denial(house, CONTRACT)
    if into == "grievance":
        ref = stages.an_appeal(house, CONTRACT, about=about)
    else:
        ref = stages.a_grievance(house, CONTRACT)
    kind = stages.look(house, ref).case.kind
    with house.town.database.session(house.cx("system")) as session:
        session.get(Member, stages.look(house, ref).case.member_id).language = language
        session.commit()
    trigger, form = _step(house, kind, into, about)
    cx = house.cx("ag_specialist", LATER)
    drafts = rehearsals.letters_to_come(cx, ACTIONS[kind][trigger], ref, None, form)
    [told] = [each for each in drafts if each.code == "case_renamed"]
    assert told.language == language
    assert told.draft.fine, [point.wrong for point in told.draft.points]
    words = {
        ("request", "en"): "a request for care",
        ("request", "es"): "pedido de atención",
        ("appeal", "en"): "an appeal",
        ("appeal", "es"): "una apelación",
        ("grievance", "en"): "a complaint",
        ("grievance", "es"): "una queja",
    }
    assert words[into, language] in told.draft.html


def _step(house, kind, into, about):
    if into == "request":
        return "take_as_request", a_request(house, code="E0472")
    if into == "appeal":
        return "convert", ACTIONS[kind]["convert"].form(about=about, reason=WHY)
    form = ACTIONS[kind]["convert"].form(category="attitude.plan", told="Rude.", reason=WHY)
    return "convert", form


@pytest.mark.parametrize("who", ["nurse", "intake", "ag_clinician", "supervisor"])
def test_only_the_specialist_renames_a_case(house, who):
    ref = stages.a_grievance(house, CONTRACT)
    with pytest.raises(Problem, match="Only an appeals specialist may take as request"):
        turn(house, ref, "take_as_request", a_request(house), who=who)


def test_what_an_office_appealed_for_the_member_stays_the_members_as_a_grievance(house) -> None:
    about = stages.a_denial(house, "MA-2026")
    form = appeals.AppealFiling(about=about, reason=WHY, filed_by="physician")
    old = appeals.file_appeal(house.cx("Maple"), form).ref
    told = "The clinic's phone is never answered."
    turned = IntoGrievance(told=told, category="service.phone", reason=WHY)
    new = turn(house, old, "convert", turned).made["grievance"]
    went_on(house, old, new, kind="grievance")
    with house.town.database.reading(house.member("MA-2026")) as cx:
        assert cx.db.execute(select(Case.id).where(Case.ref == new)).scalar()
    owed = {row.code for row in of(house, Letter, new)}
    assert "grievance_received" in owed, owed

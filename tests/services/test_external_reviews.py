"""Reviews outside the plan: who may ask, in whose turn, with which file, and what then is done."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, NotAllowed, StateRefused
from casework.models import CaseDocument
from casework.records.incoming import Came
from casework.records.reversals import Effectuation
from casework.services import (
    external_decisions,
    external_file,
    external_reviews,
    papers,
)
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house
from tests.services.test_appeal_paths import codes, running

QHP, MCD, MA = "OH-QHP", "OH-MCD", "OH-MA"
FREE = external_file.Giving()
SENT = external_file.Sending(proof="Receipt 4711 of the portal")
OUTSIDE = {"external_review_started", "external_review_decided", "packet_cover"}


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database, house):
    """The worker, after it told one upheld appeal of each line."""
    one = Worker(database)
    for contract in (QHP, MCD, MA):
        made = stages.a_denial(house, contract, **stages.two_lines(house))
        house.denials[contract] = made
        house.upheld[contract] = stages.decided(house, contract, "uphold", about=made)
    one.relay()
    yield one
    one.close()


def ag(house, now=MONDAY):
    """The specialist."""
    return house.cx("ag_specialist", now)


def asked(house, contract: str = QHP, now=MONDAY, **said) -> str:
    """A review that the member of this contract asks for, of the told appeal."""
    return stages.a_review(house, contract, house.upheld[contract], now=now, **said)


def eligible(house) -> str:
    """A Marketplace request that was found eligible."""
    ref = asked(house)
    external_reviews.start_preliminary_review(ag(house), ref, None)
    external_reviews.find_eligible(ag(house), ref, None)
    return ref


def decision(**more) -> external_decisions.BodyDecision:
    """The body's own decision."""
    return external_decisions.BodyDecision(
        reference="B-2027-1", decided_at=MONDAY, rationale="The need was shown.", **more
    )


# ── The main path of each line ──────────────────────────────────────────────────────────────────


def test_an_iro_overturns_and_the_plan_obeys(house, worker) -> None:
    ref = eligible(house)
    worker.relay()
    external_file.assign_iro(ag(house), ref, None, FREE)
    stages.sent(house, ref)
    arrival = papers.Arrival(at=MONDAY, proof="Receipt of the IRO.")
    papers.reviewer_received(ag(house), ref, None, arrival)
    external_decisions.overturn(ag(house), ref, None, decision())
    assert stages.look(house, ref).clocks["effectuation"].state == "open"
    done = external_decisions.effectuate(ag(house), ref, None, Effectuation())
    worker.relay()
    sight = stages.look(house, ref)
    assert stages.unsent(house, ref) == []
    assert codes(sight) == {*OUTSIDE, "effectuated"}
    assert done.state == "effectuated"
    assert running(sight) == []
    names = ("preliminary_review", "eligibility_notice", "file_to_reviewer", "effectuation")
    assert {sight.clocks[name].state for name in names} == {"met"}
    request = stages.look(house, house.told(QHP))
    assert done.made["authorization"] in {a.number for a in request.authorizations}


def test_the_plans_own_reversal_is_told_when_it_is_carried_out(house, worker) -> None:
    ref = asked(house, MCD)
    form = external_decisions.OwnReversal(reason="New notes show the need.", whole=True)
    external_decisions.terminate_by_reversal(ag(house), ref, None, form)
    external_decisions.effectuate(ag(house), ref, None, Effectuation())
    worker.relay()
    assert stages.unsent(house, ref) == []
    assert codes(stages.look(house, ref)) == {"external_review_ended", "effectuated"}


@pytest.mark.parametrize(
    ("contract", "how"),
    [(MCD, "uphold"), (MCD, "overturn"), (MCD, "overturn_in_part"), (MA, "overturn")],
)
def test_the_hearing_and_the_review_entity_take_the_file_directly(
    house, worker, contract, how
) -> None:
    ref = house.reviews_of(house.upheld[MA])[0] if contract == MA else asked(house, contract)
    stages.sent(house, ref)
    lines = (stages.LineRuling(number=2, result="approved"),) if how == "overturn_in_part" else ()
    getattr(external_decisions, how)(ag(house), ref, None, decision(lines=lines))
    if how != "uphold":
        external_decisions.effectuate(ag(house), ref, None, Effectuation())
    worker.relay()
    sight = stages.look(house, ref)
    given = {"effectuated"} if how != "uphold" else set()
    assert stages.unsent(house, ref) == []
    assert codes(sight) == OUTSIDE | given
    assert running(sight) == []
    assert not sight.case.open


def test_a_contract_with_published_figures_only_still_keeps_the_law_outside(house, worker) -> None:
    sight = stages.look(house, asked(house, MCD))
    assert sight.clocks["decision"].rule == "MCD-SFH-STD"
    assert sight.clocks["decision"].owner == "reviewer"
    assert sight.clocks["filing_window"].layer == "federal"
    assert stages.look(house, house.upheld[MCD]).happened[-1] == "appealed"


# ── Asking ──────────────────────────────────────────────────────────────────────────────────────


def test_a_review_follows_a_final_adverse_appeal(house, worker) -> None:
    running_appeal = stages.an_appeal(house, QHP, about=house.told(QHP))
    with pytest.raises(StateRefused, match="final adverse appeal"):
        stages.a_review(house, QHP, running_appeal)
    with pytest.raises(StateRefused, match="final adverse appeal"):
        stages.a_review(house, QHP, house.told(QHP))


def test_an_urgent_review_goes_beside_an_expedited_appeal(house, worker) -> None:
    urgent = stages.an_appeal(house, QHP, about=house.told(QHP), priority="expedited")
    with pytest.raises(StateRefused):
        stages.a_review(house, QHP, urgent)
    ref = stages.a_review(house, QHP, urgent, urgent=True)
    assert stages.look(house, ref).case.fast_track


def test_an_appeal_that_ran_out_of_time_counts_as_finished(house, worker) -> None:
    late = stages.an_appeal(house, QHP, about=house.told(QHP))
    walk_requests.miss(house, late)
    ref = stages.a_review(house, QHP, late, now=walk_requests.LATE)
    assert stages.look(house, ref).case.state == "requested"


def test_a_request_after_the_window_is_late_and_not_eligible(house, worker) -> None:
    now = MONDAY + timedelta(days=200)
    ref = asked(house, now=now)
    external_reviews.start_preliminary_review(ag(house, now), ref, None)
    with pytest.raises(StateRefused, match="too late"):
        external_reviews.find_eligible(ag(house, now), ref, None)
    form = external_reviews.Ineligible(ground="filed_late", evidence="The window ended in July.")
    assert external_reviews.find_ineligible(ag(house, now), ref, None, form).state == "ineligible"


def test_lateness_cannot_be_the_ground_of_a_request_in_time(house, worker) -> None:
    ref = asked(house)
    external_reviews.start_preliminary_review(ag(house), ref, None)
    form = external_reviews.Ineligible(ground="filed_late", evidence="It feels late.")
    with pytest.raises(StateRefused):
        external_reviews.find_ineligible(ag(house), ref, None, form)


def test_an_incomplete_request_has_time_after_the_notice(house, worker) -> None:
    ref = asked(house)
    external_reviews.start_preliminary_review(ag(house), ref, None)
    external_reviews.find_incomplete(
        ag(house), ref, None, external_reviews.Missing(items=("The signed release",))
    )
    sight = stages.look(house, ref)
    assert sight.clocks["eligibility_notice"].state == "open"
    assert "perfect_request" not in sight.clocks
    form = external_reviews.Ineligible(ground="not_completed_in_time", evidence="Nothing came.")
    with pytest.raises(StateRefused, match="time to complete"):
        external_reviews.find_ineligible(ag(house), ref, None, form)
    worker.relay()
    sight = stages.look(house, ref)
    assert sight.clocks["eligibility_notice"].state == "met"
    assert sight.owed == []
    ends = sight.clocks["perfect_request"].due_at
    came = external_reviews.perfect(house.member(QHP, ends), ref, None, Came(note="Here it is."))
    assert came.state == "in_preliminary_review"


# ── The file ────────────────────────────────────────────────────────────────────────────────────


def test_an_incomplete_packet_does_not_leave(house, worker) -> None:
    untold = stages.decided(house, MCD, "uphold")
    ref = stages.a_review(house, MCD, untold)
    with pytest.raises(StateRefused, match="the notice of the first decision"):
        external_file.send_file(ag(house), ref, None, SENT)
    complete = asked(house, MCD)
    with pytest.raises(StateRefused, match="the bound file of"):
        external_file.send_file(ag(house), complete, None, SENT)
    stages.bound(house, complete)
    with pytest.raises(StateRefused, match="proof of sending"):
        external_file.send_file(ag(house), complete, None, external_file.Sending(proof=" "))
    announce(house, complete)
    with pytest.raises(StateRefused, match=r"the announced paper x-ray\.pdf"):
        external_file.send_file(ag(house), complete, None, SENT)


def announce(house, ref: str) -> None:
    """Announce a paper that is still awaited."""
    case = stages.look(house, ref).case
    cx = house.cx("system")
    with house.town.database.session(cx) as session:
        session.add(
            CaseDocument(
                case_id=case.id,
                name="x-ray.pdf",
                control_number="X-1",
                added_at=MONDAY,
                added_by="Maple",
            )
        )
        session.commit()


def test_more_papers_go_on_to_the_body_within_a_business_day(house, worker) -> None:
    ref = asked(house, MCD)
    stages.sent(house, ref)
    external_file.add_information(house.member(MCD), ref, None, Came(note="My diary."))
    [owed] = stages.look(house, ref).owed
    assert owed.kind == "forward_information"
    assert owed.due_at.isoformat() == "2027-03-03T04:59:59+00:00"


# ── What comes of it ────────────────────────────────────────────────────────────────────────────


def test_the_plan_ends_a_review_only_by_reversing_all_of_it(house, worker) -> None:
    ref = asked(house, MCD)
    part = external_decisions.OwnReversal(reason="New notes came.", whole=False)
    with pytest.raises(StateRefused, match="whole denial"):
        external_decisions.terminate_by_reversal(ag(house), ref, None, part)
    whole = external_decisions.OwnReversal(reason="New notes came.", whole=True)
    external_decisions.terminate_by_reversal(ag(house), ref, None, whole)
    sight = stages.look(house, ref)
    assert {o.kind for o in sight.owed} == {"carry_out_reversal"}
    assert all(c.state != "open" for c in sight.clocks.values() if c.owner != "member")
    external_decisions.effectuate(ag(house), ref, None, Effectuation())
    with pytest.raises(StateRefused):
        external_decisions.effectuate(ag(house), ref, None, Effectuation())


def test_what_the_plan_gave_meanwhile_ends_the_review_and_is_authorized_once(house, worker) -> None:
    """An urgent review goes on beside the appeal; then the appeal gives everything."""
    about = stages.a_denial(house, QHP)
    worker.relay()
    appeal = stages.a_reviewed_appeal(house, QHP, about=about, priority="expedited")
    ref = stages.a_review(house, QHP, appeal, urgent=True)
    stages.decide(house, appeal, "overturn")
    assert "end_review" in {o.kind for o in stages.look(house, ref).owed}
    form = external_decisions.OwnReversal(reason="The appeal gave all of it.", whole=True)
    external_decisions.terminate_by_reversal(ag(house), ref, None, form)
    assert {o.kind for o in stages.look(house, ref).owed if o.done_at} == {"end_review"}
    first = stages.carry_out(house, appeal).made["authorization"]
    second = external_decisions.effectuate(ag(house), ref, None, Effectuation())
    assert second.made["authorization"] == first
    assert stages.look(house, ref).case.state == "effectuated"


def test_the_plan_does_not_decide_here(house, worker) -> None:
    ref = asked(house, MCD)
    with pytest.raises(StateRefused, match="own decision"):
        external_decisions.uphold(ag(house), ref, None, stages.replace(decision(), reference=" "))
    with pytest.raises(NotAllowed):
        external_decisions.uphold(house.cx("ag_clinician"), ref, None, decision())
    with pytest.raises(Invalid) as refused:
        external_decisions.uphold(
            ag(house), ref, None, stages.replace(decision(), decided_at=walk_requests.LATE)
        )
    assert "decided_at" in refused.value.fields


def test_a_body_that_lets_its_time_run_out_is_asked(house, worker) -> None:
    ref = asked(house, MCD)
    with pytest.raises(StateRefused):
        external_file.deadline_missed(house.cx("system"), ref)
    late = house.cx("system", walk_requests.LATE)
    with house.town.database.reading(late) as cx:
        assert ref in external_file.overdue(cx)
    external_file.deadline_missed(late, ref)
    with house.town.database.reading(late) as cx:
        assert ref not in external_file.overdue(cx)
    [owed] = stages.look(house, ref).owed
    assert owed.kind == "ask_the_body"
    assert stages.look(house, ref).clocks["decision"].state == "missed"

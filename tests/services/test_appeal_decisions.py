"""Who may decide an appeal, with which words, and how often what it gave is carried out."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, NotAllowed, StateRefused
from casework.records.determinations import LineRuling
from casework.records.page_facts import of as page_facts
from casework.services import (
    appeal_review,
    determinations,
)
from casework.services.operations import move_time
from statemachines import engine
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def give_by(house, ref, who, **said):
    """Assign this person as reviewer."""
    form = appeal_review.Assignment(reviewer_id=house.user(who), **{"expertise": True, **said})
    return appeal_review.assign_reviewer(house.cx("ag_specialist"), ref, None, form)


# ── Independence ────────────────────────────────────────────────────────────────────────────────


def test_whoever_denied_cannot_be_given_the_appeal(house) -> None:
    ref = stages.an_appeal(house)
    with pytest.raises(StateRefused, match="took part in an earlier decision") as refused:
        give_by(house, ref, "physician")
    assert refused.value.citation == "42 CFR 438.406(b)(2)(i)"


def test_whoever_denied_cannot_decide_the_appeal_given_to_another(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    for how in ("uphold", "overturn", "overturn_in_part"):
        with pytest.raises(StateRefused, match="took part in an earlier decision"):
            stages.decide(house, ref, how, who="physician")
    assert stages.look(house, ref).case.state == "in_review"


def test_a_subordinate_of_whoever_denied_cannot_decide(house) -> None:
    ref = stages.an_appeal(house)
    with pytest.raises(StateRefused, match="subordinate"):
        give_by(house, ref, "junior")
    stages.give(house, ref)
    with pytest.raises(StateRefused, match="subordinate"):
        stages.decide(house, ref, "overturn", who="junior")


def test_a_second_appeal_is_not_decided_by_who_decided_the_first(house) -> None:
    about = stages.a_denial(house)
    stages.decided(house, "OH-MCD", "uphold", about=about)
    second = stages.an_appeal(house, about=about)
    with pytest.raises(StateRefused, match="took part"):
        give_by(house, second, "ag_clinician")
    assert give_by(house, second, "guardian").state == "in_review"


def test_a_clinical_appeal_needs_a_reviewer_expert_in_it(house) -> None:
    ref = stages.an_appeal(house)
    with pytest.raises(StateRefused, match="expertise"):
        give_by(house, ref, "ag_clinician", expertise=False)


def test_a_reviewer_works_for_the_contract_as_a_clinician(house) -> None:
    ref = stages.an_appeal(house)
    with pytest.raises(Invalid) as refused:
        give_by(house, ref, "nurse")
    assert "reviewer_id" in refused.value.fields


def test_the_reviewer_gets_the_appeal(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    assert stages.look(house, ref).case.assignee_id == house.user("ag_clinician")
    with house.town.database.reading(house.cx("system")) as cx:
        assert stages.detail(cx, ref).reviewer_id == house.user("ag_clinician")


def test_a_specialist_decides_nothing(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    # Law speaks before policy: decision 21 of the design.
    with pytest.raises(StateRefused, match="licensed clinician"):
        stages.decide(house, ref, "uphold", who="ag_specialist")
    administrative = an_administrative_appeal(house)
    with pytest.raises(NotAllowed) as refused:
        stages.decide(house, administrative, "uphold", who="ag_specialist")
    assert refused.value.source == "appeal-decide"


def an_administrative_appeal(house) -> str:
    """An appeal of a denial that no clinician made."""
    about = walk_requests.STAGES["in_review"](house)
    lines = (LineRuling(number=1, result="denied", reason="No cover.", criterion="Chapter 1."),)
    form = determinations.Ruling(lines=lines, ground="not_covered")
    determinations.deny_administratively(house.cx("nurse"), about, None, form)
    ref = stages.an_appeal(house, "OH-MCD-2026", about=about)
    give_by(house, ref, "ag_clinician", expertise=False)
    return ref


def test_an_administrative_denial_is_upheld_without_attesting_expertise(house) -> None:
    ref = an_administrative_appeal(house)
    done = stages.decide(house, ref, "uphold", attested=False)
    assert done.state == "upheld"


# ── Words ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"everything_considered": False}, "considered"),
        ({"words": stages.replace(stages.WORDS, rationale=" ")}, "discussion"),
        ({"new_evidence_used": True}, "New evidence"),
    ],
)
def test_a_decision_says_what_it_must(house, changes, sentence) -> None:
    ref = stages.a_reviewed_appeal(house)
    with pytest.raises(StateRefused, match=sentence):
        stages.decide(house, ref, "uphold", **changes)
    assert stages.look(house, ref).case.state == "in_review"


def test_new_evidence_is_used_after_the_time_to_answer_it(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    form = appeal_review.Evidence(evidence=("A study",), answer_by=MONDAY + timedelta(days=3))
    appeal_review.share_new_evidence(house.cx("ag_specialist"), ref, None, form)
    with pytest.raises(StateRefused, match="in time to answer"):
        stages.decide(house, ref, "uphold", new_evidence_used=True)
    later = MONDAY + timedelta(days=3)
    done = stages.decide(house, ref, "uphold", new_evidence_used=True, now=later)
    assert done.state == "upheld"


def test_a_changed_subject_is_read_before_it_is_decided(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    form = appeal_review.NewSubject(subject="One visit only.", reason="She said so.")
    appeal_review.change_subject(house.cx("ag_specialist"), ref, None, form)
    with pytest.raises(StateRefused, match="acknowledge"):
        stages.decide(house, ref, "overturn")
    appeal_review.acknowledge_subject(house.cx("ag_clinician"), ref, None)
    assert stages.decide(house, ref, "overturn").state == "overturned"


def test_a_marketplace_letter_needs_its_words_before_it_is_owed(house) -> None:
    ref = stages.a_reviewed_appeal(house, "OH-QHP")
    bare = stages.replace(stages.WORDS, considered=(), standard="")
    with pytest.raises(Invalid) as refused:
        stages.decide(house, ref, "uphold", words=bare)
    assert set(refused.value.fields) == {"words/considered", "words/standard"}


def test_the_expert_who_was_asked_must_be_independent_too(house) -> None:
    ref = stages.a_reviewed_appeal(house, "OH-QHP")
    for who, free in (("physician", False), ("junior", False), ("guardian", True)):
        form = {"attested": False, "expert_id": house.user(who)}
        if free:
            assert stages.decide(house, ref, "overturn", **form).state == "overturned"
        else:
            with pytest.raises(StateRefused, match="advice"):
                stages.decide(house, ref, "overturn", **form)


def test_a_part_needs_something_given_and_something_not(house) -> None:
    about = stages.a_denial(house, **stages.two_lines(house))
    ref = stages.a_reviewed_appeal(house, about=about)
    whole = tuple(LineRuling(number=n, result="approved") for n in (1, 2))
    for lines in ((), whole):
        with pytest.raises(Invalid) as refused:
            stages.decide(house, ref, "overturn_in_part", lines=lines)
        assert "lines" in refused.value.fields
    strange = (LineRuling(number=9, result="approved"),)
    with pytest.raises(Invalid) as refused:
        stages.decide(house, ref, "overturn_in_part", lines=strange)
    assert "lines/9" in refused.value.fields


def test_what_is_given_must_be_complete(house) -> None:
    line = stages.replace(stages.a_submission(house.town).lines[0], place="")
    about = stages.a_denial(house, lines=(line,))
    ref = stages.a_reviewed_appeal(house, about=about)
    with pytest.raises(Invalid) as refused:
        stages.decide(house, ref, "overturn")
    assert refused.value.fields == {"lines/1": "Say the place of service."}
    lines = (LineRuling(number=1, result="approved", place="11"),)
    assert stages.decide(house, ref, "overturn", lines=lines).state == "overturned"


# ── What a page offers ──────────────────────────────────────────────────────────────────────────


def test_a_page_shows_the_decision_to_the_independent_only(house) -> None:
    ref = stages.a_reviewed_appeal(house)
    for who, free in (("ag_clinician", True), ("physician", False), ("junior", False)):
        cx = house.cx(who)
        with house.town.database.reading(cx) as reading:
            case = stages.look(house, ref).case
            facts = page_facts(reading, case)
        [choice] = [c for c in engine.allowed("appeal", case.state, facts) if c.trigger == "uphold"]
        assert (choice.refusal is None) == free

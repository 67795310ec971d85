"""Approval rules as data: proposed by one, released by another after the what-if; shown on the
case; they say yes or nothing. The what-if agrees with what the rule then does."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import create_engine, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed
from casework.models import (
    ApprovalRuleVersion,
    ApprovalStudyCase,
    Case,
    CaseEvent,
    Determination,
    GoldCard,
    SecurityEvent,
)
from casework.queries import approval_rules as questions
from casework.records import resting
from casework.records.approval_conditions import (
    Asked,
    Conditions,
    in_words,
    judge,
    met,
    read,
    stored,
)
from casework.services import approval_rules, approval_studies
from casework.services.approval_rules import Proposal
from casework.services.intake import submit_prior_auth
from casework.submission import DiagnosisAsSent, LineAsSent
from casework.worker import Worker
from tests.builders import MONDAY, a_submission
from tests.services import stages
from tests.services.house import House, a_house

TODAY = MONDAY.date()
MRI = Conditions(codes=("7055*",), most_units=1, places=("11",), diagnoses=("G89",))
ASKED = Asked(
    contract="OH-MCD",
    line="medicaid",
    timing="pre_service",
    in_network=True,
    number=1,
    code="70551",
    units=Decimal(1),
    starts_on=date(2027, 4, 1),
    ends_on=date(2027, 4, 30),
    place="11",
    diagnoses=("G89.4",),
    policy="MP-021",
)


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    return a_house(database, settings)


def proposal(**changes) -> Proposal:
    plain = Proposal(name="Plain MRI", conditions=MRI, effective_from=TODAY, reason="Always yes.")
    return replace(plain, **changes)


def answered(house: House, version_id: int) -> questions.Study:
    """The what-if of this version, asked and worked out to its end."""
    number = approval_studies.ask_study(
        house.cx("supervisor"), approval_studies.Question(version_id=version_id)
    )
    while approval_studies.answer_slice(house.cx("system"), seconds=0, page_size=2):
        pass
    with house.town.database.reading(house.cx("system")) as cx:
        return questions.study(cx, number)


def live(house: House, **changes) -> str:
    """A rule that is in force; returns its code."""
    made = approval_rules.propose_version(house.cx("supervisor"), proposal(**changes))
    answered(house, made.version_id)
    approval_rules.release_version(
        house.cx("compliance"), made.version_id, reason="Looked at.", knows_denied=True
    )
    return made.code


_DAYS = count()


def sent(house: House, **changes):
    """A request for a day of its own: none looks like a second copy of another."""
    asked = a_submission(house.town, **changes)
    day = date(2027, 5, 1) + timedelta(days=next(_DAYS))
    lines = tuple(replace(line, from_date=day, to_date=day) for line in asked.lines)
    return submit_prior_auth(house.cx("Maple"), replace(asked, lines=lines))


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "70450"},
        {"units": Decimal(2)},
        {"units": None},
        {"starts_on": None},
        {"place": "22"},
        {"diagnoses": ("E11.9",)},
        {"diagnoses": ()},
        {"in_network": False},
        {"timing": "post_service"},
    ],
)
def test_each_condition_is_needed(changes) -> None:
    assert met(MRI, ASKED)
    missed = judge(MRI, replace(ASKED, **changes))
    assert [each.holds for each in missed].count(False) == 1


@pytest.mark.parametrize(
    ("conditions", "changes"),
    [
        ({"contracts": ("OH-QHP",)}, {"contract": "OH-QHP"}),
        ({"lines": ("medicare",)}, {"line": "medicare"}),
        ({"most_days": 10}, {"ends_on": date(2027, 4, 10)}),
        ({"gold_card": True}, {"gold_card": True}),
    ],
)
def test_what_is_stated_is_demanded(conditions, changes) -> None:
    rule = replace(MRI, **conditions)
    assert not met(rule, ASKED)
    assert met(rule, replace(ASKED, **changes))
    assert read(stored(rule)) == rule
    assert len(in_words(rule)) >= 4


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"codes": ()}, "codes"),
        ({"codes": ("*",)}, "codes"),
        ({"codes": ("9*",)}, "codes"),
        ({"diagnoses": ("back pain",)}, "diagnoses"),
        ({"places": ("office",)}, "places"),
        ({"lines": ("dental",)}, "lines"),
        ({"most_units": 0}, "most_units"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(bad, field) -> None:
    with pytest.raises(Invalid) as refused:
        read(stored(replace(MRI, **bad)))
    assert set(refused.value.fields) == {field}


def test_nothing_is_approved_before_four_eyes_and_the_what_if(house, database) -> None:
    made = approval_rules.propose_version(house.cx("physician"), proposal())
    release = approval_rules.release_version
    with pytest.raises(Invalid, match="First ask") as unasked:
        release(house.cx("compliance"), made.version_id, reason="Good.")
    assert "study" in unasked.value.fields
    assert not sent(house).authorization
    answered(house, made.version_id)
    with pytest.raises(Invalid, match="Four eyes"):
        release(house.cx("physician"), made.version_id, reason="My own.")
    with pytest.raises(NotAllowed):
        release(house.cx("supervisor"), made.version_id, reason="Not mine to say.")
    with pytest.raises(Invalid, match="not released"):
        release(house.cx("compliance"), made.version_id, reason=" ")
    approval_rules.refuse_version(house.cx("compliance"), made.version_id, reason="Too wide.")
    with pytest.raises(Invalid, match="refused already"):
        release(house.cx("compliance"), made.version_id, reason="After all.")
    assert not sent(house).authorization


def test_the_rule_approves_shows_why_and_its_letter_is_owed(house, database) -> None:
    code = live(house)
    done = sent(house)
    assert done.state == "approved"
    assert done.authorization
    with database.reading(house.cx("system")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == done.ref)).scalar_one()
        made = cx.db.execute(
            select(Determination).where(Determination.case_id == case.id)
        ).scalar_one()
        event = cx.db.execute(
            select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event == "approved")
        ).scalar_one()
    assert (made.ground, made.decided_by_kind, made.decided_by_id) == ("rule", "system", None)
    assert made.criterion == f"{code} version 1, Plain MRI"
    (because,) = made.frozen["approved_by"]
    assert because["rule"] == f"{code} version 1"
    assert ["Units", "at most 1", "1"] in because["because"]
    assert ["Diagnosis", "G89", "G89.4"] in because["because"]
    assert made.frozen[resting.HASH] == resting.hash_of(made.frozen)
    assert made.frozen[resting.HASH] in event.facts
    assert stages.look(house, done.ref).case.state == "approved"
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def test_a_rule_of_a_newer_release_approves_nothing_here(house, monkeypatch) -> None:
    """While an older worker still runs, what it cannot read must not look like a wider rule."""
    newer = {**stored(proposal().conditions), "moon": True}
    monkeypatch.setattr(approval_rules, "stored", lambda _conditions: newer)
    code = live(house)
    done = sent(house)
    assert (done.state, done.authorization) == ("received", "")
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def test_what_no_rule_meets_goes_to_a_nurse_whole(house) -> None:
    """One line of two is met: nothing is approved in part and nothing is refused."""
    code = live(house)
    other = LineAsSent(
        number=2,
        code="E0601",
        units=Decimal(1),
        from_date=date(2027, 4, 1),
        to_date=date(2027, 6, 30),
        place="12",
        diagnosis_numbers=(1,),
    )
    both = (a_submission(house.town).lines[0], other)
    for changes in (
        {"lines": both},
        {"papers": ()},
        {"diagnoses": (DiagnosisAsSent(number=1, code="E11.9"),)},
    ):
        done = sent(house, contract="OH-QHP", **changes)
        assert (done.state, done.authorization) == ("received", "")
    # The list says yes to one line, the rule to the other.
    exercises = replace(other, code="97110", units=Decimal(8), place="11")
    done = sent(house, contract="OH-MA", lines=(both[0], exercises))
    assert done.state == "approved"
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def test_the_kill_switch_stops_it_at_once_and_four_eyes_let_it_go_on(house) -> None:
    code = live(house)
    with pytest.raises(NotAllowed):
        approval_rules.stop_rule(house.cx("nurse"), code, reason="I wonder.")
    approval_rules.stop_rule(house.cx("compliance"), code, reason="A wrong code.")
    assert not sent(house, contract="OH-MCD-2026").authorization
    with pytest.raises(Invalid, match="Four eyes"):
        approval_rules.resume_rule(house.cx("compliance"), code, reason="Mended.")
    approval_rules.resume_rule(house.cx("physician"), code, reason="Mended.")
    assert sent(house, contract="MA-2026").authorization
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def test_the_newest_version_that_has_begun_holds(house) -> None:
    code = live(house)
    later = proposal(
        code=code,
        conditions=replace(MRI, diagnoses=("E11",)),
        effective_from=TODAY + timedelta(days=10),
        reason="Only for diabetes.",
    )
    made = approval_rules.propose_version(house.cx("admin"), later)
    assert made.version == 2
    answered(house, made.version_id)
    approval_rules.release_version(
        house.cx("physician"), made.version_id, reason="So be it.", knows_denied=True
    )
    with house.town.database.reading(house.cx("system")) as cx:
        assert questions.rule(cx, code).today.version == 1
    after = house.cx("system").but(now=MONDAY + timedelta(days=10))
    with house.town.database.reading(after) as cx:
        assert questions.rule(cx, code).today.version == 2
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def test_a_gold_card_is_asked_for_the_policy_of_the_code(house, settings) -> None:
    code = live(house, conditions=Conditions(codes=("E0601",), gold_card=True))
    line = replace(a_submission(house.town).lines[0], code="E0601", place="12")
    first = sent(house, contract="OH-QHP", lines=(line,))
    assert not first.authorization
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(
            insert(GoldCard).values(
                organization_id=house.town.offices["Maple"],
                policy="MP-014",
                starts_on=TODAY,
                record={},
                reason="A good record.",
                granted_at=MONDAY,
                granted_by="Sam",
            )
        )
    owner.dispose()
    second = sent(house, contract="OH-QHP", lines=(line,))
    assert second.authorization
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def test_the_what_if_counts_what_became_of_each_and_every_number_opens(house, database) -> None:
    """Denied and upheld, denied and overturned, approved by hand, open: and nothing twice, however
    often the worker is killed between slices."""
    made = approval_rules.propose_version(
        house.cx("supervisor"),
        proposal(conditions=Conditions(codes=("70551",), contracts=("OH-QHP",))),
    )
    before = answered(house, made.version_id)
    line = a_submission(house.town).lines[0]
    denied = stages.a_denial(house, "OH-QHP", lines=(line,))
    autumn = replace(line, from_date=date(2027, 9, 1), to_date=date(2027, 9, 1))
    turned = stages.a_denial(house, "OH-QHP", lines=(autumn,))
    stages.decided(house, "OH-QHP", "overturn", about=turned)
    sent(house, contract="OH-QHP")
    sent(house, contract="OH-QHP", lines=(replace(line, code="E0601"),))
    study = answered(house, made.version_id)
    assert study.state == "done"
    assert study.count("denied") - before.count("denied") == 2
    assert study.count("overturned") - before.count("overturned") == 1
    assert study.count("open") - before.count("open") == 1
    assert study.approved - before.approved == 3
    assert study.seen - before.seen == 4
    with database.reading(house.cx("compliance")) as cx:
        refs = {row.ref for row in questions.study_cases(cx, study.id, "denied")}
        over = [row.ref for row in questions.study_cases(cx, study.id, "overturned")]
        every = questions.study_cases(cx, study.id, "all", limit=500)
    assert {denied, turned} <= refs
    assert over == [turned]
    assert len(every) == study.approved
    release = approval_rules.release_version
    with pytest.raises(Invalid, match="not released") as unseen:
        release(house.cx("compliance"), made.version_id, reason="Looked at.")
    assert "knows_denied" in unseen.value.fields


def test_the_what_if_agrees_with_what_the_rule_then_did(house, database) -> None:
    """Every request that a rule approved is found by the what-if of that very version."""
    with database.reading(house.cx("system")) as cx:
        rows = cx.db.execute(
            select(Determination.case_id, Determination.frozen).where(
                Determination.ground == "rule"
            )
        ).all()
        ids = dict(
            cx.db.execute(
                text(
                    "select r.code || ' version ' || v.version, v.id from approval_rule r"
                    " join approval_rule_version v on v.rule_id = r.id"
                )
            ).all()
        )
    found: dict[str, set[int]] = {}
    for row in rows:
        labels = {each["rule"] for each in row.frozen["approved_by"]}
        if len(labels) == 1 and labels <= set(ids):
            found.setdefault(labels.pop(), set()).add(row.case_id)
    assert len(found) >= 3
    for label, cases in found.items():
        study = answered(house, ids[label])
        with database.reading(house.cx("system")) as cx:
            named = set(
                cx.db.execute(
                    select(ApprovalStudyCase.case_id).where(ApprovalStudyCase.study_id == study.id)
                ).scalars()
            )
        assert cases <= named, label


def test_the_worker_answers_and_a_broken_question_ends(house, database) -> None:
    made = approval_rules.propose_version(house.cx("supervisor"), proposal())
    number = approval_studies.ask_study(
        house.cx("supervisor"), approval_studies.Question(version_id=made.version_id)
    )
    worker = Worker(database)
    try:
        while worker.study_slice():
            pass
    finally:
        worker.close()
    with database.reading(house.cx("system")) as cx:
        assert questions.study(cx, number).state == "done"


def test_a_version_is_never_changed_not_even_by_the_owner(house, settings) -> None:
    owner = create_engine(settings.database_owner_url)
    for statement in (
        update(ApprovalRuleVersion).values(reason="Another."),
        update(ApprovalRuleVersion).values(conditions={"codes": ["99999"]}),
        text("delete from approval_rule_version"),
    ):
        with owner.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
            connection.execute(statement)
    with owner.connect() as connection, pytest.raises(DBAPIError, match="four_eyes"):
        connection.execute(
            text(
                "update approval_rule_version set state = 'released', decided_at = now(),"
                " decided_by_id = proposed_by_id where state = 'proposed'"
            )
        )
    owner.dispose()


def test_every_step_on_a_rule_is_provable(house, database) -> None:
    with database.session(database.context(SYSTEM)) as session:
        told = set(session.execute(select(SecurityEvent.event)).scalars())
        counted = session.execute(select(func.count()).select_from(ApprovalRuleVersion)).scalar()
        proposed = session.execute(
            select(func.count())
            .select_from(SecurityEvent)
            .where(SecurityEvent.event == "approval_rule_proposed")
        ).scalar()
    steps = ("proposed", "released", "refused", "stopped", "resumed")
    assert {f"approval_rule_{each}" for each in steps} <= told
    assert counted == proposed

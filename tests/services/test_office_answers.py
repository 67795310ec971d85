"""What an office answers to the questions of a medical policy: kept as its own statement, shown
beside the nurse's marks, a ground on which an approval rule may rest; and a request that is
complete only later meets the rules then, once."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from casework.errors import Invalid
from casework.models import (
    ApprovalStudyCase,
    Authorization,
    Case,
    CaseEvent,
    Determination,
    OfficeAnswer,
    PriorAuth,
)
from casework.queries import approval_rules as questions
from casework.queries import case_file, office_said
from casework.records import case_file_criteria, checklists, resting
from casework.records.approval_conditions import (
    Answered,
    Asked,
    Conditions,
    in_words,
    judge,
    read,
    stored,
)
from casework.records.criteria_outline import outline, tree_of
from casework.records.criteria_tree import from_json, to_json
from casework.records.criteria_tree import questions as asked_of
from casework.services import approval_rules, approval_studies, papers, review, transmissions
from casework.services import medical_policies as writing
from casework.services.approval_rules import Proposal
from casework.services.intake import submit_prior_auth
from casework.services.medical_policies import PolicyText
from casework.submission import AnswerAsSent, LineAsSent, PaperAsSent
from tests.builders import MONDAY, PDF, a_submission
from tests.services import planted_policies as planted
from tests.services.house import House, a_house

TODAY = MONDAY.date()
ALL_YES = {"S1": "yes", "S2a": "yes", "S2b": "no", "S3": "yes"}
PAP = Conditions(codes=("E0601",), answers=("MP-014",))
NOTES = PaperAsSent(name="notes.pdf", media_type="application/pdf", content=PDF)
_DAYS = count()


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    made = a_house(database, settings)
    planted.plant(settings, made.town.users)
    return made


def answers(said: dict[str, str], **changes) -> tuple[AnswerAsSent, ...]:
    return tuple(
        replace(AnswerAsSent(policy="MP-014", version=1, criterion=name, answer=each), **changes)
        for name, each in said.items()
    )


def asked(house: House, said: dict[str, str] | None = None, **changes):
    """A request for a breathing machine on a day of its own."""
    day = date(2027, 5, 1) + timedelta(days=next(_DAYS))
    line = LineAsSent(
        number=1, code="E0601", units=Decimal(1), from_date=day, to_date=day, place="12"
    )
    plain = a_submission(house.town, lines=(line,), answers=answers(said or {}))
    return replace(plain, **changes)


def sent(house: House, said: dict[str, str] | None = None, **changes):
    return submit_prior_auth(house.cx("Maple"), asked(house, said, **changes))


def rows(house: House, table, ref: str) -> list:
    with house.town.database.reading(house.cx("system")) as cx:
        case = case_file.case_by_ref(cx, ref)
        return list(cx.db.execute(select(table).where(table.case_id == case.id)).scalars())


def live(house: House, **changes) -> str:
    """A rule on answers that is in force; its code."""
    plain = Proposal(name="By answers", conditions=PAP, effective_from=TODAY, reason="They know.")
    made = approval_rules.propose_version(house.cx("supervisor"), replace(plain, **changes))
    studied(house, made.version_id)
    approval_rules.release_version(
        house.cx("compliance"), made.version_id, reason="Looked at.", knows_denied=True
    )
    return made.code


def stop(house: House, code: str) -> None:
    approval_rules.stop_rule(house.cx("supervisor"), code, reason="End of this test.")


def studied(house: House, version_id: int) -> questions.Study:
    number = approval_studies.ask_study(
        house.cx("supervisor"), approval_studies.Question(version_id=version_id)
    )
    while approval_studies.answer_slice(house.cx("system")):
        pass
    with house.town.database.reading(house.cx("system")) as cx:
        return questions.study(cx, number)


# ── What is asked ───────────────────────────────────────────────────────────────────────────────


def test_a_criterion_is_marked_as_asked_in_the_lines_that_people_write() -> None:
    told = "A all of: Both | Ambas\n  A1 asked: One | Uno\n  A2: Two | Dos"
    tree = tree_of(told)
    assert [each.id for each in asked_of(tree)] == ["A1"]
    assert outline(tree) == told
    assert from_json(to_json(tree)) == tree
    # What asks nothing is stored as before: no published hash moves.
    assert "asked" not in json.dumps(to_json(tree_of("A all of: B | B\n  A1: One | Uno")))
    with pytest.raises(Invalid, match="Line 1: Only a criterion is asked"):
        tree_of("A all of asked: Both | Ambas\n  A1: One | Uno")


# ── What is answered ────────────────────────────────────────────────────────────────────────────


def test_the_answers_are_kept_as_the_statement_of_the_office(house) -> None:
    said = (*answers({"S1": "yes"}, note=" Report of May. "), *answers({"S3": "not_known"}))
    ref = sent(house, answers=said).ref
    first, second = rows(house, OfficeAnswer, ref)
    assert (first.criterion, first.answer, first.line) == ("S1", "yes", 1)
    assert (second.criterion, second.answer) == ("S3", "not_known")
    assert first.organization_id == house.town.offices["Maple"]
    assert (first.by_id, first.at) == (house.cx("Maple").principal.id, MONDAY)
    assert b"Report" not in bytes(first.note_ct)
    [event] = [each for each in rows(house, CaseEvent, ref) if each.event == "received"]
    assert (first.event_seq, second.event_seq) == (event.seq, event.seq)
    assert json.loads(event.facts)["office_answers"] == [
        {
            "line": 1,
            "policy": "MP-014",
            "policy_version": 1,
            "answers": {"S1": "yes", "S3": "not_known"},
        }
    ]
    with house.town.database.reading(house.cx("Maple")) as cx:
        [own] = office_said.statements(cx, case_file.case_file(cx, ref))
    assert [(each.criterion, each.answer, each.note) for each in own.answers] == [
        ("S1", "yes", "Report of May."),
        ("S3", "not_known", ""),
    ]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"policy": "MP-999"}, "policy", "No medical policy MP-999 is in force"),
        ({"policy": "MP-021"}, "policy", "No medical policy MP-021 is in force for what is asked"),
        ({"version": 2}, "version", "in force as version 1"),
        ({"criterion": "S2"}, "criterion", "asks offices: S1, S2a, S2b, S3."),
        ({"line": 2}, "line", "is not about this line"),
        ({"answer": "perhaps"}, "answer", "Answer yes, no or not_known."),
        ({"note": "x" * 501}, "note", "at most 500"),
    ],
)
def test_an_answer_that_fits_no_question_is_refused_with_its_field(
    house, change, field, sentence
) -> None:
    wrong = (*answers({"S1": "yes"}), *answers({"S3": "yes"}, **change))
    with pytest.raises(Invalid) as refused:
        sent(house, answers=wrong)
    assert set(refused.value.fields) == {f"criteria_answers/1/{field}"}
    assert sentence in refused.value.fields[f"criteria_answers/1/{field}"]


def test_one_question_has_one_answer(house) -> None:
    twice = (*answers({"S1": "yes"}), *answers({"S1": "no"}, line=1))
    with pytest.raises(Invalid) as refused:
        sent(house, answers=twice)
    assert "answered twice" in refused.value.fields["criteria_answers/1/criterion"]


def test_an_answer_is_never_changed_and_is_nobody_elses(house, settings, database) -> None:
    ref = sent(house, {"S1": "yes"}).ref
    for statement in ("update office_answer set answer = 'no'", "delete from office_answer"):
        with database.engine.connect() as connection, pytest.raises(ProgrammingError) as no:
            connection.execute(text(statement))
        assert "permission denied" in str(no.value)
    other = house.cx("Maple")
    other = other.but(
        principal=replace(other.principal, ids=(house.town.offices["Birch"] + 10_000,))
    )
    [own] = rows(house, OfficeAnswer, ref)
    with database.reading(other) as cx:
        found = select(func.count()).select_from(OfficeAnswer).where(OfficeAnswer.id == own.id)
        assert cx.db.execute(found).scalar_one() == 0


def test_the_nurse_reads_it_beside_each_criterion_and_marks_on_her_own(house) -> None:
    ref = sent(house, answers=answers({"S1": "yes"}, note="Report of May.")).ref
    found = planted.checklist(house.town, ref)
    assert (found.office["S1"].mark, found.office["S1"].note) == ("met", "Report of May.")
    # It is evidence, no mark: the result does not move.
    assert (found.marks, found.found.state) == ({}, "open")
    planted.mark(house.town, ref, policy="MP-014", S1="not_met")
    found = planted.checklist(house.town, ref)
    assert (found.office["S1"].answer, found.marks["S1"].mark) == ("yes", "not_met")
    told = checklists.in_words([found], {})
    assert "S1 A sleep test" in told
    assert "not met (the office says: yes, “Report of May.”)" in told


# ── A rule on answers ───────────────────────────────────────────────────────────────────────────


def test_a_rule_states_which_answers_it_wants_and_each_is_needed() -> None:
    line = Asked(
        contract="OH-MCD",
        line="medicaid",
        timing="pre_service",
        in_network=True,
        number=1,
        code="E0601",
        units=Decimal(1),
        starts_on=TODAY,
        ends_on=TODAY,
        place="12",
        diagnoses=(),
    )
    assert read(stored(PAP)) == PAP
    assert "The office’s own answers meet medical policy MP-014" in in_words(PAP)
    assert [each.holds for each in judge(PAP, line)][-1] is False
    for met in (True, False):
        said = Answered(policy="MP-014", version=3, met=met, words="S1 yes")
        last = judge(PAP, replace(line, answered=(said,)))[-1]
        assert (last.holds, last.value) == (met, "version 3: S1 yes")
    with pytest.raises(Invalid) as refused:
        read(stored(replace(PAP, answers=("mp 14",))))
    assert set(refused.value.fields) == {"answers"}


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ("MP-999", "No medical policy MP-999 is in force"),
        ("MP-021", "Offices are not asked enough"),
    ],
)
def test_a_rule_rests_only_on_questions_that_could_meet_the_policy(house, policy, sentence) -> None:
    wide = replace(PAP, answers=(policy,))
    with pytest.raises(Invalid) as refused:
        live(house, conditions=wide)
    assert sentence in refused.value.fields["answers"]


def test_the_rule_approves_by_the_answers_and_shows_each_ground(house) -> None:
    code = live(house)
    done = sent(house, ALL_YES)
    assert done.state == "approved"
    [made] = rows(house, Determination, done.ref)
    assert (made.ground, made.decided_by_kind, made.decided_by_id) == ("rule", "system", None)
    [because] = made.frozen["approved_by"]
    assert because["rule"] == f"{code} version 1"
    assert [
        "Office’s answers, MP-014",
        "meet MP-014 as in force on the receipt",
        "version 1: S1 yes, S2a yes, S2b no, S3 yes",
    ] in because["because"]
    assert {"line": 1, "policy": "MP-014", "version": 1, "criterion": "S2b", "answer": "no"} in (
        made.frozen["office_answers"]
    )
    assert made.frozen[resting.HASH] == resting.hash_of(made.frozen)
    stop(house, code)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"S1": "yes"},
        ALL_YES | {"S3": "not_known"},
        ALL_YES | {"S2a": "no"},
        dict.fromkeys(ALL_YES, "no"),
    ],
)
def test_other_answers_refuse_nobody_and_go_to_a_nurse(house, said) -> None:
    code = live(house)
    done = sent(house, said)
    assert (done.state, done.authorization) == ("received", "")
    assert rows(house, Determination, done.ref) == []
    stop(house, code)


def test_answers_and_a_gold_card_may_be_asked_together(house) -> None:
    code = live(house, conditions=replace(PAP, gold_card=True))
    assert not sent(house, ALL_YES).authorization
    stop(house, code)


def test_a_new_version_of_the_policy_is_asked_from_its_day_on(house) -> None:
    """The answer to yesterday's question is refused, and the rule meets the new questions."""
    tree = "N all of: Both | Ambas\n  N1 asked: First | Primera\n  N2 asked: Second | Segunda"
    draft = PolicyText(
        title="Sleep tests",
        title_es="Estudios",
        effective_from=TODAY + timedelta(days=20),
        source="The panel.",
        address="portal.plan.example/medical-policies/MP-014",
        codes=("E0601",),
        criteria=tree,
        reason="Simpler.",
    )
    kept = writing.keep_draft(house.cx("admin"), "MP-014", 0, draft)
    writing.publish(house.cx("physician"), "MP-014", kept.round)
    code = live(house)
    later = MONDAY + timedelta(days=21)
    old = replace(asked(house, ALL_YES), received_at=later)
    with pytest.raises(Invalid) as refused:
        submit_prior_auth(house.cx("Maple", later), old)
    assert "in force as version 2" in refused.value.fields["criteria_answers/0/version"]
    fresh = replace(old, answers=answers({"N1": "yes", "N2": "yes"}, version=2))
    assert submit_prior_auth(house.cx("Maple", later), fresh).state == "approved"
    stop(house, code)


def test_the_what_if_over_history_knows_the_answers(house, database) -> None:
    met, unmet = sent(house, ALL_YES).ref, sent(house, {"S1": "yes"}).ref
    silent = sent(house).ref
    proposed = Proposal(name="Again", conditions=PAP, effective_from=TODAY, reason="What if.")
    made = approval_rules.propose_version(house.cx("supervisor"), proposed)
    study = studied(house, made.version_id)
    with database.reading(house.cx("compliance")) as cx:
        named = set(
            cx.db.execute(
                select(Case.ref)
                .join(ApprovalStudyCase, ApprovalStudyCase.case_id == Case.id)
                .where(ApprovalStudyCase.study_id == study.id)
            ).scalars()
        )
        approved = set(
            cx.db.execute(
                select(Case.ref)
                .join(Determination, Determination.case_id == Case.id)
                .where(Determination.ground == "rule")
            ).scalars()
        )
    assert met in named
    assert not {unmet, silent} & named
    assert len(approved) >= 2
    assert approved <= named


# ── Complete later ──────────────────────────────────────────────────────────────────────────────


def add(house: House, ref: str, who: str = "Maple"):
    return papers.add_document(house.cx(who), ref, None, papers.Upload(papers=(NOTES,)))


def test_a_request_that_is_complete_later_meets_the_rules_then_and_once(house) -> None:
    first = sent(house, ALL_YES, papers=())
    assert (first.state, first.missing) == ("received", ["Clinical notes."])
    # The rule goes live after the receipt: the day on which it is complete counts.
    code = live(house)
    done = add(house, first.ref)
    assert done.state == "approved"
    with house.town.database.reading(house.cx("system")) as cx:
        case = case_file.case_by_ref(cx, first.ref)
    assert (case.state, case.version, case.outcome) == ("approved", done.version, "approved")
    assert add(house, first.ref).state == "approved"
    [made] = rows(house, Determination, first.ref)
    assert made.frozen["approved_by"][0]["rule"] == f"{code} version 1"
    assert len(rows(house, Authorization, first.ref)) == 1
    [detail] = rows(house, PriorAuth, first.ref)
    assert detail.missing == []
    events = [each.event for each in rows(house, CaseEvent, first.ref)]
    assert events.count("approved") == 1
    assert events.index("document_added") < events.index("approved")
    stop(house, code)


@pytest.mark.parametrize("who", ["member of OH-MCD", "intake", "nurse", "Birch"])
def test_whoever_brings_the_last_paper(house, who) -> None:
    code = live(house)
    ref = sent(house, ALL_YES, papers=()).ref
    assert add(house, ref, who).state == "approved"
    [made] = rows(house, Determination, ref)
    assert (made.decided_by_kind, made.decided_by_id) == ("system", None)
    stop(house, code)


def test_an_update_over_fhir_that_completes_it_meets_the_rules_too(house) -> None:
    code = live(house)
    whole = asked(house, ALL_YES, channel="fhir")
    dateless = replace(whole.lines[0], from_date=None, to_date=None)
    first = taken(house, replace(whole, lines=(dateless,), trace="T-first"), "a")
    assert state_of(house, first) == "received"
    again = replace(whole, trace="T-again")
    assert taken(house, again, "b", related_traces=("T-first",), purpose="update") == first
    assert state_of(house, first) == "approved"
    [detail] = rows(house, PriorAuth, first)
    assert detail.missing == []
    stop(house, code)


def taken(house: House, submission, key: str, **more) -> str:
    received = transmissions.Received(
        rail="fhir",
        sender="maple",
        key=key,
        content_sha256=hashlib.sha256(key.encode()).hexdigest(),
        body=key.encode(),
        media_type="application/fhir+json",
        submission=submission,
        **more,
    )
    return transmissions.take(house.cx("Maple"), received).case_ref


def state_of(house: House, ref: str) -> str:
    with house.town.database.reading(house.cx("system")) as cx:
        return str(case_file.case_by_ref(cx, ref).state)


def test_what_still_lacks_something_waits_and_a_person_who_reviews_keeps_it(house) -> None:
    code = live(house)
    bare = asked(house, ALL_YES, papers=())
    dateless = replace(bare, lines=(replace(bare.lines[0], from_date=None, to_date=None),))
    ref = submit_prior_auth(house.cx("Maple"), dateless).ref
    assert add(house, ref).state == "received"
    [detail] = rows(house, PriorAuth, ref)
    assert detail.missing == ["The planned date of service."]
    begun = sent(house, ALL_YES, papers=()).ref
    review.start_review(house.cx("nurse"), begun, None)
    assert add(house, begun).state == "in_review"
    stop(house, code)


def test_what_no_rule_approves_when_it_is_complete_waits_for_a_nurse(house) -> None:
    code = live(house)
    ref = sent(house, {"S1": "no"}, papers=()).ref
    done = add(house, ref)
    assert done.state == "received"
    assert rows(house, Determination, ref) == []
    # Complete once: what comes afterwards is one more paper.
    assert add(house, ref).state == "received"
    stop(house, code)


def test_if_we_die_between_the_paper_and_the_approval_neither_is_there(house, settings) -> None:
    code = live(house)
    ref = sent(house, ALL_YES, papers=()).ref
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(
            text(
                "create function die() returns trigger language plpgsql as"
                " $$ begin raise exception 'power cut'; end $$;"
                "create trigger die before insert on determination for each row"
                " execute function die()"
            )
        )
    try:
        for _ in range(2):
            with pytest.raises(DBAPIError, match="power cut"):
                add(house, ref)
            [detail] = rows(house, PriorAuth, ref)
            assert detail.missing == ["Clinical notes."]
            assert "document_added" not in [each.event for each in rows(house, CaseEvent, ref)]
    finally:
        with owner.begin() as connection:
            connection.execute(text("drop trigger die on determination; drop function die()"))
        owner.dispose()
    assert add(house, ref).state == "approved"
    assert len(rows(house, Determination, ref)) == 1
    stop(house, code)


def test_the_case_file_has_the_answers_as_evidence_in_the_readers_language(house) -> None:
    said = (*answers({"S1": "yes"}, note="Report of May."), *answers({"S3": "not_known"}))
    ref = sent(house, answers=said).ref
    with house.town.database.reading(house.cx("system")) as cx:
        case = case_file.case_by_ref(cx, ref)
        [(code, english)] = case_file_criteria.criteria_used(cx, [case], (), "en")
        [(_code, spanish)] = case_file_criteria.criteria_used(cx, [case], (), "es")
    assert code == "MP-014"
    told = {name.partition(".")[0]: value for name, value in english.facts}
    wanted = "Not judged. The office that asked for it says: yes (“Report of May.”)"
    assert (told["S1"], told["S2a"]) == (wanted, "Not judged")
    told = {name.partition(".")[0]: value for name, value in spanish.facts}
    assert told["S3"] == "Sin evaluar. El consultorio que lo pidió dice: no se sabe"

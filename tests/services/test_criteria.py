"""Medical policies in versions, marks on the criteria of a request, and what a decision froze."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from casework.errors import Invalid, NotAllowed, NotFound, Stale, StateRefused
from casework.models import CaseEvent, CriterionMark, Determination, MedicalPolicy, Member
from casework.queries import case_file, timeline
from casework.records import checklists, medical_policies, resting
from casework.seed import policies
from casework.services import medical_policies as writing
from casework.services import review
from casework.services.medical_policies import PolicyText
from casework.submission import LineAsSent
from tests.builders import MONDAY, a_submission
from tests.services import planted_policies as planted
from tests.services import stages
from tests.services.house import a_house

DAY = timedelta(days=1)
TREE = "B all of: Both | Ambas\n  B1: First | Primera\n  B9: Second | Segunda"
ALL_UNMET = dict.fromkeys(("B1a", "B1b", "B1c", "B1d", "B2b", "B3"), "not_met")


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    planted.plant(settings, made.town.users)
    return made


@pytest.fixture
def request_(house) -> str:
    ref = stages.submit_prior_auth(house.cx("Maple"), a_submission(house.town)).ref
    review.start_review(house.cx("nurse"), ref, None)
    return ref


def a_text(**changes) -> PolicyText:
    plain = PolicyText(
        title="Pictures of the brain",
        title_es="Imágenes del cerebro",
        effective_from=(MONDAY + 40 * DAY).date(),
        source="The imaging panel.",
        address="portal.plan.example/medical-policies/MP-021",
        codes=("70551", "70553"),
        criteria=TREE,
        reason="New evidence.",
    )
    return replace(plain, **changes)


def published(house, code: str, *, now=MONDAY, **changes):
    kept = writing.keep_draft(house.cx("admin", now), code, 0, a_text(**changes))
    return writing.publish(house.cx("physician", now), code, kept.round)


def editions(house, code: str):
    with house.town.database.reading(house.cx("nurse")) as cx:
        return medical_policies.editions_of(cx, code)


def rows(house, table, ref: str) -> list:
    with house.town.database.reading(house.cx("system")) as cx:
        case = case_file.case_by_ref(cx, ref)
        return list(cx.db.execute(select(table).where(table.case_id == case.id)).scalars())


def event(house, ref: str, name: str) -> dict:
    return json.loads(
        [each for each in rows(house, CaseEvent, ref) if each.event == name][-1].facts
    )


# ── Policies ────────────────────────────────────────────────────────────────────────────────────


def test_a_policy_is_published_with_four_eyes_one_of_them_a_physician(house) -> None:
    kept = writing.keep_draft(house.cx("admin"), "mp-500", 0, a_text())
    assert (kept.code, kept.round) == ("MP-500", 1)
    with pytest.raises(NotAllowed, match="somebody else must approve"):
        writing.publish(house.cx("admin"), "MP-500", 1)
    with pytest.raises(NotAllowed, match="Only a physician or an administrator"):
        writing.publish(house.cx("nurse"), "MP-500", 1)
    with pytest.raises(Stale, match="Adam Admin"):
        writing.publish(house.cx("physician"), "MP-500", 7)
    done = writing.publish(house.cx("physician"), "MP-500", 1)
    assert (done.version, done.effective_from) == (1, "2027-04-10")
    [edition] = editions(house, "MP-500")
    assert (edition.written_by, edition.approved_by) == ("Adam Admin", "Pia Physician, MD")
    assert edition.whole
    with pytest.raises(NotFound):
        writing.publish(house.cx("physician"), "MP-500", 1)


def test_two_administrators_cannot_approve_what_no_physician_saw(house) -> None:
    writing.keep_draft(house.cx("admin"), "MP-501", 0, a_text())
    other = house.cx("admin")
    other = other.but(principal=replace(other.principal, id=house.town.users["supervisor"]))
    with pytest.raises(NotAllowed, match="Neither of you is a physician"):
        writing.publish(other, "MP-501", 1)
    writing.discard_draft(other, "MP-501", 1)
    with pytest.raises(NotFound):
        writing.discard_draft(other, "MP-501", 1)


def test_a_draft_that_moved_on_is_not_written_over(house) -> None:
    writing.keep_draft(house.cx("admin"), "MP-502", 0, a_text())
    with pytest.raises(Stale, match="changed by Adam Admin"):
        writing.keep_draft(house.cx("physician"), "MP-502", 0, a_text(title="Other"))
    assert writing.keep_draft(house.cx("physician"), "MP-502", 1, a_text()).round == 2
    with pytest.raises(NotAllowed, match="somebody else"):
        writing.publish(house.cx("physician"), "MP-502", 2)
    assert writing.publish(house.cx("admin"), "MP-502", 2).version == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effective_from": MONDAY.date()}, "effective_from"),
        ({"effective_to": date(2027, 1, 1)}, "effective_to"),
        ({"codes": ("70551", "no code!")}, "codes"),
        ({"codes": ()}, "codes"),
        ({"title_es": " "}, "title_es"),
        ({"criteria": "nothing"}, "criteria"),
    ],
)
def test_a_wrong_draft_is_refused_with_its_field(house, changes, field) -> None:
    with pytest.raises(Invalid) as refused:
        writing.keep_draft(house.cx("admin"), "MP-503", 0, a_text(**changes))
    assert field in refused.value.fields


def test_what_is_published_cannot_be_changed_even_by_raw_sql(house) -> None:
    published(house, "MP-504")
    with house.town.database.engine.connect() as connection:
        for statement in ("update medical_policy set title = 'x'", "delete from medical_policy"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(statement))
            connection.rollback()


def test_the_database_refuses_one_pair_of_eyes(house, settings) -> None:
    engine = create_engine(settings.database_owner_url)
    admin = house.town.users["admin"]
    row = policies.row_of(policies.told()[0], 1, first=date(2027, 1, 1)) | {"code": "MP-505"}
    signed = {
        "written_by_id": admin,
        "written_by": "A",
        "approved_by_id": admin,
        "approved_by": "A",
    }
    with engine.connect() as connection, pytest.raises(IntegrityError, match="four_eyes"):
        connection.execute(insert(MedicalPolicy).values(**row, **signed))
    engine.dispose()


def test_the_newest_version_that_has_begun_holds_until_its_last_day(house) -> None:
    published(house, "MP-506", effective_from=date(2027, 4, 1))
    published(house, "MP-506", effective_from=date(2027, 6, 1), effective_to=date(2027, 6, 30))
    published(house, "MP-506", effective_from=date(2027, 5, 1), effective_to=date(2027, 8, 1))
    found = editions(house, "MP-506")
    days = {
        date(2027, 3, 31): None,
        date(2027, 4, 1): 1,
        date(2027, 5, 1): 3,
        date(2027, 6, 15): 3,  # the second was replaced before its day came
        date(2027, 8, 2): None,
    }
    for day, version in days.items():
        held = medical_policies.in_force(found, day)
        assert (held.version if held else None) == version
    on = date(2027, 5, 2)
    states = [medical_policies.standing(each, found, on) for each in found]
    assert states == ["in_force", "replaced", "past"]


def test_two_versions_differ_by_number_of_criterion(house) -> None:
    published(house, "MP-507", effective_from=date(2027, 4, 1))
    newer = TREE.replace("B1: First", "B1: First, again").replace("B9: Second", "B10: Second")
    published(house, "MP-507", effective_from=date(2027, 5, 1), criteria=newer)
    new, old = editions(house, "MP-507")
    told = {each.what: (each.before, each.after) for each in medical_policies.differences(old, new)}
    assert told["First day"] == ("April 1, 2027", "May 1, 2027")
    assert told["Criterion B1"] == ("B1: First | Primera", "B1: First, again | Primera")
    assert told["Criterion B9"][1] == ""
    assert told["Criterion B10"][0] == ""
    assert "Title" not in told


# ── Marks ───────────────────────────────────────────────────────────────────────────────────────


def test_the_policy_of_the_day_of_receipt_is_the_one_that_counts(house, request_) -> None:
    published(house, "MP-021", effective_from=(MONDAY + DAY).date())
    assert planted.checklist(house.town, request_).policy.version == 1
    later = a_submission(house.town, received_at=MONDAY + 2 * DAY)
    ref = stages.submit_prior_auth(house.cx("Maple", MONDAY + 2 * DAY), later).ref
    assert planted.checklist(house.town, ref).policy.version == 2


def test_a_nurse_marks_with_page_and_note_and_it_stands_in_the_history(house, request_) -> None:
    paper = planted.paper_of(house.town, request_)
    said = {"mark": "not_met", "paper_id": paper, "page": 3, "note": "Exam normal."}
    done = planted.mark(house.town, request_, B1b=said, B2b="met")
    assert done.event == "criteria_marked"
    found = planted.checklist(house.town, request_)
    assert found.plain == {"B1b": "not_met", "B2b": "met"}
    assert (found.marks["B1b"].page, found.marks["B1b"].note) == (3, "Exam normal.")
    facts = event(house, request_, "criteria_marked")
    assert facts["marks"]["B1b"] == {"mark": "not_met", "paper": paper, "page": 3}
    with house.town.database.reading(house.cx("nurse")) as cx:
        case = case_file.case_by_ref(cx, request_)
        [told] = [e for e in timeline.timeline(cx, case) if e.event == "criteria_marked"]
        outside = timeline.timeline(cx, case, outside=True)
    assert told.said["marked"][0] == "B1b: not met, notes.pdf page 3. Exam normal."
    assert "criteria_marked" not in {each.event for each in outside}


def test_the_same_marks_again_write_nothing_and_a_changed_one_keeps_both(house, request_) -> None:
    first = planted.mark(house.town, request_, B1a="unclear")
    assert planted.mark(house.town, request_, B1a="unclear").version == first.version
    assert len(rows(house, CriterionMark, request_)) == 1
    planted.mark(house.town, request_, B1a="not_met")
    found = planted.checklist(house.town, request_)
    assert [each.mark for each in found.earlier["B1a"]] == ["unclear"]


def test_a_colleague_s_mark_is_changed_with_a_reason_and_never_unseen(house, request_) -> None:
    planted.mark(house.town, request_, B1a="not_met")
    seen = planted.checklist(house.town, request_).marks["B1a"].id
    with pytest.raises(Invalid, match="Nora Nurse marked B1a as not met: say why") as refused:
        planted.mark(house.town, request_, "physician", B1a={"mark": "met", "seen": seen})
    assert "B1a/why" in refused.value.fields
    planted.mark(house.town, request_, B1a={"mark": "unclear", "seen": seen})
    changed = {"mark": "met", "seen": seen, "why": "The note of May names it."}
    with pytest.raises(Stale, match="Nora Nurse marked B1a"):
        planted.mark(house.town, request_, "physician", B1a=changed)
    seen = planted.checklist(house.town, request_).marks["B1a"].id
    planted.mark(house.town, request_, "physician", B1a=changed | {"seen": seen})
    now = planted.checklist(house.town, request_)
    assert (now.marks["B1a"].by, now.marks["B1a"].why) == (
        "Pia Physician, MD",
        "The note of May names it.",
    )
    assert now.found.state == "met"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"Z9": "met"}, "Z9"),
        ({"B1a": "perhaps"}, "B1a"),
        ({"B1a": {"mark": "met", "page": 2}}, "B1a/page"),
        ({"B1a": {"mark": "met", "paper_id": 999_999_999}}, "B1a/paper_id"),
    ],
)
def test_a_wrong_mark_is_refused_with_its_field(house, request_, said, field) -> None:
    with pytest.raises(Invalid) as refused:
        planted.mark(house.town, request_, **said)
    assert field in refused.value.fields
    assert rows(house, CriterionMark, request_) == []


def test_a_paper_of_another_case_proves_nothing_here(house, request_) -> None:
    other = stages.submit_prior_auth(house.cx("Maple"), a_submission(house.town)).ref
    paper = planted.paper_of(house.town, other)
    with pytest.raises(Invalid, match="not on the case"):
        planted.mark(house.town, request_, B1a={"mark": "met", "paper_id": paper, "page": 1})


def test_who_may_not_mark_and_what_is_decided_is_refused(house, request_) -> None:
    with pytest.raises(NotAllowed):
        planted.mark(house.town, request_, "supervisor", B1a="met")
    with pytest.raises(NotFound):
        planted.mark(house.town, request_, policy="MP-014", S1="met")
    decided = stages.a_denial(house)
    with pytest.raises(StateRefused, match="decided"):
        planted.mark(house.town, decided, "physician", B1a="met")


def test_marks_are_appended_and_never_changed_and_no_office_sees_them(house, request_) -> None:
    planted.mark(house.town, request_, B1a="met")
    with (
        house.town.database.engine.connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text("update criterion_mark set mark = 'met'"))
    office = house.cx("Maple")
    with house.town.database.reading(office) as cx:
        assert list(cx.db.execute(text("select id from criterion_mark"))) == []


def test_two_lines_and_a_code_without_a_policy(house) -> None:
    sent = a_submission(house.town)
    second = LineAsSent(number=2, code="99999", units=Decimal(1))
    third = replace(sent.lines[0], number=3, code="E0601")
    both = replace(sent, lines=(*sent.lines, second, third))
    ref = stages.submit_prior_auth(house.cx("Maple"), both).ref
    with house.town.database.reading(house.cx("nurse")) as cx:
        found = checklists.of_case(cx, case_file.case_by_ref(cx, ref))
    assert [(each.line.number, each.policy.code) for each in found] == [
        (1, "MP-021"),
        (3, "MP-014"),
    ]


# ── What a decision froze ───────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def denied(house) -> str:
    """A request whose every criterion is marked "not met" or open, denied by the physician."""
    ref = stages.with_physician(house)
    planted.mark(house.town, ref, **ALL_UNMET)
    ruling = stages.determinations.Ruling(
        lines=(
            stages.LineRuling(
                number=1, result="denied", reason=stages.REASON, criterion="MP-021, version 1"
            ),
        ),
        words=stages.WORDS,
        criterion="MP-021, version 1",
        attested=True,
    )
    stages.determinations.deny(house.cx("physician"), ref, None, ruling)
    return ref


def frozen(house, ref: str) -> dict:
    return dict(rows(house, Determination, ref)[-1].frozen)


def test_a_decision_freezes_all_that_it_rested_on_and_the_chain_has_its_hash(house, denied) -> None:
    kept = frozen(house, denied)
    [policy] = kept["policies"]
    assert (policy["code"], policy["version"], policy["result"]) == ("MP-021", 1, "not_met")
    assert {each["criterion"]: each["mark"] for each in kept["criteria"]} == ALL_UNMET
    assert {each["name"] for each in kept["rules"]} >= {"decision"}
    assert all(each["rule_version"] and each["citation"] for each in kept["rules"])
    letters = {each["code"]: each for each in kept["letters"]}
    assert "denial" in letters or any("denial" in code for code in letters)
    assert all(len(each["template"]) == 64 for each in letters.values())
    assert kept["licence"]["kind"] == "MD"
    assert len(kept["papers"]) == 1
    assert kept["sha256"] == resting.hash_of(kept)
    assert event(house, denied, "denied")["rests_on"] == kept["sha256"]
    assert "Alex0" not in json.dumps(kept)


def test_a_new_version_afterwards_changes_nothing_of_an_old_decision(
    house, denied, settings
) -> None:
    before, was = frozen(house, denied), planted.checklist(house.town, denied)
    letters_before = [each.code for each in rows(house, stages.Letter, denied)]
    published(house, "MP-021", effective_from=(MONDAY + 50 * DAY).date())
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("update member set zip_code = '43001' where number = :n"),
            {"n": house.town.members["OH-MCD"]},
        )
    engine.dispose()
    assert frozen(house, denied) == before
    now = planted.checklist(house.town, denied)
    assert (now.policy, now.marks) == (was.policy, was.marks)
    assert [each.code for each in rows(house, stages.Letter, denied)] == letters_before
    with house.town.database.reading(house.cx("nurse")) as cx:
        file = case_file.case_file(cx, denied)
        told = resting.rested_on(cx, file.case, before, key=file.key, event_seq=None)
        then = resting.member_then(before, file.key, file.case.id)
    assert told.whole
    assert [each.same for each in told.policies] == [True]
    assert (then["zip_code"], told.member_same) == ("43085", False)


def test_what_was_tampered_with_is_found(house, denied) -> None:
    kept = frozen(house, denied)
    assert resting.hash_of(kept | {"line": "medicare"}) != kept["sha256"]
    criteria = [dict(each, mark="met") for each in kept["criteria"]]
    assert resting.hash_of(kept | {"criteria": criteria}) != kept["sha256"]
    with house.town.database.reading(house.cx("nurse")) as cx:
        member = cx.db.execute(select(Member).limit(1)).scalar_one()
        assert member.number not in json.dumps(kept)


def test_the_unmet_criteria_word_the_reason_and_name_the_policy_and_where_it_is_free(
    house, denied
) -> None:
    found = planted.checklist(house.town, denied)
    with_all = found.unmet
    assert [each.id for each in with_all] == ["B1a", "B1b", "B1c", "B1d", "B2b", "B3"]
    reason, rule = checklists.refusal_of(found)
    assert reason.splitlines()[0] == (
        "The records do not show this: a first seizure, or more seizures than before."
    )
    assert "Pictures of the brain MP-021, version 1" in rule
    assert "free at portal.plan.example/medical-policies/MP-021" in rule
    spanish, regla = checklists.refusal_of(found, language="es")
    assert spanish.startswith("Los registros no muestran esto: una primera convulsión")
    assert "versión 1" in regla
    assert max(len(rule), len(regla)) <= 400

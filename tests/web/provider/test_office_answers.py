"""The questions of a medical policy in an office's form: asked, answered or not, sent, shown; and
nothing that was typed is lost."""

from typing import Any

import pytest
from sqlalchemy import create_engine, select, update

from casework.models import Case, MedicalPolicy, OfficeAnswer
from tests.services import planted_policies as planted
from tests.web.provider.filling import Portal, filled
from tests.web.provider.writing import FORM, good, review, send

QUESTION = "A sleep test within the last year, with its report"
YES = {"answer.MP-014.S1": "yes", "answer.MP-014.S2a": "yes", "answer.MP-014.S3": "yes"}


@pytest.fixture(scope="module", autouse=True)
def policies(town: Any, settings: Any, practice: Any) -> None:
    planted.plant(settings, town.users)


def machine(town: Any, **changes: Any) -> dict[str, Any]:
    return good(town, **{"line-1-code": "e0601", **changes})


def show(mae: Portal, town: Any, **changes: Any) -> Any:
    """The form with the questions about what stands in it."""
    mae.get(FORM)
    return mae.send(FORM, {**machine(town, **changes), "do": "show-questions"})


def answers(town: Any, ref: str) -> list[tuple[str, str]]:
    with town.database.reading(town.cx("compliance")) as cx:
        rows = cx.db.execute(
            select(OfficeAnswer.criterion, OfficeAnswer.answer)
            .join(Case, Case.id == OfficeAnswer.case_id)
            .where(Case.ref == ref)
            .order_by(OfficeAnswer.id)
        )
        return [tuple(row) for row in rows]


def test_a_form_without_codes_says_what_questions_are_for_and_asks_none(mae: Portal) -> None:
    page = mae.get(FORM)
    assert "our medical policy has a few questions" in page.text
    assert QUESTION not in page.text


def test_each_question_of_the_policy_is_asked_in_its_words(mae: Portal, town: Any) -> None:
    page = show(mae, town)
    assert "For E0601. Version 1" in page.text
    for said in (QUESTION, "A visit with the doctor who asks for it", "No answer", "Not known"):
        assert said in page.text
    # A service whose policy asks offices nothing has no questions.
    assert QUESTION not in show(mae, town, **{"line-1-code": "70551"}).text


def test_answers_are_reviewed_sent_and_stand_on_the_offices_own_case(
    mae: Portal, town: Any
) -> None:
    show(mae, town)
    typed = {**YES, "answer.MP-014.S2b": "not_known", "note.MP-014.S1": "Report of May 3."}
    page = mae.send(FORM, {**typed, "do": "review"}, files=[("notes.pdf", b"%PDF-1.4\n%%EOF\n")])
    assert page.h1 == "Review what is sent"
    assert "Our medical policy has questions" not in page.text
    for said in (QUESTION, "Report of May 3.", "Not known"):
        assert said in page.text
    mae.send(FORM, {"do": "submit"}, status=303)
    ref = mae.location.split("/")[3]
    assert answers(town, ref) == [
        ("S1", "yes"),
        ("S2a", "yes"),
        ("S2b", "not_known"),
        ("S3", "yes"),
    ]
    page = mae.get(f"/provider/cases/{ref}")
    for said in ("Your answers to our questions", QUESTION, "Report of May 3.", "Mae Tolliver"):
        assert said in page.text


def test_an_office_may_send_without_answers_and_is_told_of_the_questions(
    mae: Portal, town: Any
) -> None:
    page = review(mae, machine(town))
    assert "Our medical policy has questions about this" in page.text
    page = mae.send(FORM, {"do": "show-questions"})
    assert QUESTION in page.text
    assert mae.field("note") == "Headaches for six weeks."
    ref = send(mae, machine(town))
    assert answers(town, ref) == []
    assert "Your answers to our questions" not in mae.get(f"/provider/cases/{ref}").text


def test_a_note_without_an_answer_comes_back_with_its_sentence(mae: Portal, town: Any) -> None:
    show(mae, town)
    mae.send(FORM, {"note.MP-014.S3": "In April.", "do": "review"}, status=422)
    assert "Choose an answer" in mae.error_of("answer.MP-014.S3")
    assert mae.field("note.MP-014.S3") == "In April."


def test_what_was_answered_waits_while_another_code_stands_there(mae: Portal, town: Any) -> None:
    show(mae, town)
    page = mae.send(FORM, {**YES, "line-1-code": "70551", "do": "show-questions"})
    assert QUESTION not in page.text
    page = mae.send(FORM, {"line-1-code": "E0601", "do": "show-questions"})
    assert QUESTION in page.text
    assert filled(page, FORM)["answer.MP-014.S1"] == "yes"
    # Sent with the other code, the answers stay at home.
    mae.send(FORM, {"line-1-code": "70551", "do": "review"})
    mae.send(FORM, {"do": "submit"}, status=303)
    assert answers(town, mae.location.split("/")[3]) == []


def test_a_policy_that_was_changed_meanwhile_is_asked_anew_with_what_was_typed(
    mae: Portal, town: Any, settings: Any
) -> None:
    show(mae, town)
    mae.send(FORM, {**YES, "note.MP-014.S1": "Of May.", "do": "review"})
    renumber(settings, 2)
    try:
        mae.send(FORM, {"do": "submit"}, status=422)
        assert "in force as version 2" in mae.error_of("questions")
        assert mae.page is not None
        assert "We changed this policy since you answered" in mae.page.text
        assert mae.field("note.MP-014.S1") == "Of May."
        mae.send(FORM, {"do": "review"})
        mae.send(FORM, {"do": "submit"}, status=303)
        ref = mae.location.split("/")[3]
        assert [name for name, _said in answers(town, ref)] == ["S1", "S2a", "S3"]
    finally:
        renumber(settings, 1)


def renumber(settings: Any, version: int) -> None:
    """As the owner: the version of the day has another number, as after a publication."""
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(
            update(MedicalPolicy).where(MedicalPolicy.code == "MP-014").values(version=version)
        )
    owner.dispose()


def test_another_office_sees_no_answer(practice: Any, town: Any, mae: Portal) -> None:
    show(mae, town)
    mae.send(FORM, {**YES, "do": "review"})
    mae.send(FORM, {"do": "submit"}, status=303)
    path = f"/provider/cases/{mae.location.split('/')[3]}"
    practice.browser("oda").get(path, status=404)

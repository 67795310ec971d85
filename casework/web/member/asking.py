"""The pages of one filing: a question with what was answered before, and the list of answers."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework.records.drafts import Draft
from casework.services import drafts
from casework.web import edge, moments
from casework.web.member import doors, evidence, path, reading, sight, uploads
from casework.web.member.complaint_questions import DENIAL
from casework.web.member.doors import Situation
from casework.web.member.question import Question, said
from casework.web.member.reading import Reading

CHECK: Final = "check"


@dataclass(frozen=True)
class Row:
    """One answer on the list: which question, what was said, where to change it."""

    name: str
    label: Any
    said: str
    change: str


def with_draft(situation: Situation, draft: Draft) -> Situation:
    """The same situation with the draft as it is kept now."""
    return replace(situation, draft=draft)


def to(situation: Situation, step: str) -> Response:
    """Go to a page of this filing."""
    return redirect(doors.address(situation.door, situation.ref, step))


def on(situation: Situation) -> Response:
    """Go to the first question without an answer, else to the list of answers."""
    opened = path.first_open(situation)
    return to(situation, opened.name if opened else CHECK)


def question_page(
    situation: Situation, question: Question, found: Reading | None = None, *, alert: str = ""
) -> str:
    """The page of this question, with what was typed, or answered before."""
    all_asked = path.asked(situation)
    before, _ = path.beside(situation, question)
    checking = request.values.get("then", "") == CHECK
    if checking:
        back = doors.address(situation.door, situation.ref, CHECK)
    else:
        back = doors.address(situation.door, situation.ref, before.name if before else "")
    return render_template(
        "member/question.html",
        s=situation,
        q=question,
        title=question.title(situation),
        typed=found.typed if found else reading.typed_before(question, situation),
        errors=found.errors if found else {},
        alert_words=alert,
        back_to=back,
        checking=checking,
        number=all_asked.index(question) + 1,
        count=len(all_asked),
        at=doors.address(situation.door, situation.ref, question.name),
        papers=evidence.added(situation.draft),
        may_join=evidence.may_join(situation.draft),
        one=evidence.is_one(situation.draft),
        accepted=uploads.ACCEPTED,
        megabytes=uploads.MEGABYTES,
        megabytes_at_once=uploads.MEGABYTES_AT_ONCE,
    )


def take(situation: Situation, question: Question) -> Any:
    """Keep the answer that was sent and go on, or show the page again with what to correct."""
    draft = situation.draft
    assert draft is not None
    if question.form == "papers":
        answered = _with_papers(situation, question, draft)
        if not isinstance(answered, Situation):
            return answered
        situation = answered
        draft = answered.draft
        assert draft is not None
    found = reading.read(question, situation, today=edge.cx().now.date())
    if found.errors:
        return question_page(situation, question, found), 422
    draft = drafts.answer(edge.cx(), draft.id, {question.name: found.answer})
    return _onward(with_draft(situation, draft), question, found.answer)


def check_page(situation: Situation, *, alert: str = "") -> str:
    """Everything that was said, to read once more before it is sent."""
    return render_template(
        "member/check.html",
        s=situation,
        remedy=situation.remedy,
        rows=rows(situation),
        papers=evidence.added(situation.draft),
        one=evidence.is_one(situation.draft),
        at=doors.address(situation.door, situation.ref, CHECK),
        alert_words=alert,
    )


def rows(situation: Situation) -> list[Row]:
    """Every answer, with where to change it."""
    return [_row(situation, each) for each in path.asked(situation)]


def _onward(situation: Situation, question: Question, answer: str) -> Response:
    """To the next question; from a change back to the list; home for who wants to stop."""
    if request.form.get("act") == "stop":
        flash(gettext("We keep what you wrote. It is not sent yet."), "info")
        return redirect(url_for("member.home"))
    if question.name == "about" and answer == DENIAL:
        return redirect(url_for("member.complaint_or_appeal"))
    if request.form.get("then") == CHECK:
        return on(situation)
    _, after = path.beside(situation, question)
    return to(situation, after.name if after else CHECK)


def _with_papers(situation: Situation, question: Question, draft: Draft) -> Any:
    """Add, remove or order files; the situation when the person goes on, else the page to show."""
    taken = evidence.take(draft)
    situation = with_draft(situation, taken.draft)
    if taken.faults:
        errors = {"papers": " ".join(taken.faults)}
        return question_page(situation, question, Reading(errors=errors)), 422
    return _stay(situation, question) if taken.stay else situation


def _stay(situation: Situation, question: Question) -> Response:
    """The same page again, by GET."""
    here = doors.address(situation.door, situation.ref, question.name)
    return redirect(f"{here}?then={CHECK}" if request.form.get("then") == CHECK else here)


def _row(situation: Situation, question: Question) -> Row:
    words = said(question, situation)
    if question.form == "date" and words:
        words = moments.day(date.fromisoformat(words))
    if question.form == "papers":
        words = ""
    if question.name == "case" and situation.answers.get("case", "") not in {"", "none"}:
        words = f"{sight.name_of(_title(situation)).words} ({situation.answers['case']})"
    here = doors.address(situation.door, situation.ref, question.name)
    return Row(question.name, question.label, words, f"{here}?then={CHECK}")


def _title(situation: Situation) -> str:
    ref = situation.answers.get("case", "")
    return next((case.title for case in situation.cases if case.ref == ref), "")

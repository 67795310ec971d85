"""Filing an appeal, a request for a review outside, or a complaint: one question on each page.

Every page keeps its answer on the server before it goes on, so neither the back button, nor a
reload, nor another day loses anything. GET keeps nothing.
"""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework.errors import Problem
from casework.queries import remedies
from casework.services import drafts
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import asking, doors, path, sending
from casework.web.member.blueprint import member
from casework.web.member.doors import APPEAL, COMPLAINT, KINDS, OUTSIDE, Situation
from casework.web.member.uploads import LARGEST_BODY
from casework.web.requests import larger

CHECK: Final = "check"


@member.get("/appeal")
@entry(*MEMBERS)
def appeal() -> str:
    """Which decision is it about? From one's own list, nothing to type."""
    with edge.reading() as cx:
        found = remedies.decisions_against(cx)
        now = cx.now
    return render_template("member/appeal.html", decisions=found, now=now)


@member.get("/no-letter")
@entry(*MEMBERS)
def no_letter() -> str:
    """The decision is not on the list, or there is no letter: say it in one's own words."""
    return render_template("member/no_letter.html")


@member.post("/no-letter")
@entry(*MEMBERS)
def tell_without_letter() -> Response:
    """Begin to tell it; whoever reads it takes it as an appeal where it is one, from this day."""
    situation = _with_a_draft(doors.situation(COMPLAINT))
    draft = situation.draft
    assert draft is not None
    if "about" not in draft.answers:
        drafts.answer(edge.cx(), draft.id, {"about": "other"})
    return redirect(url_for("member.complaint_step", step="told"))


@member.get("/appeal/<ref>", defaults={"door": APPEAL})
@member.get("/outside/<ref>", defaults={"door": OUTSIDE})
@entry(*MEMBERS)
def filing(door: str, ref: str) -> Any:
    """Before you start: what it is about, by when, what is needed; or what stands in the way."""
    situation = doors.situation(door, ref)
    return _started(situation) or _start_page(situation)


@member.post("/appeal/<ref>", defaults={"door": APPEAL})
@member.post("/outside/<ref>", defaults={"door": OUTSIDE})
@entry(*MEMBERS)
def begin_filing(door: str, ref: str) -> Any:
    """Begin, or go on where one stopped."""
    situation = doors.situation(door, ref)
    if situation.remedy is None or not situation.remedy.open:
        return _start_page(situation), 409
    return _begun(situation)


@member.get("/complaint")
@entry(*MEMBERS)
def complaint() -> Any:
    """Before you start a complaint."""
    return _start_page(doors.situation(COMPLAINT))


@member.post("/complaint")
@entry(*MEMBERS)
def begin_complaint() -> Any:
    """Begin a complaint, or go on with the one that was begun."""
    return _begun(doors.situation(COMPLAINT))


@member.get("/appeal/<ref>/<step>", defaults={"door": APPEAL})
@member.get("/outside/<ref>/<step>", defaults={"door": OUTSIDE})
@entry(*MEMBERS)
def filing_step(door: str, ref: str, step: str) -> Any:
    """One question, or the list of answers."""
    return _show(doors.situation(door, ref), step)


@member.post("/appeal/<ref>/<step>", defaults={"door": APPEAL})
@member.post("/outside/<ref>/<step>", defaults={"door": OUTSIDE})
@entry(*MEMBERS)
@larger(LARGEST_BODY)
def answer_filing_step(door: str, ref: str, step: str) -> Any:
    """Keep the answer and go on; on the list of answers: send."""
    return _take(doors.situation(door, ref), step)


@member.get("/complaint/<step>")
@entry(*MEMBERS)
def complaint_step(step: str) -> Any:
    """One question of a complaint, or the list of answers."""
    return _show(doors.situation(COMPLAINT), step)


@member.post("/complaint/<step>")
@entry(*MEMBERS)
@larger(LARGEST_BODY)
def answer_complaint_step(step: str) -> Any:
    """Keep the answer and go on; on the list of answers: send."""
    return _take(doors.situation(COMPLAINT), step)


@member.get("/complaint-or-appeal")
@entry(*MEMBERS)
def complaint_or_appeal() -> Any:
    """Somebody complains about a denial: an appeal gives more; a complaint is still possible."""
    situation = doors.situation(COMPLAINT)
    return _away(situation) or render_template("member/which_door.html")


@member.post("/drafts/<int:number>/drop")
@entry(*MEMBERS)
def drop_draft(number: int) -> Response:
    """Throw away what was begun."""
    drafts.drop(edge.cx(), number)
    flash(gettext("We threw away what you began. Nothing was sent."), "info")
    return redirect(url_for("member.home"))


def _started(situation: Situation) -> Response | None:
    """Where somebody goes who has filed this already."""
    remedy = situation.remedy
    sent = situation.draft.sent_ref if situation.draft else ""
    if sent and remedy is not None and remedy.dispute is not None:
        return redirect(url_for("member.receipt", ref=sent))
    return None


def _start_page(situation: Situation) -> str:
    return render_template(
        "member/start.html",
        s=situation,
        remedy=situation.remedy,
        unsent=situation.draft is not None and not situation.draft.sent_ref,
        cases=situation.cases,
    )


def _may_begin(situation: Situation) -> bool:
    """Whether there is something to file: what was begun elsewhere and thrown away is begun anew
    with what was typed."""
    return situation.door == COMPLAINT or (situation.remedy is not None and situation.remedy.open)


def _with_a_draft(situation: Situation) -> Situation:
    draft = drafts.begin(
        edge.cx(),
        kind=KINDS[situation.door],
        about=situation.ref,
        member_id=situation.member_id,
    )
    return asking.with_draft(situation, draft)


def _begun(situation: Situation) -> Response:
    fresh = _with_a_draft(situation)
    first = path.first_open(fresh)
    return redirect(doors.address(situation.door, situation.ref, first.name if first else CHECK))


def _show(situation: Situation, step: str) -> Any:
    away = _away(situation)
    if away is not None:
        return away
    if step == CHECK:
        opened = path.first_open(situation)
        return asking.to(situation, opened.name) if opened else asking.check_page(situation)
    question = path.find(situation, step)
    if question is None:
        return asking.on(situation)
    return asking.question_page(situation, question)


def _take(situation: Situation, step: str) -> Any:
    draft = situation.draft
    typed = "" if step == CHECK else request.form.get(step, "").strip()
    if draft is not None and draft.sent_ref and typed:
        # It was sent from another page while somebody wrote on: the words are shown, to be sent.
        page = render_template("member/sent_before.html", ref=draft.sent_ref, typed=typed)
        return page, 409
    if draft is None and _may_begin(situation):
        situation = _with_a_draft(situation)
    away = _away(situation)
    if away is not None:
        return away
    if step == CHECK:
        return _send(situation)
    question = path.find(situation, step)
    if question is None:
        return asking.on(situation)
    return asking.take(situation, question)


def _away(situation: Situation) -> Response | None:
    """Nothing was begun, or it was sent already: there is nothing to answer here."""
    draft = situation.draft
    if draft is None:
        return redirect(doors.address(situation.door, situation.ref))
    if draft.sent_ref:
        return redirect(url_for("member.receipt", ref=draft.sent_ref))
    return None


def _send(situation: Situation) -> Any:
    opened = path.first_open(situation)
    if opened is not None:
        return asking.to(situation, opened.name)
    try:
        filed = sending.send(situation)
    except Problem as problem:
        return _not_sent(situation, problem)
    refused = getattr(filed, "continuation", "")
    if refused and refused != "continued":
        flash(
            gettext("We cannot keep the care going now. We wrote down that you asked for it."),
            "warning",
        )
    return redirect(url_for("member.receipt", ref=filed.ref))


def _not_sent(situation: Situation, problem: Problem) -> Any:
    """It could not be filed: the answers stay, and the page says what to do."""
    if problem.type == "busy":
        said = gettext("We are still sending it. Wait a moment, then press the button again.")
    elif problem.status in {404, 409, 412, 422}:
        said = gettext("We could not take it: %(why)s", why=gettext(problem.sentence))
    else:
        raise problem
    return asking.check_page(situation, alert=str(said)), problem.status

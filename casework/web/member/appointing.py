"""People who help me: name one by questions, read the form, sign it here or print it; and end it.

The form is shown whole before it is signed; what is posted says which text was seen.
"""

from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from casework import now, observations
from casework.errors import Invalid, NotFound, Problem
from casework.queries import my_helpers as queries
from casework.services import appointing, drafts
from casework.storage import Storage
from casework.web import edge
from casework.web.access import entry
from casework.web.member import asking, doors, path
from casework.web.member.blueprint import member
from casework.web.member.doors import HELPER, KINDS, Situation
from casework.web.member.helper_questions import RELATIONS
from casework.web.public.register import whence
from letters import coversheet
from letters.appointment import SIGNERS

MEMBER: Final = "member"
CHECK: Final = "check"
ZONE: Final = "America/New_York"
# What the commands say, for the other language.
REFUSALS: Final = (
    lazy_gettext("The form is a new one now. Please read it once more."),
    lazy_gettext("This form waits for nobody."),
    lazy_gettext("This form counts already: end it instead."),
    lazy_gettext("This form is closed."),
    lazy_gettext("Only the member names a helper."),
    lazy_gettext("No plan of ours covers this member. Please call us."),
)


@member.get("/helpers")
@entry(MEMBER)
def my_helpers() -> Any:
    """Who helps me, which forms wait, and how to name somebody."""
    with edge.reading() as cx:
        own = queries.own_member(cx)
        helping, waiting = queries.helpers(cx, own), queries.waiting(cx, own)
    observations.look(edge.cx(), member_id=own, what="helpers")
    return render_template(
        "member/helpers.html",
        helping=helping,
        waiting=waiting,
        relations=RELATIONS,
        may_name=own not in edge.principal().narrowed.hushed,
        grouped=coversheet.in_groups,
    )


@member.get("/helpers/new")
@entry(MEMBER)
def new_helper() -> Any:
    """Before you start: what the form does."""
    situation = doors.situation(HELPER)
    unsent = situation.draft is not None and not situation.draft.sent_ref
    return render_template("member/helper_start.html", unsent=unsent)


@member.post("/helpers/new")
@entry(MEMBER)
def begin_helper() -> Any:
    """Begin, or go on where one stopped."""
    with edge.reading() as cx:
        own = queries.own_member(cx)
    draft = drafts.begin(edge.cx(), kind=KINDS[HELPER], about="", member_id=own)
    return asking.on(asking.with_draft(doors.situation(HELPER), draft))


@member.get("/helpers/new/<step>")
@entry(MEMBER)
def helper_step(step: str) -> Any:
    """One question, or the form to sign."""
    situation = doors.situation(HELPER)
    away = _away(situation)
    if away is not None:
        return away
    if step == CHECK:
        opened = path.first_open(situation)
        return asking.to(situation, opened.name) if opened else _sign_page(situation)
    question = path.find(situation, step)
    return asking.question_page(situation, question) if question else asking.on(situation)


@member.post("/helpers/new/<step>")
@entry(MEMBER)
def answer_helper_step(step: str) -> Any:
    """Keep the answer and go on; on the form: sign it, or have it printed."""
    situation = doors.situation(HELPER)
    away = _away(situation)
    if away is not None:
        return away
    if step == CHECK:
        opened = path.first_open(situation)
        return asking.to(situation, opened.name) if opened else _signed(situation)
    question = path.find(situation, step)
    return asking.take(situation, question) if question else asking.on(situation)


@member.get("/helpers/forms/<number>")
@entry(MEMBER)
def helper_form(number: str) -> Any:
    """One form: what it says, who signed it, how it goes on."""
    made = _form(number)
    return render_template(
        "member/helper_form.html",
        form=made,
        text=Markup(made.text),  # noqa: S704 - the text that was signed, made by `letters`
        number=coversheet.in_groups(made.number),
        wanted=SIGNERS[made.line],
        counts=made.stage == "complete" and not made.closed,
        zone=ZONE,
        printed=made.pdf_sha256 != "",
    )


@member.get("/helpers/forms/<number>/pdf")
@entry(MEMBER)
def helper_pdf(number: str) -> Response:
    """The form as it was printed."""
    made = _form(number)
    if not made.pdf_sha256:
        raise NotFound("This form is not printed yet.")
    answer = make_response(Storage(edge.settings()).get(made.pdf_sha256))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="form-{made.number}.pdf"'
    return answer


@member.post("/helpers/forms/<number>/link")
@entry(MEMBER)
def send_helper_link(number: str) -> Response:
    """Send the helper a new link."""
    return _carried(
        lambda: appointing.ask_again(edge.cx(), number, whence=whence(), wall=now.wall()),
        gettext("A new link is on its way. It is good for 14 days."),
        number,
    )


@member.post("/helpers/forms/<number>/back")
@entry(MEMBER)
def take_back_form(number: str) -> Response:
    """Take back a form that does not count yet."""
    return _carried(
        lambda: appointing.take_back(edge.cx(), number),
        gettext("You took the form back. It does not count."),
    )


@member.post("/helpers/<int:number>/end")
@entry(MEMBER)
def end_helper(number: int) -> Response:
    """End it, from this moment."""
    return _carried(
        lambda: appointing.remove_helper(edge.cx(), number, whence=whence(), wall=now.wall()),
        gettext("It has ended. From now on this person sees nothing and gets no letters."),
    )


def _carried(act: Any, done: str, number: str = "") -> Response:
    try:
        act()
        flash(done, "success")
    except Problem as refused:
        flash(gettext(refused.sentence), "info")
    if number:
        return redirect(url_for("member.helper_form", number=number))
    return redirect(url_for("member.my_helpers"))


def _form(number: str) -> queries.Made:
    with edge.reading() as cx:
        own = queries.own_member(cx)
        made = queries.form(cx, own, number)
    observations.look(edge.cx(), member_id=own, what="helper-form")
    return made


def _away(situation: Situation) -> Response | None:
    """Nothing was begun, or it was signed already: there is nothing to answer here."""
    draft = situation.draft
    if draft is None:
        return redirect(url_for("member.new_helper"))
    if draft.sent_ref:
        return redirect(url_for("member.helper_form", number=draft.sent_ref))
    return None


def _sign_page(situation: Situation, errors: dict[str, Any] | None = None) -> Any:
    assert situation.draft is not None
    answers = situation.answers
    with edge.reading() as cx:
        made = appointing.preview(
            cx, situation.draft.member_id, answers, language=whence().language
        )
    told = render_template(
        "member/helper_sign.html",
        s=situation,
        form=made.form,
        text=Markup(made.text),  # noqa: S704 - made by `letters`, everything in it escaped
        sha256=made.sha256,
        rows=asking.rows(situation),
        both=len(SIGNERS[made.form.line]) > 1,
        errors=errors or {},
        typed=edge.form("name", limit=120),
    )
    return (told, 422) if errors else told


def _signed(situation: Situation) -> Any:
    assert situation.draft is not None
    by_hand = request.form.get("way") == "paper"
    errors: dict[str, Any] = {}
    if not by_hand and request.form.get("agree") != "yes":
        errors["agree"] = gettext("Tick this to sign. Or print the form and sign it by hand.")
    if not by_hand and not edge.form("name", limit=120):
        errors["name"] = gettext("Type your first and last name.")
    if errors:
        return _sign_page(situation, errors)
    try:
        number = _kept(situation, by_hand=by_hand)
    except Invalid as refused:
        said = {name: gettext(words) for name, words in refused.fields.items()}
        return _sign_page(situation, said or {"name": gettext(refused.sentence)})
    flash(
        gettext("We print the form. Sign it by hand and mail it to us.")
        if by_hand
        else gettext("You signed the form. Thank you."),
        "success",
    )
    return redirect(url_for("member.helper_form", number=number))


def _kept(situation: Situation, *, by_hand: bool) -> str:
    assert situation.draft is not None
    if by_hand:
        return appointing.print_for_hand(edge.cx(), situation.draft.id, whence=whence())
    return appointing.sign(
        edge.cx(),
        situation.draft.id,
        name=edge.form("name", limit=120),
        sha256=edge.form("text", limit=64),
        whence=whence(),
        wall=now.wall(),
    )

"""The people of my account: whom I help, who sees my records, how to add a child or a spouse."""

from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from casework import observations
from casework.context import SYSTEM
from casework.errors import Problem
from casework.queries import household as people
from casework.queries import member_home
from casework.services import asking_in, household
from casework.services.sign_in import TooManyTries
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member.blueprint import member
from casework.web.public import register

MEMBER: Final = "member"
BASES: Final[dict[str, Any]] = {
    "child": lazy_gettext("Your child"),
    "spouse": lazy_gettext("Your husband or wife"),
    "form": lazy_gettext("You speak for this person by a form"),
}
SEEN_BY: Final[dict[str, Any]] = {
    "child": lazy_gettext("A parent"),
    "spouse": lazy_gettext("Your husband or wife"),
    "form": lazy_gettext("Speaks for you by a form"),
}


@member.get("/household")
@entry(*MEMBERS)
def people_page() -> str:
    """Whose records I open, and who opens mine."""
    with edge.reading() as cx:
        own = member_home.known_members(cx)
        helped = people.helped(cx)
        seers = people.seers(cx)
    for each in own:
        observations.look(edge.cx(), member_id=each.id, what="household")
    return render_template(
        "member/household.html",
        helped=helped,
        seers=seers,
        bases=BASES,
        seen_by=SEEN_BY,
        may_add=MEMBER in edge.principal().roles,
    )


@member.get("/household/child")
@entry(MEMBER)
def child() -> str:
    """The card of my child."""
    return _card_page("child", register.Card())


@member.post("/household/child")
@entry(MEMBER)
def add_child() -> Any:
    """Add my child, or say what to do instead."""
    card = register.read_card(with_email=False)
    if card.errors:
        return _card_page("child", card), 422
    try:
        added = household.add_child(edge.wall_cx(SYSTEM), edge.principal().id, card.typed)
    except TooManyTries as refused:
        said = register.wait_in_words(refused)
        return register.locked(_card_page("child", card, alert=said), refused)
    if not added:
        said = gettext(
            "We could not add this child here. Look at each number once more. The child must be"
            " a minor and on the same plan as you. If all is right, call us: we send you a form."
        )
        return _card_page("child", card, alert=str(said)), 422
    flash(gettext("Your child is added."), "success")
    return redirect(url_for("member.people_page"))


@member.get("/household/spouse")
@entry(MEMBER)
def spouse() -> str:
    """The card of my husband or wife."""
    return _card_page("spouse", register.Card())


@member.post("/household/spouse")
@entry(MEMBER)
def ask_spouse() -> Any:
    """Ask my husband or wife; the same answer for everybody."""
    card = register.read_card(with_email=False)
    if card.errors:
        return _card_page("spouse", card), 422
    try:
        asking_in.see_spouse(edge.wall_cx(), card.typed, whence=register.whence())
    except TooManyTries as refused:
        said = register.wait_in_words(refused)
        return register.locked(_card_page("spouse", card, alert=said), refused)
    flash(
        gettext(
            "If what you typed matches our records, we have asked this person by e-mail. Once the"
            " answer is yes, you see the name here. We have no e-mail address of this person? Then"
            " call us: we send a form."
        ),
        "info",
    )
    return redirect(url_for("member.people_page"))


@member.post("/household/<int:number>/end")
@entry(*MEMBERS)
def end_link(number: int) -> Response:
    """End it, from either side."""
    try:
        household.end_link(edge.wall_cx(), number)
        flash(gettext("It has ended. It holds from now on."), "success")
    except Problem as refused:
        flash(gettext(refused.sentence), "info")
    return redirect(url_for("member.people_page"))


def _card_page(who: str, card: register.Card, *, alert: str = "") -> str:
    return render_template(
        "member/household_card.html", who=who, typed=card, errors=card.errors, alert_words=alert
    )

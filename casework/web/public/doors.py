"""Which door is the right one? Two questions lead to a request, an appeal, a complaint or a review.

It stores nothing: the answers stand in the address and name nobody.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for
from flask_babel import lazy_gettext

from casework.web.access import PUBLIC, entry
from casework.web.public.blueprint import public


@dataclass(frozen=True)
class Door:
    """Where the two answers lead: what it is called, what it does, its page and its button."""

    name: Any
    does: Any
    endpoint: str
    button: Any


REQUEST: Final = Door(
    lazy_gettext("A request by your doctor"),
    lazy_gettext("Your doctor asks us for an OK before the care. You can see how it stands here."),
    "public.case_status_form",
    lazy_gettext("See how a request stands"),
)
APPEAL: Final = Door(
    lazy_gettext("An appeal"),
    lazy_gettext(
        "We look again at our answer. Somebody decides who had no part in it. It costs nothing."
    ),
    "member.appeal",
    lazy_gettext("Ask us to look again"),
)
STATUS: Final = Door(
    lazy_gettext("Your appeal is with us"),
    lazy_gettext("You can see by when we answer."),
    "public.case_status_form",
    lazy_gettext("See how it stands"),
)
OUTSIDE: Final = Door(
    lazy_gettext("An outside review"),
    lazy_gettext(
        "People who do not work for us look at it. We must do what they decide."
        " Open your appeal and press the button for it."
    ),
    "member.home",
    lazy_gettext("Open my appeal"),
)
COMPLAINT: Final = Door(
    lazy_gettext("A complaint"),
    lazy_gettext("We look into what went wrong and write to you what we found."),
    "member.complaint",
    lazy_gettext("Make a complaint"),
)
FIRST: Final[dict[str, Any]] = {
    "need": lazy_gettext("I need care and want to know if the plan pays"),
    "denied": lazy_gettext("The plan said no to care, cut it, or will not pay"),
    "wrong": lazy_gettext("Something else went wrong"),
}
# For each first answer the second question, and where each of its answers leads.
SECOND: Final[dict[str, tuple[Any, dict[str, tuple[Any, Door]]]]] = {
    "need": (
        lazy_gettext("Did your doctor ask us already?"),
        {
            "yes": (lazy_gettext("Yes"), REQUEST),
            "no": (lazy_gettext("No, or I do not know"), REQUEST),
        },
    ),
    "denied": (
        lazy_gettext("Did you ask us to look again?"),
        {
            "no": (lazy_gettext("No, not yet"), APPEAL),
            "waits": (lazy_gettext("Yes, and I am waiting"), STATUS),
            "still": (lazy_gettext("Yes, and the answer is still no"), OUTSIDE),
        },
    ),
    "wrong": (
        lazy_gettext("Do you want us to change a decision about care?"),
        {
            "yes": (lazy_gettext("Yes"), APPEAL),
            "no": (lazy_gettext("No, I want to say what went wrong"), COMPLAINT),
        },
    ),
}


@public.get("/right-door")
@entry(PUBLIC)
def right_door() -> Any:
    """The first question, then the second, then the door."""
    first = request.args.get("about", "")
    first = first if first in FIRST else ""
    then = request.args.get("then", "")
    question, answers = SECOND.get(first, ("", {}))
    door = answers[then][1] if then in answers else None
    return render_template(
        "public/right_door.html",
        first=first,
        options=[(value, words, "") for value, words in FIRST.items()],
        question=question,
        answers=[(value, said[0], "") for value, said in answers.items()],
        door=door,
        leads_to=url_for(door.endpoint) if door else "",
        missing=bool(request.args) and not door and (not first or "then" in request.args),
    )

"""Which door is the right one? Two questions lead from what happened to the page that helps.

It stores nothing: the answers stand in the address and name nobody. Each pair of answers has one
door; `tests/payloads/right_doors.jsonl` holds what people say, and where it must lead.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for
from flask_babel import lazy_gettext

from casework.web.access import PUBLIC, entry
from casework.web.public.blueprint import public


@dataclass(frozen=True)
class Door:
    """Where the two answers lead: its code, what it is called, what it does, its page (or the
    number that its button calls) and its button."""

    code: str
    name: Any
    does: Any
    button: Any
    endpoint: str = ""
    call: str = ""

    @property
    def asks_member(self) -> bool:
        """Whether the page behind it is for members who are signed in."""
        return self.endpoint.startswith("member.")

    @property
    def address(self) -> str:
        """What the button leads to."""
        return f"tel:{self.call}" if self.call else url_for(self.endpoint)


_SEE: Final = lazy_gettext("See how it stands")
URGENT: Final = Door(
    "urgent",
    lazy_gettext("Get help now"),
    lazy_gettext("Call 911 or go to a hospital. For an emergency you need no OK from us."),
    lazy_gettext("Call 911"),
    call="911",
)
FASTER: Final = Door(
    "faster",
    lazy_gettext("A faster answer"),
    lazy_gettext("Open your case and ask us to decide faster. Say what could happen if you wait."),
    lazy_gettext("Open my case"),
    "member.home",
)
REQUEST: Final = Door(
    "request",
    lazy_gettext("A request by your doctor"),
    lazy_gettext("Ask your doctor to ask us. Here you see which care needs an OK at all."),
    lazy_gettext("See what needs an OK"),
    "lookup.pa_required",
)
STATUS: Final = Door(
    "status",
    lazy_gettext("We are at it"),
    lazy_gettext(
        "You can see how far it is, and by when we answer. You cannot wait so long? Sign in, open"
        " your case and ask us to decide faster."
    ),
    _SEE,
    "public.case_status_form",
)
APPEAL: Final = Door(
    "appeal",
    lazy_gettext("An appeal"),
    lazy_gettext(
        "We look again at our answer. Somebody decides who had no part in it. It costs nothing."
        " If it is urgent, say so: then we answer fast."
    ),
    lazy_gettext("Ask us to look again"),
    "member.appeal",
)
OUTSIDE: Final = Door(
    "outside",
    lazy_gettext("An outside review"),
    lazy_gettext(
        "People who do not work for us look at it. We must do what they decide."
        " Open your appeal and press the button for it."
    ),
    lazy_gettext("Open my appeal"),
    "member.home",
)
COMPLAINT: Final = Door(
    "complaint",
    lazy_gettext("A complaint"),
    lazy_gettext("We look into what went wrong and write to you what we found."),
    lazy_gettext("Make a complaint"),
    "member.complaint",
)
PAPERS: Final = Door(
    "papers",
    lazy_gettext("Your papers"),
    lazy_gettext(
        "You may have all that we used to decide, for free. Open the case and ask for its file."
        " Your letters are there too."
    ),
    lazy_gettext("Open my cases and letters"),
    "member.home",
)
NEEDS: Final = Door(
    "needs",
    lazy_gettext("How we reach you"),
    lazy_gettext("Tell us once: your language, large print, a new address. It costs nothing."),
    lazy_gettext("Tell us how to reach you"),
    "member.profile",
)
OFFICE_REQUEST: Final = Door(
    "office-request",
    lazy_gettext("A request for your patient"),
    lazy_gettext("Sign in for your office and send the request. You see at once if it is needed."),
    lazy_gettext("Send a request"),
    "provider.new_request",
)
OFFICE_DISPUTE: Final = Door(
    "office-dispute",
    lazy_gettext("Your patient's appeal, or your own dispute"),
    lazy_gettext(
        "Sign in for your office. Two questions lead you to the right form: an appeal for the"
        " patient, with consent, or a dispute of your own payment."
    ),
    lazy_gettext("Find the right form"),
    "provider.doors",
)
CALL: Final = Door(
    "call",
    lazy_gettext("Call us"),
    lazy_gettext(
        "The number is on your member card (TTY 711). We help you in your language, for free. Your"
        " own pages show it too."
    ),
    lazy_gettext("Sign in to see our number"),
    "member.profile",
)
NOT_OURS: Final = Door(
    "not-ours",
    lazy_gettext("Somebody else can help you"),
    lazy_gettext("We cannot do this. Call 211: it is free, and they know who helps near you."),
    lazy_gettext("Call 211"),
    call="211",
)
DOORS: Final = (
    *(URGENT, FASTER, REQUEST, STATUS, APPEAL, OUTSIDE, COMPLAINT, PAPERS, NEEDS),
    *(OFFICE_REQUEST, OFFICE_DISPUTE, CALL, NOT_OURS),
)
FIRST: Final[dict[str, tuple[Any, Any]]] = {
    "danger": (
        lazy_gettext("It cannot wait: a life or health is in danger"),
        lazy_gettext("You or somebody else. Also when somebody thinks of self-harm."),
    ),
    "office": (lazy_gettext("I am a doctor, or work for a doctor or a hospital"), ""),
    "need": (
        lazy_gettext("I need care, a drug or equipment"),
        lazy_gettext("And the plan has not answered yet. Also: do I need an OK?"),
    ),
    "denied": (
        lazy_gettext("The plan said no, cut it, or will not pay all of it"),
        lazy_gettext(
            "A letter that says no, or a bill that we did not pay. Also when you asked us again."
        ),
    ),
    "wrong": (
        lazy_gettext("I was treated badly, or waited too long"),
        lazy_gettext("By us, a doctor, a driver, a shop or a hospital."),
    ),
    "reach": (
        lazy_gettext("I want my papers, or another way to be reached"),
        lazy_gettext(
            "Copies, a lost letter, an interpreter, large print, a new or a safe address."
        ),
    ),
    "other": (
        lazy_gettext("Something else"),
        lazy_gettext("A card, a new family doctor, what you pay each month."),
    ),
}
# For each first answer the second question, and where each of its answers leads.
SECOND: Final[dict[str, tuple[Any, dict[str, tuple[Any, Door]]]]] = {
    "danger": (
        lazy_gettext("Which one is it?"),
        {
            "now": (lazy_gettext("It is an emergency: help is needed this minute"), URGENT),
            "waits": (lazy_gettext("It is urgent, and the plan has not answered yet"), FASTER),
            "denied": (
                lazy_gettext("It is urgent, and the plan said no, or cuts or stops my care"),
                APPEAL,
            ),
        },
    ),
    "need": (
        lazy_gettext("Did your doctor or clinic ask us already?"),
        {
            "yes": (lazy_gettext("Yes"), STATUS),
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
        lazy_gettext("What do you want most?"),
        {
            "change": (lazy_gettext("To change the plan's no to care or money"), APPEAL),
            "say": (lazy_gettext("To say what went wrong, so that it gets better"), COMPLAINT),
        },
    ),
    "reach": (
        lazy_gettext("What do you want?"),
        {
            "papers": (lazy_gettext("My papers: letters, or what you used to decide"), PAPERS),
            "needs": (lazy_gettext("An interpreter, another print, a new or safe address"), NEEDS),
        },
    ),
    "office": (
        lazy_gettext("What is it about?"),
        {
            "request": (lazy_gettext("An OK for care that is still to come"), OFFICE_REQUEST),
            "dispute": (lazy_gettext("A no, or a payment that is too low"), OFFICE_DISPUTE),
        },
    ),
    "other": (
        lazy_gettext("Is it about this health plan?"),
        {
            "yes": (lazy_gettext("Yes"), CALL),
            "no": (lazy_gettext("No"), NOT_OURS),
        },
    ),
}


def door_of(first: str, then: str) -> Door | None:
    """The door behind these two answers; None for answers that there are not."""
    _, answers = SECOND.get(first, ("", {}))
    return answers[then][1] if then in answers else None


@public.get("/right-door")
@entry(PUBLIC)
def right_door() -> Any:
    """The first question, then the second, then the door."""
    first = request.args.get("about", "")
    first = first if first in FIRST else ""
    then = request.args.get("then", "")
    question, answers = SECOND.get(first, ("", {}))
    door = door_of(first, then)
    return render_template(
        "public/right_door.html",
        first=first,
        options=[(value, words, hint) for value, (words, hint) in FIRST.items()],
        question=question,
        answers=[(value, said[0], "") for value, said in answers.items()],
        door=door,
        leads_to=door.address if door else "",
        missing=bool(request.args) and not door and (not first or "then" in request.args),
    )

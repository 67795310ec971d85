"""What a member can do with a case, and how the form of each is read into the form of its command.

Which of them are open is asked of the machine and of policy, never decided here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from flask import request
from flask_babel import gettext, lazy_gettext

from casework import policy
from casework.context import Principal
from casework.records.incoming import Came
from casework.services import (
    appeal_review,
    endings,
    escalations,
    messages,
    pace,
    papers,
    review,
)
from casework.submission import PaperAsSent
from casework.web import edge
from casework.web.member.tongues import OTHER, TONGUES
from statemachines import engine

if TYPE_CHECKING:
    from casework.web.member.case_page import Seen

LONGEST: Final = 4000
REASON_LATE: Final = "The member asks for an answer: the time has passed."


@dataclass(frozen=True)
class Filled:
    """A form as it was read: the command's trigger or observation with its form, or the faults."""

    does: str = ""
    form: Any = None
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One thing to do. `seen`: it is refused when the case moved on since the page was made.
    `words` name the link, `title` is the heading, `send` the button, `done` what is said after.
    `gathers`: papers are added first, looked at and kept, and read by this with the form."""

    name: str
    words: Any
    title: Any
    send: Any
    done: Any
    open: Callable[["Seen"], bool]
    read: Callable[["Seen"], Filled]
    icon: str = "navigate_next"
    seen: bool = False
    gathers: Callable[["Seen", tuple[PaperAsSent, ...]], Filled] | None = None


def offered(seen: "Seen") -> list[Act]:
    """What can be done with this case now; nothing by whoever may only read."""
    reads_only = seen.file.case.member_id in edge.principal().narrowed.looks_only
    return [act for act in ACTS.values() if not reads_only and act.open(seen)]


def as_whom(who: Principal) -> str:
    """How the clock rules name who asks."""
    return "member" if "member" in who.roles else "representative"


def _typed(name: str = "text") -> str:
    return request.form.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()


def _too_long(text: str) -> dict[str, str]:
    if len(text) <= LONGEST:
        return {}
    said = gettext(
        "This is too long. Use at most %(count)s letters and add the rest as a paper.",
        count=LONGEST,
    )
    return {"text": str(said)}


def _faster(_seen: "Seen") -> Filled:
    text = _typed()
    form = pace.ExpediteAsk(asked_by=as_whom(edge.principal()), reason=text)  # type: ignore[arg-type]
    return Filled("request_expedite", form, {"text": text}, _too_long(text))


def _back(_seen: "Seen") -> Filled:
    text = _typed()
    return Filled("withdraw", endings.Withdrawal(reason=text), {"text": text}, _too_long(text))


def _message(_seen: "Seen") -> Filled:
    text = _typed()
    errors = _too_long(text)
    if not text:
        errors = {"text": str(gettext("Write your message."))}
    return Filled("message", messages.Message(text=text), {"text": text}, errors)


def _interpreter(_seen: "Seen") -> Filled:
    typed = {name: edge.form(name, limit=200) for name in ("tongue", "other", "when")}
    errors: dict[str, str] = {}
    tongue = TONGUES.get(typed["tongue"], "")
    if not tongue:
        errors["tongue"] = str(gettext("Choose one of these."))
    if typed["tongue"] == OTHER:
        tongue = typed["other"]
        if not tongue:
            errors["other"] = str(gettext("Write the name of the language."))
    # Who reads it is staff, in English.
    text = f"An interpreter is needed for this case: {tongue}."
    if typed["when"]:
        text += f" How and when to reach the member: {typed['when']}"
    return Filled("message", messages.Message(text=text, purpose="interpreter"), typed, errors)


def _papers(seen: "Seen", added: tuple[PaperAsSent, ...]) -> Filled:
    text = _typed()
    errors = _too_long(text)
    if not added:
        errors["papers"] = str(gettext("Choose a file first."))
    typed = {"text": text, "answers": edge.form("answers", limit=5)}
    # Outside the plan, what comes in must reach the reviewers, not only the file.
    outside = next((name for name in ("perfect", "add_information") if name in seen.open), "")
    if outside:
        return Filled(outside, Came(papers=added, note=text), typed, errors)
    if "receive_information" in seen.open:
        if typed["answers"] not in {"yes", "no"}:
            errors["answers"] = str(gettext("Choose one of these."))
        if typed["answers"] == "yes":
            reply = review.Reply(papers=added, note=text)
            return Filled("receive_information", reply, typed, errors)
    return Filled("add_document", papers.Upload(papers=added, note=text), typed, errors)


def _signed(_seen: "Seen", added: tuple[PaperAsSent, ...]) -> Filled:
    typed = {part: edge.form(f"signed-{part}", limit=4) for part in ("year", "month", "day")}
    typed["fits"] = edge.form("fits", limit=5)
    errors: dict[str, str] = {}
    signed = edge.cx().now.date()
    try:
        signed = date(*(int(typed[part]) for part in ("year", "month", "day")))
    except ValueError:
        errors["signed"] = str(gettext("Write the day in numbers, such as 3 14 2027."))
    if signed > edge.cx().now.date():
        errors["signed"] = str(gettext("This day is still to come. Write the day on the form."))
    if typed["fits"] != "yes":
        errors["fits"] = str(gettext("Tick this if it is so. If not, call us: we help you."))
    if not added:
        errors["papers"] = str(gettext("Choose a file first."))
    form = appeal_review.Consent(signed_on=signed, fits=True, papers=added)
    return Filled("record_consent", form, typed, errors)


def _nothing(_seen: "Seen") -> Filled:
    """What gathers papers is read with them."""
    return Filled()


def _keep(_seen: "Seen") -> Filled:
    asker: Any = as_whom(edge.principal())
    return Filled("continue_benefits", appeal_review.Continuation(asked_by=asker))


def _late(_seen: "Seen") -> Filled:
    text = _typed()
    reason = f"{REASON_LATE} {text}".strip()
    return Filled("escalate", escalations.ByHand(reason=reason), {"text": text}, _too_long(text))


def _working(seen: "Seen") -> bool:
    case = seen.file.case
    return case.state in engine.open_states(case.kind)


def _is_late(seen: "Seen") -> bool:
    due = seen.due_at
    return due is not None and seen.now > due and not seen.escalation


def _may_write(seen: "Seen") -> bool:
    return policy.refusal(edge.principal(), seen.file.case.kind, "message") is None


def _can(trigger: str) -> Callable[["Seen"], bool]:
    return lambda seen: trigger in seen.open


_ALL: Final = (
    Act(
        "form",
        lazy_gettext("Send the signed form"),
        lazy_gettext("Send the signed form"),
        lazy_gettext("Send the form"),
        lazy_gettext("We have the form. Thank you."),
        _can("record_consent"),
        _nothing,
        icon="upload_file",
        gathers=_signed,
    ),
    Act(
        "late",
        lazy_gettext("Tell a supervisor that we are late"),
        lazy_gettext("Tell a supervisor that we are late"),
        lazy_gettext("Tell a supervisor"),
        lazy_gettext("A supervisor was told. The number for it is %(number)s."),
        _is_late,
        _late,
        icon="priority_high",
    ),
    Act(
        "faster",
        lazy_gettext("Ask us to decide faster"),
        lazy_gettext("Ask us to decide faster"),
        lazy_gettext("Ask for a fast answer"),
        lazy_gettext("We have it. We look at it at once and tell you."),
        lambda seen: (
            "request_expedite" in seen.open
            and not seen.file.case.fast_track
            and not seen.asked_faster
        ),
        _faster,
        icon="timer",
        seen=True,
    ),
    Act(
        "keep",
        lazy_gettext("Keep the care while we look"),
        lazy_gettext("Keep the care while we look"),
        lazy_gettext("Keep the care going"),
        lazy_gettext("The care goes on while we look."),
        lambda seen: "continue_benefits" in seen.open and not seen.file.case.benefits_continued,
        _keep,
        icon="loop",
        seen=True,
    ),
    Act(
        "papers",
        lazy_gettext("Send papers or photos"),
        lazy_gettext("Send papers or photos"),
        lazy_gettext("Send them"),
        lazy_gettext("We have your papers."),
        _working,
        _nothing,
        icon="photo_camera",
        gathers=_papers,
    ),
    Act(
        "message",
        lazy_gettext("Send a message"),
        lazy_gettext("Send a message"),
        lazy_gettext("Send the message"),
        lazy_gettext("We have your message. Its number is %(number)s."),
        _may_write,
        _message,
        icon="mail",
    ),
    Act(
        "interpreter",
        lazy_gettext("Ask for an interpreter"),
        lazy_gettext("Ask for an interpreter"),
        lazy_gettext("Ask for an interpreter"),
        lazy_gettext("We have it. We get you an interpreter, for free. The number is %(number)s."),
        lambda seen: _working(seen) and _may_write(seen),
        _interpreter,
        icon="translate",
    ),
    Act(
        "back",
        lazy_gettext("Take it back"),
        lazy_gettext("Do you want to take it back?"),
        lazy_gettext("Yes, take it back"),
        lazy_gettext("It is taken back. You get a letter about it."),
        _can("withdraw"),
        _back,
        icon="undo",
        seen=True,
    ),
)
ACTS: Final = {act.name: act for act in _ALL}

"""The three doors of an office: two questions lead to one; a wrong one leads to the right one.

What was typed goes along, in forms only: nothing of it stands in an address.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from casework import refs
from casework.context import Idempotency
from casework.errors import Invalid, NotFound, Problem, WrongDoor
from casework.queries import claims
from casework.records import office_drafts
from casework.services import office_drafts as keeping
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import answering, door_words, papers
from casework.web.provider.answering import Field
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.door_words import DOORS, RIGHT, WANTS_CHANGE, WHAT, WHOM, WHY, Door
from casework.web.provider.judging_services import Errors
from casework.web.provider.papers import Brought
from casework.web.provider.saying import clean
from casework.web.provider.typed import form_id_of, new_form_id
from casework.web.requests import larger

_YES: Final = "yes"
_NO: Final = "no"
_FIRST: Final = {"priority": "standard", "filed_by": "provider"}
_LONG: Final = 20_000


@dataclass
class Filling:
    """One door's form as it is filled in: what was typed, what is wrong, which door is right."""

    door: Door
    fields: tuple[Field, ...]
    form_id: str
    draft_id: int | None = None
    typed: dict[str, str] = field(default_factory=dict)
    brought: Brought = field(default_factory=Brought)
    errors: Errors = field(default_factory=dict)
    alert: str = ""
    wrong: WrongDoor | None = None

    @property
    def address(self) -> str:
        """Where this form is sent."""
        return url_for("provider.door", name=self.door.name)

    @property
    def right(self) -> Door | None:
        """The door that this belongs through, where it is another one."""
        return DOORS.get(self.wrong.door) if self.wrong else None

    @property
    def carried(self) -> dict[str, str]:
        """What goes along to the right door."""
        number = self.typed.get(self.door.number, "")
        return {"carry_text": self.typed.get(self.door.text, ""), "carry_number": number}

    @property
    def use(self) -> Idempotency:
        """This form as one use of a key: the same content is the same filing."""
        said = [self.typed, [paper.sha256 for paper in self.brought.kept]]
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        return Idempotency(route=f"POST {self.address}"[:120], key=self.form_id, body_sha256=digest)


@provider.get("/doors")
@entry(*OFFICE)
def doors() -> str:
    """The two questions, the three doors, and what was begun."""
    return _choosing({}, {})


@provider.post("/doors")
@entry(*OFFICE)
def choose_door() -> Any:
    """To the door that the two answers mean; or why there is none here."""
    typed = {name: clean(request.form.get(name, ""), most=20) for name in ("what", "whom")}
    errors: Errors = {}
    if typed["what"] not in {code for code, *_ in WHAT}:
        errors["what"] = gettext("Choose what it is about.")
    if typed["whom"] not in {code for code, *_ in WHOM}:
        errors["whom"] = gettext("Choose for whom you file.")
    if errors:
        return _choosing(typed, errors), 422
    pair = (typed["what"], typed["whom"])
    if RIGHT[pair] not in DOORS:
        return _choosing(typed, {}, told=WHY[pair]), 422
    if pair in WHY:
        flash(str(WHY[pair]), "info")
    return redirect(url_for("provider.door", name=RIGHT[pair]), 303)


@provider.get("/doors/<name>")
@entry(*OFFICE)
def door(name: str) -> Any:
    """The empty form of one door, or a draft of it."""
    filling = _opened(name)
    number = request.args.get("draft", "")
    if number.isascii() and number.isdigit() and len(number) <= 12:
        with edge.reading() as cx:
            draft = office_drafts.draft(cx, int(number))
        if draft.door != name:
            raise NotFound("This draft is not here any more.")
        filling.typed, filling.draft_id = dict(draft.typed), draft.id
    return _page(filling)


@provider.post("/doors/<name>")
@entry(*OFFICE)
@larger(papers.LARGEST_FORM)
def go_through(name: str) -> Any:
    """Open it with what was typed elsewhere, save it, throw it away, or file it."""
    filling = _opened(name)
    step = request.form.get("do", "send")
    if step == "open":
        return _page(_carried(filling))
    _read(filling)
    if request.form.get("drop", ""):
        return _page(filling)
    if step in _STEPS:
        return _STEPS[step](filling)
    return _file(filling)


@provider.post("/drafts/<int:draft_id>/drop")
@entry(*OFFICE)
def drop_draft(draft_id: int) -> Any:
    """Throw a draft away."""
    keeping.drop(edge.cx(), draft_id)
    flash(gettext("The draft is gone."), "success")
    return redirect(url_for("provider.doors"), 303)


def _save(filling: Filling) -> Any:
    """Keep what was typed; it is sent to nobody."""
    filling.draft_id = keeping.save(
        edge.cx(), door=filling.door.name, typed=filling.typed, draft_id=filling.draft_id
    )
    flash(gettext("Saved as a draft, without the papers. It was not sent: no time runs."), "info")
    return redirect(url_for("provider.doors"), 303)


def _file(filling: Filling) -> Any:
    """Send it; the receipt has its number and by when we answer."""
    sent = () if filling.brought.problems else papers.as_sent(filling.brought.kept)
    form, errors = answering.filled(filling.door.form, filling.fields, filling.typed, sent)
    filling.errors = {**errors, **_changes(filling), **filling.errors}
    if filling.errors or filling.wrong:
        return _page(filling, status=422)
    try:
        _look_before(filling)
        filed = filling.door.command(edge.cx().but(idempotency=filling.use), form)
    except WrongDoor as wrong:
        filling.wrong = wrong
        return _page(filling, status=wrong.status)
    except Invalid as refused:
        return _mend(filling, refused)
    except Problem as refused:
        filling.alert = refused.sentence
        return _page(filling, status=refused.status)
    if filling.draft_id is not None:
        keeping.drop(edge.cx(), filling.draft_id)
    return redirect(url_for("provider.receipt", ref=filed.ref), 303)


def _changes(filling: Filling) -> Errors:
    """A complaint changes nothing: whoever wants a change is led to the door for it."""
    if filling.door.name != door_words.COMPLAINT:
        return {}
    said = filling.typed.get(WANTS_CHANGE, "")
    if said == _YES:
        number = filling.typed.get("about", "")
        claim = bool(number) and refs.kind_of(number) is None
        filling.wrong = WrongDoor(
            "A complaint changes no decision: appeal it for the patient, or dispute the payment.",
            door=door_words.DISPUTE if claim else door_words.APPEAL,
            fields={WANTS_CHANGE: "Choose the door for a decision or a payment."},
        )
    if said not in (_YES, _NO):
        return {WANTS_CHANGE: gettext("Say whether a decision or a payment shall change.")}
    return {}


def _look_before(filling: Filling) -> None:
    """A claim's number at the door for care. Raises WrongDoor."""
    number = filling.typed.get("about", "")
    if filling.door.name != door_words.APPEAL or refs.looks_like_one(number):
        return
    with edge.reading() as cx:
        known = claims.claim_numbered(cx, number)
    if known is not None:
        raise WrongDoor(
            "That names a claim and no request: a payment is disputed in your own right.",
            door=door_words.DISPUTE,
            fields={"about": "Name the denied request, or dispute the claim."},
        )


def _carried(filling: Filling) -> Filling:
    """The form of this door with what was typed at another, papers included."""
    text = clean(request.form.get("carry_text", ""), most=_LONG, lines=True)
    number = clean(request.form.get("carry_number", ""), most=40)
    ours = refs.kind_of(number) is not None
    if ours == (filling.door.number == "about"):
        filling.typed[filling.door.number] = number
    filling.typed[filling.door.text] = text
    filling.brought = papers.brought()
    return filling


def _opened(name: str) -> Filling:
    known = DOORS.get(name)
    if known is None:
        raise NotFound("There is no such door here.")
    fields = answering.fields_of(known.step, known.form)
    return Filling(known, fields, new_form_id(), typed=dict(_FIRST))


def _read(filling: Filling) -> None:
    filling.typed = answering.typed_of(filling.fields, request.form)
    if filling.door.name == door_words.COMPLAINT:
        filling.typed[WANTS_CHANGE] = clean(request.form.get(WANTS_CHANGE, ""), most=5)
    filling.brought = papers.brought(drop=request.form.get("drop", ""))
    filling.form_id = form_id_of(request.form)
    given = request.form.get("draft_id", "")
    if given.isascii() and given.isdigit() and len(given) <= 12:
        filling.draft_id = int(given)
    if filling.brought.problems:
        filling.errors["papers"] = filling.brought.sentence


def _mend(filling: Filling, refused: Invalid) -> Any:
    """The form with the command's sentences at its fields; those of no field stand on top."""
    names = {each.ask.name for each in filling.fields}
    for name, fix in refused.fields.items():
        known = name.partition("/")[0]
        if known in names:
            filling.errors.setdefault(known, fix)
    if not filling.errors:
        filling.alert = " ".join([refused.sentence, *refused.fields.values()])
    return _page(filling, status=refused.status)


def _page(filling: Filling, *, status: int = 200) -> Any:
    body = render_template(
        "provider/door.html",
        it=filling,
        errors=filling.errors,
        yes=answering.YES,
        words=door_words,
        complaint=filling.door.name == door_words.COMPLAINT,
    )
    return body, status


def _choosing(typed: dict[str, str], errors: Errors, *, told: Any = "") -> str:
    with edge.reading() as cx:
        begun = office_drafts.drafts(cx)
    return render_template(
        "provider/doors.html",
        typed=typed,
        errors=errors,
        told=told,
        words=door_words,
        drafts=begun,
        now=edge.cx().now,
    )


_STEPS: Final[dict[str, Callable[[Filling], Any]]] = {"save": _save}

"""Taking a step on a case: its form, its refusal, and what happens when somebody was quicker.

Whatever goes wrong, what was typed and the chosen files come back. One form is one step: sent
twice, it gives the same answer again.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from casework import bridge, observations, policy
from casework.context import Context, Idempotency
from casework.errors import Invalid, NotFound, Problem, Stale
from casework.queries import case_file, office_case
from casework.queries.choices import choices
from casework.queries.timeline import Entry
from casework.records.answers import Done
from casework.services.actions import ACTIONS, OBSERVATIONS, Action
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import answering, papers, talking, words
from casework.web.provider.answering import Field
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.case_page import news
from casework.web.provider.judging_services import Errors
from casework.web.provider.papers import Brought
from casework.web.provider.steps import STEPS, Step
from casework.web.provider.typed import form_id_of, new_form_id
from casework.web.requests import larger

# What is noted on a case of any kind and moves no machine.
_NOTED: Final = ("add_document", "escalate", "choose_talk", "message")
# Papers may come to a case that has moved on meanwhile: nothing that was seen matters for them.
_UNSEEN: Final = frozenset({"add_document", "message"})


@dataclass
class Filling:
    """One form as it is filled in: the case as it was seen, what was typed, what is wrong."""

    case: Any
    member: Any
    step: Step
    fields: tuple[Field, ...]
    address: str
    seen: int
    seen_seq: int
    form_id: str
    zone: str
    typed: dict[str, str] = field(default_factory=dict)
    brought: Brought = field(default_factory=Brought)
    errors: Errors = field(default_factory=dict)
    alert: str = ""
    citation: str = ""
    stale: bool = False
    news: tuple[Entry, ...] = ()

    @property
    def use(self) -> Idempotency:
        """This form as one use of a key: the same content is the same step."""
        content = json.dumps(
            [self.address, self.typed, [paper.sha256 for paper in self.brought.kept]],
            sort_keys=True,
        )
        digest = hashlib.sha256(content.encode()).hexdigest()
        return Idempotency(route=_route(self.address), key=self.form_id, body_sha256=digest)


@provider.get("/cases/<ref>/do/<trigger>")
@entry(*OFFICE)
def step_form(ref: str, trigger: str) -> Any:
    """The form of one step, or why it cannot be taken now."""
    with edge.reading() as cx:
        filling, _action = _opened(cx, ref, trigger)
        refused = _refusal(cx, filling.case, trigger)
    return page(filling, refused=refused)


@provider.post("/cases/<ref>/do/<trigger>")
@entry(*OFFICE)
@larger(papers.LARGEST_FORM)
def take_step(ref: str, trigger: str) -> Any:
    """Take the step on the case as it was seen."""
    with edge.reading() as cx:
        filling, action = _opened(cx, ref, trigger)
    read(filling)
    sent = () if filling.brought.problems else papers.as_sent(filling.brought.kept)
    form, errors = answering.filled(action.form or object, filling.fields, filling.typed, sent)
    filling.errors = {
        **answering.lacking(filling.step, filling.fields, filling.typed, sent),
        **errors,
        **filling.errors,
    }
    if filling.errors:
        return page(filling, status=422)
    seen = None if trigger in _UNSEEN else filling.seen

    def run() -> Done:
        return action.carry_out(edge.cx().but(idempotency=filling.use), ref, seen, form)

    return carried_out(filling, run, lambda done: _after(done, filling.step))


def carried_out(filling: Filling, run: Callable[[], Any], after: Callable[[Any], Any]) -> Any:
    """Run the command; when it refuses, the page with everything that was typed."""
    try:
        done = run()
    except Stale as stale:
        return page(_renewed(filling, stale.sentence), status=stale.status)
    except Invalid as refused:
        return _mend(filling, refused)
    except NotFound:
        raise
    except Problem as refused:
        filling.alert, filling.citation = refused.sentence, refused.citation
        return page(filling, status=refused.status, refused=None)
    return after(done)


def read(filling: Filling) -> None:
    """Take from this request what was typed, the papers, and the case as it was seen."""
    filling.typed = answering.typed_of(filling.fields, request.form)
    filling.brought = papers.brought(drop=request.form.get("drop", ""))
    filling.form_id = form_id_of(request.form)
    for name in ("seen", "seen_seq"):
        given = request.form.get(name, "")
        if given.isascii() and given.isdigit() and len(given) <= 9:
            setattr(filling, name, int(given))
    if filling.brought.problems:
        filling.errors["papers"] = filling.brought.sentence


def opened(cx: Context, ref: str, step: Step, form: type, *, address: str) -> Filling:
    """An empty form for this case; the look at it is written down. Raises NotFound."""
    case = case_file.case_by_ref(cx, ref)
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="case")
    return Filling(
        case=case,
        member=office_case.patient_of(cx, case),
        step=step,
        fields=answering.fields_of(step, form),
        address=address,
        seen=case.version,
        seen_seq=case.event_seq,
        form_id=new_form_id(),
        zone=bridge.zone_of(cx, case),
    )


def page(filling: Filling, *, status: int = 200, refused: Problem | None = None) -> Any:
    """The page of this form."""
    body = render_template(
        "provider/step.html",
        it=filling,
        errors=filling.errors,
        refused=refused,
        words=words,
        yes=answering.YES,
        now=edge.cx().now,
    )
    return body, status


def _opened(cx: Context, ref: str, trigger: str) -> tuple[Filling, Action]:
    """The form of this step on this case.

    Raises NotFound for what is no step of an office, NotAllowed for a step of others.
    """
    kind = case_file.case_by_ref(cx, ref).kind
    action = _action(kind, trigger)
    policy.require(cx.principal, kind, trigger)
    step = STEPS.get(trigger)
    if step is None or action.form is None:
        raise NotFound("There is no such step here.")
    address = url_for("provider.step_form", ref=ref, trigger=trigger)
    filling = opened(cx, ref, step, action.form, address=address)
    if trigger == "choose_talk":
        filling.fields = talking.with_times(cx, filling.case, filling.fields)
    return filling, action


def _action(kind: str, trigger: str) -> Action:
    found = OBSERVATIONS.get(trigger) if trigger in _NOTED else ACTIONS[kind].get(trigger)
    if found is None:
        raise NotFound("There is no such step here.")
    return found


def _refusal(cx: Context, case: Any, trigger: str) -> Any:
    """Why the step cannot be taken now, as the status page says it; None when it can."""
    if trigger in _NOTED:
        return None
    found = choices(cx, case, by_hand=ACTIONS[case.kind])
    return next((c for c in found if c.trigger == trigger and not c.open), None)


def _renewed(filling: Filling, sentence: str) -> Filling:
    """The same form for the case as it stands now, with what happened meanwhile."""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, filling.case.ref)
        filling.news = news(cx, case, since=filling.seen_seq)
    filling.case, filling.seen, filling.seen_seq = case, case.version, case.event_seq
    filling.stale, filling.alert = True, sentence
    return filling


def _mend(filling: Filling, refused: Invalid) -> Any:
    """The form with the command's sentences at its fields; those of no field stand on top."""
    if "Idempotency-Key" in refused.fields:
        filling.form_id = new_form_id()
        sentence = gettext("This form was sent already, with other content. Look at what is new.")
        return page(_renewed(filling, sentence), status=409)
    names = {each.ask.name for each in filling.fields}
    for name, fix in refused.fields.items():
        known = name.partition("/")[0]
        if known in names:
            filling.errors.setdefault(known, fix)
    if not filling.errors:
        filling.alert = " ".join([refused.sentence, *refused.fields.values()])
    return page(filling, status=refused.status)


def _after(done: Done, step: Step) -> Any:
    """Back to the case; a step that made a new request leads to its receipt."""
    flash(str(step.done), "success")
    made = done.made.get("request")
    if made:
        return redirect(url_for("provider.receipt", ref=made), 303)
    return redirect(url_for("provider.case", ref=done.ref), 303)


def _route(address: str) -> str:
    return f"POST {address}"[:120]

"""Doing something with a case: a page that says what it means, and the command behind its button.

What was typed stays in the form whatever happens; pressed twice it is done once.
"""

import hashlib
import uuid
from dataclasses import replace
from typing import Any, Final

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext

from casework.context import Context, Idempotency
from casework.errors import Invalid, Problem, Stale
from casework.records.answers import Done
from casework.records.drafts import Draft
from casework.services import drafts, messages
from casework.services.actions import ACTIONS, OBSERVATIONS
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import case_page, evidence, gathering, sight, uploads, words
from casework.web.member.act_forms import ACTS, Act, Filled
from casework.web.member.blueprint import member
from casework.web.member.case_page import Seen
from casework.web.member.tongues import TONGUES_SAID
from casework.web.requests import larger

_WHOLE: Final = 9


@member.get("/cases/<ref>/<act>")
@entry(*MEMBERS)
def act_page(ref: str, act: str) -> Any:
    """What it means to do this, and its form."""
    wanted = _act(act)
    seen = case_page.see(ref, what=f"case:{act}")
    draft = gathering.draft_of(seen, wanted) if wanted.gathers else None
    filled = Filled(typed=dict(gathering.typed(draft))) if draft else None
    if not wanted.open(seen):
        return _page(seen, wanted, filled, closed=True), 409
    return _page(seen, wanted, filled, draft=draft)


@member.post("/cases/<ref>/<act>")
@entry(*MEMBERS)
@larger(uploads.LARGEST_BODY)
def do_act(ref: str, act: str) -> Any:
    """Do it, or show the form again with what to correct."""
    wanted = _act(act)
    seen = case_page.see(ref, what=f"case:{act}")
    if wanted.gathers is not None:
        return _gathered(seen, wanted)
    return _done(seen, wanted, wanted.read(seen))


def _gathered(seen: Seen, wanted: Act) -> Any:
    """Look at the papers that came; send them when the person goes on."""
    assert wanted.gathers is not None
    there = gathering.gather(seen, wanted)
    case = seen.file.case
    if there.sent_before:
        flash(str(wanted.done) % {"number": ""}, "success")
        return redirect(url_for("member.case", ref=case.ref))
    if there.stay and not there.faults:
        return redirect(url_for("member.act_page", ref=case.ref, act=wanted.name))
    filled = wanted.gathers(seen, there.papers)
    if there.faults:
        errors = {**filled.errors, "papers": " ".join(there.faults)}
        only = {"papers": errors["papers"]} if edge.form("act", limit=8) == "add" else errors
        return _page(seen, wanted, replace(filled, errors=only), draft=there.draft), 422
    return _done(seen, wanted, filled, draft=there.draft)


def _done(seen: Seen, wanted: Act, filled: Filled, draft: Draft | None = None) -> Any:
    """Carry it out and say so; else the form again, with what to correct."""
    ref = seen.file.case.ref
    if filled.errors:
        return _page(seen, wanted, filled, draft=draft), 422
    try:
        done = _carry_out(seen, wanted, filled, draft)
    except Stale:
        fresh = case_page.see(ref, what=f"case:{wanted.name}")
        said = gettext("Something new happened since you opened this page. Look, then send again.")
        return _page(fresh, wanted, filled, alert=str(said), closed=not wanted.open(fresh)), 412
    except Problem as problem:
        return _refused(seen, wanted, filled, problem, draft)
    if draft is not None:
        drafts.was_sent(edge.cx(), draft.id, ref)
    number = next(iter(done.made.values()), "")
    flash(str(wanted.done) % {"number": number}, "success")
    return redirect(url_for("member.case", ref=seen.file.case.ref))


def _act(name: str) -> Act:
    found = ACTS.get(name)
    if found is None:
        abort(404)
    return found


def _carry_out(seen: Seen, act: Act, filled: Filled, draft: Draft | None) -> Done:
    case = seen.file.case
    cx = _once(case.ref, act, filled, draft)
    version = _version() if act.seen else None
    if filled.does == "message":
        sent: Done = messages.send_message(cx, case.ref, None, filled.form)
        return sent
    table = ACTIONS[case.kind] | OBSERVATIONS
    return table[filled.does].carry_out(cx, case.ref, version, filled.form)


def _refused(seen: Seen, act: Act, filled: Filled, problem: Problem, draft: Draft | None) -> Any:
    """Law, state or policy said no, or it was sent before with other words."""
    if isinstance(problem, Invalid) and "Idempotency-Key" in problem.fields:
        said = gettext("You sent this form before. If this is new, press the button once more.")
        return _page(seen, act, filled, alert=str(said), draft=draft), 409
    if problem.status not in {403, 409, 422}:
        raise problem
    said = gettext(problem.sentence)
    return _page(seen, act, filled, alert=str(said), draft=draft), problem.status


def _page(
    seen: Seen,
    act: Act,
    filled: Filled | None = None,
    *,
    alert: str = "",
    closed: bool = False,
    draft: Draft | None = None,
) -> str:
    case = seen.file.case
    state, sign = words.state(case.kind, case.state)
    return render_template(
        f"member/acts/{act.name}.html",
        seen=seen,
        case=case,
        act=act,
        closed=closed,
        typed=filled.typed if filled else {},
        errors=filled.errors if filled else {},
        alert_words=alert,
        once=_form_id() if filled and not alert else uuid.uuid4().hex,
        name=sight.name_of(case.title),
        kind=str(words.KINDS[case.kind]),
        state=state,
        sign=sign,
        next=words.what_next(case.kind, case.state),
        told=seen.told,
        zone=seen.file.zone,
        terms=seen.plan,
        at=url_for("member.do_act", ref=case.ref, act=act.name),
        tongues=TONGUES_SAID,
        papers=evidence.added(draft),
        may_join=evidence.may_join(draft),
        one=evidence.is_one(draft),
        draft_token=draft.token if draft else "",
        accepted=uploads.ACCEPTED,
        megabytes=uploads.MEGABYTES,
        megabytes_at_once=uploads.MEGABYTES_AT_ONCE,
        expected=seen.expected,
    )


def _once(ref: str, act: Act, filled: Filled, draft: Draft | None) -> Context:
    """The context under the number of this very form, or of what was gathered, with what it says as
    the body."""
    said = hashlib.sha256(repr((ref, filled.does, sorted(filled.typed.items()))).encode())
    for paper in getattr(filled.form, "papers", ()):
        said.update(hashlib.sha256(paper.content).digest())
    if draft is not None:
        return gathering.once(draft, act, said.hexdigest())
    route = f"member.act.{act.name}"
    key = Idempotency(route=route, key=_form_id(), body_sha256=said.hexdigest())
    return edge.cx().but(idempotency=key)


def _form_id() -> str:
    return edge.form("once", limit=40) or uuid.uuid4().hex


def _version() -> int | None:
    given = edge.form("version", limit=_WHOLE)
    return int(given) if given.isdecimal() else None

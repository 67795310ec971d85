"""Doing something with a case: a page that says what it means, and the command behind its button.

What was typed stays in the form whatever happens; pressed twice it is done once.
"""

import hashlib
import uuid
from typing import Any, Final

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext

from casework.context import Context, Idempotency
from casework.errors import Invalid, Problem, Stale
from casework.records.answers import Done
from casework.services import messages
from casework.services.actions import ACTIONS, OBSERVATIONS
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import case_page, sight, uploads, words
from casework.web.member.act_forms import ACTS, Act, Filled
from casework.web.member.blueprint import member
from casework.web.member.case_page import Seen
from casework.web.requests import larger

_WHOLE: Final = 9


@member.get("/cases/<ref>/<act>")
@entry(*MEMBERS)
def act_page(ref: str, act: str) -> Any:
    """What it means to do this, and its form."""
    wanted = _act(act)
    seen = case_page.see(ref, what=f"case:{act}")
    if not wanted.open(seen):
        return _page(seen, wanted, closed=True), 409
    return _page(seen, wanted)


@member.post("/cases/<ref>/<act>")
@entry(*MEMBERS)
@larger(uploads.LARGEST_BODY)
def do_act(ref: str, act: str) -> Any:
    """Do it, or show the form again with what to correct."""
    wanted = _act(act)
    seen = case_page.see(ref, what=f"case:{act}")
    filled = wanted.read(seen)
    if filled.errors:
        return _page(seen, wanted, filled), 422
    try:
        done = _carry_out(seen, wanted, filled)
    except Stale:
        fresh = case_page.see(ref, what=f"case:{act}")
        said = gettext("Something new happened since you opened this page. Look, then send again.")
        return _page(fresh, wanted, filled, alert=str(said), closed=not wanted.open(fresh)), 412
    except Problem as problem:
        return _refused(seen, wanted, filled, problem)
    number = next(iter(done.made.values()), "")
    flash(str(wanted.done) % {"number": number}, "success")
    return redirect(url_for("member.case", ref=seen.file.case.ref))


def _act(name: str) -> Act:
    found = ACTS.get(name)
    if found is None:
        abort(404)
    return found


def _carry_out(seen: Seen, act: Act, filled: Filled) -> Done:
    case = seen.file.case
    cx = _once(case.ref, act, filled)
    version = _version() if act.seen else None
    if filled.does == "message":
        sent: Done = messages.send_message(cx, case.ref, None, filled.form)
        return sent
    table = ACTIONS[case.kind] | OBSERVATIONS
    return table[filled.does].carry_out(cx, case.ref, version, filled.form)


def _refused(seen: Seen, act: Act, filled: Filled, problem: Problem) -> Any:
    """Law, state or policy said no, or it was sent before with other words."""
    if isinstance(problem, Invalid) and "Idempotency-Key" in problem.fields:
        said = gettext("You sent this form before. If this is new, press the button once more.")
        return _page(seen, act, filled, alert=str(said)), 409
    if problem.status not in {403, 409, 422}:
        raise problem
    said = gettext(problem.sentence)
    return _page(seen, act, filled, alert=str(said)), problem.status


def _page(
    seen: Seen, act: Act, filled: Filled | None = None, *, alert: str = "", closed: bool = False
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
        accepted=uploads.ACCEPTED,
        megabytes=uploads.MEGABYTES,
        megabytes_at_once=uploads.MEGABYTES_AT_ONCE,
        expected=seen.expected,
    )


def _once(ref: str, act: Act, filled: Filled) -> Context:
    """The context under the number of this very form, with what it says as the body."""
    said = hashlib.sha256(repr((ref, filled.does, sorted(filled.typed.items()))).encode())
    for paper in getattr(filled.form, "papers", ()):
        said.update(hashlib.sha256(paper.content).digest())
    route = f"member.act.{act.name}"
    key = Idempotency(route=route, key=_form_id(), body_sha256=said.hexdigest())
    return edge.cx().but(idempotency=key)


def _form_id() -> str:
    return edge.form("once", limit=40) or uuid.uuid4().hex


def _version() -> int | None:
    given = edge.form("version", limit=_WHOLE)
    return int(given) if given.isdecimal() else None

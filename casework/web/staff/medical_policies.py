"""The pages of the plan's medical policies: the list, one with its versions and what changed, and
the way of a draft: written, looked at, published by somebody else. The commands judge."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.context import Context
from casework.errors import Invalid, NotFound, Problem
from casework.records import medical_policies as rows
from casework.records.criteria_outline import outline
from casework.records.criteria_tree import Node, from_json, leaves
from casework.records.medical_policies import Edition
from casework.services import medical_policies as commands
from casework.services.medical_policies import PolicyText
from casework.web import edge, moments
from casework.web.access import STAFF, entry
from casework.web.staff.acting import Refusal, Sheet, placed, refused
from casework.web.staff.blueprint import staff
from casework.web.staff.form_fields import fields_of
from casework.web.staff.form_plan import Plan
from casework.web.staff.form_reading import read

WRITERS: Final = frozenset({"admin", "physician"})
SEEN: Final = "at-round"
STANDINGS: Final = {
    "in_force": ("in force", "good"),
    "planned": ("planned", "info"),
    "past": ("past", "neutral"),
    "replaced": ("replaced before its day", "neutral"),
}
_MOST: Final = 20_000


@staff.get("/medical-policies")
@entry(*STAFF)
def medical_policies() -> str:
    """Every policy with the version that holds today, what is planned, what is being written."""
    with edge.reading() as cx:
        found = rows.every_edition(cx)
        drafts = rows.drafts(cx)
        today = _today(cx)
    listed = [
        {
            "newest": editions[0],
            "holds": rows.in_force(editions, today),
            "planned": [e for e in editions if rows.standing(e, editions, today) == "planned"],
            "count": len(list(leaves(editions[0].tree))),
            "draft": drafts.get(code),
        }
        for code, editions in found.items()
    ]
    return render_template(
        "staff/medical_policies.html",
        listed=listed,
        fresh=[draft for code, draft in drafts.items() if code not in found],
        may_write=_may_write(),
    )


@staff.get("/medical-policies/start")
@entry(*WRITERS)
def start_policy() -> Any:
    """Which code the new policy has; then its draft."""
    code = request.args.get("code", "").strip().upper()
    if rows.CODE.fullmatch(code):
        return redirect(url_for("staff.policy_draft", code=code))
    wrong = "Write the code of the policy like MP-021." if "code" in request.args else ""
    shown = render_template("staff/policy_start.html", code=code[:24], wrong=wrong)
    return make_response(shown, 422 if wrong else 200)


@staff.get("/medical-policies/<code>")
@entry(*STAFF)
def medical_policy(code: str) -> str:
    """One policy: a version of it, all of its versions, and what two of them say differently."""
    with edge.reading() as cx:
        editions = _editions(cx, code)
        draft = rows.draft_of(cx, editions[0].code)
        today = _today(cx)
    by_number = {each.version: each for each in editions}
    holds = rows.in_force(editions, today) or editions[0]
    shown = by_number.get(_asked("version")) or holds
    older = by_number.get(_asked("from")) or by_number.get(shown.version - 1)
    newer = by_number.get(_asked("to")) or shown
    return render_template(
        "staff/medical_policy.html",
        policy=shown,
        tree=shown.tree,
        editions=[(each, STANDINGS[rows.standing(each, editions, today)]) for each in editions],
        standing=STANDINGS[rows.standing(shown, editions, today)],
        older=older,
        newer=newer,
        changed=rows.differences(older, newer) if older and older is not newer else (),
        draft=draft,
        may_write=_may_write(),
    )


@staff.get("/medical-policies/<code>/draft")
@entry(*WRITERS)
def policy_draft(code: str) -> Response:
    """The draft as it would be published; or, with `edit` or where there is none, its form."""
    with edge.reading() as cx:
        code, editions, draft = _standing(cx, code)
        if draft is None or request.args.get("edit"):
            return _form(code, editions, draft, Sheet(_typed_of(draft or _first(editions), draft)))
        return _preview(cx, code, editions, draft)


@staff.post("/medical-policies/<code>/draft")
@entry(*WRITERS)
def keep_policy_draft(code: str) -> Response:
    """Keep what was written; it is looked at on the next page."""
    typed = {name: text[:_MOST] for name, text in request.form.items()}
    with edge.reading() as cx:
        code, editions, draft = _standing(cx, code)
    reading = read(PolicyText, typed, {}, plan=_plan())
    if reading.errors:
        return _form(code, editions, draft, Sheet(typed, reading.errors))
    try:
        commands.keep_draft(edge.cx(), code, _round(typed), reading.form)
    except Problem as problem:
        sheet = refused(problem, typed)
        if isinstance(problem, Invalid):
            sheet = Sheet(typed, problem.fields, sheet.refusal)
        return _form(code, editions, draft, sheet)
    flash("The draft is kept. Nothing changes before somebody else publishes it.", "success")
    return redirect(url_for("staff.policy_draft", code=code))


@staff.post("/medical-policies/<code>/publish")
@entry(*WRITERS)
def publish_policy(code: str) -> Response:
    """Publish the draft that was looked at."""
    try:
        told = commands.publish(edge.cx(), code, _round(request.form))
    except NotFound:
        raise
    except Problem as problem:
        return _refused_draft(code, problem)
    first = moments.day(date.fromisoformat(told.effective_from))
    flash(f"Version {told.version} of {told.code} is published. It holds from {first}.", "success")
    return redirect(url_for("staff.medical_policy", code=told.code, version=told.version))


@staff.post("/medical-policies/<code>/discard")
@entry(*WRITERS)
def discard_policy_draft(code: str) -> Response:
    """Throw the draft away."""
    try:
        commands.discard_draft(edge.cx(), code, _round(request.form))
    except NotFound:
        raise
    except Problem as problem:
        return _refused_draft(code, problem)
    flash("The draft was thrown away. What is published stays.", "success")
    return redirect(url_for("staff.medical_policies"))


def _refused_draft(code: str, problem: Problem) -> Response:
    with edge.reading() as cx:
        code, editions, draft = _standing(cx, code)
        if draft is None:
            raise problem
        return _preview(cx, code, editions, draft, refused(problem, {}).refusal)


def _preview(
    cx: Context,
    code: str,
    editions: tuple[Edition, ...],
    draft: Any,
    refusal: Refusal | None = None,
) -> Response:
    newest = editions[0] if editions else None
    page = render_template(
        "staff/policy_draft.html",
        code=code,
        draft=draft,
        tree=from_json(draft.criteria),
        newest=newest,
        changed=rows.differences(newest, draft) if newest else (),
        why_not=commands.refusal_to_publish(cx, draft),
        refusal=refusal,
        seen=SEEN,
    )
    return make_response(page, refusal.status if refusal else 200)


def _form(code: str, editions: tuple[Edition, ...], draft: Any, sheet: Sheet) -> Response:
    fields = fields_of(PolicyText, sheet.typed, errors=sheet.errors, plan=_plan())
    page = render_template(
        "staff/policy_form.html",
        code=code,
        newest=editions[0] if editions else None,
        draft=draft,
        fields=fields,
        errors=placed(fields, sheet.errors),
        refusal=sheet.refusal,
        seen=SEEN,
        round=sheet.typed.get(SEEN, "0"),
    )
    if sheet.refusal is not None:
        return make_response(page, sheet.refusal.status)
    return make_response(page, 422 if sheet.errors else 200)


def _standing(cx: Context, code: str) -> tuple[str, tuple[Edition, ...], Any]:
    wanted = code.strip().upper()
    if not rows.CODE.fullmatch(wanted):
        raise NotFound("There is no such medical policy: write its code like MP-021.")
    return wanted, rows.editions_of(cx, wanted), rows.draft_of(cx, wanted)


def _editions(cx: Context, code: str) -> tuple[Edition, ...]:
    _, editions, _ = _standing(cx, code)
    if not editions:
        raise NotFound("There is no such medical policy: the list names those that there are.")
    return editions


def _first(editions: tuple[Edition, ...]) -> Edition | None:
    return editions[0] if editions else None


def _typed_of(said: Any, draft: Any) -> Mapping[str, str]:
    """What the form says at first: the draft, else the newest version with a new day and reason."""
    if said is None:
        return {SEEN: "0"}
    tree: Node = from_json(said.criteria)
    typed = {
        "title": said.title,
        "title_es": said.title_es,
        "source": said.source,
        "address": said.address,
        "codes": "\n".join(said.codes),
        "criteria": outline(tree),
        SEEN: str(draft.round if draft else 0),
    }
    if draft is None:
        return typed
    last = draft.effective_to.isoformat() if draft.effective_to else ""
    return typed | {
        "effective_from": draft.effective_from.isoformat(),
        "effective_to": last,
        "reason": draft.reason,
    }


def _plan() -> Plan:
    return Plan()


def _round(typed: Mapping[str, str]) -> int:
    text = typed.get(SEEN, "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _asked(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _may_write() -> bool:
    return bool(edge.principal().roles & WRITERS)


def _today(cx: Context) -> date:
    return cx.now.astimezone(UTC).date()

"""Publishing the next version of a contract: its form, the page on which it is checked, and then.

Nothing that was typed is lost: refused, stale, or gone back to from the check: it stays in the
form, and after a newer version what was not touched is as that one says.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.context import SYSTEM, Context, Idempotency
from casework.errors import Invalid, NotFound, Problem, Stale
from casework.queries import contracts as queries
from casework.queries.contract_preview import Preview, preview
from casework.queries.looser import looser_edition
from casework.records.contract_terms import Proposal, as_it_is
from casework.records.contract_versions import Edition, Named
from casework.services.contracts import publish_version
from casework.web import csrf, edge, moments
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.acting import Sheet, placed, refused
from casework.web.staff.blueprint import staff
from casework.web.staff.contract_fields import VersionForm
from casework.web.staff.contract_form import changes_of, placed_in_form, plan_for, typed_of
from casework.web.staff.contracts import PUBLISHERS, what_if
from casework.web.staff.form_fields import TICKED, fields_of
from casework.web.staff.form_reading import read

ONCE: Final = "at-once"
SEEN: Final = "at-version"
DO: Final = "do"
KNOWS: Final = "knows_looser"
_MOST: Final = 20_000


@staff.get("/contracts/<code>/change")
@entry(*PUBLISHERS)
def change_contract(code: str) -> Any:
    """The form, filled with what the newest version says."""
    named, editions = _contract(code)
    typed = typed_of(_read(editions[0])) | _frame(editions[0])
    return _form(named, editions, Sheet(typed))


@staff.post("/contracts/<code>/change")
@entry(*PUBLISHERS)
def next_version(code: str) -> Any:
    """Check what was filled in, go back to it, or publish it; a double click publishes once."""
    named, editions = _contract(code)
    typed = {name: text[:_MOST] for name, text in request.form.items()}
    wanted = typed.pop(DO, "check")
    if wanted == "edit":
        return _form(named, editions, Sheet(typed))
    reading = read(VersionForm, typed, {}, plan=plan_for(named.line))
    if reading.errors:
        return _form(named, editions, Sheet(typed, reading.errors))
    said = _said(named, _base(editions, typed), reading.form)
    try:
        if wanted == "publish":
            return _publish(named, typed, said)
        _require_newest(editions, typed)
        with edge.reading() as cx:
            found = preview(cx, code, **said)
    except NotFound:
        raise
    except Problem as problem:
        return _come_back(named, typed, said, problem)
    return _check(found, typed)


def _contract(code: str) -> tuple[Named, tuple[Edition, ...]]:
    with edge.reading() as cx:
        return queries.contract_named(cx, code)


def _read(edition: Edition) -> Proposal:
    return as_it_is(edition.terms, edition.workflow)


def _frame(newest: Edition) -> dict[str, str]:
    """What each form carries: the version that was seen, and a number of its own."""
    return {SEEN: str(newest.version), ONCE: secrets.token_urlsafe(18)}


def _base(editions: tuple[Edition, ...], typed: Mapping[str, str]) -> Edition:
    """The version that the form was filled from: what was typed is held against it."""
    known = {str(each.version): each for each in editions}
    return known.get(typed.get(SEEN, ""), editions[0])


def _require_newest(editions: tuple[Edition, ...], typed: Mapping[str, str]) -> None:
    newest = editions[0]
    if typed.get(SEEN) != str(newest.version):
        raise Stale(
            f"Version {newest.version} was published meanwhile by {newest.created_by}"
            f" (“{newest.reason}”). Look at it, then check your changes again."
        )


def _said(named: Named, base: Edition, form: VersionForm) -> dict[str, Any]:
    """The form as arguments of the command."""
    terms, workflow = changes_of(form, _read(base), named.line)
    return {
        "terms": terms,
        "workflow": workflow,
        "reason": form.reason,
        "effective_from": form.effective_from,
    }


def _publish(named: Named, typed: Mapping[str, str], said: dict[str, Any]) -> Response:
    cx = edge.cx().but(idempotency=_use(named, typed))
    seen = typed.get(SEEN, "")
    told = publish_version(
        cx,
        named.code,
        **said,
        seen=int(seen) if re.fullmatch(r"\d{1,6}", seen, re.ASCII) else 0,
        knows_looser=typed.get(KNOWS) == TICKED,
    )
    first = moments.day(said["effective_from"])
    flash(f"Version {told.version} of {named.name} is published. It holds from {first}.", "success")
    return redirect(url_for("staff.contract", code=named.code))


def _use(named: Named, typed: Mapping[str, str]) -> Idempotency | None:
    key = typed.get(ONCE, "")
    if not re.fullmatch(r"[\w-]{16,60}", key, re.ASCII):
        return None
    kept = sorted((name, text) for name, text in typed.items() if name != csrf.FIELD)
    body = hashlib.sha256(repr(kept).encode()).hexdigest()
    return Idempotency(
        route=f"POST /staff/contracts/{named.code}/change", key=key, body_sha256=body
    )


def _come_back(
    named: Named, typed: dict[str, str], said: dict[str, Any], problem: Problem
) -> Response:
    """The page that was refused, with what was typed; after a newer version, laid over that."""
    _, editions = _contract(named.code)
    if isinstance(problem, Invalid):
        wrong = placed_in_form(problem.fields)
        if KNOWS in wrong:
            with edge.reading() as cx:
                return _check(preview(cx, named.code, **said), typed, wrong[KNOWS])
        return _form(named, editions, Sheet(typed, wrong, refused(problem, typed).refusal))
    renewed = _laid_over_the_newest(typed, editions) | _frame(editions[0])
    return _form(named, editions, Sheet(renewed, {}, refused(problem, typed).refusal))


def _laid_over_the_newest(
    typed: Mapping[str, str], editions: tuple[Edition, ...]
) -> dict[str, str]:
    """What was changed by hand stays; what was as the older version said is as the newest says."""
    old, new = typed_of(_read(_base(editions, typed))), typed_of(_read(editions[0]))
    kept = {name: text.replace("\r\n", "\n").strip() for name, text in typed.items()}
    untouched = {name for name in {*old, *new} if kept.get(name, "") == old.get(name, "")}
    return {n: t for n, t in kept.items() if n not in untouched} | {
        name: new[name] for name in untouched if name in new
    }


def _form(named: Named, editions: tuple[Edition, ...], sheet: Sheet) -> Response:
    newest = editions[0]
    fields = fields_of(VersionForm, sheet.typed, errors=sheet.errors, plan=plan_for(named.line))
    with edge.reading() as cx:
        places = len(looser_edition(cx, newest))
        planned = queries.planned(editions, cx)
    page = render_template(
        "staff/contract_change.html",
        contract=named,
        newest=newest,
        planned=planned,
        looser=places,
        fields=fields,
        errors=placed(fields, sheet.errors),
        refusal=sheet.refusal,
        carried={name: sheet.typed.get(name, "") for name in (SEEN, ONCE)},
        what_if=what_if(named.code),
    )
    if sheet.refusal is not None:
        return make_response(page, sheet.refusal.status)
    return make_response(page, 422 if sheet.errors else 200)


def _check(found: Preview, typed: Mapping[str, str], wrong: str = "") -> Response:
    """What exactly changes, whose time moves, where it runs looser; then the button."""
    kept = {n: t for n, t in typed.items() if n not in {csrf.FIELD, KNOWS, DO}}
    page = render_template(
        "staff/contract_check.html",
        found=found,
        draft=found.draft,
        contract=found.contract,
        kept=kept,
        knows=typed.get(KNOWS) == TICKED,
        wrong=wrong,
        open_cases=_open_cases(edge.cx(), found),
        length_in_words=moments.length,
        words=words,
    )
    return make_response(page, 422 if wrong else 200)


def _open_cases(cx: Context, found: Preview) -> int:
    """How many open cases keep the versions that there are; counts name nobody."""
    with edge.database().reading(cx.but(principal=SYSTEM)) as house:
        _, editions = queries.contract_named(house, found.contract.code)
        return sum(queries.open_cases(house, [each.id for each in editions]).values())

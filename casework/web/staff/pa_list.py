"""The PA list as a time machine: the list of any day as known on any day, the history of a code
as a proof, what differs between two days, and the publishing of a change after its dry run.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.context import Context
from casework.errors import Invalid, NotFound, Stale
from casework.queries import pa_list as lists
from casework.queries import pa_list_history as questions
from casework.queries.pa_list import ContractSummary
from casework.records import pa_list_changes as changes
from casework.services import pa_list as commands
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.list_file import difference_file
from casework.web.staff.blueprint import staff

ZONE: Final = "America/New_York"
MOST_SHOWN: Final = 500
KINDS: Final = {
    "added": ("added", "info"),
    "stricter": ("asks more", "soon"),
    "looser": ("asks less", "good"),
    "removed": ("taken off", "neutral"),
    "reworded": ("other words", "neutral"),
}
_TYPED: Final = ("contract", "effective_from", "reason", "emergency")


@staff.get("/pa-list")
@entry(*STAFF)
def pa_list() -> str:
    """The list of a contract on a day, as we know it now or as it was known on another day."""
    asked = {name: request.args.get(name, "")[:40] for name in ("contract", "code", "after")}
    with edge.reading() as cx:
        contracts = lists.contracts(cx)
        contract = _chosen(contracts, asked["contract"])
        today = lists.answered_on(cx, contract.id) if contract else cx.now.date()
        on = _day(request.args.get("on", "")) or today
        known = _day(request.args.get("known", ""))
        rows = (
            questions.list_on(
                cx,
                contract.id,
                on,
                known=end_of(known),
                begins=asked["code"].strip(),
                after=asked["after"],
            )
            if contract
            else ()
        )
        told = questions.changes(cx, contract.id) if contract else ()
    return render_template(
        "staff/pa_list.html",
        contracts=[(each.code, each.name) for each in contracts],
        contract=contract,
        on=on,
        known=known,
        today=today,
        asked=asked,
        rows=rows,
        next_after=rows[-1].row.code if len(rows) == questions.PAGE else "",
        changes=told,
        kinds=KINDS,
        may_change=policy.refusal(edge.principal(), "", commands.CHANGE) is None,
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.get("/pa-list/<contract>/<code>")
@entry(*STAFF)
def pa_list_code(contract: str, code: str) -> str:
    """Everything that the list ever said of a code: who changed it, why; a proof to print."""
    wanted = code.strip().upper()[:12]
    with edge.reading() as cx:
        found = _named(cx, contract)
        today = lists.answered_on(cx, found.id)
        on = _day(request.args.get("on", "")) or today
        known = _day(request.args.get("known", ""))
        rows = questions.history(cx, found.id, wanted, known=end_of(known))
        (answer,) = lists.is_required(cx, found, [wanted], on=on)
    holds = next((r for r in rows if _holds(r, on)), None)
    return render_template(
        "staff/pa_list_code.html",
        contract=found,
        code=wanted,
        on=on,
        known=known,
        today=today,
        rows=rows,
        holds=holds,
        answer=answer,
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.get("/pa-list/changes")
@entry(*STAFF)
def pa_list_changes() -> str:
    """What the list says otherwise on one day than on another."""
    contract, first, second, contracts = _asked()
    with edge.reading() as cx:
        found = questions.differences(cx, contract.id, first, second) if contract else ()
    return render_template(
        "staff/pa_list_changes.html",
        contracts=[(each.code, each.name) for each in contracts],
        contract=contract,
        first=first,
        second=second,
        found=found[:MOST_SHOWN],
        count=len(found),
        most=MOST_SHOWN,
        kinds=KINDS,
    )


@staff.get("/pa-list/changes.csv")
@entry(*STAFF)
def pa_list_changes_csv() -> Response:
    """The same as a file."""
    contract, first, second, _ = _asked()
    if contract is None:
        raise NotFound("There is no such contract.")
    with edge.reading() as cx:
        found = questions.differences(cx, contract.id, first, second)
    return difference_file(contract, first, second, found)


@staff.get("/pa-list/change")
@entry("admin")
def change_pa_list() -> Response:
    """The form of a change: a file with the heading that is shown."""
    return _form({"contract": request.args.get("contract", "")[:40]}, {})


@staff.post("/pa-list/change")
@entry("admin")
def publish_pa_list() -> Response:
    """First the dry run; the second time, with the mark of what was seen, the publishing."""
    typed: dict[str, Any] = {name: edge.form(name, limit=1000) for name in _TYPED}
    typed["whole"] = bool(request.form.get("whole"))
    upload = request.files.get("file")
    sent = upload.read(changes.MOST_BYTES + 1) if upload and upload.filename else b""
    typed["rows"] = _text(sent) or request.form.get("rows", "")[: changes.MOST_BYTES + 1]
    read = changes.read_csv(typed["rows"])
    day = _day(typed["effective_from"])
    errors = {} if day else {"effective_from": "Enter the first day."}
    if read.errors:
        errors["rows"] = "; ".join(f"line {n}: {said}" for n, said in list(read.errors.items())[:8])
    if day is None or errors:
        return _form(typed, errors)
    change = commands.Change(
        contract=typed["contract"],
        rows=read.rows,
        whole=typed["whole"],
        effective_from=day,
        reason=typed["reason"],
        emergency=typed["emergency"],
        seen=edge.form("seen", limit=20),
    )
    if change.seen:
        try:
            commands.publish(edge.cx(), change)
        except Stale as stale:
            return _dry(typed, change, {"rows": stale.sentence})
        except Invalid as wrong:
            return _dry(typed, change, dict(wrong.fields))
        flash("The change is published. It stands in the list from its first day.", "success")
        return redirect(url_for("staff.pa_list", contract=change.contract, on=day.isoformat()))
    return _dry(typed, change, {})


def end_of(day: date | None) -> datetime | None:
    """The end of this day (UTC): what was known on it was known then."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None


def _dry(typed: dict[str, Any], change: commands.Change, errors: dict[str, str]) -> Response:
    try:
        with edge.reading() as cx:
            checked = commands.check(cx, change)
    except Invalid as wrong:
        return _form(typed, dict(wrong.fields))
    return _form(typed, errors or checked.errors, checked)


def _form(
    typed: dict[str, Any], errors: dict[str, str], checked: commands.Checked | None = None
) -> Response:
    with edge.reading() as cx:
        contracts = lists.contracts(cx)
    page = render_template(
        "staff/pa_list_change.html",
        contracts=[(each.code, each.name) for each in contracts],
        typed=typed,
        errors=errors,
        checked=checked,
        shown=checked.differences[:MOST_SHOWN] if checked else (),
        heads=", ".join(changes.HEADS),
        days=changes.NOTICE_DAYS,
        law=changes.LAW,
        kinds=KINDS,
    )
    return make_response(page, 422 if errors else 200)


def _asked() -> tuple[ContractSummary | None, date, date, tuple[ContractSummary, ...]]:
    today = edge.cx().now.date()
    with edge.reading() as cx:
        contracts = lists.contracts(cx)
    contract = _chosen(contracts, request.args.get("contract", "")[:40])
    first = _day(request.args.get("first", "")) or today - timedelta(days=365)
    second = _day(request.args.get("second", "")) or today + timedelta(days=90)
    return contract, first, second, contracts


def _chosen(contracts: tuple[ContractSummary, ...], code: str) -> ContractSummary | None:
    """The contract with this code, or the first where none is asked for."""
    first = contracts[0] if contracts else None
    return next((each for each in contracts if each.code == code), first)


def _named(cx: Context, code: str) -> ContractSummary:
    found = next((each for each in lists.contracts(cx) if each.code == code), None)
    if found is None:
        raise NotFound("There is no such contract.")
    return found


def _holds(row: questions.Held, on: date) -> bool:
    return not row.never and row.since <= on and (row.until is None or row.until >= on)


def _text(sent: bytes) -> str:
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None

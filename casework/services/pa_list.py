"""Changing a contract's prior-authorization list: rows are added and ended, never changed.

What asks more than before waits 30 days from the day it is published; an emergency is an exception
with its reason. What the list said on a past day it says for ever.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, or_, select, update

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, Stale
from casework.models import Contract, ContractVersion, PaListChange, PaRule
from casework.records import pa_list_changes as changes
from casework.records.pa_list_changes import Difference, Row
from sla.calendars import local_day, zone

CHANGE: Final = "change_pa_list"
MOST_AHEAD: Final = timedelta(days=730)
MOST_OF_A_REASON: Final = 400


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be published: rows (the whole list where `whole`), from which day, why; `seen` is
    the mark of the differences that the person saw, empty to ask for none."""

    contract: str
    rows: tuple[Row, ...]
    whole: bool = False
    effective_from: date
    reason: str
    emergency: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Checked:
    """What a change would do: the differences, their mark, and what keeps it from being published
    by field; `earliest` is the first day for what asks more."""

    differences: tuple[Difference, ...]
    mark: str
    earliest: date
    errors: dict[str, str]


def check(cx: Context, form: Change) -> Checked:
    """The dry run: what publishing would do today. Raises Invalid for an unknown contract."""
    contract_id = _contract(cx, form.contract)
    today = _today(cx, contract_id)
    before = {
        code: changes.as_row(row)
        for code, row in changes.on_day(cx, contract_id, form.effective_from).items()
    }
    found = changes.compared(before, form.rows, whole=form.whole)
    earliest = changes.earliest(today)
    return Checked(found, changes.mark_of(found), earliest, _errors(form, found, today, earliest))


@command
def publish(cx: Context, form: Change) -> int:
    """Publish the change; returns its id. Raises NotAllowed, Stale where the list moved since it
    was looked at, Invalid with what keeps it from being published."""
    policy.require(cx.principal, "", CHANGE)
    contract_id = _contract(cx, form.contract)
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"pa list {contract_id}"))))
    checked = check(cx, form)
    if form.seen and form.seen != checked.mark:
        raise Stale("The list was changed meanwhile: look at the differences again.")
    if checked.errors:
        raise Invalid("The change was not published.", fields=checked.errors)
    change_id: int = cx.db.execute(
        insert(PaListChange)
        .values(
            contract_id=contract_id,
            effective_from=form.effective_from,
            reason=form.reason.strip(),
            emergency=form.emergency.strip(),
            counts=_counts(checked.differences),
            recorded_at=cx.now,
            recorded_by_id=cx.principal.id or None,
            recorded_by=cx.principal.name[:120],
        )
        .returning(PaListChange.id)
    ).scalar_one()
    _write(cx, contract_id, change_id, form.effective_from, checked.differences)
    what = f"list:{form.contract}:{change_id}:from:{form.effective_from}"
    observations.append(cx, "pa_list_changed", what=what)
    return change_id


def _contract(cx: Context, code: str) -> int:
    found = cx.db.execute(select(Contract.id).where(Contract.code == code)).scalar()
    if found is None:
        raise Invalid("There is no such contract.", fields={"contract": "Choose a contract."})
    return int(found)


def _today(cx: Context, contract_id: int) -> date:
    """The local date where the contract is sold; UTC when it has no terms yet."""
    terms = cx.db.execute(
        select(ContractVersion.terms)
        .where(ContractVersion.contract_id == contract_id)
        .order_by(ContractVersion.version.desc())
        .limit(1)
    ).scalar()
    name = (terms or {}).get("time_zone")
    return local_day(cx.now, zone(name)) if name else cx.now.date()


def _errors(
    form: Change, found: tuple[Difference, ...], today: date, earliest: date
) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not form.reason.strip():
        wrong["reason"] = "Say why: an auditor reads it."
    elif len(form.reason) > MOST_OF_A_REASON or len(form.emergency) > MOST_OF_A_REASON:
        wrong["reason"] = f"Say it in {MOST_OF_A_REASON} characters."
    if not found:
        wrong["rows"] = "Nothing would change on that day."
    if not today <= form.effective_from <= today + MOST_AHEAD:
        wrong["effective_from"] = (
            "Enter a day from today on, within two years: what the list said on a past day stays."
        )
    elif form.effective_from < earliest and not form.emergency.strip():
        strict = [each.code for each in found if each.notice]
        if strict:
            named = ", ".join(strict[:5]) + (" …" if len(strict) > 5 else "")
            wrong["effective_from"] = (
                f"{named}: what asks more is told {changes.NOTICE_DAYS} days before its first day"
                f" ({changes.LAW}). The earliest day is {earliest:%B} {earliest.day},"
                f" {earliest.year}; or say what the emergency is."
            )
    return wrong


def _write(
    cx: Context,
    contract_id: int,
    change_id: int,
    first: date,
    differences: tuple[Difference, ...],
) -> None:
    gone = [each.code for each in differences if each.kind == changes.REMOVED]
    rows = [each.after for each in differences if each.after is not None]
    open_rows = (
        PaRule.contract_id == contract_id,
        PaRule.ended_by_id.is_(None),
        or_(PaRule.effective_to.is_(None), PaRule.effective_to >= first),
    )
    replaced = PaRule.code.in_([row.code for row in rows]) & (PaRule.effective_from == first)
    removed = PaRule.code.in_(gone) & (PaRule.effective_from <= first)
    cx.db.execute(
        update(PaRule)
        .where(*open_rows, replaced | removed)
        .values(effective_to=first - timedelta(days=1), ended_by_id=change_id)
        .execution_options(synchronize_session=False)
    )
    if rows:
        cx.db.execute(insert(PaRule), [_stored(row, contract_id, change_id, first) for row in rows])


def _stored(row: Row, contract_id: int, change_id: int, first: date) -> dict[str, Any]:
    return {
        "contract_id": contract_id,
        "change_id": change_id,
        "code": row.code,
        "label": row.label,
        "label_es": row.label_es,
        "required": row.required,
        "auto_approve_units": row.auto_approve_units,
        "policy": row.policy,
        "effective_from": first,
    }


def _counts(differences: tuple[Difference, ...]) -> dict[str, int]:
    return {
        kind: sum(each.kind == kind for each in differences)
        for kind in changes.KINDS
        if any(each.kind == kind for each in differences)
    }

"""Ends that are no decision, and the correction of a receipt, for a case of any kind.

Withdrawn by who filed, dismissed on a proven ground with its own notice, a dismissal vacated; a
wrong receipt instant corrected, with every clock recomputed.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from casework import bridge, ledger
from casework.bridge import facts as known
from casework.bridge.letter_dates import CONSENT_DAYS
from casework.context import Context
from casework.db import command
from casework.models import ContractVersion
from casework.policy import MEMBERS, OFFICE
from casework.records import obligations, occasions, standing, windows
from casework.records.answers import Done, done, step
from casework.records.forms import asks, in_spanish
from sla.calendars import local_day, plus_days, zone
from statemachines.grounds import APPEAL_DISMISSALS, GRIEVANCE_DISMISSALS, REQUEST_DISMISSALS

# Every ground of some kind; which of them fit a case is the guard's business.
DISMISSALS = tuple(dict.fromkeys((*REQUEST_DISMISSALS, *APPEAL_DISMISSALS, *GRIEVANCE_DISMISSALS)))


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """In the words of who filed, and on whose request a clerk enters it."""

    reason: str = field(default="", metadata=asks("Why, in their words", long=True))
    asked_by: str = field(
        default="",
        metadata=asks(
            "Who asked to withdraw it",
            hint="Name, and how: only who filed it can take it back",
            most=120,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Dismissal:
    """A ground from the list, what proves it, and for a duplicate which case it repeats.

    `reason` and `next_step` go into the member's letter; without them it says what the ground
    means and what can be done instead.
    """

    ground: str = field(metadata=asks("Ground", choices=DISMISSALS))
    evidence: str = field(default="", metadata=asks("What proves it", long=True))
    duplicate_of: str = field(default="", metadata=asks("Case that it repeats", most=24))
    reason: str = field(default="", metadata=asks("Why, for the letter", long=True))
    reason_es: str = field(default="", metadata=in_spanish("Why"))
    next_step: str = field(
        default="", metadata=asks("What can be done instead, for the letter", long=True)
    )
    next_step_es: str = field(default="", metadata=in_spanish("What can be done instead"))


@dataclass(frozen=True, kw_only=True)
class Vacating:
    """The good cause for which a dismissal is undone."""

    good_cause: str = field(metadata=asks("Good cause", long=True))


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The true instant of receipt (aware), why, and what proves it."""

    received_at: datetime = field(
        metadata=asks("Received", hint="The first moment at which it reached us")
    )
    reason: str = field(metadata=asks("Why it was wrong", long=True))
    evidence: str = field(
        metadata=asks("What proves it", hint="Such as the fax header or the postmark")
    )


@command
def withdraw(cx: Context, ref: str, seen: int | None, form: Withdrawal) -> Done:
    """Take back what one filed; a clerk enters it only on the filer's own request."""
    case = ledger.take(cx, ref)
    own = bool(cx.principal.roles & (MEMBERS | OFFICE))
    facts = replace(known.of_case(cx, case), withdrawal_by_party=own or bool(form.asked_by.strip()))
    ledger.permit(cx, case, "withdraw", facts, seen=seen)
    obligations.settle(cx, case, [obligations.LOOK_AGAIN, occasions.TASK])
    return step(
        cx,
        case,
        "withdraw",
        facts,
        text={"reason": form.reason, "asked_by": form.asked_by},
        sets={"outcome": "withdrawn"},
    )


@command
def dismiss(cx: Context, ref: str, seen: int | None, form: Dismissal) -> Done:
    """End a case that cannot be decided, on a proven ground, with its own notice."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        dismissal_ground=form.ground,
        evidence=form.evidence,
        duplicate_of=form.duplicate_of,
        contact_attempts=standing.contact_attempts(cx, case),
        consent_time_passed=_consent_time_passed(cx, case),
        filed_late=case.kind == "grievance" and windows.came_late(cx, case),
    )
    ledger.permit(cx, case, "dismiss", facts, seen=seen)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="dismiss",
                facts=facts,
                said=ledger.Said(ground=form.ground),
                text={
                    "evidence": form.evidence,
                    "duplicate_of": form.duplicate_of,
                    "letter_reason": form.reason,
                    "letter_reason_es": form.reason_es,
                    "next_step": form.next_step,
                    "next_step_es": form.next_step_es,
                },
                sets={"outcome": "dismissed"},
            )
        ],
    )
    occasions.decided(cx, recorded.case)
    return done(recorded)


@command
def vacate_dismissal(cx: Context, ref: str, seen: int | None, form: Vacating) -> Done:
    """Undo a dismissal for good cause while the time for it runs."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        good_cause=form.good_cause,
        reason=form.good_cause,
        vacate_window_open=standing.vacate_window_open(cx, case),
    )
    ledger.permit(cx, case, "vacate_dismissal", facts, seen=seen)
    return step(
        cx,
        case,
        "vacate_dismissal",
        facts,
        text={"good_cause": form.good_cause},
        sets={"outcome": ""},
    )


@command
def correct_receipt(cx: Context, ref: str, seen: int | None, form: Correction) -> Done:
    """Put the true instant of receipt in place of a wrong one; all clocks follow.

    The case bears the contract version that was in force at its receipt. Where the true receipt
    falls under another one the stamp is set right too, and the event names both.
    """
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        reason=form.reason,
        evidence=form.evidence,
        receipt_known=form.received_at <= cx.now,
    )
    ledger.permit(cx, case, "correct_receipt", facts, seen=seen)
    version_id = bridge.version_at(cx, case.contract_id, form.received_at)
    return step(
        cx,
        case,
        "correct_receipt",
        facts,
        said=ledger.Said(
            more={"received_at": form.received_at.isoformat()} | _restamped(cx, case, version_id)
        ),
        text={"reason": form.reason, "evidence": form.evidence},
        sets={"received_at": form.received_at, "contract_version_id": version_id},
    )


def _restamped(cx: Context, case: ledger.Head, version_id: int) -> dict[str, int]:
    """The number of the contract version that the case bore and of the one that it bears now;
    nothing where it is the same."""
    if case.contract_version_id == version_id:
        return {}
    ids = (case.contract_version_id, version_id)
    rows = cx.db.execute(
        select(ContractVersion.id, ContractVersion.version).where(ContractVersion.id.in_(ids))
    )
    number = {row.id: row.version for row in rows}
    return {
        "contract_version_was": number[case.contract_version_id],
        "contract_version": number[version_id],
    }


def _consent_time_passed(cx: Context, case: ledger.Head) -> bool:
    """Whether the day that the letter about the missing form printed is over."""
    where = zone(bridge.zone_of(cx, case))
    last = plus_days(local_day(case.received_at, where), CONSENT_DAYS)
    return local_day(cx.now, where) > last

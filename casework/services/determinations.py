"""Deciding a request: approve, approve in part, deny, deny administratively, reopen.

A determination names who decided with which credential on that day, line by line, each refused line
with its reason and criterion. It is written once; a reopened case gets a new one beside the old.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from casework import bridge, ledger
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.models import PriorAuth
from casework.records import determinations, lines, occasions, standing, talks
from casework.records.answers import Done, done
from casework.records.determinations import Decider, LineRuling, Words
from casework.records.forms import asks
from sla.calendars import zone
from statemachines import engine
from statemachines.facts import Facts
from statemachines.grounds import ADMINISTRATIVE_GROUNDS, REOPEN_GROUNDS

DOMAIN = "medical"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A decision on every line; with `attested` the decider attests expertise in such services."""

    lines: tuple[LineRuling, ...] = field(metadata=asks("Line by line"))
    words: Words = field(default_factory=Words, metadata=asks("In words, for the letter"))
    criterion: str = field(
        default="",
        metadata=asks("Policy or criteria set that was applied", hint="Such as MP-021"),
    )
    attested: bool = field(
        default=False,
        metadata=asks("I attest that I am expert in this kind of service and that I decide it"),
    )
    ground: str = field(
        default="", metadata=asks("Administrative ground", choices=ADMINISTRATIVE_GROUNDS)
    )


@dataclass(frozen=True, kw_only=True)
class Reopening:
    """Why a decided request is looked at again."""

    ground: str = field(metadata=asks("Ground", choices=REOPEN_GROUNDS))
    reason: str = field(metadata=asks("What is to be looked at again", long=True))


@command
def approve(cx: Context, ref: str, seen: int | None, form: Ruling) -> Done:
    """Approve every line as asked; issues the authorization."""
    return _decide(cx, ref, seen, form, trigger="approve", outcome="approved")


@command
def approve_in_part(cx: Context, ref: str, seen: int | None, form: Ruling) -> Done:
    """Approve some of it; the rest is an adverse determination with its full notice."""
    return _decide(cx, ref, seen, form, trigger="approve_in_part", outcome="partial")


@command
def deny(cx: Context, ref: str, seen: int | None, form: Ruling) -> Done:
    """Deny for medical necessity: only a named, licensed clinician (42 CFR 438.210(b)(3))."""
    return _decide(cx, ref, seen, form, trigger="deny", outcome="denied")


@command
def deny_administratively(cx: Context, ref: str, seen: int | None, form: Ruling) -> Done:
    """Deny on a listed non-clinical ground; the member gets the same notice and rights."""
    return _decide(cx, ref, seen, form, trigger="deny_administratively", outcome="denied")


@command
def confirm_deemed_approval(cx: Context, ref: str, seen: int | None, form: Ruling) -> Done:
    """Record that the law approved the request because its time ran out (State law)."""
    ruling = replace(form, ground="deemed")
    return _decide(cx, ref, seen, ruling, trigger="confirm_deemed_approval", outcome="approved")


@command
def reopen(cx: Context, ref: str, seen: int | None, form: Reopening) -> Done:
    """Look at a denied request again, within the contract's window; the old decision stays."""
    case = ledger.take(cx, ref)
    facts = replace(
        known.of_case(cx, case),
        reopen_ground=form.ground,
        reason=form.reason,
        appeal_open=standing.appeal_open(cx, case),
        reopen_window_open=standing.reopen_window_open(cx, case),
    )
    ledger.permit(cx, case, "reopen", facts, seen=seen)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="reopen",
                facts=facts,
                said=ledger.Said(ground=form.ground),
                text={"reason": form.reason},
                sets={"outcome": "", "queue": "physician", "assignee_id": cx.principal.id},
            )
        ],
    )
    return done(recorded)


def _decide(
    cx: Context, ref: str, seen: int | None, form: Ruling, *, trigger: str, outcome: str
) -> Done:
    case = ledger.take(cx, ref)
    facts = talks.facts_of(cx, case, known.of_case(cx, case))
    facts = known.of_decider(cx, case, facts, user_id=cx.principal.id)
    _refuse_the_person_first(cx, case, trigger, facts)
    servicing = cx.db.execute(
        select(PriorAuth.servicing).where(PriorAuth.case_id == case.id)
    ).scalar_one_or_none()
    rulings = lines.completed(form.lines, lines.asked(cx, case.id), servicing=dict(servicing or {}))
    facts = replace(
        facts,
        lines=determinations.as_service_lines(rulings),
        service_domain=DOMAIN,
        expertise_domains=(DOMAIN,) if form.attested else (),
        administrative_ground=form.ground,
        is_clinical=trigger in {"deny", "approve_in_part"},
    )
    ledger.permit(cx, case, trigger, facts, seen=seen)
    decider = _decider(cx, case, form)
    frozen = determinations.frozen_versions(
        cx, case, trigger=trigger, licence_id=decider.licence_id
    )
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger=trigger,
                facts=facts,
                said=ledger.Said(
                    ground=_ground(form, trigger), more={"rests_on": frozen["sha256"]}
                ),
                text={"reason": form.words.reason, "criterion": form.criterion},
                sets={"outcome": outcome, "new_papers_at": None},
            )
        ],
    )
    occasions.decided(cx, recorded.case)
    determination_id = determinations.write(
        cx,
        recorded.case,
        decider,
        outcome=outcome,
        ground=_ground(form, trigger),
        rulings=rulings,
        words=form.words,
        criterion=form.criterion,
        frozen=frozen,
    )
    return done(recorded, _authorized(cx, recorded.case, rulings, determination_id))


def _refuse_the_person_first(cx: Context, case: ledger.Head, trigger: str, facts: Facts) -> None:
    """Whoever may not decide hears so before being asked to complete a form."""
    by_guard, _by_state = engine.refusals(case.kind, case.state, trigger, facts)
    if by_guard is not None or ledger.refused(cx.principal, case.kind, case.state, trigger, facts):
        ledger.permit(cx, case, trigger, facts)


def _ground(form: Ruling, trigger: str) -> str:
    if trigger == "deny_administratively":
        return form.ground
    return form.ground or "clinical"


def _decider(cx: Context, case: ledger.Head, form: Ruling) -> Decider:
    contract = bridge.contract_of(cx, case.contract_version_id)
    on = cx.now.astimezone(zone(contract.time_zone)).date()
    licence = known.best_licence(cx, cx.principal.id, state=contract.state, on=on)
    person = known.name_of(cx, cx.principal.id)
    credential = f"{licence.kind} {licence.state}, {licence.specialty}" if licence else ""
    return Decider(
        kind="user",
        user_id=cx.principal.id,
        name=person.name,
        credential=credential.strip(", "),
        licence_id=licence.id if licence else None,
        expertise_attested=form.attested,
    )


def _authorized(
    cx: Context, case: ledger.Head, rulings: Sequence[LineRuling], determination_id: int
) -> dict[str, str]:
    span = determinations.window(rulings)
    if span is None:
        return {}
    starts_on, ends_on = span
    number = determinations.authorize(
        cx, case, determination_id=determination_id, starts_on=starts_on, ends_on=ends_on
    )
    return {"authorization": number}

"""Two cases of one member that turn out to be one: the earlier goes on, the later ends in it.

A call and the letter after it, the same complaint twice, an appeal by the member and by the office.
The receipt never moves: it is the earlier one's. Papers, parties, the fast track, care that goes
on, a restriction, a promised day and open tasks come along. It is not undone: what was wrongly
joined is parted again (`split`), with the same receipt.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from casework import ledger, seal
from casework.bridge import facts as known
from casework.context import SYSTEM, Context
from casework.db import command
from casework.errors import Invalid
from casework.ledger.entries import case_key
from casework.models import Appeal, CaseEvent, Grievance, InformationRequest
from casework.records import (
    appeal_facts,
    issues,
    joining_facts,
    joins,
    obligations,
    papers,
    restrictions,
    series,
)
from casework.records.answers import Done, done
from casework.records.forms import asks
from statemachines.facts import Facts
from statemachines.grounds import EXPEDITE_CRITERIA, MUST_FOLLOW

MERGING = "merge"


@dataclass(frozen=True, kw_only=True)
class Merging:
    """The other case that is the same matter, and why. Which of the two came first is looked up."""

    other: str = field(
        metadata=asks("The other case", hint="The one that came first goes on", most=24)
    )
    reason: str = field(metadata=asks("Why the two are one", long=True))


@command
def merge(cx: Context, ref: str, seen: int | None, form: Merging) -> Done:
    """Join this case with the other one; answers with the one that goes on.

    Raises NotFound for a case out of reach, StateRefused with the law's sentence.
    """
    mine, other = joins.two(cx, ref, form.other, kinds=joining_facts.JOINED_KINDS)
    if mine.id == other.id:
        raise Invalid(
            "A case is not joined with itself.",
            fields={"other": f"Enter another number than {mine.ref}."},
        )
    facts = joining_facts.of_two(cx, replace(_facts(cx, mine), reason=form.reason), mine, other)
    ledger.permit(cx, mine, MERGING, facts, seen=seen)
    elder, younger = sorted((mine, other), key=lambda case: (case.received_at, case.id))
    promised = joins.promised_day(cx, younger)
    ended = ledger.Change(
        case=younger,
        trigger=MERGING,
        facts=facts,
        said=ledger.Said(more={"into_case": elder.ref}),
        text={"reason": form.reason},
        sets={"outcome": joins.MERGED},
    )
    details = (series.detail_of(cx, elder), series.detail_of(cx, younger))
    taken_in = _taken_in(elder, younger, form.reason, at=cx.now)
    changes = [ended, taken_in]
    if facts.same_kind:  # else the law refuses it below
        changes += [*_consent(cx, elder, younger, details), *_fast_track(cx, elder, younger)]
    recorded = ledger.record(cx, changes)
    gone, stays = recorded[:2]
    joins.link(cx, gone, stays.case, joins.MERGED)
    _bring(cx, younger, stays.case, details)
    void = joins.leave_unsent_letters(cx, younger, until=gone.seq)
    joins.bring_tasks(cx, younger, stays, void=void)
    joins.keep_the_promise(cx, stays, younger, promised)
    _ask_again(cx, stays, younger)
    return done(stays, {"joined": younger.ref})


def _facts(cx: Context, case: ledger.Head) -> Facts:
    facts = known.of_case(cx, case)
    return appeal_facts.of_appeal(cx, case, facts) if case.kind == "appeal" else facts


def _taken_in(
    elder: ledger.Head, younger: ledger.Head, reason: str, *, at: datetime
) -> ledger.Change:
    """What stands on the case that goes on: new papers for whoever works on it, and whatever the
    other one had been given."""
    sets: dict[str, Any] = {"new_papers_at": at}
    if younger.benefits_continued and not elder.benefits_continued:
        sets["benefits_continued"] = True
    if younger.restricted and not elder.restricted:
        sets["restricted"] = True
    return ledger.Change(
        case=elder,
        observation="case_taken_in",
        said=ledger.Said(more={"from_case": younger.ref}),
        text={"reason": reason},
        sets=sets,
        moves_version=True,
    )


def _consent(
    cx: Context, elder: ledger.Head, younger: ledger.Head, details: tuple[Any, Any]
) -> list[ledger.Change]:
    """Where the first came without the member's word, the member's own filing is that word."""
    if elder.state != "awaiting_consent" or not _brings_consent(younger, details[1]):
        return []
    facts = replace(_facts(cx, elder), consent_covers_case=True)
    said = ledger.Said(more={"from_case": younger.ref})
    return [ledger.Change(case=elder, trigger="record_consent", facts=facts, said=said)]


def _brings_consent(younger: ledger.Head, detail: Any) -> bool:
    return younger.filed_by == "member" or detail.consent == "on_file"


def _fast_track(cx: Context, elder: ledger.Head, younger: ledger.Head) -> list[ledger.Change]:
    """The later one's request for the fast track stands on the earlier one from its own instant;
    so does the grant, where it was granted or must be followed."""
    if elder.fast_track or not younger.fast_track or elder.kind != "appeal":
        return []
    by, at = _asked(cx, younger)
    facts = replace(_facts(cx, elder), expedite_asked_by=by)
    said = ledger.Said(by="member" if by == "representative" else by)
    ask = ledger.Change(
        case=elder, trigger="request_expedite", facts=facts, occurred_at=at, said=said
    )
    follows = by in MUST_FOLLOW[facts.line]
    criterion = _granted_for(cx, younger)
    if not follows and not criterion:
        return [ask]
    granted = replace(
        facts,
        expedite_unanswered=True,
        expedite_supporters=(by,),
        expedite_criterion=criterion,
    )
    return [
        ask,
        ledger.Change(
            case=elder,
            trigger="grant_expedite",
            facts=granted,
            said=ledger.Said(more={"must_follow": True})
            if follows
            else ledger.Said(ground=criterion),
            sets={"fast_track": True},
            actor=SYSTEM if follows else None,
        ),
    ]


def _asked(cx: Context, case: ledger.Head) -> tuple[str, Any]:
    """Who first asked for the fast track of this case, and when; who filed it so, at its
    receipt."""
    if case.priority == "expedited":
        return case.filed_by, case.received_at
    row = cx.db.execute(
        select(CaseEvent.said_by, CaseEvent.occurred_at)
        .where(CaseEvent.case_id == case.id, CaseEvent.event == "expedite_requested")
        .order_by(CaseEvent.seq)
        .limit(1)
    ).one()
    return row.said_by or "member", row.occurred_at


def _granted_for(cx: Context, case: ledger.Head) -> str:
    """For which of the law's criteria the fast track was granted; empty where it was not."""
    found = cx.db.execute(
        select(CaseEvent.ground)
        .where(CaseEvent.case_id == case.id, CaseEvent.event == "expedite_granted")
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).scalar()
    return found if found in EXPEDITE_CRITERIA else ""


def _bring(cx: Context, younger: ledger.Head, elder: ledger.Head, details: tuple[Any, Any]) -> None:
    """Papers, parties, and what only this kind of case has."""
    papers.copy(cx, younger, elder)
    joins.bring_parties(cx, younger, elder)
    if younger.restricted and not elder.restricted:
        restrictions.restrict(cx, elder, ground="joined_with_restricted")
    table: Any = Appeal
    values = _of_appeals(younger, *details) if elder.kind == "appeal" else {}
    if elder.kind == "grievance":
        table, values = Grievance, _of_grievances(*details)
        _bring_issues(cx, younger, elder)
    if values:
        cx.db.execute(
            update(table)
            .where(table.case_id == elder.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _of_appeals(younger: ledger.Head, first: Any, second: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if _brings_consent(younger, second) and first.consent == "missing":
        values["consent"] = "on_file"
    if second.continuation:
        values["continuation"] = True
    if first.filer_treats is None and second.filer_treats is not None:
        values["filer_treats"] = second.filer_treats
    return values


def _of_grievances(first: Any, second: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if second.quality_of_care and not first.quality_of_care:
        values |= {"quality_of_care": True, "clinician_id": second.clinician_id}
    if second.about_case_id is not None and first.about_case_id is None:
        values["about_case_id"] = second.about_case_id
    return values


def _bring_issues(cx: Context, younger: ledger.Head, elder: ledger.Head) -> None:
    """What the later complaint says is answered in the earlier one, in its own words."""
    key = case_key(cx.database.settings, younger)
    for row in issues.rows_of(cx, younger.id):
        place = issues.words_place(younger.id, row.number)
        issues.add(cx, elder, row.category, seal.unseal_text(key, row.words_ct, place))


def _ask_again(cx: Context, elder: ledger.Recorded, younger: ledger.Head) -> None:
    """What the later one still waited for is waited for no more: somebody asks again, or not."""
    waits = cx.db.execute(
        select(InformationRequest.id)
        .where(
            InformationRequest.case_id == younger.id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.asked_at <= cx.now,
        )
        .limit(1)
    ).scalar()
    if waits is None or younger.state != "pended":
        return
    obligations.owe(
        cx,
        elder.case,
        "ask_again",
        f"{younger.ref} waited for information. Ask for it again here if it is still wanted.",
        due_at=obligations.business_day_after(cx, elder.case),
        cause_seq=elder.seq,
    )

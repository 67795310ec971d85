"""Break glass: somebody with the role but without the right opens one restricted case with a
reason, to read it, for as long as its contract says (an hour at most); compliance is told at once
and says what it thinks of it (45 CFR 164.312(a)(2)(ii)).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import bridge, ledger, now, policy, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.ledger.change import Head
from casework.ledger.entries import case_key
from casework.models import Alarm, Case, EmergencyAccess, StaffNotice
from casework.records import emergency, restrictions
from casework.records.answers import Done, done

MOST: Final = 2_000
# One sentence for what is not there, what lies elsewhere and what never opens so: nobody learns
# from it which it is.
SHUT: Final = (
    "No case opens under this number on this ground. Compare the number with the letter, or ask a"
    " compliance officer."
)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Which ground, and why, in words that compliance reads."""

    ground: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """What compliance thinks of one opening, and why."""

    verdict: str
    why: str


@command
def open_restricted(
    cx: Context, ref: str, form: Opening, *, proved_at: datetime | None = None
) -> Done:
    """Open this restricted case to oneself, to read it. A case that one sees anyway is answered and
    nothing is written. `proved_at`: when this person last showed password, second factor or passkey
    (wall clock). Raises NotAllowed (role, no recent sign-in), Invalid, NotFound."""
    policy.require(cx.principal, "", "open_restricted")
    _require_words(form)
    seen = _seen(cx, ref)
    if seen is not None:
        return seen
    _require_proof(proved_at)
    _require_reviewed(cx)
    wide = restrictions.seeing_restricted(cx)
    try:
        case = ledger.take(wide, ref)
    except NotFound as hidden:
        raise NotFound(SHUT) from hidden
    if _mine(cx, case.id) is not None:  # opened meanwhile from another window
        return Done(case.ref, case.state, case.version, "")
    return _opened(wide, case, form, proved_at)


@command
def end_access(cx: Context, ref: str) -> Done:
    """Close the case again before the time is over. Raises NotFound."""
    policy.require(cx.principal, "", "open_restricted")
    seen = _seen(cx, ref)
    wide = restrictions.seeing_restricted(cx)
    case = ledger.take(wide, seen.ref) if seen is not None else None
    number = _mine(wide, case.id) if case is not None else None
    if case is None or number is None:
        raise NotFound("You did not open this case with a reason.")
    wide.db.execute(select(func.close_own_opening(number, now.wall())))
    [recorded] = ledger.record(
        wide, [ledger.Change(case=case, observation="emergency_access_ended", moves_version=False)]
    )
    return done(recorded)


@command
def review_access(cx: Context, number: int, form: Review) -> Done:
    """Say what compliance thinks of one opening: confirmed, doubted or wrong. A doubt closes the
    case to who opened it at once. Raises NotFound, Invalid, StateRefused for what is settled."""
    policy.require(cx.principal, "", "review_access")
    if form.verdict not in emergency.VERDICTS:
        raise Invalid("Choose what you think of it.", fields={"verdict": "Choose one."})
    if form.verdict != emergency.CONFIRMED and not form.why.strip():
        raise Invalid("Say why.", fields={"why": "Write what you found, or what you doubt."})
    ref = cx.db.execute(
        select(Case.ref)
        .join(EmergencyAccess, EmergencyAccess.case_id == Case.id)
        .where(EmergencyAccess.id == number)
    ).scalar()
    if ref is None:
        raise NotFound("There is no such opening.")
    case = ledger.take(cx, ref)
    row = cx.db.execute(
        select(EmergencyAccess.verdict, EmergencyAccess.user_id, EmergencyAccess.closed_at).where(
            EmergencyAccess.id == number
        )
    ).one()
    _require_open(cx, row, form)
    values: dict[str, Any] = {
        "verdict": form.verdict,
        "review_ct": _sealed(cx, case, "review", form.why[:MOST]),
        "reviewed_at": cx.now,
        "reviewed_by_id": cx.principal.id,
        "reviewed_by": cx.principal.name[:120],
    }
    if form.verdict != emergency.CONFIRMED and row.closed_at is None:
        values["closed_at"] = now.wall()
    _change(cx, EmergencyAccess.id == number, **values)
    if form.verdict not in emergency.UNSETTLED:
        _end_alarm(cx, case, number)
    said = ledger.Said(ground=form.verdict, more={"access": number})
    change = ledger.Change(
        case=case,
        observation="emergency_access_reviewed",
        said=said,
        text={"why": form.why} if form.why.strip() else {},
        moves_version=False,
    )
    [recorded] = ledger.record(cx, [change])
    return done(recorded)


def _opened(cx: Context, case: Head, form: Opening, proved_at: datetime | None) -> Done:
    """The row, the event, the notice and the alarm, by somebody who sees restricted cases until
    this transaction ends."""
    if not cx.db.execute(select(func.emergency_may_open(case.id, form.ground))).scalar():
        raise NotFound(SHUT)
    wall = now.wall()
    workflow = bridge.version_of(cx, case.contract_version_id).workflow
    number = cx.db.execute(
        insert(EmergencyAccess)
        .values(
            case_id=case.id,
            user_id=cx.principal.id,
            ground=form.ground,
            reason_ct=_sealed(cx, case, "reason", form.reason[:MOST]),
            opened_at=cx.now,
            since=wall,
            closes_at=wall + emergency.lasts(workflow),
            proved_at=proved_at,
        )
        .returning(EmergencyAccess.id)
    ).scalar_one()
    change = ledger.Change(
        case=case,
        observation="emergency_access_opened",
        said=ledger.Said(ground=form.ground, more={"access": number}),
        text={"reason": form.reason},
        moves_version=False,
    )
    [recorded] = ledger.record(cx, [change])
    _tell_compliance(cx, case, number)
    return done(recorded)


def _seen(cx: Context, ref: str) -> Done | None:
    """The case as this person sees it now, by right or by an opening; None where he does not."""
    row = cx.db.execute(
        select(Case.ref, Case.state, Case.version).where(Case.ref == ref.strip().upper())
    ).one_or_none()
    return None if row is None else Done(row.ref, row.state, row.version, "")


def _mine(cx: Context, case_id: int) -> int | None:
    """The opening of this case by the acting person that still stands."""
    return cx.db.execute(
        select(func.max(EmergencyAccess.id)).where(
            EmergencyAccess.case_id == case_id,
            EmergencyAccess.user_id == cx.principal.id,
            *emergency.stands(now.wall()),
        )
    ).scalar()


def _require_proof(proved_at: datetime | None) -> None:
    if not emergency.proved(proved_at, wall=now.wall()):
        minutes = int(emergency.RECENT.total_seconds() // 60)
        raise NotAllowed(
            f"Show once more who you are: sign in at the desk, and open the case within {minutes}"
            " minutes of it.",
            source="recent sign-in",
        )


def _require_reviewed(cx: Context) -> None:
    """The right rests while an opening of this person's waits too long for its review."""
    own = func.own_openings().table_valued("since", "verdict")
    oldest = cx.db.execute(select(func.min(own.c.since)).where(own.c.verdict == "")).scalar()
    if oldest is not None and emergency.review_is_late(oldest, wall=now.wall()):
        raise NotAllowed(
            "Nobody has looked yet at a case that you opened before, and its"
            f" {emergency.REVIEW_DAYS} business days are over: you open no other one until then."
            " Ask a compliance officer to look at it; a colleague who sees restricted cases can"
            " help meanwhile.",
            source="review overdue",
        )


def _require_words(form: Opening) -> None:
    faults = {}
    if form.ground not in emergency.GROUNDS:
        faults["ground"] = "Choose on which ground."
    if len(form.reason.strip()) < emergency.FEWEST:
        faults["reason"] = f"Write why you must see it now, in {emergency.FEWEST} letters or more."
    if faults:
        raise Invalid("The case stays closed.", fields=faults)


def _require_open(cx: Context, row: Any, form: Review) -> None:
    if row.user_id == cx.principal.id:
        raise StateRefused("Nobody reviews what he opened himself.", source="state")
    if row.verdict not in emergency.UNSETTLED or row.verdict == form.verdict:
        raise StateRefused("Somebody said so already: look at the list again.", source="state")


def _tell_compliance(cx: Context, case: Head, number: int) -> None:
    """A line in the inbox of every compliance officer, and an alarm that stands until one of them
    has looked at it; the nightly round raises it again should it be gone."""
    values = {"case_id": case.id, "role": "compliance", "code": emergency.NOTICE, "at": cx.now}
    cx.db.execute(insert(StaffNotice).values(**values))
    cx.db.execute(
        pg_insert(Alarm)
        .values(
            code=emergency.ALARM,
            case_id=case.id,
            key=f"access/{number}",
            says=emergency.says_of(number, cx.now),
            owner_role="compliance",
            raised_at=cx.now,
            seen_at=cx.now,
        )
        .on_conflict_do_nothing()
        .execution_options(synchronize_session=False)
    )


def _end_alarm(cx: Context, case: Head, number: int) -> None:
    cx.db.execute(
        update(Alarm)
        .where(
            Alarm.code == emergency.ALARM,
            Alarm.case_id == case.id,
            Alarm.key == f"access/{number}",
            Alarm.ended_at.is_(None),
        )
        .values(ended_at=cx.now)
        .execution_options(synchronize_session=False)
    )


def _change(cx: Context, *which: Any, **values: Any) -> None:
    cx.db.execute(
        update(EmergencyAccess)
        .where(*which)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _sealed(cx: Context, case: Head, what: str, words: str) -> bytes:
    key = case_key(cx.database.settings, case)
    return seal.seal_text(key, words.strip(), emergency.place(case.id, what))

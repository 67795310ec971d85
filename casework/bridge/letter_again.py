"""A letter that is sent again: which one it repeats, and whether it can say the same today.

Sent anew it bears the day on which it leaves, and the member's windows count from that day; as an
exact copy it starts nothing. It renders nothing and writes nothing.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from casework.bridge import letter_dates
from casework.bridge.clocks import contract_of, subject_of
from casework.bridge.more_time import history
from casework.context import Context
from casework.models import Case, CaseEvent, Letter
from letters.context import Dates, LetterContext, Reissue, Rights

COVER: Final = "reissue_cover"
# Letters that tell how a case came out: after a later one of them an older one is over.
TELLING: Final = frozenset(
    {"favorable", "adverse", "reduction", "resolution", "dismissal", "eligibility"}
)
_UNDONE: Final = frozenset({"reopened", "dismissal_vacated"})
# What corrects a case, so that its letters say something else from then on.
CORRECTING: Final = frozenset(
    {
        "address_corrected",
        "authorization_change_requested",
        "party_substituted",
        "receipt_corrected",
        "recategorized",
        "request_updated",
        "subject_changed",
    }
)


def root_of(cx: Context, letter: Any) -> Any:
    """The letter that this one repeats, however often it was sent again; itself for a first one."""
    found = letter
    while getattr(found, "reissue_of", None) is not None:
        found = cx.db.execute(select(Letter).where(Letter.id == found.reissue_of)).scalar_one()
    return found


def reissue_of(cx: Context, letter: Any) -> Reissue | None:
    """What this letter says of the first one; None for a first one."""
    if getattr(letter, "reissue_of", None) is None:
        return None
    first = root_of(cx, letter)
    return Reissue(sent_on=first.printed_on, reason=letter.reissue_reason)


def bare(context: LetterContext) -> LetterContext:
    """What a cover says: whose letter, to whom, of which day; nothing of what it decides."""
    return replace(
        context,
        services=(),
        decision=None,
        dates=Dates(),
        rights=Rights(),
        extension=None,
        wanted=(),
        refusal_reason="",
        authorization="",
        reviewer=None,
        enclosed=(),
    )


def followed(cx: Context, letter: Any) -> str:
    """The hash of the bytes that follow this letter, where it is the cover of an exact copy."""
    return str(root_of(cx, letter).sha256) if letter.code == COVER else ""


def is_over(cx: Context, root: Any) -> bool:
    """Whether a later letter tells how the case came out, or its decision was undone: sent anew it
    would open a window that is no more."""
    later = aliased(Letter)
    told = exists().where(
        later.case_id == root.case_id,
        later.recipient == root.recipient,
        later.cause_seq > root.cause_seq,
        later.reissue_of.is_(None),
        later.notice_kind.in_(TELLING),
    )
    undone = exists().where(
        CaseEvent.case_id == root.case_id,
        CaseEvent.seq > root.cause_seq,
        CaseEvent.event.in_(_UNDONE),
    )
    return bool(cx.db.execute(select(told | undone)).scalar())


def is_too_late(cx: Context, root: Any, *, issued_on: date) -> bool:
    """Whether the cut that this letter gives notice of would take effect sooner than a notice of
    today allows (42 CFR 431.211-.214): then it cannot bear a new day."""
    if root.notice_kind != "reduction":
        return False
    case = cx.db.execute(select(Case).where(Case.id == root.case_id)).scalar_one()
    cause = cx.db.execute(
        select(CaseEvent.ground, CaseEvent.facts).where(
            CaseEvent.case_id == root.case_id, CaseEvent.seq == root.cause_seq
        )
    ).one()
    cut = letter_dates.Cut(
        date.fromisoformat(json.loads(cause.facts)["effective_date"]), cause.ground
    )
    earliest = letter_dates.earliest_effective(
        contract_of(cx, case.contract_version_id),
        subject_of(case),
        history(cx, case.id),
        at=cx.now,
        issued_on=issued_on,
        cut=cut,
    )
    return earliest is not None and cut.effective_on < earliest


def is_corrected(cx: Context, root: Any) -> bool:
    """Whether the case was corrected after this letter was called for."""
    return bool(
        cx.db.execute(
            select(
                exists().where(
                    CaseEvent.case_id == root.case_id,
                    CaseEvent.seq > root.cause_seq,
                    CaseEvent.event.in_(CORRECTING),
                )
            )
        ).scalar()
    )

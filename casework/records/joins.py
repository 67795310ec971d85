"""Which case goes on as which: the link, and what must not be lost on the way.

Parties, papers, promised days, tasks and letters that were never made. It fires no edge.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import ledger
from casework.context import Context
from casework.errors import Invalid, NotFound
from casework.metadata import table_of
from casework.models import Case, CaseLink, CaseParty, Clock, Letter, Obligation
from casework.records import obligations
from casework.records.filing import OFFICES, Filing
from statemachines import engine

MERGED: Final = "merged"
SPLIT: Final = "split"
CONVERTED: Final = "converted"
PROMISED: Final = "kept_promise"
VOID: Final = "void"  # of a letter: owed, and never made, because its case went on in another one
# Offices that are parties by a step of their own (services/parties.py).
OWN_RIGHT: Final = ("interested", "assignee")


@dataclass(frozen=True, slots=True)
class Linked:
    """The other case of a link as somebody sees it: `ended` where this case goes on there."""

    ref: str
    kind: str
    state: str
    relation: str
    onward: bool
    at: datetime


def two(
    cx: Context, ref: str, other: str, *, kinds: Collection[str]
) -> tuple[ledger.Head, ledger.Head]:
    """Two cases of these kinds by their numbers, locked by ascending id.

    Raises NotFound for the first, Invalid (`other`) for the second: not there, out of reach (the
    two look the same), or of a kind that is never joined.
    """
    asked = {ref.strip().upper(): "", other.strip().upper(): "other"}
    rows = cx.db.execute(
        select(Case.id, Case.ref, Case.kind).where(Case.ref.in_(asked), Case.kind.in_(kinds))
    ).all()
    heads = ledger.take_all(cx, [row.id for row in rows])
    found = {head.ref: head for head in heads.values()}
    for number, field in asked.items():
        if number not in found and not field:
            raise NotFound(f"There is no case {ref[:24]} here.")
        if number not in found:
            raise Invalid(
                f"There is no appeal and no grievance {other[:24]} here.",
                fields={field: "Enter the number of the other appeal or grievance."},
            )
    return found[ref.strip().upper()], found[other.strip().upper()]


def as_filed(cx: Context, case: ledger.Head, name: str) -> Filing:
    """The filing of this case as it was: who, when, how, from which office. It keeps its
    receipt."""
    return Filing(
        filed_by=case.filed_by,
        name=name,
        received_at=case.received_at,
        channel=case.channel,
        office_id=min(filing_offices(cx, case), default=None),
    )


def filing_offices(cx: Context, case: ledger.Head) -> frozenset[int]:
    """The office that filed this case; none where the member did. An appeal also bears the office
    that filed the request: that one is meant only where no other is there."""
    if case.filed_by not in OFFICES:
        return frozenset()
    rows = cx.db.execute(
        select(CaseParty.case_id, CaseParty.organization_id).where(
            CaseParty.case_id.in_([case.id, case.parent_id or case.id]),
            CaseParty.role == "filing",
        )
    ).all()
    mine = {row.organization_id for row in rows if row.case_id == case.id}
    above = {row.organization_id for row in rows if row.case_id != case.id}
    return frozenset(mine - above or mine)


def link(cx: Context, from_: ledger.Recorded, to: ledger.Head, relation: str) -> None:
    """Write that the case of this event goes on as `to`, or gave it a part."""
    cx.db.execute(
        insert(CaseLink).values(
            case_id=from_.case.id,
            other_id=to.id,
            relation=relation,
            seq=from_.seq,
            at=cx.now,
            by_name=cx.principal.name[:120],
        )
    )


def goes_on_as(cx: Context, case_id: int, seq: int) -> Any:
    """The case as which this one goes on since its event `seq` (id, ref, kind and the columns that
    clocks need), with the relation; None without one."""
    return cx.db.execute(
        select(Case, CaseLink.relation)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(CaseLink.case_id == case_id, CaseLink.seq == seq)
    ).one_or_none()


def links_of(cx: Context, case_id: int) -> tuple[Linked, ...]:
    """Every case that this one goes on as or came from, as far as the principal sees it."""
    rows = cx.db.execute(
        select(CaseLink.case_id, CaseLink.relation, CaseLink.at, Case.ref, Case.kind, Case.state)
        .join(
            Case,
            or_(
                (CaseLink.other_id == Case.id) & (CaseLink.case_id == case_id),
                (CaseLink.case_id == Case.id) & (CaseLink.other_id == case_id),
            ),
        )
        .where(or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id))
        .order_by(CaseLink.id)
    )
    return tuple(
        Linked(row.ref, row.kind, row.state, row.relation, row.case_id == case_id, row.at)
        for row in rows
    )


def standing_for(cx: Context, case_id: int) -> int:
    """The id of the case that stands for this one now: itself, or where it went on, to the end."""
    for _ in range(9):
        found = cx.db.execute(
            select(CaseLink.other_id)
            .where(CaseLink.case_id == case_id, CaseLink.relation != SPLIT)
            .order_by(CaseLink.id.desc())
            .limit(1)
        ).scalar()
        if found is None:
            return case_id
        case_id = int(found)
    return case_id


def now(cx: Context, case: ledger.Head) -> ledger.Head:
    """The case that stands for this one, locked: whatever still comes for a case that went on in
    another one belongs there. Itself where it did not, or where the other is out of reach."""
    if case.state in engine.open_states(case.kind) or case.outcome not in (MERGED, CONVERTED):
        return case
    on = standing_for(cx, case.id)
    return ledger.take_all(cx, [on]).get(on, case) if on != case.id else case


def bring_parties(cx: Context, source: ledger.Head, target: ledger.Head) -> None:
    """Give the target every organization of the source."""
    rows = cx.db.execute(
        select(CaseParty.organization_id, CaseParty.role).where(CaseParty.case_id == source.id)
    ).all()
    _join(cx, target, {(row.organization_id, row.role) for row in rows})


def bring_filer(cx: Context, source: ledger.Head, target: ledger.Head) -> None:
    """Give the target the office that filed the source and those that joined it in their own right:
    what is complained of is no business of any other."""
    rows = cx.db.execute(
        select(CaseParty.organization_id, CaseParty.role).where(
            CaseParty.case_id == source.id, CaseParty.role.in_(OWN_RIGHT)
        )
    ).all()
    own = {(row.organization_id, row.role) for row in rows}
    _join(cx, target, own | {(office, "filing") for office in filing_offices(cx, source)})


def _join(cx: Context, case: ledger.Head, parties: Collection[tuple[int, str]]) -> None:
    rows = [
        {"case_id": case.id, "organization_id": organization, "role": role}
        for organization, role in sorted(parties)
    ]
    if rows:
        cx.db.connection().execute(pg_insert(table_of(CaseParty)).on_conflict_do_nothing(), rows)


def promised_day(cx: Context, case: ledger.Head) -> datetime | None:
    """By when this case was to be decided, as its letters said: its open decision clock."""
    return cx.db.execute(
        select(Clock.due_at).where(
            Clock.case_id == case.id, Clock.name == "decision", Clock.state == "open"
        )
    ).scalar()


def keep_the_promise(
    cx: Context, elder: ledger.Recorded, younger: ledger.Head, promised: datetime | None
) -> None:
    """Owe the earlier case's decision by the day that was promised on the later one, where that
    comes first: an extension of one case takes nothing from who filed the other."""
    if promised is None:
        return
    own = promised_day(cx, elder.case)
    if own is not None and own <= promised:
        return
    obligations.owe(
        cx,
        elder.case,
        PROMISED,
        f"Decide it by this time: it was promised for {younger.ref}, which goes on here.",
        due_at=promised,
        cause_seq=elder.seq,
        clock="decision",
    )


def bring_tasks(
    cx: Context, younger: ledger.Head, elder: ledger.Recorded, *, void: Collection[int]
) -> None:
    """Owe on the elder what the younger one owed and hangs on no clock of its own. Tasks about a
    letter stay with the letter: with one that is `void` they are over."""
    rows = cx.db.execute(
        select(Obligation).where(
            Obligation.case_id == younger.id,
            Obligation.done_at.is_(None),
            Obligation.clock == "",
        )
    ).scalars()
    brought, over = {}, []
    for row in rows:
        letter = _OF_A_LETTER.fullmatch(row.kind)
        if letter is None:
            brought[row.kind] = _as_owed_by(row, elder, cx.now)
        if letter is None or int(letter[1]) in void:
            over.append(row.id)
    if brought:
        cx.db.connection().execute(insert(table_of(Obligation)), list(brought.values()))
    if over:
        cx.db.execute(
            update(Obligation)
            .where(Obligation.id.in_(over))
            .values(done_at=cx.now, done_by=f"goes on in {elder.case.ref}"[:120])
            .execution_options(synchronize_session=False)
        )
    ledger.weigh(cx, [younger.id, elder.case.id])


# release_letter_7, mend_letter_7, translate_words_7: the name of a task about a letter ends so.
_OF_A_LETTER: Final = re.compile(r"[a-z_]+_(\d+)")


def _as_owed_by(row: Any, elder: ledger.Recorded, at: datetime) -> dict[str, Any]:
    kept = ("kind", "clock", "says", "citation", "owner_id", "owner_role", "due_at")
    return {name: getattr(row, name) for name in kept} | {
        "case_id": elder.case.id,
        "cause_seq": elder.seq,
        "raised_at": at,
    }


def leave_unsent_letters(cx: Context, younger: ledger.Head, *, until: int) -> frozenset[int]:
    """Letters of the later case that wait for a reader or could not be made, and were called for
    before event `until`, will not be made: the letter that tells of the joining takes their place.
    Returns their ids."""
    gone = cx.db.execute(
        update(Letter)
        .where(
            Letter.case_id == younger.id,
            Letter.state.in_(("held", "refused", "parked")),
            Letter.cause_seq < until,
        )
        .values(state=VOID)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    return frozenset(gone)

"""“Send me my case file”: asked for, looked through, refused, put off, each step with its right.

The file is made and sent by the worker (services/case_files_leave.py). It is free of charge.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import insert, select, update

from casework import bridge, ledger, outbox
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import CaseFileRequest, Member, WithheldPart
from casework.records import (
    case_file_due,
    case_file_rights,
    case_file_sending,
    obligations,
    observing,
)
from casework.records.answers import Done, done
from casework.records.case_file_scope import cases_of
from casework.records.case_file_sending import OWED, look_at, make_anew
from casework.records.contract_terms import SECOND_PERSON
from casework.records.forms import asks
from sla.calendars import local_day, zone

OPEN: Final = ("asked", "being_made", "ready_for_look", "failed")
Scope = Literal["case", "series", "packet"]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Which file: of this case, or of the whole matter (request, appeal, review). Staff who write
    it down for somebody say for whom; `packet` is the file for a body outside."""

    scope: Scope = field(default="series", metadata=asks("Which file"))
    asked_for: Literal["", "member", "representative", "provider"] = field(
        default="", metadata=asks("Who asked", hint="Only where somebody asked by telephone")
    )


@dataclass(frozen=True, kw_only=True)
class Look:
    """That the finished file was read through, page by page, by whoever lets it go."""

    read_through: bool = field(metadata=asks("I have looked at every page of this file"))


@dataclass(frozen=True, kw_only=True)
class Refusing:
    """Why nothing is sent."""

    ground: Literal["not_entitled", "not_identified", "withdrawn"] = field(
        metadata=asks("Why it is not sent")
    )


@dataclass(frozen=True, kw_only=True)
class PuttingOff:
    """The one extension: why it takes longer, in words for who asked."""

    reason: str = field(metadata=asks("Why it takes longer", long=True, most=600))
    reason_es: str = field(default="", metadata=asks("The same in Spanish", long=True, most=600))


@command
def ask_case_file(cx: Context, ref: str, seen: int | None, form: Asking) -> Done:
    """Ask for the file of a case. One that is being made already is answered again, not made twice.

    Raises NotAllowed for who has no right to it.
    """
    case = observing.take(cx, ref, "ask_case_file", seen=seen)
    whose = case_file_rights.whose(cx, case, scope=form.scope, said=form.asked_for)
    known = _open(cx, case, scope=form.scope, asked_for=whose)
    due = case_file_due.due(cx, case, asked_at=cx.now)
    said = ledger.Said(more={"scope": form.scope, "for": whose})
    if known is not None:
        return Done(
            ref=case.ref,
            state=case.state,
            version=case.version,
            event="case_file_asked",
            made={"case_file": str(known)},
        )
    [recorded] = ledger.record(
        cx, [ledger.Change(case=case, observation="case_file_asked", said=said)]
    )
    number = _write(cx, recorded, form, whose=whose, due=due)
    if form.scope != "packet":
        obligations.owe(
            cx,
            recorded.case,
            OWED,
            "Send the case file that was asked for, free of charge.",
            due_at=due.at,
            cause_seq=recorded.seq,
            citation=due.citation,
        )
    outbox.enqueue(
        cx, [outbox.Posting("case_file", f"case_file:{number}", recorded.case.id, number)]
    )
    return Done(
        ref=recorded.case.ref,
        state=recorded.case.state,
        version=recorded.case.version,
        event=recorded.event,
        made={"case_file": str(number)},
    )


@command
def clear_case_file(cx: Context, ref: str, seen: int | None, number: int, form: Look) -> Done:
    """Let a finished file go after reading it through. Whoever marked what is withheld leaves this
    look to somebody else where the contract asks for a second person."""
    case = observing.take(cx, ref, "clear_case_file", seen=seen)
    row = _in_state(cx, case, number, "ready_for_look")
    if not form.read_through:
        raise Invalid(
            "The file was not read through.",
            fields={"read_through": "Look at every page, then tick this."},
        )
    _second_person(cx, case, row)
    _set(cx, row.id, cleared_by=cx.principal.name[:120], cleared_at=cx.now)
    obligations.settle(cx, case, [look_at(row.id)])
    return case_file_sending.send(cx, case, row)


@command
def remake_case_file(cx: Context, ref: str, seen: int | None, number: int) -> Done:
    """Make a file anew that did not leave: something came, or another mark was set."""
    case = observing.take(cx, ref, "clear_case_file", seen=seen)
    row = _in_state(cx, case, number, "ready_for_look", "failed", "ready")
    make_anew(cx, case, row.id)
    return Done(ref=case.ref, state=case.state, version=case.version, event="case_file_asked")


@command
def refuse_case_file(cx: Context, ref: str, seen: int | None, number: int, form: Refusing) -> Done:
    """Do not send the file, with the ground; who asked is told by letter (45 CFR 164.524(d))."""
    case = observing.take(cx, ref, "refuse_case_file", seen=seen)
    row = _in_state(cx, case, number, *OPEN)
    ground = case_file_due.refusals()[form.ground]
    _set(cx, row.id, state="refused", says=str(ground["label"]))
    obligations.settle(cx, case, [OWED, look_at(row.id)])
    return observing.observe(
        cx,
        case,
        "case_file_refused",
        said=ledger.Said(ground=form.ground, more={"for": row.asked_for}),
        text={"reason": ground["en"], "reason_es": ground["es"], "law": ground["cite"]},
    )


@command
def extend_case_file(
    cx: Context, ref: str, seen: int | None, number: int, form: PuttingOff
) -> Done:
    """Take the one extension of 30 days, told in writing before the first time is over
    (45 CFR 164.524(b)(2)(iii)). Raises StateRefused where an open appeal allows none."""
    case = observing.take(cx, ref, "extend_case_file", seen=seen)
    row = _in_state(cx, case, number, *OPEN)
    later = case_file_due.extended(cx, case, asked_at=row.asked_at)
    more = case_file_due.rules()["extension"]
    if row.extended_at is not None or cx.now > row.due_at:
        raise StateRefused(
            "It can be extended once, before the first time is over.",
            citation=more["cite"],
            source="guard",
        )
    if later.at <= row.due_at:
        raise StateRefused(
            "The file must be there before the decision: that time cannot be extended.",
            citation=later.citation,
            source="guard",
        )
    if not form.reason.strip():
        raise Invalid("There is no reason.", fields={"reason": "Write why it takes longer."})
    _set(
        cx,
        row.id,
        extended_at=cx.now,
        due_at=later.at,
        due_lines=[line.as_dict() for line in later.lines],
    )
    obligations.settle(cx, case, [OWED])
    where = zone(bridge.contract_of(cx, case.contract_version_id).time_zone)
    said = ledger.Said(more={"due_on": local_day(later.at, where).isoformat()})
    text = {"reason": form.reason, "reason_es": form.reason_es}
    [recorded] = ledger.record(
        cx, [ledger.Change(case=case, observation="case_file_extended", said=said, text=text)]
    )
    obligations.owe(
        cx,
        recorded.case,
        OWED,
        "Send the case file that was asked for, free of charge.",
        due_at=later.at,
        cause_seq=recorded.seq,
        citation=later.citation,
    )
    return done(recorded)


def _open(cx: Context, case: Any, *, scope: str, asked_for: str) -> int | None:
    found: int | None = cx.db.execute(
        select(CaseFileRequest.id)
        .where(
            CaseFileRequest.case_id == case.id,
            CaseFileRequest.scope == scope,
            CaseFileRequest.asked_for == asked_for,
            CaseFileRequest.state.in_(OPEN),
        )
        .order_by(CaseFileRequest.id.desc())
        .limit(1)
    ).scalar()
    return found


def _write(cx: Context, recorded: Any, form: Asking, *, whose: str, due: Any) -> int:
    language = cx.db.execute(
        select(Member.language).where(Member.id == recorded.case.member_id)
    ).scalar_one()
    number: int = cx.db.execute(
        insert(CaseFileRequest)
        .values(
            case_id=recorded.case.id,
            scope=form.scope,
            asked_for=whose,
            channel=(cx.channel or "portal")[:15],
            asked_at=cx.now,
            asked_by=cx.principal.name[:120],
            asked_by_id=cx.principal.id or None,
            cause_seq=recorded.seq,
            state="asked",
            due_at=due.at,
            due_lines=[line.as_dict() for line in due.lines],
            language="es" if whose in {"member", "representative"} and language == "es" else "en",
        )
        .returning(CaseFileRequest.id)
    ).scalar_one()
    return number


def _in_state(cx: Context, case: Any, number: int, *states: str) -> Any:
    row = cx.db.execute(
        select(CaseFileRequest)
        .where(CaseFileRequest.id == number, CaseFileRequest.case_id == case.id)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such request for a file on this case.")
    if row.state not in states:
        raise StateRefused(
            f"The file is {row.state.replace('_', ' ')}: this cannot be done now.", source="state"
        )
    return row


def _second_person(cx: Context, case: Any, row: Any) -> None:
    """Where the contract asks for two pairs of eyes, who withheld something does not clear it."""
    if not bridge.version_of(cx, case.contract_version_id).workflow.get(SECOND_PERSON, False):
        return
    mine = cx.db.execute(
        select(WithheldPart.id)
        .where(
            WithheldPart.case_id.in_(cases_of(cx, case, row.scope)),
            WithheldPart.marked_by_id == cx.principal.id,
            WithheldPart.removed_at.is_(None),
        )
        .limit(1)
    ).scalar()
    if mine is not None:
        raise NotAllowed(
            "Somebody else has to look: you marked what is withheld in this file.",
            source=f"workflow: {SECOND_PERSON}",
        )


def _set(cx: Context, number: int, **values: Any) -> None:
    cx.db.execute(
        update(CaseFileRequest)
        .where(CaseFileRequest.id == number)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

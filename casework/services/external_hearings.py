"""The hearing of a State: its day, place, zone and interpreter; what must be there before it.

The State holds the hearing and tells the parties. The plan sends its evidence in time, gives the
member the same file free of charge, and tells who speaks for the member (42 CFR 431.242).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import insert, select, update

from casework import bridge, ledger, outbox
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import CaseFileRequest, ExternalReview, Member, Representative
from casework.records import (
    case_file_due,
    case_file_sending,
    obligations,
    packet_rows,
    review_facts,
    series,
)
from casework.records.answers import Done, done
from casework.records.forms import asks
from casework.records.series import Family
from sla.calendars import end_of_day, local_day, zone

TELL: Final = "tell_of_hearing"
# The packet is with the State a week before; the law says "a reasonable time".
LEAD: Final = timedelta(days=7)
LAW: Final = "42 CFR 431.242"


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Day, hour and place, as the State's notice says. A second notice postpones it."""

    at: datetime = field(metadata=asks("Day and hour"))
    place: str = field(metadata=asks("Place", hint="An address, or the telephone number"))
    how: Literal["", "phone", "in_person", "video"] = field(
        default="", metadata=asks("How it is held")
    )
    time_zone: str = field(
        default="",
        metadata=asks("Time zone", hint="Such as America/New_York; left out: ours", most=40),
    )
    interpreter: str = field(
        default="", metadata=asks("Interpreter for", hint="The language", most=20)
    )
    packet_by: date | None = field(
        default=None,
        metadata=asks("Our packet is due by", hint="Left out: seven days before the hearing"),
    )
    reason: str = field(default="", metadata=asks("Why it was postponed, if it was"))


@command
def schedule_hearing(cx: Context, ref: str, seen: int | None, form: Hearing) -> Done:
    """Enter the day, hour and place of a State fair hearing, or its new day."""
    kin = series.family(cx, ref, kind="external_review")
    facts = review_facts.of_review(cx, kin.case, known.of_case(cx, kin.case))
    facts = replace(facts, hearing_set=bool(form.place.strip()) and form.at > cx.now)
    ledger.permit(cx, kin.case, "schedule_hearing", facts, seen=seen)
    place = _zone(cx, kin, form.time_zone)
    due_at = _packet_due(cx, form, place)
    first = series.detail_of(cx, kin.case).hearing_at is None
    cx.db.execute(
        update(ExternalReview)
        .where(ExternalReview.case_id == kin.case.id)
        .values(
            hearing_at=form.at,
            hearing_zone=place,
            hearing_how=form.how,
            interpreter=form.interpreter.strip(),
            packet_due_at=due_at,
        )
        .execution_options(synchronize_session=False)
    )
    text = {"at": form.at.isoformat(), "place": form.place}
    if form.reason.strip():
        text["reason"] = form.reason
    [recorded] = ledger.record(
        cx,
        [ledger.Change(case=kin.case, trigger="schedule_hearing", facts=facts, text=text)],
    )
    _owe_packet(cx, recorded, due_at)
    _owe_telling(cx, recorded, form)
    if first:
        _copy_for_member(cx, recorded)
    return done(recorded)


def _zone(cx: Context, kin: Family, said: str) -> str:
    """The zone in which the hearing is told. Raises Invalid for one that does not exist."""
    if not said.strip():
        return bridge.contract_of(cx, kin.case.contract_version_id).time_zone
    try:
        return ZoneInfo(said.strip()).key
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(
            "There is no such time zone.",
            fields={"time_zone": "Write it as America/New_York or America/Chicago."},
        ) from None


def _packet_due(cx: Context, form: Hearing, place: str) -> datetime:
    """The end of the day by which the packet is with the State, before the hearing."""
    where = zone(place)
    day = form.packet_by or local_day(form.at - LEAD, where)
    if form.packet_by is not None and form.packet_by > local_day(form.at, where):
        raise Invalid(
            "The packet is due before the hearing.",
            fields={"packet_by": "Enter a day before the hearing."},
        )
    return max(end_of_day(day, where), cx.now)


def _owe_packet(cx: Context, recorded: ledger.Recorded, due_at: datetime) -> None:
    """The packet is owed by its day, unless it left already; a new day moves it."""
    obligations.settle(cx, recorded.case, [obligations.SEND_FILE])
    if packet_rows.gone(packet_rows.rows_of(cx, recorded.case.id)):
        return
    obligations.owe(
        cx,
        recorded.case,
        obligations.SEND_FILE,
        "Send the State our packet for the hearing, and keep the proof.",
        due_at=due_at,
        cause_seq=recorded.seq,
        citation=LAW,
    )


def _owe_telling(cx: Context, recorded: ledger.Recorded, form: Hearing) -> None:
    """Who speaks for the member is told of the day, with what the hearing needs."""
    obligations.settle(cx, recorded.case, [TELL])
    on = local_day(
        cx.now, zone(bridge.contract_of(cx, recorded.case.contract_version_id).time_zone)
    )
    name = cx.db.execute(
        select(Representative.name)
        .where(
            Representative.member_id == recorded.case.member_id,
            Representative.starts_on <= on,
            (Representative.ends_on.is_(None)) | (Representative.ends_on >= on),
        )
        .order_by(Representative.id)
        .limit(1)
    ).scalar()
    wants = f" An interpreter for {form.interpreter.strip()} is needed." * bool(form.interpreter)
    if name is None and not wants:
        return
    says = f"Tell {name} of the day of the hearing." if name else "See to the hearing."
    obligations.owe(
        cx,
        recorded.case,
        TELL,
        f"{says}{wants}",
        due_at=obligations.business_day_after(cx, recorded.case),
        cause_seq=recorded.seq,
        citation=LAW,
    )


def _copy_for_member(cx: Context, recorded: ledger.Recorded) -> None:
    """The member gets the same file, free, in time for the hearing, without asking for it."""
    case = recorded.case
    there = cx.db.execute(
        select(CaseFileRequest.id).where(
            CaseFileRequest.case_id == case.id,
            CaseFileRequest.asked_for == "member",
            CaseFileRequest.state != "refused",
        )
    ).first()
    if there is not None:
        return
    due = case_file_due.due(cx, case, asked_at=cx.now)
    said = ledger.Said(more={"scope": "series", "for": "member"})
    [asked] = ledger.record(
        cx, [ledger.Change(case=case, observation="case_file_asked", said=said)]
    )
    number = _ask(cx, asked, due)
    obligations.owe(
        cx,
        asked.case,
        case_file_sending.OWED,
        "Send the member the file for the hearing, free of charge.",
        due_at=due.at,
        cause_seq=asked.seq,
        citation=due.citation,
    )
    outbox.enqueue(cx, [outbox.Posting("case_file", f"case_file:{number}", case.id, number)])


def _ask(cx: Context, asked: ledger.Recorded, due: Any) -> int:
    language = cx.db.execute(
        select(Member.language).where(Member.id == asked.case.member_id)
    ).scalar_one()
    number: int = cx.db.execute(
        insert(CaseFileRequest)
        .values(
            case_id=asked.case.id,
            scope="series",
            asked_for="member",
            channel="plan",
            asked_at=cx.now,
            asked_by=cx.principal.name[:120],
            asked_by_id=cx.principal.id or None,
            cause_seq=asked.seq,
            state="asked",
            due_at=due.at,
            due_lines=[line.as_dict() for line in due.lines],
            language="es" if language == "es" else "en",
        )
        .returning(CaseFileRequest.id)
    ).scalar_one()
    return number

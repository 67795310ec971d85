"""The rows of a determination: who decided what on which ground, line by line; the authorization.

A determination is written once and never changed. Which determination may be made is the machine's
business; this module writes what was decided.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update

from casework import refs, seal
from casework.context import Context
from casework.ledger.change import Head
from casework.ledger.entries import case_key
from casework.models import (
    AUTHORIZATION_SERIAL,
    Authorization,
    Determination,
    LineDecision,
    RequestLine,
)
from casework.records import resting
from casework.records.forms import asks, in_spanish
from statemachines.facts import ServiceLine


@dataclass(frozen=True, kw_only=True)
class LineRuling:
    """What is decided about one line. `result`: approved, approved_other or denied."""

    number: int = field(metadata=asks("Line"))
    result: str = field(metadata=asks("Decision", choices=("approved", "approved_other", "denied")))
    code: str = field(default="", metadata=asks("Code", most=20))
    units: Decimal | None = field(default=None, metadata=asks("Units"))
    starts_on: date | None = field(default=None, metadata=asks("First day"))
    ends_on: date | None = field(default=None, metadata=asks("Last day"))
    servicing_name: str = field(default="", metadata=asks("Servicing provider", most=120))
    servicing_npi: str = field(default="", metadata=asks("Its NPI", most=10))
    place: str = field(
        default="", metadata=asks("Place of service", hint="CMS code, such as 11", most=10)
    )
    reason_code: str = field(default="", metadata=asks("Reason code", most=10))
    reason: str = field(
        default="",
        metadata=asks(
            "Specific reason, in plain words",
            hint="Why it is not approved for this member: the letter says it in these words",
            long=True,
        ),
    )
    reason_es: str = field(default="", metadata=in_spanish("Specific reason"))
    criterion: str = field(
        default="",
        metadata=asks("Criterion or provision it rests on", hint="Such as: MP-021, part 2"),
    )
    criterion_es: str = field(default="", metadata=in_spanish("Criterion"))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing that would complete the request, and why it would help."""

    what: str = field(metadata=asks("What would help"))
    what_es: str = field(default="", metadata=in_spanish("What would help"))
    why: str = field(metadata=asks("Why it would help"))
    why_es: str = field(default="", metadata=in_spanish("Why it would help"))
    source: str = field(default="", metadata=asks("From whom", most=120))


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a decision says in words, for the letter and for the record; sealed as it is stored.

    `provision` of the plan or of Medicare, `standard` that was used, `rationale` (the clinical
    judgment, on appeal the discussion), `perfect` what would complete the request (or
    `nothing_would_help`), `findings` and `remedy` of a grievance, `next_step` after a dismissal.
    """

    reason: str = field(
        default="",
        metadata=asks(
            "The reason in one or two sentences", hint="Plain words, no codes", long=True
        ),
    )
    provision: str = field(
        default="",
        metadata=asks(
            "Plan or Medicare provision that it rests on",
            hint="Such as: your plan book, chapter 4: imaging must be medically needed",
            long=True,
        ),
    )
    provision_es: str = field(default="", metadata=in_spanish("Provision"))
    standard: str = field(default="", metadata=asks("Standard that was used to decide", long=True))
    standard_es: str = field(default="", metadata=in_spanish("Standard"))
    rationale: str = field(
        default="",
        metadata=asks("Clinical judgment: how the records were weighed", long=True),
    )
    rationale_es: str = field(default="", metadata=in_spanish("Clinical judgment"))
    considered: tuple[str, ...] = field(
        default=(), metadata=asks("What was looked at", hint="One document or fact on each line")
    )
    considered_es: tuple[str, ...] = field(default=(), metadata=in_spanish("What was looked at"))
    perfect: tuple[Wanted, ...] = field(
        default=(), metadata=asks("What would complete the request")
    )
    nothing_would_help: bool = field(
        default=False, metadata=asks("Nothing more could change this decision")
    )
    findings: str = field(default="", metadata=asks("What we found", long=True))
    findings_es: str = field(default="", metadata=in_spanish("What we found"))
    remedy: str = field(default="", metadata=asks("What we do about it", long=True))
    remedy_es: str = field(default="", metadata=in_spanish("What we do about it"))
    next_step: str = field(default="", metadata=asks("What the member can do now", long=True))


@dataclass(frozen=True, kw_only=True)
class Decider:
    """Who decided, with the credential of that day; a rule decides as `system`."""

    kind: str
    user_id: int | None
    name: str
    credential: str = ""
    licence_id: int | None = None
    expertise_attested: bool = False


def as_service_lines(rulings: Sequence[LineRuling]) -> tuple[ServiceLine, ...]:
    """The rulings as the guards judge them."""
    return tuple(
        ServiceLine(
            number=ruling.number,
            result=ruling.result,
            codes=(ruling.code,) if ruling.code else (),
            units=ruling.units,
            starts=ruling.starts_on,
            ends=ruling.ends_on,
            servicing_provider=ruling.servicing_name or ruling.servicing_npi,
            place=ruling.place,
            reason=ruling.reason,
            criterion=ruling.criterion,
        )
        for ruling in rulings
    )


def write(
    cx: Context,
    case: Head,
    decider: Decider,
    *,
    outcome: str,
    ground: str,
    rulings: Sequence[LineRuling] = (),
    words: Words | None = None,
    criterion: str = "",
    rule: str = "",
    decided_at: datetime | None = None,
    frozen: dict[str, Any] | None = None,
) -> int:
    """Write the next version of the determination of this case, made by the event `case.event_seq`.

    `decided_at` is for what a body outside decided earlier. Returns its id. Free text is sealed
    under the key of the case.
    """
    key = case_key(cx.database.settings, case)
    place = sealed_place(case.id)
    version = 1 + int(
        cx.db.execute(
            select(func.coalesce(func.max(Determination.version), 0)).where(
                Determination.case_id == case.id
            )
        ).scalar_one()
    )
    determination_id: int = cx.db.execute(
        insert(Determination)
        .values(
            case_id=case.id,
            version=version,
            event_seq=case.event_seq,
            outcome=outcome,
            ground=ground,
            decided_at=decided_at or cx.now,
            decided_by_id=decider.user_id,
            decided_by_name=decider.name,
            decided_by_kind=decider.kind,
            credential=decider.credential,
            licence_id=decider.licence_id,
            expertise_attested=decider.expertise_attested,
            criterion=criterion,
            words_ct=seal.seal_json(key, _words(words, rulings), place),
            rule=rule,
            frozen=frozen or {},
        )
        .returning(Determination.id)
    ).scalar_one()
    _write_lines(cx, case, determination_id, rulings, key)
    return determination_id


def sealed_place(case_id: int) -> str:
    """What the sealed words of a determination are bound to."""
    return f"determination:{case_id}"


def authorize(
    cx: Context,
    case: Head,
    *,
    determination_id: int | None,
    starts_on: date,
    ends_on: date,
    effectuates_case_id: int | None = None,
) -> str:
    """Issue an authorization on this case for this window; returns its number."""
    following = select(AUTHORIZATION_SERIAL.next_value())
    serial = 0 if cx.rehearsed else int(cx.db.execute(following).scalar_one())
    number = refs.reference("authorization", serial, cx.now)
    cx.db.execute(
        insert(Authorization).values(
            number=number,
            case_id=case.id,
            determination_id=determination_id,
            effectuates_case_id=effectuates_case_id,
            issued_at=cx.now,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )
    return number


def window(rulings: Sequence[LineRuling]) -> tuple[date, date] | None:
    """First and last day over all approved lines, or None when nothing is approved."""
    approved = [r for r in rulings if r.result != "denied" and r.starts_on and r.ends_on]
    if not approved:
        return None
    return (
        min(r.starts_on for r in approved if r.starts_on),
        max(r.ends_on for r in approved if r.ends_on),
    )


def frozen_versions(
    cx: Context, case: Head, *, trigger: str = "", licence_id: int | None = None
) -> dict[str, Any]:
    """What the decision rests on: contract, clock rules, policies and marks, papers, member, and by
    this trigger the letters; with its hash."""
    return resting.freeze(cx, case, trigger=trigger, licence_id=licence_id)


def _words(words: Words | None, rulings: Sequence[LineRuling]) -> dict[str, Any]:
    """The decision in words, with what was said in Spanish of each line, by its number."""
    said = asdict(words) if words else {}
    told = {str(r.number): {"reason": r.reason_es, "criterion": r.criterion_es} for r in rulings}
    spanish = {number: each for number, each in told.items() if any(each.values())}
    return said | {"lines_es": spanish} if spanish else said


def _write_lines(
    cx: Context, case: Head, determination_id: int, rulings: Sequence[LineRuling], key: bytes
) -> None:
    if not rulings:
        return
    cx.db.execute(
        insert(LineDecision),
        [
            {
                "determination_id": determination_id,
                "number": ruling.number,
                "case_id": case.id,
                "result": ruling.result,
                "code": ruling.code,
                "units": ruling.units,
                "starts_on": ruling.starts_on,
                "ends_on": ruling.ends_on,
                "servicing_name": ruling.servicing_name,
                "servicing_npi": ruling.servicing_npi,
                "place": ruling.place,
                "reason_code": ruling.reason_code,
                "reason_ct": seal.seal_text(key, ruling.reason, sealed_place(case.id)),
                "criterion": ruling.criterion,
            }
            for ruling in rulings
        ],
    )
    for ruling in rulings:
        cx.db.execute(
            update(RequestLine)
            .where(RequestLine.case_id == case.id, RequestLine.number == ruling.number)
            .values(result=ruling.result)
            .execution_options(synchronize_session=False)
        )

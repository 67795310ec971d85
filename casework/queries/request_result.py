"""What became of a request, in the words of the trade: for programs that ask by wire."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import Authorization, Determination, LineDecision, PriorAuth, RequestLine
from casework.queries.case_file import case_by_ref
from casework.queries.next_step import next_step
from sla.calendars import zone


@dataclass(frozen=True)
class LineResult:
    """One line: approved with its window, or not decided yet."""

    number: int
    approved: bool
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class RequestResult:
    """A request as it stands now."""

    ref: str
    state: str
    words: str
    authorization: str
    decided_on: date | None
    human_reviewed: bool | None
    withdrawn: bool
    missing: tuple[str, ...]
    lines: tuple[LineResult, ...]


def result_of(cx: Context, ref: str) -> RequestResult:
    """How the request with this number stands. Raises NotFound."""
    case = case_by_ref(cx, ref)
    determination = cx.db.execute(
        select(Determination)
        .where(Determination.case_id == case.id)
        .order_by(Determination.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    decisions = {}
    if determination is not None:
        decisions = {
            row.number: row
            for row in cx.db.execute(
                select(LineDecision).where(LineDecision.determination_id == determination.id)
            ).scalars()
        }
    numbers = cx.db.execute(
        select(RequestLine.number)
        .where(RequestLine.case_id == case.id)
        .order_by(RequestLine.number)
    ).scalars()
    where = zone(bridge.contract_of(cx, case.contract_version_id).time_zone)
    missing = cx.db.execute(
        select(PriorAuth.missing).where(PriorAuth.case_id == case.id)
    ).scalar_one_or_none()
    return RequestResult(
        ref=case.ref,
        state=case.state,
        words=next_step("prior_auth", case.state).provider,
        authorization=cx.db.execute(
            select(Authorization.number)
            .where(Authorization.case_id == case.id)
            .order_by(Authorization.id.desc())
            .limit(1)
        ).scalar()
        or "",
        decided_on=determination.decided_at.astimezone(where).date() if determination else None,
        human_reviewed=None if determination is None else determination.decided_by_kind == "user",
        withdrawn=case.state == "withdrawn",
        missing=tuple(missing or ()),
        lines=tuple(_line(number, decisions) for number in numbers),
    )


def _line(number: int, decisions: dict[int, LineDecision]) -> LineResult:
    row = decisions.get(number)
    if row is None or row.result == "denied":
        return LineResult(number, False, None, None)
    return LineResult(number, True, row.starts_on, row.ends_on)

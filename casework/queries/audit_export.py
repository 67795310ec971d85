"""What an audit export holds of some cases: their events as they were chained, the heads, the
letters' hashes, every clock explained, and who looked. Free text stays sealed; it writes no file.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select

from casework import chain, export_proof
from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, CaseEvent, Contract, Letter, SecurityEvent
from casework.queries.clocks import explained_case

FILES: Final = ("cases.jsonl", "events.jsonl", "letters.jsonl", "clocks.jsonl", "access.jsonl")
_LETTER: Final = (
    *("id", "code", "recipient", "state", "notice_kind", "language", "pages", "sha256"),
    *("printed_on", "sent_at"),
)


def cases_of(cx: Context, refs: Sequence[str]) -> tuple[Any, ...]:
    """The cases with these numbers, in order. Raises NotFound with those that nobody has."""
    wanted = sorted({ref.strip().upper() for ref in refs})
    found = cx.db.execute(select(Case).where(Case.ref.in_(wanted)).order_by(Case.id)).scalars()
    cases = tuple(found)
    missing = sorted(set(wanted) - {case.ref for case in cases})
    if missing:
        raise NotFound(f"There is no case {', '.join(missing)}.")
    return cases


def lines(cx: Context, name: str, cases: Sequence[Any]) -> Iterator[str]:
    """The lines of one of FILES for these cases, each a JSON object with its keys in order."""
    for row in _ROWS[name](cx, cases):
        yield json.dumps(row, ensure_ascii=False, sort_keys=True)


def _cases(cx: Context, cases: Sequence[Any]) -> Iterator[dict[str, Any]]:
    contracts = {row.id: row.code for row in cx.db.execute(select(Contract.id, Contract.code))}
    for case in cases:
        yield {
            "id": str(case.id),
            "ref": case.ref,
            "kind": case.kind,
            "state": case.state,
            "contract": contracts.get(case.contract_id, ""),
            "contract_version": case.contract_version_id,
            "events": case.event_seq,
            "head_hash": bytes(case.head_hash).hex(),
            "head_mac": bytes(case.head_mac).hex(),
        }


def _events(cx: Context, cases: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for case in cases:
        rows = cx.db.execute(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
        ).scalars()
        for row in rows:
            yield _entry(row, chain.CASE_COLUMNS)


def _letters(cx: Context, cases: Sequence[Any]) -> Iterator[dict[str, Any]]:
    refs = {case.id: case.ref for case in cases}
    rows = cx.db.execute(select(Letter).where(Letter.case_id.in_(refs)).order_by(Letter.id))
    for row in rows.scalars():
        said = {name: getattr(row, name) for name in _LETTER}
        yield {"case": refs[row.case_id], **{name: _plain(value) for name, value in said.items()}}


def _clocks(cx: Context, cases: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for case in cases:
        for clock in explained_case(cx, case):
            yield {"case": case.ref, **clock.as_dict()}


def _access(cx: Context, cases: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Looks at these cases; and those at the members' whole records, which show them as well."""
    ids, members = [case.id for case in cases], sorted({case.member_id for case in cases})
    rows = cx.db.execute(
        select(SecurityEvent)
        .where(
            SecurityEvent.event == "look",
            SecurityEvent.member_id.in_(members),
            or_(
                SecurityEvent.case_id.in_(ids),
                and_(SecurityEvent.case_id.is_(None), SecurityEvent.member_id.in_(members)),
            ),
        )
        .order_by(SecurityEvent.recorded_at, SecurityEvent.chain, SecurityEvent.seq)
    ).scalars()
    for row in rows:
        yield _entry(row, chain.SECURITY_COLUMNS)


def _entry(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    """One entry of a chain, each value as the text that was hashed; sealed bytes in hex."""
    entry: dict[str, Any] = {}
    for column in columns:
        value = getattr(row, column)
        if value is None:
            entry[column] = None
        elif column == export_proof.SEALED:
            entry[column] = bytes(value).hex()
        else:
            entry[column] = _text(value)
    return entry | {
        "prev_hash": bytes(row.prev_hash).hex(),
        "hash": bytes(row.hash).hex(),
        "mac": bytes(row.mac).hex(),
    }


def _text(value: Any) -> str:
    """The same text as `casework.chain` hashes."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


_ROWS: Final = {
    "cases.jsonl": _cases,
    "events.jsonl": _events,
    "letters.jsonl": _letters,
    "clocks.jsonl": _clocks,
    "access.jsonl": _access,
}

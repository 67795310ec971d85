"""What `record` writes to `cases`, `case_event` and beside them: statements, no decisions."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from casework.context import Context
from casework.ledger.change import Head
from casework.metadata import table_of
from casework.models import Case, CaseEvent, CaseParty, Obligation

_DERIVED: Final = {"link", "key_sealed"}
_FIXED: Final = {
    "id",
    "ref",
    "kind",
    "contract_id",
    "member_id",
    "priority",
    "timing",
    "service",
    "specialty",
    "course_ends_at",
    "filed_by",
    "channel",
    "series_id",
    "parent_id",
}
_PLAIN: Final = tuple(n for n in Head.__dataclass_fields__ if n not in _DERIVED)
_MOVING: Final = tuple(n for n in _PLAIN if n not in _FIXED)


_REWRITE: Final = (
    update(table_of(Case))
    .where(table_of(Case).c.id == bindparam("of_case"))
    .values({name: bindparam(f"new_{name}") for name in (*_MOVING, "head_hash", "head_mac")})
)


def insert_cases(cx: Context, heads: Sequence[Head]) -> None:
    """Insert the cases that were opened."""
    if not heads:
        return
    cx.db.connection().execute(
        insert(table_of(Case)),
        [
            {name: getattr(head, name) for name in _PLAIN}
            | _links(head)
            | {"key_sealed": head.key_sealed, "opened_at": cx.now}
            for head in heads
        ],
    )


def insert_parties(cx: Context, parties: Iterable[tuple[int, int, str]]) -> None:
    """The organizations that have to do with these cases: (case, organization, role)."""
    rows = [{"case_id": case, "organization_id": org, "role": role} for case, org, role in parties]
    if rows:
        cx.db.connection().execute(insert(table_of(CaseParty)), rows)


def rewrite_cases(cx: Context, heads: Sequence[Head]) -> None:
    """Bring the rows of cases that were there to what these heads say."""
    if not heads:
        return
    cx.db.connection().execute(_REWRITE, [_named(head) for head in heads])


def insert_events(cx: Context, rows: Sequence[dict[str, Any]]) -> None:
    """Append the entries."""
    cx.db.connection().execute(insert(table_of(CaseEvent)), list(rows))


def settle_obligations(
    cx: Context, clocks: Sequence[tuple[int, str]], *, done_by: str = ""
) -> None:
    """End the obligations that hang on these clocks (case, name): whoever satisfied them did what
    was owed, unless `done_by` says why it is owed no more."""
    if not clocks:
        return
    table = table_of(Obligation)
    cx.db.connection().execute(
        update(table)
        .where(
            table.c.case_id == bindparam("of_case"),
            table.c.clock == bindparam("of_clock"),
            table.c.done_at.is_(None),
        )
        .values(done_at=cx.now, done_by=(done_by or cx.principal.name)[:120]),
        [{"of_case": case, "of_clock": clock} for case, clock in clocks],
    )


def _links(head: Head) -> dict[str, bytes]:
    return {"head_hash": head.link.hash, "head_mac": head.link.mac}


def _named(head: Head) -> dict[str, Any]:
    moving = {name: getattr(head, name) for name in _MOVING} | _links(head)
    return {f"new_{name}": value for name, value in moving.items()} | {"of_case": head.id}

"""Taking a case: load it within the principal's reach and lock it, always in the same order."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from casework import scope
from casework.chain import Link
from casework.context import Context, Narrowed, Principal
from casework.errors import NotAllowed, NotFound, Stale
from casework.ledger.change import Head
from casework.models import Case

_PLAIN: Final = tuple(
    name
    for name in Head.__dataclass_fields__
    if name not in {"link", "key_sealed"} and hasattr(Case, name)
)
_COLUMNS: Final = (
    *(getattr(Case, name) for name in _PLAIN),
    Case.key_sealed,
    Case.head_hash,
    Case.head_mac,
)
READS_ONLY: Final = (
    "You opened this restricted case with a reason, to read it. What is to be done on it, a"
    " colleague with the right to see restricted cases does: ask your supervisor."
)
OPENED: Final = "opened with a reason"
_FREE: Final = (
    select(*_COLUMNS)
    .where(Case.id.in_(bindparam("ids", expanding=True)))
    .order_by(Case.id)
    .with_for_update(of=Case, skip_locked=True)
)


def take(cx: Context, ref: str) -> Head:
    """The case with this number, locked for this transaction.

    Raises NotFound when it is not there or not within the principal's reach (the two look the
    same), NotAllowed when he opened it with a reason and only reads it, Busy when somebody else
    holds it for too long.
    """
    wanted = ref.strip().upper()
    found = _locked(cx, _by_ref(*_reach(cx)), {"ref": wanted})
    if found:
        refuse_who_only_reads(cx, found[0])
        return found[0]
    if reads_only(cx.principal, restricted=True) and _reads(cx, wanted):
        raise NotAllowed(READS_ONLY, source=OPENED)
    raise NotFound(f"There is no case {ref[:24]} here.")


def reads_only(principal: Principal, *, restricted: bool) -> bool:
    """Whether this person of the staff can see such a case only by opening it with a reason: what
    he sees so he reads, and changes nothing of it."""
    return restricted and not principal.restricted and principal.reach == "contracts"


def refuse_who_only_reads(cx: Context, case: Head) -> None:
    """Raises NotAllowed where this person only reads the case. Whom the session is bound to
    counts: a step that keeps a case from its own hands is finished first."""
    bound = cx.db.info.get("principal", cx.principal)
    if reads_only(bound, restricted=case.restricted):
        raise NotAllowed(READS_ONLY, source=OPENED)


def take_all(cx: Context, ids: Iterable[int]) -> dict[int, Head]:
    """These cases, locked by ascending id so that two commands never wait for each other."""
    wanted = sorted(set(ids))
    return {head.id: head for head in _locked(cx, _by_ids(*_reach(cx)), {"ids": wanted})}


def take_free(cx: Context, ids: Iterable[int]) -> dict[int, Head]:
    """Of these cases those that nobody else holds now, locked: for a sweep, which waits for no
    one and comes again."""
    rows = cx.db.execute(_FREE, {"ids": sorted(set(ids))})
    return {row.id: head_of(row) for row in rows}


def unchanged(case: Head, seen: int | None) -> None:
    """Raises Stale when the case moved on since the caller looked (`seen` None: did not look)."""
    if seen is not None and seen != case.version:
        raise Stale(
            f"{case.ref} was changed while you worked on it. Nothing of yours was stored;"
            " look at what is new and send it again.",
            fields={"version": f"You saw version {seen}; the case is at version {case.version}."},
        )


def head_of(row: Any) -> Head:
    """A Head from a row of the columns below."""
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Head(
        **plain,
        key_sealed=bytes(row.key_sealed),
        link=Link(bytes(row.head_hash), bytes(row.head_mac)),
    )


def columns() -> tuple[Any, ...]:
    """What `head_of` needs of `cases`."""
    return _COLUMNS


_Reach = tuple[Any, tuple[int, ...], bool, Narrowed]


def _reach(cx: Context) -> _Reach:
    principal = cx.principal
    return principal.reach, principal.ids, principal.restricted, principal.narrowed


# One statement for each reach, kept: building it anew costs as much as running it.
@lru_cache(maxsize=512)
def _by_ref(*reach: Any) -> Select[Any]:
    return _locking(reach).where(Case.ref == bindparam("ref"))


@lru_cache(maxsize=512)
def _by_ids(*reach: Any) -> Select[Any]:
    wanted = Case.id.in_(bindparam("ids", expanding=True))
    return _locking(reach).where(wanted).order_by(Case.id)


def _locking(reach: Any) -> Select[Any]:
    statement = select(*_COLUMNS).with_for_update(of=Case)
    if reach[0] == "all":
        return statement
    return statement.where(scope.seen_cases(*reach))


def _reads(cx: Context, ref: str) -> bool:
    """Whether the case is there to be read; the wall keeps it from being locked for a change."""
    statement = select(Case.ref).where(Case.ref == ref, scope.seen_cases(*_reach(cx)))
    return cx.db.execute(statement).first() is not None


def _locked(cx: Context, statement: Select[Any], values: dict[str, Any]) -> list[Head]:
    return [head_of(row) for row in cx.db.execute(statement, values)]

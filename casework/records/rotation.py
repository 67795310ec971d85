"""Whose turn it is: independent review organizations in strict rotation, nobody chooses.

45 CFR 147.136(c)(2)(vii)-(ix), (d)(2)(iii): at least three that are accredited, in turn, none with
a material conflict. Next is who waits longest; whoever is passed over keeps its place and is next
as soon as it can, and the reason is written down. The panel is locked while a turn is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import bridge
from casework.context import Context
from casework.errors import StateRefused
from casework.metadata import table_of
from casework.models import ReviewOrganization, ReviewRotation, ReviewTurn
from casework.records import conflicts
from casework.records.series import Family
from sla.calendars import local_day, zone

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
# Why a review goes to another organization than it had.
ENDINGS: Final[Mapping[str, str]] = {
    "declined": "it declined the review",
    "conflict": "it found a conflict of its own",
    "terminated": "its contract with the plan ended",
    "accreditation": "its accreditation ended",
    "late": "it did not decide in its time",
    "other": "another reason, told in the history",
}
NO_ONE: Final = "No independent review organization is free of a conflict here: ask compliance."


@dataclass(frozen=True, slots=True)
class Passed:
    """An organization that was ahead in the order and could not take it: the ground and whom it
    concerns."""

    id: int
    name: str
    ground: str
    says: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The organization whose turn it is, on which panel of how many, and who was passed over.
    `by_state`: the State named it, which is no turn of the rotation."""

    id: int
    name: str
    panel: int
    key: str = ""
    passed: tuple[Passed, ...] = ()
    by_state: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One organization in the order of a panel, next first."""

    id: int
    name: str
    ties: Sequence[Any]
    last_turn: int
    last_at: datetime | None
    turns: int = 0
    passes: int = 0
    given_back: int = 0


def key_of(line: str, state: str | None) -> str:
    """The name of a panel: the line and the State whose organizations take turns."""
    return f"{line}/{state or 'US'}"


def order(cx: Context, key: str, *, on: date, lock: bool = False) -> list[Place]:
    """The accredited organizations of this panel on that day, who waits longest first."""
    state = key.partition("/")[2]
    wanted = (
        select(
            ReviewOrganization.id,
            ReviewOrganization.name,
            ReviewOrganization.conflicts,
            ReviewOrganization.last_assigned_at,
        )
        .where(
            ReviewOrganization.body == "iro",
            ReviewOrganization.accredited,
            (ReviewOrganization.state.is_(None)) | (ReviewOrganization.state == state),
            (ReviewOrganization.effective_from.is_(None))
            | (ReviewOrganization.effective_from <= on),
            (ReviewOrganization.effective_to.is_(None)) | (ReviewOrganization.effective_to >= on),
        )
        .order_by(ReviewOrganization.id)
    )
    rows = cx.db.execute(wanted.with_for_update() if lock else wanted).all()
    # Read after the lock: what another worker assigned meanwhile is seen.
    had = {
        row.organization_id: row
        for row in cx.db.execute(
            select(ReviewRotation.__table__).where(ReviewRotation.panel == key)
        )
    }
    places = [_place(row, had.get(row.id)) for row in rows]
    return sorted(places, key=lambda each: (each.last_turn, each.last_at or _NEVER, each.id))


def turn(cx: Context, kin: Family, *, but: int | None = None, why: str = "") -> Turn:
    """The organization that is next and has no conflict with this case. `but` has it now and is
    passed over, for the reason `why` (of ENDINGS).

    Raises StateRefused when none is left.
    """
    key, places = _panel(cx, kin)
    involved = conflicts.involved(cx, kin)
    passed: list[Passed] = []
    for place in places:
        reason = _why_not(place, involved, but=but, why=why)
        if reason is None:
            return Turn(place.id, place.name, len(places), key, tuple(passed))
        passed.append(reason)
    raise StateRefused(NO_ONE, source="rotation")


def named(cx: Context, kin: Family, name: str) -> Turn:
    """The organization that the State's own process named. Raises StateRefused."""
    key, places = _panel(cx, kin)
    found = next((each for each in places if each.name.casefold() == name.strip().casefold()), None)
    if found is None:
        raise StateRefused("There is no such review organization on file.", source="rotation")
    return Turn(found.id, found.name, len(places), key, by_state=True)


def free_of_conflict(cx: Context, kin: Family, organization_id: int) -> bool:
    """Whether this organization has no material tie to plan, member, provider or facility."""
    stored = cx.db.execute(
        select(ReviewOrganization.conflicts).where(ReviewOrganization.id == organization_id)
    ).scalar_one()
    return conflicts.hit(stored, conflicts.involved(cx, kin)) is None


def take_turn(cx: Context, kin: Family, chosen: Turn, *, had: int | None, why: str) -> None:
    """Write the turn into the log and move the panel on; `had` is who gives it back, `why` of
    ENDINGS. Called with the panel locked by `turn` or `named`."""
    if had is not None:
        _end_turn(cx, kin, chosen.key, had, why)
    number: int = cx.db.execute(
        insert(ReviewTurn)
        .values(
            case_id=kin.case.id,
            organization_id=chosen.id,
            panel=chosen.key,
            size=chosen.panel,
            by_state=chosen.by_state,
            passed=[asdict(each) for each in chosen.passed],
            why=why,
            at=cx.now,
            by_name=cx.principal.name[:120],
        )
        .returning(ReviewTurn.id)
    ).scalar_one()
    if chosen.by_state:
        return
    _count(cx, chosen.key, chosen.id, last_turn=number, last_at=cx.now, turns=1)
    for each in chosen.passed:
        # Who gives a review back is not skipped: that counts on its own.
        if each.ground in conflicts.KINDS:
            _count(cx, chosen.key, each.id, passes=1)
    cx.db.execute(
        update(ReviewOrganization)
        .where(ReviewOrganization.id == chosen.id)
        .values(last_assigned_at=cx.now)
        .execution_options(synchronize_session=False)
    )


def _end_turn(cx: Context, kin: Family, key: str, had: int, why: str) -> None:
    cx.db.execute(
        update(ReviewTurn)
        .where(
            ReviewTurn.case_id == kin.case.id,
            ReviewTurn.organization_id == had,
            ReviewTurn.ended_at.is_(None),
        )
        .values(ended_why=why or "other", ended_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    _count(cx, key, had, given_back=1)


def _count(cx: Context, key: str, organization_id: int, **more: Any) -> None:
    """Add to the figures of one organization on this panel; instants and numbers are set."""
    table = table_of(ReviewRotation)
    fresh = {"last_turn": 0, "turns": 0, "passes": 0, "given_back": 0, "last_at": None} | more
    changed = {
        name: value if name in {"last_turn", "last_at"} else table.c[name] + value
        for name, value in more.items()
    }
    cx.db.connection().execute(
        pg_insert(table)
        .values(panel=key, organization_id=organization_id, **fresh)
        .on_conflict_do_update(index_elements=["panel", "organization_id"], set_=changed)
    )


def _panel(cx: Context, kin: Family) -> tuple[str, list[Place]]:
    """The panel of this case today, locked in the order of its ids."""
    contract = bridge.contract_of(cx, kin.case.contract_version_id)
    on = local_day(cx.now, zone(contract.time_zone))
    key = key_of(contract.line, contract.state)
    return key, order(cx, key, on=on, lock=True)


def _why_not(place: Place, involved: frozenset[str], *, but: int | None, why: str) -> Passed | None:
    if place.id == but:
        return Passed(place.id, place.name, "had_it", ENDINGS.get(why, ENDINGS["other"]))
    tie = conflicts.hit(place.ties, involved)
    if tie is None:
        return None
    says = f"Tied to {tie.to}: {tie.says or conflicts.KINDS.get(tie.kind, tie.kind)}"
    return Passed(place.id, place.name, tie.kind, says[:300])


def _place(row: Any, had: Any) -> Place:
    if had is None:
        return Place(row.id, row.name, row.conflicts, 0, row.last_assigned_at)
    return Place(
        row.id,
        row.name,
        row.conflicts,
        had.last_turn,
        had.last_at or row.last_assigned_at,
        had.turns,
        had.passes,
        had.given_back,
    )

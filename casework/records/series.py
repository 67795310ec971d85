"""A case, what it is about, and the request at the root: found first, then locked together.

Two cases that one command changes are always locked by ascending id (decision 5), so that two
commands never wait for each other. It asks no policy and fires no edge.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework import bridge, ledger
from casework.context import Context
from casework.errors import NotFound
from casework.models import Appeal, Case, CaseParty, ExternalReview, Grievance

_DETAILS: Final[dict[str, Any]] = {
    "appeal": Appeal,
    "grievance": Grievance,
    "external_review": ExternalReview,
}
_WORDS: Final = {"appeal": "appeal", "grievance": "grievance", "external_review": "review"}


@dataclass(frozen=True)
class Family:
    """Locked heads: the case itself, the case that it is about, the request at the root.

    For an appeal the last two are the same request; a grievance may be about nothing of ours.
    """

    case: ledger.Head
    about: ledger.Head | None
    request: ledger.Head | None


def family(cx: Context, ref: str, *, kind: str) -> Family:
    """The case with this number and its elders, locked by ascending id.

    Raises NotFound when it is not there, not within reach, or of another kind.
    """
    ids = _ids(cx, ref, kind)
    return _family(ref, kind, ids, ledger.take_all(cx, ids.all))


def family_with(cx: Context, ref: str, *, kind: str, other: str) -> tuple[Family, Family]:
    """The same, and beside it the request that another number names, all locked at once."""
    ids, others = _ids(cx, ref, kind), _ids(cx, other, "")
    heads = ledger.take_all(cx, {*ids.all, *others.all})
    return _family(ref, kind, ids, heads), _family(other, "", others, heads)


def origin(cx: Context, ref: str) -> Family:
    """The case that somebody disputes, with the request at its root, locked by ascending id.

    Raises NotFound when it is not there or not within reach: own cases only.
    """
    ids = _ids(cx, ref, "")
    return _family(ref, "", ids, ledger.take_all(cx, ids.all))


@dataclass(frozen=True)
class _Ids:
    case: int
    about: int | None
    root: int | None

    @property
    def all(self) -> set[int]:
        return {each for each in (self.case, self.about, self.root) if each is not None}


def _ids(cx: Context, ref: str, kind: str) -> _Ids:
    """The ids of a case and its elders, read without a lock: they never change."""
    found = cx.db.execute(
        select(Case.id, Case.kind).where(Case.ref == ref.strip().upper())
    ).one_or_none()
    if found is None or (kind and found.kind != kind):
        raise NotFound(f"There is no {_WORDS.get(kind, 'case')} {ref[:24]} here.")
    if found.kind == "prior_auth":
        return _Ids(found.id, None, found.id)
    about = about_of(cx, found.kind, found.id)
    return _Ids(found.id, about, root_of(cx, about) if about is not None else None)


def _family(ref: str, kind: str, ids: _Ids, heads: dict[int, ledger.Head]) -> Family:
    if ids.case not in heads:
        raise NotFound(f"There is no {_WORDS.get(kind, 'case')} {ref[:24]} here.")
    return Family(
        heads[ids.case],
        heads.get(ids.about) if ids.about is not None else None,
        heads.get(ids.root) if ids.root is not None else None,
    )


def detail_of(cx: Context, case: Any) -> Any:
    """The row of what only this kind of case has."""
    table = _DETAILS[case.kind]
    return cx.db.execute(select(table).where(table.case_id == case.id)).scalar_one()


def about_of(cx: Context, kind: str, case_id: int) -> int | None:
    """The id of the case that this one is about, or None."""
    table = _DETAILS[kind]
    found = cx.db.execute(select(table.about_case_id).where(table.case_id == case_id)).scalar()
    return int(found) if found is not None else None


def root_of(cx: Context, case_id: int) -> int | None:
    """The id of the request from which this case came, itself included; None without one."""
    kind = cx.db.execute(select(Case.kind).where(Case.id == case_id)).scalar()
    if kind is None or kind == "prior_auth":
        return case_id if kind else None
    about = about_of(cx, kind, case_id)
    return root_of(cx, about) if about is not None else None


def parties_of(cx: Context, case: Any) -> set[tuple[int, str]]:
    """The organizations of this case with their roles, as far as the principal sees them."""
    rows = cx.db.execute(
        select(CaseParty.organization_id, CaseParty.role).where(CaseParty.case_id == case.id)
    )
    return {(row.organization_id, row.role) for row in rows}


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is said about a case that is opened from another one."""

    received_at: datetime
    channel: str
    filed_by: str
    title: str
    queue: str
    priority: str = "standard"
    timing: str = "pre_service"
    about: str = "other"
    office_id: int | None = None


def opened_from(
    cx: Context, source: ledger.Head, kind: str, said: Particulars, *, in_series: bool
) -> ledger.NewCase:
    """A new case of this kind for the member and contract of `source`, with its parties."""
    parties = parties_of(cx, source)
    if said.office_id:
        parties.add((said.office_id, "filing"))
    return ledger.NewCase(
        kind=kind,
        contract_id=source.contract_id,
        contract_version_id=bridge.version_at(cx, source.contract_id, said.received_at),
        member_id=source.member_id,
        received_at=said.received_at,
        channel=said.channel,
        filed_by=said.filed_by,
        priority="standard" if said.timing == "post_service" else said.priority,
        timing=said.timing,
        service=source.service,
        specialty=source.specialty,
        pa_required=source.pa_required,
        about=said.about,
        restricted=source.restricted,
        queue=said.queue,
        title=said.title[:120],
        parent_id=source.id,
        series_id=source.series_id if in_series else None,
        parties=tuple(sorted(parties)),
    )

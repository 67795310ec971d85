"""Publishing the next version of a contract: which layers it adopts, which policies it sets.

A version is never changed. A case bears the one in force on the local day of its receipt, so a new
version moves no case that was received before its day. What the law leaves open is policy; what is
looser than the law may be published, by an administrator who says that he knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import insert

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, Stale
from casework.models import ContractVersion
from casework.records.contract_drafts import drafted
from casework.records.contract_terms import looser_places
from casework.records.contract_versions import Edition, with_editions

PUBLISH: Final = "publish_contract_version"
KNOW_IT: Final = "Say that you know it, or adopt the layers of the law."


@dataclass(frozen=True)
class Published:
    """What was published: the version's number, its first day (ISO), and in how many places it
    runs looser than the law."""

    code: str
    version: int
    effective_from: str
    looser: int
    replayed: bool = False


@command
def publish_version(
    cx: Context,
    code: str,
    *,
    terms: Mapping[str, Any],
    workflow: Mapping[str, Any],
    reason: str,
    effective_from: date,
    seen: int | None = None,
    knows_looser: bool = False,
    plan: Mapping[str, Any] | None = None,
) -> Published:
    """Publish a version of this contract: the newest one with these changes laid over it, in force
    from this local day on. A planned version whose day is the same or later never comes into force.

    `plan` names what changes in the block that letters print (an address, a phone): letters of
    every open case show it from that day on. `seen` is the newest version that the caller saw;
    where there is a newer one it is Stale.
    Raises Invalid with the fields to correct, NotAllowed, NotFound.
    """
    policy.require(cx.principal, "", PUBLISH)
    _, editions = with_editions(cx, code, locked=True)
    if seen is not None and seen != editions[0].version:
        raise Stale(_moved_on(editions[0]))
    draft = drafted(
        cx,
        editions,
        terms=terms,
        workflow=workflow,
        reason=reason,
        effective_from=effective_from,
        plan=plan,
    )
    places = looser_places(draft.proposal.contract, effective_from)
    if places and not knows_looser:
        raise Invalid(
            f"It would run looser than the law in {len(places)} places; nothing was published.",
            fields={"knows_looser": KNOW_IT},
        )
    _write(cx, draft.edition)
    what = f"contract:{code}:v{draft.edition.version}:{effective_from}:looser:{len(places)}"
    observations.append(cx, "contract_version_published", what=what)
    return Published(code, draft.edition.version, effective_from.isoformat(), len(places))


def _moved_on(newest: Edition) -> str:
    return (
        f"Version {newest.version} was published meanwhile by {newest.created_by}"
        f" (“{newest.reason}”). Look at it, then check your changes again."
    )


def _write(cx: Context, edition: Edition) -> None:
    row = {name: getattr(edition, name) for name in Edition.__dataclass_fields__ if name != "id"}
    cx.db.execute(insert(ContractVersion).values(**row))

"""What ties a review organization to somebody: written down by a supervisor, never by who assigns.

A tie passes an organization over where it is met, with this reason; an ended one stays in the list
and passes nobody over. The rotation itself is changed by nobody.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select, update

from casework import policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import ReviewOrganization
from casework.records import conflicts
from casework.records.forms import asks

Kind = Literal["organization", "reviewer", "facility", "drug_maker", "financial"]


@dataclass(frozen=True, kw_only=True)
class NewTie:
    """One tie: what it is about, to whom (the very name or number that stands in cases), and what
    is known of it."""

    kind: Kind = field(metadata=asks("What it is about"))
    to: str = field(metadata=asks("To whom", most=120))
    says: str = field(metadata=asks("What is known of it", most=200))


@command
def declare_tie(cx: Context, organization_id: int, form: NewTie) -> None:
    """Write down a tie of this organization. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "external_review", "declare_tie")
    wrong = {}
    if form.kind not in conflicts.KINDS:
        wrong["kind"] = "Choose one."
    for name in ("to", "says"):
        if not getattr(form, name).strip():
            wrong[name] = "Write it down: the log shows it."
    if wrong:
        raise Invalid("The tie is not complete.", fields=wrong)
    stored = _ties(cx, organization_id)
    tie = {
        "kind": form.kind,
        "with": form.to.strip()[:120],
        "says": form.says.strip()[:200],
        "by": cx.principal.name,
        "since": cx.now.date().isoformat(),
    }
    _write(cx, organization_id, [*stored, tie])


@command
def end_tie(cx: Context, organization_id: int, place: int) -> None:
    """End the tie at this place of the list. Raises NotAllowed, NotFound."""
    policy.require(cx.principal, "external_review", "declare_tie")
    stored = _ties(cx, organization_id)
    if not 0 <= place < len(stored):
        raise NotFound("There is no such tie.")
    plain = stored[place]
    tie = dict(plain) if isinstance(plain, dict) else {"kind": "organization", "with": plain}
    tie |= {"ended": cx.now.date().isoformat(), "ended_by": cx.principal.name}
    _write(cx, organization_id, [*stored[:place], tie, *stored[place + 1 :]])


def _ties(cx: Context, organization_id: int) -> list[Any]:
    found = cx.db.execute(
        select(ReviewOrganization.conflicts)
        .where(ReviewOrganization.id == organization_id, ReviewOrganization.body == "iro")
        .with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such review organization.")
    return list(found)


def _write(cx: Context, organization_id: int, ties: list[Any]) -> None:
    cx.db.execute(
        update(ReviewOrganization)
        .where(ReviewOrganization.id == organization_id)
        .values(conflicts=ties)
        .execution_options(synchronize_session=False)
    )
